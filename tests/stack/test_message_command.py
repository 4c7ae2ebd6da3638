"""`followthrough message`: one message as somebody will get it, and tests that go to nobody but ourselves."""

import json
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends
from typer.testing import CliRunner, Result

from local.commands.app import app
from local.commands.console import FOUND_WRONG, GOOD, USED_WRONG

REGION = "us-east-1"
TRIED_YOU = ("tried-you", "--kind", "email")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["message", *map(str, arguments)])


def shown(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == GOOD, result.output
    return result.stdout


def kinds(*arguments: str | Path) -> dict[str, dict[str, Any]]:
    """What the command prints for machines, by kind."""
    return {each["kind"]: each for each in json.loads(shown(*arguments, "--json"))["kinds"]}


def refused(*arguments: str | Path) -> str:
    """Why the command was used wrongly, on one line."""
    result = run(*arguments)
    assert result.exit_code == USED_WRONG, result.output
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def lead(tmp_path: Path) -> Path:
    file = tmp_path / "lead.json"
    file.write_text(json.dumps({"name": "Sam Lee", "email": "sam@example.com", "service": "Garage door"}))
    return file


@pytest.fixture
def cadence(tmp_path: Path) -> Path:
    """A cadence with a message for who told a goal, and one for who didn't."""
    folder = tmp_path / "tiny"
    (folder / "messages").mkdir(parents=True)
    step = {"name": "hello", "do": "text", "after": "5m", "or": "plain", "purpose": "Say hello."}
    written = {"name": "tiny", "about": "One step.", "steps": [step], "ends": {"because": "no_response"}}
    (folder / "cadence.json").write_text(json.dumps(written))
    (folder / "messages" / "hello.text.txt").write_text("You wanted {{ goal }}. Reply STOP to end.")
    (folder / "messages" / "plain.text.txt").write_text(
        "{% if next_step %}On {{ last_talk_on }} we left open: {{ next_step }}{% else %}Hello{% endif %}"
        "{% if appointment_on %} ({{ appointment_on }}, {{ appointment_time }}){% endif %}. Reply STOP to end."
    )
    return folder


# -- what is shown


def test_a_message_is_shown_in_every_kind_that_it_is_written_in() -> None:
    told = shown("tried-you")
    assert "speed-to-lead · tried-you · email\nSubject: " in told
    assert "speed-to-lead · tried-you · text\n" in told
    assert "Hi Maya," in told


def test_it_is_shown_for_a_lead_of_ones_own(lead: Path) -> None:
    email = kinds("tried-you", "--lead", lead)["email"]
    assert "garage door" in email["subject"]
    assert email["body"].startswith("Hi Sam,")


def test_it_says_what_has_happened_and_nothing_else() -> None:
    before, after = (kinds(*TRIED_YOU, *said)["email"]["body"] for said in ((), ("--voicemails", "1")))
    assert "left a message" not in before
    assert "left a message" in after


def test_an_email_is_shown_as_it_is_sent_with_links_that_lead_nowhere() -> None:
    email = kinds(*TRIED_YOU)["email"]
    assert email["body"].startswith("Hi Maya,\n\n")
    assert email["as_sent"].startswith("Hi Maya,\n\n")
    assert "\n-- \nFernhill Home Improvement\n" in email["as_sent"]
    assert "Stop hearing from us: https://links.invalid/unsubscribe" in email["as_sent"]


def test_a_text_tells_what_it_costs() -> None:
    asked = ("tried-you", "--kind", "text", "--unanswered", "1")
    text = kinds(*asked)["text"]
    assert (text["segments"], text["encoding"]) == (2, "GSM-7")
    assert f"(2 text segments, GSM-7, {len(text['body'])} characters)" in shown(*asked)


def test_a_voicemail_tells_how_long_it_takes() -> None:
    voicemail = kinds("first-call", "--cadence", "speed-to-lead")["voicemail"]
    assert 10 < voicemail["seconds"] <= 25
    assert f" words, {voicemail['seconds']} seconds)" in shown("first-call", "--cadence", "speed-to-lead")


def test_it_takes_up_the_last_conversation(cadence: Path) -> None:
    said = ("--talked", "2026-11-24T10:00", "--next-step", "the colour of the doors.")
    text = kinds("plain", "--cadence", cadence, *said, "--appointment", "2026-11-27T15:00")["text"]["body"]
    assert text == (
        "On Tuesday, November 24 we left open: the colour of the doors (Friday, November 27, 3:00 PM). "
        "Reply STOP to end."
    )


def test_the_rep_is_the_first_unless_told_otherwise() -> None:
    assert "Ana Ruiz" in shown(*TRIED_YOU)
    assert "Ben Okafor" in shown(*TRIED_YOU, "--rep", "ben")
    assert "Ana Ruiz" not in shown(*TRIED_YOU, "--rep", "none")


def test_the_page_that_is_written_is_the_email_as_it_looks(tmp_path: Path) -> None:
    page = tmp_path / "email.html"
    assert shown("tried-you", "--html", page) == f"Wrote {page}\n"
    assert "<!doctype html>" in page.read_text("utf-8").lower()
    assert "Hi Maya," in page.read_text("utf-8")


# -- what is asked wrongly


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["call-again"], "several cadences have a message 'call-again': choose one with --cadence, of patient-caller"),
        (["tried-yuo"], "no cadence has a message 'tried-yuo': did you mean tried-you or missed-you?"),
        (["tried-you", "--cadence", "patient-caller"], "patient-caller has no message 'tried-you'"),
        (["tried-you", "--kind", "call"], "speed-to-lead has no tried-you.call.txt: there is email and text"),
        (["tried-you", "--kind", "letter"], "'letter' is not a kind of message"),
        (["tried-you", "--rep", "zoe"], "'zoe' is nobody in config/team.json: write one of ana, ben"),
        (["tried-you", "--talked", "Monday"], "'Monday' is not a time"),
        (["tried-you", "--talked", "2026-11-20T10:00"], "--talked: this lead only asked at 2026-11-23T15:00:00Z"),
        (["tried-you", "--next-step", "x" * 141], "140 characters at most, and these are 141"),
        (["tried-you", "--kind", "text", "--html", "page.html"], "--html shows an e-mail, and there is only text"),
    ],
)
def test_what_is_asked_wrongly_is_told_with_what_would_be_right(arguments: list[str], why: str) -> None:
    assert why in refused(*arguments)


