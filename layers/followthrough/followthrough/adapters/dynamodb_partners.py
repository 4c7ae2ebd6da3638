"""The PartnerBook port on the same table: partners' lines, their open leads, and whether they are paused."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from followthrough.adapters.dynamodb_items import Item, key, token_key
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.partner_items import QUEUE, is_opening, partner_key, read_place, read_state
from followthrough.domain.dispatch import InLine, PartnerState, WhyPaused
from followthrough.domain.errors import ChangedMeanwhile, NotFound, PartnerTaken
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead
from followthrough.use_cases.ports import PARTNER_LINK_KEPT

KEYS_IN_ONE_REQUEST = 100


class DynamoDBPartnerBook(DynamoDBStore):
    """See PartnerBook. A Store besides, because a partner's lock is written with the lead."""

    def states(self, partners: Sequence[str]) -> Mapping[str, PartnerState]:
        """See PartnerBook."""
        found = dict.fromkeys(partners, PartnerState())
        keys = [partner_key(partner) for partner in partners]
        while keys:
            now, keys = keys[:KEYS_IN_ONE_REQUEST], keys[KEYS_IN_ONE_REQUEST:]
            answer = self.client.batch_get_item(RequestItems={self._table: {"Keys": now, "ConsistentRead": True}})
            for item in answer["Responses"][self._table]:
                found[item["pk"]["S"].removeprefix("PARTNER#")] = read_state(item)
            keys += [key_ for rest in answer["UnprocessedKeys"].values() for key_ in rest["Keys"]]
        return found

    def line(self, partner: str, most: int | None = None) -> list[InLine]:
        """See PartnerBook."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :queue)",
            ExpressionAttributeValues={":pk": {"S": f"PARTNER#{partner}"}, ":queue": {"S": QUEUE}},
            ConsistentRead=True,
            PaginationConfig={"MaxItems": most} if most else {},
        )
        return [read_place(item) for page in pages for item in page["Items"]]

    def give(self, lead: Lead, past: Lead, most: int) -> Lead:
        """See PartnerBook."""
        assert lead.handoff
        assert lead.handoff.partner
        raised, writes = self._put_lead(lead, most)
        taken = [PartnerTaken if is_opening(write, lead.handoff.partner) else ChangedMeanwhile for write in writes]
        old = key(f"LEAD#{lead.id}", f"PURSUIT#{past.pursuit.number}") | {"data": {"S": past.model_dump_json()}}
        expires = int((self._clock() + PARTNER_LINK_KEPT).timestamp())
        behind = {
            "purpose": {"S": "partner"},
            "number": {"N": str(lead.handoff.number)},
            "lead_id": {"S": lead.id},
            "expires_at": {"N": str(expires)},
        }
        self._transact([*writes, self._put(old), self._put(token_key(lead.handoff.link) | behind)], taken)
        return raised

    def handoff_behind(self, token: str) -> tuple[str, int]:
        """See PartnerBook."""
        item = self._get(token_key(token))
        if item is None or item["purpose"]["S"] != "partner":
            raise NotFound("there is no such link")
        if int(item["expires_at"]["N"]) <= self._clock().timestamp():
            raise NotFound("this link has expired")
        return item["lead_id"]["S"], int(item["number"]["N"])

    def pause(self, partner: str, why: WhyPaused, now: datetime) -> None:
        """See PartnerBook."""
        values = {":why": {"S": why}, ":now": {"S": format_instant(now)}}
        self._change(
            partner, "SET paused = :why, paused_at = :now REMOVE manager_knows", {"ExpressionAttributeValues": values}
        )

    def resume(self, partner: str) -> None:
        """See PartnerBook."""
        self._change(partner, "REMOVE paused, paused_at, manager_knows")

    def note_told(self, partner: str) -> None:
        """See PartnerBook."""
        self._change(partner, "SET manager_knows = :yes", {"ExpressionAttributeValues": {":yes": {"BOOL": True}}})

    def _change(self, partner: str, expression: str, values: Item | None = None) -> None:
        update = {"TableName": self._table, "Key": partner_key(partner), "UpdateExpression": expression}
        self._transact([{"Update": update | (values or {})}])
