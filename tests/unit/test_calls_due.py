"""When a rep's hour is over, one text tells of all that waited and is still due, whatever fails."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from followthrough.domain.leads import Lead
from followthrough.domain.team_state import CallDue
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.calls_due import tell_calls_due
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import lead_in
from tests.unit.building import HOUR, MINUTE
from tests.unit.fakes import FakeStore, FakeTeamBook, World
from tests.unit.later_calls import (
    FailingMailer,
    TexterThatDies,
    TexterThatFails,
    ask,
    due,
    texts,
    waiting,
    world_of_later_calls,
)

LATER = {"if_silent": {"after": "5h", "do": "remind"}}


def hour_over(world: World) -> list[str]:
    """The rep's texts of the minute in which their hour is over."""
    world.clock.advance(HOUR)
    return minute(world)


def minute(world: World) -> list[str]:
    """The rep's texts of one look of the watchdog, which goes well."""
    seen, failed = len(texts(world)), list[str]()
    tell_calls_due(world.services, lambda id_, error: failed.append(id_))
    assert failed == []
    return texts(world)[seen:]


def failing(world: World) -> list[str]:
    """What fails in a minute, by rep or lead."""
    failed: list[str] = []
    tell_calls_due(world.services, lambda id_, error: failed.append(id_))
    return failed


def world_with_waiting(leads: int = 3, **parts: object) -> World:
    """Ana has been texted about the first lead, and of the others she is still to be told."""
    world = world_of_later_calls(leads, **{**LATER, **parts})  # type: ignore[arg-type]  # by name
    for number in range(1, leads + 1):
        ask(world, f"lead{number}")
    assert (len(texts(world)), len(waiting(world))) == (1, leads - 1)
    return world


# -- what is told


def test_one_text_tells_of_all_that_waited() -> None:
    world = world_with_waiting(4)
    (words,) = hour_over(world)
    assert re.fullmatch(r"4 calls due, Lead 1 first\. All of them: https://api\.example\.com/calls/\S+", words)
    assert waiting(world) == set()


def test_the_link_opens_the_rep_s_own_list() -> None:
    world = world_with_waiting()
    (words,) = hour_over(world)
    assert world.team.rep_behind(words.rpartition("/")[2]) == "ana"


def test_nothing_is_texted_a_second_before_the_hour_is_over() -> None:
    world = world_with_waiting()
    world.clock.advance(HOUR - MINUTE / 60)
    assert minute(world) == []
    assert len(waiting(world)) == 2


def test_one_call_that_is_left_is_told_of_by_its_own_nudge() -> None:
    world = world_with_waiting(2)
    report_outcome(world.services, "lead1", Report("booked"))
    (words,) = hour_over(world)
    assert words.startswith("Call Lead 1 now")


@pytest.mark.parametrize("said", ["no_answer", "in_conversation", "not_interested", "cannot_take"])
def test_what_was_settled_meanwhile_is_not_told(said: str) -> None:
    world = world_with_waiting(3)
    for number in range(1, 4):
        report_outcome(world.services, f"lead{number}", Report(said))  # type: ignore[arg-type]  # one of them
    assert hour_over(world) == []
    assert waiting(world) == set()


def test_after_nothing_was_left_to_tell_the_next_call_buzzes_at_once() -> None:
    world = world_with_waiting(2)
    for number in range(1, 3):
        report_outcome(world.services, f"lead{number}", Report("no_answer"))
    hour_over(world)
    before = len(texts(world))
    ask(world, "lead1")
    assert len(texts(world)) == before + 1


def test_a_call_of_a_lead_that_is_gone_is_forgotten() -> None:
    world = world_with_waiting(2)
    report_outcome(world.services, "lead1", Report("booked"))
    del world.store.leads["lead2"]
    assert hour_over(world) == []
    assert waiting(world) == set()


def test_the_next_hour_begins_with_the_text() -> None:
    world = world_with_waiting(2)
    hour_over(world)
    world.clock.advance(HOUR - MINUTE)
    report_outcome(world.services, "lead1", Report("no_answer"))
    before = len(texts(world))
    ask(world, "lead1")  # its third call, hours later
    assert len(texts(world)) == before + 1


