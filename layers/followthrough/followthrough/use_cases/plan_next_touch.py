"""Decide what a run of a pursuit does next."""

from datetime import datetime

from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, PlannedTouch, split_pursuit_id
from followthrough.domain.planning import Planner
from followthrough.domain.plans import Finish, GoOn
from followthrough.domain.pursuing import (
    RENEW_AFTER,
    SHORTEST_LISTENING,
    Decision,
    Listen,
    LookAgain,
    asked_touch,
    decide,
    must_renew,
    next_run,
    parked,
    resumed,
    with_pursuit,
)
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.handing_over import attend
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import in_flight, planner_for, retried


def plan_next_touch(services: Services, pursuit_id: str, run: int) -> NextTouch:
    """What the machine does next, recorded on the lead. A superseded run is told to finish, and so is the run of a
    lead whose data was erased meanwhile.
    """
    return retried(lambda: _plan(services, pursuit_id, run))


def _plan(services: Services, pursuit_id: str, run: int) -> NextTouch:
    now = services.clock()
    lead_id, number = split_pursuit_id(pursuit_id)
    try:
        lead, closures, pauses = services.store.load_to_go_on(lead_id)
    except NotFound:  # erased: a run only ever begins after its lead was written
        return NextTouch(do="finish", due_at=now)
    pursuit = lead.pursuit
    if pursuit.renewed and (pursuit.number, pursuit.run) in ((number, run + 1), (number + 1, 1)):
        return _successor(lead, now)
    if pursuit.number != number or pursuit.run != run or not lead.is_open:
        return NextTouch(do="finish", due_at=now)
    if pause := pauses.of(pursuit.cadence, lead.paused, now):
        services.store.save(parked(lead, pause, now))
        return NextTouch(do="finish", due_at=now)
    lead = attend(services, lead)
    if lead.pursuit.number != number or not lead.is_open:
        return NextTouch(do="finish", due_at=now)
    going_on = in_flight(services, resumed(lead, now))
    planner = planner_for(services, going_on, closures)
    decision = decide(going_on, planner, now)
    due_at = decision.lead.next_touch_at
    if due_at and isinstance(decision.next, PlannedTouch | LookAgain) and must_renew(pursuit, due_at, now):
        return _successor(services.store.save(next_run(decision.lead, now, renewed=True), decision.passed), now)
    if isinstance(decision.next, GoOn):
        return _gone_on(services, decision, decision.next, now)
    _save_if_changed(services, lead, decision)
    return _answer(services, decision, planner)


def _gone_on(services: Services, decision: Decision, following: GoOn, now: datetime) -> NextTouch:
    """Another cadence begins, in an execution of its own."""
    begun = gone_on(services, decision.lead, following.event, now, to=following.to)
    assert begun  # what planning asks for, the business always has
    begun = with_pursuit(begun, renewed=True)
    return _successor(services.store.archive(begun, None, decision.lead, decision.passed), now)


def _successor(lead: Lead, now: datetime) -> NextTouch:
    return NextTouch(do="renew", due_at=now, pursuit_id=lead.pursuit_id, run=lead.pursuit.run)


def _save_if_changed(services: Services, lead: Lead, decision: Decision) -> None:
    # When they could first be called is written with the first claim: alone it isn't worth a request for every lead.
    as_planned = decision.lead.model_copy(update={"callable_from": lead.callable_from})
    if as_planned != lead or decision.passed:
        services.store.save(decision.lead, decision.passed)


def _answer(services: Services, decision: Decision, planner: Planner) -> NextTouch:
    now, following = services.clock(), decision.next
    if isinstance(following, Finish | GoOn):
        return NextTouch(do="finish", due_at=now)
    if isinstance(following, Listen):
        seconds = max(following.until - now, SHORTEST_LISTENING).total_seconds()
        channel = asked_touch(decision.lead, following.touch_id, planner).channel
        return NextTouch(
            do="touch", channel=channel, due_at=now, touch_id=following.touch_id, response_seconds=int(seconds)
        )
    if isinstance(following, LookAgain):
        return NextTouch(do="plan", due_at=min(following.at, decision.lead.pursuit.run_began_at + RENEW_AFTER))
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
