"""Each test shows a behaviour of stock moto that the local stack changes, because AWS behaves otherwise.

When one of them fails, moto was mended: take the change in local/stack/moto_patches.py or machine_patches.py
away, and the test with it.
"""

from __future__ import annotations

import inspect
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any
from unittest import mock

import boto3
import pytest
import time_machine
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import Subscription, sns_backends
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringLiteral
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSecondsPath
from moto.stepfunctions.parser.asl.component.program import program
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback,
    state_task_service_sfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcomeSuccess,
    CallbackPoolManager,
)
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.parser.utils import TMP_THREADS

from local.stack import LocalStack
from local.stack.template import ACCOUNT, REGION
from tests.stack.toy import NOON, deploy_toy, post_plan

CallbackTask = state_task_service_callback.StateTaskServiceCallback
SfnTask = state_task_service_sfn.StateTaskServiceSfn

# Taken before any stack opens: while one is open these names lead to the changed versions.
STOCK_EVALUATION = CallbackTask._eval_execution
STOCK_PARAMETERS = SfnTask._normalise_parameters
STOCK_RESPONSE = SfnTask._normalise_response
STOCK_WAIT = CallbackEndpoint.wait
STOCK_SUCCESS = StepFunctionsParserBackend.send_task_success
STOCK_PUBLISH = Subscription.publish


@contextmanager
def stack_with_stock(owner: Any, **stock: Any) -> Iterator[LocalStack]:
    """A local stack with a change of moto taken back."""
    with deploy_toy() as stack, mock.patch.multiple(owner, **stock):
        yield stack


def ask(**more: Any) -> dict[str, Any]:
    return {"do": "ask", "due_at": "2026-03-02T12:00:00Z", **more}


class TestWaiting:
    @staticmethod
    def seconds_to_wait(until: str) -> float:
        env = SimpleNamespace(stack=[], is_running=lambda: True)
        return Timestamp(StringLiteral(until))._get_wait_seconds(env)  # type: ignore[arg-type]

    def test_wakes_early_because_the_wait_is_cut_to_whole_seconds(self) -> None:
        with time_machine.travel(NOON + timedelta(milliseconds=1), tick=False):
            assert self.seconds_to_wait("2026-03-02T12:00:10Z") == 9

    def test_wakes_early_because_the_timestamp_is_cut_to_whole_seconds(self) -> None:
        with time_machine.travel(NOON, tick=False):
            assert self.seconds_to_wait("2026-03-02T12:00:10.9Z") == 10

    def test_takes_utc_for_local_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with time_machine.travel(int(NOON.timestamp()), tick=False):
            monkeypatch.setenv("TZ", "America/New_York")
            time.tzset()
            try:
                assert self.seconds_to_wait("2026-03-02T12:00:10Z") == 10 + 5 * 3600
            finally:
                monkeypatch.undo()
                time.tzset()

    def test_refuses_an_offset(self) -> None:
        assert Timestamp._from_timestamp_string("2026-03-02T12:00:10+02:00") is None


class TestTaskTokens:
    def test_takes_an_answer_after_the_timeout(self) -> None:
        pool = CallbackPoolManager({})
        endpoint = pool.add("token")
        assert endpoint.wait(timeout=0) is None
        endpoint.interrupt_all()
        assert pool.notify("token", CallbackOutcomeSuccess("token", "{}"))

    def test_takes_a_second_answer(self) -> None:
        pool = CallbackPoolManager({})
        pool.add("token")
        assert pool.notify("token", CallbackOutcomeSuccess("token", "1"))
        assert pool.notify("token", CallbackOutcomeSuccess("token", "2"))

    def test_takes_an_answer_after_the_timeout_through_its_api(self) -> None:
        with stack_with_stock(StepFunctionsParserBackend, send_task_success=STOCK_SUCCESS) as stack:
            post_plan(stack, "a", ask(seconds=60), ask(due_at="2026-03-03T12:00:00Z"))
            stack.run_until(NOON + timedelta(hours=1))
            assert stack.invoke("ReportFunction", {"id": "a", "outcome": "late"}) == "taken"

    def test_gives_every_attempt_the_same_token(self) -> None:
        with stack_with_stock(CallbackTask, _eval_execution=STOCK_EVALUATION) as stack:
            stack.crash("after:dynamodb.UpdateItem", function="AskFunction")
            post_plan(stack, "a", ask())
            stack.run_until(NOON + timedelta(minutes=1))
            history = json.dumps(stack.history(stack.executions()[0].arn), default=str)
            (token,) = {piece.partition('\\"')[0] for piece in history.split('\\"token\\": \\"')[1:]} or pytest.fail(
                "no token in the history"
            )
            assert history.count(token) == 2


