"""The second half of a nudge: the link to the call's page, and the numbers or words to answer with."""

from collections.abc import Sequence

from followthrough.domain.gsm7 import cut_to, segments, septets, to_gsm7
from followthrough.domain.leads import Outcome

# Two segments less the one that the nudge itself may fill, the space between, and one septet that is lost when a
# character of two, such as ~ in a link, would be parted between the segments.
_ROOM = 2 * 153 - 153 - 1 - 1
_MOST_SEGMENTS = 2
_MOST_SEPTETS = 2 * 153

_WORDINGS = (
    "Reply {code}5 voicemail, 6 no answer, 4 not interested, 8 can't",
    "Reply {code}5 voicemail, 6 no answer, 8 can't",
    "Reply {code}5 voicemail, 6 no answer",
)
"""From the fullest to the briefest. The numbers are those of every nudge; the others are on the page."""

A_STOP_OR_NOT = (
    "Reply {code}4 not interested, 5 voicemail, 6 no answer, 8 can't",
    "Reply {code}4 not interested, 6 no answer",
    "Reply {code}4 not interested",
)
"""The same where somebody has to decide whether the lead wants us to stop."""

OF_A_PARTNER_CALL = (
    "Reply {code}5 voicemail, 6 no answer, 8 can't",
    "Reply {code}6 no answer",
)
"""The same for a call to a partner. What the partner said is on the page."""

TASK_WORDS: dict[Outcome, str] = {
    "kept": "kept",
    "no_show": "no show",
    "won": "won",
    "lost": "lost",
    "thinking": "thinking Fri",
    "done": "done",
    "not_done": "not done",
}
"""What to text for each outcome of a task; one of them needs a day."""


def in_a_row(outcomes: Sequence[Outcome]) -> str:
    """`won, lost or thinking Fri`."""
    words = [TASK_WORDS[outcome] for outcome in outcomes]
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def task_answers(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """The wording that asks for one of a task's outcomes, for `with_answers`."""
    return (f"Reply {{code}}{in_a_row(outcomes)}",)


def nudge_answers(link: str, code: str | None) -> str:
    """The link, and as many of the numbered answers as fit: with a nudge of one segment, two segments.

    All four fit beside a link of 80 characters. `code` is the short code that has to come first when several calls
    are open. Of a longer link nothing is ever cut: the answers give way.
    """
    return next((text for text in _from_the_fullest(link, code) if septets(text) <= _ROOM), link)


def with_answers(nudge: str, link: str, code: str | None, wordings: Sequence[str] = _WORDINGS) -> str:
    """A whole nudge, never in more than two segments as long as the link has at most 150 characters.

    Where the longest names have made the nudge longer than a segment, answers give way first, then the nudge's end.
    """
    whole = [f"{nudge} {text}" for text in (*_from_the_fullest(link, code, wordings), link)]
    fits = next((text for text in whole if segments(text) <= _MOST_SEGMENTS), None)
    return fits or f"{cut_to(nudge, _MOST_SEPTETS - septets(link) - 2)} {link}"


def _from_the_fullest(link: str, code: str | None, wordings: Sequence[str] = _WORDINGS) -> list[str]:
    first = f"{to_gsm7(code)} and " if code else ""
    return [f"{link} {words.format(code=first)}" for words in wordings]
