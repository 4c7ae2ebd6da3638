"""The page behind a nudge's link shows what is true for whoever opens it, and opening it changes nothing."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from followthrough.domain.errors import NotFound
from followthrough.domain.leads import CallOutcome
from followthrough.domain.pursuing import close
from followthrough.domain.rep_pages import (
    AskedPerson,
    CallPage,
    Closed,
    OnRecord,
    Open,
    PastEntry,
    Reported,
    Stale,
)
from followthrough.use_cases.ports import LINK_KEPT
from followthrough.use_cases.rep_links import ListLink, open_link
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.unit.arriving import ANN, arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.fakes import World
from tests.unit.paging import ask, asked, entry, escalate, link_of, link_of_who_is_asked, opened, page, say

MONDAY_10 = at("2026-11-23 10:00")


def state_of(world: World, rep: str = "ana") -> object:
    return page(world, link_of(world, rep)).state


def listed(world: World, rep: str) -> str:
    world.services.team.new_rep_link(rep, f"list of {rep}")
    return f"list of {rep}"


# -- what is shown


def test_the_first_call_is_shown_with_all_that_is_needed_to_make_it() -> None:
    world = asked(service="Kitchen remodel", message="Mornings are best.")
    world.clock.advance(2 * MINUTE)
    shown = page(world)
    assert (shown.name, shown.request, shown.own_words) == ("Ann Lee", "Kitchen remodel", "Mornings are best.")
    assert (shown.phone, shown.email) == ("+12125550100", "ann@example.com")
    assert (shown.now, shown.asked_at) == (MONDAY_10 + 2 * MINUTE, MONDAY_10)
    assert (shown.state, shown.touch, shown.further) == (Open(), "1.first-call.1", True)
    assert shown.call is not None
    assert (shown.call.n, shown.call.of, shown.call.voicemail, shown.call.call_from) == (1, 17, "leave", None)
    assert "Ana Ruiz" in (shown.call.voicemail_words or "")
    assert "kitchen remodel" in (shown.call.talk_track or "")
    assert shown.call.purpose.startswith("Reach them while they have time")
    assert shown.past == (PastEntry(MONDAY_10, "Asked us, by the web form"),)
    assert (shown.others, shown.warnings, shown.next_touch) == ((), (), None)


def test_opening_it_changes_nothing() -> None:
    world = asked()
    before = deepcopy((world.store.leads, world.store.touches, world.store.links, world.team.rep_links))
    page(world)
    assert (world.store.leads, world.store.touches, world.store.links, world.team.rep_links) == before
    assert len(world.texter.sent) == 1


def test_times_are_the_leads_and_the_readers_own() -> None:
    world = asked(at("2026-11-23 14:00"), phone="415-555-0100", postal_code="94103")
    assert page(world).lead_zone == ZoneInfo("America/Los_Angeles")
    assert page(world).rep_zone == ZoneInfo("America/New_York")


def test_what_is_on_record_is_not_asked_again() -> None:
    world = asked(problem="It is drafty", preferred_channel="text", value="high")
    assert page(world).record == OnRecord("It is drafty", None, "high", "text")


def test_for_a_lead_worth_more_nobody_can_say_how_many_calls_there_will_be() -> None:
    assert page(asked(value="high")).call.of is None  # type: ignore[union-attr]


def test_outside_contact_hours_it_says_when_to_call() -> None:
    world = asked(at("2026-11-23 20:14"))
    world.clock.advance(30 * MINUTE)
    assert page(world, link_of_who_is_asked(world)).call.call_from == at("2026-11-24 08:00")  # type: ignore[union-attr]


def test_another_lead_with_the_same_number_is_pointed_out() -> None:
    world = asked()
    for n in range(4):
        arrive(world, name=f"Bob Lee {n}", email=f"bob{n}@example.com", service="Garage door")
    assert page(world).warnings == (
        "Another lead has the same number: Bob Lee 0, asked today for: Garage door.",
        "Another lead has the same number: Bob Lee 1, asked today for: Garage door.",
        "Another lead has the same number: Bob Lee 2, asked today for: Garage door.",
        "And 1 more with that number.",
    )


def test_what_happened_before_is_told_the_newest_first_with_who_and_what_came_of_it() -> None:
    world = asked()
    world.clock.advance(2 * MINUTE)
    say(world, "voicemail", note="a man answered first")
    send_message(world.services, request(world, plan(world).touch_id))
    world.clock.now = plan(world).due_at
    ask(world)
    shown = page(world)
    assert shown.call is not None
    assert (shown.call.n, shown.call.of, shown.call.voicemail, shown.call.voicemail_words) == (2, 17, "hang_up", None)
    assert [(entry.what, entry.result) for entry in shown.past] == [
        ("E-mail: tried you", "Sent"),
        ("Call 1, you", "Left voicemail: a man answered first"),
        ("Asked us, by the web form", None),
    ]
    assert [entry.what for entry in page(world, listed(world, "ana"), "lead1").past][1] == "Call 1, you"


def test_without_a_number_they_are_written_to() -> None:
    shown = page(asked(phone=None))
    assert (shown.phone, shown.email, shown.warnings) == (None, "ann@example.com", ())


# -- how it stands


def test_ones_own_report_is_shown_as_ones_own_and_can_be_corrected() -> None:
    world = asked()
    world.clock.advance(3 * MINUTE)
    say(world, "no_answer")
    shown = page(world)
    assert shown.state == Reported("no_answer", "you", MONDAY_10 + 3 * MINUTE)
    assert (shown.touch, shown.note_on, shown.further) == ("1.first-call.1.no_answer", "1.first-call.1", True)
    assert shown.next_touch == ("E-mail", MONDAY_10 + 3 * MINUTE)


def test_somebody_elses_report_is_shown_as_theirs() -> None:
    world = asked()
    escalate(world)
    say(world, "no_answer", token=link_of(world, "ben"))
    assert state_of(world) == Reported("no_answer", "Ben Okafor", MONDAY_10 + 5 * MINUTE)


def test_a_late_report_is_shown_with_its_own_time_not_with_that_of_the_silence() -> None:
    world = asked()
    escalate(world)
    world.clock.advance(7 * MINUTE)
    say(world, "no_answer")
    assert state_of(world) == Reported("no_answer", "you", MONDAY_10 + 12 * MINUTE)


def test_an_agreed_time_is_shown_with_the_report() -> None:
    world = asked()
    say(world, "call_back", callback_at=at("2026-11-24 15:00").replace(tzinfo=None) - 5 * HOUR)
    shown = page(world)
    assert shown.state == Reported("call_back", "you", MONDAY_10, at("2026-11-24 15:00"))
    assert shown.next_touch == ("Call back", at("2026-11-24 15:00"))


def test_once_somebody_else_is_asked_the_first_is_told_so_and_can_still_report() -> None:
    world = asked()
    escalate(world)
    shown = page(world)
    assert shown.state == Stale("There was no report, so Ben Okafor is asked instead.", MONDAY_10 + 5 * MINUTE)
    assert (shown.touch, shown.further) == ("1.first-call.1", True)
    assert shown.others == (AskedPerson("Ben Okafor", MONDAY_10 + 5 * MINUTE, "has not reported"),)


def test_who_is_asked_next_sees_the_call_and_who_was_asked_before() -> None:
    world = asked()
    escalate(world)
    shown = page(world, link_of(world, "ben"))
    assert (shown.state, shown.call is not None) == (Open(), True)
    assert shown.others == (AskedPerson("Ana Ruiz", MONDAY_10, "has not reported"),)


def test_who_can_not_take_it_is_told_who_is_asked_instead() -> None:
    world = asked()
    world.clock.advance(MINUTE)
    assert say(world, "cannot_take").result == "passed_on"
    assert state_of(world) == Stale("You can't take it, so Ben Okafor is asked instead.", MONDAY_10 + MINUTE)
    assert page(world, link_of(world, "ben")).others == (AskedPerson("Ana Ruiz", MONDAY_10, "can't take it"),)


def overtaken() -> tuple[World, str]:
    """Nobody reported the first call, and the second one is asked for; the link of the first, Ana's."""
    world = asked()
    first = link_of(world)
    escalate(world)
    send_message(world.services, request(world, plan(world).touch_id))
    world.clock.now = plan(world).due_at
    ask(world)
    return world, first


