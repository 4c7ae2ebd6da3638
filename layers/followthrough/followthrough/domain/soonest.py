"""Which steps of a cadence could be next, so that planning needn't work out those that can't."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from followthrough.domain.cadence import Cadence, Step
from followthrough.domain.leads import Lead, Progress
from followthrough.domain.occurrences import Calendar

StepsOf = Callable[[Lead], list[tuple[int, Step]]]
"""The steps of a lead's pursuit, each with its place in its cadence."""

Bound = tuple[datetime, int]
"""A moment before which a step's next touch can't be, and the step's place in its cadence."""


class Soonest:
    """Orders the steps of one cadence, for one plan after the other. Most steps have got no further since the plan
    before, so only what has changed is asked of the calendar.
    """

    def __init__(self, calendar_of: Callable[[Step], Calendar], cadence: Cadence, steps_of: StepsOf) -> None:
        self._calendar_of = calendar_of
        self._for_partners = cadence.to == "partner"  # there more counts than how far the steps have got
        self._steps_of = steps_of
        self._places: dict[str, list[int]] = defaultdict(list)  # by the step whose progress matters to those there
        for place, step in enumerate(cadence.steps):
            for name in (step.name, *step.origins):
                self._places[name].append(place)
        self._pursuit: tuple[object, ...] = ()
        self._steps: dict[int, Step] = {}
        self._progress: dict[str, Progress] = {}
        self._bounds: dict[int, datetime | None] = {}

    def order(self, lead: Lead) -> list[Bound]:
        """The steps that have touches to come, the one that could be first first."""
        for place in self._changed(lead):
            self._bounds[place] = self._not_before(self._steps[place], lead)
        return sorted((moment, place) for place, moment in self._bounds.items() if moment)

    def _not_before(self, step: Step, lead: Lead) -> datetime | None:
        return self._calendar_of(step).not_before(step, lead)

    def _changed(self, lead: Lead) -> set[int]:
        pursuit, before, now = lead.pursuit, self._progress, lead.pursuit.progress
        self._progress = now
        begun = (pursuit.number, pursuit.began_at, pursuit.started_by, pursuit.at_step)
        if begun != self._pursuit or self._for_partners:
            self._pursuit, self._steps, self._bounds = begun, dict(self._steps_of(lead)), {}
            return set(self._steps)
        names = [name for name in before.keys() | now.keys() if before.get(name) is not now.get(name)]
        return {place for name in names for place in self._places.get(name, ())} & self._steps.keys()
