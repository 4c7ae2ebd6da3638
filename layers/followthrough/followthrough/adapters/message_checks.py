"""Reading every message of a cadence before anybody gets it: `followthrough check`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import product

from jinja2 import TemplateSyntaxError, meta

from followthrough.adapters.messages import KINDS, Messages, sandbox
from followthrough.domain.cadence import CALL_BACK, Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.channels import OTHER_CHANNEL
from followthrough.domain.errors import Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.gsm7 import segments
from followthrough.domain.message_facts import MessageFacts

MOST_VOICEMAIL_WORDS = 60
MOST_TEXT_SEGMENTS = 2
MOST_TASK_SEGMENTS = 1
WHOLE = "(whole file)"

_EMPTY_SLOT = re.compile(r"\bNone\b|[ (][,;:!?)]|(?<!\.) \.(?!\.)|\(\s*\)|\"\s*\"(?=\s|$)")

LONG_FACTS = MessageFacts(
    first_name="Maximiliane",
    name="Maximiliane Featherstonehaugh",
    service="kitchen and bathroom remodel",
    request="kitchen and bathroom remodel request",
    asked_on="Wednesday, September 23",
    problem="two of the cabinets don't close any more",
    goal="to cook together again before my parents visit in spring",
    message="Could somebody come and have a look at it?",
    phone="917-555-0142",
    unanswered_calls=3,
    voicemails=1,
    rep_name="Alexandra Montgomery",
    rep_phone="212-555-0111",
    sender="Alexandra Montgomery at Northside Home Improvement Company",
    business_name="Northside Home Improvement Company",
    business_phone="212-555-0100",
    business_email="hello@mail.example.com",
    website="https://www.example.com",
    postal_address="100 Example Street, Suite 4, New York, NY 10003",
    hours="Monday to Friday, 9 AM to 6 PM; Saturday, 10 AM to 2 PM (Eastern time)",
    call_at="Wednesday, September 24, at 8:00 AM Eastern time",
    appointment_time="10:30 AM Eastern time",
)
"""A lead of whom everything is on record, in values as long as they come in practice."""

_OTHERWISE: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("first_name", "name", "service", "problem", "goal", "message", "phone"), (None,)),
    **dict.fromkeys(("rep_name", "website", "hours", "call_at", "appointment_time"), (None,)),
    "request": ("request",),
    "unanswered_calls": (0, 1),
    "voicemails": (0,),
}
"""What else each fact can be: missing, or another number."""

_PLACEHOLDERS = frozenset(field.name for field in fields(MessageFacts))


def check_messages(version: CadenceVersion, folder: str | None = None) -> list[Finding]:
    """Everything wrong with the messages of a cadence, in the order of the steps and then of the files.

    `folder` is the cadence's, as findings name it: `cadences/NAME` unless given.
    """
    base = folder or f"cadences/{version.cadence.name}"
    findings = list(_names(version, base))
    findings.extend(_stand_ins(version, base))
    for name, source in sorted(version.messages.items()):
        assured = _assured(version, name.rpartition(".")[0])
        findings.extend(_one(source, name, assured, f"{base}/messages/{name}.txt"))
    return findings


def check_words(messages: Mapping[str, str], folder: str) -> list[Finding]:
    """What is wrong with messages whatever the cadence says, for when that can't be read: only it knows which facts
    can be missing where a message is used, so all of them are taken to be on record.
    """
    return [
        finding
        for name, source in sorted(messages.items())
        for finding in _one(source, name, _PLACEHOLDERS, f"{folder}/messages/{name}.txt")
    ]


def combinations(names: frozenset[str] | set[str]) -> Iterator[MessageFacts]:
    """Every combination of what can be missing among the facts named. What can't happen is left out."""
    varied = sorted(name for name in names if name in _OTHERWISE)
    for values in product(*((getattr(LONG_FACTS, name), *_OTHERWISE[name]) for name in varied)):
        facts = replace(LONG_FACTS, **dict(zip(varied, values, strict=True)))
        if facts.voicemails <= facts.unanswered_calls:
            yield facts


