"""An admin pauses a lead, a cadence, or everything: nothing goes out, to anybody, until it is resumed."""

from datetime import datetime, timedelta

from pydantic import Field

from followthrough.domain.instants import Instant
from followthrough.domain.model import Model

LOOK_AGAIN_AFTER = timedelta(days=7)
"""A lead that is paused without an end is looked at again after this time, so that it always has a next date."""


class Pause(Model):
    """From `since` up to and without `until`; without it, until somebody resumes."""

    since: Instant
    until: Instant | None = None
    because: str = Field("", max_length=200)

    def covers(self, moment: datetime) -> bool:
        """Whether it is paused at this instant."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def looked_at(self, now: datetime) -> datetime:
        """When somebody who is paused is looked at next."""
        return self.until or now + LOOK_AGAIN_AFTER


class Paused(Model):
    """A time that is over, in which a lead was paused."""

    since: Instant
    until: Instant


class Pauses(Model):
    """What is paused apart from single leads. `cadences` are by their names."""

    everything: Pause | None = None
    cadences: dict[str, Pause] = Field(default_factory=dict)

    def of(self, cadence: str, own: Pause | None, now: datetime) -> Pause | None:
        """The pause that a lead with that cadence, and perhaps with a pause of its `own`, is under now: of several, the
        one that lasts longest.
        """
        known = (own, self.everything, self.cadences.get(cadence))
        present = [pause for pause in known if pause and pause.covers(now)]
        return max(present, key=lambda pause: (pause.until is None, pause.until or now), default=None)

    def begun(self, cadence: str | None, pause: Pause) -> "Pauses":
        """With a cadence paused, or everything."""
        if cadence is None:
            return self.model_copy(update={"everything": pause})
        return self.model_copy(update={"cadences": {**self.cadences, cadence: pause}})

    def over(self, cadence: str | None) -> "Pauses":
        """Without that pause."""
        if cadence is None:
            return self.model_copy(update={"everything": None})
        return self.model_copy(update={"cadences": {k: v for k, v in self.cadences.items() if k != cadence}})


NO_PAUSES = Pauses()
