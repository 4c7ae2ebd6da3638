"""A press on a rep's page is recorded once, however often it comes and whatever else happens at that moment."""

from functools import partial

import pytest

from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.rep_pages import CallForm
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.call_page import Pressed, open_call_page, press
from followthrough.use_cases.rep_links import LeadLink
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, race
from tests.faults.situations import asleep_until_later_today, being_called, called_in_vain, plan, request
from tests.faults.world import World

ROUNDS = 6
FIRST = "1.first-call.1"

both_ways = pytest.mark.parametrize("contest", [race, collide])
times = pytest.mark.parametrize("presses", [2, 3])


def opens(world: World, lead: Lead, rep: str = "ana") -> LeadLink:
    """The page of that lead, as the rep has it before them."""
    person = world.services.settings.team.person(rep)
    assert person
    return LeadLink(person, lead)


def pressing(world: World, lead: Lead, touch: str, outcome: Outcome, rep: str = "ana") -> Side:
    return partial(press, link=opens(world, lead, rep), form=CallForm(touch, "f1", outcome))


def results(pressed: list[object]) -> list[str]:
    assert all(isinstance(each, Pressed) and each.wake_error is None for each in pressed), pressed
    return sorted(each.result for each in pressed if isinstance(each, Pressed))


def told_to_stand_down(world: World, since: int) -> list[str]:
    return [phone for phone, words in world.texter.sent[since:] if words.endswith("stand down.")]


def runs_started(world: World, lead: Lead) -> list[int]:
    return [run for pursuit_id, run in world.machine.started if pursuit_id == lead.pursuit_id]


def escalated(world: World) -> Lead:
    """Ana said nothing, Ben is asked for the first call too, and the machine listens again."""
    lead = being_called(world)
    assert lead.ask
    assert lead.ask.deadline
    world.clock.now = lead.ask.deadline
    escalate_silent_rep(world.services, request(lead, "first-call.1"))
    return world.store.load(lead.id)


# -- the same press, twice


