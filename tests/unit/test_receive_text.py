"""A rep's text is read, applied to the lead that it is about, and answered once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from followthrough.domain.errors import SendingRefused
from followthrough.domain.leads import Lead, Nudge, Touch
from tests.unit.building import HOUR, at
from tests.unit.fakes import FakeStore, FakeTexter, sample_settings
from tests.unit.texting import ANA, DANA, NOBODY, asked, lead, outcomes, text

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


def test_a_call_back_at_a_time_without_calls_is_said_to_come_later() -> None:
    world = asked()
    assert text(world, "later Sunday 3pm") == (
        "Noted: call Ann Lee back Sun Nov 29, 3 PM. No calls are made then: it will be Mon Nov 30, 8 AM Eastern time."
    )


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


def test_what_somebody_else_texts_reports_nothing() -> None:
    world = asked()
    before = lead(world)
    text(world, "booked", phone=NOBODY)
    assert lead(world) == before
    assert world.measured[-1] == ("TextsFromOthers", 1)


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
