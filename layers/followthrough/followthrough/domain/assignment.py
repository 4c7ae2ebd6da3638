"""Who is asked to call: who is on duty, who takes which leads, and whose turn it is, fairly by weight."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from typing import Protocol, Self, TypeVar
from zoneinfo import ZoneInfo

from followthrough.domain.business import Business, Rep, Settings
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.spreading import fraction
from followthrough.domain.weekly_hours import Interval, intersect

Away = Mapping[str, datetime | None]
"""Id of everybody who is away, to when they are back; None until they say so."""

TakeTurn = Callable[[str], int]
"""Raises the counter with that key by one and gives its new value, from 1."""


class Weighted(Protocol):
    """Somebody whose turn comes as often as a weight says."""

    @property
    def id(self) -> str:
        """What tells them apart."""

    @property
    def weight(self) -> int:
        """Their share."""


W = TypeVar("W", bound=Weighted)

_DAY = timedelta(days=1)
_YEAR = 366
_SOURCE_FIELDS = ("source", "utm_source")


@dataclass(frozen=True)
class LeadFacts:
    """What of a lead matters to who is asked: its own rep's id, what it asked for, and where it came from."""

    rep: str | None = None
    service: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, lead: Lead) -> Self:
        """The facts of a lead on record."""
        return cls(rep=lead.rep, service=lead.profile.service, source=source_of(lead.profile))


def source_of(profile: Profile) -> str | None:
    """Where a lead came from, as the form's field `source` says, or else `utm_source`."""
    given = {name.casefold(): value for name, value in profile.other.items()}
    return next((given[name] for name in _SOURCE_FIELDS if name in given), None)


# -- duty ----------------------------------------------------------------------------------------------------


def on_duty(rep: Rep, settings: Settings, now: datetime, away: Away) -> bool:
    """Whether a rep can be asked to call at this instant: not away, within their hours, on no closed day.

    Closed days are the business's, by the date in its zone, wherever the rep is.
    """
    return not _is_closed_day(settings, now) and _is_there(rep, settings.business, now, away)


def is_ever_asked(rep: Rep, business: Business, first: date) -> bool:
    """Whether a rep's hours and the calling hours have anything in common in the year from a date on."""
    days = [first + n * _DAY for n in range(_YEAR)]
    return any(_hours_in_calling_hours(day, rep, business) for day in days)


def _is_closed_day(settings: Settings, now: datetime) -> bool:
    business, today = settings.business, now.astimezone(settings.zone).date()
    return today in business.closed_on or settings.holidays.name_of((business.region,), today) is not None


def _is_there(rep: Rep, business: Business, now: datetime, away: Away) -> bool:
    if rep.id in away and ((until := away[rep.id]) is None or now < until):
        return False
    span = _hours_on(now.astimezone(_zone_of(rep, business)).date(), rep, business)
    return span is not None and span[0] <= now < span[1]


def _zone_of(rep: Rep, business: Business) -> ZoneInfo:
    return ZoneInfo(rep.zone or business.zone)


def _hours_on(day: date, rep: Rep, business: Business) -> Interval | None:
    return (rep.hours or business.calling_hours).interval(day, _zone_of(rep, business))


def _hours_in_calling_hours(day: date, rep: Rep, business: Business) -> list[Interval]:
    """What a rep's hours of one of their dates have in common with the business's, whose date can be another."""
    own = _hours_on(day, rep, business)
    around = (business.calling_hours.interval(near, ZoneInfo(business.zone)) for near in (day - _DAY, day, day + _DAY))
    return intersect([own] if own else [], [span for span in around if span])


# -- skill ---------------------------------------------------------------------------------------------------


def takes(rep: Rep, lead: LeadFacts) -> bool:
    """Whether a lead is of the services and the sources that a rep takes. Who lists none takes all."""
    return _is_among(lead.service, rep.services) and _is_among(lead.source, rep.sources)


