"""Steps of longer pursuits on calendars simple enough to see why: spread over days, in rounds, in series, limited."""

from itertools import pairwise
from typing import Any

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.preview import Assumed
from followthrough.domain.pursuing import claim_message, unclaim
from tests.unit.building import (
    DAY,
    HOUR,
    at,
    lead_of,
    local,
    made,
    next_touch,
    of_step,
    planner_of,
    previewed,
    simple_settings,
)

MONDAY_10 = at("2026-11-23 10:00")
NINE_TO_FIVE = simple_settings()
WEEKDAYS = simple_settings({"mon-fri": "09:00-17:00"})
FIRST = {"name": "first", "after": "0m"}


def cadence_with(*steps: dict[str, Any], messages: dict[str, str] | None = None, **more: Any) -> CadenceVersion:
    """A small cadence of calls, unless a step says otherwise."""
    written = {
        "name": "sample",
        "about": "A cadence for a test.",
        "steps": [{"do": "call", "purpose": "Only for a test.", **step} for step in steps],
        "ends": {"because": "no_response"},
        **more,
    }
    given = {field: value for field, value in written.items() if value is not None}
    return CadenceVersion(cadence=Cadence.model_validate(given), messages=messages or {})


def shown(
    version: CadenceVersion,
    settings: Settings = NINE_TO_FIVE,
    assume: Assumed = "no_answer",
    days: int = 60,
    lead: Lead | None = None,
) -> tuple[Touch, ...]:
    return previewed(lead or lead_of(MONDAY_10, version), version, settings, assume, days).touches


def due(found: list[Touch] | tuple[Touch, ...]) -> list[str]:
    return [local(touch.due_at) for touch in found]


# -- waits


@pytest.mark.parametrize(
    ("arrives", "after", "second"),
    [
        ("2026-11-23 10:00", "30m..60m", "2026-11-23 10:30"),
        ("2026-11-23 16:45", "30m..60m", "2026-11-24 09:00"),
        ("2026-11-27 10:00", "1bd", "2026-11-30 10:00"),
        ("2026-11-27 10:00", "5bd", "2026-12-04 10:00"),
        ("2026-11-26 10:00", "2d..3d", "2026-11-30 09:00"),
        ("2027-01-29 10:00", "1mo", "2027-03-01 09:00"),  # the 28th of February is a Sunday
    ],
)
def test_a_touch_goes_at_the_first_allowed_moment_from_its_wait_on(arrives: str, after: str, second: str) -> None:
    version = cadence_with(FIRST, {"name": "second", "after": after, "of": "first"})
    assert due(shown(version, WEEKDAYS, lead=lead_of(at(arrives), version)))[1] == second


def test_business_days_leave_out_holidays() -> None:
    settings = simple_settings({"mon-fri": "09:00-17:00"}, holidays={"US": {"2026-11-26": "Thanksgiving"}})
    version = cadence_with(FIRST, {"name": "second", "after": "3bd"})
    assert due(shown(version, settings))[1] == "2026-11-27 10:00"


@pytest.mark.parametrize(("audience", "second"), [("consumer", "24"), ("company", "25"), ("enterprise", "27")])
def test_a_wait_is_that_of_the_lead_s_audience(audience: str, second: str) -> None:
    waits = {"consumer": "1d", "company": "2d..3d", "enterprise": "4d..5d"}
    version = cadence_with(FIRST, {"name": "second", "after": waits})
    assert due(shown(version, lead=lead_of(MONDAY_10, version, audience=audience)))[1] == f"2026-11-{second} 10:00"


@pytest.mark.parametrize(("arrives", "goes"), [("13:00", True), ("12:59:59", False)])
def test_what_can_not_be_done_by_the_latest_time_is_skipped(arrives: str, goes: bool) -> None:  # noqa: FBT001
    settings = simple_settings({"mon-fri": "09:00-12:00"})
    version = cadence_with({"name": "call", "after": "3h", "latest": "17h"})
    (call,) = shown(version, settings, lead=lead_of(at(f"2026-11-23 {arrives}"), version))
    expected = ("reported", None) if goes else ("skipped", "not possible by the latest time")
    assert (call.status, call.reason) == expected


def test_it_counts_from_the_silence_since_they_last_spoke_and_never_from_before_it_began() -> None:
    version = cadence_with({"name": "first", "after": "2d", "of": "silence"})
    lead = lead_of(MONDAY_10, version)
    spoken = lead.model_copy(update={"spoken_at": MONDAY_10 + DAY})
    long_ago = lead.model_copy(update={"spoken_at": MONDAY_10 - 30 * DAY})
    found = [due(shown(version, lead=each))[0] for each in (lead, spoken, long_ago)]
    assert found == ["2026-11-25 10:00", "2026-11-26 10:00", "2026-11-23 10:00"]


# -- so many over a range of days


