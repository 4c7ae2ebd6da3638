"""Everything that a message may say. What isn't here, no message can claim."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.business import Rep, Settings
from followthrough.domain.leads import Lead
from followthrough.domain.names import first_name, full_name, plain_line, service_in_words
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_words import clock, date_in_words, hours_in_words, moment_in_words, zone_in_words

_LONGEST_OWN_WORDS = 80
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class MessageFacts:
    """The placeholders of messages and call scripts. `None` means: not on record, so say it another way.

    All texts are single lines without control characters. They are plain text: whoever puts them into HTML
    escapes them.
    """

    first_name: str | None
    """What to greet them by: "Ann"."""
    name: str | None
    """Their name as they gave it. For reps; a lead is greeted by `first_name`."""
    service: str | None
    """What they asked for, for use in "your … request": "kitchen remodel"."""
    request: str
    """"kitchen remodel request", or just "request"; never empty."""
    asked_on: str
    """The date on which they asked, where they are: "Monday, November 23"."""
    problem: str | None
    """What troubles them, in their own words."""
    goal: str | None
    """What they want to reach, in their own words."""
    message: str | None
    """What they wrote to us. For reps; never sent back to an address nobody has confirmed."""
    phone: str | None
    """The number they left: "917-555-0142"."""
    unanswered_calls: int
    """Calls that a rep reported as not answered. No message may say that anybody called while it is 0."""
    voicemails: int
    """Voicemails that a rep reported as left. No message may speak of one while it is 0."""
    rep_name: str | None
    """Whose lead it is."""
    rep_phone: str
    """Where the lead calls back: the rep's number, else the business's."""
    sender: str
    """Who writes: "Ana at Fernhill Home Improvement", or just the business."""
    business_name: str
    business_phone: str
    business_email: str
    website: str | None
    postal_address: str
    hours: str | None
    """The printed hours: "Monday to Friday, 9 AM to 6 PM". None when none are printed."""
    call_at: str | None
    """When we will call, where they are: "Tuesday, November 24, at 8:00 AM Eastern time"."""
    appointment_time: str | None = None
    """The time of day of their appointment, where they are: "3:00 PM"; where that isn't the business's clock,
    "3:00 PM Pacific time".
    """


def message_facts(
    lead: Lead, settings: Settings, rep: Rep | None, call_at: datetime | None, zone: ZoneInfo
) -> MessageFacts:
    """What the record of a lead lets a message say.

    `zone` is the lead's own, in which dates and times are said; `call_at` is when we will call, if known.
    """
    profile, business = lead.profile, settings.business
    service = service_in_words(profile.service)
    return MessageFacts(
        first_name=first_name(profile.name),
        name=full_name(profile.name),
        service=service,
        request=_request(service),
        asked_on=date_in_words(lead.arrived_at, zone),
        problem=plain_line(profile.problem, _LONGEST_OWN_WORDS),
        goal=plain_line(profile.goal, _LONGEST_OWN_WORDS),
        message=plain_line(profile.message, _LONGEST_MESSAGE),
        phone=readable_phone(profile.phone) if profile.phone else None,
        unanswered_calls=lead.pursuit.unanswered_calls,
        voicemails=lead.pursuit.voicemails,
        rep_name=rep.name if rep else None,
        rep_phone=readable_phone(rep.phone if rep else business.phone),
        sender=f"{rep.name} at {business.name}" if rep else business.name,
        business_name=business.name,
        business_phone=readable_phone(business.phone),
        business_email=business.email,
        website=business.website,
        postal_address=business.postal_address,
        hours=_hours(lead, settings, zone),
        call_at=moment_in_words(call_at, zone) if call_at else None,
        appointment_time=_time_of_day(lead.appointment_at, settings, zone) if lead.appointment_at else None,
    )


def _time_of_day(moment: datetime, settings: Settings, zone: ZoneInfo) -> str:
    """The time on their clock, saying whose that is when the business's shows another."""
    there, here = moment.astimezone(zone), moment.astimezone(settings.zone)
    said = clock(there.time())
    return said if there.utcoffset() == here.utcoffset() else f"{said} {zone_in_words(zone, moment)}"


def _request(service: str | None) -> str:
    if service is None:
        return "request"
    return service if service.lower().endswith("request") else f"{service} request"


def _hours(lead: Lead, settings: Settings, zone: ZoneInfo) -> str | None:
    """The printed hours, saying whose time they are in when the lead's clock shows another."""
    hours = hours_in_words(settings.business.printed_hours)
    ours, theirs = (zone_in_words(each, lead.arrived_at) for each in (settings.zone, zone))
    return f"{hours} ({ours})" if hours and ours != theirs else hours
