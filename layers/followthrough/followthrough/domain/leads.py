"""A lead and everything that is recorded about following it up. One item holds all that planning needs."""

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from followthrough.domain.cadence import Action, Channel, TaskOutcome
from followthrough.domain.cadence_values import Audience, EventName, PartnerAnswer, Recipient, StartedBy
from followthrough.domain.errors import Forgotten
from followthrough.domain.handoff import Handoff, Placed
from followthrough.domain.instants import Instant
from followthrough.domain.model import Model
from followthrough.domain.pauses import Pause, Paused
from followthrough.domain.places import Place
from followthrough.domain.stops import StopReason

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of other systems may be from ours."""

LONGEST_NEXT_STEP = 140
"""Characters that are said of what a conversation left open: a text that takes it up fits two segments."""

CallOutcome = Literal[
    "booked",
    "call_back",
    "in_conversation",
    "not_interested",
    "voicemail",
    "no_answer",
    "wrong_number",
    "cannot_take",
]
"""What a rep can report of a call."""

Outcome = Literal[CallOutcome, TaskOutcome, PartnerAnswer]

WhyCallBack = Literal[Outcome, "gone_silent", "later", "replied"]
"""What a call-back answers: what was reported when it was agreed, that nothing was heard since a conversation, or what
they said by themselves (not now but later, or something that they wrote).
"""

Status = Literal[
    "open",
    "booked",
    "won",
    "lost",
    "not_interested",
    "wrong_number",
    "opted_out",
    "no_response",
    "nothing_fits",
]
TouchStatus = Literal[
    "planned", "claimed", "asked", "sent", "reported", "silent", "skipped", "failed", "unknown", "received"
]


class Profile(Model):
    """What a lead told us, validated and normalised. `phone` is E.164, `email` lower-case in its domain."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    message: str | None = None
    service: str | None = None
    postal_code: str | None = None
    zone: str | None = None
    audience: Audience = "consumer"
    value: Literal["normal", "high"] = "normal"
    preferred_channel: Channel | None = None
    consent_to_text: bool = False
    problem: str | None = None
    goal: str | None = None
    other: dict[str, str] = Field(default_factory=dict, description="Fields we don't know, kept as given.")

    @property
    def identity(self) -> str:
        """What tells one person from another, in one normal form: the e-mail, else the phone."""
        return self.email.lower() if self.email else self.phone or ""


class Slot(Model):
    """Which of a step's touches: the day of the cadence (or the round of a repeating step), and what is still to
    come on it. A day's moments are settled when its first one is, so nothing later can shift them.
    """

    day: int = 0
    rest: tuple[Instant, ...] = ()


class Progress(Model):
    """How far one step has got."""

    touches: int = Field(0, description="Touches made or skipped so far.")
    slot: Slot = Field(default_factory=Slot, description="The last of them.")
    due_at: Instant | None = None
    ended_at: Instant | None = Field(None, description="None while it goes on, and for a step not begun.")
    outcome: str | None = Field(None, description="An Outcome, or sent, silent, skipped, failed, unknown.")
    channel: Action | None = Field(None, description="Of the last of them, if it was made.")


_NOT_BEGUN = Progress()


class PlannedTouch(Model):
    """The next touch of a pursuit, not yet claimed."""

    step: str
    n: int = Field(description="Which touch of its step, from 1.")
    channel: Action
    due_at: Instant
    slot: Slot
    to: Recipient = "lead"

    @property
    def id(self) -> str:
        """Unique within the pursuit; never made from the due time."""
        return f"{self.step}.{self.n}"


class OpenTouch(PlannedTouch):
    """A touch that was claimed and isn't over."""

    over_at: Instant | None = Field(None, description="When silence on a call counts as its end.")
    before: Progress = Field(description="How far the step was before, for a claim that has to be given back.")
    used_before: tuple[Instant, ...] = Field((), description="When its channel had been used before, for the same.")
    answer_by: Instant | None = Field(None, description="The deadline that it tells a partner.")


class Ask(Model):
    """Somebody who was asked to call, or about a task, and has not reported. `asked` are the people asked so far, the
    last one now.
    """

    touch_id: str
    asked: tuple[str, ...] = Field(
        min_length=1, description="Ids of the people asked, in order; an ask that takes over a silent one goes on."
    )
    due_at: Instant | None = Field(None, description="When its touch was due; its step may have gone on since.")
    instead_of: str | None = Field(None, description="The id of who was asked before and has not reported.")
    why: Literal["silent", "cannot_take"] = Field("silent", description="Why somebody else is asked instead.")
    code: str = Field("", description="The short code by which a text names this ask.")
    link: str = Field("", description="The token of the page behind the nudge, in plain, so that it can be sent again.")
    deadline: Instant | None = Field(description="Until when to listen; None once nobody listens any more.")
    nudged: bool = Field(False, description="Whether the one asked last was really told.")
    token: str | None = Field(None, description="The state machine's task token, while it listens.")

    @property
    def holder(self) -> str:
        """The id of the person asked now."""
        return self.asked[-1]


