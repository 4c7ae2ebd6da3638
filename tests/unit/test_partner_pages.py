"""The partner's page and the board: everything one press away, nobody's words run, light enough for a phone."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from followthrough.adapters.board_page import MOST_PARTNERS, render_board, render_decision
from followthrough.adapters.page_layout import MOST_BYTES
from followthrough.adapters.partner_pages import render_partner_page
from followthrough.domain.partner_pages import PartnerPage
from local.page_reader import Element, read_page
from tests.unit.example_partner_pages import (
    BOARDS,
    BUSY_DAY,
    CHICAGO,
    DECISIONS,
    GIVEN,
    JANE,
    NORTHSIDE,
    NOW,
    OPEN_LEAD,
    OVER,
    PARTNER_PAGES,
    TOLD,
)

HOSTILE = ["<script>alert(1)</script>\u202e", '"' * 5_000, "\U0001f600" * 5_000, "javascript:alert(1)"]
PAGES: dict[str, Any] = {
    **{name: render_partner_page(page) for name, page in PARTNER_PAGES.items()},
    **{name: render_board(board) for name, board in BOARDS.items()},
    **{name: render_decision(decision) for name, decision in DECISIONS.items()},
}


def shown(page: PartnerPage) -> Element:
    return read_page(render_partner_page(page)["body"])


def test_the_lead_is_called_and_written_to_at_one_press() -> None:
    page = shown(GIVEN)
    assert [each.words for each in page.all("h1")] == ["Jane Whitfield"]
    assert page.all("a", href="tel:+16465550142")
    assert page.all("a", href="mailto:jane.whitfield@example.com")
    assert "Asked 20 min ago" in page.words
    assert page.all("a", href="tel:+12125550111")


@pytest.mark.parametrize(
    ("waiting", "words"),
    [(0, None), (1, "1 more lead waits for you"), (2, "2 more leads wait for you")],
)
def test_how_many_others_wait_is_the_true_number(waiting: int, words: str | None) -> None:
    page = shown(replace(GIVEN, waiting=waiting)).words
    assert words in page if words else "wait for you" not in page


def test_a_time_is_typed_on_the_leads_clock() -> None:
    (field,) = shown(replace(GIVEN, lead_zone=CHICAGO)).all("input", name="estimate_at")
    assert field.attributes["min"] == "2026-11-23T09:05"
    assert "Central time" in shown(replace(GIVEN, lead_zone=CHICAGO)).words


def test_what_was_said_tells_who_said_it() -> None:
    said = [each.words for each in shown(replace(GIVEN, said=TOLD)).all("li")]
    assert said[0].startswith("Can't reach them yet today 9:03 AM, by you")
    assert said[0].endswith("Left a message with her husband")
    assert said[1] == "Brought together on the phone today 7:03 AM, by Ana Ruiz for you"


def test_a_lead_that_is_no_longer_with_them_shows_nothing_of_anybody() -> None:
    page = shown(OVER)
    assert "This lead is no longer with you." in page.words
    assert "You have no open lead from us just now." in page.words
    assert not page.all("button")


def test_who_asked_to_be_skipped_can_say_that_it_is_ready() -> None:
    (ready,) = shown(replace(OVER, skipped=True)).all("input", name="answer")
    assert ready.attributes["value"] == "ready"


def test_a_refused_press_is_shown_again_as_it_was_sent() -> None:
    page = shown(PARTNER_PAGES["partner-refused"])
    (field,) = page.all("input", name="estimate_at")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("2026-11-22T10:00", "true")
    assert render_partner_page(PARTNER_PAGES["partner-refused"])["statusCode"] == 422


@pytest.mark.parametrize("name", PAGES)
def test_it_runs_nothing_and_every_press_has_words(name: str) -> None:
    html = PAGES[name]["body"]
    page = read_page(html)
    assert not page.all("script", "link", "img")
    for each in page.all("a", "button", "summary", "label"):
        assert each.words
    for each in page.all():
        assert not [attribute for attribute in each.attributes if re.match(r"on|style|src", attribute)]
    identities = [each.attributes["id"] for each in page.all() if "id" in each.attributes]
    assert len(identities) == len(set(identities))
    assert len(html.encode()) < MOST_BYTES


@pytest.mark.parametrize("text", HOSTILE)
def test_strangers_words_stay_words_on_the_partners_page(text: str) -> None:
    asker = replace(JANE, name=text, phone=text, email=text, request=text, own_words=text)
    said = tuple(replace(TOLD[0], words=text, by=text) for _ in range(50))
    page = replace(GIVEN, asker=asker, said=said, rep_name=text, partner_name=text, business_name=text, rep_phone=text)
    html = render_partner_page(replace(page, errors={"form": text}, typed={"answer": text, "note": text}))["body"]
    expect_inert(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_strangers_words_stay_words_on_the_board(text: str) -> None:
    lead = replace(OPEN_LEAD, name=text)
    row = replace(NORTHSIDE, name=text, phone=text, open_leads=(lead,) * 20, first_waiting=(lead,) * 20)
    partners = tuple(replace(row, id=f"p{n}") for n in range(200))
    named = tuple(replace(BUSY_DAY.overdue[0], name=text, who=text) for _ in range(100))
    board = replace(BUSY_DAY, partners=partners, overdue=named, stuck=named, business_name=text, error=text)
    html = render_board(replace(board, away=((text, NOW),) * 50, stages=((text, 3),) * 50))["body"]
    expect_inert(html)
    expect_inert(render_decision(replace(DECISIONS["board-lead"], name=text, reason=text, error=text))["body"])


def expect_inert(html: str) -> None:
    assert not read_page(html).all("script")
    assert "tel:" not in html
    assert "mailto:" not in html
    assert "\u202e" not in html
    assert len(html.encode()) < MOST_BYTES


def test_what_needs_a_look_comes_first_and_the_rest_is_counted() -> None:
    calm = replace(NORTHSIDE, open_leads=(), waiting=0, first_waiting=())
    partners = (*(replace(calm, id=f"p{n}", name=f"Partner {n}") for n in range(30)), NORTHSIDE)
    urgent = replace(NORTHSIDE, id="urgent", name="Urgent", open_leads=(replace(OPEN_LEAD, deadline_at=NOW),))
    page = read_page(render_board(replace(BUSY_DAY, partners=(*partners, urgent)))["body"])
    names = [each.words for each in page.all("h3")]
    assert [name.split(" open")[0] for name in names[:2]] == ["Urgent", "Northside Roofing"]
    assert len(names) == MOST_PARTNERS
    assert f"And {32 - MOST_PARTNERS} more partners." in page.words


def test_bars_are_for_the_eye_and_numbers_are_said_in_words() -> None:
    page = read_page(render_board(BUSY_DAY)["body"])
    assert all(each.attributes["aria-hidden"] == "true" for each in page.all("svg"))
    assert "7 of 11 scheduled, answers after 1 h of its open time, on average, 2 pullbacks" in page.words
    assert "Speed to lead: 240" in page.words


def test_no_time_at_all_is_said_as_a_minute() -> None:
    soon = replace(BUSY_DAY, today=replace(BUSY_DAY.today, median=timedelta(seconds=20)))
    assert "half of them within a minute." in read_page(render_board(soon)["body"]).words
