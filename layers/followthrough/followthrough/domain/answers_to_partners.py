"""What is texted back to partners, and about them to our own people. Each is one segment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.business import Business
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.gsm7 import cut_to, septets, to_gsm7
from followthrough.domain.names import full_name, plain_line, without_addresses
from followthrough.domain.partners import Partner
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_words import clock, date_in_words, zone_in_words

_ROOM = 160
_LONGEST_NAME = 28
_ALL_ANSWERS = "scheduled Tue 3pm, not yet, no answer, declined, help, busy, not for us"

_NOTED: dict[PartnerAnswer, str] = {
    "transferred": "Noted, thank you.",
    "not_yet": "Noted: no date with {name} yet. When there is one, text for example: scheduled Tue 3pm",
    "declined": "Noted: {name} said no. That settles it, thank you.",
    "cannot_reach": "Noted: {name} not reached yet. Please try again; if you need a hand, text help.",
    "needs_help": "OK. One of us is asked to call you about {name}.",
    "busy": "OK, we take {name} back and skip you for now. Text ready when you want leads again.",
    "not_for_us": "Thank you for telling us: we take {name} back.",
}


# -- to partners ---------------------------------------------------------------------------------------------


def scheduled(lead: str | None, at: datetime, theirs: ZoneInfo, yours: ZoneInfo) -> str:
    """An estimate was recorded. `theirs` is the lead's zone, `yours` the partner's."""
    weekday, date = date_in_words(at, theirs).split(", ")
    month, day = date.split()
    local = at.astimezone(theirs)
    hour = clock(local.time()).replace(":00 ", " ")
    same = local.replace(tzinfo=None) == at.astimezone(yours).replace(tzinfo=None)
    zone = "" if same else f" {zone_in_words(theirs, at)}"
    return _text(f"Noted: estimate with {_name(lead)}, {weekday[:3]} {month[:3]} {day}, {hour}{zone}. Thank you!")


def scheduled_when(lead: str | None) -> str:
    """There is an estimate, and its time isn't known. Nothing is settled yet."""
    return _text(f"Good! When is it with {_name(lead)}? Text day and time where they are, such as scheduled Tue 3pm")


def is_it_the_estimate(lead: str | None) -> str:
    """A time came that nobody had asked for."""
    return _text(f"Is that when the estimate with {_name(lead)} is? Then text it like this: scheduled Tue 3pm")


def no_such_time() -> str:
    """The time has passed, lies too far ahead, or weekday and date don't go together."""
    return _text("That time has passed, or there is no such day. Text it again, such as scheduled Tue 3pm")


def noted(answer: PartnerAnswer, lead: str | None) -> str:
    """What the partner said was recorded."""
    return _text(_NOTED[answer].format(name=_name(lead)))


def skipped() -> str:
    """The partner is too busy, and has no lead."""
    return _text("OK, we skip you for now. Text ready when you want leads again.")


def yes_to_what(lead: str | None) -> str:
    """A yes could be several things."""
    return _text(f"Is there a date with {_name(lead)}? Then text it, such as scheduled Tue 3pm. If not: not yet")


def no_to_what(lead: str | None) -> str:
    """So could a no."""
    return _text(f"What of {_name(lead)}? Text declined if they said no, else: not yet, no answer, or not for us")


def passed_to(lead: str | None) -> str:
    """Somebody of ours reads what they wrote."""
    return _text(f"Thank you, one of us reads this. To report on {_name(lead)}, text: {_ALL_ANSWERS}")


def how_does_it_go(lead: str | None) -> str:
    """They have read ours, and that is all we know."""
    return _text(f"Thank you. Once you know how it goes with {_name(lead)}, text: {_ALL_ANSWERS}")


def nothing_open(business: Business) -> str:
    """There is no lead that it could be about, or no longer."""
    return _fitted(business, "Thank you. You have no open lead from {name} now, so nothing was changed.")


def reads_it(business: Business) -> str:
    """There is no lead that it could be about, and somebody of ours reads it."""
    return _fitted(business, "Thank you. One of us at {name} reads this.")


def which_lead() -> str:
    """The partner has several."""
    return _text("Which lead? Begin with the last 4 digits of their number, such as: 4821 not yet")


def ready_again() -> str:
    """Who was skipped gets leads again."""
    return _text("Welcome back: you get leads again.")


def not_skipped() -> str:
    """Nothing was paused."""
    return _text("Good to know: you are not skipped, and get the next lead as soon as there is one.")


def paused_by_us(business: Business) -> str:
    """Only the manager can end it."""
    return _fitted(business, "Leads to you are paused at {name}. Please call us: {phone}.")


def stopped(business: Business) -> str:
    """The one confirmation of a stop."""
    return _fitted(business, "{name}: done, no more texts to you. Call us: {phone}. Text START to get them again.")


def started(business: Business) -> str:
    """They took their stop back."""
    return _fitted(business, "{name}: texts to you are on again. Text STOP to end them.")


# -- to our own people ---------------------------------------------------------------------------------------


def partner_wrote(partner: Partner, lead: str | None, words: str | None) -> str:
    """What a partner wrote that is no answer by itself."""
    about = f" about {_name(lead)}" if lead else ""
    before, after = f'{cut_to(to_gsm7(partner.name), _LONGEST_NAME)} wrote{about}: "', '"'
    wrote = to_gsm7(plain_line(without_addresses(words), 300) or "") or "(no words)"
    return f"{before}{cut_to(wrote, _ROOM - septets(before + after))}{after}"


def partner_stopped(partner: Partner) -> str:
    """A partner wants no more texts."""
    name = cut_to(to_gsm7(partner.name), _LONGEST_NAME)
    return _text(f"{name} texted STOP: it gets no more texts, so call it about its leads, or pause it.")


# -- words ---------------------------------------------------------------------------------------------------


def _name(lead: str | None) -> str:
    return cut_to(to_gsm7(full_name(lead) or ""), _LONGEST_NAME) or "your lead"


def _text(words: str) -> str:
    return to_gsm7(words)


def _fitted(business: Business, words: str) -> str:
    """The words, with as much of the business's name as fits into one segment."""
    phone = readable_phone(business.phone)
    room = _ROOM - septets(to_gsm7(words.format(name="", phone=phone)))
    return to_gsm7(words.format(name=cut_to(to_gsm7(business.name), room), phone=phone))
