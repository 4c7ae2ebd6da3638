"""What a lead's mail program sends: an answer to one of our e-mails, as SES publishes it."""

import json
from base64 import b64encode
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead
from local.stack import LocalStack

_message_ids = count(1)


def answer_by_email(stack: LocalStack, lead: Lead, words: str, **headers: str) -> bool:
    """The lead answers the newest e-mail they were sent; False if there is none. `headers` come on top, such as
    `Auto_Submitted="auto-replied"`; one that is there already is replaced.
    """
    sent = [email for email in stack.emails if lead.profile.email in email.to]
    if not sent or lead.profile.email is None:
        return False
    ours = message_from_bytes(sent[-1].raw, policy=policy.default)
    to = ours["Reply-To"].addresses[0].addr_spec
    answer = EmailMessage(policy=policy.SMTP)
    answer["From"] = lead.profile.email
    answer["To"] = to
    answer["Subject"] = f"Re: {ours['Subject']}"
    answer["Date"] = format_datetime(stack.now)
    answer["Message-ID"] = f"<answer-{next(_message_ids)}@example.com>"
    for name, value in headers.items():
        del answer[name.replace("_", "-")]
        answer[name.replace("_", "-")] = value
    answer.set_content(words)
    deliver(stack, to, answer)
    return True


def deliver(stack: LocalStack, to: str, email: EmailMessage, spam: str = "PASS", message_id: str | None = None) -> None:
    """An e-mail arrives at SES, which publishes it. The same `message_id` twice: it is delivered again."""
    received = {
        "notificationType": "Received",
        "mail": {
            "timestamp": format_instant(stack.now),
            "source": str(email["From"]),
            "messageId": message_id or f"received-{next(_message_ids)}",
            "destination": [to],
        },
        "receipt": {
            "timestamp": format_instant(stack.now),
            "recipients": [to],
            "spamVerdict": {"status": spam},
            "virusVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "topicArn": stack.outputs["InboundEmailTopicArn"], "encoding": "BASE64"},
        },
        "content": b64encode(email.as_bytes()).decode(),
    }
    stack.client("sns").publish(TopicArn=stack.outputs["InboundEmailTopicArn"], Message=json.dumps(received))
