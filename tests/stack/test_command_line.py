"""`followthrough demo`, `preview` and `check`: what others script against."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from local.commands.app import app
from local.project import CADENCES, SAMPLE_EVENT

GOOD, FOUND_WRONG, USED_WRONG = 0, 1, 2
PLANNED = ("step", "channel", "to", "due_at", "local", "voicemail", "message", "purpose", "status", "reason")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def answer(*arguments: str | Path) -> dict[str, Any]:
    """The JSON that a command prints, and nothing but JSON."""
    result = run(*arguments, "--json")
    assert result.exit_code == GOOD, result.output
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def touches(content: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [tuple(touch[name] for name in PLANNED) for touch in content["touches"]]


@pytest.fixture
def lead(tmp_path: Path) -> Callable[..., Path]:
    """A file with the JSON that a form posts."""

    def write(**fields: object) -> Path:
        file = tmp_path / "lead.json"
        file.write_text(json.dumps({"name": "Sam", "email": "sam@example.com", "phone": "917-555-0142"} | fields))
        return file

    return write


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., Path]:
    """A script of what people do."""

    def write(*entries: dict[str, Any]) -> Path:
        file = tmp_path / "script.json"
        file.write_text(json.dumps(entries))
        return file

    return write


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """A copy of speed-to-lead with one piece of one file's text replaced."""

    def edit(old: str, new: str, file: str = "cadence.json") -> Path:
        folder = tmp_path / "speed-to-lead"
        shutil.copytree(CADENCES / "speed-to-lead", folder)
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
        return folder

    return edit


class TestDemo:
    def test_prints_the_whole_story_as_json(self) -> None:
        story = answer("demo", "--until", "1d")
        assert story["cadence"] == "speed-to-lead"
        assert story["lead"]["arrives"] == "2026-11-23T15:00:00Z"
        assert [touch["step"] for touch in story["touches"]][:3] == ["first-call", "will-call", "second-call"]
        assert story["ends"] == {"at": None, "because": "open"}
        first, *_ = story["sent"]
        assert (first["kind"], first["to"], first["at"]) == ("sms", "+12125550111", "2026-11-23T15:00:00Z")
        assert story["work"]["transitions"] > 0

    def test_carries_out_a_script(self, script: Callable[..., Path]) -> None:
        acts = script(
            {"after": "PT4M", "do": "report", "outcome": "voicemail"},
            {"at": "2026-11-23T15:09:30Z", "do": "report", "outcome": "no_answer"},
            {"after": "PT2H", "do": "post_again", "fields": {"service": "Bathroom remodel"}},
            {"after": "P1DT1H", "do": "crash"},
            {"after": "P2DT3H", "do": "unsubscribe"},
        )
        story = answer("demo", "--until", "3d", "--script", acts)
        assert [(note["do"], note["result"]) for note in story["script"]] == [
            ("report", "recorded"),
            ("report", "recorded"),
            ("post_again", "202"),
            ("crash", "the next function dies after sesv2.SendEmail"),
            ("unsubscribe", "200"),
        ]
        assert story["ends"] == {"at": "2026-11-25T18:00:00Z", "because": "opted_out"}
        assert [touch["step"] for touch in story["touches"] if touch["status"] == "unknown"] == ["day-two-question"]

    def test_lets_reps_text_and_press(self, script: Callable[..., Path]) -> None:
        acts = script(
            {"after": "PT1M", "do": "press", "rep": "ben", "outcome": "voicemail"},
            {"after": "PT2M", "do": "text_from_rep", "text": "6"},
            {"after": "PT8M", "do": "press", "outcome": "call_back", "callback_at": "2026-11-23T16:05:00-05:00"},
            {"after": "PT9M", "do": "press", "outcome": "kept"},
        )
        story = answer("demo", "--until", "7h", "--script", acts)
        agreed = "Call back at today 4:05 PM. Reported by you, today 10:08 AM. Next: Call back, today 4:05 PM."
        assert [note["result"] for note in story["script"]] == [
            "ben was sent no link yet",
            "ana: 6",
            f"ana: {agreed}",
            f"ana: the page has no button for that: {agreed}",
        ]
        assert story["sent"][-1]["at"] >= "2026-11-23T21:05:00Z"

    def test_lets_a_report_come_in_the_very_second_in_which_a_call_is_due(self, script: Callable[..., Path]) -> None:
        acts = script(
            {"after": "PT0S", "do": "report", "outcome": "no_answer"},
            {"after": "PT5M", "do": "report", "outcome": "booked"},
        )
        story = answer("demo", "--until", "1d", "--script", acts)
        assert [(touch["step"], touch["reason"]) for touch in story["touches"]] == [
            ("first-call", "no_answer"),
            ("tried-you", None),
            ("second-call", "booked"),
        ]
        assert story["ends"] == {"at": "2026-11-23T15:05:00Z", "because": "booked"}

    def test_takes_another_cadence(self, edited: Callable[..., Path]) -> None:
        folder = edited('"day": 2,\n      "purpose"', '"day": 3,\n      "purpose"')
        story = answer("demo", "--until", "3d", "--cadence", folder)
        (question,) = [touch for touch in story["touches"] if touch["step"] == "day-two-question"]
        assert question["due_at"].startswith("2026-11-25")

    def test_speaks_to_people_too(self) -> None:
        result = run("demo", "--until", "1d")
        assert result.exit_code == GOOD
        assert "Where it stands: open" in result.stdout
        assert "We have your kitchen remodel request" in result.stdout

    def test_says_why_intake_refuses_a_lead(self, lead: Callable[..., Path]) -> None:
        result = run("demo", lead(phone="12"))
        assert result.exit_code == USED_WRONG
        assert "phone" in result.stderr.lower()
        assert "area code" in result.stderr


