"""When a partner can be reached, and what counts as time while it can't."""

from datetime import time, timedelta

import pytest

from followthrough.domain.partner_hours import (
    NOON,
    PartnerHours,
    after_open_time,
    after_without_closed_days,
    open_day_after,
    open_time_between,
)
from tests.unit.building import HOUR, at, local
from tests.unit.partnering import partner, with_partners

LOS_ANGELES = "America/Los_Angeles"


def hours(**more: object) -> PartnerHours:
    settings = with_partners(partner("alder", **more))
    return PartnerHours(settings, settings.partners.partners[0])


def test_it_is_reached_in_its_own_hours_as_far_as_somebody_of_ours_is_there() -> None:
    early = hours(hours={"mon-sun": "06:00-18:00"})
    opening, on_sunday = early.next_open(at("2026-11-23 05:00")), early.next_open(at("2026-11-22 10:00"))
    assert opening
    assert on_sunday
    assert local(opening) == "2026-11-23 08:00"
    assert local(on_sunday) == "2026-11-23 08:00"


def test_its_hours_are_on_its_own_clock() -> None:
    opening = hours(zone=LOS_ANGELES).next_open(at("2026-11-23 09:00"))
    assert opening
    assert local(opening, LOS_ANGELES) == "2026-11-23 08:00"


def test_open_time_passes_only_while_it_is_open() -> None:
    since = at("2026-11-23 17:00")
    over = after_open_time(hours(), since, 3 * HOUR)
    assert over
    assert local(over) == "2026-11-24 10:00"
    assert open_time_between(hours(), since, over) == 3 * HOUR


def test_a_partner_that_is_never_open_has_no_open_time() -> None:
    assert after_open_time(hours(hours={"sun": "08:00-10:00"}), at("2026-11-23 10:00"), HOUR) is None


@pytest.mark.parametrize(
    ("since", "over"),
    [
        ("2026-11-23 09:00", "2026-11-24 09:00"),
        ("2026-11-20 09:00", "2026-11-23 09:00"),  # over a weekend
        ("2026-11-25 15:00", "2026-11-27 15:00"),  # over Thanksgiving
        ("2026-10-31 12:00", "2026-11-03 00:00"),  # from a day that doesn't count, over the end of summer time
    ],
)
def test_closed_days_do_not_count(since: str, over: str) -> None:
    assert local(after_without_closed_days(hours(), at(since), timedelta(hours=24))) == over


@pytest.mark.parametrize(
    ("asked", "answer_by"),
    [
        ("2026-11-23 09:00", "2026-11-24 12:00"),
        ("2026-11-20 09:00", "2026-11-23 12:00"),  # Friday: Monday
        ("2026-11-25 09:00", "2026-11-27 12:00"),  # before Thanksgiving: the day after
        ("2026-12-23 09:00", "2026-12-28 12:00"),  # the business is closed on Christmas Eve, too
    ],
)
def test_the_deadline_is_noon_of_the_next_open_day(asked: str, answer_by: str) -> None:
    assert local(open_day_after(hours(), at(asked), 1, NOON)) == answer_by


def test_the_deadline_is_on_the_partners_clock_and_never_before_it_opens() -> None:
    western = hours(zone=LOS_ANGELES, hours={"mon-wed": "13:00-17:00", "thu-fri": "08:00-17:00"})
    deadline = open_day_after(western, at("2026-11-23 16:00"), 1, NOON)
    assert local(deadline, LOS_ANGELES) == "2026-11-27 12:00"
    assert local(open_day_after(western, at("2026-11-23 16:00"), 1, time(14)), LOS_ANGELES) == "2026-11-24 14:00"
