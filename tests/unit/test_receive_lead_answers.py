"""What POST /leads answers, to API Gateway's own events."""

import importlib.util
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.intake import TRAP_FIELD
from followthrough.domain.leads import Lead
from followthrough.use_cases.ports import Arrival
from tests.unit.events import browser_post, form_post, json_post, multipart_post, part, post_leads
from tests.unit.fakes import FakeMachine, FakeStore, World, business_changed

ROOT = Path(__file__).parents[2]
ANN = {"name": "Ann Lee", "email": "ann@example.com"}


def load_app() -> ModuleType:
    spec = importlib.util.spec_from_file_location("receive_lead_app", ROOT / "functions/receive_lead/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "Followthrough")
        environment.setenv("POWERTOOLS_SERVICE_NAME", "followthrough")
        spec.loader.exec_module(module)
    return module


app = load_app()


def answer(event: Mapping[str, Any], world: World | None = None) -> dict[str, Any]:
    result: dict[str, Any] = app.answer((world or World()).services, event)
    return result


def body(result: Mapping[str, Any]) -> Any:
    return json.loads(result["body"])


def without_thank_you_page() -> World:
    return World(settings=business_changed(thank_you_url=None))


class MachineThatIsDown(FakeMachine):
    def start(self, pursuit_id: str, run: int) -> None:
        raise ConnectionError(pursuit_id)


class StoreThatNeverSettles(FakeStore):
    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        raise ChangedMeanwhile(lead.id)


# -- accepted


@pytest.mark.parametrize("event", [json_post(ANN), form_post(ANN), multipart_post(part("email", "ann@example.com"))])
def test_a_script_gets_202_and_the_lead_s_id(event: dict[str, Any]) -> None:
    result = answer(event)
    assert (result["statusCode"], body(result)) == (202, {"lead_id": "lead1"})
    assert result["headers"]["content-type"] == "application/json"


def test_a_replay_gets_the_same_answer() -> None:
    world = World()
    assert answer(json_post(ANN), world) == answer(form_post(ANN), world)


def test_the_idempotency_key_is_read_from_its_header() -> None:
    world = World()
    answer(json_post(ANN, {"idempotency-key": "k"}), world)
    answer(json_post(ANN | {"message": "more"}, {"Idempotency-Key": "k"}), world)
    assert world.store.load("lead1").times_asked == 1


def test_the_answer_is_the_same_when_the_pursuit_could_not_be_started() -> None:
    assert answer(json_post(ANN), World(machine=MachineThatIsDown()))["statusCode"] == 202


def test_a_browser_is_sent_to_the_thank_you_page() -> None:
    result = answer(browser_post(ANN))
    assert (result["statusCode"], result["headers"]["location"]) == (303, "https://www.example.com/thank-you")


def test_a_browser_without_a_configured_page_gets_one_of_ours() -> None:
    result = answer(browser_post(ANN), without_thank_you_page())
    assert result["statusCode"] == 200
    assert result["headers"]["content-type"].startswith("text/html")
    assert "Fernhill Home Improvement has your request." in result["body"]


@pytest.mark.parametrize("make", [json_post, browser_post])
def test_a_trapped_program_gets_the_ordinary_answer(make: Any) -> None:
    honest, trapped = answer(make(ANN)), answer(make(ANN | {TRAP_FIELD: "x"}))
    assert honest == trapped


# -- the sample events that the project comes with


def sample_event(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{name}.json").read_text("utf-8"))
    return event


@pytest.mark.parametrize(("name", "status"), [("web_form_lead", 303), ("json_lead", 202), ("multipart_lead", 303)])
def test_the_sample_events_are_accepted(name: str, status: int) -> None:
    world = World()
    assert answer(sample_event(name), world)["statusCode"] == status
    assert list(world.store.leads) == ["lead1"]


def test_what_the_sample_events_hold_is_kept() -> None:
    world = World()
    answer(sample_event("json_lead"), world)
    answer(sample_event("multipart_lead"), world)
    by_json, by_form = (world.store.load(lead_id).profile for lead_id in ("lead1", "lead2"))
    assert (by_json.value, by_json.preferred_channel, by_json.consent_to_text) == ("high", "text", True)
    assert by_json.other == {"utm": '{"source":"newsletter","campaign":"autumn"}', "budget": "85000"}
    assert (by_form.name, by_form.phone) == ("Renée Okafor", "+17185550163")
    assert by_form.other == {"photo": "(file not kept: roof.gif)"}


# -- refused


def test_a_script_gets_422_with_every_field_at_fault() -> None:
    result = answer(json_post({"email": "ann@", "audience": "people"}))
    assert (result["statusCode"], body(result)["fields"]) == (
        422,
        {
            "email": "is not an e-mail address we can write to: write it as ann@example.com",
            "audience": "has to be consumer, company or enterprise",
        },
    )
    assert "Audience has to be consumer, company or enterprise." in body(result)["error"]


def test_a_browser_gets_a_page_that_names_the_field_and_leads_back() -> None:
    result = answer(browser_post({"phone": "12"}))
    assert result["statusCode"] == 422
    assert "<li>Phone is not a complete phone number" in result["body"]
    assert 'href="https://www.example.com/quote"' in result["body"]
    assert "<script" not in result["body"]


def test_a_page_repeats_a_stranger_s_words_only_as_text() -> None:
    name = "<script>alert(1)</script>"
    result = answer(browser_post(ANN | {name: "x" * 3000}, {"referer": 'javascript:alert("1")'}))
    assert result["statusCode"] == 422
    assert "&lt;script&gt;" in result["body"]
    assert "<script" not in result["body"]
    assert "javascript:" not in result["body"]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (post_leads(b"{", "application/json"), 422),
        (post_leads(b"x=" + b"x" * 70_000, "application/x-www-form-urlencoded"), 413),
        (post_leads(b"<lead/>", "application/xml"), 415),
        (post_leads(b"name=Ann", None), 415),
        (json_post(None), 422),
        (post_leads(None, "application/json"), 422),
    ],
)
def test_a_body_that_can_not_be_read_is_the_client_s_to_mend(event: dict[str, Any], status: int) -> None:
    result = answer(event)
    assert (result["statusCode"], list(body(result)["fields"])) == (status, ["body"])


