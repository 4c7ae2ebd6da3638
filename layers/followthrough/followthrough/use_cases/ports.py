"""What the use cases need from the outside world. Adapters and the tests' fakes both fulfil these."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Channel
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.closures import Closures
from followthrough.domain.dispatch import InLine, PartnerState, WhyPaused
from followthrough.domain.floods import Flood, HeldLead
from followthrough.domain.leads import Lead, Nudge, Touch
from followthrough.domain.pauses import Pauses
from followthrough.domain.stops import ConsentEntry, StopReason
from followthrough.domain.team_state import CallDue, TeamState

if TYPE_CHECKING:  # these bring the phone numbers' library along, which most functions can do without
    from followthrough.domain.message_facts import MessageFacts
    from followthrough.domain.nudges import NudgeEmail


@dataclass(frozen=True)
class Guard:
    """What a claim of a lead-facing touch must find true: the address not suppressed, and under its cap."""

    channel: Channel
    address: str
    local_date: str
    cap: int


@dataclass(frozen=True)
class Arrival:
    """What intake puts beside a new lead: the keys by which a replay is known, what they consented to, and since when
    it is held back, if it is.
    """

    replay_keys: tuple[str, ...]
    expires_at: int
    consents: tuple[ConsentEntry, ...] = ()
    held_since: datetime | None = None


class Store(Protocol):
    """Leads and everything beside them, in one table."""

    def load(self, lead_id: str) -> Lead:
        """Read consistently. Raises NotFound."""

    def load_with_closures(self, lead_id: str) -> tuple[Lead, Closures]:
        """The lead, and when the manager has closed: what planning needs, in one request. Raises NotFound."""

    def load_to_go_on(self, lead_id: str) -> tuple[Lead, Closures, Pauses]:
        """The same, and what is paused: what it takes to go on with a lead, in one request. Raises NotFound."""

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        """Write the lead, if nobody has since it was read, its touches, and what is kept about a nudge; returns it
        with its new version.

        Raises ChangedMeanwhile.
        """

    def claim(
        self,
        lead: Lead,
        touch: Touch,
        passed: Sequence[Touch] = (),
        guard: Guard | None = None,
        nudge: Nudge | None = None,
    ) -> Lead:
        """Like `save`, only if the touch doesn't exist yet and `guard` holds.

        Raises ChangedMeanwhile, TouchExists, Suppressed or OverCap; nothing is written then.
        """

    def release(self, lead: Lead, touch: Touch, guard: Guard | None = None) -> Lead:
        """Save the lead and take a claim back as if it had never been made. Raises ChangedMeanwhile."""

    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        """Write a new lead, unless its e-mail belongs to somebody or it is a replay. Raises ChangedMeanwhile."""

    def find_replay(self, keys: Sequence[str], now: datetime) -> str | None:
        """The lead that a post with one of these keys made in the last 24 hours."""

    def find_by_email(self, email: str) -> str | None:
        """The lead with that e-mail address."""

    def find_by_phone(self, phone: str) -> list[str]:
        """The leads with that phone number."""

    def find_by_token(self, token: str) -> str:
        """The lead whose e-mails carry links with that token. Raises NotFound."""

    def save_with_consents(self, lead: Lead, entries: Sequence[ConsentEntry], touches: Sequence[Touch] = ()) -> Lead:
        """Save the lead together with what was said: a stop suppresses its address, a start lifts the person's own.

        Raises ChangedMeanwhile, or Suppressed when a start meets a stop that isn't theirs to lift; nothing is written
        then.
        """

    def keep_consents(self, entries: Sequence[ConsentEntry]) -> None:
        """The same for addresses that belong to no lead. Raises ChangedMeanwhile or Suppressed."""

    def consents(self, channel: Channel, address: str) -> list[ConsentEntry]:
        """All that was said about an address, the oldest first."""

    def suppressed(self, addresses: Sequence[tuple[Channel, str]]) -> dict[Channel, StopReason]:
        """Which of the addresses, one for each channel, must not be used, and why."""

    def archive(self, lead: Lead, arrival: Arrival | None, past: Lead, touches: Sequence[Touch] = ()) -> Lead:
        """Save a lead that began another pursuit, with its touches, keeping the pursuit it had before; `arrival` if it
        has asked again. Raises ChangedMeanwhile.
        """

    def overdue(self, before: datetime) -> Sequence[str]:
        """Ids of open leads whose next touch was due before then, the longest overdue first."""

    def planned_between(self, start: datetime, end: datetime) -> Sequence[str]:
        """Ids of the open leads whose next touch is due in that time, in no particular order."""

    def load_touch(self, lead_id: str, pursuit: int, touch_id: str) -> Touch | None:
        """One recorded touch, read consistently; None if there is none."""

    def timeline(self, lead_id: str) -> Sequence[Touch]:
        """All recorded touches, by due time. For people to read, never to plan from."""

    def keep_version(self, version: CadenceVersion) -> None:
        """Keep a cadence version for the pursuits that begin with it."""

    def load_version(self, name: str, version: str) -> CadenceVersion:
        """A kept cadence version. Raises NotFound."""


LINK_KEPT = timedelta(days=30)
"""How long the link in a nudge works."""


class TeamBook(Protocol):
    """Who is away, whose turn it is, who was nudged about what, and who is to be told of what."""

    def state(self) -> TeamState:
        """How things stand now."""

    def set_away(self, rep: str, until: datetime | None) -> None:
        """The rep is away, until then or until they say that they are back."""

    def set_back(self, rep: str) -> None:
        """The rep is back."""

    def close(self, now: datetime, until: datetime) -> None:
        """The business is closed for everybody, from now until then. Raises ChangedMeanwhile."""

    def open_again(self, now: datetime) -> None:
        """The business is open again, from now on. Raises ChangedMeanwhile."""

    def pauses(self) -> Pauses:
        """What is paused."""

    def set_pauses(self, change: Callable[[Pauses], Pauses]) -> None:
        """Change what is paused. Raises ChangedMeanwhile."""

    def take_turn(self, round_key: str) -> int:
        """Raise the counter of that name by one; its new value, from 1."""

    def may_text(
        self, rep: str, now: datetime, quiet_until: datetime, about: CallDue | None = None
    ) -> frozenset[CallDue] | None:
        """The calls that wait, if the rep may get a text about calls due now; there is none after it before
        `quiet_until`. None while it is too early, unless the last yes was about the same call, which is tried again.
        """

    def put_down(self, rep: str, call: CallDue, quiet_until: datetime | None = None) -> None:
        """Let a call wait for the rep's next text about calls due, from `quiet_until` on if that is given."""

    def settle(self, rep: str, calls: frozenset[CallDue], quiet_until: datetime | None = None) -> None:
        """The rep was told of these calls, or need not be any more; no further text comes before `quiet_until`."""

    def nudges_of(self, rep: str) -> list[Nudge]:
        """The rep's nudges of the last 30 days, one for each lead, the newest first."""

    def leads_of(self, rep: str) -> list[str]:
        """Ids of the rep's open leads, by what is due next."""

    def nudge_behind(self, token: str) -> Nudge:
        """The nudge that a link belongs to. Raises NotFound."""

    def new_rep_link(self, rep: str, token: str) -> None:
        """Keep the token of a rep's own list of leads."""

    def rep_behind(self, token: str) -> str:
        """The rep whose list a link opens. Raises NotFound."""

    def is_new_text(self, message_id: str) -> bool:
        """Whether this text hasn't been handled before. Saying yes counts."""

    def forget_text(self, message_id: str) -> None:
        """Count a text as not handled after all."""

    def is_first(self, what: str, within: timedelta) -> bool:
        """Whether this hasn't happened for so long. Saying yes counts. Of `what` nothing but a digest is kept."""


