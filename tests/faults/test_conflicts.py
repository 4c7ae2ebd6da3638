"""What the engine answers when a write fails, and what the use cases make of it.

DynamoDB Local never cancels a transaction because of another one, which DynamoDB does: those answers are made here.
"""

from collections.abc import Callable, Sequence
from functools import partial

import pytest
from botocore.exceptions import ClientError

from followthrough.adapters.dynamodb_items import touch_item
from followthrough.domain.errors import ChangedMeanwhile, OverCap, Suppressed, TouchExists
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import Guard, SendingServices
from followthrough.use_cases.pursuits import ATTEMPTS
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.faults.racing import Side
from tests.faults.situations import being_called, called_in_vain, first_call_due, just_posted, request
from tests.faults.world import World

Reasons = Sequence[str]
CONFLICT, FAILED, NONE = "TransactionConflict", "ConditionalCheckFailed", "None"


def refusal(reasons: Reasons = (CONFLICT,)) -> ClientError:
    """What boto3 raises when DynamoDB cancels a transaction."""
    response = {
        "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "TransactWriteItems")  # type: ignore[arg-type]  # the stubs know no modelled error fields


def refused(times: int, reasons: Reasons = (CONFLICT,), first: int = 1) -> Callable[[], None]:
    """Refuses so many writes in a row, from the `first` on."""
    writes = iter(range(1, 10_000))

    def before_write() -> None:
        if first <= next(writes) < first + times:
            raise refusal(reasons)

    return before_write


# -- the use cases try again


def sending(lead: Lead) -> Side:
    return partial(send_message, request=request(lead, "tried-you.1"))


def reporting(lead: Lead) -> Side:
    return lambda services: report_outcome(services, lead.id, Report("voicemail")).result


def unsubscribing(lead: Lead) -> Side:
    return lambda services: stop(services, lead.id, Stop("everything", "unsubscribed")).status


def planning(lead: Lead) -> Side:
    return lambda services: plan_next_touch(services, lead.pursuit_id, lead.pursuit.run).touch_id


def asking(lead: Lead) -> Side:
    return partial(ask_rep_to_call, request=request(lead, "first-call.1", "token"))


def escalating(lead: Lead) -> Side:
    return partial(escalate_silent_rep, request=request(lead, "first-call.1"))


def posting(lead: Lead) -> Side:
    return lambda services: receive_lead(services, {"email": "bob@example.com"}).how


def posting_again(lead: Lead) -> Side:
    return lambda services: receive_lead(services, {"email": lead.profile.email or "", "message": "again"}).how


def call_overdue(world: World) -> Lead:
    lead = being_called(world)
    assert lead.ask
    assert lead.ask.deadline
    world.clock.now = lead.ask.deadline
    return lead


def moved(world: World) -> Lead:
    """The lead's next touch is not the one on record: planning has something to write."""
    lead = first_call_due(world)
    pursuit = lead.pursuit.model_copy(update={"replans": 1})
    later = world.clock.now.replace(hour=20)
    return world.store.save(lead.model_copy(update={"pursuit": pursuit, "next_touch_at": later}))


USE_CASES = pytest.mark.parametrize(
    ("situation", "use_case", "answer"),
    [
        pytest.param(called_in_vain, sending, "sent", id="send_message"),
        pytest.param(being_called, reporting, "recorded", id="report_outcome"),
        pytest.param(being_called, unsubscribing, "opted_out", id="unsubscribe"),
        pytest.param(moved, planning, "first-call.1", id="plan_next_touch"),
        pytest.param(first_call_due, asking, "asked", id="ask_rep_to_call"),
        pytest.param(call_overdue, escalating, "escalated", id="escalate_silent_rep"),
        pytest.param(just_posted, posting, "new", id="receive_lead"),
        pytest.param(just_posted, posting_again, "asked_again", id="receive_lead again"),
    ],
)
Situation = Callable[[World], Lead]


@USE_CASES
@pytest.mark.parametrize("times", [1, ATTEMPTS - 1])
def test_after_conflicts_with_other_transactions_all_is_as_if_there_had_been_none(
    world: World, situation: Situation, use_case: Callable[[Lead], Side], answer: str, times: int
) -> None:
    lead = situation(world)
    assert use_case(lead)(world.container(refused(times))) == answer
    for lead_id in world.stored_leads():
        world.history(lead_id)
    assert len(world.mailer.sent) == len([touch for touch in world.store.timeline(lead.id) if touch.status == "sent"])


@USE_CASES
def test_conflicts_that_do_not_end_are_said_and_nothing_was_written_or_sent(
    world: World, situation: Situation, use_case: Callable[[Lead], Side], answer: str
) -> None:
    lead = situation(world)
    texts = len(world.texter.sent)
    with pytest.raises(ChangedMeanwhile):
        use_case(lead)(world.container(refused(ATTEMPTS)))
    assert world.history(lead.id)[-1] == lead
    assert (world.mailer.sent, len(world.texter.sent)) == ([], texts)


def test_a_sent_message_is_recorded_however_often_recording_meets_a_conflict(world: World) -> None:
    lead = called_in_vain(world)
    assert sending(lead)(world.container(refused(3 * ATTEMPTS, first=2))) == "sent"
    entry = world.entry(lead, "tried-you.1")
    assert entry
    assert (entry.status, world.emails_to(lead)) == ("sent", ["tried-you_1"])


def test_a_nudge_goes_out_once_although_noting_it_meets_conflicts(world: World) -> None:
    lead = first_call_due(world)
    assert asking(lead)(world.container(refused(3, first=2))) == "asked"
    after = world.history(lead.id)[-1]
    assert after.ask
    assert (after.ask.nudged, len(world.texter.sent)) == (True, 1)


# -- reasons are read by position


def claim_entry(lead: Lead) -> Touch:
    return Touch.model_validate(
        {
            "pursuit": lead.pursuit.number,
            "step": "tried-you",
            "n": 1,
            "channel": "email",
            "to": "lead",
            "due_at": lead.arrived_at,
            "purpose": "Only for a test.",
            "status": "claimed",
        }
    )


GUARD = Guard("email", "ann@example.com", "2026-11-23", cap=1)


def claiming(lead: Lead) -> Callable[[SendingServices], Lead]:
    return lambda services: services.store.claim(lead, claim_entry(lead), guard=GUARD)


def write_lead(world: World, lead: Lead) -> None:
    world.store.save(world.store.load(lead.id))


def write_touch(world: World, lead: Lead) -> None:
    """Alone, which no use case does: usually the lead's version tells of a claim first."""
    world.client.put_item(TableName=world.table, Item=touch_item(lead.id, claim_entry(lead)))


def suppress(world: World, lead: Lead) -> None:
    line = ConsentEntry(at=world.clock(), channel="email", address=GUARD.address, what="stop", because="unsubscribed")
    world.store.save_with_consents(world.copy(lead), [line])


def use_up_the_cap(world: World, lead: Lead) -> None:
    somebody = world.copy(lead)
    world.store.claim(somebody, claim_entry(somebody), guard=GUARD)


OBSTACLES = [
    (write_lead, ChangedMeanwhile),
    (write_touch, TouchExists),
    (suppress, Suppressed),
    (use_up_the_cap, OverCap),
]


@pytest.mark.parametrize("last", [None, 1], ids=["and later ones", "alone"])
@pytest.mark.parametrize("first", range(len(OBSTACLES)), ids=[error.__name__ for _, error in OBSTACLES])
def test_the_engines_reasons_lead_to_the_error_of_the_first_condition_that_failed(
    world: World, first: int, last: int | None
) -> None:
    lead = first_call_due(world)
    # The last obstacle first: nothing can use up the cap of an address that is suppressed.
    for obstacle, _ in reversed(OBSTACLES[first:][:last]):
        obstacle(world, lead)
    with pytest.raises(OBSTACLES[first][1]):
        claiming(lead)(world.services)


@pytest.mark.parametrize(
    ("reasons", "error"),
    [
        ([FAILED, NONE, NONE, NONE], ChangedMeanwhile),
        ([NONE, FAILED, NONE, NONE], TouchExists),
        ([NONE, NONE, FAILED, NONE], Suppressed),
        ([NONE, NONE, NONE, FAILED], OverCap),
        ([NONE, FAILED, FAILED, FAILED], TouchExists),
        ([CONFLICT, NONE, NONE, NONE], ChangedMeanwhile),
        ([NONE, NONE, NONE, CONFLICT], ChangedMeanwhile),
        # Another transaction holds the lead: what the others found may be over in a moment.
        ([CONFLICT, NONE, NONE, FAILED], ChangedMeanwhile),
        ([NONE, FAILED, NONE, CONFLICT], ChangedMeanwhile),
        ([NONE, NONE, NONE, NONE, FAILED], ChangedMeanwhile),
        ([NONE, NONE, "ThrottlingError", NONE], ClientError),
        ([CONFLICT, NONE, "ProvisionedThroughputExceeded", NONE], ClientError),
        ([NONE, "ValidationError", NONE, FAILED], ClientError),
    ],
    ids=str,
)
def test_reasons_are_read_by_position(world: World, reasons: Reasons, error: type[Exception]) -> None:
    lead = first_call_due(world)
    with pytest.raises(error):
        claiming(lead)(world.container(refused(1, reasons)))
    assert world.history(lead.id)[-1] == lead
