"""What the manager sees: each partner, and how all leads stand. How it is shown is the adapters' business."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal
from zoneinfo import ZoneInfo

from followthrough.domain.business import Settings
from followthrough.domain.contact_hours import ContactHours
from followthrough.domain.dispatch import Figures, InLine, PartnerState, WhyPaused, arrived_at
from followthrough.domain.handoffs import handoff_of, is_given, is_waiting
from followthrough.domain.instants import at_local
from followthrough.domain.leads import Lead
from followthrough.domain.partner_answers import last_answer
from followthrough.domain.partner_hours import PartnerHours, open_time_between
from followthrough.domain.partners import Partner
from followthrough.domain.team_state import TeamState

SOON_ENOUGH = timedelta(minutes=5)

BoardDone = Literal["done", "nothing_changed"]


# -- partners ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PartnersLead:
    """A lead that a partner has, or that waits for one."""

    lead_id: str
    pursuit: int
    """A press on the page names it: one on a page that is overtaken is known by it."""
    name: str | None
    since: datetime
    """When the partner got it, or since when it waits."""
    open_for: timedelta
    """How much of the partner's open time has gone since then."""
    heard_at: datetime | None = None
    last_answer: str | None = None
    in_vain: int = 0
    """Calls and texts without an answer since the last sign of life."""
    deadline_at: datetime | None = None


@dataclass(frozen=True)
class PartnerRow:
    """How things stand with one partner."""

    id: str
    name: str
    phone: str
    """E.164."""
    is_open: bool
    """Whether these are its hours."""
    paused: WhyPaused | Literal["configuration"] | None
    paused_at: datetime | None
    open_leads: tuple[PartnersLead, ...]
    waiting: int
    oldest_at: datetime | None
    """When the lead arrived that is longest in line."""
    first_waiting: tuple[PartnersLead, ...]
    """The next ones in line."""
    figures: Figures

    @property
    def over(self) -> int:
        """How many hand-offs are over."""
        return sum(self.figures.came_of.values())

    @property
    def scheduled(self) -> int:
        """How many of these ended in an estimate with a date."""
        return self.figures.came_of.get("scheduled", 0)

    @property
    def mean_response(self) -> timedelta | None:
        """How much of its open time went by until it was heard of, on average."""
        answered = self.figures.answered
        return timedelta(seconds=self.figures.response_seconds / answered) if answered else None


def partner_row(
    partner: Partner,
    state: PartnerState,
    line: Sequence[InLine],
    leads: Mapping[str, Lead],
    settings: Settings,
    now: datetime,
) -> PartnerRow:
    """One partner. `leads` are those that are read, by id."""
    hours = PartnerHours(settings, partner)
    given = [leads[id_] for id_ in state.open_leads if id_ in leads and is_given(leads[id_])]
    waiting = [leads[place.lead_id] for place in line if place.lead_id in leads and is_waiting(leads[place.lead_id])]
    return PartnerRow(
        id=partner.id,
        name=partner.name,
        phone=partner.phone,
        is_open=hours.is_open(now),
        paused="configuration" if partner.paused else state.paused,
        paused_at=state.paused_at,
        open_leads=tuple(sorted((_partners_lead(lead, hours, now) for lead in given), key=lambda each: each.since)),
        waiting=len(line),
        oldest_at=min((arrived_at(place) for place in line), default=None),
        first_waiting=tuple(_partners_lead(lead, hours, now) for lead in waiting),
        figures=state.figures,
    )


def _partners_lead(lead: Lead, hours: ContactHours, now: datetime) -> PartnersLead:
    handoff = handoff_of(lead)
    since = handoff.given_at or handoff.waits_since
    return PartnersLead(
        lead_id=lead.id,
        pursuit=lead.pursuit.number,
        name=lead.profile.name,
        since=since,
        open_for=open_time_between(hours, since, now),
        heard_at=handoff.heard_at,
        last_answer=last_answer(lead) if is_given(lead) else None,
        in_vain=len(handoff.tried),
        deadline_at=handoff.deadline_at,
    )


# -- all leads -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedLead:
    """A lead that somebody should look at. `who` is who was asked last; None for nobody."""

    name: str | None
    since: datetime
    who: str | None = None


@dataclass(frozen=True)
class Today:
    """Those who came today, and how soon they were called: counted from when they could be called."""

    came: int = 0
    for_partners: int = 0
    """Of these, who are with partners, and so not ours to call."""
    called: int = 0
    soon: int = 0
    """Within five minutes."""
    median: timedelta | None = None


