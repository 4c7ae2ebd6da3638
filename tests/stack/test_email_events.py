"""What SES reports reaches its function through the shipped template, by EventBridge and by SNS, and changes what the
lead gets next.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.demo import store_of
from local.mail_service import bounce, complain, delay, deliver, newest_email_to, reject
from local.stack import AwsError, LocalStack, SentEmail
from local.stack.event_bus import email_event
from local.stack.template import ACCOUNT, REGION
from tests.stack.conftest import Arrive
from tests.stack.following import DAY, MINUTE, Follow, layers_with_cadence
from tests.unit.mutating import EVENTS, from_sns, payload_of, sample

STEPS = [
    {"name": "hello", "do": "email", "after": "1m", "purpose": "Say hello."},
    {"name": "again", "do": "email", "after": "1d", "purpose": "Say it again."},
    {"name": "last", "do": "email", "after": "2d", "purpose": "Say it a last time."},
]
WORDS = {f"{name}.email": "Subject: Hello\n\nHello.\n" for name in ("hello", "again", "last")}
WORDS |= {"again.text": "Hello again from {{ business_name }}."}
JORDAN = "jordan.blake@example.com"
SAMPLES = sorted(
    path.name for path in EVENTS.glob("email_*.json") if "reply" not in path.name and "office" not in path.name
)
BY_EVENTBRIDGE = [name for name in SAMPLES if "eventbridge" in name]
BY_SNS = [name for name in SAMPLES if "eventbridge" not in name]

EXPECTED: dict[str, tuple[str, str, dict[str, str]]] = {
    "email_bounce": ("failed", "open", {"email": "bounced"}),
    "email_complaint": ("sent", "opted_out", {"email": "complained", "text": "complained"}),
    "email_delivery": ("sent", "open", {}),
    "email_delivery_delay": ("sent", "open", {}),
    "email_reject": ("failed", "open", {}),
    "email_rendering_failure": ("failed", "open", {}),
}
"""What each sample leads to: the touch's status, the lead's, and on which channels the lead can't be reached."""


@pytest.fixture
def written_to(tmp_path: Path) -> Iterator[Callable[..., Follow]]:
    """Jordan, who has been sent the first of three e-mails; the second one could be a text."""
    opened: list[Follow] = []

    def follow_jordan(**fields: str | None) -> Follow:
        follow = Follow.open(layers=layers_with_cadence(tmp_path, STEPS, WORDS))
        opened.append(follow)
        assert follow.post(**{"email": JORDAN, "consent_to_text": "yes", **fields}).status == 202
        follow.until("10:02")
        assert follow.touch("hello.1").status == "sent"
        return follow

    yield follow_jordan
    for follow in opened:
        follow.close()


def newest(follow: Follow) -> SentEmail:
    email = newest_email_to(follow.stack, follow.lead_id)
    assert email
    return email


def about(email: SentEmail, payload: dict[str, Any]) -> dict[str, Any]:
    """A sample, as it would be about an e-mail that was really sent."""
    tags = payload["mail"].get("tags", {}) | {name: [value] for name, value in email.tags.items()}
    return payload | {"mail": payload["mail"] | {"messageId": email.message_id, "tags": tags}}


def publish(follow: Follow, sent: dict[str, Any]) -> None:
    """Each record of a sample, published to the topic for configuration sets of one's own."""
    for record in sent["Records"]:
        topic = follow.stack.outputs["EmailEventTopicArn"]
        follow.stack.client("sns").publish(TopicArn=topic, Message=record["Sns"]["Message"])


def in_our_set(event: dict[str, Any], email: SentEmail) -> dict[str, Any]:
    """A sample of EventBridge's, as it would be of this stack's configuration set and about a real e-mail."""
    arn = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{email.configuration_set}"
    return event | {"resources": [arn], "detail": about(email, event["detail"])}


def invocations(stack: LocalStack) -> int:
    return int(stack.work["lambda_invocations"].get("NoteEmailEventFunction", 0))


