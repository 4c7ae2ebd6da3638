"""Leads that were held back: tell the manager once, and let them go in time, the oldest first, a few at a time."""

from collections.abc import Callable
from datetime import datetime

from followthrough.domain import answers_to_reps
from followthrough.domain.errors import ChangedMeanwhile, NotFound, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.floods import HeldLead, let_go
from followthrough.domain.pursuing import is_held_back
from followthrough.use_cases.nudging import link_to
from followthrough.use_cases.ports import SendingServices

LOOKED_AT = 4
"""How many times more leads are looked at than go in a minute."""


def watch_floods(services: SendingServices, on_error: Callable[[str, Exception], None]) -> tuple[str, ...]:
    """Called each minute. Answers with the ids of the leads let go; no lead's failure keeps the others waiting."""
    now, traffic = services.clock(), services.traffic
    pace = max(1, services.settings.business.caps.all_leads_an_hour // 60)
    held = traffic.held(LOOKED_AT * pace)  # more than go, so that those that fail never hold up the line
    if not held:
        return ()
    flood = traffic.flood()
    gone: list[str] = []
    for each in held:
        if each.since >= flood.goes_on_until(now) or len(gone) == pace:
            break
        try:
            gone += [each.lead_id] if _let_go(services, each, now) else []
        except ChangedMeanwhile:
            continue  # somebody is just recording something: the next minute will do
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own lead
            on_error(each.lead_id, error)
    if flood.must_be_told(now):
        _tell(services, now, flood.released_at)
    return tuple(gone)


def release(services: SendingServices) -> int:
    """The manager has looked: let everybody go who is held now. Answers with how many."""
    count = services.traffic.count_held(None)
    if count:
        services.traffic.note_release(services.clock())
    return count


def _let_go(services: SendingServices, held: HeldLead, now: datetime) -> bool:
    try:
        lead = services.store.load(held.lead_id)
    except NotFound:  # their data was erased
        services.traffic.take_off_hold(held)
        return False
    if not is_held_back(lead):
        services.traffic.take_off_hold(held)
        return False
    # Overdue from now on: should the start fail, the watchdog sees it.
    saved = services.store.save(let_go(lead, now))
    services.traffic.take_off_hold(held)
    services.machine.start(saved.pursuit_id, saved.pursuit.run)
    return True


def _tell(services: SendingServices, now: datetime, since: datetime | None) -> None:
    count = services.traffic.count_held(since)
    if not count:
        return
    manager, token = services.settings.team.manager, services.new_token()
    services.team.new_rep_link(manager.id, token)
    try:
        services.texter.send(manager.phone, answers_to_reps.leads_held(count, link_to(services, token)))
    except (SendingRefused, SendingThrottled):
        services.measure("NudgesFailed", 1)
        return  # the next minute brings the next try
    except SendingUnknown:
        pass
    services.traffic.note_told(now)
