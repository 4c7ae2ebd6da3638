"""Times and states in the words of the local pages."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.cadence_values import OF_EVENT
from followthrough.domain.leads import Touch
from followthrough.domain.phones import readable_phone
from followthrough.domain.times_in_words import clock
from local.touch_words import STATUS

CHANNELS = {"call": "Call", "task": "Task", "email": "E-mail", "text": "Text"}
OUTCOMES = {
    "no_answer": "No answer",
    "voicemail": "Left a message",
    "in_conversation": "Talked, still deciding",
    "booked": "Booked",
    "not_interested": "Not interested",
    "wrong_number": "Wrong number",
    "call_back": "Call back",
}
TASK_OUTCOMES = {
    "kept": "They came",
    "no_show": "No show",
    "won": "Won",
    "lost": "Lost",
    "thinking": "Thinking",
    "done": "Done",
    "not_done": "Not done",
}
_MINUTES_IN_HOUR, _HOURS_IN_DAY = 60, 24


def day(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon, Nov 23`."""
    local = moment.astimezone(zone)
    return f"{local:%a, %b} {local.day}"


def wall(moment: datetime, zone: ZoneInfo) -> str:
    """`10:05 AM`."""
    return clock(moment.astimezone(zone).time())


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon, Nov 23, 10:05 AM`."""
    return f"{day(moment, zone)}, {wall(moment, zone)}"


def in_future(span: timedelta) -> str:
    """`in 4 min`, `in 3 h`, `in 6 days`; `now` for less than a minute."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return "now"
    if minutes < 2 * _MINUTES_IN_HOUR:
        return f"in {minutes} min"
    hours = round(minutes / _MINUTES_IN_HOUR)
    return f"in {hours} h" if hours < 2 * _HOURS_IN_DAY else f"in {round(hours / _HOURS_IN_DAY)} days"


def speed(times: float) -> str:
    """How fast the clock goes."""
    if times == 0:
        return "stands still"
    return "real time" if times == 1 else f"{times:g} times as fast"


def step(name: str) -> str:
    """`first-call` as `First call`, `event:estimate_sent` as `Estimate sent`."""
    return re.sub("[-_]", " ", name.removeprefix(OF_EVENT)).capitalize()


def came_of(touch: Touch) -> str:
    """What came of a touch, or why not."""
    if touch.status == "reported" and touch.outcome:
        return (OUTCOMES | TASK_OUTCOMES).get(touch.outcome, touch.outcome.replace("_", " ")).lower()
    if touch.status == "skipped":
        return f"left out: {touch.reason}" if touch.reason else "left out"
    words = STATUS[touch.status]
    return f"{words}: {touch.reason}" if touch.reason else words


def address(to: str) -> str:
    """A number as people read it; an e-mail address as it is."""
    return readable_phone(to) if to.startswith("+") else to
