"""The nudge: the text or e-mail that asks a rep to call, now."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.business import Rep, Settings
from followthrough.domain.gsm7 import cut_to, septets, to_gsm7
from followthrough.domain.leads import Lead, WhyCallBack
from followthrough.domain.names import full_name, plain_line, shortened, without_addresses
from followthrough.domain.phones import readable_phone
from followthrough.domain.stops import mail_is_useless
from followthrough.domain.times_in_brief import day_in_brief
from followthrough.domain.times_in_words import WEEKDAYS, clock, date_in_words, day_in_words

# One of the two segments that a nudge may have. The other one is for a link and for numbered answers.
_ROOM = 153
_ROOM_WITH_THEIR_WORDS = 180
"""Beside a link of 90 characters the briefest answers still fit."""
_LONGEST_NAME = 40
_LONGEST_OTHER_NAME = 24
_LONGEST_EMAIL = 60
_LEAST_REQUEST = 15
_LONGEST_REQUEST = 60
_LONGEST_WRITTEN = 500
_NOBODY_NAMED = "a new lead"
_MAY_WANT_STOP = "A stop? Then answer 4."
_CALLED_BACK: dict[WhyCallBack, str] = {
    "in_conversation": "You have spoken before.",
    "gone_silent": "Silent since you spoke.",
    "thinking": "They wanted to think until now.",
    "no_show": "They missed their appointment.",
    "later": "They said: not now, ask again later.",
    "replied": "They have written to us.",
}


@dataclass(frozen=True)
class NudgeFacts:
    """What a nudge says. Names and requests as they were typed: they are made safe and short here."""

    lead_name: str | None
    lead_phone: str | None
    """E.164; None when the lead left no number."""
    lead_email: str | None
    request: str | None
    """The service they asked for, else the first words of their message."""
    asked_at: datetime
    now: datetime
    zone: ZoneInfo
    """The rep's clock: the business's zone."""
    attempt: int
    """Which call to this lead in this pursuit, from 1."""
    voicemail: Literal["hang_up", "leave"]
    purpose: str
    step_says: str | None = None
    """What the cadence has the rep told about this call."""
    instead_of: str | None = None
    """Who was asked before and has not reported: a name, for an escalation."""
    declined: bool = False
    """Whether the one before can't take the call."""
    reminder: bool = False
    """Whether this rep was asked already."""
    asked_to_be_called: bool = False
    """Whether the lead asked to be called at this time."""
    called_back_after: WhyCallBack | None = None
    """What this call-back is about."""
    spoken_at: datetime | None = None
    """When somebody last spoke with the lead."""
    call_from: datetime | None = None
    """When contact hours open, if they are closed now."""
    same_number: "SameNumber | None" = None
    """Who else has the lead's number, and so may pick up."""
    email_returned: bool = False
    """Whether mail to them comes back."""
    wrote: str | None = None
    """What they wrote to us, while nobody has answered it."""
    may_want_stop: bool = False
    """Whether a human has to decide if that was a stop."""

    @classmethod
    def of(
        cls,
        lead: Lead,
        settings: Settings,
        now: datetime,
        *,
        purpose: str,
        voicemail: Literal["hang_up", "leave"],
        attempt: int,
        instead_of: Rep | None = None,
        declined: bool = False,
        reminder: bool = False,
        asked_to_be_called: bool = False,
        called_back_after: WhyCallBack | None = None,
        call_from: datetime | None = None,
    ) -> "NudgeFacts":
        """What a lead's record gives for a nudge."""
        profile = lead.profile
        return cls(
            lead_name=profile.name,
            lead_phone=profile.phone,
            lead_email=profile.email,
            request=profile.service or profile.message,
            asked_at=lead.arrived_at,
            now=now,
            zone=settings.zone,
            attempt=attempt,
            voicemail=voicemail,
            purpose=purpose,
            instead_of=instead_of.name if instead_of else None,
            declined=declined,
            reminder=reminder,
            asked_to_be_called=asked_to_be_called,
            called_back_after=called_back_after,
            spoken_at=lead.spoken_at,
            call_from=call_from,
            email_returned=mail_is_useless(lead.unusable.get("email")),
            wrote=lead.hold.words if lead.hold else None,
            may_want_stop=bool(lead.hold and lead.hold.words and lead.hold.why == "unclear"),
        )


@dataclass(frozen=True)
class SameNumber:
    """Another lead with the same number: the name as it was typed, and when they asked."""

    name: str | None
    asked_at: datetime


@dataclass(frozen=True)
class NudgeEmail:
    """A nudge as an e-mail: plain words, paragraphs parted by empty lines."""

    subject: str
    body: str
    lead_phone: str | None
    """The number as it stands in the body, so that it can be made pressable."""


def nudge_text(facts: NudgeFacts) -> str:
    """The nudge in one GSM segment's room wherever the names allow, and never in more than two.

    What they asked for is cut first; everything else is needed to make the call.
    """
    facts = _in_gsm7(facts)
    if facts.wrote:
        return _text_with_their_words(facts, facts.wrote)
    before = " ".join(filter(None, (why_you(facts), f"{_call_whom(facts)}.")))
    after = " ".join(filter(None, (_asked(facts), _which_call(facts), _who_shares(facts))))
    left = _ROOM - septets(f"{before} . {after}")
    wanted = cut_to(facts.request or "", min(_LONGEST_REQUEST, max(_LEAST_REQUEST, left)))
    return f"{before} {_sentence(wanted)}{after}"


