"""Leads that a cadence is tried on in thought by `followthrough check`: arriving at different hours, reachable in
different ways, and as different in the rest as the cadence makes a difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice, product
from typing import Any

from followthrough.domain.business import Settings
from followthrough.domain.cadence import APPOINTMENT, Cadence
from followthrough.domain.cadence_values import AUDIENCES, OF_EVENT
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.conditions import CONDITION_FIELDS, KNOWN, UNKNOWN, Condition, Count, values_of
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.hours_checks import A_MONDAY, home_of
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.preview import Assumed
from followthrough.domain.pursuing import new_lead, with_pursuit
from followthrough.domain.reporting import CLOSING

EVERYTHING: dict[str, Any] = {
    "name": "Ann Example",
    "email": "ann@example.com",
    "phone": "+12125550142",
    "service": "kitchen remodel",
    "message": "Please call me.",
    "problem": "the cabinets don't close",
    "goal": "to cook together again",
    "consent_to_text": True,
}
SKIPPED = ["skipped"]
_WHEN_ASKED = timedelta(minutes=5)
"""How long after a missed appointment it is known that they didn't come."""
_HALF_AN_HOUR = timedelta(minutes=30)
_MOST_TRIES = 36
_ASSUMED: tuple[Assumed, ...] = ("no_answer", "voicemail", "silent", "in_conversation")


@dataclass(frozen=True)
class Sample:
    """One lead, and what its calls and tasks come to: `assumed`, and for some steps `otherwise`."""

    lead: Lead
    assumed: Assumed = "no_answer"
    otherwise: Mapping[str, str] = field(default_factory=dict)


class SampleLeads:
    """Makes leads of one cadence in a week without holidays, where the business is."""

    def __init__(self, version: CadenceVersion, settings: Settings) -> None:
        self._version = version
        self._settings = settings
        self.hours = ContactHours(settings, home_of(settings))
        origins = [origin for step in version.cadence.steps for origin in step.origins]
        self._events = [each.removeprefix(OF_EVENT) for each in origins if each.startswith(OF_EVENT)]
        self._opening, self._night, self._closing = self._arrivals()

    def usual(self) -> Iterator[Sample]:
        """The fewest that show what a cadence does: each kind of lead that it tells apart at the busiest time, and one
        of them in other circumstances.
        """
        kinds = list(_kinds(self._version.cadence))
        for kind in kinds:
            yield Sample(self._lead(self._opening, kind))
            yield Sample(self._lead(self._opening, kind), "silent")
        yield Sample(self._lead(self._opening, {**kinds[0], "consent_to_text": False}), "voicemail")
        yield Sample(self._lead(self._closing, kinds[0]))
        yield Sample(self._lead(self._night, {**kinds[0], "phone": None}))
        yield Sample(self._lead(self._night, {**kinds[0], "email": None}), "silent")

    def meant_for(self, name: str) -> Iterator[Sample]:
        """Leads that are what a step asks for, as far as that can be arranged."""
        wanted = _wanted(self._version.cadence, name)
        addresses: list[dict[str, None]] = (
            [{}, {"phone": None}, {"email": None}] if SKIPPED in wanted.values() else [{}]
        )
        combined = (dict(zip(wanted, values, strict=True)) for values in product(*wanted.values()))
        tries = product(combined, addresses, _ASSUMED, self._arrivals())
        for given, without, assumed, arrives in islice(tries, _MOST_TRIES):
            facts = {key: value for key, value in given.items() if key in CONDITION_FIELDS}
            otherwise = {key: value for key, value in given.items() if key not in CONDITION_FIELDS}
            lead = self._lead(arrives, {**without, **facts})
            if lead.profile.identity:  # without any address it is nobody
                yield Sample(lead, assumed, otherwise)

    def can_be_meant_for(self, name: str) -> bool:
        """Whether what a step asks for can be arranged for certain: that another one was passed over can't."""
        return SKIPPED not in _wanted(self._version.cadence, name).values()

    def _arrivals(self) -> tuple[datetime, datetime, datetime]:
        """As the week opens, in its first night, and half an hour before it closes."""
        days = [self.hours.usual(A_MONDAY + timedelta(days=n)) for n in range(7)]
        spans = [span for day in days for span in day]
        night = at_local(A_MONDAY, time(23, 30), self.hours.zone)
        return (spans[0][0], night, spans[-1][1] - _HALF_AN_HOUR) if spans else (night, night, night)

    def _lead(self, arrives: datetime, facts: Mapping[str, str | bool | None]) -> Lead:
        given = {key: value for key, value in facts.items() if key in Profile.model_fields and value != KNOWN}
        known = {key: None if value == UNKNOWN else value for key, value in given.items()}
        profile = Profile.model_validate(EVERYTHING | known)
        lead = new_lead(profile, home_of(self._settings), "sample", "sample", self._version, arrives)
        lead = with_pursuit(lead, started_by=facts.get("started_by", "arrival"))
        lead = lead.model_copy(update={"events": dict.fromkeys(self._events, arrives)})
        if not self._version.cadence.is_awaited(APPOINTMENT):
            return lead
        missed = lead.pursuit.started_by in ("no_show", "silence")
        appointment_at = arrives - _WHEN_ASKED if missed else arrives + timedelta(days=1)
        return lead.model_copy(update={"appointment_at": appointment_at})


def _kinds(cadence: Cadence) -> Iterator[dict[str, str]]:
    """Each combination of what the cadence treats differently."""
    asked = {key for step in cadence.steps for key in step.if_}
    by_audience = any(step.after and isinstance(step.after.written, dict) for step in cadence.steps)
    differing: dict[str, tuple[str, ...]] = {
        "value": CONDITION_FIELDS["value"] if "value" in asked else (),
        "audience": AUDIENCES if by_audience or "audience" in asked else (),
        "started_by": CONDITION_FIELDS["started_by"] if "started_by" in asked else (),
    }
    keys = [key for key, values in differing.items() if values]
    for values in product(*(differing[key] for key in keys)):
        yield dict(zip(keys, values, strict=True))


def _wanted(cadence: Cadence, name: str) -> dict[str, list[str]]:
    """What a step and those that it depends on ask for: of each fact and each step's outcome, which values would do."""
    wanted: dict[str, list[str]] = {}
    waiting, seen = [name], set()
    while waiting:
        step = cadence.step(waiting.pop())
        if step.name in seen:
            continue
        seen.add(step.name)
        for key, condition in step.if_.items():
            if not isinstance(condition, Count):
                wanted[key] = _in_common(wanted.get(key), _reportable(condition))
        steps = (*step.if_, *step.origins)
        waiting += [each for each in steps if any(other.name == each for other in cadence.steps)]
    return wanted


def _reportable(condition: Condition) -> list[str]:
    """The values that can be arranged, if any can: nobody reports a step as skipped, and after what closes the lead
    nothing comes.
    """
    values = values_of(condition)
    return [value for value in values if value != "skipped" and value not in CLOSING] or values


def _in_common(before: list[str] | None, now: list[str]) -> list[str]:
    return now if before is None else [value for value in before if value in now] or before
