"""The times offered for calling back lie ahead, within contact hours, at hours that suit people."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.offered_times import good_time_on, times_offered
from followthrough.domain.places import Place
from tests.unit.building import HOUR, MINUTE, at, local, simple_settings
from tests.unit.fakes import sample_settings

NEW_YORK = Place(zones=("America/New_York",), regions=("US-NY",), found_by="form")
HOURS = ContactHours(sample_settings(), NEW_YORK)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-23 10:03", ["2026-11-23 11:30", "2026-11-23 18:00", "2026-11-24 10:00"]),
        ("2026-11-23 10:00", ["2026-11-23 11:00", "2026-11-23 18:00", "2026-11-24 10:00"]),
        ("2026-11-23 17:20", ["2026-11-23 18:30", "2026-11-24 10:00"]),
        ("2026-11-23 17:00", ["2026-11-23 18:00", "2026-11-24 10:00"]),
        ("2026-11-23 22:00", ["2026-11-24 10:00"]),
        ("2026-11-25 19:50", ["2026-11-27 10:00"]),  # Thanksgiving lies between
        ("2026-11-28 12:00", ["2026-11-28 13:00", "2026-11-28 18:00", "2026-11-30 10:00"]),
    ],
)
def test_soon_this_evening_and_on_the_next_open_day(now: str, offered: list[str]) -> None:
    assert [local(moment) for moment in times_offered(HOURS, at(now))] == offered


def test_without_any_contact_hours_nothing_is_offered() -> None:
    assert times_offered(ContactHours(simple_settings(hours={}), NEW_YORK), at("2026-11-23 10:00")) == ()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)))  # noqa: DTZ001 - an hour of a local day
def test_all_lie_ahead_within_contact_hours_and_apart(wall: datetime) -> None:
    now = at(wall.replace(microsecond=0).isoformat(" "))
    offered = times_offered(HOURS, now)
    assert offered
    assert all(moment >= now + HOUR and HOURS.is_open(moment) for moment in offered)
    assert all(later - earlier >= 30 * MINUTE for earlier, later in pairwise(offered))
    assert list(offered) == sorted(set(offered))


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"mon-sun": "08:00-20:30"}, "10:00"),
        ({"mon-sun": "13:00-17:00"}, "13:00"),
        ({"mon-sun": "07:00-09:00"}, "08:00"),  # the law begins at eight
        ({"tue": "08:00-20:30"}, "10:00"),
    ],
)
def test_a_day_without_a_time_means_ten_or_as_near_after_it_as_can_be(hours: dict[str, str], expected: str) -> None:
    settings = sample_settings()
    business = settings.business.model_validate(settings.business.model_dump() | {"calling_hours": hours})
    there = ContactHours(settings.model_copy(update={"business": business}), NEW_YORK)
    assert local(good_time_on(there, date(2026, 11, 30))) == f"2026-11-30 {expected}"