PARTNER_LINK_KEPT = timedelta(days=365)
"""How long the link to a partner's page works: as long as a hand-off may take. What it shows of anybody ends sooner."""


class PartnerBook(Protocol):
    """How things stand with partners. Their lines and open leads are written with the leads, whoever writes those."""

    def states(self, partners: Sequence[str]) -> Mapping[str, PartnerState]:
        """How things stand with these partners, read consistently."""

    def line(self, partner: str, most: int | None = None) -> list[InLine]:
        """The leads that wait for a partner, the next one first; no more than `most`."""

    def give(self, lead: Lead, past: Lead, most: int) -> Lead:
        """Save a lead that the partner has from now on, with the link to its page, and the pursuit that is over.

        Raises PartnerTaken if it has `most` open leads already, or is paused, and ChangedMeanwhile; nothing is written
        then.
        """

    def handoff_behind(self, token: str) -> tuple[str, int]:
        """The lead, and the number of the hand-off, that a partner's link is about. Raises NotFound."""

    def pause(self, partner: str, why: WhyPaused, now: datetime) -> None:
        """The partner gets no leads until it is resumed. Raises ChangedMeanwhile."""

    def resume(self, partner: str) -> None:
        """The partner gets leads again. Raises ChangedMeanwhile."""

    def note_told(self, partner: str) -> None:
        """The manager knows that the partner is paused. Raises ChangedMeanwhile."""