def test_endless_conflicts_ask_to_try_again() -> None:
    world = World(store_kind=StoreThatNeverSettles)
    assert answer(json_post(ANN), world)["headers"]["retry-after"] == "1"
    assert answer(browser_post(ANN), world)["statusCode"] == 503


@given(
    content=st.binary(max_size=200),
    content_type=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data;boundary=x"]
    )
    | st.text(max_size=20),
    accept=st.sampled_from(["*/*", "text/html"]),
)
def test_nothing_that_a_client_sends_is_answered_with_a_5xx(content: bytes, content_type: str, accept: str) -> None:
    assert answer(post_leads(content, content_type, {"accept": accept}))["statusCode"] < 500


# -- the handler


def test_the_handler_counts_and_logs_ids_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world, log = World(machine=MachineThatIsDown()), io.StringIO()
    monkeypatch.setattr(app, "services", lambda: world.services)
    monkeypatch.setattr(app.logger.registered_handler, "stream", log)
    app.handler(json_post(ANN | {"phone": "212-555-0100"}), None)
    app.handler(json_post({"name": "Ann Lee", "email": "ann@", "Ann's secret": "x" * 3000}), None)
    written, counted = log.getvalue(), capsys.readouterr().out
    assert "lead1" in written
    assert "ConnectionError" in written
    assert "LeadsReceived" in counted
    assert "PursuitsNotStarted" in counted
    assert "LeadsRefused" in counted
    for personal in ("Ann", "ann@", "2125550100", "555-0100"):
        assert personal not in written + counted
