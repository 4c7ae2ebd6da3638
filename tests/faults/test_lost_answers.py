"""A write that was made, but whose answer was lost on the way: the shipped client tries again by itself."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from followthrough.adapters.clients import dynamodb_client
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.watch_overdue import GRACE, Watched, watch_overdue
from tests.faults.situations import being_called, called_in_vain, just_posted, request
from tests.faults.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Losing = Callable[[str], World]


@pytest.fixture
def losing(world: World, monkeypatch: pytest.MonkeyPatch) -> Losing:
    """The same world, seen through a shipped client that loses the answer to its first call of an operation."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", world.client.meta.endpoint_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    def lose(operation: str) -> World:
        client = dynamodb_client()
        lose_first_answer(client, operation)
        return World(client, world.table, clock=world.clock, machine=world.machine, mailer=world.mailer)

    return lose


def lose_first_answer(client: "DynamoDBClient", operation: str) -> None:
    wire, calls = URLLib3Session(), iter([True])

    def lose(request: AWSPreparedRequest, **_: object) -> None:
        if next(calls, False):
            wire.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register(f"before-send.dynamodb.{operation}", lose)


def test_a_claim_whose_answer_was_lost_is_still_ours_and_the_message_goes_out_once(
    world: World, losing: Losing
) -> None:
    lead = called_in_vain(world)
    result = send_message(losing("TransactWriteItems").services, request(lead, "tried-you.1"))
    entry = world.entry(lead, "tried-you.1")
    assert entry
    assert (result, entry.status, world.emails_to(lead)) == ("sent", "sent", ["tried-you_1"])


def test_a_report_whose_answer_was_lost_counts_once_and_wakes_the_machine(world: World, losing: Losing) -> None:
    lead = being_called(world)
    report_outcome(losing("TransactWriteItems").services, lead.id, Report("voicemail"))
    pursuit = world.store.load(lead.id).pursuit
    assert (pursuit.unanswered_calls, pursuit.voicemails) == (1, 1)
    assert lead.ask
    assert world.machine.answered == [lead.ask.token]


def test_a_restart_whose_answer_was_lost_is_made_all_the_same(world: World, losing: Losing) -> None:
    lead = just_posted(world)
    world.clock.advance(2 * GRACE)
    assert watch(losing("TransactWriteItems")).restarted == (lead.id,)
    assert (lead.pursuit_id, world.store.load(lead.id).pursuit.run) in world.machine.started


def watch(world: World) -> Watched:
    return watch_overdue(world.services, lambda lead_id, error: None)
