"""A touch in words, the same in the terminal, in pictures and on the local pages."""

from followthrough.domain.leads import Touch

CHANNELS = {"call": "call", "task": "task", "email": "e-mail", "text": "text"}
VOICEMAIL = {"leave": "leave a message", "hang_up": "hang up at the beep"}

STATUS = {
    "sent": "sent",
    "reported": "reported",
    "silent": "nobody reported",
    "asked": "being asked for",
    "skipped": "skipped",
    "failed": "failed",
    "unknown": "perhaps sent",
    "planned": "planned",
    "claimed": "being sent",
}


def what_came_of_it(touch: Touch) -> str:
    """The status in words, with the outcome or the reason."""
    if touch.status == "reported" and touch.outcome:
        return touch.outcome.replace("_", " ")
    because = touch.reason or (touch.outcome or "").replace("_", " ")
    return f"{STATUS[touch.status]}: {because}" if because else STATUS[touch.status]
