"""What several use cases share: reading the lead of a run, planning it, and trying again after a conflict."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from followthrough.domain.closures import Closures
from followthrough.domain.errors import ChangedMeanwhile, NotFound, PlanDisagrees
from followthrough.domain.leads import Lead, PlannedTouch, Touch, split_pursuit_id
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import Decision, decide, moved_to, pass_over, with_unusable
from followthrough.domain.shares import share_of
from followthrough.use_cases.ports import Guard, Services

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
    return Planner.for_lead(lead, version, services.settings, closures)


def in_flight(services: Services, lead: Lead) -> Lead:
    """The lead on the version of its cadence that it is to go on with: its own, or the deployed one, if that says that
    pursuits in flight move to it. Not while a touch is being made, which belongs to the version that began it.
    """
    pursuit = lead.pursuit
    if pursuit.open_touch:
        return lead
    try:
        deployed = services.cadences.current(pursuit.cadence)
    except NotFound:  # it isn't deployed any more, and who has begun it goes on
        return lead
    if deployed.cadence.in_flight == "keep" or deployed.version == pursuit.cadence_version:
        return lead
    services.store.keep_version(deployed)
    return moved_to(lead, deployed, services.clock())


def load_for_run(services: Services, pursuit_id: str, run: int) -> tuple[Lead, Planner] | None:
    """The lead and its planner, if this run of this pursuit is the current one and the lead is open and not paused;
    None too for a lead whose data was erased meanwhile.
    """
    lead_id, number = split_pursuit_id(pursuit_id)
    try:
        lead, closures, pauses = services.store.load_to_go_on(lead_id)
    except NotFound:
        return None
    if lead.pursuit.number != number or lead.pursuit.run != run or not lead.is_open:
        return None
    if pauses.of(lead.pursuit.cadence, lead.paused, services.clock()):
        return None
    lead = in_flight(services, lead)
    return lead, planner_for(services, lead, closures)


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


MOST_TO_PARTNER = 20
"""Calls or texts to one partner a day, about all of its leads. How often it is asked about one is the cadence's."""


def guard_for(services: Services, lead: Lead, touch: PlannedTouch, planner: Planner) -> Guard | None:
    """What the claim of a touch must find true of the address that it goes to; None for what concerns only the team."""
    address = address_of(services, lead, touch)
    if touch.channel == "task" or touch.to == "rep" or address is None:
        return None  # without an address a rep is asked to find another way
    cap = MOST_TO_PARTNER if touch.to == "partner" else share_of(touch.channel, services.settings.business.caps)
    return Guard(touch.channel, address, planner.hours_for(touch.step).date_of(services.clock()).isoformat(), cap)


def address_of(services: Services, lead: Lead, touch: PlannedTouch) -> str | None:
    """The number or address that a touch goes to; None for one that nobody has left."""
    if touch.to == "partner":
        partner = services.settings.partners.partner((lead.handoff and lead.handoff.partner) or "")
        return partner.phone if partner else None
    if touch.to == "rep":
        return (services.settings.team.person(lead.rep or "") or services.settings.team.manager).phone
    return lead.profile.email if touch.channel == "email" else lead.profile.phone


def plan_around(services: Services, lead: Lead, planner: Planner, guard: Guard) -> None:
    """The address was stopped where the lead's own record doesn't know of it: note that, and plan afresh, because
    another channel may be open.
    """
    noted = with_unusable(lead, services.store.suppressed([(guard.channel, guard.address)]))
    plan_again(services, lead, decide(noted, planner, services.clock()))


def skip(
    services: Services, lead: Lead, touch: PlannedTouch, planner: Planner, reason: str, passed: Sequence[Touch]
) -> None:
    """Record that a touch can't be made although it is due, and why, and plan on."""
    now = services.clock()
    entry = planner.touch(touch, lead, "skipped", reason=reason)
    decision = decide(pass_over(lead, touch, now), planner, now)
    services.store.save(decision.lead, (*passed, entry, *decision.passed))
