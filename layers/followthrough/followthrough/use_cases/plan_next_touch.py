"""Decide what a run of a pursuit does next."""

from datetime import timedelta

from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, PlannedTouch, split_pursuit_id
from followthrough.domain.planning import Finish, Planner
from followthrough.domain.pursuing import RENEW_AFTER, Decision, Listen, asked_touch, decide, must_renew, next_run
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for, retried

SHORTEST_LISTENING = timedelta(seconds=60)
"""Longer than the timeout of the function that is called meanwhile."""


def plan_next_touch(services: Services, pursuit_id: str, run: int) -> NextTouch:
    """What the machine does next, recorded on the lead. A superseded run is told to finish, and so is the run of a
    lead whose data was erased meanwhile.
    """
    return retried(lambda: _plan(services, pursuit_id, run))


def _plan(services: Services, pursuit_id: str, run: int) -> NextTouch:
    now = services.clock()
    lead_id, number = split_pursuit_id(pursuit_id)
    try:
        lead, closures = services.store.load_with_closures(lead_id)
    except NotFound:  # erased: a run only ever begins after its lead was written
        return NextTouch(do="finish", due_at=now)
    pursuit = lead.pursuit
    if pursuit.number == number and pursuit.run == run + 1 and pursuit.renewed:
        return NextTouch(do="renew", due_at=now)
    if pursuit.number != number or pursuit.run != run or not lead.is_open:
        return NextTouch(do="finish", due_at=now)
    planner = planner_for(services, lead, closures)
    decision = decide(lead, planner, now)
    due_at = decision.lead.next_touch_at
    if due_at and isinstance(decision.next, PlannedTouch) and must_renew(pursuit, due_at, now):
        services.store.save(next_run(decision.lead, now, renewed=True), decision.passed)
        return NextTouch(do="renew", due_at=now)
    _save_if_changed(services, lead, decision)
    return _answer(services, decision, planner)


def _save_if_changed(services: Services, lead: Lead, decision: Decision) -> None:
    # When they could first be called is written with the first claim: alone it isn't worth a request for every lead.
    as_planned = decision.lead.model_copy(update={"callable_from": lead.callable_from})
    if as_planned != lead or decision.passed:
        services.store.save(decision.lead, decision.passed)


def _answer(services: Services, decision: Decision, planner: Planner) -> NextTouch:
    now, following = services.clock(), decision.next
    if isinstance(following, Finish):
        return NextTouch(do="finish", due_at=now)
    if isinstance(following, Listen):
        seconds = max(following.until - now, SHORTEST_LISTENING).total_seconds()
        channel = asked_touch(decision.lead, following.touch_id, planner).channel
        return NextTouch(
            do="touch", channel=channel, due_at=now, touch_id=following.touch_id, response_seconds=int(seconds)
        )
    return NextTouch(
        do="touch",
        channel=following.channel,
        # A wait that would outlast the run ends with it: whoever wakes up too early plans again, and is renewed.
        due_at=min(following.due_at, decision.lead.pursuit.run_began_at + RENEW_AFTER),
        touch_id=following.id,
        response_seconds=_response_seconds(following, planner),
    )


def _response_seconds(touch: PlannedTouch, planner: Planner) -> int:
    if touch.channel not in ASKED_OF_REPS:
        return 0
    response = max(planner.silence_rule(touch.step).after.elapsed, SHORTEST_LISTENING)
    return int(response.total_seconds())
