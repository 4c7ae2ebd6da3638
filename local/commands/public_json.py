"""The JSON that preview and demo both print. Others script against it: fields are only ever added."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead, Touch


def follow_up_json(
    version: CadenceVersion, lead: Lead, touches: Iterable[Touch], status: str, ended_at: datetime | None
) -> dict[str, Any]:
    """A lead's follow-up, planned or done. Times are UTC; `local` is the lead's own, with its offset."""
    zone = ZoneInfo(lead.place.zones[0])
    return {
        "cadence": version.cadence.name,
        "cadence_version": version.version,
        "lead": {
            "arrives": format_instant(lead.arrived_at),
            "zones": list(lead.place.zones),
            "regions": list(lead.place.regions),
            "audience": lead.profile.audience,
            "value": lead.profile.value,
        },
        "touches": [touch_json(touch, zone) for touch in touches],
        "ends": {"at": format_instant(ended_at) if ended_at else None, "because": status},
    }


def touch_json(touch: Touch, zone: ZoneInfo) -> dict[str, Any]:
    """One touch. `reason` says why it was skipped or failed, or what came of it."""
    return {
        "step": touch.step,
        "channel": touch.channel,
        "to": touch.to,
        "due_at": format_instant(touch.due_at),
        "local": touch.due_at.astimezone(zone).isoformat(),
        "voicemail": touch.voicemail,
        "message": touch.message,
        "purpose": touch.purpose,
        "status": touch.status,
        "reason": touch.reason or touch.outcome,
    }
