"""The leads' own pages: one thing each, said plainly, light enough for a bad connection."""

from dataclasses import replace

import pytest

from followthrough.adapters.lead_pages import render_later_page, render_stop_page
from followthrough.adapters.page_layout import MOST_BYTES
from followthrough.adapters.web_answers import Answer
from followthrough.domain.cadence import Channel
from followthrough.domain.lead_pages import StopDone, stop_page
from followthrough.domain.leads import Lead, Profile, Status
from followthrough.domain.stops import StopReason
from local.page_reader import Element, read_page
from tests.unit.example_lead_pages import LATER_PAGES, MAY_CHOOSE, MAY_STOP, STOP_PAGES, TOKEN
from tests.unit.example_leads import lead_with
from tests.unit.fakes import sample_settings

BUSINESS = sample_settings().business


def all_answers() -> dict[str, Answer]:
    return {name: render_stop_page(page, TOKEN) for name, page in STOP_PAGES.items()} | {
        name: render_later_page(page, TOKEN) for name, page in LATER_PAGES.items()
    }


every_page = pytest.mark.parametrize("name", all_answers())


def stopping(name: str) -> Element:
    return read_page(render_stop_page(STOP_PAGES[name], TOKEN)["body"])


def later(name: str) -> Element:
    return read_page(render_later_page(LATER_PAGES[name], TOKEN)["body"])


def lead(status: Status = "open", phone: str | None = "+12125550100", **unusable: StopReason) -> Lead:
    found = lead_with(Profile(email="ann@example.com", phone=phone, consent_to_text=True))
    known: dict[Channel, StopReason] = {
        channel: unusable[channel] for channel in ("email", "text", "call") if channel in unusable
    }
    return found.model_copy(update={"status": status, "unusable": known})


# -- every page


@every_page
def test_a_page_is_light_kept_nowhere_and_found_by_no_search_engine(name: str) -> None:
    answer = all_answers()[name]
    assert len(answer["body"].encode()) < MOST_BYTES / 3
    assert answer["headers"]["cache-control"] == "no-store"
    assert answer["headers"]["referrer-policy"] == "no-referrer"
    page = read_page(answer["body"])
    assert page.all("meta", name="robots")[0].attributes["content"] == "noindex"
    assert page.all("script") == []
    assert len(page.all("h1")) == 1


@every_page
def test_every_form_posts_to_the_page_itself(name: str) -> None:
    forms = read_page(all_answers()[name]["body"]).all("form")
    assert all(form.attributes["method"] == "post" and "action" not in form.attributes for form in forms)


# -- stopping


def test_everything_is_preselected_and_one_press_away() -> None:
    page = stopping("unsubscribe")
    everything, mail = page.all("input", type="radio")
    assert (everything.attributes["value"], "checked" in everything.attributes) == ("everything", True)
    assert (mail.attributes["value"], "checked" in mail.attributes) == ("email", False)
    assert [button.words for button in page.all("button")] == ["Stop"]
    assert page.all("a", href=f"../later/{TOKEN}")


def test_who_left_no_number_has_nothing_to_choose() -> None:
    page = stopping("unsubscribe-without-phone")
    assert page.all("input", type="radio") == []
    assert page.all("input", name="scope", value="everything")


def test_once_stopped_it_says_what_and_offers_to_undo_it() -> None:
    page = stopping("unsubscribed")
    assert "E-mails, texts and calls from Fernhill Home Improvement have stopped." in page.words
    assert page.all("button", name="undo", value="yes")
    assert page.all("input", type="radio") == []


def test_with_only_e_mails_stopped_the_rest_can_be() -> None:
    page = stopping("unsubscribed-mail")
    assert "Texts and calls go on." in page.words
    assert page.all("button", name="scope", value="everything")


def test_what_is_not_theirs_to_lift_is_said_kindly_with_another_way() -> None:
    page = stopping("unsubscribed-for-good")
    assert "because our mail was reported as spam" in page.words
    assert page.all("button") == []
    assert page.all("a", href="tel:+12125550100")


