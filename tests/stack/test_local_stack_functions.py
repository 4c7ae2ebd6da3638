"""Functions on the local stack, and the HTTP API in front of them."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from local.stack import LambdaFailed, LocalStack
from tests.stack.toy import MINUTE, NOON, EditToy, deploy_toy, post_plan, statuses, step

LIBRARY_USER = """
from followthrough import adapters, domain

def handler(event, context):
    return {"adapters": id(adapters), "domain": id(domain)}
"""


class TestTheHttpApi:
    def test_hands_over_an_event_of_payload_format_2(self, toy: LocalStack) -> None:
        headers = {"User-Agent": "pytest", "Cookie": "a=1; b=2", "X-Forwarded-For": "203.0.113.7, 10.0.0.1"}
        event = json.loads(toy.http("GET", "/things/a%20b", headers, query="x=1&x=2&y=").body)
        assert event["version"] == "2.0"
        assert event["routeKey"] == event["requestContext"]["routeKey"] == "GET /things/{token}"
        assert event["pathParameters"] == {"token": "a b"}
        assert event["rawPath"] == "/things/a%20b"
        assert event["rawQueryString"] == "x=1&x=2&y="
        assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
        assert event["cookies"] == ["a=1", "b=2"]
        assert event["headers"]["user-agent"] == "pytest"
        assert event["requestContext"]["http"] == {
            "method": "GET",
            "path": "/things/a%20b",
            "protocol": "HTTP/1.1",
            "sourceIp": "203.0.113.7",
            "userAgent": "pytest",
        }
        assert event["requestContext"]["timeEpoch"] == NOON.timestamp() * 1000
        assert not event["isBase64Encoded"]
        assert "body" not in event

    @pytest.mark.parametrize(
        ("content_type", "is_base64"),
        [
            ("application/json", False),
            ("application/json; charset=utf-8", False),
            ("application/problem+json", False),
            ("text/html", False),
            ("application/x-www-form-urlencoded", True),
            ("multipart/form-data; boundary=x", True),
            ("image/png", True),
        ],
    )
    def test_encodes_what_is_not_text(self, toy: LocalStack, content_type: str, *, is_base64: bool) -> None:
        event = json.loads(toy.http("GET", "/things/a", {"Content-Type": content_type}, b"b=1").body)
        assert event["isBase64Encoded"] is is_base64
        assert (base64.b64decode(event["body"]) if is_base64 else event["body"].encode()) == b"b=1"

    def test_encodes_what_only_claims_to_be_text(self, toy: LocalStack) -> None:
        event = json.loads(toy.http("GET", "/things/a", {"Content-Type": "text/plain"}, b"\xff").body)
        assert event["isBase64Encoded"]

    def test_takes_a_ready_event(self, toy: LocalStack) -> None:
        body = json.dumps({"id": "a", "plan": []})
        event = {"routeKey": "POST /things", "body": body, "isBase64Encoded": False}
        answer = toy.http_event(event)
        assert (answer.status, json.loads(answer.body)) == (202, {"id": "a"})

    @pytest.mark.parametrize(("method", "path"), [("GET", "/things"), ("HEAD", "/things/a"), ("GET", "/x")])
    def test_answers_404_where_there_is_no_route(self, toy: LocalStack, method: str, path: str) -> None:
        assert toy.http(method, path, {}).status == 404

    def test_answers_413_to_too_large_a_body(self, toy: LocalStack) -> None:
        assert toy.http("POST", "/things", {}, bytes(10 * 1024 * 1024 + 1)).status == 413

    def test_answers_500_when_the_handler_fails(self, toy: LocalStack) -> None:
        answer = toy.http("POST", "/things", {"Content-Type": "application/json"}, b"nonsense")
        assert (answer.status, answer.body) == (500, b'{"message": "Internal Server Error"}')
        assert toy.failures[0].function == "IntakeFunction"


class TestFunctions:
    def test_errors_reach_whoever_invokes(self, toy: LocalStack) -> None:
        with pytest.raises(LambdaFailed) as failed:
            toy.invoke("ReportFunction", {"id": "nobody"})
        assert (failed.value.function, failed.value.error_type) == ("ReportFunction", "KeyError")

    def test_have_only_their_own_variables(self, toy: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SENDER", "the developer's own")
        seen: list[str | None] = []
        monkeypatch.setattr("json.loads", _spy(json.loads, lambda: seen.append(os.environ.get("SENDER"))))
        post_plan(toy, "a")
        toy.run_all()
        assert None in seen

    def test_find_their_layers_under_opt(self, toy: LocalStack) -> None:
        post_plan(toy, "a", step("ask"))
        toy.run_until(NOON + MINUTE)
        assert [text.phone for text in toy.texts] == ["+12125550100"]

    def test_print_to_the_logs_and_not_to_the_terminal(
        self, toy: LocalStack, capfd: pytest.CaptureFixture[str]
    ) -> None:
        post_plan(toy, "a", {"raise": "ValueError"})
        toy.run_all()
        assert "intake of a" in toy.logs
        assert any("ValueError: as planned" in line for line in toy.logs)
        assert capfd.readouterr() == ("", "")

    def test_are_refused_what_their_role_does_not_allow(self, edited_toy: EditToy) -> None:
        with deploy_toy(edited_toy('"dynamodb:PutItem", ', "")) as toy:
            body = json.dumps({"id": "a", "plan": []}).encode()
            toy.http("POST", "/things", {"Content-Type": "application/json"}, body)
            assert "IntakeFunction does not allow dynamodb:PutItem" in toy.failures[0].message

    def test_are_as_on_a_cold_start_in_the_next_stack(self) -> None:
        for _ in range(2):
            with deploy_toy() as toy:
                post_plan(toy, "a")
                toy.run_all()
                assert statuses(toy) == {"a-0": "SUCCEEDED"}

    def test_have_copies_of_the_library_of_their_own_but_share_its_pure_part(self, edited_toy: EditToy) -> None:
        template = edited_toy("[!Ref SettingsLayer]", "[!Ref SettingsLayer, !Ref LibraryLayer]")
        layer = "LibraryLayer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: library/ } }"
        template.write_text(template.read_text().replace("\nOutputs:", f"  {layer}\n\nOutputs:"))
        (template.parent / "library" / "followthrough").mkdir(parents=True)
        for function in ("watch", "report"):
            (template.parent / "functions" / function / "app.py").write_text(LIBRARY_USER)
        with deploy_toy(template) as toy:
            watch, again, report = (
                toy.invoke(function, {}) for function in ("WatchFunction", "WatchFunction", "ReportFunction")
            )
        assert watch["adapters"] == again["adapters"] != report["adapters"]
        assert watch["domain"] == again["domain"] == report["domain"]
        assert not {id(sys.modules.get("followthrough.adapters"))} & {watch["adapters"], report["adapters"]}

    def test_need_a_layer_that_holds_the_library(self, edited_toy: EditToy) -> None:
        template = edited_toy("", "")
        (template.parent / "functions" / "watch" / "app.py").write_text(LIBRARY_USER)
        with deploy_toy(template) as toy, pytest.raises(LambdaFailed, match="No layer of WatchFunction"):
            toy.invoke("WatchFunction", {})

    def test_leave_no_module_behind(self, toy: LocalStack) -> None:
        post_plan(toy, "a")
        assert "app" not in sys.modules


def _spy(function: Callable[..., Any], look: Callable[[], None]) -> Callable[..., Any]:
    def spied(*args: Any, **kwargs: Any) -> Any:
        look()
        return function(*args, **kwargs)

    return spied
