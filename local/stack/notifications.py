"""What SNS does for a function that is subscribed to a topic: a message becomes an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.stack.template import REGION

_SNS = f"https://sns.{REGION}.amazonaws.com"


def notification_event(
    topic_arn: str,
    subscription_arn: str,
    message_id: str,
    message: str,
    subject: str | None,
    attributes: Mapping[str, Any],
    at: datetime,
) -> dict[str, Any]:
    """The event: one record, always. `attributes` are `{name: {"Type", "Value"}}`; the signature is none."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription_arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id,
                    "TopicArn": topic_arn,
                    "Subject": subject,
                    "Message": message,
                    "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                    "SignatureVersion": "1",
                    "Signature": "local",
                    "SigningCertUrl": f"{_SNS}/SimpleNotificationService-local.pem",
                    "UnsubscribeUrl": f"{_SNS}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}",
                    "MessageAttributes": dict(attributes),
                },
            }
        ]
    }
