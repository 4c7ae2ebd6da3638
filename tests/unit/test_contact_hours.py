"""A lead is contacted when somebody is there, the law where they are allows it, and it is no holiday."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.places import Place
from tests.unit.building import MINUTE, NEW_YORK, at, local, simple_settings
from tests.unit.fakes import sample_settings
from tests.unit.places_of_the_world import arrivals, homes, places, settings_at
from tests.unit.wall_clock_oracle import WallClocks


def hours_in(*zones: str, regions: tuple[str, ...] = ("US-NY",)) -> ContactHours:
    return ContactHours(sample_settings(), Place(zones=zones or (NEW_YORK,), regions=regions, found_by="form"))


def spans(hours: ContactHours, day: date) -> list[tuple[str, str]]:
    return [(local(start, hours.zone.key)[11:], local(end, hours.zone.key)[11:]) for start, end in hours.on(day)]


# -- one day


def test_an_ordinary_day_has_the_business_s_calling_hours() -> None:
    assert spans(hours_in(), date(2026, 11, 23)) == [("08:00", "20:30")]


def test_a_day_on_which_nobody_is_there_has_none() -> None:
    assert hours_in().on(date(2026, 11, 22)) == []


def test_hours_are_half_open() -> None:
    hours = hours_in()
    assert hours.is_open(at("2026-11-23 08:00"))
    assert hours.is_open(at("2026-11-23 20:29:59"))
    assert not hours.is_open(at("2026-11-23 20:30"))
    assert not hours.is_open(at("2026-11-23 07:59:59"))


def test_calling_starts_when_it_is_late_enough_where_the_lead_is_and_ends_when_the_business_closes() -> None:
    assert spans(hours_in("America/Los_Angeles", regions=("US-CA",)), date(2026, 11, 23)) == [("08:00", "17:30")]


def test_nobody_is_called_from_half_past_eight_in_the_evening_on() -> None:
    always = simple_settings({"mon-sun": "00:00-24:00"})
    hours = ContactHours(always, Place(zones=("Europe/Paris",), regions=("FR",), found_by="form"))
    assert hours.is_open(at("2026-11-23 20:29", "Europe/Paris"))
    assert not hours.is_open(at("2026-11-23 20:30", "Europe/Paris"))
    assert not hours.is_open(at("2026-11-23 23:59", "Europe/Paris"))


def test_the_law_of_the_lead_s_state_narrows_the_day() -> None:
    assert spans(hours_in(regions=("US-RI",)), date(2026, 11, 23)) == [("09:00", "18:00")]
    assert spans(hours_in(regions=("US-RI",)), date(2026, 11, 28)) == [("10:00", "17:00")]


def test_when_the_lead_may_be_in_either_of_two_states_both_laws_hold() -> None:
    assert spans(hours_in(regions=("US-FL", "US-KY")), date(2026, 11, 23)) == [("10:00", "20:00")]


def test_when_the_lead_may_be_in_either_of_two_zones_it_is_right_in_both() -> None:
    hours = hours_in(NEW_YORK, "America/Los_Angeles", regions=("US",))
    assert spans(hours, date(2026, 11, 23)) == [("11:00", "20:30")]


def test_a_lunch_break_in_the_law_leaves_two_spans() -> None:
    hours = hours_in("Europe/Paris", regions=("FR",))
    assert spans(hours, date(2026, 11, 24)) == [("14:00", "20:00")]  # New York opens at 14:00 in Paris
    paris = ContactHours(
        settings_at(("Europe/Paris", "FR")), Place(zones=("Europe/Paris",), regions=("FR",), found_by="form")
    )
    assert spans(paris, date(2026, 11, 24)) == [("10:00", "13:00"), ("14:00", "20:00")]


def test_the_dates_are_the_lead_s_own() -> None:
    hours = hours_in("Pacific/Auckland", regions=("NZ",))
    assert hours.date_of(at("2026-11-23 10:00")) == date(2026, 11, 24)
    assert spans(hours, date(2026, 11, 24)) == [("08:00", "14:30")]  # from two of the business's days
    assert hours.on(date(2026, 11, 22)) == []


# -- holidays


def test_a_holiday_of_the_business_is_closed() -> None:
    assert hours_in("Europe/London", regions=("GB",)).on(date(2026, 11, 26)) == []  # Thanksgiving


def test_a_holiday_where_the_lead_is_is_closed_though_the_business_works() -> None:
    assert hours_in("America/Toronto", regions=("CA-ON",)).on(date(2026, 7, 1)) == []  # Canada Day
    assert hours_in().on(date(2026, 7, 1)) != []


def test_a_holiday_is_one_on_the_lead_s_own_date() -> None:
    """Boxing Day begins in Auckland while it is still Christmas Eve's night in New York."""
    auckland = hours_in("Pacific/Auckland", regions=("NZ",))
    assert auckland.on(date(2027, 2, 6)) == []  # Waitangi Day, a Saturday
    assert auckland.on(date(2027, 2, 5)) != []


