"""The Store port on one DynamoDB table. See docs/architecture.md for the table's items."""

import gzip
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import (
    INDEX,
    SHARDS,
    Item,
    cap_key,
    closures_key,
    consent_item,
    consent_partition,
    held_key,
    identity_key,
    key,
    lead_item,
    lead_key,
    nudge_items,
    pauses_key,
    read_closures,
    read_consent,
    read_lead,
    read_pauses,
    read_touch,
    suppression_item,
    suppression_key,
    token_key,
    touch_id_key,
    touch_item,
    touch_key,
)
from followthrough.adapters.partner_items import placing_writes
from followthrough.domain.cadence import Channel
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.closures import Closures
from followthrough.domain.errors import ChangedMeanwhile, NotFound, OverCap, Suppressed, TouchExists
from followthrough.domain.handoffs import placed
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead, Nudge, Touch, expect_not_forgotten
from followthrough.domain.pauses import Pauses
from followthrough.domain.stops import TAKEN_BACK, ConsentEntry, StopReason
from followthrough.use_cases.ports import LINK_KEPT, Arrival, Guard

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

CAP_KEPT = timedelta(days=3)
CONSENTS_KEPT = timedelta(days=1825)
TOUCHES_IN_ONE_TRANSACTION = 90
OVERDUE_PER_SHARD = 25

Write = dict[str, Any]


