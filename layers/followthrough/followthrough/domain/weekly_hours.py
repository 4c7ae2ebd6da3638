"""Opening hours of a week, as people write them: `{"mon-fri": "09:00-18:00", "sat": "10:00-14:00"}`."""

import re
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, RootModel, model_validator

from followthrough.domain.instants import at_local, at_local_for_good

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")

Interval = tuple[datetime, datetime]
"""Half-open: from the first instant up to, and without, the second."""


@cache
def parse_days(text: str) -> range:
    """`mon-fri` or `sat` as weekday numbers, Monday 0. Raises ValueError."""
    match = _DAY_RANGE.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a day or a range of days: write mon, sat or mon-fri")
    first = DAYS.index(match[1])
    last = DAYS.index(match[2]) if match[2] else first
    if last < first:
        raise ValueError(f"'{text}' runs backwards: write it as two entries, such as sat-sun and mon")
    return range(first, last + 1)


@cache
def parse_hours(text: str) -> tuple[time, time]:
    """`08:00-20:30` as two wall times; `24:00` is the end of the day. Raises ValueError."""
    match = _HOURS.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is not a span of hours: write it as 08:00-20:30")
    start = time(int(match[1]), int(match[2]))
    end = time.max if match[3] == "24" else time(int(match[3]), int(match[4]))
    if match[3] == "24" and match[4] != "00":
        raise ValueError(f"'{text}' ends after the day does: 24:00 is the latest")
    if end <= start:
        raise ValueError(f"'{text}' ends before it starts: hours can't run past midnight")
    return start, end


class WeeklyHours(RootModel[dict[str, str]]):
    """Days (`mon-fri`) to hours (`09:00-18:00`). A day that is not named is closed."""

    root: dict[str, str] = Field(examples=[{"mon-fri": "09:00-18:00", "sat": "10:00-14:00"}])

    @model_validator(mode="after")
    def _readable(self) -> Self:
        seen: set[int] = set()
        for days, hours in self.root.items():
            parse_hours(hours)
            weekdays = set(parse_days(days))
            if weekdays & seen:
                raise ValueError(f"'{days}' names a day that another entry already has")
            seen |= weekdays
        return self

    def on(self, weekday: int) -> tuple[time, time] | None:
        """Opening and closing wall time on a weekday (Monday 0), or None when closed."""
        return next((parse_hours(hours) for days, hours in self.root.items() if weekday in parse_days(days)), None)

    def interval(self, day: date, zone: ZoneInfo) -> Interval | None:
        """Opening and closing instants on a date in `zone`, or None when closed."""
        hours = self.on(day.weekday())
        return hours and wall_interval(day, hours, zone)


@lru_cache(maxsize=4096)  # the same few spans are asked for again and again, by every lead of a place
def wall_interval(day: date, hours: tuple[time, time], zone: ZoneInfo) -> Interval:
    """Two wall times of one date as instants; an end at `time.max` is the next midnight."""
    start, end = hours
    if end == time.max:
        return at_local(day, start, zone), at_local(date.fromordinal(day.toordinal() + 1), time(0), zone)
    return at_local(day, start, zone), at_local(day, end, zone)


def strict_interval(day: date, hours: tuple[time, time], zone: ZoneInfo) -> Interval:
    """The same, except that a start that clocks show twice counts from the second time: nothing in between is before
    the start or after the end on the wall, ever. Midnight begins its date the first time.
    """
    since, until = wall_interval(day, hours, zone)
    if hours[0] != time(0):
        since = at_local_for_good(day, hours[0], zone)
    return since, max(since, until)


def intersect(left: list[Interval], right: list[Interval]) -> list[Interval]:
    """What both lists of intervals cover, in order."""
    both = [(max(a, c), min(b, d)) for a, b in left for c, d in right]
    return sorted((start, end) for start, end in both if start < end)


def without(open_time: list[Interval], closed: list[Interval]) -> list[Interval]:
    """What is left of intervals in order when others are taken out of them."""
    for since, until in closed:
        parts = [part for start, end in open_time for part in ((start, min(end, since)), (max(start, until), end))]
        open_time = [(start, end) for start, end in parts if start < end]
    return open_time
