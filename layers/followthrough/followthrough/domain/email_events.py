"""What became of an e-mail after it was handed over, as SES reports it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EmailEventKind = Literal["bounce", "complaint", "delivery", "delivery_delay", "reject", "rendering_failure"]
"""`reject` and `rendering_failure`: SES took the e-mail, and then never sent it."""

BounceKind = Literal["permanent", "transient"]


@dataclass(frozen=True)
class TouchTags:
    """Which touch an e-mail was, or whose nudge, by the tags that it was sent with. Each is None where there is no such
    tag; SES's older notifications pass none on.
    """

    lead_id: str | None = None
    pursuit: int | None = None
    touch_id: str | None = None
    rep: str | None = None
    """The id of the rep whom a nudge went to."""


@dataclass(frozen=True)
class EmailEvent:
    """One thing that happened to one e-mail. Events come repeatedly, and in any order."""

    kind: EmailEventKind
    bounce: BounceKind | None
    """`permanent`: the address must not be written to again. None for anything but a bounce."""
    recipients: tuple[str, ...]
    """Whom it concerns, as `comparable_email` writes addresses. Empty where SES doesn't say and it can't be known."""
    at: datetime
    """When it happened, in UTC. SES gives no time for `reject` and `rendering_failure`: then when it was sent."""
    message_id: str
    """What SES called the e-mail when it took it."""
    feedback_id: str | None
    """SES's own id of this bounce or complaint."""
    tags: TouchTags
    detail: str
    """In short words for machines, such as `Permanent/NoEmail`, `abuse` or `MailboxFull`; empty if there is nothing
    to add. It names nobody.
    """

    @property
    def event_id(self) -> str:
        """The same whenever this event is delivered again."""
        if self.feedback_id:
            return self.feedback_id
        return hashlib.sha256("|".join((self.kind, self.message_id, *sorted(self.recipients))).encode()).hexdigest()

    def concerns(self, address: str) -> bool:
        """Whether it is about this address, in whatever case that is written."""
        return address.lower() in self.recipients


def touch_id_of_tag(value: str) -> str:
    """`first-email_2` is the tag of the touch `first-email.2`: a tag's value can hold no dot, a step's name no `_`."""
    step, _, number = value.rpartition("_")
    return f"{step}.{number}"
