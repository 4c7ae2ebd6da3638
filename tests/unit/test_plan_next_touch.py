"""PlanNextTouch: what the machine is told to do next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.domain.errors import ChangedMeanwhile, PlanDisagrees
from followthrough.domain.leads import Lead, Nudge, Touch
from followthrough.domain.preview import Assumed
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at, cadence_of, previewed
from tests.unit.engine import Answer, Engine
from tests.unit.fakes import BY_SAMPLE, FakeClock, FakeStore, World, business_changed
from tests.unit.places_of_the_world import arrivals

MONDAY_10 = at("2026-11-23 10:00")


def test_the_answer_always_has_the_same_seven_fields() -> None:
    world = World()
    arrive(world)
    answers = [plan(world), plan_next_touch(world.services, "lead1-7", 1)]
    fields = {"do", "channel", "due_at", "touch_id", "response_seconds", "pursuit_id", "run"}
    assert all(set(answer.model_dump(mode="json")) == fields for answer in answers)


def test_the_first_thing_is_to_ask_a_rep_who_has_five_minutes() -> None:
    world = World()
    arrive(world)
    assert plan(world) == NextTouch(
        do="touch", channel="call", due_at=MONDAY_10, touch_id="first-call.1", response_seconds=300
    )


def test_a_message_needs_no_response() -> None:
    world = World()
    arrive(world)
    ask_rep_to_call(world.services, request(world, "first-call.1"))
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert plan(world) == NextTouch(do="touch", channel="email", due_at=MONDAY_10, touch_id="tried-you.1")


def test_the_plan_is_recorded_so_that_the_watchdog_knows_when_it_is_overdue() -> None:
    world = World(clock=FakeClock(at("2026-11-23 23:00")))
    arrive(world)
    send_message(world.services, request(world, plan(world).touch_id))
    due_at = plan(world).due_at
    assert due_at == lead_in(world).next_touch_at
    assert at("2026-11-24 08:00") <= due_at < at("2026-11-24 08:01")


def test_planning_again_writes_nothing_new() -> None:
    world = World()
    arrive(world)
    plan(world)
    before = lead_in(world)
    plan(world)
    assert lead_in(world) == before


def test_what_is_passed_over_is_on_the_timeline() -> None:
    world = World()
    arrive(world, email=None)
    Engine(world, "lead1", lambda _: "no_answer").run(MONDAY_10 + HOUR)
    (skipped,) = [touch for touch in world.store.timeline("lead1") if touch.status == "skipped"]
    assert (skipped.id, skipped.reason) == ("tried-you.1", "no e-mail address is known")


# -- who is not to go on


@pytest.mark.parametrize(("pursuit_id", "run"), [("lead1-2", 1), ("lead1-1", 2), ("lead1-1", 0)])
def test_a_run_that_is_not_the_current_one_finishes(pursuit_id: str, run: int) -> None:
    world = World()
    arrive(world)
    before = lead_in(world)
    assert plan_next_touch(world.services, pursuit_id, run) == NextTouch(do="finish", due_at=MONDAY_10)
    assert lead_in(world) == before


def test_a_closed_lead_s_run_finishes() -> None:
    world = World()
    arrive(world)
    ask_rep_to_call(world.services, request(world, plan(world).touch_id))
    report_outcome(world.services, "lead1", Report("booked"))
    assert plan(world).do == "finish"


@pytest.mark.parametrize("pursuit_id", ["nobody-1", "nobody-27"])
def test_the_run_of_a_lead_that_was_erased_finishes(pursuit_id: str) -> None:
    assert plan_next_touch(World().services, pursuit_id, 1).do == "finish"


def test_when_nothing_is_left_the_lead_is_closed_and_the_run_finishes() -> None:
    world = World(cadence=cadence_of({"name": "hello", "do": "email", "after": "0m"}), settings=SMALL)
    arrive(world)
    world.clock.advance(2 * DAY)
    assert plan(world).do == "finish"
    assert (lead_in(world).status, lead_in(world).next_touch_at) == ("no_response", None)


SMALL = business_changed(cadences=BY_SAMPLE)


# -- somebody is being asked


def test_while_somebody_is_being_asked_the_machine_is_told_to_listen_until_the_deadline() -> None:
    world = World()
    arrive(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "token"))
    world.clock.advance(2 * MINUTE)
    planned = plan(world)
    assert (planned.touch_id, planned.channel, planned.due_at) == ("first-call.1", "call", MONDAY_10 + 2 * MINUTE)
    assert planned.response_seconds == 180


def test_listening_is_never_shorter_than_the_function_that_is_called_meanwhile_may_take() -> None:
    world = World()
    arrive(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "token"))
    world.clock.advance(7 * MINUTE)
    assert plan(world).response_seconds == 60


# -- renewal


def test_before_it_becomes_too_long_a_run_is_renewed_and_its_successor_goes_on() -> None:
    world = World()
    arrive(world)
    pursuit = lead_in(world).pursuit.model_copy(
        update={"run_touches": 400, "run_began_at": MONDAY_10 - timedelta(days=30)}
    )
    changed(world, pursuit=pursuit)
    assert plan(world).do == "renew"
    assert lead_in(world).pursuit.run == 2
    assert plan(world).do == "touch"


def test_the_renewed_run_is_told_so_however_often_it_asks() -> None:
    world = World()
    arrive(world)
    pursuit = lead_in(world).pursuit.model_copy(update={"run_touches": 400, "run_began_at": MONDAY_10 - 9 * DAY})
    changed(world, pursuit=pursuit)
    answers = [plan_next_touch(world.services, "lead1-1", 1).do for _ in range(3)]
    assert answers == ["renew", "renew", "renew"]
    assert lead_in(world).pursuit.run == 2


# -- conflicts


class BusyStore(FakeStore):
    """Somebody else writes the lead between our reading and our writing, so many times."""

    conflicts = 0

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        if self.conflicts:
            self.conflicts -= 1
            super().save(self.load(lead.id))
        return super().save(lead, touches, nudge)


def test_when_somebody_else_records_a_fact_meanwhile_the_plan_is_made_again() -> None:
    world = World(store_kind=BusyStore)
    arrive(world, email=None)
    ask_rep_to_call(world.services, request(world, "first-call.1"))
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert isinstance(world.store, BusyStore)
    world.store.conflicts = 3
    assert plan(world).touch_id == "second-call.1"


def test_when_that_never_stops_it_is_said() -> None:
    world = World(store_kind=BusyStore, clock=FakeClock(at("2026-11-23 23:00")))
    arrive(world)
    assert isinstance(world.store, BusyStore)
    world.store.conflicts = 99
    changed_plan = lead_in(world).model_copy(update={"next_touch_at": MONDAY_10})
    world.store.leads["lead1"] = changed_plan
    with pytest.raises(ChangedMeanwhile):
        plan(world)


# -- the doers and the planner


def test_a_touch_whose_condition_never_holds_keeps_nobody_from_going_on_for_years() -> None:
    """By phone only and of normal value: after day five nothing applies, and the lead stays open."""
    world = World()
    arrive(world, email=None)
    engine = Engine(world, "lead1", lambda _: "no_answer")
    engine.run(MONDAY_10 + 400 * DAY)
    assert engine.lead.is_open
    assert engine.lead.next_touch_at is not None
    assert engine.lead.next_touch_at >= MONDAY_10 + 400 * DAY


def test_a_doer_that_never_agrees_with_the_planner_ends_in_an_alarm_and_not_in_a_loop() -> None:
    world = World(clock=FakeClock(at("2026-11-23 23:00")))
    arrive(world)
    asked = [ask_rep_to_call(world.services, request(world, "first-call.1")) for _ in range(10)]
    assert set(asked) == {"planned_again"}
    with pytest.raises(PlanDisagrees):
        ask_rep_to_call(world.services, request(world, "first-call.1"))


# -- the engine does what the preview shows


def shape(touch: Touch) -> tuple[str, str, datetime, str, str | None, str | None]:
    return touch.id, touch.channel, touch.due_at, touch.status, touch.reason, touch.voicemail


def executed(world: World, assume: Assumed, days: int) -> list[Touch]:
    answer: Answer = None if assume == "silent" else assume
    engine = Engine(world, "lead1", lambda _: answer)
    engine.run(lead_in(world).arrived_at + days * DAY)
    until = lead_in(world).arrived_at + days * DAY
    return [touch for touch in engine.timeline if touch.due_at < until]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrived=arrivals,
    zone=st.sampled_from(
        ["America/New_York", "America/Los_Angeles", "Europe/Paris", "Asia/Kathmandu", "Pacific/Auckland"]
    ),
    postal_code=st.sampled_from([None, "33101", "10003"]),
    email=st.sampled_from(["ann@example.com", None]),
    value=st.sampled_from(["normal", "high"]),
    assume=st.sampled_from(["silent", "no_answer", "voicemail", "in_conversation", "call_back", "booked"]),
)
def test_what_the_preview_shows_is_what_the_engine_does(
    arrived: datetime, zone: str, postal_code: str | None, email: str | None, value: str, assume: Assumed
) -> None:
    world = World(clock=FakeClock(arrived))
    arrive(world, zone=zone, postal_code=postal_code, email=email, value=value)
    shown = previewed(lead_in(world), assume=assume, days=14)
    assert [shape(touch) for touch in executed(world, assume, 14)] == [shape(touch) for touch in shown.touches]
    assert lead_in(world).status == shown.status


# -- what always holds


outcomes = st.sampled_from(
    [None, None, "no_answer", "voicemail", "call_back", "in_conversation", "booked", "not_interested", "wrong_number"]
)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    arrived=arrivals,
    answers=st.lists(outcomes, min_size=30, max_size=30),
    email=st.sampled_from(["ann@example.com", None]),
    suppressed=st.booleans(),
)
def test_a_lead_is_open_exactly_as_long_as_it_has_a_next_touch(
    arrived: datetime,
    answers: list[Answer],
    email: str | None,
    suppressed: bool,  # noqa: FBT001 - hypothesis hands it over by name
) -> None:
    world = World(clock=FakeClock(arrived))
    arrive(world, email=email)
    if suppressed:
        world.store.suppressions["email", "ann@example.com"] = "bounced"
    remaining = iter(answers)
    versions: list[int] = []

    def holds(lead: Lead) -> None:
        assert lead.is_open == (lead.next_touch_at is not None) == (lead.closed_at is None)
        versions.append(lead.version)

    engine = Engine(world, "lead1", lambda _: next(remaining, "no_answer"))
    engine.run(arrived + 30 * DAY, holds)
    holds(engine.lead)
    assert versions == sorted(versions)
    ids = [(touch.pursuit, touch.id) for touch in engine.timeline]
    assert len(ids) == len(set(ids))
    sent = [touch for touch in engine.timeline if touch.status == "sent"]
    assert len(sent) == len([mail for mail in world.mailer.sent if mail.to == email])
