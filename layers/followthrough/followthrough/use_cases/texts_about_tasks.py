"""A rep's text where a task is asked: its own answers are words, and what would be unclear of a call can be plain."""

from dataclasses import replace

from followthrough.domain import answers_to_reps as answers
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.errors import Refused
from followthrough.domain.leads import Lead, Nudge
from followthrough.domain.pursuing import STILL_TOLD, TASK_OUTCOMES
from followthrough.domain.rep_sayings import OutcomeReport, RepText, Unclear
from followthrough.use_cases.ports import SendingServices


def outcomes_asked(services: SendingServices, lead: Lead, touch_id: str) -> tuple[TaskOutcome, ...]:
    """What can be answered to a task; nothing for a call."""
    version = services.cadences.kept(lead.pursuit.cadence, lead.pursuit.cadence_version)
    step = touch_id.rpartition(".")[0]
    listed = [each.outcomes or [] for each in version.cadence.steps if each.name == step]
    return tuple(listed[0]) if listed else ()


def made_plain(said: RepText, outcomes: tuple[TaskOutcome, ...]) -> RepText:
    """What could be several things, but only one of those that are asked: `done`. Of a call, no task's outcome is
    meant.
    """
    if not isinstance(said, Unclear) or said.why != "not_sure":
        return said
    meant = [outcome for outcome in said.could_be if outcome in outcomes]
    if len(meant) == 1:
        return OutcomeReport(meant[0], code=said.code, last_four=said.last_four)
    could_be = tuple(outcome for outcome in said.could_be if outcome not in TASK_OUTCOMES)
    return said if outcomes or not could_be else replace(said, could_be=could_be)


def refused(said: OutcomeReport, why: Refused, name: str | None) -> str:
    """What to answer when a report can't be recorded."""
    if why.field == "outcome":
        return answers.answers_nothing(said.outcome, name)
    return answers.thinking_until(name) if said.outcome == "thinking" else answers.no_such_time()


def still_told(nudge: Nudge, lead: Lead) -> bool:
    """Whether this nudge was about a task that nobody answered until the lead was closed: an answer is still heard."""
    silent = lead.pursuit.progress_of(nudge.touch_id.rpartition(".")[0]).outcome == "silent"
    return lead.status in STILL_TOLD and nudge.pursuit == lead.pursuit.number and silent
