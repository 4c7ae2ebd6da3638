"""A lead that tells us by itself when to call, or not to, is heard, and nobody claims to have called."""

from datetime import datetime

import pytest

from followthrough.domain.answering import answer_entry, months_later, wrote
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.lead_pages import seen_of
from followthrough.domain.leads import Hold, Lead, Touch
from followthrough.domain.plans import WAITING_FOR_CALL_BACK
from followthrough.domain.pursuing import close
from followthrough.use_cases.answering import CallMe, NoThanks, NotNow, answer_lead, open_later_page
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.pursuits import planner_for
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.engine import Engine
from tests.unit.fakes import World, business_changed

MONDAY_10 = at("2026-11-23 10:00")
TUESDAY_3_PM = at("2026-11-24 15:00")
CALL_TUESDAY_3_PM = CallMe(datetime(2026, 11, 24, 15))  # noqa: DTZ001 - on the lead's clock


def arrived(**fields: str | None) -> World:
    world = World()
    arrive(world, **fields)
    plan(world)
    return world


def asked() -> World:
    """A rep is being asked for the first call."""
    world = arrived()
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    return world


def closed_as(world: World, status: str, **update: object) -> Lead:
    lead = close(lead_in(world), status, world.clock())  # type: ignore[arg-type] # a status
    return world.store.save(lead.model_copy(update=update))


def answers(world: World) -> list[Touch]:
    return [touch for touch in world.store.timeline("lead1") if touch.step == "answer"]


# -- call me at …


def test_a_call_at_a_time_of_theirs_takes_the_place_of_the_plan_until_then() -> None:
    world = arrived()
    assert answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM).result == "noted"
    planned = plan(world)
    assert (planned.touch_id, planned.channel, planned.due_at) == ("call-back.1", "call", TUESDAY_3_PM)
    world.clock.now = TUESDAY_3_PM
    plan(world)
    skipped = [touch for touch in world.store.timeline("lead1") if touch.status == "skipped"]
    assert {touch.reason for touch in skipped} == {WAITING_FOR_CALL_BACK}


def test_what_they_said_is_on_the_timeline_and_is_no_call_of_ours() -> None:
    world = arrived()
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    (entry,) = answers(world)
    assert (entry.by, entry.to, entry.channel, entry.outcome) == ("lead", "rep", "email", "call_back")
    assert entry.note == "Tuesday, November 24, at 3:00 PM Eastern time"
    lead = lead_in(world)
    assert (lead.attempted_at, lead.reached_at, lead.pursuit.last_attempt_at) == (None, None, None)
    assert (lead.pursuit.unanswered_calls, lead.pursuit.recent_calls) == (0, ())


def test_whoever_is_asked_for_a_call_meanwhile_stands_down_and_the_machine_wakes() -> None:
    world = asked()
    told = len(world.texter.sent)
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    lead = lead_in(world)
    assert (lead.ask, lead.pursuit.open_touch) == (None, None)
    assert world.machine.answered == ["task1"]
    ((_, words),) = world.texter.sent[told:]
    assert words == "Ann Lee wants a call at another time: tomorrow 3:00 PM. Stand down, somebody is asked then."
    called_off = world.store.touches["lead1", 1, "first-call.1"]
    assert (called_off.status, called_off.reason) == ("skipped", "they told us by themselves meanwhile")


def test_everybody_who_was_asked_is_told() -> None:
    world = asked()
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, request(world, "first-call.1"))
    told = len(world.texter.sent)
    answer_lead(world.services, "lead1", NoThanks())
    phones = {phone for phone, _ in world.texter.sent[told:]}
    assert len(phones) == 2
    assert {words for _, words in world.texter.sent[told:]} == {
        "Ann Lee told us: no thanks. The follow-up has ended. Stand down."
    }


def test_they_can_choose_another_time_and_nothing_of_the_plan_is_lost() -> None:
    world = arrived()
    answer_lead(world.services, "lead1", NotNow(12))
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    engine = Engine(world, "lead1", lambda _: "no_answer")
    engine.run(MONDAY_10 + 5 * DAY)
    after = [touch for touch in engine.timeline if touch.due_at > TUESDAY_3_PM and touch.status != "skipped"]
    assert len(after) > 3


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-23T09:59", "Choose a time that is still to come: it is 10:00 AM now."),
        ("2026-11-24T06:00", "On Tuesday, November 24, we call between 8:00 AM and 8:30 PM. Choose a time then."),
        ("2026-11-26T15:00", "We make no calls on Thursday, November 26. Choose another day."),
        ("2027-11-25T15:00", "Choose a time within the next 12 months."),
    ],
)
def test_a_time_at_which_nobody_calls_is_refused_with_what_would_be_right(moment: str, sentence: str) -> None:
    world = arrived()
    before = lead_in(world)
    with pytest.raises(Refused) as refused:
        answer_lead(world.services, "lead1", CallMe(datetime.fromisoformat(moment)))
    assert (refused.value.field, refused.value.reason) == ("call_at", sentence)
    assert lead_in(world) == before


