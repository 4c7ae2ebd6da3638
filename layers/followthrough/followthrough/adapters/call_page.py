"""The page behind the link in a nudge: one lead, one call, and buttons for what came of it.

Only how it is shown is decided here; whoever builds a `CallPage` decides what is true.
"""

import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from followthrough.adapters.call_form import LONGEST_NOTE, LONGEST_OWN_WORDS
from followthrough.adapters.page_layout import dialling, laid_out, line, several_lines
from followthrough.adapters.web_answers import Answer, page
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.leads import LONGEST_NEXT_STEP, Outcome
from followthrough.domain.partner_words import IN_WORDS
from followthrough.domain.rep_pages import CallPage, Closed, OnRecord, Open, Reported, RepOutcome, Stale
from followthrough.domain.spoken_times import FARTHEST
from followthrough.domain.times_in_brief import ago, moment_in_brief, on_both_clocks
from followthrough.domain.times_in_words import clock, zone_in_words

OUTCOME_WORDS: dict[RepOutcome, str] = {
    "booked": "Booked",
    "call_back": "Call back",
    "in_conversation": "In conversation",
    "not_interested": "Not interested",
    "voicemail": "Left voicemail",
    "no_answer": "No answer",
    "wrong_number": "Wrong number",
    "cannot_take": "Can't take it",
}
"""The buttons, and the words for what was reported."""

TASK_WORDS: dict[TaskOutcome, str] = {
    "kept": "They came",
    "no_show": "They didn't come",
    "won": "Won",
    "lost": "Lost",
    "thinking": "Thinking it over",
    "done": "Done",
    "not_done": "Not done",
}
"""The same for what a task asks."""

_HINTS: dict[Outcome, str] = {
    "in_conversation": "no date yet",
    "not_interested": "ends the follow-up",
    "wrong_number": "ends the follow-up",
    "declined": "ends the follow-up",
    "busy": "the next partner gets their leads",
    "not_for_us": "the next partner gets the lead",
    "needs_help": "asks for another call",
    "cannot_take": "ask somebody else",
}
"""What a button does, where its words alone don't say so."""

PARTNER_WORDS: dict[Outcome, str] = {outcome: f"{words[:1].upper()}{words[1:]}" for outcome, words in IN_WORDS.items()}
"""The same for what a partner says."""

_ALL_WORDS: dict[Outcome, str] = dict((*OUTCOME_WORDS.items(), *TASK_WORDS.items(), *PARTNER_WORDS.items()))
_JOINTS: dict[Outcome, str] = {"booked": "for", "scheduled": "for", "thinking": "until"}

_STATUS_WORDS = {
    "booked": "An appointment is booked.",
    "won": "It is won.",
    "lost": "It is lost.",
    "no_show": "They did not come to their appointment.",
    "not_interested": "They are not interested.",
    "wrong_number": "It was a wrong number.",
    "opted_out": "They asked us to stop. Don't call, text or write.",
    "no_response": "They never answered, and the follow-up has ended.",
    "nothing_fits": "Nothing more can be done: no way to reach them is left.",
}
_SPOKEN: tuple[RepOutcome, ...] = ("booked", "call_back", "in_conversation")
_MOMENTS = ("appointment_at", "callback_at")
_EMAIL = re.compile(r"[!-~]{1,64}@[!-~]{1,189}")

_MOST_PAST = 12
_PAST_IN_SIGHT = 3
_MOST_WARNINGS = 4
_MOST_PARTS = 30
_MOST_ASKED = 4
_MOST_TIMES = 4


def render_call_page(call_page: CallPage) -> Answer:
    """The page: 200, or 422 when it says what is wrong with what was sent. Never above `page_layout.MOST_BYTES`."""
    return laid_out(422 if call_page.errors else 200, "call.html", _view(call_page))


def render_expired_link(business_name: str) -> Answer:
    """For a link that is too old, or never was one. It shows nothing of anybody."""
    words = "It is too old, or their data was erased. It shows nothing any more, and nothing was changed."
    advice = f"Open the link in the latest text from {business_name}, or answer that text."
    return page(410, "This link has expired", [words, advice])


