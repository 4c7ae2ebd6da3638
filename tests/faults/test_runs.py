"""However many want to start a pursuit's next run at once, there is exactly one, and somebody starts it."""

from datetime import timedelta
from functools import partial

import pytest

from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import RENEW_AFTER_TOUCHES
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.watch_overdue import GRACE, Watched, watch_overdue
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, race
from tests.faults.situations import called_in_vain, just_posted, plan
from tests.faults.world import World

ROUNDS = 12
OVERDUE = GRACE + timedelta(minutes=1)

both_ways = pytest.mark.parametrize("contest", [race, collide])


def watching(services: SendingServices) -> Watched:
    def on_error(lead_id: str, error: Exception) -> None:
        raise AssertionError(lead_id) from error

    return watch_overdue(services, on_error)


def planning(lead: Lead) -> Side:
    return partial(plan_next_touch, pursuit_id=lead.pursuit_id, run=lead.pursuit.run)


def starts(world: World, lead: Lead) -> list[int]:
    """The runs of the lead's pursuit that were started."""
    return [run for pursuit_id, run in world.machine.started if pursuit_id == lead.pursuit_id]


def worn_out(world: World) -> Lead:
    """A lead whose run has made as many touches as a run may."""
    lead = called_in_vain(world)
    pursuit = lead.pursuit.model_copy(update={"run_touches": RENEW_AFTER_TOUCHES})
    return world.store.save(lead.model_copy(update={"pursuit": pursuit}))


@both_ways
def test_watchdogs_at_once_start_an_overdue_lead_once(world: World, contest: Contest, tally: Tally) -> None:
    before = just_posted(world)
    world.clock.advance(OVERDUE)
    watching(world.services)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        watched = contest(world, watching, watching, watching)
        assert sorted(len(result.restarted) for result in watched if isinstance(result, Watched)) == [0, 0, 1]
        after = world.history(lead.id)[-1]
        assert (after.pursuit.run, after.restarts, after.version) == (2, 1, lead.version + 1)
        assert starts(world, lead) == [2]
        tally["rounds"] += 1


@both_ways
def test_the_first_plan_and_the_watchdog_at_once_leave_one_run_that_goes_on(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = just_posted(world)
    world.clock.advance(OVERDUE)
    watching(world.services)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        planned, _ = contest(world, planning(lead), watching)
        assert isinstance(planned, NextTouch)
        tally[planned.do] += 1
        after = world.history(lead.id)[-1]
        assert starts(world, lead) == list(range(2, after.pursuit.run + 1))
        assert planned.do == "finish" or planned.touch_id == "first-call.1"
        assert plan(world, lead.id).touch_id == "first-call.1"


@both_ways
def test_a_run_that_is_told_several_times_to_plan_renews_once(world: World, contest: Contest) -> None:
    before = worn_out(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        plans = contest(world, *[planning(lead)] * 3)
        assert [getattr(next_touch, "do", None) for next_touch in plans] == ["renew"] * 3
        after = world.history(lead.id)[-1]
        assert (after.pursuit.run, after.pursuit.renewed, after.version) == (2, True, lead.version + 1)
        assert plan(world, lead.id).touch_id == "tried-you.1"


@both_ways
def test_renewal_and_the_watchdog_at_once_leave_a_last_run_that_somebody_starts(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = worn_out(world)
    world.clock.advance(OVERDUE)
    watching(world.services)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        planned, _ = contest(world, planning(lead), watching)
        assert isinstance(planned, NextTouch)
        last = world.history(lead.id)[-1].pursuit.run
        tally[f"{planned.do}, run {last}"] += 1
        renewed = [2] if planned.do == "renew" else []
        assert sorted(renewed + starts(world, lead)) == list(range(2, last + 1))
        assert plan(world, lead.id).touch_id == "tried-you.1"


@both_ways
def test_a_report_and_the_watchdog_at_once_leave_a_last_run_that_somebody_starts(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    world.clock.advance(OVERDUE)
    watching(world.services)
    reporting = Report("call_back", touch_id="first-call.1", callback_at=world.clock() + timedelta(hours=1))
    for _ in range(ROUNDS):
        lead = world.copy(before)
        reported, _ = contest(world, partial(report_outcome, lead_id=lead.id, said=reporting), watching)
        assert isinstance(reported, Reported)
        assert reported.result == "recorded"
        after = world.history(lead.id)[-1]
        tally[f"run {after.pursuit.run}"] += 1
        assert starts(world, lead) == list(range(2, after.pursuit.run + 1))
        assert after.pursuit.callback_at == reporting.callback_at
