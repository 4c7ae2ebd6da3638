"""The facts about a lead that the conditions of a cadence are read from."""

from collections.abc import Mapping

from followthrough.domain.conditions import COUNTS, KEPT_FIELDS, KNOWN, UNKNOWN, Condition, holds
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.handoffs import calls_in_vain, texts_in_vain
from followthrough.domain.leads import Lead
from followthrough.domain.needs import on_record


def all_hold(conditions: Mapping[str, Condition], lead: Lead, hours: ContactHours) -> bool:
    """Whether every condition of an 'if' holds for a lead now; without any they do."""
    return all(holds(wanted, _fact(key, lead, hours)) for key, wanted in conditions.items())


def _fact(key: str, lead: Lead, hours: ContactHours) -> str | int | None:
    if key == "arrived":
        return "in_hours" if hours.is_open(lead.pursuit.began_at) else "outside_hours"
    if key in {"value", "audience"}:
        return str(getattr(lead.profile, key))
    if key == "started_by":
        return lead.pursuit.started_by
    if key in ("partner_calls", "partner_texts"):
        return calls_in_vain(lead) if key == "partner_calls" else texts_in_vain(lead)
    if key in COUNTS:
        return int(getattr(lead.pursuit, key))
    if key in KEPT_FIELDS:
        return KNOWN if on_record(key, lead) else UNKNOWN
    return lead.pursuit.progress_of(key).outcome
