"""What recorded facts do to a lead."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from followthrough.domain.asking import passed_on
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, Outcome, PlannedTouch, Profile, Status
from followthrough.domain.plans import Finish
from followthrough.domain.pursuing import (
    Listen,
    ask_again,
    ask_another,
    called_touch,
    claim_call,
    claim_message,
    close,
    decide,
    end_touch,
    latest_call,
    must_renew,
    next_run,
    scheduled,
    unclaim,
    with_ask,
)
from followthrough.domain.reporting import called_off, contact, report
from tests.unit.building import (
    DAY,
    HOUR,
    MINUTE,
    ask_of,
    at,
    cadence_of,
    lead_of,
    next_touch,
    planner_of,
    simple_settings,
)
from tests.unit.fakes import sample_cadence

MONDAY_10 = at("2026-11-23 10:00")
SETTINGS = simple_settings()
FIRST = {"name": "first", "after": "0m", "voicemail": "leave", "if_silent": {"after": "5m", "do": "escalate"}}
HELLO = {"name": "hello", "do": "email", "after": "0m", "of": "first"}
CALLS = {"name": "calls", "day": "1-9", "times_a_day": 2}
VERSION = cadence_of(FIRST, HELLO, CALLS)
CALLS_ONLY = cadence_of(FIRST, CALLS)


def arrived(**profile: Any) -> Lead:
    lead = lead_of(MONDAY_10, VERSION, **profile)
    return scheduled(lead.model_copy(update={"callable_from": MONDAY_10}), MONDAY_10)


def asked(lead: Lead, now: datetime = MONDAY_10, version: CadenceVersion = VERSION) -> tuple[Lead, PlannedTouch]:
    """The lead with its next touch, a call, being asked for."""
    planner = planner_of(lead, version, SETTINGS)
    touch = next_touch(lead, planner, now)
    assert touch.channel == "call"
    return claim_call(lead, touch, planner, ask_of(touch, planner, now)), touch


def called(outcome: Outcome, lead: Lead | None = None, now: datetime = MONDAY_10) -> Lead:
    claimed, touch = asked(lead or arrived(), now)
    return report(claimed, touch, outcome, now)


# -- asking somebody to call


def test_asking_sets_who_is_asked_and_until_when() -> None:
    lead, touch = asked(arrived())
    assert lead.ask
    assert (lead.ask.touch_id, lead.ask.asked) == ("first.1", ("ana",))
    assert (lead.ask.deadline, lead.next_touch_at) == (MONDAY_10 + 5 * MINUTE, MONDAY_10 + 5 * MINUTE)
    assert lead.pursuit.open_touch
    assert lead.pursuit.open_touch.id == touch.id


def test_a_prompt_ask_counts_from_the_due_time_and_a_late_one_from_when_it_was_made() -> None:
    """The preview knows due times only; but nobody's five minutes are over before they were asked."""
    prompt, _ = asked(arrived(), MONDAY_10 + timedelta(seconds=40))
    late, _ = asked(arrived(), MONDAY_10 + 20 * MINUTE)
    assert prompt.ask
    assert late.ask
    assert prompt.ask.deadline == MONDAY_10 + 5 * MINUTE
    assert late.ask.deadline == MONDAY_10 + 25 * MINUTE


def test_a_call_that_is_being_asked_for_is_listened_to_and_nothing_else_is_planned() -> None:
    lead, _ = asked(arrived())
    decision = decide(lead, planner_of(lead, VERSION, SETTINGS), MONDAY_10 + MINUTE)
    assert (decision.next, decision.lead, decision.passed) == (Listen("first.1", MONDAY_10 + 5 * MINUTE), lead, ())


def test_only_calls_of_the_last_two_days_are_remembered() -> None:
    first, _ = asked(arrived(), version=CALLS_ONLY)
    lead = end_touch(first, called_touch(first, "first.1"), "silent", MONDAY_10)
    next_day, _ = asked(lead, at("2026-11-24 11:30"), CALLS_ONLY)
    days_later, _ = asked(lead, at("2026-11-27 11:30"), CALLS_ONLY)
    assert [call.step for call in next_day.pursuit.recent_calls] == ["first", "calls"]
    assert [call.step for call in days_later.pursuit.recent_calls] == ["calls"]


# -- reports


@pytest.mark.parametrize(
    ("outcome", "calls", "voicemails"), [("no_answer", 1, 0), ("voicemail", 1, 1), ("call_back", 0, 0)]
)
def test_what_messages_may_claim_is_counted(outcome: Outcome, calls: int, voicemails: int) -> None:
    pursuit = called(outcome).pursuit
    assert (pursuit.unanswered_calls, pursuit.voicemails) == (calls, voicemails)


