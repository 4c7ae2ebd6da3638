"""The address that answers to our e-mails go to: it carries the token of the lead's links, so that an answer finds its
lead whoever it comes from.
"""

import binascii
from base64 import b32decode, b32encode

_PREFIX = "reply+"
_EIGHT = 8
_LONGEST = 58  # what RFC 5321's 64 characters before the @ leave beside the prefix


def reply_address(token: str, domain: str) -> str:
    """`reply+…@domain`. In base32, because programs on the way may change capital letters, which mean something in a
    token.
    """
    written = b32encode(token.encode()).decode().rstrip("=").lower()
    return f"{_PREFIX}{written}@{domain}"


def token_in(address: str) -> str | None:
    """The token in an address that `reply_address` made, in whatever case; None for any other address."""
    local, at, _ = address.strip().partition("@")
    written = local.lower().removeprefix(_PREFIX)
    if not at or written == local.lower() or not 0 < len(written) <= _LONGEST:
        return None
    padding = "=" * (-len(written) % _EIGHT)
    try:
        token = b32decode(written.upper() + padding).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    # What decodes without being what we wrote, by bits that nobody looks at, is rubbish too.
    return token if token.isprintable() and reply_address(token, "") == f"{_PREFIX}{written}@" else None
