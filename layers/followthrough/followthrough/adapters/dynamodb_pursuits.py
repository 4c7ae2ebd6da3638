"""Every pursuit on the table, with the leads as they stand: for an operator's command, never for a function."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from followthrough.adapters.dynamodb_items import read_lead
from followthrough.domain.conversions import Pursued

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def all_pursuits(table: str, client: "DynamoDBClient", looked_at: Callable[[int], None]) -> Iterator[Pursued]:
    """One look through the whole table, page by page. `looked_at` is told how many entries were looked at so far."""
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="begins_with(pk, :lead) AND (sk = :latest OR begins_with(sk, :earlier))",
        ExpressionAttributeValues={
            ":lead": {"S": "LEAD#"},
            ":latest": {"S": "LEAD"},
            ":earlier": {"S": "PURSUIT#"},
        },
    )
    looked = 0
    for page in pages:
        looked += page["ScannedCount"]
        looked_at(looked)
        for item in page["Items"]:
            lead = read_lead(item)
            yield Pursued(lead.pursuit, lead.status, latest=item["sk"]["S"] == "LEAD")
