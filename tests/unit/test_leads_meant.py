"""Which lead a text is about, and which call of it: the latest that is open, or the one that is named."""

from datetime import timedelta

import pytest

from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import arrive
from tests.unit.building import MINUTE, at
from tests.unit.fakes import World, sample_settings
from tests.unit.texting import ANA, BEN, about, asked, call, code, escalated, lead, outcomes, text

# -- about whom


def test_it_is_about_the_latest_open_call() -> None:
    world = asked("Ann Lee", "Bob Ray", "Cy Orr")
    assert text(world, "6") == "Noted for Cy Orr: no answer."
    assert text(world, "5") == "Noted for Bob Ray: left voicemail."
    assert outcomes(world) == [None, "voicemail", "no_answer"]


def test_or_about_the_one_that_its_code_names() -> None:
    world = asked("Ann Lee", "Bob Ray", "Cy Orr")
    assert text(world, f"{code(world, 'lead1')} 6") == "Noted for Ann Lee: no answer."
    assert outcomes(world) == ["no_answer", None, None]


def test_a_code_is_understood_however_it_is_written() -> None:
    world = asked("Ann Lee", "Bob Ray")
    assert text(world, f"{code(world, 'lead1').lower()}: no answer") == "Noted for Ann Lee: no answer."


def test_a_code_that_nobody_was_told_changes_nothing() -> None:
    world = asked("Ann Lee", "Bob Ray")
    answer = text(world, "Z0 6")
    assert answer
    assert answer.startswith("There is no open call Z0.")
    assert outcomes(world) == [None, None]


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("4", "Noted before: Ann Lee, not interested. Nothing has changed."),
        ("6", "Ann Lee is reported by you: not interested. Nothing has changed. The link can correct it."),
        ("8", "Ann Lee is closed already: not interested. Nothing has changed."),
    ],
)
def test_a_code_of_a_call_that_is_reported_changes_nothing_and_says_what_is_so(body: str, answer: str) -> None:
    world = asked("Ann Lee", "Bob Ray")
    reported = code(world, "lead1")
    text(world, f"{reported} 4")
    before = lead(world)
    assert text(world, f"{reported} {body}") == answer
    assert lead(world) == before
    assert outcomes(world) == ["not_interested", None]


def test_a_code_of_a_call_that_somebody_else_has_reported_names_them() -> None:
    world = escalated()
    ask = lead(world).ask
    assert ask
    second = world.settings.team.person(ask.holder)
    assert second
    text(world, "5", phone=second.phone)
    assert text(world, f"{ask.code} 6") == (
        f"Ann Lee is reported by {second.name}: left voicemail. Nothing has changed. The link can correct it."
    )
    assert outcomes(world) == ["voicemail"]


def test_an_answer_to_an_old_nudge_never_counts_for_the_newer_call_of_the_same_name() -> None:
    world = asked("Ann Lee", "Bob Ray")
    old = code(world, "lead1")
    arrive(world, name="Ann Lee", email="lead0@example.com", phone="212-555-0100", message="And the bathroom.")
    touch = plan_next_touch(world.services, "lead1-2", 1)
    assert touch.touch_id == "first-call.1"
    before = lead(world)
    answer = text(world, f"{old} 6")
    assert answer
    assert answer.startswith("Much has happened with Ann Lee since that call. Nothing has changed.")
    assert lead(world) == before


def test_with_no_call_open_the_rep_hears_how_a_lead_is_named() -> None:
    world = asked()
    text(world, "6")
    answer = text(world, "6")
    assert answer
    assert answer.startswith("No call is open for you.")
    assert list(world.store.touches) == [("lead1", 1, "first-call.1")]


def test_somebody_else_s_call_is_not_reported() -> None:
    world = asked(settings=sample_settings())
    answer = text(world, "6", phone=BEN)
    assert answer
    assert answer.startswith("No call is open for you.")
    assert outcomes(world) == [None]


