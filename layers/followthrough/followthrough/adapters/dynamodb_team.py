"""The TeamBook port on the same table: who is away, whose turn it is, and who was nudged about what."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import (
    LEADS_OF_REPS,
    Item,
    closures_item,
    closures_key,
    key,
    read_closures,
    read_nudge,
    token_key,
)
from followthrough.domain.closures import Closures, closed, opened
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.instants import format_instant, parse_instant
from followthrough.domain.leads import Nudge
from followthrough.domain.team_state import TeamState
from followthrough.use_cases.ports import LINK_KEPT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BUNDLES_APART = timedelta(hours=1)
REPLAYS_KEPT = timedelta(days=4)
NUDGES_LOOKED_AT = 20


class DynamoDBTeamBook:
    """See TeamBook.

    Items: `TEAM` / `AWAY#rep`, `ASKS#rep`, `CLOSED`; `ROUND` / a set of reps; `REP#id` / `NUDGE#lead`, `BUNDLE`.
    """

    def __init__(self, table: str, clock: Callable[[], datetime], client: "DynamoDBClient | None" = None) -> None:
        self._client = client or dynamodb_client()
        self._table = table
        self._clock = clock

    # -- who is there ------------------------------------------------------------------------------------

    def state(self) -> TeamState:
        """See TeamBook."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :team",
            ExpressionAttributeValues={":team": {"S": "TEAM"}},
            ConsistentRead=True,
        )
        items = {item["sk"]["S"]: item for item in answer["Items"]}
        away = {name.removeprefix("AWAY#"): _until(item) for name, item in items.items() if name.startswith("AWAY#")}
        asks = {
            name.removeprefix("ASKS#"): int(item["asks"]["N"])
            for name, item in items.items()
            if name.startswith("ASKS#")
        }
        return TeamState(away, asks, read_closures(items.get("CLOSED")))

    def set_away(self, rep: str, until: datetime | None) -> None:
        """See TeamBook."""
        self._put(key("TEAM", f"AWAY#{rep}") | _until_attribute(until))

    def set_back(self, rep: str) -> None:
        """See TeamBook."""
        self._client.delete_item(TableName=self._table, Key=key("TEAM", f"AWAY#{rep}"))

    # -- closed and open ---------------------------------------------------------------------------------

    def close(self, now: datetime, until: datetime) -> None:
        """See TeamBook."""
        self._change_closures(lambda closures: closed(closures, now, until))

    def open_again(self, now: datetime) -> None:
        """See TeamBook."""
        self._change_closures(lambda closures: opened(closures, now))

    def _change_closures(self, change: Callable[[Closures], Closures]) -> None:
        read = self._client.get_item(TableName=self._table, Key=closures_key(), ConsistentRead=True).get("Item")
        done = self._happens(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=closures_item(change(read_closures(read))),
                ConditionExpression="attribute_not_exists(pk) OR #data = :read",
                ExpressionAttributeNames={"#data": "data"},
                ExpressionAttributeValues={":read": read["data"] if read else {"S": ""}},
            )
        )
        if not done:
            raise ChangedMeanwhile("somebody else has just closed or opened")

    # -- whose turn, and when to buzz --------------------------------------------------------------------

    def take_turn(self, round_key: str) -> int:
        """See TeamBook."""
        answer = self._client.update_item(
            TableName=self._table,
            Key=key("ROUND", round_key),
            UpdateExpression="ADD turn :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        return int(answer["Attributes"]["turn"]["N"])

    def may_bundle(self, rep: str, about: str, now: datetime) -> bool:
        """See TeamBook."""
        return self._happens(
            lambda: self._client.update_item(
                TableName=self._table,
                Key=key(f"REP#{rep}", "BUNDLE"),
                UpdateExpression="SET last_at = :now, about = :about",
                ConditionExpression="attribute_not_exists(last_at) OR last_at <= :latest OR about = :about",
                ExpressionAttributeValues={
                    ":now": {"S": format_instant(now)},
                    ":latest": {"S": format_instant(now - BUNDLES_APART)},
                    ":about": {"S": about},
                },
            )
        )

    # -- nudges and links --------------------------------------------------------------------------------

    def nudges_of(self, rep: str) -> list[Nudge]:
        """See TeamBook."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :rep AND begins_with(sk, :nudge)",
            ExpressionAttributeValues={":rep": {"S": f"REP#{rep}"}, ":nudge": {"S": "NUDGE#"}},
            ConsistentRead=True,
        )
        nudges = sorted((read_nudge(item) for item in answer["Items"]), key=lambda nudge: nudge.at, reverse=True)
        return [nudge for nudge in nudges if nudge.at > self._clock() - LINK_KEPT][:NUDGES_LOOKED_AT]

    def leads_of(self, rep: str) -> list[str]:
        """See TeamBook."""
        answer = self._client.query(
            TableName=self._table,
            IndexName=LEADS_OF_REPS,
            KeyConditionExpression="rep = :rep",
            ExpressionAttributeValues={":rep": {"S": rep}},
        )
        return [item["pk"]["S"].removeprefix("LEAD#") for item in answer["Items"]]

    def nudge_behind(self, token: str) -> Nudge:
        """See TeamBook."""
        item = self._link(token, "call")
        return read_nudge(item)

    def new_rep_link(self, rep: str, token: str) -> None:
        """See TeamBook."""
        expires = int((self._clock() + LINK_KEPT).timestamp())
        self._put(token_key(token) | {"purpose": {"S": "rep"}, "rep": {"S": rep}, "expires_at": {"N": str(expires)}})

    def rep_behind(self, token: str) -> str:
        """See TeamBook."""
        return str(self._link(token, "rep")["rep"]["S"])

    def is_new_text(self, message_id: str) -> bool:
        """See TeamBook."""
        expires = str(int((self._clock() + REPLAYS_KEPT).timestamp()))
        return self._happens(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=_text_key(message_id) | {"expires_at": {"N": expires}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        )

    def forget_text(self, message_id: str) -> None:
        """See TeamBook."""
        self._client.delete_item(TableName=self._table, Key=_text_key(message_id))

    def _link(self, token: str, purpose: str) -> Item:
        item = self._client.get_item(TableName=self._table, Key=token_key(token), ConsistentRead=True).get("Item")
        if item is None or item["purpose"]["S"] != purpose:
            raise NotFound("there is no such link")
        if int(item["expires_at"]["N"]) <= self._clock().timestamp():
            raise NotFound("this link has expired")
        return item

    @staticmethod
    def _happens(write: Callable[[], object]) -> bool:
        """Whether the condition of a write held."""
        try:
            write()
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _put(self, item: Item) -> None:
        self._client.put_item(TableName=self._table, Item=item)


def _text_key(message_id: str) -> Item:
    return key(f"IDEMP#text#{message_id}", "IDEMP")


def _until(item: Item) -> datetime | None:
    return parse_instant(item["until"]["S"]) if "until" in item else None


def _until_attribute(until: datetime | None) -> Item:
    return {"until": {"S": format_instant(until)}} if until else {}
