"""Instants: aware datetimes in UTC, whole seconds. Local times exist only at the edges, computed with
IANA zones at the target instant, never from today's offset.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, PlainSerializer

SECOND = timedelta(seconds=1)


def round_up(moment: datetime) -> datetime:
    """The same moment in UTC, up to the next whole second. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, such as Z or -05:00")
    if moment.tzinfo is UTC and not moment.microsecond:
        return moment  # as nearly always: whatever was read or computed before
    utc = moment.astimezone(UTC)
    whole = utc.replace(microsecond=0)
    return whole if whole == utc else whole + SECOND


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 time with an offset. Raises ValueError for anything else."""
    return round_up(datetime.fromisoformat(text))


def format_instant(moment: datetime) -> str:
    """Write as `2026-11-23T15:00:00Z`, the one form in which times are stored and handed on."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[datetime, AfterValidator(round_up), PlainSerializer(format_instant)]


def at_local_for_good(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant from which on clocks in `zone` don't go back behind `clock` on `day` any more: in an overlap
    the second of the two.
    """
    again = datetime.combine(day, clock.replace(fold=1), tzinfo=zone).astimezone(UTC)
    return max(at_local(day, clock, zone), again)


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` first show `clock`, or anything later, on `day`.

    In an overlap (clocks go back) that is the first of the two; in a gap (clocks go forward) the moment
    the clocks change.
    """
    wall = datetime.combine(day, clock, tzinfo=zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # PEP 495: in a gap, fold=1 reads with the offset after it and so lands before the change, fold=0 behind it.
    return _change_between(wall.replace(fold=1).astimezone(UTC), instant, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second with the offset that `after` has; `before` still has another."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
