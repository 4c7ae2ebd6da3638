"""The local server on the real stack: the form, the clock, the outbox and reports."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.stack.local_server import FROM_HERE, MAYA, URL, Server, Stopwatch


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on which time stands still until it is moved."""
    still = Server(0, Stopwatch())
    with still.stack:
        yield still
        assert still.stack.accidents == []
        assert still.stack.failures == []


@pytest.fixture
def fast_server() -> Iterator[Server]:
    """A server whose clock goes sixty times as fast as the stopwatch."""
    fast = Server(60, Stopwatch())
    with fast.stack:
        yield fast


# -- the form and the real API -------------------------------------------------------------------------------


def test_our_own_form_leads_to_a_local_page_with_the_lead(server: Server) -> None:
    answer = server.post_form("/leads", MAYA, FROM_HERE)
    lead_id = server.state()["leads"][0]["id"]
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/local/thanks?lead={lead_id}")
    thanks = server.get(answer.headers["Location"]).text
    assert f'href="/local/outbox?lead={lead_id}#timeline"' in thanks
    assert "https://www.example.com/thank-you" in thanks


def test_a_form_on_another_page_leads_where_the_configuration_says(server: Server) -> None:
    elsewhere = {"Origin": "http://127.0.0.1:3000", "Accept": "text/html"}
    answer = server.post_form("/leads", MAYA, elsewhere)
    assert answer.headers["Location"] == "https://www.example.com/thank-you"


def test_the_real_api_answers_as_it_is(server: Server) -> None:
    refused = server.post_json("/leads", {"email": "nobody"})
    assert refused.status_code == 422
    assert "email" in refused.text
    assert server.get("/leads").status_code == 404


def test_the_link_in_an_email_unsubscribes_only_when_pressed(server: Server) -> None:
    server.post_lead()
    server.post_json("/local/clock", {"advance": "PT5M"})
    link = next(sent["unsubscribe_url"] for sent in server.state()["outbox"] if sent["kind"] == "email")
    assert link.startswith(f"{URL}/unsubscribe/")
    server.get(link.removeprefix(URL))
    assert server.state()["leads"][0]["status"] == "open"
    server.post_form(link.removeprefix(URL), {"List-Unsubscribe": "One-Click"}, {})
    assert server.state()["leads"][0]["status"] == "opted_out"


# -- the clock -----------------------------------------------------------------------------------------------


def test_what_a_post_sets_off_happens_at_once_even_where_time_stands_still(server: Server) -> None:
    server.post_lead()
    assert [sent["rep"] for sent in server.state()["outbox"]] == ["Ana Ruiz"]
    assert server.elapsed() <= timedelta(seconds=1)
    assert server.lines[0].startswith("Mon, Nov 23, 10:00 AM  text to Ana Ruiz: Call Maya")


