"""The list of a rep's leads, and being away and back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.call_history import asked_in_words, calls_so_far, next_in_words
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, PlannedTouch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch, decide, is_held_back
from followthrough.domain.rep_pages import Duty, MyLeads, OpenLead
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for
from followthrough.use_cases.rep_links import ListLink

MOST_READ = 30
"""Each lead is read and planned; a rep with more of them works from the top."""


def open_my_leads(services: Services, link: ListLink) -> MyLeads:
    """The list: what the rep is asked for, and their own leads by what is due next. Nothing is written."""
    rep, now = link.rep, services.clock()
    own = services.team.leads_of(rep.id)
    asked = [nudge.lead_id for nudge in services.team.nudges_of(rep.id) if nudge.lead_id not in own]
    elsewhere = [lead for lead in _read(services, asked) if _is_asked(lead, rep.id)]
    leads = [*elsewhere, *(lead for lead in _read(services, own[:MOST_READ]) if lead.is_open)]
    team = services.team.state()
    until = team.away.get(rep.id)
    return MyLeads(
        now=now,
        rep_zone=ZoneInfo(rep.zone or services.settings.business.zone),
        rep_name=rep.name,
        business_name=services.settings.business.name,
        form_id=services.new_token(),
        leads=tuple(_line(lead, planner_for(services, lead, team.closures), rep.id, now) for lead in leads),
        more=max(0, len(own) - MOST_READ),
        on_duty=rep.id not in team.away or (until is not None and until <= now),
        back_at=until,
    )


def set_duty(services: Services, link: ListLink, duty: Duty) -> None:
    """The rep is away until they say that they are back, or is back. Doing it twice is doing it once."""
    if duty == "away":
        services.team.set_away(link.rep.id, None)
    else:
        services.team.set_back(link.rep.id)


def _read(services: Services, ids: list[str]) -> list[Lead]:
    found = []
    for lead_id in ids:
        try:
            found.append(services.store.load(lead_id))
        except NotFound:  # the list lags behind the leads a little
            continue
    return found


def _is_asked(lead: Lead, rep: str) -> bool:
    return lead.ask is not None and lead.ask.holder == rep


def _line(lead: Lead, planner: Planner, rep: str, now: datetime) -> OpenLead:
    what, at = _next(lead, planner, rep, now)
    return OpenLead(
        name=lead.profile.name,
        request=lead.profile.service,
        zone=ZoneInfo(lead.place.zones[0]),
        next_what=what,
        next_at=at,
        silent_since=_last_heard_of(lead),
        href=f"?lead={lead.id}",
        phone=lead.profile.phone,
        wrote=lead.hold.words if lead.hold else None,
        asked_now=_is_asked(lead, rep),
    )


def _last_heard_of(lead: Lead) -> datetime:
    moments = (lead.arrived_at, lead.spoken_at, lead.hold.since if lead.hold else None)
    return max(moment for moment in moments if moment)


def _next(lead: Lead, planner: Planner, rep: str, now: datetime) -> tuple[str, datetime]:
    """What is due next: the call that is asked for, else what the plan says."""
    if lead.ask and _is_asked(lead, rep):
        touch = asked_touch(lead, lead.ask.touch_id, planner)
        return asked_in_words(lead, touch), touch.due_at
    if is_held_back(lead):
        return "Held", lead.next_touch_at or now
    following = decide(lead, planner, now).next
    if isinstance(following, PlannedTouch):
        return next_in_words(lead, following), following.due_at
    # Somebody else is asked to call, and is listened to until then.
    return f"Call {calls_so_far(lead)}", lead.next_touch_at or now
