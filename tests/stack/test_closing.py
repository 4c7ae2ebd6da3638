"""The manager closes the business and opens it again, by text; and the times at which nobody answers."""

import json
import shutil
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.files import read_json
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.use_cases.receive_lead import receive_lead
from local.demo import all_leads
from local.project import CONFIG
from local.stack import AwsError
from tests.faults.dynamodb_local import create_table
from tests.faults.world import World
from tests.stack.conftest import Arrive
from tests.stack.following import DAY, HOUR, MAYA, Email, Follow
from tests.unit.fakes import MONDAY_10_IN_NEW_YORK as NOW

FRIDAY_15 = "2026-11-27 15:00"
MONDAY = "2026-11-30"
PHONES = {"ana": "+12125550111", "ben": "+12125550112", "chloe": "+19175550113", "dana": "+12125550110"}
SAM = {"name": "Sam Reed", "email": "sam@example.com", "phone": "212-555-0177"}

_message_ids = count(1)


def text(follow: Follow, who: str, words: str, message_id: str = "") -> None:
    """Somebody of the team sends a text: End User Messaging publishes it to the topic."""
    message = {
        "originationNumber": PHONES[who],
        "destinationNumber": "+12125550100",
        "messageKeyword": "KEYWORD_123",
        "messageBody": words,
        "inboundMessageId": message_id or f"text-{next(_message_ids)}",
    }
    topic = follow.stack.outputs["InboundTextTopicArn"]
    follow.stack.client("sns").publish(TopicArn=topic, Message=json.dumps(message))


def store(client: Any) -> DynamoDBStore:
    """The shipped adapter."""
    return DynamoDBStore("followthrough", lambda: NOW, client)


def texts_at(follow: Follow, moment: str) -> list[tuple[str, str]]:
    """To whom, and what, at a moment of the lead's local time."""
    return [(each.to, each.body) for each in follow.texts if each.at == moment]


def told(follow: Follow, since: str, until: str) -> list[tuple[str, str]]:
    """Who was texted in which minute, between two moments."""
    return [(each.at[:16], each.to) for each in follow.texts if since <= each.at < until]


def email_of(follow: Follow, step: str) -> Email:
    """The lead's e-mail of a step, by the moment at which it ended."""
    (touch,) = [each for each in follow.timeline if each.step == step and each.status == "sent"]
    assert touch.ended_at is not None
    (email,) = [each for each in follow.emails if each.at == follow.local(touch.ended_at) and each.to == MAYA["email"]]
    return email


@pytest.fixture
def closed() -> Iterator[Follow]:
    """Friday 15:00: the manager has just closed until Monday."""
    with Follow.open(FRIDAY_15) as follow:
        text(follow, "dana", "closed until Mon")
        yield follow
        assert follow.stack.failures == []


class TestClosing:
    def test_is_confirmed_with_the_day_that_was_understood(self, closed: Follow) -> None:
        assert texts_at(closed, FRIDAY_15) == [
            ("dana", "Closed until Mon Nov 30. Leads are told when we will call. Text open to end it.")
        ]

    def test_is_for_the_manager_alone(self, stage: Follow) -> None:
        text(stage, "ben", "closed until Tue")
        stage.post()
        stage.until("10:01")
        assert [(each.to, each.body.split(":")[0]) for each in stage.texts] == [
            ("ben", "Only the manager can close or open for everybody. For yourself, text away or back."),
            ("ana", "Call Maya Thompson now"),
        ]

    def test_asks_again_for_a_day_that_there_is_not(self, stage: Follow) -> None:
        text(stage, "dana", "closed until Nov 31")
        assert [(each.to, each.body) for each in stage.texts] == [
            ("dana", "Closed until when? Text: closed until Mon, or closed until Nov 27 9am")
        ]
        stage.post()
        stage.until("10:01")
        assert stage.texts[-1].to == "ana"

    def test_twice_is_closing_once(self, stage: Follow) -> None:
        text(stage, "dana", "closed until Tue", "the-same")
        stage.until("10:05")
        text(stage, "dana", "closed until Tue", "the-same")
        assert len(stage.texts) == 1


