"""The values that the cadence language is made of: how each is written, and what is said when it is written wrong."""

import re
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import core_schema

from followthrough.domain.durations import PATTERN, UNIT, Duration
from followthrough.domain.model import Model
from followthrough.domain.weekly_hours import DAYS, parse_days, parse_hours

Channel = Literal["call", "email", "text"]
"""A way to reach a lead."""

Action = Literal["call", "task", "email", "text"]
"""What a step does: reach the lead in one of these ways, or have a rep do or tell something."""

Audience = Literal["consumer", "company", "enterprise"]
"""Who asked: waits can differ by it."""

TaskOutcome = Literal["kept", "no_show", "won", "lost", "thinking", "done", "not_done"]
"""What a rep can report of a task."""

PartnerAnswer = Literal[
    "transferred", "scheduled", "not_yet", "declined", "cannot_reach", "needs_help", "busy", "not_for_us"
]
"""What a partner says of a lead, or a rep for it: they talk to each other now; an estimate has a date; no news yet; the
lead said no; the lead can't be reached yet; somebody of ours should call; skip us for now; not our trade or area.
"""

Recipient = Literal["lead", "partner", "both", "rep"]
"""Whom a touch reaches; both: the partner, with the lead on the line."""

LAST_CONTACT, QUIET, NEXT_LEAD, HELP_ASKED = "last_contact", "quiet", "next_lead", "help_asked"
OF_PARTNERS = (LAST_CONTACT, QUIET, NEXT_LEAD, HELP_ASKED)
"""What 'of' can name where a partner has the lead. Steps that count from one of these come again and again."""

StartedBy = Literal[
    "arrival",
    "asked_again",
    "appointment",
    "no_show",
    "silence",
    "exhausted",
    "event",
    "handoff",
    "taken_back",
    "no_partner",
]
"""What began a pursuit: a new lead, the same person asking again, an agreed time, a missed one, a conversation that
went silent, another cadence that came to its end, an event that another system of the business reported, a partner that
got the lead, one that has it no more, or that none is left for it.
"""

AS_WRITTEN = PlainSerializer(
    lambda value: value.model_dump(mode="json", exclude_none=True) if isinstance(value, Model) else value
)
"""How a value goes back into JSON that can be a text, a list or an object."""

NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
LONGEST_NAME = 40


