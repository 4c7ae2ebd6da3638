"""The tokens with which other systems of the business may report events, in the same table as everything else."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import Item, token_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PURPOSE = "events"


class EventTokens:
    """Of a token only its digest is kept, with the name of the system that has it, and when it expires."""

    def __init__(self, table: str, clock: Callable[[], datetime], client: "DynamoDBClient | None" = None) -> None:
        self._client = client or dynamodb_client()
        self._table = table
        self._clock = clock

    def keep(self, token: str, name: str, expires_at: datetime) -> None:
        """From now until then the token is good."""
        told = {"purpose": {"S": PURPOSE}, "name": {"S": name}, "expires_at": {"N": str(int(expires_at.timestamp()))}}
        self._client.put_item(TableName=self._table, Item=token_key(token) | told)

    def is_good(self, token: str) -> bool:
        """Whether it was given out for events, and has neither expired nor been revoked. The same work for every token:
        it is looked up by its digest.
        """
        item = self._client.get_item(TableName=self._table, Key=token_key(token), ConsistentRead=True).get("Item")
        if item is None or item["purpose"]["S"] != PURPOSE:
            return False
        return int(item["expires_at"]["N"]) > self._clock().timestamp()

    def revoke(self, name: str) -> int:
        """No token of that name is good any more; how many there were. Reads everything that there is."""
        keys = self._keys_of(name)
        for key in keys:
            self._client.delete_item(TableName=self._table, Key=key)
        return len(keys)

    def _keys_of(self, name: str) -> list[Item]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=self._table,
            ProjectionExpression="pk, sk",
            FilterExpression="purpose = :purpose AND #name = :name",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={":purpose": {"S": PURPOSE}, ":name": {"S": name}},
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]
