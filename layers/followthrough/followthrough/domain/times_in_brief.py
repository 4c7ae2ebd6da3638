"""Times as somebody reads them at a glance, near to now: `today 3:00 PM`, `3 min ago`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.times_in_words import WEEKDAYS, clock, date_in_words, zone_in_words

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_A_WEEK = 7
_MINUTES_AN_HOUR = 60
_MINUTES_A_DAY = 24 * _MINUTES_AN_HOUR


def day_in_brief(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`today`, `Thu` within the week to come, `Thu, Nov 19`, `Mon, Jan 4, 2027` in another year; local to `zone`."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days in _NEAR:
        return _NEAR[days]
    weekday = WEEKDAYS[local.weekday()][:3]
    if 0 < days < _A_WEEK:
        return weekday
    month, day = date_in_words(moment, zone).split(", ")[1].split()
    year = "" if local.year == today.year else f", {local.year}"
    return f"{weekday}, {month[:3]} {day}{year}"


def moment_in_brief(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`tomorrow 10:00 AM`, local to `zone`."""
    return f"{day_in_brief(moment, zone, now)} {clock(moment.astimezone(zone).time())}"


def on_both_clocks(moment: datetime, theirs: ZoneInfo, yours: ZoneInfo, now: datetime) -> str:
    """`tomorrow 10:00 AM`, and where the reader's clock shows something else
    `tomorrow 10:00 AM Pacific time (1:00 PM yours)`.
    """
    said = moment_in_brief(moment, theirs, now)
    there, here = moment.astimezone(theirs), moment.astimezone(yours)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return said
    same_day = there.date() == here.date()
    ours = clock(here.time()) if same_day else moment_in_brief(moment, yours, now)
    return f"{said} {zone_in_words(theirs, moment)} ({ours} yours)"


def span_in_brief(span: timedelta) -> str:
    """`12 min`, `3 h`, `5 days`, rounded down."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < _MINUTES_AN_HOUR:
        return f"{minutes} min"
    if minutes < _MINUTES_A_DAY:
        return f"{minutes // _MINUTES_AN_HOUR} h"
    days = minutes // _MINUTES_A_DAY
    return f"{days} day{'s' if days > 1 else ''}"


def ago(span: timedelta) -> str:
    """`just now`, `12 min ago`."""
    return f"{span_in_brief(span)} ago" if span >= timedelta(minutes=1) else "just now"
