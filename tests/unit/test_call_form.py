"""What a rep posts becomes values, or a sentence beside the field that says what would be right."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthrough.adapters.call_form import (
    LONGEST_NOTE,
    LONGEST_OWN_WORDS,
    RefusedCallForm,
    read_call_form,
    read_duty,
)
from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody
from followthrough.domain.errors import Refused
from followthrough.domain.leads import LONGEST_NEXT_STEP
from followthrough.domain.rep_pages import CallForm
from tests.unit.events import form_post, json_post, multipart_post, part, post_leads

IDS = {"touch": "first-call.1", "form_id": "q0Zt3rX5uB1f8n2k"}
FIELDS = (
    *("touch", "form_id", "outcome", "appointment_at", "callback_at"),
    *("note", "next_step", "problem", "goal", "value", "preferred_channel", "follow_up"),
)


def read(**fields: str) -> CallForm:
    return read_call_form(form_post(IDS | fields))


def refused(**fields: str) -> dict[str, str]:
    with pytest.raises(RefusedCallForm) as raised:
        read(**fields)
    return raised.value.errors


def test_one_press_is_an_outcome_with_the_ids_of_its_page() -> None:
    assert read(outcome="no_answer") == CallForm(touch="first-call.1", form_id="q0Zt3rX5uB1f8n2k", outcome="no_answer")


@pytest.mark.parametrize(
    "typed", ["2026-11-24T15:00", "2026-11-24T15:00:00", "2026-11-24T15:00:00.000", "2026-11-24 15:00"]
)
def test_an_appointment_is_on_the_leads_clock_so_it_has_no_zone(typed: str) -> None:
    form = read(outcome="booked", appointment_at=typed)
    assert form.appointment_at == datetime(2026, 11, 24, 15)  # noqa: DTZ001 - naive is the point
    assert form.callback_at is None


def test_a_time_counts_only_with_the_outcome_that_it_belongs_to() -> None:
    times = {"appointment_at": "2026-11-24T15:00", "callback_at": "nonsense"}
    assert read(outcome="booked", **times).callback_at is None
    form = read(outcome="voicemail", **times)
    assert (form.appointment_at, form.callback_at) == (None, None)


def test_all_that_a_conversation_brought_is_read() -> None:
    form = read(
        note=" They liked\r\nthe drawings. \u202e",
        next_step=" Ask your\r\nsister ",
        problem="It is  drafty",
        goal="A warm house",
        value="high",
        preferred_channel="text",
        follow_up="2026-12-01",
    )
    assert form == CallForm(
        touch="first-call.1",
        form_id="q0Zt3rX5uB1f8n2k",
        note="They liked\nthe drawings.",
        next_step="Ask your sister",
        problem="It is drafty",
        goal="A warm house",
        value="high",
        preferred_channel="text",
        follow_up=date(2026, 12, 1),
    )


def test_what_is_left_empty_was_not_given() -> None:
    form = read(outcome="voicemail", note="  ", problem="", value="", follow_up="")
    assert (form.note, form.problem, form.value, form.follow_up) == (None, None, None, None)


def test_a_conversation_outside_any_touch_has_no_touch() -> None:
    assert read_call_form(form_post({"outcome": "in_conversation"})).touch == ""


@pytest.mark.parametrize(
    ("outcome", "name", "sentence"),
    [
        ("booked", "appointment_at", "Choose the day and time of the appointment."),
        ("call_back", "callback_at", "Choose the day and time to call back."),
    ],
)
def test_a_time_that_is_missing_is_asked_for(outcome: str, name: str, sentence: str) -> None:
    assert refused(outcome=outcome) == {name: sentence}


@pytest.mark.parametrize(
    "typed",
    [
        "Thursday at four",
        "2026-11-24",
        "15:00",
        "2026-13-24T15:00",
        "2026-11-24T25:00",
        "2026-11-24T15:00Z",
        "2026-11-24T15:0\N{FULLWIDTH DIGIT ZERO}",
    ],
)
def test_a_time_that_is_none_says_how_one_is_written(typed: str) -> None:
    assert refused(outcome="call_back", callback_at=typed) == {"callback_at": "Write day and time as 2026-11-24 15:00."}


def test_a_year_that_cannot_be_meant_is_asked_about() -> None:
    assert refused(outcome="booked", appointment_at="0026-11-24T15:00") == {
        "appointment_at": "Look at the year: 26 can't be meant."
    }
    assert refused(follow_up="9999-01-01") == {"follow_up": "Look at the year: 9999 can't be meant."}


def test_everything_that_is_wrong_is_said_at_once_and_what_was_typed_comes_along() -> None:
    fields = {
        "outcome": "call_back",
        "callback_at": "later",
        "note": "n" * (LONGEST_NOTE + 1),
        "next_step": "n" * (LONGEST_NEXT_STEP + 1),
        "goal": "g" * (LONGEST_OWN_WORDS + 1),
        "value": "huge",
        "preferred_channel": "fax",
        "follow_up": "soon",
    }
    with pytest.raises(RefusedCallForm) as raised:
        read(**fields)
    assert raised.value.errors == {
        "callback_at": "Write day and time as 2026-11-24 15:00.",
        "note": "Make it shorter: 1,000 characters at most, and these are 1,001.",
        "next_step": "Make it shorter: 140 characters at most, and these are 141.",
        "goal": "Make it shorter: 500 characters at most, and these are 501.",
        "value": "Choose normal or high.",
        "preferred_channel": "Choose call, text or e-mail.",
        "follow_up": "Write the date as 2026-11-24.",
    }
    assert raised.value.typed == IDS | fields


@pytest.mark.parametrize("fields", [{}, {"note": " "}, {"callback_at": "2026-11-24T15:00"}])
def test_a_post_that_says_nothing_is_told_what_to_do(fields: dict[str, str]) -> None:
    assert refused(**fields) == {"form": "Nothing was said: press a button, or fill in one of the fields."}


def test_who_is_thinking_is_asked_again_on_a_day() -> None:
    form = read(outcome="thinking", follow_up="2026-12-03")
    assert (form.outcome, form.follow_up) == ("thinking", date(2026, 12, 3))
    assert refused(outcome="thinking") == {"follow_up": "Choose the day until which they want to think."}


@pytest.mark.parametrize("outcome", ["fired", "BOOKED", "no_answer, voicemail", "<script>"])
def test_a_button_that_there_is_not_is_refused(outcome: str) -> None:
    assert refused(outcome=outcome) == {"form": "That button isn't known: open the link again and press once more."}


@pytest.mark.parametrize("broken", ["a b", "x" * 129, "a/../b", "\U0001f600", "first-call.1, first-call.1#"])
def test_hidden_fields_that_were_changed_are_refused(broken: str) -> None:
    assert refused(outcome="voicemail", touch=broken) == {"form": "This page is damaged: open the link again."}


def test_an_error_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(RefusedCallForm) as raised:
        read(outcome="booked", appointment_at="ask Ann Lee, 917-555-0142")
    assert str(raised.value) == "1 fields of the call page can't be accepted"


@pytest.mark.parametrize("duty", ["away", "back"])
def test_the_buttons_of_the_list_are_read(duty: str) -> None:
    assert read_duty(form_post({"duty": duty})) == duty


@pytest.mark.parametrize("fields", [{}, {"duty": "gone"}, {"duty": "away, back"}])
def test_a_button_that_the_list_has_not_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(RefusedCallForm):
        read_duty(form_post(fields))


# -- hostile


def explained(refused: RefusedCallForm) -> None:
    assert refused.errors
    assert refused.errors.keys() <= {*FIELDS, "form"}
    assert all(sentence.endswith(".") for sentence in refused.errors.values())


def sound(event: dict[str, Any]) -> None:
    """Reading gives a form within its bounds, or one of the named errors."""
    try:
        form = read_call_form(event)
    except RefusedCallForm as wrong:
        explained(wrong)
        return
    except (Refused, BodyTooLarge, UnsupportedBody):
        return
    assert len(form.note or "") <= LONGEST_NOTE
    assert (form.outcome == "booked") == (form.appointment_at is not None)
    assert (form.outcome == "call_back") == (form.callback_at is not None)
    for moment in (form.appointment_at, form.callback_at):
        assert moment is None or moment.tzinfo is None
    assert form != CallForm(form.touch, form.form_id)


_LIKELY = st.sampled_from(
    ["booked", "call_back", "no_answer", "2026-11-24T15:00", "2026-11-24", "high", "text", "0000-00-00T00:00", "\r\n"]
)


@given(st.dictionaries(st.sampled_from(FIELDS), _LIKELY | st.text(max_size=40)))
@example({"outcome": "booked", "appointment_at": "\ud800"})
def test_whatever_stands_in_the_fields_nothing_but_the_named_errors_comes_out(fields: dict[str, str]) -> None:
    sound(json_post(fields))
    storable = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    sound(form_post(storable))
    sound(multipart_post(*(part(name, value) for name, value in storable.items())))


@given(
    st.binary(max_size=300),
    st.sampled_from(["application/x-www-form-urlencoded", "application/json", "text/plain", None]),
)
def test_whatever_the_body_is_nothing_but_the_named_errors_comes_out(body: bytes, content_type: str | None) -> None:
    sound(post_leads(body, content_type))
