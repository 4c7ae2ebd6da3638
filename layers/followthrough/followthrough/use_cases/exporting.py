"""Everything that is kept about one person, for that person to read."""

from typing import Any

from followthrough.domain.business import Team
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.life import stage_of
from followthrough.domain.retention import kept_until
from followthrough.use_cases.erasing import lines_of
from followthrough.use_cases.people import PeopleServices, Person, Who, find_person

_MACHINERY = {"token", "ask", "counted_for", "pursuit", "rep", "version", "restarts", "stuck", "profile"}
"""Of a lead: the keys to links, and what only the state machine needs. Whatever else there is, is told."""


def export_person(services: PeopleServices, who: Who) -> dict[str, Any]:
    """What is kept about a person, ready for JSON: their lead with its timeline, what was said about their addresses,
    and how long it is kept. Times are UTC. Nobody else is in it but the reps, by name.

    Raises NotFound or SeveralPeople.
    """
    person = find_person(services, who)
    return {
        "made_at": format_instant(services.clock()),
        "kept_by": services.settings.business.name,
        "lead": _lead(services, person, person.lead) if person.lead else None,
        "addresses": [_address(services, person, place) for place in range(len(person.addresses))],
    }


def _lead(services: PeopleServices, person: Person, lead: Lead) -> dict[str, Any]:
    business, team = services.settings.business, services.settings.team
    until = kept_until(lead, business.keep_data_days)
    return {
        **lead.model_dump(mode="json", exclude=_MACHINERY),
        "stage": stage_of(lead),
        "rep": _name(team, lead.rep),
        "profile": lead.profile.model_dump(mode="json", exclude_none=True),
        "data_comes_from": "what they sent with the form, what reps noted, and what other systems told us",
        "kept_until": format_instant(until) if until else f"{business.keep_data_days} days after it is closed",
        "pursuits": [_pursuit(one) for one in (*person.past, lead)],
        "timeline": [_touch(touch, team) for touch in services.store.timeline(lead.id)],
    }


def _pursuit(lead: Lead) -> dict[str, Any]:
    """What a lead was followed up about, and what was known of them then."""
    return {
        "number": lead.pursuit.number,
        "cadence": lead.pursuit.cadence,
        "began_at": format_instant(lead.pursuit.began_at),
        "profile": lead.profile.model_dump(mode="json", exclude_none=True),
        "note": lead.note,
    }


def _touch(touch: Touch, team: Team) -> dict[str, Any]:
    told = touch.model_dump(mode="json", exclude_none=True, exclude={"asked", "by"})
    asked = [_name(team, id_) for id_ in touch.asked]
    return {**told, "asked": asked, "by": _name(team, touch.by)}


def _name(team: Team, id_: str | None) -> str | None:
    """A rep's name; of somebody who has left the team, only the id is known."""
    person = team.person(id_) if id_ else None
    return person.name if person else id_


def _address(services: PeopleServices, person: Person, place: int) -> dict[str, Any]:
    address = person.addresses[place]
    entries = lines_of(services, person, place)
    return {
        "channel": address.channel,
        "address": address.address,
        "must_not_be_used_because": services.store.suppressed([address]).get(address.channel),
        "somebody_else_has_it_too": address in person.shared,
        "said": [entry.model_dump(mode="json", exclude_none=True, exclude={"channel"}) for entry in entries],
    }
