"""Record what a rep says came of a call, or of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain import answers_to_reps
from followthrough.domain.asking import nudge_of, passed_on
from followthrough.domain.closures import Closures
from followthrough.domain.errors import Refused
from followthrough.domain.leads import Ask, Lead, Outcome, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import (
    ask_another,
    asked_touch,
    decide,
    end_touch,
    ended_at_of,
    go_on_with,
    latest_call,
    reopened,
    with_ask,
)
from followthrough.domain.reporting import (
    OF_A_CALL,
    STILL_TOLD,
    TASK_OUTCOMES,
    WITH_A_DATE,
    CallBack,
    call_back_after,
    called_off,
    contact,
    is_over,
    next_contact,
    outcomes_of,
    report,
    reported_before,
    task_for,
)
from followthrough.use_cases.ask_rep import somebody
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import hand_over, wake

FARTHEST = timedelta(days=300)


@dataclass(frozen=True)
class Report:
    """What the rep says.

    `touch_id` names the call; without it the one being asked for, else the last one that nobody has reported, else
    a contact outside of any planned call. `by` is the rep's id. `learned` are fields of the profile: problem, goal,
    value, preferred_channel. `pursuit` and `in_view_of` are for who may not have seen the latest: the pursuit that the
    call belongs to, and what was reported of it so far, to the rep's knowledge.
    """

    outcome: Outcome
    touch_id: str | None = None
    callback_at: datetime | None = None
    appointment_at: datetime | None = None
    note: str | None = None
    by: str | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    pursuit: int | None = None
    in_view_of: Outcome | Literal["whatever", "nothing"] = "whatever"


@dataclass(frozen=True)
class Reported:
    """What came of the report, and the lead as it stands. `wake_error` is the kind of error for which the machine could
    not be woken at once.
    """

    result: Literal["recorded", "passed_on", "already_reported", "already_closed", "superseded"]
    lead: Lead
    wake_error: str | None = None


def report_outcome(services: SendingServices, lead_id: str, said: Report) -> Reported:
    """Record the outcome, plan afresh, wake the machine, and let others who were asked stand down.

    An appointment with its time ends the pursuit, and the business's cadence for appointments begins. Saying the same
    thing twice changes nothing. Saying something else of the touch whose report closed the lead opens it again.

    Raises NotFound for an unknown lead or call, Refused when a call-back or an appointment has no possible time, or
    when the outcome answers nothing that a rep is asked.
    """
    return retried(lambda: _report(services, lead_id, said))


def _report(services: SendingServices, lead_id: str, said: Report) -> Reported:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    if is_over(lead, said.outcome, said.touch_id, said.appointment_at):
        return Reported("already_closed", lead)
    waited_for = _appointment_waited_for(services, lead, now)
    if lead.is_open and said.outcome == "booked" and waited_for and said.appointment_at in (None, waited_for):
        return Reported("already_reported", lead)
    if said.pursuit not in (None, lead.pursuit.number):
        return Reported("superseded", lead)
    planner = planner_for(services, lead, closures)
    said = _as_meant(said, planner, waited_for)
    if said.outcome == "cannot_take":
        return _pass_on(services, lead, planner, said, now)
    if not lead.is_open and lead.status not in STILL_TOLD and not _is_asked(said, planner):
        return Reported("already_closed", lead)
    if _asks_afterwards(services, lead, planner, said):
        return _report_in_appointment(services, lead, closures, said, now)
    base, touch = _touch_of(reopened(lead), planner, said, now)
    if _is_known(said, lead, touch, now):
        return Reported("already_reported", lead)
    after, entries = _told(services, lead, base, touch, planner, said, now)
    if said.outcome == "booked" and said.appointment_at:
        begun = _begin_appointment(services, after, now)
        return _begun(services, lead, begun, after, closures, entries, said)
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*entries, *decision.passed))
    return _recorded(services, lead, saved, said, wake(services, lead, saved))


def _told(
    services: SendingServices,
    lead: Lead,
    base: Lead,
    touch: PlannedTouch,
    planner: Planner,
    said: Report,
    now: datetime,
) -> tuple[Lead, list[Touch]]:
    """The lead with what is said of it, and the entries of the timeline. `lead` is as it was, `base` as it is about to
    be told of.
    """
    next_call = _next_call(services, base, touch, planner, said, now)
    after = _with_details(report(base, touch, said.outcome, now, next_call), said, now)
    entries = [_entry(services, planner, lead, base, after, touch, said, now)]
    if other := called_off(lead, touch, said.outcome):
        after = end_touch(after, other, "skipped", now)
        entries.append(planner.touch(other, after, "skipped", reason="an earlier call was reported meanwhile"))
    return after, entries


def _recorded(services: SendingServices, before: Lead, saved: Lead, said: Report, wake_error: str | None) -> Reported:
    _measure(services, before, saved)
    _stand_down(services, before, saved, said)
    return Reported("recorded", saved, wake_error)


# -- appointments ------------------------------------------------------------------------------------------------


def _begin_appointment(services: SendingServices, lead: Lead, now: datetime) -> Lead:
    version = services.cadences.current(services.settings.business.appointment_cadence)
    services.store.keep_version(version)
    return go_on_with(lead, version, now, "appointment")


def _begun(
    services: SendingServices,
    before: Lead,
    begun: Lead,
    past: Lead,
    closures: Closures,
    entries: Sequence[Touch],
    said: Report,
) -> Reported:
    """Save a lead whose pursuit for an appointment has begun, and the pursuit that is over, and start the machine."""
    decision = decide(begun, planner_for(services, begun, closures), services.clock())
    saved = services.store.archive(decision.lead, None, past, (*entries, *decision.passed))
    wake_error = hand_over(services, before, saved) if saved.is_open else None
    return _recorded(services, before, saved, said, wake_error)


def _asks_afterwards(services: SendingServices, lead: Lead, planner: Planner, said: Report) -> bool:
    """Whether this tells what came of an appointment that was booked without its time, so that nobody has asked."""
    if lead.status != "booked" or said.outcome not in TASK_OUTCOMES or planner.tasks_for(said.outcome):
        return False
    asked = services.cadences.current(services.settings.business.appointment_cadence).cadence.steps
    return any(said.outcome in (step.outcomes or ()) for step in asked)


def _report_in_appointment(
    services: SendingServices, lead: Lead, closures: Closures, said: Report, now: datetime
) -> Reported:
    """The pursuit for the appointment begins with this answer, as if it had been asked for."""
    begun = _begin_appointment(services, lead, now)
    planner = planner_for(services, begun, closures)
    base, touch = _touch_of(begun, planner, replace(said, touch_id=None), now)
    after, entries = _told(services, begun, base, touch, planner, said, now)
    return _begun(services, lead, after, lead, closures, entries, said)


def _appointment_waited_for(services: SendingServices, lead: Lead, now: datetime) -> datetime | None:
    """The time of an appointment that lies ahead."""
    kept = lead.appointment_at
    is_waiting = lead.pursuit.cadence == services.settings.business.appointment_cadence
    return kept if kept and kept > now and is_waiting else None


# -- what is said ------------------------------------------------------------------------------------------------


def _as_meant(said: Report, planner: Planner, waited_for: datetime | None) -> Report:
    """Whoever is thinking, where no task asks for that, is in conversation; an appointment that lies ahead still has
    its time.
    """
    if said.outcome == "thinking" and not planner.tasks_for("thinking"):
        return replace(said, outcome="in_conversation")
    if said.outcome == "booked" and waited_for:
        return replace(said, appointment_at=said.appointment_at or waited_for)
    return said


def _is_asked(said: Report, planner: Planner) -> bool:
    """Whether the call or task that is named can have this outcome."""
    return said.outcome in outcomes_of(planner, (said.touch_id or "").rpartition(".")[0])


def _touch_of(lead: Lead, planner: Planner, said: Report, now: datetime) -> tuple[Lead, PlannedTouch]:
    """What the report is about: the call or task that is named or asked for, if this can be said of it; else the task
    that it answers; else a contact outside of any.
    """
    touch_id = said.touch_id or latest_call(lead)
    if touch_id not in (None, next_contact(lead)):
        touch = asked_touch(lead, touch_id, planner)
        if said.outcome in outcomes_of(planner, touch.step):
            return lead, touch
    if told := task_for(lead, said.outcome, planner, now):
        return told
    if said.outcome not in OF_A_CALL:
        raise Refused("outcome", "answers nothing that a rep is asked about this lead")
    return contact(lead, now)


def _is_known(said: Report, lead: Lead, touch: PlannedTouch, now: datetime) -> bool:
    """Whether the same was said before, or something that the rep hasn't seen; another time is news: for a call-back as
    long as it lies ahead.
    """
    before = reported_before(lead, touch)
    if said.in_view_of not in ("whatever", before or "nothing"):
        return True
    another_call = said.callback_at not in (None, lead.pursuit.callback_at) and said.callback_at > now
    another_time = another_call or said.appointment_at not in (None, lead.appointment_at)
    return before == said.outcome and not another_time


def _with_details(lead: Lead, said: Report, now: datetime) -> Lead:
    if said.appointment_at and not now < said.appointment_at <= now + FARTHEST:
        raise Refused("appointment_at", "must lie in the future, within 300 days")
    return lead.model_copy(
        update={
            "appointment_at": said.appointment_at or lead.appointment_at,
            "note": said.note or lead.note,
            "profile": lead.profile.model_copy(update=dict(said.learned)),
        }
    )


def _entry(
    services: SendingServices,
    planner: Planner,
    lead: Lead,
    base: Lead,
    after: Lead,
    touch: PlannedTouch,
    said: Report,
    now: datetime,
) -> Touch:
    told = _told_before(services, lead, touch)
    asked = lead.ask.asked if lead.ask and lead.ask.touch_id == touch.id else ()
    return planner.touch(touch, base, "reported").model_copy(
        update={
            "outcome": said.outcome,
            "note": said.note or (told.note if told else None),
            "by": said.by,
            "asked": asked or (told.asked if told else ()),
            "ended_at": ended_at_of(after, touch) or now,
            "reported_at": now,
        }
    )


def _told_before(services: SendingServices, lead: Lead, touch: PlannedTouch) -> Touch | None:
    """The entry of a touch that is over: what it says of who was asked, and the note, outlast another report."""
    open_touch, begun = lead.pursuit.open_touch, lead.pursuit.progress_of(touch.step).touches
    if begun < touch.n or (open_touch and open_touch.id == touch.id):
        return None
    named = (lead.pursuit.number, touch.id)
    return next((each for each in services.store.timeline(lead.id) if (each.pursuit, each.id) == named), None)


def _next_call(
    services: SendingServices, lead: Lead, touch: PlannedTouch, planner: Planner, said: Report, now: datetime
) -> CallBack | None:
    """When to call next, for the outcomes that say so."""
    named = said.callback_at if said.outcome in WITH_A_DATE else None
    if named is None and said.outcome in WITH_A_DATE and said.outcome != "in_conversation":
        raise Refused("callback_at", "say when to call back, such as 2026-11-24T15:00:00-05:00")
    if named and not now < named <= now + FARTHEST:
        raise Refused("callback_at", "must lie in the future, within 300 days")
    return call_back_after(lead, touch, said.outcome, named, planner, services.settings.business, now)


# -- somebody else -------------------------------------------------------------------------------------------


def _pass_on(services: SendingServices, lead: Lead, planner: Planner, said: Report, now: datetime) -> Reported:
    """The one who is asked can't take it: the machine is woken and tells the next one."""
    ask = lead.ask
    if ask is None or ask.deadline is None or said.by not in (None, ask.holder):
        return Reported("already_reported", lead)
    if said.touch_id not in (None, ask.touch_id):
        return Reported("already_reported", lead)
    touch = asked_touch(lead, ask.touch_id, planner)
    holder = somebody(services, lead, ask.asked, now)
    if holder in (None, ask.holder):  # who alone is left can't take it
        return _given_up(services, lead, planner, ask, touch, now)
    response = planner.silence_rule(touch.step).after.elapsed
    after = ask_another(lead, passed_on(ask, holder, services.new_token(), now + response, declined=True))
    entry = planner.touch(touch, lead, "asked").model_copy(update={"asked": (*ask.asked, holder)})
    entries = (entry,) if lead.pursuit.open_touch else ()
    saved = services.store.save(after, entries, nudge_of(after, now))
    return Reported("passed_on", saved, wake(services, lead, saved))


