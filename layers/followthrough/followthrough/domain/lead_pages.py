"""The leads' own pages as plain values: the one that stops everything, and the one for all that is short of a stop.

Whoever builds these decides what is true; how it is shown is the adapters' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.answering import MONTHS, NOT_UNDONE, answers_of, may_be_called, months_later
from followthrough.domain.business import Business
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.leads import Lead, Status
from followthrough.domain.offered_times import times_offered
from followthrough.domain.stops import TAKEN_BACK, StopReason
from followthrough.domain.taking_back import own_stops

# -- stopping ------------------------------------------------------------------------------------------------


Stopped = Literal["e-mails", "texts", "calls"]
StopDone = Literal["undone", "kept"]


@dataclass(frozen=True)
class StopPage:
    """What has stopped and what can be. Without anything stopped it asks."""

    business_name: str
    business_phone: str
    """E.164."""
    has_phone: bool
    """Whether they left a number, so that there is more to stop than e-mails."""
    stopped: tuple[Stopped, ...] = ()
    going_on: tuple[Stopped, ...] = ()
    can_undo: bool = False
    """Whether the stop is the person's own, so that they can take it back."""
    lasting: tuple[StopReason, ...] = ()
    """Why some of it stays stopped whatever they say."""
    done: StopDone | None = None
    """undone: a press has just taken the stop back; kept: it could not, and changed nothing."""
    error: str | None = None


def stop_page(lead: Lead, business: Business, done: StopDone | None = None) -> StopPage:
    """The page as things stand."""
    over = lead.status == "opted_out"
    stopped = _stopped(lead)
    asks = not over and "email" not in lead.unusable
    lasting = tuple(dict.fromkeys(reason for reason in lead.unusable.values() if reason not in TAKEN_BACK))
    own = over or bool(own_stops(lead, "mailbox"))
    return StopPage(
        business_name=business.name,
        business_phone=business.phone,
        has_phone=lead.profile.phone is not None,
        stopped=() if asks else stopped,
        going_on=_going_on(lead, stopped),
        can_undo=own and not asks and not set(lasting) & set(NOT_UNDONE),
        lasting=lasting,
        done="undone" if asks and done == "undone" else "kept" if done == "kept" and not asks else None,
    )


def can_be_undone(lead: Lead, business: Business) -> bool:
    """Whether they can take a stop back."""
    return stop_page(lead, business).can_undo


def _stopped(lead: Lead) -> tuple[Stopped, ...]:
    over, number = lead.status == "opted_out", lead.profile.phone is not None
    facts: dict[Stopped, bool] = {
        "e-mails": over or "email" in lead.unusable,
        "texts": number and (over or "text" in lead.unusable),
        "calls": number and (over or "call" in lead.unusable),
    }
    return tuple(what for what, is_so in facts.items() if is_so)


def _going_on(lead: Lead, stopped: tuple[Stopped, ...]) -> tuple[Stopped, ...]:
    if not lead.is_open or not lead.profile.phone:
        return ()
    texts: tuple[Stopped, ...] = ("texts",) if lead.profile.consent_to_text else ()
    mine: tuple[Stopped, ...] = (*texts, "calls")
    return tuple(what for what in mine if what not in stopped)


# -- everything short of a stop ------------------------------------------------------------------------------


LaterDone = Literal["noted", "noted_before", "out_of_date"]


@dataclass(frozen=True)
class LaterPage:
    """What they can tell us at one press. Times are said, and typed, on their own clock."""

    now: datetime
    zone: ZoneInfo
    business_name: str
    business_phone: str
    """E.164."""
    asked_at: datetime
    status: Status
    seen: str
    """What the page shows, for a press to say what it answers."""
    can_call: bool
    has_phone: bool
    call_at: datetime | None = None
    """When they have asked to be called."""
    ask_again_at: datetime | None = None
    """When they have asked to be asked again."""
    times: tuple[datetime, ...] = ()
    """Moments within contact hours that are offered for a call at one press."""
    months: tuple[tuple[int, datetime], ...] = ()
    """In how many months they can be asked again, and when that is; empty once the lead is closed."""
    done: LaterDone | None = None
    """What the press before this page did."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field at fault; `form` is the page as a whole."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was sent with them."""


def later_page(lead: Lead, business: Business, hours: ContactHours, now: datetime) -> LaterPage:
    """The page as things stand."""
    pursuit = lead.pursuit
    agreed = pursuit.callback_at if lead.is_open else None
    return LaterPage(
        now=now,
        zone=hours.zone,
        business_name=business.name,
        business_phone=business.phone,
        asked_at=lead.arrived_at,
        status=lead.status,
        seen=seen_of(lead),
        can_call=may_be_called(lead),
        has_phone=lead.profile.phone is not None,
        call_at=agreed if pursuit.callback_why == "call_back" else None,
        ask_again_at=agreed if pursuit.callback_why == "later" else None,
        times=times_offered(hours, now),
        months=tuple((months, months_later(hours, now, months)) for months in MONTHS) if lead.is_open else (),
    )


def seen_of(lead: Lead) -> str:
    """How things stand, in a few characters: a press on a page that shows something older is known by it."""
    return f"{lead.pursuit.number}.{lead.status}.{answers_of(lead)}"
