"""What a preview keeps in mind beside the lead: who of the team is asked, and what the lead's addresses had."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from followthrough.domain.asking import new_ask, passed_on
from followthrough.domain.assignment import LeadFacts, line_for
from followthrough.domain.business import Settings
from followthrough.domain.leads import Ask, Lead, PlannedTouch
from followthrough.domain.planning import Planner
from followthrough.domain.shares import Shares


@dataclass(frozen=True)
class InThought:
    """A business and one lead, whose addresses nobody else has: as if nobody of the team were away, and nobody had too
    many calls open.
    """

    settings: Settings
    shares: Shares
    _turns: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Before anything was done."""
        return cls(settings, Shares(settings.business.caps))

    def ask(self, lead: Lead, touch_id: str, deadline: datetime, now: datetime) -> Ask:
        """The first one is asked, or who comes next behind those who were silent about the call before."""
        before = lead.ask.asked if lead.ask else ()
        holder = self._next(lead, before, now) or self._next(lead, (), now) or self.settings.team.manager.id
        return new_ask(lead, touch_id, holder, "", deadline)

    def silent(self, lead: Lead, touch: PlannedTouch, planner: Planner) -> tuple[datetime, Ask]:
        """When a call or task that nobody reports is over, and the ask that goes on from there. A call is over when the
        first one was silent; a task when everybody was, because nothing else can tell what came of it.
        """
        assert lead.ask  # somebody was asked
        ask, following = lead.ask, self.ask_after(lead, lead.ask, planner)
        while touch.channel == "task" and following.deadline:
            ask, following = following, self.ask_after(lead, following, planner)
        assert ask.deadline
        return ask.deadline, following

    def ask_after(self, lead: Lead, ask: Ask, planner: Planner) -> Ask:
        """The ask once its deadline has passed: of the next one in line, or of nobody any more."""
        rule = planner.silence_rule(ask.touch_id.rpartition(".")[0])
        assert ask.deadline  # only such an ask can be silent
        holder = self._next(lead, ask.asked, ask.deadline) if rule.do == "escalate" else None
        if holder is None:
            return ask.model_copy(update={"deadline": None})
        return passed_on(ask, holder, "", ask.deadline + rule.after.elapsed)

    def keeper(self, lead: Lead, ask: Ask) -> str | None:
        """Whose lead it is: who is asked first keeps it, unless that is the manager, who only stands in."""
        reps = {rep.id for rep in self.settings.team.reps}
        return lead.rep if lead.rep in reps or ask.holder not in reps else ask.holder

    def _next(self, lead: Lead, asked: tuple[str, ...], now: datetime) -> str | None:
        return next(line_for(LeadFacts.of(lead), self.settings, now, {}, {}, self._take_turn, asked), None)

    def _take_turn(self, key: str) -> int:
        self._turns[key] += 1
        return self._turns[key]
