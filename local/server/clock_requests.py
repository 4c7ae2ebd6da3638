"""What `POST /local/clock` asks for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from followthrough.adapters.files import explained
from followthrough.domain.instants import format_instant
from followthrough.domain.model import Model
from local.posted_lead import read_moment
from local.scripts import read_iso_duration
from local.server.world import Rejected, World

FARTHEST = timedelta(days=366)
_EXAMPLES = 'send {"advance": "PT5M"}, {"to": "2026-11-24T08:00:00-05:00"} or {"to_next": true}'


class ClockRequest(Model):
    """One of these: by how long, until when, or to whatever comes next."""

    advance: str | None = None
    to: str | None = None
    to_next: bool = False


def read_target(fields: Mapping[str, Any], world: World) -> datetime:
    """The moment that a request asks for; the present one when nothing comes next. Raises Rejected."""
    try:
        asked = ClockRequest.model_validate(dict(fields))
    except ValidationError as error:
        place, what = explained(error)[0]
        raise Rejected(f"{place}: {what}; {_EXAMPLES}") from None
    if [asked.advance is None, asked.to is None, not asked.to_next].count(False) != 1:
        raise Rejected(f"one thing at a time: {_EXAMPLES}")
    now = world.clock.now
    target = _next(world) if asked.to_next else _moment(asked, now, world)
    if not now <= target <= now + FARTHEST:
        raise Rejected(f"time goes forward only, and at most {FARTHEST.days} days at once; it is {format_instant(now)}")
    return target


def _moment(asked: ClockRequest, now: datetime, world: World) -> datetime:
    try:
        if asked.advance is not None:
            return now + read_iso_duration(asked.advance)
        return read_moment(asked.to or "", world.settings.business)
    except (ValueError, OverflowError):
        field = "to" if asked.advance is None else "advance"
        raise Rejected(f"{field}: can't be read; {_EXAMPLES}") from None


def _next(world: World) -> datetime:
    """The next touch of any lead, or the moment when silence on a call counts; else whatever waits."""
    now = world.clock.now
    touches = [lead.next_touch_at for lead in world.leads() if lead.next_touch_at and lead.next_touch_at > now]
    return min(touches, default=world.stack.next_due() or now)
