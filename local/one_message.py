"""One message of a cadence, rendered for one lead as the functions would: for `followthrough message`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from followthrough.adapters.files import read_cadence_version
from followthrough.adapters.message_checks import MOST_VOICEMAIL_WORDS
from followthrough.adapters.messages import KINDS, messages_of
from followthrough.domain.business import Rep, Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.leads import Lead
from followthrough.domain.message_facts import MessageFacts, message_facts
from followthrough.domain.needs import on_record
from followthrough.domain.planning import Planner
from followthrough.use_cases.ports import LeadLinks, RenderedEmail
from local.project import CADENCES

NOWHERE = LeadLinks("https://links.invalid/unsubscribe", "https://links.invalid/later")
"""In place of a lead's own pages: the lead isn't stored, so it has none. No such domain can ever exist."""

_SECONDS_OF_A_VOICEMAIL = 25
_MOST_SUGGESTED = 3


class NoSuchMessage(Exception):
    """There is no message of that name, or several cadences have one; `str()` says what can be asked for."""


@dataclass(frozen=True)
class Happened:
    """What a message can refer to, beside what the lead told us."""

    rep: Rep | None = None
    """Whose lead it is."""
    unanswered: int = 0
    """Calls reported as not answered."""
    voicemails: int = 0
    """Of these, those with a message left."""
    spoken_at: datetime | None = None
    """When somebody last reached them; with a `next_step`, by default, when they asked."""
    note: str | None = None
    next_step: str | None = None
    appointment_at: datetime | None = None
    call_at: datetime | None = None
    """When we will call next."""

    def recorded_on(self, lead: Lead) -> Lead:
        """The lead with all of it on record."""
        calls = {"unanswered_calls": max(self.unanswered, self.voicemails), "voicemails": self.voicemails}
        return lead.model_copy(
            update={
                "rep": self.rep.id if self.rep else None,
                "spoken_at": self.spoken_at or (lead.arrived_at if self.next_step else None),
                "note": self.note,
                "next_step": self.next_step,
                "appointment_at": self.appointment_at or lead.appointment_at,
                "pursuit": lead.pursuit.model_copy(update=calls),
            }
        )


@dataclass(frozen=True)
class Rendering:
    """One kind of the message. `words` are what is written in the file, filled in; an e-mail's without its subject."""

    kind: str
    words: str
    email: RenderedEmail | None = None
    """The e-mail as it goes out, with its footer."""

    @property
    def segments(self) -> int | None:
        """What it is sent and paid for as, of what is texted."""
        return segments(self.words) if self.kind in ("text", "task") else None

    @property
    def encoding(self) -> str | None:
        """The alphabet of what is texted: GSM-7, or the dear one."""
        if self.segments is None:
            return None
        return "GSM-7" if is_gsm7(self.words) else "UCS-2"

    @property
    def seconds(self) -> int | None:
        """How long a voicemail takes to say."""
        if self.kind != "voicemail":
            return None
        return math.ceil(len(self.words.split()) * _SECONDS_OF_A_VOICEMAIL / MOST_VOICEMAIL_WORDS)


def cadences_with(name: str) -> list[CadenceVersion]:
    """The shipped cadences that have a message of that name. Raises Unreadable."""
    folders = sorted({file.parent.parent for file in CADENCES.glob("*/messages/*.txt") if _name_of(file) == name})
    return [read_cadence_version(folder) for folder in folders]


def the_one_with(name: str) -> CadenceVersion:
    """The only cadence with a message of that name. Raises NoSuchMessage and Unreadable."""
    found = cadences_with(name)
    if not found:
        everything = {_name_of(file) for file in CADENCES.glob("*/messages/*.txt")}
        raise NoSuchMessage(f"no cadence has a message '{name}'{_instead(name, everything)}")
    if len(found) > 1:
        names = ", ".join(version.cadence.name for version in found)
        raise NoSuchMessage(f"several cadences have a message '{name}': choose one with --cadence, of {names}")
    return found[0]


def kinds_of(name: str, version: CadenceVersion, only: str | None = None) -> list[str]:
    """The kinds in which a cadence has a message. Raises NoSuchMessage."""
    kinds = [kind for kind in KINDS if f"{name}.{kind}" in version.messages]
    called = version.cadence.name
    if not kinds:
        everything = {file.rpartition(".")[0] for file in version.messages}
        raise NoSuchMessage(f"{called} has no message '{name}'{_instead(name, everything)}")
    if only and only not in kinds:
        raise NoSuchMessage(f"{called} has no {name}.{only}.txt: there is {_listed(kinds)}")
    return [only] if only else kinds


def render(
    name: str, kinds: Sequence[str], version: CadenceVersion, lead: Lead, settings: Settings, happened: Happened
) -> list[Rendering]:
    """The message for a lead, in each of these kinds. Raises Unreadable for a message that is broken, and for one that
    this lead would never get.
    """
    lead = happened.recorded_on(lead)
    _refuse_what_it_never_gets(name, version, lead)
    zone = Planner.for_lead(lead, version, settings).hours.zone
    facts = message_facts(lead, settings, happened.rep, happened.call_at, zone)
    asked = message_facts(lead, settings, None, None, zone)  # a task can be asked of anybody
    return [_rendering(name, kind, version, asked if kind == "task" else facts) for kind in kinds]


def _rendering(name: str, kind: str, version: CadenceVersion, facts: MessageFacts) -> Rendering:
    messages = messages_of(version)
    words = messages.words(name, kind, facts)
    if kind != "email":
        return Rendering(kind, words)
    return Rendering(kind, words.partition("\n\n")[2], messages.email(name, facts, NOWHERE))


def _refuse_what_it_never_gets(name: str, version: CadenceVersion, lead: Lead) -> None:
    """Where a message needs what isn't on record, the planner takes the step's other one."""
    missing = sorted(need for need in version.needs_of(name) if not on_record(need, lead))
    instead = {step.or_ for step in version.cadence.steps if step.or_ and name in step.messages}
    if missing and instead:
        others = _listed(sorted(filter(None, instead)))
        raise Unreadable(f"'{name}' needs {_listed(missing)}, which is not on record: this lead gets {others} instead")


def _name_of(file: Path) -> str:
    return file.name.removesuffix(".txt").rpartition(".")[0]


def _instead(name: str, known: set[str]) -> str:
    near = get_close_matches(name, sorted(known), _MOST_SUGGESTED)
    return f": did you mean {_listed(near, 'or')}?" if near else f": there is {_listed(sorted(known))}"


def _listed(words: Sequence[str], joint: str = "and") -> str:
    *first, last = words
    return f"{', '.join(first)} {joint} {last}" if first else last
