"""The manager closes the business for everybody, and opens it again."""

from datetime import datetime, timedelta

from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.pursuing import next_run, scheduled
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import retried

PUT_OFF_WITHIN = timedelta(days=4)
"""How long after an announced opening a first touch can lie that was put off to it: a weekend with a holiday."""


def close(services: SendingServices, until: datetime) -> None:
    """Nobody is contacted or nudged from now until then. Every plan and every doer reads it afresh, so the sleeping
    machines need not be told; only if it was to last longer before.
    """
    now = services.clock()
    retried(lambda: services.team.close(now, until))
    _plan_afresh(services, now)


def open_again(services: SendingServices) -> None:
    """Everybody is contacted again from now on. Doing it twice is doing it once."""
    now = services.clock()
    retried(lambda: services.team.open_again(now))
    _plan_afresh(services, now)


def _plan_afresh(services: SendingServices, now: datetime) -> None:
    """After an opening that is earlier than was announced: the machines of those who were put off sleep till then, and
    what they were to do would be too late by the time they wake.
    """
    closures = services.team.state().closures
    if not closures or closures[-1].until >= closures[-1].announced or closures[-1].announced <= now:
        return
    for lead_id in services.store.planned_between(now, closures[-1].announced + PUT_OFF_WITHIN):
        try:
            _start_again(services, lead_id, now)
        except (ChangedMeanwhile, NotFound):
            continue  # somebody is just planning it, or its data was erased
        except Exception:  # noqa: BLE001 - any failure must stay with its own lead, for which the watchdog comes
            services.measure("WakesFailed", 1)


def _start_again(services: SendingServices, lead_id: str, now: datetime) -> None:
    lead = services.store.load(lead_id)
    if not lead.is_open:
        return
    # Overdue from now on: should the start fail, the watchdog sees it.
    saved = services.store.save(scheduled(next_run(lead, now), now))
    services.machine.start(saved.pursuit_id, saved.pursuit.run)
