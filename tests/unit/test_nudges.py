"""The text that asks a rep to call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.nudges import NudgeFacts, SameNumber, nudge_email, nudge_text
from tests.unit.fakes import sample_settings

LINK = "https://api.example.com/calls/token1"
ASKED = datetime(2026, 11, 23, 15, tzinfo=UTC)
FIRST = NudgeFacts(
    lead_name="Maya Thompson",
    lead_phone="+19175550142",
    lead_email="maya@example.com",
    request="Kitchen remodel",
    asked_at=ASKED,
    now=ASKED,
    zone=sample_settings().zone,
    attempt=1,
    voicemail="leave",
    purpose="Hear what they want and why now.",
)


def test_a_nudge_says_who_what_when_which_call_and_what_at_the_beep() -> None:
    assert nudge_text(FIRST) == (
        "Call Maya Thompson now: 917-555-0142. Kitchen remodel. Asked just now. Call 1: no answer? Leave a message."
    )


def test_an_escalation_says_who_has_not_reported() -> None:
    text = nudge_text(replace(FIRST, instead_of="Ana Ruiz", now=ASKED + timedelta(minutes=5)))
    assert text.startswith("Ana Ruiz hasn't reported. Call Maya Thompson now: 917-555-0142.")
    assert "Asked 5 min ago." in text


def test_a_later_call_leaves_no_message() -> None:
    text = nudge_text(replace(FIRST, attempt=3, voicemail="hang_up", now=ASKED + timedelta(hours=5)))
    assert "Asked 5 h ago. Call 3: no answer? Hang up, no message." in text


def test_a_reminder_says_that_it_is_one() -> None:
    assert nudge_text(replace(FIRST, reminder=True)).startswith("A reminder. Call Maya Thompson now")


def test_what_the_cadence_has_the_rep_told_is_said_in_the_place_of_how_long_ago_they_asked() -> None:
    told = "Not reached? We write that you\N{RIGHT SINGLE QUOTATION MARK}re free today."
    text = nudge_text(replace(FIRST, step_says=told, called_back_after="no_show"))
    assert text.endswith(
        "Kitchen remodel. Not reached? We write that you're free today. Call 1: no answer? Leave a message."
    )
    assert segments(text) == 1
    assert told in nudge_email(replace(FIRST, step_says=told), "", None, LINK).body


def test_outside_hours_it_says_from_when_to_call_on_the_reps_clock() -> None:
    text = nudge_text(replace(FIRST, call_from=datetime(2026, 11, 24, 13, tzinfo=UTC)))
    assert text.startswith("Call Maya Thompson from 8:00 AM Tue: 917-555-0142.")


def test_a_call_back_says_that_they_asked_for_it() -> None:
    assert "They asked to be called at this time." in nudge_text(replace(FIRST, asked_to_be_called=True))


def test_a_lead_without_a_number_or_a_readable_name_still_makes_sense() -> None:
    text = nudge_text(replace(FIRST, lead_name="\u674e\u660e", lead_phone=None, request=None))
    assert text.startswith("Write to a new lead now, no phone number: maya@example.com. Asked just now.")
    assert "Call 1" not in text


def test_a_rep_is_told_when_mail_to_the_lead_comes_back() -> None:
    returned = replace(FIRST, email_returned=True)
    assert "Mail to them comes back: ask for another address." in nudge_email(returned, "Hello.", None, LINK).body
    assert "comes back" not in nudge_email(FIRST, "Hello.", None, LINK).body
    text = nudge_text(replace(returned, lead_phone=None))
    assert text.startswith("Write to Maya Thompson now, no phone, mail fails: maya@example.com.")


def test_a_foreign_number_keeps_its_country_code() -> None:
    assert "+44 20 7946 0100" in nudge_text(replace(FIRST, lead_phone="+442079460100"))


@pytest.mark.parametrize(
    ("elapsed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(minutes=60), "1 h ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_how_long_ago_is_said_in_the_nearest_unit(elapsed: timedelta, words: str) -> None:
    assert f"Asked {words}." in nudge_text(replace(FIRST, now=ASKED + elapsed))


def test_a_long_request_is_cut_so_that_the_nudge_leaves_a_segment_free() -> None:
    text = nudge_text(replace(FIRST, request="Our cabinets are from the eighties and will not close any more " * 9))
    assert segments(text) == 1
    assert "cabinets" in text
    assert text.endswith("Leave a message.")


@given(
    name=st.none() | st.text(max_size=300),
    request=st.none() | st.text(max_size=600),
    before=st.none() | st.text(min_size=1, max_size=300),
    email=st.none() | st.text(max_size=254),
    phone=st.sampled_from([None, "+19175550142", "+442079460100"]),
    attempt=st.integers(1, 500),
    days=st.integers(0, 4000),
)
def test_no_nudge_ever_takes_more_than_two_segments(
    name: str | None,
    request: str | None,
    before: str | None,
    email: str | None,
    phone: str | None,
    attempt: int,
    days: int,
) -> None:
    facts = replace(
        FIRST,
        lead_name=name,
        request=request,
        instead_of=before,
        lead_email=email,
        lead_phone=phone,
        attempt=attempt,
        now=ASKED + timedelta(days=days),
        call_from=ASKED + timedelta(days=days + 1),
        same_number=SameNumber(before, ASKED - timedelta(days=400)) if phone else None,
    )
    text = nudge_text(facts)
    assert is_gsm7(text)
    assert segments(text) <= 2
    assert "\n" not in text


@given(filler=st.sampled_from("{[~W"), spaces=st.booleans())
def test_not_even_the_longest_names_take_more_than_two_segments(filler: str, *, spaces: bool) -> None:
    long = (filler * 5 + " " * spaces) * 60
    facts = replace(FIRST, lead_name=long, request=long, instead_of=long, lead_phone=None, lead_email=long)
    assert segments(nudge_text(facts)) <= 2


@given(filler=st.sampled_from("{[~W"), spaces=st.booleans())
def test_not_even_the_longest_names_and_a_shared_number_take_more_than_two_segments(
    filler: str, *, spaces: bool
) -> None:
    long = (filler * 5 + " " * spaces) * 60
    shared = SameNumber(long, ASKED - timedelta(days=400))
    facts = replace(FIRST, lead_name=long, request=long, instead_of=long, same_number=shared)
    assert segments(nudge_text(facts)) <= 2


def test_whoever_else_has_the_number_is_named_with_the_day_on_which_they_asked() -> None:
    shared = replace(FIRST, same_number=SameNumber("Dana Reyes", ASKED - timedelta(days=4)))
    assert nudge_text(shared).endswith("Leave a message. Same number as Dana Reyes, asked Thu, Nov 19.")
    assert "\n\nSame number as Dana Reyes, asked Thu, Nov 19.\n\n" in nudge_email(shared, "Script", None, LINK).body
    nameless = replace(FIRST, same_number=SameNumber(None, ASKED))
    assert nudge_text(nameless).endswith("Same number as another lead, asked today.")


def test_the_email_to_a_rep_has_the_number_the_script_and_the_words_for_the_beep() -> None:
    email = nudge_email(FIRST, "1. GREET\nHello.", "Hi Maya, this is Ana.", LINK)
    assert email.subject == "Call Maya Thompson now: 917-555-0142"
    assert email.lead_phone == "917-555-0142"
    assert "Why: Hear what they want and why now." in email.body
    assert "AT THE BEEP\nHi Maya, this is Ana." in email.body
    assert LINK in email.body
    assert email.body.endswith("1. GREET\nHello.")
    assert "AT THE BEEP" not in nudge_email(replace(FIRST, voicemail="hang_up"), "Script", None, LINK).body


def test_a_line_break_in_a_name_does_not_reach_the_subject() -> None:
    email = nudge_email(replace(FIRST, lead_name="Maya\r\nBcc: x@example.com"), "Script", None, LINK)
    assert "\n" not in email.subject
    assert "\r" not in email.subject
