"""What strangers send may be made to do harm: it is read as far as it can be, in little time, and never raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.adapters.html_text import html_to_text
from followthrough.adapters.mime_reading import LONGEST_PART, MOST_PARTS, MimeEmail

BOMBS = {
    "nested": "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2500)).encode(),
    "attached": b"Content-Type: message/rfc822\n\n" * 4000,
    "parts": b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 20_000,
    "parameters": b"Content-Type: multipart/mixed; boundary*=a; boundary*0=b\n\nHi",
    "digits": b"Content-Type: multipart/mixed; boundary*" + b"9" * 5000 + b"=a\n\nHi",
    "zeros": b"Content-Type: text/plain; charset*=a\x00b''x\n\nHi",
    "headers": b"A: b\n" * 20_000,
    "bytes": bytes(range(256)) * 400,
    "tags": b"Content-Type: text/html\n\n" + b"<a " * 30_000,
    "quotes": b"Content-Type: text/html\n\n" + b"<a b='" * 15_000,
    "comments": b"Content-Type: text/html\n\n" + b"<!--" * 20_000,
    "styles": b"Content-Type: text/html\n\n" + b"<style><script>" * 6_000,
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_an_email_made_to_do_harm_is_read_as_far_as_it_can_be(name: str) -> None:
    mime = MimeEmail(b"Subject: still read\n" + BOMBS[name])
    assert mime.headers()["subject"] == "still read"
    assert len(mime.text()) <= LONGEST_PART


def test_parts_are_looked_at_up_to_a_number() -> None:
    parts = b"--a\n\nx\n" * (MOST_PARTS * 2)
    assert MimeEmail(b"Content-Type: multipart/mixed; boundary=a\n\n" + parts).text().count("x") == MOST_PARTS - 1


def test_many_words_about_boundaries_are_no_harm() -> None:
    letter = b"Our boundary, the message/fence: where is it?\n" * 200
    assert MimeEmail(b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\n" + letter).text().startswith("Our boundary")


PIECES = [
    *(b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed", b"text/plain", b"text/html", b"message/rfc822"),
    *(b"; boundary=", b"; charset=", b"*0*=", b"*=", b"utf-8", b"utf-16", b"''", b'"', b"=?utf-8?b?", b"?=", b"--b"),
    *(b"\n", b"\n\n", b"\r\n ", b"Content-Transfer-Encoding: ", b"base64", b"x-uuencode", b"begin 644 x\n", b"\xff"),
    *(b"\x00", b"<p>", b"<!--", b"&#x110000;", b"a@b.example", b"=E4", b"Content-Disposition: attachment"),
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=40).map(b"".join))
def test_whatever_a_stranger_writes_it_is_text_that_can_be_stored(raw: bytes) -> None:
    mime = MimeEmail(raw)
    "".join([mime.text(), mime.raw_from(), *mime.headers().values()]).encode()


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("a < b and c > d, I <3 it", "a < b and c > d, I <3 it"),
        ("<!-- <p>hidden</p> -->shown", "shown"),
        ("<!DOCTYPE html><?xml version='1'?><p>x", "x"),
        ("<script>if (a < b) document.write('<p>no</p>')</script>yes", "yes"),
        ("<STYLE>p{}</STYLE >yes<style>never closed", "yesnever closed"),
        ("&lt;script&gt; &amp; &eacute; &#8211;", "<script> & é \u2013"),
        ("<!-- never closed <p>x</p>", ""),
        ("<br", "<br"),
        ("", ""),
    ],
)
def test_html_becomes_text_and_nothing_else(markup: str, text: str) -> None:
    assert html_to_text(markup).strip() == text
