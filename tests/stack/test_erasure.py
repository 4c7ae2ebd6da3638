"""A person is erased from the running system, by the commands that an operator uses: nothing is left of them anywhere,
whatever the machine was doing, and it goes on to its end without complaint.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from followthrough.adapters.dynamodb_items import digest
from followthrough.domain.answers_to_reps import nothing_open
from local.commands.app import app
from local.stack import LocalStack
from tests.stack.following import DAY, HOUR, Follow, layers_with_cadence
from tests.stack.rep_phone import opens, path_of_link, posts, texts_back
from tests.stack.test_privacy import ZEBEDEE

EMAIL, PHONE = ZEBEDEE["email"], "+19175550186"
WORDS = ("Zebedee", "Quixworthy", EMAIL, "9175550186", "0186", "Bartholomaeus", "Zeppelin", "Catproof", "Xylophone")
STOPS = ("SUPPRESS#", "CONSENT#")


@pytest.fixture
def zebedee(stage: Follow) -> Follow:
    """A lead who is easily found, and whose stack CloudFormation knows too."""
    assert stage.post(**ZEBEDEE).status == 202
    known_to_cloudformation(stage.stack)
    return stage


def known_to_cloudformation(stack: LocalStack) -> None:
    """The local stack deploys without CloudFormation, and the commands ask it for the table's name."""
    table = {"Value": stack.outputs["TableName"]}
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"TableName": table}}
    stack.client("cloudformation").create_stack(StackName="followthrough", TemplateBody=json.dumps(template))


def run(*arguments: str | Path, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)


def forget(*arguments: str) -> None:
    result = run("forget", *arguments, "--yes")
    assert result.exit_code == 0, result.output


def everything(follow: Follow) -> Iterator[tuple[str, str]]:
    """Every item of the table: its partition, and all of it as text."""
    table = follow.stack.outputs["TableName"]
    pages = follow.stack.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    for page in pages:
        for item in page["Items"]:
            yield item["pk"]["S"], json.dumps(item, default=str)


def assert_nobody_is_left(follow: Follow) -> None:
    """Neither a word nor a digest, but the stops' own keys."""
    hashed = [digest(text) for text in (EMAIL, EMAIL.lower(), PHONE)]
    words = re.compile("|".join(map(re.escape, WORDS)), re.IGNORECASE)
    items = list(everything(follow))
    assert [text[:200] for _, text in items if words.search(re.sub(r"[0-9a-f]{20,}", "", text))] == []
    assert [pk for pk, text in items if any(each in text for each in hashed) and not pk.startswith(STOPS)] == []
    about = f'"{follow.lead_id}"', f"#{follow.lead_id}", f'\\"{follow.lead_id}\\"'
    assert [pk for pk, text in items if any(each in text for each in about)] == []
    assert {pk.rpartition("#")[0] for pk, _ in items if pk.startswith(STOPS)} == {
        f"{kind}{channel}" for kind in STOPS for channel in ("email", "text")
    }


def assert_it_ended_quietly(follow: Follow) -> None:
    """Every execution came to its end, no function failed, nothing is due, and nothing was written since."""
    follow.stack.run_until(follow.stack.now + 40 * DAY)
    assert {execution.status for execution in follow.stack.executions()} == {"SUCCEEDED"}
    assert follow.stack.failures == []
    assert follow.stack.next_due() is None
    assert_nobody_is_left(follow)


# -- whatever the machine is doing


def asleep(follow: Follow) -> None:
    follow.report_at("10:02", "no_answer").until("10:10")


def asked_for_a_call(follow: Follow) -> None:
    follow.until("10:02")


def escalated(follow: Follow) -> None:
    follow.until("10:20")


def closed(follow: Follow) -> None:
    follow.report_at("10:02", "not_interested").until("10:10")


def asked_again(follow: Follow) -> None:
    follow.at("10:30", lambda: follow.post(**{**ZEBEDEE, "phone": "917-555-0187", "message": "Once more"}))
    follow.until("10:32")


def unsubscribed(follow: Follow) -> None:
    follow.at("10:03", follow.unsubscribe).until("10:10")


@pytest.mark.parametrize("situation", [asleep, asked_for_a_call, escalated, closed, asked_again, unsubscribed])
def test_nothing_is_left_of_a_person_and_the_machine_ends_quietly(
    zebedee: Follow, situation: Callable[[Follow], None]
) -> None:
    situation(zebedee)
    forget("--email", EMAIL)
    assert_nobody_is_left(zebedee)
    zebedee.stack.fire_schedules()
    assert_it_ended_quietly(zebedee)


def test_what_was_claimed_and_not_sent_is_not_sent_any_more(zebedee: Follow) -> None:
    """The process that had claimed an e-mail dies; the person is erased before the machine tries again."""
    zebedee.report_at("10:02", "no_answer")
    zebedee.stack.crash("before:sesv2.SendEmail", function="SendEmailFunction")
    zebedee.through("10:02")
    claimed = zebedee.lead.pursuit.open_touch
    assert claimed
    assert claimed.channel == "email"
    forget("--lead", zebedee.lead_id)
    zebedee.stack.run_until(zebedee.stack.now + 40 * DAY)
    assert zebedee.stack.emails == []
    assert {execution.status for execution in zebedee.stack.executions()} == {"SUCCEEDED"}
    assert_nobody_is_left(zebedee)


# -- what comes late


