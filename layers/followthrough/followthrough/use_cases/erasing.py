"""Erase a person: because they ask for it, or because their lead was closed long enough ago."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.retention import kept_until
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.people import PeopleServices, Person, Progress, Ref, Who, find_person
from followthrough.use_cases.pursuits import retried


@dataclass(frozen=True)
class Inventory:
    """How much is kept about a person. `beside` are nudges, links and counts; `said` lines of consents and stops."""

    leads: int
    pursuits: int
    touches: int
    said: int
    beside: int


def take_inventory(services: PeopleServices, who: Who, looked_at: Progress) -> Inventory:
    """What `erase` would remove, in numbers. Raises NotFound or SeveralPeople."""
    person = find_person(services, who)
    lead = person.lead
    return Inventory(
        leads=1 if lead else 0,
        pursuits=1 + len(person.past) if lead else 0,
        touches=len(services.store.timeline(lead.id)) if lead else 0,
        said=sum(len(lines_of(services, person, place)) for place in range(len(person.addresses))),
        beside=len(_beside(services, person, looked_at)),
    )


def lines_of(services: PeopleServices, person: Person, place: int) -> list[ConsentEntry]:
    """What was said about one of the person's addresses; on one that others have too, only what is this person's."""
    address = person.addresses[place]
    said = services.store.consents(*address)
    if address not in person.shared:
        return said
    return [entry for entry in said if person.lead and entry.lead_id == person.lead.id]


def erase(services: PeopleServices, who: Who, looked_at: Progress) -> None:
    """Erase everything about a person, but that their addresses must not be used by machines any more.

    The lead itself goes last. Until then whatever fails can be begun again in the same way; from then on nothing can be
    written about them, and whatever still runs for them finds nothing and finishes. Raises NotFound or SeveralPeople,
    and ChangedMeanwhile when facts about them keep coming in.
    """
    retried(lambda: _erase(services, find_person(services, who), looked_at))


def _erase(services: PeopleServices, person: Person, looked_at: Progress) -> None:
    lead, stops = person.lead, _stops(person, services.clock())
    if lead:
        services.people.clear(lead, person.earlier_numbers, _beside(services, person, looked_at))
    for address in person.addresses:
        services.people.clear_said(address, lead.id if lead and address in person.shared else None)
    if lead:
        services.people.remove(lead, stops)
    else:
        services.people.keep_stops(stops)


def _beside(services: PeopleServices, person: Person, looked_at: Progress) -> Sequence[Ref]:
    return services.people.beside(person.lead.id, person.own, looked_at) if person.lead else ()


def _stops(person: Person, now: datetime) -> list[ConsentEntry]:
    """No machine writes to them any more. Whoever asks anew may be called, because they asked."""
    return [
        ConsentEntry(at=now, channel=address.channel, address=address.address, what="stop", because="erased")
        for address in person.own
        if address.channel != "call"
    ]


# -- in time -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expired:
    """Ids of the leads that were erased, and of those that couldn't be."""

    erased: tuple[str, ...]
    failed: tuple[str, ...]


def erase_expired(services: PeopleServices, on_error: Callable[[str, Exception], None]) -> Expired:
    """Erase every lead that was closed longer ago than the business wants to keep it. What was said about their
    addresses has its own time; and that an address must not be used stays.

    One lead's failure never keeps the others: it is handed to `on_error` with the lead's id.
    """
    now, keep = services.clock(), services.settings.business.keep_data_days
    erased, failed = [], []
    for lead_id in services.people.closed_before(now - timedelta(days=keep)):
        try:
            if _erase_if_expired(services, lead_id, now):
                erased.append(lead_id)
        except (ChangedMeanwhile, NotFound):
            continue  # it lives again, or is gone already
        except Exception as error:  # noqa: BLE001 - any failure must stay with its own lead
            on_error(lead_id, error)
            failed.append(lead_id)
    return Expired(tuple(erased), tuple(failed))


def _erase_if_expired(services: PeopleServices, lead_id: str, now: datetime) -> bool:
    person = find_person(services, Who(lead_id))
    lead = person.lead
    until = kept_until(lead, services.settings.business.keep_data_days) if lead else None
    if lead is None or until is None or until > now:
        return False
    # Links, replays and counts have expired long ago: none is kept for longer than the shortest time for leads.
    services.people.clear(lead, person.earlier_numbers, ())
    services.people.remove(lead, ())
    return True
