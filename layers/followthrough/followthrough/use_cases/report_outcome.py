"""Record what a rep says came of a call, or of a task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, get_args

from followthrough.domain import answers_to_reps
from followthrough.domain.asking import nudge_of, passed_on
from followthrough.domain.business import Settings
from followthrough.domain.closures import Closures
from followthrough.domain.durations import Duration
from followthrough.domain.errors import Refused
from followthrough.domain.leads import Ask, CallOutcome, Lead, Outcome, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import (
    WITH_A_DATE,
    ask_another,
    asked_touch,
    called_off,
    contact,
    decide,
    end_touch,
    ended_at_of,
    go_on_with,
    is_over,
    latest_call,
    next_contact,
    reopened,
    report,
    reported_before,
    task_for,
    with_ask,
)
from followthrough.use_cases.ask_rep import somebody
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import hand_over, wake

FARTHEST = timedelta(days=300)
AT_ANY_TIME: tuple[Outcome, ...] = ("won", "lost")
"""What else can be reported of a call, and outside of any."""


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
    thing twice changes nothing. Raises NotFound for an unknown lead or call, Refused when a call-back or an appointment
    has no possible time, or when the outcome answers nothing that a rep is asked.
    """
    return retried(lambda: _report(services, lead_id, said))


def _report(services: SendingServices, lead_id: str, said: Report) -> Reported:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    if is_over(lead, said.outcome):
        return Reported("already_closed", lead)
    if _is_kept_already(said, lead, services.settings, now):
        return Reported("already_reported", lead)
    if said.pursuit not in (None, lead.pursuit.number):
        return Reported("superseded", lead)
    planner = planner_for(services, lead, closures)
    said = _as_asked(said, planner)
    if said.outcome == "cannot_take":
        return _pass_on(services, lead, planner, said, now)
    base, touch = _touch_of(lead if lead.is_open else reopened(lead), planner, said, now)
    if _is_known(said, lead, touch, now):
        return Reported("already_reported", lead)
    callback_at = _callback_at(said, planner, services.settings, now)
    after = _with_details(report(base, touch, said.outcome, now, callback_at), said, now)
    entries = [_entry(planner, lead, after, touch, said, now)]
    if other := called_off(lead, touch, said.outcome):
        after = end_touch(after, other, "skipped", now)
        entries.append(planner.touch(other, after, "skipped", reason="an earlier call was reported meanwhile"))
    if said.outcome == "booked" and said.appointment_at:
        saved = _begin_appointment(services, after, closures, entries)
        wake_error = hand_over(services, lead, saved)
    else:
        decision = decide(after, planner, now)
        saved = services.store.save(decision.lead, (*entries, *decision.passed))
        wake_error = wake(services, lead, saved)
    _measure(services, lead, saved)
    _stand_down(services, lead, saved, said)
    return Reported("recorded", saved, wake_error)


def _begin_appointment(services: SendingServices, booked: Lead, closures: Closures, entries: Sequence[Touch]) -> Lead:
    now = services.clock()
    version = services.cadences.current(services.settings.business.appointment_cadence)
    services.store.keep_version(version)
    lead = go_on_with(booked, version, now)
    decision = decide(lead, planner_for(services, lead, closures), now)
    return services.store.archive(decision.lead, None, booked, (*entries, *decision.passed))


def _is_kept_already(said: Report, lead: Lead, settings: Settings, now: datetime) -> bool:
    """Whether that appointment is the one that is waited for."""
    kept = lead.appointment_at
    waited_for = kept is not None and kept > now and lead.pursuit.cadence == settings.business.appointment_cadence
    return waited_for and said.outcome == "booked" and said.appointment_at in (None, kept)


def _as_asked(said: Report, planner: Planner) -> Report:
    """Whoever is thinking, where no task asks for that, is in conversation."""
    if said.outcome == "thinking" and not planner.tasks_for("thinking"):
        return replace(said, outcome="in_conversation")
    return said


def _touch_of(lead: Lead, planner: Planner, said: Report, now: datetime) -> tuple[Lead, PlannedTouch]:
    """What the report is about: the call or task that is named or asked for, if this can be said of it; else the task
    that it answers; else a contact outside of any.
    """
    touch_id = said.touch_id or latest_call(lead)
    if touch_id not in (None, next_contact(lead)):
        touch = asked_touch(lead, touch_id, planner)
        if said.outcome in (planner.step(touch.step).outcomes or _OF_A_CALL):
            return lead, touch
    if told := task_for(lead, said.outcome, planner, now):
        return told
    if said.outcome not in _OF_A_CALL:
        raise Refused("outcome", "answers nothing that a rep is asked about this lead")
    return contact(lead, now)


_OF_A_CALL = (*get_args(CallOutcome), *AT_ANY_TIME)


def _is_known(said: Report, lead: Lead, touch: PlannedTouch, now: datetime) -> bool:
    """Whether the same was said before, or something that the rep hasn't seen; another time to call back is news, as
    long as it lies ahead.
    """
    before = reported_before(lead, touch)
    if said.in_view_of not in ("whatever", before or "nothing"):
        return True
    another_time = said.callback_at not in (None, lead.pursuit.callback_at) and said.callback_at > now
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


def _entry(planner: Planner, before: Lead, after: Lead, touch: PlannedTouch, said: Report, now: datetime) -> Touch:
    asked = before.ask.asked if before.ask and before.ask.touch_id == touch.id else ()
    return planner.touch(touch, before, "reported").model_copy(
        update={
            "outcome": said.outcome,
            "note": said.note,
            "by": said.by,
            "asked": asked,
            "ended_at": ended_at_of(after, touch) or now,
            "reported_at": now,
        }
    )


def _callback_at(said: Report, planner: Planner, settings: Settings, now: datetime) -> datetime | None:
    """When to call next, for the outcomes that say so; a conversation without a date gets the usual one."""
    if said.outcome == "in_conversation" and said.callback_at is None:
        return Duration(f"{settings.business.call_again_days}d").after(now, planner.hours.zone)
    if said.outcome == "no_show":
        return now
    if said.outcome not in WITH_A_DATE:
        return None
    if said.callback_at is None:
        raise Refused("callback_at", "say when to call back, such as 2026-11-24T15:00:00-05:00")
    if not now < said.callback_at <= now + FARTHEST:
        raise Refused("callback_at", "must lie in the future, within 300 days")
    return said.callback_at


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
    if before.ask is None or after.ask is not None or len(before.ask.asked) == 1:
        return
    person = services.settings.team.person(said.by) if said.by else None
    words = answers_to_reps.stand_down(person.name if person else "", before.profile.name)
    stand_down(services, before.ask.asked, said.by, words)


# -- after saving --------------------------------------------------------------------------------------------


def _measure(services: SendingServices, before: Lead, after: Lead) -> None:
    for name, was, is_ in (
        ("SecondsToFirstAttempt", before.attempted_at, after.attempted_at),
        ("SecondsToReached", before.reached_at, after.reached_at),
    ):
        if was is None and is_ is not None:
            services.measure(name, (is_ - after.arrived_at).total_seconds())