def _names(version: CadenceVersion, base: str) -> Iterator[Finding]:
    """Messages that steps name and that don't exist, and the other way round."""
    wanted: set[str] = set()
    for number, step in enumerate(version.cadence.steps):
        wanted.update(_instead(step))
        for file in _files(step):
            wanted.add(file)
            if file not in version.messages:
                place = f"steps[{number}] '{step.name}'"
                yield Finding(f"{base}/cadence.json", place, f"needs messages/{file}.txt, which does not exist")
    if version.cadence.first_call is None:
        wanted.add(f"{CALL_BACK}.call")  # else call-backs use the first call's
    for file in sorted(set(version.messages) - wanted):
        kind = file.rpartition(".")[2]
        what = (
            "no step uses this message: name it in a step's 'message', or remove the file"
            if kind in KINDS
            else f"a message is called NAME.KIND.txt, where KIND is one of {', '.join(KINDS)}"
        )
        yield Finding(f"{base}/messages/{file}.txt", "file name", what)


def _files(step: Step) -> Iterator[str]:
    for name in (*step.messages, *([step.or_] if step.or_ else [])):
        for action in step.actions:
            yield f"{name}.{action}"
        if step.voicemail != "hang_up":
            yield f"{name}.voicemail"


def _instead(step: Step) -> Iterator[str]:
    """The same messages for the channel that is used where the step's own can't be."""
    other = OTHER_CHANNEL.get(step.actions[0])
    if other and len(step.actions) == 1 and not step.any_hour:
        yield from (f"{name}.{other}" for name in (*step.messages, *([step.or_] if step.or_ else [])))


def _stand_ins(version: CadenceVersion, base: str) -> Iterator[Finding]:
    """Messages that would never be used, because what they stand in for can always be said."""
    for number, step in enumerate(version.cadence.steps):
        if step.or_ and not any(version.needs_of(name) for name in step.messages):
            what = "'or' would never be used: 'message' needs nothing that can be missing, such as {{ goal }}"
            yield Finding(f"{base}/cadence.json", f"steps[{number}] '{step.name}'", what)


def _assured(version: CadenceVersion, name: str) -> frozenset[str]:
    """What is on record whenever a message is used, because every step that uses it has another one for when not."""
    steps = version.cadence.steps
    plain = {other for step in steps for other in ([step.or_] if step.or_ else step.messages)}
    return frozenset() if name in plain else version.needs_of(name)


def _one(source: str, file: str, assured: frozenset[str], path: str) -> Iterator[Finding]:
    name, _, kind = file.rpartition(".")
    if kind not in KINDS:
        return
    try:
        used = meta.find_undeclared_variables(sandbox().parse(source))
    except TemplateSyntaxError as error:
        yield Finding(path, f"line {error.lineno}", error.message or "is not a Jinja2 template")
        return
    unknown = sorted(used - _PLACEHOLDERS)
    for placeholder in unknown:
        yield Finding(path, f"line {_line_of(placeholder, source)}", _advice(placeholder))
    if not unknown:
        yield from _rendered(Messages({file: source}), name, kind, used - assured, path)


def _line_of(placeholder: str, source: str) -> int:
    match = re.search(rf"\b{re.escape(placeholder)}\b", source)
    return source.count("\n", 0, match.start()) + 1 if match else 1


def _advice(placeholder: str) -> str:
    return f"'{placeholder}' is not on record; use one of " + ", ".join(sorted(_PLACEHOLDERS))


def _rendered(messages: Messages, name: str, kind: str, used: set[str], path: str) -> Iterator[Finding]:
    """The first thing wrong, in whichever combination it shows: one at a time is enough to mend it."""
    for facts in combinations(used):
        finding = _problem(messages, name, kind, facts)
        if finding:
            missing = ", ".join(sorted(key for key in used if not getattr(facts, key)))
            where, what = finding
            yield Finding(path, where, f"{what} (seen without {missing})" if missing else what)
            return


def _problem(messages: Messages, name: str, kind: str, facts: MessageFacts) -> tuple[str, str] | None:
    try:
        words = messages.words(name, kind, facts)
    except Unreadable as error:
        return error.findings[0].where, error.findings[0].what
    what = _wrong(words, kind)
    return (WHOLE, what) if what else None


def _wrong(words: str, kind: str) -> str | None:
    count = len(words.split())
    if not count:
        return "is empty"
    if _EMPTY_SLOT.search(words):
        return "has an empty slot: say it another way when the field is missing"
    if kind == "voicemail" and count > MOST_VOICEMAIL_WORDS:
        return f"has {count} words: {MOST_VOICEMAIL_WORDS} can be said in 25 seconds"
    if kind == "text" and segments(words) > MOST_TEXT_SEGMENTS:
        return f"takes {segments(words)} text segments: {MOST_TEXT_SEGMENTS} are the most"
    if kind == "task" and segments(words) > MOST_TASK_SEGMENTS:
        return f"takes {segments(words)} text segments: 1 is the most, so that a link and the answers fit behind it"
    return None
