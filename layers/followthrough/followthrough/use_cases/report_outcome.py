"""Record what a rep says came of a call, or of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from followthrough.domain import answers_to_reps
from followthrough.domain.answering import nobody_asked
from followthrough.domain.asking import nudge_of, passed_on
from followthrough.domain.business_events import (
    BY_SYSTEM,
    CALLED_OFF,
    FARTHEST,
    OF_AN_APPOINTMENT,
    BusinessEvent,
    happened,
    is_settled,
    known_as,
    with_event,
)
from followthrough.domain.closures import Closures
from followthrough.domain.errors import Refused
from followthrough.domain.handoffs import handoff_of, is_given
from followthrough.domain.leads import Ask, Lead, Outcome, PlannedTouch, Touch
from followthrough.domain.partner_answers import MOVES, PARTNER_ANSWERS
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import (
    ask_another,
    asked_touch,
    decide,
    end_touch,
    ended_at_of,
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
    report_of_partner,
    reported_before,
    task_for,
)
from followthrough.domain.stand_downs import noted_elsewhere
from followthrough.use_cases.ask_rep import somebody
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner, skip_partner
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import hand_over, wake


@dataclass(frozen=True)
class Report:
    """What the rep says.

    `touch_id` names the call; without it the one being asked for, else the last one that nobody has reported, else
    a contact outside of any planned call. `by` is the rep's id. `learned` are fields of the profile: problem, goal,
    value, preferred_channel. `pursuit` and `in_view_of` are for who may not have seen the latest: the pursuit that the
    call belongs to, and what was reported of it so far, to the rep's knowledge. Messages may say `next_step` to the
    lead, never `note`. With `event` another system says it, and no rep.
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
    next_step: str | None = None
    event: BusinessEvent | None = None


@dataclass(frozen=True)
class Reported:
    """What came of the report, and the lead as it stands. `wake_error` is the kind of error for which the machine could
    not be woken at once.
    """

    result: Literal["recorded", "passed_on", "already_reported", "already_closed", "superseded", "out_of_date"]
    lead: Lead
    wake_error: str | None = None


def report_outcome(services: SendingServices, lead_id: str, said: Report) -> Reported:
    """Record the outcome, plan afresh, wake the machine, and let others who were asked stand down.

    An appointment with its time and one that they missed end the pursuit, and the business's cadence for that begins.
    Saying the same thing twice changes nothing. Saying something else of the touch whose report closed the lead opens
    it again.

    Raises NotFound for an unknown lead or call, Refused when a call-back or an appointment has no possible time, or
    when the outcome answers nothing that a rep is asked.
    """
    return retried(lambda: _report(services, lead_id, said))


def _report(services: SendingServices, lead_id: str, said: Report) -> Reported:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    waited_for = _appointment_waited_for(services, lead, now)
    if nothing_new := _nothing_new(lead, said, waited_for, now):
        return nothing_new
    if _came_after_all(lead, said):
        return _report_in_appointment(services, lead, closures, said, now)
    if said.pursuit not in (None, lead.pursuit.number):
        return Reported("superseded", lead)
    planner = planner_for(services, lead, closures)
    said = _as_meant(said, planner, waited_for)
    if settled := _settled_otherwise(services, lead, planner, said, now):
        return settled
    if not lead.is_open and lead.status not in STILL_TOLD and not (said.event or _is_asked(said, planner)):
        return Reported("already_closed", lead)
    if _asks_afterwards(services, lead, planner, said):
        return _report_in_appointment(services, lead, closures, said, now)
    base, touch = _touch_of(reopened(lead), planner, said, now)
    if _is_known(said, lead, touch, now):
        return Reported("already_reported", lead)
    after, entries = _told(services, lead, base, touch, planner, said, now)
    event = _event_of(said)
    begun = gone_on(services, after, event, now) if event else None
    if begun:
        return _begun(services, lead, begun, after, closures, entries, said)
    return _goes_on(services, lead, after, planner, entries, said, now)


def _settled_otherwise(
    services: SendingServices, lead: Lead, planner: Planner, said: Report, now: datetime
) -> Reported | None:
    """What comes of a report that says nothing of a call; None for all others."""
    if said.outcome == "cannot_take":
        return _pass_on(services, lead, planner, said, now)
    if said.outcome in PARTNER_ANSWERS and not _is_of_partner_call(said, lead, planner):
        return _for_partner(services, lead, said)
    return None


