"""Which partner a lead is for, who comes next in a partner's line, and whether the partner may have another one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from followthrough.domain.assignment import round_key, source_of, turn_order
from followthrough.domain.instants import format_instant, parse_instant
from followthrough.domain.leads import Profile
from followthrough.domain.partners import Partner, Partners
from followthrough.domain.places import Place, country_of

WhyPaused = Literal["quiet", "busy", "manager"]
TakeTurn = Callable[[str], int]
"""Raises the counter with that key by one and gives its new value, from 1."""


@dataclass(frozen=True)
class Figures:
    """What is counted of a partner's hand-offs that are over. `response_seconds` are of its open time."""

    given: int = 0
    came_of: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    response_seconds: int = 0
    pullbacks: int = 0


@dataclass(frozen=True)
class PartnerState:
    """How things stand with a partner: its open leads, whether it gets any, and what came of earlier ones.

    `manager_knows` is whether the manager was told that it is paused because nothing was heard of it.
    """

    open_leads: frozenset[str] = frozenset()
    paused: WhyPaused | None = None
    paused_at: datetime | None = None
    manager_knows: bool = False
    figures: Figures = Figures()


@dataclass(frozen=True)
class InLine:
    """A lead in a partner's line."""

    lead_id: str
    line: str


# -- which leads are for partners ----------------------------------------------------------------------------


def is_for_partners(profile: Profile, partners: Partners) -> bool:
    """Whether a lead is meant for partners, by its service or where it came from."""
    meant = partners.leads
    return _is_among(profile.service, meant.services) or _is_among(source_of(profile), meant.sources)


def serves(partner: Partner, profile: Profile, place: Place) -> bool:
    """Whether a lead is of a partner's trade and area. Where they are has to be known, for a partner with an area."""
    right_trade = not partner.services or _is_among(profile.service, partner.services)
    return right_trade and _is_in_area(partner, profile, place)


def _is_in_area(partner: Partner, profile: Profile, place: Place) -> bool:
    if not partner.regions and not partner.postal_codes:
        return True
    code = _plain(profile.postal_code or "")
    if any(code.startswith(_plain(start)) for start in partner.postal_codes):
        return True
    return bool(place.regions) and all(_covers(partner.regions, region) for region in place.regions)


def _covers(regions: Iterable[str], region: str) -> bool:
    return any(own in (region, country_of(region)) for own in regions)


def _plain(code: str) -> str:
    return "".join(code.split()).upper()


def _is_among(given: str | None, wanted: Sequence[str]) -> bool:
    return given is not None and given.casefold() in {each.casefold() for each in wanted}


# -- which partner -------------------------------------------------------------------------------------------


def able(profile: Profile, place: Place, partners: Partners) -> list[Partner]:
    """The partners that serve such a lead, in the order of the configuration, without those paused there."""
    return [partner for partner in partners.partners if not partner.paused and serves(partner, profile, place)]


def choose(
    partners: Partners,
    among: Sequence[Partner],
    states: Mapping[str, PartnerState],
    take_turn: TakeTurn,
    had: Iterable[str] = (),
) -> Partner | None:
    """The partner that a lead waits for: of those that may get leads and haven't `had` it, the first in order, or the
    one whose turn it is. None if there is none left.
    """
    left = [each for each in among if each.id not in had and states.get(each.id, PartnerState()).paused is None]
    if not left or len(left) == 1 or partners.choose == "in_order":
        return left[0] if left else None
    return turn_order(left, take_turn(f"partners#{round_key(left)}"))[0]


def line_of(lead_id: str, profile: Profile, arrived_at: datetime, partners: Partners) -> str:
    """A lead's place in line, as a sort key: in order of arrival, high value first if the business wants it so."""
    first = partners.high_value_first and profile.value == "high"
    return f"{0 if first else 1}#{format_instant(arrived_at)}#{lead_id}"


def arrived_at(place: InLine) -> datetime:
    """When a lead arrived, by its place in line."""
    return parse_instant(place.line.split("#")[1])


def has_room(partner: Partner, state: PartnerState) -> bool:
    """Whether a partner may have another lead."""
    return not partner.paused and state.paused is None and len(state.open_leads) < partner.most_open_leads
