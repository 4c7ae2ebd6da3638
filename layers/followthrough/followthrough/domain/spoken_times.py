"""A time as somebody says it, "Tue 3pm" or "in 2 hours", which is a moment only once one knows when and where."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.instants import at_local, round_up

FARTHEST = timedelta(days=300)
"""A time beyond this is taken for a mistake, such as yesterday's date read as next year's."""

TEN = time(10)
"""When to call on a day that was named without a time: in contact hours nearly everywhere."""

MIDNIGHT = time(0)
"""When a day begins on which somebody is back."""

_LATER_TODAY = timedelta(hours=2)


@dataclass(frozen=True)
class SpokenTime:
    """What was said of a time; what was not said is None or empty. `moment` makes a moment of it."""

    wait: timedelta | None = None
    """"In 2 hours". Nothing else is said then."""
    days_ahead: int | None = None
    """0 is today, 1 tomorrow."""
    weekday: int | None = None
    """Monday is 0."""
    next_week: bool = False
    """The week after this one; weeks begin on Monday."""
    day: int | None = None
    """Of the month, with or without the month and the year."""
    month: int | None = None
    year: int | None = None
    clocks: tuple[time, ...] = ()
    """The time of day. For "afternoon" these are several, of which the first still to come is meant."""
    exact: bool = False
    """Whether a time was said that one could meet somebody at: "3pm" or "in 2 hours", not "Tuesday afternoon"."""

    def moment(self, now: datetime, zone: ZoneInfo, day_begins: time = TEN) -> datetime | None:
        """The first moment after `now` that these words can mean on clocks in `zone`, in UTC and whole seconds.

        - A time of day alone is today's, or tomorrow's once it has passed.
        - A day alone means `day_begins` on it, and a weekday alone never today; "today" alone means in two hours.
        - A clock time that occurs twice (clocks go back) is the first of the two; one that is left out (clocks go
          forward) is the moment of the change.

        None when there is no such moment within 300 days: it has passed, or weekday and date don't go together.
        """
        if self.wait is not None:
            return round_up(now + self.wait)
        today = now.astimezone(zone).date()
        if self.days_ahead == 0 and not self.clocks:
            later = round_up(now + _LATER_TODAY)
            return later if later.astimezone(zone).date() == today and self._agrees(today, today) else None
        for ahead in range(FARTHEST.days + 1):
            day = today + timedelta(days=ahead)
            if not self._names(day, today):
                continue
            moments = (at_local(day, clock, zone) for clock in self.clocks or (day_begins,))
            first = next((moment for moment in moments if now < moment <= now + FARTHEST), None)
            if first:
                return first if self._agrees(day, today) else None
        return None

    def _names(self, day: date, today: date) -> bool:
        """Whether `day` is one of those meant, going by the most definite thing that was said."""
        if self.days_ahead is not None:
            return day == today + timedelta(days=self.days_ahead)
        if self.day is not None:
            return self._is_date(day)
        if self.next_week:
            return _weeks_between(today, day) == 1 and day.weekday() == (self.weekday or 0)
        if self.weekday is not None:
            return day.weekday() == self.weekday and (bool(self.clocks) or day > today)
        return True

    def _agrees(self, day: date, today: date) -> bool:
        """Whether nothing that was said speaks against `day`."""
        return (
            self.weekday in (None, day.weekday())
            and (self.day is None or self._is_date(day))
            and (not self.next_week or _weeks_between(today, day) == 1)
        )

    def _is_date(self, day: date) -> bool:
        return day.day == self.day and self.month in (None, day.month) and self.year in (None, day.year)


def _weeks_between(earlier: date, later: date) -> int:
    mondays = (day - timedelta(days=day.weekday()) for day in (earlier, later))
    first, second = mondays
    return (second - first).days // 7
