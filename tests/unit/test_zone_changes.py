"""Whenever clocks change, anywhere: nobody is contacted in quiet hours, nothing comes twice, and nothing gets lost.

Every change of every zone in the pinned data from 2026 to 2028 is gone through; zones whose clocks agree are one.
"""

import zoneinfo
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.contact_rules import ContactRule, ContactRules
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Touch
from followthrough.domain.places import Place
from tests.unit.building import DAY, HOUR, MINUTE, cadence_of, lead_of, made, of_step, previewed, simple_settings
from tests.unit.places_of_the_world import settings_at
from tests.unit.wall_clock_oracle import WallClocks

FROM, TO = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
QUARTER = 15 * MINUTE
LATEST = time(23, 59)


@dataclass(frozen=True)
class Change:
    """The clocks of a zone change at an instant; `before` and `after` are the offsets."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def odd_hours(self) -> tuple[datetime, datetime]:
        """The wall times, naive, that don't come or come twice."""
        walls = ((self.at + offset).replace(tzinfo=None) for offset in (self.before, self.after))
        first, last = sorted(walls)
        return first, last

    @property
    def within(self) -> datetime:
        """The wall time in the middle of them."""
        first, last = self.odd_hours
        return first + (last - first) / 2

    def is_ambiguous(self, wall: datetime) -> bool:
        """Whether clocks show this twice."""
        first, last = self.odd_hours
        return self.after < self.before and first <= wall < last


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _changes(zone: ZoneInfo) -> tuple[Change, ...]:
    found, day = [], FROM
    after = _offset(day, zone)
    while day < TO:
        before, after = after, _offset(day + DAY, zone)
        if before != after:
            quarters = (day + n * QUARTER for n in range(1, 97))  # every change of these years is on a quarter
            found.append(Change(next(at for at in quarters if _offset(at, zone) == after), before, after))
        day += DAY
    return tuple(found)


@cache
def changing_zones() -> dict[str, tuple[Change, ...]]:
    """One zone for each way in which clocks change."""
    by_changes = {_changes(ZoneInfo(name)): name for name in sorted(zoneinfo.available_timezones(), reverse=True)}
    return {name: changes for changes, name in by_changes.items() if changes}


def every_change() -> list[tuple[str, Change]]:
    return [(name, change) for name, changes in changing_zones().items() for change in changes]


def there(zone: str) -> Place:
    return Place(zones=(zone,), regions=(), found_by="form")


def open_all_day(zone: str) -> Settings:
    return simple_settings({"mon-sun": "00:00-24:00"}, zone=zone, latest_call=LATEST)


def open_from(zone: str, start: time, end: time) -> Settings:
    """The law allows calls between two wall times only."""
    hours = f"{start:%H:%M}-{end:%H:%M}"
    row = ContactRule(place="*", days="mon-sun", open=[hours], source="Only for a test.")
    rules = ContactRules(rules=[row], latest_call=LATEST)
    return open_all_day(zone).model_copy(update={"rules": rules})


