"""The account's default event bus: which functions an event reaches, and what SES puts there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.stack.outbox import SentEmail
from local.stack.template import ACCOUNT, REGION, TemplateError

DETAIL_TYPES = {
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Reject": "Email Rejected",
    "Rendering Failure": "Email Rendering Failed",
}
"""What EventBridge calls an event, by what SES does."""

_AS_IN_TEMPLATES = {"Rendering Failure": "renderingFailure", "DeliveryDelay": "deliveryDelay"}
_WHERE = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}


@dataclass(frozen=True)
class EventRule:
    """A rule of the template: the events that its pattern matches reach the function."""

    function: str
    pattern: Mapping[str, Any]

    def matches(self, event: Mapping[str, Any]) -> bool:
        """Whether an event has, at each place of the pattern, one of the values that stand there."""
        return _matches(self.pattern, event)


def checked_pattern(logical_id: str, pattern: Mapping[str, Any]) -> Mapping[str, Any]:
    """The pattern. Raises TemplateError for anything but plain values, such as a prefix or a range."""
    for value in pattern.values():
        if isinstance(value, Mapping):
            checked_pattern(logical_id, value)
        elif not isinstance(value, list) or not value or any(isinstance(wanted, Mapping) for wanted in value):
            raise TemplateError(f"{logical_id}: the local stack matches events by plain values only, not by {value}")
    return pattern


def _matches(pattern: Mapping[str, Any], found: object) -> bool:
    return isinstance(found, Mapping) and all(
        _matches(wanted, found.get(name)) if isinstance(wanted, Mapping) else _is_among(wanted, found.get(name))
        for name, wanted in pattern.items()
    )


def _is_among(wanted: list[Any], found: object) -> bool:
    return any(one in wanted for one in (found if isinstance(found, list) else [found]))


def in_templates(event_type: str) -> str:
    """What a template's MatchingEventTypes call it."""
    return _AS_IN_TEMPLATES.get(event_type, event_type.lower())


def email_event(
    event_type: str, about: Mapping[str, Any], email: SentEmail, number: int, at: datetime
) -> dict[str, Any]:
    """What SES puts on the bus about an e-mail that was sent. `about` is the part that only this type has."""
    configuration_set = email.configuration_set
    return {
        "version": "0",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "detail-type": DETAIL_TYPES[event_type],
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{configuration_set}"],
        "detail": email_event_detail(event_type, about, email),
    }


def email_event_detail(event_type: str, about: Mapping[str, Any], email: SentEmail) -> dict[str, Any]:
    """What SES says of an e-mail, by whichever way."""
    return {
        "eventType": event_type,
        _WHERE.get(event_type, event_type.lower()): dict(about),
        "mail": {
            "timestamp": f"{email.at:%Y-%m-%dT%H:%M:%S.000Z}",
            "source": email.from_,
            "sendingAccountId": ACCOUNT,
            "messageId": email.message_id,
            "destination": list(email.to),
            "headersTruncated": False,
            "headers": [],
            "commonHeaders": {"to": list(email.to)},
            "tags": {
                "ses:configuration-set": [email.configuration_set],
                **{name: [value] for name, value in email.tags.items()},
            },
        },
    }
