"""The address that answers to our e-mails go to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.reply_address import reply_address, token_in

TOKEN = "kD93kfUe02kd-_AbCdEfGh"  # noqa: S105 - a sample
ADDRESS = reply_address(TOKEN, "reply.example.com")


def test_it_names_the_token_in_what_survives_every_mail_program() -> None:
    local, _, domain = ADDRESS.partition("@")
    assert domain == "reply.example.com"
    assert local.startswith("reply+")
    assert local.removeprefix("reply+").isalnum()
    assert local == local.lower()
    assert len(local) <= 64


@pytest.mark.parametrize("written", [ADDRESS, ADDRESS.upper(), ADDRESS.title(), f" {ADDRESS} "])
def test_the_token_is_found_in_whatever_case_it_comes_back(written: str) -> None:
    assert token_in(written) == TOKEN


@pytest.mark.parametrize(
    "rubbish",
    [
        *("", "@", "reply+@reply.example.com", "hello@reply.example.com", "reply@reply.example.com"),
        *("reply+1189@reply.example.com", "reply+n@reply.example.com", "reply+na=a@reply.example.com"),
        *("reply+\u00e9\u00e9@reply.example.com", ADDRESS.partition("@")[0], f"reply+{'n' * 500}@reply.example.com"),
    ],
)
def test_any_other_address_has_none(rubbish: str) -> None:
    assert token_in(rubbish) is None


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=32))
def test_every_token_comes_back(token: str) -> None:
    assert token_in(reply_address(token, "reply.example.com")) == token


@given(st.text(max_size=80))
def test_nothing_that_is_written_there_raises(local: str) -> None:
    token_in(f"reply+{local}@reply.example.com")
