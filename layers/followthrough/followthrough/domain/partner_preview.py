"""Where a lead that is with partners goes, worked out without a table: for the preview."""

from collections.abc import Callable
from datetime import datetime

from followthrough.domain.assignment import source_of
from followthrough.domain.business import Settings
from followthrough.domain.cadence_values import NextCadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.dispatch import able, choose
from followthrough.domain.handoff import Handoff
from followthrough.domain.handoffs import changes_at, given, handed_before, handoff_of, is_given, is_waiting, moved
from followthrough.domain.leads import Lead
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partners import HANDOFF_CADENCE, QUEUE_CADENCE, Partner
from followthrough.domain.pursuing import go_on_with, with_pursuit

VersionOf = Callable[[str], CadenceVersion]
"""Finds a cadence by its name. Raises NotFound."""


def as_if_given(lead: Lead, partner: Partner, settings: Settings) -> Lead:
    """The lead as it is when that partner gets it: as soon as the partner is open."""
    now = PartnerHours(settings, partner).next_open(lead.arrived_at) or lead.arrived_at
    waiting = Handoff(partner=partner.id, pursuit=lead.pursuit.number, line="", waits_since=lead.arrived_at)
    return given(with_pursuit(lead.model_copy(update={"handoff": waiting}), began_at=now), now, "")


def attended(lead: Lead, settings: Settings, version_of: VersionOf, now: datetime) -> Lead:
    """The lead as the engine would leave it now: given, if its partner is open, and moved on, if it is time; every
    partner is free.
    """
    due = _due_at(lead, settings)
    if is_given(lead) and due and due <= now:
        lead = _moved(lead, settings, version_of, now)
        due = _due_at(lead, settings)
    if not is_waiting(lead):
        return lead
    if due and due <= now:
        return _with_own_reps(lead, settings, version_of, now)
    hours = _hours(lead, settings)
    if hours is None or not hours.is_open(now):
        return lead
    return given(go_on_with(lead, version_of(HANDOFF_CADENCE), now, "handoff"), now, "")


def _moved(lead: Lead, settings: Settings, version_of: VersionOf, now: datetime) -> Lead:
    had = (*handed_before(lead), handoff_of(lead).partner or "")
    among = able(lead.profile, lead.place, settings.partners)
    following = choose(settings.partners, among, {}, lambda _: 1, had)
    if following is None:
        return _with_own_reps(lead, settings, version_of, now)
    return moved(go_on_with(lead, version_of(QUEUE_CADENCE), now, "taken_back"), following.id, "quiet", now)


def _with_own_reps(lead: Lead, settings: Settings, version_of: VersionOf, now: datetime) -> Lead:
    own = settings.business.cadences.after("arrival", "", source_of(lead.profile)) or NextCadence(cadence="")
    return moved(go_on_with(lead, version_of(own.cadence), now, "no_partner"), None, "no_partner", now)


def _hours(lead: Lead, settings: Settings) -> PartnerHours | None:
    partner = settings.partners.partner(handoff_of(lead).partner or "")
    return PartnerHours(settings, partner) if partner else None


def _due_at(lead: Lead, settings: Settings) -> datetime | None:
    return changes_at(lead, settings, _hours(lead, settings)) if lead.handoff else None
