"""Words that fill a message and say nothing: what `check` finds in what leads read and hear."""

import re
from collections.abc import Iterable, Iterator

FILLER = (
    "looking forward to",
    "look forward to",
    "hope you are well",
    "hope you're well",
    "hope you are doing well",
    "hope you're doing well",
    "hope all is well",
    "hope this finds you well",
    "hope this email finds you",
    "hope this message finds you",
    "just checking in",
    "just following up",
    "touching base",
    "touch base",
    "circling back",
    "circle back",
    "at your earliest convenience",
    "please do not hesitate",
    "don't hesitate",
    "as per my last",
)
"""The usual ones, in as far as a business has no list of its own."""

_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_APOSTROPHES = "['\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}]"


def filler_in(source: str, phrases: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each of the phrases that a message's source has, with the line where it begins first, from 1. Capitals, line
    breaks, tags in between and the shape of apostrophes make no difference.
    """
    words = _TAG.sub(_blank, source)
    for phrase in phrases:
        if found := re.search(_pattern(phrase), words, re.IGNORECASE):
            yield words.count("\n", 0, found.start()) + 1, phrase


def _blank(tag: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", tag[0])


def _pattern(phrase: str) -> str:
    words = (re.sub(_APOSTROPHES, _APOSTROPHES, re.escape(word)) for word in phrase.split())
    return r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)"
