"""The PeopleBook port on the same table: everything about one person, found and deleted."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from followthrough.adapters.dynamodb_items import (
    CLOSED_LEADS,
    SHARDS,
    Item,
    cap_partition,
    consent_item,
    consent_partition,
    identity_key,
    key,
    lead_key,
    read_consent,
    read_lead,
    suppression_item,
    suppression_key,
    token_key,
)
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.partner_items import placing_writes
from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.people import Address, Progress, Ref

CLOSED_PER_SHARD = 100
STOPS_IN_ONE_TRANSACTION = 40
_WITH_THE_LEAD = ("LEAD#", "IDENT#", "CONSENT#", "SUPPRESS#")
"""Partitions that are seen to one by one; what else names a lead is beside it."""

Write = dict[str, Any]


class DynamoDBPeople(DynamoDBStore):
    """See PeopleBook. A Store besides, because both write the same items."""

    # -- finding -----------------------------------------------------------------------------------------

    def past(self, lead_id: str) -> list[Lead]:
        """See PeopleBook."""
        items = self._partition(f"LEAD#{lead_id}", "PURSUIT#")
        return sorted((read_lead(item) for item in items), key=lambda lead: lead.pursuit.number)

    def beside(self, lead_id: str, addresses: Sequence[Address], looked_at: Progress) -> list[Ref]:
        """See PeopleBook. Not by keys but by what the items say, so that a kind of item that comes along later is found
        too.
        """
        caps = {f":cap{n}": {"S": cap_partition(*address)} for n, address in enumerate(addresses)}
        names = "lead_id = :id OR contains(#data, :named)"
        pages = self.client.get_paginator("scan").paginate(
            TableName=self._table,
            ProjectionExpression="pk, sk",
            FilterExpression=" OR ".join([names, *(f"begins_with(pk, {name})" for name in caps)]),
            ExpressionAttributeNames={"#data": "data"},
            ExpressionAttributeValues={":id": {"S": lead_id}, ":named": {"S": f'"lead_id":"{lead_id}"'}, **caps},
            ConsistentRead=True,
        )
        found, looked = [], 0
        for page in pages:
            looked += page["ScannedCount"]
            looked_at(looked)
            found += [Ref(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
        return [ref for ref in found if not ref.pk.startswith(_WITH_THE_LEAD)]

    def closed_before(self, moment: datetime) -> list[str]:
        """See PeopleBook."""
        return [lead_id for shard in range(SHARDS) for lead_id in self._closed_in(shard, moment)]

    def _closed_in(self, shard: int, moment: datetime) -> list[str]:
        answer = self.client.query(
            TableName=self._table,
            IndexName=CLOSED_LEADS,
            KeyConditionExpression="closed_shard = :shard AND closed_at < :before",
            ExpressionAttributeValues={
                ":shard": {"S": f"CLOSED#{shard:02}"},
                ":before": {"S": format_instant(moment)},
            },
            Limit=CLOSED_PER_SHARD,
        )
        return [item["pk"]["S"].removeprefix("LEAD#") for item in answer["Items"]]

    # -- deleting ----------------------------------------------------------------------------------------

    def clear(self, lead: Lead, numbers: Sequence[str], beside: Sequence[Ref]) -> None:
        """See PeopleBook. The earlier pursuits go last: they tell which numbers there were."""
        for ref in beside:
            self._delete(key(*ref))
        for number in numbers:
            self._delete(_found_by(number, lead.id))
        keys = [_key_of(item) for item in self._partition(f"LEAD#{lead.id}")]
        for key_ in sorted(keys, key=_is_earlier_pursuit):
            if key_ != lead_key(lead.id):
                self._delete(key_)

    def clear_said(self, address: Address, lead_id: str | None = None) -> None:
        """See PeopleBook."""
        for item in self._partition(consent_partition(*address)):
            if lead_id in (None, read_consent(item).lead_id):
                self._delete(_key_of(item))

    def remove(self, lead: Lead, stops: Sequence[ConsentEntry]) -> None:
        """See PeopleBook."""
        for start in range(STOPS_IN_ONE_TRANSACTION, len(stops), STOPS_IN_ONE_TRANSACTION):
            self.keep_stops(stops[start : start + STOPS_IN_ONE_TRANSACTION])
        as_read = {
            "TableName": self._table,
            "Key": lead_key(lead.id),
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":read": {"N": str(lead.version)}},
        }
        count = [self._count_ask(lead.counted_for, -1)] if lead.counted_for else []
        leaves = placing_writes(self._table, lead, None, most=0)
        keys = [{"Delete": {"TableName": self._table, "Key": key_}} for key_ in _keys_to(lead)]
        kept = self._stops(stops[:STOPS_IN_ONE_TRANSACTION])
        self._transact([{"Delete": as_read}, *keys, *count, *leaves, *kept])

    def keep_stops(self, stops: Sequence[ConsentEntry]) -> None:
        """See PeopleBook."""
        if stops:
            self._transact(list(self._stops(stops)))

    def _stops(self, stops: Sequence[ConsentEntry]) -> Iterator[Write]:
        for entry in stops:
            unnamed = entry.model_copy(update={"address": ""}).model_dump_json(exclude_none=True)
            yield self._put(consent_item(entry, self._consents_kept) | {"data": {"S": unnamed}})
            if self._get(suppression_key(entry.channel, entry.address)) is None:
                yield self._put(suppression_item(entry), "attribute_not_exists(pk)")

    # -- plumbing ----------------------------------------------------------------------------------------

    def _partition(self, pk: str, prefix: str = "") -> list[Item]:
        """A partition's items whose sort keys begin so."""
        begins: dict[str, Any] = {":prefix": {"S": prefix}} if prefix else {}
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk" + (" AND begins_with(sk, :prefix)" if prefix else ""),
            ExpressionAttributeValues={":pk": {"S": pk}, **begins},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def _delete(self, key_: Item) -> None:
        try:
            self.client.delete_item(TableName=self._table, Key=key_)
        except ClientError as error:
            if error.response["Error"]["Code"] == "TransactionConflictException":
                raise ChangedMeanwhile("somebody is just writing that entry") from None
            raise


def _keys_to(lead: Lead) -> list[Item]:
    """The keys by which the lead is found now."""
    keys = [token_key(lead.token)]
    if lead.profile.email:
        keys.append(key(identity_key("email", lead.profile.email), "IDENT"))
    if lead.profile.phone:
        keys.append(_found_by(lead.profile.phone, lead.id))
        if not lead.profile.email:
            keys.append(key(identity_key("phone", lead.profile.phone), "IDENT"))
    return keys


def _found_by(number: str, lead_id: str) -> Item:
    return key(identity_key("phone", number), f"LEAD#{lead_id}")


def _is_earlier_pursuit(key_: Item) -> bool:
    return bool(key_["sk"]["S"].startswith("PURSUIT#"))


def _key_of(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}