def test_once_another_call_is_asked_for_an_old_link_says_so() -> None:
    world, first = overtaken()
    holder = lead_in(world).ask.holder  # type: ignore[union-attr]
    name = world.settings.team.person(holder).name  # type: ignore[union-attr]
    shown = page(world, first)
    assert shown.state == Stale(f"{name} is asked about the next step since then.", world.clock.now)
    assert (shown.touch, shown.further) == ("1.first-call.1", True)


def test_the_one_who_is_asked_again_is_sent_to_the_latest_text() -> None:
    world, first = overtaken()
    ask_ = lead_in(world).ask
    assert ask_ is not None
    changed(world, ask=ask_.model_copy(update={"asked": ("ana",)}))
    assert page(world, first).state == Stale(
        "You are asked about the next step since then: open the link in the latest text.", world.clock.now
    )


def test_once_another_call_was_reported_an_old_link_says_by_whom() -> None:
    world, first = overtaken()
    world.clock.advance(MINUTE)
    report_outcome(world.services, "lead1", Report("in_conversation", "second-call.1", by="ben"))
    shown = page(world, first)
    assert shown.state == Stale(
        "Ben Okafor reported “In conversation” about something else since then.", world.clock.now
    )
    assert shown.touch == "1.first-call.1"


def test_after_they_asked_again_an_old_link_says_so_and_a_press_is_about_what_is_asked_now() -> None:
    world = asked()
    first = link_of(world)
    world.clock.advance(DAY + HOUR)
    arrive(world, message="Are you there?")
    assert page(world, first).state == Stale(
        "They have asked again since. This link is about what they asked before.", MONDAY_10 + DAY + HOUR
    )
    assert page(world, first).touch == "2.contact.1"
    ask(world)
    assert page(world, first).touch == "2.first-call.1"


