"""An e-mail comes in at the address that our e-mails ask for answers at: the token in it says whose it is."""

from dataclasses import dataclass
from datetime import timedelta

from followthrough.domain import answers_to_leads as answers
from followthrough.domain.errors import NotFound, SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.lead_messages import Ignored, LeadMessage, kept_words
from followthrough.domain.lead_sayings import Empty, HelpAsked, NotInterested, Start, Stop
from followthrough.domain.lead_texts import read_lead_email
from followthrough.domain.leads import Lead
from followthrough.domain.nudges import NudgeEmail
from followthrough.domain.own_words import own_words
from followthrough.domain.reply_address import reply_address
from followthrough.domain.stops import TAKEN_BACK
from followthrough.use_cases import stopping
from followthrough.use_cases.lead_conversations import ask_for_an_answer, close_at_their_wish, note_only
from followthrough.use_cases.lead_stops import CONFIRMED_ONCE_IN, restarted, was_taken_back
from followthrough.use_cases.ports import OutgoingEmail, SendingServices
from followthrough.use_cases.stopping import find_lead

ABOUT_US_ONCE_IN = timedelta(hours=1)


@dataclass(frozen=True)
class IncomingEmail:
    """One e-mail. `token` is what the address that it went to carries, None if nothing; `from_` anybody can write
    anything into. `ignored` says why it counts for nothing, if it does.
    """

    token: str | None
    from_: str | None
    subject: str
    body: str
    message_id: str
    ignored: Ignored | None = None


def receive_email(services: SendingServices, email: IncomingEmail) -> str:
    """Act on an e-mail once, however often it is delivered. Says in a word what it was.

    People answer from other addresses too, so that the token alone decides.
    """
    lead = _lead_of(services, email)
    if lead is None:
        services.measure("EmailsToNobody", 1)
        return "to_nobody"
    message = _message(email, lead)
    is_stop = isinstance(message.said, Stop)
    if email.ignored and not (is_stop and email.ignored == "spam"):
        note_only(services, lead.id, message, email.ignored)
        return email.ignored.replace(" ", "_")
    _act(services, lead, message)
    return type(message.said).__name__


def _lead_of(services: SendingServices, email: IncomingEmail) -> Lead | None:
    try:
        return find_lead(services, email.token) if email.token else None
    except NotFound:
        return None


def _message(email: IncomingEmail, lead: Lead) -> LeadMessage:
    own = (lead.profile.email or "").lower()
    return LeadMessage(
        "email",
        email.message_id,
        read_lead_email(email.subject, email.body),
        kept_words(own_words(email.body)) or kept_words(email.subject),
        from_elsewhere=email.from_ is not None and email.from_.lower() != own,
    )


def _act(services: SendingServices, lead: Lead, message: LeadMessage) -> None:
    business = services.settings.business
    match message.said:
        case Stop(wrong_person=wrong_person):
            _stop(services, lead, message, wrong_person=wrong_person)
        case HelpAsked() if "email" not in lead.unusable:
            words = answers.about_us_email(business)
            _answer(services, lead, "help", answers.ABOUT_US_SUBJECT, words, ABOUT_US_ONCE_IN)
        case NotInterested():
            close_at_their_wish(services, lead.id, message)
        case Empty(because="automatic"):
            note_only(services, lead.id, message, "out of office")
        case Start() if restarted(services, lead, message, "mailbox"):
            if lead.unusable.get("email") in (None, *TAKEN_BACK):
                words = answers.started_email(business)
                _answer(services, lead, "started", answers.STARTED_SUBJECT, words, ABOUT_US_ONCE_IN)
            ask_for_an_answer(services, lead.id, message)
        case _:
            ask_for_an_answer(services, lead.id, message)


def _stop(services: SendingServices, lead: Lead, message: LeadMessage, *, wrong_person: bool) -> None:
    """Everything; only e-mails if whoever wrote isn't the lead. It is confirmed where mail was still welcome before."""
    address = lead.profile.email
    if address and was_taken_back(services, "email", address, message):
        return
    scope: stopping.Scope = "email" if wrong_person else "everything"
    stopping.stop(services, lead.id, stopping.Stop(scope, "stopped", message.words, message.where))
    if "email" in lead.unusable:
        return
    words = answers.stopped_email(services.settings.business)
    _answer(services, lead, "stopped", answers.STOPPED_SUBJECT, words, CONFIRMED_ONCE_IN)


def _answer(services: SendingServices, lead: Lead, what: str, subject: str, words: str, once_in: timedelta) -> None:
    """To the lead's own address, whoever wrote: nobody else's may be written to."""
    to = lead.profile.email
    if to is None or not services.team.is_first(f"{what} {to.lower()}", once_in):
        return
    content = services.lay_out_nudge(NudgeEmail(subject, words, None), services.settings.business.name)
    reply_to = reply_address(lead.token, services.reply_domain) if services.reply_domain else None
    try:
        services.mailer.send(OutgoingEmail(to, content, reply_to=reply_to))
    except (SendingRefused, SendingThrottled, SendingUnknown):
        services.measure("AnswersFailed", 1)
