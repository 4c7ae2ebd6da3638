"""What `check` looks at, and in which order: configuration first, because cadences are checked against it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from followthrough.adapters.files import read_cadence_version, read_model, read_settings
from followthrough.adapters.message_checks import check_messages
from followthrough.domain.assignment import is_ever_asked
from followthrough.domain.business import Business, Settings, Team
from followthrough.domain.contact_rules import ContactRules
from followthrough.domain.errors import Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.holidays import Holidays
from local.project import CADENCES, CONFIG

CONFIGURATION: dict[str, type[BaseModel]] = {
    "business.json": Business,
    "team.json": Team,
    "contact_rules.json": ContactRules,
    "holidays.json": Holidays,
}


def check_everything() -> list[Finding]:
    """All findings in `config/` and `cadences/`."""
    config = [finding for name in CONFIGURATION for finding in check_path(CONFIG / name)]
    folders = sorted(file.parent for file in CADENCES.glob("*/cadence.json"))
    cadences = [finding for folder in folders for finding in check_path(folder)]
    return [*(config or _disagreements(CADENCES, CONFIG)), *cadences]


def check_path(path: Path) -> list[Finding]:
    """All findings in one cadence (its folder or its cadence.json) or one file of configuration."""
    try:
        if path.name in CONFIGURATION:
            read_model(path, CONFIGURATION[path.name])
            return []
        return list(_check_cadence(path.parent if path.name == "cadence.json" else path))
    except Unreadable as error:
        return list(error.findings) or [Finding(str(path), "(whole file)", str(error))]


def _check_cadence(folder: Path) -> Iterator[Finding]:
    version = read_cadence_version(folder)
    file = str(folder / "cadence.json")
    if version.cadence.name != folder.resolve().name:
        yield Finding(file, "name", f"must be the folder's name, '{folder.resolve().name}'")
    yield from check_messages(version, str(folder))


def _disagreements(cadences: Path, config: Path) -> Iterator[Finding]:
    """What is wrong between files that are each right alone."""
    settings = read_settings(config)
    yield from _missing_cadence(settings, cadences, config)
    yield from _never_asked(settings, config)


def _never_asked(settings: Settings, config: Path) -> Iterator[Finding]:
    today = datetime.now(UTC).date()
    for place, rep in enumerate(settings.team.reps):
        if not is_ever_asked(rep, settings.business, today):
            what = f"'{rep.id}' would never be asked: these hours never overlap the calling hours of business.json"
            yield Finding(str(config / "team.json"), f"reps[{place}].hours", what)


def _missing_cadence(settings: Settings, cadences: Path, config: Path) -> Iterator[Finding]:
    business = settings.business
    named = {"arrival_cadence": business.arrival_cadence, "appointment_cadence": business.appointment_cadence}
    for field, name in named.items():
        if not (cadences / name / "cadence.json").is_file():
            yield Finding(str(config / "business.json"), field, f"there is no cadence '{name}' in {cadences}")
