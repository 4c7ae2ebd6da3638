"""Everything that a message may say. What isn't here, no message can claim."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.business import Rep, Settings, Tone
from followthrough.domain.leads import LONGEST_NEXT_STEP, Lead
from followthrough.domain.names import (
    first_name,
    full_name,
    in_their_words,
    plain_line,
    service_in_words,
    within_a_sentence,
)
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
    tone: Tone = "playful"
    """How the business wants to sound where a message can be light: `{% if tone == 'plain' %}`."""
    appointment_on: str | None = None
    """Its date, where they are: "Tuesday, November 24"."""
    next_step: str | None = None
    """What was agreed or left open when somebody last spoke with them, in words that the lead may read."""
    last_talk_on: str | None = None
    """The date of that conversation, where they are: "Monday, November 23". None before one about this request."""
    last_note: str | None = None
    """What the rep noted last. For reps: it was never meant for the lead."""
    email: str | None = None
    """Their e-mail address. For reps and partners."""
    partner_name: str | None = None
    """The partner that has them, or is to have them: "Northside Roofing"."""
    partner_contact: str | None = None
    """Whom to ask for there: "Pat"."""
    partner_phone: str | None = None
    """The partner's number."""
    former_partner: str | None = None
    """The partner that had them before, and hasn't any more."""
    leads_waiting: int = 0
    """How many other leads wait for that partner now. No message may speak of any while it is 0."""
    partner_calls: int = 0
    """Calls to the partner without an answer that a rep reported, since it was last heard of."""
    tried_since: str = ""
    """Since when we try to reach the partner in vain, on its clock: "today", "since yesterday", "since Friday"."""
    answer_by: str = ""
    """By when the partner should answer, on its clock: "noon on Tuesday, Nov 24, Eastern time"."""
    answer_link: str = ""
    """The partner's own page about this lead."""


FOR_REPS = frozenset({"name", "email", "message", "last_note"})
"""The placeholders that no message to a lead may have."""


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
        problem=in_their_words(profile.problem, _LONGEST_OWN_WORDS),
        goal=in_their_words(profile.goal, _LONGEST_OWN_WORDS),
        message=plain_line(profile.message, _LONGEST_MESSAGE),
        phone=readable_phone(profile.phone) if profile.phone else None,
        email=profile.email,
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
        tone=business.tone,
        appointment_on=date_in_words(lead.appointment_at, zone) if lead.appointment_at else None,
        next_step=within_a_sentence(lead.next_step, LONGEST_NEXT_STEP),
        last_talk_on=date_in_words(lead.last_talk_at, zone) if lead.last_talk_at else None,
        last_note=plain_line(lead.note, _LONGEST_MESSAGE),
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
