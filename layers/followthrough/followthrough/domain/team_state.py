"""What is known about the team at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from followthrough.domain.closures import Closures


@dataclass(frozen=True)
class TeamState:
    """Who is away and until when (None: until they say so), for how many calls everybody is asked, and when the
    manager has closed.
    """

    away: Mapping[str, datetime | None] = field(default_factory=dict)
    open_asks: Mapping[str, int] = field(default_factory=dict)
    closures: Closures = ()
