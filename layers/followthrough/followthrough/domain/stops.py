"""What people said about being contacted, and which addresses must not be used because of it."""

from typing import Literal, get_args

from pydantic import Field

from followthrough.domain.cadence import Channel
from followthrough.domain.instants import Instant
from followthrough.domain.model import Model

StopReason = Literal["unsubscribed", "stopped", "complained", "bounced", "rejected", "erased"]
"""Why an address must not be used: by the link in an e-mail, by a text or a reply, as spam, because mail to it comes
back, because the service refuses it, because the person's data was erased.
"""

IN_WORDS: dict[StopReason, str] = {
    "unsubscribed": "they unsubscribed",
    "stopped": "they asked us to stop",
    "complained": "they reported our mail as spam",
    "bounced": "mail to the address comes back",
    "rejected": "the address is refused",
    "erased": "their data was erased",
}

TAKEN_BACK: tuple[StopReason, ...] = ("unsubscribed", "stopped", "erased")
"""The stops that are the person's own words, so that they alone can take them back."""


class ConsentEntry(Model):
    """One line of the record of consents and stops. Lines are added and never changed."""

    at: Instant
    channel: Channel
    address: str = Field(description="The e-mail address, or the number in E.164.")
    what: Literal["consent", "stop", "start"] = Field(
        description="consent: they agreed to be contacted; stop: the address must not be used from now on; start: "
        "their own stop is taken back."
    )
    because: Literal[StopReason, "form", "started", "undone"]
    words: str | None = Field(None, description="What was shown to them, or what they wrote.")
    where: str | None = Field(None, description="The page, or the message, that it came from.")
    lead_id: str | None = None


def must_not_be_used(reason: StopReason) -> str:
    """The reason with which a touch on such an address is passed over."""
    return f"the address must not be used: {IN_WORDS[reason]}"


def is_news(reason: StopReason | None, known: StopReason | None) -> bool:
    """Whether a stop changes anything for an address for which `known` holds: what lasts takes the place of what the
    person can take back, in whatever order the two come.
    """
    return reason is not None and (known is None or (known in TAKEN_BACK and reason not in TAKEN_BACK))


def mail_is_useless(reason: StopReason | None) -> bool:
    """Whether mail doesn't arrive, whatever the person wants: a rep has to ask for another address."""
    return reason in ("bounced", "rejected")


CHANNELS: tuple[Channel, ...] = get_args(Channel)
