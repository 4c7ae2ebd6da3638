"""Whatever is overdue, for whatever cause, is started again; nothing that goes well is disturbed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from followthrough.domain.leads import Lead, Nudge, Touch
from followthrough.domain.pursuing import close
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.watch_overdue import Watched, watch_overdue
from tests.unit.arriving import MachineThatIsDown, arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.fakes import FakeStore, World

MONDAY_10 = at("2026-11-23 10:00")
NOTHING = Watched((), (), ())


def watch(world: World) -> Watched:
    errors: list[tuple[str, Exception]] = []
    watched = watch_overdue(world.services, lambda lead_id, error: errors.append((lead_id, error)))
    assert [lead_id for lead_id, _ in errors] == list(watched.failed)
    return watched


def stalled() -> World:
    """A lead whose execution has died before its first plan."""
    world = World()
    arrive(world)
    world.machine.started.clear()
    return world


def test_a_lead_is_started_again_when_it_is_two_minutes_overdue_and_not_before() -> None:
    world = stalled()
    world.clock.advance(2 * MINUTE)
    assert watch(world) == NOTHING
    world.clock.advance(timedelta(seconds=1))
    assert watch(world) == Watched(("lead1",), (), ())
    assert world.machine.started == [("lead1-1", 2)]


def test_the_new_run_can_go_on_at_once() -> None:
    world = stalled()
    world.clock.advance(3 * MINUTE)
    watch(world)
    planned = plan(world)
    assert (planned.touch_id, planned.due_at) == ("first-call.1", MONDAY_10)
    assert ask_rep_to_call(world.services, request(world, "first-call.1", "task1")) == "asked"


def test_a_lead_that_waits_for_a_report_is_not_overdue_before_the_deadline() -> None:
    world = stalled()
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    world.clock.advance(7 * MINUTE)
    assert watch(world) == NOTHING


def test_a_lead_that_is_closed_is_left_alone() -> None:
    world = stalled()
    world.store.save(close(lead_in(world), "booked", MONDAY_10))
    world.clock.advance(DAY)
    assert watch(world) == NOTHING


def restarts(world: World, hours: int) -> list[datetime]:
    """When it was started again in so many hours, looked at each minute, while nothing helps."""
    found = []
    end = world.clock() + hours * HOUR
    while world.clock() < end:
        world.clock.advance(MINUTE)
        if watch(world).restarted:
            found.append(world.clock())
    return found


def test_each_try_waits_longer_than_the_one_before() -> None:
    tries = restarts(stalled(), 6)
    pauses = [after - before for before, after in pairwise(tries)]
    assert len(tries) >= 5
    assert pauses == sorted(pauses)
    assert pauses[-1] > 10 * pauses[0]


def test_a_lead_that_does_not_get_going_becomes_visibly_stuck_and_is_still_tried() -> None:
    world = stalled()
    restarts(world, 6)
    assert lead_in(world).stuck
    world.clock.advance(2 * DAY)
    assert watch(world) == Watched(("lead1",), ("lead1",), ())


def test_pauses_are_never_longer_than_a_day() -> None:
    world = stalled()
    changed(world, restarts=40)
    world.clock.advance(HOUR)
    watch(world)
    assert lead_in(world).next_touch_at == world.clock() + DAY


def test_a_lead_that_gets_going_is_no_longer_stuck() -> None:
    world = stalled()
    changed(world, restarts=9, stuck=True)
    world.clock.advance(3 * MINUTE)
    watch(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    assert (lead_in(world).restarts, lead_in(world).stuck) == (0, False)


def test_when_the_machine_is_down_the_lead_is_tried_again_later() -> None:
    world = World(machine=MachineThatIsDown())
    arrive(world)
    world.clock.advance(3 * MINUTE)
    assert watch(world) == Watched((), (), ("lead1",))
    world.clock.advance(HOUR)
    assert watch(world).failed == ("lead1",)
    assert lead_in(world).is_open


class StoreWithABrokenLead(FakeStore):
    def load(self, lead_id: str) -> Lead:
        if lead_id == "lead1":
            raise ValueError("unreadable")
        return super().load(lead_id)


def test_one_lead_s_failure_does_not_keep_the_others_waiting() -> None:
    world = World(store_kind=StoreWithABrokenLead)
    for n in range(3):
        arrive(world, email=f"lead{n}@example.com", phone=f"212-555-016{n}")
    world.clock.advance(3 * MINUTE)
    assert watch(world) == Watched(("lead2", "lead3"), (), ("lead1",))


class StoreThatIsOvertaken(FakeStore):
    """The lead gets going between the watchdog's look and its write."""

    armed = False

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        if self.armed:
            self.armed = False
            super().save(self.load(lead.id))
        return super().save(lead, touches, nudge)


def test_a_lead_that_gets_going_meanwhile_is_not_started_twice() -> None:
    world = World(store_kind=StoreThatIsOvertaken)
    arrive(world)
    world.machine.started.clear()
    assert isinstance(world.store, StoreThatIsOvertaken)
    world.store.armed = True
    world.clock.advance(3 * MINUTE)
    assert watch(world) == NOTHING
    assert world.machine.started == []


@pytest.mark.parametrize("overdue", [timedelta(minutes=3), timedelta(days=3)])
def test_what_the_new_run_finds_too_late_it_leaves_out(overdue: timedelta) -> None:
    world = stalled()
    world.clock.advance(overdue)
    watch(world)
    planned = plan(world)
    assert planned.do == "touch"
    assert planned.due_at > world.clock() - 2 * HOUR
