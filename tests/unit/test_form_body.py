"""Whatever a client posts becomes fields that can be stored, or one of three named errors."""

import base64
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthrough.adapters.form_body import (
    MOST_BYTES,
    MOST_FIELDS,
    BodyTooLarge,
    UnsupportedBody,
    parse_content_type,
    read_fields,
)
from followthrough.domain.errors import Refused
from tests.unit.events import BOUNDARY, form_post, json_post, multipart_body, multipart_post, part, post_leads

FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
ANN = {"name": "Ann Lee", "email": "ann@example.com"}


# -- the three kinds of body


def test_json_urlencoded_and_multipart_give_the_same_fields() -> None:
    parts = [part(name, value) for name, value in ANN.items()]
    assert read_fields(json_post(ANN)) == read_fields(form_post(ANN)) == read_fields(multipart_post(*parts)) == ANN


def test_a_json_body_in_base64_is_read_too() -> None:
    event = json_post(ANN)
    event |= {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
    assert read_fields(event) == ANN


def test_a_urlencoded_body_that_comes_as_text_is_read_too() -> None:
    event = form_post(ANN)
    event |= {"body": "name=Ann+Lee&email=ann%40example.com", "isBase64Encoded": False}
    assert read_fields(event) == ANN


def test_header_names_and_media_types_are_matched_without_regard_to_case() -> None:
    event = post_leads(b"name=Ann", None)
    event["headers"]["Content-Type"] = "Application/X-WWW-Form-Urlencoded; Charset=UTF-8"
    assert read_fields(event) == {"name": "Ann"}


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/vnd.api+json"])
def test_json_by_its_other_names(content_type: str) -> None:
    assert read_fields(post_leads(b'{"name": "Ann"}', content_type)) == {"name": "Ann"}


def test_an_empty_urlencoded_body_has_no_fields() -> None:
    assert read_fields(post_leads(None, FORM)) == {}


def test_a_byte_order_mark_is_no_part_of_the_body() -> None:
    assert read_fields(post_leads(b"\xef\xbb\xbf{}", "application/json")) == {}


# -- values


def test_values_given_several_times_are_joined_without_repeats() -> None:
    event = post_leads(b"service=roof&service=gutters&service=&service=roof", FORM)
    assert read_fields(event) == {"service": "roof, gutters"}


def test_json_values_that_are_not_text_are_kept_as_compact_json() -> None:
    content = {
        "budget": 12000,
        "urgent": True,
        "when": None,
        "rooms": ["bath", "küche"],
        "utm": {"source": "ad"},
    }
    assert read_fields(json_post(content)) == {
        "budget": "12000",
        "urgent": "true",
        "rooms": '["bath","küche"]',
        "utm": '{"source":"ad"}',
    }


def test_half_an_emoji_in_json_becomes_a_replacement_mark() -> None:
    assert read_fields(json_post({"message": "ok \ud83d"})) == {"message": "ok \ufffd"}
    assert read_fields(json_post({"more": {"deep": "\udc00"}})) == {"more": '{"deep":"\ufffd"}'}


def test_a_file_is_not_kept_but_the_lead_is_and_the_field_says_so() -> None:
    photo = part("photo", b"\xff\xd8\xff\xe0", filename="roof.jpg", content_type="image/jpeg")
    no_file = part("plan", b"", filename="", content_type="application/octet-stream")
    fields = read_fields(multipart_post(part("name", "Ann"), photo, no_file))
    assert fields == {"name": "Ann", "photo": "(file not kept: roof.jpg)", "plan": ""}


def test_line_ends_inside_a_part_are_kept() -> None:
    assert read_fields(multipart_post(part("message", "one\r\n\r\ntwo"))) == {"message": "one\r\n\r\ntwo"}


# -- charsets


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "latin1"])
def test_the_charset_of_the_content_type_is_honoured(charset: str) -> None:
    event = post_leads(b"name=Ren%E9e&city=Orl\xe9ans", f"{FORM}; charset={charset}")
    assert read_fields(event) == {"name": "Renée", "city": "Orléans"}


def test_the_charset_of_a_part_is_honoured() -> None:
    renee = part("name", b"Ren\xe9e", content_type="text/plain; charset=iso-8859-1")
    assert read_fields(multipart_post(renee)) == {"name": "Renée"}


@pytest.mark.parametrize(
    "event",
    [
        post_leads(b'{"name": "Ren\xe9e"}', "application/json"),
        post_leads(b"name=Ren%E9e", FORM),
        post_leads(b"name=Ren\xe9e", FORM),
        multipart_post(part("name", b"Ren\xe9e")),
        post_leads(b"name=%81", f"{FORM}; charset=windows-1252"),
    ],
)
def test_bytes_that_are_not_in_the_charset_are_refused(event: dict[str, object]) -> None:
    with pytest.raises(Refused, match="charset"):
        read_fields(event)


@pytest.mark.parametrize("charset", ["utf-16", "punycode", "zlib", "rot13", "no-such-charset", "\0"])
def test_other_charsets_are_not_read(charset: str) -> None:
    with pytest.raises(UnsupportedBody, match="utf-8"):
        read_fields(post_leads(b"name=Ann", f"{FORM}; charset={charset}"))


