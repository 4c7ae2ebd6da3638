"""The published JSON Schemas, generated from the models that read the files."""

import json
from pathlib import Path

from followthrough.domain.business import Business, Team
from followthrough.domain.cadence import Cadence
from followthrough.domain.model import Model
from followthrough.domain.own_contact_rules import OwnContactRules
from followthrough.domain.partners import Partners
from local.project import CADENCES, CONFIG

SCHEMAS: dict[Path, type[Model]] = {
    CADENCES / "cadence.schema.json": Cadence,
    CONFIG / "business.schema.json": Business,
    CONFIG / "team.schema.json": Team,
    CONFIG / "partners.schema.json": Partners,
    CONFIG / "contact_rules.schema.json": OwnContactRules,
}


def schema_text(model: type[Model]) -> str:
    """A model's JSON Schema, draft 2020-12, as the file holds it."""
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
    return json.dumps(content, indent=2) + "\n"


def outdated() -> list[Path]:
    """The schema files that differ from their models."""
    return [
        file
        for file, model in SCHEMAS.items()
        if not file.is_file() or file.read_text(encoding="utf-8") != schema_text(model)
    ]


def write_schemas() -> None:
    """Write all of them."""
    for file, model in SCHEMAS.items():
        file.write_text(schema_text(model), encoding="utf-8")
