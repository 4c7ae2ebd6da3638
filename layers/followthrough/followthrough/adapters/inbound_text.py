"""Texts that people send to us: AWS End User Messaging (two-way) publishes each to an SNS topic, SNS invokes us.

With AWS's usual handling of opt-outs, texts that begin with STOP or HELP never come here: AWS answers them itself.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from followthrough.adapters.files import explained
from followthrough.domain.business import PhoneNumber

LONGEST_BODY = 1600
"""Characters of a text that are kept. No phone sends more as one text, and nobody's report needs them."""

MOST_MESSAGE_CHARACTERS = 64 * 1024
MOST_RECORDS = 100

_ID = re.compile(r"[\w.:/=+-]{1,200}")
_Id = Annotated[str, Field(pattern=rf"^{_ID.pattern}$")]


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


class _TwoWay(BaseModel):
    """The payload, as far as it is used. AWS may add to it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)

    origination: PhoneNumber = Field(alias="originationNumber")
    destination: str = Field(alias="destinationNumber", pattern=r"^\+?\d{3,15}$")
    body: str = Field(alias="messageBody")
    message_id: _Id = Field(alias="inboundMessageId")
    previous_id: Any = Field(None, alias="previousPublishedMessageId")


def read_inbound_texts(event: Mapping[str, Any]) -> list[InboundText | UnreadableText]:
    """The texts of a Lambda event from SNS, in order. One that can't be read doesn't hold up the others.

    SNS sends one record at a time; its format allows for several.
    """
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return [UnreadableText(0, None, "Records: is missing, so this is no event from SNS")]
    read = [_read(number, record) for number, record in enumerate(records[:MOST_RECORDS])]
    if len(records) > MOST_RECORDS:
        read.append(UnreadableText(MOST_RECORDS, None, f"Records: more than {MOST_RECORDS}; the rest was not read"))
    return read


def _read(number: int, record: object) -> InboundText | UnreadableText:
    sns = record.get("Sns") if isinstance(record, dict) else None
    if not isinstance(sns, dict):
        return UnreadableText(number, None, "Sns: is missing, so this is no record from SNS")
    given_id = sns.get("MessageId")
    sns_id = given_id[:100] if isinstance(given_id, str) else None
    message = sns.get("Message")
    if not isinstance(message, str):
        return UnreadableText(number, sns_id, "Message: is missing")
    if len(message) > MOST_MESSAGE_CHARACTERS:
        return UnreadableText(number, sns_id, f"Message: has more than {MOST_MESSAGE_CHARACTERS} characters")
    try:
        payload = _TwoWay.model_validate(json.loads(message, object_hook=_storable_values))
    except ValidationError as error:
        reason = "; ".join(f"{place}: {what}" for place, what in explained(error))
        return UnreadableText(number, sns_id, reason)
    except (ValueError, RecursionError):  # what JSON errors say repeats the text
        return UnreadableText(number, sns_id, "Message: is not JSON")
    return InboundText(
        from_=payload.origination,
        to=payload.destination,
        body=payload.body[:LONGEST_BODY],
        message_id=payload.message_id,
        in_reply_to=_hint(payload.previous_id),
    )


def _hint(previous_id: object) -> str | None:
    """An id that looks like one; without it the text is as good."""
    return previous_id if isinstance(previous_id, str) and _ID.fullmatch(previous_id) else None


def _storable_values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in found.items()}


def _storable(text: str) -> str:
    """Half a surrogate pair, as from an emoji cut in two, can't be written as UTF-8, and so not stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
