"""What reps can report of a lead, and what their reports do to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from followthrough.domain.business import Business
from followthrough.domain.cadence import ASKED_OF_REPS, TaskOutcome
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.durations import Duration
from followthrough.domain.first_answers import not_reached, reached
from followthrough.domain.handoffs import heard
from followthrough.domain.leads import (
    CallOutcome,
    Lead,
    OpenTouch,
    Outcome,
    PlannedTouch,
    Progress,
    Slot,
    Status,
    WhyCallBack,
)
from followthrough.domain.own_steps import CONTACT
from followthrough.domain.partner_answers import answered
from followthrough.domain.planning import Planner
from followthrough.domain.plans import waits_for_news
from followthrough.domain.pursuing import close, end_touch, recent_call, with_ask, with_pursuit

ANSWERED_NO_ONE: tuple[Outcome, ...] = ("no_answer", "voicemail")
WITH_A_DATE: tuple[Outcome, ...] = ("call_back", "in_conversation", "thinking")
REACHED: tuple[Outcome, ...] = ("booked", "call_back", "in_conversation", "not_interested", "won", "lost")
TASK_OUTCOMES: tuple[Outcome, ...] = get_args(TaskOutcome)
AT_ANY_TIME: tuple[Outcome, ...] = ("won", "lost")
"""What else can be reported of a call, and outside of any."""
OF_A_CALL: tuple[Outcome, ...] = (*get_args(CallOutcome), *AT_ANY_TIME)
OF_A_PARTNER_CALL: tuple[Outcome, ...] = (
    *get_args(PartnerAnswer),
    "voicemail",
    "no_answer",
    "wrong_number",
    "cannot_take",
)
"""What can be reported of a call to a partner. A wrong number is the lead's."""
STILL_TOLD: tuple[Status, ...] = ("booked",)
"""What a lead is closed as when nobody says more; whoever says more later is heard."""
CLOSING: dict[Outcome, Status] = {
    "booked": "booked",
    "won": "won",
    "lost": "lost",
    "not_interested": "not_interested",
    "wrong_number": "wrong_number",
}
_OUTCOMES: tuple[Outcome, ...] = (*get_args(CallOutcome), *TASK_OUTCOMES, *get_args(PartnerAnswer))


# -- what can be said ----------------------------------------------------------------------------------------


def is_over(lead: Lead, outcome: Outcome, touch_id: str | None, appointment_at: datetime | None) -> bool:
    """Whether this can't be reported of a lead any more. Of one that is closed these still can: something else of the
    touch whose report closed it, what came of an appointment, and when it is.
    """
    if lead.is_open:
        return False
    if outcome == "cannot_take":
        return True
    if touch_id and touch_id == lead.closed_by:
        return False
    told = outcome in TASK_OUTCOMES or (outcome == "booked" and appointment_at is not None)
    return not (lead.status in STILL_TOLD and told)


def outcomes_of(planner: Planner, step: str) -> tuple[Outcome, ...]:
    """What can be reported of a step's touches."""
    own = planner.step(step).outcomes
    return tuple(own or (OF_A_CALL if planner.recipient(step) == "lead" else OF_A_PARTNER_CALL))


def reported_before(lead: Lead, touch: PlannedTouch) -> Outcome | None:
    """What a rep has reported of a call or a task already."""
    progress = lead.pursuit.progress_of(touch.step)
    if progress.touches == touch.n and progress.outcome in _OUTCOMES:
        return progress.outcome
    call = recent_call(lead, touch.id)
    return call.outcome if call else None


# -- what a report does --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallBack:
    """When to call next, and what that call is about."""

    at: datetime
    why: WhyCallBack


