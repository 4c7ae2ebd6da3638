"""When a lead may be contacted: the business's calling hours ∩ what is allowed where the lead is ∩ no holiday, unless
the manager has closed.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.closures import Closures, reopening
from followthrough.domain.places import Place
from followthrough.domain.spreading import after_opening
from followthrough.domain.weekly_hours import Interval, intersect, strict_interval, wall_interval, without

HORIZON = timedelta(days=400)
_LONGEST_CLOSED = timedelta(days=14)
EVERY_DAY = frozenset(range(7))
ALL_DAY = (time(0), time.max)
_DAY = timedelta(days=1)


class ContactHours:
    """The contact hours of one place. Dates are local to the lead: to the first of the place's zones."""

    def __init__(
        self, settings: Settings, place: Place, closures: Closures = (), weekdays: frozenset[int] = EVERY_DAY
    ) -> None:
        self._settings = settings
        self._place = place
        self._closures = closures
        self._weekdays = weekdays
        self._zones = [ZoneInfo(name) for name in place.zones]
        self.zone = self._zones[0]
        """The zone in which the lead's dates are counted."""
        self._known: dict[date, list[Interval]] = {}
        self._begins: datetime | None = None
        self._open_dates: list[date] = []

    def on_weekdays(self, weekdays: frozenset[int]) -> "ContactHours":
        """The same, on some days of the week (Monday 0) only."""
        if weekdays == self._weekdays:
            return self
        return ContactHours(self._settings, self._place, self._closures, weekdays)

    def date_of(self, moment: datetime) -> date:
        """The lead's local date at an instant."""
        return moment.astimezone(self.zone).date()

    def on(self, day: date) -> list[Interval]:
        """The open intervals of one local date, in order; empty when there are none."""
        if not self._closures:
            return self.usual(day)
        return without(self.usual(day), [(closure.since, closure.until) for closure in self._closures])

    def usual(self, day: date) -> list[Interval]:
        """The open intervals of one local date if the manager had never closed."""
        if day not in self._known:
            self._known[day] = self._compute(day)
        return self._known[day]

    def wall(self, day: date, hours: tuple[time, time]) -> Interval:
        """Two of the lead's wall times of one date as instants."""
        return wall_interval(day, hours, self.zone)

    def start_of(self, day: date) -> datetime:
        """When one of the lead's dates begins."""
        return self.wall(day, ALL_DAY)[0]

    def is_open(self, moment: datetime) -> bool:
        """Whether the lead may be called, written to or texted at this instant."""
        return any(start <= moment < end for start, end in self.on(self.date_of(moment)))

    def next_open(self, moment: datetime) -> datetime | None:
        """The first allowed instant not before `moment`; None when the next 400 days have none."""
        today = self.date_of(moment)
        for start, end in self.on(today):  # mostly, and without the 400 days it is quick
            if start <= moment < end:
                return moment
        for day in self._days_from(today):
            for start, end in self.on(day):
                if moment < end:
                    return max(moment, start)
        return None

    def in_turn(self, asked_for: datetime, opening: datetime, chance: float) -> datetime:
        """When something asked for before an `opening` is made: not all of it at the very same second, and what
        waited longest first, within a minute of the opening.
        """
        moment = after_opening(self._closed_since(opening), opening, asked_for, chance)
        return moment if self.is_open(moment) else opening

    def _closed_since(self, opening: datetime) -> datetime:
        """The end of the open time before an opening; a fortnight before, if it was closed for longer."""
        earliest, day = opening - _LONGEST_CLOSED, self.date_of(opening)
        while self.date_of(earliest) <= day:
            ended = [end for _, end in self.on(day) if end < opening]
            if ended:
                return max(ended[-1], earliest)
            day -= _DAY
        return earliest

    def left_of(self, day: date, moment: datetime) -> list[Interval]:
        """What is left of a date's open intervals from an instant on.

        A closure that begins in the middle of one doesn't end it: what was spread over the day stays where it was,
        and is passed over or moved if that turns out to be closed.
        """
        usual = self.usual(day)
        if not self._closures and (not usual or moment <= usual[0][0]):
            return usual
        left = ((reopening(self._closures, max(start, moment)), end) for start, end in usual)
        return [(start, end) for start, end in left if start < end]

    # -- closures ----------------------------------------------------------------------------------------

    def is_closed(self, moment: datetime) -> bool:
        """Whether the manager had closed at this instant."""
        return any(closure.covers(moment) for closure in self._closures)

    def reopens(self, moment: datetime) -> datetime | None:
        """When something that was due at an allowed `moment` and hasn't been made can be: then, unless the manager
        closed before it was made. None when it never opens again.

        A closure begins when it is said. So what is still to be made after that, though it was due before, has to wait
        like all that falls into it.
        """
        waits = [closure.until for closure in self._closures if moment < closure.until]
        return self.next_open(max(waits)) if waits else moment

    # -- dates -------------------------------------------------------------------------------------------

    def open_day(self, number: int, begins: datetime) -> date | None:
        """The `number`-th date with contact hours, where day 1 is the first with any left after `begins`; None when
        400 days in a row have none.
        """
        if begins != self._begins:
            self._begins, self._open_dates = begins, []
        dates = self._open_dates  # counted once for all steps of a cadence
        while len(dates) < number:
            after = dates[-1] + _DAY if dates else self.date_of(begins)
            following = next((day for day in self._days_from(after) if self.left_of(day, begins)), None)
            if following is None:
                return None
            dates.append(following)
        return dates[number - 1]

    def is_business_day(self, day: date) -> bool:
        """Whether the business is there on a date: a day of the week with printed hours (or calling hours, if none are
        printed) that is no holiday.
        """
        business = self._settings.business
        hours = business.printed_hours if business.printed_hours.root else business.calling_hours
        return hours.on(day.weekday()) is not None and not self._is_shut(day)

    def _is_shut(self, day: date) -> bool:
        business = self._settings.business
        return day in business.closed_on or bool(self._settings.holidays.name_of((business.region,), day))

    def _days_from(self, day: date) -> Iterator[date]:
        return (day + timedelta(days=n) for n in range(HORIZON.days))

    def _compute(self, day: date) -> list[Interval]:
        if day.weekday() not in self._weekdays:
            return []
        open_time = intersect([self.wall(day, ALL_DAY)], self._calling_hours(day))
        for zone in self._zones:
            if not open_time:
                break
            open_time = intersect(open_time, self._allowed(day, zone))
        return open_time

    def _calling_hours(self, day: date) -> list[Interval]:
        business, zone = self._settings.business, self._settings.zone
        spans = (business.calling_hours.interval(near, zone) for near in _around(day) if not self._is_shut(near))
        return [span for span in spans if span]

    def _allowed(self, day: date, zone: ZoneInfo) -> list[Interval]:
        regions, rules = self._place.regions, self._settings.rules
        return [
            strict_interval(near, hours, zone)
            for near in _around(day)
            if not self._settings.holidays.name_of(regions, near)
            for hours in rules.allowed_hours(regions, near.weekday())
        ]


def _around(day: date) -> tuple[date, date, date]:
    """The dates that another zone can have during a local date."""
    return day - _DAY, day, day + _DAY
