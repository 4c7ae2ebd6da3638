"""Times near to now, as somebody reads them at a glance."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from followthrough.domain.times_in_brief import ago, moment_in_brief, on_both_clocks

NEW_YORK, LOS_ANGELES, DETROIT = map(ZoneInfo, ("America/New_York", "America/Los_Angeles", "America/Detroit"))
NOW = datetime(2026, 11, 23, 15, 3, tzinfo=UTC)  # Monday, 10:03 AM in New York


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-23T05:00:00Z", "today 12:00 AM"),
        ("2026-11-23T04:59:00Z", "yesterday 11:59 PM"),
        ("2026-11-24T15:00:00Z", "tomorrow 10:00 AM"),
        ("2026-11-26T20:00:00Z", "Thu 3:00 PM"),
        ("2026-11-29T15:00:00Z", "Sun 10:00 AM"),
        ("2026-11-30T15:00:00Z", "Mon, Nov 30 10:00 AM"),
        ("2026-11-19T15:00:00Z", "Thu, Nov 19 10:00 AM"),
        ("2027-01-04T15:00:00Z", "Mon, Jan 4, 2027 10:00 AM"),
    ],
)
def test_a_day_is_said_by_the_shortest_words_that_cannot_be_mistaken(moment: str, said: str) -> None:
    assert moment_in_brief(datetime.fromisoformat(moment), NEW_YORK, NOW) == said


@pytest.mark.parametrize(
    ("moment", "theirs", "said"),
    [
        ("2026-11-24T18:00:00Z", LOS_ANGELES, "tomorrow 10:00 AM Pacific time (1:00 PM yours)"),
        ("2026-11-25T06:00:00Z", LOS_ANGELES, "tomorrow 10:00 PM Pacific time (Wed 1:00 AM yours)"),
        ("2026-11-24T18:00:00Z", DETROIT, "tomorrow 1:00 PM"),
    ],
)
def test_the_readers_clock_is_said_too_where_it_shows_something_else(moment: str, theirs: ZoneInfo, said: str) -> None:
    assert on_both_clocks(datetime.fromisoformat(moment), theirs, NEW_YORK, NOW) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_how_long_ago_is_rounded_down(span: timedelta, said: str) -> None:
    assert ago(span) == said