class TestEverySample:
    """The sample events, through the template's own doors."""

    def assert_as_expected(self, follow: Follow, name: str) -> None:
        expected = EXPECTED[name.removesuffix(".json").removesuffix("_eventbridge")]
        assert (follow.touch("hello.1").status, follow.lead.status, follow.lead.unusable) == expected
        assert follow.stack.failures == []

    @pytest.mark.parametrize("name", [name for name in BY_SNS if "malformed" not in name])
    def test_published_to_the_topic(self, written_to: Callable[..., Follow], name: str) -> None:
        follow = written_to()
        publish(follow, from_sns(about(newest(follow), payload_of(name))))
        assert invocations(follow.stack) == 1
        self.assert_as_expected(follow, name)

    @pytest.mark.parametrize("name", [name for name in BY_EVENTBRIDGE if "malformed" not in name])
    def test_on_the_event_bus(self, written_to: Callable[..., Follow], name: str) -> None:
        follow = written_to()
        follow.stack.happen(in_our_set(sample(name), newest(follow)))
        assert invocations(follow.stack) == 1
        self.assert_as_expected(follow, name)

    def test_that_is_malformed_is_parked_and_the_others_are_handled(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        publish(follow, sample("email_event_malformed.json"))
        assert invocations(follow.stack) == len(sample("email_event_malformed.json")["Records"]) == 4
        errors = {failure.error_type for failure in follow.stack.failures}
        assert (errors, len(follow.stack.failures)) == ({"UnreadableMessage"}, 3)

    def test_that_is_malformed_on_the_bus_is_parked(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        follow.stack.happen(in_our_set(sample("email_event_eventbridge_malformed.json"), newest(follow)))
        assert [failure.error_type for failure in follow.stack.failures] == ["UnreadableMessage"]

    def test_several_in_one_invocation_do_not_hold_each_other_up(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        bounced = about(newest(follow), payload_of("email_bounce.json"))
        with pytest.raises(Exception, match="1 of 2 events can't be read"):
            follow.stack.invoke("NoteEmailEventFunction", from_sns("not JSON", bounced))
        assert follow.lead.unusable == {"email": "bounced"}

    def test_was_looked_at(self) -> None:
        assert len(BY_SNS) == 7
        assert len(BY_EVENTBRIDGE) == 4


class TestTheEventBus:
    def test_brings_nothing_of_other_configuration_sets(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        follow.stack.happen(sample("email_bounce_eventbridge.json"))
        assert invocations(follow.stack) == 0

    def test_brings_everything_that_the_template_asks_for(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        email = newest(follow)
        for happens in (deliver, delay, reject, complain):
            happens(follow.stack, email)
        follow.stack.report_email(email, "Rendering Failure", {"templateName": "x", "errorMessage": "y"})
        bounce(follow.stack, email, "transient")
        assert invocations(follow.stack) == 6
        assert follow.stack.failures == []

    def test_brings_no_opens(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        follow.stack.report_email(newest(follow), "Open", {})
        assert invocations(follow.stack) == 0


class TestABounce:
    def test_sends_the_next_message_by_text_where_there_are_words_and_consent(
        self, written_to: Callable[..., Follow]
    ) -> None:
        follow = written_to()
        bounce(follow.stack, newest(follow), "permanent")
        follow.days(5)
        assert [email.to for email in follow.emails] == [JORDAN]
        assert [text.body for text in follow.texts] == ["Hello again from Fernhill Home Improvement."]
        assert [(touch.id, touch.channel, touch.status) for touch in follow.timeline] == [
            ("hello.1", "email", "failed"),
            ("again.1", "text", "sent"),
            ("last.1", "email", "skipped"),
        ]
        assert follow.touch("hello.1").reason == "the mail came back (Permanent/General)"
        assert follow.touch("last.1").reason == "the address must not be used: mail to the address comes back"
        assert follow.stack.failures == []

    def test_skips_them_with_the_reason_where_there_is_no_consent(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to(consent_to_text=None)
        bounce(follow.stack, newest(follow), "permanent")
        follow.days(5)
        assert (len(follow.emails), follow.texts) == (1, [])
        reasons = {touch.reason for touch in follow.timeline if touch.status == "skipped"}
        assert reasons == {"the address must not be used: mail to the address comes back"}

    def test_lets_calls_go_on_and_shows_the_rep_that_mail_comes_back(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        bounce(follow.stack, newest(follow), "permanent")
        follow.until("10:12")
        (link, *_) = [word for word in follow.texts[-1].body.split() if "/calls/" in word]
        page = follow.stack.http("GET", link.removeprefix(follow.stack.outputs["PublicUrl"]), {}).body.decode()
        assert "Mail to this address comes back: ask for another." in page
        assert "Did not arrive" in page
        follow.days(10)
        assert len(follow.emails) == 1
        assert follow.done("call", "2026-11-24")

    def test_twice_and_with_a_delivery_before_and_after_is_one_bounce(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        email = newest(follow)
        deliver(follow.stack, email)
        bounce(follow.stack, email, "permanent")
        once = follow.lead
        bounce(follow.stack, email, "permanent")
        deliver(follow.stack, email)
        assert follow.lead == once
        assert follow.touch("hello.1").status == "failed"

    def test_outlives_the_lead_s_next_request(self, written_to: Callable[..., Follow]) -> None:
        follow = written_to()
        bounce(follow.stack, newest(follow), "permanent")
        follow.days(10)
        follow.post(email=JORDAN.upper(), message="Hello?")
        follow.days(5)
        assert len(follow.emails) == 1

    def test_of_an_address_that_no_lead_has_suppresses_it(self, stage: Follow) -> None:
        publish(stage, from_sns(payload_of("email_bounce.json")))
        assert store_of(stage.stack).suppressed([("email", JORDAN)]) == {"email": "bounced"}
        stage.post(email=JORDAN)  # whoever asks with it later is called, and not written to
        stage.days(3)
        assert stage.emails == []
        assert stage.stack.failures == []

    def test_three_times_for_now_within_a_month_is_one_for_good(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        for count in (1, 2):
            bounce(follow.stack, newest(follow), "transient")
            follow.stack.run_until(follow.stack.now + count * DAY)
            assert follow.lead.unusable == {}
        bounce(follow.stack, newest(follow), "transient")
        assert follow.lead.unusable == {"email": "bounced"}

    def test_for_now_counts_no_more_once_mail_has_arrived(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        for happens in ("transient", "transient", None, "transient", "transient"):
            if happens:
                bounce(follow.stack, newest(follow), "transient")
            else:
                deliver(follow.stack, newest(follow))
            follow.stack.run_until(follow.stack.now + MINUTE)
        assert follow.lead.unusable == {}


class TestAComplaint:
    def test_stops_everything_at_once_and_frees_the_rep(self, arrive: Arrive) -> None:
        follow = arrive().until("10:11")
        assert follow.ask_of
        complain(follow.stack, newest(follow))
        asked = len(follow.texts)
        follow.days(30)
        assert (follow.lead.status, len(follow.emails), len(follow.texts)) == ("opted_out", 1, asked)
        assert follow.runs == {"1-1": "SUCCEEDED"}
        assert any('"Complaints":[1.0]' in line for line in follow.stack.logs)


class TestAReportBeforeTheRecord:
    """The function that sends dies, or has no answer, before it has recorded what it sent."""

    def test_is_not_lost(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.crash("after:sesv2.SendEmail")
        follow.at("10:05", lambda: bounce(follow.stack, newest(follow), "permanent")).through("10:05")
        follow.until("10:30")
        sent = follow.touch(f"{newest(follow).tags['touch'].replace('_', '.')}")
        assert (sent.status, sent.service_id) == ("failed", newest(follow).message_id)
        assert follow.lead.unusable == {"email": "bounced"}
        follow.days(5)
        assert len(follow.emails) == 1

    def test_that_it_arrived_makes_sent_of_unknown(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.lose_answer("after:sesv2.SendEmail")
        follow.until("10:06")
        touch_id = newest(follow).tags["touch"].replace("_", ".")
        assert follow.touch(touch_id).status == "unknown"
        deliver(follow.stack, newest(follow))
        assert follow.touch(touch_id).status == "sent"


def test_nobody_is_named_in_what_is_kept_and_a_failure_is_tried_again(written_to: Callable[..., Follow]) -> None:
    follow = written_to()
    follow.stack.refuse("before:dynamodb.TransactWriteItems", AwsError("ValidationException"), times=1)
    email = newest(follow)
    bounce(follow.stack, email, "permanent")
    assert len(follow.stack.failures) == 1
    assert follow.lead.unusable == {}
    bounce(follow.stack, email, "permanent")  # as Lambda does by itself a minute later
    assert follow.lead.unusable == {"email": "bounced"}
    assert [line for line in follow.stack.logs if "jordan" in line.lower()] == []
    assert "jordan" not in str(follow.stack.failures[0])


def test_the_envelope_is_the_one_of_the_samples(written_to: Callable[..., Follow]) -> None:
    follow = written_to()
    expected = sample("email_bounce_eventbridge.json")
    made = email_event("Bounce", expected["detail"]["bounce"], newest(follow), 1, follow.stack.now)
    assert made.keys() == expected.keys()
    assert made["detail-type"] == expected["detail-type"]
    assert made["detail"].keys() == expected["detail"].keys()
    assert made["detail"]["mail"].keys() <= expected["detail"]["mail"].keys()
    assert json.dumps(made)
