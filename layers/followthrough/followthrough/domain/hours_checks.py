"""Whether the times that a cadence asks for lie in contact hours, in a week without holidays where the business is."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Action, Cadence, Step
from followthrough.domain.contact_hours import EVERY_DAY, ContactHours
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.findings import Finding
from followthrough.domain.holidays import Holidays
from followthrough.domain.occurrences import PARTS_OF_DAY
from followthrough.domain.places import Place, zones_of
from followthrough.domain.spreading import spread
from followthrough.domain.weekly_hours import DAYS, Interval, intersect, parse_hours, wall_interval

A_MONDAY = date(2026, 6, 1)
_WEEK = [A_MONDAY + timedelta(days=n) for n in range(len(DAYS))]
_HOURS_A_DAY = 24


def without_holidays(settings: Settings) -> Settings:
    """The same business in a year in which every week is like any other."""
    business = settings.business.model_copy(update={"closed_on": {}})
    return settings.model_copy(update={"business": business, "holidays": Holidays({})})


def home_of(settings: Settings) -> Place:
    """Where the business is, as the place of a lead."""
    business = settings.business
    return Place(zones=(business.zone,), regions=(business.region,), found_by="business")


def check_hours(cadence: Cadence, settings: Settings, file: str) -> list[Finding]:
    """Every step whose time never lies in contact hours, or that asks for more on a day than there is room for. What
    leads elsewhere in the country could get is a warning.
    """
    there = _Places(cadence, without_holidays(settings))
    steps = {number: step for number, step in enumerate(cadence.steps) if step.do != "task" and not step.any_hour}
    if steps and not _open_days(there.home):
        where = "weekdays" if cadence.weekdays else "(whole file)"
        are = _in_words(there.home.on_weekdays(EVERY_DAY)) or "none at all: see calling_hours in business.json"
        what = f"nothing can ever go on these days: the contact hours where you are, are {are}"
        return [Finding(file, where, what, is_warning=bool(_open_days(there.next_door)))]
    return [
        Finding(file, f"steps[{number}] '{step.name}'", what, is_warning=is_warning)
        for number, step in steps.items()
        for what, is_warning in _misfits(step, there)
    ]


class _Places:
    """The contact hours of a cadence, and the law's limit on calls: where the business is (`home`), in another part of
    its country with the same clock (`next_door`), and in all its zones (`elsewhere`).
    """

    def __init__(self, cadence: Cadence, settings: Settings) -> None:
        self.cadence, self._settings = cadence, settings
        business = settings.business
        self.country = business.country
        self.home = self._hours(home_of(settings))
        self.next_door = self._in_zone(business.zone)
        self.law_at_home = settings.rules.call_limit((business.region,))
        self.law_elsewhere = settings.rules.call_limit((self.country,))

    def elsewhere(self) -> Iterator[ContactHours]:
        """One after the other: most cadences fit at home, and nobody asks."""
        return map(self._in_zone, zones_of(self.country))

    def _in_zone(self, zone: str) -> ContactHours:
        return self._hours(Place(zones=(zone,), regions=(self.country,), found_by="business"))

    def _hours(self, place: Place) -> ContactHours:
        return ContactHours(self._settings, place).on_weekdays(self.cadence.days_of_the_week)


def _misfits(step: Step, there: _Places) -> Iterator[tuple[str, bool]]:
    """What never fits, and whether it only doesn't where the business is."""
    if step.at and step.at != "different" and not _ever_open_at(step.at, there.home):
        what = f"'at' {step.at} never lies in the contact hours where you are: {_in_words(there.home)}"
        only_here = any(_ever_open_at(step.at, hours) for hours in there.elsewhere())
        yield f"{what}; it does in another zone of your country" if only_here else what, only_here
    if crowded := _no_room(step, there.cadence, there.home, there.law_at_home):
        yield crowded, _no_room(step, there.cadence, there.next_door, there.law_elsewhere) is None


def _ever_open_at(at: str, hours: ContactHours) -> bool:
    span = PARTS_OF_DAY.get(at) or parse_hours(at)
    return any(intersect(spans, [wall_interval(day, span, hours.zone)]) for day, spans in _open_days(hours).items())


def _no_room(step: Step, cadence: Cadence, hours: ContactHours, law: CallLimit | None) -> str | None:
    """A step that wants more touches than even the longest days have room for."""
    span = step.times_a_day or step.times
    if span is None or step.day is None:
        return None
    longest = max(_open_days(hours).values(), key=_length)
    gap = max(step.gap.elapsed, min(_gap_on(channel, cadence) for channel in step.actions))
    fit = len(spread(longest, span.low, gap, 0.5))
    because = f"with {_clock(gap)} between them, and {_clock(_length(longest))} on the longest day"
    if law and step.actions == ("call",) and law.hours >= _HOURS_A_DAY and law.count < fit:
        fit, because = law.count, f"by the law where you are: {law.count} calls in {law.hours} hours"
    most = fit * (step.day.high - step.day.low + 1) if step.times else fit
    if span.low <= most:
        return None
    return f"{span.low} {'on these days' if step.times else 'a day'} never fit: {most} do at most, {because}"


def _gap_on(channel: Action, cadence: Cadence) -> timedelta:
    limit = cadence.limits.get(channel) if channel != "task" else None
    return limit.gap.elapsed if limit and limit.gap else timedelta()


def _open_days(hours: ContactHours) -> dict[date, list[Interval]]:
    return {day: spans for day in _WEEK if (spans := hours.usual(day))}


def _length(spans: list[Interval]) -> timedelta:
    return sum((end - start for start, end in spans), timedelta())


def _clock(length: timedelta) -> str:
    """`8h`, `30m` or `12h 30m`."""
    hours, minutes = divmod(int(length / timedelta(minutes=1)), 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)


def _in_words(hours: ContactHours) -> str:
    """`mon-fri 08:00-20:30, sat 09:00-12:00`; empty when there are none."""
    spans = [
        ", ".join(f"{_wall(start, hours)}-{_wall(end, hours)}" for start, end in hours.usual(day)) for day in _WEEK
    ]
    runs = [(said, [DAYS[day] for day, _ in run]) for said, run in groupby(enumerate(spans), key=itemgetter(1))]
    return ", ".join(f"{'-'.join(dict.fromkeys((days[0], days[-1])))} {said}" for said, days in runs if said)


def _wall(moment: datetime, hours: ContactHours) -> str:
    return moment.astimezone(hours.zone).strftime("%H:%M")
