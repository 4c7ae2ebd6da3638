"""The guide to the cadence language: every example in it works, every mistake is told as it says, and nothing is
left out.
"""

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel, ValidationError
from typer.testing import CliRunner

from followthrough.adapters.files import explained
from followthrough.adapters.message_checks import check_messages
from followthrough.adapters.messages import KINDS
from followthrough.domain.cadence import (
    OUTCOMES_OF_A_CALL,
    OUTCOMES_OF_A_MESSAGE,
    OUTCOMES_OF_A_PARTNER_CALL,
    Cadence,
    Ends,
    IfSilent,
    OneOf,
    Step,
    TaskOutcome,
)
from followthrough.domain.cadence_values import AUDIENCES, OF_PARTNERS, ChannelLimit
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.conditions import CONDITION_FIELDS, WORDS, Count
from followthrough.domain.message_facts import MessageFacts
from followthrough.domain.partner_preview import as_if_given
from followthrough.domain.plan_checks import check_plan
from local.commands.app import app
from local.commands.diff import diff
from local.commands.message import message
from local.commands.preview import preview
from local.project import CADENCES, ROOT
from tests.unit.building import DAY, at, lead_of, previewed
from tests.unit.fakes import sample_settings

GUIDE = (ROOT / "docs" / "cadences.md").read_text(encoding="utf-8")
FIRST_CALL = {"name": "first-call", "do": "call", "after": "0m", "purpose": "Hear what they want."}
ENDS = {"because": "no_response"}
ARRIVES = "2026-11-23T10:00"


