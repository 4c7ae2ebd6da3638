"""How soon leads are called is counted from when they could first be called, not through the night."""

from datetime import datetime, timedelta

import pytest

from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.fakes import FakeClock, World
from tests.unit.paging import ask


def measured(world: World) -> dict[str, float]:
    return {name: value for name, value in world.measured if name.startswith("SecondsTo")}


def called(arrives: datetime, after: timedelta) -> World:
    """The first call is asked for when it is due, and reported so long after."""
    world = World(clock=FakeClock(arrives))
    arrive(world)
    while plan(world).channel != "call":
        world.clock.now = plan(world).due_at
        send_message(world.services, request(world, plan(world).touch_id))
    world.clock.now = plan(world).due_at
    ask(world)
    world.clock.advance(after)
    report_outcome(world.services, "lead1", Report("in_conversation"))
    return world


@pytest.mark.parametrize(
    ("arrives", "from_"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 23:00", "2026-11-24 08:00"),
        ("2026-11-25 21:00", "2026-11-27 08:00"),  # Thanksgiving
        ("2026-11-23 20:29", "2026-11-23 20:29"),
    ],
)
def test_it_counts_from_the_arrival_or_from_the_opening_of_contact_hours_after_it(arrives: str, from_: str) -> None:
    world = called(at(arrives), 2 * MINUTE)
    assert lead_in(world).callable_from == at(from_)
    seconds = measured(world)
    assert 0 <= seconds["SecondsToNudge"] < 60  # what waited for the opening is spread over its first minute
    assert seconds["SecondsToFirstAttempt"] == seconds["SecondsToReached"] == seconds["SecondsToNudge"] + 120


def test_who_calls_us_at_night_did_not_wait_at_all() -> None:
    world = World(clock=FakeClock(at("2026-11-23 23:00")))
    arrive(world)
    world.clock.advance(10 * MINUTE)
    report_outcome(world.services, "lead1", Report("in_conversation"))
    assert measured(world) == {"SecondsToFirstAttempt": 0, "SecondsToReached": 0}


def test_a_day_that_was_missed_counts() -> None:
    world = World(clock=FakeClock(at("2026-11-23 23:00")))
    arrive(world)
    plan(world)
    world.clock.now = at("2026-11-24 10:00")
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert measured(world) == {"SecondsToFirstAttempt": 2 * HOUR / timedelta(seconds=1)}


def test_who_asks_again_counts_anew() -> None:
    world = World(clock=FakeClock(at("2026-11-23 10:00")))
    arrive(world)
    plan(world)
    world.clock.advance(DAY + 11 * HOUR)
    arrive(world, message="Are you there?")
    assert send_message(world.services, request(world, "acknowledge.1")) == "sent"
    assert lead_in(world).callable_from == at("2026-11-25 08:00")
