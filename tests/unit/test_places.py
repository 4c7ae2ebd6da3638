"""Where a lead may be: real codes, real borders, and no silent guess."""

import json
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.places import Place, UnknownZone, canonical_zone, country_of, find_place, is_zone

DATA = files("followthrough.domain").joinpath("data")
TABLES = (
    "us_zip_prefixes.json",
    "ca_postal_prefixes.json",
    "gb_postcode_areas.json",
    "nanp_area_codes.json",
    "calling_codes.json",
)


def place(
    zone: str | None = None,
    postal_code: str | None = None,
    phone: str | None = None,
    home_country: str = "US",
) -> Place:
    """For a business in New York unless said otherwise."""
    return find_place(
        zone=zone,
        postal_code=postal_code,
        phone=phone,
        home_zone="America/New_York",
        home_country=home_country,
    )


def rows(table: str) -> list[tuple[list[str], list[str], list[str]]]:
    content = json.loads(DATA.joinpath(table).read_text("utf-8"))
    split = ((*key.split("|"), prefixes) for key, prefixes in content.items())
    return [(zones.split(), regions.split(), prefixes.split()) for zones, regions, prefixes in split]


# --- which source counts


def test_the_zone_on_the_form_wins_over_address_and_number() -> None:
    found = place(zone="America/Denver", postal_code="10001", phone="+12125550100")
    assert (found.zones, found.found_by) == (("America/Denver",), "form")


def test_the_address_wins_over_the_number() -> None:
    found = place(postal_code="10001", phone="+14155550100")
    assert (found.zones, found.found_by) == (("America/New_York",), "postal_code")


def test_the_number_counts_when_nothing_else_is_known() -> None:
    found = place(phone="+14155550100")
    assert (found.zones, found.regions, found.found_by) == (("America/Los_Angeles",), ("US-CA",), "phone")


def test_knowing_nothing_the_business_s_own_place_counts() -> None:
    found = place()
    assert (found.zones, found.regions, found.found_by) == (("America/New_York",), ("US",), "business")


@pytest.mark.parametrize("phone", ["+18005550100", "+18885550100", "+18335550100", "+19005550100", "+15005550006"])
def test_a_number_that_belongs_to_no_place_says_nothing(phone: str) -> None:
    assert place(phone=phone).found_by == "business"