class TestTheInterpreter:
    def test_waits_in_real_threads(self) -> None:
        assert vars(program)["threading"] is threading
        assert vars(retrier_decl)["time"] is time

    def test_keeps_every_thread_it_ever_began(self) -> None:
        assert type(TMP_THREADS) is list

    def test_makes_a_client_for_every_task(self) -> None:
        with mock_aws():
            assert boto_client_for("us-east-1", "sqs") is not boto_client_for("us-east-1", "sqs")

    def test_parses_the_machine_for_every_execution(self) -> None:
        machine = '{"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}'
        assert AmazonStateLanguageParser.parse(machine)[0] is not AmazonStateLanguageParser.parse(machine)[0]

    def test_parses_a_path_every_time(self) -> None:
        assert json_path.parse("$.next") is not json_path.parse("$.next")  # type: ignore[attr-defined]

    @pytest.mark.parametrize("seconds", [0, -1])
    def test_takes_a_timeout_that_is_not_positive(self, seconds: int) -> None:
        path = SimpleNamespace(eval=lambda env: env.stack.append(seconds))
        assert TimeoutSecondsPath(path)._eval_seconds(SimpleNamespace(stack=[])) == seconds  # type: ignore[arg-type]

    def test_catches_a_runtime_error_with_states_all(self) -> None:
        runtime, everything = (
            StatesErrorName(typ=StatesErrorNameType.StatesRuntime),
            StatesErrorName(typ=StatesErrorNameType.StatesALL),
        )
        env = SimpleNamespace(stack=[runtime])
        ErrorEqualsDecl([everything])._eval_body(env)  # type: ignore[arg-type]
        assert env.stack == [True]

    def test_can_not_start_a_machine_from_a_machine(self) -> None:
        with stack_with_stock(SfnTask, _normalise_parameters=STOCK_PARAMETERS) as stack:
            post_plan(stack, "a", {"do": "renew"})
            stack.run_all()
            assert [execution.status for execution in stack.executions()] == ["FAILED"]

    def test_answers_a_started_execution_in_the_wrong_spelling(self) -> None:
        with stack_with_stock(SfnTask, _normalise_response=STOCK_RESPONSE) as stack:
            post_plan(stack, "a", {"do": "renew"})
            stack.run_all()
            assert "executionArn" in stack.executions()[0].output["successor"]


class TestOtherServices:
    def test_runs_functions_in_docker(self) -> None:
        assert "docker" in inspect.getsource(LambdaFunction._invoke_lambda)

    def test_lets_a_role_do_what_it_may_not(self) -> None:
        with mock_aws():
            boto3.client("sqs", region_name="us-east-1").create_queue(QueueName="nobody-allowed-this")

    def test_keeps_no_time_with_an_email(self) -> None:
        message = EmailMessage()
        message.set_content("hello")
        with mock_aws():
            client = boto3.client("sesv2", region_name="us-east-1")
            client.create_email_identity(EmailIdentity="example.com")
            client.send_email(
                FromEmailAddress="us@example.com",
                Destination={"ToAddresses": ["you@example.org"]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
            (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
            assert vars(sent).keys() == {"id", "source", "destinations", "raw_data"}

    def test_loses_the_headers_of_a_simple_email(self) -> None:
        with mock_aws():
            client = boto3.client("sesv2", region_name="us-east-1")
            client.create_email_identity(EmailIdentity="example.com")
            client.send_email(
                FromEmailAddress="us@example.com",
                Destination={"ToAddresses": ["you@example.org"]},
                Content={
                    "Simple": {
                        "Subject": {"Data": "subject"},
                        "Body": {"Text": {"Data": "text"}},
                        "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.com/u>"}],
                    }
                },
            )
            (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
            assert "List-Unsubscribe" not in str(vars(sent))

    def test_keeps_neither_time_nor_attributes_of_a_text(self) -> None:
        with mock_aws():
            boto3.client("sns", region_name="us-east-1").publish(
                PhoneNumber="+12125550100",
                Message="hello",
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
            backend = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
            assert list(backend.sms_messages.values()) == [("+12125550100", "hello")]
            (sms,) = backend.sms_message_objects.values()
            assert "Transactional" not in str(vars(sms))

    def test_makes_up_what_a_function_is_told_of_a_notification(self) -> None:
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:followthrough-LoudTopic"
        with deploy_toy(Loud="yes") as stack, mock.patch.object(Subscription, "publish", STOCK_PUBLISH):
            stack.client("sns").publish(TopicArn=topic, Message="hello")
            (line,) = stack.logs
        (record,) = json.loads(line)["Records"]
        told = record["Sns"]
        assert (told["Message"], told["Subject"]) == ("hello", "TestInvoke")
        assert record["EventSubscriptionArn"] == told["TopicArn"] == "arn:aws:sns:EXAMPLE"
        assert told["Timestamp"] == "1970-01-01T00:00:00.000Z"
        assert told["MessageId"] == "95df01b4-ee98-5cb9-9903-4c221d41eb5e"
        assert told["MessageAttributes"].keys() == {"Test", "TestBinary"}
