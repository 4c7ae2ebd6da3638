"""`followthrough diff`: what an edit does, for sample leads, told so that an admin sees it at once."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from local.commands.app import app
from local.project import CADENCES

GOOD, FOUND_WRONG, USED_WRONG = 0, 1, 2
EVERYBODY = [
    "in contact hours",
    "at night",
    "on a Friday evening",
    "a company",
    "an enterprise",
    "high value",
    "agrees to texts",
    "no phone",
    "no e-mail",
    "in Chicago",
    "in Los Angeles",
]
Edit = Callable[..., Path]
with_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


def said(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == GOOD, result.output
    return result.stdout


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == GOOD, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def of(content: dict[str, Any], label: str) -> list[tuple[str, str]]:
    """What becomes of which step's touches for one of the leads."""
    (lead,) = [each for each in content["leads"] if each["lead"] == label]
    return [(change["change"], change["step"]) for change in lead["changes"]]


SMALL: dict[str, Any] = {
    "name": "small",
    "about": "A small cadence for a test.",
    "steps": [
        {"name": "first-call", "do": "call", "after": "0m"},
        {"name": "will-call", "do": "email", "after": "0m", "of": "first-call", "if": {"first-call": "silent"}},
        {"name": "daily-calls", "do": "call", "day": "2-4", "times_a_day": 2},
        {"name": "question", "do": "email", "day": 2},
        {"name": "weekly-call", "do": "call", "day": 6, "if": {"value": "high"}},
        {"name": "goodbye", "do": "email", "day": 8},
    ],
    "ends": {"because": "no_response"},
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of a small cadence as it is."""
    folder = tmp_path / "old" / "small"
    (folder / "messages").mkdir(parents=True)
    (folder / "messages" / "question.email.txt").write_text("Subject: Hello\n\nWhen?\n", encoding="utf-8")
    steps = [{"purpose": "Only for a test.", **step} for step in SMALL["steps"]]
    (folder / "cadence.json").write_text(json.dumps({**SMALL, "steps": steps}), encoding="utf-8")
    return folder


@pytest.fixture
def edit(small: Path, tmp_path: Path) -> Edit:
    """A copy of it in which some fields of a step are replaced, or of the cadence; None takes one out."""

    def edited(step: str | None = None, **fields: Any) -> Path:
        folder = tmp_path / "new" / "small"
        if not folder.exists():
            shutil.copytree(small, folder)
        file = folder / "cadence.json"
        content = json.loads(file.read_text("utf-8"))
        changed = next((each for each in content["steps"] if each["name"] == step), content)
        changed |= fields
        for name in [name for name, value in fields.items() if value is None]:
            del changed[name]
        file.write_text(json.dumps(content), encoding="utf-8")
        return folder

    return edited


def without(folder: Path, step: str) -> Path:
    file = folder / "cadence.json"
    content = json.loads(file.read_text("utf-8"))
    content["steps"] = [each for each in content["steps"] if each["name"] != step]
    file.write_text(json.dumps(content), encoding="utf-8")
    return folder


# -- what becomes different


def test_a_step_that_moves_is_told_for_everybody_who_gets_it(small: Path, edit: Edit) -> None:
    found = answer(small, edit("question", day=3))
    assert [each["lead"] for each in found["leads"]] == EVERYBODY
    assert of(found, "no phone") == [("moves", "question")]
    assert of(found, "no e-mail") == []


def test_leads_for_whom_the_same_changes_are_told_together(small: Path, edit: Edit) -> None:
    told = said(small, edit("question", day=3, at="12:00-12:01"))
    together = "; ".join(label for label in EVERYBODY if label not in ("on a Friday evening", "no e-mail"))
    assert f"All of these: {together} (times: in contact hours)" in told
    assert re.search(r"→  Tue 2 Jun, \d\d:\d\d  e-mail  question  → Wed 3 Jun, 12:00", told)
    assert re.search(r"Friday evening\n−  Sat 6 Jun, .* question  left out: no contact hours on that day\n", told)  # noqa: RUF001
    assert told.count("question") == 2
    assert "Nothing changes for: no e-mail." in told


def test_what_only_some_notice_besides_is_told_in_few_lines(small: Path, edit: Edit) -> None:
    edit("weekly-call", voicemail="leave")
    told = said(small, edit("first-call", voicemail="leave"))
    _, besides = told.split("Lead: high value\n")
    assert besides.splitlines()[0] == "As the first, and also:"
    assert "weekly-call" in besides.splitlines()[1]
    assert "first-call" not in besides


def test_a_step_that_is_gone_vanishes_and_comes_back_the_other_way_round(small: Path, edit: Edit) -> None:
    folder = without(edit(), "goodbye")
    assert of(answer(small, folder), "a company") == [("vanishes", "goodbye")]
    assert of(answer(folder, small), "a company") == [("appears", "goodbye")]


def test_of_many_touches_alike_the_first_are_shown_and_the_rest_counted(small: Path, edit: Edit) -> None:
    told = said(small, without(edit(), "daily-calls"))
    assert told.count("daily-calls") == 2
    assert "and 4 more" in told
    assert "until Thu 4 Jun" in told


def test_another_end_is_told(small: Path, edit: Edit) -> None:
    folder = without(edit(), "goodbye")
    assert "Ends: no response, Mon 8 Jun" in said(small, folder)
    ends = answer(small, folder, "--until", "6d")["leads"][0]["ends"]
    assert ends["before"] == {"at": None, "because": "open"}
    assert ends["after"]["because"] == "no_response"


def test_a_cadence_for_partners_is_tried_on_leads_whom_partners_have(tmp_path: Path) -> None:
    edited = tmp_path / "partner-handoff"
    shutil.copytree(CADENCES / "partner-handoff", edited)
    assert of(answer("partner-handoff", without(edited, "check-in-text"), "--until", "1d"), "a company")


# -- nothing


def test_the_same_version_changes_nothing(small: Path, edit: Edit) -> None:
    assert said(small, edit()).splitlines()[-1] == "No lead would notice. It is the same version."


def test_only_another_purpose_is_told_as_what_it_is(small: Path, edit: Edit) -> None:
    told = said(small, edit("first-call", purpose="Say hello."))
    assert "No lead would notice.\nThe team reads another purpose at: first-call." in told


def test_what_no_sample_lead_shows_is_not_taken_for_nothing(small: Path, edit: Edit) -> None:
    folder = edit("will-call", message="question")
    told = said(small, folder)
    assert "None of the sample leads would notice, as long as every call comes to: no answer." in told
    assert "Written in another way, and not shown here: will-call." in told
    assert of(answer(small, folder, "--assume", "silent"), "a company") == [("changes", "will-call")]


def test_other_words_are_named_and_shown_when_asked_for(small: Path, edit: Edit) -> None:
    folder = edit()
    file = folder / "messages" / "question.email.txt"
    file.write_text(file.read_text("utf-8") + "One more line.\n", encoding="utf-8")
    told = said(small, folder, "--words")
    assert "No touch comes, goes or moves. Only words change." in told
    assert "Other words: question.email." in told
    assert "\n+One more line.\n" in told
    assert "+One more line." not in said(small, folder)
    (words,) = answer(small, folder)["words"]
    assert (words["message"], words["diff"][-1]) == ("question.email", "+One more line.")


@pytest.mark.parametrize(("rule", "words"), [("keep", "keep the version"), ("move", "go on with the new version")])
def test_what_becomes_of_leads_in_flight_is_said(small: Path, edit: Edit, rule: str, words: str) -> None:
    edit("question", day=3)
    assert f"Leads who have begun {words}" in said(small, edit(in_flight=rule))


def test_two_cadences_can_be_compared_too(small: Path) -> None:
    told = said(small, "patient-caller")
    assert "small → patient-caller" in told
    assert "Leads who have begun" not in told


# -- which versions


@pytest.fixture
def repository(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the small cadence committed, which is worked in."""
    top = tmp_path / "repository"
    shutil.copytree(small, top / "cadences" / "small")
    monkeypatch.chdir(top)
    git("init", "-q")
    commit()
    return top


def commit() -> None:
    git("add", ".")
    git("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-qm", "Edited")


def git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True)  # noqa: S603, S607 - whichever git