def _name(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not re.fullmatch(NAME_PATTERN, value):
        raise ValueError(
            "write a name in lower case letters and digits, words joined by hyphens, such as first-call; "
            f"{LONGEST_NAME} characters are the most"
        )
    return value


def _names(value: Any) -> str | list[str]:
    return [_name(each) for each in value] if isinstance(value, list) else _name(value)


_A_NAME = {"type": "string", "pattern": NAME_PATTERN, "maxLength": LONGEST_NAME}
Name = Annotated[str, PlainValidator(_name), WithJsonSchema(_A_NAME)]
"""What a cadence, a step or a message is called."""
Names = Annotated[
    str | list[str],
    PlainValidator(_names),
    AS_WRITTEN,
    WithJsonSchema({"anyOf": [_A_NAME, {"type": "array", "items": _A_NAME}]}),
]
"""One name, or several."""

EVENT_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
EventName = Annotated[str, Field(pattern=EVENT_PATTERN, max_length=40, description="Such as estimate_sent.")]
"""The name of something that happened to a lead in another system of the business."""

OF_EVENT = "event:"
"""What stands before an event's name where a step counts from it."""

BUILT_IN_EVENTS = ("appointment_made", "kept", "lost", "no_show", "won")
"""The events of other systems that mean something without any configuration."""


AT_STEP = (
    "Which of that cadence's steps with 'every' to begin with, one interval from now. The steps above it are left out. "
    "Without it: the whole cadence."
)


class NextCadence(Model):
    """A cadence that a lead goes on with."""

    cadence: Name = Field(description="The name of the cadence that the lead goes on with.")
    at_step: Name | None = Field(None, description=AT_STEP)


CHANNELS: tuple[Channel, ...] = get_args(Channel)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
_RANGE = ".."


class Span:
    """Two whole numbers, the first not above the second, written `2` or `"2-5"`."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    @classmethod
    def parse(cls, value: Any) -> "Span":
        """Read a number or a range. Raises ValueError saying how one is written."""
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", str(value), re.ASCII)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if low < 1 or high < low:
            raise ValueError('write a number from 1 on, such as 2, or a range, such as "2-5"')
        return cls(low, high)

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.low, self.high) == (other.low, other.high)

    def __hash__(self) -> int:
        return hash((self.low, self.high))

    def _json(self) -> int | str:
        return self.low if self.low == self.high else str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            serialization=core_schema.plain_serializer_function_ser_schema(cls._json),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {
            "anyOf": [
                {"type": "integer", "minimum": 1},
                {"type": "string", "pattern": r"^\d{1,3}(-\d{1,3})?$"},
            ],
            "examples": [2, "2-5"],
        }


class Wait:
    """How long after its origin a touch is due: a length (`3h`), a range (`30m..60m`), or one of these per audience.

    A range is where the touch belongs: it goes at the first allowed moment from the lower end on.
    """

    def __init__(self, written: str | dict[Audience, str]) -> None:
        self.written = written
        by_audience = dict.fromkeys(AUDIENCES, written) if isinstance(written, str) else written
        self._lengths = {audience: _range(text) for audience, text in by_audience.items()}

    @classmethod
    def parse(cls, value: Any) -> "Wait":
        """Read a wait. Raises ValueError saying how one is written."""
        if isinstance(value, dict) and set(value) != set(AUDIENCES):
            raise ValueError("an object has a length for each audience: " + ", ".join(AUDIENCES))
        if not isinstance(value, dict | str):
            value = ""
        return cls(value)

    def least(self, audience: Audience) -> Duration:
        """The length; of a range the lower end."""
        return self._lengths[audience][0]

    @property
    def lengths(self) -> list[Duration]:
        """Every length that it names, both ends of ranges."""
        return [length for ends in self._lengths.values() for length in ends]

    @property
    def in_dates(self) -> bool:
        """Whether it is in dates for everybody."""
        return all(length.in_dates for length in self.lengths)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wait) and self.written == other.written

    def __hash__(self) -> int:
        return hash(str(self.written))

    def _json(self) -> str | dict[Audience, str]:
        return self.written

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(value),
            serialization=core_schema.plain_serializer_function_ser_schema(cls._json),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        one = {"type": "string", "pattern": rf"^\d{{1,3}}{UNIT}(\.\.\d{{1,3}}{UNIT})?$"}
        each = {
            "type": "object",
            "properties": dict.fromkeys(AUDIENCES, one),
            "required": list(AUDIENCES),
            "additionalProperties": False,
        }
        return {
            "anyOf": [one, each],
            "examples": ["5m", "30m..60m", "5bd", {"consumer": "1d", "company": "2d..3d", "enterprise": "4d..5d"}],
        }


def _range(text: Any) -> tuple[Duration, Duration]:
    first, separator, second = str(text).partition(_RANGE)
    low = Duration.parse(first)
    high = Duration.parse(second) if separator else low
    if high.in_dates != low.in_dates or high.longest < low.longest:
        raise ValueError("a range runs from the shorter to the longer, both in time or both in dates: 30m..60m, 2d..3d")
    return low, high


class OneOf(Model):
    """One channel among several, chosen when the touch is planned."""

    one_of: list[Channel] = Field(min_length=2, description="The channels, the one to begin with first.")


def _do(value: Any) -> "Action | list[Channel] | OneOf":
    if isinstance(value, OneOf) or value in get_args(Action):
        return value  # type: ignore[no-any-return]  # narrowed by what it is compared with
    named = value["one_of"] if isinstance(value, dict) and set(value) == {"one_of"} else value
    if isinstance(named, list) and len(named) > 1 and all(each in CHANNELS for each in named):
        if len(set(named)) < len(named):
            raise ValueError("names a channel twice")
        return named if named is value else OneOf(one_of=named)
    raise ValueError(
        "write 'call', 'task', 'email' or 'text', a list of channels to use in this order, such as "
        '["call", "text"], or the channels to choose from, such as {"one_of": ["text", "email"]}'
    )


_SOME_CHANNELS = {
    "type": "array",
    "items": {"enum": list(CHANNELS)},
    "minItems": 2,
    "uniqueItems": True,
}
Doing = Annotated[
    Action | list[Channel] | OneOf,
    PlainValidator(_do),
    AS_WRITTEN,
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(get_args(Action))},
                _SOME_CHANNELS,
                {
                    "type": "object",
                    "properties": {"one_of": _SOME_CHANNELS},
                    "required": ["one_of"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["call", ["call", "text", "email"], {"one_of": ["text", "email", "call"]}],
        }
    ),
]


def _time_of_day(text: str) -> str:
    if text in {"morning", "afternoon", "evening", "different"}:
        return text
    try:
        parse_hours(text)
    except ValueError as error:
        raise ValueError(f"{error}, or as morning, afternoon, evening or different") from None
    return text


TimeOfDay = Annotated[
    str,
    AfterValidator(_time_of_day),
    Field(examples=["morning", "afternoon", "evening", "different", "14:00-16:00"]),
]

SAME_DAY = "same_day"


def _latest(text: str) -> str:
    if text != SAME_DAY:
        try:
            Duration.parse(text)
        except ValueError as error:
            raise ValueError(f"write same_day, or {str(error).removeprefix('write ')}") from None
    return text


Latest = Annotated[
    str,
    AfterValidator(_latest),
    WithJsonSchema({"type": "string", "pattern": rf"{PATTERN}|^{SAME_DAY}$", "examples": [SAME_DAY, "2h"]}),
]


def _weekdays(value: Any) -> str | list[str] | None:
    if value is None:
        return None
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, str) for entry in entries):
        raise ValueError('write days of the week as "mon-fri", or as a list, such as ["mon-wed", "fri"]')
    for entry in entries:
        parse_days(entry)
    return value  # type: ignore[no-any-return]  # a text or a list of texts, as was just checked


_DAYS_PATTERN = rf"^({'|'.join(DAYS)})(-({'|'.join(DAYS)}))?$"
Weekdays = Annotated[
    str | list[str],
    PlainValidator(_weekdays),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _DAYS_PATTERN},
                {"type": "array", "items": {"type": "string", "pattern": _DAYS_PATTERN}, "minItems": 1},
            ],
            "examples": ["mon-fri", ["mon-wed", "fri"]],
        }
    ),
]


class ChannelLimit(Model):
    """How often one lead may be reached on one channel."""

    a_day: int | None = Field(None, ge=1, le=20, description="So many on one of the lead's local days.")
    gap: Duration | None = Field(None, description="The least time between two: minutes or hours.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.a_day is None and self.gap is None:
            raise ValueError("a limit has 'a_day', 'gap', or both")
        if self.gap is not None and not self.gap.elapsed:
            raise ValueError("'gap' is minutes or hours")
        return self
