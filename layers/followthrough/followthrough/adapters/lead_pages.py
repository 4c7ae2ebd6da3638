"""The leads' own pages: the one that stops everything, and the one for everything short of a stop.

Only how they are shown is decided here; whoever builds a `StopPage` or a `LaterPage` decides what is true.
"""

from datetime import datetime, timedelta
from typing import Any

from followthrough.adapters.page_layout import dialling, laid_out, line
from followthrough.adapters.web_answers import Answer, page
from followthrough.domain.answering import FARTHEST
from followthrough.domain.lead_pages import LaterPage, StopPage
from followthrough.domain.leads import Status
from followthrough.domain.phones import readable_phone
from followthrough.domain.stops import StopReason
from followthrough.domain.times_in_brief import day_in_brief, moment_in_brief
from followthrough.domain.times_in_words import date_in_words, moment_in_words, zone_in_words

_CLOSED: dict[Status, str] = {
    "booked": "You have an appointment with us, and we have nothing to ask just now.",
    "won": "All is agreed between us, and we have nothing to ask just now.",
    "not_interested": "You have told us no thanks, and we have stopped asking.",
    "wrong_number": "The number that we have for you seems to be somebody else's, so we have stopped calling it.",
    "opted_out": "We have stopped writing to you and calling you.",
    "no_response": "We could not reach you, and have stopped trying.",
}
_CLOSED_OTHERWISE = "We have stopped asking about your request."
_LASTING: dict[StopReason, str] = {
    "bounced": "mail to your address comes back to us",
    "complained": "our mail was reported as spam",
    "rejected": "your address is refused by the mail service",
    "erased": "your data was erased",
}
_MONTHS = {1: "1 month", 12: "1 year"}
_MOST_TIMES = 4


def render_broken_link(business_name: str, business_phone: str) -> Answer:
    """For a link that was cut off, or is nobody's. It shows nothing of anybody."""
    words = "It may be cut off. Please use the link from our latest e-mail."
    return page(404, "This link doesn't work", [words, call_us(business_name, business_phone)])


def render_one_click(business_name: str, business_phone: str) -> Answer:
    """The short answer to a mail program."""
    words = f"{business_name} has stopped writing and calling."
    return page(200, "You won't hear from us again", [words, call_us(business_name, business_phone)])


def call_us(business_name: str, business_phone: str) -> str:
    """The way that is always open."""
    return f"Or call {business_name}: {readable_phone(business_phone)}."


# -- stopping ------------------------------------------------------------------------------------------------


def render_stop_page(stop: StopPage, token: str, status: int = 200) -> Answer:
    """The page; `token` is the one it was opened with."""
    phone, tel = dialling(stop.business_phone)
    return laid_out(
        status,
        "stop.html",
        {
            "page": stop,
            "title": _stop_title(stop),
            "business_name": line(stop.business_name, 150),
            "stopped": _in_a_row(stop.stopped),
            "going_on": _in_a_row(stop.going_on),
            "why_lasting": " and ".join(_LASTING[reason] for reason in stop.lasting if reason in _LASTING),
            "error": line(stop.error or "", 200),
            "later": f"../later/{token}",
            "phone": phone,
            "tel": tel,
        },
    )


def _stop_title(stop: StopPage) -> str:
    if not stop.stopped:
        return "Stop hearing from us?"
    return "You won't hear from us again" if not stop.going_on else "Stopped"


def _in_a_row(words: tuple[str, ...]) -> str:
    """`E-mails, texts and calls`."""
    *most, last = words or ("",)
    joined = f"{', '.join(most)} and {last}" if most else last
    return joined[:1].upper() + joined[1:]


# -- everything short of a stop ------------------------------------------------------------------------------


def render_later_page(later: LaterPage, token: str, status: int = 200) -> Answer:
    """The page; `token` is the one it was opened with."""
    phone, tel = dialling(later.business_phone)
    return laid_out(
        status,
        "later.html",
        {
            "page": later,
            "title": _later_title(later),
            "business_name": line(later.business_name, 150),
            "asked_on": date_in_words(later.asked_at, later.zone),
            "state": _state(later),
            "is_open": later.status == "open",
            "zone": zone_in_words(later.zone, later.now),
            "times": [_time(later, at) for at in later.times[:_MOST_TIMES]],
            "months": [_month(later, months, at) for months, at in later.months],
            "proposed": line(later.typed.get("call_at", ""), 60) or _wall(later, _proposed(later)),
            "soonest": _wall(later, _next_quarter(later)),
            "latest": _wall(later, later.now + FARTHEST),
            "errors": {name: line(sentence, 250) for name, sentence in later.errors.items()},
            "unsubscribe": f"../unsubscribe/{token}",
            "phone": phone,
            "tel": tel,
        },
    )


def _later_title(later: LaterPage) -> str:
    if later.errors:
        return "Not noted yet"
    return "Thank you" if later.done == "noted" else "What suits you better?"


def _state(later: LaterPage) -> str:
    """What holds now, in a sentence; empty while nothing was said."""
    if later.status != "open":
        return _CLOSED.get(later.status, _CLOSED_OTHERWISE)
    if later.call_at:
        doing = "call you" if later.has_phone else "be in touch"
        return f"We will {doing} on {moment_in_words(later.call_at, later.zone)}. Until then we leave you in peace."
    if later.ask_again_at:
        return f"We will ask you again on {_long_date(later, later.ask_again_at)}. Until then we leave you in peace."
    return ""


def _long_date(later: LaterPage, at: datetime) -> str:
    """With the year where it is another one."""
    year = at.astimezone(later.zone).year
    return date_in_words(at, later.zone) + ("" if year == later.now.astimezone(later.zone).year else f", {year}")


def _time(later: LaterPage, at: datetime) -> dict[str, str]:
    words = moment_in_brief(at, later.zone, later.now).replace(" AM", "\u00a0AM").replace(" PM", "\u00a0PM")
    return {"value": _wall(later, at), "words": words[:1].upper() + words[1:]}


def _month(later: LaterPage, months: int, at: datetime) -> dict[str, Any]:
    return {
        "value": months,
        "words": _MONTHS.get(months, f"{months} months"),
        "date": day_in_brief(at, later.zone, later.now),
    }


def _proposed(later: LaterPage) -> datetime:
    """The last that is offered lies on another day, in good time; without any, tomorrow at this time."""
    return later.times[-1] if later.times else later.now + timedelta(days=1)


def _next_quarter(later: LaterPage) -> datetime:
    there = later.now.replace(second=0)
    return there + timedelta(minutes=15 - there.minute % 15)


def _wall(later: LaterPage, at: datetime) -> str:
    """As `datetime-local` has it, to the minute."""
    local = at.astimezone(later.zone)
    return local.replace(minute=local.minute // 5 * 5).strftime("%Y-%m-%dT%H:%M")