def test_what_comes_late_is_answered_politely(zebedee: Follow) -> None:
    zebedee.until("10:02")
    path, token = path_of_link(zebedee, "ana"), zebedee.lead.token
    forget("--phone", "917-555-0186")
    opened = opens(zebedee, path)
    assert opened.status == 410
    assert "their data was erased" in opened.body.decode()
    assert posts(zebedee, path, {"outcome": "no_answer"}).status == 410
    assert zebedee.report("no_answer") == {"error": f"there is no lead {zebedee.lead_id}"}
    unsubscribe = zebedee.stack.http("POST", f"/unsubscribe/{token}", {}, b"List-Unsubscribe=One-Click")
    assert unsubscribe.status in {200, 404}
    texts_back(zebedee, "ana", "6")
    assert zebedee.stack.texts[-1].body == nothing_open()
    assert_it_ended_quietly(zebedee)


def test_the_same_form_sent_again_makes_a_new_lead_who_is_called_and_not_written_to(zebedee: Follow) -> None:
    zebedee.until("10:02")
    erased = zebedee.lead_id
    forget("--email", EMAIL)
    zebedee.lead_id = ""
    assert zebedee.post(**ZEBEDEE).status == 202
    assert zebedee.lead_id not in ("", erased)
    zebedee.stack.run_until(zebedee.stack.now + 2 * DAY)
    assert [touch.channel for touch in zebedee.done() if touch.channel != "call"] == []
    assert zebedee.done("call")
    assert zebedee.emails == []


# -- in time


def test_a_closed_lead_is_erased_in_time_without_anybody_doing_anything(tmp_path: Path) -> None:
    steps = [{"name": "ring", "do": "call", "purpose": "First call", "after": "0m"}]
    layers = layers_with_cadence(tmp_path, steps, {})
    config = layers["config"] / "business.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"keep_data_days": 30}))
    with Follow.open(layers=layers) as follow:
        assert follow.post(**ZEBEDEE).status == 202
        follow.report_at("10:02", "not_interested").until("10:10")
        follow.stack.run_until(follow.stack.now + 29 * DAY)
        follow.stack.fire_schedules()
        assert follow.lead.status == "not_interested"
        follow.stack.run_until(follow.stack.now + 1 * DAY + HOUR)
        follow.stack.fire_schedules()
        assert [pk for pk, _ in everything(follow) if follow.lead_id in pk] == []
        assert follow.stack.failures == []


# -- the commands


def test_forget_asks_first_and_shows_counts_and_no_names(zebedee: Follow) -> None:
    zebedee.until("10:02")
    refused = run("forget", "--email", EMAIL, typed="n\n")
    assert refused.exit_code == 1
    assert "1 lead, 1 pursuit, 1 timeline entry" in refused.output
    assert not any(word in refused.output for word in WORDS)
    assert zebedee.lead.status == "open"
    agreed = run("forget", "--email", EMAIL, typed="y\n")
    assert agreed.exit_code == 0
    assert_nobody_is_left(zebedee)


def test_forget_tells_a_program_what_it_erased(zebedee: Follow) -> None:
    result = run("forget", "--lead", zebedee.lead_id, "--yes", "--json")
    counts = json.loads(result.stdout)["erased"]
    assert (counts["leads"], counts["pursuits"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--email", "nobody@example.com"), 1, "nothing is kept"),
        (("--email", EMAIL, "--stack", "elsewhere"), 2, "there is no stack elsewhere"),
        (("--email", EMAIL, "--lead", "x"), 2, "in one way"),
        ((), 2, "in one way"),
        (("--phone", "12"), 2, "not a complete phone number"),
        (("--email", "@"), 2, "not an e-mail address"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    zebedee: Follow, arguments: tuple[str, ...], code: int, words: str
) -> None:
    for command in (("forget", "--yes"), ("export",)):
        result = run(*command, *arguments)
        assert result.exit_code == code, result.output
        assert words in " ".join(result.output.replace("│", " ").split())
    assert zebedee.lead.status == "open"


def test_a_shared_number_asks_which_lead_is_meant(zebedee: Follow) -> None:
    zebedee.post(**{**ZEBEDEE, "email": "other@example.com"})
    result = run("forget", "--phone", PHONE, "--yes")
    assert result.exit_code == 1
    assert f"--lead {zebedee.lead_id}" in result.output


def test_without_credentials_it_says_so(zebedee: Follow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    result = run("export", "--email", EMAIL)
    assert result.exit_code == 2
    assert "no AWS credentials" in result.output


def test_export_gives_one_person_and_only_to_who_owns_the_file(zebedee: Follow, tmp_path: Path) -> None:
    zebedee.report_at("10:02", "voicemail", note="Very friendly").until("10:30")
    zebedee.post(**{**ZEBEDEE, "email": "other@example.com", "name": "Somebody Else"})
    file = tmp_path / "zebedee.json"
    result = run("export", "--email", EMAIL, "--out", file)
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(file.read_text("utf-8"))
    assert told["lead"]["profile"]["name"] == "Zebedee Quixworthy"
    assert told["lead"]["timeline"][0]["note"] == "Very friendly"
    assert "Somebody Else" not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    again = run("export", "--email", EMAIL, "--out", file)
    assert again.exit_code == 2
    assert json.loads(run("export", "--email", EMAIL).stdout)["lead"]["id"] == zebedee.lead_id


def test_what_was_said_is_kept_as_long_as_the_business_says_and_the_stop_itself_for_good(zebedee: Follow) -> None:
    zebedee.until("10:02").unsubscribe()
    kept = {pk: json.loads(text) for pk, text in everything(zebedee) if pk.startswith(STOPS)}
    until = int((zebedee.stack.now + 1825 * DAY).timestamp())
    assert {item["expires_at"]["N"] for pk, item in kept.items() if pk.startswith("CONSENT#")} == {str(until)}
    assert [pk for pk, item in kept.items() if pk.startswith("SUPPRESS#") and "expires_at" in item] == []
