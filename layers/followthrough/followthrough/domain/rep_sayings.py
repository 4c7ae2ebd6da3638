"""What a rep, or the manager, can say in a text message. `read_rep_text` finds out which of these a text says."""

from dataclasses import dataclass
from typing import Literal

from followthrough.domain.rep_words import Command, RepOutcome
from followthrough.domain.spoken_times import SpokenTime


@dataclass(frozen=True)
class OutcomeReport:
    """What came of a call, or that the rep can't make it."""

    outcome: RepOutcome
    when: SpokenTime | None = None
    """Of `booked` and `call_back`, if it was said: on the lead's clock. For an appointment look at `exact`."""
    code: str | None = None
    """The short code of the nudge that is answered: "K7"."""
    last_four: str | None = None
    """The last digits of the lead's number: "4821"."""
    note: str | None = None
    """One line of at most 500 characters."""


@dataclass(frozen=True)
class TimeOnly:
    """A time and nothing else: the answer to "when?", if that was asked."""

    when: SpokenTime
    code: str | None = None
    last_four: str | None = None


@dataclass(frozen=True)
class Away:
    """The rep is not to be asked, until a time on the rep's own clock, or until they say `back`."""

    until: SpokenTime | None = None
    """A day without a time means its beginning: `moment(now, zone, MIDNIGHT)`."""


@dataclass(frozen=True)
class Back:
    """The rep can be asked again."""


@dataclass(frozen=True)
class ClosedUntil:
    """The manager closes the business, until a time on its own clock; a day means its beginning."""

    until: SpokenTime


@dataclass(frozen=True)
class Open:
    """The manager opens the business again."""


@dataclass(frozen=True)
class Release:
    """The manager lets go the leads that are held back because too many came at once."""


@dataclass(frozen=True)
class ListLeads:
    """Asks for the rep's open leads."""


@dataclass(frozen=True)
class Help:
    """Asks what can be said."""


@dataclass(frozen=True)
class LeaveUnanswered:
    """Nothing that a person waits for an answer to; an answer could begin a loop, or break the law.

    - `stop`, `start`: for the carrier and AWS, which put the number on their list of opt-outs or take it off. After
      `stop` no text reaches this rep: nudge by e-mail.
    - `automatic`: a phone answered by itself ("I'm driving …").
    - `reaction`: a thumb or a heart under one of our texts ("Liked "Call Maya …"").
    """

    because: Literal["stop", "start", "automatic", "reaction"]


@dataclass(frozen=True)
class Unclear:
    """What can't be acted on.

    - `unknown`: no word that means anything here.
    - `not_sure`: it could be each of `could_be`, or it is that one and something more without a comma between.
    - `when`: a time that is missing, that there isn't, or that could be two; for `could_be`, if that is known.
    - `which_outcome`: a lead was named, by `code` or `last_four`, but not what happened.
    - `several`: reports of several leads, which have to come one by one.
    - `courtesy`: "ok", "thanks". Worth an answer only while the rep's report is waited for. A "yes" among them could
      be each of `could_be`, if a task asks for that.
    """

    why: Literal["unknown", "not_sure", "when", "which_outcome", "several", "courtesy"]
    could_be: tuple[RepOutcome | Command, ...] = ()
    code: str | None = None
    last_four: str | None = None


RepText = (
    OutcomeReport | TimeOnly | Away | Back | ClosedUntil | Open | Release | ListLeads | Help | LeaveUnanswered | Unclear
)
