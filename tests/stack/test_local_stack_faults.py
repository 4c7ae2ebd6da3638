"""What can be made to go wrong on the local stack."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from local.stack import AwsError, LambdaFailed, LocalStack
from tests.stack.toy import MINUTE, NOON, EditToy, deploy_toy, post_plan, statuses, step


class TestFaults:
    def test_a_crash_before_sending_sends_nothing(self, toy: LocalStack) -> None:
        fault = toy.crash("before:sesv2.SendEmail", times=4)
        post_plan(toy, "a", step("send"))
        toy.run_all()
        assert (fault.fired, toy.emails, statuses(toy)) == (4, [], {"a-0": "FAILED"})

    def test_a_crash_after_sending_has_sent(self, toy: LocalStack) -> None:
        toy.crash("after:sesv2.SendEmail", function="SendFunction")
        post_plan(toy, "a", step("send"))
        toy.run_all()
        assert len(toy.emails) == 2
        assert [failure.error_type for failure in toy.failures] == ["Lambda.Unknown"]
        assert statuses(toy) == {"a-0": "SUCCEEDED"}

    def test_a_crash_of_another_function_is_not_this_ones(self, toy: LocalStack) -> None:
        fault = toy.crash("before:dynamodb.UpdateItem", function="WatchFunction")
        post_plan(toy, "a", step("send"))
        toy.run_all()
        assert (fault.fired, len(toy.emails)) == (0, 1)

    def test_a_crash_can_be_the_second_time_only(self, toy: LocalStack) -> None:
        toy.crash("before:sesv2.SendEmail", skip=1, times=4)
        post_plan(toy, "a", step("send"), step("send"))
        toy.run_all()
        assert (len(toy.emails), statuses(toy)) == (1, {"a-0": "FAILED"})

    def test_after_a_crash_comes_a_cold_start(self, toy: LocalStack) -> None:
        post_plan(toy, "a")
        toy.crash("before:dynamodb.GetItem")
        with pytest.raises(LambdaFailed):
            toy.invoke("ReportFunction", {"id": "a"})
        with pytest.raises(LambdaFailed, match="task_token"):
            toy.invoke("ReportFunction", {"id": "a"})

    def test_http_callers_of_a_function_that_dies_get_a_500(self, toy: LocalStack) -> None:
        toy.crash("after:dynamodb.PutItem")
        body = json.dumps({"id": "a", "plan": []}).encode()
        assert toy.http("POST", "/things", {"Content-Type": "application/json"}, body).status == 500

    @pytest.mark.parametrize(("attempts", "sent"), [(1, 1), (3, 2)])
    def test_a_lost_answer_shows_whether_botocore_sends_again(
        self, edited_toy: EditToy, attempts: int, sent: int
    ) -> None:
        with deploy_toy(edited_toy("SENDER: ", f"ATTEMPTS: {attempts}\n          SENDER: ")) as toy:
            toy.lose_answer("after:sesv2.SendEmail")
            post_plan(toy, "a", step("send"))
            toy.run_all()
            assert len(toy.emails) == toy.work["aws_calls"]["sesv2.SendEmail"] == sent

    def test_throttling_of_ses_comes_as_its_own_exception(self, toy: LocalStack) -> None:
        toy.refuse("before:sesv2.SendEmail", AwsError("TooManyRequestsException", status=429))
        post_plan(toy, "a", step("send"))
        toy.run_all()
        assert [failure.error_type for failure in toy.failures] == ["Busy"]
        assert [email.at for email in toy.emails] == [NOON + timedelta(seconds=2)]

    def test_a_refusal_of_sns_comes_as_its_own_exception(self, toy: LocalStack) -> None:
        toy.refuse("before:sns.Publish", AwsError("ThrottledException", "not & now", 429))
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        (failure,) = toy.failures
        assert "not & now" in failure.message

    def test_a_conflict_in_a_transaction_comes_with_its_reasons(self, edited_toy: EditToy) -> None:
        template = edited_toy("", "")
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
        with deploy_toy(template) as toy:
            reasons = {"CancellationReasons": [{"Code": "TransactionConflict"}]}
            toy.refuse("before:dynamodb.TransactWriteItems", AwsError("TransactionCanceledException", more=reasons))
            assert toy.invoke("WatchFunction", {}) == ["TransactionConflict"]
            assert toy.invoke("WatchFunction", {}) is None

    def test_a_moment_that_can_not_be_is_refused(self, toy: LocalStack) -> None:
        with pytest.raises(ValueError, match=r"before:dynamodb\.PutItem"):
            toy.crash("sesv2.SendEmail")
