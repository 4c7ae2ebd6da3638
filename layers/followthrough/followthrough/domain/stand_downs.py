"""What is texted to reps who were asked about a lead that has answered by itself. Each is one segment."""

from datetime import datetime
from zoneinfo import ZoneInfo

from followthrough.domain.gsm7 import cut_to, to_gsm7
from followthrough.domain.names import full_name
from followthrough.domain.times_in_brief import day_in_brief, on_both_clocks

_LONGEST_NAME = 28


def wants_a_call(lead: str | None, at: datetime, theirs: ZoneInfo, yours: ZoneInfo, now: datetime) -> str:
    """They named a time. `theirs` is the lead's zone, `yours` the rep's."""
    when = on_both_clocks(at, theirs, yours, now)
    return to_gsm7(f"{_name(lead)} wants a call at another time: {when}. Stand down, somebody is asked then.")


def wants_to_be_asked_later(lead: str | None, at: datetime, yours: ZoneInfo, now: datetime) -> str:
    """Not now."""
    return to_gsm7(f"{_name(lead)} told us: not now, ask again {day_in_brief(at, yours, now)}. Stand down.")


def wants_nothing(lead: str | None) -> str:
    """They don't want it any more."""
    return to_gsm7(f"{_name(lead)} told us: no thanks. The follow-up has ended. Stand down.")


def gave_up_the_appointment(lead: str | None, at: datetime, yours: ZoneInfo, now: datetime) -> str:
    """They don't want it any more, and there is an appointment ahead."""
    when = on_both_clocks(at, yours, yours, now)
    return to_gsm7(f"{_name(lead)} told us: no thanks. Mind their appointment {when}: it needs calling off.")


def takes_back_what_was_agreed(lead: str | None, *, won: bool) -> str:
    """They don't want it any more, after they had bought, or had agreed on an appointment whose time we don't know."""
    agreed = "bought" if won else "booked"
    return to_gsm7(f"{_name(lead)} told us: no thanks, but had {agreed}. Please settle it with them.")


def noted_elsewhere(lead: str | None, event: str) -> str:
    """Another system of the business has reported something that settles what was asked."""
    what = cut_to(event.replace("_", " "), _LONGEST_NAME)
    return to_gsm7(f"{_name(lead)}: another system reported '{what}'. What you were asked is settled. Stand down.")


def _name(name: str | None) -> str:
    return cut_to(to_gsm7(full_name(name) or ""), _LONGEST_NAME) or "Your lead"