def test_a_message_that_this_lead_would_never_get_is_not_shown(cadence: Path) -> None:
    result = run("hello", "--cadence", cadence)
    assert result.exit_code == FOUND_WRONG
    assert "'hello' needs goal, which is not on record: this lead gets plain instead" in result.output


def test_a_lead_that_intake_would_refuse_is_refused(tmp_path: Path) -> None:
    nobody = tmp_path / "nobody.json"
    nobody.write_text(json.dumps({"name": "Sam"}))
    assert "email" in refused("tried-you", "--lead", nobody)


# -- tests to ourselves


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        boto3.client("sesv2", REGION).create_email_identity(EmailIdentity="mail.example.com")
        yield


def mails() -> list[Any]:
    return list(ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages)


def texts() -> list[tuple[str, str]]:
    return [(number, body) for number, body, *_ in sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()]


@pytest.mark.parametrize(("who", "address"), [("ben", "ben@example.com"), ("business", "hello@mail.example.com")])
def test_an_email_goes_to_ourselves_marked_as_a_test(aws: None, who: str, address: str) -> None:
    told = shown(*TRIED_YOU, "--send-to", who)
    assert f"Sent to {who} as an e-mail, marked [Test]." in told
    assert "Its links lead nowhere" in told
    (sent,) = mails()
    assert set(sent.destinations) == {address}
    raw = message_from_string(sent.raw_data, policy=policy.default)
    assert raw["Subject"].startswith("[Test] ")
    assert "List-Unsubscribe" not in raw


def test_a_text_goes_to_ourselves_marked_as_a_test(aws: None) -> None:
    told = shown("tried-you", "--kind", "text", "--send-to", "ana")
    assert "Don't answer it with STOP" in told
    ((number, body),) = texts()
    assert number == "+12125550111"
    assert body.startswith("[Test] ")


@pytest.mark.parametrize("who", ["maya.thompson@example.com", "+19175550142", "maya", "ana@example.com"])
def test_nothing_is_sent_to_anybody_else(aws: None, who: str) -> None:
    why = refused(*TRIED_YOU, "--send-to", who)
    assert "tests go to yourselves only, never to another address: write one of business, ana, ben" in why
    assert (mails(), texts()) == ([], [])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["tried-you"], "choose one with --kind, email or text"),
        (["weekly-call"], "only e-mails and texts can be sent"),
    ],
)
def test_one_message_is_sent_at_a_time_and_no_words_for_reps(aws: None, arguments: list[str], why: str) -> None:
    assert why in refused(*arguments, "--send-to", "ana")
    assert (mails(), texts()) == ([], [])


def test_what_aws_refuses_is_told(aws: None) -> None:
    boto3.client("sesv2", REGION).delete_email_identity(EmailIdentity="mail.example.com")
    result = run(*TRIED_YOU, "--send-to", "ana")
    assert result.exit_code == FOUND_WRONG
    assert "not sent: AWS refused it (MessageRejected)" in " ".join(result.output.split())


def test_without_credentials_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # which remembers the credentials of tests before
    assert "there are no AWS credentials" in refused(*TRIED_YOU, "--send-to", "ana", "--region", REGION)


def test_answering_machines_are_told_to_whom_it_was_sent(aws: None) -> None:
    answer = json.loads(shown(*TRIED_YOU, "--send-to", "ana", "--json"))
    assert answer["sent"] == {"to": "ana", "kind": "email"}
