"""Record what a rep says came of a call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain.business import Settings
from followthrough.domain.durations import Duration
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.leads import Lead, Outcome, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import (
    WITH_A_DATE,
    called_off,
    called_touch,
    decide,
    end_touch,
    ended_at_of,
    latest_call,
    report,
    reported_before,
)
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake

LATEST_CALL_BACK = timedelta(days=300)


@dataclass(frozen=True)
class Report:
    """What the rep says. `touch_id` names the call; without it the one being asked for, else the last."""

    outcome: Outcome
    touch_id: str | None = None
    callback_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True)
class Reported:
    """What came of the report. `wake_error` is the kind of error for which the machine could not be woken at once."""

    result: Literal["recorded", "already_reported", "already_closed"]
    lead: Lead
    wake_error: str | None = None


def report_outcome(services: Services, lead_id: str, said: Report) -> Reported:
    """Record the outcome, plan afresh and wake the machine. Saying the same thing twice changes nothing.

    Raises NotFound for an unknown lead or call, Refused when a call-back has no possible time.
    """
    return retried(lambda: _report(services, lead_id, said))


def _report(services: Services, lead_id: str, said: Report) -> Reported:
    now = services.clock()
    lead = services.store.load(lead_id)
    if not lead.is_open:
        return Reported("already_closed", lead)
    touch_id = said.touch_id or latest_call(lead)
    if touch_id is None:
        raise NotFound(f"lead {lead_id} has not been called yet")
    touch, planner = called_touch(lead, touch_id), planner_for(services, lead)
    if planner.step(touch.step).do != "call":
        raise NotFound(f"{touch_id} is not a call")
    if _is_known(said, lead, touch, now):
        return Reported("already_reported", lead)
    callback_at = _callback_at(said, planner, services.settings, now)
    after = report(lead, touch, said.outcome, now, callback_at)
    entries = [_entry(planner, lead, after, touch_id, said, now)]
    if other := called_off(lead, touch, said.outcome):
        after = end_touch(after, other, "skipped", now)
        entries.append(planner.touch(other, after, "skipped", reason="an earlier call was reported meanwhile"))
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*entries, *decision.passed))
    return Reported("recorded", saved, wake(services, lead, saved))


def _is_known(said: Report, lead: Lead, touch: PlannedTouch, now: datetime) -> bool:
    """Whether the same was said before; another time to call back is news, as long as it lies ahead."""
    another_time = said.callback_at not in (None, lead.pursuit.callback_at) and said.callback_at > now
    return reported_before(lead, touch) == said.outcome and not another_time


def _entry(planner: Planner, before: Lead, after: Lead, touch_id: str, said: Report, now: datetime) -> Touch:
    touch = called_touch(before, touch_id)
    entry = planner.touch(touch, before, "reported")
    asked = before.ask.asked if before.ask and before.ask.touch_id == touch_id else ()
    ended_at = ended_at_of(after, touch) or now
    return entry.model_copy(update={"outcome": said.outcome, "note": said.note, "asked": asked, "ended_at": ended_at})


def _callback_at(said: Report, planner: Planner, settings: Settings, now: datetime) -> datetime | None:
    """When to call next, for the outcomes that say so; a conversation without a date gets the usual one."""
    if said.outcome == "in_conversation" and said.callback_at is None:
        return Duration(f"{settings.business.call_again_days}d").after(now, planner.hours.zone)
    if said.outcome not in WITH_A_DATE:
        return None
    if said.callback_at is None:
        raise Refused("callback_at", "say when to call back, such as 2026-11-24T15:00:00-05:00")
    if not now < said.callback_at <= now + LATEST_CALL_BACK:
        raise Refused("callback_at", "must lie in the future, within 300 days")
    return said.callback_at
