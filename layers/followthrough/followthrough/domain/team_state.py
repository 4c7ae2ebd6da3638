"""What is known about the team at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from followthrough.domain.closures import Closures
from followthrough.domain.leads import Ask, Lead, split_pursuit_id
from followthrough.domain.pauses import NO_PAUSES, Pauses


@dataclass(frozen=True)
class CallDue:
    """A call that a rep was asked for, and of which a text is to tell them."""

    pursuit_id: str
    touch_id: str
    turn: int
    """How many people have been asked for it, the rep included."""
    reminder: bool
    """Whether they were asked before, and their time to report is over."""

    @classmethod
    def of(cls, lead: Lead, ask: Ask) -> "CallDue":
        """What the lead's present ask is about."""
        return cls(lead.pursuit_id, ask.touch_id, len(ask.asked), ask.deadline is None)

    @property
    def lead_id(self) -> str:
        """Whose call it is."""
        return split_pursuit_id(self.pursuit_id)[0]

    def is_still_asked(self, rep: str, lead: Lead) -> bool:
        """Whether the rep is still asked for it: not reported, passed on, overtaken or closed meanwhile."""
        ask = lead.ask
        if ask is None or lead.pursuit_id != self.pursuit_id or ask.holder != rep:
            return False
        return (ask.touch_id, len(ask.asked)) == (self.touch_id, self.turn)


@dataclass(frozen=True)
class CallsWaiting:
    """The calls that wait for a rep's next text about calls due, and until when there is none."""

    calls: frozenset[CallDue] = frozenset()
    quiet_until: datetime | None = None

    def are_due(self, now: datetime) -> bool:
        """Whether there is something to tell, and it is time to."""
        return bool(self.calls) and (self.quiet_until is None or self.quiet_until <= now)


@dataclass(frozen=True)
class TeamState:
    """Who is away and until when (None: until they say so), for how many calls everybody is asked, which calls wait for
    whose next text, when the manager has closed, and what an admin has paused.
    """

    away: Mapping[str, datetime | None] = field(default_factory=dict)
    open_asks: Mapping[str, int] = field(default_factory=dict)
    closures: Closures = ()
    waiting: Mapping[str, CallsWaiting] = field(default_factory=dict)
    pauses: Pauses = NO_PAUSES
