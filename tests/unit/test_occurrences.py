"""When each kind of step is due, on calendars simple enough to see why."""

from datetime import timedelta
from itertools import pairwise

import pytest

from followthrough.domain.leads import Lead
from tests.unit.building import (
    DAY,
    HOUR,
    at,
    cadence_of,
    lead_of,
    local,
    made,
    of_step,
    previewed,
    simple_settings,
    times,
)

MONDAY_10 = at("2026-11-23 10:00")
NINE_TO_FIVE = simple_settings()
WEEKDAYS = simple_settings({"mon-fri": "09:00-17:00"})


def mails(**step: object) -> dict[str, object]:
    return {"name": "hello", "do": "email", **step}


# -- 'after'


def test_a_step_after_nothing_is_due_on_arrival() -> None:
    version = cadence_of({"name": "first", "after": "0m"})
    assert times(list(previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE).touches)) == ["2026-11-23 10:00"]


def test_outside_contact_hours_it_is_due_when_they_open() -> None:
    version = cadence_of({"name": "first", "after": "0m"})
    lead = lead_of(at("2026-11-23 22:00"), version)
    assert times(list(previewed(lead, version, NINE_TO_FIVE).touches)) == ["2026-11-24 09:00"]


def test_an_acknowledgement_is_due_at_any_hour() -> None:
    version = cadence_of(mails(after="0m", any_hour=True))
    lead = lead_of(at("2026-11-23 22:00"), version)
    assert times(list(previewed(lead, version, NINE_TO_FIVE).touches)) == ["2026-11-23 22:00"]


def test_it_counts_from_the_end_of_the_step_that_it_names() -> None:
    version = cadence_of(
        {"name": "first", "after": "0m", "if_silent": {"after": "10m", "do": "carry_on"}},
        mails(after="1h", of="first"),
    )
    lead = lead_of(MONDAY_10, version)
    assert times(of_step(previewed(lead, version, NINE_TO_FIVE).touches, "hello")) == ["2026-11-23 11:00"]
    silent = previewed(lead, version, NINE_TO_FIVE, "silent")
    assert times(of_step(silent.touches, "hello")) == ["2026-11-23 11:10"]


def test_it_counts_from_the_last_of_several_steps() -> None:
    version = cadence_of(
        {"name": "first", "after": "0m"},
        mails(after="2h"),
        {"name": "second", "after": "30m", "of": ["first", "hello"]},
    )
    touches = previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE).touches
    assert times(of_step(touches, "second")) == ["2026-11-23 12:30"]


def test_days_after_keep_the_wall_time_when_the_clocks_change_in_between() -> None:
    version = cadence_of({"name": "first", "after": "0m"}, {"name": "second", "after": "1d", "of": "first"})
    for arrives in ("2026-10-31 10:00", "2027-03-13 10:00"):
        lead = lead_of(at(arrives), version)
        assert local(previewed(lead, version, NINE_TO_FIVE).touches[1].due_at).endswith("10:00")


def test_what_must_happen_the_same_day_is_skipped_when_it_can_not() -> None:
    version = cadence_of({"name": "first", "after": "0m"}, {"name": "second", "after": "3h", "latest": "same_day"})
    early, late = (
        previewed(lead_of(at(arrives), version), version, NINE_TO_FIVE).touches[1]
        for arrives in ("2026-11-23 13:59", "2026-11-23 14:00")
    )
    assert early.status == "reported"
    assert (late.status, late.reason) == ("skipped", "no room left on that day")


# -- 'day'


def test_day_one_is_the_day_of_arrival_and_days_count_from_it() -> None:
    version = cadence_of(*(mails(name=f"day-{day}", day=day) for day in (1, 2, 5)))
    touches = previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE).touches
    assert [local(touch.due_at)[:10] for touch in touches] == ["2026-11-23", "2026-11-24", "2026-11-27"]


