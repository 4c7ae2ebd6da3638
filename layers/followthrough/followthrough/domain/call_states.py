"""How the call behind a page stands: asked for, reported, overtaken by something newer, or over."""

from typing import cast

from followthrough.domain.call_history import Story, quoted
from followthrough.domain.call_subjects import Subject
from followthrough.domain.leads import Ask, Lead, Outcome, Touch
from followthrough.domain.own_steps import ANSWER, CONTACT
from followthrough.domain.rep_pages import Closed, Open, Reported, Stale, State
from followthrough.domain.reporting import STILL_TOLD


def state_of(story: Story, subject: Subject) -> State:
    """How things stand with the call that a page is about."""
    lead, entry = story.lead, story.entry(subject.pursuit, subject.touch_id)
    reported = _reported(story, entry) if entry else None
    if entry and _is_still_told(story, subject, entry):
        return Open()
    if not lead.is_open:
        return reported if reported and _closed_it(lead, subject) else Closed(lead.status, lead.closed_at)
    if reported:
        return reported
    if subject.pursuit != lead.pursuit.number:
        return _earlier(story, subject, entry)
    if subject.touch_id.startswith(f"{CONTACT}."):
        return Open()
    if lead.ask is None:
        return _settled(story, subject, entry)
    if lead.ask.touch_id != subject.touch_id:
        return _overtaken(story, lead.ask)
    return Open() if lead.ask.holder == story.me.id else _moved_on(story, lead.ask)


def _reported(story: Story, entry: Touch) -> Reported | None:
    if entry.status != "reported":
        return None
    lead = story.lead
    callback_at = lead.pursuit.callback_at if entry.pursuit == lead.pursuit.number else None
    agreed = {"booked": lead.appointment_at, "call_back": callback_at, "thinking": callback_at}
    return Reported(
        outcome=cast("Outcome", entry.outcome),
        by=story.who(entry.by),
        at=entry.reported_at or entry.ended_at or entry.due_at,
        agreed_at=agreed.get(entry.outcome or ""),
    )


def _is_still_told(story: Story, subject: Subject, entry: Touch) -> bool:
    """Whether nobody answered this task until the lead was closed: an answer is still heard."""
    lead = story.lead
    silent = entry.channel == "task" and entry.status == "silent" and subject.pursuit == lead.pursuit.number
    return silent and lead.status in STILL_TOLD


def _closed_it(lead: Lead, subject: Subject) -> bool:
    return (subject.pursuit, subject.touch_id) == (lead.pursuit.number, lead.closed_by)


def _earlier(story: Story, subject: Subject, entry: Touch | None) -> Stale:
    """The call belongs to a pursuit that is over."""
    lead = story.lead
    if lead.arrived_at >= lead.pursuit.began_at:
        return Stale("They have asked again since. This link is about what they asked before.", lead.arrived_at)
    return _settled(story, subject, entry)


def _settled(story: Story, subject: Subject, entry: Touch | None) -> Stale:
    """Nobody is asked any more, and not because of this call."""
    pursuit = [touch for touch in story.timeline if touch.pursuit == subject.pursuit]
    reports = [(touch.reported_at, touch) for touch in pursuit if touch.reported_at]
    if not reports:
        over_at = (entry.ended_at or entry.due_at) if entry else story.lead.arrived_at
        return Stale("Nobody is asked about this any more.", over_at)
    at, latest = max(reports, key=lambda pair: pair[0])
    if latest.step == ANSWER:
        return Stale(f"They have told us themselves since then: {quoted(latest.outcome)}.", at)
    by = story.who(latest.by)
    return Stale(f"{by[:1].upper()}{by[1:]} reported {quoted(latest.outcome)} about something else since then.", at)


def _overtaken(story: Story, ask: Ask) -> Stale:
    """Another call is asked for."""
    if ask.holder == story.me.id:
        what = "You are asked about the next step since then: open the link in the latest text."
    else:
        what = f"{story.who(ask.holder)} is asked about the next step since then."
    return Stale(what, story.was_asked(ask.holder))


def _moved_on(story: Story, ask: Ask) -> Stale:
    """Somebody else is asked for this call."""
    why = "There was no report"
    if ask.why == "cannot_take":
        why = "You can't take it" if ask.instead_of == story.me.id else f"{story.who(ask.instead_of)} can't take it"
    return Stale(f"{why}, so {story.who(ask.holder)} is asked instead.", story.was_asked(ask.holder))
