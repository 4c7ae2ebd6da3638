"""The W3C's Nu Html Checker, as it runs behind validator.w3.org/nu: HTML by the standard, and the CSS in it."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local.project import ROOT

JAR = ROOT / "tools/html-checker/node_modules/vnu-jar/build/dist/vnu.jar"

# Its schema needs a deep stack. For a life of seconds, Java's second compiler costs more than it saves.
_JAVA_OPTIONS = ("-Xss8m", "-XX:TieredStopAtLevel=1")


class CheckerUnavailable(Exception):
    """The checker can't be run; the message says what is missing."""


def faults(pages: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """Each page with something wrong, errors and warnings alike, with what is wrong and where.

    All in one run of the checker. Raises CheckerUnavailable.
    """
    java = shutil.which("java")
    if java is None:
        raise CheckerUnavailable("java is not here, and the HTML checker is written in it (Java 17 or newer).")
    if not JAR.is_file():
        raise CheckerUnavailable("the HTML checker is not here: `make mail` fetches it with npm (Node 18 or newer).")
    names = _write(pages, folder)
    command = [java, *_JAVA_OPTIONS, "-jar", str(JAR), "--stdout", "--format", "json", str(folder)]
    run = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own files
    try:
        messages = json.loads(run.stdout)["messages"]
    except ValueError:
        raise CheckerUnavailable(f"the HTML checker said nothing: {run.stderr.decode(errors='replace')}") from None
    found: dict[str, list[str]] = {}
    for message in messages:
        found.setdefault(names[Path(message["url"]).name], []).append(_sentence(message))
    return found


def _write(pages: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The pages as files; by the name of each file, what it is called."""
    names = {f"{number}.html": name for number, name in enumerate(pages)}
    for file, name in names.items():
        (folder / file).write_text(pages[name], "utf-8")
    return names


def _sentence(message: Mapping[str, object]) -> str:
    where = f"line {message.get('lastLine', '?')}"
    return f"{where}: {message['message']} {str(message.get('extract', '')).strip()}".strip()
