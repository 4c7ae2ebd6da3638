"""A typed text message, split into the pieces that can mean something: words, numbers, and breaks between them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, cast

LONGEST_READ = 1600
"""Characters of a text that are looked at: what ten segments hold."""

CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWYZ"
"""What a nudge's short code can begin with; a digit follows. I, L and O look like digits, and "x2" means twice."""

Kind = Literal["phone", "number", "code", "word", "break"]

_PIECE = re.compile(
    rf"""
    (?P<phone> \+\d[\d().\ -]{{7,16}}\d(?!\d)
              | (?<!\d)(?:1[.-]?)?\(?\d{{3}}\)?[\ .-]{{0,2}}\d{{3}}[\ .-]?\d{{4}}(?!\d) )
    | (?P<number> \d+ )
    | (?P<code> (?<![^\W_]) [{CODE_LETTERS}]\d (?![^\W_]) )
    | (?P<word> n/a(?![^\W_]) | [^\W\d_]+(?:'[^\W\d_]+)* )
    | (?P<break> \n | (?<=[^\W_])-(?![^\W_]) | (?<![^\W_])-+ | [,;:!?.()/&+|\u2013\u2014] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")


@dataclass(frozen=True)
class Piece:
    """One piece of a text."""

    kind: Kind
    text: str
    """In lower case, without apostrophes; digits are 0 to 9."""
    start: int
    """Where it begins in the readable text."""
    end: int


def readable(text: str) -> str:
    """What of a text is looked at: bounded, in one form of letters and digits, with one kind of apostrophe."""
    normal = unicodedata.normalize("NFKC", text[:LONGEST_READ].translate(_APOSTROPHES))
    lines = "\n".join(normal[:LONGEST_READ].splitlines())
    return "".join(_plain_digit(char) for char in lines if unicodedata.category(char) != "Cf")


def split_up(text: str) -> list[Piece]:
    """The pieces of a `readable` text. Emoji and other signs are left out, and so is a dash within a word."""
    return [
        Piece(cast("Kind", found.lastgroup), found[0].lower().replace("'", ""), found.start(), found.end())
        for found in _PIECE.finditer(text)
    ]


def _plain_digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() else char
