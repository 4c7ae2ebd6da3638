"""What `followthrough diff` prints: for people, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.changes import KINDS, Change, Ending, Kind
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Touch
from local.commands.console import out
from local.commands.public_json import touch_json
from local.comparing import Tried, Words, purposes_changed, rules_changed, steps_changed, together, words_changed
from local.leads_in_flight import InFlight, counts_of
from local.touch_words import CHANNELS, VOICEMAIL

_SIGNS: dict[Kind, tuple[str, str]] = {
    "appears": ("+", "green"),
    "vanishes": ("−", "red"),  # noqa: RUF001 - as wide as the plus
    "moves": ("→", "yellow"),
    "changes": ("~", "cyan"),
}
_SHOWN_OF_ALIKE = 3
"""So many changes of a step that are alike are shown one by one; of more, all but one line's worth is counted."""
_MOST_CHANGED = 10


@dataclass(frozen=True)
class Compared:
    """Two versions, and what was found; `in_flight` if it was asked for."""

    old: CadenceVersion
    new: CadenceVersion
    assume: str
    until: str
    leads: tuple[Tried, ...]
    in_flight: InFlight | None

    @property
    def is_one_cadence(self) -> bool:
        """Whether these are versions of one cadence, and not two cadences."""
        return self.old.cadence.name == self.new.cadence.name


# -- for machines --------------------------------------------------------------------------------------------


def diff_json(found: Compared) -> dict[str, Any]:
    """The same for programs. Fields are only ever added."""
    answer: dict[str, Any] = {
        "old": _version_json(found.old),
        "new": _version_json(found.new),
        "assume": found.assume,
        "until": found.until,
        "leads": [_lead_json(each) for each in found.leads],
        "words": [
            {"message": words.message, "diff": list(words.diff)} for words in words_changed(found.old, found.new)
        ],
        "not_shown": _not_shown(found),
    }
    return answer | ({"in_flight": _in_flight_json(found.in_flight)} if found.in_flight else {})


def _version_json(version: CadenceVersion) -> dict[str, str]:
    cadence = version.cadence
    return {"cadence": cadence.name, "cadence_version": version.version, "in_flight": cadence.in_flight}


def _lead_json(each: Tried) -> dict[str, Any]:
    zone, ends = ZoneInfo(each.lead.place.zones[0]), each.changes.ends
    return {
        "lead": each.label,
        "noticed": each.changes.are_noticed,
        "changes": [_change_json(change, zone) for change in each.changes.touches],
        "ends": {"before": _ending_json(ends[0]), "after": _ending_json(ends[1])} if ends else None,
    }


def _change_json(change: Change, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "change": change.kind,
        "cadence": change.cadence,
        "step": change.touch.step,
        "before": touch_json(change.before, zone) if change.before else None,
        "after": touch_json(change.after, zone) if change.after else None,
        "differs": list(change.differs),
        "reason": change.because,
    }


def _ending_json(ending: Ending) -> dict[str, str | None]:
    return {"at": format_instant(ending.at) if ending.at else None, "because": ending.because}


def _in_flight_json(found: InFlight) -> dict[str, Any]:
    steps = found.by_step.items()
    return {
        "leads": len(found.leads),
        "noticing": found.noticing,
        "totals": counts_of(found.totals),
        "by_step": [{"cadence": cadence, "step": step, **counts_of(counts)} for (cadence, step), counts in steps],
        "most_changed": [{"lead": lead_id, "changes": count} for lead_id, count in _most_changed(found)],
    }


def _most_changed(found: InFlight) -> list[tuple[str, int]]:
    return [(moved.lead_id, len(moved.changes.touches)) for moved in found.affected[:_MOST_CHANGED]]


# -- for people ----------------------------------------------------------------------------------------------


