"""What a text costs, and how any text is made cheap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.gsm7 import cut_to, is_gsm7, segments, septets, to_gsm7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("a" * 152 + "{" + "a" * 151, 2),  # a brace takes two, and they are never parted:
        ("a" * 152 + "{" + "a" * 152, 3),  # 306 septets, and one more is lost before the brace
        ("\u4f60" * 70, 1),
        ("\u4f60" * 71, 2),
        ("\u4f60" * 134, 2),
        ("\u4f60" * 135, 3),
        ("\U0001f600" * 35, 1),  # two UTF-16 units each
        ("\U0001f600" * 36, 2),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, expected: int) -> None:
    assert segments(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it\u2019s \u201cfine\u201d \u2013 really\u2026", 'it\'s "fine" - really...'),
        ("Zo\u00eb \u0141ukasz \u00e7a S\u00e3o", "Zoe Lukasz ca Sao"),
        ("caf\u00e9 \u00fcber se\u00f1or", "caf\u00e9 \u00fcber se\u00f1or"),
        ("Hi \U0001f44b\U0001f3fd there\u00a0you", "Hi there you"),
        ("one\ttwo\u200b\u202e", "one two"),
        ("\u0153uvre \u2122 \ufb01ne \u00bd", "oeuvre TM fine 1/2"),
        ("\u674e\u660e", ""),
        ("two\n lines ", "two\nlines"),
        ("5 \u20ac [a] {b} ~", "5 \u20ac [a] {b} ~"),
    ],
)
def test_texts_are_written_in_the_alphabet(text: str, expected: str) -> None:
    assert to_gsm7(text) == expected


@given(st.text(max_size=400))
def test_any_text_becomes_gsm(text: str) -> None:
    made = to_gsm7(text)
    assert is_gsm7(made)
    assert to_gsm7(made) == made


@given(st.text(max_size=400), st.integers(0, 320))
def test_a_cut_text_always_fits(text: str, room: int) -> None:
    assert septets(cut_to(to_gsm7(text), room)) <= room


def test_a_text_is_cut_after_a_whole_word() -> None:
    assert cut_to("kitchen and bathroom remodel", 20) == "kitchen and..."