def test_calendar_days_count_closed_ones_too_and_a_touch_bound_to_one_is_skipped() -> None:
    version = cadence_of(mails(day="5-8"))
    touches = previewed(lead_of(MONDAY_10, version), version, WEEKDAYS).touches
    found = [(local(touch.due_at)[:10], touch.status, touch.reason) for touch in touches]
    assert found == [
        ("2026-11-27", "sent", None),
        ("2026-11-28", "skipped", "no contact hours on that day"),
        ("2026-11-29", "skipped", "no contact hours on that day"),
        ("2026-11-30", "sent", None),
    ]


def test_open_days_count_only_days_with_contact_hours() -> None:
    version = cadence_of(mails(day="5-8"), days="open")
    touches = previewed(lead_of(MONDAY_10, version), version, WEEKDAYS).touches
    assert [local(touch.due_at)[:10] for touch in touches] == ["2026-11-27", "2026-11-30", "2026-12-01", "2026-12-02"]


def test_a_holiday_is_not_an_open_day() -> None:
    thanksgiving = simple_settings(holidays={"US": {"2026-11-26": "Thanksgiving"}})
    version = cadence_of(mails(day="3-4"), days="open")
    touches = previewed(lead_of(MONDAY_10, version), version, thanksgiving).touches
    assert [local(touch.due_at)[:10] for touch in touches] == ["2026-11-25", "2026-11-27"]


def test_after_hours_day_one_of_open_days_is_the_next_one() -> None:
    version = cadence_of(mails(day="1-2"), days="open")
    touches = previewed(lead_of(at("2026-11-27 17:00"), version), version, WEEKDAYS).touches
    assert [local(touch.due_at)[:10] for touch in touches] == ["2026-11-30", "2026-12-01"]


def test_a_day_far_ahead_is_found_although_every_week_has_closed_days() -> None:
    version = cadence_of(mails(day=300), days="open")
    touches = previewed(lead_of(MONDAY_10, version), version, WEEKDAYS, days=600).touches
    assert [touch.status for touch in touches] == ["sent"]
    assert local(touches[0].due_at)[:10] == "2028-01-14"  # 60 weeks of five days, counted by hand


def test_nothing_of_the_first_day_lies_before_the_arrival() -> None:
    version = cadence_of(mails(day=1), {"name": "calls", "day": 1, "times_a_day": 3})
    for arrives in ("2026-11-23 16:30", "2026-11-23 16:59:59", "2026-11-23 17:00", "2026-11-23 23:59"):
        lead = lead_of(at(arrives), version)
        touches = previewed(lead, version, NINE_TO_FIVE).touches
        assert touches
        assert all(touch.due_at >= lead.arrived_at for touch in touches)


def test_without_hours_left_on_its_day_a_touch_is_skipped() -> None:
    version = cadence_of(mails(day=1))
    (touch,) = previewed(lead_of(at("2026-11-23 22:00"), version), version, NINE_TO_FIVE).touches
    assert (touch.status, touch.reason) == ("skipped", "no room left on that day")


# -- 'at'


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("morning", "09:00", "12:00"), ("afternoon", "12:00", "17:00"), ("13:15-13:45", "13:15", "13:45")],
)
def test_a_touch_falls_into_the_part_of_the_day_that_is_asked_for(wanted: str, start: str, end: str) -> None:
    version = cadence_of(mails(day="1-20", at=wanted))
    touches = previewed(lead_of(at("2026-11-23 08:00"), version), version, NINE_TO_FIVE).touches
    assert len(touches) == 20
    assert all(start <= local(touch.due_at)[11:] < end for touch in touches)
    assert len({local(touch.due_at)[11:] for touch in touches}) > 1, "spread, not always at the same minute"


def test_when_that_part_of_the_day_is_closed_any_open_time_will_do() -> None:
    version = cadence_of(mails(day=2, at="evening"))
    (touch,) = previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE).touches
    assert touch.status == "sent"
    assert local(touch.due_at)[:10] == "2026-11-24"


