"""Hand-written stand-ins for the ports, for all unit tests. Their state is in memory and open to look at."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import cast

from followthrough.adapters.files import read_cadence_version, read_settings
from followthrough.adapters.messages import messages_of, render_nudge_email
from followthrough.domain.business import Settings
from followthrough.domain.cadence import Channel
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.closures import Closures, closed, opened
from followthrough.domain.dispatch import InLine, PartnerState, WhyPaused
from followthrough.domain.errors import ChangedMeanwhile, NotFound, OverCap, PartnerTaken, Suppressed, TouchExists
from followthrough.domain.floods import Flood, HeldLead
from followthrough.domain.handoff import Placed
from followthrough.domain.handoffs import placed, result_of
from followthrough.domain.leads import Lead, Nudge, Touch, expect_not_forgotten
from followthrough.domain.pauses import NO_PAUSES, Pauses
from followthrough.domain.stops import TAKEN_BACK, ConsentEntry, StopReason
from followthrough.domain.team_state import CallDue, CallsWaiting, TeamState
from followthrough.use_cases.ports import LINK_KEPT, Arrival, Guard, OutgoingEmail, SendingServices

ROOT = Path(__file__).parents[2]
MONDAY_10_IN_NEW_YORK = datetime(2026, 11, 23, 15, tzinfo=UTC)


@cache
def sample_settings() -> Settings:
    """The sample business that the project comes with."""
    return read_settings(ROOT / "config")


_FOLLOWING = ("appointment", "went-quiet", "keep-in-touch")


@cache
def sample_cadence(name: str = "speed-to-lead") -> CadenceVersion:
    """A cadence that the project comes with."""
    return read_cadence_version(ROOT / "cadences" / name)


class FakeClock:
    """Stands still until told to go on."""

    def __init__(self, now: datetime = MONDAY_10_IN_NEW_YORK) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class FakeStore:
    """The Store port, with every condition that the real one puts on its writes."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.leads: dict[str, Lead] = {}
        self.touches: dict[tuple[str, int, str], Touch] = {}
        self.past: list[Lead] = []
        self.replays: dict[str, tuple[str, int]] = {}
        self.lead_by_email: dict[str, str] = {}
        self.leads_by_phone: dict[str, list[str]] = {}
        self.suppressions: dict[tuple[str, str], str] = {}
        self.said: list[ConsentEntry] = []
        self.sent_today: dict[tuple[str, str, str], int] = {}
        self.versions: dict[tuple[str, str], CadenceVersion] = {}
        self.open_asks: Counter[str] = Counter()
        self.closures: Closures = ()
        self.pauses = NO_PAUSES
        self.nudges: dict[tuple[str, str], Nudge] = {}
        self.links: dict[str, Nudge] = {}
        self.held: list[HeldLead] = []
        self.lines: dict[str, list[InLine]] = {}
        self.partner_states: dict[str, PartnerState] = {}
        self.partner_links: dict[str, tuple[str, int]] = {}

    # -- leads and their touches

    def load(self, lead_id: str) -> Lead:
        if lead_id not in self.leads:
            raise NotFound(f"there is no lead {lead_id}")
        return self.leads[lead_id]

    def load_with_closures(self, lead_id: str) -> tuple[Lead, Closures]:
        return self.load(lead_id), self.closures

    def load_to_go_on(self, lead_id: str) -> tuple[Lead, Closures, Pauses]:
        return self.load(lead_id), self.closures, self.pauses

    def save(self, lead: Lead, touches: Sequence[Touch] = (), nudge: Nudge | None = None) -> Lead:
        self._expect_unchanged(lead)
        self._keep(nudge)
        return self._write(lead, touches)

    def claim(
        self,
        lead: Lead,
        touch: Touch,
        passed: Sequence[Touch] = (),
        guard: Guard | None = None,
        nudge: Nudge | None = None,
    ) -> Lead:
        self._expect_unchanged(lead)
        if (lead.id, touch.pursuit, touch.id) in self.touches:
            raise TouchExists(f"{touch.id} of {lead.id}")
        if guard:
            self._count(guard)
        self._keep(nudge)
        return self._write(lead, [touch, *passed])

    def release(self, lead: Lead, touch: Touch, guard: Guard | None = None) -> Lead:
        self._expect_unchanged(lead)
        self.touches.pop((lead.id, touch.pursuit, touch.id), None)
        if guard:
            self.sent_today[guard.channel, guard.address.lower(), guard.local_date] -= 1
        return self._write(lead)

    def load_touch(self, lead_id: str, pursuit: int, touch_id: str) -> Touch | None:
        return self.touches.get((lead_id, pursuit, touch_id))

    def timeline(self, lead_id: str) -> list[Touch]:
        touches = [touch for (owner, _, _), touch in self.touches.items() if owner == lead_id]
        return sorted(touches, key=lambda touch: (touch.due_at, touch.pursuit, touch.n))

    # -- arrival

    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        if lead.id in self.leads or (lead.profile.email or "").lower() in self.lead_by_email:
            raise ChangedMeanwhile(lead.id)
        self._arrive(lead, arrival)
        if lead.profile.email:
            self.lead_by_email[lead.profile.email.lower()] = lead.id
        return self._write(lead)

    def archive(self, lead: Lead, arrival: Arrival | None, past: Lead, touches: Sequence[Touch] = ()) -> Lead:
        self._expect_unchanged(lead)
        if arrival:
            self._arrive(lead, arrival)
        self.past.append(past)
        return self._write(lead, touches)

    def find_replay(self, keys: Sequence[str], now: datetime) -> str | None:
        known = (self.replays[key] for key in keys if key in self.replays)
        return next((lead_id for lead_id, expires_at in known if expires_at > now.timestamp()), None)

    def find_by_email(self, email: str) -> str | None:
        return self.lead_by_email.get(email.lower())

    def find_by_phone(self, phone: str) -> list[str]:
        return list(self.leads_by_phone.get(phone, []))

    # -- stops

    def find_by_token(self, token: str) -> str:
        for lead in self.leads.values():
            if lead.token == token:
                return lead.id
        raise NotFound("no lead has that link")

    def save_with_consents(self, lead: Lead, entries: Sequence[ConsentEntry], touches: Sequence[Touch] = ()) -> Lead:
        self._expect_unchanged(lead)
        self.keep_consents(entries)
        return self._write(lead, touches)

    def keep_consents(self, entries: Sequence[ConsentEntry]) -> None:
        for entry in entries:
            known = self.suppressions.get((entry.channel, entry.address.lower()))
            if entry.what == "start" and known not in (None, *TAKEN_BACK):
                raise Suppressed(entry.channel)
        for entry in entries:
            self.said.append(entry)
            if entry.what == "stop":
                address = (entry.channel, entry.address.lower())
                lasting = self.suppressions.get(address) not in (None, *TAKEN_BACK)
                self.suppressions[address] = self.suppressions[address] if lasting else entry.because
            if entry.what == "start":
                self.suppressions.pop((entry.channel, entry.address.lower()), None)

    def consents(self, channel: Channel, address: str) -> list[ConsentEntry]:
        return [entry for entry in self.said if (entry.channel, entry.address.lower()) == (channel, address.lower())]

    def suppressed(self, addresses: Sequence[tuple[Channel, str]]) -> dict[Channel, StopReason]:
        found = {channel: self.suppressions.get((channel, address.lower())) for channel, address in addresses}
        return {channel: cast("StopReason", because) for channel, because in found.items() if because}

    # -- the watchdog, cadence versions

    def overdue(self, before: datetime) -> list[str]:
        due = [(lead.next_touch_at, lead.id) for lead in self.leads.values() if lead.next_touch_at]
        return [lead_id for moment, lead_id in sorted(due) if moment < before]

    def planned_between(self, start: datetime, end: datetime) -> list[str]:
        planned = [lead for lead in self.leads.values() if lead.next_touch_at]
        return [lead.id for lead in planned if lead.next_touch_at and start <= lead.next_touch_at <= end]

    def keep_version(self, version: CadenceVersion) -> None:
        self.versions[version.cadence.name, version.version] = version

    def load_version(self, name: str, version: str) -> CadenceVersion:
        if (name, version) not in self.versions:
            raise NotFound(f"cadence {name} version {version} was never kept")
        return self.versions[name, version]

    # -- conditions

    def _expect_unchanged(self, lead: Lead) -> None:
        if lead.id not in self.leads or self.leads[lead.id].version != lead.version:
            raise ChangedMeanwhile(lead.id)

    def _arrive(self, lead: Lead, arrival: Arrival) -> None:
        if self.find_replay(arrival.replay_keys, self._clock()):
            raise ChangedMeanwhile(lead.id)
        self.keep_consents([entry.model_copy(update={"lead_id": lead.id}) for entry in arrival.consents])
        if arrival.held_since:
            self.held.append(HeldLead(lead.id, arrival.held_since))
        self.replays |= dict.fromkeys(arrival.replay_keys, (lead.id, arrival.expires_at))
        known = self.leads_by_phone.setdefault(lead.profile.phone or "", [])
        if lead.profile.phone and lead.id not in known:
            known.append(lead.id)  # a number that a lead had before still finds it

    def _count(self, guard: Guard) -> None:
        if (guard.channel, guard.address.lower()) in self.suppressions:
            raise Suppressed(guard.channel)
        counted = (guard.channel, guard.address.lower(), guard.local_date)
        if self.sent_today.get(counted, 0) >= guard.cap:
            raise OverCap(guard.channel)
        self.sent_today[counted] = self.sent_today.get(counted, 0) + 1

    def _keep(self, nudge: Nudge | None) -> None:
        if nudge:
            self.nudges[nudge.rep, nudge.lead_id] = nudge
            self.links[nudge.link] = nudge

    def give(self, lead: Lead, past: Lead, most: int) -> Lead:
        self._expect_unchanged(lead)
        written = self._write(lead, most=most)
        self.past.append(past)
        if lead.handoff:
            self.partner_links[lead.handoff.link] = (lead.id, lead.handoff.number)
        return written

    def _write(self, lead: Lead, touches: Sequence[Touch] = (), most: int = 1) -> Lead:
        expect_not_forgotten(lead)
        where = self._placed(lead, most)
        counted = lead.ask.holder if lead.ask and lead.ask.deadline else None
        for rep, change in ((lead.counted_for, -1), (counted, 1)):
            if rep:
                self.open_asks[rep] += change
        written = lead.model_copy(update={"version": lead.version + 1, "counted_for": counted, "placed": where})
        self.leads[lead.id] = written
        self.touches |= {(lead.id, touch.pursuit, touch.id): touch for touch in touches}
        return written

    def _placed(self, lead: Lead, most: int = 1) -> Placed | None:
        """Its place with partners, on the conditions that the real store puts on it."""
        where, before = placed(lead), lead.placed
        if where and where != before and where.line is None:
            state = self.partner_states.get(where.partner, PartnerState())
            if len(state.open_leads) >= most or state.paused:
                raise PartnerTaken(where.partner)
        if before and before != where:
            self._left(lead, before)
        if where and where != before:
            self._joined(lead, where)
        return where

    def _left(self, lead: Lead, before: Placed) -> None:
        if before.line is not None:
            self.lines[before.partner].remove(InLine(lead.id, before.line))
            return
        state, result = self.partner_states[before.partner], result_of(lead, before.partner)
        came_of = {**state.figures.came_of, result.came_of: state.figures.came_of.get(result.came_of, 0) + 1}
        figures = replace(
            state.figures,
            came_of=came_of,
            answered=state.figures.answered + (result.answered_after is not None),
            response_seconds=state.figures.response_seconds + (result.answered_after or 0),
            pullbacks=state.figures.pullbacks + result.pullbacks,
        )
        self.partner_states[before.partner] = replace(
            state,
            open_leads=state.open_leads - {lead.id},
            figures=figures,
            paused=state.paused or result.pauses,
            paused_at=state.paused_at if state.paused or not result.pauses else result.at,
        )

    def _joined(self, lead: Lead, where: Placed) -> None:
        if where.line is not None:
            self.lines.setdefault(where.partner, []).append(InLine(lead.id, where.line))
            return
        state = self.partner_states.get(where.partner, PartnerState())
        figures = replace(state.figures, given=state.figures.given + 1)
        self.partner_states[where.partner] = replace(state, open_leads=state.open_leads | {lead.id}, figures=figures)


