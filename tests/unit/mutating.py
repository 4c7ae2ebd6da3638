"""Samples with something wrong in them: a field that is gone, renamed, or of another type."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

EVENTS = Path(__file__).parents[2] / "events"

_ODD = st.sampled_from(
    [
        None,
        True,
        7,
        -1.5,
        "",
        "x",
        "jordan.blake@example.com",
        "<>",
        [],
        ["x"],
        [None],
        {},
        {"jordan.blake@x.example": 1},
    ]
)


def sample(name: str) -> dict[str, Any]:
    return dict(json.loads((EVENTS / name).read_text("utf-8")))


def payload_of(name: str) -> dict[str, Any]:
    """What SES says in a sample, without what it comes in."""
    event = sample(name)
    return dict(event["detail"] if "detail" in event else json.loads(event["Records"][0]["Sns"]["Message"]))


def from_sns(*messages: object, like: str = "email_bounce.json") -> dict[str, Any]:
    """What SNS sends, with these as messages; what isn't text is sent as JSON."""
    record = sample(like)["Records"][0]
    return {
        "Records": [
            record | {"Sns": record["Sns"] | {"Message": given if isinstance(given, str) else json.dumps(given)}}
            for given in messages
        ]
    }


@st.composite
def mutated(draw: st.DrawFn, payloads: list[dict[str, Any]]) -> dict[str, Any]:
    payload: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, payload)
    return payload


def _spoil(draw: st.DrawFn, payload: dict[str, Any]) -> None:
    holder, name = draw(st.sampled_from(list(_places(payload))))
    way = draw(st.sampled_from(["gone", "renamed", "retyped"]))
    if way == "retyped" or isinstance(holder, list):
        holder[name] = draw(_ODD)
    else:
        value = holder.pop(name)
        if way == "renamed":
            holder[f"{name}2"] = value


def _places(value: Any) -> list[tuple[Any, Any]]:
    names = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    here = [(value, name) for name in names]
    return here + [place for name in names for place in _places(value[name])] or [({"": None}, "")]