class TestANewLeadWhileItIsClosed:
    @pytest.fixture
    def waiting(self, closed: Follow) -> Follow:
        closed.until("15:30")
        assert closed.post().status == 202
        return closed

    def test_is_told_at_once_when_we_will_call(self, waiting: Follow) -> None:
        waiting.until("16:00")
        (email,) = waiting.emails
        assert email.at == "2026-11-27 15:30"
        assert "We will call you at 917-555-0142 on Monday, November 30, at 8:00 AM Eastern time" in email.text
        assert waiting.lines() == ["2026-11-27 15:30 acknowledge sent"]

    def test_is_called_when_it_opens_and_nobody_is_nudged_before(self, waiting: Follow) -> None:
        waiting.until(f"{MONDAY} 08:06")
        assert told(waiting, "2026-11-27 15:01", "2026-12-01") == [
            (f"{MONDAY} 08:00", "ben"),
            (f"{MONDAY} 08:05", "ana"),
        ]
        assert waiting.local(waiting.touch("first-call.1").due_at)[:16] == f"{MONDAY} 08:00"

    def test_has_its_first_day_on_monday(self, waiting: Follow) -> None:
        waiting.until("2026-12-02 00:00")
        assert {f"{waiting.date(each)}" for each in waiting.done() if each.step == "rest-of-day-one"} == {MONDAY}
        assert f"{waiting.date(waiting.touch('day-two-question.1'))}" == "2026-12-01"


class TestAnOpenLead:
    @pytest.fixture
    def open_lead(self, arrive: Arrive) -> Follow:
        """Arrived on Friday at 10:00; nobody picks up; closed at 15:00 until Monday."""
        follow = arrive("2026-11-27 10:00").report_at("10:01", "no_answer").report_at("10:08", "no_answer")
        return follow.at("15:00", lambda: text(follow, "dana", "closed until Mon"))

    def test_is_left_alone_until_it_opens(self, open_lead: Follow) -> None:
        open_lead.until(f"{MONDAY} 08:00")
        assert told(open_lead, "2026-11-27 15:01", f"{MONDAY} 08:00") == []
        assert [each.at for each in open_lead.emails if each.at > FRIDAY_15] == []

    def test_skips_the_days_calls_with_the_reason(self, open_lead: Follow) -> None:
        open_lead.until("2026-11-27 14:59")
        planned = open_lead.lead.pursuit.progress_of("rest-of-day-one").slot.rest
        open_lead.until(f"{MONDAY} 08:00")
        skipped = [each for each in open_lead.timeline if each.status == "skipped"]
        assert {each.reason for each in skipped} == {"the manager had closed then"}
        assert [each.due_at for each in skipped if each.step == "rest-of-day-one"] == list(planned)

    def test_goes_on_with_its_second_day_on_monday(self, open_lead: Follow) -> None:
        open_lead.until("2026-12-01 00:00")
        daily = [each for each in open_lead.done() if each.step in ("daily-calls", "day-two-question")]
        assert {f"{open_lead.date(each)}" for each in daily} == {MONDAY}
        assert 3 <= len(daily) <= 4

    def test_does_not_mind_a_closing_that_is_taken_back(self, arrive: Arrive) -> None:
        def day(*texts: tuple[str, str]) -> list[str]:
            follow = arrive("2026-11-27 10:00").report_at("10:01", "no_answer").report_at("10:08", "no_answer")
            for when, words in texts:
                follow.at(when, partial(text, follow, "dana", words))
            return follow.until("2026-11-30 00:00").lines()

        assert day(("12:00", "closed until Mon"), ("12:02", "open")) == day()


class TestARepWhoIsBeingAskedWhenItCloses:
    @pytest.fixture
    def asked(self, arrive: Arrive) -> Follow:
        follow = arrive("2026-11-27 14:58")
        return follow.at("15:00", lambda: text(follow, "dana", "closed until Mon"))

    def test_is_not_followed_by_others_before_it_opens(self, asked: Follow) -> None:
        asked.until(f"{MONDAY} 08:06")
        calls = [(at, to) for at, to in told(asked, "2026-11-27", "2026-12-01") if to != "dana"]
        assert calls == [("2026-11-27 14:58", "ana"), (f"{MONDAY} 08:05", "ben")]
        assert asked.texts[-1].body.startswith("Ana Ruiz hasn't reported. Call Maya Thompson now: ")
        assert asked.stack.failures == []

    def test_s_lead_is_told_in_the_morning_when_we_will_call(self, asked: Follow) -> None:
        asked.until(f"{MONDAY} 09:00")
        email = email_of(asked, "will-call")
        assert email.at[:16] == f"{MONDAY} 08:00"
        assert "We plan to call you at 917-555-0142 on Monday, November 30, at 8:05 AM Eastern time" in email.text

    def test_can_still_report(self, asked: Follow) -> None:
        asked.at("15:10", lambda: text(asked, "ana", "5")).until("16:00")
        assert asked.touch("first-call.1").outcome == "voicemail"
        assert asked.lead.ask is None
        asked.until(f"{MONDAY} 08:01")
        assert [each.at[:16] for each in asked.emails] == [f"{MONDAY} 08:00"]
        assert "left a message" in email_of(asked, "tried-you").text

    def test_who_cannot_take_it_is_replaced_by_somebody_who_is_told_from_when_on_to_call(self, asked: Follow) -> None:
        asked.at("15:02", lambda: text(asked, "ana", "8")).until("15:03")
        (body,) = [body for to, body in texts_at(asked, "2026-11-27 15:02") if to == "ben"]
        assert body.startswith("Ana Ruiz can't take it. Call Maya Thompson from 8:00 AM Mon: 917-555-0142. ")
        asked.until(f"{MONDAY} 08:00")
        assert told(asked, "2026-11-27 15:03", f"{MONDAY} 08:00") == []


