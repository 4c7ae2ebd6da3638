"""A cadence version is known by its content: what changes what leads get changes it, nothing else does."""

import re

import pytest

from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from tests.unit.fakes import sample_cadence


def test_a_version_is_twelve_hex_digits() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", sample_cadence().version)


@pytest.mark.parametrize(
    ("name", "version"), [("speed-to-lead", "773a575b8311"), ("appointment", "adda1e685517")], ids=lambda part: part
)
def test_a_language_that_grows_changes_no_version_of_what_was_written_before(name: str, version: str) -> None:
    """Change a version here only when its folder was changed: leads that are being followed up keep theirs."""
    assert sample_cadence(name).version == version


def test_the_same_content_read_again_has_the_same_version() -> None:
    stored = sample_cadence().model_dump_json(by_alias=True)
    assert CadenceVersion.model_validate_json(stored).version == sample_cadence().version


def test_the_order_in_which_the_messages_were_read_does_not_matter() -> None:
    shipped = sample_cadence()
    backwards = dict(reversed(shipped.messages.items()))
    assert CadenceVersion(cadence=shipped.cadence, messages=backwards).version == shipped.version


def changed_step(**changes: object) -> Cadence:
    written = sample_cadence().cadence.model_dump(mode="json", by_alias=True, exclude_unset=True)
    written["steps"][1] |= changes
    return Cadence.model_validate(written)


@pytest.mark.parametrize("changes", [{"purpose": "Another purpose."}, {"voicemail": "hang_up"}, {"after": "1m"}])
def test_a_changed_step_is_another_version(changes: dict[str, object]) -> None:
    shipped = sample_cadence()
    assert CadenceVersion(cadence=changed_step(**changes), messages=shipped.messages).version != shipped.version


def test_writing_down_a_default_is_no_other_version() -> None:
    shipped = sample_cadence()
    same = CadenceVersion(cadence=changed_step(any_hour=False), messages=shipped.messages)
    assert same.version == shipped.version


def test_a_changed_message_is_another_version() -> None:
    shipped = sample_cadence()
    name = next(iter(shipped.messages))
    messages = {**shipped.messages, name: shipped.messages[name] + "."}
    assert CadenceVersion(cadence=shipped.cadence, messages=messages).version != shipped.version


def test_a_message_more_or_less_is_another_version() -> None:
    shipped = sample_cadence()
    (_, *others) = shipped.messages.items()
    assert CadenceVersion(cadence=shipped.cadence, messages=dict(others)).version != shipped.version