def test_a_report_of_a_pursuit_that_is_over_stays_to_be_seen() -> None:
    world = asked()
    say(world, "no_answer")
    first = link_of(world)
    world.clock.advance(DAY + HOUR)
    arrive(world, message="Are you there?")
    shown = page(world, first)
    assert shown.state == Reported("no_answer", "you", MONDAY_10)
    assert (shown.touch, shown.note_on) == ("2.contact.1", "1.first-call.1")


@pytest.mark.parametrize("outcome", ["not_interested", "wrong_number"])
def test_the_report_that_closed_a_lead_is_shown_and_can_be_taken_back(outcome: str) -> None:
    world = asked()
    say(world, outcome)  # type: ignore[arg-type]
    shown = page(world)
    assert shown.state == Reported(outcome, "you", MONDAY_10)  # type: ignore[arg-type]
    assert (shown.further, shown.touch) == (False, f"1.first-call.1.{outcome}")
    assert set(shown.mistaken) == {*get_args(CallOutcome)} - {outcome, "cannot_take"}
    assert shown.still_told == ()


def test_a_lead_that_somebody_else_closed_is_closed_for_everybody() -> None:
    world = asked()
    say(world, "no_answer")
    world.store.save(close(lead_in(world), "opted_out", MONDAY_10 + HOUR))
    shown = page(world)
    assert shown.state == Closed("opted_out", MONDAY_10 + HOUR)
    assert (shown.further, shown.mistaken, shown.still_told) == (False, (), ())
    assert shown.call is None


# -- from the list


def test_from_the_list_a_lead_that_nobody_is_asked_about_can_be_reported_on() -> None:
    world = asked()
    say(world, "no_answer")
    shown = page(world, listed(world, "ana"), "lead1")
    assert (shown.state, shown.call, shown.touch) == (Open(), None, "1.contact.1")
    assert shown.next_touch == ("E-mail", MONDAY_10)


