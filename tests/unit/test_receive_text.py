"""A rep's text is read, applied to the lead that it is about, and answered once."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.errors import SendingRefused
from followthrough.domain.leads import Lead, Nudge, Touch
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_text import TextFromRep, receive_text
from tests.unit.arriving import arrive
from tests.unit.building import HOUR, MINUTE, at
from tests.unit.fakes import FakeStore, FakeTexter, World, sample_settings

MONDAY_10 = at("2026-11-23 10:00")
ANA, BEN, DANA, NOBODY = "+12125550111", "+12125550112", "+12125550110", "+12125550199"
_message_ids = count(1)


def just_ana() -> Settings:
    """A firm where every call goes to Ana first."""
    settings = sample_settings()
    team = settings.team.model_copy(update={"reps": settings.team.reps[:1]})
    return settings.model_copy(update={"team": team})


def asked(*names: str, settings: Settings | None = None, **parts: object) -> World:
    """A rep was asked for the first call of each of these leads, one a minute."""
    world = World(settings=settings or just_ana(), **parts)  # type: ignore[arg-type]  # parts of a World by name
    for number, name in enumerate(names or ("Ann Lee",)):
        world.clock.advance(MINUTE if number else timedelta())
        lead_id = arrive(world, name=name, email=f"lead{number}@example.com", phone=f"212-555-010{number}")
        call(world, lead_id)
    world.texter.sent.clear()
    return world


def call(world: World, lead_id: str) -> None:
    touch = plan_next_touch(world.services, f"{lead_id}-1", 1)
    world.machine.waiting.add(f"task of {lead_id}")
    ask_rep_to_call(world.services, about(lead_id, touch.touch_id))


def about(lead_id: str, touch_id: str = "first-call.1") -> TouchRequest:
    return TouchRequest(pursuit_id=f"{lead_id}-1", run=1, touch_id=touch_id, task_token=f"task of {lead_id}")


def text(world: World, body: str, phone: str = ANA, message_id: str | None = None) -> str | None:
    """What is answered to a text; None: nothing."""
    before = len(world.texter.sent)
    receive_text(world.services, TextFromRep(phone, body, message_id or f"message{next(_message_ids)}"))
    answers = [words for to, words in world.texter.sent[before:] if to == phone]
    assert len(answers) <= 1
    return answers[0] if answers else None


def outcomes(world: World, touch_id: str = "first-call.1") -> list[str | None]:
    """What was reported of each lead's call."""
    return [world.store.touches[lead_id, 1, touch_id].outcome for lead_id in sorted(world.store.leads)]


def lead(world: World, lead_id: str = "lead1") -> Lead:
    return world.store.load(lead_id)


def code(world: World, lead_id: str) -> str:
    ask = lead(world, lead_id).ask
    assert ask
    return ask.code


# -- what is said


@pytest.mark.parametrize(
    ("body", "outcome", "answer"),
    [
        ("6", "no_answer", "Noted for Ann Lee: no answer."),
        ("vm", "voicemail", "Noted for Ann Lee: left voicemail."),
        ("not interested", "not_interested", "Noted for Ann Lee: not interested."),
        ("wrong", "wrong_number", "Noted for Ann Lee: wrong number."),
    ],
)
def test_a_number_or_a_word_reports_the_call_that_was_asked_for(body: str, outcome: str, answer: str) -> None:
    world = asked()
    assert text(world, body) == answer
    assert outcomes(world) == [outcome]
    assert world.machine.answered == ["task of lead1"]


def test_who_reported_and_what_else_was_said_is_on_the_timeline() -> None:
    world = asked()
    text(world, "vm, prefers mornings")
    touch = world.store.touches["lead1", 1, "first-call.1"]
    assert (touch.by, touch.note) == ("ana", "prefers mornings")


def test_an_appointment_is_understood_on_the_lead_s_clock() -> None:
    world = asked()
    assert text(world, "1 Tue 3pm") == "Booked Ann Lee for Tue Nov 24, 3 PM. Well done."
    assert lead(world).appointment_at == at("2026-11-24 15:00")


def test_a_call_back_is_planned_for_when_they_want_it() -> None:
    world = asked()
    assert text(world, "later 3pm") == "Noted: call Ann Lee back Mon Nov 23, 3 PM."
    assert lead(world).next_touch_at == at("2026-11-23 15:00")


def test_a_call_back_without_a_time_is_asked_about_and_nothing_is_recorded() -> None:
    world = asked()
    answer = text(world, "2")
    assert answer
    assert answer.startswith("When shall we call Ann Lee back?")
    assert outcomes(world) == [None]


def test_a_time_that_there_is_not_is_asked_about_and_nothing_is_recorded() -> None:
    world = asked()
    answer = text(world, "1 Wed Nov 24 3pm")
    assert answer
    assert answer.startswith("That time has passed, or there is no such day.")
    assert outcomes(world) == [None]


