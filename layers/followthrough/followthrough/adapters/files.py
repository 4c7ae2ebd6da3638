"""Reads `cadences/` and `config/` from disk, where a layer (or the checkout) puts them."""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from followthrough.domain.business import Business, Settings, Team
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.contact_rules import ContactRules
from followthrough.domain.errors import NotFound, Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.holidays import Holidays
from followthrough.domain.own_contact_rules import Loosening, OwnContactRules, loosenings, shipped_rules, with_own
from followthrough.domain.partners import Partners
from followthrough.use_cases.ports import Store

M = TypeVar("M", bound=BaseModel)

CONTACT_RULES = "contact_rules.json"
PARTNERS = "partners.json"


def read_settings(folder: Path) -> Settings:
    """Everything in `config/`. Raises Unreadable with file, place and reason."""
    settings = Settings(
        business=read_model(folder / "business.json", Business),
        team=read_model(folder / "team.json", Team),
        rules=read_contact_rules(folder / CONTACT_RULES)[0],
        holidays=read_model(folder / "holidays.json", Holidays),
        partners=read_model(folder / PARTNERS, Partners) if (folder / PARTNERS).is_file() else Partners(),
    )
    _expect_numbers_of_their_own(folder / PARTNERS, settings)
    return settings


def _expect_numbers_of_their_own(file: Path, settings: Settings) -> None:
    """Whose text it is, is known by the number: a partner's can't be one of the team's."""
    findings = [
        Finding(
            str(file),
            f"partners[{place}].phone",
            f"'{person.id}' of team.json has the same phone number: give the partner another one",
        )
        for place, partner in enumerate(settings.partners.partners)
        if (person := settings.team.person_with_phone(partner.phone))
    ]
    if findings:
        raise Unreadable("\n".join(map(str, findings)), findings)


def read_contact_rules(file: Path) -> tuple[ContactRules, list[Loosening]]:
    """The rules that hold, and in what they allow more than those that come with the project, and why. Raises
    Unreadable if they do without saying why.
    """
    own, floor = read_model(file, OwnContactRules), shipped_rules()
    looser = list(loosenings(own, floor))
    if silent := [Finding(str(file), each.where, each.what) for each in looser if each.because is None]:
        raise Unreadable("\n".join(map(str, silent)), silent)
    try:
        return with_own(own, floor), looser
    except ValidationError as error:
        raise _unreadable(file, error) from None


def read_cadence_version(folder: Path) -> CadenceVersion:
    """A cadence with its messages. Raises Unreadable with file, place and reason."""
    return CadenceVersion(cadence=read_model(folder / "cadence.json", Cadence), messages=read_messages(folder))


def read_messages(folder: Path) -> dict[str, str]:
    """The messages of a cadence, by file name without `.txt`. Raises Unreadable with file and reason."""
    files = sorted((folder / "messages").glob("*.txt"))
    return {file.name.removesuffix(".txt"): _read_text(file) for file in files}


def read_model(file: Path, model: type[M]) -> M:
    """One JSON file as a model. Raises Unreadable naming every mistake, a line each."""
    try:
        return model.model_validate(read_json(file))
    except ValidationError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: Path, error: ValidationError) -> Unreadable:
    findings = [Finding(str(file), place, what) for place, what in explained(error)]
    return Unreadable("\n".join(map(str, findings)), findings)


def read_json(file: Path) -> Any:
    """The content of a JSON file. Raises Unreadable."""
    try:
        return json.loads(_read_text(file))
    except json.JSONDecodeError as error:
        finding = Finding(str(file), f"line {error.lineno}, column {error.colno}", f"not JSON: {error.msg}")
        raise Unreadable(str(finding), [finding]) from None
    except RecursionError:
        finding = Finding(str(file), "(whole file)", "nested too deeply")
        raise Unreadable(str(finding), [finding]) from None


def explained(error: ValidationError) -> list[tuple[str, str]]:
    """Each mistake as place and what is wrong, in words for the person who wrote it."""
    return [(_place(found["loc"]), _words(found["type"], found["msg"])) for found in error.errors()]


def _place(parts: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return path.lstrip(".") or "(whole file)"


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "missing":
        return "is missing"
    return message.removeprefix("Value error, ")


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        finding = Finding(str(file), "(whole file)", "there is no such file")
    except IsADirectoryError:
        finding = Finding(str(file), "(whole file)", "is a folder, not a file")
    except UnicodeDecodeError:
        finding = Finding(str(file), "(whole file)", "is not UTF-8 text")
    raise Unreadable(str(finding), [finding])


class CadenceFiles:
    """The Cadences port: what is deployed comes from disk, older versions from the table."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._known: dict[tuple[str, str], CadenceVersion] = {}
        self._current: dict[str, CadenceVersion] = {}

    def current(self, name: str) -> CadenceVersion:
        """See Cadences."""
        if name not in self._current:
            if not (self._folder / name / "cadence.json").is_file():
                raise NotFound(f"there is no cadence called {name}")
            version = read_cadence_version(self._folder / name)
            self._current[name] = version
            self._known[name, version.version] = version
        return self._current[name]

    def kept(self, name: str, version: str) -> CadenceVersion:
        """See Cadences."""
        if (name, version) not in self._known:
            self._load(name, version)
        return self._known[name, version]

    def events(self) -> frozenset[str]:
        """See Cadences."""
        cadences = (read_model(file, Cadence) for file in self._folder.glob("*/cadence.json"))
        return frozenset().union(*(cadence.events for cadence in cadences))

    def _load(self, name: str, version: str) -> None:
        try:
            if self.current(name).version == version:
                return
        except NotFound:
            pass  # the cadence is gone from the deployment; pursuits that began with it go on
        self._known[name, version] = self._store.load_version(name, version)