def test_calls_over_a_range_are_in_the_middle_of_equal_parts_on_days_of_their_own() -> None:
    found = shown(cadence_with({"name": "calls", "day": "2-7", "times": 3}))
    assert [moment[:10] for moment in due(found)] == ["2026-11-25", "2026-11-27", "2026-11-29"]
    assert [moment[11:] < "12:00" for moment in due(found)] == [True, False, True]


def test_closed_days_are_no_part_of_the_range() -> None:
    found = shown(cadence_with({"name": "calls", "day": "5-9", "times": 3}), WEEKDAYS)
    assert [moment[:10] for moment in due(found)] == ["2026-11-27", "2026-11-30", "2026-12-01"]


@pytest.mark.parametrize(("times", "calls"), [(1, 1), (3, 3), ("2-3", 2), ("1-3", 1), (9, 8)])
def test_two_are_on_one_day_only_where_they_must_and_as_many_as_keep_the_gap(times: object, calls: int) -> None:
    found = shown(cadence_with({"name": "calls", "day": "6-8", "times": times}), WEEKDAYS)  # a weekend and a Monday
    assert len(found) == calls
    assert all(after.due_at - before.due_at >= HOUR for before, after in pairwise(found))


def test_a_range_without_an_open_day_is_skipped_with_the_reason() -> None:
    (only,) = shown(cadence_with({"name": "calls", "day": "6-7", "times": 2}), WEEKDAYS)
    assert (only.status, only.reason) == ("skipped", "no room left on days 6-7")


def test_once_the_first_is_made_nothing_moves_the_others() -> None:
    alone = shown(cadence_with({"name": "calls", "day": "2-7", "times": 3}))
    other = {"name": "other", "day": 4, "at": "morning"}
    more = shown(cadence_with({"name": "calls", "day": "2-7", "times": 3}, other))
    assert due(of_step(more, "calls"))[1:] == due(alone)[1:]


def test_a_step_with_several_touches_is_over_with_the_last_one() -> None:
    version = cadence_with({"name": "calls", "day": "1-3", "times": 3}, {"name": "then", "after": "1h", "of": "calls"})
    *_, last, then = shown(version)
    assert (last.step, then.step) == ("calls", "then")
    assert then.due_at - last.due_at == HOUR


# -- rounds


def test_a_monthly_round_keeps_the_day_of_the_first_for_years() -> None:
    version = cadence_with({"name": "hello", "do": "email", "day": 1, "every": "1mo"}, ends=None)
    found = shown(version, days=3 * 365, lead=lead_of(at("2026-10-31 10:00"), version))
    days = [moment[5:10] for moment in due(found)]
    assert days[:6] == ["10-31", "11-30", "12-31", "01-31", "02-28", "03-31"]
    assert len(found) == 36


def test_rounds_end_with_their_last_day() -> None:
    version = cadence_with({"name": "hello", "do": "email", "day": 8, "every": "1w", "until_day": 29})
    found = previewed(lead_of(MONDAY_10, version), version, NINE_TO_FIVE, days=90)
    assert [moment[:10] for moment in due(found.touches)] == ["2026-11-30", "2026-12-07", "2026-12-14", "2026-12-21"]
    assert found.status == "no_response"


# -- a series


SERIES = {"name": "missed", "do": ["call", "text", "email"], "after": "0m", "voicemail": "leave"}


def test_a_series_uses_its_channels_in_order_each_when_the_one_before_is_over() -> None:
    version = cadence_with(SERIES, {"name": "then", "do": "email", "after": "1h", "of": "missed"})
    lead = lead_of(MONDAY_10, version, consent_to_text=True)
    found = shown(version, assume="silent", lead=lead)
    assert [(touch.channel, touch.message, local(touch.due_at)[11:]) for touch in found] == [
        ("call", "missed", "10:00"),
        ("text", "missed", "10:05"),
        ("email", "missed", "10:05"),
        ("email", "then", "11:05"),
    ]
    assert [touch.voicemail for touch in found] == ["leave", None, None, None]


def test_a_channel_of_a_series_that_can_not_be_used_is_passed_over_and_the_others_go() -> None:
    found = shown(cadence_with(SERIES, messages={"missed.email": "", "missed.text": ""}))
    assert [(touch.channel, touch.status) for touch in found] == [
        ("call", "reported"),
        ("text", "skipped"),
        ("email", "sent"),
    ]


@pytest.mark.parametrize("answer", ["in_conversation", "call_back"])
def test_nothing_of_a_series_follows_an_answer(answer: Assumed) -> None:
    version = cadence_with(SERIES)
    found = shown(version, assume=answer, days=1, lead=lead_of(MONDAY_10, version, consent_to_text=True))
    assert [touch.channel for touch in found] == ["call"]


# -- a choice of channels


CHOICE = {"name": "touch", "do": {"one_of": ["text", "email", "call"]}, "day": "1-6"}


def channels(**profile: Any) -> list[str]:
    version = cadence_with(CHOICE)
    return [touch.channel for touch in made(shown(version, lead=lead_of(MONDAY_10, version, **profile)))]