def test_without_a_number_there_was_no_call_to_speak_of() -> None:
    pursuit = called("voicemail", arrived(phone=None)).pursuit
    assert (pursuit.unanswered_calls, pursuit.voicemails) == (0, 0)


def test_a_corrected_report_counts_once() -> None:
    claimed, touch = asked(arrived())
    said = report(claimed, touch, "voicemail", MONDAY_10)
    corrected = report(said, touch, "no_answer", MONDAY_10 + MINUTE)
    assert (corrected.pursuit.unanswered_calls, corrected.pursuit.voicemails) == (1, 0)
    assert corrected.pursuit.progress_of("first").outcome == "no_answer"


@pytest.mark.parametrize("outcome", ["booked", "not_interested", "wrong_number"])
def test_an_answer_closes_the_lead(outcome: Outcome) -> None:
    lead = called(outcome)
    assert (lead.status, lead.closed_at, lead.next_touch_at, lead.ask) == (outcome, MONDAY_10, None, None)


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail", "call_back", "in_conversation"])
def test_anything_else_keeps_it_open_and_nobody_is_asked_any_more(outcome: Outcome) -> None:
    lead = called(outcome)
    assert (lead.status, lead.ask, lead.pursuit.open_touch) == ("open", None, None)


def test_a_report_after_silence_still_counts_and_moves_nothing() -> None:
    claimed, touch = asked(arrived())
    silent = end_touch(claimed, touch, "silent", MONDAY_10 + 5 * MINUTE)
    late = report(silent, touch, "voicemail", MONDAY_10 + 3 * HOUR)
    progress = late.pursuit.progress_of("first")
    assert (progress.outcome, progress.ended_at) == ("voicemail", MONDAY_10 + 5 * MINUTE)
    assert late.pursuit.voicemails == 1


def test_nobody_answered_an_earlier_call_does_not_call_off_the_one_being_made() -> None:
    claimed, first = asked(arrived(), version=CALLS_ONLY)
    silent = end_touch(claimed, first, "silent", MONDAY_10 + 5 * MINUTE)
    again, _ = asked(silent, MONDAY_10 + 2 * HOUR, CALLS_ONLY)
    assert again.ask
    assert again.ask.touch_id == "calls.1"
    assert report(again, first, "no_answer", MONDAY_10 + 2 * HOUR).ask == again.ask
    assert report(again, first, "booked", MONDAY_10 + 2 * HOUR).ask is None


# -- which call a report is about


def test_a_report_without_a_touch_is_about_the_call_being_asked_for_else_the_last_one_that_nobody_reported() -> None:
    assert latest_call(arrived()) is None
    lead, touch = asked(arrived())
    assert latest_call(lead) == "first.1"
    silent = with_ask(end_touch(lead, touch, "silent", MONDAY_10 + 5 * MINUTE), None)
    assert latest_call(silent) == "first.1"
    assert latest_call(called("no_answer")) is None


# -- in touch outside of any planned call


def test_a_contact_counts_from_one_and_is_a_call_that_can_be_reported() -> None:
    lead, touch = contact(called("no_answer"), MONDAY_10 + HOUR)
    assert (touch.id, touch.channel, touch.due_at) == ("contact.1", "call", MONDAY_10 + HOUR)
    reported = report(lead, touch, "in_conversation", MONDAY_10 + HOUR)
    assert reported.pursuit.progress_of("contact").outcome == "in_conversation"
    assert contact(reported, MONDAY_10 + 2 * HOUR)[1].id == "contact.2"


def test_a_contact_calls_off_the_call_being_asked_for_and_keeps_the_next_one_apart() -> None:
    asked_for, _ = asked(arrived())
    lead, touch = contact(asked_for, MONDAY_10 + MINUTE)
    reported = report(lead, touch, "in_conversation", MONDAY_10 + MINUTE)
    assert called_off(reported, touch, "in_conversation") == asked_for.pursuit.open_touch
    assert reported.ask is None
    assert reported.pursuit.last_attempt_at == MONDAY_10 + MINUTE


# -- somebody who can't take it


def test_whoever_is_asked_instead_has_the_time_that_it_takes() -> None:
    lead, _ = asked(arrived())
    assert lead.ask
    later = MONDAY_10 + 8 * MINUTE
    passed = ask_another(lead, passed_on(lead.ask, "ben", "link", later, declined=True))
    assert decide(passed, planner_of(lead, VERSION, SETTINGS), MONDAY_10 + 3 * MINUTE).next == Listen("first.1", later)
    assert passed.next_touch_at == later
    assert passed.ask
    assert (passed.ask.holder, passed.ask.instead_of, passed.ask.why) == ("ben", "ana", "cannot_take")


# -- how soon


