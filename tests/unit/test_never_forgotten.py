"""An open lead always has a next touch: nothing else is ever kept, so nothing else can be found."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.domain.errors import Forgotten
from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import close, scheduled
from followthrough.use_cases.ports import Arrival
from tests.unit.building import MINUTE, at, lead_of
from tests.unit.fakes import FakeClock, FakeStore

MONDAY_10 = at("2026-11-23 10:00")
ANN = lead_of(MONDAY_10)
CLOSED_BUT_DUE = close(ANN, "won", MONDAY_10).model_copy(update={"next_touch_at": MONDAY_10})
ARRIVAL = Arrival(replay_keys=(), expires_at=0)


def stores() -> list[Any]:
    """The real one and the one of the unit tests. Neither may come as far as asking a table anything."""
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
    return [FakeStore(FakeClock()), DynamoDBStore("no-table", FakeClock(), client)]


@pytest.mark.parametrize("store", stores(), ids=["fake", "DynamoDB"])
@pytest.mark.parametrize("lead", [ANN, CLOSED_BUT_DUE], ids=["open and never due", "closed and due"])
def test_no_store_keeps_a_lead_to_whom_nobody_would_come_back(store: Any, lead: Lead) -> None:
    writes: list[Callable[[], object]] = [
        lambda: store.add(lead, ARRIVAL),
        lambda: store.save(lead),
        lambda: store.archive(lead, None, lead),
        lambda: store.save_with_consents(lead, ()),
    ]
    if isinstance(store, FakeStore):
        store.leads[lead.id] = lead
        writes = writes[1:]
    for write in writes:
        with pytest.raises(Forgotten, match=f"ann is {lead.status}"):
            write()


def test_whatever_would_forget_a_lead_fails_and_the_watchdog_finds_it() -> None:
    store = FakeStore(FakeClock())
    added = store.add(scheduled(ANN, MONDAY_10), ARRIVAL)
    with pytest.raises(Forgotten):
        store.save(added.model_copy(update={"next_touch_at": None}))
    assert store.overdue(MONDAY_10 + MINUTE) == [ANN.id]


def test_what_is_scheduled_or_closed_is_kept() -> None:
    store = FakeStore(FakeClock())
    added = store.add(scheduled(ANN, MONDAY_10), ARRIVAL)
    assert store.save(close(added, "won", MONDAY_10)).next_touch_at is None
