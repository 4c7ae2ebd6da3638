"""E-mails that come in through a receipt rule: whatever is in them, each is read by itself, and nothing is raised."""

import base64
from typing import Any

import pytest
from hypothesis import given

from followthrough.adapters.inbound_email import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    MOST_MESSAGE_CHARACTERS,
    MOST_REFERENCES,
    InboundEmail,
    UnreadableEmail,
    read_inbound_emails,
)
from followthrough.adapters.mime_reading import decoded
from followthrough.domain.automatic_emails import is_automatic
from tests.unit.mutating import from_sns, mutated, payload_of, sample

LEAD = "jordan.blake@example.com"
TOKEN = "k3v9q7m2x8r4t6w1z5b0"  # noqa: S105 - it opens nothing
OURS = "0100019ab1c2d3e4-5f60718a-92b3-4c4d-8e5f-a0b1c2d3e4f5-000000@email.amazonses.com"
PLAIN = "Content-Type: text/plain; charset=utf-8\n\n"


def received(content: bytes | str = b"", **changes: object) -> dict[str, Any]:
    """What the receipt rule publishes about an e-mail; text is published as UTF-8, bytes as base64."""
    payload = payload_of("email_reply.json") | changes
    written = content if isinstance(content, str) else base64.b64encode(content).decode()
    return payload | ({"content": written} if content else {})


def read(payload: dict[str, Any], *own_domains: str) -> InboundEmail:
    (one,) = read_inbound_emails(from_sns(payload), own_domains)
    assert isinstance(one, InboundEmail), one
    return one


def email(content: bytes | str) -> InboundEmail:
    return read(received(content))


def refused(message: object) -> UnreadableEmail:
    (one,) = read_inbound_emails(from_sns(message))
    assert isinstance(one, UnreadableEmail), one
    return one


# -- the samples


def test_the_sample_reply_is_what_the_lead_wrote() -> None:
    (reply,) = read_inbound_emails(sample("email_reply.json"))
    assert isinstance(reply, InboundEmail)
    assert reply.body.startswith(
        "Hi, sorry I missed you. Thursday after 3 is best \u2013 call me then?\n\nJordan\n\nOn Mon"
    )
    assert (reply.from_, reply.token, reply.subject) == (LEAD, TOKEN, "Re: We just tried to call you")
    assert (reply.message_id, reply.in_reply_to, reply.references) == (
        "o4s8v2k6d1f3h5j7l9n0p2r4t6v8x0z2b4d6f8h1",
        OURS,
        (OURS,),
    )
    assert (reply.auto, reply.spam, reply.virus) == (False, False, False)


def test_the_sample_of_an_absence_is_automatic() -> None:
    (absence,) = read_inbound_emails(sample("email_out_of_office.json"))
    assert isinstance(absence, InboundEmail)
    assert absence.auto
    assert absence.body.startswith("I\u2019m away until Monday")


def test_broken_records_are_reported_one_by_one_and_the_good_one_is_read() -> None:
    first, second, third, fourth = read_inbound_emails(sample("email_reply_malformed.json"))
    assert first == UnreadableEmail(0, "5d2b7c10-93aa-5e4f-8d71-6c0e9f2a4b38", "Message: is not JSON")
    assert second == UnreadableEmail(1, "e80c6a52-1f37-5b9d-97c4-20d8b3f5a619", "content: is missing")
    assert isinstance(third, UnreadableEmail)
    assert third.reason.startswith("receipt.recipients: ")
    assert isinstance(fourth, InboundEmail)


def test_an_email_delivered_again_is_the_same() -> None:
    payload = received()
    first, second = read_inbound_emails(from_sns(payload, payload))
    assert first == second


# -- whose it is


@pytest.mark.parametrize(
    ("recipients", "token"),
    [
        ([f"reply+{TOKEN}@reply.example.com"], TOKEN),
        ([f"Reply+{TOKEN}@REPLY.example.com"], TOKEN),
        (["hello@mail.example.com", f"reply+{TOKEN}@reply.example.com"], TOKEN),
        (["reply+AbC-dEf_123@reply.example.com"], "AbC-dEf_123"),
        (["hello@mail.example.com"], None),
        (["reply+@reply.example.com", "reply+short@reply.example.com", "noreply+abcdefgh@reply.example.com"], None),
        ([f"reply+{TOKEN}@a@b", f"reply+{'x' * 65}@reply.example.com"], None),
        ([], None),
    ],
)
def test_the_token_is_that_of_the_address_it_was_delivered_to(recipients: list[str], token: str | None) -> None:
    receipt = received()["receipt"] | {"recipients": recipients}
    assert read(received(receipt=receipt)).token == token


