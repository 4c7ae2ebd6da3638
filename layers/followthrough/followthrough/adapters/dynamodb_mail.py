"""The MailBook port on the table: an item for each address, gone once nothing in it counts any more."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import Item, digest, key
from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.mail_reports import LOOKED_BACK, MailRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBMailBook:
    """See MailBook. An item that is past its time but not yet deleted does no harm: what is in it doesn't count."""

    def __init__(self, table: str, client: "DynamoDBClient | None" = None) -> None:
        self._table = table
        self._client = client or dynamodb_client()

    def record_of(self, address: str) -> MailRecord:
        """See MailBook."""
        found = self._client.get_item(TableName=self._table, Key=mail_key(address), ConsistentRead=True).get("Item")
        return MailRecord.model_validate_json(found["data"]["S"]) if found else MailRecord()

    def keep(self, address: str, before: MailRecord, after: MailRecord) -> None:
        """See MailBook. A write that is repeated after a lost answer finds its own work and is tried once more."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=mail_key(address) | _content(after),
                ConditionExpression="attribute_not_exists(pk) OR #data = :before",
                ExpressionAttributeNames={"#data": "data"},
                ExpressionAttributeValues={":before": _content(before)["data"]},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise ChangedMeanwhile("mail to the address was reported on") from None


def mail_key(address: str) -> Item:
    """The key of how mail to an address has fared."""
    return key(f"MAIL#email#{digest(address.lower())}", "MAIL")


def _content(record: MailRecord) -> Item:
    moments = [*record.returned.values(), *filter(None, [record.delivered_at])]
    last = max(moments, default=None)
    expires = {"expires_at": {"N": str(int((last + LOOKED_BACK).timestamp()))}} if last else {}
    return {"data": {"S": record.model_dump_json()}} | expires
