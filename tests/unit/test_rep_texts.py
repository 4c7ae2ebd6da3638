"""What reps text is read as they meant it, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthrough.domain.rep_sayings import Away, ClosedUntil, OutcomeReport, RepText, TimeOnly, Unclear
from followthrough.domain.rep_text_walk import LONGEST_NOTE
from followthrough.domain.rep_texts import read_rep_text
from followthrough.domain.rep_words import OUTCOMES, rep_words
from followthrough.domain.spoken_times import FARTHEST, MIDNIGHT, SpokenTime
from tests.unit.rep_texts_corpus import CORPUS, Row

NEW_YORK = ZoneInfo("America/New_York")
MONDAY_1_PM = datetime(2026, 11, 23, 13, tzinfo=NEW_YORK)
ZONES = ("America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")
# AWS answers texts that begin with these by itself, so no answer of ours may need one.
TAKEN_BY_AWS = ("arret", "cancel", "end", "opt-out", "optout", "quit", "remove", "stop", "td", "unsubscribe")


def time_in(said: RepText) -> SpokenTime | None:
    if isinstance(said, OutcomeReport | TimeOnly):
        return said.when
    return said.until if isinstance(said, Away | ClosedUntil) else None


def without_time(said: RepText) -> RepText:
    if isinstance(said, OutcomeReport):
        return replace(said, when=None)
    if isinstance(said, TimeOnly):
        return replace(said, when=SpokenTime())
    if isinstance(said, Away):
        return Away()
    return ClosedUntil(SpokenTime()) if isinstance(said, ClosedUntil) else said


def in_words(said: RepText, now: datetime = MONDAY_1_PM, zone: ZoneInfo = NEW_YORK) -> str | None:
    """The time as in the corpus's third column."""
    spoken = time_in(said)
    if spoken is None:
        return None
    begins = {"day_begins": MIDNIGHT} if isinstance(said, Away | ClosedUntil) else {}
    moment = spoken.moment(now, zone, **begins)
    if moment is None:
        return "never"
    return f"{'' if spoken.exact else '~'}{moment.astimezone(zone):%a %d %b %H:%M}"


def name_of(row: Row) -> str:
    return row[0].encode("ascii", "replace").decode()


@pytest.mark.parametrize("row", CORPUS, ids=map(name_of, CORPUS))
def test_a_text_says_what_the_rep_meant(row: Row) -> None:
    text, expected, when = row
    said = read_rep_text(text, "US")
    if isinstance(said, Unclear) and isinstance(expected, Unclear):
        said, expected = (replace(one, could_be=tuple(sorted(one.could_be))) for one in (said, expected))
    assert (without_time(said), in_words(said)) == (expected, when)


def test_the_corpus_is_large_and_says_nothing_twice() -> None:
    texts = [text for text, _, _ in CORPUS]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("change", [str.upper, str.lower, str.capitalize, "{}!".format, "{} ".format, "\n{}".format])
def test_case_and_a_sign_at_the_end_change_nothing(change: Callable[[str], str]) -> None:
    for text in ("vm", "no answer", "not interested", "wrong number", "away", "back", "list", "later tomorrow 3pm"):
        assert read_rep_text(change(text), "US") == read_rep_text(text, "US")


# -- times


@pytest.mark.parametrize(
    ("country", "text", "expected"),
    [
        ("US", "booked 3/4 10am", "Thu 04 Mar 10:00"),
        ("GB", "booked 27/11 10am", "Fri 27 Nov 10:00"),
        ("GB", "booked 11/27 10am", "Fri 27 Nov 10:00"),
        ("US", "booked 27/11 10am", "Fri 27 Nov 10:00"),
        ("AU", "booked 12/12 10am", "Sat 12 Dec 10:00"),
    ],
)
def test_a_date_in_figures_is_read_where_it_can_be_only_one(country: str, text: str, expected: str) -> None:
    assert in_words(read_rep_text(text, country)) == expected


@pytest.mark.parametrize("country", ["GB", "CA", "AU"])
def test_a_date_in_figures_that_could_be_two_is_unclear(country: str) -> None:
    assert read_rep_text("booked 3/4 10am", country) == Unclear("when", ("booked",))


def test_a_time_of_day_that_has_passed_is_tomorrows() -> None:
    said = read_rep_text("later 3pm", "US")
    assert in_words(said, MONDAY_1_PM + timedelta(hours=2)) == "Tue 24 Nov 15:00"
    assert in_words(said, MONDAY_1_PM + timedelta(hours=2, seconds=-1)) == "Mon 23 Nov 15:00"


def test_the_same_words_are_another_moment_where_the_lead_is() -> None:
    said = read_rep_text("later 3pm", "US")
    assert in_words(said, zone=ZoneInfo("America/Los_Angeles")) == "Mon 23 Nov 15:00"
    assert in_words(said, zone=ZoneInfo("Europe/London")) == "Tue 24 Nov 15:00"


