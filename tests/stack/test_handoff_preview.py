"""What `preview partner-handoff` shows is what the machine does, with one quiet partner after the other."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from local.commands.app import app

AN_EVENING, A_FRIDAY, BEFORE_THANKSGIVING = "2026-11-23T19:30", "2026-12-04T13:00", "2026-11-25T08:05"


def answer(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def lines(shown: dict[str, Any]) -> list[tuple[str, ...]]:
    """What has to agree; touches of one second in any order."""
    names = ("due_at", "step", "channel", "to", "status", "reason")
    return sorted(tuple(str(touch[name]) for name in names) for touch in shown["touches"])


@pytest.mark.parametrize("arrives", ["2026-11-23T10:00", AN_EVENING, A_FRIDAY, BEFORE_THANKSGIVING])
def test_touch_by_touch(arrives: str) -> None:
    for_them = ("--arrives", arrives, "--until", "8d")
    previewed = answer("preview", "partner-handoff", "--assume", "silent", *for_them)
    done = answer("demo", "--cadence", "partner-handoff", *for_them)
    assert lines(previewed) == lines(done)
    steps = {touch["step"] for touch in done["touches"]}
    assert {"live-transfer", "tell-partner", "check-in-call", "check-in-text", "pull-back"} <= steps
    assert len([touch for touch in done["touches"] if touch["step"] == "live-transfer"]) > 1
