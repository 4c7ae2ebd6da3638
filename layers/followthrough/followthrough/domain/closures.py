"""When the manager has closed the business for everybody: "closed until Mon", and "open".

Closures stay on record when they are over. Plans are made from recorded facts: a closed Friday must still have been
closed on Tuesday, or the days of a cadence would be counted anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from followthrough.domain.instants import Instant
from followthrough.domain.model import Model

KEPT = timedelta(days=400)
"""How long a closure that is over is kept."""


class Closure(Model):
    """Nobody is contacted from `since`, when the manager said so, up to and without `until`."""

    since: Instant
    until: Instant
    announced: Instant
    """The latest end that it was meant to have. Later than `until` if the manager has opened early: until then there
    are leads whose machine still sleeps.
    """

    def covers(self, moment: datetime) -> bool:
        """Whether it is closed at this instant."""
        return self.since <= moment < self.until


Closures = tuple[Closure, ...]
"""In order, without overlaps."""

AS_JSON: TypeAdapter[Closures] = TypeAdapter(Closures)
"""Closures as they are stored."""


def closed(closures: Closures, now: datetime, until: datetime) -> Closures:
    """With the business closed from now on. If it is closed already, that closure lasts until then instead."""
    before, present = _parted(closures, now)
    if present is None:
        return (*before, Closure(since=now, until=until, announced=until))
    return (*before, present.model_copy(update={"until": until, "announced": max(present.announced, until)}))


def opened(closures: Closures, now: datetime) -> Closures:
    """With the business open from now on; no different if it is open already."""
    before, present = _parted(closures, now)
    if present is None:
        return before
    return (*before, present.model_copy(update={"until": now}))


def reopening(closures: Iterable[Closure], moment: datetime) -> datetime:
    """The first instant from `moment` on that is in no closure."""
    for closure in closures:
        if closure.covers(moment):
            moment = closure.until
    return moment


def _parted(closures: Closures, now: datetime) -> tuple[Closures, Closure | None]:
    """Those that are over, if they need still be kept, and the one under way."""
    over = tuple(closure for closure in closures if now - KEPT <= closure.until <= now)
    return over, next((closure for closure in closures if closure.covers(now)), None)
