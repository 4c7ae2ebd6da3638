"""Phone numbers as people read them. They are stored as E.164."""

import re

from phonenumbers import PhoneNumberFormat, format_number, parse

_NORTH_AMERICAN = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


def readable_phone(e164: str) -> str:
    """`212-555-0100` for a North American number, `+44 20 7946 0100` for others. Phones let one tap both."""
    match = _NORTH_AMERICAN.fullmatch(e164)
    if match:
        return "-".join(match.groups())
    return format_number(parse(e164), PhoneNumberFormat.INTERNATIONAL)


def dialled(readable: str) -> str:
    """What a phone dials for a number that `readable_phone` wrote: `+12125550100`."""
    digits = re.sub(r"\D", "", readable)
    return f"+{digits}" if readable.startswith("+") else f"+1{digits}"
