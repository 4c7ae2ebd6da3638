"""How a lead answers: on which channel they last did, and which touch got the first answer of a pursuit."""

from typing import NamedTuple

from followthrough.domain.cadence import Action, Channel
from followthrough.domain.leads import FirstAnswer, Lead, PlannedTouch
from followthrough.domain.own_steps import ANSWER, CONTACT
from followthrough.domain.pursuing import with_pursuit


class _Credit(NamedTuple):
    """The touch that got an answer; nothing for one before anything was sent or asked for."""

    step: str | None = None
    channel: Action | None = None


def reached(lead: Lead, touch: PlannedTouch, outcome: str) -> Lead:
    """A rep reached them by this touch, or was in touch outside of any: then the last one before has the credit. A
    correction of what was the first answer changes it.
    """
    if touch.channel == "call":
        lead = lead.model_copy(update={"answered_on": "call"})
    credit = _last_touch(lead) if touch.step == CONTACT else _Credit(touch.step, touch.channel)
    return _answered(lead, credit, outcome, touch.id)


def not_reached(lead: Lead, touch: PlannedTouch) -> Lead:
    """They were not reached by this touch after all."""
    on = None if lead.answered_on == touch.channel else lead.answered_on
    lead = lead.model_copy(update={"answered_on": on})
    return with_pursuit(lead, first_answer=None) if _is_told_by(lead, touch.id) else lead


def told_us(lead: Lead, on: Channel, outcome: str) -> Lead:
    """They told us something by themselves, on that channel: the last touch on it has the credit, else the last one."""
    lead = lead.model_copy(update={"answered_on": on})
    credit = _last_touch(lead, on)
    return _answered(lead, credit if credit.step else _last_touch(lead), outcome, None)


def _answered(lead: Lead, credit: _Credit, outcome: str, told_by: str | None) -> Lead:
    if lead.pursuit.first_answer and not _is_told_by(lead, told_by):
        return lead
    answer = FirstAnswer(
        touches=lead.pursuit.made, step=credit.step, channel=credit.channel, outcome=outcome, told_by=told_by
    )
    return with_pursuit(lead, first_answer=answer)


def _is_told_by(lead: Lead, touch_id: str | None) -> bool:
    answer = lead.pursuit.first_answer
    return answer is not None and touch_id is not None and answer.told_by == touch_id


def _last_touch(lead: Lead, on: Channel | None = None) -> _Credit:
    """The step that last reached out to them, on that channel if one is given."""
    made = [
        (progress.due_at, name, progress.channel)
        for name, progress in lead.pursuit.progress.items()
        if name not in (ANSWER, CONTACT) and progress.due_at and progress.channel not in (None, "task")
    ]
    newest = max((each for each in made if on in (None, each[2])), default=None)
    return _Credit(*newest[1:]) if newest else _Credit()
