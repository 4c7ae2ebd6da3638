"""Calls that wait for a rep's next text: put down by many at once, even while one goes out, and none is left untold."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.calls_due import tell_calls_due
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import called_in_vain, plan, request
from tests.faults.world import World
from tests.unit.fakes import FakeTexter

ROUNDS = 8

both_ways = pytest.mark.parametrize("contest", [race, collide])


def second_call_due(world: World) -> Lead:
    """The machine is about to ask a rep for `second-call.1`, which need not buzz by itself."""
    lead = called_in_vain(world)
    send_message(world.services, request(lead, "tried-you.1"))
    planned = plan(world, lead.id)
    assert planned.touch_id == "second-call.1"
    world.clock.now = planned.due_at
    return world.store.load(lead.id)


def asking(lead: Lead) -> Side:
    return partial(ask_rep_to_call, request=request(lead, "second-call.1"))


def watching(services: SendingServices) -> object:
    failed: list[str] = []
    told = tell_calls_due(services, lambda id_, error: failed.append(f"{id_}: {error}"))
    assert failed == []
    return told


def waiting(world: World, rep: str) -> set[str]:
    found = world.services.team.state().waiting.get(rep)
    return {call.lead_id for call in found.calls} if found else set()


def hour_over(world: World, rep: str) -> None:
    """As if the rep's hour were over, with the calls still at their time; and what was sent before is forgotten."""
    world.services.team.settle(rep, frozenset(), world.clock())
    world.texter.sent.clear()


@both_ways
def test_asks_at_once_with_the_watchdog_are_each_told_or_wait(world: World, contest: Contest, tally: Tally) -> None:
    before = second_call_due(world)
    assert before.rep
    for _ in range(ROUNDS):
        told, waited, first, second = leads = [world.copy(before) for _ in range(4)]
        asking(told)(world.services)  # begins the hour
        asking(waited)(world.services)
        assert waiting(world, before.rep) == {waited.id}
        hour_over(world, before.rep)

        contest(world, asking(first), asking(second), watching)
        assert len(world.texter.sent) == 1
        left = waiting(world, before.rep)
        tally[f"{len(left)} left waiting"] += 1
        # Whoever sent has told of what waited, and of their own call if they are an ask; the others wait.
        assert waited.id not in left
        assert left in ({first.id, second.id}, {first.id}, {second.id})
        assert all(ask.nudged for lead in leads if (ask := world.store.load(lead.id).ask))

        hour_over(world, before.rep)
        watching(world.services)
        assert len(world.texter.sent) == 1
        assert waiting(world, before.rep) == set()
        for lead in leads:
            report_outcome(world.services, lead.id, Report("not_interested"))
        hour_over(world, before.rep)


@pytest.mark.parametrize("write", [1, 2])
def test_a_text_between_two_writes_of_an_ask_loses_no_call(world: World, write: int) -> None:
    before = second_call_due(world)
    assert before.rep
    waited, late = world.copy(before), world.copy(before)
    for lead in (world.copy(before), waited):
        asking(lead)(world.services)
    hour_over(world, before.rep)
    assert interrupted(world, asking(late), lambda: watching(world.services), write) == "asked"
    (text,) = world.texter.sent
    assert "calls due" in text[1]
    assert waiting(world, before.rep) == ({late.id} if write == 1 else set())


class TexterWithMeanwhile(FakeTexter):
    """While a text goes out, something else happens, once."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = [meanwhile]

    def send(self, phone: str, body: str) -> str:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super().send(phone, body)


def test_a_call_put_down_while_the_text_goes_out_waits_for_the_next_one(world: World) -> None:
    before = second_call_due(world)
    assert before.rep
    waited, late = world.copy(before), world.copy(before)
    for lead in (world.copy(before), waited):
        asking(lead)(world.services)
    hour_over(world, before.rep)
    watching(replace(world.services, texter=TexterWithMeanwhile(lambda: asking(late)(world.services))))
    assert waiting(world, before.rep) == {late.id}
    assert world.texter.sent == []  # of the late one nothing yet
    hour_over(world, before.rep)
    watching(world.services)
    assert len(world.texter.sent) == 1
    assert waiting(world, before.rep) == set()


def test_of_several_watchdogs_at_once_one_sends(world: World) -> None:
    before = second_call_due(world)
    assert before.rep
    for _ in range(ROUNDS):
        leads = [world.copy(before) for _ in range(3)]
        for lead in leads:
            asking(lead)(world.services)
        hour_over(world, before.rep)
        race(world, watching, watching, watching)
        assert len(world.texter.sent) == 1
        assert waiting(world, before.rep) == set()
        for lead in leads:
            report_outcome(world.services, lead.id, Report("not_interested"))
        hour_over(world, before.rep)


def test_calls_put_down_by_many_at_once_all_wait(world: World) -> None:
    before = second_call_due(world)
    assert before.rep
    asking(world.copy(before))(world.services)
    leads = [world.copy(before) for _ in range(3)]
    race(world, *[asking(lead) for lead in leads])
    assert waiting(world, before.rep) == {lead.id for lead in leads}
