"""Every sample event in events/ goes through the shipped template to its function, by the way that it takes in AWS.
What can't be read is measured or parked, and keeps nothing else from being handled.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from local.business_systems import new_events_token
from local.demo import all_leads, store_of
from local.project import SAMPLE_EVENT
from tests.stack.following import Follow

EVENTS = SAMPLE_EVENT.parent
Event = dict[str, Any]
Door = Literal["http", "bus", "InboundTextTopicArn", "InboundEmailTopicArn", "EmailEventTopicArn"]


@dataclass(frozen=True)
class Way:
    """How a sample comes in, to which function, and how many of its records can't be read: `measured` are counted by a
    metric, `parked` fail and go to the dead-letter queue.
    """

    door: Door
    function: str
    measured: int = 0
    parked: int = 0


A_TEXT = Way("InboundTextTopicArn", "ReceiveTextFunction")
AN_EMAIL = Way("InboundEmailTopicArn", "ReceiveEmailFunction")
BY_SNS = Way("EmailEventTopicArn", "NoteEmailEventFunction")
ON_THE_BUS = Way("bus", "NoteEmailEventFunction")
A_POST = Way("http", "ReceiveLeadFunction")
AN_EVENT = Way("http", "ReceiveEventFunction")

WAYS: dict[str, Way] = {
    "business_event": AN_EVENT,
    "email_bounce": BY_SNS,
    "email_bounce_eventbridge": ON_THE_BUS,
    "email_complaint": BY_SNS,
    "email_complaint_eventbridge": ON_THE_BUS,
    "email_delivery": BY_SNS,
    "email_delivery_delay": BY_SNS,
    "email_delivery_eventbridge": ON_THE_BUS,
    "email_event_eventbridge_malformed": Way("bus", "NoteEmailEventFunction", parked=1),
    "email_event_malformed": Way("EmailEventTopicArn", "NoteEmailEventFunction", parked=3),
    "email_out_of_office": AN_EMAIL,
    "email_reject": BY_SNS,
    "email_rendering_failure": BY_SNS,
    "email_reply": AN_EMAIL,
    "email_reply_malformed": Way("InboundEmailTopicArn", "ReceiveEmailFunction", measured=3),
    "json_lead": A_POST,
    "lead_text_stop": A_TEXT,
    "lead_text_stop_malformed": Way("InboundTextTopicArn", "ReceiveTextFunction", measured=1),
    "multipart_lead": A_POST,
    "rep_text": A_TEXT,
    "rep_text_malformed": Way("InboundTextTopicArn", "ReceiveTextFunction", measured=2),
    "web_form_lead": A_POST,
}
UNREADABLE = {"ReceiveTextFunction": "TextsUnreadable", "ReceiveEmailFunction": "EmailsUnreadable"}


def sample(name: str) -> Event:
    return dict(json.loads((EVENTS / f"{name}.json").read_text("utf-8")))


def comes_in(follow: Follow, event: Event, door: Door) -> int:
    """Let it happen; how often its function has to be called."""
    if door == "http":
        raw = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
        method = event["requestContext"]["http"]["method"]
        answers = (401,) if event["rawPath"] == "/events" else (202, 303)  # its token is nobody's
        assert follow.stack.http(method, event["rawPath"], event["headers"], raw).status in answers
        return 1
    if door == "bus":
        follow.stack.happen(event | {"resources": [our_configuration_set(follow)]})
        return 1
    for record in event["Records"]:
        follow.stack.client("sns").publish(TopicArn=follow.stack.outputs[door], Message=record["Sns"]["Message"])
    return len(event["Records"])


def our_configuration_set(follow: Follow) -> str:
    """What the template's rule on the event bus lets through."""
    (name,) = follow.stack.client("sesv2").list_configuration_sets()["ConfigurationSets"]
    return f"arn:aws:ses:us-east-1:123456789012:configuration-set/{name}"


def measured(follow: Follow, metric: str | None) -> int:
    return sum(f'"{metric}":[1.0]' in line for line in follow.stack.logs)


def test_no_sample_is_forgotten() -> None:
    assert sorted(WAYS) == sorted(path.stem for path in EVENTS.glob("*.json"))


@pytest.mark.parametrize("name", WAYS)
def test_each_reaches_its_function_and_only_what_cannot_be_read_is_refused(stage: Follow, name: str) -> None:
    way = WAYS[name]
    calls = comes_in(stage, sample(name), way.door)
    assert stage.stack.work["lambda_invocations"].get(way.function) == calls
    assert len(stage.stack.failures) == way.parked
    assert measured(stage, UNREADABLE.get(way.function)) == way.measured
    assert len(all_leads(stage.stack)) == (way == A_POST)


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way.measured or way.parked])
def test_what_cannot_be_read_holds_up_nothing_that_comes_after_it(stage: Follow, name: str) -> None:
    comes_in(stage, sample(name), WAYS[name].door)
    comes_in(stage, sample("lead_text_stop"), A_TEXT.door)
    comes_in(stage, sample("email_bounce"), BY_SNS.door)
    found = store_of(stage.stack).suppressed([("text", "+16465550177"), ("email", "jordan.blake@example.com")])
    assert found == {"text": "stopped", "email": "bounced"}


def test_the_event_of_another_system_is_recorded_once_it_comes_with_a_good_token(stage: Follow) -> None:
    comes_in(stage, sample("json_lead"), "http")
    event = sample("business_event")
    headers = event["headers"] | {"authorization": f"Bearer {new_events_token(stage.stack)}"}
    stage.until("2026-11-24 13:20")
    assert stage.stack.http("POST", "/events", headers, event["body"].encode()).status == 202
    (lead_id,) = all_leads(stage.stack)
    assert list(store_of(stage.stack).load(lead_id).events) == ["estimate_sent"]


@pytest.mark.parametrize("name", ["rep_text_malformed", "lead_text_stop_malformed"])
def test_a_stop_in_the_same_invocation_as_what_cannot_be_read_is_carried_out(stage: Follow, name: str) -> None:
    together = {"Records": [*sample(name)["Records"], *sample("lead_text_stop")["Records"]]}
    assert stage.stack.invoke("ReceiveTextFunction", together)[-1] == "Stop"
    assert store_of(stage.stack).suppressed([("text", "+16465550177")]) == {"text": "stopped"}