def test_the_last_digits_of_the_number_name_a_lead_of_the_rep_s_own_with_or_without_a_call() -> None:
    world = asked("Ann Lee", "Bob Ray")
    assert text(world, "0100 6") == "Noted for Ann Lee: no answer."
    assert text(world, "0100 won") == "Noted for Ann Lee: won."
    assert world.store.touches["lead1", 1, "contact.1"].outcome == "won"
    assert outcomes(world) == ["no_answer", None]


def test_last_digits_of_nobody_s_number_change_nothing() -> None:
    world = asked()
    answer = text(world, "4821 booked")
    assert answer
    assert answer.startswith("No open lead has a number ending in 4821.")
    assert lead(world).is_open


def test_last_digits_of_two_leads_are_told_apart_on_the_page() -> None:
    world = asked()
    lead_id = arrive(world, name="Bob Ray", email="bob@example.com", phone="917-555-0100")
    call(world, lead_id)
    answer = text(world, "0100 booked")
    assert answer
    assert answer.startswith("More than one lead has a number ending in 0100.")
    token = answer.rpartition("/")[2]
    assert world.team.rep_behind(token) == "ana"
    assert outcomes(world) == [None, None]


# -- late


def test_a_late_answer_of_the_first_rep_counts_and_the_second_one_is_told_to_stand_down() -> None:
    world = escalated()
    assert text(world, "vm") == "Noted for Ann Lee: left voicemail."
    ((phone, words),) = [sent for sent in world.texter.sent if sent[0] != ANA]
    assert words == "Ana Ruiz has reported on Ann Lee: stand down."
    assert phone in {person.phone for person in world.settings.team.reps}


def test_after_the_second_rep_s_report_the_first_one_s_answer_changes_nothing() -> None:
    world = escalated()
    ask = lead(world).ask
    assert ask
    second = world.settings.team.person(ask.holder)
    assert second
    text(world, "booked", phone=second.phone)
    before = lead(world)
    answer = f"Ann Lee is reported by {second.name}: booked. Nothing has changed. The link can correct it."
    assert text(world, "6") == answer
    assert lead(world) == before


def overtaken() -> World:
    """Ana and the next one said nothing, and by now others are asked for the second call."""
    world = escalated()
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, about("lead1"))
    touch = plan_next_touch(world.services, "lead1-1", 1)
    while touch.touch_id != "second-call.1":
        world.clock.now = touch.due_at
        assert touch.channel == "email"
        send_message(world.services, TouchRequest(pursuit_id="lead1-1", run=1, touch_id=touch.touch_id))
        touch = plan_next_touch(world.services, "lead1-1", 1)
    world.clock.now = touch.due_at
    ask_rep_to_call(world.services, about("lead1", "second-call.1"))
    world.texter.sent.clear()
    return world


def test_a_late_answer_counts_for_its_own_call_while_others_are_asked_for_the_next_one() -> None:
    world = overtaken()
    assert text(world, "vm") == "Noted for Ann Lee: left voicemail."
    ask = lead(world).ask
    assert ask
    assert ask.touch_id == "second-call.1"
    assert outcomes(world) == ["voicemail"]


def test_only_the_latest_nudge_is_answered_late_without_a_name() -> None:
    world = overtaken()
    for other in ("ben", "chloe"):
        world.team.set_away(other, None)
    call(world, arrive(world, name="Bob Ray", email="bob@example.com", phone="212-555-0107"))
    assert text(world, "6") == "Noted for Bob Ray: no answer."
    answer = text(world, "6")
    assert answer
    assert answer.startswith("No call is open for you.")
    assert outcomes(world) == [None, "no_answer"]


# -- booked, and when


ASKED_WHEN = "Noted: booked with Ann Lee. When? Text day and time where they are, such as 1 Tue 3pm"
TUESDAY_3_PM = at("2026-11-24 15:00")


def booked(*names: str) -> World:
    """The latest of these leads was reported as booked, without a time."""
    world = asked(*names or ("Ann Lee",))
    text(world, "booked")
    return world


