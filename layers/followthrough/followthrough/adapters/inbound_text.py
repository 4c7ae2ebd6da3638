"""Texts that people send to us: AWS End User Messaging (two-way) publishes each to an SNS topic, SNS invokes us.

With AWS's usual handling of opt-outs, texts that begin with STOP or HELP never come here: AWS answers them itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from followthrough.adapters.sns_records import Payload, ServiceId, checked, json_of, read_each, service_id
from followthrough.domain.config_values import PhoneNumber

LONGEST_BODY = 1600
"""Characters of a text that are kept. No phone sends more as one text, and nobody's report needs them."""

MOST_MESSAGE_CHARACTERS = 64 * 1024


@dataclass(frozen=True)
class InboundText:
    """One text. Numbers are E.164, but `to` may be a short code."""

    from_: str
    to: str
    body: str
    """As typed, up to 1,600 characters. Empty for a picture without words."""
    message_id: str
    """The same when SNS delivers the text again, which it may."""
    in_reply_to: str | None
    """The id of the message of ours that AWS takes this for an answer to, if any: a hint, not a proof."""


@dataclass(frozen=True)
class UnreadableText:
    """A record that is no text of the expected kind. It names nobody, so it may be logged."""

    record: int
    """Which of the event's records, from 0."""
    sns_message_id: str | None
    """To find it by."""
    reason: str


class _TwoWay(Payload):
    origination: PhoneNumber = Field(alias="originationNumber")
    destination: str = Field(alias="destinationNumber", pattern=r"^\+?\d{3,15}$")
    body: str = Field(alias="messageBody")
    message_id: ServiceId = Field(alias="inboundMessageId")
    previous_id: Any = Field(None, alias="previousPublishedMessageId")


def read_inbound_texts(event: Mapping[str, Any]) -> list[InboundText | UnreadableText]:
    """The texts of a Lambda event from SNS, in order. One that can't be read doesn't hold up the others."""
    return read_each(event, MOST_MESSAGE_CHARACTERS, _read, UnreadableText)


def _read(message: str) -> InboundText:
    payload = checked(_TwoWay, json_of(message))
    return InboundText(
        from_=payload.origination,
        to=payload.destination,
        body=payload.body[:LONGEST_BODY],
        message_id=payload.message_id,
        # Without an id that looks like one the text is as good.
        in_reply_to=service_id(payload.previous_id),
    )
