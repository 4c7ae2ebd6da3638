"""What a form says becomes a profile, or everything that is wrong with it, in words for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.business import Business
from followthrough.domain.intake import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_OTHER,
    LONGEST_OTHER_NAME,
    MOST_OTHER,
    TRAP_FIELD,
    RefusedFields,
    fills_the_trap,
    read_profile,
)
from followthrough.domain.leads import Profile
from tests.unit.fakes import business_changed, sample_settings

ANN = {"email": "ann@example.com"}


def read(**fields: str) -> Profile:
    return read_profile(ANN | fields, sample_settings().business)


def findings(**fields: str) -> dict[str, str]:
    with pytest.raises(RefusedFields) as refused:
        read(**fields)
    return refused.value.fields


def british() -> Business:
    return business_changed(region="GB", zone="Europe/London").business


# -- who it is


def test_every_known_field_is_read() -> None:
    profile = read(
        name="Ann Lee",
        phone="(212) 555-0100",
        message="A new roof, please.",
        service="Roof repair",
        postal_code="10003",
        zone="America/New_York",
        audience="company",
        value="high",
        preferred_channel="text",
        consent_to_text="on",
        problem="It leaks",
        goal="A dry attic",
    )
    assert profile == Profile(
        name="Ann Lee",
        email="ann@example.com",
        phone="+12125550100",
        message="A new roof, please.",
        service="Roof repair",
        postal_code="10003",
        zone="America/New_York",
        audience="company",
        value="high",
        preferred_channel="text",
        consent_to_text=True,
        problem="It leaks",
        goal="A dry attic",
    )


def test_what_is_not_given_stays_unset_so_that_asking_again_keeps_it() -> None:
    assert read(name=" ", phone="", audience="").model_fields_set == {"email"}


def test_an_email_or_a_phone_number_is_needed() -> None:
    with pytest.raises(RefusedFields) as refused:
        read_profile({"name": "Ann", "email": "  "}, sample_settings().business)
    assert refused.value.fields == {"email": "is missing: give an e-mail address or a phone number"}


def test_a_phone_number_alone_is_enough() -> None:
    profile = read_profile({"phone": "212-555-0100"}, sample_settings().business)
    assert (profile.email, profile.phone) == (None, "+12125550100")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = findings(email="ann@", phone="12", audience="people")
    assert found.keys() == {"email", "phone", "audience"}


def test_a_refusal_repeats_nothing_of_what_was_given() -> None:
    with pytest.raises(RefusedFields) as refused:
        read(**{"email": "secret@@x", "phone": "0815-secret", "secret" * 30: "x"})
    assert "secret" not in str(refused.value)


# -- names of fields


@pytest.mark.parametrize("name", ["postal_code", "Postal Code", "postal-code", " POSTAL_CODE "])
def test_known_fields_are_found_by_any_way_of_writing_their_names(name: str) -> None:
    assert read(**{name: "10003"}).postal_code == "10003"


def test_the_same_field_in_two_ways_of_writing_is_refused_when_they_differ() -> None:
    assert findings(Service="Roof", service="Gutters")["service"].startswith("is given twice")
    assert read(Service="Roof", service="Roof").service == "Roof"


def test_unknown_fields_are_kept_under_the_names_they_came_with() -> None:
    assert read(**{"UTM-Source": "ad", "Budget": "12000", "empty": " "}).other == {
        "UTM-Source": "ad",
        "Budget": "12000",
    }


def test_too_many_unknown_fields_are_refused_and_none_is_cut() -> None:
    fits = {f"f{n}": "x" for n in range(MOST_OTHER)}
    assert read(**fits).other == fits
    assert "at most 60 fields" in findings(**fits, one_more="x")["body"]


def test_an_unknown_field_that_is_too_long_is_named() -> None:
    assert findings(story="x" * (LONGEST_OTHER + 1)) == {"story": "is too long: at most 2000 characters"}
    assert "too long a name" in findings(**{"n" * (LONGEST_OTHER_NAME + 1): "x"})["n" * 40]
    assert "16000 characters in all" in findings(**{f"f{n}": "x" * 1999 for n in range(9)})["body"]


def test_a_filled_trap_gives_a_program_away() -> None:
    assert fills_the_trap(ANN | {TRAP_FIELD: "https://spam.example"})
    assert fills_the_trap(ANN | {"Confirm-Website": "x"})
    assert not fills_the_trap(ANN | {TRAP_FIELD: " "})
    assert read(**{TRAP_FIELD: ""}).other == {}


# -- text


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("  Ann\t Lee \r\n", "Ann Lee"),
        ("Ann\r\nBcc: everybody@example.com", "Ann Bcc: everybody@example.com"),
        ("A\x00n\x1bn\u202e", "Ann"),
        ("Ann\x0bLee", "Ann Lee"),
        ("Rene\u0301e", "Ren\u00e9e"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("李 小龍", "李 小龍"),
    ],
)
def test_a_name_is_one_clean_line(given_name: str, kept: str) -> None:
    assert read(name=given_name).name == kept


def test_a_message_keeps_its_lines() -> None:
    assert read(message="one\r\n\r\ntwo\x07\rthree ").message == "one\n\ntwo\nthree"


def test_text_that_is_too_long_is_refused_and_not_cut() -> None:
    assert read(message="x" * LONGEST_MESSAGE).message == "x" * LONGEST_MESSAGE
    assert findings(message="x" * (LONGEST_MESSAGE + 1)) == {"message": "is too long: at most 10000 characters"}
    assert findings(name="x" * (LONGEST_NAME + 1)) == {"name": "is too long: at most 100 characters"}


# -- addresses


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ann.Lee@EXAMPLE.com ", "Ann.Lee@example.com"),
        ("ann+quote@example.com", "ann+quote@example.com"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("ann@example.com\u200b", "ann@example.com"),
    ],
)
def test_an_email_address_is_normalised(written: str, kept: str) -> None:
    assert read(email=written).email == kept


@pytest.mark.parametrize(
    "written",
    [
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "ann@localhost",
        "ann@[127.0.0.1]",
        '"a b"@example.com',
        "Ann <ann@example.com>",
        "ann@example.com, bob@example.com",
        "ann@example.com\nBcc: bob@example.com",
        "jos\u00e9@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 300 + ".com",
        "ann@exa mple.com",
        "ann@-example.com",
    ],
)
def test_what_is_no_email_address_is_refused_with_what_would_be_right(written: str) -> None:
    assert findings(email=written)["email"].endswith("write it as ann@example.com")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("212 555 0100", "+12125550100"),
        ("1-212-555-0100", "+12125550100"),
        ("tel:+1-212-555-0100", "+12125550100"),
        ("+44 20 7946 0018", "+442079460018"),
        ("1-800-FLOWERS", "+18003569377"),
        ("\u0662\u0661\u0662\u0665\u0665\u0665\u0660\u0661\u0660\u0660", "+12125550100"),
    ],
)
def test_a_phone_number_is_kept_in_e164(written: str, kept: str) -> None:
    assert read(phone=written).phone == kept


def test_a_number_without_a_country_is_read_in_the_business_s_own() -> None:
    assert read_profile({"phone": "020 7946 0018"}, british()).phone == "+442079460018"


@pytest.mark.parametrize(
    "written", ["555-0100", "911", "call me", "0" * 300, "212 555 0100 / 212 555 0101", "+999 1", "[1]", "+1"]
)
def test_an_incomplete_phone_number_is_refused_with_what_would_be_right(written: str) -> None:
    assert "area code" in findings(phone=written)["phone"]


def test_an_extension_is_kept_for_the_rep() -> None:
    profile = read(phone="(212) 555-0100 ext. 12")
    assert (profile.phone, profile.other) == ("+12125550100", {"phone_extension": "12"})


# -- choices


@pytest.mark.parametrize(
    ("field", "allowed"),
    [
        ("value", "has to be normal or high"),
        ("audience", "has to be consumer, company or enterprise"),
        ("preferred_channel", "has to be call, email or text"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_with_those_that_do(field: str, allowed: str) -> None:
    assert findings(**{field: "other"}) == {field: allowed}


@pytest.mark.parametrize(
    ("written", "channel"),
    [("Phone", "call"), ("SMS", "text"), ("E-Mail", "email"), ("call", "call"), ("text", "text")],
)
def test_channels_have_natural_other_names(written: str, channel: str) -> None:
    assert read(preferred_channel=written).preferred_channel == channel


@pytest.mark.parametrize("written", ["on", "Yes", "TRUE", "1"])
def test_consent_is_a_plain_yes(written: str) -> None:
    assert read(consent_to_text=written).consent_to_text


@pytest.mark.parametrize("written", ["off", "no", "false", "0", ""])
def test_no_consent_is_a_plain_no_or_nothing(written: str) -> None:
    assert not read(consent_to_text=written).consent_to_text


@pytest.mark.parametrize("written", ["maybe", "0, 1", "yes please"])
def test_unclear_consent_is_refused(written: str) -> None:
    assert "has to be yes or no" in findings(consent_to_text=written)["consent_to_text"]


@pytest.mark.parametrize("written", ["America/New_York", "US/Eastern", "Asia/Calcutta"])
def test_iana_zones_are_kept(written: str) -> None:
    assert read(zone=written).zone == written


@pytest.mark.parametrize("written", ["EST5", "New York", "+05:00", "../../etc/passwd"])
def test_other_zones_are_refused_with_what_would_be_right(written: str) -> None:
    assert "America/New_York" in findings(zone=written)["zone"]


def test_a_browser_that_does_not_know_its_zone_says_nothing() -> None:
    assert read(zone="Etc/Unknown").zone is None


def test_a_high_value_service_makes_a_high_value_lead_unless_the_form_says_otherwise() -> None:
    assert read(service="home addition").value == "high"
    assert read(service="home addition", value="normal").value == "normal"
    assert read(service="Roof repair").value == "normal"


# -- anything at all

_WORDS = st.text(max_size=40) | st.sampled_from(["yes", "high", "call", "+12125550100", "a@example.com", "US/Eastern"])
_NAMES = st.sampled_from([*Profile.model_fields, TRAP_FIELD, "E-Mail", "utm"]) | st.text(max_size=20)


@given(fields=st.dictionaries(_NAMES, _WORDS, max_size=12))
def test_any_fields_give_a_reachable_lead_or_the_fields_at_fault(fields: dict[str, str]) -> None:
    try:
        profile = read_profile(fields, sample_settings().business)
    except RefusedFields as refused:
        found = refused.fields
    else:
        found = {}
        assert profile.email or profile.phone
        assert Profile.model_validate_json(profile.model_dump_json()) == profile
        assert not any(char in (profile.name or "") for char in "\r\n\0\x1b")
    assert all(found.values())
