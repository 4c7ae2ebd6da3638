"""Many leads for a forecast: when they arrive, what they are like, and following them on all cores."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthrough.adapters.files import read_cadence_version, read_settings
from followthrough.domain.business import Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.forecast import Followed, follow
from followthrough.domain.instants import at_local
from followthrough.domain.intake import RefusedFields
from followthrough.domain.leads import Lead
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner
from followthrough.domain.spreading import fraction
from local.posted_lead import read_posted_lead, usual_appointment
from local.project import CADENCES, CONFIG

CHUNK = 50
"""Leads that a core is given at a time: enough to keep it busy, few enough to show how far it is."""

WEEKDAY_HOURS = (1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 4, 3, 2)
WEEKEND_SHARE = 0.6
"""The typical week: how many leads arrive in each hour of a weekday, relative to each other, and how many of those on a
Saturday or Sunday. An assumption; past arrivals (`--arrivals`) say it better.
"""


class Arrival(NamedTuple):
    """When a lead arrives, which one it is (of a file its line), and the fields in which it differs from the sample
    lead.
    """

    at: datetime
    number: int
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Assumptions:
    """What is assumed of every lead: the cadence's folder, the share reached at each call, the dice, and the end."""

    cadence: Path
    rates: tuple[float, ...]
    seed: int
    until: datetime


# -- arrivals ------------------------------------------------------------------------------------------------


def typical_arrivals(count: int, first: date, days: int, zone: ZoneInfo, seed: int) -> list[Arrival]:
    """So many leads, spread over local days as over typical weeks; in order, the same for the same seed."""
    hours = [(first + timedelta(days=day), hour) for day in range(days) for hour in range(24)]
    weights = [WEEKDAY_HOURS[hour] * (WEEKEND_SHARE if _is_weekend(day) else 1) for day, hour in hours]
    ends = list(accumulate(weights))
    arrivals = []
    for number in range(count):
        # One from each of equal parts: a sample drawn like this is as even as all of them.
        place = (number + fraction("arrival", seed, number)) / count * ends[-1]
        chosen = min(bisect_right(ends, place), len(hours) - 1)
        day, hour = hours[chosen]
        second = int(3600 * (1 - (ends[chosen] - place) / weights[chosen]))
        begins = at_local(day, time(hour), zone)
        arrivals.append(Arrival(begins + timedelta(seconds=min(max(second, 0), 3599)), number))
    return arrivals


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5  # noqa: PLR2004 - Saturday


def thinned(arrivals: Sequence[Arrival], most: int) -> list[Arrival]:
    """At most so many of them, evenly taken."""
    if len(arrivals) <= most:
        return list(arrivals)
    return [arrivals[place * len(arrivals) // most] for place in range(most)]


# -- following -----------------------------------------------------------------------------------------------


def follow_all(arrivals: Sequence[Arrival], assumed: Assumptions, processes: int) -> Iterator[list[Followed]]:
    """What each lead's touches are, some at a time, in order."""
    chunks = [arrivals[start : start + CHUNK] for start in range(0, len(arrivals), CHUNK)]
    work = partial(follow_some, assumed)
    if processes == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    # Forking would copy a progress bar's thread in the middle of whatever it does.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, chunks)


def refused(arrivals: Sequence[Arrival], assumed: Assumptions) -> list[tuple[Arrival, RefusedFields]]:
    """The arrivals with fields that intake refuses, the first of each kind. To be asked before following them: not
    every error finds its way out of another process.
    """
    leads, found = _leads(assumed.cadence), []
    for arrival in {arrival.fields: arrival for arrival in reversed(arrivals)}.values():
        try:
            leads.lead(arrival)
        except RefusedFields as error:
            found.append((arrival, error))
    return sorted(found, key=lambda each: each[0].number)


def follow_some(assumed: Assumptions, arrivals: Sequence[Arrival]) -> list[Followed]:
    """The same for a few leads, in this process."""
    leads = _leads(assumed.cadence)
    return [
        follow(lead, leads.planner(lead), leads.settings, assumed.rates, assumed.seed, assumed.until, _version_of)
        for lead in map(leads.lead, arrivals)
    ]


class Leads:
    """Makes leads as `preview` does, but each with an address of its own: by that its times differ from others'."""

    def __init__(self, version: CadenceVersion, settings: Settings) -> None:
        self.version = version
        self.settings = settings
        self._known: dict[tuple[tuple[str, str], ...], Lead] = {}
        self._planners: dict[Place, Planner] = {}

    def lead(self, arrival: Arrival) -> Lead:
        """The lead as intake would store it. Raises RefusedFields."""
        like = self._like(arrival.fields)
        profile = like.profile.model_copy(update={"email": f"lead-{arrival.number}@example.com"})
        pursuit = like.pursuit.model_copy(update={"began_at": arrival.at, "run_began_at": arrival.at})
        its_own = {"profile": profile, "id": f"forecast-{arrival.number}", "arrived_at": arrival.at, "pursuit": pursuit}
        lead = like.model_copy(update=its_own)
        if like.appointment_at:
            lead = lead.model_copy(update={"appointment_at": usual_appointment(lead)})
        return lead

    def planner(self, lead: Lead) -> Planner:
        """The planner for where a lead is: one for all who are there, so that their hours are worked out once."""
        if lead.place not in self._planners:
            self._planners[lead.place] = Planner.for_lead(lead, self.version, self.settings)
        return self._planners[lead.place]

    def _like(self, fields: tuple[tuple[str, str], ...]) -> Lead:
        if fields not in self._known:
            self._known[fields] = read_posted_lead(None, None, dict(fields)).lead(self.version, self.settings)
        return self._known[fields]


@cache
def _version_of(name: str) -> CadenceVersion:
    return read_cadence_version(CADENCES / name)


@cache
def _leads(cadence: Path) -> Leads:
    return Leads(read_cadence_version(cadence), read_settings(CONFIG))