def test_a_rep_who_cannot_take_it_hears_who_is_asked_instead() -> None:
    world = asked()
    assert text(world, "8") == "OK. Dana Weiss is asked to call Ann Lee instead."
    ask = lead(world).ask
    assert ask
    assert (ask.asked, ask.why) == (("ana", "dana"), "cannot_take")


# -- about whom


def test_it_is_about_the_latest_open_call() -> None:
    world = asked("Ann Lee", "Bob Ray", "Cy Orr")
    assert text(world, "6") == "Noted for Cy Orr: no answer."
    assert text(world, "5") == "Noted for Bob Ray: left voicemail."
    assert outcomes(world) == [None, "voicemail", "no_answer"]


def test_or_about_the_one_that_its_code_names() -> None:
    world = asked("Ann Lee", "Bob Ray", "Cy Orr")
    assert text(world, f"{code(world, 'lead1')} 6") == "Noted for Ann Lee: no answer."
    assert outcomes(world) == ["no_answer", None, None]


def test_a_code_is_understood_however_it_is_written() -> None:
    world = asked("Ann Lee", "Bob Ray")
    assert text(world, f"{code(world, 'lead1').lower()}: no answer") == "Noted for Ann Lee: no answer."


def test_a_code_of_no_open_call_changes_nothing() -> None:
    world = asked("Ann Lee", "Bob Ray")
    closed = code(world, "lead1")
    text(world, f"{closed} booked")
    answer = text(world, f"{closed} 6")
    assert answer
    assert answer.startswith(f"There is no open call {closed}.")
    assert outcomes(world) == ["booked", None]


def test_with_no_call_open_the_rep_hears_how_a_lead_is_named() -> None:
    world = asked()
    text(world, "6")
    answer = text(world, "6")
    assert answer
    assert answer.startswith("No call is open for you.")
    assert list(world.store.touches) == [("lead1", 1, "first-call.1")]


def test_somebody_else_s_call_is_not_reported() -> None:
    world = asked(settings=sample_settings())
    answer = text(world, "6", phone=BEN)
    assert answer
    assert answer.startswith("No call is open for you.")
    assert outcomes(world) == [None]


def test_the_last_digits_of_the_number_name_a_lead_of_the_rep_s_own_with_or_without_a_call() -> None:
    world = asked("Ann Lee", "Bob Ray")
    assert text(world, "0100 6") == "Noted for Ann Lee: no answer."
    assert text(world, "0100 booked") == "Noted for Ann Lee: booked."
    assert world.store.touches["lead1", 1, "contact.1"].outcome == "booked"
    assert outcomes(world) == ["no_answer", None]


def test_last_digits_of_nobody_s_number_change_nothing() -> None:
    world = asked()
    answer = text(world, "4821 booked")
    assert answer
    assert answer.startswith("No open lead has a number ending in 4821.")
    assert lead(world).is_open


def test_last_digits_of_two_leads_are_told_apart_on_the_page() -> None:
    world = asked()
    lead_id = arrive(world, name="Bob Ray", email="bob@example.com", phone="917-555-0100")
    call(world, lead_id)
    answer = text(world, "0100 booked")
    assert answer
    assert answer.startswith("More than one lead has a number ending in 0100.")
    token = answer.rpartition("/")[2]
    assert world.team.rep_behind(token) == "ana"
    assert outcomes(world) == [None, None]


# -- late


def escalated() -> World:
    """Ana said nothing; Ben or Chloe has been asked instead."""
    world = asked(settings=sample_settings())
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, about("lead1"))
    world.texter.sent.clear()
    return world


def test_a_late_answer_of_the_first_rep_counts_and_the_second_one_is_told_to_stand_down() -> None:
    world = escalated()
    assert text(world, "booked") == "Noted for Ann Lee: booked."
    ((phone, words),) = [sent for sent in world.texter.sent if sent[0] != ANA]
    assert words == "Ana Ruiz has reported on Ann Lee: stand down."
    assert phone in {person.phone for person in world.settings.team.reps}


def test_after_the_second_rep_s_report_the_first_one_s_answer_changes_nothing() -> None:
    world = escalated()
    ask = lead(world).ask
    assert ask
    second = world.settings.team.person(ask.holder)
    assert second
    text(world, "booked", phone=second.phone)
    before = lead(world)
    assert text(world, "6") is not None
    assert lead(world) == before


# -- what isn't clear


def test_what_is_not_understood_is_answered_helpfully_and_changes_nothing() -> None:
    world = asked()
    before = lead(world)
    assert text(world, "what is this thing") == (
        "Sorry, that was not clear. Text 1 Tue 3pm if booked, 5 voicemail, 6 no answer. ? for all answers."
    )
    assert lead(world) == before


