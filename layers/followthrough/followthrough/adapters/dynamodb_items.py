"""How leads and touches look in the table: keys, and the attributes that conditions and indexes need."""

import hashlib
import zlib
from datetime import datetime, timedelta
from typing import Any

from followthrough.domain.closures import AS_JSON, Closures
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead, Nudge, Touch
from followthrough.domain.pauses import NO_PAUSES, Pauses
from followthrough.domain.stops import ConsentEntry

Item = dict[str, Any]
"""A DynamoDB item in the low-level form, such as `{"pk": {"S": "LEAD#…"}}`."""

SHARDS = 16
INDEX = "overdue"
LEADS_OF_REPS = "leads_of_reps"
CLOSED_LEADS = "closed_leads"
HELD = "HELD"


def digest(text: str) -> str:
    """Keys hold digests instead of addresses and tokens. A digest of a phone number can be guessed: it keeps
    numbers out of sight, it does not make them anonymous.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def key(pk: str, sk: str) -> Item:
    """A primary key."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def held_key(lead_id: str, since: datetime) -> Item:
    """A place in the line of leads that are held back, the oldest first."""
    return key(HELD, f"{format_instant(since)}#{lead_id}")


def lead_key(lead_id: str) -> Item:
    """The key of a lead and its current pursuit."""
    return key(f"LEAD#{lead_id}", "LEAD")


def lead_item(lead: Lead) -> Item:
    """The lead as stored; only open leads are in the index of what can be overdue, only closed ones in the index by
    which they are forgotten in time.
    """
    item = lead_key(lead.id) | {"version": {"N": str(lead.version)}, "data": {"S": lead.model_dump_json()}}
    shard = zlib.crc32(lead.id.encode()) % SHARDS
    if lead.closed_at is not None:
        item |= {"closed_shard": {"S": f"CLOSED#{shard:02}"}, "closed_at": {"S": format_instant(lead.closed_at)}}
    if lead.next_touch_at is not None:
        item |= {
            "due_shard": {"S": f"DUE#{shard:02}"},
            "next_touch_at": {"S": format_instant(lead.next_touch_at)},
        }
    if lead.next_touch_at is not None and lead.rep is not None:
        item["rep"] = {"S": lead.rep}
    return item


def read_lead(item: Item) -> Lead:
    """The lead of a stored item."""
    return Lead.model_validate_json(item["data"]["S"])


def touch_key(lead_id: str, touch: Touch) -> Item:
    """The key of a timeline entry; never made from the due time, so a claim can't be made twice."""
    return touch_id_key(lead_id, touch.pursuit, touch.id)


def touch_id_key(lead_id: str, pursuit: int, touch_id: str) -> Item:
    """The same key, where only the touch's id is known."""
    step, _, number = touch_id.rpartition(".")
    return key(f"LEAD#{lead_id}", f"TOUCH#{pursuit}#{step}#{number}")


def touch_item(lead_id: str, touch: Touch) -> Item:
    """The timeline entry as stored."""
    return touch_key(lead_id, touch) | {"data": {"S": touch.model_dump_json(exclude_none=True)}}


def read_touch(item: Item) -> Touch:
    """The timeline entry of a stored item."""
    return Touch.model_validate_json(item["data"]["S"])


def closures_key() -> Item:
    """The key of when the manager has closed."""
    return key("TEAM", "CLOSED")


def pauses_key() -> Item:
    """Where it is kept what is paused."""
    return key("TEAM", "PAUSED")


def pauses_item(pauses: Pauses) -> Item:
    """What is paused, as stored."""
    return pauses_key() | {"data": {"S": pauses.model_dump_json(exclude_defaults=True)}}


def read_pauses(item: Item | None) -> Pauses:
    """What is paused, by a stored item; nothing without one."""
    return Pauses.model_validate_json(item["data"]["S"]) if item else NO_PAUSES


def closures_item(closures: Closures) -> Item:
    """The closures as stored."""
    return closures_key() | {"data": {"S": AS_JSON.dump_json(closures).decode()}}


def read_closures(item: Item | None) -> Closures:
    """The closures of a stored item; none without one."""
    return AS_JSON.validate_json(item["data"]["S"]) if item else ()


def token_key(token: str) -> Item:
    """The key of a link; the token itself is nowhere in it."""
    return key(f"TOKEN#{digest(token)}", "TOKEN")


def nudge_items(nudge: Nudge, expires_at: int) -> list[Item]:
    """A nudge as the rep's newest about that lead, and behind its link."""
    content = {"data": {"S": nudge.model_dump_json()}, "expires_at": {"N": str(expires_at)}}
    row = key(f"REP#{nudge.rep}", f"NUDGE#{nudge.lead_id}") | content
    return [row, token_key(nudge.link) | content | {"purpose": {"S": "call"}}]


def read_nudge(item: Item) -> Nudge:
    """The nudge of a stored item, without its link."""
    return Nudge.model_validate_json(item["data"]["S"])


def identity_key(channel: str, address: str) -> str:
    """The partition of everything known about one address."""
    return f"IDENT#{channel}#{digest(address.lower())}"


def suppression_key(channel: str, address: str) -> Item:
    """Present while the address must not be used."""
    return key(f"SUPPRESS#{channel}#{digest(address.lower())}", "SUPPRESS")


def suppression_item(entry: ConsentEntry) -> Item:
    """The suppression that a stop brings about."""
    because = {"because": {"S": entry.because}, "at": {"S": format_instant(entry.at)}}
    return suppression_key(entry.channel, entry.address) | because


def consent_partition(channel: str, address: str) -> str:
    """The partition of everything that was said about one address, in the order in which it was said."""
    return f"CONSENT#{channel}#{digest(address.lower())}"


def consent_item(entry: ConsentEntry, kept_for: timedelta) -> Item:
    """A line of the record of consents and stops. The same line written twice is there once."""
    said = f"{format_instant(entry.at)}#{entry.what}#{entry.lead_id or '-'}"
    expires = {"expires_at": {"N": str(int((entry.at + kept_for).timestamp()))}}
    data = {"data": {"S": entry.model_dump_json(exclude_none=True)}}
    return key(consent_partition(entry.channel, entry.address), said) | data | expires


def read_consent(item: Item) -> ConsentEntry:
    """The line of a stored item."""
    return ConsentEntry.model_validate_json(item["data"]["S"])


def cap_key(channel: str, address: str, local_date: str) -> Item:
    """Counts the messages to one address on one local date."""
    return key(f"{cap_partition(channel, address)}{local_date}", "CAP")


def cap_partition(channel: str, address: str) -> str:
    """What the partitions of one address's counts begin with."""
    return f"CAP#{channel}#{digest(address.lower())}#"
