"""The cadence language: what an admin writes in `cadences/<name>/cadence.json`.

The JSON Schema that editors use is generated from these models, so every field's description is written
for the person who edits the JSON.
"""

from datetime import timedelta
from typing import Literal, Self, get_args

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from followthrough.domain.cadence_mistakes import mistakes
from followthrough.domain.cadence_values import (
    AT_STEP,
    OF_EVENT,
    OF_PARTNERS,
    Action,
    Channel,
    ChannelLimit,
    Doing,
    EventName,
    Latest,
    Name,
    Names,
    NextCadence,
    OneOf,
    PartnerAnswer,
    Recipient,
    Span,
    TaskOutcome,
    TimeOfDay,
    Wait,
    Weekdays,
)
from followthrough.domain.conditions import WORDS, Condition, mistake
from followthrough.domain.deadlines import Deadline
from followthrough.domain.durations import Duration
from followthrough.domain.model import Model
from followthrough.domain.weekly_hours import parse_days

__all__ = [
    "APPOINTMENT",
    "ASKED_OF_REPS",
    "CALL_BACK",
    "OUTCOMES_OF_A_CALL",
    "SILENCE",
    "Action",
    "Cadence",
    "Channel",
    "Condition",
    "IfSilent",
    "NextCadence",
    "OneOf",
    "Span",
    "Step",
    "TaskOutcome",
    "Wait",
]

ASKED_OF_REPS: tuple[Action, ...] = ("call", "task")
"""What a rep is asked for, and reports."""

CALL_BACK = "call-back"
"""The system's own step: a call at a time that was agreed, or at once after a missed appointment."""

START, APPOINTMENT, SILENCE = "start", "appointment", "silence"
"""What 'of' can name beside steps."""

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
FIRST_CALL_RESPONSE = Duration("5m")
LATER_CALL_RESPONSE = Duration("30m")


OUTCOMES_OF_A_PARTNER_CALL = (
    *get_args(PartnerAnswer),
    "voicemail",
    "no_answer",
    "wrong_number",
    "silent",
    "skipped",
)


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


_FIRST_CALL_SILENT = IfSilent(after=Duration("5m"), do="escalate")
_LATER_CALL_SILENT = IfSilent(after=Duration("30m"), do="remind")


