"""What a conversation agreed or left open: recorded by the rep, until another conversation."""

from datetime import timedelta

import pytest

from followthrough.domain.leads import Outcome
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in
from tests.unit.fakes import World
from tests.unit.paging import asked, page, say

MINUTE = timedelta(minutes=1)
SISTER = "whether the sink goes under the window"


def spoken() -> World:
    """A world in which Ana has spoken with the lead, and has told what was left open."""
    world = asked()
    report(world, "in_conversation", next_step=SISTER)
    world.clock.advance(MINUTE)
    return world


def report(world: World, outcome: Outcome, touch_id: str | None = None, next_step: str | None = None) -> None:
    said = Report(outcome, touch_id, next_step=next_step)
    assert report_outcome(world.services, "lead1", said).result == "recorded"


def test_what_was_left_open_is_kept_with_the_lead() -> None:
    assert lead_in(spoken()).next_step == SISTER


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_a_call_that_nobody_answers_leaves_it_as_it_is(outcome: Outcome) -> None:
    world = spoken()
    report(world, outcome, "contact.1")
    assert lead_in(world).next_step == SISTER


def test_another_conversation_replaces_it() -> None:
    world = spoken()
    report(world, "in_conversation", "contact.1", next_step="the colour of the doors")
    assert lead_in(world).next_step == "the colour of the doors"


def test_another_conversation_of_which_nothing_is_told_may_have_settled_it() -> None:
    world = spoken()
    report(world, "in_conversation", "contact.1")
    assert lead_in(world).next_step is None


def test_another_outcome_of_the_same_conversation_leaves_it_as_it_is() -> None:
    world = spoken()
    report(world, "not_interested", "first-call.1")
    assert lead_in(world).next_step == SISTER


def test_a_conversation_that_was_reported_by_mistake_left_nothing_open() -> None:
    world = spoken()
    report(world, "no_answer", "first-call.1")
    lead = lead_in(world)
    assert (lead.next_step, lead.spoken_at) == (None, None)


def test_what_was_said_about_an_earlier_request_says_nothing_about_another() -> None:
    world = spoken()
    assert lead_in(world).last_talk_at
    world.clock.advance(timedelta(days=20))
    arrive(world, service="New garage door")
    lead = lead_in(world)
    assert lead.times_asked == 2
    assert (lead.next_step, lead.last_talk_at) == (None, None)


def test_the_page_asks_for_it_after_a_conversation_and_shows_what_is_kept() -> None:
    world = asked()
    say(world, "in_conversation")
    assert say(world, None, next_step=SISTER).result == "saved"
    assert lead_in(world).next_step == SISTER
    assert page(world).record.next_step == SISTER


def test_it_can_be_told_along_with_the_outcome() -> None:
    world = asked()
    say(world, "in_conversation", next_step=SISTER)
    assert lead_in(world).next_step == SISTER


def test_an_empty_field_leaves_it_as_it_is() -> None:
    world = spoken()
    say(world, None, note="Call after five")
    assert lead_in(world).next_step == SISTER
