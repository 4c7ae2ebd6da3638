"""The manager closes and opens: what that does to contact hours, plans and asks."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.domain.closures import KEPT, Closure, Closures, closed, opened
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.leads import Touch
from followthrough.domain.nudges import nudge_text
from followthrough.domain.occurrences import CLOSED
from followthrough.domain.places import Place
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.closing import close, open_again
from followthrough.use_cases.receive_text import IncomingText, receive_text
from tests.unit.arriving import MachineThatIsDown, arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, NEW_YORK, at, cadence_of, local
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, FakeClock, World, business_changed, sample_settings
from tests.unit.test_nudges import FIRST

FRIDAY_15, MONDAY = at("2026-11-27 15:00"), at("2026-11-30 00:00")
FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
ANA, DANA = "+12125550111", "+12125550110"
TILL_MONDAY = closed((), FRIDAY_15, MONDAY)
SAMPLE = business_changed(cadences=BY_SAMPLE)


def hours(closures: Closures = TILL_MONDAY, zone: str = NEW_YORK) -> ContactHours:
    return ContactHours(sample_settings(), Place(zones=(zone,), regions=("US-NY",), found_by="form"), closures)


def spans(of: ContactHours, day: date) -> list[tuple[str, str]]:
    return [(local(start)[11:], local(end)[11:]) for start, end in of.on(day)]


def text(world: World, words: str, phone: str = DANA) -> str:
    """What is answered."""
    receive_text(world.services, IncomingText(phone, words, f"text{len(world.texter.sent)}"))
    to, answer = world.texter.sent[-1]
    assert to == phone
    return answer


# -- what is recorded


def test_closing_again_while_closed_changes_the_end() -> None:
    (closure,) = closed(TILL_MONDAY, FRIDAY_15 + HOUR, MONDAY + DAY)
    assert (closure.since, closure.until, closure.announced) == (FRIDAY_15, MONDAY + DAY, MONDAY + DAY)


def test_opening_ends_the_closure_and_keeps_it() -> None:
    (closure,) = opened(TILL_MONDAY, FRIDAY_15 + HOUR)
    assert (closure.since, closure.until, closure.announced) == (FRIDAY_15, FRIDAY_15 + HOUR, MONDAY)


def test_opening_what_is_open_changes_nothing() -> None:
    assert opened((), FRIDAY_15) == ()
    assert opened(TILL_MONDAY, MONDAY) == TILL_MONDAY


def test_a_closure_that_is_over_stays_beside_the_next() -> None:
    both = closed(TILL_MONDAY, MONDAY + DAY, MONDAY + 2 * DAY)
    assert [closure.since for closure in both] == [FRIDAY_15, MONDAY + DAY]


def test_a_closure_is_forgotten_when_nobody_can_have_been_put_off_by_it() -> None:
    later = MONDAY + KEPT + DAY
    assert [closure.since for closure in closed(TILL_MONDAY, later, later + DAY)] == [later]


# -- contact hours


def test_a_closure_is_taken_out_of_the_hours() -> None:
    assert spans(hours(), FRIDAY) == [("08:00", "15:00")]
    assert spans(hours(), SATURDAY) == []
    assert not hours().is_open(FRIDAY_15)
    assert hours().is_open(FRIDAY_15 - timedelta(seconds=1))
    assert hours().next_open(FRIDAY_15) == at("2026-11-30 08:00")


def test_a_closure_of_some_hours_leaves_both_ends_of_the_day() -> None:
    lunch = closed((), at("2026-11-27 12:00"), at("2026-11-27 13:30"))
    assert spans(hours(lunch), FRIDAY) == [("08:00", "12:00"), ("13:30", "20:30")]


def test_an_early_opening_gives_the_rest_of_the_time_back() -> None:
    assert spans(hours(opened(TILL_MONDAY, at("2026-11-28 10:00"))), SATURDAY) == [("10:00", "20:30")]


def test_a_closure_holds_everywhere_at_once() -> None:
    assert hours(zone="America/Los_Angeles").next_open(FRIDAY_15) == at("2026-11-30 08:00", "America/Los_Angeles")


def test_a_day_that_was_begun_keeps_its_length_for_what_was_spread_over_it() -> None:
    assert hours().left_of(FRIDAY, at("2026-11-27 10:00")) == [(at("2026-11-27 10:00"), at("2026-11-27 20:30"))]
    assert hours().left_of(FRIDAY, FRIDAY_15) == []
    assert hours().left_of(SATURDAY, FRIDAY_15) == []


def test_days_are_counted_past_a_closure_and_stay_counted_when_it_is_over() -> None:
    begins = at("2026-11-27 10:00")
    assert [hours().open_day(number, begins) for number in (1, 2, 3)] == [FRIDAY, date(2026, 11, 30), date(2026, 12, 1)]
    two_later = closed(TILL_MONDAY, at("2026-12-10 10:00"), at("2026-12-10 12:00"))
    assert hours(two_later).open_day(2, begins) == date(2026, 11, 30)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 6_000)), max_size=4),
    st.integers(0, 25_000),
)
def test_what_is_closed_is_never_open_and_everything_else_is_as_ever(said: list[tuple[int, int]], minutes: int) -> None:
    closures: Closures = ()
    for begins, lasts in sorted(said):
        closures = closed(closures, FRIDAY_15 + begins * MINUTE, FRIDAY_15 + (begins + lasts) * MINUTE)
    moment = FRIDAY_15 + minutes * MINUTE
    assert hours(closures).is_open(moment) == (hours(()).is_open(moment) and not hours(closures).is_closed(moment))
    opening = hours(closures).next_open(moment)
    assert opening is not None
    assert hours(closures).is_open(opening)
    assert [closure for one, closure in pairwise(closures) if closure.since < one.until] == []


# -- plans


def made(engine: Engine) -> list[Touch]:
    return [touch for touch in engine.timeline if touch.status != "skipped"]


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 6 * 24 * 4), st.integers(1, 5 * 24 * 4), st.sampled_from(["no_answer", "voicemail", None]))
def test_nothing_is_due_while_it_is_closed_and_what_was_made_before_stays(
    after: int, lasts: int, answer: str | None
) -> None:
    world = World(clock=FakeClock(at("2026-11-27 10:00")))
    engine = Engine(world, arrive(world), lambda _: answer)  # type: ignore[arg-type,return-value]
    engine.run(world.clock() + after * 15 * MINUTE)
    world.clock.now = max(world.clock(), at("2026-11-27 10:00") + after * 15 * MINUTE)
    before = made(engine)
    close(world.services, world.clock() + lasts * 15 * MINUTE)
    (closure,) = world.store.closures
    engine.run(closure.until + 3 * DAY)
    assert [touch for touch in made(engine) if closure.covers(touch.due_at) and touch not in before] == []
    assert [touch.id for touch in before] == [touch.id for touch in made(engine)][: len(before)]
    assert len(made(engine)) > len(before)


def test_what_was_due_before_a_closure_and_not_made_waits_for_the_opening() -> None:
    world = World(clock=FakeClock(at("2026-11-27 14:59")))
    arrive(world)
    world.clock.advance(MINUTE)
    close(world.services, MONDAY)
    assert (plan(world).touch_id, local(plan(world).due_at)) == ("first-call.1", "2026-11-30 08:00")


def test_a_call_bound_to_its_day_is_skipped_with_the_reason_and_its_time() -> None:
    world = World(
        clock=FakeClock(at("2026-11-27 10:00")),
        cadence=cadence_of({"name": "calls", "day": 1, "times_a_day": 2}, {"name": "later", "day": 5}),
        settings=SAMPLE,
    )
    engine = Engine(world, arrive(world), lambda _: "no_answer")
    engine.run(at("2026-11-27 13:00"))
    (second,) = engine.lead.pursuit.progress_of("calls").slot.rest
    world.clock.now = second - HOUR
    close(world.services, MONDAY)
    engine.run(MONDAY)
    skipped = engine.timeline[-1]
    assert (skipped.status, skipped.reason, skipped.due_at) == ("skipped", CLOSED, second)


def test_a_call_moves_within_its_day_when_it_opens_in_time() -> None:
    world = World(
        clock=FakeClock(at("2026-11-27 10:00")),
        cadence=cadence_of({"name": "calls", "day": 1, "times_a_day": 2}),
        settings=SAMPLE,
    )
    engine = Engine(world, arrive(world), lambda _: "no_answer")
    engine.run(at("2026-11-27 13:00"))
    (second,) = engine.lead.pursuit.progress_of("calls").slot.rest
    world.clock.now = second - HOUR
    close(world.services, second + HOUR)
    engine.run(MONDAY)
    (moved,) = (touch.due_at for touch in made(engine)[1:])
    assert second + HOUR <= moved < second + HOUR + MINUTE  # in turn with whatever else has waited


def test_a_weekly_e_mail_moves_to_the_opening() -> None:
    world = World(
        clock=FakeClock(at("2026-11-20 10:00")),
        cadence=cadence_of({"name": "weekly", "do": "email", "day": 1, "every": "1w", "at": "afternoon"}, endless=True),
        settings=SAMPLE,
    )
    arrive(world)
    world.clock.now = at("2026-11-27 12:00")
    lead = lead_in(world)
    world.store.save(lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update={"began_at": world.clock()})}))
    assert "12:30" < local(plan(world).due_at).removeprefix("2026-11-27 ") < "17:00"
    world.clock.advance(30 * MINUTE)
    close(world.services, MONDAY)
    assert local(plan(world).due_at) == "2026-11-30 08:00"


def test_a_call_back_that_falls_into_a_closure_waits_for_the_opening() -> None:
    world = World(clock=FakeClock(at("2026-11-27 10:00")))
    arrive(world)
    lead = lead_in(world)
    asked_for = lead.pursuit.model_copy(update={"callback_at": at("2026-11-28 11:00")})
    world.store.save(lead.model_copy(update={"pursuit": asked_for}))
    world.clock.now = FRIDAY_15
    close(world.services, MONDAY)
    assert local(plan(world).due_at) == "2026-11-30 08:00"


def test_opening_early_plans_afresh_those_who_were_put_off() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    close(world.services, MONDAY)
    arrive(world, email=None)
    assert local(plan(world).due_at) == "2026-11-30 08:00"
    world.clock.now = at("2026-11-28 10:00")
    open_again(world.services)
    assert world.machine.started == [("lead1-1", 1), ("lead1-1", 2)]
    assert local(plan(world).due_at) == "2026-11-28 10:00"


def test_opening_early_leaves_alone_who_sleeps_beyond_it_and_who_is_closed() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    close(world.services, MONDAY)
    for name in ("far", "over"):
        arrive(world, email=f"{name}@example.com", phone=None)
    far = lead_in(world, "lead1").model_copy(update={"next_touch_at": MONDAY + 6 * DAY})
    over = lead_in(world, "lead2").model_copy(update={"status": "booked", "next_touch_at": None})
    for lead in (far, over):
        world.store.save(lead)
    open_again(world.services)
    assert [run for _, run in world.machine.started] == [1, 1]


def test_a_closing_that_ran_out_wakes_nobody() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    close(world.services, MONDAY)
    world.clock.now = at("2026-11-30 07:00")
    arrive(world, email=None)
    plan(world)
    open_again(world.services)
    assert world.machine.started == [("lead1-1", 1)]


def test_a_lead_that_cannot_be_started_is_overdue_and_keeps_nobody_waiting() -> None:
    machine = MachineThatIsDown()
    world = World(clock=FakeClock(FRIDAY_15), machine=machine)
    close(world.services, MONDAY)
    arrive(world, email=None)
    plan(world)
    world.clock.now = at("2026-11-28 10:00")
    open_again(world.services)
    assert world.measured == [("WakesFailed", 1)]
    assert lead_in(world).next_touch_at == world.clock()


# -- asks


def asked_before_closing() -> World:
    """Ana was asked at 14:58; closed at 15:00; it is 15:03."""
    world = World(clock=FakeClock(FRIDAY_15 - 2 * MINUTE))
    arrive(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    world.clock.now = FRIDAY_15
    close(world.services, MONDAY)
    world.clock.advance(3 * MINUTE)
    return world


def test_silence_while_closed_bothers_nobody_else_and_ends_the_call() -> None:
    world = asked_before_closing()
    assert escalate_silent_rep(world.services, request(world, "first-call.1")) == "waiting_for_opening"
    assert [phone for phone, _ in world.texter.sent] == [ANA]
    lead = lead_in(world)
    assert lead.ask
    assert (lead.ask.asked, lead.ask.deadline) == (("ana",), at("2026-11-30 08:05"))
    assert lead.pursuit.progress_of("first-call").outcome == "silent"
    assert local(plan(world).due_at) == "2026-11-30 08:00"


def test_silence_goes_on_to_the_next_once_it_is_open() -> None:
    world = asked_before_closing()
    escalate_silent_rep(world.services, request(world, "first-call.1"))
    world.clock.now = at("2026-11-30 08:05")
    assert escalate_silent_rep(world.services, request(world, "first-call.1")) == "escalated"
    (_, (_, body)) = world.texter.sent
    assert body.startswith("Ana Ruiz hasn't reported. Call Ann Lee now: 212-555-0100.")


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ("2026-11-27 08:00", "from 8:00 AM Fri: "),
        ("2026-11-30 08:00", "from 8:00 AM Mon Nov 30: "),
        ("2027-01-04 08:00", "from 8:00 AM Mon Jan 4: "),
    ],
)
def test_a_nudge_says_from_when_on_to_call_so_that_nobody_takes_another_week_for_this(opening: str, words: str) -> None:
    facts = type(FIRST)(**{**vars(FIRST), "now": at("2026-11-23 10:00"), "call_from": at(opening)})
    assert words in nudge_text(facts)


# -- texts


def test_the_manager_closes_until_the_day_begins_where_the_business_is() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    assert text(world, "closed until Mon") == (
        "Closed until Mon Nov 30. Leads are told when we will call. Text open to end it."
    )
    assert world.store.closures == (Closure(since=FRIDAY_15, until=MONDAY, announced=MONDAY),)


def test_the_manager_opens_again() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    text(world, "closed until Mon")
    world.clock.advance(HOUR)
    assert text(world, "open") == "Open again: leads are called as usual."
    assert [closure.until for closure in world.store.closures] == [FRIDAY_15 + HOUR]


@pytest.mark.parametrize("words", ["closed until Mon", "open"])
def test_nobody_else_can(words: str) -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    text(world, "closed until Tue")
    before = world.store.closures
    world.clock.advance(HOUR)
    answer = text(world, words, ANA)
    assert answer == "Only the manager can close or open for everybody. For yourself, text away or back."
    assert world.store.closures == before


def test_a_day_that_there_is_not_closes_nothing() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    assert text(world, "closed until Nov 31") == (
        "Closed until when? Text: closed until Mon, or closed until Nov 27 9am"
    )
    assert world.store.closures == ()


def test_the_manager_is_told_how_to_close() -> None:
    world = World(clock=FakeClock(FRIDAY_15))
    assert text(world, "?").startswith("As manager: closed until Mon")
    assert "closed" not in text(world, "?", ANA)