def test_booked_without_a_time_is_recorded_and_the_time_is_asked_for() -> None:
    world = asked()
    assert text(world, "booked") == ASKED_WHEN
    assert (lead(world).status, lead(world).appointment_at) == ("booked", None)


def test_a_day_without_a_time_of_day_is_asked_about_too() -> None:
    world = asked()
    assert text(world, "booked Tuesday") == ASKED_WHEN
    assert text(world, "1 Tue afternoon") == ASKED_WHEN
    assert (lead(world).status, lead(world).appointment_at) == ("booked", None)


@pytest.mark.parametrize("body", ["1 Tue 3pm", "booked Tue 3pm", "Tue 3pm", "0100 1 Tue 3pm", "0100 Tue 3pm"])
def test_the_next_text_adds_the_time(body: str) -> None:
    world = booked()
    assert text(world, body) == "Booked Ann Lee for Tue Nov 24, 3 PM. Well done."
    assert (lead(world).appointment_at, lead(world).pursuit.cadence) == (TUESDAY_3_PM, "appointment")
    assert lead(world).is_open


def test_the_time_can_come_the_next_day() -> None:
    world = booked()
    world.clock.advance(timedelta(hours=26))
    assert text(world, "1 Wed 3pm") == "Booked Ann Lee for Wed Nov 25, 3 PM. Well done."


def test_after_days_a_time_alone_is_no_answer_to_that_any_more_but_a_name_still_helps() -> None:
    world = booked()
    world.clock.advance(timedelta(days=3))
    answer = text(world, "1 Fri 3pm")
    assert answer
    assert answer.startswith("No call is open for you.")
    assert text(world, "0100 1 Fri 3pm") == "Booked Ann Lee for Fri Nov 27, 3 PM. Well done."


def test_booked_said_twice_is_asked_about_twice_and_changes_nothing() -> None:
    world = booked()
    before = lead(world)
    assert text(world, "booked") == ASKED_WHEN
    assert lead(world) == before


def test_with_other_calls_open_the_question_when_names_the_lead() -> None:
    world = asked("Bob Ray", "Ann Lee")
    short = code(world, "lead2")
    assert text(world, "1") == ASKED_WHEN.replace("1 Tue", f"{short} 1 Tue")
    assert text(world, f"{short} 1 Tue 3pm") == "Booked Ann Lee for Tue Nov 24, 3 PM. Well done."
    assert lead(world, "lead1").appointment_at is None


def test_a_time_without_a_name_is_for_what_was_asked_last() -> None:
    world = asked("Bob Ray", "Ann Lee")
    text(world, "1")
    assert text(world, "1 Tue 3pm") == "Booked Ann Lee for Tue Nov 24, 3 PM. Well done."
    assert text(world, "1 Wed 3pm") == "Booked Bob Ray for Wed Nov 25, 3 PM. Well done."


def test_a_call_asked_for_since_is_what_a_time_without_a_name_is_about() -> None:
    world = booked()
    world.clock.advance(10 * MINUTE)
    call(world, arrive(world, name="Bob Ray", email="bob@example.com", phone="212-555-0107"))
    assert text(world, "1 Tue 3pm") == "Booked Bob Ray for Tue Nov 24, 3 PM. Well done."
    assert lead(world).appointment_at is None


def test_somebody_else_s_booking_is_not_given_a_time_by_chance() -> None:
    world = escalated()
    ask = lead(world).ask
    assert ask
    second = world.settings.team.person(ask.holder)
    assert second
    text(world, "booked", phone=second.phone)
    answer = text(world, "1 Tue 3pm")
    assert answer
    assert answer.startswith(f"Ann Lee is reported by {second.name}: booked. Nothing has changed.")
    assert lead(world).appointment_at is None
    assert text(world, "1 Tue 3pm", phone=second.phone) == "Booked Ann Lee for Tue Nov 24, 3 PM. Well done."


def test_a_time_that_nobody_asked_for_could_be_two_things() -> None:
    world = asked()
    answer = text(world, "Tue 3pm")
    assert answer
    assert answer.startswith("Is that an appointment or a call back?")
    assert outcomes(world) == [None]
