"""Whoever asks to be left alone is left alone."""

import pytest

from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.stopping import Stop, find_lead, start_again, stop
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY, at
from tests.unit.engine import Engine
from tests.unit.fakes import World

MONDAY_10 = at("2026-11-23 10:00")


EVERYTHING = Stop("everything", "unsubscribed")


def unsubscribe(world: World, token: str) -> Lead:
    return stop(world.services, find_lead(world.services, token).id, EVERYTHING)


def arrived(**fields: str | None) -> tuple[World, str]:
    world = World()
    arrive(world, **fields)
    return world, lead_in(world).token


def test_the_address_is_never_used_again_and_following_up_stops() -> None:
    world, token = arrived()
    lead = unsubscribe(world, token)
    assert (lead.status, lead.closed_at, lead.next_touch_at) == ("opted_out", MONDAY_10, None)
    assert world.store.suppressions == {
        ("email", "ann@example.com"): "unsubscribed",
        ("text", lead.profile.phone): "unsubscribed",
    }
    assert plan(world).do == "finish"


def test_looking_at_the_page_changes_nothing() -> None:
    world, token = arrived()
    before = lead_in(world)
    assert find_lead(world.services, token) == before
    assert lead_in(world) == before
    assert world.store.suppressions == {}


def test_doing_it_twice_is_doing_it_once() -> None:
    world, token = arrived()
    once = unsubscribe(world, token)
    world.clock.advance(DAY)
    assert unsubscribe(world, token) == once


def test_undone_on_the_page_a_number_that_is_somebody_else_s_stays_stopped() -> None:
    world, token = arrived()
    receive_lead_text(world.services, "+12125550100", "Wrong number, stop texting me", "t1")
    unsubscribe(world, token)
    lead = start_again(world.services, "lead1", "undone")
    assert lead.unusable == {"text": "stopped", "call": "stopped"}
    assert set(world.store.suppressions) == {("text", "+12125550100"), ("call", "+12125550100")}


def test_a_rep_who_is_being_asked_to_call_can_stand_down() -> None:
    world, token = arrived()
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    assert unsubscribe(world, token).ask is None
    assert world.machine.answered == ["task1"]


def test_somebody_who_has_booked_stays_booked_and_gets_no_more_e_mail() -> None:
    world, token = arrived()
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    report_outcome(world.services, "lead1", Report("booked"))
    assert unsubscribe(world, token).status == "booked"
    assert ("email", "ann@example.com") in world.store.suppressions


@pytest.mark.parametrize("token", ["", "token99", "lead1"])
def test_an_unknown_link_is_not_found(token: str) -> None:
    world, _ = arrived()
    with pytest.raises(NotFound):
        unsubscribe(world, token)
    assert world.store.suppressions == {}


def test_asking_again_after_that_they_are_called_but_not_written_to() -> None:
    world, token = arrived()
    unsubscribe(world, token)
    world.clock.advance(DAY)
    arrive(world, message="I have changed my mind: please call me.")
    engine = Engine(world, "lead1", lambda _: "no_answer")
    engine.run(world.clock() + 5 * DAY)
    assert [mail for mail in world.mailer.sent if mail.to == "ann@example.com"] == []
    channels = {touch.channel for touch in engine.timeline if touch.status == "reported"}
    assert channels == {"call"}
