"""Pause a lead, a cadence or everything, and resume it.

Nothing is stopped by force: whoever comes to a paused lead leaves it alone. On resuming, those who were left alone are
overdue at once, and the watchdog starts them at its own pace. What was missed meanwhile is skipped, with the reason; of
what was due last, one touch is made up at most.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.leads import Lead
from followthrough.domain.pauses import Pause
from followthrough.domain.pursuing import scheduled
from followthrough.use_cases.ports import Store, TeamBook
from followthrough.use_cases.pursuits import retried

FARTHEST = timedelta(days=400)
"""Every open lead's next date lies nearer than this."""


def pause_lead(store: Store, lead_id: str, pause: Pause) -> bool:
    """Pause one lead; False for one that isn't followed up any more. Raises NotFound."""

    def change() -> bool:
        lead = store.load(lead_id)
        if lead.is_open:
            store.save(lead.model_copy(update={"paused": pause}))
        return lead.is_open

    return retried(change)


def resume_lead(store: Store, lead_id: str, now: datetime) -> bool:
    """Let one lead go on; False if it wasn't paused. Raises NotFound."""

    def change() -> bool:
        lead = store.load(lead_id)
        if lead.paused is None:
            return False
        store.save(_let_go(lead.model_copy(update={"paused": None}), now))
        return True

    return retried(change)


def pause_all(team: TeamBook, cadence: str | None, pause: Pause) -> None:
    """Pause a cadence; without a name, everything."""
    retried(lambda: team.set_pauses(lambda pauses: pauses.begun(cadence, pause)))


def resume_all(
    store: Store, team: TeamBook, cadence: str | None, now: datetime, progress: Callable[[Iterable[str]], Iterable[str]]
) -> int:
    """Let a cadence go on, or everything; answers with how many leads were waiting for it. `progress` is given the ids
    of all that may be.
    """
    retried(lambda: team.set_pauses(lambda pauses: pauses.over(cadence)))
    open_ids = store.planned_between(now, now + FARTHEST)
    return sum(_resumed(store, lead_id, cadence, now) for lead_id in progress(open_ids))


def _resumed(store: Store, lead_id: str, cadence: str | None, now: datetime) -> bool:
    def change() -> bool:
        lead = store.load(lead_id)
        if not lead.is_open or lead.parked_at is None or cadence not in (None, lead.pursuit.cadence):
            return False
        store.save(_let_go(lead, now))
        return True

    try:
        return retried(change)
    except (NotFound, ChangedMeanwhile):  # erased, or going on by itself
        return False


def _let_go(lead: Lead, now: datetime) -> Lead:
    return scheduled(lead, now) if lead.is_open and lead.parked_at else lead
