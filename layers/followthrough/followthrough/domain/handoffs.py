"""What handing a lead to partners does to it: who has it, when the partner was last heard of, and when it moves on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain.business import Settings
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.handoff import CameOf, Had, Handoff, Placed, Tried, WhyMoved
from followthrough.domain.leads import Lead, Status
from followthrough.domain.partner_hours import (
    PartnerHours,
    after_open_time,
    after_without_closed_days,
    open_time_between,
)

QUIET_CALLS = QUIET_TEXTS = 2
QUIET_FOR = timedelta(hours=24)
"""A partner is quiet once so many calls and texts had no answer, and so long ago was the first of them."""

AT_LAST = timedelta(days=7)
"""A partner that was not heard of for so long loses the lead, whatever kept us from asking."""

_CAME_OF: dict[Status, CameOf] = {"booked": "scheduled", "won": "scheduled", "not_interested": "declined"}


@dataclass(frozen=True)
class Result:
    """What came of one hand-off, for the partner's figures. Who was quiet, or busy, gets no leads from then on."""

    came_of: CameOf
    at: datetime
    answered_after: int | None = None
    pullbacks: int = 0

    @property
    def pauses(self) -> Literal["quiet", "busy"] | None:
        """Why the partner is paused by this, if it is."""
        return self.came_of if self.came_of in ("quiet", "busy") else None


# -- where a lead stands -------------------------------------------------------------------------------------


def placed(lead: Lead) -> Placed | None:
    """Where a lead has to stand in the table. Not in line while nothing may go out for it: whoever wrote to us is
    answered first, and keeps the place.
    """
    handoff = lead.handoff
    if handoff is None or handoff.partner is None:
        return None
    if is_given(lead):
        return Placed(partner=handoff.partner, line=None)
    return Placed(partner=handoff.partner, line=handoff.line) if is_waiting(lead) and not lead.hold else None


def is_given(lead: Lead) -> bool:
    """Whether a partner has it, which ends as soon as it goes on in any other way."""
    return _stands(lead) and handoff_of(lead).is_given


def is_waiting(lead: Lead) -> bool:
    """Whether it waits for a partner, which ends in the same way."""
    return _stands(lead) and handoff_of(lead).is_waiting and handoff_of(lead).number != lead.pursuit.number


def lost_its_partner(lead: Lead) -> bool:
    """Whether it was closed while a partner had it, and is followed up again: by nobody so far."""
    return _stands(lead) and handoff_of(lead).is_waiting and handoff_of(lead).number == lead.pursuit.number


def _stands(lead: Lead) -> bool:
    handoff = lead.handoff
    return lead.is_open and handoff is not None and handoff.pursuit == lead.pursuit.number


def waits_for(lead: Lead, partner: str) -> bool:
    """Whether it waits for that partner."""
    return is_waiting(lead) and handoff_of(lead).partner == partner


def is_with_partners(lead: Lead) -> bool:
    """Whether it is one or the other."""
    return is_given(lead) or is_waiting(lead)


def in_line(lead: Lead, partner: str, line: str, now: datetime) -> Lead:
    """The lead waits for its first partner, in its present pursuit."""
    return _with(lead, Handoff(partner=partner, pursuit=lead.pursuit.number, line=line, waits_since=now))


def given(lead: Lead, now: datetime, link: str) -> Lead:
    """The partner for whom it waited has it now, in the pursuit that has just begun. `link` opens its page."""
    number = lead.pursuit.number
    return _changed(lead, given_at=now, pursuit=number, number=number, link=link)


def moved(lead: Lead, to: str | None, why: WhyMoved, now: datetime) -> Lead:
    """The lead leaves its partner, or that partner's line, for another one's, or is our own reps' from now on. Its
    pursuit for that has begun.

    Who was given to a partner begins to wait anew; who only waited goes on waiting.
    """
    handoff = handoff_of(lead)
    assert handoff.partner  # who is our own reps' doesn't move
    had = Had(
        partner=handoff.partner,
        why=why,
        at=now,
        number=handoff.number if handoff.is_given else 0,
        answered_after=handoff.answered_after,
        pullbacks=handoff.pullbacks,
    )
    return _with(
        lead,
        Handoff(
            partner=to,
            pursuit=lead.pursuit.number,
            number=handoff.number,
            line=handoff.line,
            waits_since=now if handoff.is_given else handoff.waits_since,
            had=(*handoff.had, had),
        ),
    )


