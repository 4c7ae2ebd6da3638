"""The shipped store and use cases around one table, as many Lambda containers see it at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from followthrough.adapters.dynamodb_items import read_lead
from followthrough.adapters.dynamodb_partners import DynamoDBPartnerBook
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.dynamodb_traffic import DynamoDBTraffic
from followthrough.adapters.files import CadenceFiles
from followthrough.adapters.messages import messages_of, render_nudge_email
from followthrough.domain.leads import Lead, Touch
from followthrough.use_cases.ports import Arrival, SendingServices
from local.project import CADENCES
from tests.unit.fakes import FakeClock, FakeMachine, FakeMailer, FakeTexter, sample_settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Request = dict[str, Any]


class Client:
    """A DynamoDB client that can be told what to do before and after each write of a lead; the rest passes through."""

    def __init__(self, client: "DynamoDBClient", before: Callable[[], None], after: Callable[[Request], None]) -> None:
        self._client = client
        self._before = before
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        self._before()
        answer = self._client.transact_write_items(**request)
        for write in request["TransactItems"]:
            self._after(write.get("Put", {}).get("Item", {}))
        return answer


class Machine(FakeMachine):
    """One thread at a time, as Step Functions would see to."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def start(self, pursuit_id: str, run: int) -> None:
        with self._lock:
            super().start(pursuit_id, run)

    def answer(self, token: str) -> bool:
        with self._lock:
            return super().answer(token)


def nothing() -> None:
    """What happens before a write, if nobody says otherwise."""


@dataclass
class World:
    """Everything around the use cases; the table is real, and `commits` are the leads that were really written."""

    client: "DynamoDBClient"
    table: str
    cadences: Path = CADENCES
    clock: FakeClock = field(default_factory=FakeClock)
    machine: Machine = field(default_factory=Machine)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    texter: FakeTexter = field(default_factory=FakeTexter)
    commits: list[Lead] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ids, self._tokens = count(1), count(1)
        self._timelines: dict[str, Sequence[Touch]] = {}
        self._cadence_files = CadenceFiles(self.cadences, DynamoDBStore(self.table, self.clock, self.client))
        self.services = self.container()
        self.store = self.services.store

    def container(self, before_write: Callable[[], None] = nothing) -> SendingServices:
        """What one Lambda container works with. `before_write` is called before each write of a lead."""
        client = cast("DynamoDBClient", Client(self.client, before_write, self._committed))
        store = DynamoDBStore(self.table, self.clock, client)
        return SendingServices(
            store=store,
            team=DynamoDBTeamBook(self.table, self.clock, self.client),
            traffic=DynamoDBTraffic(self.table, self.client),
            partners=DynamoDBPartnerBook(self.table, self.clock, client),
            machine=self.machine,
            cadences=self._cadence_files,
            settings=sample_settings(),
            clock=self.clock,
            new_id=lambda: f"lead{next(self._ids)}",
            new_token=lambda: f"token{next(self._tokens)}",
            mailer=self.mailer,
            texter=self.texter,
            messages_of=messages_of,
            lay_out_nudge=render_nudge_email,
            measure=lambda name, value: None,
            public_url="https://api.example.com",
        )

    def _committed(self, item: Request) -> None:
        if item.get("sk") == {"S": "LEAD"}:
            self.commits.append(read_lead(item))

    # -- situations

    def copy(self, lead: Lead) -> Lead:
        """Another person in the very situation that this lead is in."""
        number = next(self._ids)
        profile = lead.profile.model_copy(
            update={"email": f"lead{number}@example.com", "phone": f"+1646{2000000 + number}"}
        )
        ask = (
            lead.ask.model_copy(update={"token": f"call-of-lead{number}"}) if lead.ask and lead.ask.token else lead.ask
        )
        if ask and ask.token:
            self.machine.waiting.add(ask.token)
        copied = lead.model_copy(
            update={
                "id": f"lead{number}",
                "version": 0,
                "profile": profile,
                "token": f"unsubscribe-lead{number}",
                "ask": ask,
            }
        )
        added = self.store.add(copied, Arrival((), 0))
        return self.store.save(added, self._timeline_of(lead.id))

    def _timeline_of(self, lead_id: str) -> Sequence[Touch]:
        if lead_id not in self._timelines:
            self._timelines[lead_id] = self.store.timeline(lead_id)
        return self._timelines[lead_id]

    # -- what came of it

    def history(self, lead_id: str) -> list[Lead]:
        """Everything that was written of a lead, in order. No write was lost to another: each version is there once."""
        leads = sorted((lead for lead in self.commits if lead.id == lead_id), key=lambda lead: lead.version)
        assert [lead.version for lead in leads] == list(range(1, len(leads) + 1))
        assert leads[-1] == self.store.load(lead_id)
        return leads

    def entry(self, lead: Lead, touch_id: str) -> Touch | None:
        """The timeline's entry of a touch of the lead's pursuit."""
        found = [
            touch
            for touch in self.store.timeline(lead.id)
            if (touch.pursuit, touch.id) == (lead.pursuit.number, touch_id)
        ]
        return found[0] if found else None

    def emails_to(self, lead: Lead) -> list[str]:
        """The touches for which the lead was sent an e-mail."""
        return [email.tags["touch"] for email in self.mailer.sent if email.to == lead.profile.email]

    def stored_leads(self) -> Sequence[str]:
        """The ids of all leads in the table."""
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.table,
            FilterExpression="sk = :lead",
            ExpressionAttributeValues={":lead": {"S": "LEAD"}},
            ConsistentRead=True,
        )
        return [item["pk"]["S"].removeprefix("LEAD#") for page in pages for item in page["Items"]]
