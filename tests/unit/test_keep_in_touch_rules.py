"""`keep-in-touch`, rule by rule, as the playbook has it: pacing until a yes or a no."""

from itertools import pairwise
from typing import Any

import pytest

from followthrough.adapters.message_checks import check_messages
from followthrough.domain.leads import CallOutcome, Touch
from followthrough.domain.preview import Assumed
from tests.unit.building import DAY, at, lead_of, local, made, of_step, planner_of, previewed
from tests.unit.fakes import sample_cadence

VERSION = sample_cadence("keep-in-touch")
MONDAY_10 = at("2026-07-06 10:00")
ALL_CHANNELS: dict[str, Any] = {"consent_to_text": True}


def touches(days: int = 200, assume: Assumed = "no_answer", **profile: Any) -> list[Touch]:
    return made(previewed(lead_of(MONDAY_10, VERSION, **profile), VERSION, assume=assume, days=days).touches)


def dates(found: list[Touch], step: str) -> list[str]:
    return [local(touch.due_at)[:10] for touch in of_step(tuple(found), step)]


@pytest.mark.parametrize("assume", ["no_answer", "silent"])
def test_in_the_first_week_there_is_a_touch_on_every_day_that_is_open(assume: Assumed) -> None:
    found = dates(touches(8, assume, **ALL_CHANNELS), "first-days")
    assert found == [f"2026-07-{day:02}" for day in range(6, 12)]  # the 12th is a Sunday


def test_then_weekly_for_four_weeks_every_two_for_eight_and_monthly_for_years() -> None:
    found = touches(5 * 365, **ALL_CHANNELS)
    assert dates(found, "weekly") == ["2026-07-13", "2026-07-20", "2026-07-27", "2026-08-03"]
    assert dates(found, "every-two-weeks") == ["2026-08-10", "2026-08-24", "2026-09-08", "2026-09-21"]  # Labor Day
    monthly = of_step(tuple(found), "monthly")
    assert dates(found, "monthly")[:3] == ["2026-10-05", "2026-11-05", "2026-12-05"]
    assert len(monthly) == 57
    assert all(25 * DAY < after.due_at - before.due_at < 35 * DAY for before, after in pairwise(monthly))


@pytest.mark.parametrize(
    ("profile", "channels"),
    [
        (ALL_CHANNELS, ["call", "text", "email"]),
        ({**ALL_CHANNELS, "preferred_channel": "email"}, ["email", "call", "text"]),
        ({}, ["call", "email", "call"]),
        ({"phone": None}, ["email", "email", "email"]),
    ],
)
def test_channels_take_turns_the_preferred_one_first(profile: dict[str, Any], channels: list[str]) -> None:
    found = [touch.channel for touch in touches(**profile)]
    assert found[:3] == channels
    assert found == [channels[place % len(set(channels))] for place in range(len(found))]


@pytest.mark.parametrize("profile", [ALL_CHANNELS, {}])
@pytest.mark.parametrize("channel", ["text", "email"])
def test_no_message_comes_again_on_a_channel_within_three_weeks(profile: dict[str, Any], channel: str) -> None:
    last: dict[str | None, Touch] = {}
    for touch in (touch for touch in touches(**profile) if touch.channel == channel):
        before = last.get(touch.message)
        assert before is None or touch.due_at - before.due_at > 21 * DAY
        last[touch.message] = touch


def test_silence_is_never_a_no_and_there_is_always_a_next_touch() -> None:
    lead = lead_of(MONDAY_10, VERSION)
    shown = previewed(lead, VERSION, assume="silent", days=3 * 365)
    assert shown.status == "open"
    gaps = [after.due_at - before.due_at for before, after in pairwise(shown.touches)]
    assert max(gaps) < 36 * DAY


@pytest.mark.parametrize("outcome", ["not_interested", "booked"])
def test_a_yes_or_a_no_ends_it_at_once(outcome: CallOutcome) -> None:
    shown = previewed(lead_of(MONDAY_10, VERSION), VERSION, assume=outcome)
    assert (len(shown.touches), shown.status) == (1, outcome)


def test_silence_of_a_rep_is_reminded_of_and_goes_to_nobody_else() -> None:
    planner = planner_of(lead_of(MONDAY_10, VERSION), VERSION)
    assert {planner.silence_rule(step.name).do for step in VERSION.cadence.steps} == {"remind"}


def test_every_message_is_in_order() -> None:
    assert check_messages(VERSION) == []
