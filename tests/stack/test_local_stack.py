"""The local stack itself, shown on a toy template that has the shapes of the real one."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sys
import threading
import time
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack import AwsError, ClockStuck, LambdaFailed, LocalStack, TemplateError

TOY = Path(__file__).parent / "fixtures" / "toy"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def deploy(template: Path = TOY / "template.yaml", **parameters: str) -> LocalStack:
    return LocalStack.deploy(template, NOON, parameters)


@pytest.fixture
def stack() -> Iterator[LocalStack]:
    with deploy() as open_stack:
        yield open_stack
        assert open_stack.accidents == []


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    """The toy template with one piece of its text replaced."""

    def edit(old: str, new: str) -> Path:
        shutil.copytree(TOY, tmp_path, dirs_exist_ok=True)
        template = tmp_path / "template.yaml"
        text = template.read_text()
        assert old in text
        template.write_text(text.replace(old, new))
        return template

    return edit


LIBRARY_USER = """
from followthrough import adapters, domain

def handler(event, context):
    return {"adapters": id(adapters), "domain": id(domain)}
"""


def step(do: str, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    return {"do": do, "due_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), **more}


def post(stack: LocalStack, name: str, *plan: dict[str, Any]) -> None:
    body = json.dumps({"id": name, "plan": plan}).encode()
    assert stack.http("POST", "/things", {"Content-Type": "application/json"}, body).status == 202


def statuses(stack: LocalStack) -> dict[str, str]:
    return {execution.name: execution.status for execution in stack.executions()}


def entered(stack: LocalStack, name: str) -> list[str]:
    """The states that an execution went through."""
    (arn,) = [execution.arn for execution in stack.executions() if execution.name == name]
    details = [event.get("stateEnteredEventDetails") for event in stack.history(arn)]
    return [detail["name"] for detail in details if detail]


class TestTime:
    def test_everybody_sees_the_virtual_time(self, stack: LocalStack) -> None:
        stack.run_until(NOON + timedelta(days=1))
        assert stack.now == datetime.now(UTC) == NOON + timedelta(days=1)
        assert time.time() == stack.now.timestamp()

    def test_deploying_takes_no_virtual_time(self, stack: LocalStack) -> None:
        assert stack.now == NOON

    def test_run_until_leaves_what_is_due_at_that_moment(self, stack: LocalStack) -> None:
        called: list[datetime] = []
        stack.call_at(NOON + MINUTE, lambda: called.append(stack.now))
        stack.run_until(NOON + MINUTE)
        assert called == []
        stack.run_until(NOON + 2 * MINUTE)
        assert called == [NOON + MINUTE]

    def test_what_is_due_together_runs_in_the_order_it_was_asked_for(self, stack: LocalStack) -> None:
        called: list[str] = []
        for name in ("first", "second", "third"):
            stack.call_at(NOON + MINUTE, lambda name=name: called.append(name))  # type: ignore[misc]
        stack.run_all()
        assert called == ["first", "second", "third"]

    def test_a_moment_within_a_second_is_rounded_up(self, stack: LocalStack) -> None:
        stack.call_at(NOON + timedelta(seconds=1.2), lambda: None)
        assert stack.next_due() == NOON + timedelta(seconds=2)

    def test_what_a_scripted_call_raises_comes_out(self, stack: LocalStack) -> None:
        stack.call_at(NOON, lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stack.run_all()

    def test_next_due_is_when_the_machine_wakes(self, stack: LocalStack) -> None:
        assert stack.next_due() is None
        post(stack, "a", step("send", NOON + 10 * MINUTE))
        stack.run_until(NOON + MINUTE)
        assert stack.next_due() == NOON + 10 * MINUTE

    def test_time_does_not_run_backward(self, stack: LocalStack) -> None:
        with pytest.raises(ValueError, match="forward only"):
            stack.run_until(NOON - MINUTE)

    def test_a_plan_without_an_end_is_noticed(self, stack: LocalStack) -> None:
        post(stack, "a", *[step("send", NOON + n * MINUTE) for n in range(50)])
        with pytest.raises(ClockStuck, match="100 steps"):
            stack.run_all(limit=100)

    def test_a_machine_that_never_waits_is_noticed(
        self, stack: LocalStack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("local.stack.scheduler.MOST_STEPS_IN_ONE_SECOND", 100)
        post(stack, "a", *[step("send")] * 50)
        with pytest.raises(ClockStuck, match="has stood at 2026-03-02 12:00:00"):
            stack.run_until(NOON + MINUTE)

    def test_what_it_runs_can_not_run_it(self, stack: LocalStack) -> None:
        stack.call_at(NOON, lambda: stack.run_until(NOON + MINUTE))
        with pytest.raises(RuntimeError, match="already running"):
            stack.run_all()

    def test_a_start_within_a_second_is_refused(self) -> None:
        with pytest.raises(ValueError, match="whole seconds"):
            LocalStack.deploy(TOY / "template.yaml", NOON + timedelta(milliseconds=1))


class TestTheMachine:
    def test_waits_until_the_second_that_the_plan_says(self, stack: LocalStack) -> None:
        post(stack, "a", step("send", NOON + timedelta(days=90)))
        stack.run_all()
        assert [email.at for email in stack.emails] == [NOON + timedelta(days=90)]
        assert statuses(stack) == {"a-0": "SUCCEEDED"}

    @pytest.mark.parametrize("written", ["2026-03-02T12:30:00.25Z", "2026-03-02T14:30:00.25+02:00"])
    def test_never_wakes_early(self, stack: LocalStack, written: str) -> None:
        post(stack, "a", {"do": "send", "due_at": written})
        stack.run_all()
        assert [email.at for email in stack.emails] == [NOON + timedelta(minutes=30, seconds=1)]

    def test_goes_on_when_a_rep_reports(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask", seconds=300))
        stack.call_at(NOON + 2 * MINUTE, lambda: stack.invoke("ReportFunction", {"id": "a", "outcome": "hi"}))
        stack.run_all()
        (execution,) = stack.executions()
        assert execution.output["report"] == "hi"
        assert execution.stopped_at == NOON + 2 * MINUTE
        assert stack.emails == []

    def test_times_out_when_nobody_reports(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask", NOON + MINUTE, seconds=300))
        stack.run_all()
        assert entered(stack, "a-0")[3:5] == ["Ask", "Send"]
        assert [email.at for email in stack.emails] == [NOON + 6 * MINUTE]

    def test_lets_the_asking_function_answer_itself(self, stack: LocalStack) -> None:
        post(stack, "answered", step("ask"))
        stack.run_all()
        assert [execution.output["report"] for execution in stack.executions()] == ["at once"]
        assert stack.now == NOON

    @pytest.mark.parametrize("seconds", [0, -1, 1.5, "300"])
    def test_fails_on_a_timeout_that_is_not_a_positive_whole_number(
        self, stack: LocalStack, seconds: object
    ) -> None:
        post(stack, "a", step("ask", seconds=seconds))
        stack.run_all()
        (execution,) = stack.executions()
        assert (execution.status, execution.error) == ("FAILED", "States.Runtime")

    def test_starts_its_successor(self, stack: LocalStack) -> None:
        post(stack, "a", step("renew", NOON + MINUTE))
        stack.run_all()
        assert [(one.name, one.input, one.started_at) for one in stack.executions()] == [
            ("a-0", {"id": "a", "run": 0}, NOON),
            ("a-1", {"id": "a", "run": 1}, NOON + MINUTE),
        ]
        assert set(statuses(stack).values()) == {"SUCCEEDED"}
        json.dumps([one.output for one in stack.executions()])

    def test_sees_an_exception_of_a_function_as_aws_shows_it(self, stack: LocalStack) -> None:
        post(stack, "a", {"raise": "ValueError"})
        stack.run_all()
        (execution,) = stack.executions()
        assert (execution.status, execution.error) == ("FAILED", "GaveUp")
        failed = [
            event["taskFailedEventDetails"]
            for event in stack.history(execution.arn)
            if "taskFailedEventDetails" in event
        ]
        assert [detail["error"] for detail in failed] == ["ValueError"]
        cause = json.loads(failed[0]["cause"])
        assert (cause["errorType"], cause["errorMessage"]) == ("ValueError", "as planned")
        assert cause["stackTrace"]

    def test_retries_by_the_name_of_the_exception(self, stack: LocalStack) -> None:
        post(stack, "a", {"raise": "Busy"}, {"raise": "Busy"}, step("send"))
        stack.run_all()
        assert statuses(stack) == {"a-0": "SUCCEEDED"}
        assert [failure.error_type for failure in stack.failures] == ["Busy", "Busy"]
        assert NOON <= stack.emails[0].at <= NOON + timedelta(seconds=6)

    def test_one_that_fails_leaves_the_others_alone(self, stack: LocalStack) -> None:
        post(stack, "bad", step("ask", seconds=0))
        post(stack, "worse", {"do": "ask", "due_at": "some day"})
        post(stack, "good", step("send", NOON + MINUTE))
        stack.run_all()
        assert statuses(stack) == {"bad-0": "FAILED", "worse-0": "FAILED", "good-0": "SUCCEEDED"}

    def test_can_wait_in_branches_and_for_items(self, stack: LocalStack) -> None:
        def wait(field: str, seconds: object) -> dict[str, Any]:
            return {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", field: seconds, "End": True}}}

        both = {"Type": "Parallel", "Branches": [wait("Seconds", 60), wait("Seconds", 120)], "Next": "Each"}
        each = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": wait("Seconds", 60), "End": True}
        role = "arn:aws:iam::123456789012:role/followthrough-Role"
        definition = json.dumps({"StartAt": "Both", "States": {"Both": both, "Each": each}})
        client = stack.client("stepfunctions")
        machine = client.create_state_machine(name="branches", definition=definition, roleArn=role)
        client.start_execution(stateMachineArn=machine["stateMachineArn"], name="a", input="{}")
        stack.run_all()
        (execution,) = stack.executions()
        assert (execution.status, execution.stopped_at) == ("SUCCEEDED", NOON + 3 * MINUTE)

    def test_can_be_stopped_in_the_middle_of_a_wait(self, stack: LocalStack) -> None:
        post(stack, "a", step("send", NOON + 60 * MINUTE))
        stack.run_until(NOON + MINUTE)
        stack.client("stepfunctions").stop_execution(executionArn=stack.executions()[0].arn)
        stack.run_all()
        assert statuses(stack) == {"a-0": "ABORTED"}
        assert stack.emails == []

    def test_runs_many_at_once_in_one_thread(self, stack: LocalStack) -> None:
        threads = threading.active_count()
        for number in range(20):
            post(stack, f"a{number}", step("ask", NOON + MINUTE), step("send", NOON + 10 * MINUTE))
        stack.run_until(NOON + 2 * MINUTE)
        assert threading.active_count() == threads
        stack.run_all()
        assert set(statuses(stack).values()) == {"SUCCEEDED"}
        assert len(stack.emails) == 40


class TestStartingAnExecution:
    @staticmethod
    def start(stack: LocalStack, text: str = '{"id": "a", "run": 0}') -> None:
        stack.client("stepfunctions").start_execution(
            stateMachineArn="arn:aws:states:us-east-1:123456789012:stateMachine:toy", name="a-0", input=text
        )

    def test_again_while_it_runs_changes_nothing(self, stack: LocalStack) -> None:
        post(stack, "a", step("send", NOON + MINUTE))
        self.start(stack)
        stack.run_all()
        assert len(stack.executions()) == len(stack.emails) == 1

    def test_again_with_another_input_is_refused(self, stack: LocalStack) -> None:
        post(stack, "a", step("send", NOON + MINUTE))
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            self.start(stack, "{}")

    def test_again_after_its_end_is_refused(self, stack: LocalStack) -> None:
        post(stack, "a")
        stack.run_all()
        with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
            self.start(stack)


class TestTaskTokens:
    @staticmethod
    def report(stack: LocalStack) -> Any:
        return stack.invoke("ReportFunction", {"id": "a", "outcome": "no_answer"})

    def test_are_good_until_just_before_the_timeout(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask", seconds=300))
        stack.run_until(NOON + timedelta(seconds=299))
        assert self.report(stack) == "taken"

    @pytest.mark.parametrize("seconds", [300, 301, 86_400])
    def test_are_dead_from_the_timeout_on(self, stack: LocalStack, seconds: int) -> None:
        post(stack, "a", step("ask", seconds=300), step("ask", NOON + timedelta(days=9)))
        stack.run_until(NOON + timedelta(seconds=seconds))
        assert self.report(stack) == "TaskTimedOut"

    def test_are_dead_at_the_timeout_whoever_comes_first(self, stack: LocalStack) -> None:
        answers: list[Any] = []
        stack.call_at(NOON + 5 * MINUTE, lambda: answers.append(self.report(stack)))
        post(stack, "a", step("ask", seconds=300))
        stack.run_all()
        assert answers == ["TaskTimedOut"]
        assert "Send" in entered(stack, "a-0")

    def test_are_good_once(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        assert [self.report(stack), self.report(stack)] == ["taken", "TaskTimedOut"]

    def test_are_dead_after_the_execution_was_stopped(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        stack.client("stepfunctions").stop_execution(executionArn=stack.executions()[0].arn)
        assert self.report(stack) == "TaskTimedOut"

    def test_nobody_gave_out_are_invalid(self, stack: LocalStack) -> None:
        with pytest.raises(ClientError, match="InvalidToken"):
            stack.client("stepfunctions").send_task_success(taskToken="made-up", output="{}")

    def test_can_carry_a_failure(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        token = stack.client("dynamodb").get_item(TableName="followthrough-Table", Key={"pk": {"S": "a"}})[
            "Item"
        ]["task_token"]["S"]
        stack.client("stepfunctions").send_task_failure(taskToken=token, error="Broken")
        stack.run_all()
        (execution,) = stack.executions()
        assert (execution.status, execution.error) == ("FAILED", "Broken")

    def test_are_new_for_each_attempt(self, stack: LocalStack) -> None:
        stack.crash("after:dynamodb.UpdateItem", function="AskFunction")
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        first, second = tokens_given_out(stack)
        assert first != second
        client = stack.client("stepfunctions")
        with pytest.raises(ClientError, match="TaskTimedOut"):
            client.send_task_success(taskToken=first, output="{}")
        client.send_task_success(taskToken=second, output="{}")


def tokens_given_out(stack: LocalStack) -> list[str]:
    """The task tokens in the parameters of the first execution's tasks."""
    history = stack.history(stack.executions()[0].arn)
    scheduled = [event["taskScheduledEventDetails"] for event in history if event["type"] == "TaskScheduled"]
    payloads = [json.loads(details["parameters"])["Payload"] for details in scheduled]
    return [payload["token"] for payload in payloads if "token" in payload]