class TestPreviewAndDemo:
    @pytest.mark.parametrize(
        ("arrives", "fields"),
        [
            ("2026-11-23T10:00", {}),
            ("2026-11-23T23:00", {"value": "high"}),
            ("2026-10-31T19:45", {"zone": "America/Chicago"}),
            ("2027-03-13T02:30", {"phone": "305-555-0142"}),
            ("2026-11-26T12:00:00Z", {"phone": None}),
            ("2026-11-25T16:00", {"email": None}),
        ],
        ids=["Monday at ten", "at night", "clocks go back", "Florida, clocks go forward", "holiday", "no e-mail"],
    )
    def test_agree_touch_by_touch(self, lead: Callable[..., Path], arrives: str, fields: dict[str, Any]) -> None:
        file = lead(**fields)
        shown = answer(
            "preview", "speed-to-lead", "--lead", file, "--arrives", arrives, "--assume", "silent", "--until", "9d"
        )
        done = answer("demo", file, "--arrives", arrives, "--until", "9d")
        assert touches(done) == touches(shown)
        for key in ("cadence", "cadence_version", "lead", "ends"):
            assert done[key] == shown[key]
        assert len(shown["touches"]) > 5


class TestPreview:
    def test_of_calls_that_are_answered_ends_there(self) -> None:
        shown = answer("preview", "speed-to-lead", "--assume", "booked")
        assert [touch["step"] for touch in shown["touches"]] == ["first-call"]
        assert shown["ends"] == {"at": "2026-11-23T15:00:00Z", "because": "booked"}

    def test_takes_zone_and_value(self) -> None:
        shown = answer("preview", "speed-to-lead", "--zone", "America/Denver", "--value", "high", "--until", "14d")
        assert shown["lead"]["zones"] == ["America/Denver"]
        assert shown["touches"][0]["local"].endswith("-07:00")
        assert "weekly-call" in {touch["step"] for touch in shown["touches"]}

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (["--assume", "perhaps"], "perhaps"),
            (["--until", "soon"], "30d"),
            (["--arrives", "yesterday"], "2026-11-23T10:00"),
            (["--zone", "Mars/Olympus"], "America/New_York"),
            (["--value", "huge"], "normal or high"),
        ],
    )
    def test_used_wrongly_says_what_would_be_right(self, wrong: list[str], said: str) -> None:
        result = run("preview", "speed-to-lead", *wrong)
        assert result.exit_code == USED_WRONG
        assert said in " ".join(result.stderr.split())

    def test_of_an_unknown_cadence_names_those_there_are(self) -> None:
        result = run("preview", "slow-to-lead")
        assert result.exit_code == USED_WRONG
        assert "speed-to-lead" in result.stderr


