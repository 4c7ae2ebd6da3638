"""E-mail through Amazon SES, as raw MIME: the only form that keeps every header."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import boto3

from followthrough.adapters.sending_errors import ONE_ATTEMPT, sending
from followthrough.domain.business import Business
from followthrough.domain.errors import SendingRefused
from followthrough.domain.instants import format_instant
from followthrough.use_cases.ports import OutgoingEmail

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import SendEmailRequestTypeDef

_KEPT_WHOLE = ("List-Unsubscribe", "Message-ID")


class _Policy(EmailPolicy):
    """Plain ASCII in short lines: no server on the way has a reason to rewrite, and so break, what DKIM signed."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        """The library would turn an address that is longer than a line into encoded words, and with that the
        unsubscribe link into something that no mail program understands.
        """
        if name in _KEPT_WHOLE:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ONE_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""RFC 5322 without the quoted and commented forms, which nobody types into a form in good faith."""


def ses_client() -> "SESV2Client":
    """A client that tries once."""
    return boto3.client("sesv2", config=ONE_ATTEMPT)


class SesMailer:
    """The Mailer port. E-mails come from the business, and replies go to it unless an e-mail says otherwise."""

    def __init__(
        self,
        business: Business,
        configuration_set: str,
        clock: Callable[[], datetime],
        client: "SESV2Client | None" = None,
    ) -> None:
        self._business = business
        self._configuration_set = configuration_set
        self._clock = clock
        self._client = client or ses_client()

    def send(self, email: OutgoingEmail) -> str:
        """See Mailer. An address that SES can't write to at all is refused without asking it."""
        raw = as_mime(email, self._business, self._clock())
        request: SendEmailRequestTypeDef = {
            # The envelope is given apart from the headers, so that no header can add a recipient.
            "Destination": {"ToAddresses": [_ascii_address(email.to)]},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [{"Name": name, "Value": value} for name, value in email.tags.items()],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        with sending():
            return self._client.send_email(**request)["MessageId"]


def as_mime(email: OutgoingEmail, business: Business, now: datetime) -> bytes:
    """The message as it goes over the wire. Raises SendingRefused for an address that no header can hold."""
    to = _ascii_address(email.to)
    message = EmailMessage(policy=_POLICY)
    sender = Address(display_name=business.name, addr_spec=_ascii_address(business.email))
    message["From"] = sender
    message["Reply-To"] = Address(business.name, addr_spec=email.reply_to) if email.reply_to else sender
    message["To"] = Address(addr_spec=to)
    message["Subject"] = " ".join(email.content.subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(email, sender.domain, now)
    # RFC 3834. It keeps holiday replies away, which would otherwise pass for an answer of the lead's.
    message["Auto-Submitted"] = "auto-generated"
    if email.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{email.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(email.content.text, cte="quoted-printable")
    message.add_alternative(email.content.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def _message_id(email: OutgoingEmail, domain: str, now: datetime) -> str:
    """Made from the content: the library's own would tell the world host and process. SES replaces it."""
    parts = (
        email.to,
        email.content.subject,
        email.content.text,
        format_instant(now),
        *sorted(email.tags.items()),
    )
    return f"<{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}@{domain}>"


def _ascii_address(address: str) -> str:
    """With the domain in its ASCII form. SES takes no other characters before the @."""
    local, _, domain = address.rpartition("@")
    try:
        spec = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        spec = ""
    if not _ONE_ADDRESS.fullmatch(spec):
        raise SendingRefused("AddressNotSupported")
    return spec