def wall_of(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


# -- the changes themselves


def test_there_are_changes_of_every_kind() -> None:
    changes = {change for _, change in every_change()}
    assert len(changing_zones()) >= 30
    assert {change.after > change.before for change in changes} == {True, False}
    assert {abs(change.after - change.before) for change in changes} == {HOUR / 2, HOUR, 2 * HOUR}
    assert any(change.odd_hours[0].time() == time(0) for change in changes)


# -- hours


def test_contact_hours_that_begin_or_end_in_the_odd_hour_are_never_quiet_ones_and_lose_only_what_comes_twice() -> None:
    for zone, change in every_change():
        edge = change.within.time()
        for start, end in ((edge, time(23)), (time(0), edge)):
            if start >= end:
                continue
            hours = ContactHours(open_from(zone, start, end), there(zone))
            moment = change.at - DAY
            while moment < change.at + DAY:
                wall = wall_of(moment, zone)
                allowed = start <= wall.time() < end
                if hours.is_open(moment) != allowed:
                    assert allowed, (zone, moment)
                    assert change.is_ambiguous(wall), (zone, moment)
                moment += QUARTER


def test_no_two_dates_share_an_open_moment() -> None:
    for zone, change in every_change():
        hours = ContactHours(open_all_day(zone), there(zone))
        day = hours.date_of(change.at)
        spans = [span for n in (-1, 0, 1, 2) for span in hours.on(day + n * DAY)]
        assert spans == sorted(spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), (zone, change)


def test_the_sample_business_moved_anywhere_contacts_nobody_in_quiet_hours_around_a_change() -> None:
    for zone, change in every_change():
        home = (zone, "AQ")
        hours, clocks = ContactHours(settings_at(home), there(zone)), WallClocks(there(zone), *home)
        for n in range(-2 * 24, 2 * 24):
            moment = change.at + n * HOUR / 2
            assert hours.is_open(moment) == clocks.allow(moment), (zone, moment)


# -- touches

ODD = "odd-hour"
MAILS = [f"mail-{n}" for n in (2, 3, 4)]


def _steps(change: Change) -> list[dict[str, Any]]:
    """Calls through the day, e-mails in the odd hour of three dates, and one whole days after the arrival."""
    first, last = (wall.time() for wall in change.odd_hours)
    odd = f"{first:%H:%M}-{last:%H:%M}" if first < last else f"{first:%H:%M}-24:00"
    mails = [{"name": name, "do": "email", "day": int(name[-1]), "at": odd} for name in MAILS]
    return [
        {"name": "calls", "day": "2-5", "times_a_day": 2},
        *mails,
        {"name": ODD, "do": "email", "after": "2d"},
        {"name": "hours", "do": "email", "after": "30h"},
    ]


def story(zone: str, change: Change, settings: Settings) -> tuple[Touch, ...]:
    """Of a lead that arrived two dates before, at the wall time in the middle of the odd hour."""
    version = cadence_of(*_steps(change))
    arrived = at_local(change.within.date() - 2 * DAY, change.within.time(), ZoneInfo(zone))
    lead = lead_of(arrived, version, zone=zone, regions=())
    return previewed(lead, version, settings, days=8).touches


def dates_of(touches: list[Touch], zone: str) -> Counter[Any]:
    return Counter(wall_of(touch.due_at, zone).date() for touch in touches)


@pytest.mark.parametrize("open_hours", ["all day", "sample"])
def test_every_touch_around_a_change_is_made_once_on_its_date_and_none_in_quiet_hours(open_hours: str) -> None:
    for zone, change in every_change():
        settings = open_all_day(zone) if open_hours == "all day" else _every_day(zone)
        touches = story(zone, change, settings)
        assert made(touches) == list(touches), (zone, change)
        assert len({(touch.step, touch.n) for touch in touches}) == len(touches)
        first_day = change.within.date() - 2 * DAY
        for name in MAILS:
            assert dates_of(of_step(touches, name), zone) == {first_day + (int(name[-1]) - 1) * DAY: 1}, (zone, change)
        assert len(of_step(touches, ODD)) == len(of_step(touches, "hours")) == 1
        calls = dates_of(of_step(touches, "calls"), zone)
        assert all(calls[first_day + n * DAY] == 2 for n in (1, 2, 3)), (zone, change, calls)
        assert all(_is_allowed(touch, zone, settings) for touch in touches), (zone, change)


def _every_day(zone: str) -> Settings:
    """The hours that the worldwide caution allows, and no holiday."""
    return open_from(zone, time(9), time(20))


def _is_allowed(touch: Touch, zone: str, settings: Settings) -> bool:
    wall = wall_of(touch.due_at, zone)
    return any(start <= wall.time() < end for start, end in settings.rules.allowed_hours((), wall.weekday()))
