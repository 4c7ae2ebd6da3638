"""A rep's list: what they are asked for, their own leads, and being away and back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followthrough.domain.pursuing import close
from followthrough.domain.rep_pages import MyLeads
from followthrough.use_cases.my_leads import MOST_READ, open_my_leads, set_duty
from followthrough.use_cases.rep_links import ListLink, open_link
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.fakes import World
from tests.unit.paging import asked, escalate, page, say

MONDAY_10 = at("2026-11-23 10:00")


def link_for(world: World, rep: str) -> ListLink:
    world.team.new_rep_link(rep, f"list of {rep}")
    link = open_link(world.services, f"list of {rep}")
    assert isinstance(link, ListLink)
    return link


def leads_of(world: World, rep: str) -> MyLeads:
    return open_my_leads(world.services, link_for(world, rep))


def lines(world: World, rep: str) -> list[tuple[str | None, str, datetime, bool]]:
    return [(lead.name, lead.next_what, lead.next_at, lead.asked_now) for lead in leads_of(world, rep).leads]


def test_a_lead_that_a_rep_is_asked_to_call_is_on_their_list() -> None:
    world = asked(service="Kitchen remodel")
    (line,) = leads_of(world, "ana").leads
    assert (line.name, line.request, line.phone) == ("Ann Lee", "Kitchen remodel", "+12125550100")
    assert (line.next_what, line.next_at, line.asked_now) == ("Call 1", MONDAY_10, True)
    assert (line.silent_since, line.zone, line.href) == (MONDAY_10, ZoneInfo("America/New_York"), "?lead=lead1")


def test_its_link_opens_the_lead() -> None:
    world = asked()
    (line,) = leads_of(world, "ana").leads
    assert page(world, "list of ana", line.href.removeprefix("?lead=")).name == "Ann Lee"


def test_a_lead_says_what_is_due_next_when_nobody_is_asked() -> None:
    world = asked()
    say(world, "no_answer")
    assert lines(world, "ana") == [("Ann Lee", "E-mail", MONDAY_10, False)]
    send_message(world.services, request(world, plan(world).touch_id))
    assert lines(world, "ana") == [("Ann Lee", "Call 2", MONDAY_10 + 5 * MINUTE, False)]


def test_after_an_escalation_it_is_on_both_lists_and_asked_of_one() -> None:
    world = asked()
    escalate(world)
    assert lines(world, "ana") == [("Ann Lee", "E-mail", MONDAY_10 + 5 * MINUTE, False)]
    assert lines(world, "ben") == [("Ann Lee", "Call 1", MONDAY_10, True)]
    say(world, "no_answer")
    assert lines(world, "ben") == []


def test_a_closed_lead_is_on_no_list() -> None:
    world = asked()
    world.store.save(close(lead_in(world), "opted_out", MONDAY_10))
    assert lines(world, "ana") == lines(world, "ben") == []


def test_a_lead_counts_as_silent_since_it_was_last_reached() -> None:
    world = asked()
    world.clock.advance(HOUR)
    say(world, "in_conversation")
    world.clock.advance(DAY)
    assert leads_of(world, "ana").leads[0].silent_since == MONDAY_10 + HOUR
    arrive(world, message="Are you there?")
    assert leads_of(world, "ana").leads[0].silent_since == MONDAY_10 + HOUR + DAY


def test_of_very_many_leads_those_due_first_are_shown_and_the_rest_counted() -> None:
    world = World()
    for n in range(MOST_READ + 5):
        lead_id = arrive(world, name=f"Lead {n}", email=f"lead{n}@example.com", phone=f"212-555-{1000 + n}")
        changed_ = lead_in(world, lead_id).model_copy(update={"rep": "ana", "next_touch_at": MONDAY_10 - n * HOUR})
        world.store.save(changed_)
    shown = leads_of(world, "ana")
    assert (len(shown.leads), shown.more) == (MOST_READ, 5)
    assert {lead.name for lead in shown.leads} == {f"Lead {n}" for n in range(5, MOST_READ + 5)}


def test_showing_it_writes_nothing() -> None:
    world = asked()
    link = link_for(world, "ana")
    before = (dict(world.store.leads), dict(world.store.links), dict(world.team.rep_links))
    open_my_leads(world.services, link)
    assert (world.store.leads, world.store.links, world.team.rep_links) == before


def test_a_rep_is_on_duty_until_they_are_away_and_again_once_they_are_back() -> None:
    world = asked()
    link = link_for(world, "ana")
    assert leads_of(world, "ana").on_duty
    for _ in range(2):
        set_duty(world.services, link, "away")
        assert world.team.state().away == {"ana": None}
    assert not leads_of(world, "ana").on_duty
    for _ in range(2):
        set_duty(world.services, link, "back")
        assert world.team.state().away == {}
    assert leads_of(world, "ana").on_duty


@pytest.mark.parametrize(("until", "on_duty"), [(HOUR, False), (timedelta(0), True), (-HOUR, True)])
def test_who_is_away_until_a_time_is_back_from_then_on(until: timedelta, on_duty: bool) -> None:  # noqa: FBT001
    world = asked()
    world.team.set_away("ana", MONDAY_10 + until)
    shown = leads_of(world, "ana")
    assert (shown.on_duty, shown.back_at) == (on_duty, MONDAY_10 + until)


def test_a_lead_whose_record_cannot_be_found_is_left_out() -> None:
    world = asked()
    arrive(world, name="Bob", email="bob@example.com", phone="212-555-0199")
    changed(world, rep="ana")
    book = world.team.leads_of
    world.team.leads_of = lambda rep: ["gone", *book(rep)]  # type: ignore[method-assign]
    assert [lead.name for lead in leads_of(world, "ana").leads] == ["Ann Lee"]
