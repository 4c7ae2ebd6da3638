"""What `followthrough check` sees when it tries a cadence on sample leads: with the planner that the engine runs."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from datetime import date, timedelta

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Cadence, Channel
from followthrough.domain.cadence_values import CHANNELS
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.findings import Finding
from followthrough.domain.hours_checks import without_holidays
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.preview import preview
from followthrough.domain.sample_leads import Sample, SampleLeads
from followthrough.domain.shares import HAD_ENOUGH

_PLURAL: dict[Channel, str] = {"call": "calls", "email": "e-mails", "text": "texts"}
_A_WHILE = timedelta(days=35)
_LONGEST_TRIAL = timedelta(days=400)
_WEEK = 7


class Trials:
    """A cadence tried on sample leads of a business."""

    def __init__(self, version: CadenceVersion, settings: Settings) -> None:
        self._version = version
        self._settings = without_holidays(settings)
        self._samples = SampleLeads(version, self._settings)
        self._hours = self._samples.hours.on_weekdays(version.cadence.days_of_the_week)
        self._long = _length(version.cadence)
        self._tried = [(sample.lead, self._touches(sample)) for sample in self._samples.usual()]

    def findings(self, file: str, but_for: Container[str]) -> list[Finding]:
        """Days with more than the caps let through, or more calls than the law; and steps that no sample lead gets, but
        for those in these places, of which more is known.
        """
        return [*self._over_caps(file), *self._over_the_law(file), *self._never_made(file, but_for)]

    def _touches(self, sample: Sample) -> tuple[Touch, ...]:
        lead = sample.lead
        planner = Planner.for_lead(lead, self._version, self._settings)
        until = lead.arrived_at + self._long
        return preview(lead, planner, self._settings, sample.assumed, until, otherwise=sample.otherwise).touches

    # -- too many on one day

    def _over_caps(self, file: str) -> Iterator[Finding]:
        caps: dict[Channel, int] = {channel: getattr(self._settings.business.caps, channel) for channel in CHANNELS}
        for channel, most in caps.items():
            days = [day for lead, touches in self._tried for day in self._days(lead, touches, channel)]
            number, steps = max(days, key=lambda day: (len(day[1]), -day[0]), default=(0, []))
            if len(steps) > most:
                many = f"{len(steps)} {_PLURAL[channel]} on one day ({', '.join(dict.fromkeys(steps))})"
                what = f"{many}: 'caps' in business.json lets {most} through, and the rest would be left out"
                yield Finding(file, f"day {number}", what)

    def _days(self, lead: Lead, touches: tuple[Touch, ...], channel: Channel) -> Iterator[tuple[int, list[str]]]:
        """The days of the cadence on which a channel is used, with the steps that use it."""
        by_date: dict[date, list[str]] = defaultdict(list)
        for touch in touches:
            if touch.channel == channel and _is_due(touch):
                by_date[self._hours.date_of(touch.due_at)].append(touch.step)
        for day, steps in by_date.items():
            yield self._number(day, lead), steps

    def _number(self, day: date, lead: Lead) -> int:
        hours, began_at = self._hours, lead.pursuit.began_at
        first = hours.date_of(began_at)
        dates = [first + timedelta(days=n) for n in range((day - first).days + 1)]
        if self._version.cadence.days == "calendar":
            return len(dates)
        return max(1, sum(bool(hours.left_of(each, began_at)) for each in dates))

    def _over_the_law(self, file: str) -> Iterator[Finding]:
        """The planner makes fewer calls then, so this is only to be known."""
        law = self._settings.rules.call_limit((self._settings.business.region,))
        if law is None:
            return
        span, unlimited = timedelta(hours=law.hours), Trials(self._version, _without_call_limits(self._settings))
        runs = [run for lead, touches in unlimited._tried for run in self._runs(lead, touches, span)]
        number, count = max(runs, key=lambda run: (run[1], -run[0]), default=(0, 0))
        if count > law.count:
            what = (
                f"{count} calls within {law.hours} hours: the law where you are allows {law.count}, so fewer are made"
            )
            yield Finding(file, f"day {number}", what, is_warning=True)

    def _runs(self, lead: Lead, touches: tuple[Touch, ...], span: timedelta) -> Iterator[tuple[int, int]]:
        """For each call its day, and how many there were within a time that ends with it."""
        calls = [touch.due_at for touch in touches if touch.channel == "call" and touch.status != "skipped"]
        for call in calls:
            yield self._number(self._hours.date_of(call), lead), sum(call - span < each <= call for each in calls)

    # -- never made

    def _never_made(self, file: str, but_for: Container[str]) -> Iterator[Finding]:
        made = {touch.step for _, touches in self._tried for touch in touches if _is_due(touch)}
        for number, step in enumerate(self._version.cadence.steps):
            place = f"steps[{number}] '{step.name}'"
            if step.name in made or place in but_for:
                continue
            reasons: Counter[str] = Counter()
            for sample in self._samples.meant_for(step.name):
                touches = self._touches(sample)
                made |= {touch.step for touch in touches if _is_due(touch)}
                if step.name in made:
                    break
                reasons.update(touch.reason for touch in touches if touch.step == step.name and touch.reason)
            if step.name not in made and self._samples.can_be_meant_for(step.name):
                why = reasons.most_common(1)[0][0] if reasons else "its 'if' doesn't hold at the time when it is due"
                what = f"no sample lead ever gets this step: {why}"
                yield Finding(file, place, what, is_warning=True)


def _without_call_limits(settings: Settings) -> Settings:
    rules = [rule.model_copy(update={"call_limit": None}) for rule in settings.rules.rules]
    return settings.model_copy(update={"rules": settings.rules.model_copy(update={"rules": rules})})


def _length(cadence: Cadence) -> timedelta:
    """So long that every step has had its turn, and what repeats a few of them."""
    days = max((step.until_day or step.day.high for step in cadence.steps if step.day), default=0)
    stretched = days * _WEEK if cadence.days == "open" else days
    waits = [max(length.longest for length in step.after.lengths) for step in cadence.steps if step.after]
    return min(timedelta(days=stretched) + sum(waits, timedelta()) + _A_WHILE, _LONGEST_TRIAL)


def _is_due(touch: Touch) -> bool:
    """Whether the plan has it, though an address may have had its share for that day."""
    return touch.status != "skipped" or touch.reason == HAD_ENOUGH