def test_no_header_can_claim_a_token() -> None:
    receipt = received()["receipt"] | {"recipients": ["hello@mail.example.com"]}
    stolen = (
        b"To: reply+aaaaaaaaaaaaaaaa@reply.example.com\nDelivered-To: reply+aaaaaaaaaaaaaaaa@reply.example.com\n\nHi"
    )
    assert read(received(stolen, receipt=receipt)).token is None


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("Jordan Blake <Jordan.Blake@Example.com>", LEAD),
        ('"Blake, Jordan" <jordan.blake@example.com>', LEAD),
        ("=?utf-8?q?Blake=2C_J=C3=B6rdan_=3Cx=40y.example=3E?= <jordan.blake@example.com>", LEAD),
        ("jordan.blake@example.com (Jordan)", LEAD),
        ("undisclosed", None),
        ("", None),
        ("<>", None),
        ("(" * 5000, None),
    ],
)
def test_the_sender_is_the_address_in_from(header: str, address: str | None) -> None:
    assert email(f"From: {header}\n\nHi".encode()).from_ == address


@pytest.mark.parametrize(
    ("status", "has_failed"),
    [("FAIL", True), ("PASS", False), ("GRAY", False), ("PROCESSING_FAILED", False), ("DISABLED", False)],
)
def test_what_ses_has_found_is_told(status: str, has_failed: bool) -> None:  # noqa: FBT001 - a table's column
    receipt = received()["receipt"] | {"spamVerdict": {"status": status}, "virusVerdict": {"status": status}}
    found = read(received(receipt=receipt))
    assert (found.spam, found.virus) == (has_failed, has_failed)


def test_where_nothing_was_looked_for_nothing_was_found() -> None:
    found = read(received(receipt={"recipients": []}))
    assert (found.spam, found.virus) == (False, False)


def test_the_ids_of_the_thread_are_read_without_brackets() -> None:
    many = "\n ".join(f"<{number}@example.com>" for number in range(MOST_REFERENCES + 5))
    found = email(f"In-Reply-To: <a@example.com> (of Monday)\nReferences: {many} <not an id> <b>\n\nHi".encode())
    assert found.in_reply_to == "a@example.com"
    assert len(found.references) == MOST_REFERENCES
    assert found.references[-1] == f"{MOST_REFERENCES + 4}@example.com"
    assert email(b"In-Reply-To: your call\n\nHi").in_reply_to is None


# -- what it says


MIXED = """Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/html

<p>in HTML</p>
--inner
Content-Type: text/plain

in plain text
--inner--
--outer
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment

not this
--outer
Content-Type: message/rfc822

Subject: earlier

nor this
--outer
Content-Type: text/plain

and below a picture
--outer--
"""


def test_the_plain_text_is_read_and_no_attachment() -> None:
    assert email(MIXED).body == "in plain text\nand below a picture"


def test_without_plain_text_the_words_of_the_html_are_read() -> None:
    html = (
        "Content-Type: text/html; charset=utf-8\n\n<style>p { color: red }</style><p>Yes,&nbsp;<b>Tue</b><br>3 pm</p>"
    )
    assert email(html).body == "Yes, Tue\n3 pm"
    assert email(MIXED.replace("in plain text", " ").replace("and below a picture", "")).body == "in HTML"


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "Grüße \u201cja\u201d".encode("cp1252"), "Grüße \u201cja\u201d"),
        ("koi8-r", "привет".encode("koi8-r"), "привет"),
        ("iso-2022-jp", "はい".encode("iso-2022-jp"), "はい"),
        ("utf-8", "Grüße".encode("cp1252"), "Grüße"),  # a lie
        ("us-ascii", "Grüße".encode(), "Grüße"),  # another
        ("x-unknown", "Grüße".encode(), "Grüße"),
        ("punycode", b"Gre-8ja", "Gre-8ja"),
        ("base64", b"eWVz", "eWVz"),
        ("\x00", b"yes", "yes"),
        ("", b"\x81\xff", "\ufffd\u00ff"),
    ],
)
def test_a_charset_that_is_unknown_or_lies_costs_no_letters(charset: str, raw: bytes, text: str) -> None:
    assert decoded(raw, charset) == text
    assert email(f"Content-Type: text/plain; charset={charset}\n\n".encode() + raw).body == text


def test_transfer_encodings_are_undone_and_broken_ones_are_borne() -> None:
    assert email(f"Content-Transfer-Encoding: quoted-printable\n{PLAIN}gr=C3=BCn".encode()).body == "grün"
    assert email(f"Content-Transfer-Encoding: base64\n{PLAIN}ZGllbnN0YWc=".encode()).body == "dienstag"
    for way in ("base64", "x-uuencode", "quoted-printable", "nothing-known"):
        assert email(f"Content-Transfer-Encoding: {way}\n{PLAIN}a".encode() + b"\xff= \xff=").message_id


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?b?UsO8Y2tmcmFnZQ==?=", "Rückfrage"),
        ("Re: =?iso-8859-1?q?R=FCckfrage?=\n =?iso-8859-1?q?_zwei?=", "Re: Rückfrage zwei"),
        ("=?x-unknown?q?R=C3=BCckfrage?=", "Rückfrage"),
        ("=?utf-8?b?broken!?= x", "=?utf-8?b?broken!?= x"),
        ("R\u00fcckfrage", "R\u00fcckfrage"),
        ("turned \u202eround", "turned round"),
        ("", ""),
    ],
)
def test_the_subject_is_decoded_onto_one_line(header: str, subject: str) -> None:
    assert email(f"Subject: {header}\n\nHi".encode()).subject == subject


