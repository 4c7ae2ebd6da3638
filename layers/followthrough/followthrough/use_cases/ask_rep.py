"""Ask a rep to call a lead, and ask the next one when the first says nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from followthrough.domain.asking import new_ask, next_in_line, nudge_of, passed_on
from followthrough.domain.cadence import IfSilent
from followthrough.domain.errors import OverCap, Suppressed
from followthrough.domain.leads import Ask, Lead, PlannedTouch
from followthrough.domain.planning import Planner
from followthrough.domain.plans import Finish
from followthrough.domain.pursuing import (
    Decision,
    Listen,
    ask_another,
    asked_touch,
    claim_call,
    deadline_of,
    decide,
    end_touch,
    ended_at_of,
    with_ask,
)
from followthrough.domain.shares import HAD_ENOUGH
from followthrough.domain.team_state import TeamState
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.nudging import tell
from followthrough.use_cases.ports import Guard, SendingServices, Services
from followthrough.use_cases.pursuits import guard_for, load_for_run, plan_again, plan_around, retried, skip

AskingResult = Literal["asked", "listening", "planned_again", "superseded"]
EscalationResult = Literal[
    "escalated", "reminded", "asked_everybody", "waiting_for_opening", "carried_on", "too_early", "superseded"
]


def ask_rep_to_call(services: SendingServices, request: TouchRequest) -> AskingResult:
    """Nudge a rep about the call that is due and let the machine wait for the report.

    When there is nothing to ask, the task token is answered here, so that the machine goes back to planning.
    """
    result = retried(lambda: _ask(services, request))
    if result in ("planned_again", "superseded") and request.task_token:
        services.machine.answer(request.task_token)
    return result


def _ask(services: SendingServices, request: TouchRequest) -> AskingResult:
    found = load_for_run(services, request.pursuit_id, request.run)
    if found is None:
        return "superseded"
    lead, planner = found
    now = services.clock()
    decision = decide(lead, planner, now)
    following = decision.next
    if isinstance(following, Listen) and following.touch_id == request.touch_id and lead.ask:
        return _listen(services, lead, lead.ask, planner, request)
    if not isinstance(following, PlannedTouch) or following.id != request.touch_id or following.due_at > now:
        plan_again(services, lead, decision)
        return "planned_again"
    return _asked_of(services, lead, decision, following, planner, request)


def _asked_of(
    services: SendingServices,
    lead: Lead,
    decision: Decision,
    touch: PlannedTouch,
    planner: Planner,
    request: TouchRequest,
) -> AskingResult:
    guard = guard_for(services, lead, touch, planner)
    try:
        _ask_somebody(services, decision, touch, planner, request, guard)
    except (Suppressed, OverCap) as refused:
        assert guard  # nothing else is refused
        if isinstance(refused, Suppressed):
            plan_around(services, lead, planner, guard)
        else:
            skip(services, decision.lead, touch, planner, HAD_ENOUGH, decision.passed)
        return "planned_again"
    return "asked"


def _ask_somebody(
    services: SendingServices,
    decision: Decision,
    touch: PlannedTouch,
    planner: Planner,
    request: TouchRequest,
    guard: Guard | None,
) -> None:
    lead, now = decision.lead, services.clock()
    before = lead.ask.asked if lead.ask else ()
    state = services.team.state()
    # Once everybody was asked about the silent one before, it begins again with the lead's own rep.
    holder = (
        _in_line(services, lead, state, before, now)
        or _in_line(services, lead, state, (), now)
        or services.settings.team.manager.id
    )
    ask = new_ask(lead, touch.id, holder, services.new_token(), deadline_of(touch, planner, now))
    claimed = claim_call(
        _with_rep(services, lead, holder), touch, planner, ask.model_copy(update={"token": request.task_token})
    )
    entry = planner.touch(touch, claimed, "asked").model_copy(update={"asked": (holder,)})
    saved = services.store.claim(claimed, entry, decision.passed, guard, nudge_of(claimed, now))
    tell(services, saved, planner, state.open_asks.get(holder, 0) + (holder != lead.counted_for))


def somebody(services: Services, lead: Lead, asked: tuple[str, ...], now: datetime) -> str | None:
    """The next person to ask about a lead; None when everybody in line has been asked."""
    return _in_line(services, lead, services.team.state(), asked, now)


def _in_line(services: Services, lead: Lead, state: TeamState, asked: tuple[str, ...], now: datetime) -> str | None:
    return next_in_line(lead, services.settings, state, services.team.take_turn, asked, now)


def _with_rep(services: Services, lead: Lead, holder: str) -> Lead:
    """Who is asked first keeps the lead, unless that is the manager, who only stands in."""
    reps = {rep.id for rep in services.settings.team.reps}
    if lead.rep in reps or holder not in reps:
        return lead
    return lead.model_copy(update={"rep": holder})


def _listen(services: SendingServices, lead: Lead, ask: Ask, planner: Planner, request: TouchRequest) -> AskingResult:
    """The call was asked for before: wait for its report again, and tell whoever hasn't been told yet."""
    saved = services.store.save(with_ask(lead, ask.model_copy(update={"token": request.task_token})))
    if not ask.nudged:
        tell(services, saved, planner)
    return "listening"


