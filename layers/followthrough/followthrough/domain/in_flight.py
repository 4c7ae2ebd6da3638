"""What becomes of leads in flight when their cadence is edited."""

from dataclasses import dataclass
from datetime import datetime

from followthrough.domain.business import Settings
from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.changes import LOOK_BEYOND, NO_CHANGES, Changes, changes
from followthrough.domain.closures import Closures
from followthrough.domain.floods import let_go
from followthrough.domain.leads import Lead
from followthrough.domain.partner_preview import VersionOf
from followthrough.domain.pauses import NO_PAUSES, Pauses
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview, preview
from followthrough.domain.pursuing import end_touch, is_held_back, moved_to, parked, resumed, scheduled, with_ask


@dataclass(frozen=True)
class Move:
    """The pursuits in flight go over to another version of their cadence, in thought: it is deployed `now`, and
    `assume` is what every call and task brings.
    """

    to: CadenceVersion
    settings: Settings
    assume: Assumed
    now: datetime
    until: datetime
    version_of: VersionOf

    def changes(self, lead: Lead, own: CadenceVersion, closures: Closures = (), pauses: Pauses = NO_PAUSES) -> Changes:
        """What becomes different for an open lead whose pursuit has its `own` version."""
        if own.version == self.to.version:
            return NO_CHANGES
        lead, at = _when_next_planned(lead, pauses, self.now)
        before = self._planned(lead, own, closures, at)
        after = self._planned(moved_to(lead, self.to, at), self.to, closures, at)
        return changes(lead, before, after, self.until)

    def _planned(self, lead: Lead, version: CadenceVersion, closures: Closures, at: datetime) -> Preview:
        def begun_later(name: str) -> CadenceVersion:
            return version if name == version.cadence.name else self.version_of(name)

        planner = Planner.for_lead(lead, version, self.settings, closures)
        end = self.until + LOOK_BEYOND
        return preview(lead, planner, self.settings, self.assume, end, version_of=begun_later, since=at)


def _when_next_planned(lead: Lead, pauses: Pauses, now: datetime) -> tuple[Lead, datetime]:
    """The lead when its machine plans next, which is when it moves, and that moment, if nothing is heard meanwhile.
    A call or task that is being asked for is silent at its end, a message on its way is sent. Who is held back, or
    paused without an end, goes on at once.
    """
    touch = lead.pursuit.open_touch
    if is_held_back(lead):
        return let_go(lead, now), now
    if touch is None:
        return _after_pause(with_ask(lead, None), pauses, max(now, lead.next_touch_at or now), now)
    over_at = max(now, touch.over_at or now)
    came_to = "silent" if touch.channel in ASKED_OF_REPS else "sent"
    ended = end_touch(with_ask(lead, None), touch, came_to, over_at)
    return _after_pause(scheduled(ended, over_at), pauses, over_at, now)


def _after_pause(lead: Lead, pauses: Pauses, at: datetime, now: datetime) -> tuple[Lead, datetime]:
    pause = pauses.of(lead.pursuit.cadence, lead.paused, at)
    if pause and pause.until:
        return resumed(parked(lead, pause, at), pause.until), pause.until
    if pause and lead.parked_at:
        return scheduled(resumed(lead, now), now), now
    return resumed(lead, at), at
