"""Every e-mail and every page is HTML as the standard has it. Needs Java: `make mail`."""

from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.mail.html_checker import CheckerUnavailable, faults
from tests.mail.public_pages import public_pages
from tests.unit.example_emails import example_emails

SMALL_FAULTS = {
    '<div class="foot"': '<div class="foot" class="foot"',
    "</ul>": "<!-- no end -->",
    "max-width: 34em": "max-width: 34",
    "color: #0b57d0": "colour: #0b57d0",
    "<title>": "<titel>",
}
"""What stands in an e-mail, and how one slip of the pen would have it."""


def checked(pages: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """Each page with something wrong, and what."""
    try:
        return faults(pages, folder)
    except CheckerUnavailable as unavailable:
        raise pytest.fail.Exception(str(unavailable), pytrace=False) from None


def told(found: dict[str, list[str]]) -> str:
    """All of it, however much it is."""
    return "\n".join(f"{name}, {fault}" for name, faults_of_it in found.items() for fault in faults_of_it)


def html_part(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_the_html_of_every_email_to_a_lead_is_valid(tmp_path: Path) -> None:
    found = checked({name: html_part(email.raw) for name, email in example_emails().items()}, tmp_path)
    assert not found, told(found)


def test_every_public_page_is_valid(tmp_path: Path) -> None:
    found = checked(public_pages(), tmp_path)
    assert not found, told(found)


def test_the_checker_sees_every_small_fault(tmp_path: Path) -> None:
    html = html_part(example_emails()["speed-to-lead/compare-quotes (everything known)"].raw)
    faulty = {wrong: html.replace(right, wrong, 1) for right, wrong in SMALL_FAULTS.items()}
    assert html not in faulty.values()
    assert checked({"as it is": html, **faulty}, tmp_path).keys() == faulty.keys()
