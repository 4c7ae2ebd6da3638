"""The local pages: rendered here, from the templates in pages/, with everything escaped."""

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.wrappers import Response

from followthrough.domain.intake import TRAP_FIELD
from local.server.sent import Message
from local.server.views import ClockView, LeadView, MessageView
from local.server.world import World

NOTICES = {
    "recorded": "Recorded. What comes next is planned afresh.",
    "already_reported": "That was reported before: nothing has changed.",
    "already_closed": "The lead was closed already: nothing has changed.",
    "moved": "The clock has moved on.",
    "on_the_way": "That is a long way: the clock is still going there.",
}
MOST_SHOWN = 200
NOTHING: Mapping[str, str] = {}


def form_page(world: World) -> Response:
    """The web form, as a business would have it on its site."""
    business = world.settings.business
    services = business.high_value_services
    return _page("form.html", world, here="form", trap_field=TRAP_FIELD, services=services)


def thanks_page(world: World, query: Mapping[str, str]) -> Response:
    """Where our own form leads to, in place of the page that is configured."""
    found = query.get("lead")
    lead = next((lead for lead in world.leads() if lead.id == found), None)
    return _page("thanks.html", world, here="form", lead=lead, thank_you_url=world.settings.business.thank_you_url)


def outbox_page(world: World, query: Mapping[str, str] = NOTHING) -> Response:
    """What was sent, the clock, and one lead: the one asked for, else the latest."""
    leads = world.leads()
    shown = next((lead for lead in leads if lead.id == query.get("lead")), leads[0] if leads else None)
    show = query.get("show", "all")
    messages = [message for message in reversed(world.outbox()) if _is_wanted(message, show)]
    return _page(
        "outbox.html",
        world,
        here="outbox",
        notice=NOTICES.get(query.get("done", "")),
        show=show,
        zone=world.settings.zone.key,
        messages=[MessageView.of(message, leads, world.settings.zone) for message in messages[:MOST_SHOWN]],
        older=max(0, len(messages) - MOST_SHOWN),
        leads=[(lead.id, lead.profile.name or "No name", lead.is_open) for lead in leads],
        lead=LeadView.of(shown, world) if shown else None,
    )


def _is_wanted(message: Message, show: str) -> bool:
    return show not in ("leads", "team") or (show == "team") == (message.rep is not None)


def refused_page(world: World, status: int, why: str) -> Response:
    """What one of our own forms sent can't be done."""
    return _page("refused.html", world, status, here="", why=why)


def _page(template: str, world: World, status: int = 200, **shown: Any) -> Response:
    nonce = secrets.token_urlsafe(12)
    text = (
        _environment()
        .get_template(template)
        .render(business=world.settings.business, clock=ClockView.of(world), nonce=nonce, **shown)
    )
    response = Response(text, status, content_type="text/html; charset=utf-8")
    # Nothing from anywhere else, and e-mails, which are shown in frames, are bound by this too.
    response.headers["content-security-policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return response


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("local.server", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
