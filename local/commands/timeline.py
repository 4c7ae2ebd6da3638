"""A follow-up for people to read: a table by day, in the lead's own time."""

from itertools import groupby
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from followthrough.domain.leads import Touch
from local.touch_words import CHANNELS, VOICEMAIL, what_came_of_it

_STYLES = {"call": "bold cyan", "task": "bold cyan", "email": "magenta", "text": "green"}
QUIET = {"skipped": "dim", "failed": "bold red", "unknown": "bold yellow"}


def timeline_table(touches: list[Touch], zone: ZoneInfo) -> Table:
    """Touches by local day: time, channel, step, voicemail rule, and what came of them."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("day", "time", "what", "step", "voicemail", "came of it"):
        table.add_column(heading, header_style="dim", no_wrap=heading != "came of it")
    for day, group in groupby(touches, key=lambda touch: touch.due_at.astimezone(zone).date()):
        for place, touch in enumerate(group):
            label = f"{day:%a} {day.day} {day:%b}" if place == 0 else ""
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
