"""A partner tells us how it goes with a lead that it has, or that it is busy; and what managers decide instead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from followthrough.domain.answering import nobody_asked
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.handoff import WhyMoved
from followthrough.domain.handoffs import handoff_of, is_given, is_with_partners
from followthrough.domain.leads import Lead, Status
from followthrough.domain.partner_answers import (
    MOVES,
    answer_entry,
    answered,
    answers_of_partner,
    last_answer,
    noted,
)
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partner_nudges import need_not_call
from followthrough.domain.pursuing import close, decide
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.handing_over import clear_out, move_on, to_own_reps
from followthrough.use_cases.nudging import stand_down
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake

ANSWERED_MEANWHILE = "the partner has answered meanwhile"
DECIDED_MEANWHILE = "somebody of ours has decided otherwise"


@dataclass(frozen=True)
class PartnerSaid:
    """What a partner says. `at` is when the estimate is; `by` the id of the rep or manager who says it for the partner,
    None for the partner itself. `seen` is how much had been said by then, to its knowledge: the same answer, pressed
    twice, is known by it.
    """

    answer: PartnerAnswer
    at: datetime | None = None
    note: str | None = None
    by: str | None = None
    seen: int | None = None


@dataclass(frozen=True)
class PartnerAnswered:
    """What came of it, and the lead as it stands.

    noted_before: the same was said since what the partner had seen; moved_on: the partner hasn't got that lead any
    more. Nothing was changed then.
    """

    result: Literal["noted", "noted_before", "moved_on"]
    lead: Lead


def answer_for_partner(services: SendingServices, lead_id: str, number: int, said: PartnerSaid) -> PartnerAnswered:
    """Record what a partner says of the hand-off with that number, and do what follows: the next lead, or the next
    partner. An answer about a lead that it hasn't got any more changes nothing. Saying it twice is saying it once.

    Raises NotFound, and Refused for an estimate without a time, or one that is over.
    """
    return retried(lambda: _answered(services, lead_id, number, said))


def _answered(services: SendingServices, lead_id: str, number: int, said: PartnerSaid) -> PartnerAnswered:
    now = services.clock()
    lead, closures = services.store.load_with_closures(lead_id)
    if not is_given(lead) or handoff_of(lead).number != number:
        return PartnerAnswered("moved_on", lead)
    if said.seen not in (None, answers_of_partner(lead)) and last_answer(lead) == said.answer:
        return PartnerAnswered("noted_before", lead)
    planner = planner_for(services, lead, closures)
    partner = services.settings.partners.partner(handoff_of(lead).partner or "")
    if partner is None:
        return PartnerAnswered("moved_on", move_on(services, lead, "no_partner"))
    freed, over = nobody_asked(lead, planner, now, ANSWERED_MEANWHILE)
    after = noted(
        answered(freed, said.answer, now, PartnerHours(services.settings, partner), said.at), said.answer, now
    )
    entry = answer_entry(after, planner, said.note, said.by)
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*over, entry, *decision.passed))
    if said.answer in MOVES:
        after = skip_partner(services, saved, said.answer)
    else:
        after = saved
        wake(services, lead, saved)
    _stand_down(services, lead, said.by)
    return PartnerAnswered("noted", after)


def _stand_down(services: SendingServices, before: Lead, by: str | None) -> None:
    """Whoever was asked to call the partner need not any more."""
    if before.ask:
        partner = services.settings.partners.partner(handoff_of(before).partner or "")
        stand_down(services, before.ask.asked, by, need_not_call(partner, before.profile.name))


def skip_partner(services: SendingServices, lead: Lead, answer: str) -> Lead:
    """The partner doesn't want a lead that it has. Whoever is too busy gets none until somebody says otherwise; those
    that wait for it wait for others then.
    """
    left = handoff_of(lead).partner
    after = move_on(services, lead, MOVES[answer])
    if answer == "busy" and left:
        clear_out(services, left)
    return after


# -- what people of ours decide ------------------------------------------------------------------------------


def pause_partner(services: SendingServices, partner_id: str, why: Literal["busy", "manager"]) -> None:
    """The partner gets no leads until it is resumed. Those that wait for it wait for others; what it has it keeps."""
    retried(lambda: services.partners.pause(partner_id, why, services.clock()))
    clear_out(services, partner_id)


def resume_partner(services: SendingServices, partner_id: str) -> list[Lead]:
    """The partner gets leads again. Answers with those it got at once."""
    retried(lambda: services.partners.resume(partner_id))
    return hand_out(services, partner_id)


def move_lead(
    services: SendingServices, lead_id: str, reason: str, by: str, to: str | None = None, pursuit: int | None = None
) -> Lead:
    """A lead of a partner's, or one that waits, goes to another one: to that of `to`, else to the next. As it is, if it
    is none of these, or is in another pursuit than the given one by now. Raises NotFound.
    """
    return retried(lambda: _taken(services, lead_id, reason, by, "moved", to, pursuit))


def release_lead(services: SendingServices, lead_id: str, reason: str, by: str, pursuit: int | None = None) -> Lead:
    """A lead of a partner's, or one that waits, is followed up by our own reps. As `move_lead` besides."""
    return retried(lambda: _taken(services, lead_id, reason, by, "released", None, pursuit))


def close_lead(
    services: SendingServices, lead_id: str, because: Status, reason: str, by: str, pursuit: int | None = None
) -> Lead:
    """A lead of a partner's, or one that waits, is closed; the partner gets its next one. As `move_lead` besides."""
    return retried(lambda: _closed(services, lead_id, because, reason, by, pursuit))


def _taken(
    services: SendingServices, lead_id: str, reason: str, by: str, why: WhyMoved, to: str | None, pursuit: int | None
) -> Lead:
    lead = services.store.load(lead_id)
    if not is_with_partners(lead) or pursuit not in (None, lead.pursuit.number):
        return lead
    saved = _decided(services, lead, reason, by, why)
    _stand_down(services, lead, by)
    return to_own_reps(services, saved, why) if why == "released" else move_on(services, saved, why, to)


def _closed(
    services: SendingServices, lead_id: str, because: Status, reason: str, by: str, pursuit: int | None
) -> Lead:
    lead = services.store.load(lead_id)
    if not is_with_partners(lead) or pursuit not in (None, lead.pursuit.number):
        return lead
    closed = _decided(services, lead, reason, by, because, ends=because)
    wake(services, lead, closed)
    _stand_down(services, lead, by)
    return closed


def _decided(
    services: SendingServices, lead: Lead, reason: str, by: str, what: str, ends: Status | None = None
) -> Lead:
    """With what was decided on its timeline, and nobody asked any more."""
    now, planner = services.clock(), planner_for(services, lead)
    freed, over = nobody_asked(lead, planner, now, DECIDED_MEANWHILE)
    after = noted(freed, what, now)
    entries = (*over, answer_entry(after, planner, reason, by))
    return services.store.save(close(after, ends, now) if ends else after, entries)
