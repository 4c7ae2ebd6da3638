"""When each step of a cadence is next due: a function of recorded facts, never of the present moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from followthrough.domain.cadence import APPOINTMENT, Cadence, Step
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead, Pursuit, Slot
from followthrough.domain.spreading import fraction, spread, within
from followthrough.domain.weekly_hours import Interval, intersect, parse_hours, wall_interval

NO_HOURS = "no contact hours on that day"
NO_ROOM = "no room left on that day"
NEVER_OPEN = "no contact hours in the next 400 days"
CLOSED = "the manager had closed then"
CALL_LIMIT = "no more calls are allowed there within {hours} hours"

NOON = time(12)
_PARTS = {"morning": (time(0), NOON), "afternoon": (NOON, time(17)), "evening": (time(17), time.max)}


@dataclass(frozen=True)
class Occurrence:
    """A step's next touch: when it is due, or why it can't be. `last` is the end of the day it is bound to."""

    slot: Slot
    due_at: datetime
    last: datetime | None = None
    impossible: str | None = None


@dataclass(frozen=True)
class Calendar:
    """One lead's cadence laid over their contact hours."""

    cadence: Cadence
    hours: ContactHours
    limit: CallLimit | None

    def next_of(self, step: Step, lead: Lead) -> Occurrence | None:
        """The step's next occurrence; None while it waits for another step, and when it is done."""
        if step.day is None:
            return self._after(step, lead)
        if step.every is not None:
            return self._round(step, lead)
        return self._on_days(step, lead)

    # -- steps with 'after' ------------------------------------------------------------------------------

    def _after(self, step: Step, lead: Lead) -> Occurrence | None:
        origin = _origin(step, lead)
        if origin is None or step.after is None or lead.pursuit.progress_of(step.name).touches:
            return None
        asked_for = self._at_its_time(step, lead, origin) or step.after.after(origin, self.hours.zone)
        at_any_hour = step.any_hour or step.do == "task"
        due_at = asked_for if at_any_hour else self.hours.next_open(asked_for)
        if due_at is None:
            return Occurrence(Slot(), asked_for, impossible=NEVER_OPEN)
        if step.latest is None:
            return Occurrence(Slot(), due_at)
        day = self.hours.date_of(asked_for)
        if self.hours.date_of(due_at) != day:
            return Occurrence(Slot(), asked_for, impossible=CLOSED if self.hours.is_closed(asked_for) else NO_ROOM)
        return Occurrence(Slot(), due_at, last=None if at_any_hour else self._end_of(day))

    def _at_its_time(self, step: Step, lead: Lead, origin: datetime) -> datetime | None:
        """The moment that 'at' asks for on the date that 'after' reaches; the origin, if that part of the day is over
        by then. None for a step without 'at'.
        """
        if step.at is None or step.after is None:
            return None
        day = step.after.date_after(self.hours.date_of(origin))
        start, end = wall_interval(day, self._part_of_day(step, lead.pursuit), self.hours.zone)
        if end <= origin:
            return origin
        open_then = [(max(start, origin), end)]
        if step.do != "task":
            open_then = intersect(open_then, self.hours.usual(day)) or open_then
        return within(open_then, fraction(lead.profile.identity, step.name, day))

    # -- steps with 'day' --------------------------------------------------------------------------------

    def _on_days(self, step: Step, lead: Lead) -> Occurrence | None:
        assert step.day is not None  # next_of sends only steps with a day here
        done = lead.pursuit.progress_of(step.name)
        number = max(step.day.low, done.slot.day + 1)
        if done.slot.rest:
            number = done.slot.day
        day = self._date(number, lead.pursuit.began_at)
        if number > step.day.high or day is None:
            return None
        moments = done.slot.rest or tuple(self._moments(step, lead, day))
        if not moments:
            over = max(self._end_of(day), lead.pursuit.began_at)
            return Occurrence(Slot(day=number), over, impossible=self._why_no_room(step, lead, day))
        return Occurrence(Slot(day=number, rest=moments[1:]), moments[0], last=self._end_of(day))

    def _moments(self, step: Step, lead: Lead, day: date, *, limited: bool = True) -> list[datetime]:
        left = self.hours.left_of(day, lead.pursuit.began_at)
        if step.times_a_day is None:
            return [self._moment(step, lead, day, left)] if left else []
        chance = fraction(lead.profile.identity, step.name, day)
        before = sorted(call.due_at for call in lead.pursuit.recent_calls)
        if before and self.hours.date_of(before[-1]) == day:
            left = [(max(start, before[-1] + step.gap.elapsed), end) for start, end in left]
            left = [(start, end) for start, end in left if start < end]
        for most in range(step.times_a_day.high, 0, -1):
            moments = spread(left, most, step.gap.elapsed, chance)
            if step.do != "call" or not limited or self._within_limit(before, moments):
                return moments
        return []

    def _moment(self, step: Step, lead: Lead, day: date, left: list[Interval]) -> datetime:
        """One moment of the day, in the part asked for if that part is open, else at any open time."""
        wanted = wall_interval(day, self._part_of_day(step, lead.pursuit), self.hours.zone)
        open_then = intersect(left, [wanted]) or left
        return within(open_then, fraction(lead.profile.identity, step.name, day))

    def _part_of_day(self, step: Step, pursuit: Pursuit) -> tuple[time, time]:
        at = step.at or ("different" if step.do == "call" else "morning")
        if at == "different":
            fewer_mornings = pursuit.morning_calls <= pursuit.afternoon_calls
            return (time(0), NOON) if fewer_mornings else (NOON, time.max)
        return _PARTS.get(at) or parse_hours(at)

    # -- steps with 'every' ------------------------------------------------------------------------------

    def _round(self, step: Step, lead: Lead) -> Occurrence | None:
        """Rounds count from the first date, so a moved one never moves the next; a closed date moves on to
        the next open one, unless that is already the next round's.
        """
        assert step.day is not None  # next_of sends only such steps here
        assert step.every is not None
        first = self._date(step.day.low, lead.pursuit.began_at)
        number = lead.pursuit.progress_of(step.name).touches
        if first is None:
            return None
        wanted = first + timedelta(days=step.every.days * number)
        from_then = max(at_local(wanted, time(0), self.hours.zone), lead.pursuit.began_at)
        opening = self.hours.next_open(from_then)
        if opening is None:
            return None
        day = self.hours.date_of(opening)
        if day >= wanted + timedelta(days=step.every.days):
            over = max(self._end_of(wanted), lead.pursuit.began_at)
            return Occurrence(Slot(day=number), over, impossible=CLOSED if self.hours.is_closed(over) else NO_HOURS)
        moment = self._moment(step, lead, day, self.hours.left_of(day, lead.pursuit.began_at))
        return Occurrence(Slot(day=number), moment)

    # -- dates and limits --------------------------------------------------------------------------------

    def _date(self, number: int, began_at: datetime) -> date | None:
        if self.cadence.days == "open":
            return self.hours.open_day(number, began_at)
        return self.hours.date_of(began_at) + timedelta(days=number - 1)

    def _end_of(self, day: date) -> datetime:
        intervals = self.hours.usual(day)
        return intervals[-1][1] if intervals else at_local(day, NOON, self.hours.zone)

    def _within_limit(self, before: list[datetime], moments: list[datetime]) -> bool:
        calls = list(before)
        for moment in moments:
            if self.allowed_from(calls, moment) > moment:
                return False
            calls.append(moment)
        return True

    def allowed_from(self, calls: list[datetime], moment: datetime) -> datetime:
        """The first instant from `moment` on at which the law's limit lets another call through."""
        if self.limit is None:
            return moment
        span = timedelta(hours=self.limit.hours)
        within_span = sorted(call for call in calls if moment - span < call)
        too_many = len(within_span) - self.limit.count
        return within_span[too_many] + span if too_many >= 0 else moment

    def _why_no_room(self, step: Step, lead: Lead, day: date) -> str:
        usual = self.hours.usual(day)
        if not usual:
            return NO_HOURS
        if not self.hours.left_of(day, lead.pursuit.began_at) and lead.pursuit.began_at < usual[-1][1]:
            return CLOSED
        if step.do == "call" and self.limit and self._limit_bites(step, lead, day):
            return CALL_LIMIT.format(hours=self.limit.hours)
        return NO_ROOM

    def _limit_bites(self, step: Step, lead: Lead, day: date) -> bool:
        return bool(self._moments(step, lead, day, limited=False))


def _origin(step: Step, lead: Lead) -> datetime | None:
    """What 'after' counts from: the start, the appointment, or the end of the last of the steps named, once all are
    over.
    """
    pursuit = lead.pursuit
    if not step.origins:
        return pursuit.began_at
    ends = [lead.appointment_at if name == APPOINTMENT else pursuit.progress_of(name).ended_at for name in step.origins]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None
