"""A report made by mistake can be taken back, also one that closed the lead; nothing else opens it again."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.pursuing import close
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.stopping import Stop, stop
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.engine import Engine
from tests.unit.fakes import World
from tests.unit.paging import asked, entry, escalate

MONDAY_10 = at("2026-11-23 10:00")
TUESDAY_3_PM = at("2026-11-24 15:00")
FIRST = "first-call.1"


def say(world: World, outcome: Outcome, touch_id: str | None = FIRST, **told: Any) -> Reported:
    return report_outcome(world.services, "lead1", Report(outcome, touch_id, **told))


def closed(outcome: Outcome = "not_interested") -> World:
    """Ana has reported the first call, and that closed the lead."""
    world = asked()
    world.clock.advance(2 * MINUTE)
    assert not say(world, outcome, by="ana").lead.is_open
    return world


def counts(lead: Lead) -> tuple[int, int, int]:
    return lead.pursuit.unanswered_calls, lead.pursuit.voicemails, lead.no_shows


# -- what closed the lead


@pytest.mark.parametrize("mistake", ["booked", "not_interested", "wrong_number", "won", "lost"])
@pytest.mark.parametrize("truth", ["no_answer", "voicemail", "in_conversation"])
def test_another_outcome_of_the_same_call_opens_the_lead_again_and_the_plan_goes_on(
    mistake: Outcome, truth: Outcome
) -> None:
    world = closed(mistake)
    world.clock.advance(10 * MINUTE)
    assert say(world, truth).result == "recorded"
    lead = lead_in(world)
    assert (lead.status, lead.closed_at, lead.closed_by) == ("open", None, None)
    assert entry(world, FIRST).outcome == truth
    expected = asked()
    expected.clock.advance(2 * MINUTE)
    say(expected, truth)
    assert counts(lead) == counts(lead_in(expected))
    assert plan(world).touch_id == plan(expected).touch_id


def test_the_machine_is_started_again_in_a_new_run() -> None:
    world = closed()
    assert plan(world).do == "finish"
    say(world, "no_answer")
    assert world.machine.started[-1] == ("lead1-1", 2)
    assert plan(world).do == "touch"


def test_another_end_is_another_end() -> None:
    world = closed("not_interested")
    runs = list(world.machine.started)
    assert say(world, "wrong_number").lead.status == "wrong_number"
    assert say(world, "wrong_number").result == "already_reported"
    assert world.machine.started == runs
    assert say(world, "voicemail").lead.is_open


def test_a_call_back_is_made_at_its_time() -> None:
    world = closed()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    assert (plan(world).touch_id, plan(world).due_at) == ("call-back.1", TUESDAY_3_PM)


def test_an_appointment_begins_its_own_pursuit() -> None:
    world = closed()
    assert say(world, "booked", appointment_at=TUESDAY_3_PM).result == "recorded"
    assert lead_in(world).pursuit.cadence == "appointment"
    assert plan(world).due_at == TUESDAY_3_PM + 4 * MINUTE


def test_who_was_not_reached_after_all_was_not_reached() -> None:
    world = closed()
    assert lead_in(world).reached_at == MONDAY_10 + 2 * MINUTE
    world.clock.advance(MINUTE)
    say(world, "no_answer")
    lead = lead_in(world)
    assert (lead.reached_at, lead.spoken_at) == (None, None)
    assert lead.attempted_at == lead.pursuit.last_attempt_at == MONDAY_10 + 2 * MINUTE


def test_who_was_reached_before_was_reached_then() -> None:
    world = asked()
    say(world, "in_conversation")
    world.clock.advance(HOUR)
    say(world, "not_interested", None)
    say(world, "no_answer", "contact.1")
    assert lead_in(world).reached_at == lead_in(world).spoken_at == MONDAY_10


def test_what_was_missed_meanwhile_is_too_late_and_never_made_up_for_in_a_burst() -> None:
    world = closed()
    world.clock.now = at("2026-11-25 12:00")
    say(world, "no_answer")
    meanwhile = [touch for touch in world.store.timeline("lead1") if touch.due_at < at("2026-11-25 09:30")]
    assert {touch.step for touch in meanwhile} >= {"tried-you", "second-call", "rest-of-day-one", "daily-calls"}
    assert {touch.reason for touch in meanwhile if touch.status == "skipped"} == {"too late"}
    assert [touch.id for touch in meanwhile if touch.status != "skipped"] == [FIRST]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12 * 24 * 60), st.sampled_from(["no_answer", "voicemail"]))
def test_whenever_it_is_taken_back_calls_keep_their_distance(minutes: int, truth: Outcome) -> None:
    world = closed()
    world.clock.advance(minutes * MINUTE)
    back = world.clock.now
    say(world, truth)
    Engine(world, "lead1", lambda _: "no_answer").run(back + 2 * DAY)
    made = sorted(
        touch.reported_at
        for touch in world.store.timeline("lead1")
        if touch.channel == "call" and touch.reported_at and touch.reported_at > back
    )
    assert all(later - earlier >= 5 * MINUTE for earlier, later in pairwise(made))
    messages = [touch for touch in world.store.timeline("lead1") if touch.status == "sent"]
    assert sum(touch.ended_at == back for touch in messages) <= 1


# -- what can't be taken back


def test_the_same_again_changes_nothing() -> None:
    world = closed()
    before = lead_in(world)
    assert say(world, "not_interested").result == "already_reported"
    assert lead_in(world) == before


@pytest.mark.parametrize("touch_id", [None, "contact.1", "second-call.1"])
def test_a_report_of_anything_else_leaves_it_closed(touch_id: str | None) -> None:
    world = closed()
    before = lead_in(world)
    assert say(world, "no_answer", touch_id).result == "already_closed"
    assert say(world, "cannot_take").result == "already_closed"
    assert lead_in(world) == before


def test_who_has_not_seen_the_report_does_not_take_it_back() -> None:
    world = closed()
    before = lead_in(world)
    for seen in ("nothing", "no_answer"):
        assert say(world, "voicemail", pursuit=1, in_view_of=seen).result == "already_reported"
    assert lead_in(world) == before


def test_a_call_of_the_same_name_in_an_earlier_pursuit_is_another_one() -> None:
    world = asked()
    world.clock.advance(DAY + HOUR)
    arrive(world, message="Are you there?")
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    say(world, "not_interested")
    before = lead_in(world)
    assert say(world, "voicemail", pursuit=1).result == "superseded"
    assert lead_in(world) == before


def test_who_asked_us_to_stop_is_left_alone_though_it_was_said_before() -> None:
    world = closed()
    stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    before = lead_in(world)
    assert before.status == "not_interested"
    assert say(world, "no_answer").result == "already_closed"
    assert lead_in(world) == before


def test_what_no_report_has_closed_no_report_opens() -> None:
    world = asked()
    say(world, "no_answer")
    world.store.save(close(lead_in(world), "opted_out", MONDAY_10))
    assert say(world, "voicemail").result == "already_closed"


# -- appointments


def test_a_booked_time_can_be_added_later() -> None:
    world = closed("booked")
    world.clock.advance(HOUR)
    assert say(world, "booked", appointment_at=TUESDAY_3_PM, in_view_of="booked").result == "recorded"
    lead = lead_in(world)
    assert (lead.pursuit.cadence, lead.appointment_at, lead.is_open) == ("appointment", TUESDAY_3_PM, True)
    assert world.machine.started[-1] == ("lead1-2", 1)
    assert say(world, "booked", appointment_at=TUESDAY_3_PM, pursuit=1).result == "already_reported"


def test_it_can_be_added_without_naming_the_call() -> None:
    world = closed("booked")
    assert say(world, "booked", None, appointment_at=TUESDAY_3_PM).lead.appointment_at == TUESDAY_3_PM


@pytest.mark.parametrize(("outcome", "status"), [("kept", "open"), ("won", "won"), ("lost", "lost")])
def test_of_an_appointment_without_its_time_one_can_say_what_came_of_it(outcome: Outcome, status: str) -> None:
    world = closed("booked")
    world.clock.advance(DAY)
    assert say(world, outcome, "contact.1", pursuit=1, in_view_of="nothing").result == "recorded"
    lead = lead_in(world)
    assert (lead.status, lead.pursuit.cadence, lead.pursuit.number) == (status, "appointment", 2)
    assert entry(world, FIRST).outcome == "booked"
    task = "how-did-it-go.1" if outcome in ("won", "lost") else "did-they-come.1"
    assert entry(world, task, pursuit=2).outcome == outcome
    again = say(world, outcome, "contact.1", pursuit=1, in_view_of="nothing").result
    assert again in ("superseded", "already_closed")


def test_who_did_not_come_to_it_is_called_at_once() -> None:
    world = closed("booked")
    world.clock.now = TUESDAY_3_PM
    say(world, "no_show", "contact.1")
    lead = lead_in(world)
    assert (lead.no_shows, lead.pursuit.cadence, lead.pursuit.number) == (1, "went-quiet", 3)
    assert entry(world, "did-they-come.1", pursuit=2).outcome == "no_show"
    assert plan(world).touch_id == "missed-you.1"


def came(outcome: Outcome) -> World:
    """An appointment was kept, and a rep has told how it went."""
    world = asked()
    say(world, "booked", appointment_at=TUESDAY_3_PM)
    for answer in ("kept", outcome):
        world.clock.now = plan(world).due_at
        ask_rep_to_call(world.services, request(world, plan(world).touch_id, f"of {answer}"))
        say(world, answer, None, by="ana")
    return world


def test_how_it_went_can_be_taken_back() -> None:
    world = came("lost")
    assert lead_in(world).status == "lost"
    friday = at("2026-11-27 10:00")
    assert say(world, "thinking", "how-did-it-go.1", callback_at=friday).lead.is_open
    assert (plan(world).touch_id, plan(world).due_at) == ("call-back.1", friday)
    assert say(world, "won", "how-did-it-go.1").lead.status == "won"


def test_what_a_task_does_not_ask_is_no_correction_of_it() -> None:
    world = came("lost")
    before = lead_in(world)
    for outcome in ("no_answer", "kept", "no_show"):
        assert say(world, outcome, "how-did-it-go.1").result == "already_closed"
    assert lead_in(world) == before


def test_an_appointment_called_off_by_mistake_still_stands() -> None:
    world = asked()
    say(world, "booked", appointment_at=TUESDAY_3_PM)
    say(world, "not_interested", None)
    assert lead_in(world).status == "not_interested"
    assert say(world, "booked", "contact.1").result == "recorded"
    assert plan(world).due_at == TUESDAY_3_PM + 4 * MINUTE


# -- notes, and who was asked


def test_a_correction_keeps_the_note_and_who_was_asked() -> None:
    world = asked()
    escalate(world)
    say(world, "voicemail", note="A man answered first", by="ana")
    say(world, "no_answer", by="ana")
    touch = entry(world, FIRST)
    assert (touch.outcome, touch.note, touch.asked) == ("no_answer", "A man answered first", ("ana", "ben"))


def test_its_own_note_takes_the_place_of_that_one() -> None:
    world = closed()
    say(world, "no_answer", note="Wrong button")
    say(world, "voicemail", note="Left a message")
    assert (entry(world, FIRST).note, lead_in(world).note) == ("Left a message", "Left a message")


def test_a_late_report_keeps_who_was_asked() -> None:
    world = asked()
    while (ask := lead_in(world).ask) and ask.deadline:
        escalate(world)
    people = entry(world, FIRST).asked
    say(world, "in_conversation", by="ana")
    assert entry(world, FIRST).asked == people


def test_what_was_reported_days_ago_is_counted_once_when_it_is_corrected() -> None:
    world = asked()
    Engine(world, "lead1", lambda _: "voicemail").run(MONDAY_10 + 4 * DAY)
    before = lead_in(world).pursuit
    assert before.recent_calls[0].due_at > MONDAY_10 + DAY  # the second call isn't among the recent ones any more
    say(world, "no_answer", "second-call.1")
    after = lead_in(world).pursuit
    assert (after.unanswered_calls, after.voicemails) == (before.unanswered_calls, before.voicemails - 1)


def test_who_could_not_take_it_and_then_reported_has_reported() -> None:
    world = asked()
    say(world, "cannot_take", by="ana")
    say(world, "no_answer", by="ana")
    touch = entry(world, FIRST)
    assert (touch.status, touch.outcome, touch.by) == ("reported", "no_answer", "ana")


# -- standing down


def stood_down(world: World, told: int) -> list[str]:
    return [phone for phone, words in world.texter.sent[told:] if "stand down" in words]


@pytest.mark.parametrize(("by", "spared"), [(None, "ben"), ("ben", "ben"), ("ana", "ana")])
def test_who_reports_is_not_told_to_stand_down_and_unsaid_it_is_who_was_asked_last(by: str | None, spared: str) -> None:
    world = asked()
    escalate(world)
    told = len(world.texter.sent)
    say(world, "no_answer", by=by)
    (other,) = {"ana", "ben"} - {spared}
    phone = world.settings.team.person(other).phone  # type: ignore[union-attr]
    assert stood_down(world, told) == [phone]


def test_a_report_on_a_closed_lead_tells_nobody_to_stand_down() -> None:
    world = closed()
    told = len(world.texter.sent)
    say(world, "no_answer")
    assert world.texter.sent[told:] == []