def test_from_the_list_a_call_that_is_asked_for_is_that_call() -> None:
    world = asked()
    shown = page(world, listed(world, "ana"), "lead1")
    assert (shown.touch, shown.call is not None) == ("1.first-call.1", True)


def test_from_the_list_too_it_is_said_when_it_is_outside_contact_hours() -> None:
    world = asked()
    say(world, "no_answer")
    world.clock.now = at("2026-11-23 21:30")
    assert page(world, listed(world, "ana"), "lead1").warnings == (
        "It is outside contact hours where they are: they can be called from tomorrow 8:00 AM.",
    )


def test_after_a_press_the_page_is_about_what_was_pressed() -> None:
    world = asked()
    say(world, "no_answer")
    world.clock.advance(HOUR)
    token = listed(world, "ana")
    seen = page(world, token, "lead1")
    say(world, "in_conversation", seen, token, "lead1")
    shown = page(world, token, "lead1", about=seen.touch)
    assert shown.state == Reported("in_conversation", "you", MONDAY_10 + HOUR)
    assert shown.touch == "1.contact.1.in_conversation"
    assert [entry.what for entry in shown.past][:2] == ["Conversation, you", "Call 1, you"]


@pytest.mark.parametrize(
    "about", ["", "x", "1.first-call", "1.contact.99", "9.first-call.1", "1.nothing.1", "1.first-call.1.x"]
)
def test_a_page_about_something_that_is_not_there_is_still_a_page(about: str) -> None:
    assert page(asked(), about=about).name == "Ann Lee"


# -- who may open what


def test_an_unknown_token_opens_nothing() -> None:
    with pytest.raises(NotFound):
        open_link(asked().services, "guessed")


def test_a_link_works_for_its_time_and_no_longer() -> None:
    world = asked()
    token = link_of(world)
    world.clock.advance(LINK_KEPT - timedelta(seconds=1))
    assert page(world, token).name == "Ann Lee"
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):
        page(world, token)


def test_the_links_of_somebody_who_has_left_the_team_open_nothing() -> None:
    world = asked()
    mine, list_ = link_of(world), listed(world, "ana")
    team = world.settings.team
    smaller = team.model_copy(update={"reps": [rep for rep in team.reps if rep.id != "ana"]})
    services = replace(world.services, settings=world.settings.model_copy(update={"team": smaller}))
    for token in (mine, list_):
        with pytest.raises(NotFound):
            open_link(services, token)


def test_a_list_opens_ones_own_leads_and_those_one_is_asked_about_and_no_others() -> None:
    world = asked()
    for rep in ("ana", "ben"):
        listed(world, rep)
    assert opened(world, "list of ana", "lead1").rep.id == "ana"
    with pytest.raises(NotFound):
        open_link(world.services, "list of ben", "lead1")
    escalate(world)
    assert opened(world, "list of ben", "lead1").rep.id == "ben"


@pytest.mark.parametrize("lead_id", ["", "nobody", "LEAD#lead1", "x" * 3000, "lead1\n"])
def test_what_is_not_the_id_of_a_lead_opens_nothing(lead_id: str) -> None:
    world = asked()
    with pytest.raises(NotFound):
        open_link(world.services, listed(world, "ana"), lead_id)


def test_the_link_of_a_nudge_opens_that_lead_whatever_else_is_asked_for() -> None:
    world = asked()
    arrive(world, **{**ANN, "email": "bob@example.com", "name": "Bob"})
    assert opened(world, link_of(world), "lead2").lead.id == "lead1"


def test_without_a_lead_the_link_of_a_list_opens_the_list() -> None:
    world = asked()
    link = open_link(world.services, listed(world, "ana"))
    assert isinstance(link, ListLink)


def test_pages_never_share_a_form_id() -> None:
    world = asked()
    pages: list[CallPage] = [page(world), page(world)]
    assert pages[0].form_id != pages[1].form_id
    assert entry(world, "first-call.1").status == "asked"
