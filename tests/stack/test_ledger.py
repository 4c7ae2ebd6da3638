"""Look, claim, send once, record: whatever dies in between, no lead gets a message twice and none is lost."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from local.stack import AwsError
from tests.stack.conftest import Arrive
from tests.stack.following import DAY, MINUTE, Follow, Story, layers_with_cadence

NIGHT = "2026-11-23 23:00"
EMAILS = {
    "acknowledge": "2026-11-24 08:30",
    "will-call": "2026-11-25 13:00",
    "day-two-question": "2026-11-30 13:00",
    "day-five-details": "2026-12-01 21:00",
    "nurture": "2026-12-09 00:00",
}
"""The e-mails of the first days, and a moment after the next one."""

NUDGES_OF_TWO_DAYS = 9
THROTTLED = AwsError("TooManyRequestsException", status=429)

# Powertools warns when a handler dies before it has counted anything; here that is what is tried out.
pytestmark = pytest.mark.filterwarnings("ignore:No application metrics to publish")


def steps(story: Story | Follow) -> list[tuple[str, str]]:
    return [(touch.step, touch.status) for touch in story.timeline]


def lead_facing(story: Story | Follow) -> list[str]:
    return [email.subject for email in story.emails if email.to == "maya.thompson@example.com"]


def expected_texts(undisturbed: Story, twice: set[int]) -> list[str]:
    """Who is nudged, in order, if these nudges come a second time: a second buzz is better than a lost lead."""
    numbered = enumerate(text.to for text in undisturbed.texts)
    return [to for number, to in numbered for _ in range(1 + (number in twice))]


@pytest.fixture(scope="module")
def written_to() -> Story:
    """Undisturbed: a lead without a phone number that arrives at night, until the second weekly e-mail."""
    with Follow.open(NIGHT) as follow:
        follow.post(phone=None)
        return follow.until("2026-12-09 00:00").story


@pytest.fixture(scope="module")
def called() -> Story:
    """Undisturbed: a lead without an e-mail address, for two days in which nobody reports."""
    with Follow.open() as follow:
        follow.post(email=None)
        return follow.until("2026-11-25 00:00").story


class TestKilledAtAnEmail:
    @pytest.mark.parametrize(("number", "until"), list(enumerate(EMAILS.values())), ids=EMAILS)
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_the_lead_never_gets_it_twice_and_the_plan_goes_on(
        self, arrive: Arrive, written_to: Story, moment: str, number: int, until: str
    ) -> None:
        step = list(EMAILS)[number]
        follow = arrive(NIGHT, phone=None)
        fault = follow.stack.crash(f"{moment}:sesv2.SendEmail", skip=number)
        story = follow.until(until).story
        assert fault.fired == 1

        expected = lead_facing(written_to)
        if moment == "before":
            del expected[number]  # it may have been sent: nobody can know, so it is not sent again
        received = lead_facing(story)
        assert received == expected[: len(received)]
        assert len(received) >= number + (moment == "after")

        undisturbed = [(name, "unknown") if name == step else (name, status) for name, status in steps(written_to)]
        assert steps(story)[:-1] == undisturbed[: len(story.timeline) - 1]  # the last one may be going on
        assert story.touch(f"{step}.1").reason == "no record of whether it was sent"
        assert story.lead.next_touch_at is not None
        assert story.runs == {"1-1": "RUNNING"}

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_a_lost_answer_is_unknown_and_nobody_tries_again(self, arrive: Arrive, moment: str) -> None:
        follow = arrive(NIGHT, phone=None)
        follow.stack.lose_answer(f"{moment}:sesv2.SendEmail", times=9)
        follow.until("23:30")
        assert follow.calls_of("sesv2.SendEmail") == 1
        assert len(follow.emails) == (moment == "after")
        assert steps(follow) == [("acknowledge", "unknown")]
        assert follow.stack.failures == []

    def test_a_server_error_is_unknown_and_nobody_tries_again(self, arrive: Arrive) -> None:
        follow = arrive(NIGHT, phone=None)
        follow.stack.refuse("after:sesv2.SendEmail", AwsError("InternalFailure", status=500), times=9)
        follow.until("23:30")
        assert (follow.calls_of("sesv2.SendEmail"), len(follow.emails)) == (1, 1)
        assert steps(follow) == [("acknowledge", "unknown")]

    def test_killed_before_the_claim_it_is_sent_once(self, arrive: Arrive) -> None:
        follow = arrive(NIGHT, phone=None)
        follow.stack.crash("before:dynamodb.TransactWriteItems", function="SendEmailFunction")
        follow.until("23:30")
        assert steps(follow) == [("acknowledge", "sent")]
        assert len(follow.emails) == 1


class TestKilledAtANudge:
    @pytest.mark.parametrize(
        ("number", "until"), list(enumerate(["10:20", "10:20", "13:00", "13:00", "16:10", "19:20"]))
    )
    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_the_rep_is_nudged_again_and_the_plan_does_not_move(
        self, arrive: Arrive, called: Story, moment: str, number: int, until: str
    ) -> None:
        follow = arrive(email=None)
        fault = follow.stack.crash(f"{moment}:sns.Publish", skip=number)
        follow.until(until)
        assert fault.fired == 1
        self.compare(follow, called, expected_texts(called, twice={number} if moment == "after" else set()))

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_even_if_that_happens_at_every_single_one(self, arrive: Arrive, called: Story, moment: str) -> None:
        follow = arrive(email=None)
        fault = follow.stack.crash(f"{moment}:sns.Publish")
        died = 0

        def arm_again() -> None:
            nonlocal died
            died, fault.fired = died + fault.fired, 0

        for number in range(2 * 24 * 12):  # half a minute after whole minutes: never between a nudge and its retry
            follow.stack.call_at(follow.stack.now + (5 * number + 2.5) * MINUTE, arm_again)
        follow.until("2026-11-25 00:00")
        assert died == NUDGES_OF_TWO_DAYS
        every_one = set(range(NUDGES_OF_TWO_DAYS))
        self.compare(follow, called, expected_texts(called, twice=every_one if moment == "after" else set()))

    @staticmethod
    def compare(follow: Follow, undisturbed: Story, texts: list[str]) -> None:
        done = follow.lines()
        finished = [line for line in done if not line.endswith("asked")]
        assert finished == undisturbed.lines()[: len(finished)]
        assert len(done) - len(finished) <= 1
        sent = [text.to for text in follow.texts]
        assert sent == texts[: len(sent)]
        assert len(sent) >= 3

    def test_every_nudge_of_the_two_days_has_had_its_turn(self, called: Story) -> None:
        assert len(called.texts) == NUDGES_OF_TWO_DAYS

    def test_a_lost_answer_counts_as_told(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.lose_answer("after:sns.Publish")
        follow.until("10:05")
        assert [text.to for text in follow.texts] == ["ana"]
        assert follow.calls_of("sns.Publish") == 1

    def test_a_nudge_that_no_phone_takes_goes_by_email(self, stage: Follow) -> None:
        stage.stack.refuse("before:sns.Publish", AwsError("InvalidParameter"))
        stage.post()
        (email,) = stage.until("10:05").emails
        assert email.to == "ana@example.com"
        assert "917-555-0142" in email.text


class TestKilledInTheFirstMinutes:
    @pytest.mark.parametrize(
        "function", ["ReceiveLead", "PlanNextTouch", "AskRepToCall", "EscalateSilentRep", "SendEmail"]
    )
    def test_after_each_kind_of_call_in_turn_the_lead_is_followed_up_all_the_same(
        self, stage: Follow, function: str
    ) -> None:
        calls = ["BatchGetItem", "GetItem", "PutItem", "UpdateItem", "TransactWriteItems"]
        deaths = [stage.stack.crash(f"after:dynamodb.{call}", f"{function}Function") for call in calls]
        deaths.append(stage.stack.crash("after:stepfunctions.StartExecution", f"{function}Function"))
        while stage.post().status == 500:
            pass  # a form's visitor and a webhook try again
        stage.watched_until("10:20", each=4 * MINUTE)
        assert sum(death.fired for death in deaths) >= (1 if function == "PlanNextTouch" else 2)
        assert {text.to for text in stage.texts} == {"ana", "ben", "chloe"}
        assert sorted(touch.step for touch in stage.timeline) == ["first-call", "second-call", "will-call"]
        assert len(lead_facing(stage)) == (stage.touch("will-call.1").status == "sent")
        assert stage.ask_of == "second-call.1"


class TestThrottling:
    def test_delays_a_message_and_sends_it_once(self, arrive: Arrive) -> None:
        follow = arrive()
        fault = follow.stack.refuse("before:sesv2.SendEmail", THROTTLED, times=3)
        follow.until("12:00")
        assert fault.fired == 3
        assert follow.touch("will-call.1").status == "sent"
        assert follow.local(follow.touch("will-call.1").due_at) == "2026-11-23 10:05"
        (email,) = follow.emails
        assert "2026-11-23 10:05" < email.at < "2026-11-23 10:09"

    def test_does_not_use_up_the_days_messages(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.refuse("before:sesv2.SendEmail", THROTTLED, times=5)  # more than an address may have a day
        follow.until("12:00")
        assert len(follow.emails) == 1

    def test_that_outlasts_the_retries_ends_the_run_and_the_watchdog_goes_on(self, arrive: Arrive) -> None:
        follow = arrive(NIGHT, phone=None)
        fault = follow.stack.refuse("before:sesv2.SendEmail", THROTTLED, times=1000)
        follow.until("2026-11-24 01:00")
        assert (follow.emails, follow.run_named("1-1").error) == ([], "EmailingFailed")
        fault.times = 0
        follow.watched_until("2026-11-24 09:00", each=10 * MINUTE)
        assert follow.touch("acknowledge.1").reason == "too late"  # by now it would promise what is past
        assert [touch.step for touch in follow.done("email")] == ["will-call"]
        assert len(lead_facing(follow)) == 1

    def test_of_one_lead_keeps_no_other_waiting(self, arrive: Arrive) -> None:
        follow = arrive(NIGHT)
        follow.stack.refuse("before:sesv2.SendEmail", THROTTLED)
        follow.stack.call_at(follow.stack.now + MINUTE, lambda: follow.post(email="sam@example.com", phone=None))
        follow.until("23:30")
        assert {email.to for email in follow.emails} == {"maya.thompson@example.com", "sam@example.com"}


class TestARefusedMessage:
    def test_has_failed_and_the_plan_goes_on(self, arrive: Arrive) -> None:
        follow = arrive()
        follow.stack.refuse("before:sesv2.SendEmail", AwsError("MessageRejected"))
        follow.until("2026-11-25 00:00")
        failed = follow.touch("will-call.1")
        assert (failed.status, failed.reason) == ("failed", "refused: MessageRejected")
        assert [email.subject for email in follow.emails] == ["One question about your kitchen remodel request"]
        assert len(follow.done("call", "2026-11-24")) >= 2


class TestTheDaysCap:
    def test_of_an_address_holds_across_pursuits(self, arrive: Arrive) -> None:
        follow = arrive(NIGHT, phone=None)
        for minute in range(1, 6):
            again = partial(follow.post, phone=None, message=f"{minute}")  # the same person, again and again
            follow.stack.call_at(follow.stack.now + minute * MINUTE, again)
        follow.until("23:30")
        assert len(lead_facing(follow)) == 3
        skipped = [touch.reason for touch in follow.timeline if touch.status == "skipped"]
        assert skipped == ["the address has had its share for the day"] * 3


class TestATextToTheLead:
    @pytest.fixture
    def texting(self, tmp_path: Path) -> Iterator[Follow]:
        """A cadence that texts the lead."""
        text = {"name": "hello", "do": "text", "after": "0m", "purpose": "Say that we have their request."}
        call = {"name": "ring", "do": "call", "after": "1h", "purpose": "Hear what they want."}
        messages = {"hello.text": "{{ business_name }} has your {{ request }}.", "ring.call": "Ask what they want."}
        with Follow.open(layers=layers_with_cadence(tmp_path, [text, call], messages)) as follow:
            yield follow

    def test_goes_out_once_with_consent(self, texting: Follow) -> None:
        texting.post(consent_to_text="yes")
        texting.until("10:30")
        (text,) = texting.stack.texts
        assert text.phone == "+19175550142"
        assert text.attributes == {"AWS.SNS.SMS.SMSType": "Transactional"}
        assert steps(texting) == [("hello", "sent")]

    def test_does_not_go_without_consent(self, texting: Follow) -> None:
        texting.post()
        texting.until("10:30")
        assert texting.texts == []
        assert texting.lines() == ["2026-11-23 10:00 hello skipped no consent to texts is on record"]

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_is_never_sent_twice(self, texting: Follow, moment: str) -> None:
        texting.stack.crash(f"{moment}:sns.Publish", function="SendTextFunction")
        texting.post(consent_to_text="yes")
        texting.until("11:02")
        to_the_lead = [text for text in texting.stack.texts if text.phone == "+19175550142"]
        assert len(to_the_lead) == (moment == "after")
        assert texting.touch("hello.1").status == "unknown"
        assert texting.ask_of == "ring.1"

    def test_whose_answer_is_lost_is_not_tried_again(self, texting: Follow) -> None:
        texting.stack.lose_answer("after:sns.Publish", times=9)
        texting.post(consent_to_text="yes")
        texting.until("10:30")
        assert (texting.calls_of("sns.Publish"), steps(texting)) == (1, [("hello", "unknown")])

    def test_ends_the_lead_when_its_cadence_ends(self, texting: Follow) -> None:
        texting.post(consent_to_text="yes")
        texting.stack.run_until(texting.stack.now + 3 * DAY)
        assert texting.lead.status == "no_response"
        assert texting.runs == {"1-1": "SUCCEEDED"}
