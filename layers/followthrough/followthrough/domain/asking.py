"""Who is asked to call: the lead's own rep, then the others in order, then the manager, then round again."""

from datetime import datetime, timedelta

from followthrough.domain.business import Team
from followthrough.domain.leads import Ask, Lead, PlannedTouch


def in_line(team: Team, rep: str | None) -> list[str]:
    """The ids of everybody who can be asked, in order, the lead's own rep first and the manager last."""
    ids = [person.id for person in team.reps]
    first = ids.index(rep) if rep in ids else 0
    return [*ids[first:], *ids[:first], team.manager.id]


def ask_for(lead: Lead, planned: PlannedTouch, team: Team, deadline: datetime, token: str) -> Ask:
    """The ask of a planned call. It takes over a silent ask one level up, so that silence never repeats itself."""
    level = lead.ask.level + 1 if lead.ask else 0
    return Ask(
        touch_id=planned.id,
        level=level,
        asked=(_holder(team, lead, level),),
        instead_of=lead.ask.holder if lead.ask else None,
        deadline=deadline,
        token=token,
    )


def escalated(lead: Lead, ask: Ask, team: Team, response: timedelta) -> Ask | None:
    """The same ask, one level up; None when everybody in line has been asked about this touch."""
    if len(ask.asked) > len(team.reps):
        return None
    level = ask.level + 1
    start = ask.deadline or lead.arrived_at
    return Ask(
        touch_id=ask.touch_id,
        level=level,
        asked=(*ask.asked, _holder(team, lead, level)),
        instead_of=ask.holder,
        deadline=start + response,
    )


def _holder(team: Team, lead: Lead, level: int) -> str:
    line = in_line(team, lead.rep)
    return line[level % len(line)]