class Nudge(Model):
    """What a rep was nudged about: kept beside the lead, so that a link or a text back finds it."""

    rep: str
    lead_id: str
    pursuit: int
    touch_id: str
    code: str
    last_four: str = Field("", description="The last digits of the lead's number.")
    link: str = Field("", exclude=True, description="The token in plain; stored as a digest only.")
    at: Instant


class DueCall(Model):
    """A call that was asked for: when it was due, and what was reported of it."""

    step: str
    n: int = Field(description="Which touch of its step, from 1; 0 for a call of an earlier pursuit.")
    due_at: Instant
    outcome: Outcome | None = None
    to: Recipient = "lead"

    @property
    def id(self) -> str:
        """The id of its touch."""
        return f"{self.step}.{self.n}"


class FirstAnswer(Model):
    """What got the first answer of a pursuit, however they gave it."""

    touches: int = Field(description="Calls, e-mails and texts made until then, the one that got it included.")
    step: str | None = Field(description="Of the one that got it; None if nothing had been sent or asked for.")
    channel: Action | None
    outcome: str = Field(description="An Outcome, or what they told us: call_back, later, replied.")
    told_by: str | None = Field(None, description="The id of the touch whose report told it; None if they told us.")


class Pursuit(Model):
    """One cadence being carried out for one lead."""

    number: int
    cadence: str
    cadence_version: str
    started_by: StartedBy = "arrival"
    at_step: str | None = Field(None, description="The step that it began with, the ones above it being left out.")
    began_at: Instant
    moved_at: Instant | None = Field(
        None, description="When it went over to another version of its cadence; what was due before then is past."
    )
    hurried: int = Field(0, description="Cadences in a row before it that came to their end within a day.")
    run: int = 1
    run_began_at: Instant
    run_touches: int = 0
    renewed: bool = Field(False, description="The run before this one ended by asking for this one.")
    progress: dict[str, Progress] = Field(default_factory=dict)
    open_touch: OpenTouch | None = None
    made: int = Field(0, description="Calls, e-mails and texts made so far, by whatever came of them.")
    first_answer: FirstAnswer | None = None
    callback_at: Instant | None = None
    callback_why: WhyCallBack = Field("call_back", description="What the call-back that was last set is about.")
    recent_calls: tuple[DueCall, ...] = Field((), description="The calls of the last two days.")
    used: dict[Channel, tuple[Instant, ...]] = Field(
        default_factory=dict,
        description="When its touches on each channel were due: those of the last two days, and always the last.",
    )
    morning_calls: int = 0
    afternoon_calls: int = 0
    call_over_at: Instant | None = Field(None, description="When the call or task that was last asked for was over.")
    last_attempt_at: Instant | None = Field(None, description="When a rep last reported having called.")
    unanswered_calls: int = Field(0, description="Calls that a rep reported as not answered.")
    voicemails: int = Field(0, description="Voicemails that a rep reported as left.")
    replans: int = Field(0, description="Times in a row that a doer came to another plan than the planner.")

    @property
    def has_touched(self) -> bool:
        """Whether any of its touches was made."""
        return any(progress.outcome != "skipped" for progress in self.progress.values())

    def progress_of(self, step: str) -> Progress:
        """How far a step has got; an empty record for one not begun."""
        return self.progress.get(step) or _NOT_BEGUN


class Hold(Model):
    """They wrote to us: nothing goes to them by itself until somebody has answered, or until that moment; if it may be
    a stop, until somebody has decided.
    """

    since: Instant
    until: Instant
    why: Literal["replied", "unclear", "flood"] = Field(
        description="unclear: they may have asked us to stop; flood: too many came at once, and nothing goes out."
    )
    words: str | None = Field(None, description="What they wrote, for whoever is to answer it.")

    @property
    def is_undecided(self) -> bool:
        """Whether it may be a stop, which no time and nobody who hasn't reached them decides."""
        return self.why == "unclear"