def escalate_silent_rep(services: SendingServices, request: TouchRequest) -> EscalationResult:
    """Nobody reported in time: end the touch as silent and ask the next one, or remind, as the step says."""
    return retried(lambda: _escalate(services, request))


def _escalate(services: SendingServices, request: TouchRequest) -> EscalationResult:
    found = load_for_run(services, request.pursuit_id, request.run)
    if found is None:
        return "superseded"
    lead, planner = found
    if lead.ask is None or lead.ask.touch_id != request.touch_id:
        return "superseded"
    ask, now = lead.ask, services.clock()
    if not ask.nudged:
        tell(services, lead, planner)
        return "reminded" if ask.deadline is None else "escalated"
    if ask.deadline is None or now < ask.deadline:
        return "too_early"
    touch = asked_touch(lead, request.touch_id, planner)
    rule = planner.silence_rule(touch.step)
    following = _next_ask(services, lead, ask, planner, rule)
    if touch.channel == "task" and following.deadline:
        return _ask_another(services, lead, following, touch, planner)
    ended_at = lead.pursuit.open_touch.over_at if lead.pursuit.open_touch else None
    silent = with_ask(end_touch(lead, touch, "silent", ended_at or ask.deadline), following)
    decision = decide(silent, planner, now)
    if isinstance(decision.next, Finish) and not following.nudged:
        decision = replace(decision, lead=silent, passed=())  # it ends with the next plan, once they have been told
    entry = planner.touch(touch, lead, "silent").model_copy(
        update={"asked": following.asked, "ended_at": ended_at_of(silent, touch) or ask.deadline}
    )
    moved_on = following.holder != ask.holder
    saved = services.store.save(decision.lead, (entry, *decision.passed), nudge_of(silent, now) if moved_on else None)
    if not following.nudged:
        tell(services, saved, planner)
    return _result(following, rule.do)


def _ask_another(
    services: SendingServices, lead: Lead, following: Ask, touch: PlannedTouch, planner: Planner
) -> EscalationResult:
    """A task isn't over as long as somebody is asked: nothing else tells whether they came."""
    asked = ask_another(lead, following)
    entry = planner.touch(touch, lead, "asked").model_copy(update={"asked": following.asked})
    saved = services.store.save(asked, (entry,), nudge_of(asked, services.clock()))
    if following.nudged:
        return "waiting_for_opening"
    tell(services, saved, planner)
    return "escalated"


def _next_ask(services: SendingServices, lead: Lead, ask: Ask, planner: Planner, rule: IfSilent) -> Ask:
    now, response = services.clock(), rule.after.elapsed
    over = ask.model_copy(update={"deadline": None, "token": None})
    if planner.hours.is_closed(now):
        # Whoever is asked can still report; nobody is bothered before the manager opens again.
        return over.model_copy(update={"deadline": (planner.hours.next_open(now) or now) + response})
    if rule.do != "escalate":
        return over.model_copy(update={"nudged": rule.do != "remind"})
    holder = somebody(services, lead, ask.asked, now)
    if holder is None:
        return over
    return passed_on(ask, holder, services.new_token(), (ask.deadline or now) + response)


def _result(following: Ask, do: str) -> EscalationResult:
    if following.deadline and following.nudged:
        return "waiting_for_opening"
    if do == "remind":
        return "reminded"
    if do == "carry_on":
        return "carried_on"
    return "asked_everybody" if following.deadline is None else "escalated"
