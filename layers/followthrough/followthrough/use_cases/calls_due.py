"""Once a rep's hour is over, one text tells them of all calls that waited for it and are still due."""

from dataclasses import dataclass
from datetime import datetime

from followthrough.domain.team_state import CallDue, CallsWaiting, TeamState
from followthrough.use_cases.nudging import (
    TEXTS_APART,
    TRY_AGAIN_AFTER,
    DueNudge,
    ReportError,
    note_told,
    still_due,
    tell_together,
)
from followthrough.use_cases.ports import SendingServices


@dataclass(frozen=True)
class Told:
    """Ids of the reps who were told of calls due."""

    reps: tuple[str, ...]


def tell_calls_due(services: SendingServices, on_error: ReportError) -> Told:
    """Text every rep whose hour is over and for whom calls wait.

    While the manager has closed, or an admin has paused, everything goes on waiting. A rep who has gone away since is
    told all the same: they were asked before, nobody else is, and they can pass it on. A failure stays with its rep or
    lead: it is handed to `on_error`.
    """
    now, state = services.clock(), services.team.state()
    everything = state.pauses.everything
    if any(closure.covers(now) for closure in state.closures) or (everything and everything.covers(now)):
        return Told(())
    told = []
    for rep, waiting in state.waiting.items():
        try:
            if waiting.are_due(now) and _tell(services, rep, waiting, state, on_error):
                told.append(rep)
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own rep
            on_error(rep, error)
    return Told(tuple(told))


def _without_paused(
    due: list[DueNudge], settled: frozenset[CallDue], state: TeamState, now: datetime
) -> tuple[list[DueNudge], frozenset[CallDue]]:
    """Calls about leads that are paused wait on."""
    paused = {nudge.lead.id for nudge in due if state.pauses.of(nudge.lead.pursuit.cadence, nudge.lead.paused, now)}
    going_on = [nudge for nudge in due if nudge.lead.id not in paused]
    return going_on, frozenset(call for call in settled if call.lead_id not in paused)


def _tell(services: SendingServices, rep: str, waiting: CallsWaiting, state: TeamState, on_error: ReportError) -> bool:
    """Whether a text had to go and got out. Until it is recorded the calls wait on, so a crash means a second buzz."""
    person, now = services.settings.team.person(rep), services.clock()
    if person is None:  # no longer in the team: whoever is asked next is told
        services.team.settle(rep, waiting.calls)
        return False
    calls = services.team.may_text(rep, now, now + TRY_AGAIN_AFTER)
    if calls is None:  # somebody else is just texting them
        return False
    due, settled = still_due(services, person, calls, on_error, state.closures)
    due, settled = _without_paused(due, settled, state, now)
    if not due:
        services.team.settle(rep, settled, now if settled == calls else None)
        return False
    mailed = "email" in person.notify  # each call was, when they were asked for it
    if not tell_together(services, person, due, state.open_asks.get(rep, 0), mailed=mailed):
        return False
    services.team.settle(rep, settled, now + TEXTS_APART)
    note_told(services, due)
    return True
