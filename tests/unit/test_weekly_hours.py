"""Opening hours as people write them, and what two lists of open time have in common."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from followthrough.domain.weekly_hours import Interval, WeeklyHours, intersect, parse_days, parse_hours, wall_interval
from tests.unit.building import at, local

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 11, 23)


def hours(**days: str) -> WeeklyHours:
    return WeeklyHours.model_validate({name.replace("_", "-"): span for name, span in days.items()})


# -- reading


def test_a_day_or_a_range_of_days_is_read_with_both_ends() -> None:
    assert list(parse_days("sat")) == [5]
    assert list(parse_days("mon-fri")) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["", "monday", "Mon", "mon,tue", "mon-", "weekdays"])
def test_what_is_not_a_day_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="write mon, sat or mon-fri"):
        parse_days(text)


def test_days_that_run_backwards_are_refused_with_what_would_be_right() -> None:
    with pytest.raises(ValueError, match="write it as two entries, such as sat-sun and mon"):
        parse_days("sat-mon")


def test_hours_are_read_as_two_wall_times() -> None:
    assert parse_hours("08:00-20:30") == (time(8), time(20, 30))


@pytest.mark.parametrize("text", ["", "8-20", "8:00-20:00", "08:00", "08:00 - 20:00", "25:00-26:00", "08:60-20:00"])
def test_what_is_not_a_span_of_hours_is_refused_with_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 08:00-20:30"):
        parse_hours(text)


@pytest.mark.parametrize("text", ["20:00-08:00", "08:00-08:00", "08:00-00:00"])
def test_hours_past_midnight_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="can't run past midnight"):
        parse_hours(text)


def test_nothing_is_later_than_the_end_of_the_day() -> None:
    with pytest.raises(ValueError, match="24:00 is the latest"):
        parse_hours("08:00-24:30")


def test_a_day_that_two_entries_name_is_refused() -> None:
    with pytest.raises(ValidationError, match="'fri' names a day that another entry already has"):
        hours(mon_fri="09:00-17:00", fri="09:00-12:00")


# -- weeks


def test_a_day_that_is_not_named_is_closed() -> None:
    week = hours(mon_fri="09:00-17:00", sat="10:00-14:00")
    assert [week.on(day) is not None for day in range(7)] == [True] * 6 + [False]
    assert week.on(5) == (time(10), time(14))
    assert week.interval(date(2026, 11, 22), NEW_YORK) is None


def test_hours_are_wall_times_of_their_own_date() -> None:
    week = hours(mon_sun="09:00-17:00")
    before, after = week.interval(date(2026, 10, 31), NEW_YORK), week.interval(date(2026, 11, 1), NEW_YORK)
    assert before == (at("2026-10-31 09:00"), at("2026-10-31 17:00"))
    assert after == (at("2026-11-01 09:00"), at("2026-11-01 17:00"))


def test_a_whole_day_is_as_long_as_the_clocks_make_it() -> None:
    whole = (time(0), time.max)
    lengths = [
        end - start
        for day in (date(2026, 11, 1), date(2027, 3, 14), MONDAY)
        for start, end in [wall_interval(day, whole, NEW_YORK)]
    ]
    assert lengths == [timedelta(hours=25), timedelta(hours=23), timedelta(hours=24)]


def test_a_whole_day_ends_where_the_next_begins() -> None:
    _, end = wall_interval(MONDAY, parse_hours("08:00-24:00"), NEW_YORK)
    assert local(end) == "2026-11-24 00:00"


# -- what two lists have in common


def minutes(spans: list[tuple[int, int]]) -> list[Interval]:
    start = at("2026-11-23 00:00")
    return [(start + timedelta(minutes=a), start + timedelta(minutes=b)) for a, b in spans]


def test_what_only_touches_has_nothing_in_common() -> None:
    assert intersect(minutes([(0, 10)]), minutes([(10, 20)])) == []


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple), max_size=4)


@given(left=SPANS, right=SPANS, minute=st.integers(0, 60))
def test_a_minute_is_in_what_two_lists_have_in_common_when_it_is_in_both(
    left: list[tuple[int, int]], right: list[tuple[int, int]], minute: int
) -> None:
    moment = minutes([(minute, minute)])[0][0]

    def holds(intervals: list[Interval], at_: datetime) -> bool:
        return any(start <= at_ < end for start, end in intervals)

    both = intersect(minutes(left), minutes(right))
    assert holds(both, moment) == (holds(minutes(left), moment) and holds(minutes(right), moment))
    assert both == sorted(both)