class DynamoDBStore:
    """Every write of a lead is conditional on the version that was read; nothing is ever overwritten unseen."""

    def __init__(
        self,
        table: str,
        clock: Callable[[], datetime],
        client: "DynamoDBClient | None" = None,
        consents_kept: timedelta = CONSENTS_KEPT,
    ) -> None:
        self.client = client or dynamodb_client()
        self._table = table
        self._clock = clock
        self._consents_kept = consents_kept
        self._kept: set[tuple[str, str]] = set()

    # -- leads and their touches -------------------------------------------------------------------------

    def load(self, lead_id: str) -> Lead:
        """See Store."""
        item = self._get(lead_key(lead_id))
        if item is None:
            raise NotFound(f"there is no lead {lead_id}")
        return read_lead(item)

    def load_with_closures(self, lead_id: str) -> tuple[Lead, Closures]:
        """See Store. One request for both."""
        item, closed = self._get_all(lead_key(lead_id), closures_key())
        if item is None:
            raise NotFound(f"there is no lead {lead_id}")
        return read_lead(item), read_closures(closed)

    def load_to_go_on(self, lead_id: str) -> tuple[Lead, Closures, Pauses]:
        """See Store. One request for all."""
        item, closed, paused = self._get_all(lead_key(lead_id), closures_key(), pauses_key())
        if item is None:
            raise NotFound(f"there is no lead {lead_id}")
        return read_lead(item), read_closures(closed), read_pauses(paused)

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        """See Store."""
        raised, writes = self._put_lead(lead)
        writes += self._put_touches(lead, touches)
        self._transact([*writes, *self._put_nudge(nudge)])
        return raised

    def _put_touches(self, lead: Lead, touches: Sequence[Touch]) -> list[Write]:
        """The writes of as many as one transaction takes. What is beyond that is written here and now, each lot on
        condition that the lead is as it was read: nothing is put beside one that is gone.
        """
        for start in range(TOUCHES_IN_ONE_TRANSACTION, len(touches), TOUCHES_IN_ONE_TRANSACTION):
            lot = touches[start : start + TOUCHES_IN_ONE_TRANSACTION]
            self._transact([self._unchanged(lead), *(self._put(touch_item(lead.id, touch)) for touch in lot)])
        return [self._put(touch_item(lead.id, touch)) for touch in touches[:TOUCHES_IN_ONE_TRANSACTION]]

    def claim(
        self,
        lead: Lead,
        touch: Touch,
        passed: Sequence[Touch] = (),
        guard: Guard | None = None,
        nudge: Nudge | None = None,
    ) -> Lead:
        """See Store."""
        raised, (write, *counts) = self._put_lead(lead)
        claims = [
            write,
            self._put(touch_item(lead.id, touch), "attribute_not_exists(pk)"),
            *(self._guards(guard) if guard else ()),
        ]
        errors = [ChangedMeanwhile, TouchExists, Suppressed, OverCap]
        beside = [*counts, *self._put_nudge(nudge), *self._put_touches(lead, passed)]
        self._transact([*claims, *beside], errors)
        return raised

    def release(self, lead: Lead, touch: Touch, guard: Guard | None = None) -> Lead:
        """See Store."""
        raised, writes = self._put_lead(lead)
        writes += [{"Delete": {"TableName": self._table, "Key": touch_key(lead.id, touch)}}]
        if guard:
            writes.append(self._count(guard, -1))
        self._transact(writes)
        return raised

    def load_touch(self, lead_id: str, pursuit: int, touch_id: str) -> Touch | None:
        """See Store."""
        item = self._get(touch_id_key(lead_id, pursuit, touch_id))
        return read_touch(item) if item else None

    def timeline(self, lead_id: str) -> Sequence[Touch]:
        """See Store."""
        touches = [read_touch(item) for item in self._query_touches(lead_id)]
        return sorted(touches, key=lambda touch: (touch.due_at, touch.pursuit, touch.n))

    # -- arrival -----------------------------------------------------------------------------------------

    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        """See Store."""
        raised, writes = self._put_lead(lead)
        writes += [*self._identity(lead, new=True), *self._arrives(lead.id, arrival)]
        writes.append(self._put(token_key(lead.token) | {"lead_id": {"S": lead.id}, "purpose": {"S": "lead"}}))
        self._transact(writes)
        return raised

    def archive(self, lead: Lead, arrival: Arrival | None, past: Lead, touches: Sequence[Touch] = ()) -> Lead:
        """See Store."""
        raised, writes = self._put_lead(lead)
        writes += self._put_touches(lead, touches)
        old = key(f"LEAD#{lead.id}", f"PURSUIT#{past.pursuit.number}") | {"data": {"S": past.model_dump_json()}}
        asked = [*self._identity(lead, new=False), *self._arrives(lead.id, arrival)] if arrival else []
        self._transact([*writes, self._put(old), *asked])
        return raised

    def find_replay(self, keys: Sequence[str], now: datetime) -> str | None:
        """See Store."""
        for name in keys:
            item = self._get(key(f"IDEMP#{name}", "IDEMP"))
            if item and int(item["expires_at"]["N"]) > now.timestamp():
                return str(item["lead_id"]["S"])
        return None

    def find_by_email(self, email: str) -> str | None:
        """See Store."""
        item = self._get(key(identity_key("email", email), "IDENT"))
        return item["lead_id"]["S"] if item else None

    def find_by_phone(self, phone: str) -> list[str]:
        """See Store. The lead that is known by the number alone comes first, as IDENT does before LEAD#: whoever
        reads only some of very many must not miss it, or that person could never ask again.
        """
        answer = self.client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": identity_key("phone", phone)}},
            ConsistentRead=True,
        )
        return list(dict.fromkeys(item["lead_id"]["S"] for item in answer["Items"]))

    def _identity(self, lead: Lead, *, new: bool) -> list[Write]:
        lead_id = {"lead_id": {"S": lead.id}}
        writes = []
        if lead.profile.email and new:
            email = key(identity_key("email", lead.profile.email), "IDENT")
            writes.append(self._put(email | lead_id, "attribute_not_exists(pk)"))
        if lead.profile.phone:
            number = identity_key("phone", lead.profile.phone)
            writes.append(self._put(key(number, f"LEAD#{lead.id}") | lead_id))
            if new and not lead.profile.email:
                writes.append(self._put(key(number, "IDENT") | lead_id, "attribute_not_exists(pk)"))
        return writes

    def _arrives(self, lead_id: str, arrival: Arrival) -> list[Write]:
        said = [entry.model_copy(update={"lead_id": lead_id}) for entry in arrival.consents]
        held = [self._put(held_key(lead_id, arrival.held_since))] if arrival.held_since else []
        return [*held, *self._replay(lead_id, arrival), *(write for entry in said for write in self._said(entry))]

    def _replay(self, lead_id: str, arrival: Arrival) -> list[Write]:
        now = {":now": {"N": str(int(self._clock().timestamp()))}}
        return [
            self._put(
                key(f"IDEMP#{name}", "IDEMP")
                | {"lead_id": {"S": lead_id}, "expires_at": {"N": str(arrival.expires_at)}},
                "attribute_not_exists(pk) OR expires_at <= :now",
                now,
            )
            for name in arrival.replay_keys
        ]

    # -- stops -------------------------------------------------------------------------------------------

    def find_by_token(self, token: str) -> str:
        """See Store."""
        item = self._get(token_key(token))
        if item is None or item["purpose"]["S"] != "lead":
            raise NotFound("no lead has that link")
        return str(item["lead_id"]["S"])

    def save_with_consents(self, lead: Lead, entries: Sequence[ConsentEntry], touches: Sequence[Touch] = ()) -> Lead:
        """See Store."""
        raised, writes = self._put_lead(lead)
        writes += self._put_touches(lead, touches)
        self._write_said(writes, entries)
        return raised

    def keep_consents(self, entries: Sequence[ConsentEntry]) -> None:
        """See Store."""
        self._write_said([], entries)

    def _write_said(self, writes: list[Write], entries: Sequence[ConsentEntry]) -> None:
        """Write what was said, after other writes. An address that must not be used for a reason that isn't the
        person's to lift stays suppressed for that reason.
        """
        said = [write for entry in entries for write in self._said(entry)]
        # The reasons of a failure come in the order of the writes.
        errors = [ChangedMeanwhile] * len(writes) + [Suppressed] * len(said)
        try:
            self._transact([*writes, *said], errors)
        except Suppressed:
            if any(entry.what == "start" for entry in entries):
                raise
            lasting = self.suppressed([(entry.channel, entry.address) for entry in entries])
            lines = [self._said(entry)[: 1 if entry.channel in lasting else None] for entry in entries]
            self._transact([*writes, *(write for line in lines for write in line)])

    def consents(self, channel: Channel, address: str) -> list[ConsentEntry]:
        """See Store."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": consent_partition(channel, address)}},
            ConsistentRead=True,
        )
        return [read_consent(item) for page in pages for item in page["Items"]]

    def suppressed(self, addresses: Sequence[tuple[Channel, str]]) -> dict[Channel, StopReason]:
        """See Store."""
        found = {channel: self._get(suppression_key(channel, address)) for channel, address in addresses}
        return {channel: cast("StopReason", item["because"]["S"]) for channel, item in found.items() if item}

    def _said(self, entry: ConsentEntry) -> list[Write]:
        """The line itself, and what it does to the address."""
        line = self._put(consent_item(entry, self._consents_kept))
        if entry.what == "consent":
            return [line]
        own = {f":own{n}": {"S": reason} for n, reason in enumerate(TAKEN_BACK)}
        free_or_own = f"attribute_not_exists(pk) OR because IN ({', '.join(own)})"
        if entry.what == "stop":
            lasts = entry.because not in TAKEN_BACK
            item = suppression_item(entry)
            return [line, self._put(item) if lasts else self._put(item, free_or_own, own)]
        delete = {
            "TableName": self._table,
            "Key": suppression_key(entry.channel, entry.address),
            "ConditionExpression": free_or_own,
            "ExpressionAttributeValues": own,
        }
        return [line, {"Delete": delete}]

    # -- the team and the watchdog -----------------------------------------------------------------------

    def overdue(self, before: datetime) -> Sequence[str]:
        """See Store."""
        found = [item for shard in range(SHARDS) for item in self._overdue_in(shard, before)]
        found.sort(key=lambda item: item["next_touch_at"]["S"])
        return [item["pk"]["S"].removeprefix("LEAD#") for item in found]

    def _overdue_in(self, shard: int, before: datetime) -> list[Item]:
        answer = self.client.query(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="due_shard = :shard AND next_touch_at < :before",
            ExpressionAttributeValues={
                ":shard": {"S": f"DUE#{shard:02}"},
                ":before": {"S": format_instant(before)},
            },
            Limit=OVERDUE_PER_SHARD,
        )
        return answer["Items"]

    def planned_between(self, start: datetime, end: datetime) -> Sequence[str]:
        """See Store."""
        return [lead_id for shard in range(SHARDS) for lead_id in self._planned_in(shard, start, end)]

    def _planned_in(self, shard: int, start: datetime, end: datetime) -> list[str]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=INDEX,
            KeyConditionExpression="due_shard = :shard AND next_touch_at BETWEEN :start AND :end",
            ExpressionAttributeValues={
                ":shard": {"S": f"DUE#{shard:02}"},
                ":start": {"S": format_instant(start)},
                ":end": {"S": format_instant(end)},
            },
        )
        return [item["pk"]["S"].removeprefix("LEAD#") for page in pages for item in page["Items"]]

    # -- cadence versions --------------------------------------------------------------------------------

    def keep_version(self, version: CadenceVersion) -> None:
        """See Store. Versions never change, so each is written once per container."""
        name, hash_ = version.cadence.name, version.version
        if (name, hash_) in self._kept:
            return
        packed = gzip.compress(version.model_dump_json(by_alias=True).encode(), mtime=0)
        self.client.put_item(TableName=self._table, Item=_version_key(name, hash_) | {"data": {"B": packed}})
        self._kept.add((name, hash_))

    def load_version(self, name: str, version: str) -> CadenceVersion:
        """See Store."""
        item = self._get(_version_key(name, version))
        if item is None:
            raise NotFound(f"cadence {name} version {version} was never kept")
        return CadenceVersion.model_validate_json(gzip.decompress(item["data"]["B"]))

    # -- plumbing ----------------------------------------------------------------------------------------

    def _get(self, key_: Item) -> Item | None:
        return self.client.get_item(TableName=self._table, Key=key_, ConsistentRead=True).get("Item")

    def _get_all(self, *keys: Item) -> list[Item | None]:
        answer = self.client.batch_get_item(RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}})
        if answer["UnprocessedKeys"]:  # too busy for all at once; one by one botocore tries again, with pauses
            return [self._get(key_) for key_ in keys]
        found: list[Item] = list(answer["Responses"][self._table])
        return [next((item for item in found if key_.items() <= item.items()), None) for key_ in keys]

    def _query_touches(self, lead_id: str) -> list[Item]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :touch)",
            ExpressionAttributeValues={":pk": {"S": f"LEAD#{lead_id}"}, ":touch": {"S": "TOUCH#"}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def _put_lead(self, lead: Lead, most: int = 1) -> tuple[Lead, list[Write]]:
        """The lead with the next version, its write on condition that nobody wrote since it was read, and after it
        the counts of open asks and its place with partners, which change with it. `most` is how many open leads the
        partner may have that gets it.
        """
        expect_not_forgotten(lead)
        counted = lead.ask.holder if lead.ask and lead.ask.deadline else None
        where = placed(lead)
        raised = lead.model_copy(update={"version": lead.version + 1, "counted_for": counted, "placed": where})
        if lead.version == 0:
            write = self._put(lead_item(raised), "attribute_not_exists(pk)")
        else:
            write = self._put(lead_item(raised), "version = :read", {":read": {"N": str(lead.version)}})
        placing = placing_writes(self._table, lead, where, most)
        if counted == lead.counted_for:
            return raised, [write, *placing]
        changes = ((lead.counted_for, -1), (counted, 1))
        return raised, [write, *(self._count_ask(rep, change) for rep, change in changes if rep), *placing]

    def _unchanged(self, lead: Lead) -> Write:
        check = {
            "TableName": self._table,
            "Key": lead_key(lead.id),
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":read": {"N": str(lead.version)}},
        }
        return {"ConditionCheck": check}

    def _count_ask(self, rep: str, change: int) -> Write:
        update = {
            "TableName": self._table,
            "Key": key("TEAM", f"ASKS#{rep}"),
            "UpdateExpression": "ADD asks :change",
            "ExpressionAttributeValues": {":change": {"N": str(change)}},
        }
        return {"Update": update}

    def _put_nudge(self, nudge: Nudge | None) -> list[Write]:
        if nudge is None:
            return []
        expires = int((nudge.at + LINK_KEPT).timestamp())
        return [self._put(item) for item in nudge_items(nudge, expires)]

    def _put(self, item: Item, condition: str | None = None, values: Item | None = None) -> Write:
        put: Write = {"TableName": self._table, "Item": item}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = values
        return {"Put": put}

    def _guards(self, guard: Guard) -> list[Write]:
        """In the order in which `claim` reads the reasons: suppression, then cap."""
        check = {
            "TableName": self._table,
            "Key": suppression_key(guard.channel, guard.address),
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        return [{"ConditionCheck": check}, self._count(guard, 1)]

    def _count(self, guard: Guard, change: int) -> Write:
        update: Write = {
            "TableName": self._table,
            "Key": cap_key(guard.channel, guard.address, guard.local_date),
            "UpdateExpression": "SET expires_at = :expires ADD sent :change",
            "ExpressionAttributeValues": {
                ":change": {"N": str(change)},
                ":expires": {"N": str(int((self._clock() + CAP_KEPT).timestamp()))},
            },
        }
        if change > 0:
            update["ConditionExpression"] = "attribute_not_exists(sent) OR sent < :cap"
            update["ExpressionAttributeValues"][":cap"] = {"N": str(guard.cap)}
        return {"Update": update}

    def _transact(self, writes: list[Write], errors: Sequence[type[Exception]] = ()) -> None:
        """Write all or nothing. Raises the error at the place of the first write whose condition failed.

        Even a single item: a transaction has a token, so that a repeated attempt after a lost answer isn't taken
        for somebody else's write.
        """
        try:
            self.client.transact_write_items(TransactItems=cast("list[TransactWriteItemTypeDef]", writes))
        except ClientError as error:
            raise _translated(error, errors) from None


def _version_key(name: str, version: str) -> Item:
    return key(f"CADENCE#{name}", f"V#{version}")


def _translated(error: ClientError, errors: Sequence[type[Exception]]) -> Exception:
    """Reasons come by position. A conflict with another transaction is somebody recording a fact right now."""
    if error.response["Error"]["Code"] != "TransactionCanceledException":
        return error
    codes = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
    if any(code not in ("None", "ConditionalCheckFailed", "TransactionConflict") for code in codes):
        return error
    if "TransactionConflict" in codes:
        return ChangedMeanwhile("another transaction was under way")
    place = codes.index("ConditionalCheckFailed") if "ConditionalCheckFailed" in codes else len(codes)
    wanted = errors[place] if place < len(errors) else ChangedMeanwhile
    return wanted("the transaction's conditions did not hold")
