"""`patient-caller`, rule by rule, as the playbook has it: strict about voicemail, and spread over three weeks."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from followthrough.adapters.message_checks import check_messages, combinations
from followthrough.adapters.messages import messages_of
from followthrough.domain.call_history import most_calls
from followthrough.domain.leads import CallOutcome, Touch
from followthrough.domain.preview import Assumed
from tests.unit.building import HOUR, MINUTE, at, lead_of, local, made, of_step, planner_of, previewed
from tests.unit.fakes import sample_cadence

VERSION = sample_cadence("patient-caller")
MONDAY_10 = "2026-11-23 10:00"
UNANSWERED: list[Assumed] = ["no_answer", "voicemail", "silent"]
ARRIVALS = [
    MONDAY_10,
    "2026-11-23 08:00",
    "2026-11-23 20:15",
    "2026-11-24 03:00",
    "2026-11-21 14:00",  # a Saturday
    "2026-11-22 11:00",  # a Sunday
    "2026-11-26 09:00",  # Thanksgiving
    "2026-10-30 16:45",  # the clocks go back two days later
    "2027-03-12 12:00",  # the clocks go forward two days later
    "2026-12-23 18:00",  # Christmas, and New Year in the week after
]
AUDIENCES = ["consumer", "company", "enterprise"]
everywhen = pytest.mark.parametrize("arrives", ARRIVALS)
unanswered = pytest.mark.parametrize("assume", UNANSWERED)


def touches(arrives: str = MONDAY_10, assume: Assumed = "no_answer", **profile: Any) -> tuple[Touch, ...]:
    return previewed(lead_of(at(arrives), VERSION, **profile), VERSION, assume=assume, days=60).touches


def one(found: tuple[Touch, ...], step: str) -> Touch:
    (touch,) = of_step(found, step)
    return touch


def day_of(touch: Touch, arrives: str) -> int:
    """The number of a touch's local date, where that of the arrival is 1."""
    return (date.fromisoformat(local(touch.due_at)[:10]) - date.fromisoformat(arrives[:10])).days + 1


# -- day one


def test_the_first_call_is_asked_for_at_once_and_leaves_nothing() -> None:
    first = touches()[0]
    assert (first.step, local(first.due_at), first.voicemail) == ("first-call", MONDAY_10, "hang_up")


@unanswered
def test_the_second_call_comes_thirty_to_sixty_minutes_later_and_leaves_the_first_message(assume: Assumed) -> None:
    found = touches(assume=assume)
    second = one(found, "second-call")
    assert 30 * MINUTE <= second.due_at - found[0].due_at <= 60 * MINUTE
    assert (second.voicemail, second.message) == ("leave", "second-call")


@unanswered
@everywhen
def test_a_third_call_comes_at_least_three_hours_after_that_message_on_the_same_day_or_not_at_all(
    arrives: str, assume: Assumed
) -> None:
    found = touches(arrives, assume)
    second, third = one(found, "second-call"), one(found, "third-call")
    if third.status == "skipped":
        assert second.due_at + 3 * HOUR >= at(f"{local(second.due_at)[:10]} 17:00") + 3 * HOUR
        assert third.reason == "no room left on that day"
        return
    assert second.ended_at
    assert third.due_at - second.ended_at >= 3 * HOUR
    assert local(third.due_at)[:10] == local(second.due_at)[:10]
    assert third.voicemail == "hang_up"


@pytest.mark.parametrize(
    ("arrives", "goes"), [("16:59", True), ("17:00", False), ("17:30", False), ("12:00", True), ("19:30", False)]
)
def test_the_third_call_is_left_out_from_half_past_eight_on(arrives: str, goes: bool) -> None:  # noqa: FBT001
    third = one(touches(f"2026-11-23 {arrives}"), "third-call")
    assert (third.status == "reported") is goes


@everywhen
@unanswered
def test_nobody_is_called_after_half_past_eight_or_out_of_hours(arrives: str, assume: Assumed) -> None:
    found = made(touches(arrives, assume))
    assert all("08:00" <= local(touch.due_at)[11:] < "20:30" for touch in found)
    assert not [touch for touch in found if date.fromisoformat(local(touch.due_at)[:10]).weekday() == 6]
    assert not {"2026-11-26", "2026-12-24", "2026-12-25", "2027-01-01"} & {local(each.due_at)[:10] for each in found}


def test_the_hours_are_the_lead_s_own() -> None:
    lead = lead_of(at(MONDAY_10), VERSION, zone="America/Los_Angeles", regions=("US-CA",))
    found = previewed(lead, VERSION, days=60).touches
    assert local(found[0].due_at, "America/Los_Angeles") == "2026-11-23 08:00"
    assert all(local(touch.due_at, "America/Los_Angeles")[11:] < "20:30" for touch in made(found))