def _goes_on(
    services: SendingServices,
    lead: Lead,
    after: Lead,
    planner: Planner,
    entries: Sequence[Touch],
    said: Report,
    now: datetime,
) -> Reported:
    """Plan afresh, save, and let the machine know; a partner that doesn't want the lead loses it."""
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*entries, *decision.passed))
    if said.outcome in MOVES:
        return _recorded(services, lead, skip_partner(services, saved, said.outcome), said, None)
    return _recorded(services, lead, saved, said, wake(services, lead, saved))


def _nothing_new(lead: Lead, said: Report, waited_for: datetime | None, now: datetime) -> Reported | None:
    """What is answered at once, because of how things stand."""
    if said.event and (known := known_as(lead, said.event, now)):
        return Reported(known, lead)
    if is_settled(lead, said.event) if said.event else is_over(lead, said.outcome, said.touch_id, said.appointment_at):
        return Reported("already_closed", lead)
    return Reported("already_reported", lead) if _has_led_to_the_present(lead, said, waited_for) else None


# -- partners ----------------------------------------------------------------------------------------------------


def _is_of_partner_call(said: Report, lead: Lead, planner: Planner) -> bool:
    """Whether it is about a call to the partner that a rep was asked for."""
    step = (said.touch_id or latest_call(lead) or "").rpartition(".")[0]
    return is_given(lead) and step in lead.pursuit.progress and planner.recipient(step) in ("partner", "both")


def _for_partner(services: SendingServices, lead: Lead, said: Report) -> Reported:
    """What a rep has heard of the partner outside of any call that was asked for. Raises Refused if none has it."""
    if not is_given(lead):
        raise Refused("outcome", "is for leads that a partner has, and none has this one")
    heard = PartnerSaid(said.outcome, said.appointment_at, said.note, said.by)  # type: ignore[arg-type]  # one of them
    answered = answer_for_partner(services, lead.id, handoff_of(lead).number, heard)
    return Reported("recorded" if answered.result == "noted" else "superseded", answered.lead)


# -- what is told ------------------------------------------------------------------------------------------------


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
    after = _with_details(_after(services, base, touch, planner, said, now), said, now)
    if said.event:  # nobody has answered what they wrote to us
        after = after.model_copy(update={"hold": base.hold})
    entries = [_entry(services, planner, lead, base, after, touch, said, now)]
    if other := called_off(lead, touch, said.outcome):
        after = end_touch(after, other, "skipped", now)
        reason = CALLED_OFF if said.event else "an earlier call was reported meanwhile"
        entries.append(planner.touch(other, after, "skipped", reason=reason))
    return after, entries


def _after(
    services: SendingServices, base: Lead, touch: PlannedTouch, planner: Planner, said: Report, now: datetime
) -> Lead:
    if planner.partner_hours and planner.recipient(touch.step) in ("partner", "both") and is_given(base):
        return report_of_partner(base, touch, said.outcome, now, planner.partner_hours, said.appointment_at)
    return report(base, touch, said.outcome, now, _next_call(services, base, touch, planner, said, now))


def _recorded(services: SendingServices, before: Lead, saved: Lead, said: Report, wake_error: str | None) -> Reported:
    _measure(services, before, saved)
    _stand_down(services, before, saved, said)
    return Reported("recorded", saved, wake_error)


# -- appointments ------------------------------------------------------------------------------------------------


def _event_of(said: Report) -> Literal["appointment", "no_show"] | None:
    """What a report is, if another cadence begins with it."""
    if said.outcome == "no_show":
        return "no_show"
    return "appointment" if said.outcome == "booked" and said.appointment_at else None


def _begun(
    services: SendingServices,
    before: Lead,
    begun: Lead,
    past: Lead,
    closures: Closures,
    entries: Sequence[Touch],
    said: Report,
) -> Reported:
    """Save a lead whose next pursuit has begun, and the pursuit that is over, and start the machine."""
    decision = decide(begun, planner_for(services, begun, closures), services.clock())
    saved = services.store.archive(decision.lead, None, past, (*entries, *decision.passed))
    wake_error = hand_over(services, before, saved) if saved.is_open else None
    return _recorded(services, before, saved, said, wake_error)


