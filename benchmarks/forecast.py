"""How many leads a second `followthrough simulate` follows, on one core.

    make bench

CPU time of this process, for leads of a typical quarter, of whom a quarter answers the first call.
"""

import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import track

from local.forecasting import Assumptions, follow_some, typical_arrivals
from local.posted_lead import read_posted_lead
from local.project import CADENCES

LEADS, DAYS = 300, 90
FIRST = date(2026, 11, 23)


def main() -> None:
    """Print leads and touches a second."""
    end = read_posted_lead(None, None, {}).arrives + timedelta(days=DAYS)
    assumed = Assumptions(CADENCES / "speed-to-lead", (0.25, 0.15, 0.1), 1, end)
    arrivals = typical_arrivals(LEADS, FIRST, DAYS, ZoneInfo("America/New_York"), seed=1)
    started, touches = time.process_time(), 0
    for arrival in track(arrivals, "forecasting", transient=True):
        (followed,) = follow_some(assumed, [arrival])
        touches += len(followed.touches)
    seconds = time.process_time() - started
    Console().print(
        f"{LEADS} leads forecast for {DAYS} days, {touches} touches made: {LEADS / seconds:.0f} leads a second a core"
    )


if __name__ == "__main__":
    main()
