"""Splits what a lead wrote into the words that the table knows, with where clauses and sentences end."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from followthrough.domain.lead_words import Found, Phrases, Word, lead_words
from followthrough.domain.text_pieces import readable

_PIECE = re.compile(
    r"""
    (?P<word> \d+(?:[.:,]\d+)* (?![^\W_]) | (?:[^\W\d_]-)* [^\W_]+ (?:'[^\W_]+)* )
    | (?P<sentence> [.!?;]+ | \n[ ]*\n )
    | (?P<clause> [,:()/|\n"\u201c\u201d\u2013\u2014] | (?<![^\W_])-+ | -+(?![^\W_]) )
    """,
    re.VERBOSE,
)
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_-]{1,2}){2,}[^\W\d_](?![^\W_])")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_NOT_LETTERS = re.compile(r"[\W_]+")
_DIGITS_FOR_LETTERS = str.maketrans("0135", "oies")
_NO_SIGNS = frozenset("\ufffc\ufffd")
"""What stands where a picture was, or a letter that couldn't be read."""


@dataclass(frozen=True)
class LeadWriting:
    """What a lead wrote."""

    words: tuple[Word, ...]
    found: tuple[Found, ...]
    """The phrases in it."""
    asking: frozenset[int]
    """The sentences that end in a question mark."""
    is_alarming: bool
    """Whether there is an emoji that could be a stop."""
    is_empty: bool
    """Whether there is nothing to be read: no word, no emoji, no question mark."""

    def is_asked(self, sentence: int | None = None) -> bool:
        """Whether a sentence, or any, is a question."""
        return bool(self.asking) if sentence is None else sentence in self.asking


def writing(text: str) -> LeadWriting:
    """The first 1,600 characters of what was written. Never raises."""
    shown = readable(text)
    words, asking = _split(_folded(shown))
    marked = _with_clauses(words, lead_words().anywhere)
    return LeadWriting(
        words=marked,
        found=lead_words().anywhere.find(marked),
        asking=asking,
        is_alarming=any(char in lead_words().alarming_signs for char in shown),
        is_empty=not any(_says_something(char) for char in shown),
    )


def _says_something(char: str) -> bool:
    return char == "?" or (unicodedata.category(char)[0] in "LNS" and char not in _NO_SIGNS)


def _folded(shown: str) -> str:
    """In lower case, without accents; letters that are spelled out or drawn out become the word they are."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", shown.lower()) if not unicodedata.combining(char))
    together = _SPELLED.sub(lambda found: _NOT_LETTERS.sub("", found[0]), bare.replace("#", " number "))
    return _DRAWN_OUT.sub(r"\1", together)


def _split(folded: str) -> tuple[list[Word], frozenset[int]]:
    """The words, and which sentences are questions."""
    words: list[Word] = []
    asking: set[int] = set()
    clause = sentence = 0
    for piece in _PIECE.finditer(folded):
        if piece.lastgroup == "word" and piece[0] not in lead_words().pleas:
            words += (Word(known, clause, sentence) for known in _known(piece[0]))
            continue
        clause += 1
        if piece.lastgroup == "sentence":
            asking |= {sentence} if "?" in piece[0] else set()
            sentence += 1
    return words, frozenset(asking)


def _known(typed: str) -> Iterator[str]:
    """A typed word as the table has it: none, one, or several. An apostrophe only tells "we'll" from "well"."""
    table = lead_words()
    plain = typed.replace("'", "").replace("-", "")
    if plain.isalnum() and not plain.isalpha() and not plain.isdecimal():
        plain = plain.translate(_DIGITS_FOR_LETTERS)
    for word in table.spellings.get(typed) or table.spellings.get(plain, (plain,)):
        if word not in table.noise:
            yield word


def _with_clauses(words: Sequence[Word], table: Phrases) -> tuple[Word, ...]:
    """The same words, with where clauses begin and end once courtesies are left out."""
    manners = {at for found in table.find(words) if found.meaning == "courtesy" for at in range(found.start, found.end)}
    marked: list[Word] = []
    for _, group in groupby(range(len(words)), key=lambda at: words[at].clause):
        places = list(group)
        said = [at for at in places if at not in manners]
        first, last = (said[0], said[-1]) if said else (places[0], places[-1])
        marked += (replace(words[at], opens=at <= first, closes=at >= last) for at in places)
    return tuple(marked)
