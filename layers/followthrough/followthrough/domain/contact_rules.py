"""When the law where a lead may be, or good manners, allow calls and texts: `data/contact_rules.json`, and what the
business adds to it (see own_contact_rules.py).
"""

from collections.abc import Iterable
from datetime import time
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from followthrough.domain.model import Model
from followthrough.domain.places import country_of
from followthrough.domain.weekly_hours import DAYS, parse_days, parse_hours

Span = tuple[time, time]
"""Half-open: from the first wall time up to, and without, the second."""

ANYWHERE = "*"


def _readable_days(text: str) -> str:
    parse_days(text)
    return text


def _readable_hours(text: str) -> str:
    parse_hours(text)
    return text


Days = Annotated[str, AfterValidator(_readable_days)]
Hours = Annotated[str, AfterValidator(_readable_hours)]


def wall_time(moment: time) -> time:
    """Whole minutes of a wall clock. Raises ValueError."""
    if moment.tzinfo or moment.second or moment.microsecond:
        raise ValueError("is a wall time of whole minutes, without an offset: write it as 20:30")
    return moment


class CallLimit(Model):
    """At most `count` calls to one lead in any `hours` hours."""

    count: int = Field(ge=1, description="How many calls.")
    hours: int = Field(ge=1, le=48, description="In how many hours. Calls are remembered for two days.")


class ContactRule(Model):
    """What holds in one place on some days of the week."""

    place: str = Field(
        pattern=r"^(\*|[A-Z]{2}(-[A-Z0-9]{1,3})?)$",
        description="Country (US) or part of one (US-FL), by ISO 3166; * for every country without a row.",
    )
    days: Days = Field(description="A day or a range of days: sun, mon-fri.")
    open: list[Hours] = Field(
        description="When calls and texts are allowed, the lead's wall time: 08:00-20:00. Empty: not at all."
    )
    call_limit: CallLimit | None = Field(None, description="How often a lead may be called; null: no limit.")
    source: str = Field(min_length=1, description="The statute, rule or code; or whose caution it is.")
    note: str = Field("", description="What to know. Says Secondary if the text itself was not seen.")

    @property
    def spans(self) -> list[Span]:
        """The open hours in order."""
        return sorted(parse_hours(text) for text in self.open)

    @model_validator(mode="after")
    def _spans_are_apart(self) -> Self:
        spans = self.spans
        if any(start < end for (_, end), (start, _) in pairwise(spans)):
            raise ValueError("two of the open hours overlap: write them as one")
        return self


class ContactRules(Model):
    """The table of rules: each place has exactly one row for each day of the week."""

    schema_: str | None = Field(None, alias="$schema")
    latest_call: Annotated[time, AfterValidator(wall_time)] = Field(
        time(20, 30), description="Nobody is called or texted from this wall time on, wherever they are."
    )
    rules: list[ContactRule] = Field(min_length=1, description="One row per place and days.")

    @model_validator(mode="after")
    def _every_day_once(self) -> Self:
        days: dict[str, list[int]] = {ANYWHERE: []}
        for rule in self.rules:
            days.setdefault(rule.place, []).extend(parse_days(rule.days))
        for place, named in days.items():
            for weekday, day in enumerate(DAYS):
                rows = named.count(weekday)
                if rows != 1:
                    raise ValueError(f"place '{place}' has {rows} rows for {day}: it needs one")
        return self

    @model_validator(mode="after")
    def _countries_are_there(self) -> Self:
        places = {rule.place for rule in self.rules}
        for place in places - {ANYWHERE}:
            if country_of(place) not in places:
                raise ValueError(f"place '{place}' has rows, but its country '{country_of(place)}' has none")
        return self

    def allowed_hours(self, regions: Iterable[str], weekday: int) -> tuple[Span, ...]:
        """The wall times at which a lead may be called or texted on a weekday (Monday 0): those that every
        region allows, before `latest_call`. Empty: not at all on that day.

        A part of a country tightens its country's hours and never widens them. A country without rows, and a
        lead of whom no region is known, gets the rows of `*`. Where only the country is known (`US`), the
        country's rows hold alone: a state's rule counts once an address or a number points to that state, and
        then all the states that they point to count (see `find_place`). The strictest of all states would
        let nobody be called on a Sunday, or before 10 or after 18 o'clock, for laws that most likely don't
        concern them.

        Holidays are not in this table: no contact on them is `Holidays`' part.
        """
        before = [(time.min, self.latest_call)]
        return tuple(_both(before, self.hours_by_law(regions, weekday)))

    def hours_by_law(self, regions: Iterable[str], weekday: int) -> tuple[Span, ...]:
        """The same whatever the latest call is."""
        spans: list[Span] = [(time.min, time.max)]
        for place in self._places(regions):
            spans = _both(spans, self._by_day[place, weekday])
        return tuple(spans)

    def row(self, place: str, weekday: int) -> ContactRule:
        """The row of a place on a weekday; without one its country's, and without that `*`'s."""
        rows = (self._rows.get((named, weekday)) for named in (place, country_of(place), ANYWHERE))
        return next(row for row in rows if row)

    def call_limit(self, regions: Iterable[str]) -> CallLimit | None:
        """The limit that satisfies those of all the regions: the fewest calls, in the longest time."""
        places = self._places(regions)
        limits = [rule.call_limit for rule in self.rules if rule.place in places and rule.call_limit]
        if not limits:
            return None
        fewest, longest = min(limit.count for limit in limits), max(limit.hours for limit in limits)
        return CallLimit(count=fewest, hours=longest)

    def _places(self, regions: Iterable[str]) -> set[str]:
        """The places whose rows hold: each region that has rows, and its country, or `*` in its stead."""
        named = set(regions) or {ANYWHERE}
        countries = {country_of(region) if self._has(country_of(region)) else ANYWHERE for region in named}
        return countries | {region for region in named if self._has(region)}

    def _has(self, place: str) -> bool:
        return (place, 0) in self._by_day

    @cached_property
    def _by_day(self) -> dict[tuple[str, int], list[Span]]:
        return {named: rule.spans for named, rule in self._rows.items()}

    @cached_property
    def _rows(self) -> dict[tuple[str, int], ContactRule]:
        return {(rule.place, weekday): rule for rule in self.rules for weekday in parse_days(rule.days)}


def _both(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """What two lists of spans in order have in common."""
    both = [(max(a, c), min(b, d)) for a, b in left for c, d in right]
    return [(start, end) for start, end in both if start < end]
