"""An answer to one of our e-mails came in, through an SES receipt rule and an SNS topic."""

from typing import Any

from followthrough.adapters.boundary import for_each, guarded, logger
from followthrough.adapters.inbound_email import InboundEmail, UnreadableEmail, read_inbound_emails
from followthrough.adapters.measures import measure
from followthrough.adapters.sending_wiring import sending_services
from followthrough.domain.lead_messages import Ignored
from followthrough.domain.reply_address import token_in
from followthrough.use_cases.receive_email import IncomingEmail, receive_email


@guarded
def handler(event: dict[str, Any], context: Any) -> list[str]:
    """Act on each e-mail. One that can't be read is noted and measured; one for which something fails is delivered
    again and ends in the dead-letter queue. Neither holds up the others.
    """
    own_domain = sending_services().settings.business.email.rpartition("@")[2]
    return for_each(read_inbound_emails(event, (own_domain,)), _handled)


def _handled(email: InboundEmail | UnreadableEmail) -> str:
    if isinstance(email, InboundEmail):
        result = receive_email(sending_services(), _incoming(email))
        logger.info("email received", extra={"read_as": result})
        return result
    measure("EmailsUnreadable", 1)
    where = {"record": email.record, "sns_message_id": email.sns_message_id, "reason": email.reason}
    logger.error("unreadable", extra=where)
    return "unreadable"


def _incoming(email: InboundEmail) -> IncomingEmail:
    token = token_in(f"reply+{email.token}@") if email.token else None
    return IncomingEmail(token, email.from_, email.subject, email.body, email.message_id, _ignored(email))


def _ignored(email: InboundEmail) -> Ignored | None:
    if email.virus:
        return "virus"
    if email.auto:
        return "out of office"
    return "spam" if email.spam else None
