"""One cadence leads to another."""

from datetime import datetime

from followthrough.domain.assignment import source_of
from followthrough.domain.cadence_values import NextCadence, StartedBy
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.pursuing import go_on_with, scheduled
from followthrough.use_cases.ports import Services


def version_for_arrival(services: Services, profile: Profile, *, again: bool) -> CadenceVersion:
    """The cadence that a post begins, kept for as long as it runs. Raises NotFound when it isn't deployed."""
    following = services.settings.business.cadences.after("asked_again" if again else "arrival", "", source_of(profile))
    assert following  # every such event has one
    return _kept(services, following)


def gone_on(
    services: Services, lead: Lead, event: StartedBy, now: datetime, name: str = "", to: NextCadence | None = None
) -> Lead | None:
    """The lead with the pursuit begun that an event asks for: `to`, else what the business has for it. None if it has
    nothing, which only happens for what other systems report under a `name` of their own.

    Raises NotFound when that cadence isn't deployed.
    """
    following = to or services.settings.business.cadences.after(event, name)
    if following is None:
        return None
    begun = go_on_with(lead, _kept(services, following), now, event, following.at_step)
    return scheduled(begun, now)


def _kept(services: Services, following: NextCadence) -> CadenceVersion:
    version = services.cadences.current(following.cadence)
    services.store.keep_version(version)
    return version
