"""Reads what partners text back. The words are in `data/partner_text_words.json`.

A lead that is closed or passed on by mistake is lost, so nothing is guessed: only a text that says one thing, with
nothing left over but a note behind it, is an answer. All others are words for a rep to read.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import TypeAdapter

from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.lead_sayings import Empty, Start, Stop
from followthrough.domain.lead_texts import is_reaction, read_lead_text
from followthrough.domain.reading_times import ways_to_read
from followthrough.domain.spoken_times import SpokenTime
from followthrough.domain.text_pieces import Piece, readable, split_up
from followthrough.domain.time_words import UnreadableTime

Meaning = Literal[PartnerAnswer, "ready"]


@dataclass(frozen=True)
class Answer:
    """What came of the lead, with when the estimate is if that was said. `last_four` are the last digits of the lead's
    number, where the text names one.
    """

    answer: PartnerAnswer
    when: SpokenTime | None = None
    last_four: str | None = None
    has_note: bool = False
    """Whether more stands behind it, which isn't understood."""


@dataclass(frozen=True)
class TimeAlone:
    """A time, which may be that of the estimate."""

    when: SpokenTime
    last_four: str | None = None


@dataclass(frozen=True)
class YesOrNo:
    """An answer to a question that could have been one of several."""

    yes: bool
    last_four: str | None = None


@dataclass(frozen=True)
class Ready:
    """Who was skipped takes leads again."""


@dataclass(frozen=True)
class StopTexts:
    """No more texts."""


@dataclass(frozen=True)
class StartTexts:
    """Texts again."""


@dataclass(frozen=True)
class Words:
    """Something for a person to read."""

    last_four: str | None = None


@dataclass(frozen=True)
class Seen:
    """They have read ours: "ok", a thumb."""

    last_four: str | None = None


@dataclass(frozen=True)
class Nothing:
    """Nobody wrote it, or nothing is in it."""


PartnerText = Answer | TimeAlone | YesOrNo | Ready | StopTexts | StartTexts | Words | Seen | Nothing

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class TextWords:
    """The table. Phrases hold no fillers."""

    meanings: dict[Phrase, Meaning]
    fillers: frozenset[str]
    """What changes nothing wherever it stands."""
    ours: frozenset[str]
    """Whom a partner calls itself."""
    theirs: frozenset[str]
    """Whom it calls the lead: "they are busy" says nothing of the partner."""
    yes: frozenset[str]
    no: frozenset[str]
    needs_theirs: frozenset[Phrase]
    """What could be said of the partner as well: "not interested"."""
    longest: int


@cache
def text_words() -> TextWords:
    """The table, read when first asked for."""
    raw = json.loads(files("followthrough.domain").joinpath("data", "partner_text_words.json").read_text("utf-8"))
    by_meaning = TypeAdapter(dict[Meaning, list[str]]).validate_python(raw["meanings"])
    fillers = frozenset(raw["fillers"])
    skipped = fillers | frozenset(raw["ours"])
    meanings = {_phrase(written, skipped): meaning for meaning, several in by_meaning.items() for written in several}
    return TextWords(
        meanings=meanings,
        fillers=fillers,
        ours=frozenset(raw["ours"]),
        theirs=frozenset(raw["theirs"]),
        yes=frozenset(raw["yes"]),
        no=frozenset(raw["no"]),
        needs_theirs=frozenset(_phrase(written, skipped) for written in raw["needs_theirs"]),
        longest=max(map(len, meanings)),
    )


def _phrase(written: str, skipped: frozenset[str]) -> Phrase:
    words = written.split()
    return tuple(word for word in words if word not in skipped) or tuple(words)


_OF_THE_PARTNER: tuple[Meaning, ...] = ("busy", "needs_help", "not_for_us", "ready")
"""What says something of the partner, and nothing if it is said of the lead."""

_GOES_WITH_NO: tuple[Meaning, ...] = ("declined", "not_yet", "cannot_reach", "not_for_us", "busy")
_GOES_WITH_YES: tuple[Meaning, ...] = ("scheduled", "not_yet", "needs_help")
_SAYS_MORE: dict[frozenset[Meaning], Meaning] = {
    frozenset({"cannot_reach", "not_yet"}): "cannot_reach",
    frozenset({"cannot_reach", "needs_help"}): "needs_help",
    frozenset({"not_yet", "needs_help"}): "needs_help",
    frozenset({"scheduled", "not_yet"}): "scheduled",
}
"""Which of two meanings says what the other one says too."""


def read_partner_text(
    body: str, country: str, names: Iterable[str] = (), last_fours: Iterable[str] = ()
) -> PartnerText:
    """What a text says. `country` tells how dates are written; `names` and `last_fours`, the ends of phone numbers, are
    those of the leads that it may be about. Never raises.
    """
    if is_reaction(body):
        return Seen()
    found = _Reading(body, country == "US", frozenset(last_fours), names).result()
    if not isinstance(found, Words | YesOrNo | Seen):
        return found
    said = read_lead_text(body)
    if isinstance(said, Stop) and not said.wrong_person:
        return StopTexts()
    if isinstance(said, Start) and not isinstance(found, YesOrNo):
        return StartTexts()
    return Nothing() if isinstance(said, Empty) else found


