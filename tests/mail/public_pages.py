"""Every page that anybody can come to see: the reps' in every state, the leads', and those of the local server."""

from collections.abc import Iterator

from werkzeug.test import Client, TestResponse

from followthrough.adapters.messages import render_nudge_email
from followthrough.domain.nudges import NudgeEmail
from tests.browser import serve_samples
from tests.stack.local_server import FROM_HERE, MAYA, Server, Stopwatch
from tests.unit.example_call_pages import TALK_TRACK, VOICEMAIL


def public_pages() -> dict[str, str]:
    """The HTML of each, by what it is called."""
    return {**dict(_of_reps()), **dict(_of_leads_and_this_machine()), "e-mail to a rep": _nudge()}


def _of_reps() -> Iterator[tuple[str, str]]:
    client = Client(serve_samples._application)
    for name in serve_samples.NAMES:
        yield f"rep: {name}", client.get(f"/{name}").text


def _of_leads_and_this_machine() -> Iterator[tuple[str, str]]:
    server = Server(0, Stopwatch())
    with server.stack:
        yield "form", _html(server.get("/"))
        yield "outbox, empty", _html(server.get("/local/outbox"))
        lead_id = server.post_lead()
        yield "form, refused", _html(_posted(server, {"name": "No Address"}))
        yield "form, too long", _html(_posted(server, {**MAYA, "message": "x" * 70_000}))
        yield "thanks", _html(server.get(f"/local/thanks?lead={lead_id}"))
        yield "thanks, nobody", _html(server.get("/local/thanks"))
        server.post_json("/local/clock", {"advance": "PT5M"})
        yield "outbox", _html(server.get(f"/local/outbox?lead={lead_id}&done=recorded"))
        link = next(sent["unsubscribe_url"] for sent in server.state()["outbox"] if sent["kind"] == "email")
        yield "unsubscribe", _html(server.get(link))
        yield "unsubscribed", _html(server.post_form(link, {}, FROM_HERE))
        yield "unsubscribe, no such link", _html(server.get("/unsubscribe/guessed"))


def _posted(server: Server, fields: dict[str, str]) -> TestResponse:
    return server.post_form("/leads", fields, FROM_HERE)


def _html(answer: TestResponse) -> str:
    assert answer.content_type.startswith("text/html"), answer.text[:200]
    return answer.text


def _nudge() -> str:
    words = f"{TALK_TRACK}\n\n{VOICEMAIL}"
    return render_nudge_email(NudgeEmail("Call Ann Lee", words, "917-555-0142"), "Fernhill & Sons").html
