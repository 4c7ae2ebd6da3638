"""The second half of a nudge: a link and numbers, in what the first half leaves of two segments."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.gsm7 import is_gsm7, segments, septets
from followthrough.domain.nudge_answers import nudge_answers, with_answers
from followthrough.domain.nudges import nudge_text
from followthrough.domain.rep_sayings import OutcomeReport
from followthrough.domain.rep_texts import read_rep_text
from tests.unit.test_nudges import FIRST

LINK = "https://calls.example.com/calls/3q2-7wEr_9xYzAbCdEfGhI"
links = st.text(alphabet="abcXYZ019-_./~", min_size=1, max_size=72).map("https://".__add__)
codes = st.none() | st.sampled_from(["K7", "A0", "Z9"])


def test_the_answers_that_a_thumb_needs_most_follow_the_link() -> None:
    assert nudge_answers(LINK, None) == f"{LINK} Reply 5 voicemail, 6 no answer, 4 not interested, 8 can't"


def test_the_code_comes_first_when_several_calls_are_open() -> None:
    assert nudge_answers(LINK, "K7") == f"{LINK} Reply K7 and 5 voicemail, 6 no answer, 4 not interested, 8 can't"


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("5 voicemail", "voicemail"),
        ("6 no answer", "no_answer"),
        ("4 not interested", "not_interested"),
        ("8 can't", "cannot_take"),
    ],
)
def test_every_answer_it_offers_is_understood(words: str, outcome: str) -> None:
    assert words in nudge_answers(LINK, None)
    for reply in (words, words[0], f"K7 and {words}", f"K7 {words[0]}"):
        said = read_rep_text(reply, "US")
        assert isinstance(said, OutcomeReport)
        assert said.outcome == outcome


@given(
    name=st.none() | st.text(max_size=100),
    request=st.none() | st.text(max_size=300),
    before=st.none() | st.text(min_size=1, max_size=60),
    attempt=st.integers(1, 99),
    link=links,
    code=codes,
)
def test_with_a_nudge_of_one_segment_it_is_never_more_than_two(
    name: str | None, request: str | None, before: str | None, attempt: int, link: str, code: str | None
) -> None:
    nudge = nudge_text(replace(FIRST, lead_name=name, request=request, instead_of=before, attempt=attempt))
    whole = f"{nudge} {nudge_answers(link, code)}"
    assert is_gsm7(whole)
    assert link in whole
    if septets(nudge) <= 153:
        assert segments(whole) <= 2


@given(filler=st.sampled_from("aW~{"), length=st.integers(0, 153), link=links, code=codes)
def test_it_fits_behind_anything_of_one_segment(filler: str, length: int, link: str, code: str | None) -> None:
    nudge = filler * (length // septets(filler)) + "." * (length % septets(filler))
    assert segments(f"{nudge} {nudge_answers(link, code)}") <= 2


@given(links, codes)
def test_beside_a_link_of_eighty_characters_all_four_answers_fit(link: str, code: str | None) -> None:
    link = link.replace("~", "-")
    assert nudge_answers(link, code).endswith("5 voicemail, 6 no answer, 4 not interested, 8 can't")


@pytest.mark.parametrize("length", [88, 100, 120, 150])
def test_a_longer_link_is_never_cut(length: int) -> None:
    link = "https://".ljust(length, "x")
    assert nudge_answers(link, "K7").startswith(link)
    assert septets(nudge_answers(link, "K7")) <= 152


@given(filler=st.sampled_from("{[~W a"), link=links, code=codes, phone=st.sampled_from([None, "+442079460100"]))
def test_a_whole_nudge_has_its_link_and_two_segments_whatever_the_names(
    filler: str, link: str, code: str | None, phone: str | None
) -> None:
    long = filler * 300
    facts = replace(FIRST, lead_name=long, request=long, instead_of=long, lead_phone=phone, lead_email=long)
    whole = with_answers(nudge_text(facts), link, code)
    assert segments(whole) <= 2
    assert link in whole


def test_an_ordinary_nudge_is_whole() -> None:
    nudge = nudge_text(FIRST)
    assert with_answers(nudge, LINK, "K7") == f"{nudge} {nudge_answers(LINK, 'K7')}"
