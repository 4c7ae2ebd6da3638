"""What a cadence will do for a lead, worked out by the planner alone: the same planner that the engine runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from followthrough.domain.business import Settings
from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.durations import Duration
from followthrough.domain.leads import Ask, CallOutcome, Lead, Outcome, PlannedTouch, Status, Touch
from followthrough.domain.planning import Finish, Planner
from followthrough.domain.pursuing import (
    claim_call,
    claim_message,
    deadline_of,
    decide,
    end_touch,
    with_ask,
)
from followthrough.domain.reporting import CallBack, call_back_after, report

Assumed = Outcome | Literal["silent"]


@dataclass(frozen=True)
class Preview:
    """The touches due before the end of the period, skipped ones with their reasons, and how it ends, if it does."""

    touches: tuple[Touch, ...]
    status: Status
    ended_at: datetime | None


def preview(
    lead: Lead,
    planner: Planner,
    settings: Settings,
    assume: Assumed,
    until: datetime,
    calls: int | None = None,
) -> Preview:
    """Carry out the cadence in thought: every message is sent when it is due, and every call and task brings `assume`,
    reported the moment it is due (or never, for `silent`). Where that can't be, a call is not answered, and a task
    brings the first of its outcomes. With `calls` it looks no further than that many of them.
    """
    touches: list[Touch] = []
    now = lead.arrived_at
    while True:
        decision = decide(lead, planner, now)
        touches += [touch for touch in decision.passed if touch.due_at < until]
        lead, following = decision.lead, decision.next
        if isinstance(following, Finish):
            return Preview(_in_order(touches), following.because, lead.closed_at)
        if not isinstance(following, PlannedTouch) or following.due_at >= until:
            return Preview(_in_order(touches), "open", None)
        if following.due_at > now:
            now = following.due_at
            continue  # conditions are read when a touch is due, so look again then
        lead, touch = _carried_out(lead, following, planner, settings, assume)
        touches.append(touch)
        if calls is not None and sum(each.channel == "call" and each.status != "skipped" for each in touches) >= calls:
            return Preview(_in_order(touches), "open", None)
        now = touch.ended_at or now


def _in_order(touches: list[Touch]) -> tuple[Touch, ...]:
    return tuple(sorted(touches, key=lambda touch: (touch.due_at, touch.pursuit, touch.n)))


def _carried_out(
    lead: Lead, planned: PlannedTouch, planner: Planner, settings: Settings, assume: Assumed
) -> tuple[Lead, Touch]:
    due_at = planned.due_at
    if planned.channel not in ASKED_OF_REPS:
        sent = end_touch(claim_message(lead, planned, due_at), planned, "sent", due_at)
        return sent, _entry(planner, planned, sent, "sent", due_at)
    ask = Ask(touch_id=planned.id, asked=("rep",), deadline=deadline_of(planned, planner, due_at))
    asked = claim_call(lead, planned, planner, ask)
    if assume == "silent":
        over_at = asked.next_touch_at or due_at
        silent = end_touch(with_ask(asked, None), planned, "silent", over_at)
        return silent, _entry(planner, planned, silent, "silent", over_at)
    outcome = _brought(planned, planner, assume)
    reported = report(asked, planned, outcome, due_at, _next_call(asked, planned, outcome, planner, settings))
    return reported, _entry(planner, planned, reported, "reported", due_at, outcome)


def _brought(planned: PlannedTouch, planner: Planner, assume: Outcome) -> Outcome:
    outcomes = planner.step(planned.step).outcomes
    if outcomes:
        return next((outcome for outcome in outcomes if outcome == assume), outcomes[0])
    return assume if assume in get_args(CallOutcome) else "no_answer"


def _entry(
    planner: Planner,
    planned: PlannedTouch,
    lead: Lead,
    status: str,
    ended_at: datetime,
    outcome: str | None = None,
) -> Touch:
    return planner.touch(planned, lead, status).model_copy(update={"ended_at": ended_at, "outcome": outcome})


def _next_call(
    lead: Lead, planned: PlannedTouch, outcome: Outcome, planner: Planner, settings: Settings
) -> CallBack | None:
    """They name the day after for a call-back, and the usual days for thinking it over."""
    at, business = planned.due_at, settings.business
    days = {"call_back": 1, "thinking": business.gone_silent_after_days}
    named = Duration(f"{days[outcome]}d").after(at, planner.hours.zone) if outcome in days else None
    return call_back_after(lead, planned, outcome, named, planner, business, at)
