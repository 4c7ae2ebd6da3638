"""E-mails that people send to us: an SES receipt rule publishes each, whole, to an SNS topic, and SNS invokes us.

The rule's SNS action takes e-mails of up to 150 KB; larger ones bounce. It writes them into its notification as
base64 or as UTF-8; which of the two can be seen, because no e-mail is without a colon.
"""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from followthrough.adapters.mime_reading import MimeEmail
from followthrough.adapters.ses_notices import is_setup_notice
from followthrough.adapters.sns_records import Payload, ServiceId, UnreadableMessage, checked, json_of, read_each
from followthrough.domain.automatic_emails import is_automatic
from followthrough.domain.email_addresses import comparable_email

LONGEST_BODY = 10_000
"""Characters of an e-mail's text that are kept, as of the message in a form."""

LONGEST_SUBJECT = 200
MOST_REFERENCES = 20
MOST_MESSAGE_CHARACTERS = 256 * 1024  # SNS's own limit
MOST_RECIPIENTS = 100

_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_REPLY_ADDRESS = re.compile(r"reply\+(?P<token>[A-Za-z0-9_-]{8,64})@[^@\s]+", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<([^<>\s@]{1,200}@[^<>\s@]{1,200})>")


@dataclass(frozen=True)
class InboundEmail:
    """One e-mail. Everything in it is a stranger's word, except `token`, `message_id`, `spam` and `virus`."""

    from_: str | None
    """As `comparable_email` writes it; None if it can't be read. Anybody can write anything there."""
    token: str | None
    """What stood in `reply+TOKEN@…`, the address that it was delivered to, whatever its headers say. As it was
    written: mail programs keep case, though nothing makes them. None if it went to another address.
    """
    subject: str
    """On one line, up to 200 characters."""
    body: str
    """As plain text, up to 10,000 characters. What it quotes of our own e-mail is still in it."""
    message_id: str
    """SES's id of it: the same when SNS delivers it again, which it may."""
    in_reply_to: str | None
    """The message id that it says it answers, without brackets."""
    references: tuple[str, ...]
    """The message ids that went before, as it says; the last 20."""
    auto: bool
    """Whether a machine has sent it, such as a holiday reply: no answer of anybody's, and not to be answered."""
    spam: bool
    """SES found it to be spam. False also when SES couldn't tell."""
    virus: bool
    """SES found a virus in it. False also when SES couldn't tell."""


@dataclass(frozen=True)
class UnreadableEmail:
    """A record that is no e-mail of the expected kind. It names nobody, so it may be logged."""

    record: int
    """Which of the event's records, from 0."""
    sns_message_id: str | None
    """To find it by."""
    reason: str


class _Verdict(Payload):
    status: str


class _Receipt(Payload):
    recipients: Annotated[list[str], Field(max_length=MOST_RECIPIENTS)]
    spam: _Verdict | None = Field(None, alias="spamVerdict")
    virus: _Verdict | None = Field(None, alias="virusVerdict")


class _Mail(Payload):
    message_id: ServiceId = Field(alias="messageId")
    source: str | None = None


class _Received(Payload):
    notification_type: Literal["Received"] = Field(alias="notificationType")
    receipt: _Receipt
    mail: _Mail
    content: str


def read_inbound_emails(
    event: Mapping[str, Any], own_domains: Collection[str] = ()
) -> list[InboundEmail | UnreadableEmail]:
    """The e-mails of a Lambda event from SNS, in order. One that can't be read doesn't hold up the others.

    An e-mail whose message id was made at one of `own_domains`, or at a domain that it was delivered to, is one of
    ours that has come back, and so `auto`. What SES publishes when a topic is set up is left out.
    """

    def read(message: str) -> InboundEmail | None:
        return None if is_setup_notice(message) else _read(message, own_domains)

    found = read_each(event, MOST_MESSAGE_CHARACTERS, read, UnreadableEmail)
    return [each for each in found if each is not None]


def _read(message: str, own_domains: Collection[str]) -> InboundEmail:
    received = checked(_Received, json_of(message))
    email = MimeEmail(_raw(received.content))
    headers = email.headers()
    return InboundEmail(
        from_=comparable_email(email.raw_from()),
        token=_token(received.receipt.recipients),
        subject=headers.get("subject", "")[:LONGEST_SUBJECT].rstrip(),
        body=email.text()[:LONGEST_BODY].rstrip(),
        message_id=received.mail.message_id,
        in_reply_to=next(iter(_ids(headers.get("in-reply-to", ""))), None),
        references=tuple(_ids(headers.get("references", ""))[-MOST_REFERENCES:]),
        auto=_is_from_nobody(received.mail) or is_automatic(headers, _ours(received.receipt, own_domains)),
        spam=_has_failed(received.receipt.spam),
        virus=_has_failed(received.receipt.virus),
    )


def _raw(content: str) -> bytes:
    if not _BASE64.fullmatch(content):
        return content.encode()
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableMessage("content: is neither an e-mail nor base64 of one") from None


def _token(recipients: list[str]) -> str | None:
    """The first there is: an e-mail to two of our reply addresses is rare, and it is an answer to either."""
    matches = (_REPLY_ADDRESS.fullmatch(recipient.strip()) for recipient in recipients)
    return next((match["token"] for match in matches if match), None)


def _ids(value: str) -> list[str]:
    return _MESSAGE_ID.findall(value)


def _ours(receipt: _Receipt, own_domains: Collection[str]) -> set[str]:
    return {*own_domains, *(recipient.rpartition("@")[2].strip() for recipient in receipt.recipients)} - {""}


def _is_from_nobody(mail: _Mail) -> bool:
    """Whether the envelope's sender is the empty one, which bounces have so that nobody answers them."""
    return mail.source is not None and mail.source.strip() in {"", "<>"}


def _has_failed(verdict: _Verdict | None) -> bool:
    return verdict is not None and verdict.status.upper() == "FAIL"
