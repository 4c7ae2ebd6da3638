"""The hours and limits of the law, by place."""

from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from followthrough.domain.contact_rules import CallLimit, ContactRules
from followthrough.domain.own_contact_rules import shipped_rules
from followthrough.domain.places import find_place

RULES = shipped_rules()
MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
EVERYWHERE = {"place": "*", "days": "mon-sun", "open": ["09:00-20:00"], "source": "caution"}


def hours(regions: tuple[str, ...], weekday: int) -> list[str]:
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in RULES.allowed_hours(regions, weekday)]


def rules(*rows: dict[str, Any], **top: Any) -> ContactRules:
    return ContactRules.model_validate({"rules": [EVERYWHERE, *rows], **top})


@pytest.mark.parametrize(
    ("region", "weekday", "expected"),
    [
        ("US", SUNDAY, ["08:00-20:30"]),
        ("US-NY", MONDAY, ["08:00-20:30"]),
        ("US-FL", MONDAY, ["08:00-20:00"]),
        ("US-TX", SATURDAY, ["09:00-20:30"]),
        ("US-TX", SUNDAY, ["12:00-20:30"]),
        ("US-RI", FRIDAY, ["09:00-18:00"]),
        ("US-RI", SATURDAY, ["10:00-17:00"]),
        ("US-RI", SUNDAY, []),
        ("US-KY", MONDAY, ["10:00-20:30"]),
        ("US-UT", SUNDAY, []),
        ("US-PR", MONDAY, ["08:00-20:30"]),
        ("CA-ON", MONDAY, ["09:00-20:30"]),
        ("CA-ON", SUNDAY, ["10:00-18:00"]),
        ("GB-SCT", MONDAY, ["08:00-20:30"]),
        ("AU", SATURDAY, ["09:00-17:00"]),
        ("FR", MONDAY, ["10:00-13:00", "14:00-20:00"]),
        ("FR", SATURDAY, []),
        ("JP", SUNDAY, ["09:00-20:00"]),
    ],
)
def test_each_place_has_its_hours(region: str, weekday: int, expected: list[str]) -> None:
    assert hours((region,), weekday) == expected


def test_hours_are_those_that_all_the_regions_allow() -> None:
    assert hours(("US-FL", "US-TX"), SUNDAY) == ["12:00-20:00"]
    assert hours(("FR", "US-RI"), MONDAY) == ["10:00-13:00", "14:00-18:00"]
    assert hours(("US-NY", "US-RI"), SUNDAY) == []


def test_knowing_no_region_the_worldwide_caution_counts() -> None:
    assert hours((), MONDAY) == ["09:00-20:00"]
    assert hours(("JP", "US-NY"), MONDAY) == ["09:00-20:00"]


def test_a_lead_of_whom_only_an_eastern_zone_is_known_has_the_federal_hours() -> None:
    place = find_place(
        zone="America/New_York", postal_code=None, phone=None, home_zone="America/New_York", home_country="US"
    )
    assert hours(place.regions, MONDAY) == ["08:00-20:30"]
    assert RULES.call_limit(place.regions) is None


def test_a_lead_in_oregon_with_a_florida_number_has_the_hours_and_limits_of_both() -> None:
    place = find_place(
        zone="America/Los_Angeles",
        postal_code="97201",
        phone="+19415550100",
        home_zone="America/New_York",
        home_country="US",
    )
    assert hours(place.regions, MONDAY) == ["08:00-20:00"]
    assert RULES.call_limit(place.regions) == CallLimit(count=3, hours=24)


def test_only_some_states_limit_the_number_of_calls() -> None:
    assert RULES.call_limit(("US-FL",)) == CallLimit(count=3, hours=24)
    assert RULES.call_limit(("US-FL", "US-NY")) == CallLimit(count=3, hours=24)
    assert RULES.call_limit(("US-NY",)) is None
    assert RULES.call_limit(()) is None


def test_two_limits_become_one_that_satisfies_both() -> None:
    table = rules(
        {**EVERYWHERE, "place": "IT", "call_limit": {"count": 2, "hours": 12}},
        {**EVERYWHERE, "place": "PT", "call_limit": {"count": 5, "hours": 48}},
    )
    assert table.call_limit(("IT", "PT")) == CallLimit(count=2, hours=48)


def test_nobody_is_called_after_the_latest_call_whatever_the_law_allows() -> None:
    table = rules(latest_call="18:15")
    assert table.allowed_hours((), MONDAY) == ((time(9), time(18, 15)),)
    assert rules(latest_call="09:00").allowed_hours((), MONDAY) == ()


def test_the_latest_call_is_half_past_eight_unless_the_file_says_otherwise() -> None:
    assert rules().latest_call == RULES.latest_call == time(20, 30)


def test_every_row_says_where_it_comes_from() -> None:
    assert all(rule.source for rule in RULES.rules)


REGIONS = st.lists(
    st.sampled_from([*{rule.place for rule in RULES.rules if rule.place != "*"}, "US-NY", "JP", "CA-ON"]),
    max_size=4,
)


@given(regions=REGIONS, more=REGIONS, weekday=st.integers(0, 6), minute=st.integers(0, 24 * 60 - 1))
def test_another_region_never_allows_a_minute_more(
    regions: list[str], more: list[str], weekday: int, minute: int
) -> None:
    moment = time(minute // 60, minute % 60)

    def allowed(places: list[str]) -> bool:
        return any(start <= moment < end for start, end in RULES.allowed_hours(places, weekday))

    if regions and more:
        assert allowed([*regions, *more]) == (allowed(regions) and allowed(more))
    if moment >= time(20, 30):
        assert not allowed(regions)


@given(regions=REGIONS, weekday=st.integers(0, 6))
def test_hours_are_in_order_and_apart(regions: list[str], weekday: int) -> None:
    moments = [moment for span in RULES.allowed_hours(regions, weekday) for moment in span]
    assert moments == sorted(moments)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"place": "IT", "open": ["22:00-06:00"]}, "ends before it starts: hours can't run past midnight"),
        ({"place": "IT", "open": ["9-17"]}, "is not a span of hours: write it as 08:00-20:30"),
        ({"place": "IT", "open": ["09:00-12:00", "11:00-13:00"]}, "overlap"),
        ({"place": "IT", "days": "mon-fri"}, "place 'IT' has 0 rows for sat"),
        ({"place": "*", "days": "sun"}, r"place '\*' has 2 rows for sun"),
        ({"place": "IT", "days": "fri-mon"}, "runs backwards"),
        ({"place": "IT-25"}, "its country 'IT' has none"),
        ({"place": "Italy"}, "pattern"),
        ({"place": "IT", "source": ""}, "at least 1 character"),
        ({"place": "IT", "call_limit": {"count": 4, "hours": 720}}, "less than or equal to 48"),
        ({"place": "IT", "hours": "09:00-20:00"}, "Extra inputs are not permitted"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused_with_the_reason(row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        rules({**EVERYWHERE, **row})


def test_a_table_without_a_worldwide_row_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"place '\*' has 0 rows for mon"):
        ContactRules.model_validate({"rules": [{**EVERYWHERE, "place": "US"}]})


@pytest.mark.parametrize("latest", ["20:30Z", "20:30:15", "late"])
def test_a_latest_call_that_is_no_wall_time_is_refused(latest: str) -> None:
    with pytest.raises(ValidationError):
        rules(latest_call=latest)
