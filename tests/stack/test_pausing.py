"""Pause and resume by the commands that an operator uses, on the running system."""

import json

import pytest
from typer.testing import CliRunner

from local.commands.app import app
from tests.stack.conftest import Arrive
from tests.stack.following import Follow
from tests.stack.test_erasure import known_to_cloudformation


@pytest.fixture
def followed(arrive: Arrive) -> Follow:
    """A lead of Monday at 10:00 whom Ana has called in vain at 10:02; CloudFormation knows the stack."""
    follow = arrive()
    follow.until("10:02").report("no_answer")
    known_to_cloudformation(follow.stack)
    return follow


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    "meant", [("--everything",), ("--cadence", "speed-to-lead"), ("--email", "maya.thompson@example.com")]
)
def test_paused_over_the_weekend_and_resumed_it_goes_on_without_a_burst(
    followed: Follow, meant: tuple[str, ...]
) -> None:
    followed.until("2026-11-23 18:00", schedules=True)
    assert "paused, until you resume" in run("pause", *meant, "--because", "a move")
    silence_from = len(followed.emails), len(followed.texts)
    followed.until("2026-11-25 12:00")
    assert (len(followed.emails), len(followed.texts)) == silence_from
    run("resume", *meant)
    followed.until("2026-11-25 12:10", schedules=True)
    assert len(followed.texts) + len(followed.emails) - sum(silence_from) <= 1
    reasons = {touch.reason for touch in followed.timeline if touch.status == "skipped"}
    assert "it was paused then" in reasons
    followed.until("2026-11-27 20:00")
    assert len(followed.texts) > silence_from[1]
    assert followed.lead.is_open
    assert followed.stack.failures == []


def test_a_program_is_told_what_was_paused(followed: Follow) -> None:
    told = json.loads(run("pause", "--everything", "--until", "2026-12-01T08:00", "--json"))
    assert told == {"paused": "Everything", "until": "2026-12-01T13:00:00Z"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("pause",), 2, "say what is meant"),
        (("pause", "--everything", "--cadence", "speed-to-lead"), 2, "say what is meant"),
        (("pause", "--cadence", "speed-of-light"), 2, "there is no cadence"),
        (("pause", "--everything", "--until", "2020-01-01T10:00"), 2, "must lie in the future"),
        (("resume", "--email", "maya.thompson@example.com"), 1, "not paused by themselves"),
        (("pause", "--email", "nobody@example.com"), 1, "nothing is kept about anybody"),
    ],
)
def test_what_cannot_be_done_is_said(followed: Follow, arguments: tuple[str, ...], code: int, words: str) -> None:
    result = CliRunner().invoke(app, list(arguments))
    assert (result.exit_code, words in " ".join(result.output.replace("│", " ").split())) == (code, True), result.output
