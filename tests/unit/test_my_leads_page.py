"""The list of a rep's leads: what is asked now first, everything one press away, nobody's words run."""

import re
from dataclasses import replace

import pytest

from followthrough.adapters.my_leads_page import MOST_SHOWN, render_my_leads
from followthrough.adapters.page_layout import MOST_BYTES
from followthrough.domain.rep_pages import MyLeads
from local.page_reader import Element, read_page
from tests.unit.example_call_pages import ANN, DAY, HOUR, LISTS, MINE, MINUTE, NOW


def shown(my_leads: MyLeads) -> Element:
    return read_page(render_my_leads(my_leads)["body"])


def test_who_is_asked_now_comes_first_and_then_what_is_due_next() -> None:
    page = shown(MINE)
    assert [each.words for each in page.all("h2")] == ["Call now (2)", "Coming up (2)"]
    names = [each.all("b")[0].words for each in page.all("a") if each.all("b")]
    assert names == ["Dr. Maximiliane Featherstonehaugh-Ramachandran", "Ann Lee", "No name given", "Kofi Mensah"]


def test_a_line_says_what_is_due_when_on_both_clocks_and_how_long_it_was_silent() -> None:
    (kofi,) = [each for each in shown(MINE).all("li") if "Kofi" in each.words]
    assert "Roof leak Call back, tomorrow 10:03 AM Pacific time (1:03 PM yours) silent for 3 h" in kofi.words


def test_each_lead_is_opened_and_called_at_one_press() -> None:
    (ann,) = [each for each in shown(MINE).all("li") if "Ann Lee" in each.words]
    opened, called = ann.all("a")
    assert opened.attributes["href"] == "/calls/SAMPLE-first"
    assert called.attributes["href"] == "tel:+19175550142"
    assert called.words == "Call Ann Lee, 917-555-0142"


def test_what_is_overdue_is_due_now() -> None:
    page = shown(replace(MINE, leads=(replace(ANN, next_at=NOW - MINUTE, asked_now=False),)))
    assert "Call 1, now" in page.words


@pytest.mark.parametrize(("on_duty", "button", "value"), [(True, "Away", "away"), (False, "Back", "back")])
def test_a_rep_goes_away_and_comes_back_at_one_press(on_duty: bool, button: str, value: str) -> None:  # noqa: FBT001
    (pressed,) = shown(replace(MINE, on_duty=on_duty)).all("button", name="duty")
    assert pressed.words == button
    assert pressed.attributes["value"] == value


def test_until_when_somebody_is_away_is_said() -> None:
    page = shown(replace(MINE, on_duty=False, back_at=NOW + DAY, duty_changed=True))
    (status,) = page.all("p", role="status")
    assert status.words == "You are away until tomorrow 10:03 AM. New leads go to the others."


def test_a_list_without_leads_says_so() -> None:
    assert "No open leads." in shown(replace(MINE, leads=())).words


def test_a_long_list_shows_what_is_due_first_and_counts_the_rest() -> None:
    leads = tuple(replace(ANN, name=f"Lead {n}", next_at=NOW + n * HOUR, asked_now=False) for n in range(200))
    page = shown(replace(MINE, leads=leads[::-1]))
    assert len(page.all("li")) == MOST_SHOWN
    assert "Lead 0" in page.all("li")[0].words
    assert "And 170 more, due later." in page.words


@pytest.mark.parametrize("text", ["<script>alert(1)</script>\u202e", '"' * 5_000, "\U0001f600" * 5_000])
def test_strangers_words_stay_words_and_the_page_stays_light(text: str) -> None:
    leads = tuple(replace(ANN, name=text, request=text, next_what=text, phone=text) for _ in range(100))
    html = render_my_leads(replace(MINE, rep_name=text, business_name=text, leads=leads))["body"]
    assert not read_page(html).all("script")
    assert "tel:" not in html
    assert "\u202e" not in html
    assert len(html.encode()) < MOST_BYTES


@pytest.mark.parametrize("name", LISTS)
def test_it_runs_nothing_and_every_press_has_words(name: str) -> None:
    page = shown(LISTS[name])
    assert not page.all("script", "link", "img")
    for each in page.all("a", "button"):
        assert each.words
    for each in page.all():
        assert not [attribute for attribute in each.attributes if re.match(r"on|style|src", attribute)]
