"""GET|POST /calls/{token}: one lead's page, or the list of a rep's leads, and what is pressed there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.call_form import RefusedCallForm, read_call_form, read_duty, typed_again
from followthrough.adapters.call_page import render_call_page, render_expired_link
from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody
from followthrough.adapters.my_leads_page import render_my_leads
from followthrough.adapters.sending_wiring import sending_services
from followthrough.adapters.web_answers import Answer, page, see_other
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.rep_pages import CallPage, Open, Stale
from followthrough.use_cases.call_page import open_call_page, press
from followthrough.use_cases.my_leads import open_my_leads, set_duty
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.rep_links import LeadLink, ListLink, open_link

_UNREADABLE = "This could not be read, and nothing was saved: open the link again."
_NOBODY_LEFT = "Nobody else can be asked at the moment. The follow-up goes on, and a report still counts."


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(sending_services(), event)


def answer(services: SendingServices, event: dict[str, Any]) -> Answer:
    """A GET shows the page and changes nothing, because scanners open links; a POST acts, and sends the browser on to
    a page that it can load again as often as it likes.
    """
    query = event.get("queryStringParameters") or {}
    pressed = event["requestContext"]["http"]["method"] == "POST"
    try:
        link = open_link(services, event["pathParameters"]["token"], query.get("lead"))
    except NotFound:
        return render_expired_link(services.settings.business.name)
    if isinstance(link, ListLink):
        return _set_duty(services, link, event) if pressed else _list(services, link, query)
    return _press(services, link, event) if pressed else render_call_page(_opened(services, link, query))


# -- one lead ------------------------------------------------------------------------------------------------------


def _opened(services: SendingServices, link: LeadLink, query: Mapping[str, str]) -> CallPage:
    """The page; after a press, `done` is what that did."""
    call_page, done = open_call_page(services, link, query.get("touch")), query.get("done")
    if done == "passed_on" and isinstance(call_page.state, Open):
        return replace(call_page, state=Stale(_NOBODY_LEFT, call_page.now), further=True)
    return replace(call_page, nothing_changed=done == "nothing_changed", details_saved=done == "saved")


def _press(services: SendingServices, link: LeadLink, event: Mapping[str, Any]) -> Answer:
    touch, typed = None, {}
    try:
        form = read_call_form(event)
        touch, typed = form.touch, typed_again(form)
        pressed = press(services, link, form)
    except RefusedCallForm as refused:
        return _refused(services, link, refused.errors, refused.typed)
    except (BodyTooLarge, UnsupportedBody):
        return _refused(services, link, {"form": _UNREADABLE}, {})
    except Refused as refused:
        return _refused(services, link, {refused.field if touch else "form": refused.reason}, typed)
    told = {"lead_id": link.lead.id, "by": link.rep.id, "outcome": form.outcome}
    logger.info(pressed.result, extra=told)
    if pressed.wake_error:
        logger.error("not woken", extra={"lead_id": link.lead.id, "error": pressed.wake_error})
    listed = {} if link.nudge else {"lead": link.lead.id}
    return see_other("?" + urlencode({**listed, "touch": form.touch, "done": pressed.result}))


def _refused(services: SendingServices, link: LeadLink, errors: Mapping[str, str], typed: Mapping[str, str]) -> Answer:
    logger.info("refused", extra={"lead_id": link.lead.id, "fields": sorted(errors)})
    call_page = open_call_page(services, link, typed.get("touch"))
    return render_call_page(replace(call_page, errors=errors, typed=typed))


# -- the list ------------------------------------------------------------------------------------------------------


def _list(services: SendingServices, link: ListLink, query: Mapping[str, str]) -> Answer:
    return render_my_leads(replace(open_my_leads(services, link), duty_changed=query.get("done") == "duty"))


def _set_duty(services: SendingServices, link: ListLink, event: Mapping[str, Any]) -> Answer:
    try:
        duty = read_duty(event)
    except (RefusedCallForm, BodyTooLarge, UnsupportedBody, Refused):
        return page(422, "Nothing was changed", [_UNREADABLE])
    set_duty(services, link, duty)
    logger.info(duty, extra={"rep": link.rep.id})
    return see_other("?done=duty")
