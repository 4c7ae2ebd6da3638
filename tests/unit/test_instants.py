"""Times are UTC, whole seconds; local times are right on the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from followthrough.domain.instants import Instant, at_local, format_instant, parse_instant, round_up

NEW_YORK = ZoneInfo("America/New_York")
ODD_ZONES = [
    "America/New_York", "America/Havana", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Africa/Casablanca", "Pacific/Apia", "Pacific/Kiritimati", "America/Phoenix", "Asia/Beirut", "America/Asuncion",
]  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# -- instants


def test_a_part_of_a_second_is_rounded_up() -> None:
    assert round_up(utc("2026-11-23 15:00:00.000001")) == utc("2026-11-23 15:00:01")


def test_a_whole_second_stays_as_it_is() -> None:
    assert round_up(utc("2026-11-23 15:00:00")) == utc("2026-11-23 15:00:00")


def test_rounding_up_carries_over_into_the_next_year() -> None:
    assert round_up(utc("2026-12-31 23:59:59.5")) == utc("2027-01-01 00:00:00")


def test_a_time_with_an_offset_becomes_utc() -> None:
    moment = round_up(datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=-5))))
    assert (moment, moment.tzinfo) == (utc("2026-11-23 15:00"), UTC)


def test_a_time_without_an_offset_is_refused_and_says_what_would_be_right() -> None:
    with pytest.raises(ValueError, match=r"needs an offset, such as Z or -05:00"):
        round_up(datetime(2026, 11, 23, 10))  # noqa: DTZ001 - that is the mistake


@pytest.mark.parametrize("text", ["2026-11-23T15:00:00Z", "2026-11-23T10:00:00-05:00", "2026-11-23T20:45:00+05:45"])
def test_any_offset_can_be_read(text: str) -> None:
    assert parse_instant(text) == utc("2026-11-23 15:00")


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-11-23", "2026-11-23T15:00:00", "2026-02-30T15:00:00Z"])
def test_what_is_not_a_time_with_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - partly in Python's own words
        parse_instant(text)


def test_a_time_is_written_in_utc_with_whole_seconds() -> None:
    assert format_instant(datetime(2026, 7, 1, 10, tzinfo=NEW_YORK)) == "2026-07-01T14:00:00Z"


def test_a_model_field_reads_any_offset_and_writes_the_one_form() -> None:
    instants = TypeAdapter[datetime](Instant)
    assert instants.dump_json(instants.validate_json('"2026-11-23T10:00:00.2-05:00"')) == b'"2026-11-23T15:00:01Z"'


def test_a_model_field_refuses_a_time_without_an_offset() -> None:
    with pytest.raises(ValidationError, match="needs an offset"):
        TypeAdapter[datetime](Instant).validate_json('"2026-11-23T10:00:00"')


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 - hypothesis adds the zone
def test_what_is_written_reads_back_as_the_same_instant(moment: datetime) -> None:
    assert parse_instant(format_instant(round_up(moment))) == round_up(moment)


# -- wall times


def test_a_wall_time_is_read_with_the_offset_of_its_own_date() -> None:
    assert at_local(date(2026, 1, 15), time(8), NEW_YORK) == utc("2026-01-15 13:00")
    assert at_local(date(2026, 7, 15), time(8), NEW_YORK) == utc("2026-07-15 12:00")


def test_a_wall_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert at_local(date(2026, 11, 1), time(1, 30), NEW_YORK) == utc("2026-11-01 05:30")


def test_a_wall_time_that_is_left_out_is_the_moment_at_which_the_clocks_change() -> None:
    assert at_local(date(2027, 3, 14), time(2, 30), NEW_YORK) == utc("2027-03-14 07:00")


def test_a_clock_change_of_half_an_hour_is_found_too() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 2026-10-04 02:00 is followed by 02:30
    assert at_local(date(2026, 10, 4), time(2, 15), lord_howe) == utc("2026-10-03 15:30")


def test_a_midnight_that_is_left_out_is_the_moment_at_which_the_clocks_change() -> None:
    havana = ZoneInfo("America/Havana")  # 2026-03-08 00:00 is followed by 01:00
    assert at_local(date(2026, 3, 8), time(0), havana) == utc("2026-03-08 05:00")


def test_a_whole_day_that_is_left_out_is_the_moment_at_which_the_date_changes() -> None:
    apia = ZoneInfo("Pacific/Apia")  # after 2011-12-29 came 2011-12-31
    assert at_local(date(2011, 12, 30), time(12), apia) == utc("2011-12-30 10:00")


@settings(deadline=None)
@given(
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(ODD_ZONES).map(ZoneInfo),
)
def test_it_is_the_first_instant_whose_wall_clock_shows_that_time_or_a_later_one(
    day: date, minute: int, zone: ZoneInfo
) -> None:
    clock = time(minute // 60, minute % 60)
    wanted = datetime.combine(day, clock)
    found = at_local(day, clock, zone)
    assert found.astimezone(zone).replace(tzinfo=None) >= wanted
    for earlier in (timedelta(seconds=1), timedelta(minutes=29), timedelta(minutes=61)):
        assert (found - earlier).astimezone(zone).replace(tzinfo=None) < wanted
