"""Planning leaves out what can't come next: the plans are those of a planner that leaves out nothing."""

from datetime import UTC, datetime
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.domain.cadence import Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead
from followthrough.domain.occurrences import Calendar, Occurrence
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview, preview
from followthrough.domain.soonest import Bound, Soonest
from local.posted_lead import usual_appointment
from local.project import CADENCES
from tests.unit.building import DAY, cadence_of, lead_of
from tests.unit.fakes import sample_cadence, sample_settings
from tests.unit.places_of_the_world import arrivals, places

SHIPPED = [sample_cadence(file.parent.name) for file in sorted(CADENCES.glob("*/cadence.json"))]
OTHERS = [
    cadence_of(
        {"name": "first", "after": "10m", "latest": "same_day"},
        {"name": "spread", "day": "1-4", "times_a_day": "2-3"},
        {"name": "range", "day": "2-9", "times": "2-5", "voicemail": "last"},
        {"name": "rounds", "do": "email", "day": 3, "every": "2d", "until_day": 15},
        {"name": "then", "do": {"one_of": ["call", "email"]}, "after": "1bd", "of": ["spread", "range"]},
        {"name": "if-tried", "do": "email", "day": 5, "if": {"unanswered_calls": {"at_least": 2}}},
        days=days,
    )
    for days in ("calendar", "open")
]
cadences = st.sampled_from([*SHIPPED, *OTHERS])
brings: st.SearchStrategy[Assumed] = st.sampled_from(["no_answer", "silent", "voicemail", "call_back", "cannot_take"])
thorough = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


def somebody(version: CadenceVersion, place: Place, arrived: datetime, value: str = "normal") -> Lead:
    lead = lead_of(arrived, version, value=value).model_copy(update={"place": place})
    return lead.model_copy(update={"appointment_at": usual_appointment(lead)})


def seen(lead: Lead, version: CadenceVersion, assume: Assumed) -> Preview:
    planner = Planner.for_lead(lead, version, sample_settings())
    return preview(lead, planner, sample_settings(), assume, lead.arrived_at + 20 * DAY)


def everything(soonest: Soonest, lead: Lead) -> list[Bound]:
    """As if nothing were known of any step."""
    return [(datetime.min.replace(tzinfo=UTC), place) for place, _ in soonest._steps_of(lead)]


@thorough
@given(cadences, places, arrivals, st.sampled_from(["normal", "high"]), brings)
def test_what_is_left_out_would_not_have_been_next(
    version: CadenceVersion, place: Place, arrived: datetime, value: str, assume: Assumed
) -> None:
    lead = somebody(version, place, arrived, value)
    shown = seen(lead, version, assume)
    with mock.patch.object(Soonest, "order", everything):
        assert seen(lead, version, assume) == shown


@thorough
@given(cadences, places, arrivals, brings)
def test_no_touch_comes_before_it_can_and_none_where_none_comes(
    version: CadenceVersion, place: Place, arrived: datetime, assume: Assumed
) -> None:
    next_of, looked_at = Calendar.next_of, 0

    def checked(calendar: Calendar, step: Step, lead: Lead, channel: str) -> Occurrence | None:
        nonlocal looked_at
        found = next_of(calendar, step, lead, channel)  # type: ignore[arg-type]  # an Action, which the mock forgets
        not_before = calendar.not_before(step, lead)
        assert found is None or (not_before is not None and not_before <= found.due_at)
        looked_at += 1
        return found

    with mock.patch.object(Calendar, "next_of", checked), mock.patch.object(Soonest, "order", everything):
        seen(somebody(version, place, arrived), version, assume)
    assert looked_at
