"""What can't be written together in a step, and what would be right."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from followthrough.domain.cadence_values import SAME_DAY, TaskOutcome
from followthrough.domain.durations import Duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from followthrough.domain.cadence import Step

LONGEST_WAIT = timedelta(days=300)

Mistake = tuple[bool, str]


def mistakes(step: Step) -> Iterator[Mistake]:
    """Whether each of the rules is broken, with the words for whoever broke it. The first that is one counts."""
    yield from _of_the_time(step)
    yield from _of_the_time_of_day(step)
    yield from _of_what_is_done(step)
    yield from _of_tasks(step)
    yield from _of_lengths(step)
    yield from _of_messages(step)
    yield from _of_partners(step)


def _of_the_time(step: Step) -> Iterator[Mistake]:
    yield (step.after is None) == (step.day is None), "give either 'after' or 'day'"
    yield step.day is None and step.times_a_day is not None, "'times_a_day' needs 'day'"
    yield (
        step.day is None and step.times is not None,
        "'times' needs 'day', the range of days that they are spread over",
    )
    yield step.day is None and step.every is not None, "'every' needs 'day', the day of its first touch"
    yield (
        step.every is not None and not (step.every.amount and step.every.unit in {"d", "w", "mo"}),
        "'every' is a number of days, weeks or months, such as 1w or 1mo",
    )
    yield (
        step.every is not None and step.day is not None and step.day.low != step.day.high,
        "a step with 'every' starts on one day, not on a range of days",
    )
    yield step.every is not None and step.times_a_day is not None, "give either 'every' or 'times_a_day'"
    yield step.every is not None and step.times is not None, "give either 'every' or 'times'"
    yield step.times is not None and step.times_a_day is not None, "give either 'times' or 'times_a_day'"
    yield step.until_day is not None and step.every is None, "'until_day' goes with 'every'"
    yield (
        step.until_day is not None and step.day is not None and step.until_day < step.day.low,
        "'until_day' is before 'day', its first",
    )
    yield step.day is not None and step.of != "start", "'of' goes with 'after'; days count from the start"
    yield step.latest is not None and step.after is None, "'latest' goes with 'after'"


def _of_the_time_of_day(step: Step) -> Iterator[Mistake]:
    yield (
        step.after is not None and step.at is not None and not step.after.in_dates,
        "'at' goes with 'day', or with 'after' in days or weeks, such as 0d for the same date",
    )
    yield step.at is not None and step.times_a_day is not None, "give either 'at' or 'times_a_day'"
    yield step.any_hour and step.do != "email", "'any_hour' is for e-mail acknowledgements only"
    yield step.any_hour and step.after is None, "'any_hour' goes with 'after'"


def _of_what_is_done(step: Step) -> Iterator[Mistake]:
    yield bool(step.series) and step.after is None, "a list in 'do' goes with 'after'"
    yield (
        bool(step.series) and isinstance(step.message, list),
        "where 'do' is a list, 'message' is one name: each channel has its own file of that name",
    )
    yield "call" not in step.actions and step.nudge is not None, "'nudge' is for calls: a task's text is its message"
    yield "call" not in step.actions and step.voicemail != "hang_up", "only a call can leave a voicemail"
    yield step.voicemail == "last" and step.times is None, "'voicemail': 'last' goes with 'times'"
    yield (
        step.if_silent is not None and not {"call", "task"} & set(step.actions),
        "'if_silent' is for calls and tasks",
    )


def _of_tasks(step: Step) -> Iterator[Mistake]:
    yield (
        step.do == "task" and not step.outcomes,
        "a task needs 'outcomes', what the rep can answer: " + ", ".join(get_args(TaskOutcome)),
    )
    yield step.do != "task" and step.outcomes is not None, "'outcomes' is for tasks; those of a call are fixed"
    yield len(set(step.outcomes or ())) < len(step.outcomes or ()), "'outcomes' names one twice"


def _of_lengths(step: Step) -> Iterator[Mistake]:
    waits = [*(step.after.lengths if step.after else ()), *([step.every] if step.every else ())]
    waits += [Duration(step.latest)] if step.latest and step.latest != SAME_DAY else []
    yield any(wait.longest > LONGEST_WAIT for wait in waits), "waits over 300 days are not possible"
    yield step.day is not None and step.day.high > LONGEST_WAIT.days, "days over 300 are not possible"
    yield not step.gap.elapsed, "'gap' is minutes or hours"
    yield step.of == [], "'of' is an empty list: name a step, or leave it out to count from the start"


def _of_messages(step: Step) -> Iterator[Mistake]:
    yield step.message == [], "'message' is an empty list: name a message, or leave it out for the step's own name"
    yield step.or_ is not None and step.or_ in step.messages, "'or' names the message that it stands in for"


def _of_partners(step: Step) -> Iterator[Mistake]:
    yield step.to == "both" and step.do != "call", "'to': 'both' is for calls"
    yield step.to == "rep" and step.do != "text", "'to': 'rep' is for texts; a rep is asked for calls and tasks anyway"
    yield step.recurs and len(step.origins) > 1, "what counts from the partner counts from one thing: 'of' is no list"
    yield step.recurs and step.latest is not None, "'latest' is not for what comes again and again"
    yield step.deadline is not None and step.do != "text", "'deadline' goes with a text, which tells it"
