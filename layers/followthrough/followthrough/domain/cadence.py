"""The cadence language: what an admin writes in `cadences/<name>/cadence.json`.

The JSON Schema that editors use is generated from these models, so every field's description is written
for the person who edits the JSON.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import core_schema

from followthrough.domain.durations import Duration
from followthrough.domain.model import Model
from followthrough.domain.weekly_hours import parse_hours

Channel = Literal["call", "email", "text"]
"""A way to reach a lead."""

Action = Literal["call", "task", "email", "text"]
"""What a step does: reach the lead in one of these ways, or have a rep do or tell something."""

ASKED_OF_REPS: tuple[Action, ...] = ("call", "task")
"""What a rep is asked for, and reports."""

TaskOutcome = Literal["kept", "no_show", "won", "lost", "thinking", "done", "not_done"]
"""What a rep can report of a task."""

Condition = str | list[str]

NAME_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=40)]

CALL_BACK = "call-back"
"""The system's own step: a call at a time that was agreed, or at once after a missed appointment."""

START, APPOINTMENT = "start", "appointment"
"""What 'of' can name beside steps."""

CONDITION_FIELDS: dict[str, tuple[str, ...]] = {
    "arrived": ("in_hours", "outside_hours"),
    "value": ("normal", "high"),
    "audience": ("consumer", "company", "enterprise"),
}
OUTCOMES_OF_A_CALL = (
    "booked",
    "call_back",
    "in_conversation",
    "not_interested",
    "voicemail",
    "no_answer",
    "wrong_number",
    "silent",
    "skipped",
)
OUTCOMES_OF_A_MESSAGE = ("sent", "failed", "unknown", "skipped")
LONGEST_WAIT = timedelta(days=300)
FIRST_CALL_RESPONSE = Duration("5m")
LATER_CALL_RESPONSE = Duration("30m")