class TestOpening:
    @pytest.fixture
    def opened(self, closed: Follow) -> Follow:
        """A lead that was put off to Monday; open again on Saturday at ten."""
        closed.until("15:30")
        closed.post()
        return closed.at("2026-11-28 10:00", lambda: text(closed, "dana", "open"))

    def test_is_confirmed(self, opened: Follow) -> None:
        opened.through("2026-11-28 10:00")
        assert ("dana", "Open again: leads are called as usual.") in texts_at(opened, "2026-11-28 10:00")

    def test_counts_at_once_for_new_leads(self, opened: Follow) -> None:
        opened.until("2026-11-28 10:30")
        opened.post(**SAM)
        opened.until("10:31")
        (each,) = [each for each in opened.texts if each.at == "2026-11-28 10:30" and "Sam Reed" in each.body]
        assert each.body.startswith("Call Sam Reed now: 212-555-0177")
        assert len(all_leads(opened.stack)) == 2
        assert [email.to for email in opened.emails if email.at == "2026-11-28 10:30"] == []

    def test_brings_the_calls_that_were_put_off(self, opened: Follow) -> None:
        opened.until("2026-11-28 10:06")
        calls = [(at, to) for at, to in told(opened, "2026-11-28", MONDAY) if to != "dana"]
        assert calls == [("2026-11-28 10:00", "ben"), ("2026-11-28 10:05", "ana")]
        assert opened.touch("first-call.1").status == "silent"
        assert opened.runs == {"1-1": "RUNNING", "1-2": "RUNNING"}

    def test_leaves_the_run_that_slept_behind(self, opened: Follow) -> None:
        opened.until("2026-12-01 00:00")
        assert opened.runs == {"1-1": "SUCCEEDED", "1-2": "RUNNING"}
        assert len([each for each in opened.timeline if each.step == "first-call"]) == 1
        assert f"{opened.date(opened.touch('day-two-question.1'))}" == MONDAY

    def test_is_left_to_the_watchdog_where_a_start_fails(self, closed: Follow) -> None:
        closed.until("15:30")
        closed.post()
        closed.until("2026-11-28 10:00")
        closed.stack.refuse("before:stepfunctions.StartExecution", AwsError("ExecutionLimitExceeded"))
        text(closed, "dana", "open")
        closed.until("10:04", schedules=True)
        assert [to for at, to in told(closed, "2026-11-28", MONDAY)] == ["dana", "ben"]

    def test_earlier_than_was_said_is_another_closing(self, closed: Follow) -> None:
        closed.until("15:30")
        closed.post()
        closed.at("16:00", lambda: text(closed, "dana", "closed until Sat 9am"))
        closed.until("2026-11-28 09:01")
        assert texts_at(closed, "2026-11-27 16:00") == [
            ("dana", "Closed until Sat Nov 28, 9 AM. Leads are told when we will call. Text open to end it.")
        ]
        assert told(closed, "2026-11-27 16:01", MONDAY) == [("2026-11-28 09:00", "ben")]