def call_back_after(
    lead: Lead,
    touch: PlannedTouch,
    outcome: Outcome,
    named: datetime | None,
    planner: Planner,
    business: Business,
    now: datetime,
) -> CallBack | None:
    """The call that a report asks for. `named` is the time that the rep gave, where one was given.

    Without a date a conversation counts as gone silent after the business's days. A call that nobody answers meanwhile
    begins them anew: it must not send somebody who was spoken with back among those who never were. Who may have asked
    us to stop, and wasn't reached, is called again after the same days.
    """
    if outcome in WITH_A_DATE and named:
        return CallBack(named, outcome)
    silent_at = Duration(f"{business.gone_silent_after_days}d").after(now, planner.hours.zone)
    agreed = lead.pursuit.callback_at is not None and not waits_for_news(lead)
    if outcome in ANSWERED_NO_ONE and _is_undecided_after(lead, outcome) and not agreed:
        return CallBack(silent_at, "replied")
    tried_again = outcome in ANSWERED_NO_ONE and reported_before(lead, touch) != "in_conversation"
    if outcome == "in_conversation" or (tried_again and waits_for_news(lead)):
        return CallBack(silent_at, "gone_silent")
    return None


def _is_undecided_after(lead: Lead, outcome: Outcome) -> bool:
    """Whether they may still want us to stop: only who has reached them, or closes the lead, has decided that."""
    return lead.hold is not None and lead.hold.is_undecided and outcome not in (*REACHED, *CLOSING)


def report(lead: Lead, touch: PlannedTouch, outcome: Outcome, now: datetime, next_call: CallBack | None = None) -> Lead:
    """A rep says what came of a call or a task. A report of a touch that was silent before still counts; one of a
    touch that was reported before corrects it.
    """
    before = reported_before(lead, touch)
    lead = end_touch(lead, touch, outcome, now)
    if lead.ask and (lead.ask.touch_id == touch.id or outcome not in ANSWERED_NO_ONE):
        lead = with_ask(lead, None)
    if touch.channel == "call":
        lead = _counted(lead, touch, outcome, before, now)
    if outcome in REACHED:
        lead = reached(lead, touch, outcome)
    elif before in REACHED:
        lead = not_reached(lead, touch)
    missed = (outcome == "no_show") - (before == "no_show")
    hold = lead.hold if _is_undecided_after(lead, outcome) else None
    lead = lead.model_copy(update={"no_shows": lead.no_shows + missed, "hold": hold})
    if outcome in CLOSING:
        return close(lead, CLOSING[outcome], now).model_copy(update={"closed_by": touch.id})
    if next_call:
        return with_pursuit(lead, callback_at=next_call.at, callback_why=next_call.why)
    return _without_call_back(lead, before, outcome)


def report_of_partner(
    lead: Lead, touch: PlannedTouch, outcome: Outcome, now: datetime, hours: ContactHours, at: datetime | None
) -> Lead:
    """A rep says what came of a call to the partner that has the lead; `at` is when an estimate is. Whoever is busy, or
    the wrong one, still has it here.

    Raises Refused for an estimate without a possible time.
    """
    lead = end_touch(lead, touch, outcome, now)
    if lead.ask and (lead.ask.touch_id == touch.id or outcome not in ANSWERED_NO_ONE):
        lead = with_ask(lead, None)
    lead = with_pursuit(
        lead,
        last_attempt_at=now,
        recent_calls=tuple(
            call.model_copy(update={"outcome": outcome}) if call.n and call.id == touch.id else call
            for call in lead.pursuit.recent_calls
        ),
    )
    if outcome == "wrong_number":
        return close(heard(lead, now, hours), "wrong_number", now)
    if outcome in ANSWERED_NO_ONE:
        return lead
    return answered(lead, cast("PartnerAnswer", outcome), now, hours, at)


def _without_call_back(lead: Lead, before: Outcome | None, outcome: Outcome) -> Lead:
    """A correction takes back what was agreed by mistake; who was waited for has been heard of; and who wrote to us has
    been answered, unless nobody picked up.
    """
    why = lead.pursuit.callback_why
    by_mistake = before in (*TASK_OUTCOMES, *WITH_A_DATE) and why == before
    answered = why == "replied" and outcome not in ANSWERED_NO_ONE
    return with_pursuit(lead, callback_at=None) if by_mistake or answered or why == "gone_silent" else lead


