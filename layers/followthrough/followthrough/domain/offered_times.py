"""Times at which somebody can be called back, to be chosen at one press."""

from datetime import date, datetime, time, timedelta

from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.instants import at_local
from followthrough.domain.spoken_times import TEN

_EVENING = time(18)
_HALF_AN_HOUR = timedelta(minutes=30)
_SOON = timedelta(hours=1)


def times_offered(hours: ContactHours, now: datetime) -> tuple[datetime, ...]:
    """In an hour or so, this evening, and on the next open day: those of them that lie within contact hours."""
    today = hours.date_of(now)
    soon = _next_half_hour(now + _SOON)
    evening = at_local(today, _EVENING, hours.zone)
    later_today = [moment for moment in (soon, evening) if moment >= soon and hours.is_open(moment)]
    opening = hours.next_open(at_local(today + timedelta(days=1), time(0), hours.zone))
    next_day = [good_time_on(hours, hours.date_of(opening))] if opening else []
    return tuple(sorted({*later_today, *next_day}))


def good_time_on(hours: ContactHours, day: date) -> datetime:
    """When to call on a day for which no time was named: at ten, or as near after it as contact hours allow, else
    when they begin. On a day without any it is ten, for the planner to move.
    """
    ten = at_local(day, TEN, hours.zone)
    from_ten = [start for start, _ in hours.left_of(day, ten)]
    begins = [start for start, _ in hours.on(day)]
    return next(iter((*from_ten, *begins)), ten)


def _next_half_hour(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 30, seconds=moment.second)
    return moment + (_HALF_AN_HOUR - past if past else past)
