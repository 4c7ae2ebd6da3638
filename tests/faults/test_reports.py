"""What reps report is never lost and never counted twice, whatever else is recorded at the same moment."""

from datetime import timedelta
from functools import partial

import pytest

from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.pursuing import next_run, scheduled
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import asleep_until_later_today, being_called, plan, request
from tests.faults.world import World

ROUNDS = 12

both_ways = pytest.mark.parametrize("contest", [race, collide])


def reporting(lead: Lead, outcome: Outcome) -> Side:
    return partial(report_outcome, lead_id=lead.id, said=Report(outcome, touch_id="first-call.1"))


def facts(lead: Lead) -> dict[str, object]:
    """What reports have come to, whoever the lead is."""
    pursuit = lead.pursuit
    return {
        "status": lead.status,
        "ask": lead.ask,
        "outcomes": {step: progress.outcome for step, progress in pursuit.progress.items()},
        "unanswered": pursuit.unanswered_calls,
        "voicemails": pursuit.voicemails,
        "attempt": pursuit.last_attempt_at,
        "open": pursuit.open_touch,
    }


def one_after_the_other(world: World, before: Lead, outcomes: list[Outcome]) -> dict[str, object]:
    """What the same reports come to when nobody races."""
    lead = world.copy(before)
    for outcome in outcomes:
        reporting(lead, outcome)(world.services)
    return facts(world.store.load(lead.id))


def in_order(results: list[object], outcomes: tuple[Outcome, ...]) -> tuple[list[str], list[Outcome]]:
    """The results and the outcomes in the order in which they were recorded."""
    reported = [(result, said) for result, said in zip(results, outcomes, strict=True) if isinstance(result, Reported)]
    assert len(reported) == len(results)
    reported.sort(key=lambda pair: (pair[0].lead.version, pair[0].result != "recorded"))
    return [result.result for result, _ in reported], [said for _, said in reported]


@both_ways
@pytest.mark.parametrize(
    "outcomes",
    [("no_answer", "voicemail"), ("booked", "not_interested"), ("voicemail", "booked")],
    ids=" and ".join,
)
def test_two_outcomes_at_once_come_to_what_one_after_the_other_comes_to(
    world: World, outcomes: tuple[Outcome, Outcome], contest: Contest, tally: Tally
) -> None:
    before = being_called(world)
    expected = {order: one_after_the_other(world, before, list(order)) for order in (outcomes, outcomes[::-1])}
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results, order = in_order(contest(world, *[reporting(lead, outcome) for outcome in outcomes]), outcomes)
        tally[f"{order[0]} first"] += 1
        assert results[0] == "recorded"
        assert facts(world.history(lead.id)[-1]) == expected[order[0], order[1]]
        assert lead.ask
        assert world.machine.answered.count(str(lead.ask.token)) == 1


@both_ways
@pytest.mark.parametrize("outcome", ["voicemail", "wrong_number"])
def test_the_same_outcome_said_by_several_at_once_counts_once(world: World, outcome: Outcome, contest: Contest) -> None:
    before = being_called(world)
    expected = one_after_the_other(world, before, [outcome])
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results = contest(world, *[reporting(lead, outcome)] * 3)
        kinds = sorted(result.result for result in results if isinstance(result, Reported))
        assert kinds in (["already_reported"] * 2 + ["recorded"], ["already_closed"] * 2 + ["recorded"])
        assert facts(world.history(lead.id)[-1]) == expected
        entry = world.entry(lead, "first-call.1")
        assert entry
        assert (entry.status, entry.outcome) == ("reported", outcome)
        assert lead.ask
        assert world.machine.answered.count(str(lead.ask.token)) == 1


