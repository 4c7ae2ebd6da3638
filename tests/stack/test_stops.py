"""A lead who asks to be left alone is left alone, whatever the machine is doing just then."""

from html import unescape

import pytest

from local.stack import AwsError
from tests.stack.conftest import Arrive
from tests.stack.following import MINUTE, Follow


def links_in(follow: Follow) -> set[str]:
    return {str(email.message["List-Unsubscribe"]).strip("<>") for email in follow.emails}


class TestTheUnsubscribeLink:
    def test_shows_a_button_and_changes_nothing_when_a_scanner_opens_it(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        before, path = follow.lead, f"/unsubscribe/{follow.lead.token}"
        shown = follow.stack.http("GET", path, {})
        assert shown.status == 200
        assert b'<form method="post"' in shown.body
        assert follow.lead == before
        assert follow.stack.http("HEAD", path, {}).status in {200, 404}
        assert follow.lead == before

    def test_stops_everything_when_its_button_is_pressed(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        path = f"/unsubscribe/{follow.lead.token}"
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = follow.stack.http("POST", path, headers, b"scope=everything")
        assert answer.status == 303
        shown = follow.stack.http("GET", path, {}, query=answer.headers["location"].removeprefix("?"))
        assert "won't hear from us again" in unescape(shown.body.decode())
        assert (follow.lead.status, follow.lead.next_touch_at) == ("opted_out", None)

    def test_stops_everything_by_the_one_click_of_a_mail_program(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        assert follow.unsubscribe().status == 200
        assert follow.lead.status == "opted_out"

    def test_is_the_same_in_every_email(self, arrive: Arrive) -> None:
        follow = arrive(phone=None).days(15)
        assert len(follow.emails) >= 4
        assert len(links_in(follow)) == 1

    def test_that_is_not_known_answers_404(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        for method in ("GET", "POST"):
            assert follow.stack.http(method, "/unsubscribe/made-up", {}).status == 404
        assert follow.lead.status == "open"

    def test_pressed_twice_is_pressed_once(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        assert follow.unsubscribe().status == 200
        closed = follow.lead
        follow.stack.run_until(follow.stack.now + MINUTE)
        assert follow.unsubscribe().status == 200
        assert follow.lead == closed

    def test_works_when_the_machine_cannot_be_told(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        follow.stack.crash("before:stepfunctions.SendTaskSuccess")
        assert follow.unsubscribe().status == 500  # died after it had been recorded
        follow.days(30)
        assert follow.lead.status == "opted_out"
        assert (len(follow.texts), follow.emails) == (1, [])
        assert follow.runs == {"1-1": "SUCCEEDED"}


class TestAStop:
    @pytest.mark.parametrize("when", ["10:20", "11:00", "2026-11-25 03:00"])
    def test_while_the_machine_waits_is_the_end(self, arrive: Arrive, when: str) -> None:
        follow = arrive().until(when)
        asked, written = len(follow.texts), len(follow.emails)
        follow.unsubscribe()
        follow.days(30)
        assert (len(follow.texts), len(follow.emails)) == (asked, written)
        assert follow.runs == {"1-1": "SUCCEEDED"}
        assert follow.stack.next_due() is None
        assert follow.stack.failures == []

    def test_while_the_machine_listens_to_a_rep_ends_the_run_at_once(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.at("10:02", follow.unsubscribe).days(30)
        assert (len(follow.texts), follow.emails) == (1, [])
        assert follow.run_named("1-1").stopped_at == follow.moment("2026-11-23 10:02")

    def test_in_the_second_in_which_an_email_is_due_comes_first_or_last_but_never_between(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.call_at(follow.moment("10:05"), follow.unsubscribe)
        follow.days(30)
        assert follow.lead.status == "opted_out"
        assert len(follow.emails) <= 1
        assert {touch.status for touch in follow.timeline} <= {"sent", "silent", "asked"}
        assert follow.runs == {"1-1": "SUCCEEDED"}

    def test_makes_a_report_that_comes_later_harmless(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        follow.unsubscribe()
        assert follow.report("call_back", callback_at="2026-11-24T15:00:00-05:00")["result"] == "already_closed"
        follow.days(5)
        assert len(follow.texts) == 1

    def test_between_a_throttled_attempt_and_the_next_is_kept(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 23:00")
        follow.stack.refuse("before:sesv2.SendEmail", AwsError("TooManyRequestsException", status=429))
        follow.through("23:00")
        follow.unsubscribe()
        follow.days(5)
        assert follow.emails == []
        assert follow.runs == {"1-1": "SUCCEEDED"}

    def test_is_remembered_when_the_same_person_asks_again(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        follow.unsubscribe()
        written = len(follow.emails)
        follow.until("2026-11-30 10:00")
        assert follow.post(message="Please call me after all").status == 202
        follow.days(15)
        assert len(follow.emails) == written
        reasons = {touch.reason for touch in follow.timeline if touch.pursuit == 2 and touch.channel == "email"}
        assert reasons == {"the address must not be used: they unsubscribed"}
        assert follow.texts[-1].at > "2026-11-30 10:00"  # they asked for a call: reps go on calling

    def test_of_one_lead_is_no_stop_of_another(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        follow.post(email="sam@example.com", phone="212-555-0177")
        follow.until("10:02")
        follow.unsubscribe()
        follow.until("10:30")
        assert {email.to for email in follow.emails} == {"sam@example.com"}
