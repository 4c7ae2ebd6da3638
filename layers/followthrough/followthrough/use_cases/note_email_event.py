"""SES reports what became of an e-mail: the address, the touch and the plan know it from then on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from followthrough.domain.email_events import EmailEvent
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.mail_reports import (
    MailRecord,
    lead_after,
    reported,
    why_stopped,
    with_delivery,
    with_return,
)
from followthrough.domain.pursuing import decide, with_unusable
from followthrough.domain.stops import ConsentEntry, StopReason, is_news
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.stopping import Stop, stop
from followthrough.use_cases.waking import wake

Noted = Literal["lead", "address", "nudge"]
"""What an event was about: a lead's e-mail, an address that no lead has, or a nudge."""

WHERE = "a report of the mail service"


class MailBook(Protocol):
    """How mail to each address has fared lately."""

    def record_of(self, address: str) -> MailRecord:
        """What is known about an address; nothing if that was long ago."""

    def keep(self, address: str, before: MailRecord, after: MailRecord) -> None:
        """Replace what was known. Raises ChangedMeanwhile if that isn't `before` any more."""


@dataclass(frozen=True)
class EmailEventServices(Services):
    """What is worked with here."""

    mail: MailBook
    measure: Callable[[str, float], None]


def note_email_event(services: EmailEventServices, event: EmailEvent) -> Noted:
    """Act on one event. Doing it twice is doing it once, and the order of events makes no difference.

    The metrics `Complaints`, `EmailsNotSent` and `NudgesReturned` raise alarms.
    """
    if _is_about_a_nudge(services, event):
        if event.kind not in ("delivery", "delivery_delay"):
            services.measure("NudgesReturned", 1)
        return "nudge"
    if event.kind == "complaint":
        services.measure("Complaints", 1)
    if event.kind in ("reject", "rendering_failure"):
        services.measure("EmailsNotSent", 1)
    stopped = _stopped(services, event)
    for address, because in stopped.items():  # whatever becomes of the lead
        _suppress(services, address, because)
    lead_id = _lead_of(services, event)
    found = bool(lead_id) and _note_on_lead(services, str(lead_id), event, stopped)
    return "lead" if found else "address"


def _is_about_a_nudge(services: Services, event: EmailEvent) -> bool:
    """By the tags; where none came along, by the address."""
    if event.tags.rep or event.tags.lead_id:
        return event.tags.rep is not None
    people = {person.email.lower() for person in services.settings.team.people}
    return bool(event.recipients) and set(event.recipients) <= people


# -- addresses -----------------------------------------------------------------------------------------------


def _stopped(services: EmailEventServices, event: EmailEvent) -> dict[str, StopReason]:
    """Which of the event's addresses must not be written to from now on, and why."""
    most = services.settings.business.transient_bounces
    records = {address: _record(services, address, event) for address in event.recipients}
    reasons = {address: why_stopped(event, record, most) for address, record in records.items()}
    return {address: because for address, because in reasons.items() if because}


def _record(services: EmailEventServices, address: str, event: EmailEvent) -> MailRecord:
    """How mail to an address has fared, this event included."""
    if event.kind == "delivery":
        return _changed(services, address, lambda record: with_delivery(record, event.at))
    if event.bounce == "transient":
        return _changed(services, address, lambda record: with_return(record, event.event_id, event.at))
    return MailRecord()


def _changed(services: EmailEventServices, address: str, change: Callable[[MailRecord], MailRecord]) -> MailRecord:
    def attempt() -> MailRecord:
        before = services.mail.record_of(address)
        after = change(before)
        if after != before:
            services.mail.keep(address, before, after)
        return after

    return retried(attempt)


def _suppress(services: Services, address: str, because: StopReason) -> None:
    """Whoever's address it is, and even if nobody's. What can't be taken back needs no second reason."""
    if is_news(because, services.store.suppressed([("email", address)]).get("email")):
        entry = _entry(services, address, because)
        retried(lambda: services.store.keep_consents([entry]))


def _entry(services: Services, address: str, because: StopReason, lead_id: str | None = None) -> ConsentEntry:
    return ConsentEntry(
        at=services.clock(),
        channel="email",
        address=address,
        what="stop",
        because=because,
        where=WHERE,
        lead_id=lead_id,
    )


# -- the lead ------------------------------------------------------------------------------------------------


def _lead_of(services: Services, event: EmailEvent) -> str | None:
    """By the tags, else by an address."""
    if event.tags.lead_id:
        return event.tags.lead_id
    found = (services.store.find_by_email(address) for address in event.recipients)
    return next((lead_id for lead_id in found if lead_id), None)


def _note_on_lead(services: Services, lead_id: str, event: EmailEvent, stopped: Mapping[str, StopReason]) -> bool:
    """Whether there is such a lead. A complaint ends everything first; what is noted after it can wait."""
    try:
        if event.kind == "complaint":
            stop(services, lead_id, Stop("everything", "complained", where=WHERE))
        retried(lambda: _note(services, services.store.load(lead_id), event, stopped))
    except NotFound:  # erased, or of another stack that uses this one's topic
        return False
    return True


def _note(services: Services, lead: Lead, event: EmailEvent, stopped: Mapping[str, StopReason]) -> None:
    """The touch, the lead's address and the plan, all at once, so that no claim comes between."""
    known, now = _touch_of(services, lead, event), services.clock()
    touch = reported(known, event, now) if known else None
    changed = (touch,) if touch and touch != known else ()
    email = lead.profile.email
    because = stopped.get(email.lower()) if email else None
    because = because if is_news(because, lead.unusable.get("email")) else None
    is_over = touch is not None and known is not None and touch.status != known.status
    if not because and not is_over:
        if changed:
            services.store.save(lead, changed)
        return
    after = with_unusable(lead, {"email": because}) if because else lead
    after = lead_after(after, touch, now) if touch and is_over else after
    entries = [_entry(services, email, because, lead.id)] if email and because else []
    decision = decide(after, planner_for(services, after), now)
    saved = services.store.save_with_consents(decision.lead, entries, (*changed, *decision.passed))
    wake(services, lead, saved)


def _touch_of(services: Services, lead: Lead, event: EmailEvent) -> Touch | None:
    """The touch that the e-mail was: by its tags, else by the id that SES gave it. Raises ChangedMeanwhile when it was
    claimed since the lead was read.
    """
    tags = event.tags
    if tags.pursuit and tags.touch_id:
        touch = services.store.load_touch(lead.id, tags.pursuit, tags.touch_id)
    else:
        timeline = services.store.timeline(lead.id)
        touch = next((touch for touch in timeline if touch.service_id == event.message_id), None)
    if touch is None or touch.channel != "email":
        return None
    if touch.pursuit == lead.pursuit.number and touch.n > lead.pursuit.progress_of(touch.step).touches:
        raise ChangedMeanwhile(f"{touch.id} of {lead.id} was claimed")
    return touch