@both_ways
def test_a_report_at_the_moment_of_escalation_is_what_counts(world: World, contest: Contest, tally: Tally) -> None:
    before = being_called(world)
    assert before.ask
    assert before.ask.deadline
    world.clock.now = before.ask.deadline
    for _ in range(ROUNDS):
        lead = world.copy(before)
        escalating = partial(escalate_silent_rep, request=request(lead, "first-call.1"))
        result, reported = contest(world, escalating, reporting(lead, "no_answer"))
        tally[str(result)] += 1
        assert result in ("escalated", "superseded")
        assert isinstance(reported, Reported)
        assert reported.result == "recorded"
        after, entry = world.history(lead.id)[-1], world.entry(lead, "first-call.1")
        assert entry
        assert (entry.status, entry.outcome) == ("reported", "no_answer")
        assert (after.ask, after.pursuit.open_touch, after.pursuit.unanswered_calls) == (None, None, 1)
        assert_somebody_plans(world, lead, after)
        assert plan(world, lead.id).touch_id == "tried-you.1"


def assert_somebody_plans(world: World, before: Lead, after: Lead) -> None:
    """The execution that was under way goes on to plan; if it was superseded, its successor was started."""
    if after.pursuit.run != before.pursuit.run:
        assert (after.pursuit_id, after.pursuit.run) in world.machine.started


@both_ways
def test_a_report_at_the_moment_at_which_the_machine_listens_again_is_heard(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = being_called(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        again = f"second token of {lead.id}"
        world.machine.waiting.add(again)
        listening = partial(ask_rep_to_call, request=request(lead, "first-call.1", again))
        result, _ = contest(world, listening, reporting(lead, "voicemail"))
        tally[str(result)] += 1
        assert world.history(lead.id)[-1].ask is None
        assert world.machine.answered.count(again) == 1


@both_ways
def test_a_late_report_while_a_restarted_machine_plans_sends_only_the_message_that_is_true(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = restarted(world, silent_call(world))
    for _ in range(ROUNDS):
        lead = world.copy(before)
        planning = partial(plan_next_touch, pursuit_id=lead.pursuit_id, run=lead.pursuit.run)
        planned, _ = contest(world, planning, reporting(lead, "no_answer"))
        assert isinstance(planned, NextTouch)
        tally[planned.touch_id] += 1
        after = world.history(lead.id)[-1]
        assert_somebody_plans(world, lead, after)
        # What was planned before the report is tried all the same, and looked at again first.
        send_message(world.services, request(lead, planned.touch_id))
        following = plan(world, lead.id)
        if following.channel == "email":
            send_message(world.services, request(world.store.load(lead.id), following.touch_id))
        assert world.emails_to(lead) == ["tried-you_1"]


@both_ways
def test_a_late_report_while_the_other_message_is_sent_is_recorded_and_no_second_message_goes(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = silent_call(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        assert plan(world, lead.id).touch_id == "will-call.1"
        sending = partial(send_message, request=request(lead, "will-call.1"))
        result, reported = contest(world, sending, reporting(lead, "no_answer"))
        tally[str(result)] += 1
        assert isinstance(reported, Reported)
        assert reported.result == "recorded"
        assert world.emails_to(lead) == (["will-call_1"] if result == "sent" else [])
        assert world.history(lead.id)[-1].pursuit.progress_of("first-call").outcome == "no_answer"


def silent_call(world: World) -> Lead:
    """Nobody reported the first call: somebody else was asked, and `will-call.1` is about to be planned."""
    lead = being_called(world)
    assert lead.ask
    assert lead.ask.deadline
    world.clock.now = lead.ask.deadline
    escalate_silent_rep(world.services, request(lead, "first-call.1"))
    return world.store.load(lead.id)


def restarted(world: World, lead: Lead) -> Lead:
    """As the watchdog leaves a lead: in a new run, and not to be looked at again for some minutes."""
    now = world.clock()
    return world.store.save(scheduled(next_run(lead, now), now + timedelta(minutes=2)))


def test_a_sleeping_machine_is_woken_for_an_earlier_call_although_something_is_recorded_meanwhile(
    world: World,
) -> None:
    lead = asleep_until_later_today(world)
    at = world.clock() + timedelta(minutes=30)
    calling_back = partial(report_outcome, lead_id=lead.id, said=Report("call_back", callback_at=at))
    interrupted(world, calling_back, lambda: world.store.save(world.store.load(lead.id)), write=2)
    after = world.history(lead.id)[-1]
    assert after.next_touch_at == at
    assert (after.pursuit_id, lead.pursuit.run + 1) in world.machine.started
