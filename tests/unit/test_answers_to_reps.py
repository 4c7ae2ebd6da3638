"""What is texted back: short, in the cheap alphabet, and repeating what was understood."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain import answers_to_reps
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.rep_sayings import (
    Away,
    Back,
    ClosedUntil,
    Help,
    ListLeads,
    Open,
    OutcomeReport,
    RepText,
    Unclear,
)
from followthrough.domain.rep_texts import read_rep_text
from followthrough.domain.rep_words import NUMBERED, Command, RepOutcome

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
TUESDAY_3_PM_IN_LA = datetime(2026, 11, 24, 23, tzinfo=UTC)

names = st.none() | st.text(max_size=200) | st.text(alphabet="{[~W\u674e", min_size=28, max_size=60)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC
zones = st.sampled_from(["America/New_York", "America/St_Johns", "America/Argentina/ComodRivadavia", "UTC"]).map(
    ZoneInfo
)
outcomes = st.sampled_from(NUMBERED)
codes = st.sampled_from([None, "K7"])
unclear = st.builds(
    Unclear,
    st.sampled_from(["unknown", "not_sure", "when", "which_outcome", "several", "courtesy"]),
    st.lists(st.sampled_from([*NUMBERED, *get_args(Command)]), unique=True, max_size=4).map(tuple),
    codes,
    st.sampled_from([None, "4821"]),
)
answers = st.one_of(
    st.builds(answers_to_reps.recorded, outcomes, names),
    st.builds(answers_to_reps.booked, names, moments, zones, zones),
    st.builds(answers_to_reps.call_back, names, moments, zones, zones),
    st.builds(answers_to_reps.call_back_when, names),
    st.builds(answers_to_reps.call_back_later, names, moments, moments, zones),
    st.builds(answers_to_reps.booked_when, names, st.sampled_from([None, "K7", "4821"])),
    st.builds(answers_to_reps.reported_otherwise, names, outcomes, names),
    st.builds(answers_to_reps.superseded, names),
    st.builds(answers_to_reps.booked_or_call_back),
    st.builds(answers_to_reps.no_such_time),
    st.builds(answers_to_reps.stand_down, names.map(lambda name: name or ""), names),
    st.builds(answers_to_reps.already_reported, outcomes, names),
    st.builds(answers_to_reps.already_closed, names, st.text(max_size=80)),
    st.builds(answers_to_reps.passed_on, names, names),
    st.builds(answers_to_reps.nothing_open),
    st.builds(answers_to_reps.no_such_code, st.text(max_size=30)),
    st.builds(answers_to_reps.no_such_number, st.text(max_size=30)),
    st.builds(answers_to_reps.unclear, unclear),
    st.builds(answers_to_reps.help_for_reps),
    st.builds(answers_to_reps.help_for_manager),
    st.builds(answers_to_reps.away, st.none() | moments, zones),
    st.builds(answers_to_reps.back),
    st.builds(answers_to_reps.closed, moments, zones),
    st.builds(answers_to_reps.open_again),
    st.builds(answers_to_reps.managers_only),
)


@given(answers)
def test_every_answer_is_one_segment_on_one_line(answer: str) -> None:
    assert is_gsm7(answer)
    assert segments(answer) == 1
    assert "\n" not in answer
    assert answer == answer.strip()


@given(st.integers(0, 10_000), st.text(alphabet="abc~/", max_size=120))
def test_answers_with_a_link_are_two_segments_at_most(count: int, link: str) -> None:
    link = f"https://{link}"
    assert segments(answers_to_reps.your_leads(count, link)) <= 2
    assert segments(answers_to_reps.several_with_number("4821", link)) <= 2


def test_a_booking_says_the_day_and_the_time_on_both_clocks() -> None:
    assert answers_to_reps.booked("Maya Thompson", TUESDAY_3_PM_IN_LA, LOS_ANGELES, NEW_YORK) == (
        "Booked Maya Thompson for Tue Nov 24, 3 PM Pacific time (6 PM yours). Well done."
    )


def test_a_time_is_said_once_where_both_clocks_agree() -> None:
    said = answers_to_reps.call_back("Maya Thompson", TUESDAY_3_PM_IN_LA, LOS_ANGELES, LOS_ANGELES)
    assert said == "Noted: call Maya Thompson back Tue Nov 24, 3 PM."


def test_the_other_clock_says_the_day_where_it_is_another() -> None:
    said = answers_to_reps.call_back("Jo", TUESDAY_3_PM_IN_LA, LOS_ANGELES, ZoneInfo("Asia/Kolkata"))
    assert "Tue Nov 24, 3 PM Pacific time (Wed 4:30 AM yours)" in said


def test_who_stood_in_is_told_to_stand_down() -> None:
    assert answers_to_reps.stand_down("Ana Ruiz", "Maya Thompson") == (
        "Ana Ruiz has reported on Maya Thompson: stand down."
    )


def test_the_beginning_of_a_day_is_said_as_the_day() -> None:
    monday = datetime(2026, 11, 30, 5, tzinfo=UTC)
    assert answers_to_reps.closed(monday, NEW_YORK).startswith("Closed until Mon Nov 30. Leads are told")
    assert answers_to_reps.away(monday.replace(hour=14), NEW_YORK).startswith("You are away until Mon Nov 30, 9 AM.")


def test_a_lead_whose_name_cannot_be_written_is_still_spoken_of() -> None:
    assert answers_to_reps.recorded("no_answer", "\u674e\u660e") == "Noted for your lead: no answer."


def test_leads_are_counted() -> None:
    assert answers_to_reps.your_leads(0, "https://x.example/calls/t") == "You have no open leads."
    assert answers_to_reps.your_leads(1, "https://x.example/calls/t") == "1 open lead: https://x.example/calls/t"
    assert answers_to_reps.your_leads(2, "https://x.example/calls/t").startswith("2 open leads: ")


def test_an_unclear_text_is_answered_with_what_it_could_have_been() -> None:
    said = answers_to_reps.unclear(Unclear("not_sure", ("voicemail", "no_answer"), code="K7"))
    assert said == "Which is it? Text K7 5 left voicemail, K7 6 no answer"


@pytest.mark.parametrize("outcome", NUMBERED)
def test_what_an_answer_suggests_is_understood(outcome: RepOutcome) -> None:
    for code in (None, "K7"):
        suggested = answers_to_reps.unclear(Unclear("not_sure", (outcome,), code))
        words = suggested.partition("? Text ")[2].partition(" and ")[0]
        said = read_rep_text(words, "US")
        assert isinstance(said, OutcomeReport)
        assert (said.outcome, said.code) == (outcome, code)


@pytest.mark.parametrize(
    ("answer", "suggested", "expected"),
    [
        (answers_to_reps.help_for_reps, "1 booked Tue 3pm", OutcomeReport),
        (answers_to_reps.help_for_reps, "2 call back 3pm", OutcomeReport),
        (answers_to_reps.help_for_reps, "3 in conversation", OutcomeReport),
        (answers_to_reps.help_for_reps, "4 not interested", OutcomeReport),
        (answers_to_reps.help_for_reps, "5 voicemail", OutcomeReport),
        (answers_to_reps.help_for_reps, "6 no answer", OutcomeReport),
        (answers_to_reps.help_for_reps, "7 wrong number", OutcomeReport),
        (answers_to_reps.help_for_reps, "8 can't", OutcomeReport),
        (answers_to_reps.help_for_reps, "list", ListLeads),
        (answers_to_reps.help_for_reps, "away until Mon", Away),
        (answers_to_reps.help_for_reps, "back", Back),
        (answers_to_reps.help_for_manager, "closed until Mon", ClosedUntil),
        (answers_to_reps.help_for_manager, "closed until Nov 27 9am", ClosedUntil),
        (answers_to_reps.help_for_manager, "open", Open),
        (answers_to_reps.help_for_manager, "?", Help),
        (answers_to_reps.nothing_open, "4821 6", OutcomeReport),
        (answers_to_reps.no_such_time, "1 Tue 3pm", OutcomeReport),
        (answers_to_reps.booked_or_call_back, "2 Tue 3pm", OutcomeReport),
        (lambda: answers_to_reps.call_back_when("Jo"), "later Tue 3pm", OutcomeReport),
        (lambda: answers_to_reps.unclear(Unclear("several")), "K7 6", OutcomeReport),
        (lambda: answers_to_reps.unclear(Unclear("not_sure", ("away", "call_back"))), "away until 3pm", Away),
    ],
)
def test_the_examples_in_answers_work(answer: Callable[[], str], suggested: str, expected: type[RepText]) -> None:
    assert suggested in answer()
    assert isinstance(read_rep_text(suggested, "US"), expected)
