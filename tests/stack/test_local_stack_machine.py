"""State machines on the local stack behave as they do on AWS."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack import LocalStack
from tests.stack.toy import MINUTE, NOON, entered, post_plan, statuses, step


class TestTheMachine:
    def test_waits_until_the_second_that_the_plan_says(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send", NOON + timedelta(days=90)))
        toy.run_all()
        assert [email.at for email in toy.emails] == [NOON + timedelta(days=90)]
        assert statuses(toy) == {"a-0": "SUCCEEDED"}

    @pytest.mark.parametrize("written", ["2026-03-02T12:30:00.25Z", "2026-03-02T14:30:00.25+02:00"])
    def test_never_wakes_early(self, toy: LocalStack, written: str) -> None:
        post_plan(toy, "a", {"do": "send", "due_at": written})
        toy.run_all()
        assert [email.at for email in toy.emails] == [NOON + timedelta(minutes=30, seconds=1)]

    def test_goes_on_when_a_rep_reports(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask", seconds=300))
        toy.call_at(NOON + 2 * MINUTE, lambda: toy.invoke("ReportFunction", {"id": "a", "outcome": "hi"}))
        toy.run_all()
        (execution,) = toy.executions()
        assert execution.output["report"] == "hi"
        assert execution.stopped_at == NOON + 2 * MINUTE
        assert toy.emails == []

    def test_times_out_when_nobody_reports(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask", NOON + MINUTE, seconds=300))
        toy.run_all()
        assert entered(toy, "a-0")[3:5] == ["Ask", "Send"]
        assert [email.at for email in toy.emails] == [NOON + 6 * MINUTE]

    def test_lets_the_asking_function_answer_itself(self, toy: LocalStack) -> None:
        post_plan(toy, "answered", step("ask"))
        toy.run_all()
        assert [execution.output["report"] for execution in toy.executions()] == ["at once"]
        assert toy.now == NOON

    @pytest.mark.parametrize("seconds", [0, -1, 1.5, "300"])
    def test_fails_on_a_timeout_that_is_not_a_positive_whole_number(self, toy: LocalStack, seconds: object) -> None:
        post_plan(toy, "a", step("ask", seconds=seconds))
        toy.run_all()
        (execution,) = toy.executions()
        assert (execution.status, execution.error) == ("FAILED", "States.Runtime")

    def test_starts_its_successor(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("renew", NOON + MINUTE))
        toy.run_all()
        assert [(one.name, one.input, one.started_at) for one in toy.executions()] == [
            ("a-0", {"id": "a", "run": 0}, NOON),
            ("a-1", {"id": "a", "run": 1}, NOON + MINUTE),
        ]
        assert set(statuses(toy).values()) == {"SUCCEEDED"}
        json.dumps([one.output for one in toy.executions()])

    def test_sees_an_exception_of_a_function_as_aws_shows_it(self, toy: LocalStack) -> None:
        post_plan(toy, "a", {"raise": "ValueError"})
        toy.run_all()
        (execution,) = toy.executions()
        assert (execution.status, execution.error) == ("FAILED", "GaveUp")
        failed = [
            event["taskFailedEventDetails"] for event in toy.history(execution.arn) if "taskFailedEventDetails" in event
        ]
        assert [detail["error"] for detail in failed] == ["ValueError"]
        cause = json.loads(failed[0]["cause"])
        assert (cause["errorType"], cause["errorMessage"]) == ("ValueError", "as planned")
        assert cause["stackTrace"]

    def test_retries_by_the_name_of_the_exception(self, toy: LocalStack) -> None:
        post_plan(toy, "a", {"raise": "Busy"}, {"raise": "Busy"}, step("send"))
        toy.run_all()
        assert statuses(toy) == {"a-0": "SUCCEEDED"}
        assert [failure.error_type for failure in toy.failures] == ["Busy", "Busy"]
        assert NOON <= toy.emails[0].at <= NOON + timedelta(seconds=6)

    def test_one_that_fails_leaves_the_others_alone(self, toy: LocalStack) -> None:
        post_plan(toy, "bad", step("ask", seconds=0))
        post_plan(toy, "worse", {"do": "ask", "due_at": "some day"})
        post_plan(toy, "good", step("send", NOON + MINUTE))
        toy.run_all()
        assert statuses(toy) == {"bad-0": "FAILED", "worse-0": "FAILED", "good-0": "SUCCEEDED"}

    def test_can_wait_in_branches_and_for_items(self, toy: LocalStack) -> None:
        def wait(field: str, seconds: object) -> dict[str, Any]:
            return {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", field: seconds, "End": True}}}

        both = {"Type": "Parallel", "Branches": [wait("Seconds", 60), wait("Seconds", 120)], "Next": "Each"}
        each = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": wait("Seconds", 60), "End": True}
        role = "arn:aws:iam::123456789012:role/followthrough-Role"
        definition = json.dumps({"StartAt": "Both", "States": {"Both": both, "Each": each}})
        client = toy.client("stepfunctions")
        machine = client.create_state_machine(name="branches", definition=definition, roleArn=role)
        client.start_execution(stateMachineArn=machine["stateMachineArn"], name="a", input="{}")
        toy.run_all()
        (execution,) = toy.executions()
        assert (execution.status, execution.stopped_at) == ("SUCCEEDED", NOON + 3 * MINUTE)

    def test_can_be_stopped_in_the_middle_of_a_wait(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send", NOON + 60 * MINUTE))
        toy.run_until(NOON + MINUTE)
        toy.client("stepfunctions").stop_execution(executionArn=toy.executions()[0].arn)
        toy.run_all()
        assert statuses(toy) == {"a-0": "ABORTED"}
        assert toy.emails == []

    def test_runs_many_at_once_in_one_thread(self, toy: LocalStack) -> None:
        threads = threading.active_count()
        for number in range(20):
            post_plan(toy, f"a{number}", step("ask", NOON + MINUTE), step("send", NOON + 10 * MINUTE))
        toy.run_until(NOON + 2 * MINUTE)
        assert threading.active_count() == threads
        toy.run_all()
        assert set(statuses(toy).values()) == {"SUCCEEDED"}
        assert len(toy.emails) == 40


class TestStartingAnExecution:
    @staticmethod
    def start(toy: LocalStack, text: str = '{"id": "a", "run": 0}') -> None:
        toy.client("stepfunctions").start_execution(
            stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:toy", name="a-0", input=text
        )

    def test_again_while_it_runs_changes_nothing(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send", NOON + MINUTE))
        self.start(toy)
        toy.run_all()
        assert len(toy.executions()) == len(toy.emails) == 1

    def test_again_with_another_input_is_refused(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("send", NOON + MINUTE))
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            self.start(toy, "{}")

    def test_again_after_its_end_is_refused(self, toy: LocalStack) -> None:
        post_plan(toy, "a")
        toy.run_all()
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            self.start(toy)


class TestTaskTokens:
    @staticmethod
    def report(toy: LocalStack) -> Any:
        return toy.invoke("ReportFunction", {"id": "a", "outcome": "no_answer"})

    def test_are_good_until_just_before_the_timeout(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask", seconds=300))
        toy.run_until(NOON + timedelta(seconds=299))
        assert self.report(toy) == "taken"

    @pytest.mark.parametrize("seconds", [300, 301, 86_400])
    def test_are_dead_from_the_timeout_on(self, toy: LocalStack, seconds: int) -> None:
        post_plan(toy, "a", step("ask", seconds=300), step("ask", NOON + timedelta(days=9)))
        toy.run_until(NOON + timedelta(seconds=seconds))
        assert self.report(toy) == "TaskTimedOut"

    def test_are_dead_at_the_timeout_whoever_comes_first(self, toy: LocalStack) -> None:
        answers: list[Any] = []
        toy.call_at(NOON + 5 * MINUTE, lambda: answers.append(self.report(toy)))
        post_plan(toy, "a", step("ask", seconds=300))
        toy.run_all()
        assert answers == ["TaskTimedOut"]
        assert "Send" in entered(toy, "a-0")

    def test_are_good_once(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        assert [self.report(toy), self.report(toy)] == ["taken", "TaskTimedOut"]

    def test_are_dead_after_the_execution_was_stopped(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        toy.client("stepfunctions").stop_execution(executionArn=toy.executions()[0].arn)
        assert self.report(toy) == "TaskTimedOut"

    def test_nobody_gave_out_are_invalid(self, toy: LocalStack) -> None:
        with pytest.raises(ClientError, match="InvalidToken"):
            toy.client("stepfunctions").send_task_success(taskToken="made-up", output="{}")

    def test_can_carry_a_failure(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        token = toy.client("dynamodb").get_item(TableName="followthrough-Table", Key={"pk": {"S": "a"}})["Item"][
            "task_token"
        ]["S"]
        toy.client("stepfunctions").send_task_failure(taskToken=token, error="Broken")
        toy.run_all()
        (execution,) = toy.executions()
        assert (execution.status, execution.error) == ("FAILED", "Broken")

    def test_are_new_for_each_attempt(self, toy: LocalStack) -> None:
        toy.crash("after:dynamodb.UpdateItem", function="AskFunction")
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        first, second = tokens_given_out(toy)
        assert first != second
        client = toy.client("stepfunctions")
        with pytest.raises(ClientError, match="TaskTimedOut"):
            client.send_task_success(taskToken=first, output="{}")
        client.send_task_success(taskToken=second, output="{}")


def tokens_given_out(toy: LocalStack) -> list[str]:
    """The task tokens in the parameters of the first execution's tasks."""
    history = toy.history(toy.executions()[0].arn)
    scheduled = [event["taskScheduledEventDetails"] for event in history if event["type"] == "TaskScheduled"]
    payloads = [json.loads(details["parameters"])["Payload"] for details in scheduled]
    return [payload["token"] for payload in payloads if "token" in payload]
