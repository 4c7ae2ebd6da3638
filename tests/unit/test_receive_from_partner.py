"""A partner's text is applied to the lead that it has, and answered in one text."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from followthrough.domain import answers_to_partners as answers
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.handoffs import handoff_of, is_given
from followthrough.domain.leads import Lead
from followthrough.domain.partner_answers import PARTNER_ANSWERS
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.partner_answers import move_lead, pause_partner
from followthrough.use_cases.receive_text import IncomingText, receive_text
from tests.unit.building import at
from tests.unit.fakes import World, sample_settings
from tests.unit.partnering import arrive, partner, simple_cadences, with_partners

PAT, MANAGER = "+12125552111", "+12125550110"
ALDER, BIRCH = partner("alder", phone=PAT), partner("birch", phone="+12125552399")
_message_ids = count(1)


def a_world(leads: int = 1, **alder: Any) -> World:
    """The first partner has as many leads as it may have, and others wait."""
    world = World(settings=with_partners(ALDER | alder, BIRCH), more=simple_cadences())
    for number in range(1, leads + 1):
        arrive(world.services, number)
    hand_out(world.services, "alder")
    return world


def text(world: World, body: str, message_id: str | None = None, phone: str = PAT) -> str | None:
    """What is answered; None: nothing."""
    before = len(world.texter.sent)
    receive_text(world.services, IncomingText(phone, body, message_id or f"message{next(_message_ids)}"))
    own = [words for to, words in world.texter.sent[before:] if to == phone]
    assert len(own) <= 1
    assert all(segments(words) == 1 and is_gsm7(words) for words in own)
    return own[0] if own else None


def told(world: World, phone: str = MANAGER) -> list[str]:
    return [words for to, words in world.texter.sent if to == phone]


def lead(world: World, number: int = 1) -> Lead:
    return world.store.load(f"lead{number:03}")


def notes(world: World) -> list[tuple[str | None, str | None]]:
    return [(touch.outcome, touch.note) for touch in world.store.timeline("lead001") if touch.step == "partner-answer"]


# -- answers -------------------------------------------------------------------------------------------------


def test_an_estimate_with_its_time_settles_the_lead() -> None:
    world = a_world()
    said = text(world, "Scheduled for Tue 3pm, nice lady")
    assert said == "Noted: estimate with Lead 1, Tue Nov 24, 3 PM. Thank you!"
    assert (lead(world).status, lead(world).appointment_at) == ("booked", at("2026-11-24 15:00"))
    assert notes(world) == [("scheduled", "Scheduled for Tue 3pm, nice lady")]


def test_an_estimate_without_a_time_is_asked_for_it_and_the_time_alone_is_enough_then() -> None:
    world = a_world()
    asked = text(world, "scheduled")
    assert asked == "Good! When is it with Lead 1? Text day and time where they are, such as scheduled Tue 3pm"
    assert lead(world).is_open
    assert handoff_of(lead(world)).heard_at is not None
    assert text(world, "Tue 3pm") == "Noted: estimate with Lead 1, Tue Nov 24, 3 PM. Thank you!"
    assert lead(world).status == "booked"


def test_a_time_that_nobody_asked_for_is_asked_about() -> None:
    world = a_world()
    answer = text(world, "Tue 3pm")
    assert answer == "Is that when the estimate with Lead 1 is? Then text it like this: scheduled Tue 3pm"
    assert lead(world).is_open


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("not yet", "Noted: no date with Lead 1 yet. When there is one, text for example: scheduled Tue 3pm"),
        ("no answer", "Noted: Lead 1 not reached yet. Please try again; if you need a hand, text help."),
        ("help", "OK. One of us is asked to call you about Lead 1."),
    ],
)
def test_news_that_settle_nothing_are_a_sign_of_life(body: str, answer: str) -> None:
    world = a_world()
    assert text(world, body) == answer
    assert is_given(lead(world))
    assert handoff_of(lead(world)).heard_at == world.clock()


def test_a_no_closes_the_lead() -> None:
    world = a_world()
    assert text(world, "they said no") == "Noted: Lead 1 said no. That settles it, thank you."
    assert lead(world).status == "not_interested"


def test_who_isnt_the_right_one_gives_the_lead_away() -> None:
    world = a_world()
    assert text(world, "wrong area") == "Thank you for telling us: we take Lead 1 back."
    assert handoff_of(lead(world)).partner == "birch"
    assert world.partners.states(["alder"])["alder"].paused is None


def test_who_is_busy_gets_no_leads_until_it_is_ready() -> None:
    world = a_world()
    said = text(world, "too busy")
    assert said == "OK, we take Lead 1 back and skip you for now. Text ready when you want leads again."
    assert world.partners.states(["alder"])["alder"].paused == "busy"
    assert text(world, "ready") == "Welcome back: you get leads again."
    assert world.partners.states(["alder"])["alder"].paused is None


def test_who_is_busy_without_a_lead_is_skipped_as_well() -> None:
    world = a_world(leads=0)
    assert text(world, "busy") == "OK, we skip you for now. Text ready when you want leads again."
    assert world.partners.states(["alder"])["alder"].paused == "busy"


def test_what_the_manager_has_paused_stays_paused() -> None:
    world = a_world()
    pause_partner(world.services, "alder", "manager")
    text(world, "busy")
    answer = text(world, "ready")
    assert answer == "Leads to you are paused at Fernhill Home Improvement. Please call us: 212-555-0100."
    assert world.partners.states(["alder"])["alder"].paused == "manager"


def test_an_answer_after_the_lead_has_moved_on_is_thanked_for_and_changes_nothing() -> None:
    world = a_world()
    move_lead(world.services, "lead001", "no news", "dana")
    before = lead(world)
    said = text(world, "scheduled Tue 3pm")
    assert said == "Thank you. You have no open lead from Fernhill Home Improvement now, so nothing was changed."
    assert lead(world) == before


def test_a_time_that_is_over_is_asked_for_again() -> None:
    world = a_world()
    said = text(world, "scheduled Nov 2 3pm")
    assert said == "That time has passed, or there is no such day. Text it again, such as scheduled Tue 3pm"
    assert lead(world).is_open


# -- what could be several things ----------------------------------------------------------------------------


def test_a_bare_no_closes_nothing_and_is_asked_about() -> None:
    world = a_world()
    said = text(world, "No")
    assert said == "What of Lead 1? Text declined if they said no, else: not yet, no answer, or not for us"
    assert lead(world).is_open


def test_a_bare_yes_is_asked_about() -> None:
    said = text(a_world(), "yes")
    assert said == "Is there a date with Lead 1? Then text it, such as scheduled Tue 3pm. If not: not yet"


def test_which_of_several_leads_is_meant_has_to_be_said() -> None:
    world = a_world(leads=2, most_open_leads=2)
    assert text(world, "not yet") == "Which lead? Begin with the last 4 digits of their number, such as: 4821 not yet"
    assert text(world, "0002 they said no") == "Noted: Lead 2 said no. That settles it, thank you."
    assert (lead(world, 1).status, lead(world, 2).status) == ("open", "not_interested")


def test_another_leads_number_never_settles_this_one() -> None:
    world = a_world()
    said = text(world, "(646) 200-0099 declined")
    assert said == "Thank you. You have no open lead from Fernhill Home Improvement now, so nothing was changed."
    assert lead(world).is_open


def test_what_comes_with_a_no_is_read_by_somebody() -> None:
    world = a_world()
    text(world, "declined, wants to wait a year")
    assert told(world) == ['Alder Roofing wrote about Lead 1: "declined, wants to wait a year"']


# -- words ---------------------------------------------------------------------------------------------------


def test_free_words_are_kept_and_somebody_of_ours_is_told() -> None:
    world = a_world()
    said = text(world, "Her basement flooded as well")
    assert said is not None
    assert said.startswith("Thank you, one of us reads this.")
    assert notes(world) == [("note", "Her basement flooded as well")]
    assert told(world) == ['Alder Roofing wrote about Lead 1: "Her basement flooded as well"']
    assert handoff_of(lead(world)).heard_at == world.clock()


def test_the_leads_own_rep_is_told_where_there_is_one() -> None:
    world = a_world()
    ana = sample_settings().team.reps[0]
    world.store.save(lead(world).model_copy(update={"rep": ana.id}))
    text(world, "Her basement flooded as well")
    assert len(told(world, ana.phone)) == 1
    assert told(world) == []


def test_a_thumb_is_a_sign_of_life_and_troubles_nobody() -> None:
    world = a_world()
    said = text(world, "\U0001f44d")
    assert said is not None
    assert said.startswith("Thank you. Once you know how it goes with Lead 1, text: ")
    assert told(world) == []
    assert handoff_of(lead(world)).heard_at == world.clock()


def test_a_phone_that_answers_by_itself_is_no_sign_of_life_and_no_conversation() -> None:
    world = a_world()
    assert text(world, "I'm driving right now and will reply later") is None
    assert handoff_of(lead(world)).heard_at is None
    text(world, "On a roof, talk to you soon")
    world.clock.advance(timedelta(hours=3))
    heard_at = handoff_of(lead(world)).heard_at
    assert text(world, "On a roof, talk to you soon") is None
    assert handoff_of(lead(world)).heard_at == heard_at
    assert len(told(world)) == 1


def test_words_without_a_lead_go_to_the_manager() -> None:
    world = a_world(leads=0)
    said = text(world, "Can we talk about prices?")
    assert said == "Thank you. One of us at Fernhill Home Improvement reads this."
    assert told(world) == ['Alder Roofing wrote: "Can we talk about prices?"']


# -- no more texts -------------------------------------------------------------------------------------------


def test_a_stop_is_confirmed_once_and_the_manager_is_told() -> None:
    world = a_world()
    confirmed = text(world, "STOP")
    assert confirmed is not None
    assert "no more texts to you" in confirmed
    assert world.store.suppressed([("text", PAT)])
    assert told(world) == ["Alder Roofing texted STOP: it gets no more texts, so call it about its leads, or pause it."]
    assert is_given(lead(world))
    assert text(world, "STOP") is None


def test_after_a_stop_answers_still_count_and_nothing_is_texted_back() -> None:
    world = a_world()
    text(world, "STOP")
    assert text(world, "not yet") is None
    assert notes(world) == [("not_yet", "not yet")]
    assert text(world, "START") == "Fernhill Home Improvement: texts to you are on again. Text STOP to end them."
    assert not world.store.suppressed([("text", PAT)])


# -- once ----------------------------------------------------------------------------------------------------


def test_a_text_that_is_delivered_twice_counts_once() -> None:
    world = a_world()
    text(world, "not yet", "m1")
    assert text(world, "not yet", "m1") is None
    assert len(notes(world)) == 1


def test_a_text_whose_handling_failed_is_handled_when_it_is_delivered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    with monkeypatch.context() as broken:
        broken.setattr(world.partners, "states", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            text(world, "not yet", "m1")
    assert text(world, "not yet", "m1") is not None


def test_every_answer_is_one_segment_whatever_anybody_is_called() -> None:
    name = "Maximiliane-Elisabeth \U0001f600 Featherstonehaugh-Ramachandran"
    world = World(settings=with_partners(ALDER | {"name": "Ålder & Søns Roofing, Gutters, Siding"}))
    theirs, yours = world.settings.zone, world.settings.zone
    business = world.settings.business.model_copy(update={"name": "A very long name of a business that goes on " * 3})
    alder = world.settings.partners.partners[0]
    said = [
        *(answers.noted(answer, name) for answer in PARTNER_ANSWERS if answer != "scheduled"),
        *(make(name) for make in (answers.scheduled_when, answers.is_it_the_estimate, answers.yes_to_what)),
        *(make(name) for make in (answers.no_to_what, answers.passed_to, answers.how_does_it_go)),
        answers.scheduled(name, world.clock(), theirs, yours),
        *(make() for make in (answers.no_such_time, answers.skipped, answers.which_lead, answers.ready_again)),
        answers.not_skipped(),
        *(make(business) for make in (answers.nothing_open, answers.reads_it, answers.paused_by_us)),
        *(make(business) for make in (answers.stopped, answers.started)),
        answers.partner_wrote(alder, name, "a long story " * 50),
        answers.partner_stopped(alder),
    ]
    assert [words for words in said if segments(words) != 1 or not is_gsm7(words)] == []
