"""A text comes in from a partner's number: an answer about the lead that it has, or something for us to read."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain import answers_to_partners as answers
from followthrough.domain.errors import NotFound, Refused, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.handoffs import handoff_of, heard, is_given
from followthrough.domain.lead_messages import LeadMessage, kept_words
from followthrough.domain.lead_sayings import Stop
from followthrough.domain.leads import Lead
from followthrough.domain.partner_answers import MOVES, answer_entry, last_answer, noted
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partner_texts import (
    Answer,
    Nothing,
    PartnerText,
    Ready,
    Seen,
    StartTexts,
    StopTexts,
    TimeAlone,
    Words,
    YesOrNo,
    read_partner_text,
)
from followthrough.domain.partners import Partner
from followthrough.domain.pursuing import decide
from followthrough.use_cases.lead_stops import CONFIRMED_ONCE_IN, start_number, stop_number
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner, pause_partner, resume_partner
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake

SAME_WORDS_ONCE_IN = timedelta(days=1)
"""A phone that answers by itself says the same again: that is no sign of life, and nobody is told of it twice."""

ASKED_ONCE_IN = timedelta(hours=1)
"""Two machines would thank each other for ever."""

Kept = Literal["note", "date_missing"]
"""What is recorded of words that are no answer: something to read; that there is an estimate whose date isn't known."""


def receive_partner_text(services: SendingServices, partner: Partner, body: str, message_id: str) -> str:
    """Act on a text once, however often it is delivered. Says in a word what it was."""
    if not services.team.is_new_text(message_id):
        return "handled_before"
    try:
        leads = _open_leads(services, partner)
        names = [lead.profile.name for lead in leads if lead.profile.name]
        last_fours = [lead.profile.phone[-4:] for lead in leads if lead.profile.phone]
        said = read_partner_text(body, services.settings.business.country, names, last_fours)
        words = _answer(services, partner, leads, said, body, message_id)
    except Exception:
        services.team.forget_text(message_id)  # it is delivered again
        raise
    if words:
        _send(services, partner.phone, words, after_a_stop=isinstance(said, StopTexts))
    return type(said).__name__


def _open_leads(services: Services, partner: Partner) -> list[Lead]:
    found = []
    for lead_id in sorted(services.partners.states([partner.id])[partner.id].open_leads):
        with suppress(NotFound):  # their data was erased
            lead = services.store.load(lead_id)
            if is_given(lead) and handoff_of(lead).partner == partner.id:
                found.append(lead)
    return found


def _send(services: SendingServices, phone: str, words: str, *, after_a_stop: bool = False) -> None:
    """One attempt. Whoever has stopped our texts gets none."""
    if not after_a_stop and services.store.suppressed([("text", phone)]):
        return
    try:
        services.texter.send(phone, words)
    except (SendingRefused, SendingThrottled, SendingUnknown):
        services.measure("AnswersFailed", 1)


# -- what it does --------------------------------------------------------------------------------------------


def _answer(
    services: SendingServices, partner: Partner, leads: list[Lead], said: PartnerText, body: str, message_id: str
) -> str | None:
    """What is answered; None for nothing."""
    match said:
        case Nothing():
            return None
        case StopTexts():
            return _stopped(services, partner, body, message_id)
        case StartTexts():
            return _started(services, partner, body, message_id)
        case Ready():
            return _ready(services, partner)
        case Answer("busy") if not leads:
            return _skipped(services, partner)
    if not leads:
        return _about_nothing(services, partner, said, body)
    meant = [lead for lead in leads if (lead.profile.phone or "").endswith(said.last_four or "")]
    if not meant:
        return answers.nothing_open(services.settings.business)
    return _about(services, partner, meant[0], said, body) if len(meant) == 1 else answers.which_lead()


def _about(
    services: SendingServices,
    partner: Partner,
    lead: Lead,
    said: Answer | TimeAlone | YesOrNo | Words | Seen,
    body: str,
) -> str | None:
    match said:
        case Answer():
            return _answered(services, partner, lead, said, body)
        case TimeAlone() if last_answer(lead) == "date_missing":
            return _answered(services, partner, lead, Answer("scheduled", said.when), body)
    if not services.team.is_first(f"words of {partner.id}: {body}", SAME_WORDS_ONCE_IN):
        return None
    if not _kept(services, lead, "note", body):
        return answers.nothing_open(services.settings.business)
    name = lead.profile.name
    match said:
        case TimeAlone():
            return answers.is_it_the_estimate(name)
        case YesOrNo(yes):
            return answers.yes_to_what(name) if yes else answers.no_to_what(name)
        case Words():
            _tell(services, lead.rep, answers.partner_wrote(partner, name or "the lead", kept_words(body)))
    if not services.team.is_first(f"how it goes, asked of {partner.id}", ASKED_ONCE_IN):
        return None
    return answers.passed_to(name) if isinstance(said, Words) else answers.how_does_it_go(name)


