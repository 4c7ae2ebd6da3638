"""What the local server refuses, and whom. Nothing here changes anything, so one stack does for all."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.stack.local_server import URL, Server, Stopwatch


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server on which time stands still, and nobody has posted."""
    still = Server(0, Stopwatch())
    with still.stack:
        yield still


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"advance": "5 minutes"},
        {"advance": "P99999999999999999999D"},
        {"advance": "P2000D"},
        {"advance": 5},
        {"advance": "PT5M", "to_next": True},
        {"to": "2026-11-23T14:00:00Z"},
        {"to": "tomorrow"},
        {"back": "PT5M"},
        ["PT5M"],
        "PT5M",
    ],
)
def test_a_clock_request_that_cannot_be_read_says_what_would_be_right(server: Server, asked: object) -> None:
    answer = server.post_json("/local/clock", asked)
    assert answer.status_code == 400
    assert answer.json is not None
    assert re.search(r"PT5M|forward only", answer.json["error"])
    assert server.elapsed() == timedelta(0)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"lead_id": "nobody", "outcome": "booked"}, "there is no lead nobody"),
        ({"lead_id": "latest", "outcome": "booked"}, "there is no lead yet"),
        ({"outcome": "booked"}, "lead_id: "),
        ({"lead_id": "nobody", "outcome": "great"}, "outcome: "),
        ({"lead_id": "nobody", "outcome": "call_back", "callback_at": "soon"}, "callback_at: is not a time"),
    ],
)
def test_a_report_that_cannot_be_recorded_says_why(server: Server, said: dict[str, str], words: str) -> None:
    answer = server.post_json("/local/report", said)
    assert answer.status_code == 400
    assert answer.json is not None
    assert words in answer.json["error"]


# -- who may use it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1", "10.0.0.7"]
)
def test_only_local_names_are_answered(server: Server, host: str) -> None:
    assert server.get("/local/state", Host=host).status_code == 403


def test_localhost_is_a_local_name(server: Server) -> None:
    assert server.get("/local/state", Host="localhost:8000").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_from_elsewhere_moves_nothing(server: Server, headers: dict[str, str]) -> None:
    assert server.post_form("/local/clock", {"advance": "PT5M"}, headers).status_code == 403
    assert server.post_json("/local/clock", {"advance": "PT5M"}, **headers).status_code == 403
    assert server.elapsed() == timedelta(0)


def test_a_form_without_a_word_about_where_it_comes_from_is_refused(server: Server) -> None:
    assert server.post_form("/local/clock", {"advance": "PT5M"}, {}).status_code == 403


def test_reading_changes_nothing_and_unknown_local_pages_are_not_there(server: Server) -> None:
    assert server.get("/local/report").status_code == 405
    assert server.get("/local/nothing").status_code == 404
    assert server.client.delete("/local/clock", base_url=URL).status_code == 405
    assert server.client.post("/", base_url=URL).status_code == 405
