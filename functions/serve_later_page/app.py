"""GET|POST /later/{token}: everything short of a stop, from one link in every e-mail: another time, or no thanks."""

from dataclasses import replace
from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.lead_forms import RefusedLeadForm, read_later_press
from followthrough.adapters.lead_pages import render_broken_link, render_later_page
from followthrough.adapters.sending_wiring import sending_services
from followthrough.adapters.web_answers import Answer, see_other
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.lead_pages import LaterDone
from followthrough.use_cases.answering import CallMe, answer_lead, open_later_page
from followthrough.use_cases.ports import SendingServices

_WRONG_CONTENT = 422


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(sending_services(), event)


def answer(services: SendingServices, event: dict[str, Any]) -> Answer:
    """A GET shows the page and changes nothing, because scanners open links; a POST acts, and sends the browser on to a
    page that it can load again as often as it likes.
    """
    token = event["pathParameters"]["token"]
    try:
        lead_id = services.store.find_by_token(token)
        if event["requestContext"]["http"]["method"] == "POST":
            return _press(services, lead_id, token, event)
        shown = open_later_page(services, lead_id)
    except NotFound:
        business = services.settings.business
        return render_broken_link(business.name, business.phone)
    done = (event.get("queryStringParameters") or {}).get("done")
    known: dict[str | None, LaterDone] = {name: name for name in ("noted", "noted_before", "out_of_date")}
    return render_later_page(replace(shown, done=known.get(done)), token)


def _press(services: SendingServices, lead_id: str, token: str, event: dict[str, Any]) -> Answer:
    typed = ""
    try:
        press = read_later_press(event)
        typed = press.said.at.isoformat(timespec="minutes") if isinstance(press.said, CallMe) else ""
        answered = answer_lead(services, lead_id, press.said, press.seen)
    except RefusedLeadForm as refused:
        return _refused(services, lead_id, token, refused)
    except Refused as refused:
        return _refused(services, lead_id, token, RefusedLeadForm(_WRONG_CONTENT, refused.reason, refused.field, typed))
    logger.info(answered.result, extra={"lead_id": lead_id})
    if answered.wake_error:
        logger.error("not woken", extra={"lead_id": lead_id, "error": answered.wake_error})
    return see_other(f"?done={answered.result}")


def _refused(services: SendingServices, lead_id: str, token: str, refused: RefusedLeadForm) -> Answer:
    logger.info("refused", extra={"lead_id": lead_id, "field": refused.field})
    shown = open_later_page(services, lead_id)
    typed = {refused.field: refused.typed} if refused.typed else {}
    return render_later_page(replace(shown, errors={refused.field: refused.reason}, typed=typed), token, refused.status)
