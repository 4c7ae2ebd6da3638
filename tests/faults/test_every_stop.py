"""Promise 3 for every way in which a stop comes: by text for everybody with the number, as a complaint, by the page,
with an erasure, as mail that comes back. No claim is written after it, and neither a claim nor a conflict loses it.
"""

from collections.abc import Callable
from functools import partial
from itertools import count

import pytest

from followthrough.domain.email_events import TouchTags
from followthrough.domain.leads import Lead
from followthrough.domain.stops import StopReason
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.ports import Arrival
from followthrough.use_cases.pursuits import ATTEMPTS
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import called_in_vain, first_call_due, request
from tests.faults.test_bounces import noting
from tests.faults.test_conflicts import refused
from tests.faults.test_erasure import erasing, left_of
from tests.faults.test_stops import claimed_at, stopped_at
from tests.faults.world import World
from tests.unit.mail_reports import report

ROUNDS = 15
_message_ids = count(1)

both_ways = pytest.mark.parametrize("contest", [race, collide])

StopOf = Callable[[World, Lead], Side]


def texting(world: World, lead: Lead) -> Side:
    phone, message_id = str(lead.profile.phone), f"m{next(_message_ids)}"
    return lambda services: receive_lead_text(services, phone, "STOP", message_id)


def complaining(world: World, lead: Lead) -> Side:
    tags = TouchTags(lead.id, lead.pursuit.number, "acknowledge.1")
    return noting(world, report("complaint", recipients=(str(lead.profile.email).lower(),), tags=tags))


def unsubscribing(world: World, lead: Lead) -> Side:
    return partial(stop, lead_id=lead.id, asked=Stop("everything", "unsubscribed"))


def bouncing(world: World, lead: Lead) -> Side:
    tags = TouchTags(lead.id, lead.pursuit.number, "acknowledge.1")
    return noting(world, report("bounce", recipients=(str(lead.profile.email).lower(),), tags=tags))


def sending(lead: Lead) -> Side:
    return partial(send_message, request=request(lead, "tried-you.1"))


def asking(world: World, lead: Lead) -> Side:
    token = f"first call of {lead.id}"
    world.machine.waiting.add(token)
    return partial(ask_rep_to_call, request=request(lead, "first-call.1", token))


EVERYTHING = pytest.mark.parametrize(
    ("stop_of", "reason"),
    [
        pytest.param(texting, "stopped", id="a text"),
        pytest.param(complaining, "complained", id="a complaint"),
        pytest.param(unsubscribing, "unsubscribed", id="the page"),
    ],
)


def assert_suppressed(world: World, lead: Lead, reason: StopReason) -> None:
    """Neither address can be claimed by anybody any more."""
    known = world.store.suppressed([("email", str(lead.profile.email)), ("text", str(lead.profile.phone))])
    assert known == {"email": reason, "text": reason}


# -- one lead


