"""The random cadences of the property tests leave out nothing that the language has."""

from collections import Counter

import pytest

from followthrough.adapters.message_checks import check_messages
from followthrough.domain.cadence_version import CadenceVersion
from tests.unit.random_cadences import CADENCE_FIELDS, STEP_FIELDS, version

seen: Counter[str] = Counter()
MANY = 150


def _look_at(found: CadenceVersion) -> None:
    assert check_messages(found) == []
    written = found.cadence.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    seen.update(f"cadence.{field}" for field in written)
    seen.update(f"step.{field}" for step in written["steps"] for field in step)


@pytest.fixture(scope="module", autouse=True)
def _seen() -> None:
    for n in range(MANY):
        _look_at(version("sample", range(5 * n, 5 * n + 1 + n % 5)))


@pytest.mark.parametrize("field", sorted(set(CADENCE_FIELDS) - {"$schema"}))
def test_every_field_of_a_cadence_is_written_somewhere(field: str) -> None:
    assert seen[f"cadence.{field}"]


@pytest.mark.parametrize("field", sorted(STEP_FIELDS))
def test_every_field_of_a_step_is_written_somewhere(field: str) -> None:
    assert seen[f"step.{field}"]
