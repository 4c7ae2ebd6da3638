"""What the state machine and its functions say to each other.

Running executions keep their definition for up to a year, so this is small and only ever added to.
"""

from typing import Literal

from pydantic import Field

from followthrough.domain.cadence import Action
from followthrough.domain.instants import Instant
from followthrough.domain.leads import LONGEST_NEXT_STEP, Outcome
from followthrough.domain.model import Model


class NextTouch(Model):
    """The answer of PlanNextTouch; always these seven fields. To renew is to have the run started that is named: the
    next one of this pursuit, or the first one of the pursuit that takes its place. To plan is to ask again then.
    """

    do: Literal["touch", "plan", "renew", "finish"]
    channel: Action | Literal["none"] = "none"
    due_at: Instant
    touch_id: str = "none"
    response_seconds: int = 0
    pursuit_id: str = "none"
    run: int = 0


class TouchRequest(Model):
    """What SendEmail, SendText, AskRepToCall and EscalateSilentRep are given."""

    pursuit_id: str
    run: int
    touch_id: str
    task_token: str | None = None


class RunRequest(Model):
    """What PlanNextTouch is given, and the input of an execution."""

    pursuit_id: str
    run: int


class ReportRequest(Model):
    """What report_outcome is given."""

    lead_id: str
    outcome: Outcome
    touch_id: str | None = None
    callback_at: Instant | None = None
    appointment_at: Instant | None = None
    by: str | None = Field(None, description="The id of the rep.")
    note: str | None = Field(None, max_length=2000)
    next_step: str | None = Field(
        None, max_length=LONGEST_NEXT_STEP, description="What was agreed or left open; messages may say it to the lead."
    )
