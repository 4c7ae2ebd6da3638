"""What is texted to leads by itself fits into one segment, whatever the business is called."""

from collections.abc import Callable

import pytest

from followthrough.domain import answers_to_leads as answers
from followthrough.domain.business import Business
from followthrough.domain.gsm7 import is_gsm7, segments
from tests.unit.fakes import business_changed


@pytest.mark.parametrize("words", [answers.stopped, answers.started, answers.about_us, answers.who_are_you])
@pytest.mark.parametrize(
    "name", ["Fernhill Home Improvement", "\u0141\u00f3d\u017a \u201cBest\u201d {Roofs}" * 3, "x" * 60]
)
def test_an_answer_is_one_segment(words: Callable[[Business], str], name: str) -> None:
    text = words(business_changed(name=name[:60]).business)
    assert is_gsm7(text)
    assert segments(text) == 1
    assert text.endswith(".")
