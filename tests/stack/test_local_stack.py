"""The local stack itself, shown on a toy template that has the shapes of the real one."""

from __future__ import annotations

import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from local.stack import ClockStuck, LocalStack, TemplateError
from tests.stack.toy import MINUTE, NOON, TOY, EditToy, deploy_toy, post_plan, step


class TestTime:
    def test_everybody_sees_the_virtual_time(self, toy: LocalStack) -> None:
        toy.run_until(NOON + timedelta(days=1))
        assert toy.now == datetime.now(UTC) == NOON + timedelta(days=1)
        assert time.time() == toy.now.timestamp()

    def test_deploying_takes_no_virtual_time(self, toy: LocalStack) -> None:
        assert toy.now == NOON

    def test_run_until_leaves_what_is_due_at_that_moment(self, toy: LocalStack) -> None:
        called: list[datetime] = []
        toy.call_at(NOON + MINUTE, lambda: called.append(toy.now))
        toy.run_until(NOON + MINUTE)
        assert called == []
        toy.run_until(NOON + 2 * MINUTE)
        assert called == [NOON + MINUTE]

    def test_what_is_due_together_runs_in_the_order_it_was_asked_for(self, toy: LocalStack) -> None:
        called: list[str] = []
        for name in ("first", "second", "third"):
            toy.call_at(NOON + MINUTE, lambda name=name: called.append(name))  # type: ignore[misc]
        toy.run_all()
        assert called == ["first", "second", "third"]

    def test_a_moment_within_a_second_is_rounded_up(self, toy: LocalStack) -> None:
        toy.call_at(NOON + timedelta(seconds=1.2), lambda: None)
        assert toy.next_due() == NOON + timedelta(seconds=2)

    def test_what_a_scripted_call_raises_comes_out(self, toy: LocalStack) -> None:
        toy.call_at(NOON, lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            toy.run_all()

    def test_next_due_is_when_the_machine_wakes(self, toy: LocalStack) -> None:
        assert toy.next_due() is None
        post_plan(toy, "a", step("send", NOON + 10 * MINUTE))
        toy.run_until(NOON + MINUTE)
        assert toy.next_due() == NOON + 10 * MINUTE

    def test_time_does_not_run_backward(self, toy: LocalStack) -> None:
        with pytest.raises(ValueError, match="forward only"):
            toy.run_until(NOON - MINUTE)

    def test_a_plan_without_an_end_is_noticed(self, toy: LocalStack) -> None:
        post_plan(toy, "a", *[step("send", NOON + n * MINUTE) for n in range(50)])
        with pytest.raises(ClockStuck, match="100 steps"):
            toy.run_all(limit=100)

    def test_a_machine_that_never_waits_is_noticed(self, toy: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("local.stack.scheduler.MOST_STEPS_IN_ONE_SECOND", 100)
        post_plan(toy, "a", *[step("send")] * 50)
        with pytest.raises(ClockStuck, match="has stood at 2026-03-02 12:00:00"):
            toy.run_until(NOON + MINUTE)

    def test_what_it_runs_can_not_run_it(self, toy: LocalStack) -> None:
        toy.call_at(NOON, lambda: toy.run_until(NOON + MINUTE))
        with pytest.raises(RuntimeError, match="already running"):
            toy.run_all()

    def test_a_start_within_a_second_is_refused(self) -> None:
        with pytest.raises(ValueError, match="whole seconds"):
            LocalStack.deploy(TOY / "template.yaml", NOON + timedelta(milliseconds=1))


class TestWhatIsSent:
    def test_emails_are_kept_whole_with_the_time(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send", NOON + MINUTE))
        toy.run_all()
        (email,) = toy.emails
        assert (email.at, email.to) == (NOON + MINUTE, ("lead@example.org",))
        assert email.from_ == "hello@toy.example.com"
        message = message_from_bytes(email.raw, policy=policy.default)
        assert message["Subject"] == "About a \N{SNOWMAN}"
        assert message["List-Unsubscribe"] == "<https://example.com/u>"
        assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]

    def test_texts_are_kept_with_their_attributes_and_the_time(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask", NOON + MINUTE))
        toy.run_all()
        (text,) = toy.texts
        assert (text.at, text.phone, text.body) == (NOON + MINUTE, "+12125550100", "call a")
        assert text.attributes == {"AWS.SNS.SMS.SMSType": "Transactional"}

    def test_work_is_counted(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send"), {"raise": "Busy"})
        toy.run_all()
        toy.client("dynamodb").list_tables()
        assert toy.work == {
            "transitions": 4 + 4 + 1,
            "lambda_invocations": {"IntakeFunction": 1, "PlanFunction": 3, "SendFunction": 1},
            "aws_calls": {
                "dynamodb.PutItem": 1,
                "dynamodb.UpdateItem": 3,
                "sesv2.SendEmail": 1,
                "stepfunctions.StartExecution": 1,
            },
        }


class TestSchedules:
    @staticmethod
    def fired(toy: LocalStack) -> int:
        return int(toy.work["lambda_invocations"].get("WatchFunction", 0))

    def test_are_off_unless_asked_for(self, toy: LocalStack) -> None:
        toy.run_until(NOON + timedelta(days=30))
        assert self.fired(toy) == 0

    def test_fire_at_each_multiple_of_their_rate(self, toy: LocalStack) -> None:
        toy.run_until(NOON + 2 * MINUTE, schedules=True)
        assert self.fired(toy) == 2
        toy.run_until(NOON + timedelta(minutes=2, seconds=30), schedules=True)
        assert self.fired(toy) == 3
        toy.run_until(NOON + 5 * MINUTE, schedules=True)
        assert self.fired(toy) == 5
        assert "watched because of a Scheduled Event" in toy.logs

    def test_fire_once_when_told_to(self, toy: LocalStack) -> None:
        toy.fire_schedules()
        assert self.fired(toy) == 1

    def test_go_on_after_a_failure(self, toy: LocalStack) -> None:
        toy.crash("before:dynamodb.UpdateItem", function="WatchFunction")
        toy.run_until(NOON + 3 * MINUTE, schedules=True)
        assert (self.fired(toy), len(toy.failures)) == (3, 1)


class TestTheTemplate:
    def test_is_deployed_with_its_conditions_and_parameters(self) -> None:
        with deploy_toy(Loud="yes", Domain="other.example.com") as toy:
            assert len(toy.client("sns").list_topics()["Topics"]) == 1
            post_plan(toy, "a", step("send"))
            toy.run_all()
            assert toy.emails[0].from_ == "hello@other.example.com"
        with deploy_toy() as toy:
            assert toy.client("sns").list_topics()["Topics"] == []

    def test_gets_the_address_that_the_api_is_served_at(self) -> None:
        with LocalStack.deploy(TOY / "template.yaml", NOON, public_url="http://127.0.0.1:8000") as toy:
            assert toy.outputs == {"Url": "http://127.0.0.1:8000"}

    def test_keeps_the_context_object_of_the_machine(self, toy: LocalStack) -> None:
        (machine,) = toy.client("stepfunctions").list_state_machines()["stateMachines"]
        definition = toy.client("stepfunctions").describe_state_machine(stateMachineArn=machine["stateMachineArn"])[
            "definition"
        ]
        assert '"$$.StateMachine.Id"' in definition
        assert '"$$.Task.Token"' in definition

    @pytest.mark.parametrize(
        ("old", "new", "complaint"),
        [
            ("AWS::SNS::Topic", "AWS::Kinesis::Stream", r"LoudTopic: .* no AWS::Kinesis::Stream"),
            (
                "BillingMode: PAY_PER_REQUEST",
                "BillingMode: PAY_PER_REQUEST\n      TableClass: STANDARD",
                r"Table \(AWS::DynamoDB::Table\): .* ignore \['TableClass'\]",
            ),
            ("!GetAtt Api.ApiEndpoint", "!GetAtt Api.Nonsense", "Api: .* attribute Nonsense"),
            ("/opt/settings", "/opt/other", "AskFunction: SETTINGS_DIR is /opt/other"),
            ("        SendFunctionArn: !GetAtt SendFunction.Arn\n", "", "SendFunctionArn.* no Definition"),
            ("rate(1 minute)", '"cron(0 12 * * ? *)"', "WatchFunctionEveryMinute: .*cron"),
            ("!Ref Domain }", "!Ref Nowhere }", "Nowhere"),
        ],
    )
    def test_is_refused_when_something_in_it_would_be_ignored(
        self, edited_toy: EditToy, old: str, new: str, complaint: str
    ) -> None:
        with (
            pytest.raises(TemplateError, match=complaint),
            deploy_toy(edited_toy(old, new), Loud="yes") as toy,
        ):
            assert toy.outputs

    def test_is_refused_parameters_it_does_not_have(self) -> None:
        with pytest.raises(TemplateError, match="Louder"):
            deploy_toy(Louder="yes")


class TestClosing:
    def test_leaves_everything_as_it_was(self) -> None:
        def surroundings() -> tuple[object, ...]:
            return (
                dict(os.environ),
                time.tzname,
                threading.active_count(),
                {name for name in sys.modules if name in ("app", "settings")},
                sys.stdout,
                list(sys.path),
            )

        before, started = surroundings(), datetime.now(UTC)
        toy = deploy_toy()
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        toy.close()
        assert surroundings() == before
        assert datetime.now(UTC) - started < timedelta(hours=1)

    def test_a_failed_deployment_leaves_everything_as_it_was(self, edited_toy: EditToy) -> None:
        before = dict(os.environ)
        with pytest.raises(TemplateError):
            deploy_toy(edited_toy("rate(1 minute)", '"cron(0 12 * * ? *)"'))
        assert dict(os.environ) == before
        assert datetime.now(UTC).year != NOON.year or abs(datetime.now(UTC) - NOON) > MINUTE
        deploy_toy().close()

    def test_the_next_stack_starts_empty(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        toy.close()
        with deploy_toy() as fresh:
            assert (fresh.executions(), fresh.texts, fresh.logs, fresh.failures) == ([], [], [], [])
            assert fresh.client("dynamodb").scan(TableName="followthrough-Table")["Count"] == 0

    def test_two_at_once_are_refused(self, toy: LocalStack) -> None:
        with pytest.raises(RuntimeError, match="in use already"):
            deploy_toy()
