"""What a message may say, and the safe words it says it in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.gsm7 import to_gsm7
from followthrough.domain.leads import Profile
from followthrough.domain.message_facts import message_facts
from followthrough.domain.names import (
    first_name,
    full_name,
    in_their_words,
    plain_line,
    service_in_words,
    shortened,
    within_a_sentence,
)
from followthrough.domain.needs import RECORDED, on_record
from followthrough.domain.phones import dialled, readable_phone
from followthrough.domain.times_in_words import hours_in_words, moment_in_words, zone_in_words
from followthrough.domain.weekly_hours import WeeklyHours
from tests.unit.example_leads import lead_with
from tests.unit.fakes import sample_settings

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Lee", "Ann"),
        ("Dr. Ann Lee", "Ann"),
        ("ANN LEE", "Ann"),
        ("ann", "Ann"),
        ("  ann   lee ", "Ann"),
        ("Lee, Ann", "Ann"),
        ("Ann Lee, MD", "Ann"),
        ("Ann & Bob", "Ann and Bob"),
        ("ann and bob lee", "Ann and Bob"),
        ("Ann Lee + Bob Ray", "Ann and Bob"),
        ("Anderson Cooper", "Anderson"),
        ("Mr. Smith", "Mr. Smith"),
        ("miss o'neil", "Miss O'Neil"),
        ("Mrs Ann Lee", "Ann"),
        ("DeShawn", "DeShawn"),
        ("JEAN-LUC PICARD", "Jean-Luc"),
        ("JT Smith", "JT"),
        ("J. Robert Lee", "Robert"),
        ("Jos\u00e9 \u00c1lvarez", "Jos\u00e9"),
        ("\u674e\u660e", "\u674e\u660e"),
        ("\u2728Ann\u2728 Lee", "Ann"),
        ("Ann \U0001f469\U0001f3fd\u200d\U0001f52c", "Ann"),
        ("D\u2019Angelo Ray", "D\u2019Angelo"),
    ],
)
def test_somebody_is_greeted_by_their_first_name(name: str, expected: str) -> None:
    assert first_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "   ",
        "-",
        "12345",
        "J. Lee",
        "ann.lee@example.com",
        "ann.lee",
        "www.example.com",
        "Visit example.com",
        "https://example.com",
        "Call 2125550100",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "test",
        "N/A",
        "null",
        "Acme Roofing LLC",
        "Ann, Bob & Carl",
        "\U0001f600",
        "\u202e",
        "x" * 40,
    ],
)
def test_a_name_that_tells_nobodys_first_name_is_not_used(name: str | None) -> None:
    assert first_name(name) is None


@given(st.text(max_size=300))
def test_whatever_is_typed_a_name_is_one_short_line(text: str) -> None:
    for made in (first_name(text), full_name(text), service_in_words(text)):
        if made is not None:
            assert made.strip() == made != ""
            assert len(made) <= 60
            assert made.isprintable()
            assert "  " not in made


@given(st.text(max_size=300))
def test_no_greeting_holds_anything_but_a_name(text: str) -> None:
    name = first_name(text) or ""
    assert not set(name) & set('<>{}[]@/\\:%&"=#$0123456789')


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("Kitchen remodel", "kitchen remodel"),
        ("kitchen_remodel", "kitchen remodel"),
        ("HVAC repair", "HVAC repair"),
        ("HVAC", "HVAC"),
        ("BATHROOM REMODEL", "bathroom remodel"),
        ("Kitchen Remodel", "Kitchen Remodel"),
        ("Roof & gutters", "roof & gutters"),
        ("24/7 plumbing", "24/7 plumbing"),
        ("other", None),
        ("Not sure", None),
        ("???", None),
        ("I need a new roof, please call", None),
        ("Win a prize at evil.example/win", None),
        ("https://evil.example", None),
        ("roof evil.example, now", None),
        ("roof (evil.example)", None),
        ("evil\N{FULLWIDTH FULL STOP}example", None),
        ("evil.\U0001f600example roof", None),
        ("A/C repair no.2", "A/C repair no.2"),
        ("<b>roof</b>", None),
        ("roof " * 20, None),
    ],
)
def test_a_service_is_repeated_only_if_it_is_one(service: str, expected: str | None) -> None:
    assert service_in_words(service) == expected


def test_the_facts_of_a_full_record() -> None:
    profile = Profile(
        name="DR. MAYA THOMPSON",
        email="maya@example.com",
        phone="+19175550142",
        service="Kitchen remodel",
        message="Two cabinets\r\ndon't close",
        problem="It leaks",
        goal="Dry feet",
    )
    settings = sample_settings()
    call_at = datetime(2026, 11, 24, 13, tzinfo=UTC)
    facts = message_facts(lead_with(profile), settings, settings.team.reps[0], call_at, NEW_YORK)
    assert facts.first_name == "Maya"
    assert facts.name == "DR. MAYA THOMPSON"
    assert facts.request == "kitchen remodel request"
    assert facts.asked_on == "Monday, November 23"
    assert facts.message == "Two cabinets don't close"
    assert facts.phone == "917-555-0142"
    assert (facts.unanswered_calls, facts.voicemails) == (0, 0)
    assert (facts.rep_name, facts.rep_phone) == ("Ana Ruiz", "212-555-0111")
    assert facts.sender == "Ana Ruiz at Fernhill Home Improvement"
    assert facts.business_phone == "212-555-0100"
    assert facts.hours == "Monday to Friday, 9 AM to 6 PM"
    assert facts.call_at == "Tuesday, November 24, at 8:00 AM Eastern time"


def test_an_empty_record_falls_back_to_the_business() -> None:
    facts = message_facts(lead_with(Profile(email="a@example.com")), sample_settings(), None, None, NEW_YORK)
    assert (facts.first_name, facts.name, facts.service, facts.phone, facts.call_at) == (None,) * 5
    assert facts.request == "request"
    assert (facts.rep_name, facts.rep_phone) == (None, "212-555-0100")
    assert facts.sender == "Fernhill Home Improvement"


def test_a_service_that_is_called_a_request_is_not_called_one_twice() -> None:
    profile = Profile(email="a@example.com", service="Estimate request")
    assert message_facts(lead_with(profile), sample_settings(), None, None, NEW_YORK).request == "estimate request"


def test_dates_are_the_leads_own_and_hours_say_whose_they_are() -> None:
    just_after_midnight_in_new_york = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)
    lead = lead_with(Profile(email="a@example.com"), arrived_at=just_after_midnight_in_new_york)
    facts = message_facts(lead, sample_settings(), None, None, LOS_ANGELES)
    assert facts.asked_on == "Monday, November 23"
    assert facts.hours == "Monday to Friday, 9 AM to 6 PM (Eastern time)"


def test_the_last_conversation_is_said_with_its_date_and_what_it_left_open() -> None:
    lead = lead_with(Profile(email="a@example.com")).model_copy(
        update={
            "spoken_at": datetime(2026, 11, 24, 5, 30, tzinfo=UTC),
            "next_step": " Whether the sink\n goes under the window. ",
            "note": "Careful:\r\nhates calls.",
        }
    )
    facts = message_facts(lead, sample_settings(), None, None, LOS_ANGELES)
    assert facts.last_talk_on == "Monday, November 23"
    assert facts.next_step == "Whether the sink goes under the window"
    assert facts.last_note == "Careful: hates calls."


def test_an_appointment_is_said_with_date_and_time_where_they_are() -> None:
    appointment = datetime(2026, 11, 27, 20, tzinfo=UTC)
    lead = lead_with(Profile(email="a@example.com")).model_copy(update={"appointment_at": appointment})
    facts = message_facts(lead, sample_settings(), None, None, NEW_YORK)
    assert (facts.appointment_on, facts.appointment_time) == ("Friday, November 27", "3:00 PM")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("It leaks.", "It leaks"),
        ("Why does it leak?", "Why does it leak?"),
        (" two\r\nlines\t\u200b\u202e ", "two lines"),
        ("rot, damp;", "rot, damp"),
        ("it costs 1.500 a year", "it costs 1.500 a year"),
        ("<b>{{ 7*7 }}</b>", "<b>{{ 7*7 }}</b>"),
        ("...", None),
        ("Win at evil.example, now", None),
        ("www.evil.example", None),
        ("see https://evil.example/win", None),
        ("write to me@evil.example", None),
        ("evil\N{FULLWIDTH FULL STOP}example", None),
        ("evil.\U0001f600example", None),
        ("evil.\u200bexample", None),
    ],
)
def test_what_they_said_is_said_back_within_a_sentence_unless_it_has_an_address_in_it(
    typed: str, said: str | None
) -> None:
    assert in_their_words(typed, 80) == said


@given(st.text(max_size=300))
def test_whatever_is_typed_as_their_own_words_is_one_short_line_without_an_address(text: str) -> None:
    said = in_their_words(text, 80)
    for words in (said, within_a_sentence(text, 80)):
        assert words is None or (0 < len(words) <= 80 and words.strip() == words and words.isprintable())
    assert said is None or "://" not in to_gsm7(said)


@pytest.mark.parametrize("name", ["name", "service", "problem", "goal", "message", "next_step", "note"])
@given(text=st.one_of(st.none(), st.text(max_size=40), st.sampled_from((" ", ".", "a.example", "\u200b"))))
def test_what_counts_as_on_record_is_what_a_message_can_say(name: str, text: str | None) -> None:
    own = name in ("next_step", "note")
    profile = Profile.model_validate({"email": "a@example.com"} | ({} if own else {name: text}))
    lead = lead_with(profile).model_copy(update={name: text} if own else {})
    facts = message_facts(lead, sample_settings(), None, None, NEW_YORK)
    assert {each: getattr(facts, each) is not None for each in RECORDED} == {
        each: on_record(each, lead) for each in RECORDED
    }


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Chicago", "Central time"),
        ("America/Phoenix", "Arizona time"),
        ("America/Anchorage", "Alaska time"),
        ("Pacific/Honolulu", "Hawaii time"),
        ("America/Halifax", "Atlantic time"),
        ("Europe/London", "London time"),
        ("America/Sao_Paulo", "Sao Paulo time"),
        ("Asia/Shanghai", "Shanghai time"),
        ("UTC", "UTC"),
    ],
)
@pytest.mark.parametrize("month", [1, 7])
def test_zones_have_the_names_that_people_use(zone: str, words: str, month: int) -> None:
    assert zone_in_words(ZoneInfo(zone), datetime(2026, month, 1, tzinfo=UTC)) == words


def test_a_moment_is_said_with_the_offset_of_that_day() -> None:
    assert moment_in_words(datetime(2026, 3, 9, 12, tzinfo=UTC), NEW_YORK) == (
        "Monday, March 9, at 8:00 AM Eastern time"
    )
    assert moment_in_words(datetime(2026, 3, 6, 17, 5, tzinfo=UTC), NEW_YORK) == (
        "Friday, March 6, at 12:05 PM Eastern time"
    )


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"mon-fri": "09:00-18:00"}, "Monday to Friday, 9 AM to 6 PM"),
        (
            {"sat": "10:00-14:30", "mon-fri": "09:00-18:00"},
            "Monday to Friday, 9 AM to 6 PM; Saturday, 10 AM to 2:30 PM",
        ),
        ({"mon-thu": "09:00-18:00", "fri": "09:00-18:00"}, "Monday to Friday, 9 AM to 6 PM"),
        ({"sat-sun": "00:00-24:00"}, "Saturday and Sunday, all day"),
        ({"wed": "12:00-24:00"}, "Wednesday, noon to midnight"),
        ({"wed": "00:30-12:00"}, "Wednesday, 12:30 AM to noon"),
        ({}, None),
    ],
)
def test_hours_are_said_in_words(hours: dict[str, str], words: str | None) -> None:
    assert hours_in_words(WeeklyHours(hours)) == words


def test_phone_numbers_are_written_for_people_and_dialled_by_phones() -> None:
    for e164, written in (("+12125550100", "212-555-0100"), ("+442079460100", "+44 20 7946 0100")):
        assert readable_phone(e164) == written
        assert dialled(written) == e164


def test_long_words_are_cut_at_a_word_where_there_is_one() -> None:
    assert shortened("kitchen and bathroom remodel", 20) == "kitchen and..."
    assert shortened("x" * 30, 20) == "x" * 17 + "..."
    assert plain_line("a\x00b\tc\u2028d \u200be", 20) == "a b c d e"
    assert plain_line(" \n ", 20) is None
