"""What a rep reports is on record, counts once, and changes the plan at once."""

from datetime import datetime

import pytest

from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.leads import Outcome, Touch
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.engine import Engine
from tests.unit.fakes import World

MONDAY_10 = at("2026-11-23 10:00")
TUESDAY_3_PM = at("2026-11-24 15:00")


def asked() -> World:
    """A world in which Ana was asked for the first call just now."""
    world = World()
    arrive(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    return world


def say(
    world: World,
    outcome: Outcome,
    touch_id: str | None = None,
    callback_at: datetime | None = None,
    note: str | None = None,
) -> Reported:
    return report_outcome(world.services, "lead1", Report(outcome, touch_id, callback_at, note=note))


def entry(world: World, touch_id: str) -> Touch:
    return world.store.touches["lead1", 1, touch_id]


# -- what is recorded


def test_a_report_is_on_the_timeline_with_who_was_asked_and_the_note() -> None:
    world = asked()
    world.clock.advance(2 * MINUTE)
    assert say(world, "no_answer", note="Rang out.").result == "recorded"
    touch = entry(world, "first-call.1")
    assert (touch.status, touch.outcome, touch.note, touch.asked) == ("reported", "no_answer", "Rang out.", ("ana",))
    assert touch.ended_at == MONDAY_10 + 2 * MINUTE


def test_it_lets_the_machine_go_on_at_once() -> None:
    world = asked()
    say(world, "no_answer")
    assert world.machine.answered == ["task1"]
    assert plan(world).touch_id == "tried-you.1"
    assert lead_in(world).ask is None


@pytest.mark.parametrize("outcome", ["booked", "not_interested", "wrong_number"])
def test_an_answer_closes_the_lead_and_lets_the_machine_finish(outcome: Outcome) -> None:
    world = asked()
    assert say(world, outcome).lead.status == outcome
    assert world.machine.answered == ["task1"]
    assert plan(world).do == "finish"


# -- once


def test_saying_the_same_thing_again_changes_nothing() -> None:
    world = asked()
    say(world, "voicemail")
    before = lead_in(world)
    assert say(world, "voicemail", "first-call.1").result == "already_reported"
    assert lead_in(world) == before


def test_saying_something_else_corrects_it() -> None:
    world = asked()
    say(world, "voicemail")
    assert say(world, "no_answer", "first-call.1").result == "recorded"
    assert entry(world, "first-call.1").outcome == "no_answer"
    pursuit = lead_in(world).pursuit
    assert (pursuit.unanswered_calls, pursuit.voicemails) == (1, 0)


def test_after_the_end_a_report_changes_nothing() -> None:
    world = asked()
    say(world, "booked")
    before = lead_in(world)
    assert say(world, "no_answer").result == "already_closed"
    assert lead_in(world) == before


# -- late


def silent() -> World:
    """Nobody reported the first call in time; Ben has been asked too, and the e-mail without a claim has gone."""
    world = asked()
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, request(world, "first-call.1"))
    send_message(world.services, request(world, plan(world).touch_id))
    return world


def test_a_late_report_counts_and_we_do_not_write_about_the_same_call_twice() -> None:
    world = silent()
    assert say(world, "voicemail").result == "recorded"
    assert entry(world, "first-call.1").status == "reported"
    assert lead_in(world).pursuit.voicemails == 1
    assert plan(world).touch_id == "second-call.1"
    assert [mail.to for mail in world.mailer.sent] == ["ann@example.com"]


def test_a_late_report_keeps_the_next_call_five_minutes_away() -> None:
    world = silent()
    world.clock.advance(2 * MINUTE)
    say(world, "no_answer")
    assert plan(world).due_at == MONDAY_10 + 12 * MINUTE


def test_good_news_about_an_earlier_call_calls_off_the_one_being_made() -> None:
    world = silent()
    world.clock.now = MONDAY_10 + 10 * MINUTE
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    assert say(world, "in_conversation", "first-call.1").result == "recorded"
    assert entry(world, "second-call.1").status == "skipped"
    assert entry(world, "second-call.1").reason == "an earlier call was reported meanwhile"
    assert "task2" in world.machine.answered


def test_no_answer_to_an_earlier_call_does_not_call_off_the_one_being_made() -> None:
    world = silent()
    world.clock.now = MONDAY_10 + 10 * MINUTE
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    say(world, "no_answer", "first-call.1")
    assert entry(world, "second-call.1").status == "asked"
    assert world.machine.waiting >= {"task2"}


def test_a_report_two_days_late_is_about_the_call_it_names() -> None:
    world = World()
    arrive(world)
    Engine(world, "lead1", lambda _: None).run(MONDAY_10 + DAY)
    before = entry(world, "rest-of-day-one.2")
    assert before.status == "silent"
    assert say(world, "voicemail", "rest-of-day-one.2").result == "recorded"
    assert say(world, "voicemail", "rest-of-day-one.2").result == "already_reported"
    assert entry(world, "rest-of-day-one.2").outcome == "voicemail"
    assert entry(world, "rest-of-day-one.3").status == "silent"
    assert lead_in(world).pursuit.voicemails == 1


