"""More leads at once than a business gets: stored as always, and held back until somebody has looked, or a day is over.

A form that programs post to must not make us write to, text or call people who never asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from urllib.parse import urlsplit

from followthrough.domain.leads import Hold, Lead
from followthrough.domain.pursuing import next_run, scheduled

HELD_FOR = timedelta(hours=24)
TOLD_AGAIN_AFTER = timedelta(hours=24)
_NETWORK_V4, _NETWORK_V6 = 24, 48


@dataclass(frozen=True)
class Sender:
    """Where a post came from, as far as the request tells: the page's origin, the caller's address, and the page itself
    without its query.
    """

    origin: str = ""
    address: str = ""
    page: str | None = None


@dataclass(frozen=True)
class HeldLead:
    """A lead in the line of those held back."""

    lead_id: str
    since: datetime


@dataclass(frozen=True)
class Flood:
    """What the manager was told of, and has decided, last."""

    told_at: datetime | None = None
    released_at: datetime | None = None

    def must_be_told(self, now: datetime) -> bool:
        """Whether leads that are held now are news to the manager."""
        if self.told_at is None or now - self.told_at >= TOLD_AGAIN_AFTER:
            return True
        return self.released_at is not None and self.released_at >= self.told_at

    def goes_on_until(self, now: datetime) -> datetime:
        """Whoever was held before then can go."""
        over = now - HELD_FOR
        return max(over, self.released_at) if self.released_at else over


def source_of(sender: Sender, named: str | None) -> str:
    """What leads are counted by: the page that they were posted from, else the source that the form names, else the
    network of the caller; a part of each, so that none can be taken for another.
    """
    host = urlsplit(sender.origin).netloc.lower()
    if host:
        return f"page {host}"
    return f"source {named.casefold()}" if named else f"network {_network(sender.address)}"


def _network(address: str) -> str:
    """The network of an address, because whoever has one address has its neighbours too."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    length = _NETWORK_V4 if isinstance(known, IPv4Address) else _NETWORK_V6
    return str(ip_network(f"{known}/{length}", strict=False))


def held_back(lead: Lead, manager: str, now: datetime) -> Lead:
    """Nothing goes out to them, and nobody is asked to call. A new one is on the manager's list, to be looked at."""
    hold = Hold(since=now, until=now + HELD_FOR, why="flood")
    held = lead.model_copy(update={"hold": hold, "rep": lead.rep or manager})
    return scheduled(held, hold.until)


def let_go(lead: Lead, now: datetime) -> Lead:
    """Their pursuit begins now, as if they had just asked."""
    began = next_run(lead, now)
    pursuit = began.pursuit.model_copy(update={"began_at": now})
    # Whoever has asked before may have a rep of their own; a new one has been on the manager's list only.
    rep = lead.rep if lead.times_asked > 1 else None
    return scheduled(began.model_copy(update={"pursuit": pursuit, "hold": None, "rep": rep}), now)
