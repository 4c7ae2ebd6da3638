"""The channel on which they last answered comes first, and conversions say which touch got the answer."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local.commands.app import app
from local.demo import Demo, DemoRun
from local.posted_lead import read_posted_lead
from local.scripts import read_script
from tests.stack.following import MAYA, Follow
from tests.stack.test_erasure import known_to_cloudformation

ANY: dict[str, Any] = {
    "name": "any",
    "do": {"one_of": ["email", "text"]},
    "after": "2d",
    "purpose": "Take it up where they like it.",
}
WORDS = {"any.email": "Subject: Hello\n\nHello.", "any.text": "Hi. Reply STOP to opt out.", "call-back.call": "Hello."}
WRITES = {"after": "PT1H", "do": "text_from_lead", "text": "Can you come on Friday?"}
IN_VAIN = {"after": "PT1H2M", "do": "report", "outcome": "no_answer"}


def followed(folder: Path, *script: dict[str, str]) -> DemoRun:
    (folder / "any-way" / "messages").mkdir(parents=True)
    written = {"name": "any-way", "about": "One message.", "steps": [ANY], "ends": {"because": "no_response"}}
    (folder / "any-way" / "cadence.json").write_text(json.dumps(written))
    for name, words in WORDS.items():
        (folder / "any-way" / "messages" / f"{name}.txt").write_text(words)
    (folder / "script.json").write_text(json.dumps(script))
    posted = read_posted_lead(None, None, {"consent_to_text": "true"})
    run = Demo(posted, timedelta(days=3), read_script(folder / "script.json"), folder / "any-way").run()
    assert isinstance(run, DemoRun)
    assert run.failures == ()
    return run


@pytest.mark.parametrize(("script", "channel"), [((), "email"), ((WRITES, IN_VAIN), "text")])
def test_who_answered_by_text_is_texted(script: tuple[dict[str, str], ...], channel: str, tmp_path: Path) -> None:
    run = followed(tmp_path, *script)
    assert [touch.channel for touch in run.touches if touch.step == "any"] == [channel]
    assert run.lead.answered_on == ("text" if script else None)


def told(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["conversions", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_conversions_say_which_touch_got_the_answer(stage: Follow) -> None:
    known_to_cloudformation(stage.stack)
    assert stage.post(**MAYA).status == 202
    stage.at("2026-11-23 10:02", lambda: stage.report("no_answer"))
    stage.at("2026-11-24 09:00", lambda: stage.report("booked"))
    stage.until("2026-11-24 12:00")
    (found,) = json.loads(told("--json"))["cadences"]
    assert (found["cadence"], found["pursuits"], found["answered"], found["said_no"]) == ("speed-to-lead", 1, 1, 0)
    assert [(each["yes"], each["no"]) for each in found["by_touches"]] == [(1, 0)]
    assert found["by_touches"][0]["touches"] > 2
    assert "1 answered, 100%" in told()
    assert "(call)" in told("--cadence", "speed-to-lead")
    assert json.loads(told("--json", "--cadence", "keep-in-touch")) == {"cadences": []}
    assert json.loads(told("--json", "--since", "2026-12-01T00:00")) == {"cadences": []}
