"""How a rep is told: new leads buzz one by one, other calls come together once an hour, and a way is always found."""

import re

import pytest

from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in
from tests.unit.building import HOUR, MINUTE, at
from tests.unit.fakes import FakeTexter, World
from tests.unit.later_calls import (
    FailingMailer,
    TexterThatDies,
    TexterThatFails,
    ask,
    due,
    just_ana,
    new_lead,
    texts,
    waiting,
    world_of_later_calls,
)

MONDAY_10 = at("2026-11-23 10:00")
LINK = re.compile(r"https://api\.example\.com/calls/(\S+)$")


class FailingTexter(FakeTexter):
    """Refuses, or loses the answer."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send(self, phone: str, body: str) -> str:
        raise self.error


# -- one by one


def test_every_new_lead_buzzes_at_once() -> None:
    world = World(settings=just_ana())
    for number in range(4):
        ask(world, new_lead(world, number))
    assert [f"Lead {number}" in words for number, words in enumerate(texts(world))] == [True] * 4


def test_a_call_back_buzzes_at_its_time_however_many_texts_there_were() -> None:
    world = world_of_later_calls(leads=2)
    ask(world, "lead1")
    report_outcome(world.services, "lead1", Report("call_back", callback_at=world.clock() + 30 * MINUTE))
    world.texter.sent.clear()
    ask(world, "lead1")
    (words,) = texts(world)
    assert "They asked to be called at this time." in words


# -- together


def test_the_first_call_due_in_an_hour_buzzes_at_once() -> None:
    world = world_of_later_calls(leads=1)
    ask(world, "lead1")
    (words,) = texts(world)
    assert words.startswith("Call Lead 0 now")


def test_within_the_hour_nothing_is_texted_and_the_calls_wait() -> None:
    world = world_of_later_calls()
    for number in range(1, 4):
        ask(world, f"lead{number}")
    assert len(texts(world)) == 1
    assert waiting(world) == {"lead2", "lead3"}


def test_the_first_text_after_an_hour_tells_of_all_calls_that_are_open() -> None:
    world = world_of_later_calls(if_silent={"after": "5h", "do": "remind"})
    ask(world, "lead1")
    ask(world, "lead2")
    world.clock.advance(HOUR)
    ask(world, "lead3")
    first, second = texts(world)
    assert "Lead 0" in first
    assert second.startswith("3 calls due, Lead 1 first. All of them: https://")
    assert waiting(world) == set()


def test_the_list_that_a_bundle_links_to_is_the_rep_s_own() -> None:
    world = world_of_later_calls(leads=2, if_silent={"after": "5h", "do": "remind"})
    ask(world, "lead1")
    world.clock.advance(HOUR)
    ask(world, "lead2")
    found = LINK.search(texts(world)[-1])
    assert found
    assert world.team.rep_behind(found[1]) == "ana"


def test_a_call_that_waits_is_asked_for_like_any_other() -> None:
    world = world_of_later_calls(leads=2)
    ask(world, "lead1")
    ask(world, "lead2")
    found = lead_in(world, "lead2").ask
    assert found
    assert (found.holder, found.nudged) == ("ana", True)
    assert world.team.state().open_asks["ana"] == 2
    assert "lead2" in {nudge.lead_id for nudge in world.team.nudges_of("ana")}


def test_the_machine_asking_again_does_not_tell_twice_of_a_call_that_waits() -> None:
    world = world_of_later_calls(leads=2)
    ask(world, "lead1")
    again = ask(world, "lead2")
    world.team.settle("ana", world.team.state().waiting["ana"].calls)
    assert ask_rep_to_call(world.services, again) == "listening"
    assert (len(texts(world)), waiting(world)) == (1, set())


def test_a_call_that_nobody_has_been_told_of_does_not_count_as_nudged() -> None:
    world = world_of_later_calls(leads=2)
    ask(world, "lead1")
    world.store.save(lead_in(world, "lead2").model_copy(update={"nudged_at": None}))
    measured_before = measured(world, "SecondsToNudge")
    ask(world, "lead2")
    assert lead_in(world, "lead2").nudged_at is None
    assert measured(world, "SecondsToNudge") == measured_before


def test_an_e_mail_goes_at_once_for_every_call_and_the_text_still_waits() -> None:
    world = world_of_later_calls(ways=("text", "email"))
    for number in range(1, 4):
        ask(world, f"lead{number}")
    assert len(world.mailer.sent) == 3
    assert (len(texts(world)), waiting(world)) == (1, {"lead2", "lead3"})


def test_who_wants_no_texts_has_nothing_that_waits() -> None:
    world = world_of_later_calls(ways=("email",))
    for number in range(1, 4):
        ask(world, f"lead{number}")
    assert (len(world.mailer.sent), texts(world), waiting(world)) == (3, [], set())


@pytest.mark.parametrize(("after", "buzzes"), [("30m", 2), ("60m", 2), ("61m", 1)])
def test_a_call_that_would_go_to_somebody_else_before_its_rep_has_heard_of_it_cannot_wait(
    after: str, buzzes: int
) -> None:
    world = world_of_later_calls(leads=2, if_silent={"after": after, "do": "escalate"})
    ask(world, "lead1")
    ask(world, "lead2")
    assert len(texts(world)) == buzzes


def test_a_call_of_which_the_rep_is_told_something_of_its_own_cannot_wait() -> None:
    world = world_of_later_calls(nudge="Not reached? We write that you are free.")
    for number in range(1, 4):
        ask(world, f"lead{number}")
    assert [("We write that you are free." in words) for words in texts(world)] == [True, True, True]
    assert waiting(world) == set()


def test_a_text_that_a_crash_cut_off_is_sent_by_the_retry_within_the_same_hour() -> None:
    texter = TexterThatDies()
    world = world_of_later_calls(leads=1, texter=texter)
    texter.deaths = 1
    touch = due(world, "lead1")
    world.clock.now = touch.due_at
    request = TouchRequest(pursuit_id="lead1-1", run=1, touch_id=touch.touch_id)
    with pytest.raises(MemoryError):
        ask_rep_to_call(world.services, request)
    assert ask_rep_to_call(world.services, request) == "listening"
    assert len(texts(world)) == 1


def test_a_reminder_goes_when_the_hour_is_over() -> None:
    world = world_of_later_calls(leads=1, if_silent={"after": "61m", "do": "remind"})
    request = ask(world, "lead1")
    world.clock.advance(61 * MINUTE)
    assert escalate_silent_rep(world.services, request) == "reminded"
    assert texts(world)[-1].startswith("A reminder.")


def test_a_reminder_within_the_hour_waits() -> None:
    world = world_of_later_calls(leads=1)
    request = ask(world, "lead1")
    world.clock.advance(30 * MINUTE)
    assert escalate_silent_rep(world.services, request) == "reminded"
    assert (len(texts(world)), waiting(world)) == (1, {"lead1"})


def test_a_reminder_of_a_call_that_still_waited_is_the_first_that_the_rep_hears_of_it() -> None:
    world = world_of_later_calls(leads=2, if_silent={"after": "60m", "do": "remind"})
    ask(world, "lead1")
    request = ask(world, "lead2")
    report_outcome(world.services, "lead1", Report("booked"))
    world.clock.advance(HOUR)
    assert escalate_silent_rep(world.services, request) == "reminded"
    assert texts(world)[-1].startswith("Call Lead 1 now")
    assert waiting(world) == set()


@pytest.mark.parametrize("error", [SendingRefused("OptedOut"), SendingThrottled("Throttled")])
def test_a_bundle_that_cannot_be_texted_goes_by_e_mail_in_the_same_words(error: Exception) -> None:
    world = world_of_later_calls(texter=(texter := TexterThatFails(error)), if_silent={"after": "5h", "do": "remind"})
    ask(world, "lead1")
    ask(world, "lead2")
    world.clock.advance(HOUR)
    texter.failing = True
    ask(world, "lead3")
    (mail,) = world.mailer.sent
    assert (mail.to, mail.content.subject) == ("ana@example.com", "3 calls due")
    words = " ".join(mail.content.text.split())
    assert words.startswith("3 calls due, Lead 1 first. All of them: https://api.example.com/calls/")
    assert waiting(world) == set()


def test_when_nothing_gets_out_the_call_waits_and_that_is_measured() -> None:
    texter = TexterThatFails()
    world = world_of_later_calls(leads=1, texter=texter, mailer=FailingMailer())
    texter.failing = True
    ask(world, "lead1")
    assert measured(world, "NudgesFailed") == [1]
    assert waiting(world) == {"lead1"}


# -- what a text leads to


def test_a_nudge_ends_in_a_link_to_its_own_page() -> None:
    world = World(settings=just_ana())
    ask(world, new_lead(world))
    (words,) = texts(world)
    found = LINK.search(words.split(" Reply")[0])
    assert found
    nudge = world.team.nudge_behind(found[1])
    assert (nudge.rep, nudge.lead_id, nudge.touch_id) == ("ana", "lead1", "first-call.1")


def test_with_several_calls_open_each_nudge_says_its_code() -> None:
    world = World(settings=just_ana())
    for number in range(2):
        ask(world, new_lead(world, number))
    first, second = texts(world)
    codes = [nudge.code for nudge in reversed(world.team.nudges_of("ana"))]
    assert codes[0] not in first.split()
    assert re.search(rf"\b{lead_code(world, 'lead2')}\b", second)


def lead_code(world: World, lead_id: str) -> str:
    found = lead_in(world, lead_id).ask
    assert found
    return found.code


def test_every_text_fits_two_segments() -> None:
    world = World(settings=just_ana())
    for number in range(9):
        lead_id = arrive(
            world,
            name="Maximiliana Konstantinopoulou-Featherstonehaugh",
            email=f"lead{number}@example.com",
            phone=f"212-555-010{number}",
            message="I would like to have my whole house renovated, from the roof down to the cellar, please",
        )
        if not lead_in(world, lead_id).ask:
            ask(world, lead_id)
    assert texts(world)
    assert all(is_gsm7(words) and segments(words) <= 2 for words in texts(world))


# -- some way is always found


@pytest.mark.parametrize("error", [SendingRefused("OptedOut"), SendingThrottled("Throttled")])
def test_when_no_text_gets_out_the_nudge_goes_by_e_mail_with_its_link(error: Exception) -> None:
    world = World(settings=just_ana(), texter=FailingTexter(error))
    ask(world, new_lead(world))
    (mail,) = world.mailer.sent
    nudge = world.team.nudges_of("ana")[0]
    link = next(token for token, behind in world.store.links.items() if behind == nudge)
    assert mail.to == "ana@example.com"
    assert mail.tags == {"rep": "ana"}  # so that a bounce of it is told from a lead's
    assert f"https://api.example.com/calls/{link}" in mail.content.text
    assert f"https://api.example.com/calls/{link}" in mail.content.html


def test_a_text_that_may_have_got_out_is_enough() -> None:
    world = World(settings=just_ana(), texter=FailingTexter(SendingUnknown("timeout")))
    ask(world, new_lead(world))
    assert world.mailer.sent == []


def test_who_wants_both_and_gets_only_the_e_mail_gets_one_e_mail() -> None:
    settings = just_ana(None, "text", "email")
    world = World(settings=settings, texter=FailingTexter(SendingRefused("OptedOut")))
    ask(world, new_lead(world))
    assert [mail.to for mail in world.mailer.sent] == ["ana@example.com"]


def test_when_nothing_gets_out_that_is_measured_and_silence_moves_on() -> None:
    world = World(settings=just_ana(), texter=FailingTexter(SendingRefused("OptedOut")), mailer=FailingMailer())
    request = ask(world, new_lead(world))
    assert ("NudgesFailed", 1) in world.measured
    world.clock.advance(5 * MINUTE)
    assert escalate_silent_rep(world.services, request) == "escalated"
    found = lead_in(world).ask
    assert found
    assert found.holder == "dana"


def test_who_wants_e_mail_and_gets_none_is_measured_too() -> None:
    world = World(settings=just_ana(None, "email"), mailer=FailingMailer())
    ask(world, new_lead(world))
    assert measured(world, "NudgesFailed") == [1]


# -- how soon


def measured(world: World, name: str) -> list[float]:
    return [value for what, value in world.measured if what == name]


def test_the_time_from_arrival_to_the_first_nudge_is_measured_once() -> None:
    world = World(settings=just_ana())
    lead_id = new_lead(world)
    world.clock.advance(20 * MINUTE / 60)
    request = ask(world, lead_id)
    assert measured(world, "SecondsToNudge") == [20]
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, request)
    assert measured(world, "SecondsToNudge") == [20]
    assert lead_in(world).nudged_at == MONDAY_10 + 20 * MINUTE / 60


@pytest.mark.parametrize(
    ("said", "reached"), [("no_answer", []), ("in_conversation", [120]), ("not_interested", [120])]
)
def test_the_time_to_the_first_attempt_and_to_the_first_conversation_is_measured(
    said: str, reached: list[float]
) -> None:
    world = World(settings=just_ana())
    request = ask(world, new_lead(world))
    world.clock.advance(2 * MINUTE)
    report_outcome(world.services, "lead1", Report(said, request.touch_id))  # type: ignore[arg-type]  # one of them
    assert measured(world, "SecondsToFirstAttempt") == [120]
    assert measured(world, "SecondsToReached") == reached


# -- standing down


def escalated(**parts: object) -> World:
    world = World(**parts)  # type: ignore[arg-type]  # parts of a World by name
    request = ask(world, new_lead(world))
    world.clock.advance(5 * MINUTE)
    escalate_silent_rep(world.services, request)
    return world


def test_a_report_tells_everybody_else_who_was_asked_to_stand_down_and_nobody_who_was_not() -> None:
    world = escalated()
    found = lead_in(world).ask
    assert found
    world.texter.sent.clear()
    report_outcome(world.services, "lead1", Report("booked", by="ana"))
    second = world.settings.team.person(found.holder)
    assert second
    assert world.texter.sent == [(second.phone, "Ana Ruiz has reported on Lead 0: stand down.")]


def test_with_nobody_else_asked_nobody_is_told() -> None:
    world = World()
    ask(world, new_lead(world))
    world.texter.sent.clear()
    report_outcome(world.services, "lead1", Report("booked", by="ana"))
    assert world.texter.sent == []


def test_a_stand_down_that_does_not_get_out_keeps_no_report_from_counting() -> None:
    texter = TexterThatFails()
    world = escalated(texter=texter)
    texter.failing = True
    report_outcome(world.services, "lead1", Report("booked", by="ana"))
    assert lead_in(world).status == "booked"
    assert measured(world, "StandDownsFailed") == [1]
