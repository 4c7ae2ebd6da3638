"""Reads times out of a text: "Tue 3pm", "tomorrow at 10", "27 Nov", "in 2 hours", "after 6"."""

import re
from dataclasses import dataclass, replace
from datetime import time

from followthrough.domain.spoken_times import SpokenTime
from followthrough.domain.time_words import Clock, DayPart, Said, UnreadableTime, patterns

_NOTHING = Said()
# Words before a part of a time. After those of the first group a number alone is an hour.
_LINK = re.compile(
    r"(?:(?P<hour>at|around|about|after|from)(?![^\W_])|(?P<sign>@)|(?:on|for|this|coming|the|of|in|later"
    r"|(?:any|some)\s?time)(?![^\W_]))\s*",
    re.IGNORECASE,
)
_BREAK = re.compile(r"[\s,.;:()-]*")
_LAST_HOUR, _LAST_MINUTE, _NOON = 23, 59, 12
_AFTERNOON_HOURS = range(1, 8)


@dataclass(frozen=True)
class Way:
    """One way to read a time in a text."""

    said: Said
    end: int
    """Where in the text it ends."""

    def spoken(self) -> SpokenTime:
        """The time. Raises UnreadableTime when its parts don't go together."""
        said = self.said
        spoken = SpokenTime(said.wait, said.days_ahead, said.weekday, said.next_week, said.day, said.month, said.year)
        if said.wait is not None:
            if said != Said(wait=said.wait):
                raise UnreadableTime("a span and a time")
            return replace(spoken, exact=True)
        if said.clock:
            return replace(spoken, clocks=(_wall(said.clock, said.part),), exact=True)
        return replace(spoken, clocks=said.part.clocks) if said.part else spoken


def ways_to_read(text: str, at: int, *, month_first: bool | None, bare_hour: bool = False) -> list[Way]:
    """Each way to read a time that begins at a place in a text, the longest first.

    - `month_first` is how 3/4 is read: the 4th of March if true; None where one can't know.
    - `bare_hour` says that a number alone may be an hour, as in "later 3".

    Raises UnreadableTime for a date that there isn't or that could be two.
    """
    ways: list[Way] = []
    way = Way(_NOTHING, at)
    while more := _one_more(text, way, month_first=month_first, bare_hour=bare_hour):
        way = more
        ways.append(way)
    return ways[::-1]


def _one_more(text: str, way: Way, *, month_first: bool | None, bare_hour: bool) -> Way | None:
    """The way with one part more, if one follows."""
    begun = way.said != _NOTHING
    between = _BREAK.match(text, way.end)
    at = between.end() if between and begun else way.end
    may_be_hour = bare_hour and not begun
    if begun and _names_a_day(way.said):
        may_be_hour = not text[way.end : at].strip()
    while True:
        for pattern, says in patterns(month_first=month_first):
            found = pattern.match(text, at)
            merged = found and _merged(way.said, says(found), may_be_hour=may_be_hour)
            if found and merged:
                return Way(merged, found.end())
        link = _LINK.match(text, at)
        if not link:
            return None
        at = link.end()
        may_be_hour = may_be_hour or bool(link["hour"] or link["sign"])


def _merged(said: Said, more: Said, *, may_be_hour: bool) -> Said | None:
    """Both together; None when both say the same kind of thing, or a number is no hour."""
    if more.clock and not more.clock.marked and not (may_be_hour and _is_an_hour(more.clock)):
        return None
    new = {name: value for name, value in vars(more).items() if _is_said(value)}
    return None if any(_is_said(getattr(said, name)) for name in new) else replace(said, **new)


def _is_said(value: object) -> bool:
    return value is not None and value is not False  # 0 is today, or Monday


def _is_an_hour(clock: Clock) -> bool:
    return clock.digits != 3 and clock.hour <= _LAST_HOUR and clock.minute <= _LAST_MINUTE  # noqa: PLR2004 - "330"


def _names_a_day(said: Said) -> bool:
    return said.days_ahead is not None or said.weekday is not None or said.day is not None or said.next_week


def _wall(clock: Clock, part: DayPart | None) -> time:
    """The time of day. Without am or pm, 1 to 7 are hours of the afternoon: nobody is called at 3 at night.

    Raises UnreadableTime when no clock shows it.
    """
    half = clock.half or (part.half if part else None)
    if clock.half and part and part.half != clock.half:
        raise UnreadableTime("morning or afternoon?")
    if clock.hour > _LAST_HOUR or clock.minute > _LAST_MINUTE or (clock.half and not 1 <= clock.hour <= _NOON):
        raise UnreadableTime("no clock shows that")
    if clock.of_24 or clock.hour > _NOON or clock.hour == 0:
        return time(clock.hour, clock.minute)
    afternoon = half == "pm" or (half is None and (clock.hour in _AFTERNOON_HOURS or clock.hour == _NOON))
    return time(clock.hour % _NOON + (_NOON if afternoon else 0), clock.minute)
