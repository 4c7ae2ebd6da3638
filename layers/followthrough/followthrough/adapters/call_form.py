"""What a rep posts from the call page and from the list of leads, as values.

Whatever is posted, nothing but the errors named here and in `form_body` comes out.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, cast, get_args

from followthrough.adapters.form_body import read_fields
from followthrough.domain.cadence import Channel, TaskOutcome
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.leads import LONGEST_NEXT_STEP, CallOutcome, Outcome
from followthrough.domain.partner_answers import PARTNER_ANSWERS
from followthrough.domain.rep_pages import CallForm, Duty, Value
from followthrough.domain.typed_words import one_line, paragraphs

LONGEST_NOTE = 1_000
LONGEST_OWN_WORDS = 500
SOONEST_YEAR, LAST_YEAR = 2000, 2100

_OUTCOMES = (*get_args(CallOutcome), *get_args(TaskOutcome), *PARTNER_ANSWERS)
_WITH_TIME: dict[Outcome | None, str] = {"booked": "of the appointment", "scheduled": "of the estimate"}
_IDS = re.compile(r"[A-Za-z0-9._-]{0,128}")
# `datetime-local` sends 2026-11-24T15:00, some browsers with seconds; one without such fields sends what was typed.
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]+(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

T = TypeVar("T")


class RefusedCallForm(FollowthroughError):
    """A post of the call page that can't be accepted.

    `errors` maps each field at fault to a sentence that says what would be right; `form` stands for the page as a
    whole. `typed` is what was sent, to be shown again. `str()` names neither: errors end in logs.
    """

    def __init__(self, errors: Mapping[str, str], typed: Mapping[str, str]) -> None:
        super().__init__(f"{len(errors)} fields of the call page can't be accepted")
        self.errors = dict(errors)
        self.typed = dict(typed)


def read_call_form(event: Mapping[str, Any]) -> CallForm:
    """What was posted. Whether a time is still to come isn't known here: it is on the lead's clock.

    Raises RefusedCallForm with everything that is wrong, and Refused, BodyTooLarge or UnsupportedBody for a body
    that is no form.
    """
    reading = _Reading(read_fields(event))
    form = reading.form()
    if reading.errors:
        raise RefusedCallForm(reading.errors, reading.given)
    return form


def read_duty(event: Mapping[str, Any]) -> Duty:
    """Which of the buttons Away and Back was pressed. Raises as `read_call_form` does."""
    given = read_fields(event).get("duty", "")
    if given not in get_args(Duty):
        raise RefusedCallForm({"form": "Press one of the two buttons."}, {})
    return cast("Duty", given)


def typed_again(form: CallForm) -> dict[str, str]:
    """A form as it was sent, to be shown with what is wrong."""
    sent = {name: getattr(form, name) for name in _FIELDS}
    return {name: _as_sent(value) for name, value in sent.items() if value is not None}


def _as_sent(value: Any) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value)


class _Reading:
    """Goes through the fields and gathers what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.given = {name: paragraphs(fields[name]) for name in _FIELDS if paragraphs(fields.get(name, ""))}
        self.errors: dict[str, str] = {}

    def form(self) -> CallForm:
        """What was read; good only if there are no errors."""
        outcome = self._read("outcome", _outcome)
        form = CallForm(
            touch=self._read("touch", _id) or "",
            form_id=self._read("form_id", _id) or "",
            outcome=outcome,
            appointment_at=self._time("appointment_at", _WITH_TIME[outcome]) if outcome in _WITH_TIME else None,
            callback_at=self._time("callback_at", "to call back") if outcome == "call_back" else None,
            note=self._read("note", _note),
            next_step=self._read("next_step", _next_step),
            problem=self._read("problem", _own_words),
            goal=self._read("goal", _own_words),
            value=self._read("value", _value),
            preferred_channel=self._read("preferred_channel", _channel),
            follow_up=self._read("follow_up", _day),
        )
        if outcome == "thinking" and "follow_up" not in self.given:
            self.errors["follow_up"] = "Choose the day until which they want to think."
        if outcome is None and not self.given.keys() - {"touch", "form_id", "appointment_at", "callback_at"}:
            self.errors["form"] = "Nothing was said: press a button, or fill in one of the fields."
        return form

    def _read(self, name: str, reader: Callable[[str], T]) -> T | None:
        if name not in self.given:
            return None
        try:
            return reader(self.given[name])
        except ValueError as wrong:
            # Nobody can mend a button or a hidden field.
            self.errors["form" if name in _NOT_TYPED else name] = str(wrong)
            return None

    def _time(self, name: str, what: str) -> datetime | None:
        if name not in self.given:
            self.errors[name] = f"Choose the day and time {what}."
        return self._read(name, typed_moment)


def _outcome(text: str) -> Outcome:
    if text not in _OUTCOMES:
        raise ValueError("That button isn't known: open the link again and press once more.")
    return cast("Outcome", text)


def _id(text: str) -> str:
    if not _IDS.fullmatch(text):
        raise ValueError("This page is damaged: open the link again.")
    return text


def typed_moment(text: str) -> datetime:
    """What a field for day and time sends, without a zone. Raises ValueError with a sentence for people."""
    match = _MOMENT.fullmatch(one_line(text))
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}") if match else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError("Write day and time as 2026-11-24 15:00.")
    _check_year(moment.year)
    return moment


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError("Write the date as 2026-11-24.")
    _check_year(day.year)
    return day


def _check_year(year: int) -> None:
    if not SOONEST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Look at the year: {year} can't be meant.")


def _note(text: str) -> str:
    return _bounded(text, LONGEST_NOTE)


def _next_step(text: str) -> str:
    return _bounded(one_line(text), LONGEST_NEXT_STEP)


def _own_words(text: str) -> str:
    return _bounded(text, LONGEST_OWN_WORDS)


def _bounded(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"Make it shorter: {longest:,} characters at most, and these are {len(text):,}.")
    return text


def _value(text: str) -> Value:
    if text not in get_args(Value):
        raise ValueError("Choose normal or high.")
    return cast("Value", text)


def _channel(text: str) -> Channel:
    if text not in get_args(Channel):
        raise ValueError("Choose call, text or e-mail.")
    return cast("Channel", text)


_NOT_TYPED = frozenset({"touch", "form_id", "outcome"})
_FIELDS = (
    *("touch", "form_id", "outcome", "appointment_at", "callback_at"),
    *("note", "next_step", "problem", "goal", "value", "preferred_channel", "follow_up"),
)
