"""When a partner can be reached, and lengths of time that only count while it can."""

from datetime import date, datetime, time, timedelta

from followthrough.domain.business import Settings
from followthrough.domain.closures import Closures
from followthrough.domain.contact_hours import EVERY_DAY, HORIZON, ContactHours
from followthrough.domain.instants import at_local
from followthrough.domain.partners import Partner
from followthrough.domain.places import Place
from followthrough.domain.weekly_hours import Interval, intersect

_DAY = timedelta(days=1)
NOON = time(12)


class PartnerHours(ContactHours):
    """A partner's own hours, as far as somebody of ours is there too, without holidays. Dates are local to it."""

    def __init__(
        self, settings: Settings, partner: Partner, closures: Closures = (), weekdays: frozenset[int] = EVERY_DAY
    ) -> None:
        place = Place(zones=(partner.zone or settings.business.zone,), regions=(), found_by="business")
        super().__init__(settings, place, closures, weekdays)
        self._partner = partner

    def on_weekdays(self, weekdays: frozenset[int]) -> "PartnerHours":
        """The same, on some days of the week (Monday 0) only."""
        return PartnerHours(self._settings, self._partner, self._closures, weekdays)

    def _compute(self, day: date) -> list[Interval]:
        if day.weekday() not in self._weekdays or self._is_shut(day):
            return []
        hours = self._partner.hours or self._settings.business.calling_hours
        own = hours.interval(day, self.zone)
        return intersect([own] if own else [], self._calling_hours(day))


class JointHours(ContactHours):
    """When a lead may be called and a partner can be reached. Dates are local to the lead."""

    def __init__(
        self,
        settings: Settings,
        lead: Place,
        partner: PartnerHours,
        closures: Closures = (),
        weekdays: frozenset[int] = EVERY_DAY,
    ) -> None:
        super().__init__(settings, lead, closures, weekdays)
        self._partner = partner

    def on_weekdays(self, weekdays: frozenset[int]) -> "JointHours":
        """The same, on some days of the week (Monday 0) only."""
        return JointHours(self._settings, self._place, self._partner, self._closures, weekdays)

    def _compute(self, day: date) -> list[Interval]:
        partner = [span for near in (day - _DAY, day, day + _DAY) for span in self._partner.usual(near)]
        return intersect(super()._compute(day), partner)


def after_open_time(hours: ContactHours, since: datetime, length: timedelta) -> datetime | None:
    """The moment at which so much open time has passed; None when the next 400 days haven't as much."""
    day = hours.date_of(since)
    for _ in range(HORIZON.days):
        for start, end in hours.usual(day):
            left = max(end - max(start, since), timedelta())
            if left and length <= left:
                return max(start, since) + length
            length -= left
        day += _DAY
    return None


def open_time_between(hours: ContactHours, since: datetime, until: datetime) -> timedelta:
    """How much open time lies between two moments."""
    day, total = hours.date_of(since), timedelta()
    while day <= hours.date_of(until):
        for start, end in hours.usual(day):
            total += max(min(end, until) - max(start, since), timedelta())
        day += _DAY
    return total


def after_without_closed_days(hours: ContactHours, since: datetime, length: timedelta) -> datetime:
    """The moment so long after another, where days on which the partner is closed don't count."""
    moment, day = since, hours.date_of(since)
    for _ in range(HORIZON.days):
        midnight = at_local(day + _DAY, time(0), hours.zone)
        if hours.usual(day):
            if length <= midnight - moment:
                return moment + length
            length -= midnight - moment
        moment, day = midnight, day + _DAY
    return moment


def open_day_after(hours: ContactHours, moment: datetime, days: int, clock: time) -> datetime:
    """A wall time on the so many-th open date after that of a moment. A date that opens only after that time, where
    nobody could answer before it, doesn't count.
    """
    day = hours.date_of(moment)
    for _ in range(HORIZON.days):
        day += _DAY
        then = at_local(day, clock, hours.zone)
        days -= any(start < then for start, _ in hours.usual(day))
        if days == 0:
            break
    return at_local(day, clock, hours.zone)
