"""Leads answer, by text and by e-mail, through the deployed topics and functions."""

import json
from email.message import EmailMessage

import pytest

from followthrough.domain.reply_address import reply_address
from local.lead_mail import answer_by_email, deliver
from local.project import SAMPLE_EVENT
from local.rep_phone import text_back
from local.stack import AwsError
from tests.stack.conftest import Arrive
from tests.stack.following import HOUR, MINUTE, Follow
from tests.stack.rep_phone import texts_back

EVENTS = SAMPLE_EVENT.parent
MAYA = "+19175550142"
REPLIES = "reply.mail.example.com"


def says(follow: Follow, words: str) -> Follow:
    """Maya texts us; whatever follows within a second has happened then."""
    text_back(follow.stack, MAYA, words)
    return follow.through(f"{follow.stack.now.astimezone(follow.zone):%Y-%m-%d %H:%M}")


def answers(follow: Follow, words: str, **headers: str) -> Follow:
    """Maya answers the newest e-mail."""
    assert answer_by_email(follow.stack, follow.lead, words, **headers)
    return follow.through(f"{follow.stack.now.astimezone(follow.zone):%Y-%m-%d %H:%M}")


def to_maya(follow: Follow) -> list[str]:
    return [text.body for text in follow.texts if text.to == MAYA]


def emails_skipped(follow: Follow) -> set[str | None]:
    return {touch.reason for touch in follow.timeline if touch.channel == "email" and touch.status == "skipped"}