def show(found: Compared, *, words: bool) -> None:
    """Print what becomes different, the groups of leads who notice something first."""
    old, new = found.old, found.new
    name = new.cadence.name if found.is_one_cadence else f"{old.cadence.name} → {new.cadence.name}"
    out.print(f"[bold]{name} · version {old.version} → {new.version}[/bold]")
    out.print(f"{found.until} from the arrival; every call: {_plain(found.assume)}\n")
    groups = together([each for each in found.leads if each.changes.are_noticed])
    for group in groups:
        _show_group(group, groups[0], of=len(found.leads))
    for line in _verdict(found):
        out.print(line, markup=False, soft_wrap=True)
    _show_words(words_changed(old, new), in_full=words)
    if found.is_one_cadence and old.version != new.version:
        _show_rule(found)
    if found.in_flight:
        _show_in_flight(found.in_flight, new)


def _plain(text: str) -> str:
    return text.replace("_", " ")


def _show_group(group: Sequence[Tried], first: Sequence[Tried], of: int) -> None:
    """What a group notices; after the first one only in what it differs from that, unless most of it is different."""
    shown, before = group[0], first[0]
    labels = "; ".join(each.label for each in group)
    zone = ZoneInfo(shown.lead.place.zones[0])
    heading = "Every sample lead" if len(group) == of else f"All of these: {labels}" if group[1:] else f"Lead: {labels}"
    times = f" (times: {shown.label})" if group[1:] else ""
    out.print(Text.assemble((heading, "bold"), (times, "dim")), soft_wrap=True)
    touches, missing = shown.changes.touches, before.what - shown.what
    if shown is not before and len(missing) + len(shown.what - before.what) < len(shown.what):
        touches = tuple(change for change in touches if change.what not in before.what)
        gone = [change for change in before.changes.touches if change.what in missing]
        without = dict.fromkeys(f"{_SIGNS[change.kind][0]} {change.touch.step}" for change in gone)
        but = f", without {', '.join(without)}" if without else ""
        out.print(f"As the first{but}{', and also:' if touches else '.'}", markup=False, soft_wrap=True)
    if touches:
        out.print(_table(touches, shown.lead.pursuit.cadence, zone))
    if shown.changes.ends:
        ends = " → ".join(_ending(ending, zone) for ending in shown.changes.ends)
        out.print(f"Ends: {ends}", markup=False, soft_wrap=True)
    out.print()


def _ending(ending: Ending, zone: ZoneInfo) -> str:
    return f"{_plain(ending.because)}, {_when(ending.at, zone)}" if ending.at else "goes on"


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"


def _later(before: datetime, after: datetime, zone: ZoneInfo) -> str:
    """The other time, with its day if that is another too."""
    is_same_day = before.astimezone(zone).date() == after.astimezone(zone).date()
    return f"{after.astimezone(zone):%H:%M}" if is_same_day else _when(after, zone)


def _table(changes: Sequence[Change], cadence: str, zone: ZoneInfo) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for place in range(5):
        table.add_column(no_wrap=place < 4)  # noqa: PLR2004 - the last says how
    for alike in _alike(changes):
        shown = alike if len(alike) <= _SHOWN_OF_ALIKE else alike[: _SHOWN_OF_ALIKE - 1]
        sign, style = _SIGNS[alike[0].kind]
        for change in shown:
            touch = change.before or change.touch
            step = touch.step if change.cadence == cadence else f"{change.cadence}: {touch.step}"
            row = (sign, _when(touch.due_at, zone), CHANNELS[touch.channel], step)
            table.add_row(*(Text(cell, style) for cell in row), Text(_how(change, zone)))
        if more := alike[len(shown) :]:
            last = (more[-1].before or more[-1].touch).due_at.astimezone(zone)
            until = f"until {last:%a} {last.day} {last:%b}"
            table.add_row("", Text(f"and {len(more)} more", "dim"), "", "", Text(until, "dim"))
    return table


def _alike(changes: Sequence[Change]) -> list[list[Change]]:
    """The changes, in the order of their first, those together that differ by their time only."""
    found: dict[object, list[Change]] = {}
    for change in changes:
        found.setdefault(change.what, []).append(change)
    return list(found.values())


def _how(change: Change, zone: ZoneInfo) -> str:
    if not change.before or not change.after:
        return f"{'was ' if change.before is None else ''}left out: {change.because}" if change.because else ""
    told = {
        "due_at": f"→ {_later(change.before.due_at, change.after.due_at, zone)}",
        "channel": _turns(CHANNELS[change.before.channel], CHANNELS[change.after.channel]),
        "message": f"message: {_turns(change.before.message, change.after.message)}",
        "voicemail": _turns(_at_the_beep(change.before), _at_the_beep(change.after)),
        "purpose": "another purpose",
    }
    return "; ".join(told[name] for name in change.differs)