class Traffic(Protocol):
    """How much came in and went out lately, and which leads are held back because too many came at once."""

    def may_send(self, channel: Channel, now: datetime, most: int) -> bool:
        """Whether fewer than `most` messages went out in this minute. Saying yes counts."""

    def is_flooded(self, source: str, post: str, now: datetime, per_source: int, in_all: int) -> bool:
        """Whether this hour has brought as many leads already, from that source or in all. Saying no counts, and the
        same post only once.
        """

    def held(self, most: int) -> list[HeldLead]:
        """The leads that are held back, the oldest first."""

    def count_held(self, since: datetime | None) -> int:
        """How many leads are held back, of those held since then."""

    def take_off_hold(self, held: HeldLead) -> None:
        """The lead isn't held back any more. Doing it twice is doing it once."""

    def flood(self) -> Flood:
        """What the manager was told of, and has decided, last."""

    def note_told(self, now: datetime) -> None:
        """The manager has been told."""

    def note_release(self, now: datetime) -> None:
        """The manager lets everybody go who is held by now."""


@dataclass(frozen=True)
class RenderedEmail:
    """A message ready to send: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class LeadLinks:
    """The addresses of the lead's own pages, which every e-mail to them carries."""

    unsubscribe: str
    later: str
    """For everything short of a stop: another time, or no thanks."""

    @classmethod
    def of(cls, public_url: str, token: str) -> "LeadLinks":
        """The pages of the lead with that token."""
        return cls(f"{public_url}/unsubscribe/{token}", f"{public_url}/later/{token}")


@dataclass(frozen=True)
class OutgoingEmail:
    """One e-mail to one address. `tags` carry ids only (ASCII letters, digits, `_`, `-`)."""

    to: str
    content: RenderedEmail
    unsubscribe_url: str | None = None
    reply_to: str | None = None
    """Where an answer goes; None for the business's own address."""
    tags: dict[str, str] = field(default_factory=dict)


class Mailer(Protocol):
    """Sends e-mail, one attempt."""

    def send(self, email: OutgoingEmail) -> str:
        """The service's message id. Raises SendingThrottled, SendingRefused or SendingUnknown."""


class Texter(Protocol):
    """Sends text messages, one attempt."""

    def send(self, phone: str, body: str) -> str:
        """The service's message id. Raises SendingThrottled, SendingRefused or SendingUnknown."""


@dataclass(frozen=True)
class CallScript:
    """What a rep reads while calling. `voicemail` is None where nothing is left."""

    talk_track: str
    voicemail: str | None


class Messages(Protocol):
    """The messages of one cadence version, rendered with the facts of one lead."""

    def email(self, name: str, facts: "MessageFacts", links: LeadLinks) -> RenderedEmail:
        """An e-mail to the lead."""

    def text(self, name: str, facts: "MessageFacts") -> str:
        """A text to the lead."""

    def task(self, name: str, facts: "MessageFacts") -> str:
        """What a rep is asked."""

    def call_script(self, name: str, facts: "MessageFacts", *, leave_voicemail: bool) -> CallScript:
        """What the rep says."""


class Machine(Protocol):
    """The state machine."""

    def start(self, pursuit_id: str, run: int) -> None:
        """Start a run; starting the same run again is fine."""

    def answer(self, token: str) -> bool:
        """Wake an execution that waits for a report; False if it no longer waits."""


class Cadences(Protocol):
    """Cadences with their messages."""

    def current(self, name: str) -> CadenceVersion:
        """The deployed version. Raises NotFound."""

    def kept(self, name: str, version: str) -> CadenceVersion:
        """The version that a pursuit began with. Raises NotFound."""

    def events(self) -> frozenset[str]:
        """The names of the events from which steps of deployed cadences count."""


@dataclass(frozen=True)
class Services:
    """What every use case works with."""

    store: Store
    team: TeamBook
    traffic: Traffic
    partners: PartnerBook
    machine: Machine
    cadences: Cadences
    settings: Settings
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    new_token: Callable[[], str]


@dataclass(frozen=True)
class SendingServices(Services):
    """What the use cases that send work with besides. Apart, because rendering and sending are dear to import."""

    mailer: Mailer
    texter: Texter
    messages_of: Callable[[CadenceVersion], Messages]
    lay_out_nudge: "Callable[[NudgeEmail, str], RenderedEmail]"
    measure: Callable[[str, float], None]
    public_url: str
    reply_domain: str = ""
    """Where answers to e-mails are received; empty if nowhere."""
