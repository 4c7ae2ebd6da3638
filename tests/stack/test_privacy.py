"""Nobody's name, number or address is in execution history or in a log line, whatever goes wrong."""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

import pytest

from local.stack import AwsError
from tests.stack.following import MINUTE, Follow

ZEBEDEE = {
    "name": "Zebedee Quixworthy",
    "email": "zq.unmistakable@quixworthy-mail.example",
    "phone": "+1 (917) 555-0186",
    "message": "My cat Bartholomaeus has eaten the wallpaper",
    "service": "Zeppelin hangar",
    "postal_code": "10453",
    "problem": "Wallpaper-eating",
    "goal": "Catproof walls",
    "hobby": "Xylophone-mending",
}
PIECES = [
    "Zebedee",
    "Quixworthy",
    "zq.unmistakable",
    "quixworthy-mail",
    "9175550186",
    "917-555-0186",
    "(917) 555",
    "555-0186",
    "5550186",
    "Bartholomaeus",
    "Zeppelin",
    "10453",
    "Wallpaper-eating",
    "Catproof",
    "Xylophone",
]


def as_written_elsewhere(piece: str) -> set[str]:
    """The piece as it may turn up: plain, in a URL, in a form's body, in JSON within JSON, in base64."""
    ways = {piece, quote(piece), quote_plus(piece), json.dumps(piece)[1:-1]}
    aligned = (b64encode(b" " * shift + piece.encode()).decode() for shift in range(3))
    return ways | {text[4:-4] for text in aligned if len(text) >= 16}


def everything_that_is_kept(follow: Follow) -> Iterator[tuple[str, str]]:
    """Every log line, and everything that Step Functions keeps for 90 days."""
    for line in follow.stack.logs:
        yield "log", line
    for execution in follow.stack.executions():
        facts = (execution.name, execution.input, execution.output, execution.error, execution.cause)
        yield "execution", json.dumps(facts)
        for event in follow.stack.history(execution.arn):
            yield "history", json.dumps(event, default=str)


def assert_nobody_is_named(follow: Follow) -> None:
    wanted = {way: piece for piece in PIECES for way in as_written_elsewhere(piece)}
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    kept = list(everything_that_is_kept(follow))
    assert len(kept) > 10
    found = [(where, hit.group(), text[:300]) for where, text in kept if (hit := pattern.search(text))]
    assert found == []
    token = follow.lead.token if follow.lead_id else None
    assert [(where, text[:300]) for where, text in kept if token and token in text] == []


def silence(follow: Follow) -> None:
    follow.until("2026-11-24 12:00")


def reports(follow: Follow) -> None:
    follow.report_at("10:02", "voicemail", note="Zebedee Quixworthy says Bartholomaeus, 917-555-0186")
    follow.report_at("10:12", "call_back", callback_at="2026-11-23T15:00:00-05:00", note="Zeppelin")
    follow.report_at("15:02", "booked").until("16:00")


def wrong_reports(follow: Follow) -> None:
    def complain() -> None:
        follow.report("Zebedee Quixworthy")
        follow.report("call_back", callback_at="zq.unmistakable@quixworthy-mail.example")
        follow.report("no_answer", touch_id="Quixworthy.1", note="Zeppelin" * 1000)
        follow.stack.invoke("ReportOutcomeFunction", {"lead_id": "Zebedee", "outcome": "no_answer"})

    follow.at("10:02", complain).until("10:30")


def crashes(follow: Follow) -> None:
    follow.stack.crash("after:sns.Publish")
    follow.stack.crash("after:sesv2.SendEmail")
    follow.stack.crash("before:dynamodb.TransactWriteItems", function="EscalateSilentRepFunction")
    follow.until("2026-11-24 12:00")


def services_that_quote_what_they_were_given(follow: Follow) -> None:
    words = "Invalid parameter: zq.unmistakable@quixworthy-mail.example, +19175550186, Zebedee Quixworthy"
    follow.stack.refuse("before:sns.Publish", AwsError("InvalidParameter", words), times=2)
    follow.stack.refuse("before:sesv2.SendEmail", AwsError("MessageRejected", words), times=2)
    follow.stack.refuse("before:sesv2.SendEmail", AwsError("TooManyRequestsException", words, 429), times=2)
    follow.stack.refuse("before:dynamodb.PutItem", AwsError("ValidationException", words), times=1)
    follow.stack.refuse(
        "before:dynamodb.TransactWriteItems",
        AwsError("ValidationException", words),
        function="SendEmailFunction",
    )
    follow.watched_until("13:00", each=5 * MINUTE)


