"""A text came in, through End User Messaging and an SNS topic."""

from typing import Any

from followthrough.adapters.boundary import for_each, guarded, logger
from followthrough.adapters.inbound_text import InboundText, UnreadableText, read_inbound_texts
from followthrough.adapters.measures import measure
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.receive_text import IncomingText, receive_text


@guarded
def handler(event: dict[str, Any], context: Any) -> list[str]:
    """Act on each text. One that can't be read is noted and measured; one for which something fails is delivered again
    and ends in the dead-letter queue. Neither holds up the others.
    """
    return for_each(read_inbound_texts(event), _handled)


def _handled(text: InboundText | UnreadableText) -> str:
    if isinstance(text, InboundText):
        result = receive_text(sending_services(), IncomingText(text.from_, text.body, text.message_id))
        logger.info("text received", extra={"read_as": result})
        return result
    measure("TextsUnreadable", 1)
    where = {"record": text.record, "sns_message_id": text.sns_message_id, "reason": text.reason}
    logger.error("unreadable", extra=where)
    return "unreadable"
