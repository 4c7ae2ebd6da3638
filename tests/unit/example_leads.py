"""Leads to try messages on."""

from datetime import datetime

from followthrough.domain.leads import Lead, Profile, Pursuit
from followthrough.domain.places import Place
from tests.unit.fakes import MONDAY_10_IN_NEW_YORK


def lead_with(
    profile: Profile,
    unanswered_calls: int = 0,
    voicemails: int = 0,
    arrived_at: datetime = MONDAY_10_IN_NEW_YORK,
) -> Lead:
    """A lead in New York that has just begun speed-to-lead."""
    pursuit = Pursuit(
        number=1,
        cadence="speed-to-lead",
        cadence_version="0" * 12,
        began_at=arrived_at,
        run_began_at=arrived_at,
        unanswered_calls=unanswered_calls,
        voicemails=voicemails,
    )
    return Lead(
        id="lead1",
        profile=profile,
        place=Place(zones=("America/New_York",), regions=("US-NY",), found_by="phone"),
        arrived_at=arrived_at,
        token="abc123",  # noqa: S106 - a sample
        pursuit=pursuit,
    )
