"""One message that a lead wrote to us, and what it does to the lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from followthrough.domain.answering import BY_LEAD, answer_entry, answers_of, wrote
from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.lead_sayings import LeadText, PerhapsStop
from followthrough.domain.leads import Hold, Lead, Touch
from followthrough.domain.names import shortened
from followthrough.domain.own_steps import ANSWER
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import with_ask, with_pursuit

LONGEST_WORDS = 1000
"""Characters of a message that are kept with the lead."""

MOST_HEARD = 10

Ignored = Literal["out of office", "spam", "virus", "a phone answered by itself"]
"""Why something that arrived counts for nothing: no person wrote it to us."""


@dataclass(frozen=True)
class LeadMessage:
    """One message. `words` is what they wrote themselves, None for nothing; `id` is the same when it is delivered
    again.
    """

    channel: Literal["text", "email"]
    id: str
    said: LeadText
    words: str | None
    from_elsewhere: bool = False
    """Whether an e-mail came from another address than the lead's own."""

    @property
    def where(self) -> str:
        """How the record of consents names it."""
        return f"{self.channel} {self.id}"


def kept_words(text: str) -> str | None:
    """What is kept of a text: at most `LONGEST_WORDS` characters, its lines as they are."""
    return shortened(text.strip(), LONGEST_WORDS) or None


# -- which lead ----------------------------------------------------------------------------------------------


def in_conversation(leads: Sequence[Lead]) -> Lead:
    """Of several leads with one number the one that is most likely to be writing: an open one, and of these the one
    with whom something happened last.
    """
    return max(leads, key=lambda lead: (lead.is_open, _last_active(lead)))


def _last_active(lead: Lead) -> datetime:
    moments = [lead.arrived_at, lead.spoken_at, *(each.due_at for each in lead.pursuit.progress.values())]
    return max(moment for moment in moments if moment)


# -- what it does --------------------------------------------------------------------------------------------


def has_heard(lead: Lead, message: LeadMessage) -> bool:
    """Whether this very message has reached the lead's record before."""
    return message.id in lead.heard


def with_heard(lead: Lead, message: LeadMessage) -> Lead:
    """The message will be known again."""
    return lead.model_copy(update={"heard": (*lead.heard, message.id)[-MOST_HEARD:]})


def in_need_of_an_answer(lead: Lead, message: LeadMessage, planner: Planner, now: datetime, until: datetime) -> Lead:
    """They wrote something that a human has to read: nothing goes to them by itself until then, and a rep is asked.

    Whoever is being asked for a call just now is told of it with that call; where their silence would pass the call on
    to somebody else, no other call is needed.
    """
    hold = _hold(lead, message, now, until, message.words)
    after = with_heard(wrote(lead, now, until, "unclear" if hold.why == "unclear" else "replied"), message).model_copy(
        update={"hold": hold}
    )
    ask = lead.ask
    if not after.is_open or ask is None or ask.deadline is None:
        return with_ask(after, None)  # who was asked in vain before has had their turn: it begins with the lead's rep
    told_again = with_ask(after, ask.model_copy(update={"nudged": False}))
    step = ask.touch_id.rpartition(".")[0]
    if planner.step(step).do == "call" and planner.silence_rule(step).do == "escalate":
        agreed = lead.pursuit.callback_at if step != CALL_BACK else None
        return with_pursuit(told_again, callback_at=agreed, callback_why=lead.pursuit.callback_why)
    return with_pursuit(told_again, callback_at=ask.deadline)


def held_with(lead: Lead, message: LeadMessage, now: datetime, until: datetime) -> Lead:
    """Another lead has the same number, and it may be this one who wrote."""
    hold = _hold(lead, message, now, until, None)
    return with_heard(lead, message).model_copy(update={"hold": hold})


def _hold(lead: Lead, message: LeadMessage, now: datetime, until: datetime, words: str | None) -> Hold:
    """What nobody has answered yet is added to: a friendly word later doesn't make a possible stop clear."""
    before = lead.hold.words if lead.hold else None
    unclear = isinstance(message.said, PerhapsStop) or (lead.hold is not None and lead.hold.why == "unclear")
    together = "\n".join(filter(None, (before, words)))[-LONGEST_WORDS:]
    return Hold(since=now, until=until, why="unclear" if unclear else "replied", words=together or None)


def entry_of(lead: Lead, message: LeadMessage, planner: Planner) -> Touch:
    """The timeline's entry for a message that was recorded on the lead just now."""
    entry = answer_entry(lead, planner, message.channel, message.words)
    return entry.model_copy(update={"reason": "from another address"}) if message.from_elsewhere else entry


def received(lead: Lead, message: LeadMessage, planner: Planner, because: Ignored, now: datetime) -> tuple[Lead, Touch]:
    """Something arrived that no person wrote: it is noted, and changes nothing else."""
    before = lead.pursuit.progress_of(ANSWER)
    counted = before.model_copy(update={"touches": answers_of(lead) + 1, "due_at": before.due_at or now})
    after = with_pursuit(with_heard(lead, message), progress={**lead.pursuit.progress, ANSWER: counted})
    entry = Touch(
        pursuit=lead.pursuit.number,
        step=ANSWER,
        n=counted.touches,
        channel=message.channel,
        to="rep",
        due_at=now,
        purpose=planner.purpose(ANSWER, lead),
        status="received",
        reason=because,
        by=BY_LEAD,
        ended_at=now,
    )
    return after, entry
