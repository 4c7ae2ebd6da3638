"""Two versions of a cadence, tried on the same sample leads."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from followthrough.adapters.form_body import read_fields
from followthrough.domain.business import Settings
from followthrough.domain.cadence import Step
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.changes import LOOK_BEYOND, Changes, changes
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.hours_checks import A_MONDAY, home_of
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead
from followthrough.domain.partner_preview import VersionOf
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview, preview
from local.posted_lead import PostedLead, read_posted_lead, usual_beginning, with_partners_for

_TEN, _AT_NIGHT, _FRIDAY_EVENING = time(10), time(23, 30), time(19)
_TEAM_ONLY = {"purpose"}


@dataclass(frozen=True)
class SampleLead:
    """A lead in a few words, as it is posted."""

    label: str
    posted: PostedLead


@dataclass(frozen=True)
class Tried:
    """What becomes different for one sample lead."""

    label: str
    lead: Lead
    changes: Changes

    @property
    def what(self) -> frozenset[object]:
        """The changes without their times, which differ by when a lead came and by who it is."""
        ends = self.changes.ends
        whether = [("ends", *((end.because, end.at is None) for end in ends))] if ends else []
        return frozenset([*(change.what for change in self.changes.touches), *whether])


@dataclass(frozen=True)
class Words:
    """A message whose words differ: its name, with its kind, and how, a line each."""

    message: str
    diff: tuple[str, ...]


def sample_leads(settings: Settings) -> Iterator[SampleLead]:
    """Leads of an ordinary week who come at different times and differ in what cadences tell apart."""
    zone = settings.zone
    ten = at_local(A_MONDAY, _TEN, zone)
    in_hours = ContactHours(settings, home_of(settings)).next_open(ten) or ten
    friday = at_local(A_MONDAY + timedelta(days=4), _FRIDAY_EVENING, zone)
    some: tuple[tuple[str, datetime, dict[str, str]], ...] = (
        ("in contact hours", in_hours, {}),
        ("at night", at_local(A_MONDAY, _AT_NIGHT, zone), {}),
        ("on a Friday evening", friday, {}),
        ("a company", in_hours, {"audience": "company"}),
        ("an enterprise", in_hours, {"audience": "enterprise"}),
        ("high value", in_hours, {"value": "high"}),
        ("agrees to texts", in_hours, {"consent_to_text": "yes"}),
        ("no phone", in_hours, {"phone": ""}),
        ("no e-mail", in_hours, {"email": ""}),
        ("in Chicago", in_hours, {"zone": "America/Chicago"}),
        ("in Los Angeles", in_hours, {"zone": "America/Los_Angeles"}),
    )
    for label, arrives, fields in some:
        yield SampleLead(label, read_posted_lead(None, arrives, fields))


def tried(
    old: CadenceVersion,
    new: CadenceVersion,
    settings: Settings,
    assume: Assumed,
    span: timedelta,
    version_of: VersionOf,
) -> list[Tried]:
    """What becomes different for each of the sample leads within the span. Raises RefusedFields."""
    begins = usual_beginning(old.cadence)

    def planned(sample: SampleLead, version: CadenceVersion) -> tuple[Lead, Preview]:
        def begun_later(name: str) -> CadenceVersion:
            return version if name == version.cadence.name else version_of(name)

        to_partners = version.cadence.to == "partner"
        where = with_partners_for(read_fields(sample.posted.event), settings) if to_partners else settings
        lead = sample.posted.lead(version, where, started_by=begins)
        end = sample.posted.arrives + span + LOOK_BEYOND
        planner = Planner.for_lead(lead, version, where)
        return lead, preview(lead, planner, where, assume, end, version_of=begun_later)

    found = []
    for sample in sample_leads(settings):
        (_, before), (lead, after) = planned(sample, old), planned(sample, new)
        found.append(Tried(sample.label, lead, changes(lead, before, after, sample.posted.arrives + span)))
    return found


def together(leads: Sequence[Tried]) -> list[list[Tried]]:
    """Those together for whom the same becomes different, in the order of the first of each."""
    found: dict[frozenset[object], list[Tried]] = {}
    for each in leads:
        found.setdefault(each.what, []).append(each)
    return list(found.values())


# -- beside the touches --------------------------------------------------------------------------------------


def words_changed(old: CadenceVersion, new: CadenceVersion) -> list[Words]:
    """The messages whose words differ, those that come and those that go, by name."""
    names = sorted(old.messages.keys() | new.messages.keys())
    return [
        Words(name, tuple(_lines(name, old.messages, new.messages)))
        for name in names
        if old.messages.get(name) != new.messages.get(name)
    ]


def _lines(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    before, after = (messages.get(name, "").splitlines() for messages in (old, new))
    was, will = (f"messages/{name}.txt" if name in messages else "/dev/null" for messages in (old, new))
    yield from difflib.unified_diff(before, after, was, will, lineterm="")


def steps_changed(old: CadenceVersion, new: CadenceVersion) -> list[str]:
    """The names of the steps that are written in another way, come or go, but for what only the team reads."""
    names = [*(step.name for step in new.cadence.steps), *(step.name for step in old.cadence.steps)]
    return [name for name in dict.fromkeys(names) if _written(name, old) != _written(name, new)]


def purposes_changed(old: CadenceVersion, new: CadenceVersion) -> list[str]:
    """The names of the steps that are made for another purpose."""
    before = {step.name: step.purpose for step in old.cadence.steps}
    return [step.name for step in new.cadence.steps if before.get(step.name, step.purpose) != step.purpose]


def _written(name: str, version: CadenceVersion) -> dict[str, object] | None:
    steps: Sequence[Step] = version.cadence.steps
    return next((step.model_dump(exclude=_TEAM_ONLY) for step in steps if step.name == name), None)


def rules_changed(old: CadenceVersion, new: CadenceVersion) -> list[str]:
    """The fields of the cadence itself that differ, but for what it is called and about, and what becomes of leads in
    flight.
    """
    told_apart = {"name", "about", "schema_", "in_flight", "steps"}
    before, after = (version.cadence.model_dump(exclude=told_apart, by_alias=True) for version in (old, new))
    return [name for name in after if before[name] != after[name]]