def test_the_channel_that_was_unused_for_longest_is_chosen_then_the_preferred_then_the_first() -> None:
    assert channels(consent_to_text=True) == ["text", "email", "call"] * 2
    assert channels(consent_to_text=True, preferred_channel="call") == ["call", "text", "email"] * 2


def test_a_channel_that_can_not_be_used_is_none_to_choose() -> None:
    assert channels() == ["email", "call"] * 3
    assert channels(phone=None) == ["email"] * 6


def test_what_other_steps_have_used_counts_too() -> None:
    version = cadence_with({"name": "hello", "do": "email", "after": "0m"}, {**CHOICE, "day": "2-3"})
    assert [touch.channel for touch in shown(version)] == ["email", "call", "email"]


def test_a_claim_that_is_given_back_has_used_no_channel() -> None:
    version = cadence_with({**CHOICE, "do": {"one_of": ["email", "call"]}})
    lead = lead_of(MONDAY_10, version)
    touch = next_touch(lead, planner_of(lead, version, NINE_TO_FIVE))
    claimed = claim_message(lead, touch, touch.due_at)
    assert claimed.pursuit.used == {"email": (touch.due_at,)}
    assert unclaim(claimed, touch.id).pursuit.used == {}


# -- conditions, and messages that need something


@pytest.mark.parametrize(
    ("condition", "goes"),
    [
        ({"unanswered_calls": {"at_least": 1}}, True),
        ({"unanswered_calls": {"at_least": 2}}, False),
        ({"voicemails": {"at_most": 0}}, True),
        ({"goal": "known"}, False),
        ({"goal": "unknown", "name": "known"}, True),
        ({"started_by": "arrival"}, True),
        ({"started_by": ["no_show", "silence"]}, False),
    ],
)
def test_a_step_goes_only_where_its_conditions_hold(condition: dict[str, Any], goes: bool) -> None:  # noqa: FBT001
    version = cadence_with(FIRST, {"name": "second", "after": "1h", "if": condition})
    found = shown(version, lead=lead_of(MONDAY_10, version, name="Ann Lee"))
    assert (len(of_step(found, "second")) == 1) is goes


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"problem": "a leak", "goal": "a dry cellar"}, "gave-up"),
        ({"problem": "a leak"}, "plain"),
        ({"goal": "a dry cellar", "problem": " "}, "plain"),
    ],
)
def test_another_message_is_used_where_the_record_lacks_what_the_first_needs(
    known: dict[str, Any], message: str
) -> None:
    source = (
        "Subject: Hi\n\n{{ first_name or 'Hi' }}, {% if service %}{{ service }}{% endif %} {{ problem }} {{ goal }}?"
    )
    step = {"name": "gave-up", "do": "email", "after": "0m", "or": "plain"}
    version = cadence_with(step, messages={"gave-up.email": source, "plain.email": "Subject: Hi\n\nHi."})
    (only,) = shown(version, lead=lead_of(MONDAY_10, version, **known))
    assert only.message == message


# -- limits and days of the week


def test_a_fixed_touch_moves_to_when_the_cadence_allows_another() -> None:
    version = cadence_with(
        *({"name": f"mail-{n}", "do": "email", "after": f"{n}h"} for n in range(4)),
        limits={"email": {"a_day": 2, "gap": "90m"}},
    )
    assert due(shown(version)) == [
        "2026-11-23 10:00",
        "2026-11-23 11:30",
        "2026-11-24 09:00",
        "2026-11-24 10:30",
    ]


def test_spread_calls_get_fewer() -> None:
    calls = {"name": "calls", "day": "1-2", "times_a_day": "1-3"}
    version = cadence_with(calls, limits={"call": {"a_day": 2}})
    assert [moment[:10] for moment in due(shown(version))] == ["2026-11-23"] * 2 + ["2026-11-24"] * 2
    apart = shown(cadence_with(calls, limits={"call": {"gap": "4h"}}))
    assert all(after.due_at - before.due_at >= 4 * HOUR for before, after in pairwise(apart))


def test_what_is_bound_to_a_day_that_is_full_says_so() -> None:
    mails = ({"name": f"mail-{n}", "do": "email", "day": 2, "at": f"{9 + n:02}:00-{10 + n:02}:00"} for n in range(2))
    *_, second = shown(cadence_with(*mails, limits={"email": {"a_day": 1}}))
    assert (second.status, second.reason) == ("skipped", "the cadence's limits leave no room on that day")


def test_a_cadence_keeps_to_its_days_of_the_week_but_calls_back_when_it_was_asked_to() -> None:
    version = cadence_with(FIRST, {"name": "second", "after": "1d"}, weekdays="mon-fri")
    friday = lead_of(at("2026-11-27 10:00"), version)
    assert due(shown(version, lead=friday)) == ["2026-11-27 10:00", "2026-11-30 09:00"]
    called_back = shown(version, assume="call_back", days=2, lead=friday)
    assert [(touch.step, local(touch.due_at)) for touch in made(called_back)][1] == ("call-back", "2026-11-28 10:00")
