"""Reads what leads write back. The words are in `data/lead_words.json`.

A stop that is missed breaks the law and a stop that was none loses a job, so neither is guessed: whatever holds words
of a stop and isn't plainly one, nor plainly something else, is a `PerhapsStop`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from followthrough.domain.lead_sayings import (
    Empty,
    HelpAsked,
    LeadText,
    NotInterested,
    PerhapsStop,
    Reply,
    Start,
    Stop,
)
from followthrough.domain.lead_text_words import LeadWriting, writing
from followthrough.domain.lead_words import Found, Meaning, Word, lead_words
from followthrough.domain.own_words import own_words

LONGEST_EMAIL_READ = 600
"""Characters of an e-mail's own words that are looked at: who wants a stop says so early; below come signatures."""

_QUOTES = "\"'\u201c\u201d\u201e\xab\xbb"
_REACTIONS = frozenset({"liked", "loved", "disliked", "laughed at", "emphasized", "emphasised", "questioned"})
_LONGEST_REACTION = 30


def read_lead_text(body: str) -> LeadText:
    """What a text says, by its first 1,600 characters. Never raises."""
    if is_reaction(body):
        return Reply()
    written = writing(body)
    if written.is_empty:
        return Empty("no_words")
    return _whole(written) or _Weighed(written).reading()


def read_lead_email(subject: str, body: str) -> LeadText:
    """What an e-mail says: its own words, and its subject unless that is of the e-mail it answers. Never raises."""
    own = own_words(body)[:LONGEST_EMAIL_READ]
    by_body = read_lead_text(own)
    if subject.strip().lower().startswith(lead_words().email.answered):
        return by_body
    by_subject = read_lead_text(subject)
    if isinstance(by_subject, Stop) and not isinstance(by_body, Stop):
        return PerhapsStop() if _takes_back(subject, own, by_body) else by_subject
    if isinstance(by_subject, PerhapsStop) and not isinstance(by_body, Stop):
        return by_subject
    return by_subject if isinstance(by_body, Empty) else by_body


def _takes_back(subject: str, own: str, by_body: LeadText) -> bool:
    """Whether the body makes the subject's stop unsure: "Cancel", and below it "my Tuesday appointment"."""
    if not isinstance(by_body, Reply):
        return isinstance(by_body, Start | PerhapsStop)
    words = writing(subject).words
    goes_on = len(words) == 1 and words[0].text not in lead_words().alarming
    return goes_on or any(found.meaning == "wanted" for found in writing(own).found)


def is_reaction(body: str) -> bool:
    """Whether it is a thumb or a heart under a text of ours, which phones send with the text: `Liked "Hi Ana, ..."`."""
    text = body.strip()
    opening = next((at for at, char in enumerate(text[:_LONGEST_REACTION]) if char in _QUOTES), 0)
    verb = text[:opening].strip().lower()
    is_verb = verb in _REACTIONS or (verb.startswith(("reacted ", "removed a")) and verb.endswith((" to", " from")))
    return is_verb and text[-1] in _QUOTES


def _whole(written: LeadWriting) -> LeadText | None:
    """The reading of a text that says one thing and nothing else: `STOP`, `stop please`, `help`."""
    meanings = _meanings_of_all(_without_manners(written))
    if "stop" in meanings and meanings <= {"stop", "not_interested"}:
        return PerhapsStop() if written.is_asked() else Stop()
    if len(meanings) != 1:
        return None
    meaning = meanings.pop()
    if meaning in {"perhaps_stop", "help"}:
        return PerhapsStop() if meaning == "perhaps_stop" else HelpAsked()
    if written.is_asked() or written.is_alarming:
        return None
    return Start() if meaning == "start" else NotInterested()


def _without_manners(written: LeadWriting) -> tuple[Word, ...]:
    manners = _places(found for found in written.found if found.meaning == "courtesy")
    return tuple(word for at, word in enumerate(written.words) if at not in manners)


def _meanings_of_all(words: Sequence[Word]) -> set[Meaning]:
    """What the words mean if all of them belong to phrases that can stand alone; else nothing."""
    found = lead_words().whole.find(words)
    return {one.meaning for one in found} if len(_places(found)) == len(words) else set()


def _places(found: Iterable[Found]) -> set[int]:
    return {at for one in found for at in range(one.start, one.end)}


@dataclass(frozen=True)
class _Weighed:
    """A text that says more than one thing: its phrases, weighed against each other."""

    written: LeadWriting

    def reading(self) -> LeadText:
        stops = self.all_of("stop", "wrong_person")
        if stops:
            is_plain = any(self.is_plain(stop) for stop in stops) and not self.all_of("wanted", "doubt")
            return Stop(wrong_person=bool(self.all_of("wrong_person"))) if is_plain else PerhapsStop()
        if self.all_of("perhaps_stop") or self.is_alarming():
            return PerhapsStop()
        if self.is_closing():
            return NotInterested()
        return Empty("automatic") if self.all_of("automatic") and not self.all_of("wanted") else Reply()

    def all_of(self, *meanings: Meaning) -> list[Found]:
        return [found for found in self.written.found if found.meaning in meanings]

    def is_plain(self, stop: Found) -> bool:
        """Whether these words ask for a stop without limits, and not by way of a question."""
        sentence = self.sentence(stop)
        is_limited = any(limit.start >= stop.end and self.sentence(limit) == sentence for limit in self.all_of("limit"))
        is_request = any(self.sentence(one) == sentence for one in lead_words().requests.find(self.written.words))
        return not is_limited and (is_request or not self.written.is_asked(sentence))

    def is_alarming(self) -> bool:
        """Whether there is a word or a sign of a stop that nothing explains, or a clause that alone would be one."""
        innocent = _places(self.all_of("innocent"))
        unexplained = {word.text for at, word in enumerate(self.written.words) if at not in innocent}
        return self.written.is_alarming or bool(unexplained & lead_words().alarming) or self._has_a_clause_of_stop()

    def _has_a_clause_of_stop(self) -> bool:
        words = self.written.words
        return any(
            found.meaning == "stop" and words[found.start].opens and words[found.end - 1].closes
            for found in lead_words().whole.find(words)
        )

    def is_closing(self) -> bool:
        """Whether the lead closes the request and leaves nothing open."""
        closing = self.all_of("not_interested")
        if not closing or self.written.is_asked() or self.all_of("wanted", "doubt"):
            return False
        return not any(limit.start >= closing[0].end for limit in self.all_of("limit"))

    def sentence(self, found: Found) -> int:
        return self.written.words[found.start].sentence
