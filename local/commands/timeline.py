"""A follow-up for people to read: a table by day, in the lead's own time."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from followthrough.domain.leads import Touch
from local.touch_words import CHANNELS, VOICEMAIL, what_came_of_it

_STYLES = {"call": "bold cyan", "task": "bold cyan", "email": "magenta", "text": "green"}
QUIET = {"skipped": "dim", "failed": "bold red", "unknown": "bold yellow"}


def firsts_of_pursuits(touches: Sequence[Touch]) -> list[tuple[int, Touch]]:
    """The numbers of the pursuits that some touches belong to, each with the first of its touches, in order."""
    firsts: dict[int, Touch] = {}
    for touch in touches:
        firsts.setdefault(touch.pursuit, touch)
    return sorted(firsts.items())


def timeline_table(touches: Sequence[Touch], zone: ZoneInfo, cadences: Sequence[str] = ()) -> Table:
    """Touches by local day: time, channel, step, voicemail rule, and what came of them; and which of the cadences
    begins where, by the numbers of their pursuits from 1.
    """
    begins = [touch for _, touch in firsts_of_pursuits(touches)[1:]]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("day", "time", "what", "step", "voicemail", "came of it"):
        table.add_column(heading, header_style="dim", no_wrap=heading != "came of it")
    for day, group in groupby(touches, key=lambda touch: touch.due_at.astimezone(zone).date()):
        for place, touch in enumerate(group):
            label = f"{day:%a} {day.day} {day:%b}" if place == 0 else ""
            if touch in begins:
                table.add_row("", "", "", Text(f"{cadences[touch.pursuit - 1]} begins", "bold"), "", "")
            table.add_row(*_row(label, touch, zone), style=QUIET.get(touch.status))
    return table


def _row(day: str, touch: Touch, zone: ZoneInfo) -> list[Text]:
    style = _STYLES[touch.channel]
    return [
        Text(day, "bold"),
        Text(f"{touch.due_at.astimezone(zone):%H:%M}"),
        Text(CHANNELS[touch.channel], "" if touch.status in QUIET else style),
        Text(touch.step),
        Text(VOICEMAIL[touch.voicemail] if touch.voicemail else "", "dim"),
        Text(what_came_of_it(touch)),
    ]
