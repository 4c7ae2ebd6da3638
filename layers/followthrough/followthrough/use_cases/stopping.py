"""A lead asks to be left alone, or takes that back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from followthrough.domain.cadence import ASKED_OF_REPS, Channel
from followthrough.domain.errors import Suppressed
from followthrough.domain.instants import round_up
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import decide, end_touch, opt_out, reopened, with_unusable
from followthrough.domain.stops import ConsentEntry, StopReason, is_news
from followthrough.domain.taking_back import StartFrom, own_stops
from followthrough.use_cases.ports import Services
from followthrough.use_cases.pursuits import planner_for, retried
from followthrough.use_cases.waking import wake

Scope = Literal["email", "everything"]
"""What is to stop: e-mails only, or all messages and calls."""


@dataclass(frozen=True)
class Stop:
    """What somebody asks for. `words` is what they wrote, `where` the page or message that it came with."""

    scope: Scope
    because: StopReason
    words: str | None = None
    where: str | None = None


def find_lead(services: Services, token: str) -> Lead:
    """The lead that a link in an e-mail belongs to. Raises NotFound."""
    return services.store.load(services.store.find_by_token(token))


def stop(services: Services, lead_id: str, asked: Stop) -> Lead:
    """Nothing goes to the lead any more, from the moment that this is written. Doing it twice is doing it once.

    Raises NotFound.
    """
    return retried(lambda: _stop(services, services.store.load(lead_id), asked))


def _stop(services: Services, lead: Lead, asked: Stop) -> Lead:
    channels: tuple[Channel, ...] = ("email",) if asked.scope == "email" else ("email", "text")
    now = round_up(services.clock())  # the record of consents and the lead name one moment
    entries = _entries(lead, channels, asked, now)
    everything = asked.scope == "everything"
    if not entries and not (everything and lead.is_open):
        return lead
    after = with_unusable(lead, {entry.channel: asked.because for entry in entries})
    if everything:
        stopped = services.store.save_with_consents(opt_out(after, now), entries)
    else:
        decision = decide(after, planner_for(services, after), now)
        stopped = services.store.save_with_consents(decision.lead, entries, decision.passed)
    wake(services, lead, stopped)
    return stopped


def _entries(lead: Lead, channels: Sequence[Channel], asked: Stop, now: datetime) -> list[ConsentEntry]:
    """A line for each address of the lead's for which this is news."""
    addresses = {"email": lead.profile.email, "text": lead.profile.phone, "call": lead.profile.phone}
    return [
        ConsentEntry(
            at=now,
            channel=channel,
            address=address,
            what="stop",
            because=asked.because,
            words=asked.words,
            where=asked.where,
            lead_id=lead.id,
        )
        for channel in channels
        if (address := addresses[channel]) and is_news(asked.because, lead.unusable.get(channel))
    ]


def start_again(
    services: Services, lead_id: str, because: Literal["started", "undone"], start_from: StartFrom = "mailbox"
) -> Lead:
    """The lead takes back their own stop, and is followed up again if that had ended it. Doing it twice is doing it
    once. Where it may be somebody else's stop (see `may_start`), nothing happens.

    Raises NotFound, or Suppressed when a complaint ended it or an address must not be used for another reason that
    isn't theirs to lift.
    """
    return retried(lambda: _start_again(services, lead_id, because, start_from))


def _start_again(
    services: Services, lead_id: str, because: Literal["started", "undone"], start_from: StartFrom
) -> Lead:
    lead, now = services.store.load(lead_id), services.clock()
    if not may_start(services, lead, start_from):
        return lead
    if lead.status == "opted_out" and "complained" in lead.unusable.values():
        raise Suppressed("a complaint ended it")
    addresses = {"email": lead.profile.email, "text": lead.profile.phone, "call": lead.profile.phone}
    own = own_stops(lead, start_from)
    entries = [
        ConsentEntry(at=now, channel=channel, address=address, what="start", because=because, lead_id=lead.id)
        for channel in own
        if (address := addresses[channel])
    ]
    usable = {channel: reason for channel, reason in lead.unusable.items() if channel not in own}
    after = lead.model_copy(update={"unusable": usable})
    planner = planner_for(services, after)
    over: tuple[Touch, ...] = ()
    if after.status == "opted_out":
        after, over = _followed_up_again(after, planner, now)
    decision = decide(after, planner, now)
    started = services.store.save_with_consents(decision.lead, entries, (*over, *decision.passed))
    wake(services, lead, started)
    return started


def may_start(services: Services, lead: Lead, start_from: StartFrom) -> bool:
    """Whether the lead has a stop that can be taken back from there. From a number that others have too, a lead that
    had opted out is followed up again only if it was a text from that number that ended it.
    """
    own = own_stops(lead, start_from)
    if start_from == "shared_number":
        return bool(own) and (lead.status != "opted_out" or _ended_by_a_text(services, lead))
    return bool(own) or lead.status == "opted_out"


def _ended_by_a_text(services: Services, lead: Lead) -> bool:
    """By the record of consents: a stop and the end of the following up are written at one moment."""
    said = services.store.consents("text", lead.profile.phone) if lead.profile.phone else ()
    return any(
        entry.what == "stop"
        and (entry.lead_id, entry.at) == (lead.id, lead.closed_at)
        and (entry.where or "").startswith("text ")
        for entry in said
    )


def _followed_up_again(lead: Lead, planner: Planner, now: datetime) -> tuple[Lead, tuple[Touch, ...]]:
    """The lead, open again. Nobody is asked for the call any more that was being asked for when they stopped."""
    touch = lead.pursuit.open_touch
    if touch is None or touch.channel not in ASKED_OF_REPS:
        return reopened(lead), ()
    over = planner.touch(touch, lead, "skipped", reason="they had asked us to stop")
    return reopened(end_touch(lead, touch, "skipped", now)), (over,)
