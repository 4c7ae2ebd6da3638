"""A text came in, through End User Messaging and an SNS topic."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.inbound_text import InboundText, UnreadableText, read_inbound_texts
from followthrough.adapters.measures import measure
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.receive_text import IncomingText, receive_text


@guarded
def handler(event: dict[str, Any], context: Any) -> list[str]:
    """Act on each text. One that can't be read is noted and measured, and never holds up the others."""
    return [_handled(text) for text in read_inbound_texts(event)]


def _handled(text: InboundText | UnreadableText) -> str:
    if isinstance(text, InboundText):
        result = receive_text(sending_services(), IncomingText(text.from_, text.body, text.message_id))
        logger.info("text received", extra={"read_as": result})
        return result
    measure("TextsUnreadable", 1)
    where = {"record": text.record, "sns_message_id": text.sns_message_id, "reason": text.reason}
    logger.error("unreadable", extra=where)
    return "unreadable"
