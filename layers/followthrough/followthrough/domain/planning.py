"""What comes next for a lead: `plan_next_touch`.

A function of recorded facts. `now` never moves a due time; it only decides which touches are due or
overdue, so a late report or a restart can't shift what the preview has shown.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followthrough.domain.business import Settings
from followthrough.domain.cadence import ASKED_OF_REPS, CALL_BACK, Cadence, Condition, IfSilent, Step
from followthrough.domain.closures import Closures
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.durations import Duration
from followthrough.domain.leads import (
    DueCall,
    Lead,
    Outcome,
    PlannedTouch,
    Progress,
    Pursuit,
    Slot,
    Status,
    Touch,
    WhyCallBack,
)
from followthrough.domain.occurrences import CALL_LIMIT, CLOSED, NEVER_OPEN, NO_ROOM, Calendar, Occurrence
from followthrough.domain.times_in_words import day_in_words

CONTACT = "contact"
BETWEEN_ATTEMPTS = timedelta(minutes=5)
CALL_MAY_BE_LATE = timedelta(hours=2)
CATCHING_UP = timedelta(minutes=15)

OVERTAKEN = "overtaken: the next call was due before this one could be made"
TOO_LATE = "too late"
MISSED = "missed: only one touch is caught up on"
NO_ADDRESS = {
    "call": "no phone number is known",
    "text": "no phone number is known",
    "email": "no e-mail address is known",
}
NO_CONSENT = "no consent to texts is on record"
WAITING_FOR_CALL_BACK = "they asked to be called back first"
WHY_CALL_BACK: dict[WhyCallBack, str] = {
    "call_back": "They asked to be called at this time.",
    "in_conversation": "You have spoken before: take it up again, and agree a next step with a date.",
    "thinking": "They wanted time to think: ask what they have decided.",
    "no_show": "They did not come to their appointment: ask whether all is well, and offer another time.",
}
"""The purpose of a call-back, by what was reported when it was agreed."""
GONE_SILENT = "Silent since the conversation{on}: take it up again, and agree a next step with a date."
"""The purpose of the call that is made when nothing was heard after a conversation."""


_CONTACT = Step(name=CONTACT, do="call", after=Duration("0m"), purpose="We were in touch outside of any planned call.")


@dataclass(frozen=True)
class Finish:
    """Nothing comes after this: the pursuit ends, and the lead with it."""

    because: Status


@dataclass(frozen=True)
class Plan:
    """What comes next, the lead with everything that was passed over recorded, and those entries."""

    lead: Lead
    passed: tuple[Touch, ...]
    next: PlannedTouch | Finish


@dataclass(frozen=True)
class _Candidate:
    step: Step
    place: int
    slot: Slot
    scheduled: datetime
    due_at: datetime
    skip: str | None = None
    applies: bool = True
    lawful_from: datetime | None = None  # a call that the law holds back isn't late before then

    @property
    def order(self) -> tuple[datetime, bool, int]:
        return self.due_at, not self.applies, self.place


class Planner:
    """Plans the touches of one lead's pursuit. Raises KeyError only for a step that its cadence lacks."""

    def __init__(self, cadence: Cadence, settings: Settings, hours: ContactHours, regions: tuple[str, ...]) -> None:
        self._cadence = cadence
        self._zone = settings.zone
        self._hours = hours
        self._calendar = Calendar(cadence, hours, settings.rules.call_limit(regions))

    @classmethod
    def for_lead(cls, lead: Lead, cadence: Cadence, settings: Settings, closures: Closures = ()) -> "Planner":
        """The planner for a lead where it is. Without closures it plans as if the manager had never closed."""
        return cls(cadence, settings, ContactHours(settings, lead.place, closures), lead.place.regions)

    @property
    def hours(self) -> ContactHours:
        """The contact hours that it plans in."""
        return self._hours

    def plan(self, lead: Lead, now: datetime) -> Plan:
        """The next touch, passing over and recording whatever can't or need not be."""
        passed: list[Touch] = []
        while True:
            candidates = self._candidates(lead)
            chosen = self._choose(candidates, now)
            if chosen is None:
                return Plan(lead, tuple(passed), Finish(self._because(lead)))
            reason = self._why_pass_over(chosen, candidates, lead, now)
            if reason is None:
                return Plan(lead, tuple(passed), self._planned(chosen, lead))
            lead = self._pass_over(lead, chosen)
            if chosen.applies:
                passed.append(self.touch(self._planned_before(chosen, lead), lead, "skipped", reason=reason))

    def step(self, name: str) -> Step:
        """The step of that name; the system's own call-back is one too."""
        if name == CONTACT:
            return _CONTACT
        return self._call_back if name == CALL_BACK else self._cadence.step(name)

    def silence_rule(self, name: str) -> IfSilent:
        """What a rep's silence leads to, for a call step or a call-back."""
        return self._cadence.silence_rule(self.step(name))

    def touch(self, planned: PlannedTouch, lead: Lead, status: str, reason: str | None = None) -> Touch:
        """The timeline's entry for a touch."""
        step = self.step(planned.step)
        return Touch.model_validate(
            {
                "pursuit": lead.pursuit.number,
                "step": planned.step,
                "n": planned.n,
                "channel": planned.channel,
                "to": "rep" if planned.channel in ASKED_OF_REPS else "lead",
                "due_at": planned.due_at,
                "purpose": self.purpose(planned.step, lead),
                "message": step.message_for(planned.n),
                "voicemail": step.voicemail if planned.channel == "call" else None,
                "status": status,
                "reason": reason,
                "ended_at": planned.due_at if status == "skipped" else None,
            }
        )

    def purpose(self, name: str, lead: Lead) -> str:
        """Why a step's touch is made; for a call-back that depends on what was agreed."""
        why = lead.pursuit.callback_why if name == CALL_BACK else None
        if why == "gone_silent":
            return GONE_SILENT.format(on=f" on {day_in_words(lead.spoken_at, self._zone)}" if lead.spoken_at else "")
        return (WHY_CALL_BACK.get(why) if why else None) or self.step(name).purpose

    def tasks_for(self, outcome: Outcome) -> list[str]:
        """The tasks that an outcome answers."""
        return [step.name for step in self._cadence.steps if step.outcomes and outcome in step.outcomes]

    def _because(self, lead: Lead) -> Status:
        holds = (ends.because for ends in self._cadence.all_ends if self._hold(ends.if_, lead))
        return next(holds, "nothing_fits")

    @property
    def first_call(self) -> str | None:
        """The cadence's first call step: the one that answers a new lead."""
        return next((step.name for step in self._cadence.steps if step.do == "call"), None)

    @property
    def _call_back(self) -> Step:
        script = self.first_call
        return Step(
            name=CALL_BACK,
            do="call",
            after=Duration("0m"),
            purpose=WHY_CALL_BACK["call_back"],
            message=self._cadence.step(script).message_for(1) if script else None,
            if_silent=IfSilent(after=Duration("5m"), do="escalate"),
        )

    # -- candidates --------------------------------------------------------------------------------------

    def _candidates(self, lead: Lead) -> list[_Candidate]:
        found = [
            self._candidate(step, place, occurrence, lead)
            for place, step in enumerate(self._cadence.steps)
            if not self._is_given_up(step, lead) and (occurrence := self._calendar.next_of(step, lead))
        ]
        if lead.pursuit.callback_at is not None:
            found.append(self._call_back_candidate(lead, lead.pursuit.callback_at))
        return found

    def _call_back_candidate(self, lead: Lead, asked_for: datetime) -> _Candidate:
        due_at = self._hours.next_open(asked_for)
        slot = Slot(day=lead.pursuit.progress_of(CALL_BACK).touches)
        occurrence = Occurrence(slot, due_at or asked_for, impossible=None if due_at else NEVER_OPEN)
        return self._candidate(self._call_back, -1, occurrence, lead)

    def _candidate(self, step: Step, place: int, occurrence: Occurrence, lead: Lead) -> _Candidate:
        scheduled = occurrence.due_at
        candidate = _Candidate(
            step,
            place,
            occurrence.slot,
            scheduled,
            scheduled,
            occurrence.impossible,
            self._applies(step, lead),
        )
        if candidate.skip or step.any_hour:
            return candidate
        if step.do != "task":
            candidate = self._put_off(candidate, occurrence)
        return candidate if candidate.skip else self._moved(candidate, occurrence, lead.pursuit)

    def _put_off(self, candidate: _Candidate, occurrence: Occurrence) -> _Candidate:
        """Not while the manager has closed: once it is open again, or not at all if that is after the day it is bound
        to.
        """
        opening = self._hours.reopens(candidate.scheduled)
        if opening is None:
            return replace(candidate, skip=NEVER_OPEN)
        if occurrence.last and opening >= occurrence.last:
            return replace(candidate, skip=CLOSED)
        return replace(candidate, scheduled=candidate.scheduled if occurrence.last else opening, due_at=opening)

    def _moved(self, candidate: _Candidate, occurrence: Occurrence, pursuit: Pursuit) -> _Candidate:
        """Not before the last call is over, 5 minutes after an attempt, and what the law allows."""
        scheduled, is_call = candidate.due_at, candidate.step.do == "call"
        calls = [call.due_at for call in pursuit.recent_calls]
        earliest = max([scheduled, *self._call_ends(pursuit)])
        if is_call and pursuit.last_attempt_at:
            earliest = max(earliest, pursuit.last_attempt_at + BETWEEN_ATTEMPTS)
        if is_call:
            earliest = self._calendar.allowed_from(calls, earliest)
            lawful = self._calendar.allowed_from(calls, scheduled)
            candidate = replace(candidate, lawful_from=self._hours.next_open(lawful))
        at_any_hour = candidate.step.do == "task"
        due_at = self._hours.next_open(earliest) if earliest > scheduled and not at_any_hour else earliest
        if due_at is None:
            return replace(candidate, skip=NEVER_OPEN)
        if occurrence.last and due_at >= occurrence.last:
            return replace(candidate, due_at=min(due_at, occurrence.last), skip=self._no_room(earliest, scheduled))
        return replace(candidate, due_at=due_at)

    def _no_room(self, earliest: datetime, scheduled: datetime) -> str:
        limit = self._calendar.limit
        far = earliest - scheduled > CALL_MAY_BE_LATE
        return CALL_LIMIT.format(hours=limit.hours) if limit and far else NO_ROOM

    def _call_ends(self, pursuit: Pursuit) -> list[datetime]:
        return [
            progress.ended_at
            for name, progress in pursuit.progress.items()
            if progress.ended_at and progress.outcome != "skipped" and self.step(name).do in ASKED_OF_REPS
        ]

    def _applies(self, step: Step, lead: Lead) -> bool:
        return self._hold(step.if_, lead)

    def _hold(self, conditions: dict[str, Condition], lead: Lead) -> bool:
        return all(
            self._fact(key, lead) in ([wanted] if isinstance(wanted, str) else wanted)
            for key, wanted in conditions.items()
        )

    def _fact(self, key: str, lead: Lead) -> str | None:
        if key == "arrived":
            return "in_hours" if self._hours.is_open(lead.pursuit.began_at) else "outside_hours"
        if key in {"value", "audience"}:
            return str(getattr(lead.profile, key))
        return lead.pursuit.progress_of(key).outcome

    # -- choosing ----------------------------------------------------------------------------------------

    def _choose(self, candidates: list[_Candidate], now: datetime) -> _Candidate | None:
        """The earliest. One whose conditions don't hold is looked at only when it is due, or when others
        wait for it: a new fact may still change the answer, and every new fact plans afresh.
        """
        wanted = [
            candidate
            for candidate in candidates
            if candidate.applies or candidate.due_at <= now or self._cadence.is_awaited(candidate.step.name)
        ]
        return min(wanted or candidates, key=lambda candidate: candidate.order, default=None)

    def _why_pass_over(self, chosen: _Candidate, candidates: list[_Candidate], lead: Lead, now: datetime) -> str | None:
        """Why the earliest candidate is not to be made; None if it is."""
        if not chosen.applies:
            return "its conditions do not hold" if chosen.due_at <= now else None
        if chosen.skip or (unreachable := self._unreachable(chosen.step, lead)):
            return chosen.skip or unreachable
        if lead.pursuit.callback_at is not None and chosen.step.name != CALL_BACK:
            call_back = next(candidate for candidate in candidates if candidate.step.name == CALL_BACK)
            reaches_lead = not chosen.step.any_hour and chosen.step.do != "task"
            if chosen.order < call_back.order and reaches_lead:
                return WAITING_FOR_CALL_BACK
        if self._is_too_late(chosen, chosen.due_at) or self._is_too_late(chosen, now):
            return TOO_LATE
        # After an outage a lead nobody has called yet is called first, not whatever was due last.
        late = chosen.step.name != self.first_call and now - chosen.due_at > CATCHING_UP
        if late and self._another_is_due(chosen, candidates, lead, now):
            return MISSED
        if chosen.step.do == "call" and chosen.due_at > chosen.scheduled:
            return OVERTAKEN if self._another_is_due(chosen, candidates, lead, chosen.due_at, "call") else None
        return None

    def _unreachable(self, step: Step, lead: Lead) -> str | None:
        """Why the lead can't be reached on the step's channel. Without a phone number the first call asks the
        rep to write instead, so that somebody knows; the others are passed over.
        """
        if step.do == "task":
            return None
        address = lead.profile.email if step.do == "email" else lead.profile.phone
        if not address:
            return None if step.name in (CALL_BACK, self.first_call) else NO_ADDRESS[step.do]
        return NO_CONSENT if step.do == "text" and not lead.profile.consent_to_text else None

    def _is_given_up(self, step: Step, lead: Lead) -> bool:
        """A repeating step without an address is passed over once: doing so again and again would never end."""
        begun = lead.pursuit.progress_of(step.name).touches > 0
        return step.every is not None and begun and self._unreachable(step, lead) is not None

    def _is_too_late(self, chosen: _Candidate, moment: datetime) -> bool:
        if moment <= chosen.scheduled or chosen.step.do == "task":  # what a rep knows or can do keeps
            return False
        if chosen.step.do == "call":
            return moment - (chosen.lawful_from or chosen.scheduled) > CALL_MAY_BE_LATE
        return self._hours.date_of(moment) > self._hours.date_of(chosen.scheduled)

    def _another_is_due(
        self,
        chosen: _Candidate,
        candidates: list[_Candidate],
        lead: Lead,
        by: datetime,
        channel: str | None = None,
    ) -> bool:
        """Whether some other touch, or this step's own next one, is scheduled by then and could be made."""
        following = self._calendar.next_of(chosen.step, self._pass_over(lead, chosen))
        others = [candidate for candidate in candidates if candidate.place != chosen.place]
        if following:
            others.append(self._candidate(chosen.step, chosen.place, following, lead))
        return any(
            other.applies and not other.skip and other.scheduled <= by and channel in (None, other.step.do)
            for other in others
        )

    # -- results -----------------------------------------------------------------------------------------

    def _planned(self, chosen: _Candidate, lead: Lead) -> PlannedTouch:
        return PlannedTouch(
            step=chosen.step.name,
            n=lead.pursuit.progress_of(chosen.step.name).touches + 1,
            channel=chosen.step.do,
            due_at=chosen.due_at,
            slot=chosen.slot,
        )

    def _planned_before(self, chosen: _Candidate, lead: Lead) -> PlannedTouch:
        planned = self._planned(chosen, lead)
        return planned.model_copy(update={"n": planned.n - 1})

    def _pass_over(self, lead: Lead, chosen: _Candidate) -> Lead:
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


def recent(calls: tuple[DueCall, ...], call: DueCall) -> tuple[DueCall, ...]:
    """The calls of the two days up to and with a new one."""
    return (*(other for other in calls if call.due_at - other.due_at < timedelta(days=2)), call)