# -- what is refused


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml", "json", "multipart/mixed"])
def test_other_content_types_are_named_unsupported(content_type: str | None) -> None:
    with pytest.raises(UnsupportedBody, match="application/json"):
        read_fields(post_leads(b'{"name": "Ann"}', content_type))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b'{"a": 1} {"b": 2}',
        b'{"a": NaN}',
        b'{"a": [Infinity]}',
        b'{"a": 1e999}',
        b'{"a": 1' + b"0" * 5000 + b"}",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"": "x"}',
        b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"{'a': 1}",
    ],
    ids=lambda body: body[:20].decode(),
)
def test_malformed_json_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_fields(post_leads(body, "application/json"))
    assert refused.value.field == "body"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no parts at all",
        multipart_body(part("name", "Ann"))[:-20],
        multipart_body(b"X-Nothing: here\r\n\r\nAnn"),
        multipart_body(b"Content-Disposition: form-data\r\n\r\nAnn"),
        multipart_body(b'Content-Disposition: form-data; name="\xff"\r\n\r\nAnn'),
    ],
)
def test_malformed_multipart_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_fields(post_leads(body, MULTIPART))
    assert refused.value.field == "body"


@pytest.mark.parametrize("boundary", ["", "; boundary=", "; boundary=" + "x" * 500, "; boundary=\u00e9"])
def test_multipart_without_a_usable_boundary_is_refused(boundary: str) -> None:
    with pytest.raises(Refused, match="boundary"):
        read_fields(post_leads(multipart_body(part("name", "Ann")), "multipart/form-data" + boundary))


def test_the_size_is_that_of_the_decoded_body() -> None:
    fits = post_leads(b"message=" + b"x" * (MOST_BYTES - 8), FORM)
    assert len(read_fields(fits)["message"]) == MOST_BYTES - 8
    with pytest.raises(BodyTooLarge, match="64 KiB"):
        read_fields(post_leads(b"message=" + b"x" * (MOST_BYTES - 7), FORM))


def test_a_wrong_content_length_does_not_matter() -> None:
    event = form_post(ANN)
    event["headers"]["content-length"] = "99999999999"
    assert read_fields(event) == ANN


@pytest.mark.parametrize(
    "event",
    [
        json_post({f"f{n}": "x" for n in range(MOST_FIELDS + 1)}),
        form_post({f"f{n}": "x" for n in range(MOST_FIELDS + 1)}),
        multipart_post(*(part(f"f{n}", "x") for n in range(MOST_FIELDS + 1))),
    ],
)
def test_too_many_fields_are_refused(event: dict[str, object]) -> None:
    with pytest.raises(Refused, match="too many"):
        read_fields(event)


def test_as_many_fields_as_allowed_are_read() -> None:
    fields = {f"f{n}": "x" for n in range(MOST_FIELDS)}
    assert read_fields(form_post(fields)) == read_fields(json_post(fields)) == fields


# -- anything at all

_PIECES = st.sampled_from(
    [
        *(
            b"\r\n",
            b"\n",
            b"--",
            b"\r\n\r\n",
            b"--" + BOUNDARY.encode() + b"\r\n",
            b"\r\n--" + BOUNDARY.encode(),
        ),
        *(
            b'Content-Disposition: form-data; name="a"',
            b'; filename="f"',
            b"Content-Type: text/plain; charset=x",
        ),
        *(b"&", b"=", b"%FF", b"%00", b"a", b'{"a":', b"}", b"[", b"\xed\xa0\x80", b'"\\ud800"', b"-1e9999"),
    ]
)
_BODIES = st.binary(max_size=300) | st.lists(_PIECES, max_size=25).map(b"".join)
_TYPES = st.text(max_size=60) | st.builds(
    lambda kind, rest: kind + rest,
    st.sampled_from(["application/json", FORM, "multipart/form-data", MULTIPART, "a/b+json"]),
    st.sampled_from(
        [
            "",
            ";",
            "; charset=",
            "; charset=utf-8",
            "; charset*=x'y'%FF",
            '; boundary="',
            ";boundary=a;boundary=b",
        ]
    )
    | st.text(max_size=20),
)


@given(body=_BODIES, content_type=_TYPES, in_base64=st.booleans())
@example(body=b"", content_type="multipart/form-data; boundary*0*=utf-8''%FF; boundary*1=b", in_base64=True)
def test_any_bytes_of_any_type_give_fields_or_a_named_error(
    body: bytes,
    content_type: str,
    in_base64: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    text = base64.b64encode(body).decode() if in_base64 else body.decode("utf-8", "surrogateescape")
    event = post_leads(None, content_type) | {"body": text, "isBase64Encoded": in_base64}
    try:
        fields = read_fields(event)
    except (Refused, BodyTooLarge, UnsupportedBody):
        return
    assert len(fields) <= MOST_FIELDS
    for name, value in fields.items():
        assert (name + value).encode() == (name + value).encode("utf-8", "strict")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(content=st.dictionaries(st.text(min_size=1).filter(str.strip), _JSON, max_size=5))
def test_any_json_object_gives_every_field_that_is_not_null(content: dict[str, object]) -> None:
    fields = read_fields(json_post(content))
    assert fields.keys() == {name for name, value in content.items() if value is not None}
    for name, value in content.items():
        if isinstance(value, str):
            assert fields[name] == value
        elif value is not None:
            assert json.loads(fields[name]) == value


@given(header=st.text(max_size=80))
def test_any_content_type_header_can_be_read(header: str) -> None:
    media_type, parameters = parse_content_type(header)
    assert media_type == media_type.lower()
    assert all(isinstance(value, str) for value in parameters.values())
