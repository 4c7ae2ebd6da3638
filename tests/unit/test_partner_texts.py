"""Partners' texts are read as they are meant; what isn't plain is left to a person."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.partner_texts import (
    Answer,
    Nothing,
    PartnerText,
    Ready,
    Seen,
    StartTexts,
    StopTexts,
    TimeAlone,
    Words,
    YesOrNo,
    read_partner_text,
    text_words,
)
from tests.unit.partner_texts_corpus import NAMES, SAYINGS

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)  # Monday, 10 AM in New York
NEW_YORK = ZoneInfo("America/New_York")
ALL = [(body, read_as) for read_as, bodies in SAYINGS.items() for body in bodies]


def in_words(said: PartnerText) -> str:
    """As the corpus writes it."""
    match said:
        case Answer("scheduled", when):
            moment = when.moment(NOW, NEW_YORK) if when and when.exact else None
            return f"scheduled {moment.astimezone(NEW_YORK):%a %b %-d, %-I %p}" if moment else "scheduled, when?"
        case Answer(answer):
            return answer
        case YesOrNo(yes):
            return f"ask {'yes' if yes else 'no'}"
    names = {TimeAlone: "time alone", Ready: "ready", StopTexts: "stop", StartTexts: "start", Seen: "seen"}
    return {**names, Nothing: "nobody", Words: "read"}[type(said)]


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    assert len(ALL) >= 200
    assert len({body for body, _ in ALL}) == len(ALL)


@pytest.mark.parametrize(("body", "read_as"), ALL)
def test_a_text_is_read_as_it_is_meant(body: str, read_as: str) -> None:
    assert in_words(read_partner_text(body, "US", NAMES)) == read_as


@pytest.mark.parametrize("body", SAYINGS["declined"] + SAYINGS["busy"] + SAYINGS["not_for_us"])
def test_what_gives_a_lead_away_is_never_read_out_of_a_question(body: str) -> None:
    assert not isinstance(read_partner_text(f"{body.rstrip('.!')}?", "US", NAMES), Answer)


@pytest.mark.parametrize("body", ["4821 not yet", "not yet, 4821", "(646) 200-4821: not yet"])
def test_a_lead_is_named_by_the_end_of_its_number(body: str) -> None:
    said = read_partner_text(body, "US", last_fours=["4821"])
    assert isinstance(said, Answer)
    assert (said.answer, said.last_four) == ("not_yet", "4821")


def test_digits_that_no_lead_has_are_for_a_person_to_read() -> None:
    assert read_partner_text("4821 declined", "US", last_fours=["2045"]) == Words()


def test_what_stands_behind_an_answer_is_known_to_be_there() -> None:
    noted, bare = (read_partner_text(body, "US") for body in ("declined, wants to wait a year", "they declined"))
    assert isinstance(noted, Answer)
    assert isinstance(bare, Answer)
    assert (noted.has_note, bare.has_note) == (True, False)


def test_dates_are_read_as_the_country_writes_them() -> None:
    here, there = (read_partner_text("scheduled 4/12 3pm", country) for country in ("US", "GB"))
    assert isinstance(here, Answer)
    assert isinstance(there, Answer)
    assert here.when
    assert there.when
    assert (here.when.month, there.when.month) == (4, 12)


def test_no_phrase_means_two_things() -> None:
    raw = json.loads(files("followthrough.domain").joinpath("data", "partner_text_words.json").read_text("utf-8"))
    written = [words for several in raw["meanings"].values() for words in several]
    assert len(written) == len(set(written))


def test_no_phrase_is_lost_among_the_words_that_change_nothing() -> None:
    table = text_words()
    assert [phrase for phrase in table.meanings if len(phrase) == 1 and phrase[0] in table.fillers | table.ours] == []


@given(st.text(max_size=300))
def test_anything_at_all_is_read_as_something(body: str) -> None:
    read_partner_text(body, "US", NAMES)
