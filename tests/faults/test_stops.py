"""Promise 3: no touch is claimed after a stop was recorded, and a stop is never lost to a touch."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest

from followthrough.domain.errors import Suppressed
from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.ports import Guard
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import being_called, called_in_vain, first_call_due, posted_at_night, request
from tests.faults.world import World

ROUNDS = 25
FAR_FUTURE = datetime(2099, 1, 1, tzinfo=UTC)

both_ways = pytest.mark.parametrize("contest", [race, collide])


def unsubscribing(lead: Lead) -> Side:
    return partial(stop, lead_id=lead.id, asked=Stop("everything", "unsubscribed"))


def reporting_a_no(lead: Lead) -> Side:
    return partial(report_outcome, lead_id=lead.id, said=Report("not_interested", touch_id="first-call.1"))


def stopped_at(history: list[Lead]) -> int:
    """The version with which the lead was closed, for good."""
    closed = [lead.version for lead in history if not lead.is_open]
    assert closed == list(range(closed[0], history[-1].version + 1))
    return closed[0]


def claimed_at(history: list[Lead], touch_id: str) -> int | None:
    """The version that claimed the touch."""
    claims = [lead.version for lead in history if lead.pursuit.open_touch and lead.pursuit.open_touch.id == touch_id]
    return claims[0] if claims else None


def assert_stopped_cleanly(world: World, lead: Lead, touch_id: str, *, sent: bool) -> None:
    """Sent once or not at all, as it was claimed before the stop or not; and nothing is left to do."""
    history = world.history(lead.id)
    claimed, after, entry = claimed_at(history, touch_id), history[-1], world.entry(lead, touch_id)
    assert (claimed is not None) == sent
    assert claimed is None or claimed < stopped_at(history)
    assert world.emails_to(lead) == [touch_id.replace(".", "_")] * sent
    assert (entry.status if entry else None) == ("sent" if sent else None)
    assert (after.is_open, after.next_touch_at, after.ask, after.pursuit.open_touch) == (False, None, None, None)


@both_ways
@pytest.mark.parametrize(
    ("situation", "touch_id", "stop", "status"),
    [
        pytest.param(posted_at_night, "acknowledge.1", unsubscribing, "opted_out", id="unsubscribe"),
        pytest.param(called_in_vain, "tried-you.1", reporting_a_no, "not_interested", id="report"),
    ],
)
def test_when_the_stop_was_first_nothing_is_sent_and_else_exactly_one_message(
    world: World,
    situation: Callable[[World], Lead],
    touch_id: str,
    stop: Callable[[Lead], Side],
    status: str,
    contest: Contest,
    tally: Tally,
) -> None:
    before = situation(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, _ = contest(world, partial(send_message, request=request(lead, touch_id)), stop(lead))
        tally[str(result)] += 1
        assert result in ("sent", "superseded")
        assert_stopped_cleanly(world, lead, touch_id, sent=result == "sent")
        assert world.store.load(lead.id).status == status
    # Of all the leads, only the one that nobody stopped can ever be due again.
    assert world.store.overdue(FAR_FUTURE) == [before.id]


@pytest.mark.parametrize(("write", "result"), [(1, "superseded"), (2, "sent")])
@pytest.mark.parametrize("stop", [unsubscribing, reporting_a_no])
def test_a_stop_between_looking_and_claiming_wins_and_one_before_recording_comes_too_late(
    world: World, stop: Callable[[Lead], Side], write: int, result: str
) -> None:
    lead = world.copy(called_in_vain(world))
    sending = partial(send_message, request=request(lead, "tried-you.1"))
    assert interrupted(world, sending, lambda: stop(lead)(world.services), write) == result
    assert_stopped_cleanly(world, lead, "tried-you.1", sent=result == "sent")


@both_ways
def test_after_an_unsubscription_no_rep_is_asked_and_no_machine_waits(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = first_call_due(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        token = f"first call of {lead.id}"
        world.machine.waiting.add(token)
        asking = partial(ask_rep_to_call, request=request(lead, "first-call.1", token))
        result, _ = contest(world, asking, unsubscribing(lead))
        tally[str(result)] += 1
        history = world.history(lead.id)
        claimed, after = claimed_at(history, "first-call.1"), history[-1]
        assert (claimed is not None) == (result == "asked")
        assert claimed is None or claimed < stopped_at(history)
        assert (after.status, after.next_touch_at, after.ask) == ("opted_out", None, None)
        assert world.machine.answered.count(token) == 1


@both_ways
def test_a_no_and_an_unsubscription_at_once_close_the_lead_once_and_free_the_machine(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = being_called(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        contest(world, reporting_a_no(lead), unsubscribing(lead))
        history = world.history(lead.id)
        tally[history[-1].status] += 1
        assert stopped_at(history) == lead.version + 1
        assert lead.ask
        assert world.machine.answered.count(str(lead.ask.token)) == 1
        assert lead.profile.email
        with pytest.raises(Suppressed):
            claim_for_somebody_else(world, before, lead.profile.email)


def claim_for_somebody_else(world: World, before: Lead, address: str) -> Lead:
    """A claim for another lead, to an address that is suppressed."""
    other, guard = world.copy(before), Guard("email", address, "2026-11-23", cap=9)
    entry = world.entry(other, "first-call.1")
    assert entry
    return world.store.claim(other, entry.model_copy(update={"n": 2}), guard=guard)
