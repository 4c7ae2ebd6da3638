"""When steps are due that count from what a partner does, or doesn't do."""

from datetime import datetime

from followthrough.domain.cadence import Step
from followthrough.domain.cadence_values import HELP_ASKED, LAST_CONTACT, NEXT_LEAD, QUIET
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.handoff import Handoff
from followthrough.domain.handoffs import quiet_at
from followthrough.domain.leads import Lead, Progress
from followthrough.domain.partner_hours import after_open_time


def next_recurrence(step: Step, lead: Lead, hours: ContactHours) -> datetime | None:
    """When a step comes again; None while what it counts from hasn't happened since its last touch. Minutes and hours
    are counted while the partner is open.
    """
    done = lead.pursuit.progress_of(step.name)
    if lead.handoff is None or step.after is None or (done.touches and done.ended_at is None):
        return None
    origin = _origin(step.origins[0], lead, lead.handoff, done, hours)
    if origin is None:
        return None
    wait = step.after.least(lead.profile.audience)
    if wait.in_dates:
        return wait.after(origin, hours.zone, hours.is_business_day)
    return after_open_time(hours, origin, wait.elapsed) if wait.elapsed else origin


def _origin(name: str, lead: Lead, handoff: Handoff, done: Progress, hours: ContactHours) -> datetime | None:
    last = done.ended_at
    if name == LAST_CONTACT:
        return max(filter(None, (handoff.in_touch_at or handoff.given_at, last)), default=None)
    if name == QUIET:
        asked = handoff.pulled_back_at or (last and handoff.tried_since and last >= handoff.tried_since)
        return None if asked else quiet_at(lead, hours)
    moment = {NEXT_LEAD: handoff.next_waits_since, HELP_ASKED: handoff.help_asked_at}[name]
    return moment if moment and (last is None or moment > last) else None
