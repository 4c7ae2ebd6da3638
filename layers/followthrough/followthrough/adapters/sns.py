"""Text messages through Amazon SNS."""

from typing import TYPE_CHECKING

import boto3

from followthrough.adapters.sending_errors import ONE_ATTEMPT, sending

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


def sns_client() -> "SNSClient":
    """A client that tries once."""
    return boto3.client("sns", config=ONE_ATTEMPT)


class SnsTexter:
    """The Texter port."""

    def __init__(self, client: "SNSClient | None" = None) -> None:
        self._client = client or sns_client()

    def send(self, phone: str, body: str) -> str:
        """See Texter."""
        with sending():
            answer = self._client.publish(
                PhoneNumber=phone,
                Message=body,
                # Without it a text counts as promotional: sent later, and not at all where those are barred.
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        return answer["MessageId"]
