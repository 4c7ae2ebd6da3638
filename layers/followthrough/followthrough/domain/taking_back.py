"""Which of a lead's stops somebody can take back, by where they say so."""

from typing import Literal

from followthrough.domain.cadence import Channel
from followthrough.domain.leads import Lead
from followthrough.domain.stops import CHANNELS, TAKEN_BACK

StartFrom = Literal["mailbox", "number", "shared_number"]
"""mailbox: the lead's page, or a reply to our e-mails; number: a text from the lead's number; shared_number: one from a
number that other leads have too, so that somebody else may have written it.
"""


def own_stops(lead: Lead, start_from: StartFrom) -> list[Channel]:
    """The channels whose stop is theirs to take back from there, or none.

    A number that is said to be somebody else's, on which not even calls are wanted, only whoever has it can give back;
    what was unsubscribed by e-mail, no text can; and a text from a number that others have gives only that number back.
    """
    own: list[Channel] = [channel for channel in CHANNELS if lead.unusable.get(channel) in TAKEN_BACK]
    match start_from:
        case "mailbox":
            return [channel for channel in own if channel == "email" or "call" not in own]
        case "number":
            return [channel for channel in own if channel != "email" or lead.unusable[channel] == "stopped"]
        case "shared_number":
            return [channel for channel in own if channel != "email" and lead.unusable[channel] == "stopped"]
