"""What is recorded of a lead that is for partners: where it stands, and which partners had it before."""

from typing import Literal

from pydantic import Field

from followthrough.domain.instants import Instant
from followthrough.domain.model import Model

WhyMoved = Literal["quiet", "busy", "not_for_us", "paused", "moved", "released", "no_partner"]
"""Why a partner doesn't have, or get, a lead any more: it did not answer, it asked to be skipped, the lead is not of
its trade or area, it is paused, somebody of ours decided so, or it was dropped from the configuration.
"""

Tried = Literal["call", "text", "unreported"]
"""How we tried to reach a partner: unreported is a call that nobody has reported, which may not have been made."""

CameOf = Literal[WhyMoved, "scheduled", "declined", "closed"]
"""What came of a hand-off: beside a move, an estimate with a date, a lead that said no, or another end of the lead."""


class Had(Model):
    """A partner that doesn't get this lead any more."""

    partner: str
    why: WhyMoved
    at: Instant
    number: int = Field(0, description="The number of the hand-off; 0 if the lead only waited for that partner.")
    answered_after: int | None = Field(None, description="As in Handoff.")
    pullbacks: int = 0


class Handoff(Model):
    """Where a lead stands that is for partners: it waits for one, was given to one, or none is left for it."""

    partner: str | None = Field(description="Whose it is, or for whom it waits; None once our own reps follow it up.")
    pursuit: int = Field(description="The pursuit in which it stands there. It ends as soon as any other one begins.")
    number: int = Field(0, description="The number of the latest hand-off, that of its pursuit; 0 if there was none.")
    line: str = Field(description="Its place in any partner's line: a sort key.")
    waits_since: Instant = Field(description="Since when it waits for a partner, or waited until it was given to one.")
    given_at: Instant | None = Field(None, description="When the partner got it; None while it waits.")
    heard_at: Instant | None = Field(None, description="The partner's last sign of life about it.")
    answered_after: int | None = Field(
        None, description="Seconds of the partner's open time until its first sign of life."
    )
    tried: tuple[Tried, ...] = Field(
        (), description="How we tried to reach the partner since its last sign of life, in vain so far."
    )
    tried_since: Instant | None = Field(None, description="When the first of these was.")
    in_touch_at: Instant | None = Field(None, description="When we last tried or heard from the partner.")
    pulled_back_at: Instant | None = Field(None, description="When we asked for an answer by the deadline.")
    deadline_at: Instant | None = Field(None, description="When the lead goes to the next partner without an answer.")
    pullbacks: int = Field(0, description="How many times we had to ask so.")
    next_waits_since: Instant | None = Field(None, description="When it was first seen that another lead waits.")
    help_asked_at: Instant | None = Field(None, description="When the partner last asked for somebody to call.")
    link: str = Field("", description="The token of the partner's page about it, in plain, so that each text has it.")
    had: tuple[Had, ...] = Field((), description="Partners that had it or were to have it, and don't any more.")

    @property
    def is_given(self) -> bool:
        """Whether a partner has it."""
        return self.partner is not None and self.given_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a partner."""
        return self.partner is not None and self.given_at is None


class Placed(Model):
    """Where a lead stands in the table: in a partner's line, or among its open leads."""

    partner: str
    line: str | None = Field(description="The sort key of its place in line; None for an open lead.")