class TestWhatCannotBeRead:
    @pytest.mark.parametrize("command", [["demo"], ["preview", "speed-to-lead", "--lead"]], ids=["demo", "preview"])
    @pytest.mark.parametrize(
        ("content", "said"), [("{\n  oops", "line 2, column 3"), ("[1, 2]", "JSON object"), (None, "no such file")]
    )
    def test_is_named_with_place_and_reason(
        self, tmp_path: Path, command: list[str], content: str | None, said: str
    ) -> None:
        file = tmp_path / "event.json"
        if content is not None:
            file.write_text(content)
        result = run(*command, file)
        assert result.exit_code in {FOUND_WRONG, USED_WRONG}
        assert str(file) in result.stderr
        assert said in result.stderr
        assert "Traceback" not in result.output

    @pytest.mark.parametrize(
        ("entry", "said"),
        [
            ({"after": "PT4M", "do": "dance"}, "[0]"),
            ({"after": "4 minutes", "do": "unsubscribe"}, "PT4M"),
            ({"do": "unsubscribe"}, "'after'"),
            ({"after": "PT4M", "do": "report", "outcome": "asleep"}, "[0].report.outcome"),
            ({"after": "PT4M", "do": "report", "outcome": "booked", "loudly": True}, "no such field"),
            ({"after": "PT4M", "do": "text_from_rep", "rep": "zoe", "text": "6"}, "[0].rep: 'zoe' is nobody in"),
        ],
    )
    def test_in_a_script_is_named_with_place_and_reason(
        self, script: Callable[..., Path], entry: dict[str, Any], said: str
    ) -> None:
        file = script(entry)
        result = run("demo", "--script", file)
        assert result.exit_code == FOUND_WRONG
        assert f"{file}: " in result.stderr
        assert said in result.stderr


BROKEN = [
    pytest.param('"do": "email",', '"do": "pigeon",', "steps[0].do", id="a channel there isn't"),
    pytest.param('"after": "0m",', '"after": "at once",', "steps[0].after", id="a duration that is none"),
    pytest.param('"of": "first-call"', '"of": "frist-call"', "frist-call", id="a step that is not there"),
    pytest.param('"days": "open"', '"dayz": "open"', "dayz", id="a misspelt field"),
    pytest.param('"name": "second-call"', '"name": "first-call"', "two steps", id="a name given twice"),
    pytest.param(
        '"purpose": "Leave our details and hours with them, for whenever it suits them."',
        '"purpose": ""',
        "steps[8].purpose",
        id="no purpose",
    ),
    pytest.param('"every": "1w"', '"every": "1y"', "every", id="a unit there isn't"),
    pytest.param('"steps": [', '"steps": [,', "line 6", id="not JSON"),
]


class TestABrokenCadence:
    @pytest.mark.parametrize(("old", "new", "said"), BROKEN)
    def test_is_found_by_check_with_file_place_and_reason(
        self, edited: Callable[..., Path], old: str, new: str, said: str
    ) -> None:
        folder = edited(old, new)
        result = run("check", folder)
        assert result.exit_code == FOUND_WRONG
        assert f"{folder / 'cadence.json'}: " in result.output
        assert said in result.output
        (finding, *_) = json.loads(run("check", folder, "--json").stdout)["findings"]
        assert finding.keys() == {"file", "where", "what"}

    @pytest.mark.parametrize(("old", "new", "said"), BROKEN)
    @pytest.mark.parametrize("command", [["preview"], ["demo", "--cadence"]], ids=["preview", "demo"])
    def test_is_refused(self, edited: Callable[..., Path], command: list[str], old: str, new: str, said: str) -> None:
        folder = edited(old, new)
        result = run(*command, folder)
        assert result.exit_code == FOUND_WRONG
        assert f"{folder / 'cadence.json'}: " in result.stderr
        assert said in result.stderr
        assert "Traceback" not in result.output

    @pytest.mark.parametrize(
        ("file", "old", "new"),
        [
            ("messages/will-call.email.txt", "Subject:", "Sujet:"),
            ("messages/will-call.email.txt", "{{ first_name", "{{ first_nome"),
            ("messages/will-call.email.txt", "{% endif %}", "{% endiff %}"),
            ("cadence.json", '"message": "call-again"', '"message": "call-never"'),
        ],
        ids=["no subject", "an unknown word", "a broken template", "no such message"],
    )
    def test_with_a_broken_message_is_found_by_check(
        self, edited: Callable[..., Path], file: str, old: str, new: str
    ) -> None:
        result = run("check", edited(old, new, file))
        assert result.exit_code == FOUND_WRONG
        assert "speed-to-lead" in result.output


def test_check_finds_nothing_wrong_with_what_is_shipped() -> None:
    result = run("check")
    assert (result.exit_code, result.stdout.strip()) == (GOOD, "All good.")
    assert answer("check") == {"findings": [], "warnings": []}


def test_check_of_a_path_that_is_not_there_is_used_wrongly() -> None:
    assert run("check", "cadences/never").exit_code == USED_WRONG


def test_the_sample_event_is_a_browsers_form() -> None:
    event = json.loads(SAMPLE_EVENT.read_text())
    assert event["headers"]["content-type"] == "application/x-www-form-urlencoded"