class TestTheHttpApi:
    def test_hands_over_an_event_of_payload_format_2(self, stack: LocalStack) -> None:
        headers = {"User-Agent": "pytest", "Cookie": "a=1; b=2", "X-Forwarded-For": "203.0.113.7, 10.0.0.1"}
        event = json.loads(stack.http("GET", "/things/a%20b", headers, query="x=1&x=2&y=").body)
        assert event["version"] == "2.0"
        assert event["routeKey"] == event["requestContext"]["routeKey"] == "GET /things/{token}"
        assert event["pathParameters"] == {"token": "a b"}
        assert event["rawPath"] == "/things/a%20b"
        assert event["rawQueryString"] == "x=1&x=2&y="
        assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
        assert event["cookies"] == ["a=1", "b=2"]
        assert event["headers"]["user-agent"] == "pytest"
        assert event["requestContext"]["http"] == {
            "method": "GET",
            "path": "/things/a%20b",
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": "pytest",
        }
        assert event["requestContext"]["timeEpoch"] == NOON.timestamp() * 1000
        assert not event["isBase64Encoded"]
        assert "body" not in event

    @pytest.mark.parametrize(
        ("content_type", "is_base64"),
        [
            ("application/json", False),
            ("application/json; charset=utf-8", False),
            ("application/problem+json", False),
            ("text/html", False),
            ("application/x-www-form-urlencoded", True),
            ("multipart/form-data; boundary=x", True),
            ("image/png", True),
        ],
    )
    def test_encodes_what_is_not_text(self, stack: LocalStack, content_type: str, *, is_base64: bool) -> None:
        event = json.loads(stack.http("GET", "/things/a", {"Content-Type": content_type}, b"b=1").body)
        assert event["isBase64Encoded"] is is_base64
        assert (base64.b64decode(event["body"]) if is_base64 else event["body"].encode()) == b"b=1"

    def test_encodes_what_only_claims_to_be_text(self, stack: LocalStack) -> None:
        event = json.loads(stack.http("GET", "/things/a", {"Content-Type": "text/plain"}, b"\xff").body)
        assert event["isBase64Encoded"]

    def test_takes_a_ready_event(self, stack: LocalStack) -> None:
        body = json.dumps({"id": "a", "plan": []})
        event = {"routeKey": "POST /things", "body": body, "isBase64Encoded": False}
        answer = stack.http_event(event)
        assert (answer.status, json.loads(answer.body)) == (202, {"id": "a"})

    @pytest.mark.parametrize(("method", "path"), [("GET", "/things"), ("HEAD", "/things/a"), ("GET", "/x")])
    def test_answers_404_where_there_is_no_route(self, stack: LocalStack, method: str, path: str) -> None:
        assert stack.http(method, path, {}).status == 404

    def test_answers_413_to_too_large_a_body(self, stack: LocalStack) -> None:
        assert stack.http("POST", "/things", {}, bytes(10 * 1024 * 1024 + 1)).status == 413

    def test_answers_500_when_the_handler_fails(self, stack: LocalStack) -> None:
        answer = stack.http("POST", "/things", {"Content-Type": "application/json"}, b"nonsense")
        assert (answer.status, answer.body) == (500, b'{"message": "Internal Server Error"}')
        assert stack.failures[0].function == "IntakeFunction"


