"""Topics on the local stack: what is published reaches the functions that listen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack import LocalStack
from local.stack.template import ACCOUNT, REGION
from tests.stack.toy import MINUTE, NOON, deploy_toy

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:followthrough-LoudTopic"
FROM_A_REP = {
    "originationNumber": "+12125550123",
    "destinationNumber": "+12125550100",
    "messageKeyword": "KEYWORD_123",
    "messageBody": "6",
    "inboundMessageId": "cae173d2-66b9-564c-8309-21f858e9fb84",
    "previousPublishedMessageId": "8d1a7f1c-0f2a-5b1e-9f0c-2a9d6f3b7c11",
}


@pytest.fixture
def loud() -> Iterator[LocalStack]:
    """The toy with its topic, and a function that prints what the topic brings."""
    with deploy_toy(Loud="yes") as stack:
        yield stack
        assert stack.accidents == []


@pytest.fixture
def shipped() -> Iterator[LocalStack]:
    with LocalStack.deploy(TEMPLATE, NOON, {"SenderDomain": "example.com"}) as stack:
        yield stack


def publish(stack: LocalStack, message: str, topic: str = TOPIC, **more: Any) -> str:
    return str(stack.client("sns").publish(TopicArn=topic, Message=message, **more)["MessageId"])


def heard(stack: LocalStack) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stack.logs]


class TestATopic:
    def test_hands_over_the_event_that_lambda_gets_from_sns(self, loud: LocalStack) -> None:
        (subscription,) = loud.client("sns").list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]
        loud.run_until(NOON + MINUTE)
        message_id = publish(loud, json.dumps(FROM_A_REP))
        (event,) = heard(loud)
        assert event["Records"] == [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription["SubscriptionArn"],
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": TOPIC,
                    "Subject": None,
                    "Message": json.dumps(FROM_A_REP),
                    "Timestamp": "2026-03-02T12:01:00.000Z",
                    "SignatureVersion": "1",
                    "Signature": "local",
                    "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-local.pem",
                    "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe"
                    f"&SubscriptionArn={subscription['SubscriptionArn']}",
                    "MessageAttributes": {},
                },
            }
        ]

    def test_hands_over_subject_and_attributes(self, loud: LocalStack) -> None:
        publish(
            loud, "hello", Subject="greeting", MessageAttributes={"kind": {"DataType": "String", "StringValue": "warm"}}
        )
        (event,) = heard(loud)
        assert event["Records"][0]["Sns"]["Subject"] == "greeting"
        assert event["Records"][0]["Sns"]["MessageAttributes"] == {"kind": {"Type": "String", "Value": "warm"}}

    def test_hands_over_the_part_of_a_message_that_is_meant_for_functions(self, loud: LocalStack) -> None:
        publish(loud, json.dumps({"default": "for all", "lambda": "for functions"}), MessageStructure="json")
        assert [event["Records"][0]["Sns"]["Message"] for event in heard(loud)] == ["for functions"]

    def test_hands_over_each_message_by_itself(self, loud: LocalStack) -> None:
        first, second = publish(loud, "one"), publish(loud, "two")
        assert [event["Records"][0]["Sns"]["MessageId"] for event in heard(loud)] == [first, second]

    def test_does_not_tell_the_publisher_that_a_function_failed(self, loud: LocalStack) -> None:
        publish(loud, "fail")
        (failure,) = loud.failures
        assert (failure.function, failure.error_type, failure.at) == ("ListenFunction", "ValueError", NOON)

    def test_still_fills_queues(self, loud: LocalStack) -> None:
        sqs, sns = loud.client("sqs"), loud.client("sns")
        queue = sqs.create_queue(QueueName="listening")["QueueUrl"]
        sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:listening")
        publish(loud, "to both")
        (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        assert json.loads(message["Body"])["Message"] == "to both"
        assert len(heard(loud)) == 1

    def test_is_no_phone(self, loud: LocalStack) -> None:
        publish(loud, "hello")
        assert loud.texts == []


class TestTheShippedTemplate:
    def test_leads_a_reps_text_to_its_function(self, shipped: LocalStack) -> None:
        publish(shipped, json.dumps(FROM_A_REP), shipped.outputs["InboundTextTopicArn"])
        assert shipped.work["lambda_invocations"] == {"ReceiveTextFunction": 1}

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_leads_a_nudges_link_to_its_function(self, shipped: LocalStack, method: str) -> None:
        shipped.http(method, "/calls/dGhlIHRva2VuIGl0c2VsZg", {})
        assert shipped.work["lambda_invocations"] == {"ServeCallPageFunction": 1}

    @pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
    def test_leads_nothing_else_there(self, shipped: LocalStack, method: str) -> None:
        assert shipped.http(method, "/calls/dGhlIHRva2VuIGl0c2VsZg", {}).status == 404
        assert shipped.work["lambda_invocations"] == {}

    def test_has_an_index_of_each_reps_open_leads_by_what_is_next(self, shipped: LocalStack) -> None:
        table, client = shipped.outputs["TableName"], shipped.client("dynamodb")
        due = {"later": "2026-03-04T15:00:00Z", "sooner": "2026-03-03T15:00:00Z", "closed": None}
        for lead, at in due.items():
            when = {"next_touch_at": {"S": at}} if at else {}
            key = {"pk": {"S": f"LEAD#{lead}"}, "sk": {"S": "LEAD"}}
            client.put_item(TableName=table, Item={**key, "rep": {"S": "maria"}, "data": {"S": "…"}, **when})
        answer = client.query(
            TableName=table,
            IndexName="leads_of_reps",
            KeyConditionExpression="rep = :rep",
            ExpressionAttributeValues={":rep": {"S": "maria"}},
        )
        assert [item["pk"]["S"] for item in answer["Items"]] == ["LEAD#sooner", "LEAD#later"]
        assert all(item.keys() == {"pk", "sk", "rep", "next_touch_at"} for item in answer["Items"])
