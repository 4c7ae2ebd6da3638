"""Dates, times and hours as people say them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from followthrough.domain.weekly_hours import WeeklyHours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_AMERICAN = {
    "N": "Newfoundland time",
    "A": "Atlantic time",
    "E": "Eastern time",
    "C": "Central time",
    "M": "Mountain time",
    "P": "Pacific time",
    "AK": "Alaska time",
}
_BY_NAME = {
    "America/Phoenix": "Arizona time",
    "Pacific/Honolulu": "Hawaii time",
    "UTC": "UTC",
    "Etc/UTC": "UTC",
}


def date_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Monday, November 23`, local to `zone`."""
    local = moment.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]}, {_MONTHS[local.month - 1]} {local.day}"


def day_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Nov 23`, local to `zone`."""
    local = moment.astimezone(zone)
    return f"{_MONTHS[local.month - 1][:3]} {local.day}"


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """`Tuesday, November 24, at 8:00 AM Eastern time`.

    The zone is always said: where a lead is was often worked out from a phone number, and that can be wrong.
    """
    wall = clock(moment.astimezone(zone).time())
    return f"{date_in_words(moment, zone)}, at {wall} {zone_in_words(zone, moment)}"


def clock(wall: time) -> str:
    """`8:00 AM`."""
    return f"{wall.hour % 12 or 12}:{wall.minute:02} {'AM' if wall.hour < 12 else 'PM'}"  # noqa: PLR2004 - noon


def zone_in_words(zone: ZoneInfo, moment: datetime) -> str:
    """`Eastern time` in North America, elsewhere the zone's city: `London time`."""
    if zone.key in _BY_NAME:
        return _BY_NAME[zone.key]
    name = moment.astimezone(zone).tzname() or ""
    if zone.key.startswith("America/") and name[-2:] in {"ST", "DT"} and name[:-2] in _AMERICAN:
        return _AMERICAN[name[:-2]]
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def hours_in_words(hours: WeeklyHours) -> str | None:
    """`Monday to Friday, 9 AM to 6 PM; Saturday, 10 AM to 2 PM`; None when there are none."""
    by_day = [hours.on(weekday) for weekday in range(len(WEEKDAYS))]
    spans: list[str] = []
    first = 0
    while first < len(by_day):
        last = first
        while last + 1 < len(by_day) and by_day[last + 1] == by_day[first]:
            last += 1
        open_time = by_day[first]
        if open_time:
            spans.append(f"{_days(first, last)}, {_span(open_time)}")
        first = last + 1
    return "; ".join(spans) or None


def _days(first: int, last: int) -> str:
    if first == last:
        return WEEKDAYS[first]
    return f"{WEEKDAYS[first]} {'and' if last == first + 1 else 'to'} {WEEKDAYS[last]}"


def _span(open_time: tuple[time, time]) -> str:
    start, end = open_time
    if start == time(0) and end == time.max:
        return "all day"
    return f"{hour_in_words(start)} to {hour_in_words(end)}"


def hour_in_words(wall: time) -> str:
    """`9 AM`, `noon`; `midnight` is the end of a day."""
    if wall == time.max:
        return "midnight"
    if wall == time(12):
        return "noon"
    return clock(wall).replace(":00 ", " ")
