"""Spreading touches over open time, so that neither the lead nor the team gets them all at once."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from followthrough.domain.instants import SECOND
from followthrough.domain.weekly_hours import Interval

BY_AGE, BY_CHANCE = timedelta(seconds=50), timedelta(seconds=10)
"""Of the minute after an opening: how much of it goes by who has waited longest, and how much by chance."""


def fraction(*parts: object) -> float:
    """A number from 0 up to 1 that is always the same for the same parts, and spread evenly over different ones."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48


def spread(open_time: list[Interval], most: int, gap: timedelta, chance: float) -> list[datetime]:
    """Up to `most` moments in the middle of equal parts of the open time, at least `gap` apart.

    As many as fit with half a gap to spare, so that none is squeezed in; `chance` (0 to 1) moves all of them
    together by up to a quarter of the room at the edges. Whole minutes.
    """
    total = sum((end - start for start, end in open_time), timedelta())
    count = min(most, int((total + gap / 2) // gap))
    if count < 1:
        return []
    apart = max(gap, total / count)
    edge = (total - (count - 1) * apart) / 2
    first = edge + edge * (chance - 0.5) / 2
    return [_along(open_time, first + n * apart) for n in range(count)]


def middles(lengths: Sequence[timedelta], count: int) -> list[int]:
    """On which of some days, given by their lengths, the middles of `count` equal parts of their time lie. Two are on
    one day only where there are fewer days than that.
    """
    total, ends = sum(lengths, timedelta()), list(accumulate(lengths))
    chosen = [bisect_right(ends, total * (2 * part + 1) / (2 * count)) for part in range(count)]
    if count > len(lengths):
        return chosen
    for place in range(1, count):
        chosen[place] = max(chosen[place], chosen[place - 1] + 1)
    return [min(day, len(lengths) - count + place) for place, day in enumerate(chosen)]


def within(open_time: list[Interval], chance: float) -> datetime:
    """The moment that lies `chance` (0 up to 1) of the way through the open time. Whole minutes, where they fit."""
    total = sum((end - start for start, end in open_time), timedelta())
    return _along(open_time, min(total * chance, total - timedelta(microseconds=1)))  # a chance near 1 rounds up to it


def after_opening(closed_since: datetime, opening: datetime, asked_for: datetime, chance: float) -> datetime:
    """When something is made that was asked for while it was closed: within a minute of the opening, what waited
    longest first. Whole seconds.
    """
    share = (asked_for - closed_since) / (opening - closed_since)
    by_age, by_chance = BY_AGE / SECOND * min(max(share, 0), 1), BY_CHANCE / SECOND * chance
    return opening + timedelta(seconds=int(by_age) + int(by_chance))


def _along(open_time: list[Interval], offset: timedelta) -> datetime:
    for start, end in open_time:
        if offset < end - start:
            moment = start + offset
            return max(start, moment.replace(second=0, microsecond=0))
        offset -= end - start
    raise ValueError("past the end of the open time")