class Span:
    """Two whole numbers, the first not above the second, written `2` or `"2-5"`."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    @classmethod
    def parse(cls, value: Any) -> "Span":
        """Read a number or a range. Raises ValueError saying how one is written."""
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", str(value))
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


class IfSilent(Model):
    """What to do when the rep who was asked reports nothing."""

    after: Duration = Field(description="How long the rep has, counted from the moment the call or task is due.")
    do: Literal["escalate", "remind", "carry_on"] = Field(
        description="Ask somebody else, remind the same rep once, or go on without a word."
    )

    @model_validator(mode="after")
    def _elapsed_and_long_enough(self) -> Self:
        if self.after.elapsed < timedelta(minutes=1):
            raise ValueError("if_silent.after must be minutes or hours, at least 1m")
        return self


class Step(Model):
    """One rule of a cadence: what to do, when, and why."""

    name: Name = Field(description="What the step is called in timelines and in other steps' 'of' and 'if'.")
    do: Action = Field(
        description="Ask a rep to call (call), ask a rep to do or tell something (task), send an e-mail or a text to "
        "the lead. A task with 'after' is due at any hour; the rep alone hears of it.",
    )
    outcomes: list[TaskOutcome] | None = Field(
        None,
        min_length=1,
        description="What the rep can answer to a task. won and lost close the lead, thinking asks for a date and "
        "calls then, no_show asks for a call at once.",
    )
    purpose: str = Field(min_length=3, max_length=200, description="Why the lead is contacted; shown to the rep.")
    after: Duration | None = Field(None, description="How long after the origin ('of') the touch is due.")
    day: Span | None = Field(None, description="The day or days of the cadence; day 1 is the day it begins.")
    of: str | list[str] = Field(
        START,
        description="What 'after' counts from: 'start', 'appointment' (the agreed time), a step, or several of these "
        "(when all are over).",
    )
    times_a_day: Span | None = Field(
        None, description="So many on each of the days, evenly spread; '2-3' is as many as keep the gap."
    )
    gap: Duration = Field(
        Duration("60m"), description="The least time between two calls of a spread, and before its first."
    )
    every: Duration | None = Field(None, description="Again and again, counted from the step's first date.")
    at: TimeOfDay | None = Field(
        None,
        description="Time of day to prefer, local to the lead. 'different': the half-day with fewer calls so far. "
        "With 'after' in days or weeks: at that time of the date that is reached, and never before the origin.",
    )
    latest: Literal["same_day"] | None = Field(
        None, description="'same_day': skipped when it can't happen on the day on which it became due."
    )
    message: Name | list[Name] | None = Field(
        None,
        description="The message or call script to use, or a list to use in turn. Default: the step's name.",
    )
    voicemail: Literal["hang_up", "leave"] = Field("hang_up", description="What the rep does at the beep.")
    if_: dict[str, Condition] = Field(
        default_factory=dict,
        alias="if",
        description="Only when all hold, read when the touch is due: a field ('value', 'audience', 'arrived') "
        "or a step's outcome, equal to a value or to one of a list.",
    )
    if_silent: IfSilent | None = Field(None, description="What a rep's silence leads to.")
    any_hour: bool = Field(False, description="May go outside contact hours. E-mail acknowledgements only.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for wrong, advice in self._mistakes():
            if wrong:
                raise ValueError(advice)
        return self

    def _mistakes(self) -> Iterator[tuple[bool, str]]:
        yield (self.after is None) == (self.day is None), "give either 'after' or 'day'"
        yield self.day is None and self.times_a_day is not None, "'times_a_day' needs 'day'"
        yield self.day is None and self.every is not None, "'every' needs 'day', the day of its first touch"
        yield (
            self.every is not None and not self.every.days,
            "'every' is a number of days or weeks, such as 1w",
        )
        yield (
            self.every is not None and self.day is not None and self.day.low != self.day.high,
            "a step with 'every' starts on one day, not on a range of days",
        )
        yield self.every is not None and self.times_a_day is not None, "give either 'every' or 'times_a_day'"
        yield self.day is not None and self.of != START, "'of' goes with 'after'; days count from the start"
        yield (
            self.after is not None and self.at is not None and not self.after.in_dates,
            "'at' goes with 'day', or with 'after' in days or weeks, such as 0d for the same date",
        )
        yield self.at is not None and self.times_a_day is not None, "give either 'at' or 'times_a_day'"
        yield self.latest is not None and self.after is None, "'latest' goes with 'after'"
        yield self.any_hour and self.do != "email", "'any_hour' is for e-mail acknowledgements only"
        yield self.any_hour and self.after is None, "'any_hour' goes with 'after'"
        yield self.do != "call" and self.voicemail == "leave", "only a call can leave a voicemail"
        yield self.do not in ASKED_OF_REPS and self.if_silent is not None, "'if_silent' is for calls and tasks"
        yield (
            self.do == "task" and not self.outcomes,
            "a task needs 'outcomes', what the rep can answer: " + ", ".join(get_args(TaskOutcome)),
        )
        yield self.do != "task" and self.outcomes is not None, "'outcomes' is for tasks; those of a call are fixed"
        yield len(set(self.outcomes or ())) < len(self.outcomes or ()), "'outcomes' names one twice"
        yield (
            self.after is not None and self.after.longest > LONGEST_WAIT,
            "waits over 300 days are not possible",
        )
        yield (
            self.every is not None and self.every.longest > LONGEST_WAIT,
            "waits over 300 days are not possible",
        )
        yield self.day is not None and self.day.high > LONGEST_WAIT.days, "days over 300 are not possible"
        yield not self.gap.elapsed, "'gap' is minutes or hours"
        yield self.of == [], "'of' is an empty list: name a step, or leave it out to count from the start"
        yield self.message == [], "'message' is an empty list: name a message, or leave it out for the step's own name"

    @property
    def origins(self) -> tuple[str, ...]:
        """What 'after' counts from: steps, 'appointment'; empty for the start of the pursuit."""
        names = (self.of,) if isinstance(self.of, str) else tuple(self.of)
        return () if names == (START,) else names

    @property
    def messages(self) -> tuple[str, ...]:
        """The names of the messages that the step uses, in turn."""
        if self.message is None:
            return (self.name,)
        return (self.message,) if isinstance(self.message, str) else tuple(self.message)

    def message_for(self, n: int) -> str:
        """The name of the message of the n-th touch of this step, from 1."""
        return self.messages[(n - 1) % len(self.messages)]


class Ends(Model):
    """One way for a cadence to end when all its steps are done."""

    because: Literal["no_response", "booked", "no_show"] = Field(description="What the lead is closed as.")
    if_: dict[str, Condition] = Field(
        default_factory=dict, alias="if", description="Only when all hold, as in a step; in a list of ends."
    )


class Cadence(Model):
    """What to do and when, for one lead, until there is an answer."""

    schema_: str | None = Field(None, alias="$schema", description="Where editors find this schema.")
    name: Name = Field(description="The name of the cadence; its folder has the same.")
    about: str = Field(min_length=3, max_length=400, description="What this cadence is for, in a sentence or two.")
    days: Literal["calendar", "open"] = Field(
        "calendar", description="'open': days without contact hours are not counted."
    )
    steps: list[Step] = Field(min_length=1, max_length=60)
    ends: Ends | list[Ends] | None = Field(
        None,
        description="How it ends when all steps are done, or a list, of which the first whose 'if' holds counts and "
        "the last has none. Absent only if a step repeats without end.",
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        names = [step.name for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two steps are called '{name}'")
            if name in (*CONDITION_FIELDS, START, APPOINTMENT, CALL_BACK):
                raise ValueError(f"a step can't be called '{name}': that is a word of the language")
        for place, step in enumerate(self.steps):
            self._check_references(step, names[:place])
            self._check_conditions(step.if_, f"step '{step.name}'", names[:place])
        self._check_ends(names)
        endless = any(step.every for step in self.steps)
        if endless == (self.ends is not None):
            raise ValueError(
                "'ends' is for cadences that come to an end; a step here repeats without end"
                if endless
                else 'say how the cadence ends: "ends": {"because": "no_response"}'
            )
        return self

    def _check_references(self, step: Step, earlier: list[str]) -> None:
        for origin in step.origins:
            if origin not in (APPOINTMENT, *earlier):
                raise ValueError(f"step '{step.name}': 'of' names '{origin}', which is not a step before it")

    def _check_conditions(self, conditions: dict[str, Condition], whose: str, earlier: list[str]) -> None:
        for key, wanted in conditions.items():
            if key not in (*CONDITION_FIELDS, *earlier):
                raise ValueError(
                    f"{whose}: 'if' asks for '{key}', which is neither a step before it nor one of "
                    + ", ".join(CONDITION_FIELDS)
                )
            known = CONDITION_FIELDS.get(key) or self._outcomes_of(key)
            values = [wanted] if isinstance(wanted, str) else wanted
            if not values or any(value not in known for value in values):
                raise ValueError(f"{whose}: 'if' compares '{key}' with one or more of " + ", ".join(known))

    def _check_ends(self, names: list[str]) -> None:
        for ends in self.all_ends:
            self._check_conditions(ends.if_, "'ends'", names)
        conditional = [bool(ends.if_) for ends in self.all_ends]
        if self.ends is not None and conditional != [True] * (len(conditional) - 1) + [False]:
            raise ValueError("'ends': all but the last need an 'if', and the last has none")

    def _outcomes_of(self, name: str) -> tuple[str, ...]:
        step = self.step(name)
        if step.outcomes:
            return (*step.outcomes, "silent", "skipped")
        return OUTCOMES_OF_A_CALL if step.do == "call" else OUTCOMES_OF_A_MESSAGE

    @property
    def all_ends(self) -> tuple[Ends, ...]:
        """The ways in which it can end; none for a cadence without end."""
        if self.ends is None:
            return ()
        return (self.ends,) if isinstance(self.ends, Ends) else tuple(self.ends)

    def step(self, name: str) -> Step:
        """The step of that name. Raises KeyError."""
        return next((step for step in self.steps if step.name == name), None) or _no_step(name)

    def is_awaited(self, name: str) -> bool:
        """Whether another step counts from this one."""
        return any(name in step.origins for step in self.steps)

    def silence_rule(self, step: Step) -> IfSilent:
        """What a rep's silence on this step leads to: as written, else the first call escalates after
        5 minutes and whatever comes later is reminded of once, after 30.
        """
        if step.if_silent:
            return step.if_silent
        first_call = next((other for other in self.steps if other.do == "call"), None)
        if first_call and step.name == first_call.name:
            return IfSilent(after=FIRST_CALL_RESPONSE, do="escalate")
        return IfSilent(after=LATER_CALL_RESPONSE, do="remind")


def _no_step(name: str) -> Step:
    raise KeyError(name)