@with_git
def test_an_edit_is_compared_with_what_was_committed_before(repository: Path, edit: Edit) -> None:
    shutil.copytree(edit("question", day=3), repository / "cadences" / "small", dirs_exist_ok=True)
    found = answer("HEAD:cadences/small", "cadences/small")
    assert of(found, "no phone") == [("moves", "question")]
    backwards = answer("cadences/small", "HEAD:cadences/small/cadence.json")
    assert backwards["new"]["cadence_version"] == found["old"]["cadence_version"]


@with_git
@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("elsewhere:cadences/small", "git knows no revision 'elsewhere'"),
        ("HEAD:cadences/smaller", "'HEAD' has no folder 'cadences/smaller' with a cadence.json"),
        ("HEAD:cadences", "'HEAD' has no folder 'cadences' with a cadence.json"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_is_not_in_git_is_said_in_words(written: str, words: str) -> None:
    result = run(written, "speed-to-lead")
    assert result.exit_code == USED_WRONG
    assert words in result.output


@with_git
def test_a_mistake_in_what_was_committed_is_told_with_its_place(repository: Path) -> None:
    (repository / "cadences" / "small" / "cadence.json").write_text("{}")
    commit()
    result = run("HEAD:cadences/small", "speed-to-lead")
    assert result.exit_code == FOUND_WRONG
    assert "HEAD:cadences/small/cadence.json: name: is missing" in result.output


@with_git
def test_outside_of_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = run("HEAD:cadences/small", "speed-to-lead")
    assert result.exit_code == USED_WRONG
    assert "not within a git repository" in result.output


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = run("HEAD:cadences/small", "speed-to-lead")
    assert result.exit_code == USED_WRONG
    assert "git is not installed" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("speed-to-lead", "nowhere"), "there is no cadence 'nowhere'"),
        (("speed-to-lead", "speed-to-lead", "--assume", "nothing"), "'nothing' is not an outcome"),
        (("speed-to-lead", "patient-caller", "--in-flight"), "are two cadences"),
    ],
)
def test_what_it_cannot_compare_is_said_in_words(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == USED_WRONG
    assert words in " ".join(result.output.replace("│", " ").split())


def test_a_cadence_with_mistakes_is_told_as_check_tells_it(edit: Edit) -> None:
    result = run("patient-caller", edit("first-call", purpose=None))
    assert result.exit_code == FOUND_WRONG
    assert "purpose: is missing" in result.output