class TestTheTable:
    @pytest.fixture
    def client(self) -> Iterator[Any]:
        """A client of the shipped table, with one lead; it is closed until tomorrow."""
        with mock_aws():
            client = boto3.client("dynamodb", region_name="us-east-1")
            create_table(client, "followthrough")
            world = World(client, "followthrough")
            receive_lead(world.services, MAYA)
            world.services.team.close(NOW, NOW + DAY)
            yield client

    def test_gives_a_lead_and_the_closures_in_one_request(self, client: Any) -> None:
        requests: list[str] = []
        client.meta.events.register("before-call", lambda model, **_: requests.append(model.name))
        lead, (closure,) = store(client).load_with_closures("lead1")
        assert requests == ["BatchGetItem"]
        assert (lead.id, closure.since, closure.until) == ("lead1", NOW, NOW + DAY)

    def test_is_asked_for_each_by_itself_when_it_is_too_busy_for_both(
        self, client: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            client, "batch_get_item", lambda **asked: {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]}
        )
        lead, closures = store(client).load_with_closures("lead1")
        assert (lead.id, len(closures)) == ("lead1", 1)

    def test_knows_no_lead_that_there_is_not(self, client: Any) -> None:
        with pytest.raises(NotFound):
            store(client).load_with_closures("nobody")

    def test_never_loses_one_of_two_texts_at_once(self, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        team, read = DynamoDBTeamBook("followthrough", lambda: NOW, client), client.get_item

        def read_and_be_overtaken(**asked: Any) -> Any:
            monkeypatch.setattr(client, "get_item", read)
            answer = read(**asked)
            team.close(NOW, NOW + 2 * DAY)
            return answer

        monkeypatch.setattr(client, "get_item", read_and_be_overtaken)
        with pytest.raises(ChangedMeanwhile):
            team.open_again(NOW + HOUR)
        assert [closure.until for closure in team.state().closures] == [NOW + 2 * DAY]


class TestWhenNobodyIsOnDuty:
    def test_the_manager_is_asked_and_the_lead_is_told_when_we_will_call(self, stage: Follow) -> None:
        for rep in ("ana", "ben", "chloe"):
            text(stage, rep, "away")
        stage.post()
        stage.until("10:09")
        calls = [(each.at, each.to) for each in stage.texts if each.body.startswith("Call ")]
        assert calls == [("2026-11-23 10:00", "dana")]
        email = email_of(stage, "will-call")
        assert email.at == "2026-11-23 10:05"
        assert "We plan to call you at 917-555-0142 on Monday, November 23, at 10:10 AM Eastern time" in email.text
        stage.until("10:11")
        assert [(each.at, each.to) for each in stage.texts][-1] == ("2026-11-23 10:10", "dana")


class TestAFirmOfOne:
    @pytest.fixture
    def firm(self, tmp_path: Path) -> Iterator[Follow]:
        """Ana is the only rep, and the manager."""
        config = shutil.copytree(CONFIG, tmp_path / "config")
        team = read_json(CONFIG / "team.json")
        (config / "team.json").write_text(json.dumps({"reps": team["reps"][:1], "manager": "ana"}), "utf-8")
        with Follow.open(layers={"config": config}) as follow:
            yield follow
            assert follow.stack.failures == []

    def test_is_asked_twice_and_then_the_lead_is_told_when_we_will_call(self, firm: Follow) -> None:
        firm.post()
        firm.until("10:10")
        first, second = firm.texts
        assert (first.at, second.at) == ("2026-11-23 10:00", "2026-11-23 10:05")
        assert second.body.startswith("A reminder. Call Maya Thompson now: 917-555-0142.")
        assert firm.touch("first-call.1").asked == ("ana", "ana")
        assert "at 10:10 AM Eastern time, or soon after" in email_of(firm, "will-call").text

    def test_is_asked_next_when_the_lead_expects_it(self, firm: Follow) -> None:
        firm.post()
        firm.until("10:40")
        assert [each.at for each in firm.texts][2:] == ["2026-11-23 10:10"]
        assert firm.touch("second-call.1").asked == ("ana",)

    def test_is_not_asked_again_for_what_it_cannot_take(self, firm: Follow) -> None:
        firm.post()
        firm.at("10:02", lambda: text(firm, "ana", "8")).until("10:03")
        assert [each.body.split(".")[0] for each in firm.texts][1:] == ["OK, noted"]
        assert email_of(firm, "will-call").at == "2026-11-23 10:02"

    def test_can_close(self, firm: Follow) -> None:
        text(firm, "ana", "closed until Tue")
        firm.post()
        firm.until("12:00")
        assert [each.body.split(".")[0] for each in firm.texts] == ["Closed until Tue Nov 24"]
        assert "on Tuesday, November 24, at 8:00 AM Eastern time" in firm.emails[0].text
