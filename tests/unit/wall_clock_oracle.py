"""Contact hours once more, written another way: look at wall clocks, minute by minute, with the plain JSON in hand.

The code under test computes intervals of instants; nothing here does, so that both can't make the same mistake.
"""

import json
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.domain.places import Place
from tests.unit.fakes import ROOT

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
QUARTER = timedelta(minutes=15)
"""Everything in the sample configuration, and every zone's offset, is in quarters of an hour."""


@cache
def _rules() -> Any:
    """The rules that come with the project; the sample configuration adds none."""
    assert _config("contact_rules.json")["rules"] == []
    file = ROOT / "layers/followthrough/followthrough/domain/data/contact_rules.json"
    return json.loads(file.read_text(encoding="utf-8"))


@cache
def _config(name: str) -> Any:
    return json.loads((ROOT / "config" / name).read_text(encoding="utf-8"))


class WallClocks:
    """A business (the sample one, possibly moved elsewhere) and a lead's place."""

    def __init__(self, place: Place, zone: str | None = None, region: str | None = None) -> None:
        business = _config("business.json")
        self._place = place
        self._zone = ZoneInfo(zone or business["zone"])
        self._region = region or business["region"]
        self._calling: dict[str, str] = business["calling_hours"]
        self._closed_on = business["closed_on"]
        self._open: dict[date, list[datetime]] = {}

    def allow(self, moment: datetime) -> bool:
        """Whether every clock that counts shows a time at which the lead may be contacted."""
        return self._somebody_is_there(moment) and all(self._is_allowed(moment, zone) for zone in self._place.zones)

    def date_of(self, moment: datetime) -> date:
        """The lead's date."""
        return moment.astimezone(ZoneInfo(self._place.zones[0])).date()

    def quarters(self, day: date, after: datetime | None = None) -> int:
        """How many quarters of an hour of the lead's date are open, from an instant on."""
        if day not in self._open:
            midnight = datetime.combine(day, time(0), ZoneInfo(self._place.zones[0])).astimezone(UTC)
            near = [midnight + n * QUARTER for n in range(-8, 26 * 4)]  # clocks may change on the way
            self._open[day] = [moment for moment in near if self.date_of(moment) == day and self.allow(moment)]
        return sum(1 for moment in self._open[day] if after is None or moment + QUARTER > after)

    def day_number(self, day: date, arrived: datetime) -> int:
        """Which day with contact hours a date is; day 1 is the first with any left after the arrival."""
        first = self.date_of(arrived)
        number = 1 if self.quarters(first, arrived) else 0
        return number + sum(1 for n in range(1, (day - first).days + 1) if self.quarters(first + timedelta(days=n)))

    def _somebody_is_there(self, moment: datetime) -> bool:
        wall = moment.astimezone(self._zone)
        closed = wall.date().isoformat() in self._closed_on or _holiday((self._region,), wall.date())
        return not closed and any(
            _named(days, wall.weekday()) and _within(span, wall) for days, span in self._calling.items()
        )

    def _is_allowed(self, moment: datetime, zone: str) -> bool:
        wall = moment.astimezone(ZoneInfo(zone))
        rules = _rules()
        if _clock(wall) >= rules["latest_call"] or _holiday(self._place.regions, wall.date()):
            return False
        return all(
            any(_within(span, wall) for span in _row(place, wall.weekday())["open"])
            for place in _places(self._place.regions)
        )


@cache
def _places(regions: tuple[str, ...]) -> set[str]:
    known = {rule["place"] for rule in _rules()["rules"]}
    countries = {region[:2] if region[:2] in known else "*" for region in regions or ("*",)}
    return countries | (set(regions) & known)


@cache
def _row(place: str, weekday: int) -> Any:
    (row,) = [rule for rule in _rules()["rules"] if rule["place"] == place and _named(rule["days"], weekday)]
    return row


def _named(days: str, weekday: int) -> bool:
    first, last = days.split("-") if "-" in days else (days, days)
    return WEEKDAYS.index(first) <= weekday <= WEEKDAYS.index(last)


def _within(span: str, wall: datetime) -> bool:
    opens, closes = span.split("-")
    return opens <= _clock(wall) < closes


def _clock(wall: datetime) -> str:
    return wall.strftime("%H:%M")


@cache
def _holiday(regions: tuple[str, ...], day: date) -> bool:
    holidays = _config("holidays.json")
    for region in regions:
        own = holidays.get(region, {})
        if own.get(day.isoformat(), holidays.get(region[:2], {}).get(day.isoformat())) and not (
            day.isoformat() in own and own[day.isoformat()] is None
        ):
            return True
    return False