def _view(call_page: CallPage) -> dict[str, Any]:
    state = call_page.state
    is_open = isinstance(state, Open)
    return {
        "page": call_page,
        "is_open": is_open,
        "is_reported": isinstance(state, Reported),
        "title": _title(call_page),
        "name": line(call_page.name or "", 250) or "No name given",
        "request": line(call_page.request or "", 400),
        "own_words": several_lines(call_page.own_words or "", 3000),
        "wrote": several_lines(call_page.wrote or "", 1000),
        "left_open": line(call_page.record.next_step or "", 150) if is_open else "",
        "business_name": line(call_page.business_name, 150),
        "contact": _contact(call_page),
        "asked": _asked(call_page),
        "their_clock": _their_clock(call_page),
        "stage": call_page.stage.replace("_", " ") if call_page.stage else "",
        "status": _status(call_page),
        "nothing_changed": _nothing_changed(call_page),
        "call": call_page.call if is_open else None,
        "partner": _partner(call_page) if is_open else None,
        "told_of_partner": [outcome for outcome in PARTNER_WORDS if outcome not in ("scheduled", "declined")],
        "call_from": _both(call_page, call_page.call.call_from) if call_page.call else None,
        "purpose": line(call_page.call.purpose, 300) if call_page.call else "",
        "voicemail_words": several_lines(call_page.call.voicemail_words or "", 1200) if call_page.call else "",
        "talk_track": _talk_track(call_page) if is_open else [],
        "next_touch": _next(call_page),
        "warnings": [line(warning, 200) for warning in call_page.warnings[:_MOST_WARNINGS]],
        "others": _others(call_page),
        "past": _past(call_page)[:_PAST_IN_SIGHT],
        "earlier": _past(call_page)[_PAST_IN_SIGHT:],
        "forgotten": max(0, len(call_page.past) - _MOST_PAST),
        "to_find_out": _missing(call_page.record) if is_open else [],
        "outcomes": _ALL_WORDS,
        "hints": _HINTS,
        "question": several_lines(call_page.task.question, 1500) if call_page.task else "",
        "outcome_open": call_page.typed.get("outcome", ""),
        "details": _details(call_page),
        "fields": _fields(call_page),
        "zone": zone_in_words(call_page.lead_zone, call_page.now),
        "times": _times(call_page),
        "tomorrow": _wall(_tomorrow_at_ten(call_page))[:10],
        "soonest": _wall(_next_five_minutes(call_page.now, call_page.lead_zone)),
        "latest": _wall((call_page.now + FARTHEST).astimezone(call_page.lead_zone)),
        "errors": {name: line(sentence, 160) for name, sentence in call_page.errors.items()},
        "longest_note": LONGEST_NOTE,
        "longest_next_step": LONGEST_NEXT_STEP,
        "longest_own_words": LONGEST_OWN_WORDS,
    }


# -- who ---------------------------------------------------------------------------------------------------------


def _title(call_page: CallPage) -> str:
    before = "Not saved: " if call_page.errors else ""
    return f"{before}{line(call_page.name or 'A lead', 120)} · {line(call_page.business_name, 120)}"


def _contact(call_page: CallPage) -> dict[str, str]:
    """Number and address, as they are shown and as a press opens them; none once there is nothing more to say."""
    contact = dict.fromkeys(("phone", "tel", "email", "mailto", "email_returned"), "")
    more_to_say = call_page.further or call_page.mistaken or call_page.still_told
    if isinstance(call_page.state, Closed) and (call_page.state.status == "opted_out" or not more_to_say):
        return contact
    contact["phone"], contact["tel"] = dialling(call_page.phone)
    if call_page.email and _EMAIL.fullmatch(call_page.email):
        contact |= {"email": line(call_page.email, 300), "mailto": f"mailto:{quote(call_page.email, safe='@')}"}
        if call_page.email_returned:
            contact["email_returned"] = "Mail to this address comes back: ask for another."
    return contact


def _partner(call_page: CallPage) -> dict[str, str] | None:
    """The partner to be called, and its number as a press dials it."""
    partner = call_page.call.partner if call_page.call else None
    if partner is None:
        return None
    phone, tel = dialling(partner.phone)
    return {
        "name": line(partner.name, 100),
        "contact": line(partner.contact, 100),
        "phone": phone,
        "tel": tel,
        "then": "then bring the lead on the line" if partner.brings_lead else "",
    }


def _asked(call_page: CallPage) -> str:
    elapsed, when = call_page.now - call_page.asked_at, _here(call_page, call_page.asked_at)
    return f"Asked {ago(elapsed)}, {when}" if elapsed < timedelta(days=1) else f"Asked {when}"