# -- which call


def test_without_a_touch_it_is_the_call_being_asked_for() -> None:
    world = silent()
    world.clock.now = MONDAY_10 + 10 * MINUTE
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    say(world, "no_answer")
    assert entry(world, "second-call.1").outcome == "no_answer"
    assert entry(world, "first-call.1").outcome is None


def test_before_any_call_it_is_a_contact() -> None:
    """They called us before we could call them."""
    world = World()
    arrive(world)
    assert say(world, "in_conversation", note="They called.").result == "recorded"
    touch = entry(world, "contact.1")
    assert (touch.status, touch.outcome, touch.note, touch.due_at) == (
        "reported",
        "in_conversation",
        "They called.",
        MONDAY_10,
    )


def test_without_a_touch_when_the_last_call_was_reported_it_is_a_contact_and_that_call_stays_as_it_was() -> None:
    world = asked()
    say(world, "no_answer")
    world.clock.advance(MINUTE)
    say(world, "booked")
    assert entry(world, "first-call.1").outcome == "no_answer"
    assert (entry(world, "contact.1").outcome, lead_in(world).status) == ("booked", "booked")


def test_a_contact_can_be_corrected_like_any_call() -> None:
    world = asked()
    say(world, "no_answer")
    say(world, "in_conversation")
    assert say(world, "not_interested", "contact.1").result == "recorded"
    assert entry(world, "contact.1").outcome == "not_interested"


@pytest.mark.parametrize("touch_id", ["second-call.1", "first-call.2", "nothing.1", "will-call.1", "tried-you.1"])
def test_what_is_not_a_call_that_was_asked_for_can_not_be_reported(touch_id: str) -> None:
    world = silent()
    before = lead_in(world)
    with pytest.raises(NotFound):
        say(world, "no_answer", touch_id)
    assert lead_in(world) == before


def test_an_unknown_lead_is_not_found() -> None:
    with pytest.raises(NotFound):
        report_outcome(World().services, "nobody", Report("no_answer"))


# -- call me at …


def test_a_call_back_is_planned_for_when_they_asked() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    planned = plan(world)
    assert (planned.touch_id, planned.channel, planned.due_at) == ("call-back.1", "call", TUESDAY_3_PM)


def test_what_was_planned_before_it_is_skipped_with_that_reason() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    world.clock.now = TUESDAY_3_PM
    plan(world)
    skipped = [touch for touch in world.store.timeline("lead1") if touch.status == "skipped"]
    assert skipped
    assert {touch.reason for touch in skipped} == {"they asked to be called back first"}
    assert all(touch.due_at < TUESDAY_3_PM for touch in skipped)


def test_another_time_for_the_same_call_back_counts() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    assert say(world, "call_back", callback_at=TUESDAY_3_PM + HOUR).result == "recorded"
    assert plan(world).due_at == TUESDAY_3_PM + HOUR


def test_an_earlier_time_for_it_wakes_the_machine() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    runs = list(world.machine.started)
    say(world, "call_back", callback_at=TUESDAY_3_PM - HOUR)
    assert plan(world).due_at == TUESDAY_3_PM - HOUR
    assert len(world.machine.started) == len(runs) + 1


def test_the_same_call_back_said_again_changes_nothing_not_even_after_its_time() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    assert say(world, "call_back", "first-call.1", TUESDAY_3_PM).result == "already_reported"
    world.clock.now = TUESDAY_3_PM
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    assert say(world, "call_back", "first-call.1", TUESDAY_3_PM).result == "already_reported"


def test_a_call_back_without_a_time_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(Refused, match="say when to call back, such as 2026-11-24T15:00:00-05:00"):
        say(asked(), "call_back")


@pytest.mark.parametrize("when", [MONDAY_10, MONDAY_10 - DAY, MONDAY_10 + 301 * DAY])
def test_a_call_back_in_the_past_or_too_far_ahead_is_refused(when: datetime) -> None:
    world = asked()
    before = lead_in(world)
    with pytest.raises(Refused, match="must lie in the future, within 300 days"):
        say(world, "call_back", callback_at=when)
    assert lead_in(world) == before


def test_a_conversation_without_a_date_is_taken_up_after_the_usual_days() -> None:
    world = asked()
    say(world, "in_conversation")
    days = world.settings.business.gone_silent_after_days
    assert lead_in(world).pursuit.callback_at == MONDAY_10 + days * DAY


def test_a_conversation_with_a_date_is_taken_up_then() -> None:
    world = asked()
    say(world, "in_conversation", callback_at=TUESDAY_3_PM)
    assert plan(world).due_at == TUESDAY_3_PM


def test_unreached_at_the_time_they_named_the_cadence_goes_on() -> None:
    world = asked()
    say(world, "call_back", callback_at=TUESDAY_3_PM)
    world.clock.now = TUESDAY_3_PM
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task2"))
    say(world, "no_answer")
    planned = plan(world)
    assert planned.do == "touch"
    assert planned.due_at >= TUESDAY_3_PM
    assert lead_in(world).pursuit.callback_at is None
