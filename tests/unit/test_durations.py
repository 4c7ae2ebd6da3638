"""Minutes and hours are elapsed time; days and weeks move the date and keep the wall time."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from followthrough.domain.durations import Duration
from tests.unit.building import at, local

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "elapsed", "days"),
    [("5m", timedelta(minutes=5), 0), ("3h", timedelta(hours=3), 0), ("1d", timedelta(), 1), ("2w", timedelta(), 14)],
)
def test_a_length_is_either_elapsed_time_or_a_number_of_days(text: str, elapsed: timedelta, days: int) -> None:
    length = Duration.parse(text)
    assert (length.elapsed, length.days) == (elapsed, days)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5min", "1.5h", "-5m", "5M", "1y", "1234m", "5m3h"])
def test_anything_else_is_refused_and_told_how_a_length_is_written(text: str) -> None:
    with pytest.raises(ValueError, match="a number and a unit: 5m, 3h, 1d or 2w"):
        Duration.parse(text)


def test_a_field_of_a_file_is_refused_in_the_same_words() -> None:
    with pytest.raises(ValidationError, match="a number and a unit: 5m, 3h, 1d or 2w"):
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
