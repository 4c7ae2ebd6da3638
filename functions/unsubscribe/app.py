"""GET|POST /unsubscribe/{token}: the page behind the link in every e-mail, and RFC 8058's one-click post."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.web_answers import Answer, page
from followthrough.adapters.wiring import services
from followthrough.domain.errors import NotFound
from followthrough.domain.phones import readable_phone
from followthrough.use_cases.ports import Services
from followthrough.use_cases.unsubscribe import find_subscriber, unsubscribe


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(services(), event)


def answer(services: Services, event: dict[str, Any]) -> Answer:
    """A GET shows the button and changes nothing, because mail scanners open links; a POST acts."""
    token = event["pathParameters"]["token"]
    business = services.settings.business
    call_us = f"Or call {business.name}: {readable_phone(business.phone)}."
    try:
        if event["requestContext"]["http"]["method"] == "POST":
            lead = unsubscribe(services, token)
            logger.info("unsubscribed", extra={"lead_id": lead.id})
            return page(
                200,
                "You won't hear from us again",
                [f"{business.name} has stopped writing and calling.", call_us],
            )
        find_subscriber(services, token)
    except NotFound:
        words = "It may be cut off. Please use the link from our latest e-mail."
        return page(404, "This link doesn't work", [words, call_us])
    words = f"Press the button, and {business.name} stops writing to you and calling you about your request."
    return page(200, "Stop hearing from us?", [words, call_us], button="Stop")
