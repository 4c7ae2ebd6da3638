"""Somebody asks for a quote, a call or an appointment: store the lead first, then start the pursuit."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain.assignment import source_of as form_source
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.consents import addresses_of, text_consent
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.floods import Sender, held_back, source_of
from followthrough.domain.instants import round_up
from followthrough.domain.intake import fills_the_trap, holds, place_of, read_profile
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.pursuing import ask_again, is_held_back, new_lead, scheduled
from followthrough.use_cases.going_on import version_for_arrival
from followthrough.use_cases.handing_over import in_line_on_arrival
from followthrough.use_cases.ports import Arrival, Services
from followthrough.use_cases.pursuits import retried

REPLAY_KEPT = timedelta(hours=24)
MOST_SHARING = 20
UNKNOWN_SENDER = Sender()

How = Literal["new", "asked_again", "replay", "trapped"]


@dataclass(frozen=True)
class Received:
    """What became of a post.

    `trapped` came from a program, and its lead id belongs to nobody. `start_error` is the kind of error for
    which the pursuit could not be started; one that is `held` back isn't.
    """

    lead_id: str
    how: How
    start_error: str | None = None
    held: bool = False


def receive_lead(
    services: Services, fields: Mapping[str, str], idempotency_key: str = "", sender: Sender = UNKNOWN_SENDER
) -> Received:
    """Make the post a lead, or find the lead that it belongs to.

    - The same `idempotency_key`, or the same fields, within 24 hours: a replay, which changes nothing.
    - The same e-mail address, or without one the same phone number: the same lead has asked again.
    - Else a new lead. Stored is accepted: when the pursuit can't be started, `start_error` says why, and
      the watchdog starts it.
    - More of them in an hour than the business allows, from one source or in all, are stored and held back: nothing
      goes out to them, and nobody is asked to call.

    Raises RefusedFields, NotFound when the cadence for arrivals isn't deployed, and ChangedMeanwhile when
    others kept posting for the same person.
    """
    if fills_the_trap(fields):
        return Received(services.new_id(), "trapped")
    profile = read_profile(fields, services.settings.business)
    keys = _replay_keys(fields, idempotency_key)
    received, lead = retried(lambda: _stored(services, profile, keys, sender))
    if lead is None:
        return received
    error = None if received.held else _start(services, lead)
    _tell_sharing(services, lead)
    return replace(received, start_error=error)


def _stored(
    services: Services, profile: Profile, keys: tuple[str, ...], sender: Sender
) -> tuple[Received, Lead | None]:
    """What became of the post, and the lead if it has a pursuit to start."""
    now = round_up(services.clock())
    replayed = services.store.find_replay(keys, now)
    if replayed:
        return Received(replayed, "replay"), None
    held = _is_flooded(services, profile, keys[-1], sender, now)
    arrival = Arrival(keys, int((now + REPLAY_KEPT).timestamp()), held_since=now if held else None)
    past = _same_person(services, profile)
    version = version_for_arrival(services, profile, again=past is not None)
    if past is None:
        first = _known_stops(services, _first_asked(services, profile, version, now), None)
        first = in_line_on_arrival(services, _held_if(held, services, first, now), now)
        first = _sharing_known(services, first, None)
        lead = services.store.add(first, _with_consent(services, arrival, first, profile, sender.page, now))
        return Received(lead.id, "new", held=held), lead
    again = _known_stops(services, _asked_again(services, past, profile, version, now), past)
    again = in_line_on_arrival(services, _held_if(held, services, again, now), now, past)
    again = _sharing_known(services, again, past.profile.phone)
    lead = services.store.archive(again, _with_consent(services, arrival, again, profile, sender.page, now), past)
    return Received(lead.id, "asked_again", held=held), lead


def _is_flooded(services: Services, profile: Profile, post: str, sender: Sender, now: datetime) -> bool:
    caps, source = services.settings.business.caps, source_of(sender, form_source(profile))
    return services.traffic.is_flooded(source, post, now, caps.leads_an_hour, caps.all_leads_an_hour)


def _held_if(held: bool, services: Services, lead: Lead, now: datetime) -> Lead:  # noqa: FBT001 - the name says it
    """The lead held back; or, if it was before and there is no flood any more, as any other lead."""
    if held:
        return held_back(lead, services.settings.team.manager.id, now)
    return lead.model_copy(update={"hold": None}) if is_held_back(lead) else lead


def _sharing_known(services: Services, lead: Lead, phone_before: str | None) -> Lead:
    """With a note of whether others have the same number; looked up for a number that is new to the lead."""
    if lead.profile.phone in (None, phone_before):
        return lead
    return lead.model_copy(update={"shares_phone": bool(_others_with_number(services, lead))})


def _others_with_number(services: Services, lead: Lead) -> list[str]:
    found = services.store.find_by_phone(lead.profile.phone) if lead.profile.phone else []
    return [lead_id for lead_id in found if lead_id != lead.id]


def _tell_sharing(services: Services, lead: Lead) -> None:
    """Note on the others that they share their number. Whoever calls them without it misses a hint and nothing else."""
    if not lead.shares_phone:
        return
    for lead_id in _others_with_number(services, lead)[:MOST_SHARING]:
        with suppress(ChangedMeanwhile, NotFound):
            other = services.store.load(lead_id)
            if other.is_open and not other.shares_phone:
                services.store.save(other.model_copy(update={"shares_phone": True}))


def _with_consent(
    services: Services, arrival: Arrival, lead: Lead, posted: Profile, page: str | None, now: datetime
) -> Arrival:
    """With the line that says what they agreed to just now, if they did. It lifts no stop: only their START does."""
    given = text_consent(lead.profile, posted, services.settings.business.consent_wording, page, now)
    return replace(arrival, consents=(given,)) if given else arrival


def _known_stops(services: Services, lead: Lead, past: Lead | None) -> Lead:
    """With what is known of its new addresses. Of those that it had already the lead's own record tells."""
    now, before = addresses_of(lead.profile), addresses_of(past.profile) if past else {}
    changed = {channel: address for channel, address in now.items() if before.get(channel) != address}
    kept = {channel: reason for channel, reason in lead.unusable.items() if channel not in changed}
    found = services.store.suppressed(list(changed.items()))
    return lead.model_copy(update={"unusable": {**kept, **found}})