class TestFunctions:
    def test_errors_reach_whoever_invokes(self, stack: LocalStack) -> None:
        with pytest.raises(LambdaFailed) as failed:
            stack.invoke("ReportFunction", {"id": "nobody"})
        assert (failed.value.function, failed.value.error_type) == ("ReportFunction", "KeyError")

    def test_have_only_their_own_variables(self, stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SENDER", "the developer's own")
        seen: list[str | None] = []
        monkeypatch.setattr("json.loads", _spy(json.loads, lambda: seen.append(os.environ.get("SENDER"))))
        post(stack, "a")
        stack.run_all()
        assert None in seen

    def test_find_their_layers_under_opt(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        assert [text.phone for text in stack.texts] == ["+12125550100"]

    def test_print_to_the_logs_and_not_to_the_terminal(
        self, stack: LocalStack, capfd: pytest.CaptureFixture[str]
    ) -> None:
        post(stack, "a", {"raise": "ValueError"})
        stack.run_all()
        assert "intake of a" in stack.logs
        assert any("ValueError: as planned" in line for line in stack.logs)
        assert capfd.readouterr() == ("", "")

    def test_are_refused_what_their_role_does_not_allow(self, edited: Callable[[str, str], Path]) -> None:
        with deploy(edited('"dynamodb:PutItem", ', "")) as stack:
            body = json.dumps({"id": "a", "plan": []}).encode()
            stack.http("POST", "/things", {"Content-Type": "application/json"}, body)
            assert "IntakeFunction does not allow dynamodb:PutItem" in stack.failures[0].message

    def test_are_as_on_a_cold_start_in_the_next_stack(self) -> None:
        for _ in range(2):
            with deploy() as stack:
                post(stack, "a")
                stack.run_all()
                assert statuses(stack) == {"a-0": "SUCCEEDED"}

    def test_have_copies_of_the_library_of_their_own_but_share_its_pure_part(
        self, edited: Callable[[str, str], Path]
    ) -> None:
        template = edited("[!Ref SettingsLayer]", "[!Ref SettingsLayer, !Ref LibraryLayer]")
        layer = "LibraryLayer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: library/ } }"
        template.write_text(template.read_text().replace("\nOutputs:", f"  {layer}\n\nOutputs:"))
        (template.parent / "library" / "followthrough").mkdir(parents=True)
        for function in ("watch", "report"):
            (template.parent / "functions" / function / "app.py").write_text(LIBRARY_USER)
        with deploy(template) as stack:
            watch, again, report = (
                stack.invoke(function, {})
                for function in ("WatchFunction", "WatchFunction", "ReportFunction")
            )
        assert watch["adapters"] == again["adapters"] != report["adapters"]
        assert watch["domain"] == again["domain"] == report["domain"]
        assert not {id(sys.modules.get("followthrough.adapters"))} & {watch["adapters"], report["adapters"]}

    def test_need_a_layer_that_holds_the_library(self, edited: Callable[[str, str], Path]) -> None:
        template = edited("", "")
        (template.parent / "functions" / "watch" / "app.py").write_text(LIBRARY_USER)
        with deploy(template) as stack, pytest.raises(LambdaFailed, match="No layer of WatchFunction"):
            stack.invoke("WatchFunction", {})

    def test_leave_no_module_behind(self, stack: LocalStack) -> None:
        post(stack, "a")
        assert "app" not in sys.modules


def _spy(function: Callable[..., Any], look: Callable[[], None]) -> Callable[..., Any]:
    def spied(*args: Any, **kwargs: Any) -> Any:
        look()
        return function(*args, **kwargs)

    return spied


class TestWhatIsSent:
    def test_emails_are_kept_whole_with_the_time(self, stack: LocalStack) -> None:
        post(stack, "a", step("send", NOON + MINUTE))
        stack.run_all()
        (email,) = stack.emails
        assert (email.at, email.to) == (NOON + MINUTE, ("lead@example.org",))
        assert email.from_ == "hello@toy.example.com"
        message = message_from_bytes(email.raw, policy=policy.default)
        assert message["Subject"] == "About a \N{SNOWMAN}"
        assert message["List-Unsubscribe"] == "<https://example.com/u>"
        assert [part.get_content_type() for part in message.walk()][1:] == ["text/plain", "text/html"]

    def test_texts_are_kept_with_their_attributes_and_the_time(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask", NOON + MINUTE))
        stack.run_all()
        (text,) = stack.texts
        assert (text.at, text.phone, text.body) == (NOON + MINUTE, "+12125550100", "call a")
        assert text.attributes == {"AWS.SNS.SMS.SMSType": "Transactional"}

    def test_work_is_counted(self, stack: LocalStack) -> None:
        post(stack, "a", step("send"), {"raise": "Busy"})
        stack.run_all()
        stack.client("dynamodb").list_tables()
        assert stack.work == {
            "transitions": 4 + 4 + 1,
            "lambda_invocations": {"IntakeFunction": 1, "PlanFunction": 3, "SendFunction": 1},
            "aws_calls": {
                "dynamodb.PutItem": 1,
                "dynamodb.UpdateItem": 3,
                "sesv2.SendEmail": 1,
                "stepfunctions.StartExecution": 1,
            },
        }


class TestFaults:
    def test_a_crash_before_sending_sends_nothing(self, stack: LocalStack) -> None:
        fault = stack.crash("before:sesv2.SendEmail", times=4)
        post(stack, "a", step("send"))
        stack.run_all()
        assert (fault.fired, stack.emails, statuses(stack)) == (4, [], {"a-0": "FAILED"})

    def test_a_crash_after_sending_has_sent(self, stack: LocalStack) -> None:
        stack.crash("after:sesv2.SendEmail", function="SendFunction")
        post(stack, "a", step("send"))
        stack.run_all()
        assert len(stack.emails) == 2
        assert [failure.error_type for failure in stack.failures] == ["Lambda.Unknown"]
        assert statuses(stack) == {"a-0": "SUCCEEDED"}

    def test_a_crash_of_another_function_is_not_this_ones(self, stack: LocalStack) -> None:
        fault = stack.crash("before:dynamodb.UpdateItem", function="WatchFunction")
        post(stack, "a", step("send"))
        stack.run_all()
        assert (fault.fired, len(stack.emails)) == (0, 1)

    def test_a_crash_can_be_the_second_time_only(self, stack: LocalStack) -> None:
        stack.crash("before:sesv2.SendEmail", skip=1, times=4)
        post(stack, "a", step("send"), step("send"))
        stack.run_all()
        assert (len(stack.emails), statuses(stack)) == (1, {"a-0": "FAILED"})

    def test_after_a_crash_comes_a_cold_start(self, stack: LocalStack) -> None:
        post(stack, "a")
        stack.crash("before:dynamodb.GetItem")
        with pytest.raises(LambdaFailed):
            stack.invoke("ReportFunction", {"id": "a"})
        with pytest.raises(LambdaFailed, match="task_token"):
            stack.invoke("ReportFunction", {"id": "a"})

    def test_http_callers_of_a_function_that_dies_get_a_500(self, stack: LocalStack) -> None:
        stack.crash("after:dynamodb.PutItem")
        body = json.dumps({"id": "a", "plan": []}).encode()
        assert stack.http("POST", "/things", {"Content-Type": "application/json"}, body).status == 500

    @pytest.mark.parametrize(("attempts", "sent"), [(1, 1), (3, 2)])
    def test_a_lost_answer_shows_whether_botocore_sends_again(
        self, edited: Callable[[str, str], Path], attempts: int, sent: int
    ) -> None:
        with deploy(edited("SENDER: ", f"ATTEMPTS: {attempts}\n          SENDER: ")) as stack:
            stack.lose_answer("after:sesv2.SendEmail")
            post(stack, "a", step("send"))
            stack.run_all()
            assert len(stack.emails) == stack.work["aws_calls"]["sesv2.SendEmail"] == sent

    def test_throttling_of_ses_comes_as_its_own_exception(self, stack: LocalStack) -> None:
        stack.refuse("before:sesv2.SendEmail", AwsError("TooManyRequestsException", status=429))
        post(stack, "a", step("send"))
        stack.run_all()
        assert [failure.error_type for failure in stack.failures] == ["Busy"]
        assert [email.at for email in stack.emails] == [NOON + timedelta(seconds=2)]

    def test_a_refusal_of_sns_comes_as_its_own_exception(self, stack: LocalStack) -> None:
        stack.refuse("before:sns.Publish", AwsError("ThrottledException", "not & now", 429))
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        (failure,) = stack.failures
        assert "not & now" in failure.message

    def test_a_conflict_in_a_transaction_comes_with_its_reasons(
        self, edited: Callable[[str, str], Path]
    ) -> None:
        template = edited("", "")
        (template.parent / "functions/watch/app.py").write_text(
            "import boto3\n\n"
            "def handler(event, context):\n"
            "    client = boto3.client('dynamodb')\n"
            "    put = {'Put': {'TableName': 'followthrough-Table', 'Item': {'pk': {'S': 'a'}}}}\n"
            "    try:\n"
            "        client.transact_write_items(TransactItems=[put])\n"
            "    except client.exceptions.TransactionCanceledException as cancelled:\n"
            "        return [reason['Code'] for reason in cancelled.response['CancellationReasons']]\n"
        )
        with deploy(template) as stack:
            reasons = {"CancellationReasons": [{"Code": "TransactionConflict"}]}
            stack.refuse(
                "before:dynamodb.TransactWriteItems", AwsError("TransactionCanceledException", more=reasons)
            )
            assert stack.invoke("WatchFunction", {}) == ["TransactionConflict"]
            assert stack.invoke("WatchFunction", {}) is None

    def test_a_moment_that_can_not_be_is_refused(self, stack: LocalStack) -> None:
        with pytest.raises(ValueError, match=r"before:dynamodb\.PutItem"):
            stack.crash("sesv2.SendEmail")


class TestSchedules:
    @staticmethod
    def fired(stack: LocalStack) -> int:
        return int(stack.work["lambda_invocations"].get("WatchFunction", 0))

    def test_are_off_unless_asked_for(self, stack: LocalStack) -> None:
        stack.run_until(NOON + timedelta(days=30))
        assert self.fired(stack) == 0

    def test_fire_at_each_multiple_of_their_rate(self, stack: LocalStack) -> None:
        stack.run_until(NOON + 2 * MINUTE, schedules=True)
        assert self.fired(stack) == 2
        stack.run_until(NOON + timedelta(minutes=2, seconds=30), schedules=True)
        assert self.fired(stack) == 3
        stack.run_until(NOON + 5 * MINUTE, schedules=True)
        assert self.fired(stack) == 5
        assert "watched because of a Scheduled Event" in stack.logs

    def test_fire_once_when_told_to(self, stack: LocalStack) -> None:
        stack.fire_schedules()
        assert self.fired(stack) == 1

    def test_go_on_after_a_failure(self, stack: LocalStack) -> None:
        stack.crash("before:dynamodb.UpdateItem", function="WatchFunction")
        stack.run_until(NOON + 3 * MINUTE, schedules=True)
        assert (self.fired(stack), len(stack.failures)) == (3, 1)


class TestTheTemplate:
    def test_is_deployed_with_its_conditions_and_parameters(self) -> None:
        with deploy(Loud="yes", Domain="other.example.com") as stack:
            assert len(stack.client("sns").list_topics()["Topics"]) == 1
            post(stack, "a", step("send"))
            stack.run_all()
            assert stack.emails[0].from_ == "hello@other.example.com"
        with deploy() as stack:
            assert stack.client("sns").list_topics()["Topics"] == []

    def test_gets_the_address_that_the_api_is_served_at(self) -> None:
        with LocalStack.deploy(TOY / "template.yaml", NOON, public_url="http://127.0.0.1:8000") as stack:
            assert stack.outputs == {"Url": "http://127.0.0.1:8000"}

    def test_keeps_the_context_object_of_the_machine(self, stack: LocalStack) -> None:
        (machine,) = stack.client("stepfunctions").list_state_machines()["stateMachines"]
        definition = stack.client("stepfunctions").describe_state_machine(
            stateMachineArn=machine["stateMachineArn"]
        )["definition"]
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
        self, edited: Callable[[str, str], Path], old: str, new: str, complaint: str
    ) -> None:
        with pytest.raises(TemplateError, match=complaint), deploy(edited(old, new), Loud="yes") as stack:
            assert stack.outputs

    def test_is_refused_parameters_it_does_not_have(self) -> None:
        with pytest.raises(TemplateError, match="Louder"):
            deploy(Louder="yes")


class TestClosing:
    def test_leaves_everything_as_it_was(self) -> None:
        def surroundings() -> tuple[object, ...]:
            return (
                dict(os.environ),
                time.tzname,
                zoneinfo.TZPATH,
                threading.active_count(),
                {name for name in sys.modules if name in ("app", "settings")},
                sys.stdout,
                list(sys.path),
            )

        before, started = surroundings(), datetime.now(UTC)
        stack = deploy()
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        stack.close()
        assert surroundings() == before
        assert datetime.now(UTC) - started < timedelta(hours=1)

    def test_a_failed_deployment_leaves_everything_as_it_was(
        self, edited: Callable[[str, str], Path]
    ) -> None:
        before = dict(os.environ)
        with pytest.raises(TemplateError):
            deploy(edited("rate(1 minute)", '"cron(0 12 * * ? *)"'))
        assert dict(os.environ) == before
        assert datetime.now(UTC).year != NOON.year or abs(datetime.now(UTC) - NOON) > MINUTE
        deploy().close()

    def test_the_next_stack_starts_empty(self, stack: LocalStack) -> None:
        post(stack, "a", step("ask"))
        stack.run_until(NOON + MINUTE)
        stack.close()
        with deploy() as fresh:
            assert (fresh.executions(), fresh.texts, fresh.logs, fresh.failures) == ([], [], [], [])
            assert fresh.client("dynamodb").scan(TableName="followthrough-Table")["Count"] == 0

    def test_two_at_once_are_refused(self, stack: LocalStack) -> None:
        with pytest.raises(RuntimeError, match="in use already"):
            deploy()
