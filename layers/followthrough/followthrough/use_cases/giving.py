"""A partner gets the next of the leads that wait for it, if it may have one."""

from datetime import datetime
from functools import partial

from followthrough.domain.cadence_values import NextCadence
from followthrough.domain.dispatch import has_room
from followthrough.domain.errors import ChangedMeanwhile, NotFound, PartnerTaken
from followthrough.domain.handoffs import given, waits_for
from followthrough.domain.leads import Lead
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partners import HANDOFF_CADENCE, Partner
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import retried
from followthrough.use_cases.starting import hand_over


def hand_out(services: Services, partner_id: str) -> list[Lead]:
    """Give a partner the next of the leads that wait for it, if it may have one now. Answers with those it got."""
    partner = services.settings.partners.partner(partner_id)
    gone: list[Lead] = []
    while partner and len(gone) < partner.most_open_leads:
        lead = retried(partial(_give_next, services, partner))
        if lead is None:
            break
        gone.append(lead)
    return gone


def _give_next(services: Services, partner: Partner) -> Lead | None:
    now = services.clock()
    if not PartnerHours(services.settings, partner).is_open(now):
        return None
    if not has_room(partner, services.partners.states([partner.id])[partner.id]):
        return None
    first = services.partners.line(partner.id, most=1)
    if not first:
        return None
    lead = load(services, first[0].lead_id)
    if not waits_for(lead, partner.id):
        raise ChangedMeanwhile(f"lead {lead.id} has left the line")
    begun = given(_begun(services, lead, now), now, services.new_token())
    try:
        got = services.partners.give(begun, lead, partner.most_open_leads)
    except PartnerTaken:
        return None
    hand_over(services, lead, got)
    return got


def _begun(services: Services, lead: Lead, now: datetime) -> Lead:
    begun = gone_on(services, lead, "handoff", now, to=NextCadence(cadence=HANDOFF_CADENCE))
    assert begun  # it is said with what
    return begun


def load(services: Services, lead_id: str) -> Lead:
    """Raises ChangedMeanwhile for somebody whose data was erased since they were found."""
    try:
        return services.store.load(lead_id)
    except NotFound:
        raise ChangedMeanwhile(f"lead {lead_id} was erased") from None
