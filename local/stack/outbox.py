"""What was sent, in order, with the virtual time of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class SentEmail:
    """An e-mail that SES accepted. `raw` is the whole MIME message, `to` the envelope's recipients. `message_id` is
    what SES calls it; `tags` and `configuration_set` go with what SES reports of it later.
    """

    at: datetime
    to: tuple[str, ...]
    from_: str
    raw: bytes
    message_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    configuration_set: str = ""


@dataclass(frozen=True)
class SentText:
    """A text message that SNS accepted. `attributes` such as {"AWS.SNS.SMS.SMSType": "Transactional"}."""

    at: datetime
    phone: str
    body: str
    attributes: Mapping[str, str]


@dataclass
class Outbox:
    """All that was sent."""

    emails: list[SentEmail] = field(default_factory=list)
    texts: list[SentText] = field(default_factory=list)
