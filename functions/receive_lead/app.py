"""POST /leads: somebody asks for a quote, a call or an appointment."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.form_body import (
    FORM_TYPES,
    BodyTooLarge,
    UnsupportedBody,
    header_of,
    page_of,
    parse_content_type,
    read_fields,
)
from followthrough.adapters.web_answers import Answer, json_answer, page, see_other
from followthrough.adapters.wiring import services
from followthrough.domain.business import Business
from followthrough.domain.errors import ChangedMeanwhile, Refused
from followthrough.domain.floods import Sender
from followthrough.domain.intake import RefusedFields
from followthrough.domain.leads import Profile
from followthrough.domain.phones import readable_phone
from followthrough.use_cases.ports import Services
from followthrough.use_cases.receive_lead import Received, receive_lead

metrics = Metrics()


@metrics.log_metrics
@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(services(), event)


def answer(services: Services, event: Mapping[str, Any]) -> Answer:
    """202 with the lead's id, or a page or redirect for a browser's form; 413, 415 or 422 for what can't be
    accepted; 503 when the same person's posts kept getting in each other's way, and trying again would help.
    """
    business = services.settings.business
    try:
        fields = read_fields(event)
        received = receive_lead(services, fields, header_of(event, "idempotency-key"), _sender(event))
    except BodyTooLarge as refused:
        return _refused(event, business, 413, {"body": str(refused)})
    except UnsupportedBody as refused:
        return _refused(event, business, 415, {"body": str(refused)})
    except Refused as refused:
        return _refused(event, business, 422, {refused.field: refused.reason})
    except RefusedFields as refused:
        return _refused(event, business, 422, refused.fields)
    except ChangedMeanwhile:
        return _busy(event, business)
    _note(received)
    return _accepted(event, business, received)


def _sender(event: Mapping[str, Any]) -> Sender:
    """The browser tells the page's origin in a header of its own, except old ones, which tell the page itself."""
    caller = event.get("requestContext", {}).get("http", {}).get("sourceIp", "")
    return Sender(header_of(event, "origin") or header_of(event, "referer"), caller, page_of(event))


def _accepted(event: Mapping[str, Any], business: Business, received: Received) -> Answer:
    if not _is_browser_form(event):
        return json_answer(202, {"lead_id": received.lead_id})
    if business.thank_you_url:
        return see_other(business.thank_you_url)
    words = [
        f"{business.name} has your request.",
        f"If you would rather call us: {readable_phone(business.phone)}.",
    ]
    return page(200, "Thank you", words, back=business.website)


def _refused(event: Mapping[str, Any], business: Business, status: int, fields: Mapping[str, str]) -> Answer:
    # An unknown field's name is a stranger's words: only the names we know are logged.
    logger.info("refused", extra={"status": status, "fields": sorted(Profile.model_fields.keys() & fields.keys())})
    metrics.add_metric("LeadsRefused", MetricUnit.Count, 1)
    points = [f"{_label(name)} {reason}." for name, reason in fields.items()]
    if not _is_browser_form(event):
        return json_answer(status, {"error": " ".join(points), "fields": dict(fields)})
    words = [
        "Please go back, mend this, and send the form again: what you typed should still be there.",
        f"Or call {business.name}: {readable_phone(business.phone)}.",
    ]
    return page(status, "Something is missing or not right", words, points, header_of(event, "referer"))


def _busy(event: Mapping[str, Any], business: Business) -> Answer:
    logger.warning("busy")
    words = f"Please send it again in a moment, or call {business.name}: {readable_phone(business.phone)}."
    if _is_browser_form(event):
        return page(503, "We could not take your request just now", [words], back=header_of(event, "referer"))
    busy = json_answer(503, {"error": "Others are posting for the same person: try again."})
    busy["headers"]["retry-after"] = "1"
    return busy


def _is_browser_form(event: Mapping[str, Any]) -> bool:
    """Whether a person is looking at what we answer. A form that is posted by a script accepts anything."""
    media_type, _ = parse_content_type(header_of(event, "content-type"))
    return media_type in FORM_TYPES and "text/html" in header_of(event, "accept").lower()


def _label(name: str) -> str:
    return "The form" if name == "body" else name.replace("_", " ").capitalize()


def _note(received: Received) -> None:
    metrics.add_metric(_METRICS[received.how], MetricUnit.Count, 1)
    logger.info(received.how, extra={"lead_id": received.lead_id})
    if received.held:
        metrics.add_metric("LeadsHeld", MetricUnit.Count, 1)
    if received.start_error:
        metrics.add_metric("PursuitsNotStarted", MetricUnit.Count, 1)
        logger.error("not started", extra={"lead_id": received.lead_id, "error": received.start_error})


_METRICS = {
    "new": "LeadsReceived",
    "asked_again": "LeadsAskedAgain",
    "replay": "LeadsReplayed",
    "trapped": "TrapsFilled",
}
