"""What a form posts, as plain fields: JSON, urlencoded or multipart.

Whatever a client sends, nothing but the errors named here comes out, and every field that comes out is
text that can be stored: no lone surrogates, no NaN, bounded in number and size.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from followthrough.domain.errors import FollowthroughError, Refused

if TYPE_CHECKING:
    from werkzeug.sansio.multipart import Field, File

MOST_BYTES = 64 * 1024
MOST_FIELDS = 100
LONGEST_PAGE = 300
LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
FORM_TYPES = (URLENCODED, MULTIPART)

# As browsers read these labels (WHATWG Encoding): ASCII and Latin-1 mean Windows-1252.
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
}

Pairs = Iterable[tuple[str, str]]


class BodyTooLarge(FollowthroughError):
    """The body is above `MOST_BYTES`."""


class UnsupportedBody(FollowthroughError):
    """A content type or charset that isn't read. `str()` says which are."""


def read_fields(event: Mapping[str, Any]) -> dict[str, str]:
    """The fields of an API Gateway event (payload 2.0), by name, as they were given.

    - A name that is given several times keeps its different values, joined by ", ".
    - In JSON, null is nothing given; other values that aren't text are kept as compact JSON.
    - A file in multipart is not kept; its field says so, with the file's name.

    Raises Refused for a malformed body, BodyTooLarge and UnsupportedBody.
    """
    media_type, parameters = parse_content_type(header_of(event, "content-type"))
    raw = _raw_body(event)
    # What comes as text was decoded by the gateway already.
    charset = parameters.get("charset", "utf-8") if event.get("isBase64Encoded") else "utf-8"
    if media_type == JSON or media_type.endswith("+json"):
        return _joined(_from_json(_decoded(raw, charset)))
    if media_type == URLENCODED:
        return _joined(_from_urlencoded(raw, charset))
    if media_type == MULTIPART:
        return _joined(_from_multipart(raw, parameters.get("boundary", "")))
    raise UnsupportedBody(f"send the form as {JSON}, {URLENCODED} or {MULTIPART}")


def header_of(event: Mapping[str, Any], name: str) -> str:
    """A request header of an event, by its name in lower case; empty if there is none."""
    headers = event.get("headers") or {}
    return next((str(value) for given, value in headers.items() if given.lower() == name), "")


def page_of(event: Mapping[str, Any]) -> str | None:
    """The page that a form was posted from, without its query; None if the browser didn't say."""
    said = header_of(event, "referer") or header_of(event, "origin")
    try:
        page = urlsplit(said)
    except ValueError:
        return None
    if page.scheme not in ("http", "https") or not page.hostname:
        return None
    return f"{page.scheme}://{page.hostname}{page.path}"[:LONGEST_PAGE]


def parse_content_type(header: str) -> tuple[str, dict[str, str]]:
    """Media type and parameters, their names in lower case. An empty type for a header that can't be read."""
    message = Message()
    message["content-type"] = header
    try:
        (media_type, _), *parameters = message.get_params(failobj=[("", "")])
    except (ValueError, LookupError):
        return "", {}
    return media_type.strip().lower(), {name.lower(): collapse_rfc2231_value(value) for name, value in parameters}


def _raw_body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    try:
        raw = base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, ValueError):
        raise Refused("body", "can't be decoded: send it as UTF-8") from None
    if len(raw) > MOST_BYTES:
        raise BodyTooLarge(f"send at most {MOST_BYTES // 1024} KiB, and no files")
    return raw


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(_encoding(charset)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise Refused("body", "is not in the charset that its Content-Type says: send it as UTF-8") from None


def _encoding(charset: str) -> str:
    try:
        return _ENCODINGS[charset.strip().lower()]
    except KeyError:
        raise UnsupportedBody("send the form with charset=utf-8") from None


# -- the three kinds of body ---------------------------------------------------------------------------------


def _from_json(text: str) -> Pairs:
    try:
        document = json.loads(text, object_pairs_hook=_without_repeats)
        if not isinstance(document, dict):
            raise Refused("body", 'has to be a JSON object, such as {"email": "ann@example.com"}')
        return [(name, _as_text(value)) for name, value in document.items() if value is not None]
    except RecursionError:
        raise Refused("body", "is nested too deeply: send plain fields") from None
    except ValueError:  # not JSON, or a number that only Python would read
        raise Refused("body", "can't be read as JSON") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise Refused("body", "gives a name twice: JSON names have to differ")
    return document


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _from_urlencoded(raw: bytes, charset: str) -> Pairs:
    text = _decoded(raw, charset)
    if text.count("&") >= MOST_FIELDS:
        raise _too_many()
    try:
        return parse_qsl(text, keep_blank_values=True, encoding=_encoding(charset), errors="strict")
    except ValueError:
        raise Refused("body", "has percent-encoded bytes that are not in its charset: send UTF-8") from None


def _from_multipart(raw: bytes, boundary: str) -> Pairs:
    if not 0 < len(boundary) <= LONGEST_BOUNDARY or not boundary.isascii():
        raise Refused("body", "needs the boundary of its parts in the Content-Type")
    # Only here: importing it costs as much as all the rest of this file.
    from werkzeug.exceptions import RequestEntityTooLarge  # noqa: PLC0415

    try:
        return list(_parts(raw, boundary.encode()))
    except RequestEntityTooLarge:
        raise _too_many() from None
    except ValueError:
        raise Refused("body", "can't be read as multipart/form-data: a part or its boundary is broken") from None


def _parts(raw: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    """Werkzeug's decoder itself: its form parser replaces bytes that it can't decode, and writes files."""
    from werkzeug.sansio import multipart  # noqa: PLC0415 - as above

    decoder = multipart.MultipartDecoder(boundary, max_parts=MOST_FIELDS)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    part: multipart.Field | multipart.File | None = None
    content = b""
    while not isinstance(event := decoder.next_event(), multipart.Epilogue):
        if isinstance(event, multipart.Field | multipart.File):
            part, content = event, b""
        elif part and isinstance(event, multipart.Data):
            content += event.data
            if not event.more_data:
                yield part.name or "", _content_of(part, content)


def _content_of(part: "Field | File", content: bytes) -> str:
    """A part's text. A file is not kept, and nobody should think that there was none."""
    filename = getattr(part, "filename", None)
    if filename is None:
        _, parameters = parse_content_type(part.headers.get("content-type", ""))
        return _decoded(content, parameters.get("charset", "utf-8"))
    return f"(file not kept: {filename})" if filename else ""


# -- together ------------------------------------------------------------------------------------------------


def _joined(pairs: Pairs) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if not name.strip() and value:
            raise Refused("body", "has a field without a name")
        values.setdefault(_storable(name), []).append(_storable(value))
    if len(values) > MOST_FIELDS:
        raise _too_many()
    return {name: ", ".join(dict.fromkeys(filter(None, several))) for name, several in values.items()}


def _storable(text: str) -> str:
    """JSON can hold half a surrogate pair, as from an emoji cut in two; UTF-8, and so the table, can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _too_many() -> Refused:
    return Refused("body", f"has too many fields: send at most {MOST_FIELDS}")
