"""What leads press on their own pages holds, on the shipped template: stops, stops taken back, and another time."""

from html import unescape
from urllib.parse import urlencode

import pytest

from followthrough.domain.reply_address import token_in
from local.page_reader import Element, read_page
from local.stack import HttpAnswer
from tests.stack.conftest import Arrive
from tests.stack.following import Follow

FORM = {"content-type": "application/x-www-form-urlencoded"}


def press(follow: Follow, page: str, **fields: str) -> HttpAnswer:
    """Press a button of one of the lead's pages."""
    path = f"/{page}/{follow.lead.token}"
    return follow.stack.http("POST", path, FORM, urlencode(fields).encode())


def opened(follow: Follow, page: str, query: str = "") -> Element:
    """One of the lead's pages."""
    answer = follow.stack.http("GET", f"/{page}/{follow.lead.token}", {}, query=query.removeprefix("?"))
    assert answer.status == 200
    return read_page(answer.body.decode())


def noted(follow: Follow, answer: HttpAnswer, page: str) -> str:
    """What the page says to which a press sends the browser on."""
    assert answer.status == 303, unescape(answer.body.decode())
    return opened(follow, page, answer.headers["location"]).words


def answers(follow: Follow) -> list[tuple[str | None, str | None]]:
    return [(touch.by, touch.outcome) for touch in follow.timeline if touch.step == "answer"]


class TestLooking:
    @pytest.mark.parametrize("page", ["unsubscribe", "later"])
    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_changes_nothing(self, arrive: Arrive, page: str, method: str) -> None:
        follow = arrive().until("10:06")
        before, sent = follow.lead, len(follow.texts)
        answer = follow.stack.http(method, f"/{page}/{before.token}", {})
        assert answer.status == 200 if method == "GET" else answer.status in {200, 404}
        assert (follow.lead, len(follow.texts)) == (before, sent)

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_with_a_link_that_is_none_answers_404(self, arrive: Arrive, method: str) -> None:
        follow = arrive()
        assert follow.stack.http(method, "/later/made-up", FORM, b"answer=no_thanks").status == 404
        assert follow.lead.status == "open"

    def test_is_possible_from_every_email(self, arrive: Arrive) -> None:
        follow = arrive(phone=None).days(8)
        assert len(follow.emails) >= 3
        api, token = follow.story.api_url, follow.lead.token
        for email in follow.emails:
            assert f"Tell us in one tap: {api}/later/{token}" in email.text
            assert token_in(str(email.message["Reply-To"])) is None  # nowhere are answers received yet


