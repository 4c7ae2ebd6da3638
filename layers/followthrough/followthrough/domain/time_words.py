"""How the parts of a time are written: each pattern, with what it says. `reading_times` puts the parts together."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Literal

from followthrough.domain.spoken_times import FARTHEST

Half = Literal["am", "pm"]


class UnreadableTime(ValueError):
    """There is a time, but no such one (25:00, 31 Feb), or more than one (3/4, outside the US)."""


@dataclass(frozen=True)
class Clock:
    """A time of day as it was written."""

    hour: int
    minute: int = 0
    half: Half | None = None
    digits: int = 4
    marked: bool = True
    """Whether it can be nothing but a time of day: 3pm, 15:00, noon; not the 3 of "at 3"."""
    of_24: bool = False
    """Whether it was written for a clock of 24 hours, such as 08:00."""


@dataclass(frozen=True)
class DayPart:
    """A part of the day: the times it stands for, of which the first still to come is meant."""

    clocks: tuple[time, ...]
    half: Half


@dataclass(frozen=True)
class Said:
    """What was said of a time, so far. Dates and days as in SpokenTime; None and False were not said."""

    wait: timedelta | None = None
    days_ahead: int | None = None
    weekday: int | None = None
    next_week: bool = False
    day: int | None = None
    month: int | None = None
    year: int | None = None
    clock: Clock | None = None
    part: DayPart | None = None


Says = Callable[[re.Match[str]], Said]
"""Reads what a pattern found. May raise UnreadableTime."""

_MORNING = DayPart((time(9), time(11)), "am")
_AFTERNOON = DayPart((time(14), time(16)), "pm")
_EVENING = DayPart((time(18), time(19, 30)), "pm")
_PARTS = {
    "first thing": DayPart((time(9),), "am"),
    "end of": DayPart((time(17),), "pm"),
    "eod": DayPart((time(17),), "pm"),
    "lunch": DayPart((time(12),), "pm"),
    **dict.fromkeys(("morning", "am"), _MORNING),
    **dict.fromkeys(("afternoon", "pm"), _AFTERNOON),
    **dict.fromkeys(("eve", "night", "tonight", "tonite"), _EVENING),
}
_NAMED_CLOCKS = {"noon": Clock(12, half="pm"), "midday": Clock(12, half="pm"), "midnight": Clock(0, of_24=True)}
_COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "half": 0.5}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NOON = 12
_LEAP_YEAR = 2024

_END = r"(?![^\W_])"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)" + _END
)
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s|sday)?|weds?|wednesday|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_DAY = r"(?P<day>\d{1,2})"
_TH = r"(?:st|nd|rd|th)"
_YEAR = r"(?:\.?,?\s+(?P<year>20\d\d))?"
_SPAN = (
    r"(?P<count{n}>\d{{1,3}}(?:\.\d)?|(?:a\s+)?couple(?:\s+of)?|an?|one|two|three|half(?:\s+an?)?)"
    r"(?:\s*(?P<unit{n}>hours?|hrs?|minutes?|mins?|days?|weeks?|wks?)|(?<=\d)(?P<letter{n}>[hmdw]))(?![^\W\d_])"
)
_CLOCK = (
    r"(?P<hour{n}>\d{{1,2}})(?P<more{n}>[:.]?(?P<minute{n}>\d\d))?(?P<sharp{n}>\s*o'?clock|\s*ish)?"
    r"(?:\s*(?P<half{n}>[ap])\.?\s?m(?![^\W_])|(?<=\d)(?P<letter{n}>[ap]))?"
)
_THEIR_TIME = r"(?:\s+(?:their|her|his|local)\s+time)?"
_RANGE = (
    r"(?P<from>between\s+|from\s+)?"
    + _CLOCK.format(n=1)
    + r"(?:\s*[-\u2013]\s*|\s+(?:to|and|or)\s+)"
    + _CLOCK.format(n=2)
)


@cache
def patterns(*, month_first: bool | None) -> tuple[tuple[re.Pattern[str], Says], ...]:
    """Every way to write a part of a time, in the order to try them, with what reads it.

    `month_first` is how 3/4 is read: the 4th of March if true; None where one can't know.
    """

    def slashed(found: re.Match[str]) -> Said:
        return _slashed(found, month_first=month_first)

    return (
        (_written(r"day\s+after\s+tomorrow"), lambda _: Said(days_ahead=2)),
        (_written(_SPAN.format(n=1) + r"(?:\s*(?:and\s+)?" + _SPAN.format(n=2) + ")?"), _span),
        (_written(r"(?P<year>\d{4})-(?P<month_number>\d{1,2})-" + _DAY), _dated),
        (_written(rf"{_MONTH}\.?\s+(?:the\s+)?{_DAY}{_TH}?{_END}(?![:.]\d|\s*[ap]\.?m){_YEAR}"), _dated),
        (_written(rf"{_DAY}{_TH}?[\s-]*(?:of\s+)?{_MONTH}{_YEAR}"), _dated),
        (_written(rf"{_DAY}{_TH}"), _dated),
        (_written(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?(?!/)"), slashed),
        (_written(rf"(?P<before>next\s+)?{_WEEKDAY}{_END}(?P<behind>\s+next\s+(?:week|wk))?"), _weekday),
        (_written(r"next\s+(?:week|wk)"), lambda _: Said(next_week=True)),
        (_written(r"today|2day"), lambda _: Said(days_ahead=0)),
        (_written(r"tomm?orr?ow|tmr|tmw|tmrw|2morrow|2moro|tomoro"), lambda _: Said(days_ahead=1)),
        (_written(_RANGE + _THEIR_TIME), _range),
        (_written(_CLOCK.format(n=1) + _THEIR_TIME), lambda found: Said(clock=_clock(found, 1))),
        (_written(r"noon|midday|midnight"), lambda found: Said(clock=_NAMED_CLOCKS[found[0].lower()])),
        (
            _written(
                r"(?P<this>this\s+)?(?:(?P<part>morning|am|lunch|afternoon|pm|eve|night|eod)|(?P<part_of>tonight|tonite)"
                r"|(?P<part_thing>first\s+thing)(?:\s+in\s+the\s+morning)?|(?P<part_end>end\s+of)\s+(?:the\s+)?day)"
                r"(?:(?<=lunch)\s?time|(?<=eve)ning)?"
            ),
            _part,
        ),
    )


def _written(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern}){_END}", re.IGNORECASE)


def _span(found: re.Match[str]) -> Said:
    total, letters = timedelta(0), ""
    for n in (1, 2):
        if count := found[f"count{n}"]:
            letter = (found[f"unit{n}"] or found[f"letter{n}"])[0].lower()
            total += _number(count) * _UNITS[letter]
            letters += letter
    if not timedelta(0) < total <= FARTHEST:
        raise UnreadableTime("too soon or too far ahead")
    whole_days = set(letters) <= {"d", "w"} and not total.seconds
    return Said(days_ahead=total.days) if whole_days else Said(wait=total)


def _number(count: str) -> float:
    words = count.lower().removeprefix("a couple").removeprefix("couple").split()
    if not words or words[0] == "of":
        return 2.0
    return _COUNTS[words[0]] if words[0] in _COUNTS else float(words[0])


def _dated(found: re.Match[str]) -> Said:
    groups = found.groupdict()
    month = int(groups["month_number"]) if groups.get("month_number") else None
    if groups.get("month"):
        month = _MONTHS.index(groups["month"][:3].lower()) + 1
    return _date(int(groups["day"]), month, int(groups["year"]) if groups.get("year") else None)


def _slashed(found: re.Match[str], *, month_first: bool | None) -> Said:
    first, second = int(found[1]), int(found[2])
    if first > len(_MONTHS):
        month_first = False
    elif second > len(_MONTHS) or first == second:
        month_first = True
    if month_first is None:
        raise UnreadableTime("which is the month?")
    month, day = (first, second) if month_first else (second, first)
    return _date(day, month, 2000 + int(found[3][-2:]) if found[3] else None)


def _date(day: int, month: int | None, year: int | None) -> Said:
    try:
        date(year or _LEAP_YEAR, month or 1, day)
    except ValueError:
        raise UnreadableTime("there is no such date") from None
    return Said(day=day, month=month, year=year)


def _weekday(found: re.Match[str]) -> Said:
    weekday = _WEEKDAYS.index(found["weekday"][:3].lower())
    return Said(weekday=weekday, next_week=bool(found["before"] or found["behind"]))


def _part(found: re.Match[str]) -> Said:
    words = found["part"] or found["part_of"] or found["part_thing"] or found["part_end"]
    part = _PARTS[" ".join(words.lower().split())]
    return Said(part=part, days_ahead=0 if found["this"] or found["part_of"] else None)


def _range(found: re.Match[str]) -> Said:
    """Its earlier end: "2-4pm" is 2 PM, "11-1pm" is 11 AM. Numbers alone, as in "2-4", are a range only after
    "between" or "from".
    """
    first, last = _clock(found, 1), _clock(found, 2)
    half = first.half
    if not half and last.half:
        half = "am" if first.hour < _NOON and (first.hour > last.hour or last.hour == _NOON) else last.half
    marked = first.marked or last.marked or bool(found["from"])
    return Said(clock=Clock(first.hour, first.minute, half, first.digits, marked, first.of_24))


def _clock(found: re.Match[str], n: int) -> Clock:
    hour, minute, more = found[f"hour{n}"], found[f"minute{n}"] or "", found[f"more{n}"] or ""
    letter = (found[f"half{n}"] or found[f"letter{n}"] or "").lower()
    half: Half | None = "am" if letter == "a" else "pm" if letter == "p" else None
    marked = bool(half or found[f"sharp{n}"]) or more[:1] in {":", "."}
    return Clock(int(hour), int(minute or 0), half, len(hour + minute), marked, hour[0] == "0" and bool(more))
