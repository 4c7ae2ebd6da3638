"""Every message of every cadence, whatever is on record of a lead, read for what isn't true and for what is missing."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from operator import attrgetter
from zoneinfo import ZoneInfo

import pytest
from jinja2 import meta

from followthrough.adapters.messages import messages_of, sandbox
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.gsm7 import is_gsm7
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.message_facts import FOR_REPS, MessageFacts, message_facts
from followthrough.domain.needs import on_record
from local.project import CADENCES
from tests.unit.building import at
from tests.unit.example_leads import lead_with
from tests.unit.fakes import business_changed, sample_cadence, sample_settings

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY_8 = at("2026-11-24 08:00")
MONDAY_AT_NOON = at("2026-11-23 12:00")
MINE = "Only for us: careful with the price"
THEIR_MESSAGE = "Is January possible at all?"
FULL_NAME = "Maya Penelope Thompson"
OURS = (MINE, THEIR_MESSAGE, FULL_NAME)
PROFILE = {
    "name": FULL_NAME,
    "phone": "+19175550142",
    "service": "Kitchen remodel",
    "problem": "It leaks.",
    "goal": "dry feet",
    "message": THEIR_MESSAGE,
}
CLAIMS = {"unanswered_calls", "voicemails", "last_talk_on", "appointment_on"}
"""What is held against the words, whether they use it or not."""

EVERY_MESSAGE = [
    (folder.parent.name, file)
    for folder in sorted(CADENCES.glob("*/cadence.json"))
    for file in sorted(sample_cadence(folder.parent.name).messages)
]


def is_for_leads(cadence: str, file: str) -> bool:
    """Whether a lead gets it, and not a partner or a rep."""
    written, (message, _, kind) = sample_cadence(cadence).cadence, file.rpartition(".")
    steps = [step for step in written.steps if message in (*step.messages, step.or_)]
    return kind in ("email", "text", "voicemail") and all(written.recipient(step) == "lead" for step in steps)


TO_LEADS = [each for each in EVERY_MESSAGE if is_for_leads(*each)]

FLAWS = re.compile(r"  |\bNone\b|\{|\}|Hi ,|[ (][,;:!?)]|\w \.|,,|\.\.(?!\.)|\(\)|\bNaN\b|undefined", re.IGNORECASE)
SAYS_SOMEBODY_CALLED = re.compile(
    r"\b(called|phoned|rang|tried|caught|missed you)\b|not reach|not answered|left (you )?a (message|voicemail)",
    re.IGNORECASE,
)
SAYS_A_MESSAGE_WAS_LEFT = re.compile(r"left (you )?a (message|voicemail)|our (message|voicemail)", re.IGNORECASE)
SAYS_WE_SPOKE = re.compile(
    r"\bwe ((last|have|had) )?(spoke|talked|agreed|discussed|left open)|last (spoke|talked)"
    r"|our (last )?(talk|conversation)|as (agreed|discussed)|where we left",
    re.IGNORECASE,
)
SAYS_THEY_HAD_A_TIME = re.compile(
    r"\bappointment\b|we had a time|you (didn't|did not|couldn't) (come|make)", re.IGNORECASE
)


def leads() -> Iterator[Lead]:
    """A lead with everything that can be on record of one, or without it, in every combination."""
    profiles = [dict(each) for each in product(*(((name, None), (name, words)) for name, words in PROFILE.items()))]
    for told, rep, calls, spoken, appointment_at, note in product(
        profiles,
        (None, "ana"),
        ((0, 0), (1, 0), (3, 1)),
        ((None, None), (MONDAY_AT_NOON, None), (MONDAY_AT_NOON, "the colour of the doors.")),
        (None, TUESDAY_8),
        (None, MINE),
    ):
        profile = Profile.model_validate({"email": "m@example.com", **told})
        recorded = {"rep": rep, "appointment_at": appointment_at, "note": note}
        recorded |= zip(("spoken_at", "next_step"), spoken, strict=True)
        yield lead_with(profile, *calls).model_copy(update=recorded)


@cache
def records() -> list[tuple[Lead, MessageFacts]]:
    printed = sample_settings()
    unprinted = business_changed(website=None, printed_hours={}, tone="plain")
    found = []
    for lead in leads():
        rep = printed.team.person(lead.rep or "")
        found.append((lead, message_facts(lead, printed, rep, TUESDAY_8, NEW_YORK)))
        if rep is None:
            found.append((lead, message_facts(lead, unprinted, None, None, NEW_YORK)))
    return found


@cache
def told(cadence: str, file: str) -> list[tuple[MessageFacts, str]]:
    """What the message says of each lead who can get it; the same words only once for the same claims."""
    version = sample_cadence(cadence)
    name, _, kind = file.rpartition(".")
    used = meta.find_undeclared_variables(sandbox().parse(version.messages[file]))
    telling = attrgetter(*sorted(used | CLAIMS))
    needed = needed_for(version, name)
    different = {telling(facts): facts for lead, facts in records() if all(on_record(need, lead) for need in needed)}
    messages = messages_of(version)
    return [(facts, messages.words(name, kind, facts)) for facts in different.values()]


def needed_for(version: CadenceVersion, name: str) -> frozenset[str]:
    """What must be on record, because the planner takes another message where it isn't."""
    replaced = any(step.or_ and name in step.messages for step in version.cadence.steps)
    return version.needs_of(name) if replaced else frozenset()


