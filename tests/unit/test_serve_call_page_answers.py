"""What GET and POST /calls/{token} answer, to API Gateway's own events."""

import importlib.util
import io
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from followthrough.adapters.form_body import MOST_BYTES
from local.page_reader import Element, read_page
from tests.unit.arriving import arrive, lead_in
from tests.unit.events import form_post, json_post, post_leads
from tests.unit.fakes import World
from tests.unit.paging import MINUTE, asked, entry, escalate, link_of

ROOT = Path(__file__).parents[2]
LONG_AGO = "Open the link in the latest text from Fernhill Home Improvement"


def load_app() -> ModuleType:
    spec = importlib.util.spec_from_file_location("serve_call_page_app", ROOT / "functions/serve_call_page/app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "Followthrough")
        environment.setenv("POWERTOOLS_SERVICE_NAME", "followthrough")
        spec.loader.exec_module(module)
    return module


app = load_app()


def answer(world: World, event: dict[str, Any], token: str, query: str = "", method: str = "POST") -> dict[str, Any]:
    event["pathParameters"] = {"token": token}
    event["requestContext"]["http"]["method"] = method
    if query:
        event["queryStringParameters"] = dict(parse_qsl(query))
    result: dict[str, Any] = app.answer(world.services, event)
    return result


def get(world: World, token: str | None = None, query: str = "", method: str = "GET") -> dict[str, Any]:
    return answer(world, post_leads(None, None), token or link_of(world), query, method)


def shown(world: World, token: str | None = None, query: str = "") -> Element:
    result = get(world, token, query)
    assert result["statusCode"] == 200
    return read_page(result["body"])


def post(world: World, token: str | None = None, query: str = "", **fields: str) -> dict[str, Any]:
    """Press on the page as it is now, unless `touch` says what an earlier one was about."""
    (touch, *_) = shown(world, token, query).all("input", name="touch") or [Element("", {"value": ""})]
    return answer(world, form_post({"touch": touch.attributes["value"], **fields}), token or link_of(world), query)


def followed(world: World, result: Mapping[str, Any], token: str | None = None) -> Element:
    assert result["statusCode"] == 303
    return shown(world, token, result["headers"]["location"].removeprefix("?"))


def listed(world: World, rep: str = "ana") -> str:
    world.team.new_rep_link(rep, f"list-of-{rep}")
    return f"list-of-{rep}"


# -- one lead


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_everything_but_a_post_shows_the_page_and_changes_nothing(method: str) -> None:
    world = asked()
    before = dict(world.store.leads)
    result = get(world, method=method)
    assert result["statusCode"] == 200
    assert result["headers"]["cache-control"] == "no-store"
    assert "Ann Lee" in result["body"]
    assert world.store.leads == before


def test_a_press_is_sent_on_to_a_page_that_says_what_was_recorded() -> None:
    world = asked()
    result = post(world, outcome="no_answer")
    assert result["headers"]["location"] == "?touch=1.first-call.1&done=recorded"
    (status,) = followed(world, result).all("div", role="status")
    assert status.words == "No answer. Reported by you, today 10:00 AM. Next: E-mail, now."
    assert entry(world, "first-call.1").outcome == "no_answer"


def test_that_page_can_be_loaded_again_and_again() -> None:
    world = asked()
    result = post(world, outcome="no_answer")
    before = lead_in(world)
    assert followed(world, result).words == followed(world, result).words
    assert lead_in(world) == before


def test_a_press_that_comes_twice_is_told_so() -> None:
    world = asked()
    for _ in range(2):
        result = post(world, outcome="no_answer", touch="1.first-call.1")
    assert "This was saved before, and pressing again changed nothing." in followed(world, result).words


def test_what_is_wrong_comes_back_with_what_was_typed_and_nothing_is_saved() -> None:
    world = asked()
    before = dict(world.store.leads)
    result = post(world, outcome="call_back", callback_at="2026-11-23T09:30")
    assert result["statusCode"] == 422
    page = read_page(result["body"])
    assert "Choose a time that is still to come: it is 10:00 AM where they are." in page.words
    (typed,) = page.all("input", name="callback_at", id="callback_at")
    assert typed.attributes["value"] == "2026-11-23T09:30"
    assert world.store.leads == before


def test_a_field_that_can_not_be_read_is_said_beside_it() -> None:
    result = post(asked(), outcome="booked", appointment_at="Thursday at four")
    assert result["statusCode"] == 422
    assert "Write day and time as 2026-11-24 15:00." in result["body"]


@pytest.mark.parametrize(
    "event",
    [
        post_leads(None, None),
        post_leads(b"", "application/x-www-form-urlencoded"),
        post_leads(b"outcome=booked", "text/plain"),
        post_leads(b"outcome=" + b"x" * MOST_BYTES, "application/x-www-form-urlencoded"),
        post_leads(b"\xff\xfe=%ff", "application/x-www-form-urlencoded"),
        form_post({"List-Unsubscribe": "One-Click"}),
        form_post({"outcome": "voicemail"}),
        form_post({"outcome": "voicemail", "touch": "first-call.1"}),
        form_post({"outcome": "fired", "touch": "1.first-call.1"}),
        json_post({"outcome": "voicemail", "touch": "<script>"}),
    ],
)
def test_a_post_that_did_not_come_from_the_page_changes_nothing(event: dict[str, Any]) -> None:
    world = asked()
    before = dict(world.store.leads)
    result = answer(world, event, link_of(world))
    assert result["statusCode"] == 422
    assert "Not saved yet" in result["body"]
    assert world.store.leads == before


def test_what_was_learned_is_saved_after_the_outcome() -> None:
    world = asked()
    post(world, outcome="in_conversation")
    result = post(world, note="Call after five", value="high")
    assert result["headers"]["location"] == "?touch=1.first-call.1&done=saved"
    assert "Saved." in followed(world, result).words
    assert lead_in(world).note == "Call after five"


def test_who_can_not_take_it_reads_who_is_asked_instead() -> None:
    world = asked()
    result = post(world, outcome="cannot_take")
    assert "You can't take it, so Ben Okafor is asked instead." in followed(world, result).words


def test_the_last_one_in_line_reads_that_nobody_is_left() -> None:
    world = asked()
    for _ in range(3):
        escalate(world)
    manager = link_of(world, "dana")
    result = post(world, manager, outcome="cannot_take")
    assert "Nobody else can be asked at the moment." in followed(world, result, manager).words


# -- nobody's link


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("token", ["guessed", "x" * 3000, "é\u2028", "../leads"])
def test_a_token_that_is_none_answers_410_and_names_nobody(token: str, method: str) -> None:
    world = asked()
    before = dict(world.store.leads)
    result = answer(world, form_post({"outcome": "voicemail", "touch": "1.first-call.1"}), token, method=method)
    assert result["statusCode"] == 410
    assert LONG_AGO in result["body"]
    assert "Ann" not in result["body"]
    assert world.store.leads == before


def test_an_expired_link_answers_like_one_that_never_was() -> None:
    world = asked()
    token = link_of(world)
    world.clock.advance(31 * 24 * 60 * MINUTE)
    assert get(world, token) == get(world, "guessed")


# -- the list


def test_the_list_leads_to_each_lead_and_back_from_a_press_on_it() -> None:
    world = asked()
    token = listed(world)
    (line,) = [each for each in shown(world, token).all("a") if each.attributes["href"].startswith("?")]
    query = line.attributes["href"].removeprefix("?")
    assert query == "lead=lead1"
    result = post(world, token, query, outcome="no_answer")
    assert result["headers"]["location"] == "?lead=lead1&touch=1.first-call.1&done=recorded"
    assert "Reported by you" in followed(world, result, token).words


def test_somebody_elses_lead_answers_410() -> None:
    world = asked()
    assert get(world, listed(world, "chloe"), "lead=lead1")["statusCode"] == 410


def test_being_away_and_back_is_one_press_and_is_confirmed() -> None:
    world = asked()
    token = listed(world)
    for duty, words in (("away", "You are away."), ("back", "You are on duty.")):
        result = answer(world, form_post({"form_id": "x", "duty": duty}), token)
        assert result["headers"]["location"] == "?done=duty"
        (status,) = followed(world, result, token).all("p", role="status")
        assert status.words.startswith(words)
    assert world.team.state().away == {}


@pytest.mark.parametrize(
    "event", [post_leads(None, None), form_post({"duty": "fired"}), form_post({"outcome": "booked"})]
)
def test_any_other_post_to_the_list_changes_nothing(event: dict[str, Any]) -> None:
    world = asked()
    result = answer(world, event, listed(world))
    assert result["statusCode"] == 422
    assert world.team.state().away == {}


# -- logs


def test_nobody_and_no_token_is_in_the_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    world, log = asked(), io.StringIO()
    monkeypatch.setattr(app.logger.registered_handler, "stream", log)
    arrive(world, name="Bob Lee", email="bob@example.com")
    token, words = link_of(world), "Zebedee"
    post(world, outcome="call_back", callback_at=words)
    post(world, outcome="no_answer")
    post(world, note=words)
    answer(world, form_post({"outcome": words, "touch": words}), token)
    get(world, "guessed-" + words)
    answer(world, form_post({"duty": "away"}), listed(world))
    logged = log.getvalue()
    assert "lead1" in logged
    for private in (
        token,
        listed(world),
        words,
        "Ann",
        "Lee",
        "5550100",
        "guessed",
        urlencode({"x": "ann@example.com"})[2:],
    ):
        assert private not in logged
