"""Somebody asks for a quote, a call or an appointment: store the lead first, then start the pursuit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.instants import round_up
from followthrough.domain.intake import fills_the_trap, holds, place_of, read_profile
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.pursuing import ask_again, new_lead, scheduled
from followthrough.use_cases.ports import Arrival, Services
from followthrough.use_cases.pursuits import retried

REPLAY_KEPT = timedelta(hours=24)
MOST_SHARING = 20

How = Literal["new", "asked_again", "replay", "trapped"]


@dataclass(frozen=True)
class Received:
    """What became of a post.

    `trapped` came from a program, and its lead id belongs to nobody. `start_error` is the kind of error for
    which the pursuit could not be started.
    """

    lead_id: str
    how: How
    start_error: str | None = None


def receive_lead(services: Services, fields: Mapping[str, str], idempotency_key: str = "") -> Received:
    """Make the post a lead, or find the lead that it belongs to.

    - The same `idempotency_key`, or the same fields, within 24 hours: a replay, which changes nothing.
    - The same e-mail address, or without one the same phone number: the same lead has asked again.
    - Else a new lead. Stored is accepted: when the pursuit can't be started, `start_error` says why, and
      the watchdog starts it.

    Raises RefusedFields, NotFound when the cadence for arrivals isn't deployed, and ChangedMeanwhile when
    others kept posting for the same person.
    """
    if fills_the_trap(fields):
        return Received(services.new_id(), "trapped")
    profile = read_profile(fields, services.settings.business)
    keys = _replay_keys(fields, idempotency_key)
    received, lead = retried(lambda: _stored(services, profile, keys))
    return replace(received, start_error=_start(services, lead)) if lead else received


def _stored(services: Services, profile: Profile, keys: tuple[str, ...]) -> tuple[Received, Lead | None]:
    """What became of the post, and the lead if it has a pursuit to start."""
    now = round_up(services.clock())
    replayed = services.store.find_replay(keys, now)
    if replayed:
        return Received(replayed, "replay"), None
    arrival = Arrival(keys, int((now + REPLAY_KEPT).timestamp()))
    version = services.cadences.current(services.settings.business.arrival_cadence)
    services.store.keep_version(version)
    past = _same_person(services, profile)
    if past is None:
        lead = services.store.add(_first_asked(services, profile, version, now), arrival)
        return Received(lead.id, "new"), lead
    lead = services.store.archive(_asked_again(services, past, profile, version, now), arrival, past)
    return Received(lead.id, "asked_again"), lead


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
        return store.load(lead_id) if lead_id else None
    found = [store.load(lead_id) for lead_id in store.find_by_phone(profile.phone or "")[:MOST_SHARING]]
    sharing = [lead for lead in found if lead.profile.phone == profile.phone]  # not those that had it before
    # A number can be a household's or a company's. It stands for the lead that is known by it alone;
    # else for the only one that has it. Of several, nobody can tell which.
    known_by_it = [lead for lead in sharing if lead.profile.email is None] or sharing
    return known_by_it[0] if len(known_by_it) == 1 else None


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