def handed_before(lead: Lead) -> Iterable[str]:
    """The partners that don't get this lead again."""
    return [had.partner for had in lead.handoff.had] if lead.handoff else []


def handoff_of(lead: Lead) -> Handoff:
    """Where a lead stands that is known to be for partners."""
    assert lead.handoff
    return lead.handoff


def result_of(lead: Lead, partner: str) -> Result:
    """What came of a hand-off that is over, by the lead as it is now: closed, or moved on."""
    handoff = handoff_of(lead)
    last = next((had for had in reversed(handoff.had) if had.partner == partner), None)
    if last and not (handoff.is_given and handoff.partner == partner):
        return Result(last.why, last.at, last.answered_after, last.pullbacks)
    came_of = _CAME_OF.get(lead.status, "closed")
    ended_at = lead.closed_at or handoff.given_at or handoff.waits_since
    return Result(came_of, ended_at, handoff.answered_after, handoff.pullbacks)


# -- news and silence ----------------------------------------------------------------------------------------


def heard(lead: Lead, now: datetime, hours: ContactHours) -> Lead:
    """A sign of life of the partner: everything is back to normal."""
    handoff = handoff_of(lead)
    since_given = open_time_between(hours, handoff.given_at or now, now)
    return _changed(
        lead,
        heard_at=now,
        in_touch_at=now,
        answered_after=int(since_given.total_seconds()) if handoff.heard_at is None else handoff.answered_after,
        tried=(),
        tried_since=None,
        pulled_back_at=None,
        deadline_at=None,
    )


def tried(lead: Lead, how: Tried, at: datetime) -> Lead:
    """We tried to reach the partner, and have no answer so far."""
    handoff = handoff_of(lead)
    return _changed(lead, tried=(*handoff.tried, how), tried_since=handoff.tried_since or at, in_touch_at=at)


def asks_for_help(lead: Lead, now: datetime) -> Lead:
    """The partner wants somebody of ours to call."""
    return _changed(lead, help_asked_at=now)


def next_waits(lead: Lead, now: datetime) -> Lead:
    """Another lead waits until this one is taken care of."""
    return _changed(lead, next_waits_since=handoff_of(lead).next_waits_since or now)


def quiet_at(lead: Lead, hours: ContactHours) -> datetime | None:
    """When the partner counts as quiet, if nothing is heard of it; None while it was not tried often enough.

    Days on which it is closed don't count. A call that nobody of ours has reported counts: their silence must not hold
    up the lead.
    """
    handoff = lead.handoff
    if handoff is None or handoff.tried_since is None or handoff.in_touch_at is None:
        return None
    if calls_in_vain(lead) < QUIET_CALLS or texts_in_vain(lead) < QUIET_TEXTS:
        return None
    return max(after_without_closed_days(hours, handoff.tried_since, QUIET_FOR), handoff.in_touch_at)


def calls_in_vain(lead: Lead) -> int:
    """For how many calls to the partner since its last sign of life somebody of ours was asked."""
    return sum(how != "text" for how in lead.handoff.tried) if lead.handoff else 0


def texts_in_vain(lead: Lead) -> int:
    """How many texts it got since then."""
    return lead.handoff.tried.count("text") if lead.handoff else 0


def pulled_back(lead: Lead, now: datetime, deadline: datetime) -> Lead:
    """We asked for an answer by the deadline. It stays asked until the partner is heard of."""
    return _changed(lead, pulled_back_at=now, deadline_at=deadline, pullbacks=handoff_of(lead).pullbacks + 1)


# -- when it changes by itself -------------------------------------------------------------------------------


def changes_at(lead: Lead, settings: Settings, hours: PartnerHours | None) -> datetime | None:
    """When the lead leaves its partner without any news: at the deadline of one that was given, and once it has waited
    for too long in line. At once, if there is no such partner any more. None for a lead that is not with partners.
    """
    if not is_with_partners(lead):
        return None
    handoff = handoff_of(lead)
    if hours is None:
        return handoff.waits_since
    if is_given(lead):
        last = after_without_closed_days(hours, handoff.heard_at or handoff.given_at or handoff.waits_since, AT_LAST)
        return handoff.deadline_at or last
    wait = settings.partners.own_reps_after.elapsed
    return after_open_time(hours, handoff.waits_since, wait) or handoff.waits_since


def _changed(lead: Lead, **changes: object) -> Lead:
    return _with(lead, handoff_of(lead).model_copy(update=changes))


def _with(lead: Lead, handoff: Handoff) -> Lead:
    return lead.model_copy(update={"handoff": handoff})