@pytest.mark.parametrize(
    ("status", "unusable", "stopped", "going_on", "can_undo"),
    [
        ("open", {}, (), ("texts", "calls"), False),
        ("open", {"email": "unsubscribed"}, ("e-mails",), ("texts", "calls"), True),
        ("opted_out", {"email": "unsubscribed", "text": "unsubscribed"}, ("e-mails", "texts", "calls"), (), True),
        ("opted_out", {"email": "complained", "text": "stopped"}, ("e-mails", "texts", "calls"), (), False),
        ("opted_out", {"email": "bounced", "text": "stopped"}, ("e-mails", "texts", "calls"), (), True),
        ("open", {"email": "bounced"}, ("e-mails",), ("texts", "calls"), False),
        ("open", {"text": "stopped"}, (), ("calls",), False),
        ("open", {"email": "bounced", "text": "stopped", "call": "stopped"}, ("e-mails", "texts", "calls"), (), False),
        ("booked", {"email": "unsubscribed", "text": "unsubscribed"}, ("e-mails", "texts"), (), True),
    ],
)
def test_the_page_says_what_holds(
    status: Status, unusable: dict[str, StopReason], stopped: object, going_on: object, can_undo: object
) -> None:
    page = stop_page(lead(status, **unusable), BUSINESS)
    assert (page.stopped, page.going_on, page.can_undo) == (stopped, going_on, can_undo)


@pytest.mark.parametrize("done", ["undone", "kept"])
def test_an_address_that_was_made_up_claims_nothing(done: StopDone) -> None:
    asks, stopped = lead(), lead("opted_out", email="unsubscribed")
    shown = {stop_page(asks, BUSINESS, done).done, stop_page(stopped, BUSINESS, done).done}
    assert shown == {None, done}


# -- everything short of a stop


def test_every_choice_is_one_press_and_says_when() -> None:
    page = later("another-time")
    buttons = {button.attributes.get("value", ""): button.words for button in page.all("button")}
    assert buttons == {
        "2026-11-23T11:30": "Today 11:30 AM",
        "2026-11-23T18:00": "Today 6:00 PM",
        "2026-11-24T10:00": "Tomorrow 10:00 AM",
        "": "Call me then",
        "1": "1 month Wed, Dec 23",
        "3": "3 months Tue, Feb 23, 2027",
        "6": "6 months Mon, May 24, 2027",
        "12": "1 year Tue, Nov 23, 2027",
        "no_thanks": "No thanks, I don't need it any more",
    }
    assert "Times are in Eastern time" in page.words
    assert {seen.attributes["value"] for seen in page.all("input", name="seen")} == {"1.open.0"}
    assert len(page.all("input", name="seen")) == len(page.all("form"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("another-time-call", "Noted. We will call you on Tuesday, November 24, at 3:00 PM Eastern time."),
        ("another-time-months", "Noted. We will ask you again on Tuesday, February 23, 2027."),
        ("another-time-twice", "This was noted before, and pressing again changed nothing."),
        ("another-time-out-of-date", "Nothing was changed: something has happened since you opened that page."),
        ("another-time-no-thanks", "Noted. You have told us no thanks, and we have stopped asking."),
        ("another-time-booked", "You have an appointment with us"),
        ("another-time-without-phone", "We have no number of yours, so we write to you."),
    ],
)
def test_the_page_says_how_things_stand(name: str, words: str) -> None:
    assert words in later(name).words


def test_a_closed_lead_is_offered_a_call_and_nothing_to_put_off() -> None:
    page = later("another-time-unreached")
    assert "Changed your mind? Call me" in page.words
    assert page.all("button", name="months") == []
    assert page.all("button", name="answer") == []


def test_who_must_not_be_called_can_call() -> None:
    page = later("another-time-must-not-be-called")
    assert page.all("form") == []
    assert page.all("a", href="tel:+12125550100")


def test_what_is_wrong_is_said_beside_the_field_with_what_was_typed() -> None:
    page = later("another-time-refused")
    (field,) = page.all("input", id="call_at")
    assert field.attributes["value"] == "2026-11-24T06:00"
    assert field.attributes["aria-invalid"] == "true"
    assert page.all("p", id=field.attributes["aria-describedby"])
    assert page.all("a", href="#call_at")


def test_nobodys_words_run_as_markup() -> None:
    evil = '<script>alert("1")</script>'
    assert "<script" not in render_stop_page(replace(MAY_STOP, error=evil, business_name=evil), TOKEN)["body"]
    page = replace(MAY_CHOOSE, errors={"call_at": evil}, typed={"call_at": evil}, business_name=evil)
    assert "<script" not in render_later_page(page, TOKEN)["body"]
