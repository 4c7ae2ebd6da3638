"""POST /events: another system of the business reports what happened with a lead."""

from collections.abc import Callable, Mapping
from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.event_request import read_event, token_of
from followthrough.adapters.event_wiring import event_tokens
from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody
from followthrough.adapters.sending_wiring import sending_services
from followthrough.adapters.web_answers import Answer, json_answer
from followthrough.domain.errors import ChangedMeanwhile, Refused
from followthrough.use_cases.business_events import Received, UnknownLead, receive_event
from followthrough.use_cases.people import SeveralPeople
from followthrough.use_cases.ports import SendingServices

_NOT_ALLOWED = "Send a token that is good: Authorization: Bearer TOKEN. followthrough events-token makes one."
_NOBODY = "Nobody is known by that."
_SEVERAL = "Several leads have that number, so nobody can tell whose event it is: give lead_id or email."
_BUSY = "Others are recording things about the same person: try again."


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(sending_services(), event_tokens().is_good, event)


def answer(services: SendingServices, is_good: Callable[[str], bool], event: Mapping[str, Any]) -> Answer:
    """202 with the lead's id and what became of the event. 401 without a good token, before anything else is looked at;
    404 and 409 where nobody or more than one person is meant; 413, 415 or 422 for what can't be accepted; 503 when
    trying again would help.
    """
    if not is_good(token_of(event)):
        refused = _refused(401, _NOT_ALLOWED)
        refused["headers"]["www-authenticate"] = "Bearer"
        return refused
    try:
        received = receive_event(services, *read_event(event, services.settings.business))
    except BodyTooLarge as refused_body:
        return _wrong(413, "body", str(refused_body))
    except UnsupportedBody as refused_body:
        return _wrong(415, "body", str(refused_body))
    except Refused as refused_field:
        return _wrong(422, refused_field.field, refused_field.reason)
    except UnknownLead:
        return _refused(404, _NOBODY)
    except SeveralPeople:
        return _refused(409, _SEVERAL)
    except ChangedMeanwhile:
        busy = _refused(503, _BUSY)
        busy["headers"]["retry-after"] = "1"
        return busy
    return _accepted(received)


def _accepted(received: Received) -> Answer:
    logger.info(received.result, extra={"lead_id": received.lead.id})
    if received.wake_error:
        logger.error("not woken", extra={"lead_id": received.lead.id, "error": received.wake_error})
    return json_answer(202, {"lead_id": received.lead.id, "result": received.result})


def _wrong(status: int, field: str, reason: str) -> Answer:
    error = f"{'The event' if field == 'body' else field} {reason}."
    return _refused(status, error, {"fields": {field: reason}})


def _refused(status: int, error: str, more: Mapping[str, Any] | None = None) -> Answer:
    logger.info("refused", extra={"status": status})
    return json_answer(status, {"error": error, **(more or {})})
