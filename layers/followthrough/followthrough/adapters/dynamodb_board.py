"""The BoardBook port on the same table: all open leads, those closed today, and the links to the board."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from followthrough.adapters.dynamodb_items import CLOSED_LEADS, INDEX, SHARDS, lead_key, read_lead, token_key
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.domain.errors import NotFound
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead

KEYS_IN_ONE_REQUEST = 100


class DynamoDBBoardBook(DynamoDBStore):
    """See BoardBook. All leads are read through the indexes, which cost half and lag behind by a moment."""

    def open_leads(self, most: int) -> tuple[list[Lead], int]:
        """See BoardBook."""
        found = [row for shard in range(SHARDS) for row in self._open_in(shard)]
        ids = [lead_id for _, lead_id in sorted(found)[:most]]
        return [lead for lead in self._read(ids) if lead.is_open], len(found)

    def closed_since(self, moment: datetime, most: int) -> list[Lead]:
        """See BoardBook."""
        ids = [lead_id for shard in range(SHARDS) for lead_id in self._closed_in(shard, moment)]
        return [lead for lead in self._read(ids[:most]) if not lead.is_open]

    def load_all(self, ids: list[str]) -> list[Lead]:
        """See BoardBook."""
        return self._read(ids, consistently=True)

    def _read(self, ids: list[str], *, consistently: bool = False) -> list[Lead]:
        keys, found = [lead_key(id_) for id_ in dict.fromkeys(ids)], []
        while keys:
            now, keys = keys[:KEYS_IN_ONE_REQUEST], keys[KEYS_IN_ONE_REQUEST:]
            answer = self.client.batch_get_item(
                RequestItems={self._table: {"Keys": now, "ConsistentRead": consistently}}
            )
            found += [read_lead(item) for item in answer["Responses"][self._table]]
            keys += [key_ for rest in answer["UnprocessedKeys"].values() for key_ in rest["Keys"]]
        return found

    def new_board_link(self, token: str, expires_at: datetime) -> None:
        """See BoardBook."""
        expires = {"expires_at": {"N": str(int(expires_at.timestamp()))}}
        self.client.put_item(TableName=self._table, Item=token_key(token) | {"purpose": {"S": "board"}} | expires)

    def expect_board_link(self, token: str) -> None:
        """See BoardBook."""
        item = self._get(token_key(token))
        if item is None or item["purpose"]["S"] != "board":
            raise NotFound("there is no such link")
        if int(item["expires_at"]["N"]) <= self._clock().timestamp():
            raise NotFound("this link has expired")

    def _open_in(self, shard: int) -> list[tuple[str, str]]:
        """When each is due, and its id."""
        rows = self._listed(INDEX, "due_shard = :shard", {":shard": {"S": f"DUE#{shard:02}"}})
        return [(row["next_touch_at"]["S"], row["pk"]["S"].removeprefix("LEAD#")) for row in rows]

    def _closed_in(self, shard: int, moment: datetime) -> list[str]:
        values = {":shard": {"S": f"CLOSED#{shard:02}"}, ":from": {"S": format_instant(moment)}}
        rows = self._listed(CLOSED_LEADS, "closed_shard = :shard AND closed_at >= :from", values)
        return [row["pk"]["S"].removeprefix("LEAD#") for row in rows]

    def _listed(self, index: str, condition: str, values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=dict(values),
        )
        return [row for page in pages for row in page["Items"]]
