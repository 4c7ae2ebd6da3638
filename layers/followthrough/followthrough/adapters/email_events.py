"""What SES reports about e-mails that we sent: bounces, complaints, deliveries and the rest.

The same JSON comes by three ways: in an SNS message, as the detail of an EventBridge event, and by itself. Two forms
of it are read: event publishing (`eventType`) and the older feedback notifications (`notificationType`, without tags).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from followthrough.adapters.ses_notices import is_setup_notice
from followthrough.adapters.sns_records import (
    Payload,
    ServiceId,
    UnreadableMessage,
    checked,
    json_of,
    read_each,
    service_id,
)
from followthrough.domain.email_addresses import comparable_email
from followthrough.domain.email_events import EmailEvent, TouchTags, touch_id_of_tag
from followthrough.domain.instants import parse_instant

MOST_MESSAGE_CHARACTERS = 256 * 1024
MOST_RECIPIENTS = 50  # what SES sends one e-mail to at most
LONGEST_ADDRESS = 400  # with a name before it

_NOT_FOLLOWED = frozenset({"Send", "Open", "Click", "Subscription"})
"""What says nothing of whether an address can be written to, and nothing of whether somebody wants it."""

_SUPPRESSED = frozenset({"Suppressed", "OnAccountSuppressionList"})
"""SES didn't even try, because the address has bounced or complained before."""

_TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PURSUIT = re.compile(r"[1-9]\d{0,5}")
_TOUCH = re.compile(r"[a-z0-9-]{1,40}_\d{1,6}")
_NO_WORD = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_WORD = 60


@dataclass(frozen=True)
class UnreadableEmailEvent:
    """What is no event of the expected kind. It names nobody, so it may be logged."""

    record: int
    """Which of the records, from 0."""
    envelope_id: str | None
    """To find it by: SNS's id of the message, or EventBridge's id of the event."""
    reason: str


def _instant(given: object) -> datetime:
    try:
        return parse_instant(given) if isinstance(given, str) else _no_instant()
    except (ValueError, OverflowError):  # their words repeat what was given
        return _no_instant()


def _no_instant() -> datetime:
    raise ValueError("should be a time with an offset, such as 2026-11-23T15:00:00.000Z")


_At = Annotated[datetime, BeforeValidator(_instant)]
_Address = Annotated[str, Field(max_length=LONGEST_ADDRESS)]
_Addresses = Annotated[list[_Address], Field(max_length=MOST_RECIPIENTS)]


class _Recipient(Payload):
    address: _Address = Field(alias="emailAddress")


_Recipients = Annotated[list[_Recipient], Field(max_length=MOST_RECIPIENTS)]


class _Mail(Payload):
    sent_at: _At = Field(alias="timestamp")
    message_id: ServiceId = Field(alias="messageId")
    destination: _Addresses = Field(default_factory=list)
    tags: Any = None


class _Event(Payload):
    mail: _Mail


class _Bounce(Payload):
    type: Literal["Permanent", "Transient", "Undetermined"] = Field(alias="bounceType")
    sub_type: str = Field(alias="bounceSubType")
    recipients: _Recipients = Field(alias="bouncedRecipients")
    at: _At = Field(alias="timestamp")
    feedback_id: Any = Field(None, alias="feedbackId")


class _Complaint(Payload):
    recipients: _Recipients = Field(alias="complainedRecipients", default_factory=list)
    at: _At = Field(alias="timestamp")
    feedback_id: Any = Field(None, alias="feedbackId")
    sub_type: str | None = Field(None, alias="complaintSubType")
    feedback_type: str | None = Field(None, alias="complaintFeedbackType")


class _Delivery(Payload):
    recipients: _Addresses
    at: _At = Field(alias="timestamp")


class _DeliveryDelay(Payload):
    recipients: _Recipients = Field(alias="delayedRecipients")
    at: _At = Field(alias="timestamp")
    type: str = Field("", alias="delayType")


class _Reject(Payload):
    reason: str = ""


class _Failure(Payload):
    template: str = Field("", alias="templateName")


class _BounceEvent(_Event):
    bounce: _Bounce


class _ComplaintEvent(_Event):
    complaint: _Complaint


class _DeliveryEvent(_Event):
    delivery: _Delivery


class _DeliveryDelayEvent(_Event):
    delay: _DeliveryDelay = Field(alias="deliveryDelay")


class _RejectEvent(_Event):
    reject: _Reject


class _RenderingFailureEvent(_Event):
    failure: _Failure


def read_email_events(event: Mapping[str, Any]) -> list[EmailEvent | UnreadableEmailEvent]:
    """The events that a Lambda function was invoked with, in order. One that can't be read doesn't hold up the others.

    What SES publishes when a topic is set up, and what isn't followed (sends, opens, clicks, subscriptions), is
    left out. EventBridge's `detail-type` says the same as the detail itself, which alone is read.
    """
    if event.get("source") == "aws.ses":
        return _one(event.get("detail"), service_id(event.get("id")))
    if "eventType" in event or "notificationType" in event:
        return _one(event, None)
    read = read_each(event, MOST_MESSAGE_CHARACTERS, _from_sns, UnreadableEmailEvent)
    return [each for each in read if each is not None]


def _one(payload: object, envelope_id: str | None) -> list[EmailEvent | UnreadableEmailEvent]:
    try:
        read = _read(payload)
    except UnreadableMessage as why:
        return [UnreadableEmailEvent(0, envelope_id, str(why))]
    return [read] if read else []


