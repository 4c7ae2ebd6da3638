"""What leads tell us by themselves, on the page behind our e-mails or in a reply, and what that does to a lead.

None of it is a call of ours: nothing that counts calls or attempts changes.
"""

import calendar
from datetime import date, datetime, timedelta
from typing import Literal

from followthrough.domain.cadence import ASKED_OF_REPS, Channel
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Hold, Lead, Progress, Touch, WhyCallBack
from followthrough.domain.own_steps import ANSWER
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import close, end_touch, reopened, with_ask
from followthrough.domain.stops import StopReason

BY_LEAD = "lead"
"""Who told us, on the timeline."""

FARTHEST = timedelta(days=366)
"""How far ahead a call can be asked for."""

MONTHS = (1, 3, 6, 12)
"""In how many months they can be asked again."""

WhatTheySaid = Literal["call_back", "later", "not_interested", "replied"]

NOT_UNDONE: tuple[StopReason, ...] = ("complained", "erased")
"""After such a stop nothing that is pressed on a page makes us call again."""


# -- what it does to a lead ----------------------------------------------------------------------------------


def call_me(lead: Lead, at: datetime, now: datetime) -> Lead:
    """They want to be called then. A lead that was closed is followed up again."""
    return _to_be_called(_followed_up(lead), at, "call_back", now)


def ask_later(lead: Lead, at: datetime, now: datetime) -> Lead:
    """Not now: they want to be asked again then."""
    return _to_be_called(lead, at, "later", now)


def no_thanks(lead: Lead, now: datetime) -> Lead:
    """They don't want it: the lead is closed."""
    return close(_with(_told(lead, "not_interested", now), callback_at=None), "not_interested", now)


def wrote(lead: Lead, now: datetime, until: datetime, why: Literal["replied", "unclear"]) -> Lead:
    """They wrote to us: a rep is asked to answer, and nothing goes to them by itself before somebody has, or before
    `until`; if it may be a stop, before somebody has decided. A lead that was closed is followed up again, unless they
    had opted out.

    A call that is being asked for now goes on; a call agreed for later is given up for this one.
    """
    held = _told(lead, "replied", now).model_copy(update={"hold": Hold(since=now, until=until, why=why)})
    if lead.status == "opted_out":
        return held
    return _with(_followed_up(held), callback_at=now, callback_why="replied")


def nobody_asked(lead: Lead, planner: Planner, now: datetime, reason: str) -> tuple[Lead, tuple[Touch, ...]]:
    """The lead without the call or task that somebody is being asked for, and the entry of what was so called off."""
    touch = lead.pursuit.open_touch
    after = with_ask(lead, None)
    if touch is None or touch.channel not in ASKED_OF_REPS:
        return after, ()
    return end_touch(after, touch, "skipped", now), (planner.touch(touch, lead, "skipped", reason=reason),)


def _followed_up(lead: Lead) -> Lead:
    return lead if lead.is_open else reopened(lead)


def _to_be_called(lead: Lead, at: datetime, why: WhyCallBack, now: datetime) -> Lead:
    return _with(_told(lead, "later" if why == "later" else "call_back", now), callback_at=at, callback_why=why)


def _told(lead: Lead, what: WhatTheySaid, now: datetime) -> Lead:
    progress = Progress(touches=answers_of(lead) + 1, due_at=now, ended_at=now, outcome=what)
    return _with(lead, progress={**lead.pursuit.progress, ANSWER: progress})


def _with(lead: Lead, **changed: object) -> Lead:
    return lead.model_copy(update={"pursuit": lead.pursuit.model_copy(update=changed)})


# -- on the timeline -----------------------------------------------------------------------------------------


def answers_of(lead: Lead) -> int:
    """How often they have told us something in this pursuit."""
    return lead.pursuit.progress_of(ANSWER).touches


def answer_entry(lead: Lead, planner: Planner, channel: Channel, words: str | None) -> Touch:
    """The timeline's entry for what `lead` has just told us. `channel` is the way it came; `words` is what they said.

    Raises ValueError when they have told us nothing.
    """
    progress = lead.pursuit.progress_of(ANSWER)
    if progress.due_at is None:
        raise ValueError("they have told us nothing")
    return Touch(
        pursuit=lead.pursuit.number,
        step=ANSWER,
        n=progress.touches,
        channel=channel,
        to="rep",
        due_at=progress.due_at,
        purpose=planner.purpose(ANSWER, lead),
        status="reported",
        outcome=progress.outcome,
        by=BY_LEAD,
        ended_at=progress.due_at,
        reported_at=progress.due_at,
        note=words,
    )


# -- what can be said ----------------------------------------------------------------------------------------


def may_be_called(lead: Lead) -> bool:
    """Whether they can ask for a call: not on a number that was said to be somebody else's, and not after a stop that
    isn't theirs to lift.
    """
    lasting = [reason for reason in lead.unusable.values() if reason in NOT_UNDONE]
    stopped = lead.status == "opted_out" and bool(lasting)
    return not stopped and "call" not in lead.unusable and lead.status != "wrong_number"


def months_later(hours: ContactHours, now: datetime, months: int) -> datetime:
    """The same wall time so many months on, moved into contact hours; on the last day of a month that is shorter."""
    local = now.astimezone(hours.zone)
    moment = at_local(_months_on(local.date(), months), local.time().replace(microsecond=0), hours.zone)
    return hours.next_open(moment) or moment


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