@both_ways
@times
@pytest.mark.parametrize("outcome", ["voicemail", "not_interested"])
def test_a_press_that_comes_several_times_is_one_report(
    world: World, presses: int, outcome: Outcome, contest: Contest
) -> None:
    before = being_called(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        assert results(contest(world, *[pressing(world, lead, FIRST, outcome)] * presses)) == [
            *["nothing_changed"] * (presses - 1),
            "recorded",
        ]
        after, entry = world.history(lead.id)[-1], world.entry(lead, "first-call.1")
        assert entry
        assert (entry.status, entry.outcome, entry.by) == ("reported", outcome, "ana")
        expected = 1 if outcome == "voicemail" else 0
        assert (after.pursuit.unanswered_calls, after.pursuit.voicemails) == (expected, expected)
        assert lead.ask
        assert world.machine.answered.count(str(lead.ask.token)) == 1
        assert runs_started(world, lead) == []


@both_ways
@times
def test_a_contact_outside_any_call_that_is_pressed_several_times_is_one_contact(
    world: World, presses: int, contest: Contest
) -> None:
    before = called_in_vain(world)
    seen = open_call_page(world.services, opens(world, before))
    assert seen.touch == "1.contact.1"
    for _ in range(ROUNDS):
        lead = world.copy(before)
        pressed = contest(world, *[pressing(world, lead, seen.touch, "no_answer")] * presses)
        assert results(pressed).count("recorded") == 1
        after = world.history(lead.id)[-1]
        assert after.pursuit.unanswered_calls == before.pursuit.unanswered_calls + 1
        assert after.pursuit.progress_of("contact").touches == 1
        assert world.entry(lead, "contact.2") is None


@both_ways
def test_a_contact_that_brings_the_plan_forward_wakes_a_sleeping_machine_once(world: World, contest: Contest) -> None:
    before = asleep_until_later_today(world)
    soon = before.next_touch_at
    assert soon
    for _ in range(ROUNDS):
        lead = world.copy(before)
        at = world.clock() + (soon - world.clock()) / 2
        said = Report("call_back", "contact.1", callback_at=at, by="ana", pursuit=1, in_view_of="nothing")
        contest(world, *[partial(report_outcome, lead_id=lead.id, said=said)] * 2)
        assert world.history(lead.id)[-1].next_touch_at == at
        assert runs_started(world, lead) == [lead.pursuit.run + 1]


@both_ways
def test_those_who_were_asked_too_are_told_to_stand_down_once(world: World, contest: Contest) -> None:
    before = escalated(world)
    for _ in range(ROUNDS):
        lead, told = world.copy(before), len(world.texter.sent)
        results(contest(world, *[pressing(world, lead, FIRST, "in_conversation")] * 2))
        ben = world.services.settings.team.person("ben")
        assert ben
        assert told_to_stand_down(world, told) == [ben.phone]


@both_ways
def test_of_two_reps_who_press_at_once_the_first_is_heard_and_nothing_is_overwritten_unseen(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = escalated(world)
    for _ in range(ROUNDS):
        lead, told = world.copy(before), len(world.texter.sent)
        by = {
            "ana": pressing(world, lead, FIRST, "not_interested"),
            "ben": pressing(world, lead, FIRST, "voicemail", "ben"),
        }
        assert results(contest(world, *by.values())) == ["nothing_changed", "recorded"]
        entry = world.entry(lead, "first-call.1")
        assert entry
        tally[str(entry.by)] += 1
        assert (entry.by, entry.outcome) in (("ana", "not_interested"), ("ben", "voicemail"))
        assert world.history(lead.id)[-1].status == ("not_interested" if entry.by == "ana" else "open")
        assert len(told_to_stand_down(world, told)) == 1


# -- corrections


@both_ways
@times
def test_a_report_that_is_taken_back_several_times_opens_the_lead_once(
    world: World, presses: int, contest: Contest
) -> None:
    before = being_called(world)
    report_outcome(world.services, before.id, Report("not_interested", "first-call.1", by="ana"))
    closed = world.store.load(before.id)
    for _ in range(ROUNDS):
        lead = world.copy(closed)
        pressed = contest(world, *[pressing(world, lead, f"{FIRST}.not_interested", "no_answer")] * presses)
        assert results(pressed).count("recorded") == 1
        after = world.history(lead.id)[-1]
        assert (after.is_open, after.pursuit.unanswered_calls) == (True, 1)
        assert runs_started(world, lead) == [2]


@both_ways
def test_two_different_corrections_at_once_end_in_one_of_them(world: World, contest: Contest, tally: Tally) -> None:
    before = being_called(world)
    report_outcome(world.services, before.id, Report("not_interested", "first-call.1", by="ana"))
    closed = world.store.load(before.id)
    outcomes: tuple[Outcome, ...] = ("voicemail", "wrong_number")
    for _ in range(ROUNDS):
        lead = world.copy(closed)
        sides = [pressing(world, lead, f"{FIRST}.not_interested", outcome) for outcome in outcomes]
        assert results(contest(world, *sides)) == ["nothing_changed", "recorded"]
        after, entry = world.history(lead.id)[-1], world.entry(lead, "first-call.1")
        assert entry
        tally[str(entry.outcome)] += 1
        assert after.status == ("open" if entry.outcome == "voicemail" else "wrong_number")
        assert after.pursuit.voicemails == (entry.outcome == "voicemail")


# -- the machine at the same moment


@both_ways
def test_a_press_at_the_moment_of_escalation_is_heard_and_nobody_stays_asked(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = being_called(world)
    assert before.ask
    assert before.ask.deadline
    world.clock.now = before.ask.deadline
    for _ in range(ROUNDS):
        lead, told = world.copy(before), len(world.texter.sent)
        escalating = partial(escalate_silent_rep, request=request(lead, "first-call.1"))
        result, pressed = contest(world, escalating, pressing(world, lead, FIRST, "in_conversation"))
        tally[str(result)] += 1
        assert results([pressed]) == ["recorded"]
        assert world.history(lead.id)[-1].ask is None
        # Whoever was asked in that moment is told that it is settled; nobody else is.
        assert len(told_to_stand_down(world, told)) == (result == "escalated")


@both_ways
def test_a_contact_at_the_moment_at_which_a_rep_is_asked_leaves_nobody_asked(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = asleep_until_later_today(world)
    assert before.next_touch_at
    world.clock.now = before.next_touch_at
    for round_ in range(ROUNDS):
        lead, token = world.copy(before), f"token of round {round_}"
        world.machine.waiting.add(token)
        asking = partial(ask_rep_to_call, request=request(lead, "rest-of-day-one.1", token))
        result, pressed = contest(world, asking, pressing(world, lead, "1.contact.1", "in_conversation"))
        tally[str(result)] += 1
        assert results([pressed]) == ["recorded"]
        after = world.history(lead.id)[-1]
        assert (after.ask, after.pursuit.open_touch) == (None, None)
        assert after.pursuit.callback_why == "gone_silent"
        assert world.machine.answered.count(token) == 1
        assert plan(world, lead.id).touch_id == "call-back.1"
