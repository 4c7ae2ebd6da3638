"""What SES reports of e-mails that were sent, as the mail servers of the world would have it find out."""

from datetime import datetime
from typing import Any, Literal

from local.stack import LocalStack, SentEmail

_BOUNCES = {
    "permanent": {"bounceType": "Permanent", "bounceSubType": "General"},
    "transient": {"bounceType": "Transient", "bounceSubType": "MailboxFull"},
}


def newest_email_to(stack: LocalStack, lead_id: str) -> SentEmail | None:
    """The e-mail that a lead was sent last."""
    return next((email for email in reversed(stack.emails) if email.tags.get("lead") == lead_id), None)


def bounce(stack: LocalStack, email: SentEmail, kind: Literal["permanent", "transient"]) -> None:
    """The e-mail comes back, for good or for now."""
    recipients = [{"emailAddress": address, "action": "failed", "status": "5.0.0"} for address in email.to]
    about = {**_BOUNCES[kind], "bouncedRecipients": recipients, **_when(stack.now), "feedbackId": _feedback_id(stack)}
    stack.report_email(email, "Bounce", about)


def complain(stack: LocalStack, email: SentEmail) -> None:
    """Its reader presses "this is spam"."""
    recipients = [{"emailAddress": address} for address in email.to]
    about = {"complainedRecipients": recipients, "complaintFeedbackType": "abuse", **_when(stack.now)}
    stack.report_email(email, "Complaint", about | {"feedbackId": _feedback_id(stack)})


def deliver(stack: LocalStack, email: SentEmail) -> None:
    """The reader's mail server takes it."""
    stack.report_email(email, "Delivery", {"recipients": list(email.to), **_when(stack.now)})


def delay(stack: LocalStack, email: SentEmail) -> None:
    """The reader's mail server doesn't take it for now."""
    recipients = [{"emailAddress": address, "status": "4.4.1"} for address in email.to]
    about = {"delayType": "TransientCommunicationFailure", "delayedRecipients": recipients, **_when(stack.now)}
    stack.report_email(email, "DeliveryDelay", about)


def reject(stack: LocalStack, email: SentEmail) -> None:
    """SES finds a virus in it."""
    stack.report_email(email, "Reject", {"reason": "Bad content"})


def _when(at: datetime) -> dict[str, Any]:
    return {"timestamp": f"{at:%Y-%m-%dT%H:%M:%S.000Z}"}


def _feedback_id(stack: LocalStack) -> str:
    """SES's own id of a report: each has another one."""
    return f"local-{int(stack.now.timestamp())}-{stack.work['lambda_invocations'].get('NoteEmailEventFunction', 0)}"
