"""What POST /events answers, to API Gateway's own events."""

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.leads import Lead, Nudge, Touch
from tests.unit.arriving import arrive, lead_in
from tests.unit.events import form_post, json_post, post_leads
from tests.unit.fakes import FakeStore, World

ROOT = Path(__file__).parents[2]
TOKEN = "a-good-token"  # noqa: S105 - of no system
GOOD = {"authorization": f"Bearer {TOKEN}"}
WON = {"lead_id": "lead1", "event": "won"}


def load_app() -> ModuleType:
    spec = importlib.util.spec_from_file_location("receive_event_app", ROOT / "functions/receive_event/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


app = load_app()


def ann() -> World:
    world = World()
    arrive(world)
    return world


def answer(event: Mapping[str, Any], world: World | None = None) -> dict[str, Any]:
    result: dict[str, Any] = app.answer((world or ann()).services, lambda token: token == TOKEN, event)
    return result


def told(content: object, world: World | None = None) -> tuple[int, Any]:
    result = answer(json_post(content, GOOD), world)
    return result["statusCode"], json.loads(result["body"])


class StoreThatNeverSettles(FakeStore):
    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        raise ChangedMeanwhile(lead.id)


# -- accepted


@pytest.mark.parametrize("post", [json_post(WON, GOOD), form_post(WON, GOOD)])
def test_what_became_of_it_is_answered_with_the_lead_s_id(post: dict[str, Any]) -> None:
    result = answer(post)
    assert (result["statusCode"], json.loads(result["body"])) == (202, {"lead_id": "lead1", "result": "recorded"})
    assert result["headers"]["content-type"] == "application/json"


@pytest.mark.parametrize("who", [{"email": "ANN@example.com"}, {"phone": "(212) 555-0100"}, {"phone": "+12125550100"}])
def test_people_are_named_as_other_systems_write_them(who: dict[str, str]) -> None:
    assert told({**who, "event": "Won"})[0] == 202


def test_a_time_with_parts_of_a_second_is_known_again() -> None:
    world = ann()
    sent = {"lead_id": "lead1", "event": "estimate_sent", "at": "2026-11-23T10:00:00.250-05:00"}
    assert [told(sent, world)[1]["result"] for _ in range(2)] == ["recorded", "already_known"]


# -- refused


@pytest.mark.parametrize("header", ["", TOKEN, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN} {TOKEN}"])
def test_without_a_good_token_nothing_is_looked_at(header: str) -> None:
    world = ann()
    for post in (json_post(WON, {"authorization": header}), post_leads(b"x" * 100_000, "image/png", {})):
        result = answer(post, world)
        assert (result["statusCode"], list(json.loads(result["body"]))) == (401, ["error"])
        assert result["headers"]["www-authenticate"] == "Bearer"
    assert lead_in(world).status == "open"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_may_be_in_any_case(scheme: str) -> None:
    assert answer(json_post(WON, {"Authorization": f"{scheme}  {TOKEN}"}))["statusCode"] == 202


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"lead_id": "lead1"}, "event"),
        ({"lead_id": "lead1", "event": None}, "event"),
        ({"lead_id": "lead1", "event": 7}, "event"),
        ({"lead_id": "lead1", "event": "invoice_paid"}, "event"),
        ({"event": "won"}, "body"),
        ({"lead_id": "lead1", "email": "ann@example.com", "event": "won"}, "body"),
        ({"lead_id": ["lead1"], "event": "won"}, "lead_id"),
        ({"lead_id": "LEAD#lead1", "event": "won"}, "lead_id"),
        ({"email": "ann", "event": "won"}, "email"),
        ({"phone": "12", "event": "won"}, "phone"),
        ({"lead_id": "lead1", "event": "won", "at": "yesterday"}, "at"),
        ({"lead_id": "lead1", "event": "won", "at": "2026-11-23T10:00"}, "at"),
        ({"lead_id": "lead1", "event": "won", "at": "0001-01-01T00:00:00+14:00"}, "at"),
        ({"lead_id": "lead1", "event": "won", "at": 1795446000}, "at"),
        ({"lead_id": "lead1", "event": "won", "at": "2027-11-23T10:00:00Z"}, "at"),
        ({"lead_id": "lead1", "event": "appointment_made"}, "at"),
        ({"lead_id": "lead1", "event": "won", "when": "now"}, "body"),
        ([], "body"),
    ],
)
def test_what_can_t_be_accepted_is_refused_with_the_field_and_the_reason(content: object, field: str) -> None:
    world = ann()
    before = lead_in(world)
    status, said = told(content, world)
    assert (status, list(said["fields"])) == (422, [field])
    assert said["error"].endswith(".")
    assert lead_in(world) == before


def test_nobody_and_several_have_answers_of_their_own() -> None:
    world = ann()
    arrive(world, email="bob@example.com")
    assert told({"email": "carl@example.com", "event": "won"}, world) == (404, {"error": "Nobody is known by that."})
    status, said = told({"phone": "212-555-0100", "event": "won"}, world)
    assert (status, "lead_id or email" in said["error"]) == (409, True)


def test_a_body_that_is_too_large_or_of_another_kind_is_refused_as_posts_of_leads_are() -> None:
    assert answer(post_leads(b"{" + b" " * 70_000 + b"}", "application/json", GOOD))["statusCode"] == 413
    assert answer(post_leads(b"<won/>", "application/xml", GOOD))["statusCode"] == 415


def test_whoever_kept_being_interrupted_may_try_again() -> None:
    world = World(store_kind=StoreThatNeverSettles)
    arrive(world)
    result = answer(json_post(WON, GOOD), world)
    assert (result["statusCode"], result["headers"]["retry-after"]) == (503, "1")


TEXTS = st.text(alphabet="aZ\u00e9\ud800\u202e @+-:.,_0123456789T", max_size=30)
JSON = st.none() | st.booleans() | st.floats() | TEXTS | st.lists(TEXTS, max_size=3)


@given(
    content=st.dictionaries(st.sampled_from(["lead_id", "email", "phone", "event", "at", "x"]), JSON | st.just("won"))
)
def test_whatever_is_sent_nothing_fails(content: dict[str, Any]) -> None:
    assert told(content)[0] in (202, 404, 422)


@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded"]),
)
def test_whatever_bytes_are_sent_nothing_fails(body: bytes, kind: str) -> None:
    assert answer(post_leads(body, kind, GOOD))["statusCode"] in (404, 415, 422)