def test_an_area_code_newer_than_the_data_may_be_anywhere_in_the_us_and_canada() -> None:
    found = place(phone="+12115550100")
    assert found.found_by == "phone"
    assert found.regions == ("CA", "US")
    assert {"America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "America/St_Johns"} <= {*found.zones}


def test_a_postal_code_in_use_nowhere_says_nothing() -> None:
    assert place(postal_code="00000", phone="+13125550100").found_by == "phone"
    assert place(postal_code="ask me", phone="+13125550100").found_by == "phone"


def test_a_soldier_s_postal_code_says_nothing() -> None:
    assert place(postal_code="09012").found_by == "business"


# --- every candidate is kept


@pytest.mark.parametrize(
    ("phone", "zones", "region"),
    [
        ("+18505550100", {"America/Chicago", "America/New_York"}, "US-FL"),  # Pensacola, Tallahassee
        ("+14485550100", {"America/Chicago", "America/New_York"}, "US-FL"),  # its overlay
        ("+12705550100", {"America/Chicago", "America/New_York"}, "US-KY"),  # Bowling Green, Elizabethtown
        (
            "+18125550100",
            {"America/Chicago", "America/Indiana/Indianapolis"},
            "US-IN",
        ),  # Evansville, Bloomington
        ("+12195550100", {"America/Chicago", "America/Indiana/Indianapolis"}, "US-IN"),  # Gary, Monon
        ("+14235550100", {"America/Chicago", "America/New_York"}, "US-TN"),  # Jasper, Chattanooga
        ("+16055550100", {"America/Chicago", "America/Denver"}, "US-SD"),  # Sioux Falls, Rapid City
        ("+12085550100", {"America/Boise", "America/Los_Angeles"}, "US-ID"),  # Boise, Coeur d'Alene
        ("+15415550100", {"America/Boise", "America/Los_Angeles"}, "US-OR"),  # Ontario, Bend
        ("+19285550100", {"America/Phoenix", "America/Denver"}, "US-AZ"),  # Flagstaff, Navajo Nation
        ("+19065550100", {"America/Detroit", "America/Menominee"}, "US-MI"),  # Marquette, Iron Mountain
        ("+18075550100", {"America/Toronto", "America/Winnipeg", "America/Atikokan"}, "CA-ON"),
    ],
)
def test_an_area_code_across_a_zone_border_gives_both_zones(phone: str, zones: set[str], region: str) -> None:
    found = place(phone=phone)
    assert {*found.zones} == zones
    assert found.regions == (region,)


@pytest.mark.parametrize(
    ("phone", "zone", "region"),
    [
        ("+19415550100", "America/New_York", "US-FL"),
        ("+16895550100", "America/New_York", "US-FL"),
        ("+19155550100", "America/Denver", "US-TX"),
        ("+12145550100", "America/Chicago", "US-TX"),
        ("+18655550100", "America/New_York", "US-TN"),
        ("+16025550100", "America/Phoenix", "US-AZ"),
        ("+18085550100", "Pacific/Honolulu", "US-HI"),
        ("+12025550100", "America/New_York", "US-DC"),
        ("+14015550100", "America/New_York", "US-RI"),
        ("+17875550100", "America/Puerto_Rico", "US-PR"),
        ("+14165550100", "America/Toronto", "CA-ON"),
        ("+19055550100", "America/Toronto", "CA-ON"),
        ("+16045550100", "America/Vancouver", "CA-BC"),
        ("+18765550100", "America/Jamaica", "JM"),
        ("+442079460000", "Europe/London", "GB"),
        ("+61291570006", "Australia/Sydney", "AU"),
        ("+4930123456", "Europe/Berlin", "DE"),
        ("+77012345678", "Asia/Almaty", "KZ"),
    ],
)
def test_a_number_from_one_zone_gives_that_zone(phone: str, zone: str, region: str) -> None:
    found = place(phone=phone)
    assert (found.zones, found.regions, found.found_by) == ((zone,), (region,), "phone")


def test_a_mobile_number_of_a_wide_country_keeps_all_its_zones() -> None:
    found = place(phone="+61491570006")
    assert found.zones[0] == "Australia/Sydney"
    assert {"Australia/Perth", "Australia/Brisbane", "Australia/Darwin"} <= {*found.zones}


@pytest.mark.parametrize(
    ("code", "zones", "regions"),
    [
        ("10001", {"America/New_York"}, {"US-NY"}),
        ("10001-1234", {"America/New_York"}, {"US-NY"}),
        ("100011234", {"America/New_York"}, {"US-NY"}),
        ("79901", {"America/Denver"}, {"US-TX"}),  # El Paso keeps Mountain time
        ("79830", {"America/Chicago", "America/Denver"}, {"US-TX"}),
        ("37402", {"America/New_York"}, {"US-TN"}),  # Chattanooga
        ("37347", {"America/New_York", "America/Chicago"}, {"US-TN"}),  # Jasper
        ("42701", {"America/New_York", "America/Chicago"}, {"US-KY"}),  # Elizabethtown
        ("47546", {"America/Indiana/Vincennes", "America/Chicago"}, {"US-IN"}),  # Jasper
        ("47708", {"America/Chicago"}, {"US-IN"}),  # Evansville
        (
            "36867",
            {"America/Chicago", "America/New_York"},
            {"US-AL"},
        ),  # Phenix City lives by Georgia's clocks
        ("32401", {"America/Chicago", "America/New_York"}, {"US-FL"}),
        ("86515", {"America/Denver", "America/Phoenix"}, {"US-AZ"}),  # Window Rock, Navajo Nation
        ("85001", {"America/Phoenix"}, {"US-AZ"}),
        ("06390", {"America/New_York"}, {"US-CT", "US-NY"}),  # Fishers Island
        ("00901", {"America/Puerto_Rico"}, {"US-PR"}),
        ("M5V 3L9", {"America/Toronto"}, {"CA-ON"}),
        ("m5v3l9", {"America/Toronto"}, {"CA-ON"}),
        ("V6B 1A1", {"America/Vancouver"}, {"CA-BC"}),
        ("V1C 1A1", {"America/Edmonton"}, {"CA-BC"}),  # Cranbrook
        ("P9N 1A1", {"America/Winnipeg", "America/Toronto", "America/Atikokan"}, {"CA-ON"}),  # Kenora
        ("A2V 1A1", {"America/Goose_Bay"}, {"CA-NL"}),  # Labrador City
        ("SW1A 1AA", {"Europe/London"}, {"GB"}),
        ("EC1A1BB", {"Europe/London"}, {"GB"}),
        ("EH1 1YZ", {"Europe/London"}, {"GB-SCT"}),
        ("G2 1DU", {"Europe/London"}, {"GB-SCT"}),
        ("GL1 1AA", {"Europe/London"}, {"GB"}),  # Gloucester is not Glasgow
        ("BT1 5GS", {"Europe/London"}, {"GB-NIR"}),
    ],
)
def test_a_postal_code_gives_its_zones_and_regions(code: str, zones: set[str], regions: set[str]) -> None:
    found = place(postal_code=code)
    assert ({*found.zones}, {*found.regions}, found.found_by) == (zones, regions, "postal_code")


def test_five_digits_beside_a_foreign_number_may_be_either_country_s() -> None:
    found = place(postal_code="10115", phone="+4930123456")
    assert found.zones == ("America/New_York", "Europe/Berlin")
    assert found.regions == ("DE", "US-NY")


def test_five_digits_mean_nothing_to_a_business_elsewhere() -> None:
    assert place(postal_code="10115", home_country="DE").found_by == "business"


# --- regions come from every source


def test_a_florida_number_counts_as_florida_wherever_the_clock_is() -> None:
    assert place(zone="America/Los_Angeles", phone="+19415550100").regions == ("US-FL",)
    assert place(postal_code="10001", phone="+19415550100").regions == ("US-FL", "US-NY")


def test_a_zone_points_to_a_state_only_when_it_lies_in_one() -> None:
    assert place(zone="America/New_York").regions == ("US",)
    assert place(zone="America/Phoenix").regions == ("US-AZ",)
    assert place(zone="Pacific/Honolulu").regions == ("US-HI",)
    assert place(zone="America/Phoenix", phone="+12125550100").regions == ("US-AZ", "US-NY")


def test_the_country_of_the_zone_is_added_to_a_foreign_number_s() -> None:
    assert place(zone="America/New_York", phone="+442079460000").regions == ("GB", "US")
    assert place(zone="Europe/London", phone="+442079460000").regions == ("GB",)


def test_a_zone_that_is_no_place_leaves_the_country_open() -> None:
    assert place(zone="UTC").regions == ()
    assert place(zone="UTC", phone="+12125550100").regions == ("US-NY",)


# --- zones' names


@pytest.mark.parametrize(
    ("old", "present"),
    [
        ("US/Eastern", "America/New_York"),
        ("America/Indianapolis", "America/Indiana/Indianapolis"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("America/Coral_Harbour", "America/Atikokan"),
        ("UTC", "Etc/UTC"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
    ],
)
def test_old_names_become_present_ones(old: str, present: str) -> None:
    assert canonical_zone(old) == present
    assert place(zone=old).zones == (present,)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "america/new_york", "../etc/passwd", "America", "Factory", "EDT"])
def test_what_is_no_zone_is_refused_without_repeating_it(name: str) -> None:
    assert not is_zone(name)
    with pytest.raises(UnknownZone, match=r"^not an IANA time zone, such as America/New_York$"):
        place(zone=name)


def test_every_zone_that_tzdata_has_is_known() -> None:
    names = files("tzdata").joinpath("zones").read_text("utf-8").split()
    assert [name for name in names if not is_zone(name)] == ["Factory"]


def test_every_zone_in_the_data_is_in_tzdata_by_its_present_name() -> None:
    zones = {zone for table in TABLES for zones, _, _ in rows(table) for zone in zones}
    assert all(canonical_zone(zone) == zone for zone in zones)
    assert all(ZoneInfo(zone) for zone in zones)


def test_no_prefix_is_listed_twice() -> None:
    for table in TABLES:
        prefixes = [prefix for _, _, prefixes in rows(table) for prefix in prefixes]
        assert len(prefixes) == len(set(prefixes))


def test_every_state_has_postal_codes_and_area_codes() -> None:
    by_code = {region for _, regions, _ in rows("us_zip_prefixes.json") for region in regions}
    by_number = {region for _, regions, _ in rows("nanp_area_codes.json") for region in regions}
    states = {region for region in by_code if region.startswith("US-")}
    assert len(states) == 56
    assert states <= by_number
    assert len({region for region in by_number if region.startswith("CA-")}) == 13


# --- whatever is posted


ZONES = st.none() | st.sampled_from(["America/New_York", "US/Arizona", "UTC", "Asia/Calcutta"])
CODES = st.none() | st.from_regex(r"\d{5}(-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|.{0,8}", fullmatch=True)
PHONES = st.none() | st.from_regex(r"\+(1[2-9]\d{9}|[2-9]\d{6,13})", fullmatch=True)


@given(zone=ZONES, code=CODES, phone=PHONES, home=st.sampled_from(["US", "CA", "GB", "DE"]))
def test_anything_at_all_gives_a_place_with_real_zones_and_known_evidence(
    zone: str | None, code: str | None, phone: str | None, home: str
) -> None:
    found = place(zone, code, phone, home)
    assert all(is_zone(name) and canonical_zone(name) == name for name in found.zones)
    assert len(set(found.zones)) == len(found.zones) > 0
    assert list(found.regions) == sorted(set(found.regions))
    for region in found.regions:
        assert country_of(region) == region or country_of(region) not in found.regions
    assert {"form": zone, "postal_code": code, "phone": phone, "business": home}[found.found_by] is not None


@given(code=CODES, phone=PHONES)
def test_more_evidence_narrows_a_country_to_its_parts_but_takes_no_region_away(
    code: str | None, phone: str | None
) -> None:
    both, by_code, by_phone = place(None, code, phone), place(None, code), place(None, None, phone)
    for known in (by_code, by_phone):
        if known.found_by != "business":
            assert all(any(kept.startswith(region) for kept in both.regions) for region in known.regions)
