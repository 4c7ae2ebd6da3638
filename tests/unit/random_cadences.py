"""Valid cadences that nobody has thought of: written as the published schema says, kept as the language's rules allow.

A step or a cadence begins as its least valid form, and is given further fields of the schema one by one, in any order;
one that the rules don't allow beside the others is left out again. So a field that is added to the language is tried
at once, without a word here.

Dice decide, not Hypothesis: that is thirty times as fast. Hypothesis decides how many steps there are, and throws one
die for each, so that it can leave out what a failure doesn't need.
"""

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from followthrough.domain.cadence import Cadence, Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.conditions import CONDITION_FIELDS, COUNTS
from local.project import CADENCES

SCHEMA: dict[str, Any] = json.loads((CADENCES / "cadence.schema.json").read_text("utf-8"))
OF_PARTNERS = {"to", "deadline"}
"""What only cadences for partners have. Those can't be for just any lead, and tests of their own follow them."""

STEP_FIELDS: dict[str, Any] = {
    name: field for name, field in SCHEMA["$defs"]["Step"]["properties"].items() if name not in OF_PARTNERS
}
CADENCE_FIELDS: dict[str, Any] = {
    name: field for name, field in SCHEMA["properties"].items() if name not in OF_PARTNERS
}
ENDS = SCHEMA["$defs"]["Ends"]["properties"]
MOST = 20
"""A cadence of a thousand days is followed for too long: numbers are small."""
TRIES = 2
NAMES = ("one", "two", "three", "four", "five")
MESSAGES = ("hello", "again", "bye")

Written = dict[str, Any]


# -- from the schema -----------------------------------------------------------------------------------------


def value_of(node: Any, dice: Random) -> Any:
    """A value that a part of the schema describes."""
    if "$ref" in node:
        return value_of(SCHEMA["$defs"][node["$ref"].rpartition("/")[2]], dice)
    if "anyOf" in node:
        return value_of(dice.choice([each for each in node["anyOf"] if each.get("type") != "null"]), dice)
    if "enum" in node:
        return dice.choice(node["enum"])
    match node["type"]:
        case "boolean":
            return dice.random() < 0.5
        case "integer":
            low = node.get("minimum", 0)
            return dice.randint(low, min(node.get("maximum", MOST), low + dice.choice([2, MOST])))
        case "string":
            return _text_of(node, dice)
        case "array":
            found = [value_of(node["items"], dice) for _ in range(dice.randint(node.get("minItems", 1), 4))]
            return [each for place, each in enumerate(found) if each not in found[:place]]
    return _object_of(node, dice)


def _text_of(node: Any, dice: Random) -> str:
    if "pattern" in node:
        return _matching(dice.choice(_alternatives(node["pattern"].strip("^$"))), dice)
    return str(dice.choice(node.get("examples", ["for a test", "to see what happens"])))


def _alternatives(pattern: str) -> list[str]:
    """What stands on both sides of the bars that are in no brackets."""
    found, depth = [""], 0
    for letter in pattern:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [each.strip("^$") for each in found]


def _matching(pattern: str, dice: Random) -> str:
    """A text for the few forms of patterns that the language has: digits, alternatives, and what may follow."""
    if pattern.startswith("[a-z]"):  # a name
        return dice.choice(MESSAGES)
    text, rest = "", pattern
    while rest:
        if rest.startswith(r"\d{1,3}"):
            text, rest = text + str(dice.randint(0, dice.choice([3, MOST]))), rest.removeprefix(r"\d{1,3}")
        elif rest.startswith("("):
            inner, rest = _in_brackets(rest)
            if rest.startswith("?"):
                inner, rest = (inner if dice.random() < 0.5 else ""), rest[1:]
            text += _matching(dice.choice(_alternatives(inner)), dice)
        else:
            letter, rest = re.match(r"\\?(.)(.*)", rest).groups()  # type: ignore[union-attr]  # there is a letter
            text += letter
    return text


def _in_brackets(text: str) -> tuple[str, str]:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return text[1:place], text[place + 1 :]
    raise ValueError(text)


def _object_of(node: Any, dice: Random) -> Written:
    if "properties" in node:
        required = node.get("required", ())
        names = [name for name in node["properties"] if name in required or dice.random() < 0.5]
        return {name: value_of(node["properties"][name], dice) for name in names}
    keys = node["propertyNames"]["enum"]
    return {key: value_of(node["additionalProperties"], dice) for key in dice.sample(keys, dice.randint(1, 2))}


# -- what names something in the cadence ---------------------------------------------------------------------


def _conditions(before: Sequence[Step], dice: Random) -> Written:
    """What can be asked once these steps are there."""
    conditions: Written = {}
    for _ in range(dice.choice([1, 1, 2])):
        key = dice.choice([*CONDITION_FIELDS, *COUNTS, *(step.name for step in before for _ in range(4))])
        conditions[key] = _wanted(key, before, dice)
    return conditions


def _wanted(key: str, before: Sequence[Step], dice: Random) -> Any:
    if key in COUNTS:
        return value_of(STEP_FIELDS["if"]["additionalProperties"]["anyOf"][2], dice) or {"at_least": 1}
    known = CONDITION_FIELDS.get(key) or _cadence({"steps": before}).outcomes_of(key)
    wanted = dice.sample(known, dice.randint(1, min(3, len(known))))
    return wanted if dice.random() < 0.5 else wanted[0]


def _origin(before: Sequence[Step], dice: Random) -> str | list[str]:
    names = ["start", "appointment", "silence", *(step.name for step in before for _ in range(3))]
    return dice.sample(names, 1) if dice.random() < 0.2 else dice.choice(names)