def _is_among(given: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or (given or "").casefold() in {each.casefold() for each in wanted}


# -- turns ---------------------------------------------------------------------------------------------------


def turn_order(reps: Sequence[W], turn: int) -> list[W]:
    """All of the reps, the one whose turn it is first, then in the order in which the others' turns come next.

    A pure function of a counter's value. In any run of turns as long as the weights' sum everybody comes first
    exactly as often as their weight says, and from turn 1 on never a whole turn more or less than their share.
    So nobody with half of the weight or less comes first three times running.
    """
    first_ones = _full_round(tuple(rep.weight for rep in reps))
    start = (turn - 1) % len(first_ones)
    return [reps[place] for place in dict.fromkeys(first_ones[start:] + first_ones[:start])]


def round_key(reps: Sequence[W]) -> str:
    """The name of the counter for just these reps, in whatever order they are given.

    One counter for all would not be fair: whoever is away on some turns would leave them to the same neighbour.
    """
    return hashlib.sha256("+".join(sorted(rep.id for rep in reps)).encode()).hexdigest()[:16]


@lru_cache(maxsize=256)
def _full_round(weights: tuple[int, ...]) -> tuple[int, ...]:
    """The places of the reps whose turn it is, over one round as long as the sum of the weights.

    Somebody of weight w has w equal windows in the round, and one turn in each. Whose window ends first goes
    first, and of those the heaviest, who has least room to give way. There is always a turn for everybody: the
    windows that lie within any stretch of turns can't ask for more turns than it has.
    """
    length = sum(weights)
    had = [0] * len(weights)
    opening = defaultdict(list, {0: list(range(len(weights)))})
    waiting: list[tuple[int, int, int]] = []
    places: list[int] = []
    for turn in range(length):
        for place in opening.pop(turn, ()):
            had[place] += 1
            end = -(-had[place] * length // weights[place])
            heappush(waiting, (end, -weights[place], place))
        end, _, place = heappop(waiting)
        opening[end].append(place)
        places.append(place)
    return tuple(places)


# -- the line ------------------------------------------------------------------------------------------------


def line_for(
    lead: LeadFacts,
    settings: Settings,
    now: datetime,
    away: Away,
    open_asks: Mapping[str, int],
    take_turn: TakeTurn,
    asked: Sequence[str] = (),
) -> Iterator[str]:
    """The ids of the people to ask for a call, in order, as things stand now.

    The lead's own rep, if on duty; the others on duty who take such leads, in turn; at last the manager, on duty
    or not. Nobody with as many `open_asks` (of other leads) as they may have is asked, except as the manager.
    Where nobody who is free takes such leads, all others who are free do: a lead wants an answer within minutes
    more than it wants the right specialist, and whoever answers can pass it on.

    Who was `asked` about this call already is left out. A manager who is a rep too has two places in line, so a
    firm of one is asked twice and no more.

    Take the first, and come back with `asked` when they are silent: duty may have changed. Nothing is computed
    before it is wanted, and a turn is taken only where it decides something. Turns that were taken and not
    used would make the round unfair.
    """
    team = settings.team
    free = _free(settings, now, away, open_asks)
    own = [lead.rep] if lead.rep in free else []
    reps = [rep for rep in team.reps if rep.id in free]
    able = [rep for rep in reps if takes(rep, lead)] or reps
    yield from (id_ for id_ in own if id_ not in asked)
    others = [rep for rep in able if rep.id not in (*own, *asked)]
    yield from (rep.id for rep in _in_turn(others, take_turn, whole=len(others) == len(team.reps)))
    places = 2 if team.manager.id in {*own, *(rep.id for rep in able)} else 1
    if asked.count(team.manager.id) < places:
        yield team.manager.id


def _free(settings: Settings, now: datetime, away: Away, open_asks: Mapping[str, int]) -> set[str]:
    """The ids of everybody who is on duty and can be asked for one call more."""
    if _is_closed_day(settings, now):
        return set()
    return {
        person.id
        for person in settings.team.people
        if open_asks.get(person.id, 0) < person.most_open_asks and _is_there(person, settings.business, now, away)
    }


def _in_turn(reps: Sequence[Rep], take_turn: TakeTurn, *, whole: bool) -> Sequence[Rep]:
    """The reps from whose turn it is on. The whole team's round begins with its first turn.

    Any smaller set's begins somewhere of its own: a big team has many of them, few go round even once, and if
    all began at the beginning those who are first in the file would get the most.
    """
    if len(reps) <= 1:
        return reps
    key = round_key(reps)
    head_start = 0 if whole else int(fraction("round", key) * sum(rep.weight for rep in reps))
    return turn_order(reps, take_turn(key) + head_start)
