"""A lead tells us by itself: call me then, not now, or no thanks."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal, assert_never

from followthrough.domain.answering import (
    FARTHEST,
    MONTHS,
    answer_entry,
    ask_later,
    call_me,
    may_be_called,
    months_later,
    no_thanks,
    nobody_asked,
)
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.errors import Refused
from followthrough.domain.first_answers import told_us
from followthrough.domain.instants import at_local
from followthrough.domain.lead_pages import LaterPage, later_page, seen_of
from followthrough.domain.leads import Lead
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import decide
from followthrough.domain.stand_downs import wants_a_call, wants_to_be_asked_later
from followthrough.domain.times_in_words import clock, date_in_words, moment_in_words
from followthrough.use_cases.calling_off import AGREED, CALLED_OFF, tell_of_no_thanks
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake


@dataclass(frozen=True)
class CallMe:
    """Call me then: naive, on the lead's own clock."""

    at: datetime


@dataclass(frozen=True)
class NotNow:
    """Ask again in so many months."""

    months: int


@dataclass(frozen=True)
class NoThanks:
    """They don't want it."""


Said = CallMe | NotNow | NoThanks


@dataclass(frozen=True)
class Answered:
    """What came of it, and the lead as it stands. `wake_error` is the kind of error for which the machine could not be
    woken at once.

    noted_before: the same is in force already; out_of_date: something happened since their page was made, so that
    nothing was changed.
    """

    result: Literal["noted", "noted_before", "out_of_date"]
    lead: Lead
    wake_error: str | None = None


@dataclass(frozen=True)
class _Wanted:
    """What they said, as moments."""

    what: Literal["call_back", "later", "not_interested"]
    at: datetime | None = None


def open_later_page(services: Services, lead_id: str) -> LaterPage:
    """The page as things stand. Nothing is written. Raises NotFound."""
    lead, closures = services.store.load_with_closures(lead_id)
    hours = planner_for(services, lead, closures).hours
    return later_page(lead, services.settings.business, hours, services.clock())


def answer_lead(services: SendingServices, lead_id: str, said: Said, seen: str | None = None) -> Answered:
    """Record what they said, plan afresh, wake the machine, and let whoever is asked for a call stand down.

    `seen` is what their page showed, as `lead_pages.seen_of` writes it; without it, whatever holds now.

    Raises NotFound, and Refused with the field (`call_at`, `months` or `form`) and a whole sentence for what can't be
    done.
    """
    return retried(lambda: _answered(services, lead_id, said, seen))


def _answered(services: SendingServices, lead_id: str, said: Said, seen: str | None) -> Answered:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    planner = planner_for(services, lead, closures)
    wanted = _wanted(said, planner.hours, now)
    if _is_in_force(lead, wanted, planner.hours):
        return Answered("noted_before", lead)
    if seen not in (None, seen_of(lead)):
        return Answered("out_of_date", lead)
    _expect_possible(lead, wanted)
    freed, over = nobody_asked(lead, planner, now, CALLED_OFF)
    after = told_us(_changed(freed, wanted, now), "email", wanted.what)  # our e-mails alone lead to their page
    entry = answer_entry(after, planner, "email", _in_words(wanted, planner.hours))
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*over, entry, *decision.passed))
    wake_error = wake(services, lead, saved)
    _tell(services, lead, wanted, planner, now)
    return Answered("noted", saved, wake_error)


# -- what they said ------------------------------------------------------------------------------------------


def _wanted(said: Said, hours: ContactHours, now: datetime) -> _Wanted:
    match said:
        case CallMe(at):
            return _Wanted("call_back", _moment(at, hours, now))
        case NotNow(months):
            if months not in MONTHS:
                raise Refused("months", "Choose one of the times that are offered.")
            return _Wanted("later", months_later(hours, now, months))
        case NoThanks():
            return _Wanted("not_interested")
    assert_never(said)


def _moment(local: datetime, hours: ContactHours, now: datetime) -> datetime:
    moment = at_local(local.date(), local.time(), hours.zone)
    if moment <= now:
        there = clock(now.astimezone(hours.zone).time())
        raise Refused("call_at", f"Choose a time that is still to come: it is {there} now.")
    if moment > now + FARTHEST:
        raise Refused("call_at", "Choose a time within the next 12 months.")
    if not hours.is_open(moment):
        raise Refused("call_at", _closed_then(moment, hours))
    return moment


def _closed_then(moment: datetime, hours: ContactHours) -> str:
    """Why nobody is called at that moment, and when they can be."""
    day = date_in_words(moment, hours.zone)
    spans = [f"{_clock(start, hours)} and {_clock(end, hours)}" for start, end in hours.on(hours.date_of(moment))]
    if not spans:
        return f"We make no calls on {day}. Choose another day."
    return f"On {day}, we call between {', or '.join(spans)}. Choose a time then."


def _clock(moment: datetime, hours: ContactHours) -> str:
    wall = moment.astimezone(hours.zone).time()
    return "midnight" if wall == time(0) else clock(wall)


def _is_in_force(lead: Lead, wanted: _Wanted, hours: ContactHours) -> bool:
    if wanted.what == "not_interested":
        return lead.status == "not_interested"
    agreed, at = lead.pursuit.callback_at, wanted.at
    if not lead.is_open or agreed is None or at is None or lead.pursuit.callback_why != wanted.what:
        return False
    # Pressed a minute later, "in a month" is another moment of the same day.
    return agreed == at or (wanted.what == "later" and hours.date_of(agreed) == hours.date_of(at))


def _expect_possible(lead: Lead, wanted: _Wanted) -> None:
    if wanted.what == "call_back":
        if not may_be_called(lead):
            raise Refused("form", "We can't call you from here any more. Please call us instead.")
    elif not lead.is_open and not (wanted.what == "not_interested" and lead.status in AGREED):
        raise Refused("form", "We are not contacting you about this any more, so there is nothing to put off.")


def _changed(lead: Lead, wanted: _Wanted, now: datetime) -> Lead:
    if wanted.at is None:
        return no_thanks(lead, now)
    return call_me(lead, wanted.at, now) if wanted.what == "call_back" else ask_later(lead, wanted.at, now)


def _in_words(wanted: _Wanted, hours: ContactHours) -> str | None:
    if wanted.at is None:
        return None
    if wanted.what == "call_back":
        return moment_in_words(wanted.at, hours.zone)
    return f"ask again on {date_in_words(wanted.at, hours.zone)}, {wanted.at.astimezone(hours.zone).year}"


# -- who is told ---------------------------------------------------------------------------------------------


def _tell(services: SendingServices, before: Lead, wanted: _Wanted, planner: Planner, now: datetime) -> None:
    """Whoever was asked stands down."""
    name, theirs, yours = before.profile.name, planner.hours.zone, services.settings.zone
    asked = before.ask.asked if before.ask else ()
    if wanted.at is None:
        tell_of_no_thanks(services, before, now)
    elif wanted.what == "call_back":
        stand_down(services, asked, None, wants_a_call(name, wanted.at, theirs, yours, now))
    else:
        stand_down(services, asked, None, wants_to_be_asked_later(name, wanted.at, yours, now))
