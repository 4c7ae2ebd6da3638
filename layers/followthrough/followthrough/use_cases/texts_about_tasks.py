"""A rep's text where a task is asked: its own answers are words, and what would be unclear of a call can be plain."""

from dataclasses import replace

from followthrough.domain import answers_to_reps as answers
from followthrough.domain.business import Rep
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.errors import Refused
from followthrough.domain.rep_sayings import OutcomeReport, RepText, Unclear
from followthrough.domain.reporting import TASK_OUTCOMES
from followthrough.use_cases.leads_meant import Asked, asked_by_name, latest_asked
from followthrough.use_cases.ports import SendingServices


def task_asked(
    services: SendingServices, person: Rep, said: Unclear
) -> tuple[str | None, tuple[TaskOutcome, ...]] | None:
    """The lead's name and what can be answered, if what the text names, or what this rep was asked last, is a task."""
    if said.code or said.last_four:
        asked = asked_by_name(services, person, said.code, said.last_four)
    else:
        asked = latest_asked(services, person)
    outcomes = _outcomes_asked(services, asked) if asked else ()
    return (asked.lead.profile.name, outcomes) if asked and outcomes else None


def _outcomes_asked(services: SendingServices, asked: Asked) -> tuple[TaskOutcome, ...]:
    """What can be answered to a task; nothing for a call."""
    pursuit, step = asked.lead.pursuit, asked.nudge.touch_id.rpartition(".")[0]
    version = services.cadences.kept(pursuit.cadence, pursuit.cadence_version)
    listed = [each.outcomes or [] for each in version.cadence.steps if each.name == step]
    return tuple(listed[0]) if listed else ()


def made_plain(said: RepText, outcomes: tuple[TaskOutcome, ...]) -> RepText:
    """What could be several things, but only one of those that are asked: `done`, `yes`, `no`. Of a call, no task's
    outcome is meant.
    """
    if not isinstance(said, Unclear) or said.why not in ("not_sure", "courtesy"):
        return said
    meant = [outcome for outcome in said.could_be if outcome in outcomes]
    if len(meant) == 1:
        return OutcomeReport(meant[0], code=said.code, last_four=said.last_four)
    could_be = tuple(outcome for outcome in said.could_be if outcome not in TASK_OUTCOMES)
    nothing_else = said.why == "not_sure" and not could_be
    return said if outcomes or nothing_else else replace(said, could_be=could_be)


def refused(said: OutcomeReport, why: Refused, name: str | None) -> str:
    """What to answer when a report can't be recorded."""
    if why.field == "outcome":
        return answers.answers_nothing(said.outcome, name)
    return answers.thinking_until(name) if said.outcome == "thinking" else answers.no_such_time()
