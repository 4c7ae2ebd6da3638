"""A new fact wakes the machine where it must, and never more than that."""

import pytest

from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import close, next_run, with_ask
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.waking import wake
from tests.unit.arriving import MachineThatIsDown, arrive, lead_in, plan, request
from tests.unit.building import HOUR, MINUTE
from tests.unit.fakes import FakeMachine, World


def waiting(machine: FakeMachine | None = None) -> tuple[World, Lead]:
    """The machine waits for a report of the first call."""
    world = World(machine=machine or FakeMachine())
    arrive(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    world.machine.started.clear()
    return world, lead_in(world)


def recorded(world: World, lead: Lead) -> Lead:
    return world.store.save(lead)


def at_next(lead: Lead, minutes: int) -> Lead:
    assert lead.next_touch_at
    return lead.model_copy(update={"next_touch_at": lead.next_touch_at + minutes * MINUTE})


def test_an_execution_that_waits_for_the_report_is_answered_and_no_other_is_started() -> None:
    world, before = waiting()
    after = recorded(world, at_next(with_ask(before, None), -1))
    wake(world.services, before, after)
    assert (world.machine.answered, world.machine.started) == (["task1"], [])


def test_when_nobody_waits_any_more_and_the_plan_moved_earlier_a_new_run_is_started() -> None:
    world, before = waiting()
    world.machine.waiting.clear()
    after = recorded(world, at_next(with_ask(before, None), -1))
    wake(world.services, before, after)
    assert world.machine.started == [("lead1-1", 2)]
    assert lead_in(world).pursuit.run == 2


@pytest.mark.parametrize("minutes", [0, 1, 600])
def test_with_an_unchanged_or_later_plan_the_machine_sleeps_on(minutes: int) -> None:
    world, before = waiting()
    world.machine.waiting.clear()
    after = recorded(world, at_next(with_ask(before, None), minutes))
    wake(world.services, before, after)
    assert (world.machine.started, lead_in(world).pursuit.run) == ([], 1)


def test_a_closed_lead_needs_no_new_run() -> None:
    world, before = waiting()
    world.machine.waiting.clear()
    after = recorded(world, close(before, "booked", world.clock()))
    wake(world.services, before, after)
    assert world.machine.started == []


def test_a_lead_that_was_closed_and_has_a_plan_again_is_started() -> None:
    world, before = waiting()
    closed = close(before, "booked", world.clock())
    after = recorded(world, before.model_copy(update={"ask": None, "next_touch_at": world.clock() + HOUR}))
    wake(world.services, closed, after)
    assert world.machine.started == [("lead1-1", 2)]


def test_an_ask_that_goes_on_is_not_answered() -> None:
    world, before = waiting()
    wake(world.services, before, recorded(world, before))
    assert world.machine.answered == []


def test_what_somebody_else_has_recorded_since_keeps_nothing_from_waking() -> None:
    world, before = waiting()
    world.machine.waiting.clear()
    after = recorded(world, at_next(with_ask(before, None), -1))
    recorded(world, after)
    assert wake(world.services, before, after) is None
    assert world.machine.started == [(before.pursuit_id, before.pursuit.run + 1)]


def test_when_somebody_else_has_started_the_next_run_it_is_theirs() -> None:
    world, before = waiting()
    world.machine.waiting.clear()
    after = recorded(world, at_next(with_ask(before, None), -1))
    recorded(world, next_run(after, world.clock()))
    assert wake(world.services, before, after) is None
    assert world.machine.started == []


def test_when_the_machine_is_down_the_fact_stays_recorded_and_the_kind_of_error_is_known() -> None:
    world, before = waiting(machine=MachineThatIsDown())
    world.machine.waiting.clear()
    after = recorded(world, at_next(with_ask(before, None), -1))
    assert wake(world.services, before, after) == "ConnectionError"
    assert lead_in(world).next_touch_at == after.next_touch_at
