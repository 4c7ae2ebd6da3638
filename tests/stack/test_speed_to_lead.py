"""What `speed-to-lead` promises, on the executed timeline of a lead that the shipped machine follows."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.stack.conftest import Arrive
from tests.stack.following import DAY, HOUR, MINUTE, NEW_YORK, Follow, Story, local_moment

CLAIMS_A_CALL = re.compile(
    r"called you|tried to (call|reach)|could not reach you|left (you )?a message|not caught you|missed you|voicemail",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def silent() -> Story:
    """Monday 10:00 in New York; nobody ever reports; 40 days. Thursday is Thanksgiving."""
    with Follow.open("2026-11-23 10:00") as follow:
        follow.post()
        return follow.days(40).story


@pytest.fixture(scope="module")
def night() -> Story:
    """Monday 23:00 in New York; nobody ever reports."""
    with Follow.open("2026-11-23 23:00") as follow:
        follow.post()
        return follow.until("2026-12-05 00:00").story


def new_york(local: str) -> datetime:
    return local_moment(local, ZoneInfo(NEW_YORK))


def days_of_calls(story: Story, *days: str) -> list[int]:
    return [len(story.done("call", day)) for day in days]


class TestALeadOnMondayAtTenWithASilentTeam:
    def test_a_rep_is_nudged_at_once_with_all_that_a_call_needs(self, silent: Story) -> None:
        first = silent.texts[0]
        assert (first.at, first.to) == ("2026-11-23 10:00", "ana")
        for needed in ("Maya Thompson", "917-555-0142", "Kitchen remodel", "Leave a message"):
            assert needed in first.body

    def test_five_minutes_later_somebody_else_is_asked(self, silent: Story) -> None:
        second = silent.texts[1]
        assert (second.at, second.to) == ("2026-11-23 10:05", "ben")
        assert "Ana Ruiz hasn't reported" in second.body
        assert silent.touch("first-call.1").asked == ("ana", "ben")

    def test_an_email_follows_right_after(self, silent: Story) -> None:
        assert silent.emails[0].at == "2026-11-23 10:05"
        assert silent.touch("will-call.1").status == "sent"

    def test_the_next_call_is_five_minutes_after_the_email_and_leaves_no_voicemail(
        self, silent: Story
    ) -> None:
        second = silent.done("call")[1]
        assert (silent.local(second.due_at), second.voicemail) == ("2026-11-23 10:10", "hang_up")
        nudge = silent.texts[2]
        assert (nudge.at, nudge.to) == ("2026-11-23 10:10", "chloe")
        assert "Hang up, no message" in nudge.body

    def test_only_the_first_call_leaves_a_voicemail_in_the_first_days(self, silent: Story) -> None:
        assert [call.step for call in silent.done("call") if call.voicemail == "leave"] == ["first-call"]

    def test_two_or_three_more_calls_are_spread_evenly_over_the_rest_of_the_day(self, silent: Story) -> None:
        moments = [call.due_at for call in silent.done("call", "2026-11-23")][2:]
        assert 2 <= len(moments) <= 3
        apart = [later - earlier for earlier, later in pairwise(moments)]
        assert min(apart) >= HOUR
        assert max(apart) - min(apart) <= MINUTE
        assert moments[0] - new_york("2026-11-23 10:10") >= HOUR
        assert moments[-1] < new_york("2026-11-23 20:30")

    def test_days_two_to_five_have_two_or_three_calls_each(self, silent: Story) -> None:
        counts = days_of_calls(silent, "2026-11-24", "2026-11-25", "2026-11-27", "2026-11-28")
        assert all(2 <= count <= 3 for count in counts)

    def test_a_holiday_and_a_sunday_are_no_days_of_the_cadence(self, silent: Story) -> None:
        assert days_of_calls(silent, "2026-11-26", "2026-11-29") == [0, 0]
        assert not [email for email in silent.emails if email.at.startswith(("2026-11-26", "2026-11-29"))]

    def test_the_second_and_the_fifth_day_bring_an_email_and_the_others_none(self, silent: Story) -> None:
        emails = {touch.step: silent.local(touch.due_at)[:10] for touch in silent.done("email")[:3]}
        assert emails == {
            "will-call": "2026-11-23",
            "day-two-question": "2026-11-24",
            "day-five-details": "2026-11-28",
        }

    def test_from_the_sixth_day_on_there_is_one_useful_email_a_week(self, silent: Story) -> None:
        later = silent.done(None)[len(silent.done("call")) + 3 :]
        assert {touch.step for touch in later} == {"nurture"}
        days = [silent.date(touch) for touch in later]
        assert days[0] == date(2026, 11, 30)
        assert [later - earlier for earlier, later in pairwise(days)] == [7 * DAY] * (len(days) - 1)
        assert len({touch.message for touch in later}) == len(later)

    def test_no_message_says_that_anybody_called(self, silent: Story) -> None:
        for email in silent.emails:
            assert not CLAIMS_A_CALL.search(f"{email.subject}\n{email.text}"), email.text

    def test_every_email_can_be_answered_and_stopped(self, silent: Story) -> None:
        for email in silent.emails:
            assert email.to == "maya.thompson@example.com"
            assert email.message["Reply-To"] == email.message["From"]
            link = str(email.message["List-Unsubscribe"]).strip("<>")
            assert email.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert link == f"{silent.api_url}/unsubscribe/{silent.lead.unsubscribe_token}"
            for wanted in ("100 Example Street", "212-555-0100", "9 AM to 6 PM", link):
                assert wanted in email.text

    def test_everything_happens_in_contact_hours(self, silent: Story) -> None:
        for touch in silent.done():
            assert "08:00" <= silent.local(touch.due_at)[11:16] < "20:30"
        for text in silent.texts:
            assert "08:00" <= text.at[11:16] <= "21:00"

    def test_every_touch_is_carried_out_in_the_second_in_which_it_is_due(self, silent: Story) -> None:
        sent = {email.at for email in silent.emails} | {text.at for text in silent.texts}
        assert {silent.local(touch.due_at) for touch in silent.done()} <= sent

    def test_nothing_goes_wrong_and_one_run_does_it_all(self, silent: Story) -> None:
        assert silent.failures == ()
        assert silent.runs == {"1-1": "RUNNING"}

    def test_the_open_lead_has_a_next_touch(self, silent: Story) -> None:
        assert silent.lead.status == "open"
        assert silent.lead.next_touch_at == silent.wakes_at


class TestAHighValueLead:
    def test_is_also_called_once_or_twice_a_week_from_the_sixth_day_on(self, arrive: Arrive) -> None:
        follow = arrive(value="high").days(35)
        weekly = [touch for touch in follow.done("call") if touch.step == "weekly-call"]
        days = [follow.date(touch) for touch in weekly]
        assert days[0] == date(2026, 11, 30)
        assert {later - earlier for earlier, later in pairwise(days)} == {7 * DAY}
        assert {touch.voicemail for touch in weekly} == {"leave"}
        assert [touch for touch in follow.done("email") if touch.step == "nurture"]

    def test_is_one_whose_service_the_business_calls_valuable(self, arrive: Arrive) -> None:
        assert arrive(service="Whole-house renovation").lead.profile.value == "high"


class TestALeadThatArrivesAtNight:
    def test_gets_one_acknowledgement_at_once_that_says_when_we_will_call(self, night: Story) -> None:
        first = night.emails[0]
        assert (first.at, night.timeline[0].step) == ("2026-11-23 23:00", "acknowledge")
        assert "We will call you at 917-555-0142 on Tuesday, November 24 at 8 AM" in first.text
        assert not CLAIMS_A_CALL.search(first.text)

    def test_gets_nothing_else_before_contact_hours_open_and_no_rep_is_woken(self, night: Story) -> None:
        opening = "2026-11-24 08:00"
        assert len([email for email in night.emails if email.at < opening]) == 1
        assert [text.at for text in night.texts if text.at < opening] == []

    def test_has_its_five_minutes_when_contact_hours_open(self, night: Story) -> None:
        assert [(text.at, text.to) for text in night.texts[:2]] == [
            ("2026-11-24 08:00", "ana"),
            ("2026-11-24 08:05", "ben"),
        ]
        assert night.emails[1].at == "2026-11-24 08:05"
        assert night.local(night.touch("second-call.1").due_at) == "2026-11-24 08:10"

    def test_has_its_first_day_then(self, night: Story) -> None:
        assert night.local(night.touch("day-two-question.1").due_at)[:10] == "2026-11-25"
        assert night.local(night.touch("day-five-details.1").due_at)[:10] == "2026-11-30"
        assert 2 <= len(night.done("call", "2026-11-24")) - 2 <= 3

    @pytest.mark.parametrize(
        ("arrives", "called"),
        [
            ("2026-11-24 03:12", "2026-11-24 08:00"),  # before contact hours open
            ("2026-11-28 21:00", "2026-11-30 08:00"),  # Saturday night
            ("2026-11-29 12:00", "2026-11-30 08:00"),  # Sunday
            ("2026-11-26 10:00", "2026-11-27 08:00"),  # Thanksgiving
            ("2026-12-24 10:00", "2026-12-26 08:00"),  # the business's own closed day, before a holiday
            ("2026-11-23 20:30", "2026-11-24 08:00"),  # the second in which contact hours end
        ],
    )
    def test_is_called_when_contact_hours_open_next(self, arrive: Arrive, arrives: str, called: str) -> None:
        follow = arrive(arrives).through(called)
        assert [email.at for email in follow.emails] == [arrives]
        assert [(text.at, text.to) for text in follow.texts] == [(called, "ana")]

    def test_is_called_at_once_in_the_last_minute_of_contact_hours(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 20:29").until("2026-11-24 12:00")
        assert follow.lines()[:4] == [
            "2026-11-23 20:29 first-call silent",
            "2026-11-23 20:30 rest-of-day-one skipped no room left on that day",
            "2026-11-24 08:00 will-call sent",
            "2026-11-24 08:05 second-call silent",
        ]
        assert "from 8:00 AM Tue" in follow.texts[1].body  # who is asked at 20:34 must not call now


class TestWhereTheLeadIs:
    def test_a_lead_in_california_is_called_when_both_are_awake(self, arrive: Arrive) -> None:
        # 8:00 in New York, when somebody is there to call, is 5:00 in Los Angeles.
        follow = arrive(
            "2026-11-24 05:00", "America/Los_Angeles", phone="(415) 555-0142", postal_code="94103"
        )
        follow.until("2026-11-25 00:00")
        assert follow.lines()[:2] == [
            "2026-11-24 05:00 acknowledge sent",
            "2026-11-24 08:00 first-call silent",
        ]
        assert follow.local(follow.done("call")[-1].due_at) < "2026-11-24 17:30"  # 20:30 in New York

    def test_in_florida_nobody_is_called_more_than_three_times_in_24_hours(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 10:00", phone="(305) 555-0142", postal_code="33101").days(8)
        moments = [call.due_at for call in follow.done("call")]
        assert len(moments) >= 8
        assert all(later - earlier >= DAY for earlier, later in zip(moments, moments[3:], strict=False))

    def test_a_clock_change_moves_nothing_out_of_contact_hours(self, arrive: Arrive) -> None:
        follow = arrive("2026-10-30 16:00").days(8)  # the clocks go back on 1 November
        assert {follow.local(touch.due_at)[11:16] for touch in follow.done()} <= {
            f"{hour:02}:{minute:02}"
            for hour in range(8, 21)
            for minute in range(60)
            if (hour, minute) < (20, 30)
        }


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
    def test_that_settles_it_ends_the_pursuit_at_once(
        self, arrive: Arrive, outcome: str, status: str
    ) -> None:
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
        assert follow.done()[1].step == "call-back"
        assert follow.emails == []

    def test_that_comes_after_the_escalation_still_counts(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.report_at("10:07", "voicemail", touch_id="first-call.1").until("10:20")
        assert follow.touch("first-call.1").outcome == "voicemail"
        assert [email.subject for email in follow.emails] == ["We have your kitchen remodel request"]
        second = follow.touch("second-call.1")
        assert follow.local(second.due_at) == "2026-11-23 10:12"  # five minutes after the call, not after the mail
        assert [text.to for text in follow.texts] == ["ana", "ben", "ana"]

    def test_that_comes_after_the_escalation_and_settles_it_calls_the_second_rep_off(
        self, arrive: Arrive
    ) -> None:
        follow = arrive()
        follow.report_at("10:12", "booked", touch_id="first-call.1").days(3)
        assert follow.lead.status == "booked"
        assert follow.touch("second-call.1").reason == "an earlier call was reported meanwhile"
        assert [text.at for text in follow.texts] == [
            "2026-11-23 10:00",
            "2026-11-23 10:05",
            "2026-11-23 10:10",
        ]
        assert len(follow.emails) == 1

    def test_made_late_does_not_move_the_evenly_spaced_calls(self, arrive: Arrive) -> None:
        undisturbed = [touch.due_at for touch in arrive().until("2026-11-25 00:00").done("call")][2:]
        follow = arrive().report_at("11:20", "no_answer").until("2026-11-25 00:00")
        assert [touch.due_at for touch in follow.done("call")][2:] == undisturbed

    def test_made_twice_in_the_same_instant_changes_nothing_twice(self, arrive: Arrive) -> None:
        follow, answers = arrive(), []
        for _ in range(2):
            follow.at("10:03", lambda: answers.append(follow.report("voicemail")["result"]))
        follow.until("10:08")
        assert answers == ["recorded", "already_reported"]
        assert len(follow.emails) == 1
        assert follow.lead.pursuit.voicemails == 1

    def test_and_the_opposite_in_the_same_instant_end_in_one_plan(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:03", "no_answer")
        follow.report_at("10:03", "booked", touch_id="first-call.1").days(2)
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

    def test_of_a_call_back_without_a_time_says_what_is_missing(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        assert "callback_at" in follow.report("call_back")["error"]
        assert follow.ask_of == "first-call.1"

    def test_before_the_first_call_is_answered_in_words(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 23:00").until("23:10")
        assert "has not been called yet" in follow.report("no_answer")["error"]


class TestSilence:
    def test_moves_up_to_the_manager_and_never_asks_the_same_person_twice_about_one_call(
        self, arrive: Arrive
    ) -> None:
        follow = arrive(phone=None).until("11:00")
        assert [(text.at[11:], text.to) for text in follow.texts] == [
            ("10:00", "ana"),
            ("10:05", "ben"),
            ("10:10", "chloe"),
            ("10:15", "dana"),
        ]

    def test_on_a_later_call_reminds_once_and_then_the_next_call_goes_to_somebody_else(
        self, silent: Story
    ) -> None:
        asked = [(text.at[11:], text.to) for text in silent.texts if text.at.startswith("2026-11-23")][2:]
        assert [to for _, to in asked] == ["chloe", "chloe", "dana", "dana", "ana", "ana", "ben", "ben"]
        first, reminder = asked[:2]
        assert (first[0], reminder[0]) == ("10:10", "10:40")

    def test_never_stalls_the_lead(self, silent: Story) -> None:
        assert all(touch.status in {"silent", "sent", "skipped"} for touch in silent.timeline)


class TestALeadWithout:
    def test_a_phone_number_is_written_to_and_a_rep_is_told(self, arrive: Arrive) -> None:
        follow = arrive(phone=None).days(15)
        assert "Write to Maya Thompson now, no phone number: maya.thompson@example.com" in follow.texts[0].body
        assert "You left no phone number" in follow.emails[0].text
        assert [touch.step for touch in follow.done("email")] == [
            "will-call",
            "day-two-question",
            "day-five-details",
            "nurture",
            "nurture",
        ]
        calls = [touch for touch in follow.timeline if touch.channel == "call"]
        assert {touch.reason for touch in calls[1:]} == {"no phone number is known"}

    def test_an_email_address_is_called_and_nothing_is_written(self, arrive: Arrive) -> None:
        follow = arrive(email=None).days(30)
        assert follow.emails == []
        assert len(follow.done("call")) == len(follow.done())
        assert {touch.reason for touch in follow.timeline if touch.channel == "email"} == {
            "no e-mail address is known"
        }
        assert 2 <= len(follow.done("call", "2026-11-23")) - 2 <= 3

    def test_an_email_address_is_not_tried_by_email_again_and_again(self, arrive: Arrive) -> None:
        follow = arrive(email=None, value="high").days(40)
        assert [touch.step for touch in follow.timeline].count("nurture") == 1
        assert [touch.step for touch in follow.done("call")].count("weekly-call") >= 4

    def test_any_details_is_spoken_to_politely_all_the_same(self, arrive: Arrive) -> None:
        follow = arrive(name=None, phone=None, service=None, postal_code=None).until("11:00")
        assert follow.emails[0].text.startswith("Hi there,")
        assert "None" not in follow.emails[0].text + follow.texts[0].body


class TestACallThatIsDueWhileAnotherIsGoingOn:
    def test_waits_until_five_minutes_after_a_reported_attempt(self, arrive: Arrive) -> None:
        follow = arrive().until("2026-11-23 12:00")
        scheduled = follow.lead.next_touch_at
        assert scheduled is not None
        just_before = scheduled - MINUTE
        follow.stack.call_at(just_before, lambda: follow.report("no_answer", touch_id="second-call.1"))
        follow.stack.run_until(scheduled + timedelta(minutes=10))
        assert follow.touch("rest-of-day-one.1").due_at == just_before + timedelta(minutes=5)