def test_a_date_on_which_the_business_says_it_is_closed_is_closed() -> None:
    assert hours_in().on(date(2026, 12, 24)) == []


# -- clock changes


@pytest.mark.parametrize("day", [date(2026, 11, 2), date(2027, 3, 15), date(2026, 10, 31), date(2027, 3, 13)])
def test_the_hours_around_a_clock_change_are_those_on_the_wall(day: date) -> None:
    assert spans(hours_in(), day) == [("08:00", "20:30")]


def test_when_the_clocks_change_apart_the_wall_where_the_lead_is_counts() -> None:
    """New York changes on March 14, London on March 28, 2027."""
    london = hours_in("Europe/London", regions=("GB",))
    assert spans(london, date(2027, 3, 12)) == [("13:00", "20:30")]
    assert spans(london, date(2027, 3, 15)) == [("12:00", "20:30")]
    assert spans(london, date(2027, 3, 30)) == [("13:00", "20:30")]


# -- looking ahead


def test_the_next_open_moment_is_now_when_it_is_open() -> None:
    assert hours_in().next_open(at("2026-11-23 10:17")) == at("2026-11-23 10:17")


def test_after_closing_the_next_open_moment_is_the_next_day_with_hours() -> None:
    assert hours_in().next_open(at("2026-11-25 20:30")) == at("2026-11-27 08:00")  # Thursday is Thanksgiving
    assert hours_in().next_open(at("2026-11-28 21:00")) == at("2026-11-30 08:00")


def test_when_it_will_never_be_open_there_is_no_next_moment() -> None:
    nobody = simple_settings({})
    hours = ContactHours(nobody, Place(zones=(NEW_YORK,), regions=(), found_by="form"))
    assert hours.next_open(at("2026-11-23 10:00")) is None


def test_what_is_left_of_a_day_begins_at_the_moment_asked_for() -> None:
    hours = hours_in()
    assert hours.left_of(date(2026, 11, 23), at("2026-11-23 19:00")) == [
        (at("2026-11-23 19:00"), at("2026-11-23 20:30"))
    ]
    assert hours.left_of(date(2026, 11, 23), at("2026-11-23 07:00")) == hours.on(date(2026, 11, 23))
    assert hours.left_of(date(2026, 11, 23), at("2026-11-23 20:30")) == []


# -- counting days


def test_the_first_open_day_is_today_as_long_as_some_of_it_is_left() -> None:
    assert hours_in().open_day(1, at("2026-11-23 20:29")) == date(2026, 11, 23)
    assert hours_in().open_day(1, at("2026-11-23 20:30")) == date(2026, 11, 24)


def test_days_without_contact_hours_are_not_counted() -> None:
    """Thanksgiving on Thursday, then a Sunday."""
    days = [hours_in().open_day(number, at("2026-11-25 10:00")) for number in (1, 2, 3, 4)]
    assert days == [date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)]


def test_a_day_years_ahead_is_found_too() -> None:
    """Monday to Friday: 104 weeks of five days, and the Monday after."""
    weekdays = simple_settings({"mon-fri": "09:00-17:00"})
    hours = ContactHours(weekdays, Place(zones=(NEW_YORK,), regions=(), found_by="form"))
    assert hours.open_day(521, at("2026-11-23 10:00")) == date(2026, 11, 23) + timedelta(weeks=104)


def test_a_business_that_is_never_open_has_no_first_day() -> None:
    hours = ContactHours(simple_settings({}), Place(zones=(NEW_YORK,), regions=(), found_by="form"))
    assert hours.open_day(1, at("2026-11-25 10:00")) is None


# -- everywhere, at any time


@settings(deadline=None, max_examples=150)
@given(place=places, home=homes, moment=arrivals)
def test_open_means_that_every_wall_clock_that_counts_says_so(
    place: Place, home: tuple[str, str], moment: datetime
) -> None:
    hours, clocks = ContactHours(settings_at(home), place), WallClocks(place, *home)
    for minutes in range(0, 24 * 60, 47):
        then = moment + minutes * MINUTE
        assert hours.is_open(then) == clocks.allow(then), local(then, place.zones[0])


@settings(deadline=None, max_examples=80)
@given(place=places, home=homes, moment=arrivals)
def test_the_next_open_moment_is_open_and_nothing_before_it_is(
    place: Place, home: tuple[str, str], moment: datetime
) -> None:
    hours, clocks = ContactHours(settings_at(home), place), WallClocks(place, *home)
    found = hours.next_open(moment)
    if found is None:
        assert not any(clocks.quarters(clocks.date_of(moment) + timedelta(days=n)) for n in range(21))
        return
    assert clocks.allow(found)
    step = max((found - moment) / 50, MINUTE)
    while (moment := moment + step) < found:
        assert not clocks.allow(moment)
