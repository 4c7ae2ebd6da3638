"""Reads e-mails as they come over the wire. Whatever is in them, nothing is raised, and little time is spent."""

import codecs
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from followthrough.adapters.html_text import html_to_text
from followthrough.domain.typed_words import one_line, paragraphs

MOST_NESTED = 100
MOST_PARTS = 200
LONGEST_HEADER = 2_000
LONGEST_PART = 100_000

_FOLD = re.compile(r"[\r\n]+[ \t]*")
_NESTING = re.compile(rb"boundary[\s*\d]*=|:\s*message/", re.IGNORECASE)

# What the standard library raises on parameters of headers that nobody writes in good faith.
_BROKEN = (ValueError, LookupError, TypeError, RecursionError)

# Some that Python knows are slow on purpose-made input or are no charsets of texts: so only what mail is written in.
_CHARSETS = frozenset(
    {
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "koi8-r", "koi8-u"),
        *("iso8859-1", *(f"iso8859-{part}" for part in range(2, 17) if part != 12)),  # noqa: PLR2004 - there is none
        *("cp874", *(f"cp{page}" for page in range(1250, 1259))),
        *("big5", "gb2312", "gbk", "gb18030", "euc_jp", "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949"),
    }
)
# As browsers read these labels (WHATWG Encoding).
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}


class MimeEmail:
    """One e-mail."""

    def __init__(self, raw: bytes) -> None:
        # compat32: the modern policy's header parser raises on headers that strangers send.
        parser = BytesParser(policy=compat32)
        is_nested_for_harm = len(_NESTING.findall(raw)) > MOST_NESTED
        try:
            self._message: Message = parser.parsebytes(raw, headersonly=is_nested_for_harm)
        except _BROKEN:
            self._message = parser.parsebytes(raw, headersonly=True)

    def headers(self) -> dict[str, str]:
        """Each header's first value, decoded, on one line, by its name in lower case."""
        found: dict[str, str] = {}
        for name, value in self._message.raw_items():
            if name.lower() not in found:
                found[name.lower()] = one_line(_decoded_header(str(value)[:LONGEST_HEADER]))
        return found

    def raw_from(self) -> str:
        """The header From with its names still encoded: decoded, they may hold commas and brackets."""
        value = next((str(value) for name, value in self._message.raw_items() if name.lower() == "from"), "")
        return _unfolded(value[:LONGEST_HEADER])

    def text(self) -> str:
        """What was written, without attachments and attached e-mails: the plain text, or else that of the HTML."""
        plain = "\n".join(_content(part) for part in self._texts("text/plain"))
        if plain.strip():
            return paragraphs(plain)
        return paragraphs("\n".join(html_to_text(_content(part)) for part in self._texts("text/html")))

    def _texts(self, content_type: str) -> Iterator[Message]:
        waiting = [self._message]
        seen = 0
        while waiting and seen < MOST_PARTS:
            seen += 1
            part = waiting.pop()
            if part.get_content_maintype() == "multipart":
                waiting.extend(reversed(_inner(part)))
            elif part.get_content_type() == content_type and part.get_content_disposition() != "attachment":
                yield part


def _inner(part: Message) -> list[Message]:
    # Asked of a part without parts, the library would decode it, in whatever charset a stranger names.
    inner = part.get_payload() if part.is_multipart() else []
    return [each for each in inner[:MOST_PARTS] if isinstance(each, Message)] if isinstance(inner, list) else []


def _content(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except _BROKEN:
        raw = None
    return decoded(raw, _charset(part))[:LONGEST_PART] if isinstance(raw, bytes) else ""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset("")
    except _BROKEN:
        return ""


def decoded(raw: bytes, charset: str) -> str:
    """Bytes as text: in the charset they are said to be in, else in UTF-8, else as what Western mail programs write."""
    for name in (_codec(charset), "utf-8"):
        try:
            return raw.decode(name)
        except UnicodeError:
            continue
    return raw.decode("cp1252", "replace")


def _codec(charset: str) -> str:
    """Python's name of a charset; UTF-8, which everything else is taken for, if it is none that mail is written in."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return "utf-8"
    # What is called ASCII and isn't is UTF-8 more often than not.
    if name == "ascii" or name not in _CHARSETS:
        return "utf-8"
    return _MEANT.get(name, name)


def _unfolded(value: str) -> str:
    """A header's value on one line, a character for each byte."""
    return _FOLD.sub(" ", value.encode("ascii", "surrogateescape").decode("latin-1"))


def _decoded_header(value: str) -> str:
    """Encoded words (RFC 2047) and plain bytes, as text."""
    line = _unfolded(value)
    try:
        pieces = decode_header(line)
    except (HeaderParseError, ValueError):
        pieces = [(line, None)]
    return "".join(
        decoded(piece.encode("latin-1", "replace") if isinstance(piece, str) else piece, charset or "")
        for piece, charset in pieces
    )
