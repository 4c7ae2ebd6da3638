"""A lead from a file: an API Gateway event, or just the JSON that a form posts."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.adapters.files import read_json
from followthrough.adapters.form_body import read_fields
from followthrough.domain.business import Business, Settings
from followthrough.domain.cadence import APPOINTMENT
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.instants import at_local, round_up
from followthrough.domain.intake import place_of, read_profile
from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import new_lead
from local.project import SAMPLE_EVENT

Overrides = dict[str, str]
THREE_PM = time(15)


@dataclass(frozen=True)
class PostedLead:
    """What is posted, as an event that intake understands, and when."""

    event: dict[str, Any]
    arrives: datetime

    def lead(self, version: CadenceVersion, settings: Settings, appointment_at: datetime | None = None) -> Lead:
        """The lead as intake would store it; with an appointment, `usual_appointment` unless given, where the cadence
        counts from one. Raises Refused for fields that intake refuses.
        """
        profile = read_profile(read_fields(self.event), settings.business)
        place = place_of(profile, settings.business)
        lead = new_lead(profile, place, "preview", "preview", version, self.arrives)
        if not version.cadence.is_awaited(APPOINTMENT):
            return lead
        return lead.model_copy(update={"appointment_at": appointment_at or usual_appointment(lead)})


def usual_appointment(lead: Lead) -> datetime:
    """What is assumed where no appointment is given: the day after they asked, at 15:00 on their clock."""
    zone = ZoneInfo(lead.place.zones[0])
    day = lead.arrived_at.astimezone(zone).date() + timedelta(days=1)
    return at_local(day, THREE_PM, zone)


def read_posted_lead(file: Path | None, arrives: datetime | None, overrides: Overrides) -> PostedLead:
    """A lead from a file, or the sample lead. It arrives when asked to, else when the event says, else when the
    sample lead does. `overrides` replace fields. Raises Unreadable.
    """
    content = read_json(file or SAMPLE_EVENT)
    if not isinstance(content, dict):
        raise Unreadable(f"{file}: holds neither an API Gateway event nor the JSON object that a form posts")
    event = content if "requestContext" in content else json_event(content, read_json(SAMPLE_EVENT))
    moment = arrives or _time_of(event) or _time_of(read_json(SAMPLE_EVENT))
    if moment is None:
        raise Unreadable(f"{SAMPLE_EVENT}: has no requestContext.timeEpoch")
    if overrides:
        event = json_event({**read_fields(event), **overrides}, event)
    return PostedLead(_at(event, moment), moment)


def json_event(fields: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The event of a JSON post with these fields, otherwise like another event."""
    headers = {**like.get("headers", {}), "content-type": "application/json", "accept": "application/json"}
    return {**like, "headers": headers, "body": json.dumps(fields), "isBase64Encoded": False}


def read_moment(text: str, business: Business) -> datetime:
    """A time as typed: ISO 8601; without an offset it is the business's own time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(business.zone))
    return round_up(moment)


def _time_of(event: dict[str, Any]) -> datetime | None:
    epoch = event.get("requestContext", {}).get("timeEpoch")
    return round_up(datetime.fromtimestamp(epoch / 1000, UTC)) if isinstance(epoch, int) else None


def _at(event: dict[str, Any], moment: datetime) -> dict[str, Any]:
    context = {**event["requestContext"], "timeEpoch": int(moment.timestamp() * 1000)}
    context["time"] = moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return {**event, "requestContext": context}