def test_different_is_the_half_of_the_day_with_fewer_calls_so_far() -> None:
    version = cadence_of({"name": "first", "after": "0m"}, {"name": "calls", "day": "2-5", "at": "different"})
    for arrives, next_half in (("2026-11-23 10:00", "afternoon"), ("2026-11-23 14:00", "morning")):
        touches = previewed(lead_of(at(arrives), version), version, NINE_TO_FIVE).touches
        halves = ["morning" if local(touch.due_at)[11:] < "12:00" else "afternoon" for touch in touches]
        assert halves[1] == next_half
        for calls in range(2, len(halves) + 1):
            assert abs(halves[:calls].count("morning") - halves[:calls].count("afternoon")) <= 1


def test_two_leads_are_not_called_in_the_same_minute() -> None:
    version = cadence_of({"name": "calls", "day": 2, "times_a_day": 2})
    due = {
        tuple(times(list(previewed(lead_of(MONDAY_10, version, email=f"{name}@example.com"), version).touches)))
        for name in ("ann", "bob", "cleo", "dan", "eve", "fay")
    }
    assert len(due) > 3


def test_a_person_s_times_do_not_depend_on_the_lead_s_id() -> None:
    version = cadence_of({"name": "calls", "day": 2, "times_a_day": 3})
    lead = lead_of(MONDAY_10, version)
    other = lead.model_copy(update={"id": "another"})
    assert previewed(lead, version).touches == previewed(other, version).touches


# -- 'times_a_day'


def test_as_many_calls_are_spread_over_a_day_as_have_room() -> None:
    version = cadence_of({"name": "calls", "day": 1, "times_a_day": "2-3"})
    made_of = {
        arrives: len(made(previewed(lead_of(at(f"2026-11-23 {arrives}"), version), version, NINE_TO_FIVE).touches))
        for arrives in ("09:00", "14:00", "15:00", "16:00", "16:45")
    }
    assert made_of == {"09:00": 3, "14:00": 3, "15:00": 2, "16:00": 1, "16:45": 0}


def test_a_spread_keeps_its_gap_from_the_call_before_it() -> None:
    version = cadence_of({"name": "first", "after": "0m"}, {"name": "calls", "day": 1, "times_a_day": 3})
    touches = previewed(lead_of(at("2026-11-23 14:00"), version), version, NINE_TO_FIVE).touches
    first, *calls = touches
    assert len(calls) == 2
    assert calls[0].due_at - first.due_at >= HOUR
    assert calls[1].due_at - calls[0].due_at >= HOUR


def test_a_wider_gap_makes_fewer_calls() -> None:
    version = cadence_of({"name": "calls", "day": 2, "times_a_day": "2-3", "gap": "4h"})
    touches = previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE).touches
    assert len(touches) == 2
    assert touches[1].due_at - touches[0].due_at >= 4 * HOUR


def test_a_late_report_does_not_move_the_rest_of_a_day_s_calls() -> None:
    version = cadence_of(
        {"name": "calls", "day": "2-3", "times_a_day": 3, "if_silent": {"after": "40m", "do": "carry_on"}}
    )
    lead = lead_of(MONDAY_10, version)
    at_once, never = (
        times(list(previewed(lead, version, NINE_TO_FIVE, assume).touches)) for assume in ("no_answer", "silent")
    )
    assert at_once == never


# -- 'every'


def weekly(arrives: str, **step: object) -> list[str]:
    version = cadence_of(mails(day=1, every="1w", **step), endless=True)
    lead = lead_of(at(arrives), version)
    touches = previewed(lead, version, WEEKDAYS_WITHOUT_THANKSGIVING, days=70).touches
    return [local(touch.due_at)[:10] for touch in made(touches)]


WEEKDAYS_WITHOUT_THANKSGIVING = simple_settings(
    {"mon-fri": "09:00-17:00"}, holidays={"US": {"2026-11-26": "Thanksgiving"}}
)


