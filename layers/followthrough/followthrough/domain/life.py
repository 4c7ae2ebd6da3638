"""A lead's life as a state chart: the stages, and what leads from one to another.

The chart decides nothing: which cadence begins when is `CadencesByEvent`. It says what can happen at all, and a test
holds everything that the use cases do against it.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.leads import Lead, Status

OpenStage = Literal["new", "pursued", "in_conversation", "booked", "gone_quiet", "kept_in_touch"]
Stage = Literal[OpenStage, Status]
Group = Literal["followed_up", "ended"]

FOLLOWED_UP: tuple[Stage, ...] = get_args(OpenStage)
ENDED: tuple[Stage, ...] = tuple(status for status in get_args(Status) if status != "open")
"""`booked` is in both: a lead whose appointment has no time yet is closed until somebody tells it."""


@dataclass(frozen=True)
class Change:
    """One way from a stage, or a group of them, to another. `begins` is what starts the new pursuit, if one begins."""

    before: Stage | Group
    after: Stage | Group
    because: str
    begins: StartedBy | None = None

    def allows(self, before: Lead, after: Lead) -> bool:
        """Whether it explains how a lead came from one record to the next."""
        is_another = before.pursuit.number != after.pursuit.number
        same_cause = self.begins == (after.pursuit.started_by if is_another else None)
        return same_cause and _is_in(before, self.before) and _is_in(after, self.after)


CHART: tuple[Change, ...] = (
    Change("new", "pursued", "the first touch"),
    Change("followed_up", "in_conversation", "we speak with them"),
    Change("in_conversation", "followed_up", "that report is taken back"),
    Change("followed_up", "booked", "a time is agreed", "appointment"),
    Change("ended", "booked", "a time is agreed", "appointment"),
    Change("followed_up", "gone_quiet", "they did not come", "no_show"),
    Change("ended", "gone_quiet", "they did not come", "no_show"),
    Change("followed_up", "gone_quiet", "nothing is heard after a conversation", "silence"),
    Change("followed_up", "kept_in_touch", "a cadence comes to its end", "exhausted"),
    Change("followed_up", "pursued", "another system reports an event", "event"),
    Change("ended", "pursued", "another system reports an event", "event"),
    Change("followed_up", "new", "they ask again", "asked_again"),
    Change("ended", "new", "they ask again", "asked_again"),
    Change("followed_up", "ended", "a yes, a no, a stop, or nothing left to do"),
    Change("ended", "followed_up", "it is taken back"),
    Change("ended", "ended", "something else is reported"),
)


def stage_of(lead: Lead) -> Stage:
    """Where a lead stands, from what is recorded."""
    if not lead.is_open:
        return lead.status
    began = lead.pursuit.started_by
    if began == "appointment":
        return "booked"
    if lead.spoken_at and lead.spoken_at > lead.pursuit.began_at:
        return "in_conversation"
    if began in ("no_show", "silence"):
        return "gone_quiet"
    if began == "exhausted":
        return "kept_in_touch"
    return "pursued" if began == "event" or lead.pursuit.has_touched else "new"


def explained(before: Lead, after: Lead) -> Change | None:
    """The change of the chart by which a lead came from one record to the next; None if there is none."""
    return next((change for change in CHART if change.allows(before, after)), None)


def _is_in(lead: Lead, place: Stage | Group) -> bool:
    if place == "followed_up":
        return lead.is_open
    if place == "ended":
        return not lead.is_open
    return stage_of(lead) == place
