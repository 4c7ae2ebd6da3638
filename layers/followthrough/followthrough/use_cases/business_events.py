"""Another system of the business reports what happened with a lead: record it, and begin what there is for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from followthrough.domain.answering import nobody_asked
from followthrough.domain.business_events import (
    BY_SYSTEM,
    CALLED_OFF,
    OUTCOMES,
    BusinessEvent,
    expect_possible,
    happened,
    is_settled,
    known_as,
    with_agreed_call,
    with_event,
)
from followthrough.domain.closures import Closures
from followthrough.domain.errors import FollowthroughError, NotFound, Refused
from followthrough.domain.leads import Lead, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import decide, end_touch
from followthrough.domain.stand_downs import noted_elsewhere
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.people import SeveralPeople, Who
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.waking import hand_over, wake

MOST_SHARING = 20


class UnknownLead(FollowthroughError):
    """Nobody is known by that id, address or number."""


@dataclass(frozen=True)
class Received:
    """What became of an event, and the lead as it stands. `wake_error` is the kind of error for which the machine could
    not be woken at once.

    recorded: it counts, and the plan was made afresh. noted: it is kept, and nothing begins, because of how things
    stand with the lead. already_known: the same was reported before. out_of_date: something later is known.
    """

    result: Literal["recorded", "noted", "already_known", "out_of_date"]
    lead: Lead
    wake_error: str | None = None


def receive_event(services: SendingServices, who: Who, event: BusinessEvent) -> Received:
    """Record the event, plan afresh, wake the machine, and let whoever was asked stand down. Saying the same thing
    twice changes nothing.

    Raises UnknownLead, SeveralPeople, and Refused with the field (`event` or `at`).
    """
    lead_id = _found(services, who)
    try:
        return retried(lambda: _received(services, lead_id, event))
    except NotFound:
        if _is_there(services, lead_id):
            raise
        raise UnknownLead(f"lead {lead_id} was erased") from None


def _received(services: SendingServices, lead_id: str, event: BusinessEvent) -> Received:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    planner = planner_for(services, lead, closures)
    _expect_known(services, lead, event)
    if known := known_as(lead, event, now):
        return Received("already_known" if known == "already_reported" else known, lead)
    expect_possible(event, now)
    if event.outcome is None:
        return _recorded(services, lead, closures, planner, event, now)
    at = event.at if event.outcome == "booked" else None
    reported = report_outcome(services, lead_id, Report(event.outcome, appointment_at=at, event=event))
    return _told(services, reported, planner, event, now)


def _told(
    services: SendingServices, reported: Reported, planner: Planner, event: BusinessEvent, now: datetime
) -> Received:
    """What a report's result means for the event. What a rep had told us before, and what comes too late to change how
    the lead was closed, is put on record.
    """
    match reported.result:
        case "recorded":
            return Received("recorded", reported.lead, reported.wake_error)
        case "out_of_date":
            return Received("out_of_date", reported.lead)
    if known_as(reported.lead, event, now):
        return Received("already_known", reported.lead)
    return _noted(services, reported.lead, planner, event, now)


# -- whose event, and which ----------------------------------------------------------------------------------


def _found(services: Services, who: Who) -> str:
    """Raises UnknownLead, and SeveralPeople for a number that several leads have now."""
    store = services.store
    if who.lead_id:
        found = [who.lead_id] if _is_there(services, who.lead_id) else []
    elif who.email:
        found = [lead_id for lead_id in [store.find_by_email(who.email)] if lead_id]
    else:
        sharing = store.find_by_phone(who.phone or "")[:MOST_SHARING]
        found = [lead_id for lead_id in sharing if _has_number(services, lead_id, who.phone)]
    if not found:
        raise UnknownLead("nobody is known by that")
    if len(found) > 1:
        raise SeveralPeople(found)
    return found[0]


def _is_there(services: Services, lead_id: str) -> bool:
    try:
        services.store.load(lead_id)
    except NotFound:
        return False
    return True


def _has_number(services: Services, lead_id: str, phone: str | None) -> bool:
    """Whether that is their number now: whoever had it before is found by it too."""
    try:
        return services.store.load(lead_id).profile.phone == phone
    except NotFound:
        return False


def _expect_known(services: Services, lead: Lead, event: BusinessEvent) -> None:
    """An event that nothing would ever come of is a mistake of whoever sends it. Raises Refused."""
    configured = services.settings.business.cadences.events
    if event.name in OUTCOMES or event.name in configured:
        return
    own = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version).cadence.events
    deployed = services.cadences.events()
    if event.name not in own | deployed:
        known = ", ".join(sorted({*OUTCOMES, *configured, *deployed}))
        raise Refused("event", f"is not an event that anything here waits for: the known ones are {known}")


# -- events that only configuration knows --------------------------------------------------------------------


def _recorded(
    services: SendingServices, lead: Lead, closures: Closures, planner: Planner, event: BusinessEvent, now: datetime
) -> Received:
    begins = event.name in services.settings.business.cadences.events
    # Who was promised a time is asked about it first: another cadence would forget to.
    promised = lead.is_open and lead.appointment_at is not None and lead.appointment_at > now
    if is_settled(lead, event) or (promised and begins) or not (lead.is_open or begins):
        return _noted(services, lead, planner, event, now)
    if begins:
        return _begun(services, lead, closures, planner, event, now)
    after, touch = _with_touch(lead, event, now)
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (_entry(planner, after, touch, event, now), *decision.passed))
    return Received("recorded", saved, wake(services, lead, saved))


def _begun(
    services: SendingServices, lead: Lead, closures: Closures, planner: Planner, event: BusinessEvent, now: datetime
) -> Received:
    """The business's cadence for the event takes the place of what was going on."""
    told, touch = _with_touch(lead, event, now)
    past, ended = nobody_asked(told, planner, now, CALLED_OFF)
    begun = gone_on(services, past, "event", now, event.name)
    assert begun  # it was looked up before
    begun = with_agreed_call(begun, told)
    decision = decide(begun, planner_for(services, begun, closures), now)
    entries = (*ended, _entry(planner, past, touch, event, now), *decision.passed)
    saved = services.store.archive(decision.lead, None, past, entries)
    wake_error = hand_over(services, lead, saved)
    if lead.ask and not begun.pursuit.callback_at:
        stand_down(services, lead.ask.asked, None, noted_elsewhere(lead.profile.name, event.name))
    return Received("recorded", saved, wake_error)


def _noted(services: Services, lead: Lead, planner: Planner, event: BusinessEvent, now: datetime) -> Received:
    """Only kept: the plan stays as it is, and nobody is told."""
    after, touch = _with_touch(lead, event, now)
    return Received("noted", services.store.save(after, (_entry(planner, after, touch, event, now),)))


def _with_touch(lead: Lead, event: BusinessEvent, now: datetime) -> tuple[Lead, PlannedTouch]:
    told, touch = happened(lead, event, now)
    return end_touch(with_event(told, event, now), touch, event.name, now), touch


def _entry(planner: Planner, lead: Lead, touch: PlannedTouch, event: BusinessEvent, now: datetime) -> Touch:
    told = {"outcome": event.name, "by": BY_SYSTEM, "ended_at": now, "reported_at": now}
    return planner.touch(touch, lead, "reported").model_copy(update=told)
