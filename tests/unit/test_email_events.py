"""What SES reports: each event is read by whichever way it comes, and none that is broken stops the others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.adapters.email_events import (
    MOST_MESSAGE_CHARACTERS,
    MOST_RECIPIENTS,
    UnreadableEmailEvent,
    read_email_events,
)
from followthrough.domain.email_events import EmailEvent, TouchTags, touch_id_of_tag
from tests.unit.mutating import EVENTS, from_sns, mutated, payload_of, sample

MESSAGE_ID = "0100019ab1c2d3e4-5f60718a-92b3-4c4d-8e5f-a0b1c2d3e4f5-000000"
BOUNCE_ID = "0100019ab1c2f0a1-b2c3d4e5-f607-4182-93a4-b5c6d7e8f901-000000"
COMPLAINT_ID = "0100019ab2d3a4b5-c6d7e8f9-0a1b-4c2d-8e3f-4a5b6c7d8e9f-000000"
LEAD = "jordan.blake@example.com"
TAGS = TouchTags("4f1d0c8e7b2a9635d0c1", 1, "tried-you.1")
BOUNCE = EmailEvent(
    kind="bounce",
    bounce="permanent",
    recipients=(LEAD,),
    at=datetime(2026, 11, 23, 15, 10, 4, tzinfo=UTC),
    message_id=MESSAGE_ID,
    feedback_id=BOUNCE_ID,
    tags=TAGS,
    detail="Permanent/NoEmail",
)
COMPLAINT = EmailEvent(
    kind="complaint",
    bounce=None,
    recipients=(LEAD,),
    at=datetime(2026, 11, 23, 16, 41, 20, tzinfo=UTC),
    message_id=MESSAGE_ID,
    feedback_id=COMPLAINT_ID,
    tags=TAGS,
    detail="abuse",
)
SAMPLES = sorted(
    path.name for path in EVENTS.glob("email_*.json") if "reply" not in path.name and "office" not in path.name
)
PAYLOADS = [payload_of(name) for name in SAMPLES if "malformed" not in name]


def only(event: dict[str, Any]) -> EmailEvent:
    (one,) = read_email_events(event)
    assert isinstance(one, EmailEvent), one
    return one


def refused(event: dict[str, Any]) -> UnreadableEmailEvent:
    (one,) = read_email_events(event)
    assert isinstance(one, UnreadableEmailEvent), one
    return one


def with_bounce(**changes: object) -> dict[str, Any]:
    payload = payload_of("email_bounce.json")
    return payload | {"bounce": payload["bounce"] | changes}


def with_complaint(**changes: object) -> dict[str, Any]:
    payload = payload_of("email_complaint.json")
    return payload | {"complaint": payload["complaint"] | changes}


def with_mail(payload: dict[str, Any], **changes: object) -> dict[str, Any]:
    return payload | {"mail": payload["mail"] | changes}


# -- the samples


@pytest.mark.parametrize("name", ["email_bounce.json", "email_bounce_eventbridge.json"])
def test_a_bounce_says_who_which_touch_and_for_good(name: str) -> None:
    assert only(sample(name)) == BOUNCE


@pytest.mark.parametrize("name", ["email_complaint.json", "email_complaint_eventbridge.json"])
def test_a_complaint_says_who_and_which_touch(name: str) -> None:
    assert only(sample(name)) == COMPLAINT


@pytest.mark.parametrize(
    ("name", "kind", "second", "detail"),
    [
        ("email_delivery.json", "delivery", 1, ""),
        ("email_delivery_eventbridge.json", "delivery", 1, ""),
        ("email_delivery_delay.json", "delivery_delay", 41, "TransientCommunicationFailure"),
        ("email_reject.json", "reject", 59, "Bad-content"),
        ("email_rendering_failure.json", "rendering_failure", 59, "ExampleTemplate"),
    ],
)
def test_the_other_kinds_are_told_apart(name: str, kind: str, second: int, detail: str) -> None:
    event = only(sample(name))
    assert (event.kind, event.bounce, event.detail) == (kind, None, detail)
    assert (event.recipients, event.tags, event.message_id) == ((LEAD,), TAGS, MESSAGE_ID)
    assert event.at.second == second
    assert event.at.tzinfo is UTC


def test_broken_records_are_reported_one_by_one_and_the_good_one_is_read() -> None:
    first, second, third, fourth = read_email_events(sample("email_event_malformed.json"))
    assert first == UnreadableEmailEvent(0, "5d2b7c10-93aa-5e4f-8d71-6c0e9f2a4b38", "Message: is not JSON")
    assert isinstance(second, UnreadableEmailEvent)
    assert second.reason == "bounce.bouncedRecipients[0].emailAddress: is missing"
    assert isinstance(third, UnreadableEmailEvent)
    assert third.reason.startswith("eventType: ")
    assert isinstance(fourth, EmailEvent)
    assert fourth.kind == "delivery"


def test_a_broken_event_of_eventbridge_is_found_by_its_id() -> None:
    read = refused(sample("email_event_eventbridge_malformed.json"))
    assert read.envelope_id == "7c2e41d0-8b95-4f6a-a3d7-19c05e2b84f6"
    assert read.reason.startswith("bounce.timestamp: ")


def test_every_sample_was_looked_at() -> None:
    assert len(SAMPLES) == 11


# -- bounces


@pytest.mark.parametrize(
    ("kind", "sub_type", "bounce"),
    [
        ("Permanent", "General", "permanent"),
        ("Permanent", "Suppressed", "permanent"),
        ("Permanent", "OnAccountSuppressionList", "permanent"),
        ("Transient", "OnAccountSuppressionList", "permanent"),
        ("Transient", "General", "transient"),
        ("Transient", "MailboxFull", "transient"),
        ("Undetermined", "Undetermined", "transient"),
        ("Permanent", "ANewOneOfNextYear", "permanent"),
    ],
)
def test_an_address_is_given_up_only_for_what_is_permanent(kind: str, sub_type: str, bounce: str) -> None:
    event = only(with_bounce(bounceType=kind, bounceSubType=sub_type))
    assert (event.bounce, event.detail) == (bounce, f"{kind}/{sub_type}")


def test_a_kind_of_bounce_that_is_not_known_is_not_guessed_at() -> None:
    assert refused(with_bounce(bounceType="Sometimes")).reason.startswith("bounce.bounceType: ")


@pytest.mark.parametrize(
    "address",
    [
        "JORDAN.BLAKE@EXAMPLE.COM",
        " jordan.blake@example.com ",
        "Jordan Blake <Jordan.Blake@example.com>",
        "<jordan.blake@example.com>",
        '"Blake, Jordan" <jordan.blake@example.com>',
    ],
)
def test_recipients_are_known_in_whatever_way_they_are_written(address: str) -> None:
    event = only(with_bounce(bouncedRecipients=[{"emailAddress": address}]))
    assert event.recipients == (LEAD,)
    assert event.concerns("Jordan.Blake@Example.com")
    assert not event.concerns("ann@example.com")


def test_an_international_domain_is_compared_as_it_is_kept() -> None:
    event = only(with_bounce(bouncedRecipients=[{"emailAddress": "Ann@Bücher.example"}]))
    assert event.recipients == ("ann@xn--bcher-kva.example",)


def test_several_recipients_are_each_named_once() -> None:
    people = [{"emailAddress": each} for each in ("ann@example.com", "bob@example.com", "Ann@example.com")]
    assert only(with_bounce(bouncedRecipients=people)).recipients == ("ann@example.com", "bob@example.com")


# -- complaints


def test_who_says_that_it_is_no_spam_does_not_complain() -> None:
    assert only(with_complaint(complaintFeedbackType="not-spam")).kind == "delivery"


def test_a_complaint_that_names_nobody_is_of_the_one_who_got_the_email() -> None:
    for nobody in ([], [{"emailAddress": "redacted"}]):
        assert only(with_complaint(complainedRecipients=nobody)).recipients == (LEAD,)
    payload = with_complaint()
    del payload["complaint"]["complainedRecipients"]
    assert only(payload).recipients == (LEAD,)


def test_a_complaint_that_names_nobody_could_be_of_any_of_several() -> None:
    payload = with_mail(with_complaint(complainedRecipients=[]), destination=["ann@example.com", "bob@example.com"])
    event = only(payload)
    assert (event.recipients, event.tags) == ((), TAGS)


def test_an_email_held_back_because_of_an_old_complaint_is_a_complaint() -> None:
    payload = with_complaint(complaintSubType="OnAccountSuppressionList")
    del payload["complaint"]["complaintFeedbackType"]
    event = only(payload)
    assert (event.kind, event.recipients, event.detail) == ("complaint", (LEAD,), "OnAccountSuppressionList")


# -- the ways by which they come


def test_the_json_alone_is_read_as_well() -> None:
    assert only(payload_of("email_bounce.json")) == BOUNCE


def test_older_notifications_have_another_name_for_the_kind_and_no_tags() -> None:
    payload = payload_of("email_bounce.json")
    payload["notificationType"] = payload.pop("eventType")
    del payload["mail"]["tags"]
    event = only(from_sns(payload))
    assert (event.bounce, event.recipients, event.tags) == ("permanent", (LEAD,), TouchTags())


def test_several_records_are_read_in_order_and_repeated_as_they_are() -> None:
    complaint, bounce = payload_of("email_complaint.json"), payload_of("email_bounce.json")
    assert read_email_events(from_sns(complaint, bounce, complaint)) == [COMPLAINT, BOUNCE, COMPLAINT]


@pytest.mark.parametrize("kind", ["Send", "Open", "Click", "Subscription"])
def test_what_says_nothing_of_an_address_is_passed_over(kind: str) -> None:
    assert read_email_events(from_sns(payload_of("email_delivery.json") | {"eventType": kind})) == []


@pytest.mark.parametrize(
    "message",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "You have successfully subscribed your Amazon SNS topic 'arn:aws:sns:us-east-1:123456789012:x' to receive …",
        '{"notificationType":"AmazonSnsSubscriptionSucceeded","message":"You have successfully subscribed …"}\n',
    ],
)
def test_ses_trying_out_the_topic_is_no_event(message: str) -> None:
    assert read_email_events(from_sns(message)) == []


def test_other_events_of_ses_are_reported() -> None:
    bridged = sample("email_bounce_eventbridge.json") | {"detail": {"version": "1.0.0"}}
    assert refused(bridged).reason == "eventType: is missing"
    assert refused(sample("email_bounce_eventbridge.json") | {"detail": None}).reason.startswith("(whole message): ")


# -- ids and tags


def test_an_event_is_known_again_by_the_id_of_its_feedback() -> None:
    assert only(payload_of("email_bounce.json")).event_id == BOUNCE_ID


def test_without_such_an_id_by_what_it_says() -> None:
    delivery, delay = only(payload_of("email_delivery.json")), only(payload_of("email_delivery_delay.json"))
    assert delivery.event_id == only(sample("email_delivery_eventbridge.json")).event_id
    payload = payload_of("email_delivery.json")
    other = payload | {"delivery": payload["delivery"] | {"recipients": ["ann@example.com"]}}
    later = with_mail(payload, messageId="another")
    assert len({each.event_id for each in (delivery, delay, only(other), only(later))}) == 4
    assert LEAD not in delivery.event_id


@pytest.mark.parametrize("feedback_id", [None, "", 7, LEAD, "x" * 300])
def test_an_odd_id_does_not_lose_the_bounce(feedback_id: object) -> None:
    event = only(with_bounce(feedbackId=feedback_id))
    assert (event.feedback_id, event.bounce) == (None, "permanent")
    assert event.event_id


@pytest.mark.parametrize(
    "tags",
    [None, [], "x", {}, {"lead": "4f"}, {"lead": []}, {"lead": [LEAD], "pursuit": ["0"], "touch": ["first-call"]}],
)
def test_odd_tags_do_not_lose_the_bounce(tags: object) -> None:
    assert only(with_mail(payload_of("email_bounce.json"), tags=tags)).tags == TouchTags()


def test_a_touch_is_found_by_its_tag() -> None:
    assert touch_id_of_tag("rest-of-day-one_12") == "rest-of-day-one.12"


def test_what_a_server_says_in_its_own_words_is_kept_out() -> None:
    event = only(with_bounce(bounceSubType="for jordan.blake@example.com: no!"))
    assert event.detail == "Permanent"
    assert len(only(with_bounce(bounceSubType="x y " * 100)).detail) < 80


# -- whatever comes


@pytest.mark.parametrize("when", [None, 7, "", "yesterday", "2026-11-23T15:10:03", "9999-12-31T23:59:59.9Z", LEAD])
def test_a_time_that_is_none_is_named(when: object) -> None:
    assert refused(with_bounce(timestamp=when)).reason.startswith("bounce.timestamp: should be a time")


def test_what_is_beyond_all_measure_is_not_read() -> None:
    too_many = [{"emailAddress": LEAD}] * (MOST_RECIPIENTS + 1)
    assert "bouncedRecipients" in refused(with_bounce(bouncedRecipients=too_many)).reason
    assert "characters" in refused(from_sns("x" * (MOST_MESSAGE_CHARACTERS + 1))).reason
    many_mistakes = [{"email": LEAD}] * MOST_RECIPIENTS
    assert len(refused(with_bounce(bouncedRecipients=many_mistakes)).reason) < 500


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"source": "aws.ses"}, {"eventType": None}, {"Records": [7]}])
def test_an_event_of_another_kind_is_reported(event: dict[str, Any]) -> None:
    assert refused(event).reason


@given(st.lists(mutated(PAYLOADS), max_size=3))
def test_whatever_is_wrong_nothing_is_raised_and_nobody_is_named(payloads: list[dict[str, Any]]) -> None:
    bridged = [{"source": "aws.ses", "id": LEAD, "detail": each} for each in payloads]
    for event in (*bridged, *payloads, from_sns(*payloads)):
        for read in read_email_events(event):
            if isinstance(read, UnreadableEmailEvent):
                assert "@" not in f"{read.reason}{read.envelope_id}"
                assert "blake" not in read.reason.lower()
            else:
                assert all(address == address.lower() for address in read.recipients)
                assert "@" not in f"{read.detail}{read.tags}{read.message_id}{read.event_id}"


def test_a_nudge_says_whose_it_was() -> None:
    payload = payload_of("email_bounce.json")
    tags = {"rep": ["ana"], "ses:configuration-set": ["followthrough"]}
    assert only(with_mail(payload, tags=tags)).tags == TouchTags(rep="ana")
