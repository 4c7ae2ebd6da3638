"""Which steps of a cadence can come at all, read from what is written: found here is only what holds for every lead,
whatever it is like and whatever is reported.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import product

from followthrough.domain.cadence import Action, Cadence, Condition, Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.channels import OTHER_CHANNEL
from followthrough.domain.conditions import CONDITION_FIELDS, COUNTS, KNOWN, UNKNOWN, WORDS, Count, values_of
from followthrough.domain.findings import Finding
from followthrough.domain.reporting import CLOSING

World = Mapping[str, str]
"""One combination of the facts that a pursuit begins with and keeps."""

_KEPT = ("arrived", "audience", "started_by", "name", "email", "phone", "service", "message")
"""What can't change during a pursuit. A rep may learn the rest: value, problem, goal."""
_ENDING = (*CLOSING, "no_show")
"""What closes the lead, or begins another cadence."""
_NEEDS: dict[Action, str] = {"call": "phone", "text": "phone", "email": "email"}
_ADDRESS = {"phone": "a phone number", "email": "an e-mail address"}


def check_reach(version: CadenceVersion, file: str) -> list[Finding]:
    """Everything in a cadence that can never come: steps, channels, messages, and ways to end. What only a lead who
    comes back after the end could get is a warning.
    """
    return [*_steps_never_reached(version, file), *_never_said(version, file), *_ends_never_reached(version, file)]


def _steps_never_reached(version: CadenceVersion, file: str) -> Iterator[Finding]:
    reach = _Reach(version)
    for number, step in enumerate(version.cadence.steps):
        place = f"steps[{number}] '{step.name}'"
        if why := reach.why_never(step):
            yield Finding(file, place, why)
        elif why := _after_the_end(step.if_) or _counts_too_far(step.if_, version.cadence):
            yield Finding(file, place, why, is_warning=True)
        for channel in [] if why else reach.channels_never_used(step):
            what = f"'do' can never be '{channel}': 'if' asks for leads without {_ADDRESS[_NEEDS[channel]]}"
            yield Finding(file, place, what)


def _ends_never_reached(version: CadenceVersion, file: str) -> Iterator[Finding]:
    reach = _Reach(version)
    for number, ends in enumerate(version.cadence.all_ends):
        if why := reach.why_never_holds(ends.if_):
            yield Finding(file, f"ends[{number}]", why)
        elif why := _after_the_end(ends.if_) or _counts_too_far(ends.if_, version.cadence):
            yield Finding(file, f"ends[{number}]", why, is_warning=True)


class _Reach:
    """What each step can come to in each world. Steps only ask about steps above them, so one pass tells."""

    def __init__(self, version: CadenceVersion) -> None:
        self._version = version
        self._cadence = version.cadence
        self._outcomes: list[tuple[World, dict[str, set[str]]]] = [
            (world, self._outcomes_in(world)) for world in _worlds(self._cadence)
        ]

    def why_never(self, step: Step) -> str | None:
        """Why a step can never come, and what would be right; None if it may."""
        if why := self._of_a_later_day(step) or self.why_never_holds(step.if_):
            return why
        if any(self._may_come(step, world, outcomes) for world, outcomes in self._outcomes):
            return None
        address = _ADDRESS[_NEEDS[step.actions[0]]]
        return f"never comes: 'if' asks for leads without {address}, and '{step.actions[0]}' needs one"

    def why_never_holds(self, conditions: Mapping[str, Condition]) -> str | None:
        """Why an 'if' can never hold, and what would be right; None if it may."""
        if why := _contradiction(conditions):
            return why
        if any(_may_hold(conditions, world, outcomes) for world, outcomes in self._outcomes):
            return None
        names = [key for key in conditions if key not in WORDS]
        theirs = [f"'{name}' itself has \"if\": {_written(self._cadence.step(name))}" for name in names]
        return "'if' never holds: " + " and ".join(theirs or ["a lead has an e-mail address or a phone number"])

    def channels_never_used(self, step: Step) -> list[Action]:
        """Which channels of a list or a choice no lead who gets the step can be reached on."""
        if len(step.actions) == 1:
            return []
        worlds = [world for world, outcomes in self._outcomes if _may_hold(step.if_, world, outcomes)]
        return [each for each in step.actions if not any(_usable(each, world) for world in worlds)]

    def _of_a_later_day(self, step: Step) -> str | None:
        """A step that belongs to days on which another one, whose outcome it asks for, hasn't begun. What can't be is
        passed over before its day, so only "skipped" may be known by then.
        """
        if step.day is None or (step.every is not None and step.until_day is None):
            return None
        last = step.until_day or step.day.high
        for name, wanted in step.if_.items():
            other = next((each for each in self._cadence.steps if each.name == name), None)
            if other and other.day and other.day.low > last and "skipped" not in values_of(wanted):
                return f"'if' never holds: '{name}' begins on day {other.day.low}, and this step is over on day {last}"
        return None

    def _outcomes_in(self, world: World) -> dict[str, set[str]]:
        outcomes: dict[str, set[str]] = {}
        for step in self._cadence.steps:
            may_come = self._may_come(step, world, outcomes)
            seen = set(self._cadence.outcomes_of(step.name)) if may_come else {"skipped"}
            outcomes[step.name] = seen
        return outcomes

    def _may_come(self, step: Step, world: World, outcomes: Mapping[str, set[str]]) -> bool:
        if not _may_hold(step.if_, world, outcomes):
            return False
        if step.name == self._cadence.first_call:  # without a number the rep is asked to write
            return True
        own = step.actions[0]
        other = OTHER_CHANNEL.get(own) if len(step.actions) == 1 and not step.any_hour else None
        written = other and any(f"{name}.{other}" in self._version.messages for name in step.messages)
        return any(_usable(each, world) for each in (*step.actions, *([other] if other and written else [])))