@dataclass(frozen=True)
class Board:
    """Everything that the page shows."""

    now: datetime
    zone: ZoneInfo
    business_name: str
    partners: tuple[PartnerRow, ...]
    open_leads: int
    looked_at: int
    """How many of the open ones are read; the rest are counted in `open_leads` alone."""
    stages: tuple[tuple[str, int], ...] = ()
    """The open leads that are read, by where they stand; most first."""
    overdue: tuple[NamedLead, ...] = ()
    """Whose call nobody has reported within its time; the longest first."""
    stuck: tuple[NamedLead, ...] = ()
    """Whom the watchdog could not start again."""
    away: tuple[tuple[str, datetime | None], ...] = ()
    """Who is away, and until when; None: until they say so."""
    closed_until: datetime | None = None
    held: int = 0
    """How many are held back, because too many came at once."""
    today: Today = Today()
    done: BoardDone | None = None
    """What the press before this page did."""
    error: str = ""
    """What is wrong with what was sent."""


@dataclass(frozen=True)
class Seen:
    """What is read for the board."""

    leads: Sequence[Lead]
    """Open ones, as far as they are read."""
    open_leads: int
    closed_today: Sequence[Lead]
    team: TeamState
    held: int


def board(seen: Seen, partners: Iterable[PartnerRow], settings: Settings, now: datetime) -> Board:
    """The board as things stand."""
    midnight = start_of_today(settings, now)
    overdue = [lead for lead in seen.leads if is_overdue(lead, now)]
    stages = Counter(stage_of(lead) for lead in seen.leads)
    return Board(
        now=now,
        zone=settings.zone,
        business_name=settings.business.name,
        partners=tuple(partners),
        open_leads=seen.open_leads,
        looked_at=len(seen.leads),
        stages=tuple(stages.most_common()),
        overdue=_named(overdue, settings),
        stuck=_named([lead for lead in seen.leads if lead.stuck], settings),
        away=tuple(_away(seen.team, settings, now)),
        closed_until=max((each.until for each in seen.team.closures if each.since <= now < each.until), default=None),
        held=seen.held,
        today=today([lead for lead in (*seen.leads, *seen.closed_today) if lead.arrived_at >= midnight]),
    )


def start_of_today(settings: Settings, now: datetime) -> datetime:
    """Midnight where the business is."""
    return at_local(now.astimezone(settings.zone).date(), datetime.min.time(), settings.zone)


def is_overdue(lead: Lead, now: datetime) -> bool:
    """Whether somebody was asked to call, and hasn't reported within the time for it."""
    return lead.is_open and lead.ask is not None and (lead.ask.deadline is None or lead.ask.deadline <= now)


def stage_of(lead: Lead) -> str:
    """Where an open lead stands, in words."""
    if lead.hold:
        return "held back" if lead.hold.why == "flood" else "wrote to us, to be answered"
    if is_given(lead):
        return "with a partner"
    if is_waiting(lead):
        return "waiting for a partner"
    if lead.attempted_at is None:
        return "not called yet"
    return lead.pursuit.cadence.replace("-", " ")


def today(leads: Sequence[Lead]) -> Today:
    """How soon those were called who came today."""
    ours = [lead for lead in leads if lead.handoff is None or lead.handoff.partner is None]
    waits = [lead.waited_until(lead.attempted_at).total_seconds() for lead in ours if lead.attempted_at]
    return Today(
        came=len(leads),
        for_partners=len(leads) - len(ours),
        called=len(waits),
        soon=sum(wait <= SOON_ENOUGH.total_seconds() for wait in waits),
        median=timedelta(seconds=median(waits)) if waits else None,
    )


def _named(leads: Iterable[Lead], settings: Settings) -> tuple[NamedLead, ...]:
    found = [NamedLead(lead.profile.name, _since(lead), _who(lead, settings)) for lead in leads]
    return tuple(sorted(found, key=lambda each: each.since))


def _since(lead: Lead) -> datetime:
    touch = lead.pursuit.open_touch
    return (touch.due_at if touch else None) or lead.next_touch_at or lead.arrived_at


def _who(lead: Lead, settings: Settings) -> str | None:
    person = settings.team.person(lead.ask.holder) if lead.ask else None
    return person.name if person else None


def _away(team: TeamState, settings: Settings, now: datetime) -> Iterable[tuple[str, datetime | None]]:
    for id_, until in team.away.items():
        person = settings.team.person(id_)
        if person and (until is None or until > now):
            yield person.name, until


# -- what the manager decides --------------------------------------------------------------------------------


@dataclass(frozen=True)
class BoardPress:
    """One press on the board. Leads are named with their pursuit; `to` is a partner's id, or empty for the next one."""

    do: Literal["pause", "resume", "move", "release", "close"]
    partner: str = ""
    lead_id: str = ""
    pursuit: int = 0
    to: str = ""
    because: Literal["not_interested", "wrong_number", "lost"] = "lost"
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """One lead of a partner's, or in its line, about which the manager may decide."""

    business_name: str
    lead_id: str
    pursuit: int
    name: str | None
    partner_name: str
    is_given: bool
    others: tuple[tuple[str, str], ...]
    """Ids and names of the partners that it could go to."""
    error: str = ""
    """What is wrong with what was sent."""
    reason: str = ""
    """What was sent as the reason."""
