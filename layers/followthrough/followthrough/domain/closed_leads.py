"""What a rep can still say of a lead that is closed."""

from typing import get_args

from followthrough.domain.cadence import Cadence, TaskOutcome
from followthrough.domain.call_subjects import Subject, conversation
from followthrough.domain.leads import CallOutcome, Lead, Outcome
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import asked_touch
from followthrough.domain.rep_pages import StillTold
from followthrough.domain.reporting import AT_ANY_TIME, STILL_TOLD, reported_before, task_for


def said_instead(lead: Lead, planner: Planner) -> tuple[Outcome, ...]:
    """What can be said instead of the report that closed the lead; nothing, if something else did."""
    if lead.closed_by is None:
        return ()
    touch = asked_touch(lead, lead.closed_by, planner)
    said = reported_before(lead, touch)
    listed: tuple[Outcome, ...] = tuple(planner.step(touch.step).outcomes or get_args(CallOutcome))
    if said in AT_ANY_TIME and touch.channel == "call":
        listed = (*listed, *AT_ANY_TIME)
    return tuple(outcome for outcome in listed if outcome not in (said, "cannot_take"))


def told_afterwards(lead: Lead, planner: Planner, appointment: Cadence) -> tuple[StillTold, ...]:
    """What can be told of the appointment of a lead that is closed as booked, or as not having come.

    `appointment` is the cadence that asks about appointments: of one without a time nobody has been asked.
    """
    if lead.status not in STILL_TOLD:
        return ()
    asked = {outcome for step in appointment.steps for outcome in step.outcomes or ()}
    told: dict[str, tuple[TaskOutcome, ...]] = {}
    for outcome in get_args(TaskOutcome):
        subject = _about(lead, planner, outcome)
        if (outcome in asked or planner.tasks_for(outcome)) and subject.reported != outcome:
            told[str(subject)] = (*told.get(str(subject), ()), outcome)
    return tuple(StillTold(touch, outcomes) for touch, outcomes in told.items())


def _about(lead: Lead, planner: Planner, outcome: TaskOutcome) -> Subject:
    """The task that was answered before, so that this corrects it; else whatever asks for this."""
    _, touch = task_for(lead, outcome, planner, lead.arrived_at) or (lead, None)
    reported = reported_before(lead, touch) if touch else None
    return Subject(lead.pursuit.number, touch.id, reported) if touch and reported else conversation(lead)