def _from_sns(message: str) -> EmailEvent | None:
    return None if is_setup_notice(message) else _read(json_of(message))


def _read(payload: object) -> EmailEvent | None:
    if not isinstance(payload, Mapping):
        raise UnreadableMessage("(whole message): should be a JSON object")
    place = "eventType" if "eventType" in payload else "notificationType"
    name = payload.get(place)
    if not isinstance(name, str):
        raise UnreadableMessage("eventType: is missing")
    if name in _NOT_FOLLOWED:
        return None
    if name not in _READERS:
        raise UnreadableMessage(f"{place}: is none that SES documents for e-mails that were sent")
    return _READERS[name](dict(payload))


# -- one kind each -------------------------------------------------------------------------------------------


def _bounce(payload: object) -> EmailEvent:
    event = checked(_BounceEvent, payload)
    bounce = event.bounce
    is_permanent = bounce.type == "Permanent" or bounce.sub_type in _SUPPRESSED
    return EmailEvent(
        kind="bounce",
        # What SES couldn't determine is transient: nobody is given up on a guess.
        bounce="permanent" if is_permanent else "transient",
        recipients=_who(event.mail, bounce.recipients),
        at=bounce.at,
        message_id=event.mail.message_id,
        feedback_id=service_id(bounce.feedback_id),
        tags=_tags(event.mail),
        detail=_words(bounce.type, bounce.sub_type),
    )


def _complaint(payload: object) -> EmailEvent:
    event = checked(_ComplaintEvent, payload)
    complaint = event.complaint
    return EmailEvent(
        # They took it out of their spam folder: all that this tells is that it arrived.
        kind="delivery" if complaint.feedback_type == "not-spam" else "complaint",
        bounce=None,
        recipients=_who(event.mail, complaint.recipients),
        at=complaint.at,
        message_id=event.mail.message_id,
        feedback_id=service_id(complaint.feedback_id),
        tags=_tags(event.mail),
        detail=_words(complaint.sub_type, complaint.feedback_type),
    )


def _delivery(payload: object) -> EmailEvent:
    event = checked(_DeliveryEvent, payload)
    return EmailEvent(
        kind="delivery",
        bounce=None,
        recipients=_comparable(event.delivery.recipients),
        at=event.delivery.at,
        message_id=event.mail.message_id,
        feedback_id=None,
        tags=_tags(event.mail),
        detail="",
    )


def _delivery_delay(payload: object) -> EmailEvent:
    event = checked(_DeliveryDelayEvent, payload)
    return EmailEvent(
        kind="delivery_delay",
        bounce=None,
        recipients=_who(event.mail, event.delay.recipients),
        at=event.delay.at,
        message_id=event.mail.message_id,
        feedback_id=None,
        tags=_tags(event.mail),
        detail=_words(event.delay.type),
    )


def _reject(payload: object) -> EmailEvent:
    event = checked(_RejectEvent, payload)
    return _never_sent("reject", event.mail, _words(event.reject.reason))


def _rendering_failure(payload: object) -> EmailEvent:
    event = checked(_RenderingFailureEvent, payload)
    return _never_sent("rendering_failure", event.mail, _words(event.failure.template))


def _never_sent(kind: Literal["reject", "rendering_failure"], mail: _Mail, detail: str) -> EmailEvent:
    return EmailEvent(
        kind=kind,
        bounce=None,
        recipients=_comparable(mail.destination),
        at=mail.sent_at,
        message_id=mail.message_id,
        feedback_id=None,
        tags=_tags(mail),
        detail=detail,
    )


_READERS: dict[str, Callable[[object], EmailEvent]] = {
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Delivery": _delivery,
    "DeliveryDelay": _delivery_delay,
    "Reject": _reject,
    "Rendering Failure": _rendering_failure,
}

# -- what they have in common --------------------------------------------------------------------------------


def _who(mail: _Mail, named: list[_Recipient]) -> tuple[str, ...]:
    """Those whom the event names, or else the one to whom the e-mail went. Of several it could be any."""
    found = _comparable([recipient.address for recipient in named])
    if found or len(mail.destination) != 1:
        return found
    return _comparable(mail.destination)


def _comparable(addresses: list[str]) -> tuple[str, ...]:
    """Each once, without a name around it. What is no address we could have written to is left out."""
    found = map(comparable_email, addresses)
    return tuple(dict.fromkeys(address for address in found if address))


def _tags(mail: _Mail) -> TouchTags:
    """SES gives a list of values for each tag, and adds tags of its own."""
    tags = mail.tags if isinstance(mail.tags, dict) else {}
    touch, pursuit = _tag(tags, "touch", _TOUCH), _tag(tags, "pursuit", _PURSUIT)
    return TouchTags(
        lead_id=_tag(tags, "lead", _TAG),
        pursuit=int(pursuit) if pursuit else None,
        touch_id=touch_id_of_tag(touch) if touch else None,
        rep=_tag(tags, "rep", _TAG),
    )


def _tag(tags: dict[str, Any], name: str, shape: re.Pattern[str]) -> str | None:
    values = tags.get(name)
    value = values[0] if isinstance(values, list) and values else None
    return value if isinstance(value, str) and shape.fullmatch(value) else None


def _words(*parts: str | None) -> str:
    """What is fit to be kept and counted: short, ASCII, no sentences, and no @ in it."""
    words = (_NO_WORD.sub("-", part).strip("-")[:_LONGEST_WORD] for part in parts if part and "@" not in part)
    return "/".join(word for word in words if word)
