"""What is announced for a lead in flight is what happens to it once the edited cadence is deployed."""

from typing import Any, cast

import pytest

from followthrough.domain.changes import NO_CHANGES, Changes, changes
from followthrough.domain.in_flight import Move
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.pauses import Pause
from followthrough.domain.preview import Assumed, Preview
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.pausing import pause_lead
from followthrough.use_cases.plan_next_touch import plan_next_touch
from local.commands.diff_report import Compared, diff_json
from local.leads_in_flight import moved_in_flight
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, World, business_changed, sample_cadence
from tests.unit.test_in_flight import EVENING, FIRST, MONDAY_10, SECOND, THIRD, version

FAR = MONDAY_10 + 40 * DAY
DAILY = {"name": "daily", "day": "2-6", "times_a_day": 2}
WEEKLY = {"name": "weekly", "do": "email", "day": 7, "every": "1w", "until_day": 30}
OLD = (FIRST, EVENING, DAILY, THIRD, WEEKLY)
EDITS: dict[str, tuple[dict[str, Any], ...]] = {
    "nothing": OLD,
    "one more e-mail": (FIRST, EVENING, SECOND, DAILY, THIRD, WEEKLY),
    "no calls": (FIRST, EVENING, THIRD, WEEKLY),
    "more calls": (FIRST, EVENING, {**DAILY, "times_a_day": 3}, THIRD, WEEKLY),
    "later": (FIRST, EVENING, DAILY, {**THIRD, "day": 5}, {**WEEKLY, "day": 8}),
    "seldom": (FIRST, EVENING, DAILY, THIRD, {**WEEKLY, "every": "2w"}),
    "messages left": ({**FIRST, "voicemail": "leave"}, EVENING, {**DAILY, "voicemail": "leave"}, THIRD, WEEKLY),
}
POINTS = {
    "after the first call": MONDAY_10 + HOUR,
    "in the evening": MONDAY_10 + 7 * HOUR,
    "on the third day": MONDAY_10 + 2 * DAY + 3 * HOUR,
    "in the second week": MONDAY_10 + 10 * DAY,
}


def begun(until: Any, assume: Assumed = "no_answer") -> tuple[World, Engine]:
    world = World(cadence=version(*OLD, in_flight="keep"), settings=business_changed(cadences=BY_SAMPLE))
    world.clock.now = MONDAY_10
    arrive(world)
    engine = Engine(world, "lead1", lambda _: None if assume == "silent" else cast("Any", assume))
    engine.run(until)
    world.clock.now = max(world.clock.now, until)
    return world, engine


def announced(world: World, *steps: dict[str, Any], assume: Assumed = "no_answer", lead_id: str = "lead1") -> Changes:
    lead, closures, pauses = world.store.load_to_go_on(lead_id)
    own = world.store.load_version(lead.pursuit.cadence, lead.pursuit.cadence_version)
    move = Move(version(*steps), world.settings, assume, world.clock.now, FAR, sample_cadence)
    return move.changes(lead, own, closures, pauses)


def happened(world: World, engine: Engine) -> Preview:
    """The whole story, run on from where it is; the machine sleeps until the next touch."""
    world.clock.now = max(world.clock.now, lead_in(world).next_touch_at or world.clock.now)
    engine.run(FAR)
    return told_as_planned(lead_in(world), engine.timeline)


def told_as_planned(lead: Lead, timeline: list[Touch]) -> Preview:
    return Preview(tuple(timeline), lead.status, lead.closed_at, (lead.pursuit.cadence,))


def in_short(found: Changes) -> list[tuple[object, ...]]:
    """What is announced, without what only a touch that was made has."""
    sides = [(change, [each and each.due_at for each in (change.before, change.after)]) for change in found.touches]
    touches = [(*change.what, *moments) for change, moments in sides]
    return sorted([*touches, ("ends", found.ends)], key=str)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("edit", EDITS)
def test_what_a_move_does_is_what_was_announced(point: str, edit: str) -> None:
    without = happened(*begun(POINTS[point]))
    world, engine = begun(POINTS[point])
    told = announced(world, *EDITS[edit])
    world.deployed(version(*EDITS[edit]))
    moved = happened(world, engine)
    assert in_short(told) == in_short(changes(lead_in(world), without, moved, FAR))
    assert edit != "nothing" or told.are_none