def _replay_keys(fields: Mapping[str, str], idempotency_key: str) -> tuple[str, ...]:
    """The fields and not the bytes are compared: a browser puts a new boundary into every multipart post."""
    body = json.dumps(sorted(fields.items()))
    named = [("key", idempotency_key.strip()), ("body", body)]
    return tuple(f"{kind}#{hashlib.sha256(text.encode()).hexdigest()}" for kind, text in named if text)


def _same_person(services: Services, profile: Profile) -> Lead | None:
    """By e-mail address; by phone number only for a post without one.

    A post that brings an e-mail address never joins a lead by its number: whoever knows somebody's number
    could otherwise have messages about them sent to an address of their own.
    """
    store = services.store
    if profile.email:
        lead_id = store.find_by_email(profile.email)
        return _found(services, lead_id) if lead_id else None
    found = [_found(services, lead_id) for lead_id in store.find_by_phone(profile.phone or "")[:MOST_SHARING]]
    sharing = [lead for lead in found if lead.profile.phone == profile.phone]  # not those that had it before
    # A number can be a household's or a company's. It stands for the lead that is known by it alone;
    # else for the only one that has it. Of several, nobody can tell which.
    known_by_it = [lead for lead in sharing if lead.profile.email is None] or sharing
    return known_by_it[0] if len(known_by_it) == 1 else None


def _found(services: Services, lead_id: str) -> Lead:
    """Raises ChangedMeanwhile for somebody whose data was erased since they were found."""
    try:
        return services.store.load(lead_id)
    except NotFound:
        raise ChangedMeanwhile(f"lead {lead_id} was erased") from None


# Both are overdue from the moment they arrive: the machine's first plan, seconds later, sets their next touch
# and records what it passes over. Should the start fail, the watchdog sees them in two minutes.


def _first_asked(services: Services, profile: Profile, version: CadenceVersion, now: datetime) -> Lead:
    place = place_of(profile, services.settings.business)
    lead = new_lead(profile, place, services.new_id(), services.new_token(), version, now)
    return scheduled(lead, now)


def _asked_again(services: Services, past: Lead, profile: Profile, version: CadenceVersion, now: datetime) -> Lead:
    lead = ask_again(past, profile, past.place, version, now)
    if not holds(lead.profile.other):
        # The earlier ones are kept with the pursuit they came with. A lead that grew with every post could
        # be made too large to be written.
        lead = lead.model_copy(update={"profile": lead.profile.model_copy(update={"other": profile.other})})
    # Where they are is read from all that is known now, kept and new.
    return scheduled(lead.model_copy(update={"place": place_of(lead.profile, services.settings.business)}), now)


def _start(services: Services, lead: Lead) -> str | None:
    try:
        services.machine.start(lead.pursuit_id, lead.pursuit.run)
    except Exception as error:  # noqa: BLE001 - the lead is stored, and must not be answered as if it weren't
        return type(error).__name__
    return None