def test_when_they_were_first_tried_and_first_reached_is_kept() -> None:
    tried = called("no_answer")
    assert (tried.attempted_at, tried.reached_at) == (MONDAY_10, None)
    lead, touch = contact(tried, MONDAY_10 + HOUR)
    reached = report(lead, touch, "in_conversation", MONDAY_10 + HOUR)
    assert (reached.attempted_at, reached.reached_at) == (MONDAY_10, MONDAY_10 + HOUR)


def test_touches_of_the_step_that_were_passed_over_since_do_not_hide_the_last_call() -> None:
    """Friday's call stays silent; the weekend's are skipped while planning ahead; then the rep reports."""
    friday = at("2026-11-27 10:00")
    version = cadence_of({"name": "daily", "day": "1-9"})
    settings = simple_settings({"mon-fri": "09:00-17:00"})
    lead = scheduled(lead_of(friday, version), friday)
    planner = planner_of(lead, version, settings)
    touch = next_touch(lead, planner)
    asked_for = claim_call(lead, touch, planner, ask_of(touch, planner, touch.due_at))
    silent = end_touch(asked_for, touch, "silent", touch.due_at + 5 * MINUTE).model_copy(update={"ask": None})
    decision = decide(silent, planner, touch.due_at + 5 * MINUTE)
    assert [passed.id for passed in decision.passed] == ["daily.2", "daily.3"]
    assert latest_call(decision.lead) == "daily.1"
    assert called_touch(decision.lead, "daily.1").due_at == touch.due_at
    with pytest.raises(NotFound):
        called_touch(decision.lead, "daily.3")


@pytest.mark.parametrize("touch_id", ["first.2", "first.0", "calls.1", "nothing.1", "first", "", "first.x"])
def test_a_call_that_was_never_asked_for_is_not_found(touch_id: str) -> None:
    lead, _ = asked(arrived())
    with pytest.raises(NotFound):
        called_touch(lead, touch_id)


# -- messages


def emailed() -> tuple[Lead, PlannedTouch]:
    lead = called("no_answer")
    planner = planner_of(lead, VERSION, SETTINGS)
    touch = next_touch(lead, planner, MONDAY_10)
    assert touch.id == "hello.1"
    return claim_message(lead, touch, MONDAY_10), touch


def test_a_claim_without_a_record_counts_as_sent_and_the_plan_goes_on() -> None:
    lead, _ = emailed()
    decision = decide(lead, planner_of(lead, VERSION, SETTINGS), MONDAY_10 + 5 * MINUTE)
    assert [(touch.id, touch.status) for touch in decision.passed] == [("hello.1", "unknown")]
    assert isinstance(decision.next, PlannedTouch)
    assert decision.next.id == "calls.1"
    assert decision.lead.pursuit.open_touch is None


def test_a_claim_that_is_given_back_is_planned_again_as_if_it_had_never_been_made() -> None:
    before = called("no_answer")
    lead, touch = emailed()
    given_back = unclaim(lead, touch.id)
    assert next_touch(given_back, planner_of(lead, VERSION, SETTINGS), MONDAY_10) == touch
    assert given_back.pursuit.open_touch is None
    assert given_back.pursuit.progress_of("hello") == before.pursuit.progress_of("hello")
    assert given_back.pursuit.run_touches == before.pursuit.run_touches
    assert given_back.next_touch_at == touch.due_at


def test_giving_back_a_claim_that_is_over_changes_nothing() -> None:
    lead, touch = emailed()
    sent = end_touch(lead, touch, "sent", MONDAY_10)
    assert unclaim(sent, touch.id) == sent


def test_a_claim_given_back_after_the_end_does_not_open_the_lead_again() -> None:
    lead, touch = emailed()
    closed = close(lead, "opted_out", MONDAY_10)
    assert unclaim(closed, touch.id).next_touch_at is None


# -- silence that has gone to somebody else


def silent_and_escalated(version: CadenceVersion) -> Lead:
    """The first call stayed silent, and the next one in line has until ten past ten."""
    claimed, touch = asked(scheduled(lead_of(MONDAY_10, version), MONDAY_10), version=version)
    silent = end_touch(claimed, touch, "silent", MONDAY_10 + 5 * MINUTE)
    assert silent.ask
    return with_ask(silent, passed_on(silent.ask, "ben", "link", MONDAY_10 + 10 * MINUTE))


def test_while_the_next_one_in_line_is_asked_the_machine_listens_until_their_deadline() -> None:
    lead = silent_and_escalated(CALLS_ONLY)
    decision = decide(lead, planner_of(lead, CALLS_ONLY, SETTINGS), MONDAY_10 + 5 * MINUTE)
    assert decision.next == Listen("first.1", MONDAY_10 + 10 * MINUTE)
    assert decision.lead.next_touch_at == MONDAY_10 + 10 * MINUTE


