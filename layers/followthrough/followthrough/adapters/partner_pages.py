"""A partner's page about the lead that it has: who they are, and a button for everything that can come of it.

Only how it is shown is decided here; whoever builds a `PartnerPage` decides what is true.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import quote

from followthrough.adapters.call_form import LONGEST_NOTE, typed_moment
from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody, read_fields
from followthrough.adapters.page_layout import dialling, laid_out, line, several_lines
from followthrough.adapters.web_answers import Answer, page
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.errors import FollowthroughError, Refused
from followthrough.domain.partner_answers import FARTHEST
from followthrough.domain.partner_pages import Asker, PartnerDone, PartnerForm, PartnerNote, PartnerPage
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_brief import ago, moment_in_brief
from followthrough.domain.times_in_words import moment_in_words, zone_in_words
from followthrough.domain.typed_words import paragraphs

ANSWER_WORDS: dict[PartnerAnswer, str] = {
    "transferred": "Brought together on the phone",
    "scheduled": "Estimate scheduled",
    "not_yet": "Reached, no date yet",
    "declined": "They said no",
    "cannot_reach": "Can't reach them yet",
    "needs_help": "I need help",
    "busy": "Too busy: skip me",
    "not_for_us": "Not for me",
}
"""The buttons, and the words for what was said. Nobody presses the first: our own people report it."""

UNREADABLE = "This could not be read, and nothing was changed. Please press again."
_PRESSED = (*(answer for answer in ANSWER_WORDS if answer != "transferred"), "ready")
_DONE: dict[PartnerDone, tuple[str, str]] = {
    "noted": ("good", "Noted. Thank you."),
    "noted_before": ("", "This was noted before, and pressing again changed nothing."),
    "moved_on": ("", "Thank you. This lead is no longer with you, so nothing was changed."),
    "ready": ("good", "Welcome back: you get leads again."),
}
_SEEN = re.compile(r"\d{1,6}", re.ASCII)
_EMAIL = re.compile(r"[!-~]{1,64}@[!-~]{1,189}")
_MOST_SAID = 8


class RefusedPartnerForm(FollowthroughError):
    """A press that can't be accepted: a sentence for each field at fault, `form` for the page as a whole, and what was
    typed. `str()` names neither: errors end in logs.
    """

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, str]) -> None:
        super().__init__(f"{len(errors)} fields of the partner's page can't be accepted")
        self.errors = dict(errors)
        self.typed = dict(typed)


# -- what is posted ------------------------------------------------------------------------------------------


def read_partner_form(event: Mapping[str, Any]) -> PartnerForm:
    """What was pressed. Whatever is posted, nothing but RefusedPartnerForm comes out."""
    try:
        fields = read_fields(event)
    except (BodyTooLarge, UnsupportedBody, Refused):
        raise RefusedPartnerForm({"form": UNREADABLE}, {}) from None
    typed = {name: paragraphs(fields[name]) for name in ("answer", "estimate_at", "note") if fields.get(name)}
    answer, note, seen = typed.get("answer", ""), typed.get("note"), fields.get("seen", "")
    if answer not in _PRESSED or (seen and not _SEEN.fullmatch(seen)):
        raise RefusedPartnerForm({"form": UNREADABLE}, {})
    errors: dict[str, str] = {}
    estimate_at = _estimate_at(typed.get("estimate_at", ""), errors) if answer == "scheduled" else None
    if note and len(note) > LONGEST_NOTE:
        errors["note"] = f"Make the note shorter: {LONGEST_NOTE:,} characters at most, and these are {len(note):,}."
    if errors:
        raise RefusedPartnerForm(errors, typed)
    return PartnerForm(cast("PartnerAnswer", answer), int(seen) if seen else None, estimate_at, note)


def _estimate_at(text: str, errors: dict[str, str]) -> datetime | None:
    if not text:
        errors["estimate_at"] = "Choose the day and time of the estimate."
        return None
    try:
        return typed_moment(text)
    except ValueError as wrong:
        errors["estimate_at"] = str(wrong)
        return None


def typed_again(form: PartnerForm) -> dict[str, str]:
    """A press as it was sent, to be shown with what is wrong."""
    at = form.estimate_at.isoformat(timespec="minutes") if form.estimate_at else ""
    return {"answer": form.answer, "estimate_at": at, "note": form.note or ""}


# -- what is shown -------------------------------------------------------------------------------------------


def render_no_partner_link(business_name: str, business_phone: str) -> Answer:
    """For a link that is too old, or was cut off. It shows nothing of anybody."""
    words = "It is too old, or was cut off. Nothing was changed."
    advice = f"Open the link in our latest text, or call {business_name}: {readable_phone(business_phone)}."
    return page(404, "This link doesn't work", [words, advice])


def render_partner_page(shown: PartnerPage) -> Answer:
    """The page: 200, or 422 when it says what is wrong with what was sent. Never above `page_layout.MOST_BYTES`."""
    return laid_out(422 if shown.errors else 200, "partner.html", _view(shown))


def _view(shown: PartnerPage) -> dict[str, Any]:
    rep_phone, rep_tel = dialling(shown.rep_phone)
    proposed = shown.estimate_at or shown.now + timedelta(days=1)
    return {
        "page": shown,
        "title": f"{'Not noted yet: ' if shown.errors else ''}{_title(shown)}",
        "heading": _title(shown),
        "state": _state(shown),
        "done": _DONE.get(shown.done) if shown.done else None,
        "asker": _asker(shown, shown.asker) if shown.asker else None,
        "waiting": _waiting(shown),
        "business_name": line(shown.business_name, 150),
        "partner_name": line(shown.partner_name, 150),
        "rep_name": line(shown.rep_name or "", 150) or line(shown.business_name, 150),
        "rep_phone": rep_phone,
        "rep_tel": rep_tel,
        "deadline": moment_in_words(shown.deadline_at, shown.partner_zone) if shown.deadline_at else "",
        "said": [_said(shown, note) for note in shown.said[:_MOST_SAID]],
        "words": ANSWER_WORDS,
        "errors": {name: line(sentence, 200) for name, sentence in shown.errors.items()},
        "pressed": shown.typed.get("answer", ""),
        "note": several_lines(shown.typed.get("note", ""), 3000),
        "longest_note": LONGEST_NOTE,
        "zone": zone_in_words(shown.lead_zone, shown.now),
        "estimate_at": _typed_time(shown) or _wall(shown, proposed),
        "soonest": _wall(shown, shown.now + timedelta(minutes=5)),
        "latest": _wall(shown, shown.now + FARTHEST),
    }


def _title(shown: PartnerPage) -> str:
    name = line(shown.asker.name or "A lead for you", 150) if shown.asker else ""
    return name or f"A lead from {line(shown.business_name, 150)}"


def _state(shown: PartnerPage) -> str:
    if shown.held == "scheduled" and shown.estimate_at:
        return f"Estimate scheduled for {moment_in_words(shown.estimate_at, shown.lead_zone)}."
    if shown.held == "declined":
        return "They said no. That settles it, thank you."
    return "This lead is no longer with you." if shown.held == "over" else ""


def _waiting(shown: PartnerPage) -> str:
    """What else there is for this partner; true when the page is made."""
    if shown.held == "open":
        if not shown.waiting:
            return ""
        more = "1 more lead waits" if shown.waiting == 1 else f"{shown.waiting} more leads wait"
        return f"{more} for you, and the next one is yours as soon as this one is taken care of."
    if shown.other_open:
        return "You have another lead from us: its link is in our latest text."
    if shown.skipped:
        return "You asked us to skip you for now, so you get no leads."
    return "You have no open lead from us just now."


def _asker(shown: PartnerPage, asker: Asker) -> dict[str, str]:
    phone, tel = dialling(asker.phone)
    is_email = asker.email is not None and _EMAIL.fullmatch(asker.email)
    elapsed = shown.now - asker.asked_at
    when = moment_in_brief(asker.asked_at, shown.partner_zone, shown.now)
    return {
        "request": line(asker.request or "", 400),
        "own_words": several_lines(asker.own_words or "", 3000),
        "asked": f"Asked {ago(elapsed)}, {when}" if elapsed < timedelta(days=1) else f"Asked {when}",
        "phone": phone,
        "tel": tel,
        "email": line(asker.email or "", 300) if is_email else "",
        "mailto": f"mailto:{quote(asker.email or '', safe='@')}" if is_email else "",
    }


def _said(shown: PartnerPage, note: PartnerNote) -> dict[str, str]:
    who = "you" if note.by is None else f"{line(note.by, 100)} for you"
    return {
        "what": ANSWER_WORDS.get(cast("PartnerAnswer", note.what), "Your words"),
        "when": f"{moment_in_brief(note.at, shown.partner_zone, shown.now)}, by {who}",
        "words": line(note.words or "", 400),
    }


def _typed_time(shown: PartnerPage) -> str:
    """A field for a time can hold nothing else: where browsers leave it empty, so do we."""
    try:
        return typed_moment(shown.typed.get("estimate_at", "")).isoformat(timespec="minutes")
    except ValueError:
        return ""


def _wall(shown: PartnerPage, at: datetime) -> str:
    """As `datetime-local` has it, in steps of five minutes."""
    local = at.astimezone(shown.lead_zone)
    return local.replace(minute=local.minute // 5 * 5).strftime("%Y-%m-%dT%H:%M")
