"""What several use cases share: reading the lead of a run, planning it, and trying again after a conflict."""

from collections.abc import Callable
from typing import TypeVar

from followthrough.domain.closures import Closures
from followthrough.domain.errors import ChangedMeanwhile, PlanDisagrees
from followthrough.domain.leads import Lead, split_pursuit_id
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import Decision
from followthrough.use_cases.ports import Services

ATTEMPTS = 8
MOST_REPLANS = 10

T = TypeVar("T")


def retried(attempt: Callable[[], T]) -> T:
    """Read, decide and write again for as long as somebody else keeps recording facts in between."""
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except ChangedMeanwhile:
            continue
    return attempt()


def planner_for(services: Services, lead: Lead, closures: Closures | None = None) -> Planner:
    """The planner for a lead, with the cadence version that its pursuit began with.

    Closures that weren't read along with the lead are read now: no plan is made without them.
    """
    if closures is None:
        closures = services.team.state().closures
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    return Planner.for_lead(lead, version.cadence, services.settings, closures)


def load_for_run(services: Services, pursuit_id: str, run: int) -> tuple[Lead, Planner] | None:
    """The lead and its planner, if this run of this pursuit is the current one and the lead is open."""
    lead_id, number = split_pursuit_id(pursuit_id)
    lead, closures = services.store.load_with_closures(lead_id)
    current = lead.pursuit.number == number and lead.pursuit.run == run
    return (lead, planner_for(services, lead, closures)) if current and lead.is_open else None


def plan_again(services: Services, lead: Lead, decision: Decision) -> None:
    """Record that a touch wasn't to be made after all, and what was passed over; the machine goes back to planning.

    Raises PlanDisagrees when that happens again and again without anything being passed over, so that a mistake
    ends in an alarm and not in a loop.
    """
    moved_on = decision.lead.pursuit.progress != lead.pursuit.progress
    replans = 0 if moved_on else lead.pursuit.replans + 1
    if replans > MOST_REPLANS:
        raise PlanDisagrees(f"pursuit {lead.pursuit_id}: planned {replans} times without a touch")
    pursuit = decision.lead.pursuit.model_copy(update={"replans": replans})
    services.store.save(decision.lead.model_copy(update={"pursuit": pursuit}), decision.passed)
