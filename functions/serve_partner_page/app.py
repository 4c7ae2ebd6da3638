"""GET|POST /partners/{token}: the page on which a partner sees the lead that it has, and says how it goes."""

from dataclasses import replace
from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.partner_pages import (
    RefusedPartnerForm,
    read_partner_form,
    render_no_partner_link,
    render_partner_page,
    typed_again,
)
from followthrough.adapters.sending_wiring import sending_services
from followthrough.adapters.web_answers import Answer, see_other
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.partner_pages import PartnerDone
from followthrough.use_cases.partner_page import PartnerLink, open_partner_link, partner_page, press_partner_page
from followthrough.use_cases.ports import SendingServices


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(sending_services(), event)


def answer(services: SendingServices, event: dict[str, Any]) -> Answer:
    """A GET shows the page and changes nothing, because scanners open links; a POST acts, and sends the browser on to a
    page that it can load again as often as it likes.
    """
    try:
        link = open_partner_link(services, event["pathParameters"]["token"])
        if event["requestContext"]["http"]["method"] == "POST":
            return _press(services, link, event)
        shown = partner_page(services, link)
    except NotFound:
        business = services.settings.business
        return render_no_partner_link(business.name, business.phone)
    done = (event.get("queryStringParameters") or {}).get("done")
    known: dict[str | None, PartnerDone] = {name: name for name in ("noted", "noted_before", "moved_on", "ready")}
    return render_partner_page(replace(shown, done=known.get(done)))


def _press(services: SendingServices, link: PartnerLink, event: dict[str, Any]) -> Answer:
    typed: dict[str, str] = {}
    try:
        form = read_partner_form(event)
        typed = typed_again(form)
        done = press_partner_page(services, link, form)
    except RefusedPartnerForm as refused:
        return _refused(services, link, refused)
    except Refused as refused:
        field = "estimate_at" if refused.field in ("estimate_at", "appointment_at") else "form"
        return _refused(services, link, RefusedPartnerForm({field: refused.reason}, typed))
    logger.info(done, extra={"lead_id": link.lead.id, "partner": link.partner.id, "answer": form.answer})
    return see_other(f"?done={done}")


def _refused(services: SendingServices, link: PartnerLink, refused: RefusedPartnerForm) -> Answer:
    logger.info("refused", extra={"lead_id": link.lead.id, "fields": sorted(refused.errors)})
    return render_partner_page(replace(partner_page(services, link), errors=refused.errors, typed=refused.typed))