def _worlds(cadence: Cadence) -> Iterator[World]:
    conditions = [step.if_ for step in cadence.steps] + [ends.if_ for ends in cadence.all_ends]
    asked = {key for each in conditions for key in each}
    facts = [key for key in _KEPT if key in asked]
    for values in product(*(CONDITION_FIELDS[key] for key in facts)):
        world = dict(zip(facts, values, strict=True))
        if (world.get("email"), world.get("phone")) != (UNKNOWN, UNKNOWN):  # a lead has one of them
            yield world


def _may_hold(conditions: Mapping[str, Condition], world: World, outcomes: Mapping[str, set[str]]) -> bool:
    for key, wanted in conditions.items():
        if key in world and world[key] not in values_of(wanted):
            return False
        if key in outcomes and not outcomes[key] & set(values_of(wanted)):
            return False
    return True


def _usable(channel: Action, world: World) -> bool:
    return channel not in _NEEDS or world.get(_NEEDS[channel], KNOWN) == KNOWN


def _contradiction(conditions: Mapping[str, Condition]) -> str | None:
    counts = {key: wanted for key, wanted in conditions.items() if isinstance(wanted, Count)}
    for key, count in counts.items():
        if count.at_most is not None and (count.at_least or 0) > count.at_most:
            return f"'if' never holds: no number of {key} is at least {count.at_least} and at most {count.at_most}"
    calls, left = counts.get("unanswered_calls"), counts.get("voicemails")
    if calls and left and calls.at_most is not None and (left.at_least or 0) > calls.at_most:
        return "'if' never holds: a call that ends at a voicemail counts among 'unanswered_calls', too"
    return None


def _after_the_end(conditions: Mapping[str, Condition]) -> str | None:
    """After these nothing of the cadence comes. Only if the lead comes back is it read again."""
    for key, wanted in conditions.items():
        if key not in WORDS and all(value in _ENDING for value in values_of(wanted)):
            told = " or ".join(values_of(wanted))
            return f"'if' asks for '{key}' being {told}: that ends this cadence, so nothing of it comes afterwards"
    return None


def _counts_too_far(conditions: Mapping[str, Condition], cadence: Cadence) -> str | None:
    """More calls than the cadence has. Call-backs that are agreed count as well, so some lead might have as many."""
    most = _most_calls(cadence)
    for key in COUNTS:
        wanted = conditions.get(key)
        if most is not None and isinstance(wanted, Count) and (wanted.at_least or 0) > most:
            has = f"the cadence has {most} at most" if most else "the cadence has no calls"
            return (
                f"'if' asks for {wanted.at_least} {key}, and {has}: only calls agreed with the lead could add to them"
            )
    return None


def _most_calls(cadence: Cadence) -> int | None:
    counts = [_most_touches(step, cadence) for step in cadence.steps if "call" in step.actions]
    return None if None in counts else sum(count or 0 for count in counts)


def _most_touches(step: Step, cadence: Cadence) -> int | None:
    """How many touches a step can have at most, those that are passed over with them; None where that isn't known. A
    series uses each channel once and counts as one.
    """
    if step.day is None:
        return 1
    if step.every is not None:
        if step.until_day is None or cadence.days == "open":  # rounds go by dates, which open days don't tell
            return None
        return (step.until_day - step.day.low) // _shortest_days(step) + 1
    if step.times is not None:
        return step.times.high
    return (step.day.high - step.day.low + 1) * (step.times_a_day.high if step.times_a_day else 1)


def _shortest_days(step: Step) -> int:
    assert step.every is not None  # only asked of steps that repeat
    return step.every.amount * {"d": 1, "w": 7, "mo": 28}[step.every.unit]


def _never_said(version: CadenceVersion, file: str) -> Iterator[Finding]:
    """Messages of a list whose turn never comes in any step."""
    cadence, steps = version.cadence, version.cadence.steps
    turns = [step.messages[: _most_touches(step, cadence)] for step in steps]
    said = {name for names in turns for name in names} | {step.or_ for step in steps}
    for number, step in enumerate(steps):
        if silent := [name for name in dict.fromkeys(step.messages) if name not in said]:
            many = _most_touches(step, cadence)
            often = "once" if many == 1 else f"{many} times"
            what = f"'message' names {len(step.messages)}, and the step comes {often} at most"
            yield Finding(file, f"steps[{number}] '{step.name}'", f"{what}: nobody ever gets {', '.join(silent)}")


def _written(step: Step) -> str:
    return json.dumps(step.model_dump(mode="json", by_alias=True).get("if", {}))
