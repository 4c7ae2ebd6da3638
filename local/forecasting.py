"""Many leads for a forecast: when they arrive, what they are like, and following them on all cores."""

import csv
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
from followthrough.domain.business import Business, Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.forecast import Followed, follow
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import new_lead
from followthrough.domain.spreading import fraction
from local.posted_lead import read_moment, read_posted_lead, usual_appointment
from local.project import CONFIG

FIELDS = ("zone", "value", "audience", "service")
"""What a file of arrivals may say of a lead beside `arrived_at`."""

CHUNK = 50
"""Leads that a core is given at a time: enough to keep it busy, few enough to show how far it is."""

WEEKDAY_HOURS = (1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 4, 3, 2)
WEEKEND_SHARE = 0.6
"""The typical week: how many leads arrive in each hour of a weekday, relative to each other, and how many of those on a
Saturday or Sunday. An assumption; past arrivals (`--arrivals`) say it better.
"""


class Arrival(NamedTuple):
    """When a lead arrives, which one it is, and the fields in which it differs from the sample lead."""

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


def read_arrivals(file: Path, business: Business) -> list[Arrival]:
    """Past arrivals from a CSV file, in order of time. Raises Unreadable, with the line."""
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            rows = csv.DictReader(lines)
            unknown = {*(rows.fieldnames or ())} - {"arrived_at", *FIELDS}
            if "arrived_at" not in (rows.fieldnames or ()) or unknown:
                raise Unreadable(f"{file}: the first line has to be arrived_at, and any of {', '.join(FIELDS)}")
            read = [_arrival(row, file, rows.line_num, number, business) for number, row in enumerate(rows)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{file}: can't be read as CSV: {error}") from None
    if not read:
        raise Unreadable(f"{file}: has no arrivals")
    return sorted(read)


def _arrival(row: dict[str, str], file: Path, line: int, number: int, business: Business) -> Arrival:
    try:
        at = read_moment((row["arrived_at"] or "").strip(), business)
    except (ValueError, OverflowError):
        raise Unreadable(f"{file}: line {line}: arrived_at is not a time, such as 2026-11-23T10:00") from None
    return Arrival(at, number, tuple((name, row[name].strip()) for name in FIELDS if (row.get(name) or "").strip()))


def thinned(arrivals: Sequence[Arrival], most: int) -> list[Arrival]:
    """At most so many of them, evenly taken."""
    if len(arrivals) <= most:
        return list(arrivals)
    return [arrivals[place * len(arrivals) // most] for place in range(most)]


# -- following -----------------------------------------------------------------------------------------------


def follow_all(arrivals: Sequence[Arrival], assumed: Assumptions, processes: int) -> Iterator[list[Followed]]:
    """What each lead's touches are, some at a time, in order. Raises RefusedFields for fields that intake refuses."""
    _leads(assumed.cadence).check(arrivals)  # here, because not every error finds its way out of another process
    chunks = [arrivals[start : start + CHUNK] for start in range(0, len(arrivals), CHUNK)]
    work = partial(follow_some, assumed)
    if processes == 1 or len(chunks) == 1:
        yield from map(work, chunks)
        return
    # Forking would copy a progress bar's thread in the middle of whatever it does.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, chunks)


def follow_some(assumed: Assumptions, arrivals: Sequence[Arrival]) -> list[Followed]:
    """The same for a few leads, in this process."""
    leads = _leads(assumed.cadence)
    version, settings = leads.version, leads.settings
    return [
        follow(lead, Planner.for_lead(lead, version, settings), settings, assumed.rates, assumed.seed, assumed.until)
        for lead in map(leads.lead, arrivals)
    ]


class Leads:
    """Makes leads as `preview` does, but each with an address of its own: by that its times differ from others'."""

    def __init__(self, version: CadenceVersion, settings: Settings) -> None:
        self.version = version
        self.settings = settings
        self._known: dict[tuple[tuple[str, str], ...], Lead] = {}

    def check(self, arrivals: Sequence[Arrival]) -> None:
        """Raises RefusedFields if intake would refuse one of these."""
        for fields in {arrival.fields for arrival in arrivals}:
            self._like(fields)

    def lead(self, arrival: Arrival) -> Lead:
        """The lead as intake would store it. Raises RefusedFields."""
        like = self._like(arrival.fields)
        profile = like.profile.model_copy(update={"email": f"lead-{arrival.number}@example.com"})
        lead = new_lead(profile, like.place, f"forecast-{arrival.number}", "forecast", self.version, arrival.at)
        appointment = usual_appointment(lead) if like.appointment_at else None
        return lead.model_copy(update={"appointment_at": appointment})

    def _like(self, fields: tuple[tuple[str, str], ...]) -> Lead:
        if fields not in self._known:
            self._known[fields] = read_posted_lead(None, None, dict(fields)).lead(self.version, self.settings)
        return self._known[fields]


@cache
def _leads(cadence: Path) -> Leads:
    return Leads(read_cadence_version(cadence), read_settings(CONFIG))
