"""The nudge that asks a rep to call a partner about a lead that it has."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.cadence_values import Recipient
from followthrough.domain.gsm7 import cut_to, to_gsm7
from followthrough.domain.handoffs import handoff_of
from followthrough.domain.leads import Lead
from followthrough.domain.names import full_name, plain_line, shortened
from followthrough.domain.nudges import NudgeEmail
from followthrough.domain.partners import Partner
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_brief import day_in_brief

_LONGEST_NAME = 28
_LONGEST_REQUEST = 24


@dataclass(frozen=True)
class PartnerNudge:
    """What such a nudge says. Names are made safe and short here."""

    partner: Partner
    lead: Lead
    to: Recipient
    why_you: str
    """Why this rep is asked, if somebody else was before, or they were themselves; may be empty."""
    purpose: str
    now: datetime
    zone: ZoneInfo

    @classmethod
    def of(
        cls, lead: Lead, settings: Settings, to: Recipient, why_you: str, purpose: str, now: datetime
    ) -> "PartnerNudge | None":
        """What the record gives; None if the partner is in the configuration no more."""
        partner = settings.partners.partner(handoff_of(lead).partner or "")
        return cls(partner, lead, to, why_you, purpose, now, settings.zone) if partner else None


def partner_nudge_text(nudge: PartnerNudge) -> str:
    """The nudge with both numbers, in the room of one segment but for the longest names."""
    partner, profile = nudge.partner, nudge.lead.profile
    who = _short(full_name(profile.name) or "a lead", _LONGEST_NAME)
    lead = f"{who} {readable_phone(profile.phone)}" if profile.phone else who
    whom = f"{_short(partner.contact, _LONGEST_NAME)}, {_short(partner.name, _LONGEST_NAME)}"
    first = f"Call {whom}, now: {readable_phone(partner.phone)}."
    request = _short(profile.service or "", _LONGEST_REQUEST)
    if nudge.to == "both":
        then = f"Bring on the line: {lead}." + (f" {request}." if request else "")
    else:
        then = f"About {lead}, theirs since {_since(nudge)}: reached? Estimate?"
    return " ".join(filter(None, (nudge.why_you, first, then)))


def partner_nudge_email(nudge: PartnerNudge, talk_track: str, link: str) -> NudgeEmail:
    """The same for a rep who is notified by e-mail, with what to say."""
    partner = nudge.partner
    phone = readable_phone(partner.phone)
    paragraphs = [partner_nudge_text(nudge), f"Why: {nudge.purpose}", f"Report with one press:\n{link}", talk_track]
    subject = f"Call {plain_line(partner.contact, 40)} at {plain_line(partner.name, 40)} now: {phone}"
    return NudgeEmail(subject=shortened(subject, 78), body="\n\n".join(filter(None, paragraphs)), lead_phone=phone)


def _since(nudge: PartnerNudge) -> str:
    return day_in_brief(handoff_of(nudge.lead).given_at or nudge.now, nudge.zone, nudge.now)


def _short(words: str, room: int) -> str:
    return cut_to(to_gsm7(plain_line(words, 200) or ""), room)


def need_not_call(partner: Partner | None, lead: str | None) -> str:
    """To whoever was asked to call a partner that has answered meanwhile, or need not be asked any more."""
    name = _short(partner.name if partner else "the partner", _LONGEST_NAME)
    return f"No need to call {name} about {_short(full_name(lead) or 'a lead', _LONGEST_NAME)} any more: stand down."


def gone_quiet(partner: Partner) -> str:
    """What the manager is told when a deadline has passed, in one segment."""
    name = _short(partner.name, _LONGEST_NAME)
    return f"{name} gave no answer by the deadline: its leads go to others, and it gets none until you resume it."
