"""What the business adds to the contact rules that come with the project: `config/contact_rules.json`.

The rules in `data/contact_rules.json` are the floor. A row of the business's own takes the place of the floor's for its
place and days. It may always allow less; to allow more it has to say why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from followthrough.domain.contact_rules import (
    ANYWHERE,
    CallLimit,
    ContactRule,
    ContactRules,
    Span,
    wall_time,
)
from followthrough.domain.model import Model
from followthrough.domain.weekly_hours import DAYS, parse_days

_LOOSER = 'allows more than {floor}: to keep it, say why and on whose advice, as "{field}"'
BECAUSE = "loosened_because"
BECAUSE_LATEST = "latest_call_loosened_because"

Because = Annotated[str | None, Field(min_length=10, max_length=500)]


class OwnRule(ContactRule):
    """A row of the business's own, in place of the one that comes with the project."""

    loosened_because: Because = Field(
        None,
        description="Why, and on whose advice, this row allows more than the rules that come with the project. Only "
        "with it is such a row accepted, and it is named in a warning each time.",
    )


class OwnContactRules(Model):
    """`config/contact_rules.json`: what differs from the rules that come with the project."""

    schema_: str | None = Field(None, alias="$schema")
    latest_call: Annotated[time, AfterValidator(wall_time)] = Field(
        time(20, 30), description="Nobody is called or texted from this wall time on, wherever they are."
    )
    latest_call_loosened_because: Because = Field(
        None, description="Why, and on whose advice, the latest call is later than 20:30."
    )
    rules: list[OwnRule] = Field(
        default_factory=list,
        description="Rows in place of those that come with the project, which hold on all other days and everywhere "
        "else. A row without a call limit keeps the limit that there is.",
    )

    @model_validator(mode="after")
    def _no_day_twice(self) -> Self:
        seen: set[tuple[str, int]] = set()
        for rule in self.rules:
            for weekday in parse_days(rule.days):
                if (rule.place, weekday) in seen:
                    raise ValueError(f"place '{rule.place}' has 2 rows for {DAYS[weekday]}: it needs one")
                seen.add((rule.place, weekday))
        return self


@dataclass(frozen=True)
class Loosening:
    """A place in the file that allows more than the floor. `because` is None where nothing was said about it."""

    where: str
    place: str
    what: str
    because: str | None


@cache
def shipped_rules() -> ContactRules:
    """The rules that come with the project, read when first asked for."""
    text = files("followthrough.domain").joinpath("data", "contact_rules.json").read_text("utf-8")
    return ContactRules.model_validate_json(text)


def loosenings(own: OwnContactRules, floor: ContactRules) -> Iterator[Loosening]:
    """Everything in which the business's own rules allow more than the floor does."""
    if own.latest_call > floor.latest_call:
        what = _LOOSER.format(floor=f"{floor.latest_call:%H:%M}", field=BECAUSE_LATEST)
        yield Loosening("latest_call", ANYWHERE, what, own.latest_call_loosened_because)
    for number, rule in enumerate(own.rules):
        for field, what in _looser_parts(rule, floor):
            words = _LOOSER.format(floor=what, field=BECAUSE)
            yield Loosening(f"rules[{number}].{field}", rule.place, words, rule.loosened_because)


def _looser_parts(rule: OwnRule, floor: ContactRules) -> Iterator[tuple[str, str]]:
    """Which fields of a row allow more, and what the floor has there."""
    days = parse_days(rule.days)
    for weekday in days:
        allowed = floor.hours_by_law((rule.place,), weekday)
        if not all(any(start <= a and b <= end for start, end in allowed) for a, b in rule.spans):
            yield "open", f"the {_in_words(allowed)} of the rules that come with the project ({DAYS[weekday]})"
            break
    limit = floor.call_limit((rule.place,))
    if limit and rule.call_limit and _most(rule.call_limit, limit.hours) > limit.count:
        yield "call_limit", f"the {limit.count} calls in {limit.hours} hours of the rules that come with the project"


def _in_words(spans: tuple[Span, ...]) -> str:
    return (
        ", ".join(f"{start:%H:%M}-{'24:00' if end == time.max else f'{end:%H:%M}'}" for start, end in spans) or "none"
    )


def _most(limit: CallLimit, hours: int) -> int:
    """How many calls a limit lets through in so many hours."""
    return limit.count * -(-hours // limit.hours)


def with_own(own: OwnContactRules, floor: ContactRules) -> ContactRules:
    """The rules that hold: the business's own rows where there are any, everywhere else the floor's."""
    if not own.rules:
        return floor.model_copy(update={"latest_call": own.latest_call})
    by_day = {(rule.place, weekday): rule for rule in own.rules for weekday in parse_days(rule.days)}
    places = dict.fromkeys(rule.place for rule in (*floor.rules, *own.rules))
    rows = [
        _row(by_day.get((place, weekday)), floor, place, weekday) for place in places for weekday in range(len(DAYS))
    ]
    return ContactRules(latest_call=own.latest_call, rules=rows)


def _row(own: OwnRule | None, floor: ContactRules, place: str, weekday: int) -> ContactRule:
    """The row of one place on one day. Where the floor has none for a place, what holds there anyway is written out."""
    row = own or floor.row(place, weekday)
    limit = row.call_limit or floor.call_limit((place,))
    return ContactRule(
        place=place, days=DAYS[weekday], open=row.open, call_limit=limit, source=row.source, note=row.note
    )
