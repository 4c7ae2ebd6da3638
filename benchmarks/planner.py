"""How fast the planner follows leads in thought.

    make bench

CPU time of this process, for leads that arrive through a week and are followed for 30 days of silence.
"""

import time
from datetime import timedelta

from rich.console import Console
from rich.progress import track

from followthrough.adapters.files import read_cadence_version, read_settings
from followthrough.domain.planning import Planner
from followthrough.domain.preview import preview
from local.posted_lead import read_posted_lead
from local.project import CADENCES, CONFIG

LEADS = 200
FOLLOWED = timedelta(days=30)


def main() -> None:
    """Print leads and touches a second."""
    settings, version = read_settings(CONFIG), read_cadence_version(CADENCES / "speed-to-lead")
    posted = read_posted_lead(None, None, {})
    touches = 0
    started = time.process_time()
    for number in track(range(LEADS), "planning", transient=True):
        lead = posted.lead(version, settings).model_copy(
            update={"arrived_at": posted.arrives + number * timedelta(minutes=53)}
        )
        lead = lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update={"began_at": lead.arrived_at})})
        planner = Planner.for_lead(lead, version, settings)
        touches += len(preview(lead, planner, settings, "silent", lead.arrived_at + FOLLOWED).touches)
    seconds = time.process_time() - started
    Console().print(
        f"{LEADS} leads, {touches} touches: {LEADS / seconds:.0f} leads and {touches / seconds:.0f} touches a second"
    )


if __name__ == "__main__":
    main()
