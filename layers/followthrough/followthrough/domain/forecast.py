"""What many leads together will ask of a team, counted from their previews: calls, nudges and messages by the hour."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from followthrough.domain.assignment import LeadFacts, line_for, on_duty
from followthrough.domain.business import Settings
from followthrough.domain.cadence import ASKED_OF_REPS, Action
from followthrough.domain.leads import Lead
from followthrough.domain.partner_preview import VersionOf
from followthrough.domain.planning import Planner
from followthrough.domain.preview import carry_out
from followthrough.domain.spreading import fraction

MOST_CALLS = 1000
"""Nobody is called more often than this in any period that can be asked for."""

HourOfWeek = tuple[int, int]
"""Day of the week (Monday 0) and hour, on the business's clock."""


class Due(NamedTuple):
    """A touch that is made."""

    at: datetime
    channel: Action


@dataclass(frozen=True)
class Followed:
    """One lead: what its touches are, and whether a call of them reached it."""

    facts: LeadFacts
    touches: tuple[Due, ...]
    reached: bool


@dataclass(frozen=True)
class Daily:
    """How many a day, over all days of the period."""

    median: float
    peak: float


@dataclass(frozen=True)
class Totals:
    """How many in the whole period."""

    leads: float
    reached: float
    made: dict[Action, float]
    nudged_by_text: float
    nudged_by_email: float


@dataclass(frozen=True)
class Overload:
    """An hour of the week in which more calls are due on average than one person can make."""

    person: str
    hour: HourOfWeek
    calls: float


@dataclass(frozen=True)
class Forecast:
    """What is to be expected. `calls` are those due to each person (by id) in each hour of the week, on average over
    the weeks; hours without any are left out. `hours_over` is in how many single hours of the period somebody had more
    than `capacity` calls due, and None for a sample: few leads that stand for many make single hours look rougher than
    they would be.
    """

    totals: Totals
    capacity: float
    calls: dict[str, dict[HourOfWeek, float]]
    overloads: tuple[Overload, ...]
    hours_over: int | None
    daily: dict[str, Daily]


# -- one lead ------------------------------------------------------------------------------------------------


def answered_call(identity: str, rates: Sequence[float], seed: int) -> int | None:
    """Which call reaches a lead, from 1; None if none does. `rates` are the shares (0 to 1) reached at the first call,
    the second, and so on; the last one holds for all further calls. The same for the same lead and seed, always.
    """
    for call in range(1, MOST_CALLS + 1):
        if fraction("answers", seed, identity, call) < rates[min(call, len(rates)) - 1]:
            return call
    return None


def follow(
    lead: Lead,
    planner: Planner,
    settings: Settings,
    rates: Sequence[float],
    seed: int,
    until: datetime,
    version_of: VersionOf | None = None,
) -> Followed:
    """A lead's touches before `until`: those of the preview in which no call is answered, up to and with the call that
    reaches the lead. There it ends: what comes of a conversation is not foreseen. Where another cadence begins it goes
    on with that, if told where to find it.
    """
    reached_by = answered_call(lead.profile.identity, rates, seed)
    made: list[Due] = []
    calls = 0
    for moment in carry_out(lead, planner, settings, "no_answer", until, version_of):
        if moment.made:
            touch = moment.made.planned
            made.append(Due(touch.due_at, touch.channel))
            calls += touch.channel == "call"
            if calls == reached_by:
                break
    return Followed(LeadFacts.of(lead), tuple(sorted(made)), reached=calls == reached_by)


# -- all of them ---------------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    at: datetime
    channel: Action
    person: str


def forecast(
    followed: Sequence[Followed],
    settings: Settings,
    since: datetime,
    days: int,
    minutes_per_call: float,
    each_stands_for: float = 1,
) -> Forecast:
    """Count what the leads of a period of whole local days ask for. Every lead counts `each_stands_for` times.

    Each call goes to the lead's own rep if on duty, else to whose turn it is, else to the manager, as if nobody were
    away, everybody reported in time, and nobody had too many calls open.
    """
    first = since.astimezone(settings.zone).date()
    dates = [first + timedelta(days=n) for n in range(days)]
    asked = _asked_of_people(followed, settings)
    capacity = 60 / minutes_per_call
    hours = Counter((one.person, _hour_of(one.at, settings)) for one in asked if one.channel == "call")
    calls = _by_hour_of_week(hours, dates, each_stands_for)
    exact = each_stands_for == 1
    return Forecast(
        totals=_totals(followed, asked, settings, each_stands_for),
        capacity=capacity,
        calls=calls,
        overloads=_overloads(calls, capacity),
        hours_over=sum(count > capacity for count in hours.values()) if exact else None,
        daily=_daily(followed, settings, dates, each_stands_for),
    )