def _text_with_their_words(facts: NudgeFacts, wrote: str) -> str:
    """The same for what they wrote to us: their words are cut, and everything else is needed."""
    before = " ".join(filter(None, (why_you(facts), f"{_call_whom(facts)}.")))
    after = f" {_MAY_WANT_STOP}" if facts.may_want_stop else ""
    left = _ROOM_WITH_THEIR_WORDS - septets(f'{before} They wrote: ""{after}')
    return f'{before} They wrote: "{cut_to(wrote, max(_LEAST_REQUEST, left))}"{after}'


def _their_words(facts: NudgeFacts) -> list[str]:
    wrote = plain_line(without_addresses(facts.wrote), _LONGEST_WRITTEN)
    if not wrote:
        return []
    return [f'They wrote: "{wrote}"', *([_MAY_WANT_STOP] if facts.may_want_stop else [])]


def nudge_email(facts: NudgeFacts, talk_track: str, voicemail_words: str | None, link: str) -> NudgeEmail:
    """The nudge for a rep who is notified by e-mail, with what to say."""
    phone = readable_phone(facts.lead_phone) if facts.lead_phone else None
    request = plain_line(facts.request, 200)
    paragraphs = [
        " ".join(filter(None, (why_you(facts), f"{_call_whom(facts)}."))),
        f"{_sentence(request or '')}{_asked(facts)} {_which_call(facts)}".strip(),
        *filter(None, [_who_shares(facts)]),
        *_their_words(facts),
        f"Why: {facts.purpose}",
        f"Report with one press:\n{link}",
    ]
    if facts.email_returned and phone:
        paragraphs.append("Mail to them comes back: ask for another address.")
    if voicemail_words:
        paragraphs.append(f"AT THE BEEP\n{voicemail_words}")
    paragraphs += [talk_track] if talk_track else []
    subject = f"{_call_whom(facts, with_phone=False)}{f': {phone}' if phone else ''}"
    return NudgeEmail(subject=shortened(subject, 78), body="\n\n".join(paragraphs), lead_phone=phone)


def _in_gsm7(facts: NudgeFacts) -> NudgeFacts:
    """With every typed word in the alphabet of texts, and short."""

    def short(words: str | None, room: int) -> str | None:
        return cut_to(to_gsm7(plain_line(words, 500) or ""), room) or None

    return replace(
        facts,
        lead_name=short(facts.lead_name, _LONGEST_NAME),
        lead_email=short(facts.lead_email, _LONGEST_EMAIL),
        request=short(facts.request, _LONGEST_REQUEST),
        step_says=short(facts.step_says, _LONGEST_REQUEST),
        wrote=short(without_addresses(facts.wrote), _ROOM_WITH_THEIR_WORDS),
        instead_of=short(facts.instead_of, _LONGEST_NAME),
        same_number=facts.same_number
        and replace(facts.same_number, name=short(facts.same_number.name, _LONGEST_OTHER_NAME)),
    )


def why_you(facts: NudgeFacts) -> str:
    """Why this rep is asked, if somebody else was before, or they were themselves."""
    if facts.instead_of:
        why = "can't take it" if facts.declined else "hasn't reported"
        return f"{facts.instead_of} {why}."
    return "A reminder." if facts.reminder else ""


def _call_whom(facts: NudgeFacts, *, with_phone: bool = True) -> str:
    shown = full_name(facts.lead_name) or _NOBODY_NAMED
    when = f"from {_clock_and_day(facts.call_from, facts)}" if facts.call_from else "now"
    if not with_phone:
        return f"Call {shown} {when}"
    if facts.lead_phone:
        return f"Call {shown} {when}: {readable_phone(facts.lead_phone)}"
    known = "no phone, mail fails" if facts.email_returned else "no phone number"
    return f"Write to {shown} {when}, {known}: {facts.lead_email or 'no address'}"


def _asked(facts: NudgeFacts) -> str:
    if facts.step_says:
        return facts.step_says
    if facts.asked_to_be_called:
        return "They asked to be called at this time."
    if facts.called_back_after == "gone_silent" and facts.spoken_at:
        return f"Silent since the conversation on {day_in_words(facts.spoken_at, facts.zone)}."
    if facts.called_back_after in _CALLED_BACK:
        return _CALLED_BACK[facts.called_back_after]
    return f"Asked {_ago(facts.now - facts.asked_at)}."


def _which_call(facts: NudgeFacts) -> str:
    if not facts.lead_phone:
        return ""
    if facts.voicemail == "leave":
        return f"Call {facts.attempt}: no answer? Leave a message."
    return f"Call {facts.attempt}: no answer? Hang up, no message."


def _who_shares(facts: NudgeFacts) -> str:
    """Who else has the number: "Same number as Dana Reyes, asked Thu, Nov 19."."""
    other = facts.same_number
    if other is None:
        return ""
    asked = day_in_brief(other.asked_at, facts.zone, facts.now)
    return f"Same number as {full_name(other.name) or 'another lead'}, asked {asked}."


def _sentence(words: str) -> str:
    if not words:
        return ""
    return f"{words} " if words[-1] in ".!?" else f"{words}. "


def _ago(elapsed: timedelta) -> str:
    """`just now`, `12 min ago`, `3 h ago`, `5 days ago`."""
    minutes = int(elapsed.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    days = minutes // (24 * 60)
    return f"{days} day{'s' if days > 1 else ''} ago"


def _clock_and_day(moment: datetime, facts: NudgeFacts) -> str:
    """`8:00 AM Tue`; from a week on `8:00 AM Tue Dec 8`."""
    local, today = moment.astimezone(facts.zone), facts.now.astimezone(facts.zone).date()
    weekday = f"{clock(local.time())} {WEEKDAYS[local.weekday()][:3]}"
    if local.date() - today < timedelta(days=7):
        return weekday
    month, day = date_in_words(moment, facts.zone).split(", ")[1].split()
    return f"{weekday} {month[:3]} {day}"