def test_the_same_unclear_words_over_and_over_are_not_answered_over_and_over() -> None:
    """A phone that answers by itself, in words that nobody knows of, would go on for ever."""
    world = asked()
    answers = [text(world, "At the dentist, talk soon!") for _ in range(5)]
    assert [answer is not None for answer in answers] == [True, False, False, False, False]
    world.clock.advance(HOUR)
    assert text(world, "At the dentist, talk soon!")


@pytest.mark.parametrize("body", ["STOP", "I'm driving right now", "Liked \u201cCall Ann Lee now\u201d"])
def test_what_no_person_waits_for_an_answer_to_is_not_answered(body: str) -> None:
    world = asked()
    before = lead(world)
    assert text(world, body) is None
    assert lead(world) == before


def test_thanks_are_answered_only_while_a_report_is_waited_for() -> None:
    world = asked()
    assert text(world, "ok")
    text(world, "6")
    assert text(world, "thanks") is None


# -- away, back, list, help


def test_a_rep_who_is_away_is_not_asked_until_they_are_back() -> None:
    world = asked(settings=sample_settings())
    assert text(world, "away") == "You are away: no calls will be sent to you. Text back when you are here again."
    assert world.team.state().away == {"ana": None}
    text(world, "back")
    assert world.team.state().away == {}


def test_a_rep_can_be_away_until_a_time_on_their_own_clock() -> None:
    world = asked(settings=sample_settings())
    text(world, "away until 3pm")
    text(world, "away until 3pm", phone="+19175550113")
    assert world.team.state().away == {
        "ana": at("2026-11-23 15:00"),
        "chloe": at("2026-11-23 15:00", "America/Chicago"),
    }


def test_the_list_is_a_link_of_the_rep_s_own() -> None:
    world = asked("Ann Lee", "Bob Ray")
    answer = text(world, "list")
    assert answer
    words, _, token = answer.rpartition("/")
    assert words == "2 open leads: https://api.example.com/calls"
    assert world.team.rep_behind(token) == "ana"


def test_a_question_mark_gets_all_that_can_be_said() -> None:
    answer = text(asked(), "?")
    assert answer
    assert answer.startswith("1 booked Tue 3pm, 2 call back")


# -- who texts, and how often


def test_somebody_who_is_not_of_the_team_gets_nothing_and_changes_nothing() -> None:
    world = asked()
    before = lead(world)
    assert text(world, "booked", phone=NOBODY) is None
    assert (world.texter.sent, lead(world)) == ([], before)


def test_the_manager_can_answer_too() -> None:
    world = asked()
    text(world, "8")
    assert text(world, "6", phone=DANA) == "Noted for Ann Lee: no answer."


def test_the_same_text_delivered_twice_is_answered_once() -> None:
    world = asked()
    assert text(world, "6", message_id="again") == "Noted for Ann Lee: no answer."
    before = lead(world)
    assert text(world, "6", message_id="again") is None
    assert lead(world) == before


def test_the_same_text_delivered_twice_is_not_taken_for_a_report_about_another_lead() -> None:
    world = asked("Ann Lee", "Bob Ray")
    text(world, "not interested", message_id="again")
    text(world, "not interested", message_id="again")
    assert outcomes(world) == [None, "not_interested"]


def test_the_same_text_delivered_twice_is_not_taken_for_a_second_conversation() -> None:
    world = asked()
    text(world, "0100 6")
    text(world, "0100 6", message_id="again")
    text(world, "0100 6", message_id="again")
    assert lead(world).pursuit.unanswered_calls == 2


class StoreThatIsDown(FakeStore):
    """Nothing is written while `down`."""

    down = False

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        if self.down:
            raise ConnectionError("no answer")
        return super().save(lead, touches, nudge)


def test_a_text_that_could_not_be_handled_is_handled_when_it_is_delivered_again() -> None:
    world = asked(store_kind=StoreThatIsDown)
    assert isinstance(world.store, StoreThatIsDown)
    world.store.down = True
    with pytest.raises(ConnectionError):
        text(world, "6", message_id="again")
    world.store.down = False
    assert text(world, "6", message_id="again") == "Noted for Ann Lee: no answer."


class TexterThatRefuses(FakeTexter):
    """No text gets out to anybody but the first."""

    def send(self, phone: str, body: str) -> str:
        if self.sent:
            raise SendingRefused("OptedOut")
        return super().send(phone, body)


def test_a_report_counts_even_if_its_confirmation_does_not_get_out() -> None:
    world = asked(texter=TexterThatRefuses())
    world.texter.sent.append((ANA, "the nudge"))
    text(world, "6")
    assert outcomes(world) == ["no_answer"]
    assert ("AnswersFailed", 1) in world.measured


def test_a_text_ten_days_after_the_nudge_still_finds_the_lead() -> None:
    world = asked()
    world.clock.advance(timedelta(days=10))
    assert text(world, "not interested") == "Noted for Ann Lee: not interested."
