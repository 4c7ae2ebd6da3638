"""How partners, their lines and their open leads look in the table, and the writes that go along with a lead's."""

from typing import Any, cast, get_args

from followthrough.adapters.dynamodb_items import Item, key
from followthrough.domain.dispatch import Figures, InLine, PartnerState, WhyPaused
from followthrough.domain.handoff import CameOf, Placed
from followthrough.domain.handoffs import Result, result_of
from followthrough.domain.instants import format_instant, parse_instant
from followthrough.domain.leads import Lead

Write = dict[str, Any]

QUEUE = "QUEUE#"
_OUTCOMES = tuple(name for each in get_args(CameOf) for name in (get_args(each) or (each,)))


def partner_key(partner: str) -> Item:
    """The key of a partner: its open leads, whether it is paused, and its figures."""
    return key(f"PARTNER#{partner}", "PARTNER")


def line_key(partner: str, line: str) -> Item:
    """A place in a partner's line. Sort keys order it."""
    return key(f"PARTNER#{partner}", f"{QUEUE}{line}")


def read_state(item: Item | None) -> PartnerState:
    """The state of a stored partner; that of one without leads so far, without an item."""
    if item is None:
        return PartnerState()
    return PartnerState(
        open_leads=frozenset(item.get("open_leads", {}).get("SS", ())),
        paused=cast("WhyPaused", item["paused"]["S"]) if "paused" in item else None,
        paused_at=parse_instant(item["paused_at"]["S"]) if "paused" in item else None,
        manager_knows="manager_knows" in item,
        figures=Figures(
            given=_number(item, "given"),
            came_of={name: _number(item, _counter(name)) for name in _OUTCOMES if _counter(name) in item},
            answered=_number(item, "answered"),
            response_seconds=_number(item, "response_seconds"),
            pullbacks=_number(item, "pullbacks"),
        ),
    )


def read_place(item: Item) -> InLine:
    """A place in line."""
    return InLine(item["lead_id"]["S"], item["sk"]["S"].removeprefix(QUEUE))


def placing_writes(table: str, lead: Lead, placed: Placed | None, most: int) -> list[Write]:
    """What has to be written along with a lead that has left its place with partners, or takes one: among the open
    leads of a partner on condition that it has fewer than `most`, and isn't paused.
    """
    if placed == lead.placed:
        return []
    left = [_leave(table, lead, lead.placed)] if lead.placed else []
    return [*left, *([_take(table, lead.id, placed, most)] if placed else [])]


def is_opening(write: Write, partner: str) -> bool:
    """Whether this is the write by which a partner gets a lead."""
    update = write.get("Update", {})
    return bool(update.get("Key") == partner_key(partner) and ":most" in update["ExpressionAttributeValues"])


def _take(table: str, lead_id: str, placed: Placed, most: int) -> Write:
    if placed.line is not None:
        item = line_key(placed.partner, placed.line) | {"lead_id": {"S": lead_id}}
        return {"Put": {"TableName": table, "Item": item}}
    condition = "(attribute_not_exists(open_leads) OR size(open_leads) < :most) AND attribute_not_exists(paused)"
    update = {
        "TableName": table,
        "Key": partner_key(placed.partner),
        "UpdateExpression": "ADD open_leads :lead, given :one",
        "ConditionExpression": condition,
        "ExpressionAttributeValues": {":lead": {"SS": [lead_id]}, ":one": {"N": "1"}, ":most": {"N": str(most)}},
    }
    return {"Update": update}


def _leave(table: str, lead: Lead, placed: Placed) -> Write:
    if placed.line is not None:
        return {"Delete": {"TableName": table, "Key": line_key(placed.partner, placed.line)}}
    return leaving_write(table, lead.id, placed.partner, result_of(lead, placed.partner))


def leaving_write(table: str, lead_id: str, partner: str, result: Result) -> Write:
    """The partner has this lead no more, and what came of it is counted."""
    counts = {_counter(result.came_of): 1, "pullbacks": result.pullbacks}
    if result.answered_after is not None:
        counts |= {"answered": 1, "response_seconds": result.answered_after}
    values: Item = {f":{name}": {"N": str(number)} for name, number in counts.items()} | {":lead": {"SS": [lead_id]}}
    expression = "ADD " + ", ".join(f"{name} :{name}" for name in counts) + " DELETE open_leads :lead"
    if result.pauses:
        # Who was paused before stays so for the same reason: being busy must not end what the manager has decided.
        expression += " SET paused = if_not_exists(paused, :why), paused_at = if_not_exists(paused_at, :at)"
        values |= {":why": {"S": result.pauses}, ":at": {"S": format_instant(result.at)}}
    update = {
        "TableName": table,
        "Key": partner_key(partner),
        "UpdateExpression": expression,
        "ExpressionAttributeValues": values,
    }
    return {"Update": update}


def _counter(came_of: CameOf) -> str:
    return f"came_{came_of}"


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0
