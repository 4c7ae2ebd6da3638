"""The token with which another system may report events: made, good for a while, revoked, on a deployed stack."""

import json
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from followthrough.adapters.event_tokens import EventTokens
from followthrough.adapters.wiring import utc_now
from local.business_systems import post_event
from local.commands.app import app
from tests.stack.following import Follow
from tests.stack.test_erasure import everything, known_to_cloudformation


@pytest.fixture
def deployed(stage: Follow) -> Follow:
    """A stack that the commands find."""
    known_to_cloudformation(stage.stack)
    return stage


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["events-token", *arguments])


def made(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def status(follow: Follow, token: str) -> int:
    return post_event(follow.stack, token, {"lead_id": "nobody", "event": "won"}).status


def test_a_token_that_was_made_is_taken_and_another_is_not(deployed: Follow) -> None:
    token = made()
    assert len(token) == 22  # 128 random bits
    assert status(deployed, token) == 404
    assert status(deployed, token[:-1]) == 401


def test_only_its_digest_is_kept_with_its_name_and_its_end(deployed: Follow) -> None:
    answer: dict[str, Any] = json.loads(made("--name", "Estimate desk", "--days", "30", "--json"))
    assert (sorted(answer), answer["name"]) == (["expires_at", "name", "token"], "Estimate desk")
    (kept,) = [text for pk, text in everything(deployed) if pk.startswith("TOKEN#")]
    assert "Estimate desk" in kept
    assert answer["token"] not in kept


def test_it_is_good_no_longer_than_it_was_made_for(deployed: Follow) -> None:
    token, stack = "t" * 22, deployed.stack
    tokens = EventTokens(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))
    tokens.keep(token, "short", stack.now + timedelta(minutes=5))
    assert status(deployed.until("10:04"), token) == 404
    assert status(deployed.until("10:06"), token) == 401


def test_revoking_ends_all_of_a_name_and_no_others(deployed: Follow) -> None:
    first, second, other = made("--name", "desk"), made("--name", "desk"), made("--name", "calendar")
    result = run("--name", "desk", "--revoke")
    assert (result.exit_code, result.stdout) == (0, "2 revoked.\n")
    assert [status(deployed, token) for token in (first, second, other)] == [401, 401, 404]
    assert run("--name", "desk", "--revoke").exit_code == 1


@pytest.mark.parametrize("arguments", [("--days", "0"), ("--days", "4000"), ("--name", " ")])
def test_what_makes_no_sense_is_refused(deployed: Follow, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
    assert [pk for pk, _ in everything(deployed) if pk.startswith("TOKEN#")] == []


def test_it_is_good_for_a_year_unless_told_otherwise(deployed: Follow) -> None:
    assert json.loads(made("--json"))["expires_at"][:10] == (utc_now() + timedelta(days=365)).date().isoformat()
    assert deployed.stack.failures == []
