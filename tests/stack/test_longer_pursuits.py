"""A cadence that uses the rest of the language, after a missed time, runs as `preview` shows it."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from followthrough.adapters.files import read_cadence_version, read_settings
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, preview
from local.commands.arguments import shipped_version
from tests.stack.following import Follow, layers_with_cadence

SERIES = ["call", "text", "email"]
EITHER = {"one_of": ["email", "text"]}
STEPS: list[dict[str, Any]] = [
    {"name": "missed", "do": SERIES, "after": "5m", "voicemail": "leave", "latest": "2h"},
    {
        "name": "free-today",
        "do": EITHER,
        "after": {"consumer": "1d", "company": "2d..3d", "enterprise": "2d..3d"},
        "of": "missed",
        "if": {"missed": ["sent", "skipped", "failed", "unknown"]},
    },
    {"name": "last-time", "do": EITHER, "after": "5bd", "of": "free-today"},
    {"name": "gave-up", "do": EITHER, "after": "1mo", "of": "last-time", "or": "plain", "if": {"name": "known"}},
    {"name": "calls", "do": "call", "day": "2-9", "times": "2-3", "voicemail": "last", "message": "again"},
    {"name": "weekly", "do": EITHER, "day": 10, "every": "1w", "until_day": 24, "message": ["again", "plain"]},
]
WORDS = {
    "call": "Say hello.",
    "voicemail": "Hello, please call {{ rep_phone }}.",
    "text": "Hello from {{ sender }}.",
    "email": "Subject: Hello\n\nHello from {{ sender }}.",
}
MESSAGES = {
    f"{name}.{kind}": f"{words} {{{{ problem }}}}" if name == "gave-up" else words
    for name in ("missed", "free-today", "last-time", "gave-up", "plain", "again")
    for kind, words in WORDS.items()
}


@pytest.mark.parametrize("assume", ["no_answer", "silent", "voicemail"])
@pytest.mark.parametrize(
    ("arrives", "told"),
    [
        ("2026-11-27 11:00", {"audience": "company", "consent_to_text": "yes"}),
        ("2026-11-23 10:00", {"problem": "the cabinets don't close", "audience": "enterprise"}),
        ("2027-03-12 19:50", {"zone": "America/Chicago", "consent_to_text": "yes", "problem": "no light"}),
    ],
)
def test_touch_by_touch(tmp_path: Path, arrives: str, told: dict[str, str], assume: Assumed) -> None:
    steps = [{"purpose": "Only for a test.", **step} for step in STEPS]
    layers = layers_with_cadence(tmp_path, steps, MESSAGES)
    version, settings = read_cadence_version(tmp_path / "cadences" / "tried-out"), read_settings(tmp_path / "config")
    with Follow.open(arrives, layers=layers) as follow:
        assert follow.post(postal_code=None, **told).status == 202
        lead = follow.lead.model_copy(update={"next_touch_at": None})
        until = follow.stack.now + timedelta(days=60)
        shown = preview(
            lead, Planner.for_lead(lead, version, settings), settings, assume, until, version_of=shipped_version
        )
        for touch in shown.touches:
            if touch.outcome:
                follow.stack.call_at(touch.due_at, partial(follow.report, touch.outcome, touch_id=touch.id))
        follow.stack.run_until(until)
        executed = [(each.id, each.channel, each.due_at, each.status, each.message) for each in follow.timeline]
        assert sorted(executed) == sorted(
            (each.id, each.channel, each.due_at, each.status, each.message) for each in shown.touches
        )
        assert (follow.lead.status, follow.stack.failures) == (shown.status, [])
        assert {touch.id for touch in shown.touches} >= {"missed.3", "calls.2", "weekly.3", "gave-up.1"}
