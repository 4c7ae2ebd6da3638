"""The toy template in fixtures/: a plan is posted, and a machine carries it out step by step."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from local.stack import LocalStack

TOY = Path(__file__).parent / "fixtures" / "toy"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

EditToy = Callable[[str, str], Path]


def deploy_toy(template: Path = TOY / "template.yaml", **parameters: str) -> LocalStack:
    return LocalStack.deploy(template, NOON, parameters)


def edit_toy(folder: Path, old: str, new: str) -> Path:
    """The path of a copy of the toy in which the template has `new` wherever it had `old`."""
    shutil.copytree(TOY, folder, dirs_exist_ok=True)
    template = folder / "template.yaml"
    text = template.read_text()
    assert old in text
    template.write_text(text.replace(old, new))
    return template


def step(do: str, at: datetime = NOON, **more: Any) -> dict[str, Any]:
    return {"do": do, "due_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), **more}


def post_plan(toy: LocalStack, name: str, *plan: dict[str, Any]) -> None:
    body = json.dumps({"id": name, "plan": plan}).encode()
    assert toy.http("POST", "/things", {"Content-Type": "application/json"}, body).status == 202


def statuses(toy: LocalStack) -> dict[str, str]:
    return {execution.name: execution.status for execution in toy.executions()}


def entered(toy: LocalStack, name: str) -> list[str]:
    """The states that an execution went through."""
    (arn,) = [execution.arn for execution in toy.executions() if execution.name == name]
    details = [event.get("stateEnteredEventDetails") for event in toy.history(arn)]
    return [detail["name"] for detail in details if detail]
