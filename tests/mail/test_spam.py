"""No e-mail of ours looks like spam, whatever the lead has typed. Needs SpamAssassin: `make mail`."""

from pathlib import Path

import pytest

from tests.mail.spam_filter import FilterUnavailable, Verdict, verdicts
from tests.unit.example_emails import example_emails

MOST = 2.0
"""Far below 5, where servers begin to call it spam: what a network of them adds is not seen here."""

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
ADVANCE_FEE = (
    "Dear friend, I am the director of a bank. My late client left the sum of $15,000,000 (fifteen million US dollars) "
    "and no next of kin. I seek your assistance to transfer this fund into your foreign account; this transaction is "
    "confidential and risk free. Send me your full name, address and bank account number."
)


def judged(messages: dict[str, bytes], folder: Path) -> dict[str, Verdict]:
    try:
        return dict(zip(messages, verdicts(list(messages.values()), folder), strict=True))
    except FilterUnavailable as unavailable:
        raise pytest.fail.Exception(str(unavailable), pytrace=False) from None


def carrying(words: str) -> bytes:
    """One of our own e-mails, saying something else."""
    email = example_emails()["speed-to-lead/will-call (everything known)"].raw
    assert b"Thank you for" in email
    return email.replace(b"Thank you for", words.encode() + b"=\r\n Thank you for")


def test_no_email_to_a_lead_looks_like_spam(tmp_path: Path) -> None:
    found = judged({name: email.raw for name, email in example_emails().items()}, tmp_path)
    like_spam = {name: verdict for name, verdict in found.items() if verdict.score >= MOST}
    assert not like_spam, "\n".join(f"{name}: {verdict}" for name, verdict in like_spam.items())


def test_the_filter_and_its_rules_are_at_work(tmp_path: Path) -> None:
    found = judged({"test string": carrying(GTUBE), "fraud": carrying(ADVANCE_FEE)}, tmp_path)
    assert "GTUBE" in found["test string"].rules
    assert found["test string"].score >= MOST
    assert found["fraud"].score >= MOST, found["fraud"]
