"""What another system of the business reports: what counts, what is only noted, and what changes nothing."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.adapters.call_page import render_call_page
from followthrough.domain.business import CadencesByEvent
from followthrough.domain.business_events import OUTCOMES, BusinessEvent, event_name, happened, with_event
from followthrough.domain.cadence_values import BUILT_IN_EVENTS
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.gsm7 import segments
from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.pursuing import end_touch
from followthrough.domain.rep_pages import CallPage, Closed, PastEntry, Stale
from followthrough.domain.stand_downs import noted_elsewhere
from followthrough.use_cases.business_events import UnknownLead, receive_event
from followthrough.use_cases.people import SeveralPeople, Who
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.stopping import Stop, stop
from tests.unit.arriving import arrive, lead_in
from tests.unit.building import at, cadence_of, lead_of, local, made, previewed
from tests.unit.fakes import ROOT, World, business_changed
from tests.unit.paging import ask, asked, page

TUESDAY_3_PM, WEDNESDAY_9_AM = at("2026-11-24 15:00"), at("2026-11-25 09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world() -> World:
    """Ann asked an hour ago, and nothing has been done yet."""
    world = World()
    arrive(world)
    world.clock.advance(HOUR)
    return world


def say(world: World, event: str, moment: datetime | None = None, **who: Any) -> str:
    """Report an event of Ann's; what became of it."""
    return receive_event(world.services, Who(**(who or {"lead_id": "lead1"})), BusinessEvent(event, moment)).result


def report(world: World, outcome: Outcome, **more: Any) -> None:
    report_outcome(world.services, "lead1", Report(outcome, **more))


def begun(lead: Lead) -> tuple[str, str, int]:
    return lead.pursuit.cadence, lead.pursuit.started_by, lead.pursuit.number


# -- names


@pytest.mark.parametrize("written", ["estimate_sent", "Estimate sent", "estimate-sent", " ESTIMATE  SENT! "])
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    assert event_name(written) == "estimate_sent"


@pytest.mark.parametrize("written", ["", "!", "2nd_visit", "x" * 41, "é"])
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(Refused, match="write it as estimate_sent"):
        event_name(written)


def test_what_means_something_by_itself_can_t_be_configured() -> None:
    assert set(BUILT_IN_EVENTS) == set(OUTCOMES)
    with pytest.raises(ValidationError, match="has its meaning already"):
        CadencesByEvent(events={"won": "keep-in-touch"})


def test_an_event_that_nothing_waits_for_is_refused_with_those_that_are_known(world: World) -> None:
    with pytest.raises(Refused, match="known ones are appointment_made, estimate_sent, kept, lost, no_show, won"):
        say(world, "invoice_paid")


# -- what changes nothing


def test_what_comes_twice_changes_nothing(world: World) -> None:
    for event, moment in (("estimate_sent", world.clock.now), ("appointment_made", TUESDAY_3_PM), ("won", None)):
        assert say(world, event, moment) == "recorded"
        before, started = lead_in(world), list(world.machine.started)
        assert say(world, event, moment) == "already_known"
        assert (lead_in(world), world.machine.started) == (before, started)


def test_without_a_time_the_same_event_counts_again_after_a_day(world: World) -> None:
    assert say(world, "estimate_sent") == "recorded"
    world.clock.advance(DAY - MINUTE)
    assert say(world, "estimate_sent") == "already_known"
    world.clock.advance(MINUTE)
    assert say(world, "estimate_sent") == "recorded"
    assert begun(lead_in(world)) == ("keep-in-touch", "event", 3)


def test_an_older_one_changes_nothing(world: World) -> None:
    now = world.clock.now
    assert say(world, "estimate_sent", now - 10 * MINUTE) == "recorded"
    before = lead_in(world)
    assert say(world, "estimate_sent", now - 20 * MINUTE) == "out_of_date"
    assert say(world, "lost", before.arrived_at - DAY) == "out_of_date"
    assert lead_in(world) == before


def test_clocks_may_differ_by_five_minutes(world: World) -> None:
    assert say(world, "estimate_sent", lead_in(world).arrived_at - 5 * MINUTE) == "recorded"
    assert say(world, "won", world.clock.now + 5 * MINUTE) == "recorded"


def test_a_time_that_was_moved_stays_moved_whatever_is_posted_again(world: World) -> None:
    assert say(world, "appointment_made", TUESDAY_3_PM) == "recorded"
    assert say(world, "appointment_made", WEDNESDAY_9_AM) == "recorded"
    assert say(world, "appointment_made", TUESDAY_3_PM) == "already_known"
    assert lead_in(world).appointment_at == WEDNESDAY_9_AM
    assert say(world, "no_show", TUESDAY_3_PM) == "out_of_date"


def test_what_a_rep_has_told_is_only_noted(world: World) -> None:
    report(world, "booked", appointment_at=TUESDAY_3_PM)
    assert say(world, "appointment_made", TUESDAY_3_PM) == "noted"
    world.clock.now = TUESDAY_3_PM + 5 * MINUTE
    report(world, "no_show")
    assert say(world, "no_show", TUESDAY_3_PM) == "noted"
    assert say(world, "no_show", TUESDAY_3_PM) == "already_known"
    assert begun(lead_in(world)) == ("went-quiet", "no_show", 3)


