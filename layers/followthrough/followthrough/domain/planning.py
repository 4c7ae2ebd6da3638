"""What comes next for a lead: `plan_next_touch`.

A function of recorded facts. `now` never moves a due time; it only decides which touches are due or
overdue, so a late report or a restart can't shift what the preview has shown.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain.business import Settings
from followthrough.domain.cadence import (
    ASKED_OF_REPS,
    CALL_BACK,
    Action,
    Channel,
    Condition,
    IfSilent,
    Step,
)
from followthrough.domain.cadence_values import OF_EVENT, ChannelLimit, Recipient
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.candidates import (
    Candidate,
    WorkedOut,
    is_held,
    said_of_pause,
    tell_the_same,
    waits_for,
    without_waiting,
)
from followthrough.domain.channels import channel_for, why_not
from followthrough.domain.closures import Closures
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.durations import Duration
from followthrough.domain.facts import all_hold
from followthrough.domain.handoffs import changes_at, is_given, is_with_partners
from followthrough.domain.leads import (
    DueCall,
    Lead,
    Outcome,
    PlannedTouch,
    Progress,
    Pursuit,
    Slot,
    Touch,
)
from followthrough.domain.limits import CADENCE_LIMIT, CALL_LIMIT, Limits, used_on
from followthrough.domain.needs import on_record
from followthrough.domain.occurrences import CLOSED, NEVER_OPEN, NO_ROOM, Calendar, Occurrence, is_for
from followthrough.domain.own_steps import (
    AT_ONCE,
    EVENT,
    MAY_WANT_STOP,
    OUTSIDE_THE_CADENCE,
    OUTSIDE_THE_PLAN,
    WHY_CALL_BACK,
    earlier,
)
from followthrough.domain.partner_hours import JointHours, PartnerHours, open_day_after
from followthrough.domain.plans import (
    HELD,
    MISSED,
    OVERTAKEN,
    PAST,
    TOO_LATE,
    WAITING_FOR_CALL_BACK,
    Finish,
    GoOn,
    Plan,
    waits_for_news,
)
from followthrough.domain.soonest import Soonest

BETWEEN_ATTEMPTS = timedelta(minutes=5)
CALL_MAY_BE_LATE = timedelta(hours=2)
CATCHING_UP = timedelta(minutes=15)
MOST_HURRIED = 5
"""Cadences in a row that may come to their end within a day."""


class Planner:
    """Plans the touches of one lead's pursuit."""

    def __init__(
        self,
        version: CadenceVersion,
        settings: Settings,
        hours: ContactHours,
        regions: tuple[str, ...],
        partner: PartnerHours | None = None,
        joint: ContactHours | None = None,
    ) -> None:
        self._cadence = version.cadence
        self._version = version
        self._settings = settings
        self._hours = hours
        self._steps = {step.name: step for step in version.cadence.steps}
        self._first_call = version.cadence.first_call
        self._awaited = {origin for step in version.cadence.steps for origin in step.origins}
        self._partner = partner
        law, limits = settings.rules.call_limit(regions), version.cadence.limits
        self._calendar = self._laid_over(hours, law, limits)
        self._calendars: dict[Recipient, Calendar] = {}
        if version.cadence.to == "partner" and partner and joint:
            self._calendars = {
                "lead": self._laid_over(hours, law, {}),
                "partner": self._laid_over(partner, None, limits),
                "both": self._laid_over(joint, law, limits),
                "rep": self._laid_over(partner, None, {}),
            }
        self._soonest = Soonest(self._calendar_of, version.cadence, self._steps_of)
        self._worked_out: WorkedOut | None = None

    @classmethod
    def for_lead(cls, lead: Lead, version: CadenceVersion, settings: Settings, closures: Closures = ()) -> "Planner":
        """The planner for a lead where it is. Without closures it plans as if the manager had never closed."""
        hours, regions = ContactHours(settings, lead.place, closures), lead.place.regions
        partner = settings.partners.partner(lead.handoff.partner) if lead.handoff and lead.handoff.partner else None
        if partner is None:
            return cls(version, settings, hours, regions)
        theirs = PartnerHours(settings, partner, closures)
        return cls(version, settings, hours, regions, theirs, JointHours(settings, lead.place, theirs, closures))

    def _laid_over(
        self, hours: ContactHours, law: CallLimit | None, limits: Mapping[Channel, ChannelLimit]
    ) -> Calendar:
        in_use = hours.on_weekdays(self._cadence.days_of_the_week)
        return Calendar(self._cadence, in_use, Limits(law, limits, in_use))

    @property
    def hours(self) -> ContactHours:
        """The contact hours where the lead is, on all days of the week."""
        return self._hours

    def hours_for(self, name: str) -> ContactHours:
        """When the touches of a step may be made."""
        return self._calendar_of(self.step(name)).hours

    @property
    def partner_hours(self) -> PartnerHours | None:
        """When the lead's partner can be reached; None for a lead without one."""
        return self._partner

    def recipient(self, name: str) -> Recipient:
        """Whom the touches of a step reach."""
        return self._cadence.recipient(self.step(name)) if name not in OUTSIDE_THE_CADENCE else "lead"

    def changes_at(self, lead: Lead) -> datetime | None:
        """When a lead that is with partners leaves its place without any news; None for any other lead."""
        return changes_at(lead, self._settings, self._partner)

    def looks_again_at(self, lead: Lead, now: datetime) -> datetime | None:
        """When to see again to a lead that is with partners: when it leaves its place, or the partner for whom it waits
        opens. None for any other lead.
        """
        changes = self.changes_at(lead)
        if changes is None or self._partner is None or is_given(lead) or self._partner.is_open(now):
            return changes
        opening = self._partner.next_open(now)
        return min(changes, opening) if opening else changes

    def answer_by(self, name: str, now: datetime) -> datetime | None:
        """The deadline that a step's message tells, if it goes now."""
        deadline = self.step(name).deadline
        return open_day_after(self._partner, now, deadline.days, deadline.clock) if deadline and self._partner else None

    def plan(self, lead: Lead, now: datetime) -> Plan:
        """The next touch, passing over and recording whatever can't or need not be."""
        passed: list[Touch] = []
        while True:
            candidates = without_waiting(self._candidates(lead, now), now)
            chosen = self._choose(candidates, now)
            if chosen is None:
                return Plan(lead, tuple(passed), self._end(lead, now))
            news = chosen.step.name == CALL_BACK and waits_for_news(lead) and not is_with_partners(lead)
            if news and chosen.due_at <= now:
                return Plan(lead, tuple(passed), GoOn("silence", chosen.due_at))
            reason = said_of_pause(self._why_pass_over(chosen, candidates, lead, now), chosen, lead)
            if reason is None:
                return Plan(lead, tuple(passed), self._planned(chosen, lead))
            lead = self._pass_over(lead, chosen)
            if chosen.applies:
                entry = self.touch(self._planned_before(chosen, lead), lead, "skipped", reason=reason)
                if reason == PAST and passed and (passed[-1].step, passed[-1].reason) == (entry.step, PAST):
                    passed.pop()  # of a year of rounds that never were, the last one tells enough
                passed.append(entry)

    def step(self, name: str) -> Step:
        """The step of that name; the system's own call-back is one too, and so is one that only an earlier version of
        the cadence had.
        """
        if name in OUTSIDE_THE_PLAN:
            return OUTSIDE_THE_PLAN[name]
        if name == CALL_BACK:
            return self._call_back
        if name.startswith(OF_EVENT):
            return EVENT
        return self._steps.get(name) or earlier(name)

    def silence_rule(self, name: str) -> IfSilent:
        """What a rep's silence leads to, for a call step or a call-back."""
        return self._cadence.silence_rule(self.step(name))

    def touch(self, planned: PlannedTouch, lead: Lead, status: str, reason: str | None = None) -> Touch:
        """The timeline's entry for a touch."""
        return Touch.model_validate(
            {
                "pursuit": lead.pursuit.number,
                "step": planned.step,
                "n": planned.n,
                "channel": planned.channel,
                "to": "rep" if planned.channel in ASKED_OF_REPS else planned.to,
                "due_at": planned.due_at,
                "purpose": self.purpose(planned.step, lead),
                "message": None if planned.step.startswith(OF_EVENT) else self.message(planned, lead),
                "voicemail": self.voicemail(planned, lead) if planned.channel == "call" else None,
                "status": status,
                "reason": reason,
                "ended_at": planned.due_at if status == "skipped" else None,
            }
        )

    def message(self, touch: PlannedTouch, lead: Lead) -> str:
        """The name of the message that a touch uses: the step's, or the one in its stead where something that it needs
        isn't on record.
        """
        step = self.step(touch.step)
        name = step.message_for(touch.n)
        if step.or_ and not all(on_record(need, lead) for need in self._version.needs_of(name)):
            return step.or_
        return name

    def voicemail(self, touch: PlannedTouch, lead: Lead) -> Literal["hang_up", "leave"]:
        """What the rep does at the beep. Of calls that are spread, the last planned one may be the one that leaves
        words.
        """
        rule = self.step(touch.step).voicemail
        if rule != "last":
            return rule
        newest = touch.n >= lead.pursuit.progress_of(touch.step).touches
        return "leave" if newest and not touch.slot.rest else "hang_up"

    def purpose(self, name: str, lead: Lead) -> str:
        """Why a step's touch is made; for a call-back that depends on what was agreed."""
        why = lead.pursuit.callback_why if name == CALL_BACK else None
        if why == "replied" and lead.hold and lead.hold.why == "unclear":
            return MAY_WANT_STOP
        return (WHY_CALL_BACK.get(why) if why else None) or self.step(name).purpose

    def tasks_for(self, outcome: Outcome) -> list[str]:
        """The tasks that an outcome answers."""
        return [step.name for step in self._cadence.steps if step.outcomes and outcome in step.outcomes]

    def _end(self, lead: Lead, now: datetime) -> Finish | GoOn:
        """How it ends when nothing comes any more."""
        ends = next((ends for ends in self._cadence.all_ends if self._hold(ends.if_, lead)), None)
        if ends and ends.because:
            return Finish(ends.because)
        # Without this a lead that nothing reaches, or that all is overdue for, would go round for ever where cadences
        # lead to each other.
        in_vain = lead.pursuit.started_by == "exhausted" and not lead.pursuit.has_touched
        if in_vain or lead.pursuit.hurried >= MOST_HURRIED or self._cadence.is_endless:
            return Finish("nothing_fits")
        return GoOn("exhausted", now, ends.next_cadence if ends else None)

    @property
    def first_call(self) -> str | None:
        """The cadence's first call step: the one that answers a new lead."""
        return self._first_call

    @property
    def _call_back(self) -> Step:
        script = None if f"{CALL_BACK}.call" in self._version.messages else self.first_call
        return Step(
            name=CALL_BACK,
            do="call",
            after=AT_ONCE,
            purpose=WHY_CALL_BACK["call_back"],
            message=self._cadence.step(script).message_for(1) if script else None,
            or_=self._cadence.step(script).or_ if script else None,
            if_silent=IfSilent(after=Duration("5m"), do="escalate"),
        )

    # -- candidates --------------------------------------------------------------------------------------

    def _candidates(self, lead: Lead, now: datetime) -> list[Candidate]:
        """All that could be next. What can only come later than one of those found, and than now, isn't worked out,
        except beside a call-back: what comes before that waits for it, and the next may be any of the others.
        """
        worked_out, callback_at = self._worked_out_for(lead), lead.pursuit.callback_at
        found = [self._call_back_candidate(lead, callback_at)] if callback_at else []
        soonest: datetime | None = None
        for not_before, place in worked_out.order:
            if soonest and not_before > max(soonest, now):
                break
            if place not in worked_out.candidates:
                worked_out.candidates[place] = self._next_of(self._cadence.steps[place], place, lead)
            candidate = worked_out.candidates[place]
            if candidate:
                found.append(candidate)
                if not callback_at and self._is_looked_at(candidate, now):
                    soonest = min(soonest or candidate.due_at, candidate.due_at)
        return found

    def _worked_out_for(self, lead: Lead) -> "WorkedOut":
        """A touch is planned before its wait and once more when it is due: mostly nothing was recorded in between."""
        if self._worked_out is None or not tell_the_same(lead, self._worked_out.lead):
            self._worked_out = WorkedOut(lead, self._soonest.order(lead))
        return self._worked_out

    def _steps_of(self, lead: Lead) -> list[tuple[int, Step]]:
        """The steps of the lead's pursuit, each with its place: those for what began it, from the one on that it began
        with.
        """
        entry = self._cadence.entry(lead.pursuit.at_step)
        first = self._cadence.steps.index(entry) if entry else 0
        steps = enumerate(self._cadence.steps)
        return [(place, step) for place, step in steps if place >= first and is_for(step, lead.pursuit)]

    def _next_of(self, step: Step, place: int, lead: Lead) -> Candidate | None:
        if self._is_given_up(step, lead):
            return None
        channel = self._channel(step, lead)
        occurrence = self._calendar_of(step).next_of(step, lead, channel)
        return self._candidate(step, place, channel, occurrence, lead) if occurrence else None

    def _call_back_candidate(self, lead: Lead, asked_for: datetime) -> Candidate:
        due_at = self._hours.next_open(asked_for)
        slot = Slot(day=lead.pursuit.progress_of(CALL_BACK).touches)
        occurrence = Occurrence(slot, due_at or asked_for, impossible=None if due_at else NEVER_OPEN)
        return self._candidate(self._call_back, -1, "call", occurrence, lead)

    def _candidate(self, step: Step, place: int, channel: Action, occurrence: Occurrence, lead: Lead) -> Candidate:
        scheduled = occurrence.due_at
        candidate = Candidate(
            step,
            channel,
            place,
            occurrence.slot,
            scheduled,
            scheduled,
            occurrence.impossible,
            self._hold(step.if_, lead),
        )
        if candidate.skip or step.any_hour:
            return candidate
        if step.do != "task":
            candidate = self._put_off(candidate, occurrence, lead)
        return candidate if candidate.skip else self._moved(candidate, occurrence, lead.pursuit)

    def _put_off(self, candidate: Candidate, occurrence: Occurrence, lead: Lead) -> Candidate:
        """Not while the manager has closed: once it is open again, or not at all if that is after the time it is bound
        to.
        """
        opening = self._hours_of(candidate).reopens(candidate.scheduled)
        if opening is None:
            return candidate._replace(skip=NEVER_OPEN)
        if occurrence.last and opening >= occurrence.last:
            return candidate._replace(skip=CLOSED)
        if opening == candidate.scheduled:
            return candidate
        if opening > candidate.scheduled:
            chance = self._calendar_of(candidate.step).chance(lead, opening)
            opening = self._hours_of(candidate).in_turn(candidate.scheduled, opening, chance)
        stays = occurrence.last and not occurrence.moves
        return candidate._replace(scheduled=candidate.scheduled if stays else opening, due_at=opening)

    def _moved(self, candidate: Candidate, occurrence: Occurrence, pursuit: Pursuit) -> Candidate:
        """Not before the last call is over, 5 minutes after an attempt unless they wrote to us since, and what the law
        and the cadence allow.
        """
        scheduled, channel, hours = candidate.due_at, candidate.channel, self._hours_of(candidate)
        earliest = max([scheduled, *self._call_ends(pursuit, scheduled)])
        answers = candidate.step.name == CALL_BACK and pursuit.callback_why == "replied"
        if channel == "call" and pursuit.last_attempt_at and not answers:
            earliest = max(earliest, pursuit.last_attempt_at + BETWEEN_ATTEMPTS)
        agreed = candidate.step.name != CALL_BACK  # what was agreed with the lead comes before the cadence's limits
        limits = self._calendar_of(candidate.step).limits
        allowed = limits.allowed_from(channel, pursuit, scheduled, agreed=agreed)
        earliest = limits.allowed_from(channel, pursuit, earliest, agreed=agreed) if earliest > scheduled else allowed
        allowed_from = hours.next_open(allowed)
        at_any_hour = channel == "task"
        due_at = hours.next_open(earliest) if earliest > scheduled and not at_any_hour else earliest
        if due_at is None:
            return candidate._replace(allowed_from=allowed_from, skip=NEVER_OPEN)
        if occurrence.last and due_at >= occurrence.last:
            reason = _no_room(limits, earliest, scheduled, channel, pursuit)
            return candidate._replace(allowed_from=allowed_from, due_at=min(due_at, occurrence.last), skip=reason)
        return candidate._replace(allowed_from=allowed_from, due_at=due_at)

    def _hours_of(self, candidate: Candidate) -> ContactHours:
        """The days of the week are the cadence's choice, not the lead's who asked to be called."""
        return self._hours if candidate.step.name == CALL_BACK else self._calendar_of(candidate.step).hours

    def _calendar_of(self, step: Step) -> Calendar:
        """The contact hours, and the limits, of whom a step reaches."""
        return self._calendars.get(self.recipient(step.name), self._calendar)

    def _call_ends(self, pursuit: Pursuit, after: datetime) -> list[datetime]:
        ends = [
            progress.ended_at
            for name, progress in pursuit.progress.items()
            if progress.ended_at
            and progress.ended_at > after
            and progress.outcome != "skipped"
            and self.made_on(name, progress) in ASKED_OF_REPS
        ]
        # A step that goes on with something else has forgotten its call.
        is_later = pursuit.call_over_at is not None and pursuit.call_over_at > after
        return [*ends, pursuit.call_over_at] if is_later and pursuit.call_over_at else ends

    def made_on(self, name: str, progress: Progress) -> Action:
        """What the last touch of a step was; records from before that was kept have steps with one channel only."""
        return progress.channel or self.step(name).actions[0]

    def _hold(self, conditions: Mapping[str, Condition], lead: Lead) -> bool:
        return not conditions or all_hold(conditions, lead, self._hours)

    # -- choosing ----------------------------------------------------------------------------------------

    def _choose(self, candidates: list[Candidate], now: datetime) -> Candidate | None:
        """The earliest. One whose conditions don't hold is looked at only when it is due, or when others
        wait for it: a new fact may still change the answer, and every new fact plans afresh.
        """
        wanted = [candidate for candidate in candidates if self._is_looked_at(candidate, now)]
        return min(wanted or candidates, key=lambda candidate: candidate.order, default=None)

    def _is_looked_at(self, candidate: Candidate, now: datetime) -> bool:
        return candidate.applies or candidate.due_at <= now or candidate.step.name in self._awaited

    def _why_pass_over(self, chosen: Candidate, candidates: list[Candidate], lead: Lead, now: datetime) -> str | None:
        """Why the earliest candidate is not to be made; None if it is."""
        if not chosen.applies:
            return "its conditions do not hold" if chosen.due_at <= now else None
        if lead.pursuit.moved_at and chosen.due_at < lead.pursuit.moved_at and chosen.step.name != CALL_BACK:
            return PAST
        if chosen.skip or (unreachable := self._unreachable(chosen.step, chosen.channel, lead)):
            return chosen.skip or unreachable
        if is_held(chosen, lead, now) and self.recipient(chosen.step.name) == "lead":
            return HELD
        if lead.pursuit.callback_at is not None and chosen.step.name != CALL_BACK:
            call_back = next(candidate for candidate in candidates if candidate.step.name == CALL_BACK)
            if waits_for(call_back, chosen):
                return WAITING_FOR_CALL_BACK
        if self._is_too_late(chosen, chosen.due_at) or self._is_too_late(chosen, now):
            return TOO_LATE
        # After an outage a lead nobody has called yet is called first, not whatever was due last.
        late = chosen.step.name != self.first_call and now - chosen.due_at > CATCHING_UP
        if late and self._another_is_due(chosen, candidates, lead, now):
            return MISSED
        if chosen.channel == "call" and chosen.due_at > chosen.scheduled:
            return OVERTAKEN if self._another_is_due(chosen, candidates, lead, chosen.due_at, "call") else None
        return None

    def _unreachable(self, step: Step, channel: Action, lead: Lead) -> str | None:
        """Why the lead can't be reached, neither on the step's channel nor on another one that it has words for.

        Without a phone number the first call asks the rep to write instead, so that somebody knows; the others are
        passed over.
        """
        to = self.recipient(step.name)
        if to in ("partner", "rep"):
            return None
        if to == "lead" and channel == "call" and not lead.profile.phone and step.name in (CALL_BACK, self.first_call):
            return None
        return why_not(channel, lead)

    def _channel(self, step: Step, lead: Lead) -> Action:
        if self.recipient(step.name) != "lead":
            return step.actions[0]

        def is_written_for(channel: Channel) -> bool:
            message = step.message_for(lead.pursuit.progress_of(step.name).touches + 1)
            return f"{message}.{channel}" in self._version.messages

        return channel_for(step, lead, is_written_for)

    def _is_given_up(self, step: Step, lead: Lead) -> bool:
        """An endless step without an address is passed over once: doing so again and again would never end."""
        begun = lead.pursuit.progress_of(step.name).touches > 0
        return not step.has_end and begun and self._unreachable(step, self._channel(step, lead), lead) is not None

    def _is_too_late(self, chosen: Candidate, moment: datetime) -> bool:
        if moment <= chosen.scheduled or chosen.channel == "task":  # what a rep knows or can do keeps
            return False
        allowed_from = chosen.allowed_from or chosen.scheduled
        if chosen.channel == "call":
            return moment - allowed_from > CALL_MAY_BE_LATE
        hours = self._calendar_of(chosen.step).hours
        return hours.date_of(moment) > hours.date_of(allowed_from)

    def _another_is_due(
        self,
        chosen: Candidate,
        candidates: list[Candidate],
        lead: Lead,
        by: datetime,
        channel: str | None = None,
    ) -> bool:
        """Whether some other touch, or this step's own next one, is scheduled by then and could be made."""
        others = [candidate for candidate in candidates if candidate.place != chosen.place]
        calendar = self._calendar_of(chosen.step)
        occurrence = calendar.next_of(chosen.step, self._pass_over(lead, chosen), chosen.channel)
        if occurrence and not chosen.step.series:
            others.append(self._candidate(chosen.step, chosen.place, chosen.channel, occurrence, lead))
        return any(
            other.applies and not other.skip and other.scheduled <= by and channel in (None, other.channel)
            for other in others
        )

    # -- results -----------------------------------------------------------------------------------------

    def _planned(self, chosen: Candidate, lead: Lead) -> PlannedTouch:
        return PlannedTouch(
            step=chosen.step.name,
            n=lead.pursuit.progress_of(chosen.step.name).touches + 1,
            channel=chosen.channel,
            due_at=chosen.due_at,
            slot=chosen.slot,
            to=self.recipient(chosen.step.name),
        )

    def _planned_before(self, chosen: Candidate, lead: Lead) -> PlannedTouch:
        planned = self._planned(chosen, lead)
        return planned.model_copy(update={"n": planned.n - 1})

    def _pass_over(self, lead: Lead, chosen: Candidate) -> Lead:
        done = lead.pursuit.progress_of(chosen.step.name)
        progress = Progress(
            touches=done.touches + 1,
            slot=chosen.slot,
            due_at=chosen.due_at,
            ended_at=chosen.due_at,
            outcome="skipped",
        )
        changed: dict[str, object] = {"progress": {**lead.pursuit.progress, chosen.step.name: progress}}
        if chosen.step.name == CALL_BACK:
            changed["callback_at"] = None
        return lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update=changed)})


def _no_room(limits: Limits, earliest: datetime, scheduled: datetime, channel: Action, pursuit: Pursuit) -> str:
    if limits.agreed_from(channel, used_on(channel, pursuit), scheduled) > scheduled:
        return CADENCE_LIMIT
    far = earliest - scheduled > CALL_MAY_BE_LATE
    return CALL_LIMIT.format(hours=limits.law.hours) if limits.law and far else NO_ROOM


def recent(calls: tuple[DueCall, ...], call: DueCall) -> tuple[DueCall, ...]:
    """The calls of the two days up to and with a new one."""
    return (*(other for other in calls if call.due_at - other.due_at < timedelta(days=2)), call)
