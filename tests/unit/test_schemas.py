"""Editors complete and check files by the published JSON Schemas: they are up to date, and they are right."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it comes without types
from pydantic import ValidationError

from followthrough.domain.business import Business, Team
from followthrough.domain.cadence import Cadence
from followthrough.domain.model import Model
from followthrough.domain.own_contact_rules import OwnContactRules
from local.project import CADENCES, CONFIG
from local.schemas import SCHEMAS, outdated, schema_text

FILES: list[tuple[Path, Path, type[Model]]] = [
    (CONFIG / "business.json", CONFIG / "business.schema.json", Business),
    (CONFIG / "team.json", CONFIG / "team.schema.json", Team),
    (CONFIG / "contact_rules.json", CONFIG / "contact_rules.schema.json", OwnContactRules),
    *((file, CADENCES / "cadence.schema.json", Cadence) for file in sorted(CADENCES.glob("*/cadence.json"))),
]


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def by_schema(schema: Path, content: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(read(schema)).iter_errors(content)]


def test_every_published_schema_is_what_its_model_says() -> None:
    assert outdated() == []


def test_a_schema_that_was_forgotten_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale, missing = tmp_path / "stale.json", tmp_path / "missing.json"
    stale.write_text(schema_text(Team).replace("reps", "people"), encoding="utf-8")
    monkeypatch.setattr("local.schemas.SCHEMAS", {stale: Team, missing: Business})
    assert outdated() == [stale, missing]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.name)
def test_a_schema_is_a_valid_schema(schema: Path) -> None:
    Draft202012Validator.check_schema(read(schema))


@pytest.mark.parametrize(("file", "schema", "model"), FILES, ids=lambda part: getattr(part, "name", ""))
def test_the_shipped_files_are_accepted_by_schema_and_model_alike(file: Path, schema: Path, model: type[Model]) -> None:
    assert by_schema(schema, read(file)) == []
    model.model_validate(read(file))


@pytest.mark.parametrize(("file", "schema", "model"), FILES, ids=lambda part: getattr(part, "name", ""))
def test_the_shipped_files_name_the_schema_by_which_editors_check_them(
    file: Path, schema: Path, model: type[Model]
) -> None:
    assert (file.parent / read(file)["$schema"]).resolve() == schema.resolve()


def broken(**changes: Any) -> dict[str, Any]:
    """The shipped cadence with one change in its second step; None takes a field away."""
    content: dict[str, Any] = deepcopy(read(CADENCES / "speed-to-lead" / "cadence.json"))
    content["steps"][1] |= changes
    content["steps"][1] = {field: value for field, value in content["steps"][1].items() if value is not None}
    return content


@pytest.mark.parametrize(
    "change",
    [
        {"do": "fax"},
        {"do": None},
        {"name": "First Call"},
        {"purpose": None},
        {"purpose": ""},
        {"after": "five minutes"},
        {"after": 5},
        {"after": None, "day": "2 to 5"},
        {"after": None, "day": -1},
        {"voicemail": "maybe"},
        {"if_silent": {"after": "5m"}},
        {"if_silent": {"after": "5m", "do": "shout"}},
        {"if": "value is high"},
        {"any_hour": "yes, please"},
        {"wait": "5m"},
        {"latest": "tomorrow"},
    ],
    ids=str,
)
def test_a_broken_cadence_is_refused_by_both(change: dict[str, Any]) -> None:
    content = broken(**change)
    assert by_schema(CADENCES / "cadence.schema.json", content)
    with pytest.raises(ValidationError):
        Cadence.model_validate(content)


@pytest.mark.parametrize("field", ["name", "about", "steps"])
def test_a_cadence_without_what_it_must_have_is_refused_by_both(field: str) -> None:
    content = broken()
    del content[field]
    assert by_schema(CADENCES / "cadence.schema.json", content)
    with pytest.raises(ValidationError):
        Cadence.model_validate(content)


def test_every_field_of_a_step_is_explained_to_whoever_edits_it() -> None:
    step = read(CADENCES / "cadence.schema.json")["$defs"]["Step"]["properties"]
    assert [name for name, field in step.items() if not field.get("description")] == []
