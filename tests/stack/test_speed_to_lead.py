"""What `speed-to-lead` promises, on the executed timeline of a lead that the shipped machine follows."""

import re
from datetime import date, datetime
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
    """Monday 10:00 in New York; nobody ever reports; four weeks. Thursday is Thanksgiving."""
    with Follow.open("2026-11-23 10:00") as follow:
        follow.post()
        return follow.days(29).story


@pytest.fixture(scope="module")
def night() -> Story:
    """Monday 23:00 in New York; nobody ever reports."""
    with Follow.open("2026-11-23 23:00") as follow:
        follow.post()
        return follow.until("2026-12-01 00:00").story


def new_york(local: str) -> datetime:
    return local_moment(local, ZoneInfo(NEW_YORK))


def to_the_minute(lines: list[str]) -> list[str]:
    """Lines of a timeline, without the seconds of what waited for an opening."""
    return [re.sub(r"^(\S+ \d\d:\d\d):\d\d", r"\1", line) for line in lines]


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

    def test_the_next_call_is_five_minutes_after_the_email_and_leaves_no_voicemail(self, silent: Story) -> None:
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
            assert re.search(r"<reply\+[a-z2-7]+@reply\.mail\.example\.com>$", str(email.message["Reply-To"]))
            link = str(email.message["List-Unsubscribe"]).strip("<>")
            assert email.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert link == f"{silent.api_url}/unsubscribe/{silent.lead.token}"
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
        follow = arrive(value="high").days(22)
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
        assert "We will call you at 917-555-0142 on Tuesday, November 24, at 8:00 AM Eastern time" in first.text
        assert not CLAIMS_A_CALL.search(first.text)

    def test_gets_nothing_else_before_contact_hours_open_and_no_rep_is_woken(self, night: Story) -> None:
        opening = "2026-11-24 08:00"
        assert len([email for email in night.emails if email.at < opening]) == 1
        assert [text.at for text in night.texts if text.at < opening] == []

    def test_has_its_five_minutes_when_contact_hours_open(self, night: Story) -> None:
        assert [(text.at[:16], text.to) for text in night.texts[:2]] == [
            ("2026-11-24 08:00", "ben"),  # Chloe begins an hour later, and of the other two it is his turn
            ("2026-11-24 08:05", "ana"),
        ]
        assert night.emails[1].at[:16] == "2026-11-24 08:05"
        assert night.local(night.touch("second-call.1").due_at)[:16] == "2026-11-24 08:10"

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
    def test_is_called_within_a_minute_of_the_next_opening(self, arrive: Arrive, arrives: str, called: str) -> None:
        follow = arrive(arrives).through(f"{called}:59")
        assert [email.at for email in follow.emails] == [arrives]
        assert [(text.at[:16], text.to) for text in follow.texts] == [(called, "ben")]

    def test_is_called_at_once_in_the_last_minute_of_contact_hours(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 20:29").until("2026-11-24 12:00")
        assert to_the_minute(follow.lines())[:4] == [
            "2026-11-23 20:29 first-call silent",
            "2026-11-23 20:30 rest-of-day-one skipped no room left on that day",
            "2026-11-24 08:00 will-call sent",
            "2026-11-24 08:05 second-call silent",
        ]
        assert "from 8:00 AM Tue" in follow.texts[1].body  # who is asked at 20:34 must not call now


class TestWhereTheLeadIs:
    def test_a_lead_in_california_is_called_when_both_are_awake(self, arrive: Arrive) -> None:
        # 8:00 in New York, when somebody is there to call, is 5:00 in Los Angeles.
        follow = arrive("2026-11-24 05:00", "America/Los_Angeles", phone="(415) 555-0142", postal_code="94103")
        follow.until("2026-11-25 00:00")
        assert to_the_minute(follow.lines())[:2] == [
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
            f"{hour:02}:{minute:02}" for hour in range(8, 21) for minute in range(60) if (hour, minute) < (20, 30)
        }


class TestSilence:
    def test_moves_up_to_the_manager_and_never_asks_the_same_person_twice_about_one_call(self, arrive: Arrive) -> None:
        follow = arrive(phone=None).until("11:00")
        assert [(text.at[11:], text.to) for text in follow.texts] == [
            ("10:00", "ana"),
            ("10:05", "ben"),
            ("10:10", "chloe"),
            ("10:15", "dana"),
        ]

    def test_on_a_later_call_presses_nobody_within_the_hour_and_the_next_call_goes_to_somebody_else(
        self, silent: Story
    ) -> None:
        asked = [(text.at[11:], text.to) for text in silent.texts if text.at.startswith("2026-11-23")][2:]
        assert [to for _, to in asked] == ["chloe", "dana", "ana", "ben"]
        assert asked[0][0] == "10:10"

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
        follow = arrive(email=None).days(7)
        assert follow.emails == []
        assert len(follow.done("call")) == len(follow.done())
        assert {touch.reason for touch in follow.timeline if touch.channel == "email"} == {"no e-mail address is known"}
        assert 2 <= len(follow.done("call", "2026-11-23")) - 2 <= 3

    def test_an_email_address_is_not_tried_by_email_again_and_again(self, arrive: Arrive) -> None:
        follow = arrive(email=None, value="high").days(29)
        assert [touch.step for touch in follow.timeline].count("nurture") == 1
        assert [touch.step for touch in follow.done("call")].count("weekly-call") >= 3

    def test_any_details_is_spoken_to_politely_all_the_same(self, arrive: Arrive) -> None:
        follow = arrive(name=None, phone=None, service=None, postal_code=None).until("11:00")
        assert follow.emails[0].text.startswith("Hi there,")
        assert "None" not in follow.emails[0].text + follow.texts[0].body