class TestAnAnswerToAnEmail:
    def test_goes_to_an_address_of_the_lead_s_own(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        (email,) = follow.emails
        (to,) = email.message["Reply-To"].addresses
        assert to.addr_spec == reply_address(follow.lead.token, REPLIES)

    def test_is_told_to_the_lead_s_rep_within_a_second_with_the_words(self, arrive: Arrive) -> None:
        follow = arrive().until("11:30")
        answers(follow, "Sorry I missed you. Thursday after 3?\n\nMaya")
        assert follow.texts[-1].at == "2026-11-23 11:30"
        assert follow.texts[-1].to == follow.lead.rep
        assert 'They wrote: "Sorry I missed you. Thursday after 3? Maya"' in follow.texts[-1].body
        assert follow.ask_of == "call-back.1"
        assert follow.stack.failures == []

    def test_that_nobody_takes_up_goes_to_the_next_rep_with_the_words(self, arrive: Arrive) -> None:
        follow = arrive().until("11:30")
        answers(follow, "Thursday after 3?").until("11:36")
        assert follow.texts[-1].to != follow.lead.rep
        assert "hasn't reported" in follow.texts[-1].body
        assert 'They wrote: "Thursday after 3?"' in follow.texts[-1].body

    def test_keeps_our_e_mails_away_until_somebody_has_reported(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        written = len(follow.emails)
        answers(follow, "Let me think about it, I'll write again").until("2026-11-25 20:00")
        assert len(follow.emails) == written
        assert "they wrote to us: nothing goes by itself until somebody has answered" in emails_skipped(follow)
        follow.report("no_answer")
        assert follow.lead.hold is None
        follow.days(8)
        assert len(follow.emails) > written

    def test_of_a_machine_changes_nothing(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        before = follow.lead
        answers(follow, "I am out of the office until Monday.", Auto_Submitted="auto-replied")
        after = follow.lead
        assert (after.hold, after.next_touch_at, after.ask) == (None, before.next_touch_at, before.ask)
        assert follow.touch("answer.1").status == "received"
        assert follow.touch("answer.1").reason == "out of office"

    def test_that_says_stop_is_the_end_and_is_confirmed_once(self, arrive: Arrive) -> None:
        follow = arrive().until("11:30")
        written = len(follow.emails)
        answers(follow, "Unsubscribe")
        assert follow.lead.status == "opted_out"
        follow.days(30)
        assert [email.subject for email in follow.emails[written:]] == ["We have stopped contacting you"]

    def test_to_an_address_that_is_nobody_s_changes_nothing(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        before, email = follow.lead, EmailMessage()
        email["From"] = "maya.thompson@example.com"
        email["Subject"] = "stop"
        email.set_content("stop")
        deliver(follow.stack, reply_address("somebody-else-s-token", REPLIES), email)
        assert follow.lead == before
        assert follow.stack.failures == []

    @pytest.mark.parametrize("sample", ["email_reply", "email_out_of_office", "email_reply_malformed"])
    def test_of_any_kind_is_handled(self, arrive: Arrive, sample: str) -> None:
        follow = arrive().until("10:06")
        event = json.loads((EVENTS / f"{sample}.json").read_text("utf-8"))
        assert set(follow.stack.invoke("ReceiveEmailFunction", event)) <= {"to_nobody", "unreadable"}


class TestAText:
    def test_that_says_stop_ends_everything_and_is_confirmed_once(self, arrive: Arrive) -> None:
        follow = arrive(consent_to_text="yes").until("10:12")
        says(follow, "STOP")
        asked, written = len(follow.texts), len(follow.emails)
        says(follow, "STOP")
        follow.days(30)
        assert follow.lead.status == "opted_out"
        assert (len(follow.texts), len(follow.emails)) == (asked, written)
        assert len(to_maya(follow)) == 1

    def test_that_says_stop_between_a_claim_and_the_next_attempt_is_kept(self, arrive: Arrive) -> None:
        follow = arrive("2026-11-23 23:00")
        follow.stack.refuse("before:sesv2.SendEmail", AwsError("TooManyRequestsException", status=429))
        follow.through("23:00")
        says(follow, "stop").days(5)
        assert follow.emails == []
        assert follow.runs == {"1-1": "SUCCEEDED"}

    def test_that_says_stop_stops_everybody_with_the_number(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        follow.post(name="Sam Thompson", email="sam@example.com")
        follow.until("10:02")
        says(follow, "stop")
        asked = len(follow.texts)
        follow.days(10)
        assert (len(follow.texts), follow.emails) == (asked, [])

    def test_that_may_mean_stop_holds_everything_until_a_human_decides(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        says(follow, "ugh stop?")
        assert "A stop? Then answer 4." in follow.texts[-1].body
        asked = follow.texts[-1].to
        follow.until("10:04")
        texts_back(follow, asked, "4")
        follow.until("10:05")
        assert follow.lead.status == "not_interested"
        follow.days(10)
        assert follow.emails == []

    def test_that_says_start_brings_a_rep(self, arrive: Arrive) -> None:
        follow = arrive().until("10:12")
        says(follow, "stop")
        follow.stack.run_until(follow.stack.now + HOUR)
        says(follow, "START")
        follow.stack.run_until(follow.stack.now + MINUTE)
        assert (follow.lead.status, follow.lead.unusable) == ("open", {})
        assert len(to_maya(follow)) == 2
        assert 'They wrote: "START"' in follow.texts[-1].body
        assert follow.ask_of == "call-back.1"
        assert follow.stack.failures == []

    def test_whose_handling_died_is_acted_upon_when_it_is_delivered_again(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        event = json.loads((EVENTS / "lead_text_stop.json").read_text("utf-8"))
        message = json.loads(event["Records"][0]["Sns"]["Message"]) | {"originationNumber": MAYA}
        event["Records"][0]["Sns"]["Message"] = json.dumps(message)
        follow.stack.crash("after:dynamodb.TransactWriteItems", "ReceiveTextFunction")
        with pytest.raises(Exception, match="killed"):
            follow.stack.invoke("ReceiveTextFunction", event)
        assert follow.stack.invoke("ReceiveTextFunction", event) == ["Stop"]
        assert follow.lead.status == "opted_out"
        assert len(to_maya(follow)) == 1

    def test_from_a_stranger_gets_one_line(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        for _ in range(3):
            text_back(follow.stack, "+16465550177", "hello?")
        lines = [text.body for text in follow.texts if text.to == "+16465550177"]
        assert len(lines) == 1
        assert lines[0].startswith("This is Fernhill Home Improvement.")
