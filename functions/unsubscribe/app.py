"""GET|POST /unsubscribe/{token}: the page behind the link in every e-mail, and RFC 8058's one-click post."""

from dataclasses import replace
from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.lead_forms import RefusedLeadForm, read_stop_press
from followthrough.adapters.lead_pages import render_broken_link, render_one_click, render_stop_page
from followthrough.adapters.web_answers import Answer, see_other
from followthrough.adapters.wiring import services
from followthrough.domain.errors import NotFound, Suppressed
from followthrough.domain.lead_pages import StopDone, can_be_undone, stop_page
from followthrough.domain.leads import Lead
from followthrough.use_cases.ports import Services
from followthrough.use_cases.stopping import Scope, Stop, find_lead, start_again, stop

_WHERE = "the page behind our e-mails"


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(services(), event)


def answer(services: Services, event: dict[str, Any]) -> Answer:
    """A GET shows the page and changes nothing, because mail scanners open links; a POST acts."""
    token = event["pathParameters"]["token"]
    business = services.settings.business
    try:
        lead = find_lead(services, token)
        if event["requestContext"]["http"]["method"] == "POST":
            return _press(services, lead, token, event)
    except NotFound:
        return render_broken_link(business.name, business.phone)
    done = (event.get("queryStringParameters") or {}).get("done")
    known: dict[str | None, StopDone] = {"undone": "undone", "kept": "kept"}
    return render_stop_page(stop_page(lead, business, known.get(done)), token)


def _press(services: Services, lead: Lead, token: str, event: dict[str, Any]) -> Answer:
    business = services.settings.business
    try:
        press = read_stop_press(event)
    except RefusedLeadForm as refused:
        logger.info("refused", extra={"lead_id": lead.id})
        shown = replace(stop_page(lead, business), error=refused.reason)
        return render_stop_page(shown, token, refused.status)
    if press.do == "one_click":
        _stop(services, lead, "everything", "the unsubscribe button of a mail program")
        return render_one_click(business.name, business.phone)
    if press.do == "undo":
        return see_other(f"?done={_undo(services, lead)}")
    _stop(services, lead, press.do, _WHERE)
    return see_other("?done=stopped")


def _stop(services: Services, lead: Lead, scope: Scope, where: str) -> None:
    stop(services, lead.id, Stop(scope, "unsubscribed", where=where))
    logger.info("unsubscribed", extra={"lead_id": lead.id, "scope": scope})


def _undo(services: Services, lead: Lead) -> StopDone:
    if not stop_page(lead, services.settings.business).stopped:
        return "undone"  # pressed twice
    if not can_be_undone(lead, services.settings.business):
        return "kept"
    try:
        start_again(services, lead.id, "undone")
    except Suppressed:
        return "kept"
    logger.info("undone", extra={"lead_id": lead.id})
    return "undone"