class Lead(Model):
    """Somebody who asked. Every recorded fact raises `version`."""

    id: str
    profile: Profile
    place: Place
    arrived_at: Instant
    times_asked: int = 1
    shares_phone: bool = Field(False, description="Whether another lead was known to have the same number.")
    token: str = Field(description="Behind all of the lead's links; in plain, so that every e-mail carries the same.")
    status: Status = "open"
    closed_at: Instant | None = None
    closed_by: str | None = Field(
        None, description="The id of the touch whose report closed it; None for any other end, and while it is open."
    )
    pursuit: Pursuit
    rep: str | None = Field(None, description="The id of the rep whose lead it is.")
    ask: Ask | None = None
    counted_for: str | None = Field(None, description="The rep among whose open asks this lead is counted.")
    unusable: dict[Channel, StopReason] = Field(
        default_factory=dict, description="Channels on which this lead must not or can't be reached any more, and why."
    )
    hold: Hold | None = None
    paused: Pause | None = Field(None, description="An admin has paused this lead alone.")
    parked_at: Instant | None = Field(None, description="When its machine came to a pause and left it alone.")
    pauses: tuple[Paused, ...] = Field((), description="The last times in which it was paused.")
    handoff: Handoff | None = Field(None, description="Where it stands with partners, if it is for them.")
    placed: Placed | None = Field(None, description="Where it stands in the table of a partner's line and open leads.")
    answered_on: Channel | None = Field(None, description="The channel on which they last answered.")
    heard: tuple[str, ...] = Field(
        (), description="Their latest messages to us, and times that other systems reported: what comes twice is known."
    )
    appointment_at: Instant | None = None
    no_shows: int = Field(0, description="Appointments that they missed.")
    gone_silent_at: Instant | None = Field(
        None, description="When they last counted as gone silent after a conversation; never cleared."
    )
    events: dict[EventName, Instant] = Field(
        default_factory=dict, description="What other systems of the business reported, and when each last happened."
    )
    note: str | None = Field(None, description="What the rep noted last.")
    next_step: str | None = Field(
        None, description="What the last conversation agreed or left open, in words that the lead may read."
    )
    callable_from: Instant | None = Field(
        None, description="When they could first be called: the arrival, or the opening of contact hours after it."
    )
    nudged_at: Instant | None = Field(None, description="When a rep was first nudged.")
    attempted_at: Instant | None = Field(None, description="When a rep first reported having tried.")
    reached_at: Instant | None = Field(None, description="When a rep first reported having reached them.")
    spoken_at: Instant | None = Field(None, description="When a rep last reported having reached them.")
    next_touch_at: Instant | None = Field(None, description="Set exactly while the lead is open.")
    restarts: int = Field(0, description="Times in a row that the watchdog had to start it again.")
    stuck: bool = False
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still being followed up."""
        return self.status == "open"

    @property
    def last_talk_at(self) -> datetime | None:
        """When a rep last reported having reached them since they asked for what they ask for now."""
        return self.spoken_at if self.spoken_at and self.spoken_at >= self.arrived_at else None

    def last_time_of(self, event: EventName) -> datetime | None:
        """When an event of another system last happened, if that was since they asked for what they ask for now."""
        moment = self.events.get(event)
        return moment if moment and moment >= self.arrived_at - CLOCKS_DIFFER else None

    @property
    def pursuit_id(self) -> str:
        """`{lead id}-{number}`."""
        return f"{self.id}-{self.pursuit.number}"

    def waited_until(self, moment: datetime) -> timedelta:
        """For how long they had been waiting to be called by then; no time at all before they could be."""
        return max(moment - (self.callable_from or self.arrived_at), timedelta())


class Touch(Model):
    """One entry of a lead's timeline: what was planned or done, and what came of it or why not."""

    pursuit: int
    step: str
    n: int
    channel: Action
    to: Literal["rep", "lead", "partner"]
    due_at: Instant
    purpose: str
    message: str | None = None
    voicemail: Literal["hang_up", "leave"] | None = None
    status: TouchStatus
    outcome: str | None = None
    reason: str | None = None
    asked: tuple[str, ...] = ()
    by: str | None = Field(None, description="The id of who reported.")
    ended_at: Instant | None = None
    reported_at: Instant | None = Field(None, description="When that was; silence may have ended the call before.")
    service_id: str | None = Field(None, description="The message id that SES or SNS gave.")
    note: str | None = None

    @property
    def id(self) -> str:
        """`{step}.{n}`, unique within the pursuit."""
        return f"{self.step}.{self.n}"


def expect_not_forgotten(lead: Lead) -> None:
    """Whatever writes leads asks this of each one. Raises Forgotten."""
    if lead.is_open != (lead.next_touch_at is not None):
        raise Forgotten(f"{lead.id} is {lead.status}, and its next touch is {lead.next_touch_at}")


def split_pursuit_id(pursuit_id: str) -> tuple[str, int]:
    """Lead id and number of a pursuit. Raises ValueError."""
    lead_id, _, number = pursuit_id.rpartition("-")
    if not lead_id or not number.isdigit():
        raise ValueError("not a pursuit id")
    return lead_id, int(number)
