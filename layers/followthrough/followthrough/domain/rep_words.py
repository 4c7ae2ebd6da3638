"""The words that reps use in texts, and what they mean. The words themselves are in `data/rep_words.json`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeGuard, get_args

from pydantic import TypeAdapter

from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.leads import Outcome

RepOutcome = Outcome
"""What a rep can answer to a nudge: what came of the call or the task, or that they can't make it."""

Command = Literal["away", "back", "closed", "open", "list", "help", "release"]
Small = Literal["courtesy", "stop", "start"]
Meaning = RepOutcome | Command | Small

NUMBERED: tuple[RepOutcome, ...] = (
    "booked",
    "call_back",
    "in_conversation",
    "not_interested",
    "voicemail",
    "no_answer",
    "wrong_number",
    "cannot_take",
)
"""The numbered answers, from 1: the same in nudges, on pages and in texts."""

OUTCOMES: tuple[RepOutcome, ...] = (*NUMBERED, *get_args(TaskOutcome))
"""All answers; those to tasks are words alone."""

AFFIRMED: tuple[RepOutcome, ...] = ("kept", "done")
"""What yes can mean, where a task asks for one of them."""

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class WordsFound:
    """Words of the table, found at the beginning of some words."""

    after: int
    """How many words they are."""
    meaning: Meaning | None
    could_be: tuple[RepOutcome, ...] = ()
    """Instead of a meaning, if there are several."""
    affirms: bool = False
    """Whether they say yes."""
    says_until: bool = False
    """Whether the words themselves end in "until"."""
    needs_time: bool = False
    """Whether they mean it only before a time: "call tomorrow"."""

    @property
    def is_about_sender(self) -> bool:
        """Whether they say something of who sends them: "busy" can't be what "she is"."""
        return self.meaning is not None and (self.meaning == "cannot_take" or not is_outcome(self.meaning))


def is_outcome(meaning: Meaning | None) -> TypeGuard[RepOutcome]:
    """Whether words with this meaning answer a nudge."""
    return meaning in OUTCOMES


@dataclass(frozen=True)
class RepWords:
    """The table. Phrases are tuples of lower-case words without apostrophes."""

    meanings: dict[Phrase, Meaning]
    unsure: dict[Phrase, tuple[RepOutcome, ...]]
    """What could mean several things, each of which would be wrong to guess."""
    before_a_time: frozenset[Phrase]
    """What means something only when a time follows."""
    affirming: frozenset[Phrase]
    """Courtesies that answer a question whether something has happened."""
    openers: frozenset[str]
    """What may come before anything: "I just …"."""
    lead_openers: frozenset[str]
    """What may come before something about the lead: "she is …". It makes "busy" the lead's, not the rep's."""
    inside: frozenset[str]
    """What may stand inside a phrase: "left *her a* message"."""
    trailing: frozenset[str]
    """What may follow a phrase: "spoke *to her*"."""
    joining: frozenset[str]
    """What may stand between two statements: "no answer *but* left a message"."""
    lead_words: frozenset[str]
    """What may come before the digits of a lead: "*lead ending in* 4821"."""
    room: int
    """No phrase is longer, in words, with all that may stand inside and behind it."""

    def find(self, words: Sequence[str]) -> WordsFound | None:
        """The longest phrase that the words begin with."""
        for count in range(len(words), 0, -1):
            given = tuple(words[:count])
            if "" in given:
                continue
            short = (given[0], *(word for word in given[1:] if word not in self.inside))
            for phrase in (given, short) if given[-1] not in self.inside else (given,):
                if phrase in self.meanings or phrase in self.unsure:
                    return self._found(phrase, count, words)
        return None

    def _found(self, phrase: Phrase, count: int, words: Sequence[str]) -> WordsFound:
        after = count
        while after < len(words) and words[after] in self.trailing:
            after += 1
        return WordsFound(
            after,
            self.meanings.get(phrase),
            self.unsure.get(phrase, ()),
            affirms=phrase in self.affirming,
            says_until=phrase[-1] in {"until", "till", "til"},
            needs_time=phrase in self.before_a_time,
        )


@cache
def rep_words() -> RepWords:
    """The table, read when first asked for."""
    text = files("followthrough.domain").joinpath("data", "rep_words.json").read_text("utf-8")
    raw = json.loads(text)
    by_meaning = TypeAdapter(dict[Meaning, list[str]]).validate_python(raw["meanings"])
    unsure = TypeAdapter(tuple[RepOutcome, ...])
    meanings = {_phrase(words): meaning for meaning, several in by_meaning.items() for words in several}
    could_be = {
        _phrase(words): unsure.validate_python(entry["could_be"]) for entry in raw["unsure"] for words in entry["words"]
    }
    return RepWords(
        meanings=meanings,
        unsure=could_be,
        before_a_time=frozenset(map(_phrase, raw["before_a_time"])),
        affirming=frozenset(map(_phrase, raw["affirming"])),
        openers=frozenset(raw["openers"]["anyone"]),
        lead_openers=frozenset(raw["openers"]["the_lead"]),
        inside=frozenset(raw["inside"]),
        trailing=frozenset(raw["trailing"]),
        joining=frozenset(raw["joining"]),
        lead_words=frozenset(raw["lead_words"]),
        room=2 * max(map(len, (*meanings, *could_be))),
    )


def _phrase(words: str) -> Phrase:
    return tuple(words.split())