def test_times_are_on_their_own_clock() -> None:
    world = arrived(phone="415-555-0132")
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    assert lead_in(world).pursuit.callback_at == at("2026-11-24 15:00", "America/Los_Angeles")


# -- not now


@pytest.mark.parametrize(
    ("months", "due"), [(1, "2026-12-23"), (3, "2027-02-23"), (6, "2027-05-24"), (12, "2027-11-23")]
)
def test_not_now_asks_again_that_many_months_on_at_the_same_time_of_day(months: int, due: str) -> None:
    world = arrived()
    answer_lead(world.services, "lead1", NotNow(months))
    lead = lead_in(world)
    opens = "08:00" if due == "2027-05-24" else "10:00"  # the 23rd is a Sunday
    assert lead.pursuit.callback_at == at(f"{due} {opens}")
    assert lead.pursuit.callback_why == "later"
    planner = planner_for(world.services, lead)
    assert "not now" in planner.purpose("call-back", lead)


def test_a_month_that_is_shorter_ends_sooner() -> None:
    world = arrived()
    hours = planner_for(world.services, lead_in(world)).hours
    assert months_later(hours, at("2027-01-30 11:00"), 1) == at("2027-03-01 08:00")  # February 28 is a Sunday
    assert months_later(hours, at("2027-08-31 11:00"), 3) == at("2027-11-30 11:00")


def test_a_wait_of_a_year_never_outlasts_a_run() -> None:
    world = arrived()
    answer_lead(world.services, "lead1", NotNow(12))
    waits = plan(world)
    assert waits.due_at == MONDAY_10 + 300 * DAY
    world.clock.now = waits.due_at
    assert plan(world).do == "renew"
    assert plan(world).due_at == at("2027-11-23 10:00")


@pytest.mark.parametrize("months", [0, 2, 13, 99])
def test_other_numbers_of_months_are_not_offered(months: int) -> None:
    world = arrived()
    with pytest.raises(Refused):
        answer_lead(world.services, "lead1", NotNow(months))


# -- no thanks


def test_no_thanks_ends_it() -> None:
    world = asked()
    answer_lead(world.services, "lead1", NoThanks())
    lead = lead_in(world)
    assert (lead.status, lead.closed_at, lead.next_touch_at) == ("not_interested", MONDAY_10, None)
    assert world.store.suppressions == {}
    assert plan(world).do == "finish"


def test_with_an_appointment_ahead_whose_lead_it_is_hears_of_it() -> None:
    world = asked()
    report_outcome(world.services, "lead1", Report("booked", appointment_at=TUESDAY_3_PM, by="ana"))
    told = len(world.texter.sent)
    answer_lead(world.services, "lead1", NoThanks())
    ((_, words),) = world.texter.sent[told:]
    assert words == "Ann Lee told us: no thanks. Mind their appointment tomorrow 3:00 PM: it needs calling off."


# -- closed, double, out of date


@pytest.mark.parametrize("status", ["booked", "lost", "not_interested", "no_response", "nothing_fits", "opted_out"])
def test_a_closed_lead_can_ask_for_a_call_and_is_followed_up_again(status: str) -> None:
    world = asked()
    closed_as(world, status)
    answered = answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    assert (answered.result, answered.lead.status) == ("noted", "open")
    assert answered.lead.next_touch_at == TUESDAY_3_PM
    assert world.machine.started[-1] == ("lead1-1", 2)
    assert plan(world).touch_id == "call-back.1"


@pytest.mark.parametrize(
    ("status", "update"),
    [
        ("opted_out", {"unusable": {"email": "complained"}}),
        ("wrong_number", {}),
        ("lost", {"unusable": {"call": "stopped"}}),
    ],
)
def test_but_not_who_must_not_be_called(status: str, update: dict[str, object]) -> None:
    world = arrived()
    closed_as(world, status, **update)
    with pytest.raises(Refused, match="call us instead"):
        answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    assert lead_in(world).status == status


def test_a_closed_lead_has_nothing_to_put_off() -> None:
    world = arrived()
    closed_as(world, "lost")
    with pytest.raises(Refused, match="nothing to put off"):
        answer_lead(world.services, "lead1", NotNow(3))


