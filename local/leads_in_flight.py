"""The leads of a deployed stack who are pursuing a cadence now, and what would become of them. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from followthrough.adapters.files import CadenceFiles
from followthrough.domain.changes import KINDS, Change, Changes, Kind
from followthrough.domain.closures import Closures
from followthrough.domain.errors import NotFound
from followthrough.domain.in_flight import Move
from followthrough.domain.leads import Lead
from followthrough.domain.pauses import Pauses
from followthrough.use_cases.ports import Store
from local.project import CADENCES

_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))

Looked = Callable[[int, int], None]
"""Told how many of how many open leads have been looked at."""


class Moved(NamedTuple):
    """What becomes different for one lead in flight."""

    lead_id: str
    changes: Changes


@dataclass(frozen=True)
class InFlight:
    """What a move does to the leads in flight, those with most changes first."""

    leads: tuple[Moved, ...]

    @property
    def affected(self) -> list[Moved]:
        """Those for whom anything becomes different."""
        return [lead for lead in self.leads if not lead.changes.are_none]

    @property
    def noticing(self) -> int:
        """How many could notice it."""
        return sum(lead.changes.are_noticed for lead in self.leads)

    @property
    def totals(self) -> Counter[Kind]:
        """How many touches appear, vanish, move and change."""
        return Counter(change.kind for change in self._touches())

    @property
    def by_step(self) -> Mapping[tuple[str, str], Counter[Kind]]:
        """The same for each step, by cadence and name."""
        found: dict[tuple[str, str], Counter[Kind]] = {}
        for change in self._touches():
            found.setdefault((change.cadence, change.touch.step), Counter())[change.kind] += 1
        return dict(sorted(found.items()))

    def _touches(self) -> Iterator[Change]:
        return (change for lead in self.leads for change in lead.changes.touches)


def moved_in_flight(store: Store, move: Move, looked: Looked) -> InFlight:
    """What becomes different for every open lead that is pursuing the cadence, if it moves."""
    kept = CadenceFiles(CADENCES, store).kept
    moved = []
    for lead, closures, pauses in _pursuing(store, move.to.cadence.name, looked):
        own = kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
        moved.append(Moved(lead.id, move.changes(lead, own, closures, pauses)))
    return InFlight(tuple(sorted(moved, key=lambda lead: (-len(lead.changes.touches), lead.lead_id))))


def _pursuing(store: Store, cadence: str, looked: Looked) -> Iterator[tuple[Lead, Closures, Pauses]]:
    ids = sorted(set(store.planned_between(*_EVER)))
    for number, lead_id in enumerate(ids, 1):
        with suppress(NotFound):  # erased meanwhile
            lead, closures, pauses = store.load_to_go_on(lead_id)
            if lead.is_open and lead.pursuit.cadence == cadence:
                yield lead, closures, pauses
        looked(number, len(ids))


def counts_of(counted: Counter[Kind]) -> dict[str, int]:
    """All four counts, by what becomes of the touches."""
    return {kind: counted[kind] for kind in KINDS}
