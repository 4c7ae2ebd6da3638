"""What the local pages and /local/state show, five minutes after a lead has asked. Looking changes nothing, so one
stack does for all."""

import re
from collections.abc import Iterator

import pytest

from followthrough.domain.intake import TRAP_FIELD
from tests.stack.local_server import MAYA, URL, Server, Stopwatch


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with a lead whose first call nobody has reported."""
    still = Server(0, Stopwatch())
    with still.stack:
        still.post_lead()
        still.post_json("/local/clock", {"advance": "PT5M"})
        yield still


def test_the_form_posts_what_intake_reads_and_hides_its_trap(server: Server) -> None:
    page = server.get("/").text
    names = set(re.findall(r'name="(\w+)"', page)) - {"viewport"}
    assert {*MAYA, "message", "consent_to_text", "zone", TRAP_FIELD} <= names
    assert f'<div class="trap" aria-hidden="true"><label>Leave this empty <input name="{TRAP_FIELD}"' in page
    assert 'method="post" action="/leads"' in page


def test_the_outbox_shows_what_was_sent_with_everything_escaped(server: Server) -> None:
    page = server.get("/local/outbox").text
    assert "Maya &lt;b&gt;Thompson&lt;/b&gt;" in page
    assert "<b>Thompson" not in page
    assert re.search(r'<iframe sandbox="" [^>]*srcdoc="&lt;!doctype html&gt;', page)
    assert page.index("We have your kitchen remodel request") < page.index("Asked just now")
    assert "Next: Mon, Nov 23, 10:10 AM (in 5 min), if nobody reports before." in page


def test_the_outbox_can_be_narrowed_to_leads_or_to_the_team(server: Server) -> None:
    to_leads, to_team = (server.get(f"/local/outbox?show={show}").text for show in ("leads", "team"))
    assert ("srcdoc" in to_leads, "Asked just now" in to_leads) == (True, False)
    assert ("srcdoc" in to_team, "Asked just now" in to_team) == (False, True)


def test_the_state_holds_leads_pursuits_touches_and_what_was_sent(server: Server) -> None:
    state = server.state()
    [lead_id] = [lead["id"] for lead in state["leads"]]
    assert [(pursuit["id"], pursuit["cadence"]) for pursuit in state["pursuits"]] == [(f"{lead_id}-1", "speed-to-lead")]
    assert [touch["step"] for touch in state["touches"]] == ["first-call", "will-call"]
    assert state["touches"][0]["local"] == "2026-11-23T10:00:00-05:00"
    assert [sent["kind"] for sent in state["outbox"]] == ["sms", "sms", "email"]


def test_nothing_is_loaded_from_anywhere_else(server: Server) -> None:
    for path in ("/", "/local/outbox", "/local/thanks"):
        page = server.get(path)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert not re.search(rf'(src|href)="(?!{URL}/)(https?:)?//', page.text)
