"""A lead from a file: an API Gateway event, or just the JSON that a form posts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.adapters.files import read_json
from followthrough.adapters.form_body import read_fields
from followthrough.domain.business import Business, Settings
from followthrough.domain.cadence import APPOINTMENT, Cadence
from followthrough.domain.cadence_values import StartedBy
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.conditions import values_of
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.dispatch import able, is_for_partners
from followthrough.domain.durations import Duration
from followthrough.domain.errors import Unreadable
from followthrough.domain.instants import at_local, round_up
from followthrough.domain.intake import place_of, read_profile
from followthrough.domain.leads import Lead
from followthrough.domain.partner_preview import as_if_given
from followthrough.domain.partners import MeantForPartners
from followthrough.domain.pursuing import new_lead, with_pursuit
from local.project import SAMPLE_EVENT

Overrides = dict[str, str]
THREE_PM = time(15)
ASKED_AFTER = timedelta(minutes=4)
"""After an appointed time it is asked whether they came."""

BROUGHT_ABOUT: tuple[StartedBy, ...] = ("arrival", "appointment", "no_show", "silence")
"""What begins a cadence and can be had of any lead at once."""


@dataclass(frozen=True)
class PostedLead:
    """What is posted, as an event that intake understands, and when."""

    event: dict[str, Any]
    arrives: datetime

    def lead(
        self,
        version: CadenceVersion,
        settings: Settings,
        appointment_at: datetime | None = None,
        started_by: StartedBy | None = None,
    ) -> Lead:
        """The lead as it is when the cadence begins for it, by `usual_beginning` unless told; with an appointment if
        one is given, and the `usual_appointment` where the cadence begins with one. Raises Refused for fields that
        intake refuses.
        """
        profile = read_profile(read_fields(self.event), settings.business)
        place = place_of(profile, settings.business)
        lead = new_lead(profile, place, "preview", "preview", version, self.arrives)
        event = started_by or usual_beginning(version.cadence)
        lead = with_pursuit(lead, started_by=event)
        if version.cadence.to == "partner":
            first = next(iter(able(profile, place, settings.partners)), None)
            return as_if_given(lead, first, settings) if first else lead
        if event == "silence":
            return _gone_silent(lead, settings)
        if event in ("appointment", "no_show"):
            lead = lead.model_copy(update={"answered_on": "call"})
            appointment_at = appointment_at or usual_appointment(lead)
        if appointment_at is None:
            return lead
        lead = lead.model_copy(update={"appointment_at": appointment_at})
        return with_pursuit(lead, began_at=appointment_at + ASKED_AFTER) if event == "no_show" else lead


def with_partners_for(fields: Mapping[str, str], settings: Settings) -> Settings:
    """The settings as they are, if partners serve whoever posts these fields; else as if all of them did."""
    profile, partners = read_profile(fields, settings.business), settings.partners
    if is_for_partners(profile, partners) and able(profile, place_of(profile, settings.business), partners):
        return settings
    served = [each.model_copy(update={"services": [], "regions": [], "postal_codes": []}) for each in partners.partners]
    meant = MeantForPartners(services=[profile.service or ""], sources=[])
    return settings.model_copy(update={"partners": partners.model_copy(update={"leads": meant, "partners": served})})


def usual_beginning(cadence: Cadence) -> StartedBy:
    """What is assumed to begin a cadence: what its steps ask for first of what a demo can bring about, else an
    appointment if they count from one. A partner's begins with the hand-off.
    """
    if cadence.to == "partner":
        return "handoff"
    for step in cadence.steps:
        for event in values_of(step.if_.get("started_by", [])):
            if event in BROUGHT_ABOUT:
                return event
    return "appointment" if cadence.is_awaited(APPOINTMENT) else "arrival"


def _gone_silent(lead: Lead, settings: Settings) -> Lead:
    """They were spoken with when they asked, and nothing was heard since."""
    hours = ContactHours(settings, lead.place)
    silent_at = Duration(f"{settings.business.gone_silent_after_days}d").after(lead.arrived_at, hours.zone)
    spoken = {"spoken_at": lead.arrived_at, "reached_at": lead.arrived_at, "answered_on": "call"}
    lead = lead.model_copy(update=spoken)
    return with_pursuit(lead, began_at=hours.next_open(silent_at) or silent_at)


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