@pytest.mark.parametrize(("cadence", "file"), EVERY_MESSAGE)
def test_no_message_has_an_empty_slot_whatever_is_missing(cadence: str, file: str) -> None:
    assert told(cadence, file)
    for _, words in told(cadence, file):
        assert not FLAWS.search(words), f"{FLAWS.search(words)} in {words!r}"
        assert words.strip()


@pytest.mark.parametrize(("cadence", "file"), EVERY_MESSAGE)
def test_no_message_says_that_anybody_called_before_a_call_was_reported(cadence: str, file: str) -> None:
    for facts, words in told(cadence, file):
        if facts.unanswered_calls == 0:
            assert not SAYS_SOMEBODY_CALLED.search(words), words
        if facts.voicemails == 0:
            assert not SAYS_A_MESSAGE_WAS_LEFT.search(words), words


@pytest.mark.parametrize(("cadence", "file"), TO_LEADS)
def test_no_lead_is_told_of_a_conversation_or_an_appointment_that_there_never_was(cadence: str, file: str) -> None:
    for facts, words in told(cadence, file):
        if facts.last_talk_on is None:
            assert not SAYS_WE_SPOKE.search(words), words
        if facts.appointment_on is None:
            assert not SAYS_THEY_HAD_A_TIME.search(words), words


@pytest.mark.parametrize(("cadence", "file"), TO_LEADS)
def test_no_lead_is_told_what_is_only_for_reps(cadence: str, file: str) -> None:
    used = meta.find_undeclared_variables(sandbox().parse(sample_cadence(cadence).messages[file]))
    assert not used & FOR_REPS
    for _, words in told(cadence, file):
        assert not any(ours in words for ours in OURS), words


@pytest.mark.parametrize(("cadence", "file"), [each for each in EVERY_MESSAGE if each[1].endswith((".text", ".task"))])
def test_what_is_texted_is_in_the_cheap_alphabet(cadence: str, file: str) -> None:
    assert all(is_gsm7(words) for _, words in told(cadence, file))


@pytest.mark.parametrize(
    ("words", "claim"),
    [
        ("When we last spoke, one thing was open.", SAYS_WE_SPOKE),
        ("Here is what we agreed:", SAYS_WE_SPOKE),
        ("We had a time set for today.", SAYS_THEY_HAD_A_TIME),
        ("We called you.", SAYS_SOMEBODY_CALLED),
        ("Hi ,", FLAWS),
    ],
)
def test_a_claim_is_found(words: str, claim: re.Pattern[str]) -> None:
    assert claim.search(words)