def test_a_call_that_is_being_asked_for_is_silent_at_its_end() -> None:
    def asked() -> World:
        world, _ = begun(MONDAY_10)
        planned = plan(world)
        ask_rep_to_call(world.services, request(world, planned.touch_id, "token"))
        assert lead_in(world).pursuit.open_touch
        return world

    def went_on(world: World) -> Preview:
        world.clock.advance(5 * MINUTE)
        escalate_silent_rep(world.services, request(world, "first-call.1"))
        engine = Engine(world, "lead1", lambda _: None)
        engine.run(FAR)
        return told_as_planned(lead_in(world), engine.timeline)

    without, world = went_on(asked()), asked()
    told = announced(world, *EDITS["one more e-mail"], assume="silent")
    world.deployed(version(*EDITS["one more e-mail"]))
    assert in_short(told) == in_short(changes(lead_in(world), without, went_on(world), FAR))
    assert [change.touch.step for change in told.touches if change.kind == "appears"] == ["second-day"]


@pytest.mark.parametrize("edit", ["later", "more calls"])
def test_who_is_paused_goes_on_when_the_pause_is_over(edit: str) -> None:
    def paused() -> tuple[World, Engine]:
        world, engine = begun(POINTS["in the evening"])
        pause_lead(world.store, "lead1", Pause(since=world.clock.now, until=MONDAY_10 + 3 * DAY))
        return world, engine

    def went_on(world: World, engine: Engine) -> Preview:
        world.clock.now = lead_in(world).next_touch_at or world.clock.now
        assert plan(world).do == "finish"
        world.clock.now = MONDAY_10 + 3 * DAY
        return happened(world, engine)

    without = went_on(*paused())
    world, engine = paused()
    told = announced(world, *EDITS[edit])
    world.deployed(version(*EDITS[edit]))
    assert in_short(told) == in_short(changes(lead_in(world), without, went_on(world, engine), FAR))
    assert not told.are_none


def test_who_is_paused_without_an_end_is_looked_at_as_if_resumed_at_once() -> None:
    world, _ = begun(POINTS["in the evening"])
    told = announced(world, *EDITS["one more e-mail"])
    pause_lead(world.store, "lead1", Pause(since=world.clock.now))
    assert announced(world, *EDITS["one more e-mail"]) == told
    assert plan(world).do == "finish"
    assert next(change.touch.step for change in announced(world, *EDITS["no calls"]).touches) == "daily"


def test_who_is_held_back_is_let_go_at_once() -> None:
    caps = sample_caps() | {"all_leads_an_hour": 1}
    world = World(cadence=version(*OLD, in_flight="keep"), settings=business_changed(cadences=BY_SAMPLE, caps=caps))
    world.clock.now = MONDAY_10
    arrive(world, email="somebody@example.com", phone="212-555-0101")
    arrive(world)
    assert lead_in(world, "lead2").hold
    told = announced(world, *EDITS["one more e-mail"], lead_id="lead2")
    assert [(change.kind, change.touch.step) for change in told.touches] == [("appears", "second-day")]


def sample_caps() -> dict[str, Any]:
    return World().settings.business.caps.model_dump()


def test_who_is_on_that_version_already_does_not_move() -> None:
    world, _ = begun(POINTS["in the evening"])
    same = Move(version(*OLD, in_flight="keep"), world.settings, "silent", world.clock.now, FAR, sample_cadence)
    assert same.changes(lead_in(world), same.to) == NO_CHANGES


def test_of_many_leads_all_are_counted_and_the_ten_with_most_changes_named() -> None:
    world, _ = begun(POINTS["on the third day"])
    for number in range(11):
        arrive(world, email=f"ann{number}@example.com", phone=f"212-555-01{number + 10}")
    looked: list[tuple[int, int]] = []
    move = Move(version(*EDITS["no calls"]), world.settings, "no_answer", world.clock.now, FAR, sample_cadence)
    found = moved_in_flight(world.store, move, lambda *counts: looked.append(counts))
    assert looked == [(number, 12) for number in range(1, 13)]
    assert (len(found.leads), found.noticing) == (12, 12)
    assert found.totals == {"vanishes": found.by_step["sample", "daily"]["vanishes"]}
    assert [moved.lead_id for moved in found.leads][-1] == "lead1"  # most of its calls are made
    told = diff_json(Compared(move.to, move.to, "no_answer", "40d", (), found))["in_flight"]
    assert [row["lead"] for row in told["most_changed"]] == sorted(f"lead{number}" for number in range(2, 13))[:10]


def test_looking_changes_nothing() -> None:
    world, _ = begun(POINTS["in the evening"])
    before = lead_in(world)
    announced(world, *EDITS["no calls"])
    assert lead_in(world) == before
    assert plan_next_touch(world.services, before.pursuit_id, before.pursuit.run).do == "touch"