@pytest.mark.parametrize("said", [CALL_TUESDAY_3_PM, NotNow(3), NoThanks()])
def test_the_same_again_is_noted_before(said: CallMe | NotNow | NoThanks) -> None:
    world = arrived()
    once = answer_lead(world.services, "lead1", said).lead
    world.clock.advance(MINUTE)
    again = answer_lead(world.services, "lead1", said)
    assert (again.result, again.lead) == ("noted_before", once)
    assert len(answers(world)) == 1


def test_a_press_on_a_page_that_shows_something_older_changes_nothing() -> None:
    world = arrived()
    seen = seen_of(lead_in(world))
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM, seen)
    before = lead_in(world)
    assert answer_lead(world.services, "lead1", NoThanks(), seen).result == "out_of_date"
    assert lead_in(world) == before


def test_an_unknown_lead_is_not_found() -> None:
    with pytest.raises(NotFound):
        answer_lead(World().services, "nobody", NoThanks())


# -- what the page shows


def test_the_page_shows_what_holds_and_what_can_be_chosen() -> None:
    world = arrived()
    page = open_later_page(world.services, "lead1")
    assert [months for months, _ in page.months] == [1, 3, 6, 12]
    assert all(planner_for(world.services, lead_in(world)).hours.is_open(moment) for moment in page.times)
    assert (page.call_at, page.ask_again_at) == (None, None)
    answer_lead(world.services, "lead1", CALL_TUESDAY_3_PM)
    assert open_later_page(world.services, "lead1").call_at == TUESDAY_3_PM
    answer_lead(world.services, "lead1", NotNow(1))
    page = open_later_page(world.services, "lead1")
    assert (page.call_at, page.ask_again_at) == (None, at("2026-12-23 10:00"))


@pytest.mark.parametrize("status", ["booked", "won"])
def test_who_takes_back_on_the_page_what_was_agreed_is_the_rep_s_to_settle_it_with(status: str) -> None:
    world = arrived()
    closed_as(world, status)
    assert answer_lead(world.services, "lead1", NoThanks()).lead.status == status
    ((_, words),) = world.texter.sent
    assert words.endswith("Please settle it with them.")


# -- something they wrote


def test_who_has_written_is_answered_by_a_person_first() -> None:
    lead = wrote(lead_in(arrived()), MONDAY_10, MONDAY_10 + 2 * DAY, "replied")
    assert lead.hold == Hold(since=MONDAY_10, until=MONDAY_10 + 2 * DAY, why="replied")
    assert (lead.pursuit.callback_at, lead.pursuit.callback_why) == (MONDAY_10, "replied")


def test_their_words_are_on_the_timeline() -> None:
    world = arrived()
    lead = wrote(lead_in(world), MONDAY_10, MONDAY_10 + DAY, "replied")
    entry = answer_entry(lead, planner_for(world.services, lead), "text", "Can you come on Friday?")
    assert (entry.channel, entry.outcome, entry.note) == ("text", "replied", "Can you come on Friday?")
    assert entry.id == "answer.1"


def test_who_writes_after_the_end_is_followed_up_again_unless_they_opted_out() -> None:
    world = arrived()
    lost = wrote(closed_as(world, "lost"), MONDAY_10, MONDAY_10 + DAY, "replied")
    assert (lost.status, lost.pursuit.callback_at) == ("open", MONDAY_10)
    stopped = lost.model_copy(update={"status": "opted_out"})
    left_alone = wrote(stopped, MONDAY_10 + HOUR, MONDAY_10 + DAY, "unclear")
    assert left_alone.status == "opted_out"
    assert left_alone.hold is not None


def test_any_report_lets_messages_go_again() -> None:
    world = asked()
    world.store.save(
        lead_in(world).model_copy(update={"hold": Hold(since=MONDAY_10, until=MONDAY_10 + DAY, why="replied")})
    )
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert lead_in(world).hold is None


# -- words to reps


@pytest.mark.parametrize(
    "name", ["Ann Lee", "Wolfeschlegelsteinhausenbergerdorff-Ramachandran the Third", "\U0001f600", None]
)
@pytest.mark.parametrize("said", [CallMe(datetime(2027, 9, 29, 12, 55)), NotNow(12), NoThanks()])  # noqa: DTZ001
def test_what_reps_are_texted_is_one_segment(name: str | None, said: CallMe | NotNow | NoThanks) -> None:
    world = World(settings=business_changed(zone="America/Los_Angeles"))
    arrive(world, name=name)
    plan(world)
    world.clock.advance(2 * HOUR)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    told = len(world.texter.sent)
    answer_lead(world.services, "lead1", said)
    assert len(world.texter.sent) > told
    assert all(is_gsm7(words) and segments(words) == 1 for _, words in world.texter.sent[told:])
