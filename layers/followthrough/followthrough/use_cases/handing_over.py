"""Leads go to partners: in line, one at a time, and on to the next one when a partner can't have them."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from followthrough.domain.assignment import source_of
from followthrough.domain.cadence_values import NextCadence, StartedBy
from followthrough.domain.dispatch import able, choose, is_for_partners, line_of
from followthrough.domain.handoff import WhyMoved
from followthrough.domain.handoffs import (
    asks_for_help,
    changes_at,
    handed_before,
    handoff_of,
    in_line,
    is_given,
    is_with_partners,
    lost_its_partner,
    moved,
    next_waits,
    waits_for,
)
from followthrough.domain.leads import Lead
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partners import QUEUE_CADENCE, Partner
from followthrough.domain.pursuing import next_run, scheduled
from followthrough.use_cases.giving import hand_out, load
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import retried
from followthrough.use_cases.starting import hand_over
from followthrough.use_cases.waking import wake


def in_line_on_arrival(services: Services, lead: Lead, now: datetime, past: Lead | None = None) -> Lead:
    """A lead that has just asked, in the line of the partner that is to have it, with the cadence for that begun; as it
    is, if it isn't meant for partners or none can have it. Whoever asks again while a partner has them, or is to have
    them, stays where they are. A business without partners is asked nothing.

    Raises NotFound when that cadence isn't deployed.
    """
    partners = services.settings.partners
    if past and is_with_partners(past):
        return _stays(lead, past, now)
    if not partners.partners or not is_for_partners(lead.profile, partners):
        return lead.model_copy(update={"handoff": None})
    to = _next_partner(services, lead.model_copy(update={"handoff": None}))
    if to is None:
        return lead.model_copy(update={"handoff": None})
    version = services.cadences.current(QUEUE_CADENCE)
    services.store.keep_version(version)
    pursuit = {"cadence": version.cadence.name, "cadence_version": version.version}
    waiting = lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update=pursuit)})
    return in_line(waiting, to.id, line_of(lead.id, lead.profile, lead.arrived_at, partners), now)


def _stays(lead: Lead, past: Lead, now: datetime) -> Lead:
    """The lead with the pursuit that it had. A partner that has it is called about it."""
    asked = asks_for_help(past, now) if is_given(past) else past
    kept = {"pursuit": past.pursuit, "handoff": asked.handoff, "ask": past.ask}
    return scheduled(next_run(lead.model_copy(update=kept), now), now)


def attend(services: Services, lead: Lead) -> Lead:
    """See to a lead that is for partners, before it is planned: have it given, or moved on, if it is time. Answers with
    the lead as it stands then, perhaps in another pursuit, whose run is started.

    Raises ChangedMeanwhile.
    """
    if lost_its_partner(lead):
        return to_own_reps(services, lead, "no_partner")
    if not is_with_partners(lead):
        return lead
    now, partner = services.clock(), services.settings.partners.partner(handoff_of(lead).partner or "")
    hours = PartnerHours(services.settings, partner) if partner else None
    due = changes_at(lead, services.settings, hours)
    if partner is None:
        return move_on(services, lead, "no_partner")
    if is_given(lead):
        return _gone_quiet(services, lead) if due and due <= now else lead
    if partner.paused or services.partners.states([partner.id])[partner.id].paused:
        return move_on(services, lead, "paused")
    if due and due <= now:
        return to_own_reps(services, lead, "no_partner")
    if any(each.id == lead.id for each in hand_out(services, partner.id)):
        return services.store.load(lead.id)
    _tell_of_next(services, partner)
    return services.store.load(lead.id)


def _tell_of_next(services: Services, partner: Partner) -> None:
    """Note on what the partner has open that another lead waits, and let the pursuit know."""
    for lead_id in services.partners.states([partner.id])[partner.id].open_leads:
        lead = load(services, lead_id)
        if handoff_of(lead).next_waits_since is None:
            now = services.clock()
            wake(services, lead, services.store.save(scheduled(next_waits(lead, now), now)))


# -- moving on -----------------------------------------------------------------------------------------------


def move_on(services: Services, lead: Lead, why: WhyMoved, to: str | None = None) -> Lead:
    """The lead leaves its partner, or the partner's line, for that of `to`, else for that of the next one; our own reps
    follow it up if there is none. Both partners get what they may have now. Answers with the lead as it stands then.

    Raises ChangedMeanwhile.
    """
    return _moved_on(services, lead, why, to or _following(services, lead))


def to_own_reps(services: Services, lead: Lead, why: WhyMoved) -> Lead:
    """The lead leaves its partner, or the partner's line, and our own reps follow it up. As `move_on` besides."""
    return _moved_on(services, lead, why, None)


def clear_out(services: Services, partner_id: str) -> None:
    """Everybody who waits for a partner that gets no leads for now goes into other lines, the first one first, and the
    partners there get what they may have.
    """
    line = services.partners.line(partner_id)
    left = [retried(partial(_leave_line, services, partner_id, place.lead_id)) for place in line]
    for other in dict.fromkeys(left):
        if other:
            hand_out(services, other)


def _leave_line(services: Services, partner_id: str, lead_id: str) -> str | None:
    """Answers with the id of the partner for whom the lead waits now."""
    lead = load(services, lead_id)
    if not waits_for(lead, partner_id):
        return None
    return handoff_of(_moved(services, lead, "paused", _following(services, lead))).partner


def _gone_quiet(services: Services, lead: Lead) -> Lead:
    """The deadline has passed without a word: all leads of the partner go to the next ones, and it gets none. They are
    given only once all of them have moved, so that they stay in order.
    """
    left = handoff_of(lead).partner
    assert left  # only a lead that a partner has is asked about
    to = handoff_of(_moved(services, lead, "quiet", _following(services, lead))).partner
    clear_out(services, left)
    if to:
        hand_out(services, to)
    return services.store.load(lead.id)


def _moved_on(services: Services, lead: Lead, why: WhyMoved, to: str | None) -> Lead:
    left = handoff_of(lead).partner
    _moved(services, lead, why, to)
    for partner in (left, to):
        if partner:
            hand_out(services, partner)
    return services.store.load(lead.id)


def _moved(services: Services, lead: Lead, why: WhyMoved, to: str | None) -> Lead:
    """The lead in another line, or with our own reps, with the pursuit for that begun. Nobody is given anything yet."""
    now = services.clock()
    event: StartedBy = "taken_back" if to else "no_partner"
    begun = gone_on(services, lead, event, now, to=NextCadence(cadence=QUEUE_CADENCE) if to else _own(services, lead))
    assert begun  # it is said with what
    saved = services.store.archive(moved(begun, to, why, now), None, lead)
    hand_over(services, lead, saved)
    return saved


def _own(services: Services, lead: Lead) -> NextCadence | None:
    """How our own reps follow up whoever asks for this."""
    return services.settings.business.cadences.after("arrival", "", source_of(lead.profile))


def _following(services: Services, lead: Lead) -> str | None:
    """The id of the partner that is to have the lead next, if one is left."""
    partner = _next_partner(services, lead, besides=(handoff_of(lead).partner,))
    return partner.id if partner else None


def _next_partner(services: Services, lead: Lead, besides: Sequence[str | None] = ()) -> Partner | None:
    partners = services.settings.partners
    among = [each for each in able(lead.profile, lead.place, partners) if each.id not in besides]
    states = services.partners.states([each.id for each in among]) if among else {}
    return choose(partners, among, states, services.team.take_turn, handed_before(lead))
