"""Ask a rep to call a lead, and ask the next one when the first says nothing."""

from datetime import timedelta
from typing import Literal

from followthrough.domain.asking import escalated
from followthrough.domain.leads import Ask, Lead, PlannedTouch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import Listen, called_touch, claim_call, decide, end_touch, ended_at_of, with_ask
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.nudging import tell
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import load_for_run, plan_again, planner_for, retried

AskingResult = Literal["asked", "listening", "planned_again", "superseded"]
EscalationResult = Literal["escalated", "reminded", "asked_everybody", "carried_on", "too_early", "superseded"]


def ask_rep_to_call(services: SendingServices, request: TouchRequest) -> AskingResult:
    """Nudge a rep about the call that is due and let the machine wait for the report.

    When there is nothing to ask, the task token is answered here, so that the machine goes back to planning.
    """
    result = retried(lambda: _ask(services, request))
    if result in ("planned_again", "superseded") and request.task_token:
        services.machine.answer(request.task_token)
    return result


def _ask(services: SendingServices, request: TouchRequest) -> AskingResult:
    lead = load_for_run(services, request.pursuit_id, request.run)
    if lead is None:
        return "superseded"
    now = services.clock()
    planner = planner_for(services, lead)
    decision = decide(lead, planner, now)
    following = decision.next
    if isinstance(following, Listen) and following.touch_id == request.touch_id and lead.ask:
        return _listen(services, lead, lead.ask, planner, request)
    if not isinstance(following, PlannedTouch) or following.id != request.touch_id or following.due_at > now:
        plan_again(services, lead, decision)
        return "planned_again"
    token = request.task_token or ""
    claimed = claim_call(_assigned(services, decision.lead), following, planner, services.settings.team, token, now)
    entry = planner.touch(following, claimed, "asked").model_copy(
        update={"asked": claimed.ask.asked if claimed.ask else ()}
    )
    saved = services.store.claim(claimed, entry, decision.passed)
    tell(services, saved, planner)
    return "asked"


def _listen(services: SendingServices, lead: Lead, ask: Ask, planner: Planner, request: TouchRequest) -> AskingResult:
    """The call was asked for before: wait for its report again, and repeat only a nudge that a crash lost."""
    saved = services.store.save(with_ask(lead, ask.model_copy(update={"token": request.task_token})))
    if not ask.nudged:
        tell(services, saved, planner)
    return "listening"


def _assigned(services: SendingServices, lead: Lead) -> Lead:
    if lead.rep is not None and services.settings.team.person(lead.rep):
        return lead
    reps = services.settings.team.reps
    turn = services.store.next_in_round()
    return lead.model_copy(update={"rep": reps[(turn - 1) % len(reps)].id})


def escalate_silent_rep(services: SendingServices, request: TouchRequest) -> EscalationResult:
    """Nobody reported in time: end the touch as silent and ask the next one, or remind, as the step says."""
    return retried(lambda: _escalate(services, request))


def _escalate(services: SendingServices, request: TouchRequest) -> EscalationResult:
    lead = load_for_run(services, request.pursuit_id, request.run)
    if lead is None or lead.ask is None or lead.ask.touch_id != request.touch_id:
        return "superseded"
    ask, planner, now = lead.ask, planner_for(services, lead), services.clock()
    if not ask.nudged:
        tell(services, lead, planner)
        return "reminded" if ask.deadline is None else "escalated"
    if ask.deadline is None or now < ask.deadline:
        return "too_early"
    touch = called_touch(lead, request.touch_id)
    rule = planner.silence_rule(touch.step)
    following = _next_ask(ask, lead, services, rule.do, rule.after.elapsed)
    ended_at = lead.pursuit.open_touch.over_at if lead.pursuit.open_touch else None
    silent = end_touch(lead, touch, "silent", ended_at or ask.deadline)
    decision = decide(with_ask(silent, following), planner, now)
    entry = planner.touch(touch, lead, "silent").model_copy(
        update={"asked": following.asked, "ended_at": ended_at_of(silent, touch) or ask.deadline}
    )
    saved = services.store.save(decision.lead, (entry, *decision.passed))
    if not following.nudged:
        tell(services, saved, planner)
    return _result(following, rule.do)


def _next_ask(ask: Ask, lead: Lead, services: SendingServices, do: str, response: timedelta) -> Ask:
    over = ask.model_copy(update={"deadline": None, "token": None})
    if do == "escalate":
        return escalated(lead, ask, services.settings.team, response) or over
    return over.model_copy(update={"nudged": do != "remind"})


def _result(following: Ask, do: str) -> EscalationResult:
    if do == "remind":
        return "reminded"
    if do == "carry_on":
        return "carried_on"
    return "asked_everybody" if following.deadline is None else "escalated"
