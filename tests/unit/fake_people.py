"""The PeopleBook port beside the store of a fake world."""

from collections.abc import Callable, Sequence
from datetime import datetime

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.leads import Lead
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.people import Address, PeopleServices, Progress, Ref
from tests.unit.fakes import FakeStore, World


class FakePeople:
    """Finds and deletes what the fake store holds. `before_removal` is called once, just before a lead is removed."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store
        self.before_removal: Callable[[], object] | None = None

    def past(self, lead_id: str) -> list[Lead]:
        return [lead for lead in self._store.past if lead.id == lead_id]

    def beside(self, lead_id: str, addresses: Sequence[Address], looked_at: Progress) -> list[Ref]:
        store = self._store
        looked_at(len(store.nudges) + len(store.links) + len(store.replays) + len(store.sent_today))
        lowered = {(each.channel, each.address.lower()) for each in addresses}
        return [
            *(Ref("REP", rep) for rep, about in store.nudges if about == lead_id),
            *(Ref("TOKEN", token) for token, nudge in store.links.items() if nudge.lead_id == lead_id),
            *(Ref("IDEMP", name) for name, (owner, _) in store.replays.items() if owner == lead_id),
            *(Ref("CAP", "|".join(count)) for count in store.sent_today if count[:2] in lowered),
        ]

    def clear(self, lead: Lead, numbers: Sequence[str], beside: Sequence[Ref]) -> None:
        store = self._store
        for kind, name in beside:
            if kind == "REP":
                store.nudges.pop((name, lead.id), None)
            elif kind == "TOKEN":
                store.links.pop(name, None)
            elif kind == "IDEMP":
                store.replays.pop(name, None)
            else:
                channel, address, local_date = name.split("|")
                store.sent_today.pop((channel, address, local_date), None)
        for number in numbers:
            store.leads_by_phone[number].remove(lead.id)
        store.touches = {at: touch for at, touch in store.touches.items() if at[0] != lead.id}
        store.past = [past for past in store.past if past.id != lead.id]

    def clear_said(self, address: Address, lead_id: str | None = None) -> None:
        gone = [entry for entry in self._store.consents(*address) if lead_id is None or entry.lead_id == lead_id]
        self._store.said = [entry for entry in self._store.said if entry not in gone]

    def remove(self, lead: Lead, stops: Sequence[ConsentEntry]) -> None:
        happens, self.before_removal = self.before_removal, None
        if happens:
            happens()
        store = self._store
        if lead.id not in store.leads or store.leads[lead.id].version != lead.version:
            raise ChangedMeanwhile(lead.id)
        del store.leads[lead.id]
        store.lead_by_email.pop((lead.profile.email or "").lower(), None)
        if lead.profile.phone:
            store.leads_by_phone[lead.profile.phone].remove(lead.id)
        if lead.counted_for:
            store.open_asks[lead.counted_for] -= 1
        self.keep_stops(stops)

    def keep_stops(self, stops: Sequence[ConsentEntry]) -> None:
        for entry in stops:
            self._store.said.append(entry.model_copy(update={"address": ""}))
            self._store.suppressions.setdefault((entry.channel, entry.address.lower()), entry.because)

    def closed_before(self, moment: datetime) -> list[str]:
        return [lead.id for lead in self._store.leads.values() if lead.closed_at and lead.closed_at < moment]


def people_of(world: World) -> PeopleServices:
    """What the use cases about a person's data work with, in a fake world."""
    return PeopleServices(world.store, FakePeople(world.store), world.settings, world.clock)
