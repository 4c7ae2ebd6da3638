"""When each step of a cadence is next due: a function of recorded facts, never of the present moment."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from followthrough.domain.cadence import APPOINTMENT, SILENCE, Action, Cadence, Span, Step
from followthrough.domain.cadence_values import OF_EVENT, SAME_DAY
from followthrough.domain.conditions import holds
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.durations import Duration
from followthrough.domain.instants import SECOND, at_local
from followthrough.domain.leads import Lead, Progress, Pursuit, Slot
from followthrough.domain.limits import CADENCE_LIMIT, CALL_LIMIT, Limits
from followthrough.domain.partner_occurrences import next_recurrence
from followthrough.domain.spreading import fraction, middles, spread, within
from followthrough.domain.weekly_hours import Interval, intersect, parse_hours

NO_HOURS = "no contact hours on that day"
NO_ROOM = "no room left on that day"
NEVER_OPEN = "no contact hours in the next 400 days"
NOT_IN_TIME = "not possible by the latest time"
NO_ROOM_IN_RANGE = "no room left on days {days}"
CLOSED = "the manager had closed then"

NOT_ANSWERED = ("no_answer", "voicemail", "silent", "skipped", "sent", "failed", "unknown", "cannot_take")
"""Outcomes after which a series goes on."""

NOON = time(12)
_NO_SLOT = Slot()
_ANY_TIME = datetime.min.replace(tzinfo=UTC)
Calls = tuple[int, int]
"""How many calls there were in the morning, and after noon."""

PARTS_OF_DAY = {"morning": (time(0), NOON), "afternoon": (NOON, time(17)), "evening": (time(17), time.max)}


class Occurrence(NamedTuple):
    """A step's next touch: when it is due, or why it can't be. `last` is the end of the time that it is bound to, of
    one day or, for one that `moves`, of a longer time.
    """

    slot: Slot
    due_at: datetime
    last: datetime | None = None
    moves: bool = False
    impossible: str | None = None


@dataclass(frozen=True)
class Calendar:
    """One lead's cadence laid over their contact hours."""

    cadence: Cadence
    hours: ContactHours
    limits: Limits

    def next_of(self, step: Step, lead: Lead, channel: Action) -> Occurrence | None:
        """The step's next occurrence, on the channel that it would use; None while it waits for another step, and when
        it is done.
        """
        if step.day is None:
            return self._after(step, lead)
        if step.every is not None:
            return self._round(step, lead, channel)
        if step.times is not None:
            return self._over_days(step, lead, channel)
        return self._on_days(step, lead, channel)

    def not_before(self, step: Step, lead: Lead) -> datetime | None:
        """A moment before which the step's next touch can't come, told without working it out; None if none comes."""
        done = lead.pursuit.progress_of(step.name)
        if step.recurs:
            return _ANY_TIME
        if step.day is None:
            waits = self._next_in_series(step, done) is None if done.touches else self._waits(step, lead)
            return None if waits else _ANY_TIME
        number = step.day.low if step.every or step.times else self._number(step.day, done)
        day = None if number > step.day.high else self._date(number, lead.pursuit)
        if day is None or (step.times and done.touches and not done.slot.rest):
            return None
        if step.every:
            day = step.every.date_after(day, times=done.touches)
        return min([self.hours.start_of(day), *done.slot.rest[:1]])  # what was settled stays, should the days shift

    # -- steps with 'after' ------------------------------------------------------------------------------

    def _after(self, step: Step, lead: Lead) -> Occurrence | None:
        asked_for = self._asked_for(step, lead)
        if asked_for is None:
            return None
        at_any_hour = step.any_hour or step.do == "task"
        due_at = asked_for if at_any_hour else self._when_open(lead, asked_for)
        if due_at is None:
            return Occurrence(_NO_SLOT, asked_for, impossible=NEVER_OPEN)
        if step.latest is None:
            return Occurrence(_NO_SLOT, due_at)
        if step.latest != SAME_DAY:
            return self._by_then(Duration(step.latest), asked_for, due_at)
        day = self.hours.date_of(asked_for)
        if self.hours.date_of(due_at) != day:
            return Occurrence(_NO_SLOT, asked_for, impossible=CLOSED if self.hours.is_closed(asked_for) else NO_ROOM)
        return Occurrence(_NO_SLOT, due_at, last=None if at_any_hour else self._end_of(day))

    def _when_open(self, lead: Lead, asked_for: datetime) -> datetime | None:
        """Then, or once it is open: in the turn of all that waits for the opening."""
        opening = self.hours.next_open(asked_for)
        if opening is None or opening == asked_for:
            return opening
        return self.hours.in_turn(asked_for, opening, self.chance(lead, opening))

    def chance(self, lead: Lead, opening: datetime) -> float:
        """A number from 0 up to 1, the lead's own at an opening and the same for all its steps, so that those that
        would come at the same moment still do.
        """
        return fraction(lead.profile.identity, "opening", self.hours.date_of(opening))

    def _by_then(self, latest: Duration, asked_for: datetime, due_at: datetime) -> Occurrence:
        last = latest.after(asked_for, self.hours.zone, self.hours.is_business_day)
        opening = self.hours.next_open(asked_for)  # the turn of all that waited for it, a minute long, doesn't count
        if opening is None or opening > last:
            return Occurrence(_NO_SLOT, asked_for, impossible=NOT_IN_TIME)
        return Occurrence(_NO_SLOT, due_at, last=max(last, due_at) + SECOND, moves=True)

    def _next_in_series(self, step: Step, done: Progress) -> datetime | None:
        """When the next channel's turn is: once the one before is over, and never after an answer."""
        goes_on = done.touches < len(step.series) and done.outcome in NOT_ANSWERED
        return done.ended_at if goes_on else None

    def _asked_for(self, step: Step, lead: Lead) -> datetime | None:
        if step.recurs:
            return next_recurrence(step, lead, self.hours)
        done = lead.pursuit.progress_of(step.name)
        if done.touches:
            return self._next_in_series(step, done)
        origin = self._origin(step, lead)
        if origin is None or step.after is None:
            return None
        wait = step.after.least(lead.profile.audience)
        moment = self._at_its_time(step, lead, origin, wait)
        moment = moment or wait.after(origin, self.hours.zone, self.hours.is_business_day)
        # What was heard of late is no reason to be late for all that follows.
        return max([moment, *self._heard_at(step, lead.pursuit)])

    def _heard_at(self, step: Step, pursuit: Pursuit) -> list[datetime]:
        """When we heard at the latest of what the step counts from, as far as that isn't a step itself."""
        events = [name for name in step.origins if name.startswith(OF_EVENT)]
        heard = [pursuit.progress_of(name).ended_at for name in events]
        outside = [pursuit.began_at] if events or {APPOINTMENT, SILENCE} & set(step.origins) else []
        return [*outside, *(moment for moment in heard if moment)]

    def _origin(self, step: Step, lead: Lead) -> datetime | None:
        """What 'after' counts from: the start, or the last of all that is named, once all of it is over."""
        if not step.origins:
            return lead.pursuit.began_at
        ends = [self._end_of_origin(name, lead) for name in step.origins]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    def _waits(self, step: Step, lead: Lead) -> bool:
        """Whether one of the steps that it counts from has surely not ended."""
        pursuit = lead.pursuit
        origins = (self._steps[name] for name in step.origins if name in self._steps)
        return any(pursuit.progress_of(origin.name).ended_at is None and is_for(origin, pursuit) for origin in origins)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.name: step for step in self.cadence.steps}

    def _end_of_origin(self, name: str, lead: Lead) -> datetime | None:
        if name == APPOINTMENT:
            # They can have missed a time that nobody has told us.
            return lead.appointment_at or (lead.pursuit.began_at if lead.pursuit.started_by == "no_show" else None)
        if name == SILENCE:
            return lead.spoken_at or lead.arrived_at
        if name.startswith(OF_EVENT):
            return lead.last_time_of(name.removeprefix(OF_EVENT))
        step, ended_at = self.cadence.step(name), lead.pursuit.progress_of(name).ended_at
        if not is_for(step, lead.pursuit):
            return lead.pursuit.began_at
        goes_on = ended_at is not None and self.next_of(step, lead, step.actions[0]) is not None
        return None if goes_on else ended_at

    def _at_its_time(self, step: Step, lead: Lead, origin: datetime, wait: Duration) -> datetime | None:
        """The moment that 'at' asks for on the date that 'after' reaches; the origin, if that part of the day is over
        by then. None for a step without 'at'.
        """
        if step.at is None:
            return None
        day = wait.date_after(self.hours.date_of(origin), self.hours.is_business_day)
        start, end = self.hours.wall(day, self._part_of_day(step, step.actions[0], _calls(lead)))
        if end <= origin:
            return origin
        open_then = [(max(start, origin), end)]
        if step.do != "task":
            open_then = intersect(open_then, self.hours.usual(day)) or open_then
        return within(open_then, fraction(lead.profile.identity, step.name, day))

    # -- steps with 'day' --------------------------------------------------------------------------------

    def _on_days(self, step: Step, lead: Lead, channel: Action) -> Occurrence | None:
        assert step.day is not None  # next_of sends only steps with a day here
        done = lead.pursuit.progress_of(step.name)
        number = self._number(step.day, done)
        day = None if number > step.day.high else self._date(number, lead.pursuit)
        if day is None:
            return None
        moments = done.slot.rest or tuple(self._moments(step, lead, channel, day))
        if not moments:
            over = max(self._end_of(day), lead.pursuit.began_at)
            return Occurrence(Slot(day=number), over, impossible=self._why_no_room(step, lead, channel, day))
        return Occurrence(Slot(day=number, rest=moments[1:]), moments[0], last=self._end_of(day))

    def _number(self, days: Span, done: Progress) -> int:
        return done.slot.day if done.slot.rest else max(days.low, done.slot.day + 1)

    def _moments(self, step: Step, lead: Lead, channel: Action, day: date, *, limited: bool = True) -> list[datetime]:
        left = self.hours.left_of(day, lead.pursuit.began_at)
        if step.times_a_day is None:
            return [self._moment(step, lead, channel, day, left, _calls(lead))] if left else []
        left = self._behind_the_last(step, lead, channel, day, left)
        for most in range(step.times_a_day.high, 0, -1):
            moments = self._spread(step, lead, channel, day, left, most)
            if not limited or self.limits.fit(channel, lead.pursuit, moments):
                return moments
        return []

    def _spread(
        self, step: Step, lead: Lead, channel: Action, day: date, left: list[Interval], most: int
    ) -> list[datetime]:
        gap = max(step.gap.elapsed, self.limits.gap_on(channel))
        return spread(left, most, gap, fraction(lead.profile.identity, step.name, day))

    def _behind_the_last(
        self, step: Step, lead: Lead, channel: Action, day: date, left: list[Interval]
    ) -> list[Interval]:
        """What is left of a day from a gap after its last call on."""
        before = max((call.due_at for call in lead.pursuit.recent_calls), default=None)
        if before is None or self.hours.date_of(before) != day:
            return left
        free_from = before + max(step.gap.elapsed, self.limits.gap_on(channel) if channel == "call" else timedelta())
        return [(max(start, free_from), end) for start, end in left if free_from < end]

    def _moment(
        self, step: Step, lead: Lead, channel: Action, day: date, left: list[Interval], calls: Calls
    ) -> datetime:
        """One moment of the day, in the part asked for if that part is open, else at any open time."""
        wanted = self.hours.wall(day, self._part_of_day(step, channel, calls))
        open_then = intersect(left, [wanted]) or left
        return within(open_then, fraction(lead.profile.identity, step.name, day))

    def _part_of_day(self, step: Step, channel: Action, calls: Calls) -> tuple[time, time]:
        at = step.at or ("different" if channel == "call" else "morning")
        if at == "different":
            mornings, afternoons = calls
            return (time(0), NOON) if mornings <= afternoons else (NOON, time.max)
        return PARTS_OF_DAY.get(at) or parse_hours(at)

    # -- steps with 'times' ------------------------------------------------------------------------------

    def _over_days(self, step: Step, lead: Lead, channel: Action) -> Occurrence | None:
        """All moments are settled when the first one is. Each may move, but never past the last of the days."""
        assert step.day is not None  # next_of sends only such steps here
        done = lead.pursuit.progress_of(step.name)
        last_day = self._date(step.day.high, lead.pursuit)
        if last_day is None or (done.touches and not done.slot.rest):
            return None
        last, slot = self._end_of(last_day), Slot(day=step.day.low)
        moments = done.slot.rest or tuple(self._moments_over(step, lead, channel))
        if not moments:
            over = max(last, lead.pursuit.began_at)
            return Occurrence(slot, over, impossible=NO_ROOM_IN_RANGE.format(days=step.day))
        return Occurrence(slot.model_copy(update={"rest": moments[1:]}), moments[0], last=last, moves=True)

    def _moments_over(self, step: Step, lead: Lead, channel: Action) -> list[datetime]:
        assert step.day is not None  # as above
        assert step.times is not None
        open_days = self._open_days(step, lead, channel)
        for most in range(min(step.times.high, max(step.times.low, len(open_days))), 0, -1):
            moments = self._on_dates(step, lead, channel, open_days, most)
            if self.limits.fit(channel, lead.pursuit, moments):
                return moments
        return []

    def _open_days(self, step: Step, lead: Lead, channel: Action) -> dict[date, list[Interval]]:
        """The dates of the range that have open time left, with it; without those that had a call already, as far as
        the others are enough.
        """
        assert step.day is not None  # as above
        assert step.times is not None
        began_at, found = lead.pursuit.began_at, {}
        for number in range(step.day.low, step.day.high + 1):
            day = self._date(number, lead.pursuit)
            left = self.hours.left_of(day, began_at) if day else []
            if day and (left := self._behind_the_last(step, lead, channel, day, left)):
                found[day] = left
        called_on = {self.hours.date_of(call.due_at) for call in lead.pursuit.recent_calls}
        others = {day: left for day, left in found.items() if day not in called_on}
        return others if len(others) >= step.times.low else found

    def _on_dates(
        self, step: Step, lead: Lead, channel: Action, open_days: dict[date, list[Interval]], count: int
    ) -> list[datetime]:
        """So many moments, each on the date of the middle of an equal part of the open time; at different times of day
        where the step has no other.
        """
        if not open_days:
            return []
        days, moments, calls = list(open_days), [], _calls(lead)
        lengths = [sum((end - start for start, end in left), timedelta()) for left in open_days.values()]
        for place, together in Counter(middles(lengths, count)).items():
            day, left = days[place], open_days[days[place]]
            if together > 1:
                moments += self._spread(step, lead, channel, day, left, together)
                continue
            moments.append(self._moment(step, lead, channel, day, left, calls))
            is_morning = moments[-1].astimezone(self.hours.zone).time() < NOON
            calls = (calls[0] + is_morning, calls[1] + (not is_morning))
        return moments

    # -- steps with 'every' ------------------------------------------------------------------------------

    def _round(self, step: Step, lead: Lead, channel: Action) -> Occurrence | None:
        """Rounds count from the first date, so a moved one never moves the next; a closed date moves on to
        the next open one, unless that is already the next round's, or past the last day.
        """
        assert step.day is not None  # next_of sends only such steps here
        assert step.every is not None
        began_at = lead.pursuit.began_at
        first = self._date(step.day.low, lead.pursuit)
        number = lead.pursuit.progress_of(step.name).touches
        if first is None:
            return None
        wanted = step.every.date_after(first, times=number)
        until = self._date(step.until_day, lead.pursuit) if step.until_day else None
        if until and wanted > until:
            return None
        from_then = max(self.hours.start_of(wanted), began_at)
        opening = self.hours.next_open(from_then)
        if opening is None:
            return None
        day = self.hours.date_of(opening)
        if day >= step.every.date_after(first, times=number + 1) or (until and day > until):
            over = max(self._end_of(wanted), began_at)
            return Occurrence(Slot(day=number), over, impossible=CLOSED if self.hours.is_closed(over) else NO_HOURS)
        left = self.hours.left_of(day, began_at)
        return Occurrence(Slot(day=number), self._moment(step, lead, channel, day, left, _calls(lead)))

    # -- dates and limits --------------------------------------------------------------------------------

    def _date(self, number: int, pursuit: Pursuit) -> date | None:
        first, number = self._counted_from(number, pursuit)
        if self.cadence.days == "open":
            return self.hours.open_day(number, first)
        return self.hours.date_of(first) + timedelta(days=number - 1)

    def _counted_from(self, number: int, pursuit: Pursuit) -> tuple[datetime, int]:
        """What is the first of its days, and which of them this one is. A pursuit that begins with one of the later
        steps has that step's day one interval after its beginning.
        """
        entry = self.cadence.entry(pursuit.at_step)
        if entry is None:
            return pursuit.began_at, number
        assert entry.every is not None  # only such a step is one to begin with
        assert entry.day is not None
        first = entry.every.date_after(self.hours.date_of(pursuit.began_at), times=1)
        return at_local(first, time(0), self.hours.zone), number - entry.day.low + 1

    def _end_of(self, day: date) -> datetime:
        intervals = self.hours.usual(day)
        return intervals[-1][1] if intervals else at_local(day, NOON, self.hours.zone)

    def _why_no_room(self, step: Step, lead: Lead, channel: Action, day: date) -> str:
        usual = self.hours.usual(day)
        if not usual:
            return NO_HOURS
        if not self.hours.left_of(day, lead.pursuit.began_at) and lead.pursuit.began_at < usual[-1][1]:
            return CLOSED
        one = self._moments(step, lead, channel, day, limited=False)[:1]
        if not one:
            return NO_ROOM
        unlawful = self.limits.allowed_from(channel, lead.pursuit, one[0], agreed=False) > one[0]
        law = self.limits.law if unlawful else None
        return CALL_LIMIT.format(hours=law.hours) if law else CADENCE_LIMIT


def is_for(step: Step, pursuit: Pursuit) -> bool:
    """Whether the step is for what began the pursuit, which nothing changes any more: one that isn't is no part of it,
    and counts as over from the beginning.
    """
    return "started_by" not in step.if_ or holds(step.if_["started_by"], pursuit.started_by)


def _calls(lead: Lead) -> Calls:
    return lead.pursuit.morning_calls, lead.pursuit.afternoon_calls
