"""How much one address gets on one local day at most, whatever cadences say."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from followthrough.domain.business import Caps
from followthrough.domain.cadence import Channel
from followthrough.domain.leads import Lead, PlannedTouch

HAD_ENOUGH = "the address has had its share for the day"


def share_of(channel: Channel, caps: Caps) -> int:
    """So many touches on the channel."""
    return {"email": caps.email, "text": caps.text, "call": caps.call}[channel]


@dataclass(frozen=True)
class Shares:
    """What the addresses of one lead, who shares them with nobody, had on each day."""

    caps: Caps
    _had: Counter[tuple[Channel, date]] = field(default_factory=Counter)

    def take(self, lead: Lead, touch: PlannedTouch, day: date) -> bool:
        """Count a touch of that day; False if the address has had enough. Without an address nothing is counted,
        nor what goes to others.
        """
        if (
            touch.channel == "task"
            or touch.to in ("partner", "rep")
            or (touch.channel == "call" and not lead.profile.phone)
        ):
            return True
        if self._had[touch.channel, day] >= share_of(touch.channel, self.caps):
            return False
        self._had[touch.channel, day] += 1
        return True
