"""What a page's forms carry says what they are about, and nothing else is taken for it."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.adapters.call_form import read_call_form
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.call_subjects import Subject
from followthrough.domain.leads import CallOutcome, Outcome


@pytest.mark.parametrize("reported", [None, *get_args(CallOutcome), *get_args(TaskOutcome)])
def test_what_is_written_is_read_again(reported: Outcome | None) -> None:
    subject = Subject(12, "rest-of-day-one.3", reported)
    assert Subject.parse(str(subject)) == subject


def test_it_passes_the_form() -> None:
    touch = str(Subject(1, "rest-of-day-one.3", "no_answer"))
    event = {
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": f"touch={touch}&outcome=voicemail",
    }
    assert read_call_form(event).touch == touch


@given(st.text(max_size=40))
def test_anything_else_is_nothing(text: str) -> None:
    subject = Subject.parse(text)
    assert subject is None or str(subject) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "first-call.1", "1.first-call", "1.first-call.1.", "1.first-call.1.fired", "1.a.1\n", "1234567.a.1"],
)
def test_what_nearly_is_one_is_none(text: str) -> None:
    assert Subject.parse(text) is None
