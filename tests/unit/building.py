"""What the tests of planning build: leads, small cadences, businesses with simple hours."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.contact_rules import CallLimit, ContactRule, ContactRules
from followthrough.domain.holidays import Holidays
from followthrough.domain.leads import Ask, Lead, PlannedTouch, Profile, Touch
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview, preview
from followthrough.domain.pursuing import deadline_of, new_lead
from tests.unit.fakes import business_changed, sample_cadence, sample_settings

NEW_YORK = "America/New_York"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str, zone: str = NEW_YORK) -> datetime:
    """`2026-11-23 10:00` on the clocks of a zone, as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(moment: datetime, zone: str = NEW_YORK) -> str:
    """An instant as `2026-11-23 10:00` on the clocks of a zone."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def cadence_of(*steps: dict[str, Any], days: str = "calendar", endless: bool = False) -> CadenceVersion:
    """A small cadence without messages. Steps are written as in a file; what isn't said is a call."""
    written = {
        "name": "sample",
        "about": "A cadence for a test.",
        "days": days,
        "steps": [{"do": "call", "purpose": "Only for a test.", **step} for step in steps],
    }
    ends = {} if endless else {"ends": {"because": "no_response"}}
    return CadenceVersion(cadence=Cadence.model_validate(written | ends), messages={})


def lead_of(
    arrives: datetime,
    version: CadenceVersion | None = None,
    zone: str = NEW_YORK,
    regions: tuple[str, ...] = ("US-NY",),
    **profile: Any,
) -> Lead:
    """A lead that has just arrived, reachable by phone and e-mail unless `profile` says otherwise."""
    known = {"email": "ann@example.com", "phone": "+12125550100", **profile}
    place = Place(zones=(zone,), regions=regions, found_by="form")
    return new_lead(Profile.model_validate(known), place, "ann", "token", version or sample_cadence(), arrives)


def simple_settings(
    hours: dict[str, str] | None = None,
    zone: str = NEW_YORK,
    call_limit: CallLimit | None = None,
    holidays: dict[str, dict[str, str | None]] | None = None,
    latest_call: time = time(20, 30),
) -> Settings:
    """The sample business with other calling hours (every day 09:00-17:00), where no law but `call_limit` holds."""
    settings = business_changed(
        calling_hours={"mon-sun": "09:00-17:00"} if hours is None else hours, zone=zone, region="US", closed_on={}
    )
    anywhere = ContactRule(
        place="*", days="mon-sun", open=["00:00-24:00"], call_limit=call_limit, source="Only for a test."
    )
    rules = ContactRules(rules=[anywhere], latest_call=latest_call)
    return settings.model_copy(update={"rules": rules, "holidays": Holidays.model_validate(holidays or {})})


def planner_of(lead: Lead, version: CadenceVersion | None = None, settings: Settings | None = None) -> Planner:
    """The planner of a lead; of the sample cadence and the sample business unless told otherwise."""
    return Planner.for_lead(lead, (version or sample_cadence()), settings or sample_settings())


def previewed(
    lead: Lead,
    version: CadenceVersion | None = None,
    settings: Settings | None = None,
    assume: Assumed = "no_answer",
    days: int = 30,
    otherwise: Mapping[str, str] | None = None,
) -> Preview:
    """What the preview shows for so many days from the lead's arrival."""
    settings = settings or sample_settings()
    planner = planner_of(lead, version, settings)
    until = lead.arrived_at + timedelta(days=days)
    return preview(lead, planner, settings, assume, until, version_of=sample_cadence, otherwise=otherwise)


def next_touch(lead: Lead, planner: Planner, now: datetime | None = None) -> PlannedTouch:
    """The next touch of a plan that must have one."""
    planned = planner.plan(lead, now or lead.arrived_at).next
    assert isinstance(planned, PlannedTouch)
    return planned


def ask_of(touch: PlannedTouch, planner: Planner, now: datetime, holder: str = "ana") -> Ask:
    """Somebody is asked for a planned call now, and has as long as its step says."""
    return Ask(touch_id=touch.id, asked=(holder,), deadline=deadline_of(touch, planner, now))


def of_step(touches: tuple[Touch, ...], *steps: str) -> list[Touch]:
    """The touches of some steps."""
    return [touch for touch in touches if touch.step in steps]


def made(touches: tuple[Touch, ...] | list[Touch]) -> list[Touch]:
    """The touches that were not skipped."""
    return [touch for touch in touches if touch.status != "skipped"]


def times(touches: list[Touch], zone: str = NEW_YORK) -> list[str]:
    """When touches are due, on the clocks of a zone."""
    return [local(touch.due_at, zone) for touch in touches]
