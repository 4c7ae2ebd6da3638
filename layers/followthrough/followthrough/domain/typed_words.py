"""What somebody typed, made fit to keep and to show: nothing in it that can't be seen."""

import unicodedata

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they reverse text on screen
_NOTHING = frozenset("\u200b\u2060\ufeff")  # zero-width, as pasted


def paragraphs(text: str) -> str:
    """Trimmed, in one Unicode form, its line ends alike, at most one empty line in a row.

    Joiners stay: some scripts' names, and many emoji, are wrong without them.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(map(_seen, lines)).split("\n")
    tidy = "\n".join(" ".join(line.split()) for line in kept)
    while "\n\n\n" in tidy:
        tidy = tidy.replace("\n\n\n", "\n\n")
    return tidy.strip()


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(paragraphs(text).split())


def _seen(char: str) -> str:
    if char in "\n\t" or not (unicodedata.category(char) in {"Cc", "Cs"} or char in _TURNING or char in _NOTHING):
        return char
    return " " if char.isspace() else ""