def a_lead_that_cannot_be_read(follow: Follow) -> None:
    item = {"pk": {"S": f"LEAD#{follow.lead_id}"}, "sk": {"S": "LEAD"}}
    broken = follow.lead.model_dump_json().replace('"touches":', '"toches":').replace('"arrived_at":', '"arrived":')
    follow.until("10:01")
    follow.stack.client("dynamodb").update_item(
        TableName=follow.stack.outputs["TableName"],
        Key=item,
        UpdateExpression="SET #data = :broken",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues={":broken": {"S": broken}},
    )
    follow.watched_until("10:30", each=5 * MINUTE)
    assert follow.stack.failures
    assert_nobody_is_named_though_unreadable(follow)
    restored = {":whole": {"S": broken.replace('"toches":', '"touches":').replace('"arrived":', '"arrived_at":')}}
    follow.stack.client("dynamodb").update_item(
        TableName=follow.stack.outputs["TableName"],
        Key=item,
        UpdateExpression="SET #data = :whole",
        ExpressionAttributeNames={"#data": "data"},
        ExpressionAttributeValues=restored,
    )


def assert_nobody_is_named_though_unreadable(follow: Follow) -> None:
    lead_id, follow.lead_id = follow.lead_id, ""
    assert_nobody_is_named(follow)
    follow.lead_id = lead_id


def asking_again_and_stopping(follow: Follow) -> None:
    follow.at("10:20", lambda: follow.post(**{**ZEBEDEE, "message": "Bartholomaeus again"}))
    follow.at("10:40", follow.unsubscribe)
    follow.at("10:41", lambda: follow.stack.http("GET", f"/unsubscribe/{follow.lead.token}", {}))
    follow.until("12:00")


SCENARIOS: list[Callable[[Follow], None]] = [
    silence,
    reports,
    wrong_reports,
    crashes,
    services_that_quote_what_they_were_given,
    a_lead_that_cannot_be_read,
    asking_again_and_stopping,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.__name__ for scenario in SCENARIOS])
def test_nobody_is_named_in_logs_or_execution_history_after(stage: Follow, scenario: Callable[[Follow], None]) -> None:
    assert stage.post(**ZEBEDEE).status == 202
    scenario(stage)
    assert_nobody_is_named(stage)


def test_a_post_that_is_refused_names_nobody(stage: Follow) -> None:
    words = "Zebedee Quixworthy zq.unmistakable@quixworthy-mail.example 917-555-0186 Bartholomaeus"
    stage.post(**ZEBEDEE)
    stage.post(email="zq.unmistakable@quixworthy-mail", phone="917-555-0186-555-0186-555-0186")
    stage.post(**{**ZEBEDEE, "zone": words, "value": words, "audience": words, "consent_to_text": words})
    stage.post(**{**ZEBEDEE, words: words, "x" * 200: words, "name": words * 20})
    for kind in (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=zeppelin",
        words,
    ):
        for body in (
            words,
            f'{{"name": "{words}"',
            f'["{words}"]',
            f'{{"name": {{"{words}": 1}}}}',
            f"{words}={words}",
        ):
            stage.stack.http("POST", "/leads", {"content-type": kind, "idempotency-key": words}, body.encode())
            stage.stack.http("POST", "/leads", {"content-type": kind}, body.encode("utf-16"))
    stage.until("10:20")
    assert_nobody_is_named(stage)


def test_the_pieces_would_be_found_if_they_were_there() -> None:
    for piece in PIECES:
        hidden = b64encode(f"name={piece}&more=of+it".encode()).decode()
        assert any(way in f"https://x/?q={quote(piece)}" for way in as_written_elsewhere(piece))
        if len(piece) > 9:
            assert any(way in hidden for way in as_written_elsewhere(piece))
