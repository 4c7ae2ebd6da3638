"""Minutes and hours are elapsed time; days, weeks and months move the date and keep the wall time."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from followthrough.domain.durations import Duration
from tests.unit.building import at, local

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "elapsed", "in_dates"),
    [
        ("5m", timedelta(minutes=5), False),
        ("3h", timedelta(hours=3), False),
        ("0d", timedelta(), True),
        ("5bd", timedelta(), True),
        ("2w", timedelta(), True),
        ("1mo", timedelta(), True),
    ],
)
def test_a_length_is_either_elapsed_time_or_in_dates(text: str, elapsed: timedelta, in_dates: bool) -> None:  # noqa: FBT001
    length = Duration.parse(text)
    assert (length.elapsed, length.in_dates) == (elapsed, in_dates)


@pytest.mark.parametrize(
    ("day", "length", "reached"),
    [
        ("2026-01-31", "1mo", "2026-02-28"),
        ("2028-01-31", "1mo", "2028-02-29"),
        ("2026-12-15", "1mo", "2027-01-15"),
        ("2026-11-30", "3mo", "2027-02-28"),
        ("2026-11-27", "1bd", "2026-11-30"),
        ("2026-11-27", "5bd", "2026-12-04"),
        ("2026-11-28", "1bd", "2026-11-30"),
        ("2026-11-23", "0bd", "2026-11-23"),
    ],
)
def test_months_keep_the_day_where_there_is_one_and_business_days_leave_out_the_weekend(
    day: str, length: str, reached: str
) -> None:
    assert str(Duration(length).date_after(date.fromisoformat(day))) == reached


def test_months_counted_from_one_date_do_not_drift() -> None:
    months = [Duration("1mo").date_after(date(2026, 1, 31), times=number) for number in range(4)]
    assert [str(month) for month in months] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_business_that_has_no_days_at_all_is_never_waited_for_without_end() -> None:
    reached = Duration("5bd").date_after(date(2026, 11, 23), lambda _: False)
    assert reached - date(2026, 11, 23) > timedelta(days=300)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5min", "1.5h", "-5m", "5M", "1y", "1234m", "5m3h"])
def test_anything_else_is_refused_and_told_how_a_length_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="a number and a unit: 5m, 3h, 1d, 5bd, 2w or 1mo"):
        Duration.parse(text)


def test_a_field_of_a_file_is_refused_in_the_same_words() -> None:
    with pytest.raises(ValidationError, match="a number and a unit: 5m, 3h, 1d, 5bd, 2w or 1mo"):
        TypeAdapter(Duration).validate_json('"soon"')


def test_it_is_written_as_it_was_read() -> None:
    assert TypeAdapter(Duration).dump_json(Duration("90m")) == b'"90m"'


def test_hours_are_elapsed_time_even_when_the_clocks_change() -> None:
    assert local(Duration("3h").after(at("2026-10-31 23:30"), NEW_YORK)) == "2026-11-01 01:30"
    assert Duration("24h").after(at("2026-10-31 23:30"), NEW_YORK) - at("2026-10-31 23:30") == timedelta(hours=24)


def test_a_day_keeps_the_wall_time_when_the_clocks_change() -> None:
    assert local(Duration("1d").after(at("2026-10-31 10:00"), NEW_YORK)) == "2026-11-01 10:00"
    assert local(Duration("2w").after(at("2027-03-01 10:00"), NEW_YORK)) == "2027-03-15 10:00"


def test_a_day_that_ends_in_a_left_out_hour_ends_when_the_clocks_change() -> None:
    assert local(Duration("1d").after(at("2027-03-13 02:30"), NEW_YORK)) == "2027-03-14 03:00"


def test_a_day_is_counted_on_the_clocks_of_the_zone_that_is_asked_for() -> None:
    moment = at("2026-11-01 00:30", "Europe/London")  # still the evening before the clock change in New York
    assert local(Duration("1d").after(moment, NEW_YORK)) == "2026-11-01 20:30"


def test_nothing_at_all_is_the_same_moment() -> None:
    assert Duration("0m").after(at("2026-11-23 10:00"), NEW_YORK) == at("2026-11-23 10:00")


def test_dates_move_by_days_and_weeks() -> None:
    assert Duration("1w").date_after(date(2026, 12, 28)) == date(2027, 1, 4)


def test_its_longest_is_for_comparing_it_with_limits() -> None:
    assert Duration("2w").longest == timedelta(days=14)
    assert Duration("90m").longest == timedelta(minutes=90)


@pytest.mark.parametrize("text", ["٣m", "२d"])
def test_only_the_digits_from_0_to_9_are_read(text: str) -> None:
    with pytest.raises(ValueError, match="write a length of time"):
        Duration.parse(text)
