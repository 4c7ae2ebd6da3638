"""Reading what people type, with an error that says what would be right."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import typer

from followthrough.adapters.files import read_cadence_version
from followthrough.domain.business import Business
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from local.posted_lead import read_moment
from local.project import CADENCES


def period(text: str) -> timedelta:
    """`30d`, `12h` or `2w` as a time span."""
    match = re.fullmatch(r"(\d{1,4})([hdw])", text)
    if not match or int(match[1]) == 0:
        raise typer.BadParameter(f"'{text}' is not a period: write 12h, 30d or 8w")
    return int(match[1]) * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[match[2]]


def moment(text: str | None, business: Business) -> datetime | None:
    """An ISO 8601 time; without an offset it is the business's own time."""
    if text is None:
        return None
    try:
        return read_moment(text, business)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"'{text}' is not a time: write 2026-11-23T10:00 or 2026-11-23T10:00-05:00") from None


def cadence_folder(name_or_path: str) -> Path:
    """The folder of a cadence, by name, by folder, or by its cadence.json."""
    path = Path(name_or_path)
    if path.name == "cadence.json":
        return path.parent
    folder = path if (path / "cadence.json").is_file() else CADENCES / name_or_path
    if (folder / "cadence.json").is_file():
        return folder
    known = ", ".join(sorted(file.parent.name for file in CADENCES.glob("*/cadence.json")))
    raise typer.BadParameter(
        f"there is no cadence '{name_or_path}': it is a folder with a cadence.json, or one of {known}"
    )


def shipped_version(name: str) -> CadenceVersion:
    """A cadence of the project, by its name. Raises Unreadable when there is none, or a file has mistakes."""
    return read_cadence_version(CADENCES / name)


def cadence_version(name_or_path: str) -> CadenceVersion:
    """The cadence with its messages. Raises Unreadable when a file has mistakes."""
    folder = cadence_folder(name_or_path)
    version = read_cadence_version(folder)
    if version.cadence.name != folder.resolve().name:
        raise Unreadable(
            f"{folder / 'cadence.json'}: name: is '{version.cadence.name}', but the folder is called "
            f"'{folder.resolve().name}': they must be the same"
        )
    return version