class FakePartnerBook:
    """The PartnerBook port. Lines and open leads are those that the store wrote beside its leads."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    def states(self, partners: Sequence[str]) -> dict[str, PartnerState]:
        return {partner: self._store.partner_states.get(partner, PartnerState()) for partner in partners}

    def line(self, partner: str, most: int | None = None) -> list[InLine]:
        return sorted(self._store.lines.get(partner, []), key=lambda place: place.line)[:most]

    def give(self, lead: Lead, past: Lead, most: int) -> Lead:
        return self._store.give(lead, past, most)

    def handoff_behind(self, token: str) -> tuple[str, int]:
        if token not in self._store.partner_links:
            raise NotFound("there is no such link")
        return self._store.partner_links[token]

    def pause(self, partner: str, why: WhyPaused, now: datetime) -> None:
        state = self._store.partner_states.get(partner, PartnerState())
        self._store.partner_states[partner] = replace(state, paused=why, paused_at=now, manager_knows=False)

    def resume(self, partner: str) -> None:
        state = self._store.partner_states.get(partner, PartnerState())
        self._store.partner_states[partner] = replace(state, paused=None, paused_at=None)

    def note_told(self, partner: str) -> None:
        state = self._store.partner_states[partner]
        self._store.partner_states[partner] = replace(state, manager_knows=True)


class FakeTeamBook:
    """The TeamBook port. Counts, nudges and their links are those that the store wrote beside its leads."""

    def __init__(self, store: FakeStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.away: dict[str, datetime | None] = {}
        self.turns: Counter[str] = Counter()
        self.waiting: dict[str, CallsWaiting] = {}
        self.texted: dict[str, CallDue | None] = {}
        self.rep_links: dict[str, tuple[str, datetime]] = {}
        self.handled_texts: set[str] = set()
        self.happened_until: dict[str, datetime] = {}

    def state(self) -> TeamState:
        store = self._store
        return TeamState(dict(self.away), dict(store.open_asks), store.closures, dict(self.waiting), store.pauses)

    def set_away(self, rep: str, until: datetime | None) -> None:
        self.away[rep] = until

    def set_back(self, rep: str) -> None:
        self.away.pop(rep, None)

    def close(self, now: datetime, until: datetime) -> None:
        self._store.closures = closed(self._store.closures, now, until)

    def open_again(self, now: datetime) -> None:
        self._store.closures = opened(self._store.closures, now)

    def pauses(self) -> Pauses:
        return self._store.pauses

    def set_pauses(self, change: Callable[[Pauses], Pauses]) -> None:
        self._store.pauses = change(self._store.pauses)

    def take_turn(self, round_key: str) -> int:
        self.turns[round_key] += 1
        return self.turns[round_key]

    def may_text(
        self, rep: str, now: datetime, quiet_until: datetime, about: CallDue | None = None
    ) -> frozenset[CallDue] | None:
        waiting = self.waiting.get(rep, CallsWaiting())
        tried_again = about is not None and self.texted.get(rep) == about
        if waiting.quiet_until and now < waiting.quiet_until and not tried_again:
            return None
        self.texted[rep] = about
        self.waiting[rep] = CallsWaiting(waiting.calls, quiet_until)
        return waiting.calls

    def put_down(self, rep: str, call: CallDue, quiet_until: datetime | None = None) -> None:
        waiting = self.waiting.get(rep, CallsWaiting())
        self.waiting[rep] = CallsWaiting(waiting.calls | {call}, quiet_until or waiting.quiet_until)

    def settle(self, rep: str, calls: frozenset[CallDue], quiet_until: datetime | None = None) -> None:
        waiting = self.waiting.get(rep, CallsWaiting())
        self.waiting[rep] = CallsWaiting(waiting.calls - calls, quiet_until or waiting.quiet_until)

    def nudges_of(self, rep: str) -> list[Nudge]:
        kept = [nudge for (of, _), nudge in self._store.nudges.items() if of == rep and self._is_kept(nudge.at)]
        return sorted(kept, key=lambda nudge: nudge.at, reverse=True)

    def leads_of(self, rep: str) -> list[str]:
        own = [(lead.next_touch_at, lead.id) for lead in self._store.leads.values() if lead.rep == rep]
        return [lead_id for _, lead_id in sorted((due, lead_id) for due, lead_id in own if due)]

    def nudge_behind(self, token: str) -> Nudge:
        nudge = self._store.links.get(token)
        if nudge is None or not self._is_kept(nudge.at):
            raise NotFound("there is no such link")
        return nudge

    def new_rep_link(self, rep: str, token: str) -> None:
        self.rep_links[token] = (rep, self._clock())

    def rep_behind(self, token: str) -> str:
        rep, made_at = self.rep_links.get(token, ("", datetime.min.replace(tzinfo=UTC)))
        if not rep or not self._is_kept(made_at):
            raise NotFound("there is no such link")
        return rep

    def is_new_text(self, message_id: str) -> bool:
        is_new = message_id not in self.handled_texts
        self.handled_texts.add(message_id)
        return is_new

    def forget_text(self, message_id: str) -> None:
        self.handled_texts.discard(message_id)

    def is_first(self, what: str, within: timedelta) -> bool:
        if self._clock() < self.happened_until.get(what, datetime.min.replace(tzinfo=UTC)):
            return False
        self.happened_until[what] = self._clock() + within
        return True

    def _is_kept(self, since: datetime) -> bool:
        return self._clock() < since + LINK_KEPT


class FakeTraffic:
    """The Traffic port. The line of held leads is the one that the store writes with its leads."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store
        self.sent: Counter[tuple[str, str]] = Counter()
        self.posts: dict[tuple[str, str], set[str]] = {}
        self.said = Flood()

    def may_send(self, channel: Channel, now: datetime, most: int) -> bool:
        minute = (channel, f"{now:%Y-%m-%d %H:%M}")
        if self.sent[minute] >= most:
            return False
        self.sent[minute] += 1
        return True

    def is_flooded(self, source: str, post: str, now: datetime, per_source: int, in_all: int) -> bool:
        hour = f"{now:%Y-%m-%d %H}"
        everybody, own = (self.posts.setdefault((hour, whose), set()) for whose in ("", source))
        if post not in everybody and (len(everybody) >= in_all or len(own) >= per_source):
            return True
        everybody.add(post)
        own.add(post)
        return False

    def held(self, most: int) -> list[HeldLead]:
        return sorted(self._store.held, key=lambda held: (held.since, held.lead_id))[:most]

    def count_held(self, since: datetime | None) -> int:
        return sum(1 for held in self._store.held if since is None or held.since >= since)

    def take_off_hold(self, held: HeldLead) -> None:
        self._store.held = [other for other in self._store.held if other != held]

    def flood(self) -> Flood:
        return self.said

    def note_told(self, now: datetime) -> None:
        self.said = replace(self.said, told_at=now)

    def note_release(self, now: datetime) -> None:
        self.said = replace(self.said, released_at=now)


