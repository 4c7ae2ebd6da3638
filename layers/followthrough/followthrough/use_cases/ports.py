"""What the use cases need from the outside world. Adapters and the tests' fakes both fulfil these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from followthrough.domain.business import Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead, Touch

if TYPE_CHECKING:  # these bring the phone numbers' library along, which most functions can do without
    from followthrough.domain.message_facts import MessageFacts
    from followthrough.domain.nudges import NudgeEmail


@dataclass(frozen=True)
class Guard:
    """What a claim of a lead-facing touch must find true: the address not suppressed, and under its cap."""

    channel: str
    address: str
    local_date: str
    cap: int


@dataclass(frozen=True)
class Arrival:
    """What intake puts beside a new lead: the keys by which a replay and the same person are known."""

    replay_keys: tuple[str, ...]
    expires_at: int


class Store(Protocol):
    """Leads and everything beside them, in one table."""

    def load(self, lead_id: str) -> Lead:
        """Read consistently. Raises NotFound."""

    def save(self, lead: Lead, touches: Sequence[Touch] = ()) -> Lead:
        """Write the lead, if nobody has since it was read, and its touches; returns it with its new version.

        Raises ChangedMeanwhile.
        """

    def claim(self, lead: Lead, touch: Touch, passed: Sequence[Touch] = (), guard: Guard | None = None) -> Lead:
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

    def find_by_unsubscribe_token(self, token: str) -> str:
        """The lead whose e-mails carry that token. Raises NotFound."""

    def suppress(self, lead: Lead, channel: str, address: str, because: str, at: datetime) -> Lead:
        """Save the lead together with the suppression of an address. Raises ChangedMeanwhile."""

    def archive(self, lead: Lead, arrival: Arrival, past: Lead) -> Lead:
        """Save a lead that asked again, keeping the pursuit it had before. Raises ChangedMeanwhile."""

    def next_in_round(self) -> int:
        """A number that grows by one with every call: whose turn it is."""

    def overdue(self, before: datetime) -> Sequence[str]:
        """Ids of open leads whose next touch was due before then, the longest overdue first."""

    def timeline(self, lead_id: str) -> Sequence[Touch]:
        """All recorded touches, by due time. For people to read, never to plan from."""

    def keep_version(self, version: CadenceVersion) -> None:
        """Keep a cadence version for the pursuits that begin with it."""

    def load_version(self, name: str, version: str) -> CadenceVersion:
        """A kept cadence version. Raises NotFound."""


@dataclass(frozen=True)
class RenderedEmail:
    """A message ready to send: the same words as plain text and as HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class OutgoingEmail:
    """One e-mail to one address. `tags` carry ids only (ASCII letters, digits, `_`, `-`)."""

    to: str
    content: RenderedEmail
    unsubscribe_url: str | None = None
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

    def email(self, name: str, facts: "MessageFacts", unsubscribe_url: str) -> RenderedEmail:
        """An e-mail to the lead."""

    def text(self, name: str, facts: "MessageFacts") -> str:
        """A text to the lead."""

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


@dataclass(frozen=True)
class Services:
    """What every use case works with."""

    store: Store
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
    public_url: str
