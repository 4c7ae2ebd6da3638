"""SES reported something about an e-mail, through EventBridge or through an SNS topic."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.email_event_wiring import email_event_services
from followthrough.adapters.email_events import UnreadableEmailEvent, read_email_events
from followthrough.adapters.sns_records import UnreadableMessage
from followthrough.domain.email_events import EmailEvent
from followthrough.use_cases.note_email_event import note_email_event


@guarded
def handler(event: dict[str, Any], context: Any) -> list[str]:
    """Act on each event. One that can't be read doesn't hold up the others; after them it fails the invocation, so that
    the whole is kept in the dead-letter queue and somebody is told. Doing the others again changes nothing.
    """
    results = [_handled(each) for each in read_email_events(event)]
    if unreadable := results.count("unreadable"):
        raise UnreadableMessage(f"{unreadable} of {len(results)} events can't be read")
    return results


def _handled(event: EmailEvent | UnreadableEmailEvent) -> str:
    if isinstance(event, EmailEvent):
        noted = note_email_event(email_event_services(), event)
        logger.info("e-mail event", extra={"kind": event.kind, "bounce": event.bounce, "about": noted})
        return noted
    where = {"record": event.record, "envelope_id": event.envelope_id, "reason": event.reason}
    logger.error("unreadable", extra=where)
    return "unreadable"