def _counted(lead: Lead, touch: PlannedTouch, outcome: Outcome, before: Outcome | None, now: datetime) -> Lead:
    """Everything that counts calls."""
    called = lead.profile.phone is not None  # without a number the rep was asked to write: no call to speak of
    lead = _reached(lead, outcome, before, now)
    return with_pursuit(
        lead.model_copy(update={"attempted_at": lead.attempted_at or now}),
        last_attempt_at=lead.pursuit.last_attempt_at if before else now,
        unanswered_calls=lead.pursuit.unanswered_calls
        + called * ((outcome in ANSWERED_NO_ONE) - (before in ANSWERED_NO_ONE)),
        voicemails=lead.pursuit.voicemails + called * ((outcome == "voicemail") - (before == "voicemail")),
        recent_calls=tuple(
            call.model_copy(update={"outcome": outcome}) if call.n == touch.n and call.step == touch.step else call
            for call in lead.pursuit.recent_calls
        ),
    )


def _reached(lead: Lead, outcome: Outcome, before: Outcome | None, now: datetime) -> Lead:
    """When they were first and last reached. What the latest report claimed by mistake is taken back. Another last
    conversation has left nothing open yet.
    """
    first, last, told_at = lead.reached_at, lead.spoken_at, lead.pursuit.last_attempt_at
    if outcome in REACHED:
        again = {} if before in REACHED else {"spoken_at": now, "next_step": None}
        return lead.model_copy(update={"reached_at": first or now, **again})
    if before in REACHED:
        first = None if first == told_at else first
        last = first if last == told_at else last
        return lead.model_copy(update={"reached_at": first, "spoken_at": last, "next_step": None})
    return lead


# -- what a report is about ----------------------------------------------------------------------------------


def contact(lead: Lead, now: datetime) -> tuple[Lead, PlannedTouch]:
    """We were in touch outside of any planned call: they called us, met us, wrote to us."""
    n = lead.pursuit.progress_of(CONTACT).touches + 1
    touch = PlannedTouch(step=CONTACT, n=n, channel="call", due_at=now, slot=Slot())
    progress = {**lead.pursuit.progress, CONTACT: Progress(touches=n, due_at=now)}
    return with_pursuit(lead, progress=progress), touch


def next_contact(lead: Lead) -> str:
    """The id that `contact` gives next: who names it can say the same thing twice without its counting twice."""
    return f"{CONTACT}.{lead.pursuit.progress_of(CONTACT).touches + 1}"


def task_for(lead: Lead, outcome: Outcome, planner: Planner, now: datetime) -> tuple[Lead, PlannedTouch] | None:
    """The task that an outcome answers: the last one begun, else the first one, answered before it was asked."""
    names = planner.tasks_for(outcome)
    if not names:
        return None
    begun = [(due_at, name) for name in names if (due_at := lead.pursuit.progress_of(name).due_at)]
    if begun:
        due_at, name = max(begun)
        progress = lead.pursuit.progress_of(name)
        return lead, PlannedTouch(step=name, n=progress.touches, channel="task", due_at=due_at, slot=progress.slot)
    touch = PlannedTouch(step=names[0], n=1, channel="task", due_at=now, slot=Slot())
    progress = Progress(touches=1, due_at=now)
    return with_pursuit(lead, progress={**lead.pursuit.progress, touch.step: progress}), touch


def called_off(lead: Lead, touch: PlannedTouch, outcome: Outcome) -> OpenTouch | None:
    """Another call or task that is being asked for while this report settles the matter: its rep can stand down."""
    other = lead.pursuit.open_touch
    if other is None or other.channel not in ASKED_OF_REPS or other.id == touch.id or outcome in ANSWERED_NO_ONE:
        return None
    return other
