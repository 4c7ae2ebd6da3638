"""What is posted from the leads' own pages, whoever posts it."""

from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.adapters.lead_forms import RefusedLeadForm, read_later_press, read_stop_press
from followthrough.use_cases.answering import CallMe, NoThanks, NotNow

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
ONE_CLICK = "List-Unsubscribe=One-Click"


def posted(body: str | bytes | None, content_type: str | None = URLENCODED) -> dict[str, Any]:
    event: dict[str, Any] = {"headers": {"content-type": content_type} if content_type else {}, "body": body}
    if isinstance(body, bytes):
        event |= {"body": b64encode(body).decode(), "isBase64Encoded": True}
    return event


@pytest.mark.parametrize("content_type", [URLENCODED, "text/plain", "application/octet-stream", "nonsense", None])
@pytest.mark.parametrize("body", [ONE_CLICK, ONE_CLICK.encode(), ONE_CLICK.lower(), f"{ONE_CLICK}\r\n"])
def test_one_click_is_understood_in_whatever_type_it_comes(content_type: str | None, body: str | bytes) -> None:
    assert read_stop_press(posted(body, content_type)).do == "one_click"


def test_one_click_is_understood_as_multipart() -> None:
    body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    assert read_stop_press(posted(body, MULTIPART)).do == "one_click"


@pytest.mark.parametrize("body", ["", None, b"", " "])
def test_a_post_without_content_is_a_stop(body: str | bytes | None) -> None:
    assert read_stop_press(posted(body, None)).do == "one_click"


@pytest.mark.parametrize(
    ("body", "do"), [("scope=email", "email"), ("scope=everything", "everything"), ("undo=yes", "undo")]
)
def test_what_was_pressed_on_the_page_is_understood(body: str, do: str) -> None:
    assert read_stop_press(posted(body)).do == do


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("scope=nothing", URLENCODED, 422),
        ("undo=no", URLENCODED, 422),
        ("x=1", URLENCODED, 422),
        ("<xml/>", "application/xml", 415),
        ("{", "application/json", 400),
        ("scope=%ff", URLENCODED, 400),
        ("x" * 70_000, URLENCODED, 413),
        ("scope=email", MULTIPART, 400),
    ],
)
def test_anything_else_is_refused_in_words(body: str, content_type: str, status: int) -> None:
    with pytest.raises(RefusedLeadForm) as refused:
        read_stop_press(posted(body, content_type))
    assert refused.value.status == status
    assert refused.value.reason.endswith(".")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("call_at=2026-11-24T15%3A00", CallMe(datetime(2026, 11, 24, 15))),  # noqa: DTZ001 - on the lead's clock
        ("months=3", NotNow(3)),
        ("answer=no_thanks", NoThanks()),
    ],
)
def test_an_answer_is_one_of_three(body: str, said: object) -> None:
    assert read_later_press(posted(f"{body}&seen=1.open.0")).said == said
    assert read_later_press(posted(f"{body}&seen=1.open.0")).seen == "1.open.0"
    assert read_later_press(posted(body)).seen is None


@pytest.mark.parametrize(
    "body",
    [
        *("", "x=1", "months=", "months=three", "months=%D9%A3", "months=100", "months=3&answer=no_thanks"),
        *("answer=yes", "answer=no_thanks&seen=%3Cb%3E", "call_at=", "call_at=soon", "call_at=2026-02-30T10%3A00"),
    ],
)
def test_an_answer_that_is_none_is_refused_in_words(body: str) -> None:
    with pytest.raises(RefusedLeadForm) as refused:
        read_later_press(posted(body))
    assert refused.value.status == 422
    assert refused.value.field in ("form", "call_at")


@given(st.binary(max_size=300) | st.text(max_size=200), st.text(max_size=60))
def test_whatever_is_posted_is_read_or_refused(body: bytes | str, content_type: str) -> None:
    for read in (read_stop_press, read_later_press):
        try:
            read(posted(body, content_type))
        except RefusedLeadForm as refused:
            assert refused.status in {400, 413, 415, 422}  # noqa: PT017 - either way is right
