"""`followthrough check` on the command line: everything that is wrong at once, and warnings apart."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local import checking
from local.commands.app import app
from tests.unit.fakes import ROOT

FIRST = {"name": "first-call", "do": "call", "after": "0m", "purpose": "Hear what they want."}
FILES = {"first-call.call": "Say hello.", "write.email": "Subject: Hi\n\nHow are the plans?"}


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(*steps: dict[str, Any], files: dict[str, str] | None = None, **changed: Any) -> Path:
        folder = tmp_path / "sample"
        (folder / "messages").mkdir(parents=True)
        each = [{"do": "email", "message": "write", "purpose": "Only for a test.", **step} for step in steps]
        cadence = {
            "name": "sample",
            "about": "For a test.",
            "steps": [FIRST, *each],
            "ends": {"because": "no_response"},
        }
        (folder / "cadence.json").write_text(json.dumps(cadence | changed), encoding="utf-8")
        for name, words in (FILES | (files or {})).items():
            (folder / "messages" / f"{name}.txt").write_text(words, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    def change(**changed: Any) -> Path:
        folder = tmp_path / "config"
        shutil.copytree(ROOT / "config", folder)
        file = folder / "business.json"
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changed), encoding="utf-8")
        monkeypatch.setattr(checking, "CONFIG", folder)
        return folder

    return change


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", *map(str, arguments)])
    return result.exit_code, result.output


def test_everything_is_found_at_once_each_with_its_place(written: Callable[..., Path]) -> None:
    folder = written(
        {"name": "contradicts", "after": "1d", "if": {"voicemails": {"at_least": 2, "at_most": 1}}},
        {"name": "at-night", "day": 3, "at": "22:00-23:00"},
        *({"name": f"too-many-{number}", "day": 4} for number in range(4)),
        files={"write.email": "Subject: Hi\n\nJust checking in, {{ frist_name }}.", "write.text": "Still interested?"},
    )
    code, output = run(folder)
    file, messages = folder / "cadence.json", folder / "messages"
    assert code == 1
    for said in (
        f"{file}: steps[1] 'contradicts': 'if' never holds: no number of voicemails is at least 2 and at most 1",
        f"{file}: steps[2] 'at-night': 'at' 22:00-23:00 never lies in the contact hours where you are: ",
        f"{file}: day 4: 4 e-mails on one day",
        f"{file}: day 4: 4 texts on one day",
        f"{messages / 'write.email.txt'}: line 3: 'just checking in' says nothing",
        f"{messages / 'write.email.txt'}: line 3: 'frist_name' is not on record; did you mean first_name?",
        f'{messages / "write.text.txt"}: (whole file): does not say how to stop: end it with "Reply STOP to opt out."',
        "7 found wrong.",
    ):
        assert said in output


def test_a_warning_is_printed_and_keeps_nothing_from_being_good(written: Callable[..., Path]) -> None:
    folder = written({"name": "write", "after": "1d", "if": {"first-call": "booked"}})
    code, output = run(folder)
    assert (code, output.splitlines()[-1]) == (0, "All good.")
    assert output.startswith(f"Warning: {folder / 'cadence.json'}: steps[1] 'write': ")
    (warned,) = json.loads(run(folder, "--json")[1])["warnings"]
    assert (warned["where"], json.loads(run(folder, "--json")[1])["findings"]) == ("steps[1] 'write'", [])


def test_a_cadence_is_checked_against_the_business(written: Callable[..., Path], config: Callable[..., Path]) -> None:
    folder = written(
        {"name": "write", "day": "2-3"}, weekdays="sat-sun", files={"write.email": "Subject: Hi\n\nCheers!"}
    )
    assert run(folder)[0] == 0
    config(calling_hours={"mon-fri": "09:00-17:00"}, filler=["cheers"])
    code, output = run(folder)
    assert code == 1
    assert "cadence.json: weekdays: nothing can ever go on these days" in output
    assert "write.email.txt: line 3: 'cheers' says nothing" in output


def test_a_broken_configuration_is_told_and_keeps_no_message_from_being_checked(
    written: Callable[..., Path], config: Callable[..., Path]
) -> None:
    business = config(name="") / "business.json"
    code, output = run(written({"name": "write", "day": 2}, files={"write.email": "Subject: Hi\n\nJust checking in."}))
    assert (code, "'just checking in' says nothing" in output) == (1, True)
    assert f"{business}: name: " in output


def test_what_is_wrong_in_the_configuration_is_told_once(config: Callable[..., Path]) -> None:
    business = config(name="") / "business.json"
    code, output = run()
    assert (code, output.count(f"{business}: name: ")) == (1, 1)
    assert output.endswith("1 found wrong.\n")


def test_messages_are_checked_although_the_cadence_cannot_be_read(written: Callable[..., Path]) -> None:
    code, output = run(
        written({"name": "My Step", "after": "1d"}, files={"write.email": "Subject: Hi\n\nJust checking in."})
    )
    assert code == 1
    assert "steps[1].name: write a name in lower case letters and digits, words joined by hyphens" in output
    assert "'just checking in' says nothing" in output


@pytest.mark.parametrize("name", ["My cadence", "spring_sale", "-offer", "o" * 41, 7, ""])
@pytest.mark.parametrize("field", ["name", "message", "or"])
def test_a_name_that_is_none_is_told_in_words_and_once(written: Callable[..., Path], field: str, name: object) -> None:
    _, output = run(written({"name": "write", "after": "1d", field: name}))
    told = [line for line in output.splitlines() if f"steps[1].{field}: " in line]
    assert len(told) == 1
    assert told[0].endswith("such as first-call; 40 characters are the most")
    assert "String should" not in output
