"""Touches are spread over open time: evenly, apart, and not all leads at once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from followthrough.domain.spreading import after_opening, fraction, middles, spread, within
from followthrough.domain.weekly_hours import Interval
from tests.unit.building import HOUR, MINUTE, at

DAY_START = at("2026-11-23 08:00")
chances = st.floats(0, 1, exclude_max=True)


@st.composite
def open_times(draw: st.DrawFn) -> list[Interval]:
    """One to three spans of whole minutes, with breaks in between."""
    intervals, start = [], DAY_START
    for _ in range(draw(st.integers(1, 3))):
        start += draw(st.integers(0, 120)) * MINUTE
        end = start + draw(st.integers(1, 400)) * MINUTE
        intervals.append((start, end))
        start = end + MINUTE
    return intervals


def total(open_time: list[Interval]) -> timedelta:
    return sum((end - start for start, end in open_time), timedelta())


# -- chance


def test_chance_is_the_same_for_the_same_parts_and_differs_for_others() -> None:
    assert fraction("ann@example.com", "daily-calls", "2026-11-23") == fraction(
        "ann@example.com", "daily-calls", "2026-11-23"
    )
    assert fraction("ann@example.com", "daily-calls", "2026-11-23") != fraction(
        "ann@example.com", "daily-calls", "2026-11-24"
    )


def test_chances_of_many_leads_fill_the_whole_range_evenly() -> None:
    quarters = [int(4 * fraction(f"lead{n}@example.com", "nurture", "2026-11-23")) for n in range(2000)]
    assert set(quarters) == {0, 1, 2, 3}
    assert all(400 < quarters.count(quarter) < 600 for quarter in range(4))


# -- several moments


def test_three_fit_into_a_whole_day_each_in_its_own_third() -> None:
    day = [(DAY_START, DAY_START + 12 * HOUR)]
    thirds = [int((moment - DAY_START) / (4 * HOUR)) for moment in spread(day, 3, HOUR, 0.5)]
    assert thirds == [0, 1, 2]


def test_without_chance_they_lie_in_the_middle_of_equal_parts() -> None:
    moments = spread([(DAY_START, DAY_START + 12 * HOUR)], 3, HOUR, 0.5)
    assert moments == [DAY_START + 2 * HOUR, DAY_START + 6 * HOUR, DAY_START + 10 * HOUR]


def test_fewer_are_made_when_not_all_of_them_fit() -> None:
    made = [
        len(spread([(DAY_START, DAY_START + minutes * MINUTE)], 3, HOUR, 0.5)) for minutes in (0, 10, 60, 120, 180, 600)
    ]
    assert made == [0, 0, 1, 2, 3, 3]


def test_a_break_does_not_count_as_room() -> None:
    morning, evening = (DAY_START, DAY_START + HOUR), (DAY_START + 10 * HOUR, DAY_START + 11 * HOUR)
    assert len(spread([morning, evening], 3, HOUR, 0.5)) == 2


def test_no_open_time_has_no_moments() -> None:
    assert spread([], 3, HOUR, 0.5) == []


@given(open_time=open_times(), most=st.integers(1, 5), minutes=st.integers(15, 180), chance=chances)
def test_however_they_are_spread_they_are_open_apart_and_whole_minutes(
    open_time: list[Interval], most: int, minutes: int, chance: float
) -> None:
    gap = minutes * MINUTE
    moments = spread(open_time, most, gap, chance)
    assert len(moments) <= most
    assert all(any(start <= moment < end for start, end in open_time) for moment in moments)
    assert all(after - before >= gap for before, after in pairwise(moments))
    assert all(moment.second == 0 for moment in moments)


@given(open_time=open_times(), most=st.integers(1, 5), minutes=st.integers(15, 180), chance=chances)
def test_as_many_are_made_as_fit_with_room_to_spare(
    open_time: list[Interval], most: int, minutes: int, chance: float
) -> None:
    gap = minutes * MINUTE
    assume(total(open_time) >= most * gap)
    assert len(spread(open_time, most, gap, chance)) == most


# -- one moment


@example(open_time=[(DAY_START, DAY_START + 7 * HOUR)], chance=1 - 2**-48)
@given(open_time=open_times(), chance=chances)
def test_a_single_moment_is_open(open_time: list[Interval], chance: float) -> None:
    moment = within(open_time, chance)
    assert any(start <= moment < end for start, end in open_time)


def test_a_single_moment_goes_from_the_beginning_to_the_end_as_chance_has_it() -> None:
    morning, evening = (DAY_START, DAY_START + 2 * HOUR), (DAY_START + 10 * HOUR, DAY_START + 12 * HOUR)
    moments = [within([morning, evening], chance) for chance in (0.0, 0.25, 0.5, 0.999)]
    assert moments[:3] == [DAY_START, DAY_START + HOUR, DAY_START + 10 * HOUR]
    assert moments[3] == DAY_START + 11 * HOUR + 59 * MINUTE


def test_a_moment_never_comes_before_the_open_time_does() -> None:
    """A lead arrives at a few seconds past the minute: rounding down would be before that."""
    start = DAY_START + timedelta(seconds=40)
    assert within([(start, start + HOUR)], 0.0) == start


# -- after an opening

CLOSED_SINCE = DAY_START - 11 * HOUR
ages = st.floats(0, 1)


def turn(age: float, chance: float = 0.5) -> timedelta:
    """How long after the opening something is made that was asked for after that part of the closed time."""
    asked_for = CLOSED_SINCE + (DAY_START - CLOSED_SINCE) * age
    return after_opening(CLOSED_SINCE, DAY_START, asked_for, chance) - DAY_START


@given(ages, chances)
def test_whatever_waited_for_an_opening_is_made_within_a_minute_of_it(age: float, chance: float) -> None:
    assert timedelta() <= turn(age, chance) < MINUTE
    assert turn(age, chance).microseconds == 0


@given(ages, ages, chances, chances)
def test_what_waited_a_quarter_of_the_closed_time_longer_comes_first(
    one: float, other: float, chance: float, other_chance: float
) -> None:
    assume(other - one > 0.25)
    assert turn(one, chance) <= turn(other, other_chance)


@given(ages, ages, chances)
def test_of_equal_chance_whatever_waited_longer_never_comes_later(one: float, other: float, chance: float) -> None:
    assert turn(min(one, other), chance) <= turn(max(one, other), chance)


def test_a_night_s_leads_do_not_come_all_at_once() -> None:
    moments = [turn(n / 300, fraction(f"lead{n}@example.com", "first-call", "2026-11-24")) for n in range(300)]
    busiest = max(moments.count(moment) for moment in moments)
    assert busiest <= 20


def test_what_was_asked_for_before_it_closed_comes_first() -> None:
    assert turn(-3, 0.0) == timedelta()


@pytest.mark.parametrize(
    ("hours", "count", "days"),
    [
        ([8, 8, 8, 8, 8, 8], 3, [1, 3, 5]),
        ([8, 8, 8, 8, 8], 2, [1, 3]),
        ([1, 20, 1], 3, [0, 1, 2]),
        ([20, 1, 1], 2, [0, 1]),
        ([8, 8], 4, [0, 0, 1, 1]),
    ],
)
def test_the_middles_of_equal_parts_are_on_days_of_their_own_where_there_are_enough(
    hours: list[int], count: int, days: list[int]
) -> None:
    assert middles([timedelta(hours=each) for each in hours], count) == days
