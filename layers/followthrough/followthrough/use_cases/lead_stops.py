"""What somebody's own number or mailbox asks for: that it be left alone, or that this be taken back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from followthrough.domain.cadence import Channel
from followthrough.domain.errors import NotFound, Suppressed
from followthrough.domain.lead_messages import LeadMessage, has_heard
from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import close, with_unusable
from followthrough.domain.stops import TAKEN_BACK, ConsentEntry, StopReason
from followthrough.domain.taking_back import StartFrom
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.pursuits import retried
from followthrough.use_cases.stopping import Stop, may_start, start_again, stop
from followthrough.use_cases.waking import wake

CONFIRMED_ONCE_IN = timedelta(days=30)
"""A stop is confirmed at most once in this time, or two machines would confirm each other's stops for ever."""

OF_A_NUMBER: tuple[Channel, ...] = ("text", "call")


def stop_number(services: SendingServices, phone: str, message: LeadMessage, *, wrong_person: bool) -> None:
    """The number is left alone, and so is every lead that has it. It is suppressed first, whatever becomes of the
    leads; a lead for which it fails keeps no other from being stopped. Doing it twice is doing it once.

    `wrong_person`: whoever wrote isn't the lead, so that only this number must not be used.
    """
    if was_taken_back(services, "text", phone, message):
        return
    channels = OF_A_NUMBER if wrong_person else ("text",)
    known = services.store.suppressed([(channel, phone) for channel in channels])
    if new := [channel for channel in channels if channel not in known]:
        stops = _stops(services, phone, message, new)
        retried(lambda: services.store.keep_consents(stops))
    failed: list[Exception] = []
    for lead_id in services.store.find_by_phone(phone):
        try:
            _stop_lead(services, lead_id, phone, message, wrong_person=wrong_person)
        except NotFound:  # their data was erased
            continue
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own lead
            failed.append(error)
    if failed:
        raise failed[0]


def was_taken_back(services: Services, channel: Channel, address: str, message: LeadMessage) -> bool:
    """Whether this very stop is on record and they have taken it back since: it is only delivered again."""
    said = [entry for entry in services.store.consents(channel, address) if entry.what != "consent"]
    return any(entry.where == message.where for entry in said) and said[-1].what == "start"


def _stop_lead(services: Services, lead_id: str, phone: str, message: LeadMessage, *, wrong_person: bool) -> None:
    if services.store.load(lead_id).profile.phone != phone:  # they had it before
        return
    if wrong_person:
        retried(lambda: _left_alone(services, lead_id, phone, message))
    else:
        stop(services, lead_id, Stop("everything", "stopped", message.words, message.where))


def _left_alone(services: Services, lead_id: str, phone: str, message: LeadMessage) -> None:
    lead = services.store.load(lead_id)
    channels = [channel for channel in OF_A_NUMBER if channel not in lead.unusable]
    if not channels and not lead.is_open:
        return
    after = close(with_unusable(lead, dict.fromkeys(channels, "stopped")), "wrong_number", services.clock())
    entries = [entry.model_copy(update={"lead_id": lead_id}) for entry in _stops(services, phone, message, channels)]
    wake(services, lead, services.store.save_with_consents(after, entries))


def _stops(services: Services, phone: str, message: LeadMessage, channels: Sequence[Channel]) -> list[ConsentEntry]:
    now, words = services.clock(), message.words
    return [
        ConsentEntry(
            at=now, channel=channel, address=phone, what="stop", because="stopped", words=words, where=message.where
        )
        for channel in channels
    ]


def start_number(services: Services, phone: str, leads: Sequence[Lead], message: LeadMessage) -> list[Lead]:
    """The number may be used again, and its leads, who are answered, are followed up again. Nothing that wasn't their
    own stop is lifted; without a stop of theirs nothing happens. A stop after this message is not undone when the
    message is delivered again.

    Where several leads have the number, whoever wrote speaks for the number alone: only what a text from it has
    stopped is lifted.
    """
    start_from: StartFrom = "shared_number" if len(leads) > 1 else "number"
    own: tuple[StopReason, ...] = ("stopped",) if len(leads) > 1 else TAKEN_BACK
    started = [lead for lead in leads if restarted(services, lead, message, start_from)]
    lifted = [
        ConsentEntry(
            at=services.clock(), channel=channel, address=phone, what="start", because="started", where=message.where
        )
        for channel, reason in services.store.suppressed([(channel, phone) for channel in OF_A_NUMBER]).items()
        if reason in own and not any(has_heard(lead, message) for lead in leads)
    ]
    if lifted:
        with suppress(Suppressed):  # somebody complained in this very moment
            retried(lambda: services.store.keep_consents(lifted))
    return started


def restarted(services: Services, lead: Lead, message: LeadMessage, start_from: StartFrom) -> bool:
    """Take a lead's own stop back, if there is one that can be taken back from there."""
    if has_heard(lead, message) or not may_start(services, lead, start_from):
        return False
    try:
        start_again(services, lead.id, "started", start_from)
    except Suppressed:
        return False
    return True
