"""What was sent, ready to be read: texts and e-mails, with who they went to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

from followthrough.domain.business import Rep, Team
from followthrough.domain.instants import format_instant
from local.stack import LocalStack, SentEmail, SentText


@dataclass(frozen=True)
class Message:
    """One text or e-mail. `to` is a number or an address; `rep` is the name of the one of us that it went to."""

    kind: Literal["sms", "email"]
    at: datetime
    to: str
    rep: str | None
    body: str
    subject: str | None = None
    html: str | None = None
    sender: str | None = None
    unsubscribe_url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As `followthrough demo --json` has it, and more."""
        return {
            "kind": self.kind,
            "to": self.to,
            "at": format_instant(self.at),
            "subject": self.subject,
            "body": self.body,
            "html": self.html,
            "from": self.sender,
            "rep": self.rep,
            "unsubscribe_url": self.unsubscribe_url,
        }


def sent_by(stack: LocalStack, team: Team) -> list[Message]:
    """Everything that the stack has sent, the oldest first."""
    messages = [*read_texts(stack.texts, team), *read_emails(stack.emails, team)]
    return sorted(messages, key=lambda message: message.at)


def read_texts(texts: Iterable[SentText], team: Team) -> list[Message]:
    """Texts as messages."""
    names = {person.phone: person.name for person in _people(team)}
    return [Message("sms", text.at, text.phone, names.get(text.phone), text.body) for text in texts]


def read_emails(emails: Iterable[SentEmail], team: Team) -> list[Message]:
    """E-mails as messages, their parts taken out of the MIME that was sent."""
    names = {person.email.lower(): person.name for person in _people(team)}
    return [_read_email(email, names.get(email.to[0].lower())) for email in emails]


def _read_email(email: SentEmail, rep: str | None) -> Message:
    mime = message_from_bytes(email.raw, policy=policy.default)
    unsubscribe = mime["List-Unsubscribe"]
    return Message(
        "email",
        email.at,
        email.to[0],
        rep,
        _part(mime, "plain") or "",
        subject=str(mime["Subject"]),
        html=_part(mime, "html"),
        sender=str(mime["From"]),
        unsubscribe_url=str(unsubscribe).strip("<>") if unsubscribe else None,
    )


def _part(mime: EmailMessage, subtype: str) -> str | None:
    part = mime.get_body((subtype,))
    return str(part.get_content()) if part else None


def _people(team: Team) -> Sequence[Rep]:
    return (*team.reps, team.manager)
