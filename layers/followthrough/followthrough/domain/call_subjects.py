"""What a rep's page is about: a call or a task, and how far it had got when the page was made."""

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch
from followthrough.domain.reporting import next_contact, reported_before

_WRITTEN = re.compile(r"(\d{1,6})\.([a-z0-9-]+\.\d{1,6})(?:\.([a-z_]+))?", re.ASCII)
_REPORTED = (None, *get_args(Outcome))


@dataclass(frozen=True)
class Subject:
    """A call or a task of a lead, or a conversation outside any planned call.

    A page's forms carry it, so that a press says what it answers: pressed once more, or on a page that others have
    overtaken, it is known for what it is.
    """

    pursuit: int
    touch_id: str
    reported: Outcome | None = None
    """What was reported of it so far."""

    def __str__(self) -> str:
        return ".".join(filter(None, (str(self.pursuit), self.touch_id, self.reported)))

    @classmethod
    def parse(cls, text: str) -> "Subject | None":
        """What `str` wrote; None for anything else."""
        match = _WRITTEN.fullmatch(text)
        if match is None or match[3] not in _REPORTED:
            return None
        return cls(int(match[1]), match[2], cast("Outcome | None", match[3]))

    @property
    def in_view_of(self) -> Outcome | Literal["nothing"]:
        """For a report: what the rep knew."""
        return self.reported or "nothing"


def subject_now(lead: Lead, rep: str, planner: Planner) -> Subject:
    """What this rep's next report is about: the call that they are asked for, else a conversation outside any."""
    if lead.ask and rep in lead.ask.asked:
        return as_it_stands(lead, lead.ask.touch_id, planner) or conversation(lead)
    return conversation(lead)


def as_it_stands(lead: Lead, touch_id: str, planner: Planner) -> Subject | None:
    """A call or task of the present pursuit that can be reported, or reported anew; None for one that can't."""
    if touch_id == next_contact(lead):
        return conversation(lead)
    try:
        reported = reported_before(lead, asked_touch(lead, touch_id, planner))
    except NotFound:
        return None
    return Subject(lead.pursuit.number, touch_id, reported)


def conversation(lead: Lead) -> Subject:
    """The next one outside of any planned call."""
    return Subject(lead.pursuit.number, next_contact(lead))
