"""Tells what a machine has sent from what a person has written. What it goes by is in `data/automatic_emails.json`.

A holiday reply must not pass for an answer, nor two machines write to each other for ever. And a person's answer must
not be taken for a machine's: so subjects count only as mail programs write them, with nothing else behind them.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NULL_SENDER = "<>"
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")


def is_automatic(headers: Mapping[str, str], own_domains: Collection[str] = ()) -> bool:
    """Whether an e-mail with these headers was sent by a machine: an absence, a bounce, a list, or ourselves.

    `headers` maps names in lower case to decoded values. A message id made at one of `own_domains` is our own:
    our e-mail has come back to us.
    """
    signs = _signs()
    return (
        # RFC 3834: everything but "no" is automatic; parameters may follow.
        _word(headers.get("auto-submitted", "")) not in {"", "no"}
        or any(_word(headers.get(name, "")) in values for name, values in signs.headers.items())
        or any(_word(headers.get(name, "")) not in signs.says_nothing for name in signs.headers_by_being_there)
        or headers.get("return-path", "").strip() == _NULL_SENDER
        or _word(headers.get("content-type", "")) in signs.content_types
        or _sender(headers.get("from", "")) in signs.senders
        or _made_at(headers.get("message-id", "")) in {domain.lower() for domain in own_domains}
        or signs.has_subject(headers.get("subject", ""))
    )


@dataclass(frozen=True)
class _Signs:
    """The table; everything in lower case."""

    headers: dict[str, frozenset[str]]
    headers_by_being_there: frozenset[str]
    says_nothing: frozenset[str]
    content_types: frozenset[str]
    senders: frozenset[str]
    subjects: frozenset[str]
    may_follow: frozenset[str]
    longest_subject: int
    """In words."""

    def has_subject(self, subject: str) -> bool:
        """Whether a subject begins with one of those known, and then ends, or is broken off, or names a time."""
        plain = _plain(subject)
        words = list(_WORD.finditer(plain))[: self.longest_subject + 1]
        if not words or _WORD.match(plain.lstrip(" [(*")) is None:
            return False
        return any(self._ends_after(plain, words, count) for count in range(1, len(words) + 1))

    def _ends_after(self, plain: str, words: list[re.Match[str]], count: int) -> bool:
        end = words[count - 1].end()
        if " ".join(word[0] for word in words[:count]) not in self.subjects:
            return False
        behind = plain[end:].lstrip()
        following = _WORD.match(behind)
        return following is None or following[0] in self.may_follow


@cache
def _signs() -> _Signs:
    raw = json.loads(files("followthrough.domain").joinpath("data", "automatic_emails.json").read_text("utf-8"))
    subjects = frozenset(_plain(subject) for several in raw["subjects"].values() for subject in several)
    return _Signs(
        headers={name: frozenset(values) for name, values in raw["headers"].items()},
        headers_by_being_there=frozenset(raw["headers_by_being_there"]),
        says_nothing=frozenset(raw["being_there_means_nothing"]),
        content_types=frozenset(raw["content_types"]),
        senders=frozenset(raw["senders"]),
        subjects=subjects,
        may_follow=frozenset(map(_plain, raw["may_follow_a_subject"])),
        longest_subject=max(subject.count(" ") + 1 for subject in subjects),
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold().split())


def _word(value: str) -> str:
    """A header's value without parameters and comments."""
    return re.split(r"[;(]", value, maxsplit=1)[0].strip().lower()


def _sender(value: str) -> str:
    """The part of an address before the @."""
    return value.rpartition("<")[2].partition("@")[0].strip().lower()


def _made_at(message_id: str) -> str:
    _, at, domain = message_id.strip().rstrip(">").rpartition("@")
    return domain.lower() if at else ""
