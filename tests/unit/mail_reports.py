"""Reports of SES about e-mails of the lead in these tests, and the services that note them, faked."""

from datetime import datetime
from typing import Any

from followthrough.domain.email_events import EmailEvent, EmailEventKind, TouchTags
from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.mail_reports import MailRecord
from followthrough.use_cases.note_email_event import EmailEventServices, Noted, note_email_event
from followthrough.use_cases.ports import Services
from tests.unit.building import at
from tests.unit.fakes import World

ANN = "ann@example.com"
TRIED_YOU = TouchTags("lead1", 1, "tried-you.1")
NOON = at("2026-11-23 12:00")


class FakeMailBook:
    """The MailBook port."""

    def __init__(self) -> None:
        self.records: dict[str, MailRecord] = {}

    def record_of(self, address: str) -> MailRecord:
        return self.records.get(address, MailRecord())

    def keep(self, address: str, before: MailRecord, after: MailRecord) -> None:
        if self.record_of(address) != before:
            raise ChangedMeanwhile(address)
        self.records[address] = after


def services_of(world: World, mail: FakeMailBook | None = None) -> EmailEventServices:
    """What notes reports in a world."""
    base = {name: getattr(world.services, name) for name in Services.__dataclass_fields__}
    return EmailEventServices(**base, mail=mail or FakeMailBook(), measure=world.services.measure)


def report(kind: EmailEventKind, when: datetime = NOON, **changed: Any) -> EmailEvent:
    """A report about Ann's e-mail; a bounce is for good unless `changed` says otherwise."""
    said: dict[str, Any] = {
        "bounce": "permanent" if kind == "bounce" else None,
        "recipients": (ANN,),
        "message_id": "mail-1",
        "feedback_id": f"{kind}-1" if kind in ("bounce", "complaint") else None,
        "tags": TRIED_YOU,
        "detail": "",
    }
    return EmailEvent(kind=kind, at=when, **(said | changed))


def note(world: World, *events: EmailEvent, mail: FakeMailBook | None = None) -> list[Noted]:
    """Note reports, one after another."""
    services = services_of(world, mail)
    return [note_email_event(services, event) for event in events]
