"""The alphabet of cheap text messages (GSM 03.38), and what a text costs in segments."""

import math
import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
"""These take an escape character before them, and so the room of two."""

_ONE_SEGMENT, _EACH_OF_SEVERAL = 160, 153
_ONE_UNICODE_SEGMENT, _EACH_OF_SEVERAL_UNICODE = 70, 67

_INSTEAD = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),  # noqa: RUF001 - the look-alikes are the point
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001 - the look-alikes are the point
    **dict.fromkeys("•·", "-"),
    **dict(zip("łŁđĐðÐıŋħ¢×÷⁄\t", "lLdDdDinhcx// ", strict=True)),  # noqa: RUF001 - letters that GSM lacks
    **dict(zip("…™©®œŒþÞ", ("...", "TM", "(c)", "(R)", "oe", "OE", "th", "Th"), strict=True)),
}


def is_gsm7(text: str) -> bool:
    """Whether every character is in the alphabet."""
    return all(char in _BASIC or char in _EXTENSION for char in text)


def septets(text: str) -> int:
    """The room a GSM text takes, in septets of which a single segment has 160."""
    return sum(2 if char in _EXTENSION else 1 for char in text)


def segments(text: str) -> int:
    """How many segments a text is sent, and paid for, as: 160 or 153 GSM characters each, else 70 or 67."""
    if not is_gsm7(text):
        units = len(text.encode("utf-16-le")) // 2
        return _count(units, _ONE_UNICODE_SEGMENT, _EACH_OF_SEVERAL_UNICODE)
    if septets(text) <= _ONE_SEGMENT:
        return 1 if text else 0
    return _count_unsplit(text)


def _count(units: int, one: int, each: int) -> int:
    return min(units, 1) if units <= one else math.ceil(units / each)


def _count_unsplit(text: str) -> int:
    """Segments of a long text: an escape and its character are never parted between two."""
    count, used = 1, 0
    for char in text:
        size = 2 if char in _EXTENSION else 1
        if used + size > _EACH_OF_SEVERAL:
            count, used = count + 1, 0
        used += size
    return count


def to_gsm7(text: str) -> str:
    """The text with what the alphabet lacks replaced or dropped: curly quotes, accents, emoji."""
    nearest = "".join(map(_nearest, unicodedata.normalize("NFC", text)))
    return "\n".join(" ".join(line.split()) for line in nearest.split("\n")).strip()


def _nearest(char: str) -> str:
    if char in _BASIC or char in _EXTENSION:
        return char
    if char in _INSTEAD:
        return _INSTEAD[char]
    if unicodedata.category(char) == "Zs":
        return " "
    parts = unicodedata.normalize("NFKD", char)
    if parts == char:
        return ""
    return "".join(_INSTEAD.get(part, part if part in _BASIC else "") for part in parts)


def cut_to(text: str, room: int) -> str:
    """A GSM text in at most `room` septets, cut after a whole word if it can be, with `...` at the end."""
    if septets(text) <= room:
        return text
    kept = ""
    for char in text:
        if septets(kept + char) > room - 3:
            break
        kept += char
    at_a_word, _, rest = kept.rpartition(" ")
    kept = at_a_word if at_a_word and len(rest) < len(kept) // 2 else kept
    return kept.rstrip(" ,.;:-") + "..." if kept.strip() else ""
