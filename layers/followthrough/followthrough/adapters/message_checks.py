"""Reading every message of a cadence before anybody gets it: `followthrough check`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from itertools import product

from jinja2 import TemplateSyntaxError, meta

from followthrough.adapters.messages import KINDS, Messages, sandbox
from followthrough.domain.business import Settings
from followthrough.domain.cadence import CALL_BACK, Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.channels import OTHER_CHANNEL
from followthrough.domain.errors import Unreadable
from followthrough.domain.filler import FILLER, filler_in
from followthrough.domain.findings import Finding
from followthrough.domain.gsm7 import segments
from followthrough.domain.message_facts import FOR_REPS, MessageFacts

MOST_VOICEMAIL_WORDS = 60
MOST_TEXT_SEGMENTS = 2
MOST_TASK_SEGMENTS = 1
WHOLE = "(whole file)"

TO_LEADS = ("email", "text", "voicemail")
HOW_TO_STOP = "Reply STOP to opt out."

_STOP = re.compile(r"\bSTOP\b")
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
    email="maximiliane@featherstonehaugh.example",
    partner_name="Brookside Roofing & Gutter Company",
    partner_contact="Alexander",
    partner_phone="212-555-0141",
    former_partner="Harbor Exteriors and Roofing",
    leads_waiting=12,
    partner_calls=3,
    tried_since="since Wednesday",
    answer_by="noon on Wednesday, Sep 23, Eastern time",
    answer_link="https://abcdefghij.execute-api.us-east-1.amazonaws.com/partners/abcdefghijklmnopqrstuv",
    appointment_on="Wednesday, September 23",
    next_step="whether the island should have the sink or the hob, which you wanted to ask your sister about, who is "
    "an architect and is to visit you later",
    last_talk_on="Wednesday, September 23",
    last_note="They want to compare with one other company. Call after five, and ask for Ann and not for Bob.",
)
"""A lead of whom everything is on record, in values as long as they come in practice."""


def longest_facts(settings: Settings) -> MessageFacts:
    """A lead of whom everything is on record, in values as long as intake lets them be, with the business and the
    longest name of its team.
    """
    business = settings.business
    name = max((person.name for person in settings.team.people), key=len)
    service = "conservatory and garden room renovations"
    return replace(
        LONG_FACTS,
        first_name="Christopher-Maximilianus and Margarethe-Clementinchen",
        service=service,
        request=f"{service} request",
        problem="the roof lets the rain in wherever two of the panes meet and the floor is rotten",
        goal="to sit out there in winter with all the grandchildren and not need a coat at all",
        rep_name=name,
        sender=f"{name} at {business.name}",
        business_name=business.name,
        business_email=business.email,
        website=business.website,
        postal_address=business.postal_address,
    )


_OTHERWISE: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("first_name", "name", "service", "problem", "goal", "message", "phone"), (None,)),
    **dict.fromkeys(("rep_name", "website", "hours", "call_at", "appointment_time", "appointment_on"), (None,)),
    **dict.fromkeys(("next_step", "last_talk_on", "last_note"), (None,)),
    "request": ("request",),
    "unanswered_calls": (0, 1),
    "voicemails": (0,),
    "email": (None,),
    "former_partner": (None,),
    "leads_waiting": (0, 1),
    "partner_calls": (0, 1),
    "tone": ("plain",),
}
"""What else each fact can be: missing, or another number."""

_FOR_REPS_ONLY = "'{}' is for reps only, in calls and tasks: leads are never told it"
_PLACEHOLDERS = frozenset(field.name for field in fields(MessageFacts))


def check_messages(
    version: CadenceVersion, folder: str | None = None, settings: Settings | None = None
) -> list[Finding]:
    """Everything wrong with the messages of a cadence, in the order of the steps and then of the files.

    `folder` is the cadence's, as findings name it: `cadences/NAME` unless given. With `settings` texts are measured
    with the names of this business and its team, and filler is what it calls so.
    """
    base = folder or f"cadences/{version.cadence.name}"
    findings = list(_names(version, base))
    findings.extend(_stand_ins(version, base))
    for name, source in sorted(version.messages.items()):
        message = name.rpartition(".")[0]
        to_leads = message not in _to_others(version)
        path = f"{base}/messages/{name}.txt"
        findings.extend(_one(source, name, _assured(version, message), path, settings, to_leads=to_leads))
    return findings


def check_words(messages: Mapping[str, str], folder: str, settings: Settings | None = None) -> list[Finding]:
    """What is wrong with messages whatever the cadence says, for when that can't be read: only it knows which facts
    can be missing where a message is used, so all of them are taken to be on record.
    """
    return [
        finding
        for name, source in sorted(messages.items())
        for finding in _one(source, name, _PLACEHOLDERS, f"{folder}/messages/{name}.txt", settings)
    ]


def combinations(names: frozenset[str] | set[str], known: MessageFacts = LONG_FACTS) -> Iterator[MessageFacts]:
    """Every combination of what can be missing among the facts named; what isn't, is as `known`. What can't happen is
    left out.
    """
    varied = sorted(name for name in names if name in _OTHERWISE)
    for values in product(*((getattr(known, name), *_OTHERWISE[name]) for name in varied)):
        facts = replace(known, **dict(zip(varied, values, strict=True)))
        if facts.voicemails <= facts.unanswered_calls and not _half_an_appointment(facts, varied):
            yield facts


def _half_an_appointment(facts: MessageFacts, varied: list[str]) -> bool:
    """Date and time of an appointment are on record together."""
    together = {"appointment_on", "appointment_time"} <= set(varied)
    return together and (facts.appointment_on is None) != (facts.appointment_time is None)


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
    wanted.add(f"{CALL_BACK}.call")  # without it call-backs use the first call's
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
    if step.choice or step.any_hour:
        return
    for other in {OTHER_CHANNEL[own] for own in step.actions if own in OTHER_CHANNEL} - set(step.actions):
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


def _to_others(version: CadenceVersion) -> frozenset[str]:
    """The messages that no lead gets, but partners and reps, who know them by their whole name."""
    steps = version.cadence.steps
    told = {name for step in steps if version.cadence.recipient(step) == "lead" for name in step.messages}
    return frozenset(name for step in steps for name in step.messages) - told


def _one(
    source: str, file: str, assured: frozenset[str], path: str, settings: Settings | None, *, to_leads: bool = True
) -> Iterator[Finding]:
    name, _, kind = file.rpartition(".")
    if kind not in KINDS:
        return
    yield from _filler(source, kind, path, settings)
    try:
        used = meta.find_undeclared_variables(sandbox().parse(source))
    except TemplateSyntaxError as error:
        yield Finding(path, f"line {error.lineno}", error.message or "is not a Jinja2 template")
        return
    unknown = sorted(used - _PLACEHOLDERS)
    for placeholder in unknown:
        yield Finding(path, f"line {_line_of(placeholder, source)}", _advice(placeholder))
    told = sorted(used & (FOR_REPS if to_leads else FOR_REPS - {"name", "email"})) if kind in TO_LEADS else []
    for placeholder in told:
        yield Finding(path, f"line {_line_of(placeholder, source)}", _FOR_REPS_ONLY.format(placeholder))
    if not unknown and not told:
        leads, messages = _longest(kind, settings), Messages({file: source})
        yield from _rendered(messages, name, kind, used - assured, path, leads, to_leads=to_leads)


def _filler(source: str, kind: str, path: str, settings: Settings | None) -> Iterator[Finding]:
    phrases = settings.business.filler if settings else FILLER
    for line, phrase in filler_in(source, phrases) if kind in TO_LEADS else ():
        yield Finding(path, f"line {line}", f"'{phrase}' says nothing: leave it out, or say what you want to know")


def _longest(kind: str, settings: Settings | None) -> tuple[MessageFacts, ...]:
    """The leads for whom a message is rendered: a text also for one whose record is as long as records can be."""
    return (LONG_FACTS, longest_facts(settings)) if settings and kind == "text" else (LONG_FACTS,)


def _line_of(placeholder: str, source: str) -> int:
    match = re.search(rf"\b{re.escape(placeholder)}\b", source)
    return source.count("\n", 0, match.start()) + 1 if match else 1


def _advice(placeholder: str) -> str:
    nearest = get_close_matches(placeholder, sorted(_PLACEHOLDERS), n=1)
    instead = f"did you mean {nearest[0]}? There is" if nearest else "use one of"
    return f"'{placeholder}' is not on record; {instead} " + ", ".join(sorted(_PLACEHOLDERS))


def _rendered(
    messages: Messages,
    name: str,
    kind: str,
    used: set[str],
    path: str,
    leads: tuple[MessageFacts, ...],
    *,
    to_leads: bool,
) -> Iterator[Finding]:
    """The first thing wrong, in whichever combination it shows: one at a time is enough to mend it."""
    for facts in (facts for known in leads for facts in combinations(used, known)):
        finding = _problem(messages, name, kind, facts, to_leads=to_leads)
        if finding:
            where, what = finding
            yield Finding(path, where, what + _seen(facts, used))
            return


def _seen(facts: MessageFacts, used: set[str]) -> str:
    """Which lead, or which business, shows it: nothing where all do."""
    missing = ", ".join(sorted(key for key in used if not getattr(facts, key)))
    seen = [f"without {missing}"] if missing else []
    if "tone" in used and facts.tone != LONG_FACTS.tone:
        seen.append(f"with the tone '{facts.tone}'")
    return f" (seen {' and '.join(seen)})" if seen else ""


def _problem(
    messages: Messages, name: str, kind: str, facts: MessageFacts, *, to_leads: bool
) -> tuple[str, str] | None:
    try:
        words = messages.words(name, kind, facts)
    except Unreadable as error:
        return error.findings[0].where, error.findings[0].what
    what = _wrong(words, kind, to_leads=to_leads)
    return (WHOLE, what) if what else None


def _wrong(words: str, kind: str, *, to_leads: bool) -> str | None:
    count = len(words.split())
    if not count:
        return "is empty"
    if _EMPTY_SLOT.search(words):
        return "has an empty slot: say it another way when the field is missing"
    if kind == "voicemail" and count > MOST_VOICEMAIL_WORDS:
        return f"has {count} words: {MOST_VOICEMAIL_WORDS} can be said in 25 seconds"
    if kind == "text" and segments(words) > MOST_TEXT_SEGMENTS:
        return f"takes {segments(words)} text segments: {MOST_TEXT_SEGMENTS} are the most, also for long names"
    if kind == "text" and to_leads and not _STOP.search(words):
        return f'does not say how to stop: end it with "{HOW_TO_STOP}"'
    if kind == "task" and segments(words) > MOST_TASK_SEGMENTS:
        return f"takes {segments(words)} text segments: 1 is the most, so that a link and the answers fit behind it"
    return None
