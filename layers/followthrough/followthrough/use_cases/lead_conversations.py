"""What a message does to one lead: a rep is asked to answer it, or the lead is closed, or it is only noted."""

from datetime import datetime

from followthrough.domain.answering import answer_entry, no_thanks, nobody_asked
from followthrough.domain.durations import Duration
from followthrough.domain.first_answers import told_us
from followthrough.domain.lead_messages import (
    Ignored,
    LeadMessage,
    entry_of,
    has_heard,
    held_with,
    in_need_of_an_answer,
    received,
    with_heard,
)
from followthrough.domain.news_to_reps import wrote_after_a_stop, wrote_and_cannot_be_called
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import decide, is_held_back
from followthrough.use_cases.calling_off import CALLED_OFF, tell_of_no_thanks
from followthrough.use_cases.nudging import stand_down, tell
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake

CLOSED_BEFORE = "the lead was closed before anybody reported"


def ask_for_an_answer(services: SendingServices, lead_id: str, message: LeadMessage) -> None:
    """A rep is asked at once to read and answer it, and nothing goes to the lead by itself before somebody has, or
    before it would have gone silent; what may be a stop somebody has to decide. A closed lead is followed up again,
    unless they had asked us to stop: of that the rep only hears. The same message twice is heard once.

    Raises NotFound.
    """
    retried(lambda: _ask_for_an_answer(services, lead_id, message))


def _ask_for_an_answer(services: SendingServices, lead_id: str, message: LeadMessage) -> None:
    lead, closures = services.store.load_with_closures(lead_id)
    if has_heard(lead, message):
        return
    now, planner = services.clock(), planner_for(services, lead, closures)
    until = _silent_from(services, planner)
    # A call that was still asked for when the lead was closed would be waited for, and nobody is asked for it.
    heard, over = (lead, ()) if lead.is_open else nobody_asked(lead, planner, now, CLOSED_BEFORE)
    after = told_us(in_need_of_an_answer(heard, message, planner, now, until), message.channel, "replied")
    entry = entry_of(after, message, planner)
    decision = decide(after, planner, now)
    saved = services.store.save(decision.lead, (*over, entry, *decision.passed))
    wake(services, lead, saved)
    owner = lead.rep or services.settings.team.manager.id
    if not saved.is_open:
        stand_down(services, (owner,), None, wrote_after_a_stop(lead.profile.name, message.words))
    elif "call" in saved.unusable:
        stand_down(services, (owner,), None, wrote_and_cannot_be_called(lead.profile.name, message.words))
    elif saved.ask and not saved.ask.nudged:
        tell(services, saved, planner)


def hold_back(services: Services, lead_id: str, message: LeadMessage) -> None:
    """Nothing goes by itself to a lead who may have written it, because they have the same number. One that is held
    back by a flood stays so. Raises NotFound.
    """
    retried(lambda: _hold_back(services, lead_id, message))


def _hold_back(services: Services, lead_id: str, message: LeadMessage) -> None:
    lead, closures = services.store.load_with_closures(lead_id)
    if not lead.is_open or is_held_back(lead) or has_heard(lead, message):
        return
    now, planner = services.clock(), planner_for(services, lead, closures)
    decision = decide(held_with(lead, message, now, _silent_from(services, planner)), planner, now)
    services.store.save(decision.lead, decision.passed)


def close_at_their_wish(services: SendingServices, lead_id: str, message: LeadMessage) -> None:
    """They aren't interested any more: the lead is closed, and whoever needs to know is told. Raises NotFound."""
    retried(lambda: _close_at_their_wish(services, lead_id, message))


def _close_at_their_wish(services: SendingServices, lead_id: str, message: LeadMessage) -> None:
    lead, closures = services.store.load_with_closures(lead_id)
    if has_heard(lead, message):
        return
    now, planner = services.clock(), planner_for(services, lead, closures)
    freed, over = nobody_asked(lead, planner, now, CALLED_OFF)
    after = told_us(with_heard(no_thanks(freed, now), message), message.channel, "not_interested")
    saved = services.store.save(after, (*over, answer_entry(after, planner, message.channel, message.words)))
    wake(services, lead, saved)
    tell_of_no_thanks(services, lead, now)


def note_only(services: Services, lead_id: str, message: LeadMessage, because: Ignored) -> None:
    """It arrived, and counts for nothing. Raises NotFound."""
    retried(lambda: _note_only(services, lead_id, message, because))


def _note_only(services: Services, lead_id: str, message: LeadMessage, because: Ignored) -> None:
    lead, closures = services.store.load_with_closures(lead_id)
    if has_heard(lead, message):
        return
    after, entry = received(lead, message, planner_for(services, lead, closures), because, services.clock())
    services.store.save(after, (entry,))


def _silent_from(services: Services, planner: Planner) -> datetime:
    days = Duration(f"{services.settings.business.gone_silent_after_days}d")
    return days.after(services.clock(), planner.hours.zone)
