"""Record what a rep learned of a lead, beside what came of the call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from followthrough.domain.errors import Refused
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.pursuing import decide
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake


@dataclass(frozen=True)
class Details:
    """What the rep tells about the lead. `touch` is the call that the note is about: pursuit and touch id. Messages may
    say `next_step` to the lead, never `note`.

    `learned` are fields of the profile: problem, goal, value, preferred_channel. `call_at` is when somebody is to call
    them next.
    """

    touch: tuple[int, str]
    note: str | None = None
    next_step: str | None = None
    learned: Mapping[str, str] = field(default_factory=dict)
    call_at: datetime | None = None


def add_details(services: Services, lead_id: str, details: Details) -> str | None:
    """Keep the details, and plan afresh where they change the plan. Doing it twice is doing it once.

    Answers with the kind of error for which the machine could not be woken, if there was one. Raises Refused for a next
    call to a lead who isn't followed up any more.
    """
    return retried(lambda: _add(services, lead_id, details))


def _add(services: Services, lead_id: str, details: Details) -> str | None:
    lead = services.store.load(lead_id)
    if details.call_at and not lead.is_open:
        raise Refused("follow_up", "They are not followed up any more, so nobody would be asked.")
    after = _with_details(lead, details)
    entries = _noted(services, lead_id, details)
    if lead.is_open and (details.learned or details.call_at):
        decision = decide(after, planner_for(services, lead), services.clock())
        after, entries = decision.lead, (*entries, *decision.passed)
    return wake(services, lead, services.store.save(after, entries))


def _with_details(lead: Lead, details: Details) -> Lead:
    agreed = {"callback_at": details.call_at, "callback_why": "in_conversation"} if details.call_at else {}
    return lead.model_copy(
        update={
            "note": details.note or lead.note,
            "next_step": details.next_step or lead.next_step,
            "profile": lead.profile.model_copy(update=dict(details.learned)),
            "pursuit": lead.pursuit.model_copy(update=agreed),
        }
    )


def _noted(services: Services, lead_id: str, details: Details) -> tuple[Touch, ...]:
    """The timeline's entry with the note. Whatever changes an entry changes the lead with it, so nothing is lost."""
    if details.note is None:
        return ()
    return tuple(
        touch.model_copy(update={"note": details.note})
        for touch in services.store.timeline(lead_id)
        if (touch.pursuit, touch.id) == details.touch
    )
