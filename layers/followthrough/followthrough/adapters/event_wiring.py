"""The tokens of this container's table: apart from wiring.py, so that the other functions don't pay for it."""

import os
from functools import cache

from followthrough.adapters.event_tokens import EventTokens
from followthrough.adapters.wiring import utc_now


@cache
def event_tokens() -> EventTokens:
    """The tokens with which events can be reported."""
    return EventTokens(os.environ["TABLE_NAME"], utc_now)