def _their_clock(call_page: CallPage) -> str:
    """The time where the lead is, when the rep's clock shows another."""
    there, here = (call_page.now.astimezone(zone) for zone in (call_page.lead_zone, call_page.rep_zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    return f"{clock(there.time())} where they are ({zone_in_words(call_page.lead_zone, call_page.now)})"


# -- what is going on --------------------------------------------------------------------------------------------


def _status(call_page: CallPage) -> tuple[str, str] | None:
    """What happened, and by whom and when."""
    match call_page.state:
        case Reported() as reported:
            by = f"Reported by {line(reported.by, 200)}, {_here(call_page, reported.at)}."
            return f"{_outcome_in_words(call_page, reported)}.", by
        case Stale(what, at):
            return line(what, 300), f"{_capital(_here(call_page, at))}."
        case Closed(status, at):
            words = _STATUS_WORDS.get(status) or _capital(line(status.replace("_", " "), 100)) + "."
            return words, f"{_capital(_here(call_page, at))}." if at else ""
    return None


def _outcome_in_words(call_page: CallPage, reported: Reported) -> str:
    words = _ALL_WORDS[reported.outcome]
    if reported.agreed_at is None:
        return words
    return f"{words} {_JOINTS.get(reported.outcome, 'at')} {_both(call_page, reported.agreed_at)}"


def _nothing_changed(call_page: CallPage) -> str:
    if not call_page.nothing_changed:
        return ""
    if isinstance(call_page.state, Reported) and call_page.state.by == "you":
        return "This was saved before, and pressing again changed nothing."
    return "Your press came too late, and changed nothing."


def _next(call_page: CallPage) -> str:
    if call_page.next_touch is None or isinstance(call_page.state, Closed):
        return ""
    what, at = call_page.next_touch
    when = _both(call_page, at) if at > call_page.now else "now"
    return f"{line(what, 100)}, {when}"


def _others(call_page: CallPage) -> list[str]:
    return [
        f"{line(person.name, 100)}, {_here(call_page, person.at)}: {line(person.result, 100)}"
        for person in call_page.others[:_MOST_ASKED]
    ]


def _past(call_page: CallPage) -> list[dict[str, str]]:
    return [
        {
            "at": _here(call_page, entry.at),
            "what": line(entry.what, 100),
            "result": line(entry.result or "", 120),
        }
        for entry in call_page.past[:_MOST_PAST]
    ]


def _talk_track(call_page: CallPage) -> list[dict[str, str]]:
    """Its parts: where the first line is in capitals, that is a heading."""
    track = several_lines(call_page.call.talk_track or "", 5000) if call_page.call else ""
    parts: list[dict[str, str]] = []
    for part in track.split("\n\n", _MOST_PARTS) if track else ():
        first, _, rest = part.partition("\n")
        headed = first.isupper()
        parts.append({"heading": first if headed else "", "words": rest if headed else part})
    return parts


def _here(call_page: CallPage, at: datetime) -> str:
    """What is past is said on the reader's clock: it is about the people in the office."""
    return moment_in_brief(at, call_page.rep_zone, call_page.now)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _both(call_page: CallPage, at: datetime | None) -> str:
    return on_both_clocks(at, call_page.lead_zone, call_page.rep_zone, call_page.now) if at else ""


# -- what can be filled in ---------------------------------------------------------------------------------------


def _missing(record: OnRecord) -> list[str]:
    wanted = {
        "what troubles them": record.problem,
        "what they want to reach": record.goal,
        "how to reach them best": record.preferred_channel,
    }
    return [words for words, known in wanted.items() if known is None]


def _details(call_page: CallPage) -> str:
    """Which of the optional fields are offered: `note` alone, `all`, or all `with_date`."""
    if not isinstance(call_page.state, Reported):
        return ""
    if call_page.state.outcome == "in_conversation":
        return "with_date"
    return "all" if call_page.state.outcome in _SPOKEN else "note"


def _fields(call_page: CallPage) -> dict[str, str]:
    """What stands in the fields: what was typed, else what is on record."""
    proposed = call_page.times[-1] if call_page.times else _tomorrow_at_ten(call_page)
    there = proposed.astimezone(call_page.lead_zone)
    wall = _wall(there.replace(minute=there.minute // 5 * 5))
    record = call_page.record
    values = {
        "appointment_at": wall,
        "callback_at": wall,
        "note": "",
        "next_step": record.next_step or "",
        "problem": record.problem or "",
        "goal": record.goal or "",
        "value": record.value or "",
        "preferred_channel": record.preferred_channel or "",
        "follow_up": "",
    }
    values |= {name: _typed(name, call_page.typed[name]) for name in values.keys() & call_page.typed.keys()}
    most = {"note": 3000, "next_step": 200, "problem": 1500, "goal": 1500}
    return {name: several_lines(value, most.get(name, 100)) for name, value in values.items()}


def _typed(name: str, text: str) -> str:
    """What was typed. A field for a time can hold nothing else: where browsers leave it empty, so do we."""
    try:
        if name in _MOMENTS:
            return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="minutes")
        return date.fromisoformat(text).isoformat() if name == "follow_up" else text
    except ValueError:
        return ""


def _times(call_page: CallPage) -> list[dict[str, str]]:
    return [
        {
            "value": _wall(at.astimezone(call_page.lead_zone)),
            "words": _capital(moment_in_brief(at, call_page.lead_zone, call_page.now)),
        }
        for at in call_page.times[:_MOST_TIMES]
    ]


def _tomorrow_at_ten(call_page: CallPage) -> datetime:
    there = call_page.now.astimezone(call_page.lead_zone)
    return (there + timedelta(days=1)).replace(hour=10, minute=0)


def _next_five_minutes(now: datetime, zone: ZoneInfo) -> datetime:
    """The steps of the fields count from here, and a time is rarely agreed to the minute."""
    there = now.astimezone(zone)
    return (there + timedelta(minutes=5 - there.minute % 5)).replace(second=0)


def _wall(local: datetime) -> str:
    """As `datetime-local` has it."""
    return local.strftime("%Y-%m-%dT%H:%M")
