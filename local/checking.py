"""What `check` looks at, and in which order: configuration first, because cadences are checked against it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from followthrough.adapters.files import (
    CONTACT_RULES,
    PARTNERS,
    read_contact_rules,
    read_messages,
    read_model,
    read_settings,
)
from followthrough.adapters.message_checks import check_messages, check_words
from followthrough.domain.assignment import is_ever_asked
from followthrough.domain.business import Business, Settings, Team
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_values import NextCadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.holidays import Holidays
from followthrough.domain.own_contact_rules import OwnContactRules
from followthrough.domain.partners import Partners
from followthrough.domain.plan_checks import check_plan
from local.partner_checks import partner_mistakes
from local.project import CADENCES, CONFIG

T = TypeVar("T")

CONFIGURATION: dict[str, type[BaseModel]] = {
    "business.json": Business,
    "team.json": Team,
    CONTACT_RULES: OwnContactRules,
    "holidays.json": Holidays,
    PARTNERS: Partners,
}


def check_everything() -> list[Finding]:
    """All findings in `config/` and `cadences/`. Warnings keep nothing else from being looked at."""
    there = [name for name in CONFIGURATION if name != PARTNERS or (CONFIG / name).is_file()]
    config = [finding for name in there for finding in check_path(CONFIG / name)]
    folders = sorted(file.parent for file in CADENCES.glob("*/cadence.json"))
    cadences = [finding for folder in folders for finding in check_path(folder)]
    errors = [finding for finding in config if not finding.is_warning]
    found = [*config, *(() if errors else _disagreements(CADENCES, CONFIG)), *cadences]
    return list(dict.fromkeys(found))  # each cadence tells of the configuration, too


def check_path(path: Path) -> list[Finding]:
    """All findings in one cadence (its folder or its cadence.json) or one file of configuration."""
    try:
        if path.name == CONTACT_RULES:
            return list(_check_contact_rules(path))
        if path.name in CONFIGURATION:
            read_model(path, CONFIGURATION[path.name])
            return []
        return list(_check_cadence(path.parent if path.name == "cadence.json" else path))
    except Unreadable as error:
        return list(error.findings) or [Finding(str(path), "(whole file)", str(error))]


def _check_contact_rules(file: Path) -> Iterator[Finding]:
    _, looser = read_contact_rules(file)
    for each in looser:
        what = f"allows more than the rules that come with the project, because: {each.because}"
        yield Finding(str(file), each.where, what, is_warning=True)


def _check_cadence(folder: Path) -> Iterator[Finding]:
    """What is wrong in cadence.json keeps nothing from being found in the messages, nor the other way round. The
    configuration is told of too, since without it the plan can't be checked.
    """
    cadence, mistakes = _read(lambda: read_model(folder / "cadence.json", Cadence))
    messages, unreadable = _read(lambda: read_messages(folder))
    settings, misconfigured = _read(lambda: read_settings(CONFIG))
    yield from (*mistakes, *unreadable, *misconfigured)
    if cadence and cadence.name != folder.resolve().name:
        yield Finding(str(folder / "cadence.json"), "name", f"must be the folder's name, '{folder.resolve().name}'")
    if cadence:
        yield from _wrong_ends(cadence, folder)
    if messages is None:
        return
    if cadence and settings:
        yield from check_plan(
            CadenceVersion(cadence=cadence, messages=messages), settings, str(folder / "cadence.json")
        )
    if cadence:
        yield from check_messages(CadenceVersion(cadence=cadence, messages=messages), str(folder), settings)
    else:
        yield from check_words(messages, str(folder), settings)


def _read(reading: Callable[[], T]) -> tuple[T | None, list[Finding]]:
    """What is read, or what keeps it from being read."""
    try:
        return reading(), []
    except Unreadable as error:
        return None, list(error.findings)


def _disagreements(cadences: Path, config: Path) -> Iterator[Finding]:
    """What is wrong between files that are each right alone."""
    settings = read_settings(config)
    yield from _missing_cadence(settings, cadences, config)
    yield from _never_asked(settings, config)
    yield from _no_wording(settings, cadences, config)
    yield from partner_mistakes(settings, cadences, config)


def _never_asked(settings: Settings, config: Path) -> Iterator[Finding]:
    today = datetime.now(UTC).date()
    for place, rep in enumerate(settings.team.reps):
        if not is_ever_asked(rep, settings.business, today):
            what = f"'{rep.id}' would never be asked: these hours never overlap the calling hours of business.json"
            yield Finding(str(config / "team.json"), f"reps[{place}].hours", what)


def _no_wording(settings: Settings, cadences: Path, config: Path) -> Iterator[Finding]:
    """Nobody may be texted without a record of what they have agreed to."""
    texting = sorted(file.parents[1].name for file in cadences.glob("*/messages/*.text.txt"))
    if texting and settings.business.consent_wording is None:
        what = f"is missing: the cadence '{texting[0]}' texts, so say what your form shows beside its box for texts"
        yield Finding(str(config / "business.json"), "consent_wording", what)


def _missing_cadence(settings: Settings, cadences: Path, config: Path) -> Iterator[Finding]:
    file = str(config / "business.json")
    for event, following in settings.business.cadences.named():
        for what in _wrong_to_begin(following, cadences, where=str(cadences)):
            yield Finding(file, f"cadences.{event}", what)
    last = _cadence_in(cadences, settings.business.cadences.exhausted.cadence)
    if last and not last.is_endless and last.ends is None:
        what = f"'{last.name}' comes to an end itself and doesn't say how: give it 'ends', or a step that repeats"
        yield Finding(file, "cadences.exhausted", what)


def _wrong_ends(cadence: Cadence, folder: Path) -> Iterator[Finding]:
    """Where a cadence goes on with one that can't be gone on with."""
    for ends in cadence.all_ends:
        for what in _wrong_to_begin(ends.next_cadence, folder.resolve().parent, where=str(folder.parent)):
            yield Finding(str(folder / "cadence.json"), "ends", what)


def _wrong_to_begin(following: NextCadence | None, cadences: Path, where: str) -> Iterator[str]:
    if following is None:
        return
    if not (cadences / following.cadence / "cadence.json").is_file():
        yield f"there is no cadence '{following.cadence}' in {where}"
        return
    cadence = _cadence_in(cadences, following.cadence)
    if cadence and following.at_step and cadence.entry(following.at_step) is None:
        entries = ", ".join(step.name for step in cadence.steps if step.every) or "and it has none"
        what = f"'{following.at_step}' is no step of '{cadence.name}' to begin with: write one with 'every'"
        yield f"{what} ({entries})"


def _cadence_in(cadences: Path, name: str) -> Cadence | None:
    """A cadence, if it can be read: what is wrong with it is found where it is."""
    return _read(lambda: read_model(cadences / name / "cadence.json", Cadence))[0]