def _answered(services: SendingServices, partner: Partner, lead: Lead, said: Answer, body: str) -> str:
    name, theirs = lead.profile.name, ZoneInfo(lead.place.zones[0])
    at: datetime | None = None
    if said.answer == "scheduled":
        if said.when is None or not said.when.exact:
            kept = _kept(services, lead, "date_missing", body)
            return answers.scheduled_when(name) if kept else answers.nothing_open(services.settings.business)
        at = said.when.moment(services.clock(), theirs)
        if at is None:
            return answers.no_such_time()
    try:
        what = PartnerSaid(said.answer, at, kept_words(body))
        answered = answer_for_partner(services, lead.id, handoff_of(lead).number, what)
    except Refused:
        return answers.no_such_time()
    if answered.result == "moved_on":
        return answers.nothing_open(services.settings.business)
    if said.has_note and (said.answer in MOVES or said.answer == "declined"):  # it may say that they think better of it
        _tell(services, lead.rep, answers.partner_wrote(partner, name or "the lead", kept_words(body)))
    if at:
        return answers.scheduled(name, at, theirs, PartnerHours(services.settings, partner).zone)
    return answers.noted(said.answer, name)


def _kept(services: Services, lead: Lead, what: Kept, body: str) -> bool:
    """Whether the words are kept with the lead: it is a sign of life, and no answer. Not once it has moved on."""
    return retried(lambda: _keep(services, lead, what, body))


def _keep(services: Services, found: Lead, what: Kept, body: str) -> bool:
    now = services.clock()
    lead, closures = services.store.load_with_closures(found.id)
    partner = services.settings.partners.partner(handoff_of(found).partner or "")
    if partner is None or not is_given(lead) or handoff_of(lead).number != handoff_of(found).number:
        return False
    planner = planner_for(services, lead, closures)
    after = noted(heard(lead, now, PartnerHours(services.settings, partner)), what, now)
    decision = decide(after, planner, now)
    entry = answer_entry(after, planner, kept_words(body), None)
    saved = services.store.save(decision.lead, (entry, *decision.passed))
    wake(services, lead, saved)
    return True


# -- without a lead ------------------------------------------------------------------------------------------


def _about_nothing(services: SendingServices, partner: Partner, said: PartnerText, body: str) -> str | None:
    """It has no lead from us: an answer comes too late, and words are for the manager."""
    if not services.team.is_first(f"words of {partner.id}: {body}", SAME_WORDS_ONCE_IN) or isinstance(said, Seen):
        return None
    if not isinstance(said, Words):
        return answers.nothing_open(services.settings.business)
    _tell(services, None, answers.partner_wrote(partner, None, kept_words(body)))
    return answers.reads_it(services.settings.business)


def _skipped(services: SendingServices, partner: Partner) -> str:
    if services.partners.states([partner.id])[partner.id].paused is None:
        pause_partner(services, partner.id, "busy")
    return answers.skipped()


def _ready(services: SendingServices, partner: Partner) -> str:
    """Who asked to be skipped takes leads again. Nobody else's pause is theirs to end."""
    paused = services.partners.states([partner.id])[partner.id].paused
    if paused == "busy":
        resume_partner(services, partner.id)
        return answers.ready_again()
    return answers.paused_by_us(services.settings.business) if paused or partner.paused else answers.not_skipped()


# -- no more texts -------------------------------------------------------------------------------------------


def _stopped(services: SendingServices, partner: Partner, body: str, message_id: str) -> str | None:
    message = LeadMessage("text", message_id, Stop(), kept_words(body))
    stop_number(services, partner.phone, message, wrong_person=False)
    if not services.team.is_first(f"stop of {partner.phone}", CONFIRMED_ONCE_IN):
        return None
    _tell(services, None, answers.partner_stopped(partner))
    return answers.stopped(services.settings.business)


def _started(services: SendingServices, partner: Partner, body: str, message_id: str) -> str | None:
    if not services.store.suppressed([("text", partner.phone)]):
        return _ready(services, partner)
    message = LeadMessage("text", message_id, Stop(), kept_words(body))
    start_number(services, partner.phone, [], message)
    return answers.started(services.settings.business)


def _tell(services: SendingServices, rep: str | None, words: str) -> None:
    """The lead's rep, or the manager where there is none."""
    team = services.settings.team
    person = (team.person(rep) if rep else None) or team.manager
    _send(services, person.phone, words)