@pytest.mark.parametrize(
    ("event", "moment"),
    [
        ("appointment_made", None),
        ("appointment_made", at("2026-11-23 10:30")),
        ("appointment_made", at("2028-01-01 10:00")),
        ("won", TUESDAY_3_PM),
    ],
)
def test_what_can_t_be_at_that_time_is_refused(world: World, event: str, moment: datetime | None) -> None:
    before = lead_in(world)
    with pytest.raises(Refused, match=r"^at: "):
        say(world, event, moment)
    assert lead_in(world) == before


# -- closed leads


def test_nobody_who_asked_to_be_left_alone_is_followed_up_because_of_an_event(world: World) -> None:
    stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    for event, moment in (
        ("estimate_sent", None),
        ("appointment_made", TUESDAY_3_PM),
        ("no_show", None),
        ("won", None),
    ):
        assert say(world, event, moment) == "noted"
    assert (lead_in(world).status, begun(lead_in(world))[2]) == ("opted_out", 1)
    assert set(lead_in(world).events) == {"estimate_sent", "appointment_made", "no_show", "won"}


def test_nor_who_asked_so_after_it_had_ended(world: World) -> None:
    world.store.save(lead_in(world).model_copy(update={"status": "no_response", "next_touch_at": None}))
    stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    assert say(world, "appointment_made", TUESDAY_3_PM) == "noted"
    assert lead_in(world).status == "no_response"


@pytest.mark.parametrize("outcome", ["not_interested", "wrong_number", "won", "lost"])
def test_what_was_decided_stays_decided(world: World, outcome: Outcome) -> None:
    report(world, outcome)
    for event, moment in (("estimate_sent", None), ("appointment_made", TUESDAY_3_PM), ("lost", None)):
        assert say(world, event, moment) == "noted"
    assert lead_in(world).status == outcome


def test_who_said_no_and_bought_after_all_has_bought(world: World) -> None:
    report(world, "not_interested")
    assert say(world, "won") == "recorded"
    assert (lead_in(world).status, lead_in(world).closed_by) == ("won", None)


@pytest.mark.parametrize("status", ["no_response", "nothing_fits", "booked"])
def test_who_never_answered_is_followed_up_again_when_something_happens(world: World, status: str) -> None:
    closed = {"status": status, "closed_at": world.clock.now, "next_touch_at": None}
    world.store.save(lead_in(world).model_copy(update=closed))
    assert say(world, "appointment_made", TUESDAY_3_PM) == "recorded"
    assert begun(lead_in(world))[:2] == ("appointment", "appointment")
    assert lead_in(world).is_open


def test_an_agreed_time_that_lies_ahead_comes_before_another_cadence(world: World) -> None:
    say(world, "appointment_made", TUESDAY_3_PM)
    assert say(world, "estimate_sent") == "noted"
    assert begun(lead_in(world))[0] == "appointment"


# -- appointments


def test_what_came_of_a_time_that_only_another_system_knew_of_is_heard(world: World) -> None:
    assert say(world, "kept") == "recorded"
    assert begun(lead_in(world))[:2] == ("appointment", "appointment")
    world.clock.advance(HOUR)
    assert say(world, "no_show") == "recorded"
    assert begun(lead_in(world))[:2] == ("went-quiet", "no_show")


def test_a_no_show_that_was_a_mistake_is_taken_back(world: World) -> None:
    say(world, "appointment_made", TUESDAY_3_PM)
    world.clock.now = TUESDAY_3_PM + 5 * MINUTE
    assert say(world, "no_show") == "recorded"
    assert say(world, "kept") == "recorded"
    assert (begun(lead_in(world))[0], lead_in(world).no_shows) == ("appointment", 0)


# -- whose it is


def test_a_person_is_found_by_address_or_number(world: World) -> None:
    assert say(world, "estimate_sent", email="ann@example.com") == "recorded"
    assert say(world, "won", phone="+12125550100") == "recorded"


@pytest.mark.parametrize("who", [{"email": "bob@example.com"}, {"phone": "+12125550199"}, {"lead_id": "lead9"}])
def test_nobody_is_made_up(world: World, who: dict[str, Any]) -> None:
    with pytest.raises(UnknownLead):
        say(world, "won", **who)


def test_a_number_that_several_have_tells_nobody(world: World) -> None:
    arrive(world, email="bob@example.com", name="Bob")
    with pytest.raises(SeveralPeople):
        say(world, "won", phone="+12125550100")


def test_a_number_that_somebody_has_no_more_is_not_theirs(world: World) -> None:
    arrive(world, email="bob@example.com", name="Bob")
    arrive(world, phone="212-555-0188", message="My new number.")
    assert say(world, "won", phone="+12125550100") == "recorded"
    assert lead_in(world, "lead2").status == "won"


def test_a_cadence_that_is_not_deployed_is_our_mistake_and_nobody_elses() -> None:
    world = World(settings=business_changed(cadences={"events": {"estimate_sent": "nowhere"}}))
    arrive(world)
    with pytest.raises(NotFound, match="nowhere"):
        say(world, "estimate_sent")


