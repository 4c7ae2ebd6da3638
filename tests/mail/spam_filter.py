"""SpamAssassin, the rules that many mail servers weigh a message by: here only those that ask nobody else."""

import mailbox
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# What a mail server that gets a message from SES writes above it. Many rules look at no message without it.
_RECEIVED = (
    b"Received: from a8-31.smtp-out.amazonses.com (a8-31.smtp-out.amazonses.com [54.240.8.31])\r\n"
    b" by mx.example.net (Postfix) with ESMTPS id 4Cfz2V3kTVz1YX; Mon, 23 Nov 2026 15:00:09 +0000 (UTC)\r\n"
)

_COMMAND = (
    "spamassassin",
    "--local",  # no block lists, no DNS: the same answer everywhere
    "--mbox",
    "--nocreate-prefs",
    "--prefs-file=/dev/null",
    "--cf=use_bayes 0",  # what one machine has learned proves nothing
    "--cf=use_auto_welcomelist 0",
    "--cf=report_safe 0",
    "--cf=fold_headers 0",
    "--cf=clear_headers",
    "--cf=add_header all Verdict _SCORE_ _TESTSSCORES(, )_",
)


class FilterUnavailable(Exception):
    """SpamAssassin can't be run; the message says what is missing."""


@dataclass(frozen=True)
class Verdict:
    """What a message scored, and by which rules; servers commonly treat 5 and more as spam."""

    score: float
    rules: str


def verdicts(messages: Sequence[bytes], folder: Path) -> list[Verdict]:
    """One for each raw message, in their order, from one run of the filter. Raises FilterUnavailable."""
    if shutil.which(_COMMAND[0]) is None:
        raise FilterUnavailable(
            "spamassassin is not here. Install it with its rules: apt-get install --no-install-recommends spamassassin "
            "(elsewhere: Mail::SpamAssassin from CPAN, then sa-update)."
        )
    unread, judged = folder / "unread.mbox", folder / "judged.mbox"
    _write(unread, messages)
    run = subprocess.run([*_COMMAND, str(unread)], capture_output=True, check=False)  # noqa: S603 - fixed words
    if run.returncode:
        raise FilterUnavailable(f"spamassassin ended with {run.returncode}: {run.stderr.decode(errors='replace')}")
    judged.write_bytes(run.stdout)
    # They come back in any order.
    found = {int(message["X-Number"]): _verdict(str(message["X-Spam-Verdict"])) for message in mailbox.mbox(judged)}
    return [found[number] for number in range(len(messages))]


def _write(path: Path, messages: Sequence[bytes]) -> None:
    box = mailbox.mbox(path)
    for number, message in enumerate(messages):
        box.add(_RECEIVED + b"X-Number: %d\r\n" % number + message)
    box.close()


def _verdict(header: str) -> Verdict:
    score, _, rules = header.partition(" ")
    return Verdict(float(score), rules)