# -- the three groups


@everywhen
@unanswered
@pytest.mark.parametrize(
    ("step", "calls", "days"), [("first-week", 3, (2, 8)), ("second-week", 2, (9, 15)), ("last-call", 1, (16, 22))]
)
def test_each_group_has_its_calls_within_its_days_and_only_the_last_planned_one_leaves_a_message(
    arrives: str, assume: Assumed, step: str, calls: int, days: tuple[int, int]
) -> None:
    group = made(of_step(touches(arrives, assume), step))
    assert len(group) == calls
    assert all(days[0] <= day_of(touch, arrives) <= days[1] for touch in group)
    assert [touch.voicemail for touch in group] == ["hang_up"] * (calls - 1) + ["leave"]


@everywhen
@unanswered
def test_no_more_than_four_messages_are_left_and_never_two_on_a_day(arrives: str, assume: Assumed) -> None:
    leaving = [local(touch.due_at)[:10] for touch in made(touches(arrives, assume)) if touch.voicemail == "leave"]
    assert len(leaving) == len(set(leaving)) == 4


@everywhen
@unanswered
def test_the_calls_of_the_weeks_are_on_days_of_their_own_and_at_different_times_of_day(
    arrives: str, assume: Assumed
) -> None:
    found = made(touches(arrives, assume))
    later = found[-6:]
    days = Counter(local(touch.due_at)[:10] for touch in found)
    assert {days[local(touch.due_at)[:10]] for touch in later} == {1}
    assert all(after.due_at - before.due_at > 11 * HOUR for before, after in pairwise(later))
    mornings = [local(touch.due_at)[11:] < "12:00" for touch in found]
    for place in range(len(found) - 6, len(found)):
        used, other = mornings[:place].count(mornings[place]), mornings[:place].count(not mornings[place])
        assert used <= other, "the half of the day that has had fewer calls"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_it_is_the_same_for_every_audience(audience: str) -> None:
    assert [touch.due_at for touch in touches(audience=audience)] == [touch.due_at for touch in touches()]


def test_two_people_are_not_called_at_the_same_minute() -> None:
    moments = {of_step(touches(email=f"lead-{n}@example.com"), "first-week")[0].due_at for n in range(20)}
    assert len(moments) > 15


def test_a_late_report_moves_none_of_the_spread_calls() -> None:
    spread = ("first-week", "second-week", "last-call")
    reported, silent = (
        [touch.due_at for touch in of_step(touches(assume=assume), *spread)] for assume in ("no_answer", "silent")
    )
    assert reported == silent


# -- ends


@everywhen
@unanswered
def test_after_the_last_call_the_lead_is_closed_for_want_of_a_response(arrives: str, assume: Assumed) -> None:
    shown = previewed(lead_of(at(arrives), VERSION), VERSION, assume=assume, days=60)
    assert shown.status == "no_response"
    assert shown.touches[-1].step == "last-call"
    assert shown.ended_at
    assert shown.ended_at - at(arrives) < timedelta(days=23)


@pytest.mark.parametrize("outcome", ["booked", "not_interested", "wrong_number"])
def test_an_answer_ends_it_at_once(outcome: CallOutcome) -> None:
    shown = previewed(lead_of(at(MONDAY_10), VERSION), VERSION, assume=outcome)
    assert ([touch.step for touch in shown.touches], shown.status) == (["first-call"], outcome)


def test_silence_on_the_first_call_goes_to_somebody_else_and_later_ones_are_reminded_of() -> None:
    planner = planner_of(lead_of(at(MONDAY_10), VERSION), VERSION)
    rules = [(planner.silence_rule(step).do, planner.silence_rule(step).after) for step in ("first-call", "last-call")]
    assert rules == [("escalate", "5m"), ("remind", "30m")]


def test_the_page_says_of_how_many_calls_this_is_one() -> None:
    assert most_calls(VERSION.cadence, lead_of(at(MONDAY_10), VERSION)) == 9


# -- what is said


def test_every_message_is_in_order() -> None:
    assert check_messages(VERSION) == []


@pytest.mark.parametrize("name", ["second-call", "call-again", "last-call"])
def test_a_voicemail_says_who_at_both_ends_and_the_number_twice_in_at_most_sixty_words(name: str) -> None:
    for facts in combinations({"first_name", "rep_name", "service", "request"}):
        words = messages_of(VERSION).words(name, "voicemail", facts)
        who = facts.rep_name or facts.business_name
        assert len(words.split()) <= 60
        assert words.count(facts.rep_phone) >= 2
        assert words.count(who) >= 2


def test_only_calls_that_leave_a_message_have_words_for_it() -> None:
    spoken = {name for name in VERSION.messages if name.endswith(".voicemail")}
    assert spoken == {"second-call.voicemail", "call-again.voicemail", "last-call.voicemail"}
