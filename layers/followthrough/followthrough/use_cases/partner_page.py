"""A partner's page about a lead: what it shows, and what a press on it does."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.partner_answers import (
    BY_PARTNER,
    FARTHEST,
    PARTNER_ANSWERS,
    answer_entry,
    answers_of_partner,
    noted,
)
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partner_pages import (
    SHOWN_AFTER,
    Asker,
    Held,
    PartnerDone,
    PartnerForm,
    PartnerNote,
    PartnerPage,
    held_of,
    partner_of,
    was_settled_by,
)
from followthrough.domain.partners import Partner
from followthrough.domain.times_in_words import clock
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner, resume_partner
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import planner_for, retried


@dataclass(frozen=True)
class PartnerLink:
    """What a partner's link is about."""

    lead: Lead
    number: int
    """Of the hand-off."""
    partner: Partner


def open_partner_link(services: Services, token: str) -> PartnerLink:
    """The hand-off behind a token. Raises NotFound; so when the lead was erased or the partner isn't ours any more."""
    lead_id, number = services.partners.handoff_behind(token)
    lead = services.store.load(lead_id)
    partner = services.settings.partners.partner(partner_of(lead, number) or "")
    if partner is None:
        raise NotFound("this link has expired")
    return PartnerLink(lead, number, partner)


# -- what is shown -------------------------------------------------------------------------------------------


def partner_page(services: Services, link: PartnerLink) -> PartnerPage:
    """The page as things stand. Nothing is written."""
    lead, partner, now = link.lead, link.partner, services.clock()
    held = held_of(lead, link.number)
    state = services.partners.states([partner.id])[partner.id]
    rep = services.settings.team.person(lead.rep) if lead.rep else None
    return PartnerPage(
        now=now,
        partner_zone=PartnerHours(services.settings, partner).zone,
        lead_zone=ZoneInfo(lead.place.zones[0]),
        business_name=services.settings.business.name,
        partner_name=partner.name,
        rep_name=rep.name if rep else None,
        rep_phone=rep.phone if rep else services.settings.business.phone,
        held=held,
        asker=_asker(lead) if _is_shown(lead, held, now) else None,
        waiting=len(services.partners.line(partner.id)),
        other_open=len(state.open_leads - {lead.id}),
        seen=answers_of_partner(lead),
        estimate_at=lead.appointment_at if held == "scheduled" else None,
        deadline_at=lead.handoff.deadline_at if lead.handoff and held == "open" else None,
        said=_said(services, link) if held != "over" else (),
        skipped=state.paused == "busy",
    )


def _is_shown(lead: Lead, held: Held, now: datetime) -> bool:
    """Whether the partner still has to do with them, and so may read who they are."""
    if held == "scheduled" and lead.closed_at:
        return now < max(lead.closed_at, lead.appointment_at or lead.closed_at) + SHOWN_AFTER
    return held == "open"


def _asker(lead: Lead) -> Asker:
    profile = lead.profile
    return Asker(profile.name, profile.phone, profile.email, profile.service, profile.message, lead.arrived_at)


def _said(services: Services, link: PartnerLink) -> tuple[PartnerNote, ...]:
    """What was said of this hand-off. What our own people wrote down of a call is for them alone."""
    told = [
        _note(services, touch)
        for touch in services.store.timeline(link.lead.id)
        if touch.pursuit == link.number and touch.status == "reported" and touch.outcome in (*PARTNER_ANSWERS, "note")
    ]
    return tuple(sorted(told, key=lambda note: note.at)[::-1])


def _note(services: Services, touch: Touch) -> PartnerNote:
    own = touch.by == BY_PARTNER
    person = services.settings.team.person(touch.by or "")
    by = None if own else person.name if person else "us"
    at = touch.reported_at or touch.ended_at or touch.due_at
    return PartnerNote(touch.outcome or "", at, by, touch.note if own else None)


# -- what a press does ---------------------------------------------------------------------------------------


def press_partner_page(services: SendingServices, link: PartnerLink, form: PartnerForm) -> PartnerDone:
    """Record an answer. A press that comes twice, or after the lead has moved on, changes nothing.

    Raises Refused with the field and a whole sentence for an estimate that isn't to come.
    """
    if form.answer == "ready":
        return _ready(services, link.partner)
    at = _moment(services, link.lead, form.estimate_at)
    if form.answer == "scheduled" and at and held_of(link.lead, link.number) == "scheduled":
        return retried(lambda: _estimate_moved(services, link, at, form.note))
    said = PartnerSaid(form.answer, at, form.note, seen=form.seen)
    answered = answer_for_partner(services, link.lead.id, link.number, said)
    if answered.result == "moved_on" and was_settled_by(answered.lead, link.number, form.answer):
        return "noted_before"
    return answered.result


def _ready(services: SendingServices, partner: Partner) -> PartnerDone:
    """Who asked to be skipped takes leads again. Nobody else's pause is theirs to end."""
    if services.partners.states([partner.id])[partner.id].paused != "busy":
        return "noted_before"
    resume_partner(services, partner.id)
    return "ready"


def _estimate_moved(services: Services, link: PartnerLink, at: datetime, note: str | None) -> PartnerDone:
    """The estimate that is on record has another time."""
    lead, closures = services.store.load_with_closures(link.lead.id)
    if held_of(lead, link.number) != "scheduled":
        return "moved_on"
    if lead.appointment_at == at:
        return "noted_before"
    after = noted(lead.model_copy(update={"appointment_at": at}), "scheduled", services.clock())
    entry = answer_entry(after, planner_for(services, lead, closures), note, None)
    services.store.save(after, (entry,))
    return "noted"


def _moment(services: Services, lead: Lead, local: datetime | None) -> datetime | None:
    """A time typed on the lead's clock."""
    if local is None:
        return None
    zone, now = ZoneInfo(lead.place.zones[0]), services.clock()
    moment = at_local(local.date(), local.time(), zone)
    if moment <= now:
        there = clock(now.astimezone(zone).time())
        raise Refused("estimate_at", f"Choose a time that is still to come: it is {there} where they are.")
    if moment > now + FARTHEST:
        raise Refused("estimate_at", f"Choose a time within the next {FARTHEST.days} days.")
    return moment
