"""What a lead, or its mail program, posts from the leads' own pages, as values.

Whatever is posted, nothing but RefusedLeadForm comes out.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from followthrough.adapters.call_form import typed_moment
from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody, read_fields
from followthrough.domain.errors import FollowthroughError, Refused
from followthrough.domain.typed_words import one_line
from followthrough.use_cases.answering import CallMe, NoThanks, NotNow, Said
from followthrough.use_cases.stopping import Scope

UNREADABLE = "This could not be read, and nothing was changed. Please press again."
_CHOOSE = "Nothing was changed: choose what is to stop, and press the button."
_PRESS = "Nothing was changed: press one of the buttons."
_ONE_CLICK = b"list-unsubscribe=one-click"
_ONE_CLICK_FIELD = "list-unsubscribe"
_SEEN = re.compile(r"[a-z0-9._]{1,40}", re.ASCII)
_MALFORMED, _TOO_LARGE, _WRONG_TYPE, _WRONG_CONTENT = 400, 413, 415, 422


class RefusedLeadForm(FollowthroughError):
    """A post that can't be accepted: the HTTP status, the field at fault (`form` for the page as a whole), a sentence
    for people, and what was typed into that field.
    """

    def __init__(self, status: int, reason: str, field: str = "form", typed: str = "") -> None:
        super().__init__(f"{field}: status {status}")
        self.status = status
        self.field = field
        self.reason = reason
        self.typed = typed


@dataclass(frozen=True)
class StopPress:
    """`one_click` came from a mail program by itself (RFC 8058), or without any content."""

    do: Literal["one_click", "undo"] | Scope


def read_stop_press(event: Mapping[str, Any]) -> StopPress:
    """What was pressed on the page that stops everything. Raises RefusedLeadForm.

    RFC 8058's one click is understood in whatever content type it comes, and so is a post without content: nobody
    presses that by mistake, and a stop must not be lost to a mail program's manners.
    """
    raw = _raw(event)
    if not raw.strip() or _ONE_CLICK in raw.lower():
        return StopPress("one_click")
    fields = _fields(event)
    if any(name.strip().lower() == _ONE_CLICK_FIELD for name in fields):
        return StopPress("one_click")
    if fields.get("undo") == "yes":
        return StopPress("undo")
    if fields.get("scope") not in get_args(Scope):
        raise RefusedLeadForm(_WRONG_CONTENT, _CHOOSE)
    return StopPress(cast("Scope", fields["scope"]))


@dataclass(frozen=True)
class LaterPress:
    """What was pressed on the page for everything short of a stop. `seen` is what that page showed, if it says so."""

    said: Said
    seen: str | None = None


def read_later_press(event: Mapping[str, Any]) -> LaterPress:
    """What they tell us: `call_at`, `months` or `answer=no_thanks`, one of them. Raises RefusedLeadForm."""
    fields = _fields(event)
    given = [name for name in ("call_at", "months", "answer") if name in fields]
    if len(given) != 1:
        raise RefusedLeadForm(_WRONG_CONTENT, _PRESS)
    seen = fields.get("seen") or None
    if seen and not _SEEN.fullmatch(seen):
        raise RefusedLeadForm(_WRONG_CONTENT, UNREADABLE)
    return LaterPress(_said(given[0], fields[given[0]]), seen)


def _said(name: str, value: str) -> Said:
    if name == "call_at":
        return _call_me(value)
    if name == "months" and value.isascii() and value.isdigit() and len(value) <= 2:  # noqa: PLR2004 - 12 at most
        return NotNow(int(value))
    if name == "answer" and value == "no_thanks":
        return NoThanks()
    raise RefusedLeadForm(_WRONG_CONTENT, _PRESS)


def _call_me(value: str) -> CallMe:
    typed = one_line(value)[:40]
    if not typed:
        raise RefusedLeadForm(_WRONG_CONTENT, "Choose the day and time for our call.", "call_at")
    try:
        return CallMe(typed_moment(typed))
    except ValueError as wrong:
        raise RefusedLeadForm(_WRONG_CONTENT, str(wrong), "call_at", typed) from None


def _fields(event: Mapping[str, Any]) -> dict[str, str]:
    try:
        return read_fields(event)
    except BodyTooLarge:
        raise RefusedLeadForm(_TOO_LARGE, UNREADABLE) from None
    except UnsupportedBody:
        raise RefusedLeadForm(_WRONG_TYPE, UNREADABLE) from None
    except Refused:
        raise RefusedLeadForm(_MALFORMED, UNREADABLE) from None


def _raw(event: Mapping[str, Any]) -> bytes:
    """The body as it came; what can't be decoded is read, and refused, as a form later."""
    body = event.get("body") or ""
    try:
        return b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return b"?"
