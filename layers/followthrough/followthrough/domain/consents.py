"""What people agree to when they post a form."""

from datetime import datetime

from followthrough.domain.cadence import Channel
from followthrough.domain.leads import Profile
from followthrough.domain.stops import ConsentEntry

WORDING_FIELD = "consent_wording"


def addresses_of(profile: Profile) -> dict[Channel, str]:
    """The address behind each channel, of those that are known."""
    known: dict[Channel, str | None] = {"email": profile.email, "text": profile.phone, "call": profile.phone}
    return {channel: address for channel, address in known.items() if address}


def text_consent(
    profile: Profile, posted: Profile, wording: str | None, page: str | None, now: datetime
) -> ConsentEntry | None:
    """The line for the consent to texts that was `posted` just now; None without one, or without a number.

    `profile` is all that is known of them. What was shown is what the form says that it showed, else the business's
    own wording.
    """
    if not posted.consent_to_text or not profile.phone:
        return None
    shown = next((text for name, text in posted.other.items() if _plain(name) == WORDING_FIELD), wording)
    return ConsentEntry(
        at=now, channel="text", address=profile.phone, what="consent", because="form", words=shown, where=page
    )


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
