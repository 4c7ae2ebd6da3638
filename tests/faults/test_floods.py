"""However many posts come at once, no more than the limit are begun, and every one of them is stored."""

from datetime import timedelta
from functools import partial

from followthrough.domain.floods import Sender
from followthrough.use_cases.receive_lead import Received, receive_lead
from followthrough.use_cases.watch_floods import release, watch_floods
from tests.faults.racing import Side, race
from tests.faults.world import World

AT_ONCE = 6
PAGE = Sender("https://www.example.com")


def posting(number: int) -> Side:
    return partial(receive_lead, fields={"email": f"lead{number}@example.com"}, sender=PAGE)


def one_below_the_limit(world: World) -> int:
    """As many posts as leave room for one; how many that is."""
    limit = world.services.settings.business.caps.leads_an_hour
    for number in range(limit - 1):
        assert not receive_lead(world.services, {"email": f"early{number}@example.com"}, sender=PAGE).held
    return limit - 1


def received(results: list[object]) -> list[Received]:
    assert all(isinstance(result, Received) for result in results)
    return [result for result in results if isinstance(result, Received)]


def test_of_posts_at_the_limit_at_once_exactly_one_is_begun_and_all_are_stored(world: World) -> None:
    early = one_below_the_limit(world)
    results = received(race(world, *[posting(number) for number in range(AT_ONCE)]))
    assert sorted(result.held for result in results) == [False] + [True] * (AT_ONCE - 1)
    assert len(world.stored_leads()) == early + AT_ONCE
    assert world.services.traffic.count_held(None) == AT_ONCE - 1
    begun = {pursuit.rpartition("-")[0] for pursuit, _ in world.machine.started}
    assert not begun & {result.lead_id for result in results if result.held}


def test_the_same_post_at_once_at_the_limit_takes_one_place(world: World) -> None:
    one_below_the_limit(world)
    results = received(race(world, *[posting(1)] * AT_ONCE))
    assert len({result.lead_id for result in results}) == 1
    assert not any(result.held for result in results)


def test_two_watchdogs_at_once_let_each_lead_go_once(world: World) -> None:
    one_below_the_limit(world)
    for number in range(AT_ONCE):
        receive_lead(world.services, {"email": f"lead{number}@example.com"}, sender=PAGE)
        world.clock.advance(timedelta(seconds=1))
    assert release(world.services) == AT_ONCE - 1

    def fail(lead_id: str, error: Exception) -> None:
        raise AssertionError(lead_id) from error

    race(world, *[partial(watch_floods, on_error=fail)] * 2)
    watch_floods(world.services, fail)
    assert world.services.traffic.count_held(None) == 0
    runs = [run for run in world.machine.started if run[1] > 1]
    assert len(runs) == len(set(runs)) == AT_ONCE - 1
    assert not any(world.store.load(lead_id).hold for lead_id in world.stored_leads())


def test_no_more_go_out_in_a_minute_than_may(world: World) -> None:
    now = world.clock()
    allowed = race(world, *[lambda services: services.traffic.may_send("email", now, 4)] * 8)
    assert sorted(map(bool, allowed)) == [False] * 4 + [True] * 4
