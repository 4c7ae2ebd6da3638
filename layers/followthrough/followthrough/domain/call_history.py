"""What happened with a lead so far, in a rep's words, and what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from followthrough.domain.answers_to_reps import IN_WORDS
from followthrough.domain.business import Rep, Team
from followthrough.domain.business_events import BY_SYSTEM
from followthrough.domain.cadence import CALL_BACK, Cadence, Step
from followthrough.domain.cadence_values import OF_EVENT
from followthrough.domain.conditions import holds
from followthrough.domain.leads import Lead, PlannedTouch, Profile, Touch
from followthrough.domain.own_steps import ANSWER, CONTACT, PARTNER_ANSWER
from followthrough.domain.partner_answers import BY_PARTNER
from followthrough.domain.rep_pages import AskedPerson, PastEntry

_MESSAGES = {"email": "E-mail", "text": "Text"}
_OUTCOMES: dict[str, str] = dict(IN_WORDS.items())
_RESULTS = {
    "silent": "no report",
    "asked": "no report yet",
    "claimed": "being sent",
    "sent": "sent",
    "failed": "did not arrive",
    "unknown": "may not have been sent",
    "received": "nobody wrote it",
}
"""By a touch's status. One that was skipped never happened, and isn't told."""


@dataclass(frozen=True)
class Story:
    """A lead and all that happened, as one rep is told it."""

    lead: Lead
    timeline: Sequence[Touch]
    me: Rep
    team: Team
    asked_at: Mapping[str, datetime]
    """When others who are asked now were told, by their ids, as far as it is known."""

    def who(self, id_: str | None) -> str:
        """`you`, a name, `another system`, or `somebody` for who isn't known any more."""
        if id_ == BY_SYSTEM:
            return "another system"
        person = self.team.person(id_) if id_ else None
        if person is None:
            return "somebody"
        return "you" if person.id == self.me.id else person.name

    def entry(self, pursuit: int, touch_id: str) -> Touch | None:
        """A touch on the timeline."""
        found = (touch for touch in self.timeline if (touch.pursuit, touch.id) == (pursuit, touch_id))
        return next(found, None)

    def was_asked(self, id_: str) -> datetime:
        """When somebody was asked; when the call was due, if that isn't known."""
        ask = self.lead.ask
        entry = self.entry(self.lead.pursuit.number, ask.touch_id) if ask else None
        return self.asked_at.get(id_) or (entry.due_at if entry else self.lead.arrived_at)


# -- before --------------------------------------------------------------------------------------------------------


def past_of(story: Story, but: Touch | None) -> tuple[PastEntry, ...]:
    """Everything that was tried and sent, the newest first, and last their request. `but` is told elsewhere."""
    again = "Asked again" if story.lead.times_asked > 1 else "Asked us"
    told = [PastEntry(story.lead.arrived_at, f"{again}, by the web form")]
    calls: dict[int, int] = {}
    for touch in story.timeline:
        if touch.status not in _RESULTS and touch.status != "reported":
            continue
        number = calls[touch.pursuit] = calls.get(touch.pursuit, 0) + _is_planned_call(touch)
        if touch != but:
            told.append(PastEntry(_when(touch), _what(story, touch, number), _result(touch)))
    return tuple(sorted(told, key=lambda entry: entry.at)[::-1])  # of one moment, what came last comes first


def _is_planned_call(touch: Touch) -> bool:
    return touch.channel == "call" and touch.step != CONTACT


def _when(touch: Touch) -> datetime:
    return touch.reported_at or touch.due_at


def _what(story: Story, touch: Touch, number: int) -> str:
    if touch.step == ANSWER:
        return "An automatic e-mail" if touch.status == "received" else "They told us themselves"
    if touch.step == PARTNER_ANSWER:
        return "The partner told us" if touch.by == BY_PARTNER else f"About the partner, {story.who(touch.by)}"
    if touch.step.startswith(OF_EVENT):
        return "Another system told us"
    if touch.channel in _MESSAGES:
        return f"{_MESSAGES[touch.channel]}: {(touch.message or touch.step).replace('-', ' ')}"
    by = story.who(touch.by or (touch.asked[-1] if touch.asked else None))
    if touch.channel == "task":
        return f"{_named(touch.step)}, {by}"
    return f"{'Conversation' if touch.step == CONTACT else f'Call {number}'}, {by}"


def _result(touch: Touch) -> str:
    said = in_words(touch.outcome) if touch.status == "reported" else touch.status == "received" and touch.reason
    said = said or _RESULTS[touch.status]
    result = f"{said}: {touch.note}" if touch.note else said
    return result[:1].upper() + result[1:]


def in_words(outcome: str | None) -> str:
    """`left voicemail`."""
    return _OUTCOMES.get(outcome or "", (outcome or "reported").replace("_", " "))


# -- now -----------------------------------------------------------------------------------------------------------


def others_of(story: Story) -> tuple[AskedPerson, ...]:
    """Who else is or was asked about the call that is asked for now, in that order."""
    ask = story.lead.ask
    if ask is None:
        return ()
    declined = ask.instead_of if ask.why == "cannot_take" else None
    return tuple(
        AskedPerson(story.who(id_), story.was_asked(id_), "can't take it" if id_ == declined else "has not reported")
        for id_ in dict.fromkeys(ask.asked)
        if id_ != story.me.id
    )


def calls_so_far(lead: Lead) -> int:
    """How many times somebody was asked to call in this pursuit."""
    return lead.pursuit.morning_calls + lead.pursuit.afternoon_calls


def most_calls(cadence: Cadence, lead: Lead) -> int | None:
    """How many calls there will be at most, for the n-th of m; None where nobody can say."""
    calls = [step for step in cadence.steps if "call" in step.actions and _is_for(step, lead.profile)]
    if any(step.every or step.choice for step in calls):
        return None
    most = sum(step.times.high if step.times else _days(step) * _a_day(step) for step in calls)
    return most if most >= calls_so_far(lead) else None  # call-backs come on top


def _days(step: Step) -> int:
    return step.day.high - step.day.low + 1 if step.day else 1


def _a_day(step: Step) -> int:
    return step.times_a_day.high if step.times_a_day else 1


def _is_for(step: Step, profile: Profile) -> bool:
    """Whether the step is for leads like this one, as far as that is settled when they arrive."""
    facts = {"value": profile.value, "audience": profile.audience}
    return all(holds(step.if_[key], fact) for key, fact in facts.items() if key in step.if_)


# -- after ---------------------------------------------------------------------------------------------------------


def next_in_words(lead: Lead, touch: PlannedTouch) -> str:
    """A touch to come: `Call 2`, `Call back`, `E-mail`."""
    return _in_words(touch, calls_so_far(lead) + 1)


def asked_in_words(lead: Lead, touch: PlannedTouch) -> str:
    """What a rep is asked for now."""
    return _in_words(touch, calls_so_far(lead))


def _in_words(touch: PlannedTouch, number: int) -> str:
    if touch.step == CALL_BACK:
        return "Call back"
    if touch.channel == "task":
        return _named(touch.step)
    return f"Call {number}" if touch.channel == "call" else _MESSAGES[touch.channel]


def _named(step: str) -> str:
    """`did-they-come` as `Did they come`."""
    return step.replace("-", " ").capitalize()


def quoted(outcome: str | None) -> str:
    """`“No answer”`."""
    words = in_words(outcome)
    return f"“{words[:1].upper()}{words[1:]}”"
