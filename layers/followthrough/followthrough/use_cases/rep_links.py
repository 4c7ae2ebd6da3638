"""What the links in reps' texts open: one lead's page, or the list of a rep's leads."""

import re
from dataclasses import dataclass

from followthrough.domain.business import Rep
from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead, Nudge
from followthrough.use_cases.ports import Services

_LEAD_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)


@dataclass(frozen=True)
class LeadLink:
    """A rep opens one lead: from a nudge, or from their list (then there is no nudge)."""

    rep: Rep
    lead: Lead
    nudge: Nudge | None = None


@dataclass(frozen=True)
class ListLink:
    """A rep opens the list of their leads."""

    rep: Rep


def open_link(services: Services, token: str, lead_id: str | None = None) -> LeadLink | ListLink:
    """What a token opens. With the token of a list, `lead_id` opens a lead that is theirs, or that they are asked to
    call: so the list needs no tokens of its own for each lead, and showing it writes nothing.

    Raises NotFound for an unknown or expired token, for somebody who has left the team, and for other people's leads.
    """
    try:
        nudge = services.team.nudge_behind(token)
    except NotFound:
        return _from_list(services, _person(services, services.team.rep_behind(token)), lead_id)
    return LeadLink(_person(services, nudge.rep), services.store.load(nudge.lead_id), nudge)


def _from_list(services: Services, rep: Rep, lead_id: str | None) -> LeadLink | ListLink:
    if lead_id is None:
        return ListLink(rep)
    if not _LEAD_ID.fullmatch(lead_id):
        raise NotFound("that is not the id of a lead")
    lead = services.store.load(lead_id)
    if lead.rep != rep.id and not (lead.ask and rep.id in lead.ask.asked):
        raise NotFound("that lead is somebody else's")
    return LeadLink(rep, lead)


def _person(services: Services, id_: str) -> Rep:
    person = services.settings.team.person(id_)
    if person is None:
        raise NotFound("whose link it was has left the team")
    return person
