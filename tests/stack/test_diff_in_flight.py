"""`followthrough diff --in-flight` on a running system: what it announces is what happens once the edit is deployed,
and looking changes nothing.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from followthrough.adapters.files import read_json
from followthrough.domain.changes import changes
from followthrough.domain.preview import Preview
from local.demo import all_leads, store_of
from tests.stack.following import DAY, Follow, layers_with_cadence
from tests.stack.test_erasure import everything, known_to_cloudformation, run

STEPS: list[dict[str, Any]] = [
    {"name": "first-call", "do": "call", "after": "0m", "purpose": "Hear what they want."},
    {"name": "second-day", "do": "email", "day": 2, "purpose": "Ask a question."},
    {"name": "daily", "do": "call", "day": "3-5", "purpose": "Try again."},
    {"name": "goodbye", "do": "email", "day": 8, "purpose": "Leave our number."},
]
EDITED: list[dict[str, Any]] = [
    STEPS[0],
    {**STEPS[2], "day": "3-6", "voicemail": "leave"},
    {"name": "fourth-day", "do": "email", "day": 4, "purpose": "Something new."},
    {**STEPS[3], "day": 9},
]
WORDS = {f"{name}.email": "Subject: Hello\n\nHello.\n" for name in ("second-day", "fourth-day", "goodbye")}
WORDS |= {f"{name}.{kind}": "Hello.\n" for name in ("first-call", "daily") for kind in ("call", "voicemail")}
NOW = "2026-12-02 10:01"
OTHERS = (
    ("2026-12-01 12:00", {"email": "bo@example.com", "phone": "917-555-0143"}),
    ("2026-12-02 10:00", {"email": "cy@example.com", "phone": "917-555-0144"}),
)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The edited cadence, not deployed yet. It says that leads in flight move."""
    folder = tmp_path / "edited"
    layers_with_cadence(folder, EDITED, WORDS)
    return says(folder / "cadences" / "tried-out", in_flight="move")


def says(folder: Path, **fields: str) -> Path:
    file = folder / "cadence.json"
    file.write_text(json.dumps(read_json(file) | fields), encoding="utf-8")
    return folder


class Deployed:
    """Three leads at different points, of whom nobody reports anything: one of Monday, one who waits for the first
    e-mail, and one for whom somebody is being asked to call right now.
    """

    def __init__(self, layers: Path) -> None:
        self.cadence = layers / "cadences" / "tried-out"
        self.follow = Follow.open("2026-11-30 10:00", layers=layers_with_cadence(layers, STEPS, WORDS))
        known_to_cloudformation(self.follow.stack)
        self.follow.post()
        for arrives, fields in OTHERS:
            self.follow.until(arrives).post(**fields)
        self.follow.until(NOW)

    def deploy(self, edited: Path) -> None:
        shutil.rmtree(self.cadence)
        shutil.copytree(edited, self.cadence)
        self.follow.stack.deploy_again()

    def stories(self) -> Iterator[tuple[str, Preview]]:
        """What has become of each lead two weeks later, by e-mail address."""
        self.follow.days(14)
        store = store_of(self.follow.stack)
        for lead_id in all_leads(self.follow.stack):
            lead = store.load(lead_id)
            touches = tuple(store.timeline(lead_id))
            yield str(lead.profile.email), Preview(touches, lead.status, lead.closed_at, ("tried-out",))


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployed]:
    running = Deployed(tmp_path / "deployed")
    yield running
    running.follow.close()


def announced(deployed: Deployed, new: Path) -> dict[str, Any]:
    result = run("diff", deployed.cadence, new, "--assume", "silent", "--in-flight", "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)["in_flight"]
    return told


def test_what_it_announces_is_what_happens_when_it_is_deployed(tmp_path: Path, edited: Path) -> None:
    as_it_was = Deployed(tmp_path / "as-it-was")
    without = dict(as_it_was.stories())
    as_it_was.follow.close()

    running = Deployed(tmp_path / "deployed")
    lead, until = running.follow.lead, running.follow.stack.now + 30 * DAY
    told = announced(running, edited)
    running.deploy(edited)
    moved = dict(running.stories())
    running.follow.close()

    found = {who: changes(lead, without[who], moved[who], until) for who in without}
    happened = Counter((each.touch.step, each.kind) for of_lead in found.values() for each in of_lead.touches)
    assert told["leads"] == told["noticing"] == 3
    assert (
        Counter(
            {
                (row["step"], kind): row[kind]
                for row in told["by_step"]
                for kind in ("appears", "vanishes", "moves", "changes")
                if row[kind]
            }
        )
        == happened
    )
    assert {kind for _, kind in happened} == {"appears", "vanishes", "moves", "changes"}
    by_lead = sorted((len(each.touches) for each in found.values()), reverse=True)
    assert [row["changes"] for row in told["most_changed"]] == by_lead


def test_looking_writes_nothing_and_names_nobody(deployed: Deployed, edited: Path) -> None:
    before = sorted(everything(deployed.follow))
    result = run("diff", deployed.cadence, edited, "--in-flight")
    assert result.exit_code == 0, result.output
    assert sorted(everything(deployed.follow)) == before
    assert "In flight: 3 leads of tried-out" in result.stdout
    assert "3 would notice." in result.stdout
    assert all(lead_id in result.stdout for lead_id in all_leads(deployed.follow.stack))
    assert not any(word in result.output for word in ("Maya", "example.com", "555"))


def test_an_edit_that_keeps_leads_in_flight_says_so_and_what_a_move_would_do(deployed: Deployed, edited: Path) -> None:
    moving = announced(deployed, edited)
    keeping = says(edited, in_flight="keep")
    result = run("diff", deployed.cadence, keeping, "--in-flight")
    assert 'None of them is touched. With "in_flight": "move" this would happen:' in result.stdout
    assert announced(deployed, keeping) == moving


def test_who_pursues_another_cadence_or_is_closed_is_not_counted(deployed: Deployed, edited: Path) -> None:
    deployed.follow.report("not_interested", touch_id="first-call.1")
    assert announced(deployed, edited)["leads"] == 2
    assert run("diff", "patient-caller", "patient-caller", "--in-flight").stdout.count("In flight: 0 leads") == 1


def test_what_keeps_it_from_looking_is_said_in_words(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = run("diff", "patient-caller", "patient-caller", "--in-flight", "--stack", "elsewhere")
    assert (elsewhere.exit_code, "there is no stack elsewhere" in elsewhere.output) == (2, True)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    signed_out = run("diff", "patient-caller", "patient-caller", "--in-flight")
    assert (signed_out.exit_code, "no AWS credentials" in signed_out.output) == (2, True)