def _asks_afterwards(services: SendingServices, lead: Lead, planner: Planner, said: Report) -> bool:
    """Whether this tells what came of an appointment that was booked without its time, so that nobody has asked, or of
    one that only another system knew of.
    """
    only_theirs = said.event and said.outcome in OF_AN_APPOINTMENT and lead.appointment_at is None
    if not (lead.status == "booked" or only_theirs):
        return False
    if said.outcome not in TASK_OUTCOMES or planner.tasks_for(said.outcome):
        return False
    asked = services.cadences.current(services.settings.business.cadences.appointment).cadence.steps
    return any(said.outcome in (step.outcomes or ()) for step in asked)


def _has_led_to_the_present(lead: Lead, said: Report, waited_for: datetime | None) -> bool:
    """Whether the present pursuit began with the same report: of the appointment that lies ahead, or of a no-show."""
    if said.outcome == "no_show":
        return _is_of_the_missed_appointment(lead, said)
    same_time = said.appointment_at in (None, waited_for)
    return lead.is_open and said.outcome == "booked" and waited_for is not None and same_time


def _came_after_all(lead: Lead, said: Report) -> bool:
    """Whether a no-show is taken back that was reported by mistake."""
    return said.outcome == "kept" and _is_of_the_missed_appointment(lead, said)


def _is_of_the_missed_appointment(lead: Lead, said: Report) -> bool:
    """Whether it can be about the appointment with whose no-show the present pursuit began."""
    missed = lead.pursuit.number - 1
    return lead.is_open and lead.pursuit.started_by == "no_show" and said.pursuit in (None, missed)


def _report_in_appointment(
    services: SendingServices, lead: Lead, closures: Closures, said: Report, now: datetime
) -> Reported:
    """The pursuit for the appointment begins with this answer, as if it had been asked for."""
    over = CALLED_OFF if said.event else "they came after all"
    past, ended = nobody_asked(lead, planner_for(services, lead, closures), now, over)
    begun = gone_on(services, past, "appointment", now)
    assert begun  # the business always has a cadence for appointments
    if _came_after_all(lead, said):
        begun = begun.model_copy(update={"no_shows": lead.no_shows - 1})
    planner = planner_for(services, begun, closures)
    base, touch = _touch_of(begun, planner, replace(said, touch_id=None), now)
    after, entries = _told(services, begun, base, touch, planner, said, now)
    event = _event_of(said)
    after = (gone_on(services, after, event, now) if event else None) or after
    return _begun(services, lead, after, past, closures, (*ended, *entries), said)


def _appointment_waited_for(services: SendingServices, lead: Lead, now: datetime) -> datetime | None:
    """The time of an appointment that lies ahead."""
    kept = lead.appointment_at
    is_waiting = lead.pursuit.cadence == services.settings.business.cadences.appointment
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
    that it answers; else a contact outside of any. What another system says is about no call.
    """
    if said.event:
        answered = task_for(lead, said.outcome, planner, now) if said.outcome in OF_AN_APPOINTMENT else None
        return answered or happened(lead, said.event, now)
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
    long as it lies ahead. Of an appointment that nobody is asked about any more all has been said.
    """
    if said.event and said.outcome in OF_AN_APPOINTMENT and touch.step == said.event.step:
        return True
    before = reported_before(lead, touch)
    if said.in_view_of not in ("whatever", before or "nothing"):
        return True
    another_call = said.callback_at not in (None, lead.pursuit.callback_at) and said.callback_at > now
    another_time = another_call or said.appointment_at not in (None, lead.appointment_at)
    return before == said.outcome and not another_time


def _with_details(lead: Lead, said: Report, now: datetime) -> Lead:
    if said.appointment_at and not now < said.appointment_at <= now + FARTHEST:
        raise Refused("appointment_at", "must lie in the future, within 300 days")
    if said.event:
        lead = with_event(lead.model_copy(update={"closed_by": None}), said.event, now)
    return lead.model_copy(
        update={
            "appointment_at": said.appointment_at or lead.appointment_at,
            "note": said.note or lead.note,
            "next_step": said.next_step or lead.next_step,
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
            "by": BY_SYSTEM if said.event else said.by,
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
    if before.ask is None or after.ask is not None:
        return
    if said.event:
        stand_down(services, before.ask.asked, None, noted_elsewhere(before.profile.name, said.event.name))
        return
    if len(before.ask.asked) == 1:
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
