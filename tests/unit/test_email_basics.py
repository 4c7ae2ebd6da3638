"""What every e-mail to a lead has, and what none has: read from the wire, for every cadence and many leads."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import cache

import pytest

from local.page_reader import Element, read_page
from tests.unit.example_emails import LATER, NOW, STOP, example_emails
from tests.unit.fakes import sample_settings

BUSINESS = sample_settings().business
NAMES = sorted(example_emails())
EVERY_EMAIL = pytest.mark.parametrize("name", NAMES)

ONCE = (
    *("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    *("Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"),
)
TAGS = {*("html", "head", "meta", "title", "style", "body"), *("div", "p", "span", "ul", "li", "a", "br")}
ATTRIBUTES = {*("lang", "charset", "name", "content", "class", "style", "href")}


@cache
def read(name: str) -> EmailMessage:
    message = message_from_bytes(example_emails()[name].raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(name: str, kind: str) -> str:
    found = read(name).get_body((kind,))
    assert found is not None
    return str(found.get_content())


@cache
def page(name: str) -> Element:
    return read_page(part(name, "html"))


def shown(name: str) -> tuple[str, str]:
    """What is read in each part, with single spaces."""
    (body,) = page(name).all("body")
    return " ".join(part(name, "plain").split()), body.words


def test_there_are_emails_of_every_kind_to_look_at() -> None:
    assert len(NAMES) >= 14 * 6


@EVERY_EMAIL
def test_every_header_that_servers_expect_is_there_once_and_nothing_else_is(name: str) -> None:
    assert sorted(read(name).keys()) == sorted(ONCE)


@EVERY_EMAIL
def test_it_comes_from_the_business_and_its_own_domain_vouches_for_it(name: str) -> None:
    message = read(name)
    domain = BUSINESS.email.rpartition("@")[2]
    (sender,), (answer_to,) = message["From"].addresses, message["Reply-To"].addresses
    assert (sender.display_name, sender.addr_spec) == (BUSINESS.name, BUSINESS.email)
    assert answer_to.domain == domain
    assert re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(domain)}>", message["Message-ID"])
    assert parsedate_to_datetime(message["Date"]) == NOW


@EVERY_EMAIL
def test_it_goes_to_the_lead_alone(name: str) -> None:
    (to,) = read(name)["To"].addresses
    assert to.addr_spec.isascii()
    assert to.addr_spec.partition("@")[0] == example_emails()[name].outgoing.to.partition("@")[0]


@EVERY_EMAIL
def test_one_press_in_the_mail_program_stops_it(name: str) -> None:
    message = read(name)
    assert message["List-Unsubscribe"] == f"<{STOP}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@EVERY_EMAIL
def test_it_is_seven_bit_in_short_lines(name: str) -> None:
    raw = example_emails()[name].raw
    assert raw.isascii()
    assert b"\x00" not in raw
    lines = raw.split(b"\r\n")
    assert not [line for line in lines if b"\r" in line or b"\n" in line]
    assert not [line for line in lines if len(line) > 78 and STOP.encode() not in line]
    assert max(map(len, lines)) <= 998


@EVERY_EMAIL
def test_the_subject_is_short_and_does_not_shout(name: str) -> None:
    subject = read(name)["Subject"]
    assert 0 < len(subject) < 78
    letters = [char for char in subject if char.isalpha()]
    assert sum(char.isupper() for char in letters) < len(letters) / 3
    assert not re.search(r"[!$%*]|\.\.\.$|^(re|fwd?):", subject, re.IGNORECASE)


@EVERY_EMAIL
def test_it_has_a_text_part_and_an_html_part_and_nothing_attached(name: str) -> None:
    message = read(name)
    assert [each.get_content_type() for each in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert {each.get_content_charset() for each in message.iter_parts()} == {"utf-8"}


@EVERY_EMAIL
def test_both_parts_say_who_and_where_we_are_when_we_answer_and_how_to_stop_it(name: str) -> None:
    for words in shown(name):
        assert BUSINESS.name in words
        assert "Phone: 212-555-0100" in words
        assert "Hours: Monday to Friday, 9 AM to 6 PM" in words
        assert " ".join(BUSINESS.postal_address.split()) in words
        assert BUSINESS.email in words
        assert "Stop hearing from us" in words
    assert part(name, "plain").count(STOP) == 1
    assert [link.words for link in page(name).all("a", href=STOP)] == ["Stop hearing from us"]


@EVERY_EMAIL
def test_nothing_is_loaded_and_nothing_tells_us_that_it_was_opened(name: str) -> None:
    elements = page(name).all()
    assert {each.tag for each in elements} <= TAGS
    assert {attribute for each in elements for attribute in each.attributes} <= ATTRIBUTES
    # Not a picture in a style sheet, nor a font or another style sheet from elsewhere.
    assert not re.search(r"url\(|@import|@font-face|expression", part(name, "html"), re.IGNORECASE)


@EVERY_EMAIL
def test_links_lead_to_the_business_only_and_say_where_they_lead(name: str) -> None:
    assert BUSINESS.website
    for link in page(name).all("a"):
        href = link.attributes["href"]
        assert href in {STOP, LATER, f"mailto:{BUSINESS.email}", BUSINESS.website} or re.fullmatch(
            r"tel:\+1212\d{7}", href
        )
        if "//" in link.words:
            assert href == link.words


@EVERY_EMAIL
def test_nothing_is_hidden_from_the_reader(name: str) -> None:
    html = part(name, "html").lower()
    assert not re.search(r"display: *none|visibility|font-size: *0|opacity|hidden", html)


def test_two_touches_never_share_a_message_id() -> None:
    ids = {(read(name)["Message-ID"], name.partition(" ")[0]) for name in NAMES}
    assert len({message_id for message_id, _ in ids}) == len(ids)
