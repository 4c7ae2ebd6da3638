"""The list of a rep's open leads: what is due, how long each was silent, and a link to each one's call page."""

from typing import Any

from followthrough.adapters.page_layout import dialling, laid_out, line
from followthrough.adapters.web_answers import Answer
from followthrough.domain.rep_pages import MyLeads, OpenLead
from followthrough.domain.times_in_brief import moment_in_brief, on_both_clocks, span_in_brief

MOST_SHOWN = 30
"""So many leads fit into a page, whatever they are called."""


def render_my_leads(my_leads: MyLeads) -> Answer:
    """The page: 200. Who is asked now comes first, then by what is due next; never above `page_layout.MOST_BYTES`."""
    ordered = sorted(my_leads.leads, key=lambda lead: (not lead.asked_now, lead.next_at))
    shown = [(lead, _entry(my_leads, lead)) for lead in ordered[:MOST_SHOWN]]
    groups = {
        "Call now": [entry for lead, entry in shown if lead.asked_now],
        "Coming up": [entry for lead, entry in shown if not lead.asked_now],
    }
    values = {
        "page": my_leads,
        "title": f"My leads · {line(my_leads.business_name, 120)}",
        "rep_name": line(my_leads.rep_name, 300),
        "business_name": line(my_leads.business_name, 300),
        "groups": {heading: entries for heading, entries in groups.items() if entries},
        "left_out": len(ordered) - len(shown) + my_leads.more,
        "back_at": my_leads.back_at and moment_in_brief(my_leads.back_at, my_leads.rep_zone, my_leads.now),
    }
    return laid_out(200, "my_leads.html", values)


def _entry(my_leads: MyLeads, lead: OpenLead) -> dict[str, Any]:
    now = my_leads.now
    phone, tel = dialling(lead.phone)
    when = on_both_clocks(lead.next_at, lead.zone, my_leads.rep_zone, now) if lead.next_at > now else "now"
    return {
        "name": line(lead.name or "", 120) or "No name given",
        "request": line(lead.request or "", 160),
        "wrote": line(lead.wrote or "", 120),
        "next": f"{line(lead.next_what, 80)}, {when}",
        "silent": span_in_brief(now - lead.silent_since),
        "href": lead.href,
        "now": lead.asked_now,
        "phone": phone,
        "tel": tel,
    }
