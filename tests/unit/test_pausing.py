"""Pause and resume: a lead, a cadence, everything. Nothing goes out meanwhile, and nothing comes in a burst after."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.leads import Lead
from followthrough.domain.pauses import NO_PAUSES, Pause, Pauses
from followthrough.domain.plans import PAUSED
from followthrough.use_cases.pausing import pause_all, pause_lead, resume_all, resume_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.watch_overdue import watch_overdue
from tests.unit.arriving import arrive, lead_in, plan
from tests.unit.building import DAY, HOUR, MINUTE, at, cadence_of
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, World, business_changed

MONDAY_10 = at("2026-11-30 10:00")
STEPS: tuple[dict[str, Any], ...] = (
    {"name": "first-call", "after": "0m"},
    *({"name": f"day-{day}", "do": "email", "day": day} for day in (2, 3, 4, 5)),
    {"name": "daily", "do": "email", "day": 6, "every": "1d", "until_day": 20},
)


def world_with_leads(count: int = 1) -> World:
    """So many leads of Monday at 10:00; nobody answers their first call."""
    version = cadence_of(*STEPS)
    words = {f"{step['name']}.email": "Subject: Hello\n\nHello." for step in STEPS}
    version = version.model_copy(update={"messages": {**words, "first-call.call": "Hello."}})
    world = World(cadence=version, settings=business_changed(cadences=BY_SAMPLE))
    world.clock.now = MONDAY_10
    for number in range(count):
        arrive(world, email=f"ann{number}@example.com", phone=f"+1212555010{number}")
        engine(world, f"lead{number + 1}").run(MONDAY_10 + HOUR)
    return world


def engine(world: World, lead_id: str = "lead1") -> Engine:
    return Engine(world, lead_id, lambda _: "no_answer")


def pause_everything(world: World, until: datetime | None = None) -> None:
    pause_all(world.services.team, None, Pause(since=world.clock.now, until=until))


def resume_everything(world: World, cadence: str | None = None) -> int:
    return resume_all(world.services.store, world.services.team, cadence, world.clock.now, lambda ids: ids)


def watch(world: World) -> tuple[str, ...]:
    """Two minutes later the watchdog looks; who is started again."""
    world.clock.advance(3 * MINUTE)
    return watch_overdue(world.services, _fails).restarted


def _fails(lead_id: str, error: Exception) -> None:
    raise AssertionError(lead_id) from error


def sent_to_leads(world: World) -> int:
    return len(world.mailer.sent)


def passed_days(world: World, days: int, lead_id: str = "lead1") -> None:
    """The machine goes on as far as it does in that time, and the watchdog looks in."""
    engine(world, lead_id).run(world.clock.now + days * DAY)
    world.clock.now = max(world.clock.now, MONDAY_10 + days * DAY)
    watch(world)
    engine(world, lead_id).run(world.clock.now)


@pytest.mark.parametrize("what", ["everything", "the cadence", "the lead"])
def test_while_it_is_paused_nothing_goes_out(what: str) -> None:
    world = world_with_leads()
    pause = Pause(since=world.clock.now)
    if what == "the lead":
        assert pause_lead(world.services.store, "lead1", pause)
    else:
        pause_all(world.services.team, None if what == "everything" else "sample", pause)
    before = sent_to_leads(world)
    passed_days(world, 3)
    assert sent_to_leads(world) == before
    assert lead_in(world).is_open
    assert (lead_in(world).next_touch_at or MONDAY_10) > world.clock.now


def test_another_cadence_goes_on() -> None:
    world = world_with_leads()
    pause_all(world.services.team, "speed-to-lead", Pause(since=world.clock.now))
    before = sent_to_leads(world)
    passed_days(world, 3)
    assert sent_to_leads(world) > before


def test_another_lead_goes_on() -> None:
    world = world_with_leads(2)
    pause_lead(world.services.store, "lead2", Pause(since=world.clock.now))
    passed_days(world, 2, "lead1")
    assert [mail.to for mail in world.mailer.sent] == ["ann0@example.com"]


def test_after_it_is_resumed_one_touch_is_made_up_at_most_and_the_others_say_why_not() -> None:
    world = world_with_leads()
    pause_everything(world)
    engine(world).run(MONDAY_10 + 3 * DAY + 5 * HOUR)
    world.clock.now = MONDAY_10 + 3 * DAY + 5 * HOUR  # Thursday afternoon: that day's e-mail was due in the morning
    watch(world)
    before = sent_to_leads(world)
    assert resume_everything(world) == 1
    assert watch(world) == ("lead1",)
    engine(world).run(world.clock.now + MINUTE)
    assert sent_to_leads(world) == before + 1
    assert [(touch.id, touch.reason) for touch in engine(world).timeline if touch.status == "skipped"] == [
        ("day-2.1", PAUSED),
        ("day-3.1", PAUSED),
    ]
    engine(world).run(MONDAY_10 + 4 * DAY + 10 * HOUR)
    assert sent_to_leads(world) == before + 2


def test_a_pause_with_an_end_is_over_by_itself() -> None:
    world = world_with_leads()
    pause_everything(world, until=MONDAY_10 + 2 * DAY)
    engine(world).run(MONDAY_10 + 3 * DAY)
    assert lead_in(world).next_touch_at == MONDAY_10 + 2 * DAY
    world.clock.now = MONDAY_10 + 2 * DAY
    assert watch(world) == ("lead1",)
    engine(world).run(MONDAY_10 + 4 * DAY)
    assert sent_to_leads(world) > 0


def test_who_was_not_left_alone_meanwhile_is_not_started_again() -> None:
    world = world_with_leads(2)
    pause_everything(world)
    engine(world, "lead1").run(MONDAY_10 + 2 * DAY)  # the other's machine still sleeps
    assert resume_everything(world) == 1


def test_a_pause_never_looks_like_something_that_is_stuck() -> None:
    world = world_with_leads()
    pause_everything(world)
    engine(world).run(MONDAY_10 + 2 * DAY)
    for _ in range(8):
        world.clock.advance(8 * DAY)
        watched = watch_overdue(world.services, _fails)
        assert (watched.restarted, watched.stuck) == ((), ())
    assert not lead_in(world).stuck


def test_an_answer_is_recorded_all_the_same() -> None:
    world = world_with_leads()
    pause_everything(world)
    engine(world).run(MONDAY_10 + 2 * DAY)
    report_outcome(world.services, "lead1", Report("booked"))
    assert lead_in(world).status == "booked"
    assert resume_everything(world) == 0


def test_a_new_lead_is_stored_and_waits() -> None:
    world = world_with_leads()
    pause_everything(world)
    arrive(world, email="new@example.com", phone="+12125550199")
    texts = len(world.texter.sent)
    assert plan(world, "lead2").do == "finish"
    assert lead_in(world, "lead2").is_open
    assert len(world.texter.sent) == texts
    resume_everything(world)
    assert watch(world) == ("lead2",)
    assert plan(world, "lead2").touch_id == "first-call.1"


def test_who_asks_again_is_not_paused_any_more() -> None:
    world = world_with_leads()
    pause_lead(world.services.store, "lead1", Pause(since=world.clock.now))
    world.clock.advance(DAY)
    arrive(world, email="ann0@example.com", phone="+12125550100", message="Are you still there?")
    assert plan(world).do == "touch"


def test_a_call_that_is_being_asked_for_waits_too_and_can_be_reported() -> None:
    world = world_with_leads()
    silent = Engine(world, "lead1", lambda _: None)
    arrive(world, email="bob@example.com", phone="+12125550188")
    plan(world, "lead2")
    pause_everything(world)
    texts = len(world.texter.sent)
    Engine(world, "lead2", lambda _: None).run(MONDAY_10 + 5 * HOUR)
    assert len(world.texter.sent) == texts
    assert silent.lead.is_open


def test_of_a_lead_that_is_closed_there_is_nothing_to_pause_or_resume() -> None:
    world = world_with_leads()
    report_outcome(world.services, "lead1", Report("won"))
    assert not pause_lead(world.services.store, "lead1", Pause(since=world.clock.now))
    assert not resume_lead(world.services.store, "lead1", world.clock.now)


def test_one_lead_is_resumed_alone() -> None:
    world = world_with_leads()
    pause_lead(world.services.store, "lead1", Pause(since=world.clock.now))
    engine(world).run(MONDAY_10 + 2 * DAY)
    world.clock.now = MONDAY_10 + 2 * DAY
    assert resume_lead(world.services.store, "lead1", world.clock.now)
    assert watch(world) == ("lead1",)
    assert lead_in(world).paused is None


# -- which pause counts


def pause(hours: int | None) -> Pause:
    return Pause(since=MONDAY_10, until=MONDAY_10 + timedelta(hours=hours) if hours else None)


@pytest.mark.parametrize(
    ("pauses", "own", "expected"),
    [
        (NO_PAUSES, None, None),
        (NO_PAUSES, pause(1), None),  # it is over by noon
        (NO_PAUSES, pause(3), pause(3)),
        (Pauses(everything=pause(4)), pause(3), pause(4)),
        (Pauses(everything=pause(4), cadences={"sample": pause(None)}), pause(3), pause(None)),
        (Pauses(cadences={"other": pause(None)}), None, None),
    ],
)
def test_of_several_pauses_the_one_that_lasts_longest_counts(
    pauses: Pauses, own: Pause | None, expected: Pause | None
) -> None:
    assert pauses.of("sample", own, MONDAY_10 + 2 * HOUR) == expected


def test_a_lead_that_changes_while_it_is_resumed_is_left_to_whoever_changed_it() -> None:
    world = world_with_leads()
    pause_everything(world)
    engine(world).run(MONDAY_10 + 2 * DAY)
    save = world.store.save

    def contested(lead: Lead, *rest: object) -> Lead:
        raise ChangedMeanwhile("somebody else")

    world.store.save = contested  # type: ignore[assignment,method-assign]  # only here
    assert resume_everything(world) == 0
    world.store.save = save  # type: ignore[method-assign]  # as it was
