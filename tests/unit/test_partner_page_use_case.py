"""What a partner's page shows, and what a press on it does."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from followthrough.domain.errors import Refused
from followthrough.domain.handoffs import handoff_of, is_given
from followthrough.domain.leads import Lead
from followthrough.domain.partner_pages import PartnerForm, PartnerPage
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.handing_over import attend
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner, move_lead, pause_partner
from followthrough.use_cases.partner_page import open_partner_link, partner_page, press_partner_page
from functions.serve_partner_page.app import answer
from local.page_reader import Element, read_page
from tests.unit.fakes import World
from tests.unit.partnering import arrive, partner, simple_cadences, with_partners

ALDER, BIRCH = partner("alder"), partner("birch", phone="+12125552399")
TOMORROW_3PM = datetime(2026, 11, 24, 15)  # noqa: DTZ001 - as it is typed, on the lead's clock


def a_world(*partners: dict[str, Any]) -> World:
    return World(settings=with_partners(*(partners or (ALDER, BIRCH))), more=simple_cadences())


def given(world: World, number: int = 1) -> Lead:
    """A lead that the first partner has."""
    lead = arrive(world.services, number)
    hand_out(world.services, "alder")
    return world.store.load(lead.id)


def token_of(lead: Lead) -> str:
    return handoff_of(lead).link


def shown(world: World, token: str) -> PartnerPage:
    return partner_page(world.services, open_partner_link(world.services, token))


def press(world: World, token: str, form: PartnerForm) -> str:
    return press_partner_page(world.services, open_partner_link(world.services, token), form)


def test_it_shows_the_lead_and_how_many_others_wait() -> None:
    world = a_world()
    lead = given(world)
    arrive(world.services, 2)
    arrive(world.services, 3)
    page = shown(world, token_of(lead))
    assert page.held == "open"
    assert page.asker is not None
    assert (page.asker.name, page.asker.phone, page.asker.request) == ("Lead 1", "+16462000001", "Roofing")
    assert page.waiting == 2


def test_opening_it_changes_nothing() -> None:
    world = a_world()
    lead = given(world)
    for method in ("GET", "HEAD"):
        assert visit(world, token_of(lead), method)["statusCode"] == 200
    assert world.store.load(lead.id) == lead


def test_an_estimate_is_recorded_on_the_leads_clock_and_the_next_lead_is_given() -> None:
    world = a_world()
    lead = given(world)
    following = arrive(world.services, 2)
    assert press(world, token_of(lead), PartnerForm("scheduled", 0, TOMORROW_3PM)) == "noted"
    settled = world.store.load(lead.id)
    assert settled.status == "booked"
    assert settled.appointment_at
    assert settled.appointment_at.isoformat() == "2026-11-24T20:00:00+00:00"
    attend(world.services, world.store.load(following.id))
    assert is_given(world.store.load(following.id))
    page = shown(world, token_of(lead))
    assert (page.held, page.other_open) == ("scheduled", 1)
    assert page.asker is not None


def test_an_estimate_can_be_put_off_and_saying_it_twice_is_saying_it_once() -> None:
    world = a_world()
    lead = given(world)
    token = token_of(lead)
    press(world, token, PartnerForm("scheduled", 0, TOMORROW_3PM))
    assert press(world, token, PartnerForm("scheduled", 0, TOMORROW_3PM)) == "noted_before"
    assert press(world, token, PartnerForm("scheduled", 1, TOMORROW_3PM + timedelta(days=1))) == "noted"
    moved = world.store.load(lead.id).appointment_at
    assert moved
    assert moved.isoformat() == "2026-11-25T20:00:00+00:00"
    assert [note.what for note in shown(world, token).said] == ["scheduled", "scheduled"]


def test_an_estimate_has_to_lie_ahead() -> None:
    world = a_world()
    with pytest.raises(Refused) as refused:
        press(world, token_of(given(world)), PartnerForm("scheduled", 0, TOMORROW_3PM - timedelta(days=2)))
    assert refused.value.field == "estimate_at"
    assert "10:00 AM where they are" in refused.value.reason


@pytest.mark.parametrize("answer_", ["not_yet", "cannot_reach", "needs_help"])
def test_a_button_pressed_twice_is_noted_once(answer_: Any) -> None:
    world = a_world()
    token = token_of(given(world))
    assert press(world, token, PartnerForm(answer_, 0)) == "noted"
    assert press(world, token, PartnerForm(answer_, 0)) == "noted_before"
    assert [note.what for note in shown(world, token).said] == [answer_]


def test_what_others_have_said_meanwhile_doesnt_lose_an_answer() -> None:
    world = a_world()
    lead = given(world)
    handoff = handoff_of(lead)
    answer_for_partner(world.services, lead.id, handoff.number, PartnerSaid("cannot_reach", note="a secret", by="ana"))
    assert press(world, handoff.link, PartnerForm("not_yet", 0, note="call after five")) == "noted"
    latest, before = shown(world, handoff.link).said
    assert (latest.what, latest.by, latest.words) == ("not_yet", None, "call after five")
    assert before.by is not None
    assert before.words is None


def test_a_no_closes_the_lead_and_shows_nothing_of_them_any_more() -> None:
    world = a_world()
    lead = given(world)
    assert press(world, token_of(lead), PartnerForm("declined", 0)) == "noted"
    assert world.store.load(lead.id).status == "not_interested"
    page = shown(world, token_of(lead))
    assert (page.held, page.asker) == ("declined", None)


def test_a_busy_partner_is_skipped_until_it_is_ready_again() -> None:
    world = a_world()
    lead = given(world)
    token = token_of(lead)
    assert press(world, token, PartnerForm("busy", 0)) == "noted"
    assert handoff_of(world.store.load(lead.id)).partner == "birch"
    page = shown(world, token)
    assert (page.held, page.asker, page.skipped) == ("over", None, True)
    assert press(world, token, PartnerForm("busy", 0)) == "noted_before"
    assert press(world, token, PartnerForm("ready")) == "ready"
    assert not shown(world, token).skipped


def test_only_its_own_pause_is_a_partners_to_end() -> None:
    world = a_world()
    token = token_of(given(world))
    pause_partner(world.services, "alder", "manager")
    assert press(world, token, PartnerForm("ready")) == "noted_before"
    assert world.partners.states(["alder"])["alder"].paused == "manager"


def test_an_answer_after_the_lead_has_moved_on_changes_nothing() -> None:
    world = a_world()
    lead = given(world)
    token = token_of(lead)
    move_lead(world.services, lead.id, "no news", "boss")
    before = world.store.load(lead.id)
    assert press(world, token, PartnerForm("scheduled", 0, TOMORROW_3PM)) == "moved_on"
    assert world.store.load(lead.id) == before
    page = shown(world, token)
    assert (page.held, page.asker, page.said) == ("over", None, ())


def test_who_estimates_were_agreed_with_is_shown_for_a_month_after_them() -> None:
    world = a_world()
    token = token_of(given(world))
    press(world, token, PartnerForm("scheduled", 0, TOMORROW_3PM))
    world.clock.advance(timedelta(days=30))
    assert shown(world, token).asker is not None
    world.clock.advance(timedelta(days=2))
    assert shown(world, token).asker is None


# -- over the web --------------------------------------------------------------------------------------------


def visit(world: World, token: str, method: str = "GET", **fields: str) -> dict[str, Any]:
    event = {
        "pathParameters": {"token": token},
        "requestContext": {"http": {"method": method}},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": urlencode(fields),
    }
    return answer(world.services, event)


def page_of(world: World, token: str, **fields: str) -> Element:
    return read_page(visit(world, token, "POST" if fields else "GET", **fields)["body"])


def test_a_press_sends_the_browser_on() -> None:
    world = a_world()
    answered = visit(world, token_of(given(world)), "POST", answer="cannot_reach", seen="0")
    assert (answered["statusCode"], answered["headers"]["location"]) == (303, "?done=noted")


def test_the_buttons_on_the_page_do_what_they_say() -> None:
    world = a_world()
    token = token_of(given(world))
    values = {each.attributes["value"] for each in page_of(world, token).all("input", "button", name="answer")}
    assert values == {"scheduled", "not_yet", "cannot_reach", "needs_help", "declined", "busy", "not_for_us"}
    for value in values - {"scheduled"}:
        fresh = a_world()
        assert visit(fresh, token_of(given(fresh)), "POST", answer=value, seen="0")["statusCode"] == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answer": "scheduled"}, "Choose the day and time of the estimate."),
        ({"answer": "scheduled", "estimate_at": "soon"}, "Write day and time as 2026-11-24 15:00."),
        ({"answer": "scheduled", "estimate_at": "2026-11-23T09:00"}, "Choose a time that is still to come"),
        ({"answer": "transferred"}, "This could not be read"),
        ({"answer": "busy", "seen": "x"}, "This could not be read"),
        ({"answer": "busy", "note": "x" * 1001}, "Make the note shorter"),
    ],
)
def test_what_cant_be_accepted_is_said_and_changes_nothing(fields: dict[str, str], sentence: str) -> None:
    world = a_world()
    lead = given(world)
    refused = visit(world, token_of(lead), "POST", **fields)
    assert refused["statusCode"] == 422
    (alert,) = read_page(refused["body"]).all(role="alert")
    assert sentence in alert.words
    assert world.store.load(lead.id) == lead


def test_a_link_that_is_nobodys_shows_nothing() -> None:
    world = a_world()
    assert visit(world, "made-up")["statusCode"] == 404
    assert visit(world, "made-up", "POST", answer="busy")["statusCode"] == 404


def test_a_partner_that_isnt_ours_any_more_sees_nothing() -> None:
    world = a_world()
    token = token_of(given(world))
    without = World(settings=with_partners(BIRCH), more=simple_cadences())
    without.store.leads, without.store.partner_links = world.store.leads, world.store.partner_links
    assert visit(without, token)["statusCode"] == 404


# -- at the same moment --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [PartnerForm("not_yet", 0), PartnerForm("declined", 0), PartnerForm("scheduled", 0, TOMORROW_3PM)],
)
def test_two_presses_at_the_same_moment_are_noted_once(form: PartnerForm, monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    lead = given(world)
    save, others = world.store.save, [form]

    def overtaken(*args: Any) -> Lead:
        if others:
            assert press(world, token_of(lead), others.pop()) == "noted"
        return save(*args)

    monkeypatch.setattr(world.store, "save", overtaken)
    assert press(world, token_of(lead), form) == "noted_before"
    said = [touch.outcome for touch in world.store.timeline(lead.id) if touch.step == "partner-answer"]
    assert said == [form.answer]