@dataclass
class _Said:
    """What a text has said so far."""

    meanings: list[Meaning] = field(default_factory=list)
    when: SpokenTime | None = None
    yes: bool = False
    no: bool = False
    last_four: str | None = None
    of_lead: bool = False
    unsure: bool = False
    """Whether it isn't clear of whom something was said."""

    @property
    def anything(self) -> bool:
        """Whether it has said anything that counts."""
        return bool(self.meanings or self.when or self.yes or self.no)


class _Reading:
    """Goes through the pieces of one text."""

    def __init__(self, body: str, month_first: bool, last_fours: frozenset[str], names: Iterable[str]) -> None:  # noqa: FBT001
        self.text = readable(body)
        self.pieces = split_up(self.text)
        self.month_first = month_first
        self.last_fours = last_fours
        self.names = frozenset(piece.text for name in names for piece in split_up(readable(name)))

    def result(self) -> PartnerText:
        if not self.pieces:
            return Seen()
        said = _Said()
        has_note, at = False, 0
        while at < len(self.pieces):
            after = self._step(at, said)
            if after is None:
                if not said.anything or not self._is_note(at):
                    return Words(said.last_four)
                has_note = True
                break
            at = after
        return self._made_of(said, has_note=has_note)

    def _step(self, at: int, said: _Said) -> int | None:
        """Where the text goes on behind what stands at `at`; None if that isn't understood."""
        piece, table = self.pieces[at], text_words()
        if piece.kind == "break":
            said.of_lead = False
            return at + 1
        if piece.kind == "phone" or self._is_last_four(at):
            said.last_four = "".join(char for char in piece.text if char.isdigit())[-4:]
            return at + 1
        phrase, after = self._phrase_at(at)
        if phrase and not (said.of_lead and table.meanings[phrase] in _OF_THE_PARTNER):
            said.meanings.append(table.meanings[phrase])
            said.unsure = said.unsure or (phrase in table.needs_theirs and not said.of_lead)
            return after
        if (time := self._time_at(at)) and said.when is None:
            said.when, after = time
            return after
        if piece.text in table.yes | table.no:
            said.yes, said.no = said.yes or piece.text in table.yes, said.no or piece.text in table.no
            return at + 1
        if piece.text in table.theirs or piece.text in self.names:
            said.of_lead = True
            return at + 1
        return at + 1 if piece.text in table.fillers | table.ours else None

    def _is_last_four(self, at: int) -> bool:
        """Whether it is the end of a lead's number, at the beginning, or alone at the end."""
        if self.pieces[at].kind != "number" or self.pieces[at].text not in self.last_fours:
            return False
        return at == 0 or (at == len(self.pieces) - 1 and self.pieces[at - 1].kind == "break")

    def _phrase_at(self, at: int) -> tuple[Phrase | None, int]:
        """The longest phrase that begins here, and where the text goes on behind it."""
        table, words = text_words(), tuple[str, ...]()
        found: tuple[Phrase | None, int] = (None, at)
        for place in range(at, len(self.pieces)):
            piece = self.pieces[place]
            if piece.kind != "word" or len(words) == table.longest:
                break
            if words and self._is_small(piece):
                continue
            words = (*words, piece.text)
            if words in table.meanings:
                found = (words, place + 1)
        return found

    def _time_at(self, at: int) -> tuple[SpokenTime, int] | None:
        try:
            ways = ways_to_read(self.text, self.pieces[at].start, month_first=self.month_first)
            return (ways[0].spoken(), self._index(ways[0].end)) if ways else None
        except UnreadableTime:
            return None

    def _index(self, position: int) -> int:
        return next((at for at, piece in enumerate(self.pieces) if piece.end > position), len(self.pieces))

    def _is_note(self, at: int) -> bool:
        """Whether what isn't understood stands behind a comma or a full stop, and asks nothing."""
        while at and (self._is_small(self.pieces[at - 1]) or self.pieces[at - 1].text in text_words().theirs):
            at -= 1
        is_asked = any(piece.text == "?" for piece in self.pieces[at:])
        return at > 0 and self.pieces[at - 1].kind == "break" and not is_asked

    def _is_small(self, piece: Piece) -> bool:
        return piece.text in text_words().fillers | text_words().ours | self.names

    def _made_of(self, said: _Said, *, has_note: bool) -> PartnerText:
        meanings = frozenset(said.meanings)
        meaning = _SAYS_MORE.get(meanings) or (next(iter(meanings)) if len(meanings) == 1 else None)
        if meanings and meaning is None:
            return Words(said.last_four)
        if meaning is None:
            return self._without_meaning(said, has_note=has_note)
        asked = any(piece.text == "?" for piece in self.pieces)
        contradicts = (said.no and meaning not in _GOES_WITH_NO) or (said.yes and meaning not in _GOES_WITH_YES)
        if contradicts or (asked and meaning != "needs_help"):
            return Words(said.last_four)
        if said.unsure and "cannot_reach" not in meanings:
            return YesOrNo(yes=False, last_four=said.last_four)
        if meaning == "ready":
            return Ready()
        when = said.when if meaning == "scheduled" else None
        return Answer(meaning, when, said.last_four, has_note)

    def _without_meaning(self, said: _Said, *, has_note: bool) -> PartnerText:
        if has_note or any(piece.text == "?" for piece in self.pieces):
            return Words(said.last_four)
        if said.when and not said.no:
            return TimeAlone(said.when, said.last_four)
        if said.yes != said.no and not said.when:
            return YesOrNo(said.yes, said.last_four)
        return Words(said.last_four) if said.yes or said.when else Seen(said.last_four)
