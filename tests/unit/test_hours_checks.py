"""What `check` says of times that never lie in contact hours, and of more touches than a day has room for."""

from typing import Any

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.hours_checks import check_hours
from local.project import CADENCES
from tests.unit.building import simple_settings
from tests.unit.fakes import business_changed, sample_cadence, sample_settings
from tests.unit.test_reachability import cadence

ARE = "the contact hours where you are, are"
MON_SAT = {"mon-sat": "09:00-17:00"}


def found(step: dict[str, Any], settings: Settings | None = None, **changed: Any) -> list[str]:
    version = cadence({"name": "hello", **step}, **changed)
    return [str(each) for each in check_hours(version.cadence, settings or simple_settings(MON_SAT), "cadence.json")]


# -- days of the week


def test_days_without_contact_hours_are_found_once_with_the_hours_that_there_are() -> None:
    assert found({"day": "1-3"}, weekdays="sun") == [
        f"cadence.json: weekdays: nothing can ever go on these days: {ARE} mon-sat 09:00-17:00"
    ]


def test_a_business_without_any_hours_is_told_where_they_are_written() -> None:
    (only,) = found({"day": "1-3"}, simple_settings({}))
    assert only.startswith("cadence.json: (whole file): nothing can ever go")
    assert only.endswith("none at all: see calling_hours in business.json")


def test_days_of_which_one_is_open_are_none() -> None:
    assert found({"day": "1-3"}, weekdays="sat-sun") == []


@pytest.mark.parametrize(
    "step",
    [
        {"do": "task", "outcomes": ["done"], "after": "1d"},
        {"do": "email", "after": "0m", "any_hour": True},
    ],
    ids=["a task", "at any hour"],
)
def test_what_needs_no_contact_hours_is_none(step: dict[str, Any]) -> None:
    assert found(step, weekdays="sun") == []


def test_days_that_only_the_law_of_the_own_state_closes_are_a_warning() -> None:
    in_alabama = business_changed(region="US-AL", calling_hours={"mon-sun": "09:00-17:00"}, zone="America/Chicago")
    (only,) = found({"day": "1-3"}, in_alabama, weekdays="sun")
    assert only.startswith("Warning: cadence.json: weekdays: nothing can ever go on these days")
    assert only.endswith("are mon-sat 09:00-17:00")


# -- times of day


@pytest.mark.parametrize("at", ["21:00-22:00", "evening"])
@pytest.mark.parametrize("when", [{"day": 2}, {"after": "1d"}], ids=["day", "after"])
def test_a_time_outside_contact_hours_is_found(when: dict[str, Any], at: str) -> None:
    (only,) = found({**when, "at": at})
    assert only == (
        f"cadence.json: steps[0] 'hello': 'at' {at} never lies in the contact hours where you are: mon-sat 09:00-17:00"
    )


@pytest.mark.parametrize("at", ["16:59-22:00", "06:00-09:01", "morning", "different"])
def test_a_time_that_meets_them_for_a_minute_is_none(at: str) -> None:
    assert found({"day": 2, "at": at}) == []


def test_the_law_closes_a_time_that_the_business_is_there() -> None:
    late = business_changed(calling_hours={"mon-sun": "08:00-23:00"})
    (only,) = found({"day": 2, "at": "20:30-22:00"}, late)
    assert "never lies in the contact hours where you are: mon-sun 08:00-20:30" in only


def test_a_time_on_days_that_close_earlier_is_found() -> None:
    hours = {"mon-fri": "09:00-20:00", "sat": "09:00-12:00"}
    assert found({"day": 2, "at": "afternoon"}, simple_settings(hours)) == []
    (only,) = found({"day": 2, "at": "afternoon"}, simple_settings(hours), weekdays="sat")
    assert only.endswith("where you are: sat 09:00-12:00")


def test_a_time_that_leads_elsewhere_in_the_country_have_is_a_warning() -> None:
    (only,) = found({"day": 2, "at": "06:00-08:30"})
    assert only.startswith("Warning: cadence.json: steps[0] 'hello': 'at' 06:00-08:30 never lies in")
    assert only.endswith("; it does in another zone of your country")


# -- how many


def test_more_a_day_than_the_gap_leaves_room_for_is_found() -> None:
    (only,) = found({"day": 2, "times_a_day": 3, "gap": "4h"})
    assert only.endswith("3 a day never fit: 2 do at most, with 4h between them, and 8h on the longest day")


def test_as_many_as_fit_on_the_longest_day_are_none() -> None:
    assert found({"day": 2, "times_a_day": "2-5", "gap": "4h"}) == []
    assert (
        found(
            {"day": 2, "times_a_day": 3, "gap": "4h"}, simple_settings({"mon-fri": "09:00-12:00", "sat": "08:00-20:00"})
        )
        == []
    )


def test_the_gap_of_the_cadences_own_limits_counts_too() -> None:
    (only,) = found({"day": 2, "times_a_day": 3}, limits={"call": {"gap": "5h"}})
    assert "3 a day never fit: 2 do at most, with 5h between them" in only


def test_more_than_the_days_of_a_range_have_room_for_are_found() -> None:
    (only,) = found({"day": "2-3", "times": 5, "gap": "4h"})
    assert "5 on these days never fit: 4 do at most" in only
    assert found({"day": "2-4", "times": 5, "gap": "4h"}) == []


def test_more_calls_a_day_than_the_law_at_home_allows_are_found() -> None:
    florida = simple_settings(MON_SAT, call_limit=CallLimit(count=3, hours=24))
    (only,) = found({"day": 2, "times_a_day": 4}, florida)
    assert only.endswith("4 a day never fit: 3 do at most, by the law where you are: 3 calls in 24 hours")
    assert found({"day": 2, "times_a_day": "3-4"}, florida) == []
    assert found({"day": 2, "times_a_day": 4, "do": "email"}, florida) == []


def test_more_calls_than_only_the_law_of_the_own_state_allows_are_a_warning() -> None:
    in_florida = business_changed(region="US-FL", calling_hours=MON_SAT)
    (only,) = found({"day": 2, "times_a_day": 4}, in_florida)
    assert only.startswith("Warning: ")
    assert only.endswith("by the law where you are: 3 calls in 24 hours")


def test_one_touch_fits_into_the_shortest_day() -> None:
    assert found({"day": 2}, simple_settings({"mon-sat": "09:00-09:10"})) == []


@pytest.mark.parametrize("name", sorted(file.parent.name for file in CADENCES.glob("*/cadence.json")))
def test_nothing_of_what_comes_with_it_is_found(name: str) -> None:
    assert check_hours(sample_cadence(name).cadence, sample_settings(), "cadence.json") == []
