"""What SES's reports about our e-mails mean for touches and for addresses. They come repeatedly, and in any order: what
is known in the end doesn't depend on it.
"""

from datetime import datetime, timedelta

from pydantic import Field

from followthrough.domain.email_events import EmailEvent
from followthrough.domain.instants import Instant
from followthrough.domain.leads import Lead, PlannedTouch, Slot, Touch, TouchStatus
from followthrough.domain.model import Model
from followthrough.domain.pursuing import end_touch
from followthrough.domain.stops import StopReason

LOOKED_BACK = timedelta(days=30)
"""Mail that came back for now counts together with what came back within this time."""

CAME_BACK = "the mail came back"
NOT_SENT = "the service took the mail and did not send it"
CAME_BACK_FOR_NOW = "came back for now"
DELAYED = "delayed"
REPORTED_AS_SPAM = "reported as spam"

_KNOWS_MORE: dict[TouchStatus, int] = {"claimed": 0, "unknown": 1, "sent": 2, "failed": 3}
"""A later one of these is never replaced by an earlier one."""


class MailRecord(Model):
    """How mail to one address has fared lately."""

    returned: dict[str, Instant] = Field(
        default_factory=dict, description="Mail that came back for now since the last that arrived, by the report's id."
    )
    delivered_at: Instant | None = Field(None, description="When mail last arrived.")


def with_return(record: MailRecord, report_id: str, at: datetime) -> MailRecord:
    """Mail came back for now. Knowing it twice is knowing it once."""
    return _settled(record.model_copy(update={"returned": {**record.returned, report_id: at}}))


def with_delivery(record: MailRecord, at: datetime) -> MailRecord:
    """Mail arrived: what had come back before then counts no more."""
    last = max(record.delivered_at or at, at)
    return _settled(record.model_copy(update={"delivered_at": last}))


def _settled(record: MailRecord) -> MailRecord:
    """Without what doesn't count any more."""
    newest = max(record.returned.values(), default=None)
    if newest is None:
        return record
    since = newest - LOOKED_BACK
    if record.delivered_at:
        since = max(since, record.delivered_at)
    kept = {id_: at for id_, at in record.returned.items() if at > since}
    return record.model_copy(update={"returned": kept})


def why_stopped(event: EmailEvent, record: MailRecord, most_returns: int) -> StopReason | None:
    """Why an address must not be written to from now on; None if it may. `most_returns` in a row are too many."""
    if event.kind == "complaint":
        return "complained"
    if event.kind != "bounce":
        return None
    gone = event.bounce == "permanent" or len(record.returned) >= most_returns
    return "bounced" if gone else None


# -- touches -------------------------------------------------------------------------------------------------


def reported(touch: Touch, event: EmailEvent, now: datetime) -> Touch:
    """The touch with what an event says of its e-mail. Every event but a refusal proves that it was sent."""
    status, reason, note = _meaning(event)
    if _KNOWS_MORE.get(touch.status, 0) >= _KNOWS_MORE[status]:
        status, reason = touch.status, touch.reason
    return touch.model_copy(
        update={
            "status": status,
            "reason": reason,
            "note": _noted(touch.note, note),
            "service_id": touch.service_id or event.message_id,
            "ended_at": touch.ended_at or now,
        }
    )


def recorded(known: Touch | None, touch: Touch) -> Touch:
    """What the sending came to, where `known` is on record: what SES reported before the sending could be recorded is
    kept.
    """
    if known is None:
        return touch
    if _KNOWS_MORE.get(known.status, 0) > _KNOWS_MORE.get(touch.status, 0):
        return known.model_copy(update={"service_id": touch.service_id or known.service_id})
    return touch.model_copy(update={"note": known.note, "service_id": touch.service_id or known.service_id})


def lead_after(lead: Lead, touch: Touch, now: datetime) -> Lead:
    """The lead, knowing how its touch ended. A touch of an earlier pursuit changes nothing."""
    if touch.pursuit != lead.pursuit.number:
        return lead
    planned = PlannedTouch(step=touch.step, n=touch.n, channel=touch.channel, due_at=touch.due_at, slot=Slot())
    return end_touch(lead, planned, touch.status, now)


def _meaning(event: EmailEvent) -> tuple[TouchStatus, str | None, str | None]:
    """Status, reason and note that an event by itself leads to."""
    match event.kind:
        case "bounce" if event.bounce == "permanent":
            return "failed", _with_detail(CAME_BACK, event), None
        case "bounce":
            return "sent", None, _with_detail(CAME_BACK_FOR_NOW, event)
        case "reject" | "rendering_failure":
            return "failed", _with_detail(NOT_SENT, event), None
        case "delivery_delay":
            return "sent", None, _with_detail(DELAYED, event)
        case "complaint":
            return "sent", None, REPORTED_AS_SPAM
        case "delivery":
            return "sent", None, None


def _with_detail(words: str, event: EmailEvent) -> str:
    return f"{words} ({event.detail})" if event.detail else words


def _noted(note: str | None, more: str | None) -> str | None:
    """Each thing once, in an order that doesn't depend on which came first."""
    notes = {*(note.split("; ") if note else ()), *((more,) if more else ())}
    return "; ".join(sorted(notes)) or None