class FakeMachine:
    """Remembers what was started and answered. Only tokens in `waiting` are still waited on."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.waiting: set[str] = set()
        self.answered: list[str] = []

    def start(self, pursuit_id: str, run: int) -> None:
        if (pursuit_id, run) not in self.started:
            self.started.append((pursuit_id, run))

    def answer(self, token: str) -> bool:
        if token not in self.waiting:
            return False
        self.waiting.remove(token)
        self.answered.append(token)
        return True


class FakeMailer:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[OutgoingEmail] = []

    def send(self, email: OutgoingEmail) -> str:
        self.sent.append(email)
        return f"mail-{len(self.sent)}"


class FakeTexter:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, phone: str, body: str) -> str:
        self.sent.append((phone, body))
        return f"text-{len(self.sent)}"


class FakeCadences:
    """The cadences that it is given; an older version is found where the store keeps it."""

    def __init__(self, store: FakeStore, *versions: CadenceVersion) -> None:
        self._store = store
        self._current = {version.cadence.name: version for version in versions}

    def deploy(self, version: CadenceVersion) -> None:
        self._current[version.cadence.name] = version

    def current(self, name: str) -> CadenceVersion:
        if name not in self._current:
            raise NotFound(f"there is no cadence called {name}")
        return self._current[name]

    def kept(self, name: str, version: str) -> CadenceVersion:
        current = self._current.get(name)
        if current and current.version == version:
            return current
        return self._store.load_version(name, version)

    def events(self) -> frozenset[str]:
        return frozenset().union(*(version.cadence.events for version in self._current.values()))


@dataclass
class World:
    """Everything around the use cases, faked; `services` is what they are given.

    Replace a part to see what happens without it: `World(machine=MachineThatIsDown())`.
    """

    clock: FakeClock = field(default_factory=FakeClock)
    store_kind: type[FakeStore] = FakeStore
    machine: FakeMachine = field(default_factory=FakeMachine)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    texter: FakeTexter = field(default_factory=FakeTexter)
    cadence: CadenceVersion = field(default_factory=sample_cadence)
    settings: Settings = field(default_factory=sample_settings)
    more: tuple[CadenceVersion, ...] = ()

    def __post_init__(self) -> None:
        self.store = self.store_kind(self.clock)
        self.team = FakeTeamBook(self.store, self.clock)
        self.traffic = FakeTraffic(self.store)
        self.cadences = FakeCadences(self.store, *map(sample_cadence, _FOLLOWING), self.cadence, *self.more)
        self.partners = FakePartnerBook(self.store)
        self.measured: list[tuple[str, float]] = []
        ids, tokens = count(1), count(1)
        self.services = SendingServices(
            store=self.store,
            team=self.team,
            traffic=self.traffic,
            partners=self.partners,
            machine=self.machine,
            mailer=self.mailer,
            texter=self.texter,
            cadences=self.cadences,
            messages_of=messages_of,
            lay_out_nudge=render_nudge_email,
            settings=self.settings,
            public_url="https://api.example.com",
            clock=self.clock,
            new_id=lambda: f"lead{next(ids)}",
            new_token=lambda: f"token{next(tokens)}",
            measure=lambda name, value: self.measured.append((name, value)),
        )

    def deployed(self, version: CadenceVersion) -> None:
        """Another version of a cadence is deployed."""
        self.cadences.deploy(version)


BY_SAMPLE = {"arrival": "sample", "asked_again": "sample", "events": {"estimate_sent": "sample"}}
"""The cadences of a business in which leads begin the cadence of a test."""


def business_changed(**changes: object) -> Settings:
    """The sample settings with another business."""
    settings = sample_settings()
    business = type(settings.business).model_validate(settings.business.model_dump() | changes)
    return settings.model_copy(update={"business": business})
