"""A cadence is edited while leads are in flight: they keep their version, or move to the new one without repeating what
was done, and without a burst of what is past.
"""

from typing import Any

import pytest

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Touch
from followthrough.domain.plans import PAST
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in, plan
from tests.unit.building import DAY, HOUR, MINUTE, at, cadence_of
from tests.unit.engine import Answer, Engine
from tests.unit.fakes import BY_SAMPLE, World, business_changed

MONDAY_10 = at("2026-11-30 10:00")
FIRST = {"name": "first-call", "after": "0m"}
EVENING = {"name": "evening", "do": "email", "after": "6h"}
SECOND = {"name": "second-day", "do": "email", "day": 2}
THIRD = {"name": "third-day", "do": "email", "day": 3}


def version(*steps: dict[str, Any], in_flight: str = "move") -> CadenceVersion:
    """A version of the sample cadence, with the words that its e-mails need."""
    written = cadence_of(*steps)
    cadence = written.cadence.model_copy(update={"in_flight": in_flight})
    words = {f"{step['name']}.email": "Subject: Hello\n\nHello." for step in steps}
    calls = {f"{step['name']}.call": "Hello." for step in steps}
    return CadenceVersion(cadence=cadence, messages={**words, **calls})


def begun(*steps: dict[str, Any]) -> tuple[World, Engine]:
    """A lead of Monday at 10:00, whose calls nobody answers."""
    world = World(cadence=version(*steps, in_flight="keep"), settings=business_changed(cadences=BY_SAMPLE))
    world.clock.now = MONDAY_10
    arrive(world)

    def answer(touch_id: str) -> Answer:
        return "no_answer"

    return world, Engine(world, "lead1", answer)


def deploy(world: World, *steps: dict[str, Any], in_flight: str = "move") -> CadenceVersion:
    """The admin deploys another version."""
    new = version(*steps, in_flight=in_flight)
    world.deployed(new)
    return new


def told(engine: Engine) -> list[tuple[str, str]]:
    return [(touch.id, touch.reason or touch.status) for touch in engine.timeline]


def of(engine: Engine, step: str) -> list[Touch]:
    return [touch for touch in engine.timeline if touch.step == step]


def test_without_a_word_about_it_a_pursuit_keeps_the_version_that_it_began_with() -> None:
    world, engine = begun(FIRST, SECOND)
    engine.run(MONDAY_10 + HOUR)
    deploy(world, FIRST, SECOND, THIRD, in_flight="keep")
    engine.run(MONDAY_10 + 10 * DAY)
    assert told(engine) == [("first-call.1", "reported"), ("second-day.1", "sent")]
    assert engine.lead.status == "no_response"


def test_with_move_it_goes_on_with_the_new_version_and_nothing_is_repeated() -> None:
    world, engine = begun(FIRST, SECOND)
    engine.run(MONDAY_10 + HOUR)
    new = deploy(world, FIRST, SECOND, THIRD)
    engine.run(MONDAY_10 + 10 * DAY)
    assert told(engine) == [("first-call.1", "reported"), ("second-day.1", "sent"), ("third-day.1", "sent")]
    assert engine.lead.pursuit.cadence_version == new.version


def test_its_days_still_count_from_when_it_began() -> None:
    world, engine = begun(FIRST, THIRD)
    engine.run(MONDAY_10 + HOUR)
    deploy(world, FIRST, {**THIRD, "day": 5})
    engine.run(MONDAY_10 + 10 * DAY)
    assert [touch.due_at.date().isoformat() for touch in of(engine, "third-day")] == ["2026-12-04"]


def test_a_new_step_whose_time_has_passed_is_skipped_and_says_why() -> None:
    world, engine = begun(FIRST, THIRD)
    engine.run(MONDAY_10 + 7 * HOUR)
    world.clock.now = MONDAY_10 + 7 * HOUR
    deploy(world, FIRST, EVENING, SECOND, THIRD)
    engine.run(MONDAY_10 + 10 * DAY)
    assert told(engine) == [
        ("first-call.1", "reported"),
        ("evening.1", PAST),
        ("second-day.1", "sent"),
        ("third-day.1", "sent"),
    ]


def test_the_machine_that_sleeps_moves_when_its_next_touch_is_due() -> None:
    """Nobody wakes thousands of machines for an edit: a step that would come before the next touch is left out."""
    world, engine = begun(FIRST, THIRD)
    engine.run(MONDAY_10 + HOUR)
    before = plan(world)
    deploy(world, FIRST, SECOND, THIRD)
    world.clock.now = before.due_at
    engine.run(MONDAY_10 + 10 * DAY)
    assert told(engine)[1:] == [("second-day.1", PAST), ("third-day.1", "sent")]


def test_a_step_that_is_gone_is_not_made_any_more() -> None:
    world, engine = begun(FIRST, SECOND, THIRD)
    engine.run(MONDAY_10 + HOUR)
    deploy(world, FIRST, THIRD)
    engine.run(MONDAY_10 + 10 * DAY)
    assert told(engine) == [("first-call.1", "reported"), ("third-day.1", "sent")]


def test_rounds_that_never_were_are_told_in_one_line() -> None:
    world, engine = begun(FIRST, {**THIRD, "day": 200})
    engine.run(MONDAY_10 + 100 * DAY)
    world.clock.now = MONDAY_10 + 100 * DAY
    deploy(
        world,
        FIRST,
        {"name": "weekly", "do": "email", "day": 2, "every": "1w", "until_day": 190},
        {**THIRD, "day": 200},
    )
    plan(world)
    skipped = [touch for touch in of(engine, "weekly") if touch.reason == PAST]
    assert len(skipped) == 1
    assert skipped[0].n > 10
    engine.run(MONDAY_10 + 120 * DAY)
    assert [touch.status for touch in of(engine, "weekly")][1:] == ["sent"] * 3


def test_a_call_that_is_being_asked_for_is_reported_in_the_version_that_asked() -> None:
    world, _ = begun(FIRST, SECOND)
    silent = Engine(world, "lead1", lambda touch_id: None)
    silent.turn(MONDAY_10 + DAY)
    deploy(world, SECOND, THIRD)
    report_outcome(world.services, "lead1", Report("no_answer", "first-call.1"))
    assert world.store.touches["lead1", 1, "first-call.1"].outcome == "no_answer"


def test_a_late_report_of_a_step_that_is_gone_still_counts() -> None:
    world, engine = begun(FIRST, SECOND)
    engine.run(MONDAY_10 + HOUR)
    deploy(world, SECOND, THIRD)
    world.clock.now = MONDAY_10 + HOUR
    plan(world)
    report_outcome(world.services, "lead1", Report("in_conversation", "first-call.1"))
    assert lead_in(world).spoken_at == world.clock.now


@pytest.mark.parametrize("minutes", [0, 3, 40])
def test_what_is_due_at_the_moment_of_the_move_is_made(minutes: int) -> None:
    world, engine = begun(FIRST, {"name": "noon", "do": "email", "after": "2h"})
    engine.run(MONDAY_10 + HOUR)
    deploy(world, FIRST, {"name": "noon", "do": "email", "after": "2h"}, SECOND)
    world.clock.now = MONDAY_10 + 2 * HOUR + minutes * MINUTE
    engine.run(MONDAY_10 + DAY)
    assert told(engine)[1] == ("noon.1", "sent")
