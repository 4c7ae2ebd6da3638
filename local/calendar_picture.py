"""What a picture of a preview shows: a calendar of weeks, days, contact hours and touches, in the lead's own time.

Pictures go into pull requests and to managers, so the lead's name, number and address are in none of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Action
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.preview import Preview
from local.touch_words import CHANNELS, VOICEMAIL, what_came_of_it

_WEEK = timedelta(days=7)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True)
class Mark:
    """One touch. `part_of_day` is where it stands between 0:00 and 24:00, from 0 to 1."""

    id: str
    channel: Action
    time: str
    part_of_day: float
    step: str
    purpose: str
    details: tuple[str, ...]
    came_of_it: str
    is_skipped: bool

    @property
    def what(self) -> str:
        """The channel in words."""
        return CHANNELS[self.channel]

    @property
    def words(self) -> tuple[str, ...]:
        """Everything about the touch, a line each."""
        return (f"{self.time} {self.what}: {self.step}", self.purpose, *self.details, f"→ {self.came_of_it}")


@dataclass(frozen=True)
class Open:
    """Contact hours: from and to as parts of the day, from 0 to 1, and in words."""

    start: float
    end: float
    words: str


@dataclass(frozen=True)
class Day:
    """One local date of the lead. `notes` say that it arrives, that the follow-up ends, or why nobody is contacted."""

    date: date
    is_within: bool
    open: tuple[Open, ...]
    notes: tuple[str, ...]
    marks: tuple[Mark, ...]

    @property
    def label(self) -> str:
        """The date without its weekday, with the month."""
        return f"{self.date.day} {self.date:%b}"

    @property
    def hours(self) -> str:
        """The contact hours in words."""
        return ", ".join(each.words for each in self.open) or "none"


Week = tuple[Day, ...]


@dataclass(frozen=True)
class Calendar:
    """What a picture shows: whole weeks from Monday on, from the arrival to the last touch."""

    title: str
    about: tuple[str, ...]
    weeks: tuple[Week, ...]

    @property
    def days(self) -> Iterator[Day]:
        """All of them, in order."""
        return (day for week in self.weeks for day in week)

    @property
    def channels(self) -> list[tuple[Action, str]]:
        """Those in use, with their words, for the legend."""
        used = {mark.channel for day in self.days for mark in day.marks}
        return [(channel, CHANNELS[channel]) for channel in ("call", "email", "text", "task") if channel in used]

    @property
    def has_skipped(self) -> bool:
        """Whether anything is left out."""
        return any(mark.is_skipped for day in self.days for mark in day.marks)


def calendar_of(name: str, lead: Lead, answer: Preview, settings: Settings, assume: str, until: str) -> Calendar:
    """The calendar of a preview. `assume` and `until` are told as they were given to it."""
    hours = ContactHours(settings, lead.place)
    moments = [lead.arrived_at, *(touch.due_at for touch in answer.touches), *_moments(answer.ended_at)]
    dates = [hours.date_of(moment) for moment in moments]
    first, last = min(dates), max(dates)
    notes = _notes(lead, answer, hours, settings, (first, last))
    marks = [(hours.date_of(touch.due_at), _mark(touch, hours.zone)) for touch in answer.touches]
    days = (
        Day(
            date=day,
            is_within=first <= day <= last,
            open=tuple(_open(day, hours)),
            notes=tuple(said for noted, said in notes if noted == day),
            marks=tuple(mark for due, mark in marks if due == day),
        )
        for day in _whole_weeks(first, last)
    )
    return Calendar(f"{name}: what happens, and when", _about(lead, answer, hours.zone, assume, until), _weeks(days))


def _moments(ended_at: datetime | None) -> tuple[datetime, ...]:
    return (ended_at,) if ended_at else ()


def _whole_weeks(first: date, last: date) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    weeks = (last - monday) // _WEEK + 1
    return (monday + timedelta(days=n) for n in range(7 * weeks))


def _weeks(days: Iterable[Day]) -> tuple[Week, ...]:
    return tuple(zip(*[iter(days)] * 7, strict=True))


def _about(lead: Lead, answer: Preview, zone: ZoneInfo, assume: str, until: str) -> tuple[str, ...]:
    local, profile = lead.arrived_at.astimezone(zone), lead.profile
    skipped = sum(touch.status == "skipped" for touch in answer.touches)
    made = len(answer.touches) - skipped
    count = f"{made} touch{'' if made == 1 else 'es'}" + (f", and {skipped} left out" if skipped else "")
    ends = (
        f"ends {_when(answer.ended_at, zone)}: {answer.status.replace('_', ' ')}"
        if answer.ended_at
        else f"goes on after {until}"
    )
    return (
        (
            f"A lead ({profile.audience}, {profile.value} value) arrives {_when(local, zone)} {local.year}. "
            f"Times are theirs: {zone.key}."
        ),
        f"If every call brings “{assume.replace('_', ' ')}”: {count}; {ends}.",
    )


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def _notes(
    lead: Lead, answer: Preview, hours: ContactHours, settings: Settings, shown: tuple[date, date]
) -> list[tuple[date, str]]:
    notes = [(hours.date_of(lead.arrived_at), f"{lead.arrived_at.astimezone(hours.zone):%H:%M} arrives")]
    regions, day = (*lead.place.regions, settings.business.region), shown[0]
    while day <= shown[1]:
        if not hours.on(day):
            notes.append((day, settings.holidays.name_of(regions, day) or "no contact hours"))
        day += timedelta(days=1)
    if answer.ended_at:
        ended = answer.ended_at.astimezone(hours.zone)
        notes.append((ended.date(), f"{ended:%H:%M} ends: {answer.status.replace('_', ' ')}"))
    return notes


def _open(day: date, hours: ContactHours) -> Iterator[Open]:
    for interval in hours.on(day):
        start, end = (moment.astimezone(hours.zone) for moment in interval)
        to_midnight = end.date() > day
        words = f"{start:%H:%M} to {'24:00' if to_midnight else f'{end:%H:%M}'}"
        yield Open(_part_of_day(start), 1.0 if to_midnight else _part_of_day(end), words)


def _part_of_day(local: datetime) -> float:
    return round((local.hour * 60 + local.minute) / _MINUTES_A_DAY, 4)


def _mark(touch: Touch, zone: ZoneInfo) -> Mark:
    local = touch.due_at.astimezone(zone)
    return Mark(
        id=f"{touch.pursuit}-{touch.id}",
        channel=touch.channel,
        time=f"{local:%H:%M}",
        part_of_day=_part_of_day(local),
        step=touch.step,
        purpose=touch.purpose,
        details=tuple(_details(touch)),
        came_of_it=what_came_of_it(touch),
        is_skipped=touch.status == "skipped",
    )


def _details(touch: Touch) -> Iterator[str]:
    if touch.message:
        yield f"Message: {touch.message}"
    if touch.voicemail:
        yield f"At the beep: {VOICEMAIL[touch.voicemail]}"
