"""The manager's board: what is read for it, and what a press on it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from followthrough.domain.board import (
    Board,
    BoardDone,
    BoardPress,
    Decision,
    PartnerRow,
    Seen,
    board,
    partner_row,
    start_of_today,
)
from followthrough.domain.business import Settings
from followthrough.domain.errors import NotFound, Refused
from followthrough.domain.handoffs import handoff_of, is_given, is_with_partners
from followthrough.domain.leads import Lead
from followthrough.use_cases.partner_answers import close_lead, move_lead, pause_partner, release_lead, resume_partner
from followthrough.use_cases.ports import PartnerBook, SendingServices

MOST_READ = 500
"""Open leads that are read, those due next first. All are counted."""

LISTED_IN_LINE = 3
"""Leads in each partner's line that are named."""

LINK_KEPT = timedelta(days=90)
"""How long a link to the board works, unless another time is given."""


class BoardBook(Protocol):
    """What is read across all leads, and the links to the board."""

    def open_leads(self, most: int) -> tuple[list[Lead], int]:
        """The open leads that are due next, and how many there are in all. They may lag behind by a second."""

    def closed_since(self, moment: datetime, most: int) -> list[Lead]:
        """Leads that were closed from then on. They may lag behind by a second."""

    def load_all(self, ids: list[str]) -> list[Lead]:
        """Those of these leads that there are, read consistently."""

    def new_board_link(self, token: str, expires_at: datetime) -> None:
        """Keep the token of a link to the board."""

    def expect_board_link(self, token: str) -> None:
        """Raises NotFound for a token that opens no board, or no longer."""


@dataclass(frozen=True, kw_only=True)
class BoardServices(SendingServices):
    """What the board works with besides."""

    book: BoardBook


# -- what is shown -------------------------------------------------------------------------------------------


def open_board(services: BoardServices, token: str) -> Board:
    """The board as things stand. Nothing is written. Raises NotFound for a link that doesn't work."""
    services.book.expect_board_link(token)
    now, settings = services.clock(), services.settings
    leads, count = services.book.open_leads(MOST_READ)
    seen = Seen(
        leads=leads,
        open_leads=count,
        closed_today=services.book.closed_since(start_of_today(settings, now), MOST_READ),
        team=services.team.state(),
        held=services.traffic.count_held(None),
    )
    return board(seen, partner_rows(settings, services.partners, services.book, now), settings, now)


def partner_rows(settings: Settings, partners: PartnerBook, book: BoardBook, now: datetime) -> list[PartnerRow]:
    """How things stand with each partner at this very moment."""
    ids = [each.id for each in settings.partners.partners]
    states = partners.states(ids) if ids else {}
    lines = {id_: partners.line(id_) for id_ in ids}
    named = [id_ for state in states.values() for id_ in state.open_leads]
    named += [place.lead_id for line in lines.values() for place in line[:LISTED_IN_LINE]]
    leads = {lead.id: lead for lead in book.load_all(named)}
    return [
        partner_row(each, states[each.id], lines[each.id], leads, settings, now) for each in settings.partners.partners
    ]


# -- what a press does ---------------------------------------------------------------------------------------


def press_board(services: BoardServices, token: str, press: BoardPress) -> BoardDone:
    """Do what the manager has decided. A press that comes twice, or on a page that is overtaken, changes nothing.

    Raises NotFound for a link that doesn't work, and Refused without a reason or for a partner that there isn't.
    """
    services.book.expect_board_link(token)
    if press.do in ("pause", "resume"):
        return _paused(services, press)
    return _decided(services, press)


def _paused(services: BoardServices, press: BoardPress) -> BoardDone:
    if services.settings.partners.partner(press.partner) is None:
        raise Refused("form", "There is no such partner any more.")
    paused = services.partners.states([press.partner])[press.partner].paused
    if press.do == "pause":
        if paused == "manager":
            return "nothing_changed"
        pause_partner(services, press.partner, "manager")
        return "done"
    if paused is None:
        return "nothing_changed"
    resume_partner(services, press.partner)
    return "done"


def _decided(services: BoardServices, press: BoardPress) -> BoardDone:
    if not press.reason:
        raise Refused("form", "Nothing was changed: say why. The reason stays with the lead.")
    if press.do == "move" and press.to and services.settings.partners.partner(press.to) is None:
        raise Refused("form", "Nothing was changed: there is no such partner any more.")
    try:
        before = services.store.load(press.lead_id)
        if before.pursuit.number != press.pursuit or not is_with_partners(before):
            return "nothing_changed"
        after = _carried_out(services, press)
    except NotFound:  # their data was erased since the page was made
        return "nothing_changed"
    return "nothing_changed" if after.version == before.version else "done"


def _carried_out(services: BoardServices, press: BoardPress) -> Lead:
    by, id_, pursuit = services.settings.team.manager.id, press.lead_id, press.pursuit
    if press.do == "move":
        return move_lead(services, id_, press.reason, by, press.to or None, pursuit)
    if press.do == "release":
        return release_lead(services, id_, press.reason, by, pursuit)
    return close_lead(services, id_, press.because, press.reason, by, pursuit)


def open_decision(services: BoardServices, token: str, lead_id: str) -> Decision:
    """What can be decided about a lead. Nothing is written. Raises NotFound, also when nothing can be any more."""
    services.book.expect_board_link(token)
    lead = services.store.load(lead_id)
    if not is_with_partners(lead):
        raise NotFound("the lead is with no partner any more")
    own = handoff_of(lead).partner or ""
    partner = services.settings.partners.partner(own)
    return Decision(
        business_name=services.settings.business.name,
        lead_id=lead.id,
        pursuit=lead.pursuit.number,
        name=lead.profile.name,
        partner_name=partner.name if partner else own,
        is_given=is_given(lead),
        others=tuple((each.id, each.name) for each in services.settings.partners.partners if each.id != own),
    )
