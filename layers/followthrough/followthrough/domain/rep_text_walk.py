"""Finds its way through the pieces of a rep's text: words of the table, numbers, leads, times, and what may follow."""

import re
from dataclasses import dataclass, replace

from followthrough.domain.names import plain_line
from followthrough.domain.reading_times import Way, ways_to_read
from followthrough.domain.rep_sayings import Unclear
from followthrough.domain.rep_words import NUMBERED, RepOutcome, WordsFound, rep_words
from followthrough.domain.text_pieces import split_up

LONGEST_NOTE = 500

_BETWEEN = re.compile(r"[^\w@]*")
_OF_FOUR_DIGITS = 4


@dataclass(frozen=True)
class NamedLead:
    """Which lead a text names, if any."""

    code: str | None = None
    last_four: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether one is named."""
        return self != NamedLead()

    def unclear(self, *could_be: RepOutcome, when: bool = False) -> Unclear:
        """An outcome, or one of several, that is not sure, or whose time isn't."""
        different = tuple(dict.fromkeys(could_be))
        return Unclear("when" if when else "not_sure", different, self.code, self.last_four)


@dataclass(frozen=True)
class Tail:
    """What may follow a statement: which lead it is about, a note."""

    lead: NamedLead
    note: str | None = None
    note_at: int = 0
    """The piece where the note begins."""


class RepTextWalk:
    """One text. `at` is always an index of its pieces."""

    def __init__(self, text: str, *, month_first: bool | None) -> None:
        """`text` is a `readable` one; `month_first` as in `ways_to_read`."""
        self.text = text
        self.pieces = split_up(text)
        self.month_first = month_first

    # -- what follows a statement

    def tail(self, at: int) -> Tail | None:
        """What follows, if a statement may end at `at`; None if it goes on in a way that isn't understood."""
        lead, after = self._lead_behind(at)
        if self.is_end(self.past_breaks(after)):
            asked = "?" in self.text[self.pieces[after - 1].end :]
            return None if asked else Tail(lead)
        if self.is_courtesy(self.past_breaks(after)):
            return Tail(lead)
        if not self.is_break(after) or self.pieces[after].text == "?":
            return None
        note_at = self.past_breaks(after)
        note = plain_line(self.text[self.pieces[note_at].start :], LONGEST_NOTE)
        return Tail(lead, note, note_at)

    def _lead_behind(self, at: int) -> tuple[NamedLead, int]:
        """The lead that is named behind a statement: `6 K7`, `6, 4821`. A whole number after a comma is a note."""
        lead, after = self.lead(at)
        if lead.is_named:
            return lead, after
        lead, after = self.lead(self.past_breaks(at))
        is_last = lead.is_named and self.is_end(self.past_breaks(after))
        return (lead, after) if is_last and self.pieces[after - 1].kind != "phone" else (NamedLead(), at)

    def lead(self, at: int) -> tuple[NamedLead, int]:
        """The lead that is named at `at`, and where the text goes on."""
        start = at
        while self.is_word(at, rep_words().lead_words):
            at = self.past_breaks(at + 1)
        if at >= len(self.pieces):
            return NamedLead(), start
        piece = self.pieces[at]
        if piece.kind == "code":
            return NamedLead(code=piece.text.upper()), at + 1
        if piece.kind == "phone":
            digits = "".join(char for char in piece.text if char.isdigit())
            return NamedLead(last_four=digits[-4:]), at + 1
        is_clock = self.is_word(at + 1, frozenset({"am", "pm", "a", "p"}))
        if piece.kind == "number" and len(piece.text) == _OF_FOUR_DIGITS and not is_clock:
            return NamedLead(last_four=piece.text), at + 1
        return NamedLead(), start

    # -- words, numbers and times

    def opened_words(self, at: int) -> WordsFound | None:
        """The words of the table at `at`, after words such as "I just" or "she is"."""
        table, about_lead = rep_words(), False
        while True:
            found = self.words(at)
            if found and found.needs_time and not self.ways(found.after):
                return None
            if found and (found.meaning != "courtesy" or not self.is_word(at, table.openers)):
                return None if about_lead and found.is_about_sender else found
            if self.is_word(at, table.lead_openers):
                about_lead = True
            elif not self.is_word(at, table.openers):
                return None
            at = self.past_breaks(at + 1)

    def words(self, at: int) -> WordsFound | None:
        """The words of the table at `at`; `after` is an index of the pieces."""
        texts = [piece.text if piece.kind == "word" else "" for piece in self.pieces[at : at + rep_words().room]]
        found = rep_words().find(texts)
        return found and replace(found, after=at + found.after)

    def is_courtesy(self, at: int) -> bool:
        """Whether from `at` on there is nothing but "ok, thanks"."""
        begun = False
        while not self.is_end(at):
            found = self.words(at)
            if not found or found.meaning != "courtesy":
                return False
            begun, at = True, self.past_breaks(found.after)
        return begun and "?" not in self.text

    def affirms(self, at: int) -> bool:
        """Whether there is a yes from `at` on, where `is_courtesy` holds."""
        while found := self.words(at):
            if found.affirms:
                return True
            at = self.past_breaks(found.after)
        return False

    def number(self, at: int) -> RepOutcome | None:
        """The outcome with the number that stands at `at`."""
        if at >= len(self.pieces) or self.pieces[at].kind != "number":
            return None
        text = self.pieces[at].text
        return NUMBERED[int(text) - 1] if text in {str(n + 1) for n in range(len(NUMBERED))} else None

    def ways(self, at: int, *, bare_hour: bool = False) -> list[tuple[Way, int]]:
        """The ways to read a time after the piece before `at`, with where the text goes on. Raises UnreadableTime."""
        if at >= len(self.pieces):
            return []
        position = between(self.text, self.pieces[at - 1].end if at else 0)
        ways = ways_to_read(self.text, position, month_first=self.month_first, bare_hour=bare_hour)
        return [(way, self.index(way.end)) for way in ways]

    def index(self, position: int) -> int:
        """The first piece that ends behind a position in the text."""
        return next((at for at, piece in enumerate(self.pieces) if piece.end > position), len(self.pieces))

    def past_breaks(self, at: int) -> int:
        """The first piece from `at` on that is no break."""
        while self.is_break(at):
            at += 1
        return at

    def past_joining(self, at: int) -> int:
        """The first piece from `at` on that is neither a break nor a word such as "and"."""
        at = self.past_breaks(at)
        while self.is_word(at, rep_words().joining):
            at = self.past_breaks(at + 1)
        return at

    def is_break(self, at: int) -> bool:
        """Whether a statement ends at `at` and another may begin."""
        return at < len(self.pieces) and self.pieces[at].kind == "break"

    def is_word(self, at: int, words: frozenset[str]) -> bool:
        """Whether one of `words` stands at `at`."""
        return at < len(self.pieces) and self.pieces[at].kind == "word" and self.pieces[at].text in words

    def is_end(self, at: int) -> bool:
        """Whether nothing is left."""
        return at >= len(self.pieces)


def between(text: str, position: int) -> int:
    """Where the next word, number or @ begins."""
    found = _BETWEEN.match(text, position)
    return found.end() if found else position
