"""What a message needs to be on a lead's record before it can be said."""

import re
from collections.abc import Iterable

from followthrough.domain.leads import Lead
from followthrough.domain.names import first_name, in_their_words, plain_line, service_in_words, within_a_sentence

_INSERTED = re.compile(r"\{\{-?\s*([a-z_]+)\s*-?\}\}")
_ASKED_FOR = re.compile(r"\{%-?\s*(?:el)?if\b(.*?)%\}", re.DOTALL)
_WORD = re.compile(r"[a-z_]+")


def needs(sources: Iterable[str]) -> frozenset[str]:
    """The placeholders that some messages insert as they are, such as `{{ goal }}`, without an `or` or `if` of their
    own for a lead who has not told.
    """
    return frozenset(name for source in sources for name in _needed(source))


def _needed(source: str) -> set[str]:
    asked_for = {word for test in _ASKED_FOR.findall(source) for word in _WORD.findall(test)}
    return {name for name in _INSERTED.findall(source) if name in RECORDED} - asked_for


def on_record(name: str, lead: Lead) -> bool:
    """Whether a lead's record has what a placeholder of that name says. Raises KeyError for any other name."""
    profile = lead.profile
    match name:
        case "first_name":
            return first_name(profile.name) is not None
        case "service":
            return service_in_words(profile.service) is not None
        case "rep_name":
            return lead.rep is not None
        case "appointment_time" | "appointment_on":
            return lead.appointment_at is not None
        case "last_talk_on":
            return lead.last_talk_at is not None
        case "last_note":
            return plain_line(lead.note, _LONG) is not None
        case "next_step":
            return within_a_sentence(lead.next_step, _LONG) is not None
        case "problem" | "goal":
            return in_their_words(getattr(profile, name), _LONG) is not None
        case "email" | "name" | "phone" | "message":
            return plain_line(getattr(profile, name), _LONG) is not None
    raise KeyError(name)


_LONG = 500
RECORDED = (
    *("first_name", "name", "service", "problem", "goal", "message", "phone", "rep_name"),
    *("appointment_time", "appointment_on", "next_step", "last_talk_on", "last_note"),
)
"""The placeholders that a lead's record may have nothing for."""
