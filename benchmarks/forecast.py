"""How many leads a second `followthrough simulate` follows on one core, and what counting their touches takes.

    make bench

CPU time of this process, for leads of a typical quarter, of whom a quarter answers the first call, after a few that
fill the caches.
"""

import time as clock
from datetime import date, time, timedelta

from rich.console import Console
from rich.progress import track

from followthrough.adapters.files import read_settings
from followthrough.domain.forecast import Followed, forecast
from followthrough.domain.instants import at_local
from local.forecasting import Assumptions, follow_some, typical_arrivals
from local.project import CADENCES, CONFIG

LEADS, DAYS = 1000, 90
FIRST = date(2026, 11, 23)
RATES = (0.25, 0.15, 0.1)


def main() -> None:
    """Print leads and touches a second."""
    settings = read_settings(CONFIG)
    since, until = (at_local(day, time(0), settings.zone) for day in (FIRST, FIRST + timedelta(days=DAYS)))
    arrivals = typical_arrivals(LEADS, FIRST, DAYS, settings.zone, seed=1)
    for folder in sorted(file.parent for file in CADENCES.glob("*/cadence.json")):
        assumed = Assumptions(folder, RATES, 1, until)
        follow_some(assumed, arrivals[:: LEADS // 50])
        followed: list[Followed] = []
        started = clock.process_time()
        for arrival in track(arrivals, folder.name, transient=True):
            followed += follow_some(assumed, [arrival])
        seconds = clock.process_time() - started
        started = clock.process_time()
        forecast(followed, settings, since, DAYS, minutes_per_call=6)
        counting = clock.process_time() - started
        touches = sum(len(lead.touches) for lead in followed)
        Console().print(
            f"{folder.name}: {LEADS} leads followed for {DAYS} days, {touches} touches: {LEADS / seconds:.0f} leads a "
            f"second a core, then {LEADS / counting:,.0f} a second counted"
        )


if __name__ == "__main__":
    main()
