"""What can go wrong, in the domain's own words. Messages carry ids only, never a name, number or address."""

from collections.abc import Sequence

from followthrough.domain.findings import Finding


class FollowthroughError(Exception):
    """The root of every error that this library raises on purpose."""


class Unreadable(FollowthroughError):
    """A cadence, a message or a piece of configuration can't be used. `str()` says where and why, a line for
    each of the `findings` when there are several.
    """

    def __init__(self, what: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(what)
        self.findings = tuple(findings)


class Refused(FollowthroughError):
    """What a client sent can't be accepted: `field` names the field, `reason` says what would be right."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(FollowthroughError):
    """There is no such lead, cadence version or token."""


class ChangedMeanwhile(FollowthroughError):
    """Somebody else recorded a fact since the lead was read: read again and decide again."""


class TouchExists(FollowthroughError):
    """The touch was claimed before."""


class Suppressed(FollowthroughError):
    """The address must not be used on this channel."""


class OverCap(FollowthroughError):
    """The address has had as many messages today as it may get."""


class PartnerTaken(FollowthroughError):
    """The partner has as many open leads as it may have, or is paused."""


class SendingThrottled(FollowthroughError):
    """Definitely not sent, and worth another try later. The state machine retries it by this name."""


class SendingRefused(FollowthroughError):
    """Definitely not sent, and trying again would not help. `str()` is the service's own code."""


class SendingUnknown(FollowthroughError):
    """The answer was lost: it may or may not have been sent."""


class Forgotten(FollowthroughError):
    """An open lead without a next touch, to whom nothing would ever come back, or a closed one with one. Never kept."""


class PlanDisagrees(FollowthroughError):
    """Planner and doer keep coming to different plans; raised instead of going round for ever."""