def test_a_repeating_step_comes_on_the_same_weekday_without_end() -> None:
    expected = [(at("2026-11-23 12:00") + timedelta(weeks=n)).date().isoformat() for n in range(10)]
    assert weekly("2026-11-23 10:00") == expected


def test_a_closed_date_moves_one_round_and_none_of_the_others() -> None:
    """Thursdays; the second one is Thanksgiving."""
    assert weekly("2026-11-19 10:00")[:3] == ["2026-11-19", "2026-11-27", "2026-12-03"]


def test_arriving_after_hours_the_first_round_is_on_the_next_open_day() -> None:
    assert weekly("2026-11-23 22:00")[:3] == ["2026-11-24", "2026-11-30", "2026-12-07"]
    assert weekly("2026-11-27 22:00")[:2] == ["2026-11-30", "2026-12-04"]


def test_a_late_touch_does_not_move_the_next_round() -> None:
    version = cadence_of({"name": "calls", "day": 1, "every": "1w", "at": "morning"}, endless=True)
    lead = lead_of(at("2026-11-23 08:00"), version)
    at_once, never = (
        times(list(previewed(lead, version, NINE_TO_FIVE, assume, days=60).touches))
        for assume in ("no_answer", "silent")
    )
    assert at_once == never


def test_rounds_on_closed_dates_do_not_pile_up_on_the_next_open_day() -> None:
    version = cadence_of(mails(day=1, every="1d"), endless=True)
    touches = previewed(lead_of(MONDAY_10, version), version, WEEKDAYS, days=14).touches
    days = [local(touch.due_at)[:10] for touch in made(touches)]
    assert len(days) == len(set(days)) == 10
    assert {touch.reason for touch in touches if touch.status == "skipped"} == {"no contact hours on that day"}


def test_a_business_that_is_never_open_has_nothing_to_repeat() -> None:
    version = cadence_of(mails(day=1, every="1w"), endless=True)
    never_open = simple_settings({})
    assert previewed(lead_of(MONDAY_10, version), version, never_open).status == "nothing_fits"


# -- clock changes at the target instant


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London", "Australia/Sydney", "America/St_Johns"])
def test_a_year_of_daily_touches_stays_in_the_morning_on_the_wall(zone: str) -> None:
    version = cadence_of(mails(day=1, every="1d", at="09:00-10:00"), endless=True)
    settings = simple_settings(zone=zone)
    lead = lead_of(at("2026-11-23 06:00", zone), version, zone=zone, regions=())
    touches = previewed(lead, version, settings, days=366).touches
    assert len(touches) == 366
    assert all(local(touch.due_at, zone)[11:13] == "09" for touch in touches)


def test_a_touch_in_the_hour_that_is_left_out_waits_until_the_clocks_have_changed() -> None:
    night_shift = simple_settings({"mon-sun": "00:00-24:00"})
    version = cadence_of({"name": "first", "after": "0m"}, mails(after="1d", of="first"))
    lead: Lead = lead_of(at("2027-03-13 02:30"), version)
    assert local(previewed(lead, version, night_shift).touches[1].due_at) == "2027-03-14 03:00"


def test_a_touch_in_the_hour_that_comes_twice_comes_once() -> None:
    night_shift = simple_settings({"mon-sun": "00:00-24:00"})
    version = cadence_of(mails(day=1, every="1d", at="01:00-02:00"), endless=True)
    lead = lead_of(at("2026-10-30 00:10"), version)
    touches = previewed(lead, version, night_shift, days=5).touches
    assert [local(touch.due_at)[:13] for touch in touches] == [
        f"2026-{day} 01" for day in ("10-30", "10-31", "11-01", "11-02", "11-03")
    ]
    assert all(DAY - HOUR < b.due_at - a.due_at < DAY + 2 * HOUR for a, b in pairwise(touches))
