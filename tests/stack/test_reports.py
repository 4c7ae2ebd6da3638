"""What a rep's report does to the plan, at any moment, and what it never does."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.stack.conftest import Arrive
from tests.stack.following import MINUTE, Follow, layers_with_cadence


class TestAReport:
    def test_of_a_voicemail_sends_the_tried_you_email_now_and_it_is_true(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:03", "voicemail").until("10:30")
        (email,) = follow.emails
        assert email.at == "2026-11-23 10:03"
        assert "tried to call you" in email.subject
        assert "left a message" in email.text
        assert follow.lines()[:3] == [
            "2026-11-23 10:00 first-call reported voicemail",
            "2026-11-23 10:03 tried-you sent",
            "2026-11-23 10:08 second-call asked",
        ]

    def test_of_no_answer_claims_no_voicemail(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:03", "no_answer").until("10:08")
        (email,) = follow.emails
        assert "could not reach you" in email.text
        assert "message" not in email.text

    def test_within_five_minutes_keeps_the_ask_with_the_same_rep(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:04:59", "no_answer").through("10:10")
        assert [text.to for text in follow.texts] == ["ana", "ana"]

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [
            ("booked", "booked"),
            ("not_interested", "not_interested"),
            ("wrong_number", "wrong_number"),
        ],
    )
    def test_that_settles_it_ends_the_pursuit_at_once(self, arrive: Arrive, outcome: str, status: str) -> None:
        follow = arrive().report_at("10:02", outcome).days(30)
        assert (follow.lead.status, follow.lead.closed_at) == (status, follow.moment("2026-11-23 10:02"))
        assert follow.lines() == [f"2026-11-23 10:00 first-call reported {outcome}"]
        assert (len(follow.texts), follow.emails) == (1, [])
        assert follow.runs == {"1-1": "SUCCEEDED"}
        assert follow.run_named("1-1").stopped_at == follow.moment("2026-11-23 10:02")
        assert follow.lead.next_touch_at is None

    def test_of_a_call_back_passes_over_what_comes_before_and_calls_then(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.report_at("10:02", "call_back", callback_at="2026-11-24T15:00:00-05:00")
        follow.until("2026-11-24 14:59")
        assert (len(follow.texts), follow.emails) == (1, [])
        follow.through("15:00")
        assert (follow.texts[-1].at, follow.texts[-1].to) == ("2026-11-24 15:00", "ana")
        assert "They asked to be called at this time" in follow.texts[-1].body
        skipped = [touch for touch in follow.timeline if touch.status == "skipped"]
        assert {touch.reason for touch in skipped} == {"they asked to be called back first"}
        assert "day-two-question" in {touch.step for touch in skipped}

    def test_of_a_call_back_that_reaches_nobody_goes_on_with_the_cadence(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.report_at("10:02", "call_back", callback_at="2026-11-24T15:00:00-05:00")
        follow.report_at("2026-11-24 15:04", "no_answer").until("2026-12-02 00:00")
        steps = [touch.step for touch in follow.done() if touch.due_at > follow.moment("2026-11-24 15:00")]
        assert steps[0] == "daily-calls"
        assert {"day-five-details", "nurture"} <= set(steps)

    def test_of_a_call_back_at_night_is_kept_for_when_contact_hours_open(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.report_at("10:02", "call_back", callback_at="2026-11-23T22:00:00-05:00")
        follow.through("2026-11-24 08:00")
        assert [text.at for text in follow.texts] == ["2026-11-23 10:00", "2026-11-24 08:00"]

    def test_of_a_conversation_leaves_the_lead_alone_until_the_usual_day(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:04", "in_conversation").until("2026-11-28 00:00")
        assert [text.at[:10] for text in follow.texts[:2]] == ["2026-11-23", "2026-11-27"]
        assert follow.done()[1].step == "open-question"
        assert all(email.at[:10] == "2026-11-27" for email in follow.emails)

    def test_that_comes_after_the_escalation_still_counts(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.report_at("10:07", "voicemail", touch_id="first-call.1", by="ana").until("10:20")
        assert follow.touch("first-call.1").outcome == "voicemail"
        assert [email.subject for email in follow.emails] == ["We have your kitchen remodel request"]
        second = follow.touch("second-call.1")
        assert follow.local(second.due_at) == "2026-11-23 10:12"  # five minutes after the call, not after the mail
        assert [text.to for text in follow.texts] == ["ana", "ben", "ben", "ana"]
        assert follow.texts[2].body == "Ana Ruiz has reported on Maya Thompson: stand down."

    def test_made_late_does_not_move_the_evenly_spaced_calls(self, arrive: Arrive) -> None:
        undisturbed = [touch.due_at for touch in arrive().until("2026-11-25 00:00").done("call")][2:]
        follow = arrive().report_at("11:20", "no_answer").until("2026-11-25 00:00")
        assert [touch.due_at for touch in follow.done("call")][2:] == undisturbed

    def test_made_twice_in_the_same_instant_changes_nothing_twice(self, arrive: Arrive) -> None:
        follow = arrive().until("10:03")
        assert [follow.report("voicemail", touch_id="first-call.1")["result"] for _ in range(2)] == [
            "recorded",
            "already_reported",
        ]
        follow.until("10:08")
        assert len(follow.emails) == 1
        assert follow.lead.pursuit.voicemails == 1

    def test_and_the_opposite_in_the_same_instant_end_in_one_plan(self, arrive: Arrive) -> None:
        follow = arrive().until("10:03")
        follow.report("no_answer")
        follow.report("booked", touch_id="first-call.1")
        follow.days(2)
        assert follow.lead.status == "booked"
        assert follow.emails == []

    def test_in_the_second_of_the_deadline_is_recorded_and_the_lead_goes_on(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:05", "voicemail", touch_id="first-call.1")
        follow.until("11:00")
        assert follow.touch("first-call.1").outcome == "voicemail"
        assert len(follow.emails) == 1
        assert follow.stack.failures == []

    def test_on_a_closed_lead_is_refused(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "booked").until("10:03")
        assert follow.report("no_answer") == {"result": "already_closed", "status": "booked"}

    def test_that_closed_the_lead_by_mistake_is_taken_back_and_a_new_run_goes_on(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "not_interested").until("10:30")
        assert follow.runs == {"1-1": "SUCCEEDED"}
        assert follow.report("no_answer", touch_id="first-call.1")["result"] == "recorded"
        follow.until("10:40")
        assert follow.touch("first-call.1").outcome == "no_answer"
        assert [email.at for email in follow.emails] == ["2026-11-23 10:30"]
        assert [text.at for text in follow.texts] == ["2026-11-23 10:00", "2026-11-23 10:35"]
        assert follow.runs == {"1-1": "SUCCEEDED", "1-2": "RUNNING"}

    def test_that_is_taken_back_days_later_makes_up_for_nothing_that_was_missed(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "wrong_number").until("2026-11-25 12:00")
        told = (len(follow.texts), len(follow.emails))
        follow.report("no_answer", touch_id="first-call.1")
        follow.until("2026-11-25 12:01")
        assert (len(follow.texts), len(follow.emails)) == told
        missed = [touch for touch in follow.timeline if touch.due_at < follow.moment("2026-11-25 09:30")]
        assert {touch.reason for touch in missed if touch.step != "first-call"} == {"too late"}
        follow.until("2026-11-26 00:00")
        assert len(follow.texts) > told[0]
        assert follow.stack.failures == []

    def test_of_a_booking_without_its_time_takes_the_time_later(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "booked").until("12:00")
        report = follow.report("booked", touch_id="first-call.1", appointment_at="2026-11-24T15:00:00-05:00")
        assert report == {"result": "recorded", "status": "open"}
        follow.through("2026-11-24 15:04")
        assert follow.texts[-1].body.startswith("Did Maya Thompson come?")

    def test_of_a_call_back_without_a_time_says_what_is_missing(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        assert "callback_at" in follow.report("call_back")["error"]
        assert follow.ask_of == "first-call.1"

    def test_before_the_first_call_is_of_a_conversation_outside_of_any_call(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 23:00").until("23:10")
        assert follow.report("booked", by="ana") == {"result": "recorded", "status": "booked"}
        assert follow.lines()[-1] == "2026-11-23 23:10 contact reported booked"
        follow.days(3)
        assert (len(follow.emails), follow.texts) == (1, [])


class TestACallThatIsDueWhileAnotherIsGoingOn:
    def test_waits_until_five_minutes_after_a_reported_attempt(self, arrive: Arrive) -> None:
        follow = arrive().until("2026-11-23 12:00")
        scheduled = follow.lead.next_touch_at
        assert scheduled is not None
        just_before = scheduled - MINUTE
        follow.stack.call_at(just_before, lambda: follow.report("no_answer", touch_id="second-call.1"))
        follow.stack.run_until(scheduled + timedelta(minutes=10))
        assert follow.touch("rest-of-day-one.1").due_at == just_before + timedelta(minutes=5)

    def test_waits_for_it_and_is_overtaken_if_the_next_one_is_due_by_then(self, tmp_path: Path) -> None:
        calls = [
            {"name": f"ring-{minute}", "do": "call", "after": f"{minute}m", "purpose": "Hear what they want."}
            | {"message": "ring", "if_silent": {"after": "30m", "do": "remind"}}
            for minute in (0, 10, 20)
        ]
        layers = layers_with_cadence(tmp_path, calls, {"ring.call": "Ask what they want."})
        with Follow.open(layers=layers) as follow:
            follow.post()
            follow.until("10:31")
            assert follow.lines() == [
                "2026-11-23 10:00 ring-0 silent",
                "2026-11-23 10:30 ring-10 skipped overtaken: the next call was due before this one could be made",
                "2026-11-23 10:30 ring-20 asked",
            ]
