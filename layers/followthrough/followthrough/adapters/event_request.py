"""What is posted to /events: whose token it is sent with, and what happened to whom."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from followthrough.adapters.form_body import header_of, read_fields
from followthrough.domain.business import Business
from followthrough.domain.business_events import BusinessEvent, event_name
from followthrough.domain.errors import Refused
from followthrough.domain.instants import parse_instant
from followthrough.domain.intake import RefusedFields, read_profile
from followthrough.use_cases.people import Who

WHO = ("lead_id", "email", "phone")
FIELDS = (*WHO, "event", "at")
_LEAD_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+) *", re.IGNORECASE | re.ASCII)


def token_of(event: Mapping[str, Any]) -> str:
    """The token of the header `Authorization: Bearer TOKEN`; empty if there is none."""
    found = _BEARER.fullmatch(header_of(event, "authorization"))
    return found[1] if found else ""


def read_event(event: Mapping[str, Any], business: Business) -> tuple[Who, BusinessEvent]:
    """Whom an API Gateway event is about, and what happened.

    Raises Refused with the field, BodyTooLarge and UnsupportedBody.
    """
    fields = {name: text.strip() for name, text in read_fields(event).items() if text.strip()}
    strangers = sorted(fields.keys() - set(FIELDS))
    if strangers:
        raise Refused("body", f"has a field that is not known: the fields are {', '.join(FIELDS)}")
    if "event" not in fields:
        raise Refused("event", "is missing: say what happened, such as estimate_sent")
    return _who(fields, business), BusinessEvent(event_name(fields["event"]), _moment(fields.get("at")))


def _who(fields: Mapping[str, str], business: Business) -> Who:
    named = [name for name in WHO if name in fields]
    if len(named) != 1:
        raise Refused("body", "has to say whose event it is, in one way: lead_id, email or phone")
    field, text = named[0], fields[named[0]]
    if field == "lead_id":
        if not _LEAD_ID.fullmatch(text):
            raise Refused(field, "is not the id of a lead: give it as POST /leads answered it")
        return Who(lead_id=text)
    try:
        profile = read_profile({field: text}, business)
    except RefusedFields as refused:
        raise Refused(field, next(iter(refused.fields.values()))) from None
    return Who(email=profile.email, phone=profile.phone)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise Refused("at", "is not a time: write it with its offset, as 2026-11-24T15:00:00-05:00") from None
