"""On which channel a touch goes: decided when it is planned, from what is on record."""

from collections.abc import Callable
from datetime import UTC, datetime

from followthrough.domain.cadence import Action, Channel, Step
from followthrough.domain.leads import Lead
from followthrough.domain.limits import used_on
from followthrough.domain.stops import must_not_be_used

NO_ADDRESS: dict[Channel, str] = {
    "call": "no phone number is known",
    "text": "no phone number is known",
    "email": "no e-mail address is known",
}
NO_CONSENT = "no consent to texts is on record"

OTHER_CHANNEL: dict[Action, Channel] = {"email": "text", "text": "email"}
"""Where a message goes when its own channel can't be used, if it is written for that one too."""

_NEVER = datetime.min.replace(tzinfo=UTC)


def why_not(channel: Action, lead: Lead) -> str | None:
    """Why the lead can't be reached on that channel; None if it can, or if nobody but the team is concerned."""
    if channel == "task":
        return None
    address = lead.profile.email if channel == "email" else lead.profile.phone
    if not address:
        return NO_ADDRESS[channel]
    if reason := lead.unusable.get(channel):
        return must_not_be_used(reason)
    return NO_CONSENT if channel == "text" and not lead.profile.consent_to_text else None


def channel_for(step: Step, lead: Lead, is_written_for: Callable[[Channel], bool]) -> Action:
    """What the step's next touch is: the channel unused for longest of a choice, else the step's own or the next of its
    series, or where that can't be used the other one, if its message is written for it and the step has it nowhere.
    """
    if step.choice:
        return _unused_for_longest(step.choice, lead)
    own = step.actions[0]
    if step.series:
        own = step.series[min(lead.pursuit.progress_of(step.name).touches, len(step.series) - 1)]
    other = OTHER_CHANNEL.get(own)
    if other is None or other in step.actions or step.any_hour or why_not(own, lead) is None or why_not(other, lead):
        return own
    return other if is_written_for(other) else own


def _unused_for_longest(channels: tuple[Channel, ...], lead: Lead) -> Channel:
    """Of several the one that the lead prefers, then the one on which they last answered, then the one named first. The
    first if none can be used.
    """
    usable = [channel for channel in channels if why_not(channel, lead) is None]
    wanted = (lead.profile.preferred_channel, lead.answered_on)
    return min(
        usable or channels[:1],
        key=lambda channel: (
            max(used_on(channel, lead.pursuit), default=_NEVER),
            *(channel != each for each in wanted),
        ),
    )
