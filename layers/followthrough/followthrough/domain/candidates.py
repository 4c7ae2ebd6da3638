"""The touches that could be next, and what waits for what."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from followthrough.domain.cadence import (
    ASKED_OF_REPS,
    CALL_BACK,
    Action,
    Step,
)
from followthrough.domain.leads import (
    Lead,
    Slot,
)
from followthrough.domain.plans import MISSED, PAUSED, TOO_LATE
from followthrough.domain.soonest import Bound


class Candidate(NamedTuple):
    """A step's next touch: when it was to be, when it can be, and why not, if it can't."""

    step: Step
    channel: Action
    place: int
    slot: Slot
    scheduled: datetime
    due_at: datetime
    skip: str | None = None
    applies: bool = True
    allowed_from: datetime | None = None  # what the law or the cadence's limits hold back isn't late before then

    @property
    def order(self) -> tuple[datetime, bool, int]:
        """Of two, the one with the lower comes first."""
        return self.due_at, not self.applies, self.place


@dataclass(frozen=True)
class WorkedOut:
    """What was found for a lead: by places in the cadence, the steps with touches to come, in the order of the moments
    before which those can't be, and as far as they were looked at, their next touches.
    """

    lead: Lead
    order: list[Bound]
    candidates: dict[int, "Candidate | None"] = field(default_factory=dict)


def said_of_pause(reason: str | None, chosen: Candidate, lead: Lead) -> str | None:
    """Why it is passed over, where that came of a pause."""
    in_pause = any(pause.since <= chosen.due_at < pause.until for pause in lead.pauses)
    return PAUSED if in_pause and reason in (TOO_LATE, MISSED) else reason


def tell_the_same(lead: Lead, other: Lead) -> bool:
    """Whether the same is recorded of a lead but for when its next touch is, which tells planning nothing."""
    same = {"next_touch_at": None}
    return lead.pursuit is other.pursuit and {**vars(lead), **same} == {**vars(other), **same}


def without_waiting(candidates: list[Candidate], now: datetime) -> list[Candidate]:
    """What waits for a call-back is passed over only when its time has come: until then they can ask for another
    time, and none of it is lost.
    """
    call_back = next((candidate for candidate in candidates if candidate.step.name == CALL_BACK), None)
    if call_back is None:
        return candidates
    return [candidate for candidate in candidates if candidate.due_at <= now or not waits_for(call_back, candidate)]


def waits_for(call_back: Candidate, candidate: Candidate) -> bool:
    """Whether it comes before the call-back, and would reach the lead."""
    reaches_lead = not candidate.step.any_hour and candidate.channel != "task"
    return candidate.order < call_back.order and reaches_lead


def is_held(chosen: Candidate, lead: Lead, now: datetime) -> bool:
    """Whether it is passed over because they wrote to us. While they may want us to stop, which no time decides, that
    is when it comes due and not before: an endless step would be passed over for ever.
    """
    if lead.hold is None or not _goes_by_itself(chosen):
        return False
    return chosen.due_at <= now if lead.hold.is_undecided else chosen.due_at < lead.hold.until


def _goes_by_itself(candidate: Candidate) -> bool:
    """Whether nobody of the team is asked first. What confirms an arrival answers the newest thing they said."""
    return candidate.channel not in ASKED_OF_REPS and not candidate.step.any_hour
