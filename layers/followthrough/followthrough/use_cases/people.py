"""One person's data, wherever it is: finding all of it, to show it or to erase it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from followthrough.domain.business import Settings
from followthrough.domain.cadence import Channel
from followthrough.domain.errors import FollowthroughError, NotFound
from followthrough.domain.leads import Lead
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.ports import Store

Progress = Callable[[int], None]
"""Told how many entries have been looked at so far."""


class Address(NamedTuple):
    """An e-mail address or a number, on one of the channels that it is used for."""

    channel: Channel
    address: str


class Ref(NamedTuple):
    """Where one entry is kept."""

    pk: str
    sk: str


class PeopleBook(Protocol):
    """What is kept about a person beside what the Store reads, and the end of all of it."""

    def past(self, lead_id: str) -> list[Lead]:
        """The lead as it was when each earlier pursuit ended, the oldest first."""

    def beside(self, lead_id: str, addresses: Sequence[Address], looked_at: Progress) -> list[Ref]:
        """What names the lead, or counts for one of the addresses, outside of the lead's own entries: nudges and their
        links, replays, daily counts. Reads everything that there is.
        """

    def clear(self, lead: Lead, numbers: Sequence[str], beside: Sequence[Ref]) -> None:
        """Delete everything about the lead but the lead itself: `beside`, that it was found by earlier `numbers`, its
        timeline and its earlier pursuits. Doing it twice is doing it once.
        """

    def clear_said(self, address: Address, lead_id: str | None = None) -> None:
        """Delete what was said about an address; with `lead_id` only what belongs to that lead."""

    def remove(self, lead: Lead, stops: Sequence[ConsentEntry]) -> None:
        """Delete the lead itself together with the keys by which it is found, and keep the stops as `keep_stops` does:
        all or nothing. Whoever has read the lead before can write nothing about it any more.

        Raises ChangedMeanwhile.
        """

    def keep_stops(self, stops: Sequence[ConsentEntry]) -> None:
        """Keep that addresses must not be used, and since when, without the addresses in plain. What kept an address
        from being used before stays the reason. Raises ChangedMeanwhile.
        """

    def closed_before(self, moment: datetime) -> list[str]:
        """Ids of leads that were closed before then. Of very many only some."""


@dataclass(frozen=True)
class PeopleServices:
    """What the use cases about a person's data work with."""

    store: Store
    people: PeopleBook
    settings: Settings
    clock: Callable[[], datetime]


class SeveralPeople(FollowthroughError):
    """Several leads have that number: `lead_ids` says which."""

    def __init__(self, lead_ids: Sequence[str]) -> None:
        super().__init__(f"several leads have that number: {', '.join(lead_ids)}")
        self.lead_ids = tuple(lead_ids)


@dataclass(frozen=True)
class Who:
    """Whose data is meant; exactly one of the three is given, an address in the form in which leads have it."""

    lead_id: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class Person:
    """A person's lead, and every address they ever had with us.

    `lead` is None where only something that was said about an address is left. `shared` are the addresses that
    somebody else has too: what is about those alone is not this person's only.
    """

    lead: Lead | None
    past: tuple[Lead, ...] = ()
    addresses: tuple[Address, ...] = ()
    shared: frozenset[Address] = frozenset()

    @property
    def own(self) -> tuple[Address, ...]:
        """The addresses that nobody else has."""
        return tuple(address for address in self.addresses if address not in self.shared)

    @property
    def earlier_numbers(self) -> tuple[str, ...]:
        """The numbers that they had before."""
        present = self.lead.profile.phone if self.lead else None
        return tuple(a.address for a in self.addresses if a.channel == "text" and a.address != present)


def find_person(services: PeopleServices, who: Who) -> Person:
    """Whose data is meant. A number that several leads have can't tell: it may be a household's.

    Raises NotFound or SeveralPeople.
    """
    lead_id = who.lead_id or _lead_with(services.store, who)
    if lead_id:
        return _person(services, services.store.load(lead_id))
    addresses = _addresses(who.email, who.phone)
    if any(services.store.consents(*address) for address in addresses) or services.store.suppressed(addresses):
        return Person(None, addresses=addresses)
    raise NotFound("nothing is kept about anybody with that address")


def _lead_with(store: Store, who: Who) -> str | None:
    if who.email:
        return store.find_by_email(who.email)
    found = store.find_by_phone(who.phone or "")
    if len(found) > 1:
        raise SeveralPeople(found)
    return found[0] if found else None


def _person(services: PeopleServices, lead: Lead) -> Person:
    past = services.people.past(lead.id)
    numbers = [number for number in dict.fromkeys(one.profile.phone for one in (lead, *past)) if number]
    by_number = {number: _addresses(None, number) for number in numbers}
    addresses = (*_addresses(lead.profile.email), *(each for number in numbers for each in by_number[number]))
    shared = [each for number in numbers if _is_shared(services.store, lead.id, number) for each in by_number[number]]
    return Person(lead, tuple(past), addresses, frozenset(shared))


def _addresses(email: str | None, phone: str | None = None) -> tuple[Address, ...]:
    by_email = (Address("email", email),) if email else ()
    by_phone = (Address("text", phone), Address("call", phone)) if phone else ()
    return (*by_email, *by_phone)


def _is_shared(store: Store, lead_id: str, number: str) -> bool:
    """Whether somebody else has the number now."""
    for other in store.find_by_phone(number):
        with suppress(NotFound):
            if other != lead_id and store.load(other).profile.phone == number:
                return True
    return False
