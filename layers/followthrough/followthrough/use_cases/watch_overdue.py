"""The watchdog: whatever is overdue, for any cause, is started again from the table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.floods import HELD_FOR
from followthrough.domain.leads import Lead
from followthrough.domain.pauses import NO_PAUSES, Pauses
from followthrough.domain.pursuing import is_held_back, next_run, parked, scheduled
from followthrough.use_cases.ports import Services

GRACE = timedelta(minutes=2)
STUCK_AFTER = 5
LONGEST_PAUSE = timedelta(days=1)


@dataclass(frozen=True)
class Watched:
    """Ids of the leads started again, of those that don't get going, and of those that raised an error."""

    restarted: tuple[str, ...]
    stuck: tuple[str, ...]
    failed: tuple[str, ...]


def watch_overdue(services: Services, on_error: Callable[[str, Exception], None]) -> Watched:
    """Start every overdue lead again, each time with a longer pause before the next try.

    One lead's failure never keeps the others waiting: it is handed to `on_error` with the lead's id.
    """
    now = services.clock()
    restarted, stuck, failed = [], [], []
    overdue = services.store.overdue(now - GRACE)
    pauses = services.team.pauses() if overdue else NO_PAUSES
    for lead_id in overdue:
        try:
            lead = _restart(services, lead_id, pauses, now)
        except (ChangedMeanwhile, NotFound):
            continue  # it is going again, or its data was erased: the index lags behind a little
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own lead
            on_error(lead_id, error)
            failed.append(lead_id)
            continue
        if lead:
            restarted.append(lead_id)
        if lead and lead.stuck:
            stuck.append(lead_id)
    return Watched(tuple(restarted), tuple(stuck), tuple(failed))


def _restart(services: Services, lead_id: str, pauses: Pauses, now: datetime) -> Lead | None:
    lead = services.store.load(lead_id)
    if not lead.is_open or lead.next_touch_at is None or lead.next_touch_at >= now - GRACE:
        return None
    if is_held_back(lead):  # it waits in line, and `watch_floods` lets it go
        services.store.save(scheduled(lead, now + HELD_FOR))
        return None
    if paused := pauses.of(lead.pursuit.cadence, lead.paused, now):
        services.store.save(parked(lead, paused, now))
        return None
    restarts = lead.restarts + 1
    pause = min(timedelta(minutes=2 ** min(restarts, 12)), LONGEST_PAUSE)  # 2**12 minutes are over a day already
    again = next_run(lead, now).model_copy(
        update={"restarts": restarts, "stuck": restarts > STUCK_AFTER, "next_touch_at": now + pause}
    )
    saved = services.store.save(again)
    services.machine.start(saved.pursuit_id, saved.pursuit.run)
    return saved