@pytest.mark.parametrize(
    ("now", "text", "expected"),
    [
        ("2026-10-31T12:00-04:00", "later tomorrow 1:30am", "2026-11-01T05:30Z"),  # twice: the first of the two
        ("2026-10-31T15:00-04:00", "later tomorrow 3pm", "2026-11-01T20:00Z"),  # 25 hours later
        ("2027-03-13T12:00-05:00", "later tomorrow 2:30am", "2027-03-14T07:00Z"),  # left out: the change
        ("2027-03-13T15:00-05:00", "later tomorrow 3pm", "2027-03-14T19:00Z"),  # 23 hours later
        ("2027-03-14T01:00-05:00", "later in 2 hours", "2027-03-14T08:00Z"),  # hours that pass, not clocks
    ],
)
def test_changes_of_the_clocks_are_kept(now: str, text: str, expected: str) -> None:
    spoken = time_in(read_rep_text(text, "US"))
    assert spoken
    assert spoken.moment(datetime.fromisoformat(now), NEW_YORK) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    ("now_hour", "text", "expected"),
    [
        (8, "cb this afternoon", "~Mon 23 Nov 14:00"),
        (15, "cb this afternoon", "~Mon 23 Nov 16:00"),
        (17, "cb this afternoon", "never"),
        (17, "cb afternoon", "~Tue 24 Nov 14:00"),
        (19, "cb tonight", "~Mon 23 Nov 19:30"),
        (23, "cb later today", "never"),
        (8, "cb today", "~Mon 23 Nov 10:00"),
    ],
)
def test_a_part_of_the_day_is_what_is_still_to_come_of_it(now_hour: int, text: str, expected: str) -> None:
    assert in_words(read_rep_text(text, "US"), MONDAY_1_PM.replace(hour=now_hour)) == expected


@pytest.mark.parametrize(
    ("day", "next_tuesday"),
    [(23, "Tue 01 Dec"), (24, "Tue 01 Dec"), (27, "Tue 01 Dec"), (29, "Tue 01 Dec"), (30, "Tue 08 Dec")],
)
def test_next_tuesday_is_that_of_next_week(day: int, next_tuesday: str) -> None:
    said = read_rep_text("booked next Tue 3pm", "US")
    assert in_words(said, MONDAY_1_PM.replace(day=day)) == f"{next_tuesday} 15:00"


# -- whatever is texted

pieces = st.sampled_from(
    [
        *("booked", "later", "cb", "vm", "no answer", "away", "until", "closed", "call", "K7", "4821", "6", "1", "2"),
        *("tue", "next", "week", "tomorrow", "today", "3", "3pm", "15:00", "24th", "Feb", "29", "30", "2027", "11/27"),
        *("in", "an", "hour", "400", "days", "noon", "midnight", "am", "pm", "at", "-", ",", "?", "\n", "or", "and"),
    ]
)
texts = st.one_of(
    st.text(max_size=200), st.text(alphabet="0123456789apm :/.-,tuewdk", max_size=40), st.lists(pieces).map(" ".join)
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC


@given(text=texts, country=st.sampled_from(["US", "GB"]), now=moments, zone=st.sampled_from(ZONES))
@example(text="booked 29 Feb 3pm", country="US", now=MONDAY_1_PM, zone="UTC")
@example(text="\ud83d vm \x00", country="US", now=MONDAY_1_PM, zone="UTC")
@example(text="\u0130 vm, \u0130", country="US", now=MONDAY_1_PM, zone="UTC")
def test_no_text_raises_or_yields_a_time_in_the_past(text: str, country: str, now: datetime, zone: str) -> None:
    said = read_rep_text(text, country)
    if isinstance(said, OutcomeReport):
        assert said.outcome in OUTCOMES
        assert said.note is None or (0 < len(said.note) <= LONGEST_NOTE and "\n" not in said.note)
    if spoken := time_in(said):
        for begins in (MIDNIGHT, datetime(2026, 1, 1, 10, tzinfo=UTC).time()):
            moment = spoken.moment(now, ZoneInfo(zone), begins)
            assert moment is None or (now < moment <= now + FARTHEST + timedelta(seconds=1) and not moment.microsecond)


@given(st.lists(pieces, min_size=1, max_size=3).map(" ".join), st.text(max_size=80))
def test_a_note_is_never_taken_for_another_outcome(text: str, note: str) -> None:
    said = read_rep_text(text, "US")
    noted = read_rep_text(f"{text}, {note}", "US")
    if isinstance(said, OutcomeReport) and isinstance(noted, OutcomeReport):
        assert noted.outcome in {said.outcome, "voicemail"}


@pytest.mark.parametrize(
    "text", ["ok " * 533, "1 " * 800, "vm, " * 400, "booked tue, " * 130, "9" * 5000, "\ufdfa" * 5000]
)
def test_a_very_long_text_is_read_in_no_time(text: str) -> None:
    assert isinstance(read_rep_text(text, "US"), OutcomeReport | Unclear)


# -- the table of words


def test_every_phrase_of_the_table_is_read_as_the_table_says() -> None:
    table = rep_words()
    for phrase, meaning in table.meanings.items():
        if meaning in OUTCOMES and phrase not in table.before_a_time:
            said = read_rep_text(" ".join(phrase), "US")
            assert isinstance(said, OutcomeReport), phrase
            assert said.outcome == meaning, phrase


def test_no_phrase_of_the_table_means_two_things() -> None:
    table = rep_words()
    assert not set(table.meanings) & set(table.unsure)


def test_no_report_or_command_begins_with_a_word_that_aws_takes() -> None:
    table = rep_words()
    for phrase, meaning in table.meanings.items():
        if meaning not in {"stop", "help"}:
            assert phrase[0] not in TAKEN_BY_AWS, phrase
