"""What a partner says about a lead that it has, and what that does to the lead."""

from datetime import datetime, timedelta
from typing import get_args

from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.errors import Refused
from followthrough.domain.handoff import WhyMoved
from followthrough.domain.handoffs import asks_for_help, heard
from followthrough.domain.leads import Lead, Progress, Status, Touch
from followthrough.domain.own_steps import PARTNER_ANSWER
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import close, with_pursuit

BY_PARTNER = "partner"
"""Who reported what a partner told us by itself."""

FARTHEST = timedelta(days=300)
PARTNER_ANSWERS: tuple[PartnerAnswer, ...] = get_args(PartnerAnswer)
CLOSES: dict[str, Status] = {"scheduled": "booked", "declined": "not_interested"}
MOVES: dict[str, WhyMoved] = {"busy": "busy", "not_for_us": "not_for_us"}
"""Answers after which the lead goes to the next partner, and why."""


def answered(lead: Lead, answer: PartnerAnswer, now: datetime, hours: ContactHours, at: datetime | None = None) -> Lead:
    """The partner that has the lead says something; whoever is busy, or the wrong one, still has it here. `at` is when
    the estimate is.

    Raises Refused for an estimate without a time, or one that is over.
    """
    after = heard(lead, now, hours)
    if answer == "scheduled":
        if at is None:
            raise Refused("appointment_at", "say when the estimate is, such as 2026-11-24T15:00:00-05:00")
        if not now < at <= now + FARTHEST:
            raise Refused("appointment_at", "must lie in the future, within 300 days")
        after = after.model_copy(update={"appointment_at": at})
    if answer == "needs_help":
        after = asks_for_help(after, now)
    return close(after, CLOSES[answer], now) if answer in CLOSES else after


# -- on the timeline -----------------------------------------------------------------------------------------


def noted(lead: Lead, what: str, now: datetime) -> Lead:
    """With one thing more that a partner said of it, or somebody of ours decided in its stead."""
    n = lead.pursuit.progress_of(PARTNER_ANSWER).touches + 1
    progress = Progress(touches=n, due_at=now, ended_at=now, outcome=what)
    return with_pursuit(lead, progress={**lead.pursuit.progress, PARTNER_ANSWER: progress})


def answers_of_partner(lead: Lead) -> int:
    """How much was said of a lead by its partner, or decided for it."""
    return lead.pursuit.progress_of(PARTNER_ANSWER).touches


def last_answer(lead: Lead) -> str | None:
    """The last thing of these."""
    return lead.pursuit.progress_of(PARTNER_ANSWER).outcome


def answer_entry(lead: Lead, planner: Planner, words: str | None, by: str | None) -> Touch:
    """The timeline's entry for what was just noted of `lead`; `by` the partner itself, if by nobody of ours."""
    progress = lead.pursuit.progress_of(PARTNER_ANSWER)
    assert progress.due_at  # it was just noted
    return Touch(
        pursuit=lead.pursuit.number,
        step=PARTNER_ANSWER,
        n=progress.touches,
        channel="email",
        to="rep",
        due_at=progress.due_at,
        purpose=planner.purpose(PARTNER_ANSWER, lead),
        status="reported",
        outcome=progress.outcome,
        by=by or BY_PARTNER,
        ended_at=progress.due_at,
        reported_at=progress.due_at,
        note=words,
    )
