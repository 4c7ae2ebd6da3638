"""What other systems of the business report of a lead: an estimate was sent, an appointment made, the deal won."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.cadence_values import OF_EVENT, EventName
from followthrough.domain.errors import Refused
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import CLOCKS_DIFFER, Lead, Outcome, PlannedTouch, Progress, Slot, Status
from followthrough.domain.plans import waits_for_news
from followthrough.domain.pursuing import with_pursuit
from followthrough.domain.stops import TAKEN_BACK, StopReason

APPOINTMENT_MADE = "appointment_made"
OUTCOMES: dict[str, Outcome] = {
    APPOINTMENT_MADE: "booked",
    "no_show": "no_show",
    "kept": "kept",
    "won": "won",
    "lost": "lost",
}
"""The events that mean something without any configuration: each is what a rep's report of that outcome is."""

OF_AN_APPOINTMENT: tuple[Outcome, ...] = ("kept", "no_show")
"""What comes of an appointment: one that is over."""

BY_SYSTEM = "other-system"
"""Who told us, on the timeline."""

CALLED_OFF = "another system reported meanwhile"
"""The reason with which a call or task ends that nobody needs to make any more."""

REPEATED_WITHIN = timedelta(hours=24)
FARTHEST = timedelta(days=300)
MOST_REMEMBERED = 10

_SETTLED: tuple[Status, ...] = ("won", "lost", "not_interested", "wrong_number", "opted_out")
_STOPS: tuple[StopReason, ...] = (*TAKEN_BACK, "complained")
_NAME: TypeAdapter[str] = TypeAdapter(EventName)


@dataclass(frozen=True)
class BusinessEvent:
    """One event. `at` is when it happened, of `appointment_made` the agreed time; None: just now."""

    name: str
    at: datetime | None = None

    @property
    def outcome(self) -> Outcome | None:
        """What a rep would report; None for an event that only configuration knows."""
        return OUTCOMES.get(self.name)

    @property
    def step(self) -> str:
        """What its touches are called in the timeline, as in a cadence's `of`."""
        return f"{OF_EVENT}{self.name}"


Known = Literal["already_reported", "out_of_date"]


def event_name(text: str) -> str:
    """`estimate_sent`, of `Estimate sent` or `estimate-sent`. Raises Refused."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    try:
        return _NAME.validate_python(name)
    except ValidationError:
        raise Refused("event", "is not the name of an event: write it as estimate_sent") from None


# -- whether it is news --------------------------------------------------------------------------------------


def expect_possible(event: BusinessEvent, now: datetime) -> None:
    """Raises Refused with the field `at` for a time at which it can't have happened, or been agreed."""
    if event.name == APPOINTMENT_MADE:
        if event.at is None or not now < event.at <= now + FARTHEST:
            raise Refused("at", "has to be the agreed time, in the future and within 300 days")
    elif event.at and event.at > now + CLOCKS_DIFFER:
        raise Refused("at", "lies in the future: report an event once it has happened")


def known_as(lead: Lead, event: BusinessEvent, now: datetime) -> Known | None:
    """Why the event changes nothing, if it doesn't: it was reported before, or something later is known already.

    Without a time, the same event within 24 hours is the same post come twice.
    """
    if event.name == APPOINTMENT_MADE:
        return "already_reported" if _mark(event) in lead.heard else None
    last = lead.events.get(event.name)
    if last and (event.at == last or (event.at is None and now - last < REPEATED_WITHIN)):
        return "already_reported"
    happened_at = event.at or now
    return "out_of_date" if happened_at < _latest_news(lead, event) else None


def _latest_news(lead: Lead, event: BusinessEvent) -> datetime:
    """The moment before which an event of that kind is about something that is over."""
    moments = [lead.arrived_at - CLOCKS_DIFFER]
    alike = OF_AN_APPOINTMENT if event.name in OF_AN_APPOINTMENT else (event.name,)
    moments += [lead.events[name] for name in alike if name in lead.events]
    if event.name in OF_AN_APPOINTMENT and lead.appointment_at:
        moments.append(lead.appointment_at)
    return max(moments)


def is_settled(lead: Lead, event: BusinessEvent) -> bool:
    """Whether the event is kept and begins nothing, because of how the lead was closed. What they decided stays
    decided, a stop above all; that they bought after all is always believed.
    """
    if lead.is_open:
        return False
    if event.name == "won":
        return lead.status in ("won", "wrong_number", "opted_out")
    return lead.status in _SETTLED or any(reason in _STOPS for reason in lead.unusable.values())


# -- what it does to a lead ----------------------------------------------------------------------------------


def happened(lead: Lead, event: BusinessEvent, now: datetime) -> tuple[Lead, PlannedTouch]:
    """The event as a touch outside of the plan. No call of ours: nothing that counts calls or attempts changes."""
    n = lead.pursuit.progress_of(event.step).touches + 1
    touch = PlannedTouch(step=event.step, n=n, channel="task", due_at=_moment(event, now), slot=Slot())
    progress = Progress(touches=n, due_at=touch.due_at, channel="task")
    return with_pursuit(lead, progress={**lead.pursuit.progress, event.step: progress}), touch


def with_event(lead: Lead, event: BusinessEvent, now: datetime) -> Lead:
    """With the event on record: from then on steps count from it, and the same one is known again."""
    heard = lead.heard
    if event.name == APPOINTMENT_MADE:
        heard = (*heard, _mark(event))[-MOST_REMEMBERED:]
    return lead.model_copy(update={"heard": heard, "events": {**lead.events, event.name: _moment(event, now)}})


def with_agreed_call(begun: Lead, past: Lead) -> Lead:
    """The lead, whose next pursuit has begun, with the call that was agreed before or is to answer what they wrote,
    also if somebody is just being asked for it.
    """
    touch, pursuit = past.pursuit.open_touch, past.pursuit
    agreed = None if waits_for_news(past) else pursuit.callback_at
    if touch and touch.step == CALL_BACK:
        agreed = touch.due_at
    return with_pursuit(begun, callback_at=agreed, callback_why=pursuit.callback_why) if agreed else begun


def _moment(event: BusinessEvent, now: datetime) -> datetime:
    """When it happened; a time was agreed when we hear of it."""
    return now if event.at is None or event.name == APPOINTMENT_MADE else event.at


def _mark(event: BusinessEvent) -> str:
    return f"{event.name} {format_instant(event.at)}" if event.at else event.name
