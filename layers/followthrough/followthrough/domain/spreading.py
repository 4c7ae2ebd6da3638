"""Spreading touches over open time, so that neither the lead nor the team gets them all at once."""

import hashlib
from datetime import datetime, timedelta

from followthrough.domain.weekly_hours import Interval


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


def within(open_time: list[Interval], chance: float) -> datetime:
    """The moment that lies `chance` (0 up to 1) of the way through the open time. Whole minutes, where they fit."""
    total = sum((end - start for start, end in open_time), timedelta())
    return _along(open_time, min(total * chance, total - timedelta(microseconds=1)))  # a chance near 1 rounds up to it


def _along(open_time: list[Interval], offset: timedelta) -> datetime:
    for start, end in open_time:
        if offset < end - start:
            moment = start + offset
            return max(start, moment.replace(second=0, microsecond=0))
        offset -= end - start
    raise ValueError("past the end of the open time")