@EVERYTHING
@both_ways
def test_a_message_is_claimed_before_the_stop_or_never(
    world: World, stop_of: StopOf, reason: StopReason, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, _ = contest(world, sending(lead), stop_of(world, lead))
        tally[str(result)] += 1
        history = world.history(lead.id)
        claimed = claimed_at(history, "tried-you.1")
        assert (claimed is not None) == (result == "sent")
        assert claimed is None or claimed < stopped_at(history)
        assert world.emails_to(lead) == ["tried-you_1"] * (result == "sent")
        assert (history[-1].status, history[-1].pursuit.open_touch) == ("opted_out", None)
        assert_suppressed(world, lead, reason)


@EVERYTHING
@both_ways
def test_a_rep_is_asked_before_the_stop_or_never_and_no_machine_waits(
    world: World, stop_of: StopOf, reason: StopReason, contest: Contest, tally: Tally
) -> None:
    before = first_call_due(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, _ = contest(world, asking(world, lead), stop_of(world, lead))
        tally[str(result)] += 1
        history = world.history(lead.id)
        claimed = claimed_at(history, "first-call.1")
        assert (claimed is not None) == (result == "asked")
        assert claimed is None or claimed < stopped_at(history)
        assert (history[-1].status, history[-1].ask) == ("opted_out", None)
        assert world.machine.answered.count(f"first call of {lead.id}") == 1
        assert_suppressed(world, lead, reason)
    assert set(world.services.team.state().open_asks.values()) <= {0}


@both_ways
def test_calls_go_on_after_mail_came_back_and_mail_does_not(world: World, contest: Contest, tally: Tally) -> None:
    before = first_call_due(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, noted = contest(world, asking(world, lead), bouncing(world, lead))
        tally[str(result)] += 1
        after = world.history(lead.id)[-1]
        assert (result, noted, after.unusable) == ("asked", "lead", {"email": "bounced"})
        assert after.ask


@both_ways
def test_erased_while_a_rep_is_asked_or_a_message_sent_nothing_goes_out_afterwards(
    world: World, contest: Contest, tally: Tally
) -> None:
    calling = first_call_due(world)
    for _ in range(ROUNDS):
        lead = world.copy(calling)
        result, erased = contest(world, asking(world, lead), erasing(world, lead))
        tally[str(result)] += 1
        assert (erased, left_of(world, lead)) == (None, [])
        assert asking(world, lead)(world.services) == "superseded"


@EVERYTHING
@pytest.mark.parametrize("write", [1, 2])
def test_a_stop_just_before_the_claim_prevents_it_and_one_before_the_record_comes_too_late(
    world: World, stop_of: StopOf, reason: StopReason, write: int
) -> None:
    lead = world.copy(called_in_vain(world))
    stopping = stop_of(world, lead)
    result = interrupted(world, sending(lead), lambda: stopping(world.services), write)
    assert (result, world.emails_to(lead)) == [("superseded", []), ("sent", ["tried-you_1"])][write - 1]
    assert world.history(lead.id)[-1].status == "opted_out"
    assert_suppressed(world, lead, reason)


@EVERYTHING
def test_a_stop_just_before_a_rep_is_asked_lets_nobody_be_asked(
    world: World, stop_of: StopOf, reason: StopReason
) -> None:
    lead = world.copy(first_call_due(world))
    stopping, nudges = stop_of(world, lead), len(world.texter.sent)
    assert interrupted(world, asking(world, lead), lambda: stopping(world.services)) == "superseded"
    assert [to for to, _ in world.texter.sent[nudges:] if to != lead.profile.phone] == []
    assert_suppressed(world, lead, reason)


# -- a number that two leads have


def sharing(world: World, lead: Lead) -> Lead:
    """Somebody else in the same situation, with the same number."""
    number = next(_message_ids)
    profile = lead.profile.model_copy(update={"email": f"other{number}@example.com"})
    other = {"id": f"other{number}", "version": 0, "profile": profile, "token": f"unsubscribe-other{number}"}
    added = world.store.add(lead.model_copy(update=other), Arrival((), 0))
    return world.store.save(added, world.store.timeline(lead.id))


@both_ways
def test_a_text_stops_both_leads_with_the_number_whatever_is_just_being_done_for_them(
    world: World, contest: Contest, tally: Tally
) -> None:
    mail_due = called_in_vain(world)
    for _ in range(ROUNDS):
        one = world.copy(mail_due)
        other = sharing(world, one)
        first, second, _ = contest(world, sending(one), sending(other), texting(world, one))
        tally[f"{first}, {second}"] += 1
        for lead, result in ((one, first), (other, second)):
            history = world.history(lead.id)
            claimed = claimed_at(history, "tried-you.1")
            assert (claimed is not None) == (result == "sent")
            assert claimed is None or claimed < stopped_at(history)
            assert history[-1].status == "opted_out"
            assert_suppressed(world, lead, "stopped")


@pytest.mark.parametrize("write", [1, 2, 3, 4])
def test_a_claim_of_the_other_one_in_the_middle_of_the_stop_is_the_last(world: World, write: int) -> None:
    one = world.copy(called_in_vain(world))
    other = sharing(world, one)
    interrupted(world, texting(world, one), lambda: sending(other)(world.services), write)
    assert sending(other)(world.services) == sending(one)(world.services) == "superseded"
    assert world.emails_to(one) == []
    assert {world.store.load(lead.id).status for lead in (one, other)} == {"opted_out"}


# -- conflicts


ANY_STOP = pytest.mark.parametrize("stop_of", [texting, complaining, unsubscribing, bouncing])


@ANY_STOP
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1])
def test_conflicts_with_other_transactions_lose_no_stop(world: World, stop_of: StopOf, times: int) -> None:
    lead = world.copy(called_in_vain(world))
    stop_of(world, lead)(world.container(refused(times)))
    assert sending(lead)(world.services) != "sent"
    assert (world.emails_to(lead), "email" in world.store.load(lead.id).unusable) == ([], True)


@ANY_STOP
@pytest.mark.parametrize("first", range(1, 5))
def test_a_stop_that_conflicts_to_the_end_is_said_and_is_whole_when_it_is_delivered_again(
    world: World, stop_of: StopOf, first: int
) -> None:
    lead = world.copy(called_in_vain(world))
    stopping = stop_of(world, lead)
    attempt = interrupted_by_conflicts(world, stopping, first)
    stopping(world.services)
    assert sending(lead)(world.services) != "sent"
    assert world.emails_to(lead) == []
    assert attempt or world.store.suppressed([("email", str(lead.profile.email))])


def interrupted_by_conflicts(world: World, side: Side, first: int) -> bool:
    """Whether the conflicts kept it from being carried out."""
    try:
        side(world.container(refused(ATTEMPTS, first=first)))
    except Exception:  # noqa: BLE001 - Lambda or SNS delivers it again, whatever it was
        return True
    return False
