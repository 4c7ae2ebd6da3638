"""What an edit of a cadence changes for a lead: what it would get before and after, compared touch by touch."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.leads import Lead, Status, Touch
from followthrough.domain.preview import Preview

Kind = Literal["appears", "vanishes", "moves", "changes"]
KINDS: tuple[Kind, ...] = ("appears", "vanishes", "moves", "changes")

LOOK_BEYOND = timedelta(days=14)
"""How much further than the period asked about both plans have to reach: a touch that moves out of it has not
vanished.
"""

_COMPARED = ("due_at", "channel", "message", "voicemail", "purpose")
_SEEN_BY_THE_TEAM_ONLY = {"purpose"}

_Key = Callable[[Touch], Hashable]
_Pair = tuple[Touch, Touch]


@dataclass(frozen=True)
class Change:
    """One touch that differs. `because` is why it is left out now, or was before, where there is a reason."""

    cadence: str
    before: Touch | None
    after: Touch | None
    because: str | None = None

    @property
    def touch(self) -> Touch:
        """The touch as it will be, or as it would have been."""
        touch = self.after or self.before
        assert touch  # a change has at least one side
        return touch

    @property
    def kind(self) -> Kind:
        """What becomes of the touch. One that moves may change in other ways too."""
        if self.before is None:
            return "appears"
        if self.after is None:
            return "vanishes"
        return "moves" if "due_at" in self.differs else "changes"

    @property
    def differs(self) -> tuple[str, ...]:
        """What of the touch is another, if it is there before and after."""
        if not self.before or not self.after:
            return ()
        return tuple(name for name in _COMPARED if getattr(self.before, name) != getattr(self.after, name))

    @property
    def what(self) -> tuple[object, ...]:
        """What it has in common with the other changes that differ from it only by their times."""
        why = self.because if self.kind == "vanishes" else None
        return self.kind, self.cadence, self.touch.step, self.touch.channel, self.differs, why

    @property
    def is_noticed(self) -> bool:
        """Whether the lead could notice it: of a purpose only the team reads."""
        return self.kind != "changes" or not _SEEN_BY_THE_TEAM_ONLY.issuperset(self.differs)

    @property
    def first_due_at(self) -> datetime:
        """When the touch is due, before or after, whichever is earlier."""
        return min(touch.due_at for touch in (self.before, self.after) if touch)


@dataclass(frozen=True)
class Ending:
    """How the pursuits end within the period; `at` is None for what goes on."""

    because: Status
    at: datetime | None


@dataclass(frozen=True)
class Changes:
    """All that becomes different for one lead; `ends` are the end before and after, if they differ."""

    touches: tuple[Change, ...]
    ends: tuple[Ending, Ending] | None

    @property
    def are_none(self) -> bool:
        """Whether everything stays as it is."""
        return not self.touches and self.ends is None

    @property
    def are_noticed(self) -> bool:
        """Whether the lead could notice any of it."""
        return self.ends is not None or any(change.is_noticed for change in self.touches)


NO_CHANGES = Changes((), None)


def changes(lead: Lead, before: Preview, after: Preview, until: datetime) -> Changes:
    """What becomes different for a lead before that moment. Both plans reach `LOOK_BEYOND` further, or to their end.

    A touch is taken for the same if it is of the same step and comes at the same time; else on the same local day; else
    between the same days on which the step comes before and after. Not by its number: a third call a day renumbers
    all that follow, and moves none of them to another day.
    """
    olds, news = _by_step(before, lead), _by_step(after, lead)
    zone = ZoneInfo(lead.place.zones[0])
    found = [
        Change(key[1], *sides) for key in olds.keys() | news.keys() for sides in _of_step(olds[key], news[key], zone)
    ]
    due = [change for change in found if change.first_due_at < until]
    ends = (_ending(before, until), _ending(after, until))
    return Changes(tuple(sorted(due, key=_in_order)), None if ends[0] == ends[1] else ends)


def _in_order(change: Change) -> tuple[datetime, str, int, str]:
    return change.first_due_at, change.touch.step, change.touch.n, change.kind


def _ending(preview: Preview, until: datetime) -> Ending:
    is_over = preview.ended_at is not None and preview.ended_at < until
    return Ending(preview.status, preview.ended_at) if is_over else Ending("open", None)


def _by_step(preview: Preview, lead: Lead) -> defaultdict[tuple[int, str, str], list[Touch]]:
    """By the pursuit, its cadence and the step, in the order in which they are due. The lead's own pursuit is the same
    one before and after, whatever its cadence is called.
    """
    cadences = (lead.pursuit.cadence, *preview.cadences[1:])
    found: defaultdict[tuple[int, str, str], list[Touch]] = defaultdict(list)
    for touch in sorted(preview.touches, key=lambda touch: (touch.due_at, touch.n)):
        found[touch.pursuit, cadences[touch.pursuit - lead.pursuit.number], touch.step].append(touch)
    return found


def _of_step(
    old: list[Touch], new: list[Touch], zone: ZoneInfo
) -> Iterator[tuple[Touch | None, Touch | None, str | None]]:
    """What differs among the touches of one step: before, after, and why there is none on the other side."""
    was, will = _made(old), _made(new)
    pairs = _paired(was, will, zone)
    for before, after in pairs:
        if any(getattr(before, name) != getattr(after, name) for name in _COMPARED):
            yield before, after, None
    gone = _without(was, (before for before, _ in pairs))
    come = _without(will, (after for _, after in pairs))
    for touch, reason in _with_reasons(gone, _skipped(new), zone):
        yield touch, None, reason
    for touch, reason in _with_reasons(come, _skipped(old), zone):
        yield None, touch, reason


def _made(touches: Iterable[Touch]) -> list[Touch]:
    return [touch for touch in touches if touch.status != "skipped"]


def _skipped(touches: Iterable[Touch]) -> list[Touch]:
    return [touch for touch in touches if touch.status == "skipped"]


def _with_reasons(touches: list[Touch], skipped: list[Touch], zone: ZoneInfo) -> Iterator[tuple[Touch, str | None]]:
    """Each touch with the reason of the one that is left out in its place, if there is one."""
    reasons = {touch.n: other.reason for touch, other in _paired(touches, skipped, zone)}
    for touch in touches:
        yield touch, reasons.get(touch.n)


def _paired(old: list[Touch], new: list[Touch], zone: ZoneInfo) -> list[_Pair]:
    """The touches that are the same before and after: the closest kind of match first."""
    shared = sorted({_day(touch, zone) for touch in old} & {_day(touch, zone) for touch in new})

    def between_shared_days(touch: Touch) -> Hashable:
        return bisect_left(shared, _day(touch, zone)), _day(touch, zone) in shared

    keys: tuple[_Key, ...] = (lambda touch: touch.due_at, lambda touch: _day(touch, zone), between_shared_days)
    pairs: list[_Pair] = []
    for key in keys:
        matched = list(_matched(old, new, key))
        old = _without(old, (before for before, _ in matched))
        new = _without(new, (after for _, after in matched))
        pairs += matched
    return pairs


def _day(touch: Touch, zone: ZoneInfo) -> int:
    return touch.due_at.astimezone(zone).toordinal()


def _matched(old: list[Touch], new: list[Touch], key: _Key) -> Iterator[_Pair]:
    """Those that have the key in common, in order."""
    for common in dict.fromkeys(map(key, old)):
        of_old, of_new = ([touch for touch in touches if key(touch) == common] for touches in (old, new))
        yield from zip(of_old, of_new, strict=False)


def _without(touches: Sequence[Touch], others: Iterable[Touch]) -> list[Touch]:
    known = {touch.n for touch in others}
    return [touch for touch in touches if touch.n not in known]