class Step(Model):
    """One rule of a cadence: what to do, when, and why."""

    name: Name = Field(description="What the step is called in timelines and in other steps' 'of' and 'if'.")
    do: Doing = Field(
        description="Ask a rep to call (call), ask a rep to do or tell something (task), send an e-mail or a text to "
        "the lead. A task with 'after' is due at any hour; the rep alone hears of it. A list of channels: all of them "
        'in this order, each when the one before is over, and none after an answer. {"one_of": [...]}: the usable '
        "channel that this cadence has not used for longest; of several, the one that the lead prefers, then the one "
        "on which they last answered, then the one named first.",
    )
    outcomes: list[TaskOutcome] | None = Field(
        None,
        min_length=1,
        description="What the rep can answer to a task. won and lost close the lead, thinking asks for a date and "
        "calls then, no_show begins the cadence for that.",
    )
    purpose: str = Field(min_length=3, max_length=200, description="Why the lead is contacted; shown to the rep.")
    nudge: str | None = Field(
        None,
        min_length=3,
        max_length=60,
        description="What the text that asks a rep for this call says of it, such as what we write if nobody answers.",
    )
    after: Wait | None = Field(
        None,
        description="How long after the origin ('of') the touch is due. m and h are elapsed time; d, bd (business "
        "days: those with printed hours, no holidays), w and mo move the date and keep the time of day. A range, such "
        "as 30m..60m: at its lower end, or the first allowed moment after that. An object: one for each audience.",
    )
    day: Span | None = Field(None, description="The day or days of the cadence; day 1 is the day it begins.")
    of: str | list[str] = Field(
        START,
        description="What 'after' counts from: 'start', 'appointment' (the agreed time), 'silence' (when they last "
        "answered, or asked), 'event:NAME' (something that your other systems report), a step, or several of these "
        "(when all are over). A step with several touches is over with the last one.",
    )
    times: Span | None = Field(
        None,
        description="So many over the whole range of days, in the middle of equal parts of it, on as many dates as "
        "there are; '2-3' is as many as keep the gap.",
    )
    times_a_day: Span | None = Field(
        None, description="So many on each of the days, evenly spread; '2-3' is as many as keep the gap."
    )
    gap: Duration = Field(
        Duration("60m"), description="The least time between two calls of a spread, and before its first."
    )
    every: Duration | None = Field(
        None, description="Again and again, counted from the step's first date: 1d, 2w, 1mo."
    )
    until_day: int | None = Field(
        None, ge=2, le=999, description="The last day on which a step with 'every' comes. Without it: without end."
    )
    at: TimeOfDay | None = Field(
        None,
        description="Time of day to prefer, local to the lead. 'different': the half-day with fewer calls so far. "
        "With 'after' in days or weeks: at that time of the date that is reached, and never before the origin.",
    )
    latest: Latest | None = Field(
        None,
        description="'same_day': skipped when it can't happen on the day on which it became due. A length, such as 2h: "
        "skipped when it can't happen within that time after it became due.",
    )
    message: Names | None = Field(
        None,
        description="The message or call script to use, or a list to use in turn. Default: the step's name.",
    )
    or_: Name | None = Field(
        None,
        alias="or",
        description="The message to use instead when the record lacks what 'message' needs: what it inserts as it is, "
        "such as {{ goal }}, without an 'or' or 'if' of its own.",
    )
    voicemail: Literal["hang_up", "leave", "last"] = Field(
        "hang_up",
        description="What the rep does at the beep: hang up, leave a message, or (last) leave one at the last planned "
        "call of 'times' only.",
    )
    if_: dict[str, Condition] = Field(
        default_factory=dict,
        alias="if",
        description="Only when all hold, read when the touch is due: a field ('value', 'audience', 'arrived', "
        "'started_by') or a step's outcome, equal to a value or to one of a list; a field such as 'goal' being known "
        "or unknown; 'unanswered_calls' or 'voicemails' as a number, such as {\"at_least\": 2}.",
    )
    if_silent: IfSilent | None = Field(None, description="What a rep's silence leads to.")
    any_hour: bool = Field(False, description="May go outside contact hours. E-mail acknowledgements only.")
    to: Recipient | None = Field(
        None,
        description="Whom it reaches: 'lead', 'partner', 'both' (a call to the partner, with the lead on the line), or "
        "'rep', whose lead it is. Default: as the cadence. Others than 'lead' only in a cadence for partners.",
    )
    deadline: Deadline | None = Field(
        None,
        description="By when the message asks the partner to answer, as open days and a time of day, such as 1bd "
        "12:00. Without an answer the partner loses its leads then.",
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        for wrong, advice in mistakes(self):
            if wrong:
                raise ValueError(advice)
        return self

    @property
    def actions(self) -> tuple[Action, ...]:
        """Everything that the step can do, in the order written."""
        if isinstance(self.do, OneOf):
            return tuple(self.do.one_of)
        return tuple(self.do) if isinstance(self.do, list) else (self.do,)

    @property
    def series(self) -> tuple[Channel, ...]:
        """The channels that are used one after the other; empty for a step that does one thing."""
        return tuple(self.do) if isinstance(self.do, list) else ()

    @property
    def choice(self) -> tuple[Channel, ...]:
        """The channels of which one is chosen for each touch; empty for a step that says which."""
        return tuple(self.do.one_of) if isinstance(self.do, OneOf) else ()

    @property
    def always_calls(self) -> bool:
        """Whether a rep is asked to call, whatever the lead's record says."""
        return "call" in self.actions and not self.choice

    @property
    def has_end(self) -> bool:
        """Whether it comes to an end: all but a repetition without a last day."""
        return (self.every is None or self.until_day is not None) and not self.recurs

    @property
    def recurs(self) -> bool:
        """Whether it comes again whenever what it counts from happens again."""
        return any(origin in OF_PARTNERS for origin in self.origins)

    @property
    def origins(self) -> tuple[str, ...]:
        """What 'after' counts from: steps, 'appointment', 'silence'; empty for the start of the pursuit."""
        names = (self.of,) if isinstance(self.of, str) else tuple(self.of)
        return () if names == (START,) else names

    @property
    def messages(self) -> tuple[str, ...]:
        """The names of the messages that the step uses, in turn."""
        if self.message is None:
            return (self.name,)
        return (self.message,) if isinstance(self.message, str) else tuple(self.message)

    def message_for(self, n: int) -> str:
        """The name of the message of the n-th touch of this step, from 1. A series says the same on all channels."""
        return self.messages[0 if self.series else (n - 1) % len(self.messages)]


class Ends(Model):
    """One way for a cadence to end when all its steps are done."""

    because: Literal["no_response", "booked"] | None = Field(None, description="What the lead is closed as.")
    cadence: Name | None = Field(None, description="Or the cadence that the lead goes on with.")
    at_step: Name | None = Field(None, description=AT_STEP)
    if_: dict[str, Condition] = Field(
        default_factory=dict, alias="if", description="Only when all hold, as in a step; in a list of ends."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.because is None) == (self.cadence is None):
            raise ValueError("give either 'because', what the lead is closed as, or 'cadence', what it goes on with")
        if self.at_step and not self.cadence:
            raise ValueError("'at_step' goes with 'cadence': it is one of that cadence's steps")
        return self

    @property
    def next_cadence(self) -> NextCadence | None:
        """What the lead goes on with, unless it is closed."""
        return NextCadence(cadence=self.cadence, at_step=self.at_step) if self.cadence else None


class Cadence(Model):
    """What to do and when, for one lead, until there is an answer."""

    schema_: str | None = Field(None, alias="$schema", description="Where editors find this schema.")
    name: Name = Field(description="The name of the cadence; its folder has the same.")
    about: str = Field(min_length=3, max_length=400, description="What this cadence is for, in a sentence or two.")
    days: Literal["calendar", "open"] = Field(
        "calendar", description="'open': days without contact hours are not counted."
    )
    weekdays: Weekdays | None = Field(
        None, description="The days of the week that this cadence uses, such as mon-fri. Without them: all."
    )
    in_flight: Literal["keep", "move"] = Field(
        "keep",
        description="What becomes of leads who have begun an earlier version: 'keep', they go on with that; 'move', "
        "they go on with this one from their next touch on, without repeating what was done or making up for what is "
        "past.",
    )
    to: Literal["lead", "partner"] = Field(
        "lead", description="Whom it is for: a lead, or a partner that was given one."
    )
    limits: dict[Channel, ChannelLimit] = Field(
        default_factory=dict,
        description="How often one lead may be reached on a channel by this cadence, beside what the law allows. A "
        "touch that would be one too many moves to when it is not; spread touches get fewer.",
    )
    steps: list[Step] = Field(min_length=1, max_length=60)
    ends: Ends | list[Ends] | None = Field(
        None,
        description="How it ends when all steps are done, or a list, of which the first whose 'if' holds counts and "
        "the last has none. Without it the lead goes on with the business's cadence for leads whose cadence came to "
        "its end. Never beside a step that repeats without end.",
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        names = [step.name for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two steps are called '{name}'")
            if name in (*WORDS, START, APPOINTMENT, SILENCE, CALL_BACK, *OF_PARTNERS):
                raise ValueError(f"a step can't be called '{name}': that is a word of the language")
        for place, step in enumerate(self.steps):
            self._check_references(step, names[:place])
            self._check_conditions(step.if_, f"step '{step.name}'", names[:place])
            self._check_limits(step)
            self._check_recipient(step)
        self._check_ends(names)
        if self.is_endless and self.ends is not None:
            raise ValueError("'ends' is for cadences that come to an end; a step here repeats without end")
        return self

    def _check_references(self, step: Step, earlier: list[str]) -> None:
        for origin in step.origins:
            if origin.startswith(OF_EVENT):
                _check_event(origin, step)
            elif origin not in (APPOINTMENT, SILENCE, *earlier, *(OF_PARTNERS if self.to == "partner" else ())):
                raise ValueError(f"step '{step.name}': 'of' names '{origin}', which is not a step before it")
            if origin in earlier and not self.step(origin).has_end:
                raise ValueError(
                    f"step '{step.name}': 'of' names '{origin}', which is never over: it needs 'until_day'"
                )

    def _check_conditions(self, conditions: dict[str, Condition], whose: str, earlier: list[str]) -> None:
        if wrong := mistake(conditions, earlier, self.outcomes_of):
            raise ValueError(f"{whose}: {wrong}")

    def _check_recipient(self, step: Step) -> None:
        for used, field in ((step.to not in (None, "lead"), "'to'"), (step.deadline is not None, "'deadline'")):
            if used and self.to == "lead":
                raise ValueError(f'step \'{step.name}\': {field} is for partners, in a cadence with "to": "partner"')

        if self.recipient(step) == "partner" and {"email", "task"} & set(step.actions):
            raise ValueError(f"step '{step.name}': a partner is called or texted")

    def recipient(self, step: Step) -> Recipient:
        """Whom a step's touches reach."""
        return step.to or self.to

    def _check_limits(self, step: Step) -> None:
        """A step that could never have as many touches on a day as it must."""
        for channel in step.actions:
            limit = self.limits.get(channel) if channel != "task" else None
            if limit is None or step.times_a_day is None:
                continue
            least, gap = step.times_a_day.low, limit.gap.elapsed if limit.gap else timedelta()
            if (limit.a_day and least > limit.a_day) or (least - 1) * gap >= timedelta(days=1):
                raise ValueError(f"step '{step.name}': {least} a day can never fit into 'limits' for '{channel}'")

    def _check_ends(self, names: list[str]) -> None:
        for ends in self.all_ends:
            self._check_conditions(ends.if_, "'ends'", names)
        conditional = [bool(ends.if_) for ends in self.all_ends]
        if self.ends is not None and conditional != [True] * (len(conditional) - 1) + [False]:
            raise ValueError("'ends': all but the last need an 'if', and the last has none")

    def outcomes_of(self, name: str) -> tuple[str, ...]:
        """What a step's touches can come to, as conditions name it. Raises KeyError."""
        step = self.step(name)
        if step.outcomes:
            return (*step.outcomes, "silent", "skipped")
        calls = OUTCOMES_OF_A_CALL if self.recipient(step) == "lead" else OUTCOMES_OF_A_PARTNER_CALL
        of_calls = calls if "call" in step.actions else ()
        of_messages = () if step.actions == ("call",) else OUTCOMES_OF_A_MESSAGE
        return tuple(dict.fromkeys((*of_calls, *of_messages)))

    @property
    def is_endless(self) -> bool:
        """Whether it never comes to an end by itself."""
        return not all(step.has_end for step in self.steps)

    @property
    def days_of_the_week(self) -> frozenset[int]:
        """The days of the week that it uses, Monday 0."""
        written = self.weekdays or "mon-sun"
        entries = [written] if isinstance(written, str) else written
        return frozenset(day for entry in entries for day in parse_days(entry))

    @property
    def all_ends(self) -> tuple[Ends, ...]:
        """The ways in which it says that it can end."""
        if self.ends is None:
            return ()
        return (self.ends,) if isinstance(self.ends, Ends) else tuple(self.ends)

    def step(self, name: str) -> Step:
        """The step of that name. Raises KeyError."""
        return next((step for step in self.steps if step.name == name), None) or _no_step(name)

    def entry(self, at_step: str | None) -> Step | None:
        """The step that a pursuit begins with, if it can be begun with: one that repeats."""
        return next((step for step in self.steps if step.name == at_step and step.every is not None), None)

    @property
    def first_call(self) -> str | None:
        """The first step that always asks for a call: the one that answers a new lead."""
        return next((step.name for step in self.steps if step.always_calls), None)

    @property
    def events(self) -> frozenset[str]:
        """The names of the events that steps count from."""
        origins = (origin for step in self.steps for origin in step.origins)
        return frozenset(origin.removeprefix(OF_EVENT) for origin in origins if origin.startswith(OF_EVENT))

    def is_awaited(self, name: str) -> bool:
        """Whether another step counts from this one."""
        return any(name in step.origins for step in self.steps)

    def silence_rule(self, step: Step) -> IfSilent:
        """What a rep's silence on this step leads to: as written, else the first call escalates after
        5 minutes and whatever comes later is reminded of once, after 30.
        """
        if step.if_silent:
            return step.if_silent
        if step.name == self.first_call:
            return _FIRST_CALL_SILENT
        return _LATER_CALL_SILENT


def _check_event(origin: str, step: Step) -> None:
    try:
        _EVENT_NAME.validate_python(origin.removeprefix(OF_EVENT))
    except ValidationError:
        example = f"{OF_EVENT}estimate_sent"
        raise ValueError(f"step '{step.name}': write the event in 'of' as in '{example}'") from None


_EVENT_NAME: TypeAdapter[str] = TypeAdapter(EventName)


def _no_step(name: str) -> Step:
    raise KeyError(name)
