"""What is answered to leads by itself, by text or e-mail. Each text is one segment; nothing else is ever answered."""

from followthrough.domain.business import Business
from followthrough.domain.gsm7 import cut_to, septets, to_gsm7
from followthrough.domain.phones import readable_phone

_ROOM = 160


def stopped(business: Business) -> str:
    """The one confirmation of a stop."""
    return _text(business, "{name}: done, we stop contacting you. Text START if you change your mind.")


def started(business: Business) -> str:
    """They took their stop back."""
    return _text(business, "{name}: welcome back, somebody will get in touch. Text STOP to end this at any time.")


def about_us(business: Business) -> str:
    """Who writes, and how to make it stop."""
    return _text(business, "{name} follows up on your request. Call us: {phone}. Text STOP to end all messages.")


def who_are_you(business: Business) -> str:
    """To a number that nobody of ours has."""
    return _text(business, "This is {name}. We don't know this number yet. Please call us: {phone}.")


STOPPED_SUBJECT = "We have stopped contacting you"
STARTED_SUBJECT = "Welcome back"
ABOUT_US_SUBJECT = "Who we are, and how to stop this"


def stopped_email(business: Business) -> str:
    """The same for a stop by e-mail."""
    return (
        f"As you asked, {business.name} has stopped writing to you and calling you.\n\n"
        f"If you change your mind, answer this e-mail with START, or call us: {readable_phone(business.phone)}."
    )


def started_email(business: Business) -> str:
    """They took their stop back by e-mail."""
    return (
        f"Thank you. Somebody at {business.name} will get in touch with you.\n\n"
        "To end this at any time, answer with the word STOP."
    )


def about_us_email(business: Business) -> str:
    """Who writes, and how to make it stop."""
    return (
        f"{business.name} follows up on a request that was made with this address.\n\n"
        f"Call us: {readable_phone(business.phone)}. To end all messages and calls, answer with the word STOP."
    )


def _text(business: Business, words: str) -> str:
    """The words, with as much of the business's name as fits into one segment."""
    phone = readable_phone(business.phone)
    room = _ROOM - septets(words.format(name="", phone=phone))
    return words.format(name=cut_to(to_gsm7(business.name), room), phone=phone)
