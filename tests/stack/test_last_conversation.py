"""What a rep tells of a conversation, on the page or by a report, is what the next message to the lead takes up."""

import json
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from local.demo import Demo, DemoRun
from local.posted_lead import read_posted_lead
from local.scripts import read_script

STEPS: list[dict[str, Any]] = [
    {"name": "hello", "do": "call", "after": "0m", "purpose": "Talk."},
    {"name": "taken-up", "do": "email", "after": "5d", "or": "plain", "purpose": "Take up what was left open."},
]
TAKEN_UP = """Subject: What was left open

Hi {{ first_name or 'there' }},

On {{ last_talk_on or 'that day' }} we left this open:

- {{ next_step }}
"""
PLAIN = "Subject: Your {{ request }}\n\nHi, about your {{ request }}: shall we go on?\n"
HOSTILE = "whether the <b>sink</b> goes {{ 7*7 }} under the window?"
NOTE = "Careful with the price"


@pytest.fixture
def cadence(tmp_path: Path) -> Path:
    """A call, and days later an e-mail that needs what was left open, with another one for when nothing was."""
    folder = tmp_path / "talks"
    (folder / "messages").mkdir(parents=True)
    written = {"name": "talks", "about": "A call and an e-mail.", "steps": STEPS, "ends": {"because": "no_response"}}
    (folder / "cadence.json").write_text(json.dumps(written))
    for name, words in {"hello.call": "Say hello.", "taken-up.email": TAKEN_UP, "plain.email": PLAIN}.items():
        (folder / "messages" / f"{name}.txt").write_text(words)
    return folder


def run(cadence: Path, tmp_path: Path, **told: str) -> DemoRun:
    script = tmp_path / "script.json"
    spoken = {"after": "PT2M", "outcome": "in_conversation", "callback_at": "2026-11-24T10:00:00-05:00"}
    script.write_text(json.dumps([{**spoken, **told}]))
    done = Demo(read_posted_lead(None, None, {}), timedelta(days=7), read_script(script), cadence).run()
    assert isinstance(done, DemoRun)
    assert done.failures == ()
    return done


def the_email(done: DemoRun) -> EmailMessage:
    """The only e-mail that the lead got."""
    (sent,) = [each for each in done.emails if each.to == ("maya.thompson@example.com",)]
    return message_from_bytes(sent.raw, policy=policy.default)


def part(email: EmailMessage, kind: str) -> str:
    body = email.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("do", ["press", "report"])
def test_what_was_left_open_is_taken_up_and_the_note_never_leaves_us(cadence: Path, tmp_path: Path, do: str) -> None:
    done = run(cadence, tmp_path, do=do, note=NOTE, next_step=HOSTILE)
    assert (done.lead.note, done.lead.next_step) == (NOTE, HOSTILE)
    email = the_email(done)
    assert email["Subject"] == "What was left open"
    text, html = part(email, "plain"), part(email, "html")
    assert "On Monday, November 23 we left this open:" in text
    assert f"- {HOSTILE}" in text
    assert "whether the &lt;b&gt;sink&lt;/b&gt; goes {{ 7*7 }} under the window?" in html
    assert NOTE not in text + html


def test_without_it_the_lead_gets_the_plain_message(cadence: Path, tmp_path: Path) -> None:
    done = run(cadence, tmp_path, do="report", note=NOTE)
    assert the_email(done)["Subject"] == "Your kitchen remodel request"
