"""The TeamBook port on the same table: who is away, whose turn it is, who was nudged, and who is to be told of what."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from botocore.exceptions import ClientError

from followthrough.adapters.clients import dynamodb_client
from followthrough.adapters.dynamodb_items import (
    LEADS_OF_REPS,
    Item,
    closures_item,
    closures_key,
    digest,
    key,
    pauses_item,
    pauses_key,
    read_closures,
    read_nudge,
    read_pauses,
    token_key,
)
from followthrough.domain.closures import Closures, closed, opened
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.instants import format_instant, parse_instant
from followthrough.domain.leads import Nudge
from followthrough.domain.pauses import Pauses
from followthrough.domain.team_state import CallDue, CallsWaiting, TeamState
from followthrough.use_cases.ports import LINK_KEPT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UniversalAttributeValueTypeDef

REPLAYS_KEPT = timedelta(days=4)
NUDGES_LOOKED_AT = 20


class DynamoDBTeamBook:
    """See TeamBook.

    Items: `TEAM` / `AWAY#rep`, `ASKS#rep`, `DUE#rep`, `CLOSED`; `ROUND` / a set of reps; `REP#id` / `NUDGE#lead`.
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
        return TeamState(
            away={rep: _until(item) for rep, item in _of_reps(items, "AWAY#")},
            open_asks={rep: int(item["asks"]["N"]) for rep, item in _of_reps(items, "ASKS#")},
            closures=read_closures(items.get("CLOSED")),
            waiting={rep: _read_waiting(item) for rep, item in _of_reps(items, "DUE#")},
            pauses=read_pauses(items.get("PAUSED")),
        )

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
        self._change(closures_key(), lambda item: closures_item(change(read_closures(item))))

    def pauses(self) -> Pauses:
        """See TeamBook."""
        return read_pauses(self._read(pauses_key()))

    def set_pauses(self, change: Callable[[Pauses], Pauses]) -> None:
        """See TeamBook."""
        self._change(pauses_key(), lambda item: pauses_item(change(read_pauses(item))))

    def _read(self, key_: Item) -> Item | None:
        return self._client.get_item(TableName=self._table, Key=key_, ConsistentRead=True).get("Item")

    def _change(self, key_: Item, change: Callable[[Item | None], Item]) -> None:
        """Write what an item becomes, unless somebody else has changed it since it was read."""
        read = self._read(key_)
        done = self._happens(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=change(read),
                ConditionExpression="attribute_not_exists(pk) OR #data = :read",
                ExpressionAttributeNames={"#data": "data"},
                ExpressionAttributeValues={":read": read["data"] if read else {"S": ""}},
            )
        )
        if not done:
            raise ChangedMeanwhile("somebody else has just changed the same")

    # -- whose turn --------------------------------------------------------------------------------------

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

    # -- calls that wait to be told of -------------------------------------------------------------------

    def may_text(
        self, rep: str, now: datetime, quiet_until: datetime, about: CallDue | None = None
    ) -> frozenset[CallDue] | None:
        """See TeamBook. One write decides and reads, so of several at once exactly one may text."""
        condition, values = "attribute_not_exists(quiet_until) OR quiet_until <= :now", {":now": _instant(now)}
        change = "SET quiet_until = :until REMOVE about"
        if about:
            condition, change = f"{condition} OR about = :about", "SET quiet_until = :until, about = :about"
            values[":about"] = {"S": _written(about)}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=_waiting_key(rep),
                UpdateExpression=change,
                ConditionExpression=condition,
                ExpressionAttributeValues=values | {":until": _instant(quiet_until)},
                ReturnValues="ALL_OLD",
            )
        except ClientError as error:
            if _condition_failed(error):
                return None
            raise
        return _read_waiting(answer.get("Attributes", {})).calls

    def put_down(self, rep: str, call: CallDue, quiet_until: datetime | None = None) -> None:
        """See TeamBook."""
        self._change_waiting(rep, "ADD", frozenset({call}), quiet_until)

    def settle(self, rep: str, calls: frozenset[CallDue], quiet_until: datetime | None = None) -> None:
        """See TeamBook."""
        self._change_waiting(rep, "DELETE", calls, quiet_until)

    def _change_waiting(
        self, rep: str, change: Literal["ADD", "DELETE"], calls: frozenset[CallDue], quiet_until: datetime | None
    ) -> None:
        """Only these members of the set are touched: whatever is put down at the same moment stays."""
        expressions, values = [], {}
        if quiet_until:
            expressions.append("SET quiet_until = :until")
            values[":until"] = _instant(quiet_until)
        if calls:
            expressions.append(f"{change} waiting :calls")
            values[":calls"] = {"SS": sorted(map(_written, calls))}
        if not expressions:
            return
        self._client.update_item(
            TableName=self._table,
            Key=_waiting_key(rep),
            UpdateExpression=" ".join(expressions),
            ExpressionAttributeValues=values,
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

    def is_first(self, what: str, within: timedelta) -> bool:
        """See TeamBook."""
        now = self._clock()
        expires = {"expires_at": {"N": str(int((now + within).timestamp()))}}
        return self._happens(
            lambda: self._client.put_item(
                TableName=self._table,
                Item=key(f"ONCE#{digest(what)}", "ONCE") | expires,
                ConditionExpression="attribute_not_exists(pk) OR expires_at <= :now",
                ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
            )
        )

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
            if _condition_failed(error):
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


def _of_reps(items: Mapping[str, Item], prefix: str) -> list[tuple[str, Item]]:
    """The items whose sort key begins like this, by the rep that it ends in."""
    return [(name.removeprefix(prefix), item) for name, item in items.items() if name.startswith(prefix)]


def _waiting_key(rep: str) -> Item:
    return key("TEAM", f"DUE#{rep}")


def _read_waiting(item: Item) -> CallsWaiting:
    calls = frozenset(_read_call(written) for written in item.get("waiting", {}).get("SS", []))
    return CallsWaiting(calls, parse_instant(item["quiet_until"]["S"]) if "quiet_until" in item else None)


def _written(call: CallDue) -> str:
    """A member of the set: ids hold no spaces."""
    return f"{call.pursuit_id} {call.touch_id} {call.turn} {'reminder' if call.reminder else 'ask'}"


def _read_call(written: str) -> CallDue:
    pursuit_id, touch_id, turn, kind = written.split(" ")
    return CallDue(pursuit_id, touch_id, int(turn), kind == "reminder")


def _instant(moment: datetime) -> "UniversalAttributeValueTypeDef":
    return {"S": format_instant(moment)}


def _condition_failed(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"
