"""The Traffic port on the same table: how much came in and went out lately, and which leads are held back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import HELD, Item, digest, held_key, key
from followthrough.domain.cadence import Channel
from followthrough.domain.floods import Flood, HeldLead
from followthrough.domain.instants import format_instant, parse_instant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTS_KEPT = timedelta(hours=2)
_FLOOD = key("FLOOD", "FLOOD")


class DynamoDBTraffic:
    """See Traffic.

    Items: `SENT#channel#minute` / `SENT`, `LEADS#hour` / `LEADS`, `FLOOD` / `FLOOD`; `HELD` / since and lead, which the
    store writes with the lead.
    """

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._client = client or dynamodb_client()
        self._table = table

    def may_send(self, channel: Channel, now: datetime, most: int) -> bool:
        """See Traffic. A plain update: in transactions all who send in one minute would get in each other's way."""
        return self._happens(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=key(f"SENT#{channel}#{format_instant(now)[:16]}", "SENT"),
                UpdateExpression="SET expires_at = :expires ADD sent :one",
                ConditionExpression="attribute_not_exists(sent) OR sent < :most",
                ExpressionAttributeValues={
                    ":one": {"N": "1"},
                    ":most": {"N": str(most)},
                    ":expires": _expires(now),
                },
            )
        )

    def is_flooded(self, source: str, post: str, now: datetime, per_source: int, in_all: int) -> bool:
        """See Traffic. The posts of an hour are two sets in one item, all and the source's: the same post counts once,
        and nothing can grow beyond the limits.
        """
        names = {"#all": "posts", "#one": f"from_{digest(source)[:16]}"}
        values: Item = {
            ":one": {"S": digest(post)[:16]},
            ":set": {"SS": [digest(post)[:16]]},
            ":expires": _expires(now),
        }
        room = "(attribute_not_exists({0}) OR size({0}) < {1})"
        return not self._happens(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=key(f"LEADS#{format_instant(now)[:13]}", "LEADS"),
                UpdateExpression="SET expires_at = :expires ADD #all :set, #one :set",
                ConditionExpression=f"contains(#all, :one) OR ({room.format('#all', ':in_all')} AND "
                f"{room.format('#one', ':per_source')})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={
                    **values,
                    ":in_all": {"N": str(in_all)},
                    ":per_source": {"N": str(per_source)},
                },
            )
        )

    def held(self, most: int) -> list[HeldLead]:
        """See Traffic."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :held",
            ExpressionAttributeValues={":held": {"S": HELD}},
            Limit=most,
            ConsistentRead=True,
        )
        return [_read_held(item) for item in answer["Items"]]

    def count_held(self, since: datetime | None) -> int:
        """See Traffic."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :held AND sk >= :since",
            ExpressionAttributeValues={":held": {"S": HELD}, ":since": {"S": format_instant(since) if since else "0"}},
            Select="COUNT",
            ConsistentRead=True,
        )
        return sum(page["Count"] for page in pages)

    def take_off_hold(self, held: HeldLead) -> None:
        """See Traffic."""
        self._client.delete_item(TableName=self._table, Key=held_key(held.lead_id, held.since))

    def flood(self) -> Flood:
        """See Traffic."""
        item = self._client.get_item(TableName=self._table, Key=_FLOOD, ConsistentRead=True).get("Item", {})
        return Flood(*(parse_instant(item[name]["S"]) if name in item else None for name in ("told_at", "released_at")))

    def note_told(self, now: datetime) -> None:
        """See Traffic."""
        self._note("told_at", now)

    def note_release(self, now: datetime) -> None:
        """See Traffic."""
        self._note("released_at", now)

    def _note(self, name: str, now: datetime) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=_FLOOD,
            UpdateExpression=f"SET {name} = :now",
            ExpressionAttributeValues={":now": {"S": format_instant(now)}},
        )

    def _happens(self, write: Callable[[], object]) -> bool:
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True


def _expires(now: datetime) -> Item:
    return {"N": str(int((now + COUNTS_KEPT).timestamp()))}


def _read_held(item: Item) -> HeldLead:
    since, _, lead_id = item["sk"]["S"].partition("#")
    return HeldLead(lead_id, parse_instant(since))
