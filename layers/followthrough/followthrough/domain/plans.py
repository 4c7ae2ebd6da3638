"""What planning answers: the next touch, an end, or another cadence; and why a touch is passed over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from followthrough.domain.cadence import (
    NextCadence,
)
from followthrough.domain.leads import (
    Lead,
    PlannedTouch,
    Status,
    Touch,
)

OVERTAKEN = "overtaken: the next call was due before this one could be made"
TOO_LATE = "too late"
MISSED = "missed: only one touch is caught up on"
PAUSED = "it was paused then"
PAST = "its time had passed when the cadence was changed"
HELD = "they wrote to us: nothing goes by itself until somebody has answered"
WAITING_FOR_CALL_BACK = "they asked to be called back first"


@dataclass(frozen=True)
class Finish:
    """Nothing comes after this: the pursuit ends, and the lead with it."""

    because: Status


@dataclass(frozen=True)
class GoOn:
    """Another cadence begins: `to`, else the one that the business has for that event."""

    event: Literal["silence", "exhausted"]
    at: datetime
    to: NextCadence | None = None


@dataclass(frozen=True)
class Plan:
    """What comes next, the lead with everything that was passed over recorded, and those entries."""

    lead: Lead
    passed: tuple[Touch, ...]
    next: PlannedTouch | Finish | GoOn


def waits_for_news(lead: Lead) -> bool:
    """Whether a conversation had no date for what comes next, so that it will count as gone silent."""
    return lead.pursuit.callback_at is not None and lead.pursuit.callback_why == "gone_silent"