def _given_up(
    services: SendingServices, lead: Lead, planner: Planner, ask: Ask, touch: PlannedTouch, now: datetime
) -> Reported:
    """Nobody is left to ask: the touch is over as if nobody had reported, and the plan goes on."""
    after = with_ask(end_touch(lead, touch, "silent", now), ask.model_copy(update={"deadline": None, "token": None}))
    decision = decide(after, planner, now)
    entry = planner.touch(touch, lead, "silent").model_copy(update={"asked": ask.asked, "ended_at": now})
    saved = services.store.save(decision.lead, (entry, *decision.passed))
    return Reported("passed_on", saved, wake(services, lead, saved))


def _stand_down(services: SendingServices, before: Lead, after: Lead, said: Report) -> None:
    """Tell everybody else who was asked. Where nobody says who reports, it is taken to be who was asked last."""
    if before.ask is None or after.ask is not None or len(before.ask.asked) == 1:
        return
    person = services.settings.team.person(said.by) if said.by else None
    words = answers_to_reps.stand_down(person.name if person else "", before.profile.name)
    stand_down(services, before.ask.asked, said.by or before.ask.holder, words)


# -- after saving --------------------------------------------------------------------------------------------


def _measure(services: SendingServices, before: Lead, after: Lead) -> None:
    for name, was, is_ in (
        ("SecondsToFirstAttempt", before.attempted_at, after.attempted_at),
        ("SecondsToReached", before.reached_at, after.reached_at),
    ):
        if was is None and is_ is not None:
            services.measure(name, after.waited_until(is_).total_seconds())
