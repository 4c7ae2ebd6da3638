"""Leads who share a phone number: whoever calls one of them may speak with another."""

from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead
from followthrough.domain.nudges import SameNumber
from followthrough.use_cases.ports import Services

MOST_LOOKED_AT = 5


def same_number(services: Services, lead: Lead) -> SameNumber | None:
    """The other lead with that number who asked last; looked up only where it is known that there is one."""
    phone = lead.profile.phone
    if not lead.shares_phone or phone is None:
        return None
    ids = [lead_id for lead_id in services.store.find_by_phone(phone) if lead_id != lead.id]
    others = [other for lead_id in ids[:MOST_LOOKED_AT] if (other := _found(services, lead_id))]
    sharing = [other for other in others if other.profile.phone == phone]  # not those that had it before
    last = max(sharing, key=lambda other: other.arrived_at, default=None)
    return SameNumber(last.profile.name, last.arrived_at) if last else None


def _found(services: Services, lead_id: str) -> Lead | None:
    try:
        return services.store.load(lead_id)
    except NotFound:  # their data was erased
        return None