def _asked_of_people(followed: Sequence[Followed], settings: Settings) -> list[_Asked]:
    """Who is asked for each call and task, in the order in which they are due: turns are taken in that order."""
    due = [
        (touch.at, place, touch.channel)
        for place, lead in enumerate(followed)
        for touch in lead.touches
        if touch.channel in ASKED_OF_REPS
    ]
    turns: Counter[str] = Counter()
    own: dict[int, str] = {}
    reps = {rep.id: rep for rep in settings.team.reps}

    def take_turn(key: str) -> int:
        turns[key] += 1
        return turns[key]

    asked: list[_Asked] = []
    for at, place, channel in sorted(due):
        person = own.get(place)
        if person is None or not on_duty(reps[person], settings, at, {}):  # who is, comes before all others
            facts = replace(followed[place].facts, rep=person)
            person = next(line_for(facts, settings, at, {}, {}, take_turn))
        if person in reps:  # the manager only stands in
            own.setdefault(place, person)
        asked.append(_Asked(at, channel, person))
    return asked


def _hour_of(moment: datetime, settings: Settings) -> tuple[date, int]:
    local = moment.astimezone(settings.zone)
    return local.date(), local.hour


def _by_hour_of_week(
    hours: Counter[tuple[str, tuple[date, int]]], dates: Sequence[date], each_stands_for: float
) -> dict[str, dict[HourOfWeek, float]]:
    weeks = Counter(day.weekday() for day in dates)
    calls: dict[str, dict[HourOfWeek, float]] = defaultdict(lambda: defaultdict(float))
    for (person, (day, hour)), count in sorted(hours.items()):
        calls[person][day.weekday(), hour] += count * each_stands_for / max(weeks[day.weekday()], 1)
    return {person: dict(sorted(table.items())) for person, table in calls.items()}


def _overloads(calls: dict[str, dict[HourOfWeek, float]], capacity: float) -> tuple[Overload, ...]:
    """The heaviest first."""
    over = [
        Overload(person, hour, count)
        for person, table in calls.items()
        for hour, count in table.items()
        if count > capacity
    ]
    return tuple(sorted(over, key=lambda one: (-one.calls, one.person, one.hour)))


def _totals(
    followed: Sequence[Followed], asked: Sequence[_Asked], settings: Settings, each_stands_for: float
) -> Totals:
    made = Counter(touch.channel for lead in followed for touch in lead.touches)
    told: Counter[str] = Counter()
    for id_, count in Counter(one.person for one in asked).items():
        person = settings.team.person(id_)
        told.update(dict.fromkeys(person.notify, count) if person else {})
    return Totals(
        leads=len(followed) * each_stands_for,
        reached=sum(lead.reached for lead in followed) * each_stands_for,
        made={channel: count * each_stands_for for channel, count in sorted(made.items())},
        nudged_by_text=told["text"] * each_stands_for,
        nudged_by_email=told["email"] * each_stands_for,
    )


def _daily(
    followed: Sequence[Followed], settings: Settings, dates: Sequence[date], each_stands_for: float
) -> dict[str, Daily]:
    touches = [touch for lead in followed for touch in lead.touches]
    kinds: dict[str, tuple[Action, ...]] = {"nudges": ASKED_OF_REPS, "emails": ("email",), "texts": ("text",)}
    return {
        kind: _spread_over(dates, each_stands_for, (one.at for one in touches if one.channel in channels), settings)
        for kind, channels in kinds.items()
    }


def _spread_over(
    dates: Sequence[date], each_stands_for: float, moments: Iterable[datetime], settings: Settings
) -> Daily:
    counted = Counter(moment.astimezone(settings.zone).date() for moment in moments)
    counts = [counted[day] * each_stands_for for day in dates]
    return Daily(median=median(counts), peak=max(counts))
