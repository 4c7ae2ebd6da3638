"""What messages can say where a partner has a lead, or is to have it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.leads import Lead
from followthrough.domain.message_facts import MessageFacts
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_words import WEEKDAYS, day_in_words, hour_in_words, zone_in_words


def partner_link(public_url: str, token: str) -> str:
    """The address of a partner's page about a lead."""
    return f"{public_url}/partners/{token}"


def with_partner(
    facts: MessageFacts, lead: Lead, settings: Settings, leads_waiting: int, public_url: str, now: datetime
) -> MessageFacts:
    """The facts of a lead with those of its partner; as they are, if it has none."""
    handoff = lead.handoff
    partner = settings.partners.partner(handoff.partner or "") if handoff else None
    if handoff is None or partner is None:
        return facts
    zone, touch = PartnerHours(settings, partner).zone, lead.pursuit.open_touch
    answer_by = (touch.answer_by if touch else None) or handoff.deadline_at
    before = settings.partners.partner(handoff.had[-1].partner) if handoff.had else None
    return replace(
        facts,
        partner_name=partner.name,
        partner_contact=partner.contact,
        partner_phone=readable_phone(partner.phone),
        former_partner=before.name if before and handoff.had[-1].number else None,
        leads_waiting=leads_waiting,
        partner_calls=handoff.tried.count("call"),
        tried_since=_since(handoff.tried_since or now, now, zone),
        answer_by=_by(answer_by, zone) if answer_by else "",
        answer_link=partner_link(public_url, handoff.link),
    )


def _since(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    then, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if then == today:
        return "today"
    if then == today - timedelta(days=1):
        return "since yesterday"
    if today - then < timedelta(days=7):
        return f"since {WEEKDAYS[then.weekday()]}"
    return f"since {day_in_words(moment, zone)}"


def _by(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    day = f"{WEEKDAYS[local.weekday()]}, {day_in_words(moment, zone)}"
    return f"{hour_in_words(local.time())} on {day}, {zone_in_words(zone, moment)}"
