"""`speed-to-lead`, rule by rule, as the playbook has it. Minutes that chance decides are never named."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from followthrough.domain.leads import CallOutcome, Touch
from followthrough.domain.preview import Assumed
from tests.unit.building import HOUR, MINUTE, at, lead_of, local, made, of_step, planner_of, previewed
from tests.unit.fakes import sample_cadence

MONDAY_10 = at("2026-11-23 10:00")
UNANSWERED: list[Assumed] = ["no_answer", "voicemail", "silent"]
FIRST_DAYS = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-28")  # Thursday is Thanksgiving


def touches(
    arrives: str = "2026-11-23 10:00", assume: Assumed = "no_answer", days: int = 30, **profile: Any
) -> list[Touch]:
    return list(previewed(lead_of(at(arrives), **profile), assume=assume, days=days).touches)


def calls_on(found: list[Touch], day: str) -> list[Touch]:
    return [touch for touch in made(found) if touch.channel == "call" and local(touch.due_at).startswith(day)]


def due(found: list[Touch], step: str) -> str:
    (touch,) = of_step(tuple(found), step)
    return local(touch.due_at)


# -- at once, and right after


def test_the_rep_is_asked_at_once_and_leaves_a_voicemail_when_nobody_answers() -> None:
    first = touches()[0]
    assert (first.step, first.channel, first.to, first.due_at) == ("first-call", "call", "rep", MONDAY_10)
    assert first.voicemail == "leave"


def test_silence_on_the_first_call_counts_after_five_minutes_and_goes_to_somebody_else() -> None:
    rule = planner_of(lead_of(MONDAY_10)).silence_rule("first-call")
    assert (rule.do, rule.after.elapsed) == ("escalate", 5 * MINUTE)
    assert touches(assume="silent")[0].ended_at == MONDAY_10 + 5 * MINUTE


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_after_an_unanswered_call_we_write_at_once_that_we_tried(outcome: CallOutcome) -> None:
    found = touches(assume=outcome)
    assert due(found, "tried-you") == "2026-11-23 10:00"
    assert not of_step(tuple(found), "will-call")


def test_with_a_silent_rep_we_write_after_five_minutes_and_claim_no_call() -> None:
    found = touches(assume="silent")
    assert due(found, "will-call") == "2026-11-23 10:05"
    assert not of_step(tuple(found), "tried-you")


@pytest.mark.parametrize(("assume", "second"), [("no_answer", "10:05"), ("voicemail", "10:05"), ("silent", "10:10")])
def test_the_second_call_comes_five_minutes_after_the_e_mail_without_voicemail(assume: Assumed, second: str) -> None:
    found = touches(assume=assume)
    assert due(found, "second-call") == f"2026-11-23 {second}"
    assert of_step(tuple(found), "second-call")[0].voicemail == "hang_up"


# -- the first days


@pytest.mark.parametrize("assume", UNANSWERED)
def test_the_rest_of_day_one_has_three_calls_well_apart_until_closing(assume: Assumed) -> None:
    found = touches(assume=assume)
    second = of_step(tuple(found), "second-call")[0]
    rest = of_step(tuple(found), "rest-of-day-one")
    moments = [second.due_at, *(touch.due_at for touch in rest), at("2026-11-23 20:30")]
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(rest) == 3
    assert all(gap >= HOUR for gap in gaps)
    assert abs(gaps[1] - gaps[2]) <= 2 * MINUTE, "evenly spaced"


@pytest.mark.parametrize(
    ("arrives", "calls"),
    [("10:00", 3), ("16:00", 3), ("17:30", 2), ("18:40", 1), ("20:00", 0), ("20:29", 0)],
)
def test_the_later_the_arrival_the_fewer_calls_are_squeezed_into_day_one(arrives: str, calls: int) -> None:
    assert len(made(of_step(tuple(touches(f"2026-11-23 {arrives}")), "rest-of-day-one"))) == calls


@pytest.mark.parametrize("assume", UNANSWERED)
def test_days_two_to_five_have_three_calls_each_evenly_spaced_over_the_calling_hours(assume: Assumed) -> None:
    found = touches(assume=assume)
    for day in FIRST_DAYS[1:]:
        calls = calls_on(found, day)
        assert {touch.step for touch in calls} == {"daily-calls"}
        one, two, three = (touch.due_at for touch in calls)
        assert abs((three - two) - (two - one)) <= 2 * MINUTE
        assert two - one > 3 * HOUR
        assert local(one)[11:] < "12:00"
        assert local(three)[11:] > "16:00"


def test_none_of_those_calls_leaves_a_voicemail() -> None:
    later = [touch for touch in touches(assume="voicemail") if touch.channel == "call"][1:]
    assert {touch.voicemail for touch in later} == {"hang_up"}


def test_day_two_asks_a_question_and_day_five_leaves_details() -> None:
    found = touches()
    assert due(found, "day-two-question")[:10] == FIRST_DAYS[1]
    assert due(found, "day-five-details")[:10] == FIRST_DAYS[4]


def test_days_without_contact_hours_are_not_counted() -> None:
    found = touches()
    assert {local(touch.due_at)[:10] for touch in of_step(tuple(found), "daily-calls")} == set(FIRST_DAYS[1:])
    assert due(touches(days=10), "nurture")[:10] == "2026-11-30"


# -- from day six on


@pytest.mark.parametrize("value", ["normal", "high"])
def test_a_nurture_e_mail_goes_every_week_from_day_six_on(value: str) -> None:
    found = of_step(tuple(touches(value=value, days=90)), "nurture")
    first = at("2026-11-30 00:00")
    assert [(touch.due_at - first) // timedelta(weeks=1) for touch in found] == list(range(len(found)))
    assert len(found) == 12


def test_only_high_value_leads_are_called_from_day_six_on_once_or_twice_a_week() -> None:
    assert not of_step(tuple(touches(value="normal", days=90)), "weekly-call")
    calls = of_step(tuple(touches(value="high", days=90)), "weekly-call")
    weeks = [(touch.due_at - at("2026-11-30 00:00")) // timedelta(weeks=1) for touch in calls]
    assert all(1 <= weeks.count(week) <= 2 for week in range(12))


def test_a_high_value_lead_gets_at_most_one_voicemail_a_week() -> None:
    leaving = [touch.due_at for touch in touches(value="high", days=200) if touch.voicemail == "leave"]
    assert all(after - before > timedelta(days=5) for before, after in pairwise(leaving))


def test_there_are_at_least_eight_useful_messages() -> None:
    assert len(set(sample_cadence().cadence.step("nurture").messages)) >= 8


@pytest.mark.parametrize("value", ["normal", "high"])
def test_no_nurture_message_comes_again_within_eight_weeks_and_they_go_on_for_years(value: str) -> None:
    three_years = previewed(lead_of(MONDAY_10, value=value), days=3 * 365)
    found = of_step(three_years.touches, "nurture")
    assert three_years.status == "open"
    assert len(found) > 150
    last: dict[str, Touch] = {}
    for touch in found:
        assert touch.message
        if before := last.get(touch.message):
            assert touch.due_at - before.due_at >= timedelta(weeks=8)
        last[touch.message] = touch


# -- outside contact hours


NIGHTS = ["2026-11-23 20:30", "2026-11-23 23:00", "2026-11-24 03:00", "2026-11-24 07:59"]


@pytest.mark.parametrize("arrives", NIGHTS)
@pytest.mark.parametrize("assume", UNANSWERED)
def test_at_night_one_acknowledgement_goes_at_once_and_day_one_begins_when_hours_open(
    arrives: str, assume: Assumed
) -> None:
    acknowledgement, first, *_ = touches(arrives, assume)
    assert (acknowledgement.step, local(acknowledgement.due_at)) == ("acknowledge", arrives)
    assert (first.step, local(first.due_at)) == ("first-call", "2026-11-24 08:00")
    assert first.ended_at == first.due_at + (5 * MINUTE if assume == "silent" else timedelta())


@pytest.mark.parametrize("arrives", NIGHTS)
def test_after_a_night_s_arrival_days_two_and_five_count_from_that_day(arrives: str) -> None:
    found = touches(arrives)
    assert due(found, "day-two-question")[:10] == "2026-11-25"
    assert due(found, "day-five-details")[:10] == "2026-11-30"
    assert len(made(of_step(tuple(found), "rest-of-day-one"))) == 3


def test_an_arrival_on_a_closed_day_waits_for_the_next_open_one() -> None:
    assert due(touches("2026-11-22 11:00"), "first-call") == "2026-11-23 08:00"  # a Sunday
    assert due(touches("2026-11-26 11:00"), "first-call") == "2026-11-27 08:00"  # Thanksgiving
    assert due(touches("2026-12-24 11:00"), "first-call") == "2026-12-26 08:00"  # closed, then Christmas


def test_in_contact_hours_nothing_is_acknowledged() -> None:
    assert not of_step(tuple(touches("2026-11-23 08:00")), "acknowledge")
    assert not of_step(tuple(touches("2026-11-23 20:29:59")), "acknowledge")


def test_hours_are_those_where_the_lead_is() -> None:
    found = list(previewed(lead_of(at("2026-11-23 10:00"), zone="America/Los_Angeles", regions=("US-CA",))).touches)
    assert found[0].step == "acknowledge"  # it is seven in the morning there
    assert local(found[1].due_at, "America/Los_Angeles") == "2026-11-23 08:00"


# -- answers


@pytest.mark.parametrize("outcome", ["booked", "not_interested", "wrong_number"])
def test_an_answer_ends_it_at_once(outcome: CallOutcome) -> None:
    answered = previewed(lead_of(MONDAY_10), assume=outcome)
    assert [touch.step for touch in answered.touches] == ["first-call"]
    assert (answered.status, answered.ended_at) == (outcome, MONDAY_10)


def test_a_conversation_that_went_silent_is_taken_up_again_some_days_later() -> None:
    first, second, *_ = made(touches(assume="in_conversation"))
    assert (second.step, local(second.due_at)) == ("open-question", "2026-11-27 08:00")  # three days on is Thanksgiving
    assert first.outcome == "in_conversation"


# -- leads with little to go by


def test_without_an_e_mail_address_the_calls_go_on_and_e_mails_are_skipped() -> None:
    found = touches(email=None)
    assert [touch.reason for touch in found if touch.channel == "email"] == ["no e-mail address is known"] * 4
    assert [touch.due_at for touch in made(found)][:2] == [MONDAY_10, MONDAY_10 + 5 * MINUTE]
    assert len(calls_on(found, FIRST_DAYS[1])) == 3


def test_without_a_phone_number_the_rep_is_asked_once_and_e_mails_go_on() -> None:
    found = touches(phone=None)
    assert [touch.step for touch in made(found) if touch.channel == "call"] == ["first-call"]
    assert {touch.reason for touch in found if touch.status == "skipped"} == {"no phone number is known"}
    assert len([touch for touch in made(found) if touch.channel == "email"]) == 7


# -- Florida: three calls in twenty-four hours


@pytest.mark.parametrize("assume", UNANSWERED)
@pytest.mark.parametrize("arrives", ["2026-11-23 09:00", "2026-11-23 13:00", "2026-11-23 18:30", "2026-11-23 23:00"])
def test_in_florida_nobody_is_called_more_than_three_times_in_twenty_four_hours(arrives: str, assume: Assumed) -> None:
    found = made(list(previewed(lead_of(at(arrives), regions=("US-FL",), value="high"), assume=assume).touches))
    calls = [touch.due_at for touch in found if touch.channel == "call"]
    assert all(later - earlier >= timedelta(hours=24) for earlier, later in zip(calls, calls[3:], strict=False))
    assert len(calls) > 8, "but the lead is still called"


def test_in_florida_day_one_is_cut_to_three_calls_and_the_days_after_have_two_or_three() -> None:
    found = list(previewed(lead_of(MONDAY_10, regions=("US-FL",))).touches)
    assert len(calls_on(found, FIRST_DAYS[0])) == 3
    assert all(2 <= len(calls_on(found, day)) <= 3 for day in ("2026-11-24", "2026-11-25", "2026-11-28", "2026-11-30"))


def test_in_florida_a_call_that_has_no_place_in_a_day_says_why() -> None:
    """Three calls after six in the evening: none is allowed before six the next day."""
    found = list(previewed(lead_of(at("2026-11-23 18:00"), regions=("US-FL",))).touches)
    (cut,) = [touch for touch in found if touch.status == "skipped"]
    assert (local(cut.due_at)[:10], cut.reason) == ("2026-11-24", "no more calls are allowed there within 24 hours")


def test_in_florida_a_weekly_call_waits_until_it_is_allowed_instead_of_being_dropped() -> None:
    found = previewed(lead_of(MONDAY_10, regions=("US-FL",), value="high")).touches
    first, *_ = of_step(found, "weekly-call")
    assert first.status == "reported"
    assert local(first.due_at)[:10] == "2026-12-01"