_NAMING: dict[str, Callable[[Sequence[Step], Random], Any]] = {
    "of": _origin,
    "message": lambda _, dice: dice.choice([*MESSAGES, dice.sample(MESSAGES, 2)]),
    "or": lambda _, __: "plain",
    "if": _conditions,
}


# -- steps and cadences --------------------------------------------------------------------------------------


def _step(before: Sequence[Step], dice: Random) -> Step:
    """A step that can stand behind these."""
    when = dice.choice(["after", "after", "day"])
    written: Written = {"name": NAMES[len(before)], "do": value_of(STEP_FIELDS["do"], dice), "purpose": "For a test."}
    written[when] = {"after": "1d", "day": 2}[when]
    if written["do"] == "task":
        written["outcomes"] = ["done"]
    if not _stands(written, before):
        written["do"] = "call"
    fields = [*STEP_FIELDS, when, "outcomes"]
    for field in dice.sample(fields, dice.randint(2, len(fields) - 4)):
        if field not in ("name", "do", "purpose"):
            written = _with(written, field, before, dice)
    return Step.model_validate(written)


def _with(written: Written, field: str, before: Sequence[Step], dice: Random) -> Written:
    """The step with another field too, if a value for it is found that goes with the others."""
    for _ in range(TRIES):
        value = _NAMING[field](before, dice) if field in _NAMING else value_of(STEP_FIELDS[field], dice)
        if _stands(tried := {**written, field: value}, before):
            return tried
    return written


def _stands(step: Written, before: Sequence[Step]) -> bool:
    try:
        _cadence({"steps": [*before, Step.model_validate(step)]})
    except ValidationError:
        return False
    return True


def _cadence(written: Written) -> Cadence:
    return Cadence.model_validate({"name": "sample", "about": "For a test.", **written})


def cadence(name: str, dice: Sequence[Random], leads_to: tuple[Cadence, ...] = ()) -> Cadence:
    """A cadence of that name with a step for each of the dice, which may go on with one of these when it ends, or with
    itself.
    """
    steps: list[Step] = []
    for each in dice:
        steps.append(_step(steps, each))
    written: Written = {"name": name, "steps": steps}
    for field in sorted(set(CADENCE_FIELDS) - {"$schema", "name", "about", "steps"}):
        for _ in range(TRIES if dice[0].random() < 0.4 else 0):
            known = (_cadence(written), *leads_to)
            value = _ends(known, dice[0]) if field == "ends" else value_of(CADENCE_FIELDS[field], dice[0])
            try:
                _cadence(tried := {**written, field: value})
            except ValidationError:
                continue
            written = tried
            break
    return _cadence(written)


def _ends(known: tuple[Cadence, ...], dice: Random) -> Any:
    """One end or several, leading to cadences and steps that are there."""
    found = [_end(known, dice) for _ in range(dice.choice([1, 2, 3]))]
    for each in found[:-1]:
        each["if"] = _conditions(known[0].steps, dice)
    return found if len(found) > 1 else found[0]


def _end(known: tuple[Cadence, ...], dice: Random) -> Written:
    if dice.random() < 0.4:
        return {"because": value_of(ENDS["because"], dice)}
    following = dice.choice(known)
    entries = [step.name for step in following.steps if step.every]
    at_step = {"at_step": dice.choice(entries)} if entries and dice.random() < 0.6 else {}
    return {"cadence": following.name, **at_step}


# -- with their messages -------------------------------------------------------------------------------------

_WORDS = {
    "call": "Ask about {} whether it is a good moment.",
    "voicemail": "Hello, it is about {}. Please call us.",
    "task": "What came of {}?",
    "email": "Subject: Hello\n\nHello, it is about {}.",
    "text": "Hello, it is about {}. Reply STOP to opt out.",
}
_OTHER = {"email": "text", "text": "email"}


def version(name: str, seeds: Sequence[int], leads_to: tuple[Cadence, ...] = ()) -> CadenceVersion:
    """A cadence with every message that it needs, of which `check` finds nothing to say; some have a text beside an
    e-mail.
    """
    dice = [Random(seed) for seed in seeds]  # noqa: S311 - nothing is secret
    found = cadence(name, dice, leads_to)
    beside = dice[0].random() < 0.5
    messages: dict[str, str] = {}
    for step in found.steps:
        kinds = {*step.actions, *({"voicemail"} if step.voicemail != "hang_up" else ())}
        if beside and not step.choice and not step.any_hour:
            kinds |= {_OTHER[kind] for kind in step.actions if kind in _OTHER}
        messages |= {f"{each}.{kind}": _WORDS[kind].format("it") for each in step.messages for kind in kinds}
        if step.or_:  # what it stands in for needs something that may be missing
            messages |= {f"{step.or_}.{kind}": _WORDS[kind].format("it") for kind in kinds}
            needy = {f"{each}.{kind}": _WORDS[kind].format("{{ goal }}") for each in step.messages for kind in kinds}
            messages |= needy
    return _without_dead_stand_ins(CadenceVersion(cadence=found, messages=messages))


def _without_dead_stand_ins(found: CadenceVersion) -> CadenceVersion:
    """Where steps share messages, one may need what another has no other words for: then none of them needs it."""
    needy = {name for step in found.cadence.steps if step.or_ for name in step.messages}
    if not any(needy & {*step.messages} for step in found.cadence.steps if not step.or_):
        return found
    steps = [step.model_copy(update={"or_": None}) for step in found.cadence.steps]
    plain = {name: text.replace("{{ goal }}", "it") for name, text in found.messages.items()}
    used = {file: text for file, text in plain.items() if not file.startswith("plain.")}
    return CadenceVersion(cadence=found.cadence.model_copy(update={"steps": steps}), messages=used)


seeds = st.lists(st.integers(0, 2**32), min_size=1, max_size=len(NAMES))
"""One for each step."""
