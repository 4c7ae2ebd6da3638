"""The words that leads use in texts and e-mails, and what they mean.

The words themselves are in `data/lead_words.json`, in lower case, without accents and apostrophes. A phrase is a row of
words, and

- `<contact>` stands for any one word of the set "contact", `*` for any word at all;
- `?` behind either means that it may be missing: `<me>?`;
- `^` before a phrase: only where a clause begins; `$` behind it: only where a clause ends. Courtesies around it
  ("hi", "thanks") are no part of a clause.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal

from followthrough.domain.model import Model

Whole = Literal["stop", "perhaps_stop", "start", "help", "not_interested"]
"""What a text can mean that consists of such words alone."""

Anywhere = Literal[
    "stop",
    "wrong_person",
    "perhaps_stop",
    "not_interested",
    "automatic",
    "innocent",
    "wanted",
    "doubt",
    "limit",
    "courtesy",
]
"""What words can mean wherever they stand. The first five are readings; the others weigh on them:

- `innocent`: nothing, although they hold words that could: "stop by".
- `wanted`: to be contacted after all: "call me Friday".
- `doubt`: that it isn't said straight out: "maybe", "unless", "did you ...".
- `limit`: behind a reading, that it holds for a time or a place only, or that more is to come: "before 5", "but".
- `courtesy`: no more than manners.
"""

Meaning = Whole | Anywhere | Literal["request"]

Fitting = frozenset[str] | None
"""The words that fit in a place; None if every word does."""

_WITHIN_A_CLAUSE = ("innocent", "courtesy")


@dataclass(frozen=True)
class Word:
    """A word of a text, as it is looked up."""

    text: str
    clause: int
    """Which clause it is in: clauses end at any sign, sentences at `.`, `!`, `?`, `;` and empty lines."""
    sentence: int
    opens: bool = False
    """Whether its clause begins here, courtesies aside."""
    closes: bool = False


@dataclass(frozen=True)
class Slot:
    """A place in a phrase."""

    words: Fitting
    optional: bool


@dataclass(frozen=True)
class Phrase:
    """A phrase of the table."""

    meaning: Meaning
    slots: tuple[Slot, ...]
    opens: bool
    closes: bool

    def spellings(self) -> set[tuple[Fitting, ...]]:
        """What fits at each place, with what may be missing there and missing."""
        ways: set[tuple[Fitting, ...]] = {()}
        for slot in self.slots:
            longer = {(*way, slot.words) for way in ways}
            ways = ways | longer if slot.optional else longer
        return ways

    def holds(self, first: Word, last: Word) -> bool:
        """Whether it can stand where it was found."""
        if self.meaning in _WITHIN_A_CLAUSE and first.clause != last.clause:
            return False
        return (first.opens or not self.opens) and (last.closes or not self.closes)


@dataclass(frozen=True)
class Found:
    """A phrase found in a text: the words from `start` to before `end`."""

    meaning: Meaning
    start: int
    end: int


@dataclass
class _Step:
    """A place in the tree of phrases: which ones are said by now, and what could come next."""

    said: list[Phrase] = field(default_factory=list)
    next: dict[Fitting, "_Step"] = field(default_factory=dict)
    by_word: dict[str, list["_Step"]] = field(default_factory=dict)

    def to(self, fitting: Fitting) -> "_Step":
        """The next step, made when it is first taken."""
        if fitting not in self.next:
            self.next[fitting] = _Step()
            for word in fitting or ():
                self.by_word.setdefault(word, []).append(self.next[fitting])
        return self.next[fitting]

    def after(self, word: str) -> list["_Step"]:
        """The steps that a word leads to."""
        anything = self.next.get(None)
        return [*self.by_word.get(word, ()), *([anything] if anything else ())]


class Phrases:
    """Phrases, in a tree by the words that they begin with."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        """Of phrases that are found alike, the first counts."""
        self.all = tuple(phrases)
        self._rank = {id(phrase): rank for rank, phrase in enumerate(self.all)}
        self._first = _Step()
        for phrase in self.all:
            for spelling in phrase.spellings():
                step = self._first
                for fitting in spelling:
                    step = step.to(fitting)
                step.said.append(phrase)

    def find(self, words: Sequence[Word]) -> tuple[Found, ...]:
        """The phrases in a text, the longest at each word, none inside another, none across sentences.

        Takes time in proportion to the words: from each of them the tree is followed a limited number of steps.
        """
        found, at = [], 0
        while at < len(words):
            longest = self._longest(words, at)
            if longest:
                found.append(longest)
            at = longest.end if longest else at + 1
        return tuple(found)

    def _longest(self, words: Sequence[Word], at: int) -> Found | None:
        longest: Found | None = None
        steps = [self._first]
        for end in range(at, len(words)):
            if words[end].sentence != words[at].sentence:
                break
            steps = [after for step in steps for after in step.after(words[end].text)]
            if not steps:
                break
            said = [phrase for step in steps for phrase in step.said if phrase.holds(words[at], words[end])]
            if said:
                first = min(said, key=lambda phrase: self._rank[id(phrase)])
                longest = Found(first.meaning, at, end + 1)
        return longest


@dataclass(frozen=True)
class EmailMarks:
    """How e-mail programs mark what isn't the writer's own."""

    wrote_openers: tuple[str, ...]
    """What the line above a quotation begins with: "On"."""
    wrote_endings: tuple[str, ...]
    """What it ends with: "wrote:"."""
    header_names: frozenset[str]
    """Names of the headers that stand above a quotation: "from"."""
    separators: tuple[str, ...]
    """What a line says from which on everything is quoted: "original message"."""
    sent_from: tuple[str, ...]
    """What a line begins with that a program adds below: "sent from my"."""
    answered: tuple[str, ...]
    """What the subject of an answer begins with: "re:"."""


@dataclass(frozen=True)
class LeadWords:
    """The table."""

    version: int
    """Which table this is; goes up with every change of it."""
    spellings: Mapping[str, tuple[str, ...]]
    """How a word is spelled out, by how it is typed: "dont" is "do", "not"."""
    noise: frozenset[str]
    """Words that change nothing wherever they stand: "really"."""
    pleas: frozenset[str]
    """Words that change nothing either, but begin a clause: "I never asked *please* stop"."""
    alarming: frozenset[str]
    """Words that make a text a `PerhapsStop` unless an innocent phrase explains them."""
    alarming_signs: frozenset[str]
    """The same for emoji."""
    whole: Phrases
    anywhere: Phrases
    requests: Phrases
    """What makes a question one only in form: "can you ...?"."""
    email: EmailMarks


class _RawEmail(Model):
    wrote_openers: tuple[str, ...]
    wrote_endings: tuple[str, ...]
    header_names: frozenset[str]
    separators: tuple[str, ...]
    sent_from: tuple[str, ...]
    answered: tuple[str, ...]


class _RawWords(Model):
    version: int
    spellings: dict[str, str]
    noise: str
    pleas: str
    alarming: str
    alarming_signs: str
    sets: dict[str, str]
    whole: dict[Whole, tuple[str, ...]]
    anywhere: dict[Anywhere, tuple[str, ...]]
    requests: tuple[str, ...]
    email: _RawEmail


@cache
def lead_words() -> LeadWords:
    """The table, read when first asked for."""
    raw = _RawWords.model_validate_json(
        files("followthrough.domain").joinpath("data", "lead_words.json").read_text("utf-8")
    )
    sets = {name: frozenset(words.split()) for name, words in raw.sets.items()}
    typed = {variant: tuple(word.split()) for word, variants in raw.spellings.items() for variant in variants.split()}
    return LeadWords(
        version=raw.version,
        spellings=typed,
        noise=frozenset(raw.noise.split()),
        pleas=frozenset(raw.pleas.split()),
        alarming=frozenset(raw.alarming.split()),
        alarming_signs=frozenset(raw.alarming_signs.split()),
        whole=Phrases(_phrases(raw.whole.items(), sets)),
        anywhere=Phrases(_phrases(raw.anywhere.items(), sets)),
        requests=Phrases(_phrases([("request", raw.requests)], sets)),
        email=EmailMarks(**raw.email.model_dump()),
    )


def _phrases(
    by_meaning: Iterable[tuple[Meaning, tuple[str, ...]]], sets: Mapping[str, frozenset[str]]
) -> Iterator[Phrase]:
    for meaning, phrases in by_meaning:
        for written in phrases:
            slots = tuple(_slot(part, sets) for part in written.removeprefix("^").removesuffix("$").split())
            yield Phrase(meaning, slots, written.startswith("^"), written.endswith("$"))


def _slot(part: str, sets: Mapping[str, frozenset[str]]) -> Slot:
    """One place of a phrase. Raises KeyError for a set that there isn't."""
    name = part.removesuffix("?")
    optional = name != part
    if name == "*":
        return Slot(None, optional)
    return Slot(sets[name[1:-1]] if name.startswith("<") else frozenset({name}), optional)