def test_advancing_does_what_is_due_up_to_that_moment(server: Server) -> None:
    server.post_lead()
    answer = server.post_json("/local/clock", {"to": "2026-11-23T15:05:00Z"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["now"] in ("2026-11-23T15:05:00Z", "2026-11-23T15:05:01Z")
    assert {sent["rep"] or sent["to"] for sent in server.state()["outbox"]} == {"Ana Ruiz", "Ben Okafor", MAYA["email"]}


def test_to_the_next_touch_goes_from_one_to_the_next(server: Server) -> None:
    server.post_lead()
    due = []
    for _ in range(3):
        server.post_json("/local/clock", {"to_next": True})
        due.append(int(server.elapsed().total_seconds()) // 60)
    assert due == [5, 10, 40]  # silence, the second call, the reminder of it


def test_the_clock_goes_by_itself_as_fast_as_it_should(fast_server: Server) -> None:
    fast_server.post_lead()
    fast_server.stopwatch.seconds += 5.5
    fast_server.clock.keep_up()
    assert timedelta(seconds=330) <= fast_server.elapsed() <= timedelta(seconds=332)
    assert any("text to Ben Okafor" in line for line in fast_server.lines)


def test_the_watchdog_looks_while_the_clock_goes_on(fast_server: Server) -> None:
    fast_server.stopwatch.seconds += 60
    fast_server.clock.keep_up()
    assert fast_server.stack.work["lambda_invocations"]["WatchOverdueFunction"] == 1


class SlowMachine(Stopwatch):
    """Each look at the clock shows that another five seconds have gone by."""

    def __call__(self) -> float:
        self.seconds += 5
        return self.seconds


def test_a_jump_that_takes_too_long_is_answered_and_goes_on_between_requests() -> None:
    slow = Server(0, SlowMachine())
    with slow.stack:
        slow.post_lead()
        answer = slow.post_json("/local/clock", {"advance": "P2D"})
        assert answer.status_code == 202
        assert answer.json is not None
        assert answer.json["going_to"] == "2026-11-25T15:00:01Z"
        first = slow.clock.now
        for _ in range(100):
            slow.clock.keep_up()
        assert first < slow.clock.now
        assert slow.clock.goal is None
        assert slow.elapsed() >= timedelta(days=2)


# -- the outbox and reports ----------------------------------------------------------------------------------


def test_a_button_reports_the_call_that_is_asked_for(server: Server) -> None:
    lead_id = server.post_lead()
    page = server.get("/local/outbox").text
    assert "Ana Ruiz is asked to call" in page
    said = {"lead_id": lead_id, "touch_id": "first-call.1", "outcome": "voicemail", "note": "Rang", "callback_at": ""}
    answer = server.post_form("/local/report", said, FROM_HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/local/outbox?done=recorded&lead={lead_id}")
    after = server.get(answer.headers["Location"]).text
    assert "Recorded." in after
    assert "left a message · asked Ana Ruiz · “Rang”" in after
    assert "is asked to call" not in after


def test_a_report_as_json_names_the_latest_lead_and_a_local_time(server: Server) -> None:
    lead_id = server.post_lead()
    said = {"lead_id": "latest", "outcome": "call_back", "callback_at": "2026-11-24T15:00"}
    answer = server.post_json("/local/report", said)
    assert answer.json == {"lead_id": lead_id, "result": "recorded", "status": "open"}
    assert server.state()["pursuits"][0]["callback_at"] == "2026-11-24T20:00:00Z"


# -- tasks ---------------------------------------------------------------------------------------------------


def test_the_buttons_of_a_task_are_what_it_lists(server: Server) -> None:
    lead_id = server.post_lead()
    booked = {"lead_id": lead_id, "outcome": "booked", "appointment_at": "2026-11-24T15:00"}
    assert server.post_json("/local/report", booked).status_code == 200
    server.post_json("/local/clock", {"to": "2026-11-24T15:05"})
    page = server.get(f"/local/outbox?lead={lead_id}").text
    assert "Ana Ruiz is asked about Maya" in page
    assert [label in page for label in (">They came<", ">No show<", ">Left a message<")] == [True, True, False]
    server.post_form("/local/report", {"lead_id": lead_id, "outcome": "kept", "touch_id": "did-they-come.1"}, FROM_HERE)
    server.post_json("/local/clock", {"to": "2026-11-24T19:00"})
    page = server.get(f"/local/outbox?lead={lead_id}").text
    assert [label in page for label in (">Won<", ">Lost<", ">Thinking until then<")] == [True, True, True]
    until = {"lead_id": lead_id, "outcome": "thinking", "callback_at": "2026-11-27T10:00"}
    server.post_form("/local/report", until, FROM_HERE)
    assert server.state()["leads"][0]["next_touch_at"] == "2026-11-27T15:00:00Z"


def test_another_system_reports_with_the_token_that_is_shown(server: Server) -> None:
    lead_id = server.post_lead()
    token = server.state()["events_token"]
    content = {"lead_id": lead_id, "event": "appointment_made", "at": "2026-11-24T15:00:00-05:00"}
    assert server.post_json("/events", content).status_code == 401
    answer = server.post_json("/events", content, Authorization=f"Bearer {token}")
    assert (answer.status_code, answer.json) == (202, {"lead_id": lead_id, "result": "recorded"})
    assert server.state()["leads"][0]["stage"] == "booked"