# -- who is told


@pytest.mark.parametrize("name", [None, "Ann Lee", "Maximiliane-Friederike von Hohenstaufen"])
def test_who_was_asked_is_told_in_one_segment(name: str | None) -> None:
    assert segments(noted_elsewhere(name, "x" * 40)) == 1
    assert "estimate sent" in noted_elsewhere(name, "estimate_sent")


# -- what a rep sees of it


def told_by_another_system(event: str) -> tuple[World, CallPage]:
    """Ana was asked to call Ann, and opens her link after another system has reported something."""
    world = asked()
    world.clock.advance(2 * MINUTE)
    say(world, event)
    return world, page(world)


def test_the_page_of_a_call_that_an_event_made_needless_says_what_happened() -> None:
    world, shown = told_by_another_system("estimate_sent")
    what = "Another system reported “Estimate sent” about something else since then."
    assert shown.state == Stale(what, world.clock.now)
    assert shown.stage == "pursued"
    assert "Stage: pursued" in render_call_page(shown)["body"]
    assert shown.past[0] == PastEntry(world.clock.now, "Another system told us", "Estimate sent")


def test_the_page_of_a_lead_that_another_system_closed_says_so_and_takes_nothing_back() -> None:
    world, shown = told_by_another_system("won")
    assert shown.state == Closed("won", world.clock.now)
    assert (shown.mistaken, shown.stage) == ((), None)
    assert shown.past[0].what == "Another system told us"


# -- the guide's example


def test_the_step_in_the_guide_waits_for_its_event_and_counts_from_it() -> None:
    guide = (ROOT / "docs" / "cadences.md").read_text("utf-8")
    told = guide.partition("## Events from your other systems")[2].partition("\n## ")[0]
    (written,) = re.findall(r"^```json\n(.*?)^```", told, re.MULTILINE | re.DOTALL)
    version = cadence_of(json.loads(written))
    lead = lead_of(at("2026-11-23 10:00"), version)
    assert version.cadence.events == {"estimate_sent"}
    assert not made(previewed(lead, version).touches)
    sent = lead.model_copy(update={"events": {"estimate_sent": at("2026-11-24 11:00")}})
    (asked_about,) = made(previewed(sent, version).touches)
    assert local(asked_about.due_at) == "2026-11-27 11:00"  # Thanksgiving is no business day


def lead_waiting(for_event: str) -> tuple[Lead, CadenceVersion]:
    version = cadence_of({"name": "thanks", "do": "call", "after": "1h", "of": f"event:{for_event}"})
    return lead_of(at("2026-11-23 10:00"), version), version


def test_a_step_comes_at_once_when_its_event_was_heard_of_late() -> None:
    lead, version = lead_waiting("deposit_paid")
    heard_at = at("2026-11-24 10:00")
    told, touch = happened(lead, BusinessEvent("deposit_paid", at("2026-11-23 17:00")), heard_at)
    told = end_touch(with_event(told, BusinessEvent("deposit_paid", touch.due_at), heard_at), touch, "", heard_at)
    (thanks,) = made(previewed(told, version).touches)
    assert thanks.due_at == heard_at


def test_an_event_of_an_earlier_request_starts_no_step_of_a_new_one() -> None:
    lead, version = lead_waiting("deposit_paid")
    before = lead.model_copy(update={"events": {"deposit_paid": lead.arrived_at - DAY}})
    assert not made(previewed(before, version).touches)


# -- what was agreed before


def test_a_call_that_they_asked_for_is_made_whatever_cadence_an_event_begins(world: World) -> None:
    report(world, "call_back", callback_at=TUESDAY_3_PM)
    assert say(world, "estimate_sent") == "recorded"
    lead = lead_in(world)
    assert begun(lead)[:2] == ("keep-in-touch", "event")
    assert (lead.pursuit.callback_at, lead.pursuit.callback_why) == (TUESDAY_3_PM, "call_back")


def test_so_is_one_that_somebody_is_just_being_asked_for(world: World) -> None:
    report(world, "call_back", callback_at=TUESDAY_3_PM)
    world.clock.now = TUESDAY_3_PM
    ask(world)
    assert say(world, "estimate_sent") == "recorded"
    assert lead_in(world).pursuit.callback_at == TUESDAY_3_PM
    assert [words for _, words in world.texter.sent if "Stand down" in words] == []


def test_waiting_for_news_ends_with_an_event(world: World) -> None:
    report(world, "in_conversation")
    assert say(world, "estimate_sent") == "recorded"
    assert lead_in(world).pursuit.callback_at is None


@pytest.mark.parametrize("event", ["estimate_sent", "kept", "lost"])
def test_no_event_answers_what_they_wrote_to_us(world: World, event: str) -> None:
    receive_lead_text(world.services, "+12125550100", "ugh stop?", "m1")
    hold = lead_in(world).hold
    assert hold
    assert hold.is_undecided
    assert say(world, event) == "recorded"
    assert lead_in(world).hold == hold
