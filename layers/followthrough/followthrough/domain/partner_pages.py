"""A partner's page about one lead as plain values. Whoever builds it decides what is true; how it is shown is the
adapters' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.handoffs import is_given
from followthrough.domain.leads import Lead
from followthrough.domain.partner_answers import CLOSES, MOVES

SHOWN_AFTER = timedelta(days=30)
"""For how long a partner sees whom an estimate was agreed with."""

PartnerDone = Literal["noted", "noted_before", "moved_on", "ready"]

Held = Literal["open", "scheduled", "declined", "over"]
"""How a hand-off stands: the partner has the lead; an estimate has a date; the lead said no; it is theirs no more."""


@dataclass(frozen=True)
class Asker:
    """The lead, for the partner that has it. Texts are as they were typed: the page makes them safe and short."""

    name: str | None
    phone: str | None
    """E.164."""
    email: str | None
    request: str | None
    own_words: str | None
    asked_at: datetime


@dataclass(frozen=True)
class PartnerNote:
    """Something that was said of the lead: by the partner itself, or by one of ours for it."""

    what: str
    at: datetime
    by: str | None
    """A name; None for the partner."""
    words: str | None = None


@dataclass(frozen=True)
class PartnerPage:
    """Everything that the page shows."""

    now: datetime
    partner_zone: ZoneInfo
    """What has happened is told on this clock."""
    lead_zone: ZoneInfo
    """An estimate's time is said, and typed, on this one."""
    business_name: str
    partner_name: str
    rep_name: str | None
    rep_phone: str
    """E.164; the business's own where no rep is known."""
    held: Held
    asker: Asker | None
    """None as soon as the partner has no more to do with them."""
    waiting: int
    """How many other leads wait for this partner."""
    other_open: int
    """How many other leads it has open."""
    seen: int
    """How much was said so far: a press says what it answers."""
    estimate_at: datetime | None = None
    deadline_at: datetime | None = None
    """Until when we asked for an answer, if nothing was heard."""
    said: tuple[PartnerNote, ...] = ()
    """The newest first."""
    skipped: bool = False
    """Whether the partner asked to be skipped for now."""
    done: PartnerDone | None = None
    """What the press before this page did."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field at fault; `form` is the page as a whole."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was sent with them."""


@dataclass(frozen=True)
class PartnerForm:
    """One press."""

    answer: PartnerAnswer | Literal["ready"]
    """ready: the partner that asked to be skipped takes leads again."""
    seen: int | None = None
    estimate_at: datetime | None = None
    """Naive: on the lead's clock. Given exactly with `scheduled`."""
    note: str | None = None


def held_of(lead: Lead, number: int) -> Held:
    """How the hand-off with that number stands."""
    handoff = lead.handoff
    if handoff is None or handoff.number != number or handoff.given_at is None:
        return "over"
    if is_given(lead):
        return "open"
    if lead.is_open:
        return "over"
    if lead.status == "booked" and lead.appointment_at:
        return "scheduled"
    return "declined" if lead.status == "not_interested" else "over"


def partner_of(lead: Lead, number: int) -> str | None:
    """The id of the partner that has, or had, the hand-off with that number; None where that isn't known any more."""
    handoff = lead.handoff
    if handoff is None:
        return None
    if handoff.number == number and handoff.given_at is not None:
        return handoff.partner
    return next((had.partner for had in handoff.had if had.number == number), None)


def was_settled_by(lead: Lead, number: int, answer: PartnerAnswer) -> bool:
    """Whether the hand-off is over because of this very answer."""
    if held_of(lead, number) in ("scheduled", "declined"):
        return CLOSES.get(answer) == lead.status
    had = lead.handoff.had if lead.handoff else ()
    return any(each.number == number and each.why == MOVES.get(answer) for each in had)