@pytest.mark.parametrize(("seconds", "listens"), [(61, True), (60, False), (0, False)])
def test_a_call_that_is_due_within_a_minute_of_the_deadline_takes_the_ask_over(seconds: int, *, listens: bool) -> None:
    version = cadence_of(FIRST, {"name": "second", "after": "10m"})
    lead = silent_and_escalated(version)
    assert lead.ask
    deadline = MONDAY_10 + 10 * MINUTE - timedelta(seconds=seconds)
    lead = lead.model_copy(update={"ask": lead.ask.model_copy(update={"deadline": deadline})})
    decision = decide(lead, planner_of(lead, version, SETTINGS), MONDAY_10 + 5 * MINUTE)
    assert isinstance(decision.next, Listen) == listens


def test_but_a_message_that_is_due_before_that_goes_first() -> None:
    lead = silent_and_escalated(VERSION)
    decision = decide(lead, planner_of(lead, VERSION, SETTINGS), MONDAY_10 + 5 * MINUTE)
    assert isinstance(decision.next, PlannedTouch)
    assert decision.next.id == "hello.1"


def test_a_cadence_does_not_end_while_somebody_is_being_asked() -> None:
    only = cadence_of(FIRST)
    lead = silent_and_escalated(only)
    decision = decide(lead, planner_of(lead, only, SETTINGS), MONDAY_10 + 5 * MINUTE)
    assert decision.next == Listen("first.1", MONDAY_10 + 10 * MINUTE)
    assert decision.lead.is_open


# -- the end


def test_when_nothing_is_left_the_lead_is_closed() -> None:
    version = cadence_of({"name": "only", "after": "0m"})
    lead = scheduled(lead_of(MONDAY_10, version), MONDAY_10)
    planner = planner_of(lead, version, SETTINGS)
    touch = next_touch(lead, planner)
    over = report(claim_call(lead, touch, planner, ask_of(touch, planner, MONDAY_10)), touch, "no_answer", MONDAY_10)
    decision = decide(over, planner, MONDAY_10)
    assert decision.next == Finish("no_response")
    assert (decision.lead.status, decision.lead.next_touch_at) == ("no_response", None)


@pytest.mark.parametrize("status", ["booked", "opted_out"])
def test_a_closed_lead_stays_closed_as_it_was(status: Status) -> None:
    closed = close(arrived(), status, MONDAY_10)
    assert close(closed, "no_response", MONDAY_10 + DAY) == closed
    assert decide(closed, planner_of(closed, VERSION, SETTINGS), MONDAY_10).next == Finish(status)


# -- asking again


def test_asking_again_begins_the_cadence_afresh_and_keeps_what_is_known() -> None:
    lead = called("not_interested")
    again = ask_again(lead, Profile(phone="+12125550199"), lead.place, sample_cadence(), MONDAY_10 + DAY)
    assert (again.status, again.closed_at, again.times_asked) == ("open", None, 2)
    assert (again.pursuit.number, again.pursuit.began_at, again.pursuit.progress) == (2, MONDAY_10 + DAY, {})
    assert (again.profile.email, again.profile.phone) == ("ann@example.com", "+12125550199")


def test_calls_made_before_still_count_for_the_law() -> None:
    lead = called("no_answer")
    again = ask_again(lead, Profile(), lead.place, VERSION, MONDAY_10 + HOUR)
    assert [call.due_at for call in again.pursuit.recent_calls] == [MONDAY_10]


def test_a_call_of_the_pursuit_before_is_nothing_to_report_on() -> None:
    lead = called("no_answer")
    again = ask_again(lead, Profile(), lead.place, VERSION, MONDAY_10 + HOUR)
    assert latest_call(again) is None
    with pytest.raises(NotFound):
        called_touch(again, "first.1")


# -- runs


def test_the_next_run_goes_on_where_the_one_before_stopped() -> None:
    lead = called("no_answer")
    again = next_run(lead, MONDAY_10 + DAY)
    assert again.pursuit.run == 2
    assert again.pursuit.progress == lead.pursuit.progress
    assert again.pursuit.run_touches == 0


@pytest.mark.parametrize(
    ("touches", "began_days_ago", "due_in_days", "renews"),
    [
        (399, 10, 1, False),
        (400, 10, 1, True),
        (1, 290, 9, False),
        (1, 290, 11, True),
        (0, 299, 7, True),
        (0, 0, 350, False),
    ],
)
def test_a_run_is_renewed_before_it_becomes_too_long_or_too_old(
    touches: int,
    began_days_ago: int,
    due_in_days: int,
    renews: bool,  # noqa: FBT001 - a row of a table
) -> None:
    pursuit = arrived().pursuit.model_copy(
        update={"run_touches": touches, "run_began_at": MONDAY_10 - timedelta(days=began_days_ago)}
    )
    assert must_renew(pursuit, MONDAY_10 + timedelta(days=due_in_days), MONDAY_10) == renews
