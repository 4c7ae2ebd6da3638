"""How often one lead may be reached: as the law has it, and then as the cadence does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from followthrough.domain.cadence import Action, Channel
from followthrough.domain.cadence_values import ChannelLimit
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Pursuit

CALL_LIMIT = "no more calls are allowed there within {hours} hours"
CADENCE_LIMIT = "the cadence's limits leave no room on that day"


@dataclass(frozen=True)
class Limits:
    """The limits that hold for one lead: the law's on calls, and a cadence's on each channel."""

    law: CallLimit | None
    cadence: Mapping[Channel, ChannelLimit]
    hours: ContactHours

    def lawful_from(self, calls: Sequence[datetime], moment: datetime) -> datetime:
        """The first instant from `moment` on at which the law's limit lets another call through."""
        if self.law is None:
            return moment
        span = timedelta(hours=self.law.hours)
        within_span = sorted(call for call in calls if moment - span < call)
        too_many = len(within_span) - self.law.count
        return within_span[too_many] + span if too_many >= 0 else moment

    def agreed_from(self, channel: Action, used: Sequence[datetime], moment: datetime) -> datetime:
        """The same for the cadence's own limit, on a channel that was used at these times."""
        limit = self._on(channel)
        if limit is None:
            return moment
        if limit.gap and used:
            moment = max(moment, max(used) + limit.gap.elapsed)
        while limit.a_day and self._on_that_day(used, moment) >= limit.a_day:
            tomorrow = self.hours.date_of(moment) + timedelta(days=1)
            moment = at_local(tomorrow, time(0), self.hours.zone)
        return moment

    def allowed_from(self, channel: Action, pursuit: Pursuit, moment: datetime, *, agreed: bool = True) -> datetime:
        """The first instant from `moment` on at which both do; the law's alone, unless `agreed`."""
        if not self.cadence and (self.law is None or channel != "call"):
            return moment
        calls = calls_to_lead(pursuit)
        while True:
            later = self.lawful_from(calls, moment) if channel == "call" else moment
            if agreed:
                later = self.agreed_from(channel, used_on(channel, pursuit), later)
            if later == moment:
                return moment
            moment = later

    def fit(self, channel: Action, pursuit: Pursuit, moments: Sequence[datetime]) -> bool:
        """Whether all these moments are allowed, one after the other."""
        calls = calls_to_lead(pursuit)
        used = list(used_on(channel, pursuit))
        for moment in moments:
            unlawful = channel == "call" and self.lawful_from(calls, moment) > moment
            if unlawful or self.agreed_from(channel, used, moment) > moment:
                return False
            calls.append(moment)
            used.append(moment)
        return True

    def gap_on(self, channel: Action) -> timedelta:
        """The cadence's least time between two touches on a channel; zero without one."""
        limit = self._on(channel)
        return limit.gap.elapsed if limit and limit.gap else timedelta()

    def _on(self, channel: Action) -> ChannelLimit | None:
        return self.cadence.get(channel) if channel != "task" else None

    def _on_that_day(self, used: Sequence[datetime], moment: datetime) -> int:
        day = self.hours.date_of(moment)
        return sum(self.hours.date_of(each) == day for each in used)


def used_on(channel: Action, pursuit: Pursuit) -> tuple[datetime, ...]:
    """When a pursuit has used a channel lately, and when last."""
    return pursuit.used.get(channel, ()) if channel != "task" else ()


def calls_to_lead(pursuit: Pursuit) -> list[datetime]:
    """When the lead was to be called lately: what the law counts."""
    return [call.due_at for call in pursuit.recent_calls if call.to in ("lead", "both")]