def _turns(before: str | None, after: str | None) -> str:
    return f"{before or 'none'} → {after or 'none'}"


def _at_the_beep(touch: Touch) -> str:
    return VOICEMAIL[touch.voicemail] if touch.voicemail else "nothing"


def _verdict(found: Compared) -> Iterator[str]:
    """What is to be said of those who notice nothing, and why."""
    old, new = found.old, found.new
    unmoved = [each.label for each in found.leads if not each.changes.are_noticed]
    is_noticed = len(unmoved) < len(found.leads)
    not_shown, purposes = _not_shown(found), purposes_changed(old, new)
    if is_noticed and unmoved:
        yield f"Nothing changes for: {'; '.join(unmoved)}."
    elif not is_noticed and not_shown:
        yield f"None of the sample leads would notice, as long as every call comes to: {_plain(found.assume)}."
    elif not is_noticed and words_changed(old, new):
        yield "No touch comes, goes or moves. Only words change."
    elif not is_noticed:
        yield "No lead would notice." + (" It is the same version." if old.version == new.version else "")
    if purposes:
        yield f"The team reads another purpose at: {', '.join(purposes)}."
    if not_shown:
        yield f"Written in another way, and not shown here: {', '.join(not_shown)}. Another --assume may show it."


def _not_shown(found: Compared) -> list[str]:
    """The steps, and the fields of the cadence, that are written in another way without any sample lead showing it."""
    seen = {change.touch.step for each in found.leads for change in each.changes.touches}
    steps = [step for step in steps_changed(found.old, found.new) if step not in seen]
    is_seen = any(not each.changes.are_none for each in found.leads)
    return steps if is_seen else [*steps, *rules_changed(found.old, found.new)]


def _show_words(changed: Sequence[Words], *, in_full: bool) -> None:
    if not changed:
        return
    names = ", ".join(words.message for words in changed)
    out.print(
        f"Other words: {names}.{'' if in_full else ' With --words they are shown.'}", markup=False, soft_wrap=True
    )
    for words in changed if in_full else ():
        out.print()
        for line in words.diff:
            out.print(Text(line, {"+": "green", "-": "red", "@": "dim"}.get(line[:1], "")), soft_wrap=True)


def _show_rule(found: Compared) -> None:
    if found.new.cadence.in_flight == "keep":
        told = 'Leads who have begun keep the version that they began with ("in_flight": "keep").'
    else:
        told = 'Leads who have begun go on with the new version from their next touch on ("in_flight": "move").'
    out.print(told, markup=False, soft_wrap=True)


def _show_in_flight(found: InFlight, new: CadenceVersion) -> None:
    count = len(found.leads)
    out.print(f"\n[bold]In flight: {count} lead{'' if count == 1 else 's'} of {new.cadence.name}[/bold]")
    if count and new.cadence.in_flight == "keep":
        out.print('None of them is touched. With "in_flight": "move" this would happen:', markup=False)
    out.print(f"{found.noticing} would notice." if found.noticing else "No lead would notice.")
    if not found.by_step:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("step", header_style="dim")
    for kind in KINDS:
        table.add_column(kind, header_style="dim", justify="right")
    for cadence, steps in groupby(found.by_step.items(), key=lambda item: item[0][0]):
        for (_, step), counts in steps:
            name = step if cadence == new.cadence.name else f"{cadence}: {step}"
            table.add_row(name, *(_counted(counts[kind], kind) for kind in KINDS))
    table.add_row(Text("in all", "bold"), *(_counted(found.totals[kind], kind) for kind in KINDS))
    out.print(table)
    out.print("\nMost changes:")
    for lead_id, changes in _most_changed(found):
        out.print(f"  {lead_id}  {changes}", markup=False)


def _counted(count: int, kind: Kind) -> Text:
    return Text(f"{count:,}", _SIGNS[kind][1]) if count else Text("·", "dim")