def test_what_is_kept_is_bounded_and_can_be_stored() -> None:
    found = email(f"Subject: {'y' * 5000}\n{PLAIN}{'x' * 90_000}")
    assert (len(found.subject), len(found.body)) == (LONGEST_SUBJECT, LONGEST_BODY)
    cut = received().copy() | {"content": f"Subject: a \ud83d\n{PLAIN}b \ud83d\x00\x07"}
    found = read(cut)
    assert (found.subject + found.body).encode()
    assert "\x00" not in found.body


def test_an_email_may_be_published_as_utf8_or_as_base64() -> None:
    text = f"Subject: Grüße\n{PLAIN}bis Dienstag"
    assert email(text) == email(text.encode())
    wrapped = base64.encodebytes(text.encode()).decode()
    assert email(wrapped) == email(text)


# -- machines


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner-email=x@example.com",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "Precedence: bulk",
        "Precedence: AUTO_REPLY",
        "Precedence: junk",
        "Precedence: list",
        "X-Autoreply: yes",
        "X-Autorespond: Away",
        "List-Id: Neighbours <list.example.com>",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "From: Mail Delivery System <MAILER-DAEMON@mail.example.com>",
        "Message-ID: <1@reply.example.com>",
        "Message-ID: <1@MAIL.example.com>",
        "Subject: Automatic reply: We just tried to call you",
        "Subject: Out of office",
        "Subject: Out of Office Re: We just tried to call you",
        "Subject: [Out of office] until Monday",
        "Subject: out of the office until Dec 5",
        "Subject: Auto-Reply - away",
        "Subject: Undeliverable: We just tried to call you",
        "Subject: Respuesta automática: Hola",
        "Subject: Fuera de la oficina hasta el lunes",
        "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Bonjour?=",
        "Subject: Absence du bureau",
        "Subject: Message d\u2019absence : votre appel",
        "Subject: Abwesend bis 5.12.",
        "Subject: Abwesenheitsnotiz: Ihr Anruf",
        "Subject: Automatische Antwort: Ihr Anruf",
        "Subject: AU\u00dfER HAUS",
    ],
)
def test_what_a_machine_has_sent_is_told_apart(header: str) -> None:
    assert read(received(f"{header}\n\nHi".encode()), "mail.example.com").auto


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: no",
        "Auto-Submitted: No (typed by hand)",
        "X-Auto-Response-Suppress: None",
        "X-Autoreply: no",
        "Precedence: first-class",
        "Return-Path: <jordan.blake@example.com>",
        "Content-Type: multipart/related; boundary=b",
        "Message-ID: <1@mail.gmail.example.com>",
        "Message-ID: reply.example.com",
        "Subject: Re: Out of office",
        "Subject: Out of office chairs for our firm",
        "Subject: Absence de r\u00e9ponse de votre part",
        "Subject: Undeliverables in our yard",
        "Subject: Automatic garage door",
        "Subject: ...",
        "Subject:",
    ],
)
def test_what_a_person_has_written_is_an_answer(header: str) -> None:
    assert not read(received(f"{header}\n\nHi".encode()), "mail.example.com").auto


@pytest.mark.parametrize("source", ["", "<>", " "])
def test_an_envelope_without_a_sender_is_a_machines(source: str) -> None:
    assert read(received(b"Subject: x\n\nHi", mail=received()["mail"] | {"source": source})).auto


def test_without_headers_nothing_tells_of_a_machine() -> None:
    assert not is_automatic({})


# -- what is not to be read


@pytest.mark.parametrize(
    "message", ["", "[]", "7", "null", "{", "x" * (MOST_MESSAGE_CHARACTERS + 1), '{"notificationType": "Bounce"}']
)
def test_what_is_no_email_is_reported(message: str) -> None:
    assert refused(message).reason


def test_base64_that_is_none_is_reported_without_repeating_it() -> None:
    assert refused(received("jordanblake")).reason == "content: is neither an e-mail nor base64 of one"


def test_ses_trying_out_the_topic_is_no_email() -> None:
    assert read_inbound_emails(from_sns("Successfully validated SNS topic for Amazon SES.")) == []


# -- whatever comes


@given(mutated([payload_of("email_reply.json"), payload_of("email_out_of_office.json")]))
def test_whatever_is_wrong_nothing_is_raised_and_nobody_is_named(payload: dict[str, Any]) -> None:
    for found in read_inbound_emails(from_sns(payload)):
        if isinstance(found, UnreadableEmail):
            assert "@" not in found.reason
            assert "blake" not in found.reason.lower()
