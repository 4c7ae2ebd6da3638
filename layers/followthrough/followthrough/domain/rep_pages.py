"""The reps' pages as plain values: what the call page and the list of leads show, and what is posted from them.

Whoever builds these decides what is true; how it is shown is the adapters' business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.cadence import Channel, TaskOutcome
from followthrough.domain.leads import CallOutcome, Outcome
from followthrough.domain.life import Stage

RepOutcome = CallOutcome
"""Everything that a rep can say came of an ask."""

Value = Literal["normal", "high"]
Duty = Literal["away", "back"]


# -- the call page ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartnerToCall:
    """The partner that a call is to, about the lead that it has."""

    name: str
    contact: str
    phone: str
    """E.164."""
    brings_lead: bool
    """Whether the lead is to be brought on the line."""


@dataclass(frozen=True)
class AskedCall:
    """The call that is asked for now."""

    purpose: str
    n: int
    """Which call to this lead, from 1."""
    of: int | None = None
    """How many there will be at most; None where nobody can say."""
    voicemail: Literal["hang_up", "leave"] = "hang_up"
    voicemail_words: str | None = None
    """What to say after the beep; only with `leave`."""
    talk_track: str | None = None
    call_from: datetime | None = None
    """When contact hours open, if they are closed now."""
    partner: PartnerToCall | None = None
    """Whom to call, if it isn't the lead."""


@dataclass(frozen=True)
class AskedTask:
    """Something that a rep is asked to tell, such as whether the lead came to an appointment."""

    question: str
    outcomes: tuple[TaskOutcome, ...]
    """What can be answered."""


@dataclass(frozen=True)
class StillTold:
    """What can be told of the appointment of a lead that is closed."""

    touch: str
    """What a press tells of, as `call_subjects` writes it."""
    outcomes: tuple[TaskOutcome, ...]


@dataclass(frozen=True)
class PastEntry:
    """One thing that happened, in words: `Call 1, Ben Okafor` and `No answer`."""

    at: datetime
    what: str
    result: str | None = None


@dataclass(frozen=True)
class AskedPerson:
    """Somebody else who was asked about the same call: `Ben Okafor`, `has not reported`."""

    name: str
    at: datetime
    result: str


@dataclass(frozen=True)
class OnRecord:
    """What a conversation can find out. None is missing, and offered again."""

    problem: str | None = None
    goal: str | None = None
    value: Value | None = None
    preferred_channel: Channel | None = None
    next_step: str | None = None


@dataclass(frozen=True)
class Open:
    """Waiting for a report; without an `AskedCall` or an `AskedTask`, for a conversation that nobody asked for."""


@dataclass(frozen=True)
class Reported:
    """Something was reported about this call."""

    outcome: Outcome
    by: str
    """`you`, or a name."""
    at: datetime
    agreed_at: datetime | None = None
    """The appointment's or the call-back's time; until when they want to think."""


@dataclass(frozen=True)
class Stale:
    """Something newer happened: a whole sentence that says what."""

    what: str
    at: datetime


@dataclass(frozen=True)
class Closed:
    """Nobody follows this lead up any more. `status` is the lead's."""

    status: str
    at: datetime | None = None


State = Open | Reported | Stale | Closed


@dataclass(frozen=True)
class CallPage:
    """Everything that the page shows. Texts are as they were typed: the page makes them safe and short."""

    now: datetime
    lead_zone: ZoneInfo
    """Times are said, and typed, on this clock."""
    rep_zone: ZoneInfo
    business_name: str
    name: str | None
    request: str | None
    own_words: str | None
    phone: str | None
    """E.164."""
    email: str | None
    asked_at: datetime
    form_id: str
    """New for every page, so that a press that comes twice is known."""
    stage: Stage | None = None
    """Where the lead stands, while it is followed up."""
    email_returned: bool = False
    """Whether mail to the address comes back."""
    touch: str = ""
    """What a press on this page is about, as `call_subjects` writes it."""
    wrote: str | None = None
    """What they wrote to us, while nobody has answered it."""
    note_on: str = ""
    """What is told besides is about this, written alike; where it is empty, about `touch`."""
    state: State = Open()
    call: AskedCall | None = None
    task: AskedTask | None = None
    next_touch: tuple[str, datetime] | None = None
    """What comes next if nothing else happens: `E-mail`, and when."""
    past: tuple[PastEntry, ...] = ()
    """The newest first."""
    others: tuple[AskedPerson, ...] = ()
    warnings: tuple[str, ...] = ()
    """Whole sentences."""
    record: OnRecord = OnRecord()
    times: tuple[datetime, ...] = ()
    """Moments within contact hours that are offered for calling back at one press; the last is proposed where a
    time can be typed. Without any, tomorrow at ten is proposed.
    """
    partner_has_it: bool = False
    """Whether a partner has the lead, so that what it says can be reported at any time."""
    further: bool = False
    """Whether another outcome can still be reported, though something was or something newer happened."""
    mistaken: tuple[Outcome, ...] = ()
    """What can be said instead of the report that closed the lead; `touch` is about that report then."""
    still_told: tuple[StillTold, ...] = ()
    """What can be told of an appointment of which nobody is asked any more; its time can be given as well."""
    nothing_changed: bool = False
    """Whether this answers a press that came twice or too late."""
    details_saved: bool = False
    """Whether this answers a press on Save."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """A sentence for each field at fault, as `call_form` gives them."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What was sent with them."""


@dataclass(frozen=True)
class CallForm:
    """One press on the call page. `None`: not given, so what is on record stays."""

    touch: str
    """What the page was about; a press that comes twice, or too late, is known by it."""
    form_id: str
    """The page's own id: a press that comes twice carries the same."""
    outcome: Outcome | None = None
    """None when only more is told about an outcome that was reported before."""
    appointment_at: datetime | None = None
    """Naive: on the lead's clock. Given exactly with `booked` and `scheduled`."""
    callback_at: datetime | None = None
    """Naive: on the lead's clock. Given exactly with `call_back`."""
    note: str | None = None
    next_step: str | None = None
    """What was agreed or left open; messages may say it to the lead."""
    problem: str | None = None
    goal: str | None = None
    value: Value | None = None
    preferred_channel: Channel | None = None
    follow_up: date | None = None
    """When the rep wants to be asked again, a date where the lead is. Given always with `thinking`."""


# -- the list of leads -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenLead:
    """One line of the list."""

    name: str | None
    request: str | None
    zone: ZoneInfo
    """Where the lead is."""
    next_what: str
    """What is due next: `Call 2`, `E-mail`."""
    next_at: datetime
    silent_since: datetime
    """When the lead last wrote, called or answered; their request, if they never did."""
    href: str
    """Their call page; relative to the list's address, which holds the token."""
    phone: str | None = None
    """E.164."""
    wrote: str | None = None
    """What they wrote to us, while nobody has answered it."""
    asked_now: bool = False
    """Whether this rep is asked to call, and hasn't reported."""


@dataclass(frozen=True)
class MyLeads:
    """Everything that the list shows."""

    now: datetime
    rep_zone: ZoneInfo
    rep_name: str
    business_name: str
    form_id: str
    leads: tuple[OpenLead, ...]
    on_duty: bool
    """False: away, and nobody is asked to call through this rep."""
    more: int = 0
    """How many open leads there are besides, due later."""
    back_at: datetime | None = None
    """When somebody who is away is taken to be back, if that was said."""
    duty_changed: bool = False
    """Whether this answers a press on Away or Back."""