def test_the_first_nudge_of_a_lead_counts_from_when_it_went() -> None:
    world = world_with_waiting(2)
    world.store.save(lead_in(world, "lead2").model_copy(update={"nudged_at": None}))
    hour_over(world)
    assert lead_in(world, "lead2").nudged_at == world.clock()


# -- when to hold on


def test_while_the_manager_has_closed_nobody_is_told_and_then_everybody() -> None:
    world = world_with_waiting()
    now = world.clock()
    world.team.close(now, now + 2 * HOUR)
    assert hour_over(world) == []
    assert len(hour_over(world)) == 1


def test_a_rep_who_has_gone_away_since_is_told_of_what_they_hold() -> None:
    world = world_with_waiting()
    world.team.set_away("ana", None)
    assert len(hour_over(world)) == 1


def test_who_has_left_the_team_is_told_nothing_and_keeps_nobody_else_waiting() -> None:
    world = world_with_waiting()
    (call, *_) = world.team.state().waiting["ana"].calls
    world.team.put_down("zoe", call)
    assert len(hour_over(world)) == 1
    assert not world.team.state().waiting["zoe"].calls


# -- whatever fails


def test_a_text_that_is_refused_goes_by_e_mail_in_the_same_words() -> None:
    texter = TexterThatFails()
    world = world_with_waiting(texter=texter)
    texter.failing = True
    assert hour_over(world) == []
    (mail,) = world.mailer.sent
    words = " ".join(mail.content.text.split())
    assert words.startswith("3 calls due, Lead 1 first. All of them: https://api.example.com/calls/")
    assert waiting(world) == set()


def test_what_did_not_get_out_is_measured_and_tried_again_after_a_few_minutes() -> None:
    texter = TexterThatFails()
    world = world_with_waiting(texter=texter, mailer=FailingMailer())
    texter.failing = True
    assert hour_over(world) == []
    assert ("NudgesFailed", 1) in world.measured
    assert len(waiting(world)) == 2
    texter.failing = False
    world.clock.advance(MINUTE)
    assert minute(world) == []
    world.clock.advance(4 * MINUTE)
    assert len(minute(world)) == 1


def test_after_a_crash_the_text_goes_again() -> None:
    texter = TexterThatDies()
    world = world_with_waiting(texter=texter)
    texter.deaths = 1
    world.clock.advance(HOUR)
    assert failing(world) == ["ana"]
    world.clock.advance(5 * MINUTE)
    assert len(minute(world)) == 1


class StoreWithABrokenLead(FakeStore):
    broken = False

    def load(self, lead_id: str) -> Lead:
        if self.broken and lead_id == "lead2":
            raise ValueError("unreadable")
        return super().load(lead_id)


def test_a_lead_that_cannot_be_read_keeps_no_other_waiting_and_is_not_forgotten() -> None:
    world = world_with_waiting(3, store_kind=StoreWithABrokenLead)
    assert isinstance(world.store, StoreWithABrokenLead)
    world.store.broken = True
    world.clock.advance(HOUR)
    assert failing(world) == ["lead2"]
    assert len(texts(world)) == 2
    world.store.broken = False
    assert len(hour_over(world)) == 1


class BookOnWhichOneRepFails(FakeTeamBook):
    def may_text(
        self, rep: str, now: datetime, quiet_until: datetime, about: CallDue | None = None
    ) -> frozenset[CallDue] | None:
        if rep == "dana" and about is None:
            raise ValueError("unreadable")
        return super().may_text(rep, now, quiet_until, about)


def test_one_rep_s_failure_keeps_no_other_rep_waiting() -> None:
    world = world_with_waiting()
    (call, *_) = waiting_calls = world.team.state().waiting["ana"].calls
    book = BookOnWhichOneRepFails(world.store, world.clock)
    book.put_down("dana", call)
    for each in waiting_calls:
        book.put_down("ana", each)
    failed: list[str] = []
    told = tell_calls_due(replace(world.services, team=book), lambda id_, error: failed.append(id_))
    assert (told.reps, failed) == (("ana",), ["dana"])


def test_the_machine_asking_again_does_not_tell_again_of_what_was_told() -> None:
    world = world_with_waiting(2)
    hour_over(world)
    before = len(texts(world))
    request = TouchRequest(pursuit_id="lead2-1", run=1, touch_id=due(world, "lead2").touch_id)
    assert ask_rep_to_call(world.services, request) == "listening"
    assert len(texts(world)) == before