class TestStopping:
    def test_only_e_mails_leaves_the_calls(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        written = len(follow.emails)
        assert "E-mails from Fernhill" in noted(follow, press(follow, "unsubscribe", scope="email"), "unsubscribe")
        follow.until("2026-11-26 12:00")
        assert len(follow.emails) == written
        assert follow.lead.status == "open"
        assert follow.done("call", "2026-11-24")

    def test_everything_can_be_undone_and_the_plan_goes_on(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        press(follow, "unsubscribe", scope="everything")
        follow.until("2026-11-24 07:00")
        stopped = follow.lead
        assert "You hear from us again" in noted(follow, press(follow, "unsubscribe", undo="yes"), "unsubscribe")
        assert (stopped.status, follow.lead.status) == ("opted_out", "open")
        follow.until("2026-11-25 20:00")
        assert follow.done("call", "2026-11-24")
        assert follow.stack.failures == []

    def test_twice_and_undone_twice_is_harmless(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        for fields in ({"scope": "everything"}, {"undo": "yes"}):
            assert press(follow, "unsubscribe", **fields).status == 303
            once = follow.lead
            assert press(follow, "unsubscribe", **fields).status == 303
            assert follow.lead == once

    @pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "text/plain", ""])
    def test_by_one_click_answers_200_whatever_its_type(self, arrive: Arrive, content_type: str) -> None:
        follow = arrive().until("10:20")
        path = f"/unsubscribe/{follow.lead.token}"
        answer = follow.stack.http("POST", path, {"content-type": content_type}, b"List-Unsubscribe=One-Click")
        assert (answer.status, follow.lead.status) == (200, "opted_out")

    @pytest.mark.parametrize(("body", "status"), [(b"scope=all", 422), (b"scope=%ff", 400), (b"x" * 80_000, 413)])
    def test_by_anything_else_is_refused_in_words(self, arrive: Arrive, body: bytes, status: int) -> None:
        follow = arrive().until("10:20")
        answer = follow.stack.http("POST", f"/unsubscribe/{follow.lead.token}", FORM, body)
        assert (answer.status, follow.lead.status) == (status, "open")
        assert read_page(answer.body.decode()).all("div", role="alert")


class TestAnotherTime:
    def test_is_when_they_are_called_and_nothing_reaches_them_before(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        answer = press(follow, "later", call_at="2026-11-25T15:00")
        asked, written = len(follow.texts), len(follow.emails)
        assert "We will call you on Wednesday, November 25, at 3:00 PM Eastern time" in noted(follow, answer, "later")
        follow.until("2026-11-25 15:00")
        assert (len(follow.texts), len(follow.emails)) == (asked, written)
        follow.through("2026-11-25 15:00")
        assert follow.ask_of == "call-back.1"
        assert follow.touch("call-back.1").purpose == "They asked to be called at this time."
        passed = [touch for touch in follow.timeline if touch.status == "skipped"]
        assert {touch.reason for touch in passed if touch.due_at > follow.moment("2026-11-23 10:20")} == {
            "they asked to be called back first"
        }
        assert answers(follow) == [("lead", "call_back")]

    def test_lets_the_rep_stand_down_who_is_being_asked(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        press(follow, "later", call_at="2026-11-24T15:00")
        assert follow.texts[-1].body.endswith("Stand down, somebody is asked then.")
        assert follow.texts[-1].to == follow.texts[0].to
        follow.until("2026-11-24 14:59")
        assert (len(follow.texts), follow.emails) == (2, [])
        assert follow.lead.attempted_at is None

    def test_that_is_no_time_comes_back_with_what_would_be_right(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        before = follow.lead
        answer = press(follow, "later", call_at="2026-11-24T05:00")
        assert answer.status == 422
        assert "we call between 8:00 AM and 8:30 PM" in read_page(answer.body.decode()).words
        assert follow.lead == before

    def test_in_a_year_is_in_a_year_and_no_sooner(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        assert "November 23, 2027" in noted(follow, press(follow, "later", months="12"), "later")
        asked, written = len(follow.texts), len(follow.emails)
        follow.until("2027-11-23 10:20")
        assert (len(follow.texts), len(follow.emails)) == (asked, written)
        follow.through("2027-11-23 10:20")
        assert follow.ask_of == "call-back.1"
        assert follow.stack.failures == []
        assert set(follow.runs.values()) == {"SUCCEEDED", "RUNNING"}

    def test_never_again_is_the_end_until_they_ask_for_a_call(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        written = len(follow.emails)
        assert "we have stopped asking" in noted(follow, press(follow, "later", answer="no_thanks"), "later")
        follow.until("2026-11-30 10:00")
        assert (follow.lead.status, len(follow.emails)) == ("not_interested", written)
        press(follow, "later", call_at="2026-11-30T14:00")
        follow.through("2026-11-30 14:00")
        assert follow.ask_of == "call-back.1"
        assert answers(follow) == [("lead", "not_interested"), ("lead", "call_back")]

    def test_pressed_twice_is_told_so(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        press(follow, "later", months="3")
        once = follow.lead
        assert "noted before" in noted(follow, press(follow, "later", months="3"), "later")
        assert follow.lead == once

    def test_from_a_page_that_shows_something_older_is_told_so(self, arrive: Arrive) -> None:
        follow = arrive().until("10:20")
        seen = opened(follow, "later").all("input", name="seen")[0].attributes["value"]
        press(follow, "later", call_at="2026-11-24T15:00", seen=seen)
        before = follow.lead
        assert "Nothing was changed" in noted(follow, press(follow, "later", answer="no_thanks", seen=seen), "later")
        assert follow.lead == before