def section(title: str) -> str:
    """What stands under a heading, up to the next of its rank or higher."""
    rank = title.split(maxsplit=1)[0]
    (found,) = re.findall(rf"^{re.escape(title)}\n(.*?)(?=^#{{2,{len(rank)}}} |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    return str(found)


def examples(text: str = GUIDE) -> list[Any]:
    """The JSON in it, in order."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def whole(text: str = GUIDE) -> list[dict[str, Any]]:
    return [example for example in examples(text) if "steps" in example]


def some_steps(text: str = GUIDE) -> list[list[dict[str, Any]]]:
    """The examples that are a step, or several."""
    found = [example for example in examples(text) if "steps" not in example]
    return [example if isinstance(example, list) else [example] for example in found]


def around(steps: list[dict[str, Any]], **changed: Any) -> Cadence:
    """A minimal cadence, with a first call before the steps."""
    endless = any("every" in step and "until_day" not in step for step in steps)
    written = {"name": "example", "about": "An example.", "steps": [FIRST_CALL, *steps], "ends": ENDS}
    return Cadence.model_validate({**written, **({"ends": None} if endless else {}), **changed})


def rows(title: str) -> Iterator[list[str]]:
    """The rows of the tables under a heading, cell by cell, without the heads."""
    for line in section(title).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and not set(line) <= set("|-"):
            yield cells


def mistakes(title: str) -> list[tuple[str, str]]:
    """What is written, and what check says of it."""
    return [(written.strip("`"), said) for written, said in list(rows(title))[1:]]


# -- examples


@pytest.mark.parametrize("written", whole(), ids=lambda written: str(written["name"]))
def test_every_whole_example_is_a_cadence_and_makes_a_plan(written: dict[str, Any]) -> None:
    version = CadenceVersion(cadence=Cadence.model_validate(written), messages={})
    lead = lead_of(at("2026-11-23 10:00"), version, consent_to_text=True)
    lead = lead.model_copy(update={"appointment_at": lead.arrived_at + DAY})
    if version.cadence.to == "partner":
        lead = as_if_given(lead, sample_settings().partners.partners[0], sample_settings())
    shown = previewed(lead, version, days=60)
    own = [touch for touch in shown.touches if touch.pursuit == lead.pursuit.number]
    planned = {touch.step for touch in own if touch.status != "skipped"}
    assert planned == {step["name"] for step in written["steps"]} - _not_with("no_answer", version.cadence)
    if version.cadence.is_endless:
        return
    assert shown.ended_at is not None
    assert shown.ended_at - lead.arrived_at < timedelta(days=60)


def _not_with(outcome: str, cadence: Cadence) -> set[str]:
    """The steps that come only after another outcome of some step."""
    return {
        step.name
        for step in cadence.steps
        for key, wanted in step.if_.items()
        if key not in WORDS and outcome not in (wanted if isinstance(wanted, list) else [wanted])
    }


@pytest.mark.parametrize("steps", some_steps(), ids=lambda steps: str(steps[0]["name"]))
def test_every_step_shown_is_one(steps: list[dict[str, Any]]) -> None:
    assert [step.name for step in around(steps).steps[1:]] == [step["name"] for step in steps]


def test_the_guide_begins_with_a_cadence_of_three_lines() -> None:
    smallest = re.search(r"^```json\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert smallest is not None
    assert len(smallest[1].splitlines()) == 3


def test_steps_of_the_cadences_that_come_with_it_are_shown_as_they_stand_there() -> None:
    files = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(CADENCES.glob("*/cadence.json"))]
    shipped = [step for file in files for step in file["steps"]]
    shown = [step for steps in some_steps(section("## The ones that come with it")) for step in steps]
    assert shown
    assert [step["name"] for step in shown if step not in shipped] == []


def test_every_cadence_that_comes_with_it_is_named() -> None:
    names = {file.parent.name for file in CADENCES.glob("*/cadence.json")}
    named = re.findall(r"^\| `cadences/([a-z-]+)`", section("## The ones that come with it"), re.MULTILINE)
    assert names == set(named)


# -- nothing is left out


@pytest.mark.parametrize("model", [Cadence, Step, IfSilent, ChannelLimit, OneOf, Ends, Count])
def test_every_field_of_the_language_is_told_and_shown(model: type[BaseModel]) -> None:
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in GUIDE and f'"{name}"' not in GUIDE] == []
    shown = json.dumps(examples())
    assert [name for name in names if f'"{name}":' not in shown] == []


@pytest.mark.parametrize(("title", "model"), [("## The smallest one", Cadence), ("## A step", Step)])
def test_the_tables_of_fields_have_each_of_them_once(title: str, model: type[BaseModel]) -> None:
    told = [cells[0].strip("`") for cells in list(rows(title))[1:]]
    assert sorted(told) == sorted(field.alias or name for name, field in model.model_fields.items())


def test_the_table_of_placeholders_has_each_of_them_once_and_says_which_can_be_missing() -> None:
    told = {cells[0].strip("`"): cells[2] for cells in rows("### Placeholders") if len(cells) == 3}
    del told["placeholder"]
    types = get_type_hints(MessageFacts)
    expected = {}
    for field in fields(MessageFacts):
        optional = type(None) in get_args(types[field.name])
        expected[field.name] = "can be 0" if types[field.name] is int else "yes" if optional else "never"
    assert told == expected


def test_all_that_if_can_ask_for_is_in_the_table_with_what_it_is_compared_with() -> None:
    told = section("## Only if")
    values = [value for values in CONDITION_FIELDS.values() for value in values]
    outcomes = [*OUTCOMES_OF_A_CALL, *OUTCOMES_OF_A_MESSAGE]
    assert [word for word in OUTCOMES_OF_A_PARTNER_CALL if f"`{word}`" not in f"{told}{section('## Partners')}"] == []
    assert [word for word in OF_PARTNERS if f'`"{word}"`' not in section("## Partners")] == []
    assert [word for word in (*WORDS, *values, *outcomes) if f"`{word}`" not in told] == []


def test_every_outcome_of_a_task_every_kind_of_message_and_every_audience_is_told() -> None:
    assert [outcome for outcome in get_args(TaskOutcome) if f"`{outcome}`" not in section("### Tasks")] == []
    assert [kind for kind in KINDS if f"| `{kind}` |" not in section("## Messages")] == []
    assert [audience for audience in AUDIENCES if f'"{audience}"' not in GUIDE] == []


# -- mistakes


@pytest.mark.parametrize(("written", "said"), mistakes("### In a step"))
def test_a_mistake_in_a_step_is_told_as_the_guide_says(written: str, said: str) -> None:
    step = {"name": "hello", "do": "call", "purpose": "Say hello.", **json.loads(f"{{{written}}}")}
    with pytest.raises(ValidationError) as refused:
        around([step])
    assert any(said in what for _, what in explained(refused.value)), explained(refused.value)


@pytest.mark.parametrize(("written", "said"), mistakes("### In the cadence"))
def test_a_mistake_in_the_cadence_is_told_as_the_guide_says(written: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        around([], **json.loads(f"{{{written}}}"))
    assert any(said in what for _, what in explained(refused.value)), explained(refused.value)


@pytest.mark.parametrize(("written", "said"), mistakes("### In the plan"))
def test_a_mistake_in_the_plan_is_told_as_the_guide_says(written: str, said: str) -> None:
    step = {"name": "hello", "do": "call", "purpose": "Say hello.", **json.loads(f"{{{written}}}")}
    (finding,) = check_plan(CadenceVersion(cadence=around([step]), messages={}), sample_settings(), "cadence.json")
    assert said in finding.what


@pytest.mark.parametrize(("written", "said"), mistakes("### In a message"))
def test_a_mistake_in_a_message_is_told_as_the_guide_says(written: str, said: str) -> None:
    hello = {"name": "hello", "do": "email", "after": "1d", "purpose": "Say hello."}
    cadence = Cadence.model_validate({"name": "example", "about": "An example.", "steps": [hello], "ends": ENDS})
    version = CadenceVersion(cadence=cadence, messages={"hello.email": written.replace("⏎", "\n")})
    (finding,) = check_messages(version)
    assert said in finding.what


# -- the one that is written from nothing


@pytest.fixture
def from_nothing(tmp_path: Path) -> Path:
    """The folder that the last section tells how to make."""
    told = section("## A whole one, from nothing")
    ((cadence),) = whole(told)
    folder = tmp_path / str(cadence["name"])
    (folder / "messages").mkdir(parents=True)
    (folder / "cadence.json").write_text(json.dumps(cadence), encoding="utf-8")
    for name, words in re.findall(r"`(messages/\S+\.txt)`[^\n]*\n\n```text\n(.*?)^```", told, re.MULTILINE | re.DOTALL):
        (folder / name).write_text(words, encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_cadence_that_is_written_from_nothing_is_good(from_nothing: Path) -> None:
    assert run("check", from_nothing) == "All good.\n"


def test_it_needs_each_of_its_files(from_nothing: Path) -> None:
    (from_nothing / "messages" / "last-word.email.txt").unlink()
    result = CliRunner().invoke(app, ["check", str(from_nothing)])
    assert "needs messages/last-word.email.txt, which does not exist" in result.output


def test_its_preview_is_the_calendar_in_the_guide(from_nothing: Path) -> None:
    answer = json.loads(run("preview", from_nothing, "--arrives", ARRIVES, "--json"))
    shown = [_row(touch) for touch in answer["touches"]]
    assert f"preview {from_nothing.name} --arrives {ARRIVES}" in GUIDE
    assert shown == list(rows("## A whole one, from nothing"))[1:]


def _row(touch: dict[str, Any]) -> list[str]:
    assert touch["status"] != "skipped"
    day, _, clock = str(touch["local"]).partition("T")
    return [day, clock[:5], touch["channel"], touch["step"], touch["voicemail"] or ""]


def test_who_agreed_to_texts_gets_its_text(from_nothing: Path, tmp_path: Path) -> None:
    lead = tmp_path / "lead.json"
    lead.write_text(json.dumps({"name": "Sam", "phone": "917-555-0142", "consent_to_text": "yes"}), encoding="utf-8")
    answer = json.loads(run("preview", from_nothing, "--arrives", ARRIVES, "--lead", lead, "--json"))
    channels = {touch["step"]: touch["channel"] for touch in answer["touches"]}
    assert channels["two-days-offered"] == "text"


# -- trying it, and finding it


def test_every_option_that_is_told_exists() -> None:
    told = [option.replace("-", "_") for option in re.findall(r"`--([a-z-]+)", section("## Try it"))]
    options = {name for command in (preview, message, diff) for name in inspect.signature(command).parameters}
    assert told
    assert [option for option in told if option not in options] == []


def test_every_link_within_the_guide_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.*)$", GUIDE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", GUIDE)
    assert links
    assert [link for link in links if link not in anchors] == []


def test_the_readme_leads_to_the_guide() -> None:
    assert "](docs/cadences.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
