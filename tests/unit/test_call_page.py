"""The call page says what is true, shows nothing that it should not, and works without anything but HTML."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.adapters.call_form import RefusedCallForm, read_call_form
from followthrough.adapters.call_page import OUTCOME_WORDS, TASK_WORDS, render_call_page, render_expired_link
from followthrough.adapters.page_layout import MOST_BYTES
from followthrough.adapters.web_answers import Answer
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.rep_pages import (
    AskedCall,
    AskedPerson,
    CallPage,
    Closed,
    OnRecord,
    PastEntry,
    Reported,
    RepOutcome,
    Stale,
)
from local.page_reader import Element, read_page
from tests.unit.events import form_post
from tests.unit.example_call_pages import (
    BOOKED,
    CALL_PAGES,
    CLOSED,
    DAY,
    DID_THEY_COME,
    FIRST_CALL,
    HOUR,
    HOW_DID_IT_GO,
    LATER_CALL,
    MINUTE,
    NO_NUMBER,
    NO_TIME_GIVEN,
    NOT_ASKED,
    NOTE_TOO_LONG,
    NOW,
    OVERTAKEN,
    SAVED,
    SPOKE,
    STOPPED,
    UNANSWERED,
)

EVERY_STATE = pytest.mark.parametrize("name", CALL_PAGES)
OUTCOMES: tuple[RepOutcome, ...] = tuple(OUTCOME_WORDS)
TYPED = ("note", "next_step", "problem", "goal", "appointment_at", "callback_at", "follow_up")
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}\u202etxt\x00\r\n"


def shown(call_page: CallPage) -> Element:
    return read_page(render_call_page(call_page)["body"])


def buttons(page: Element) -> set[str]:
    """The outcomes that can be reported: by a button, or by a form with a time."""
    pressed = page.all("button", name="outcome") + page.all("input", type="hidden", name="outcome")
    return {each.attributes["value"] for each in pressed}


# -- what it says


def test_a_first_call_shows_who_what_why_and_what_to_say() -> None:
    page = shown(FIRST_CALL)
    assert page.all("h1")[0].words == "Ann Lee"
    assert page.all("title")[0].words == "Ann Lee · Fernhill Home Improvement"
    for words in (
        "Call 1",
        "Kitchen remodel",
        "Asked 2 min ago, today 10:01 AM",
        "Why now: They asked just now, and the first to call is the one they remember.",
        "Is January possible?",
        "No answer? Leave this message",
        "Thank you for your kitchen remodel request.",
        "Find out if you can: what troubles them, what they want to reach, how to reach them best.",
    ):
        assert words in page.words


def test_the_number_is_dialled_by_a_press() -> None:
    (call,) = shown(FIRST_CALL).all("a", href="tel:+19175550142")
    assert call.words == "Call 917-555-0142"


def test_the_first_press_after_an_unanswered_call_is_the_one_that_the_instruction_makes_likely() -> None:
    def first_button(call_page: CallPage) -> str:
        return shown(call_page).all("button")[0].attributes["value"]

    assert first_button(FIRST_CALL) == "voicemail"
    assert first_button(LATER_CALL) == "no_answer"


def test_hang_up_is_said_where_the_thumb_is_and_no_words_are_offered() -> None:
    page = shown(LATER_CALL)
    assert "No answer? Hang up, no message." in page.all("form")[0].words
    assert "Leave this message" not in page.words


def test_times_where_the_lead_is_are_said_with_their_zone_and_with_the_reps_clock() -> None:
    words = shown(LATER_CALL).words
    assert "7:03 AM where they are (Pacific time)" in words
    assert "Don't call now. Call from today 8:00 AM Pacific time (11:00 AM yours)." in words


def test_one_clock_is_enough_where_both_show_the_same() -> None:
    words = shown(FIRST_CALL).words
    assert "where they are (" not in words.split("We spoke")[0]
    assert "yours" not in words


def test_while_contact_hours_are_closed_calling_is_not_the_button_that_stands_out() -> None:
    def stands_out(call_page: CallPage) -> bool:
        return "main" in shown(call_page).all("a", href="tel:+19175550142")[0].attributes["class"].split()

    assert stands_out(FIRST_CALL)
    assert not stands_out(LATER_CALL)


def test_what_happened_who_was_asked_and_what_to_mind_are_told() -> None:
    words = shown(LATER_CALL).words
    assert "today 8:03 AM Call 3, Ana Ruiz : No answer" in words
    assert "Ben Okafor, today 9:32 AM: has not reported" in words
    assert "Another lead has the same number" in words


def test_only_the_latest_of_what_happened_is_in_sight_and_a_long_past_is_counted() -> None:
    past = tuple(PastEntry(NOW - n * DAY, f"Call {100 - n}") for n in range(40))
    page = shown(replace(LATER_CALL, past=past))
    in_sight = [each.words for each in page.all("li") if not each.is_within("details")]
    assert sum("Call " in words for words in in_sight) == 3 + 1  # the warning speaks of a call, too
    assert "Earlier (37)" in page.words
    assert "and 28 before that" in page.words


def test_what_is_missing_on_record_is_asked_for_and_what_is_known_is_not() -> None:
    assert "Find out if you can: what they want to reach, how to reach them best." in shown(LATER_CALL).words
    known = OnRecord("It is drafty", "A warm house", "high", "text")
    assert "Find out" not in shown(replace(LATER_CALL, record=known)).words


def test_a_lead_without_a_number_is_written_to() -> None:
    page = shown(NO_NUMBER)
    assert page.all("h1")[0].words == "No name given"
    assert page.all("a", href="mailto:ann.lee@example.com")[0].words == "Write an e-mail"
    assert not [each for each in page.all("a") if each.attributes["href"].startswith("tel:")]
    assert "Left voicemail" not in page.words


def test_a_conversation_that_nobody_asked_for_can_be_reported() -> None:
    page = shown(NOT_ASKED)
    assert "No call is due now. Next: E-mail, today 11:03 AM Pacific time (2:03 PM yours)." in page.words
    assert buttons(page) == set(OUTCOMES)
    assert page.all("input", name="touch")[0].attributes["value"] == ""


# -- the states


def test_every_outcome_has_a_button_or_a_form_with_a_time() -> None:
    assert buttons(shown(FIRST_CALL)) == set(OUTCOMES)
    assert set(OUTCOMES) == set(get_args(RepOutcome)), "a new outcome needs a button"


def test_an_appointment_and_a_call_back_need_a_time() -> None:
    page = shown(FIRST_CALL)
    for outcome in ("booked", "call_back"):
        assert not page.all("button", name="outcome", value=outcome)
    for field in page.all("input", type="datetime-local"):
        assert "required" in field.attributes


def test_times_to_call_back_are_offered_at_one_press() -> None:
    page = shown(replace(LATER_CALL, times=(NOW + 2 * HOUR, NOW + DAY)))
    offered = {each.words: each.attributes["value"] for each in page.all("button", name="callback_at")}
    assert offered == {"Today 9:03 AM": "2026-11-23T09:03", "Tomorrow 7:03 AM": "2026-11-24T07:03"}


def test_the_proposed_time_and_the_soonest_one_are_on_the_leads_clock_and_in_steps_of_five_minutes() -> None:
    (appointment,) = shown(LATER_CALL).all("input", name="appointment_at")
    assert appointment.attributes["min"] == "2026-11-23T07:05"
    assert appointment.attributes["max"] == "2027-09-19T08:03"
    (plain,) = shown(replace(LATER_CALL, times=())).all("input", name="appointment_at")
    assert plain.attributes["value"] == "2026-11-24T10:00"
    (odd,) = shown(replace(LATER_CALL, times=(NOW + DAY,))).all("input", name="appointment_at")
    assert odd.attributes["value"] == "2026-11-24T07:00"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_report_is_confirmed_in_words_with_what_comes_next(outcome: RepOutcome) -> None:
    agreed = NOW + DAY if outcome in ("booked", "call_back") else None
    page = shown(replace(LATER_CALL, state=Reported(outcome, "you", NOW, agreed), next_touch=("E-mail", NOW - MINUTE)))
    (status,) = page.all("div", role="status")
    said = OUTCOME_WORDS[outcome]
    if agreed:
        said += f" {'for' if outcome == 'booked' else 'at'} tomorrow 7:03 AM Pacific time (10:03 AM yours)"
    assert status.words == f"{said}. Reported by you, today 10:03 AM. Next: E-mail, now."
    assert not buttons(page)


@pytest.mark.parametrize("outcome", TASK_WORDS)
def test_a_report_of_a_task_is_confirmed_in_words(outcome: TaskOutcome) -> None:
    agreed = NOW + DAY if outcome == "thinking" else None
    (status,) = shown(replace(DID_THEY_COME, state=Reported(outcome, "you", NOW, agreed))).all("div", role="status")
    until = " until tomorrow 7:03 AM Pacific time (10:03 AM yours)" if agreed else ""
    assert status.words == f"{TASK_WORDS[outcome]}{until}. Reported by you, today 10:03 AM."
    assert set(TASK_WORDS) == set(get_args(TaskOutcome)), "a new outcome needs words"


def test_a_task_asks_its_question_and_offers_its_answers_and_no_others() -> None:
    page = shown(DID_THEY_COME)
    assert "Did Ann Lee come? Appointment at today 10:00 AM." in page.words
    assert buttons(page) == {"kept", "no_show", "cannot_take"}
    page = shown(HOW_DID_IT_GO)
    assert buttons(page) == {"won", "lost", "thinking", "cannot_take"}
    (day,) = page.all("input", type="date")
    assert (day.attributes["name"], day.attributes["min"]) == ("follow_up", "2026-11-24")


def test_after_a_report_only_what_fits_it_is_asked() -> None:
    def asked(call_page: CallPage) -> set[str]:
        page = shown(replace(call_page, further=False))
        return {each.attributes["name"] for each in page.all("input", "textarea")} - {"touch", "form_id"}

    everything = {"note", "next_step", "problem", "goal", "value", "preferred_channel"}
    assert asked(UNANSWERED) == {"note"}
    assert asked(BOOKED) == everything
    assert asked(SPOKE) == everything | {"follow_up"}
    assert asked(OVERTAKEN) == asked(CLOSED) == set()


def test_before_the_next_call_the_page_says_what_the_last_conversation_left_open() -> None:
    later = replace(LATER_CALL, record=OnRecord(next_step="whether the sink goes under the window"))
    assert "Where it was left: whether the sink goes under the window" in shown(later).words
    assert "Where it was left" not in shown(LATER_CALL).words


def test_what_the_conversation_left_open_can_be_mended_after_it() -> None:
    spoke = replace(SPOKE, record=OnRecord(next_step='the "big" window'))
    (field,) = shown(spoke).all("input", name="next_step")
    assert (field.attributes["value"], field.attributes["maxlength"]) == ('the "big" window', "140")


def test_a_press_that_comes_twice_or_too_late_is_told_so() -> None:
    assert "This was saved before, and pressing again changed nothing." in shown(BOOKED).words
    assert "Your press came too late, and changed nothing. Ben Okafor reported" in shown(OVERTAKEN).words
    assert "Saved." in shown(SAVED).words


def test_another_outcome_can_be_reported_only_while_that_means_something() -> None:
    for call_page in (UNANSWERED, OVERTAKEN, CLOSED):
        assert buttons(shown(call_page)) == set(OUTCOMES)
        assert not buttons(shown(replace(call_page, further=False)))


def test_who_asked_us_to_stop_can_neither_be_called_nor_written_to_from_here() -> None:
    page = shown(replace(STOPPED, further=True))
    assert "They asked us to stop. Don't call, text or write." in page.words
    assert not [each for each in page.all("a") if each.attributes["href"].startswith(("tel:", "mailto:"))]


def test_a_status_that_this_page_has_no_words_for_is_still_said() -> None:
    assert "Handed over. Today 9:03 AM." in shown(replace(CLOSED, state=Closed("handed_over", NOW - HOUR))).words


def test_a_link_that_is_too_old_shows_nobody() -> None:
    answer = render_expired_link("Fernhill Home Improvement")
    assert answer["statusCode"] == 410
    assert "Open the link in the latest text from Fernhill Home Improvement" in answer["body"]
    assert "<form" not in answer["body"]


# -- what was wrong


def test_what_is_wrong_stands_at_the_top_and_beside_its_field_and_what_was_typed_stays() -> None:
    answer = render_call_page(NOTE_TOO_LONG)
    page = read_page(answer["body"])
    assert answer["statusCode"] == 422
    assert page.all("title")[0].words.startswith("Not saved: ")
    (alert,) = page.all("div", role="alert")
    assert {each.attributes["href"] for each in alert.all("a")} == {"#note", "#follow_up", "#preferred_channel"}
    (note,) = page.all("textarea", name="note")
    assert note.words.startswith("They want to think it over")
    assert note.attributes["aria-invalid"] == "true"
    (beside,) = page.all("p", id=note.attributes["aria-describedby"])
    assert beside.words == NOTE_TOO_LONG.errors["note"]


def test_a_time_that_could_not_be_read_is_asked_for_again_in_an_empty_field() -> None:
    page = shown(NO_TIME_GIVEN)
    (field,) = page.all("input", name="appointment_at")
    assert field.attributes["value"] == ""
    opened = [each.all("summary")[0].words for each in page.all("details") if "open" in each.attributes]
    assert opened == ["Booked : choose the time an appointment"]


@pytest.mark.parametrize(
    ("typed", "shown_again"),
    [
        ("2026-11-26T16:30", "2026-11-26T16:30"),
        ("2026-11-26T16:30:00", "2026-11-26T16:30"),
        ("0026-11-26T16:30", "0026-11-26T16:30"),
        ("2026-11-31T16:30", ""),
    ],
)
def test_a_time_that_was_typed_stays_if_a_field_can_hold_it(typed: str, shown_again: str) -> None:
    page = shown(replace(NO_TIME_GIVEN, typed={"outcome": "booked", "appointment_at": typed}))
    (field,) = page.all("input", name="appointment_at")
    assert field.attributes["value"] == shown_again


def test_what_the_form_refuses_can_be_shown_as_it_is() -> None:
    with pytest.raises(RefusedCallForm) as refused:
        read_call_form(form_post({"touch": "a.1", "outcome": "booked", "note": "They liked Ana"}))
    page = shown(replace(FIRST_CALL, errors=refused.value.errors, typed=refused.value.typed))
    assert "Choose the day and time of the appointment." in page.words


# -- every state


@EVERY_STATE
def test_every_field_has_a_label_and_every_press_has_words(name: str) -> None:
    page = shown(CALL_PAGES[name])
    labels = {each.attributes.get("for") for each in page.all("label")}
    for control in page.all("input", "textarea", "select"):
        if control.attributes.get("type") != "hidden":
            assert control.attributes.get("id") in labels or control.is_within("label")
    for press in page.all("button", "a", "summary"):
        assert press.words


@EVERY_STATE
def test_ids_are_unique_and_whatever_points_at_one_finds_it(name: str) -> None:
    page = shown(CALL_PAGES[name])
    ids = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    for each in page.all():
        pointed = f"{each.attributes.get('aria-describedby', '')} {each.attributes.get('aria-labelledby', '')}".split()
        if each.attributes.get("href", "").startswith("#"):
            pointed.append(each.attributes["href"][1:])
        assert set(pointed) <= set(ids)


@EVERY_STATE
def test_headings_go_down_one_step_at_a_time(name: str) -> None:
    levels = [int(each.tag[1]) for each in shown(CALL_PAGES[name]).all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@EVERY_STATE
def test_it_runs_nothing_loads_nothing_and_posts_only_to_itself(name: str) -> None:
    page = shown(CALL_PAGES[name])
    assert not page.all("script", "link", "img", "iframe", "object")
    for each in page.all():
        assert not [attribute for attribute in each.attributes if attribute.startswith("on") or attribute == "style"]
        assert "src" not in each.attributes
        assert re.match(r"tel:|mailto:|#|$", each.attributes.get("href", ""))
    for form in page.all("form"):
        assert form.attributes["method"] == "post"
        assert "action" not in form.attributes  # to the address of the page, which is not repeated in it
        assert form.all("input", name="form_id")
        assert form.all("input", name="touch")


@EVERY_STATE
def test_only_the_pages_own_style_is_allowed_and_nothing_is_kept_or_told(name: str) -> None:
    answer = render_call_page(CALL_PAGES[name])
    (style,) = re.findall(r"<style>(.*?)</style>", answer["body"], re.DOTALL)
    policy = answer["headers"]["content-security-policy"]
    assert f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe-inline" not in policy
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"]["referrer-policy"] == "no-referrer"


# -- strangers' words


def all_filled_with(text: str, state: str = "first-call") -> CallPage:
    """A page on which every word that somebody else can choose is that text."""
    page = CALL_PAGES[state]
    return replace(
        page,
        business_name=text,
        name=text,
        request=text,
        own_words=text,
        phone=text,
        email=text,
        form_id="f" * 64,
        call=AskedCall(text, 1, 9, "leave", text, text, NOW + HOUR) if page.call else None,
        next_touch=(text, NOW + HOUR),
        past=tuple(PastEntry(NOW - n * DAY, text, text) for n in range(60)),
        others=tuple(AskedPerson(text, NOW, text) for _ in range(20)),
        warnings=(text,) * 20,
        record=OnRecord(text, text, next_step=text),
        times=(NOW + DAY,) * 20,
        further=not page.mistaken,  # either it is open, or a report has closed it
        errors=dict.fromkeys((*TYPED, "form"), text),
        typed=dict.fromkeys(TYPED, text),
        state=_filled(page, text),
    )


def _filled(page: CallPage, text: str) -> Reported | Stale | Closed:
    match page.state:
        case Reported():
            return replace(page.state, by=text)
        case Stale():
            return Stale(text, NOW)
        case Closed():
            return Closed(text, NOW)
    return page.state  # type: ignore[return-value] # Open holds no words


@EVERY_STATE
def test_hostile_words_stay_words(name: str) -> None:
    body = render_call_page(all_filled_with(HOSTILE, name))["body"]
    page = read_page(body)
    assert not page.all("script", "img")
    assert "<script>alert(1)</script>" in page.words
    assert "{{ 7*7 }}" in page.words
    assert "\u202e" not in body
    assert "\x00" not in body
    assert not [each for each in page.all("a") if each.attributes["href"].startswith("tel:")]


def test_an_address_that_mail_comes_back_from_says_so() -> None:
    assert "Mail to this address comes back" not in shown(NO_NUMBER).words
    assert "Mail to this address comes back: ask for another." in shown(replace(NO_NUMBER, email_returned=True)).words


def test_an_address_can_add_nothing_to_the_e_mail_that_it_opens() -> None:
    (link, *_) = shown(replace(NO_NUMBER, email="a?bcc=b@example.com&body=x")).all("a")
    assert link.attributes["href"] == "mailto:a%3Fbcc%3Db@example.com%26body%3Dx"


@pytest.mark.parametrize(
    "name", ["later-call", "time-is-past", "note-too-long", "overtaken", "no-thanks", "no-time-yet"]
)
@pytest.mark.parametrize("char", ['"', "&", "x ", "\N{SNOWMAN}", "\U0001f600", "\n\nA"])
def test_a_page_weighs_less_than_30_kilobytes_whatever_is_in_it(name: str, char: str) -> None:
    body = render_call_page(all_filled_with(char * 10_000, name))["body"]
    assert len(body.encode()) < MOST_BYTES
    read_page(body)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300), st.sampled_from(sorted(CALL_PAGES)))
def test_any_text_makes_a_page_that_is_whole(text: str, name: str) -> None:
    body = render_call_page(all_filled_with(text, name))["body"]
    body.encode()
    assert read_page(body).all("h1")


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_page_can_be_made_at_any_moment(wall: datetime) -> None:
    now = wall.astimezone(NOW.tzinfo)
    answer: Answer = render_call_page(replace(LATER_CALL, now=now))
    (field,) = read_page(answer["body"]).all("input", name="appointment_at")
    assert field.attributes["min"] <= field.attributes["max"]
