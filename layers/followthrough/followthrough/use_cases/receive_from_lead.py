"""A text comes in from a number that is nobody's of the team: a lead's, or a stranger's."""

from datetime import timedelta

from followthrough.domain import answers_to_leads as answers
from followthrough.domain.errors import NotFound, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.lead_messages import LeadMessage, in_conversation, kept_words
from followthrough.domain.lead_sayings import Empty, HelpAsked, NotInterested, Start, Stop
from followthrough.domain.lead_texts import read_lead_text
from followthrough.domain.leads import Lead
from followthrough.use_cases.lead_conversations import ask_for_an_answer, close_at_their_wish, hold_back, note_only
from followthrough.use_cases.lead_stops import CONFIRMED_ONCE_IN, start_number, stop_number
from followthrough.use_cases.ports import SendingServices

MOST_SHARING = 20
ABOUT_US_ONCE_IN = timedelta(hours=1)
STRANGERS_ONCE_IN = timedelta(days=1)


def receive_lead_text(services: SendingServices, phone: str, body: str, message_id: str) -> str:
    """Act on a text once, however often it is delivered; `phone` is E.164. Says in a word what it was.

    Stops come first, and need nothing of what the others need.
    """
    said = read_lead_text(body)
    message = LeadMessage("text", message_id, said, kept_words(body))
    if isinstance(said, Stop):
        stop_number(services, phone, message, wrong_person=said.wrong_person)
        _answer(services, phone, "stopped", answers.stopped(services.settings.business), CONFIRMED_ONCE_IN)
    elif isinstance(said, HelpAsked):
        _answer(services, phone, "help", answers.about_us(services.settings.business), ABOUT_US_ONCE_IN)
    else:
        _for_the_leads(services, phone, message)
    return type(said).__name__


def _for_the_leads(services: SendingServices, phone: str, message: LeadMessage) -> None:
    leads = _leads_with(services, phone)
    if isinstance(message.said, Start) and _started(services, phone, leads, message):
        return
    known = [lead for lead in leads if lead.status != "wrong_number"]
    if not known:
        _stranger(services, phone, message)
        return
    first = in_conversation(known)
    if isinstance(message.said, Empty) and message.said.because == "automatic":
        note_only(services, first.id, message, "a phone answered by itself")
        return
    if isinstance(message.said, NotInterested):
        close_at_their_wish(services, first.id, message)
    else:
        ask_for_an_answer(services, first.id, message)
    for other in known:
        if other.id != first.id:
            hold_back(services, other.id, message)


def _leads_with(services: SendingServices, phone: str) -> list[Lead]:
    found = []
    for lead_id in services.store.find_by_phone(phone)[:MOST_SHARING]:
        try:
            lead = services.store.load(lead_id)
        except NotFound:  # their data was erased
            continue
        if lead.profile.phone == phone:  # they may have had it before
            found.append(lead)
    return found


def _started(services: SendingServices, phone: str, leads: list[Lead], message: LeadMessage) -> bool:
    """Whether that took a stop back: of leads, one of whom a rep is asked to get in touch with, or of the number."""
    suppressed = bool(services.store.suppressed([("text", phone), ("call", phone)]))
    started = start_number(services, phone, leads, message)
    if started:
        ask_for_an_answer(services, in_conversation(started).id, message)
    elif leads or not suppressed:
        return False
    _answer(services, phone, "started", answers.started(services.settings.business), ABOUT_US_ONCE_IN)
    return True


def _stranger(services: SendingServices, phone: str, message: LeadMessage) -> None:
    """One polite line, unless a machine or somebody who asked for silence wrote: nothing about them is stored."""
    services.measure("TextsFromOthers", 1)
    if isinstance(message.said, Empty) or services.store.suppressed([("text", phone)]):
        return
    _answer(services, phone, "stranger", answers.who_are_you(services.settings.business), STRANGERS_ONCE_IN)


def _answer(services: SendingServices, phone: str, what: str, words: str, once_in: timedelta) -> None:
    if not services.team.is_first(f"{what} {phone}", once_in):
        return
    try:
        services.texter.send(phone, words)
    except (SendingRefused, SendingThrottled, SendingUnknown):
        services.measure("AnswersFailed", 1)
