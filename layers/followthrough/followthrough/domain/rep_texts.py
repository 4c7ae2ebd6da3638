"""Reads the texts that reps and the manager send. The words are in `data/rep_words.json`.

Nothing is guessed: what could mean two things is `Unclear`, with what it could have been. A time is read as it was
said (`SpokenTime`); which moment that is depends on the lead, who has to be found first.
"""

import re
from dataclasses import replace
from typing import get_args

from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.reading_times import ways_to_read
from followthrough.domain.rep_sayings import (
    Away,
    Back,
    ClosedUntil,
    Help,
    LeaveUnanswered,
    ListLeads,
    Open,
    OutcomeReport,
    Release,
    RepText,
    TimeOnly,
    Unclear,
)
from followthrough.domain.rep_text_walk import NamedLead, RepTextWalk, Tail, between
from followthrough.domain.rep_words import AFFIRMED, RepOutcome, WordsFound, is_outcome
from followthrough.domain.spoken_times import SpokenTime
from followthrough.domain.text_pieces import readable
from followthrough.domain.time_words import UnreadableTime

_WITH_A_TIME = ("booked", "call_back", "thinking")
# Who spoke with a lead and then says what was agreed means the latter; a message left is a call not answered.
_SAID_MORE_PLAINLY: dict[RepOutcome, tuple[RepOutcome, ...]] = {
    "in_conversation": ("booked", "call_back", "not_interested", "wrong_number", "won", "lost", "thinking"),
    "no_answer": ("voicemail", "no_show"),
    "voicemail": ("no_show",),
    "kept": ("won", "lost", "thinking"),
    "not_interested": ("lost",),
}
_REACTION = re.compile(
    r"\s*(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{1,12} to|removed an? .{1,20} from)\s*"
    r"[\"\u201c\u201e\xab']",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"\W*(?:i'?m (?:driving (?:with (?:do not disturb|focus)|right now)|not receiving notifications)"
    r"|auto[ -]?(?:matic )?(?:reply|response)|this is an auto)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"[\s,.;-]*(?:until+|till?|'til|back(?: (?:at|on|by))?)(?![^\W_])[\s:]*", re.IGNORECASE)
_UNTIL_WORDS = frozenset({"until", "till", "til"})
_FOR_A_WHILE = re.compile(r"[\s,]*(?:for\s+)?(?:the\s+)?(?:next\s+)?(?=\d|(?:an?|one|two|three|half)\s)", re.IGNORECASE)
_FOR_TODAY = re.compile(
    r"[\s,]*(?:for\s+)?(?:the\s+)?(?:rest\s+of\s+)?(?:the\s+)?(?:day|today)(?![^\W_])", re.IGNORECASE
)
_LAST_HOUR, _LAST_MINUTE = 23, 59


def read_rep_text(text: str, country: str) -> RepText:
    """What a text says. Never raises.

    `country`, as in `Business.country`, decides how dates such as 3/4 are read: in the US as the 4th of March,
    elsewhere one can't know.
    """
    shown = readable(text)
    if _REACTION.match(shown):
        return LeaveUnanswered("reaction")
    if _AUTOMATIC.match(shown):
        return LeaveUnanswered("automatic")
    return _Reading(shown, month_first=True if country == "US" else None).read()


class _Reading(RepTextWalk):
    """One text. `at` is always an index of its pieces."""

    def read(self) -> RepText:
        """See read_rep_text."""
        at = self.past_breaks(0)
        if self.is_end(at):
            return Help() if "?" in self.text else Unclear("courtesy" if self.text.strip() else "unknown")
        found = self.words(at)
        if found and self.is_end(self.past_breaks(found.after)) and found.meaning in {"stop", "start"}:
            return LeaveUnanswered("stop" if found.meaning == "stop" else "start")
        if self.is_courtesy(at):
            return self._courtesy(NamedLead(), at)
        lead, at = self.lead(at)
        at = self.past_joining(at) if lead.is_named else at
        try:
            return self._statement(lead, self.past_breaks(at))
        except UnreadableTime:
            return lead.unclear(when=True)

    def _statement(self, lead: NamedLead, at: int) -> RepText:
        if self.is_end(at):
            return Unclear("which_outcome", (), lead.code, lead.last_four)
        if self.is_courtesy(at):
            return self._courtesy(lead, at)
        found = self.opened_words(at)
        if not found and (timed := self._time_first(lead, at)):
            return timed
        if number := self.number(at):
            return self._by_number(number, lead, at + 1)
        if not found:
            return Unclear("unknown")
        if found.could_be:
            return self._one_of(found.could_be, lead, found.after)
        if is_outcome(found.meaning):
            return self._outcome(found.meaning, lead, found.after, bare_hour=not found.needs_time)
        return self._command(found) if not lead.is_named else Unclear("unknown")

    def _courtesy(self, lead: NamedLead, at: int) -> Unclear:
        return Unclear("courtesy", AFFIRMED if self.affirms(at) else (), lead.code, lead.last_four)

    # -- outcomes

    def _time_first(self, lead: NamedLead, at: int) -> RepText | None:
        """`Tue 3pm`, and `Tue 3pm booked`."""
        for way, after in self.ways(at):
            tail = self.tail(after)
            if tail and not tail.note:
                named = lead if lead.is_named else tail.lead
                return TimeOnly(way.spoken(), named.code, named.last_four)
            found = self.opened_words(self.past_breaks(after))
            if found and is_outcome(found.meaning) and found.meaning in _WITH_A_TIME:
                rest = self.tail(found.after)
                return self._report(found.meaning, way.spoken(), lead, rest) if rest else None
        return None

    def _one_of(self, could_be: tuple[RepOutcome, ...], lead: NamedLead, at: int) -> RepText:
        """Words that leave it open, unless others follow that settle it: `called, no answer`."""
        second = self._second(at)
        if second and is_outcome(second.meaning):
            settled = {*could_be, *(plainer for one in could_be for plainer in _SAID_MORE_PLAINLY.get(one, ()))}
            if second.meaning in settled:
                return self._outcome(second.meaning, lead, second.after, bare_hour=not second.needs_time)
        tail = self.tail(at)
        if tail is None or tail.note:  # "no, they come tomorrow" is no answer to whether they came
            return lead.unclear(*(one for one in could_be if one not in get_args(TaskOutcome)))
        return (lead if lead.is_named else tail.lead).unclear(*could_be)

    def _by_number(self, outcome: RepOutcome, lead: NamedLead, at: int) -> RepText:
        """`6`, `1 Tue 3pm`, `6 no answer`."""
        next_one = self.past_joining(at)
        next_one += self.is_word(next_one, frozenset({"or"}))
        other = self.number(next_one)
        if other and self.tail(next_one + 1) and not self.ways(next_one):
            return lead.unclear(outcome, other)
        found = self.words(next_one)
        if found and found.meaning == outcome:
            return self._outcome(outcome, lead, found.after, bare_hour=False)
        return self._outcome(outcome, lead, at, bare_hour=False)

    def _outcome(
        self, outcome: RepOutcome, lead: NamedLead, at: int, *, bare_hour: bool, may_go_on: bool = True
    ) -> RepText:
        """An outcome whose own words end before `at`."""
        try:
            when, at = self._when(outcome, at, bare_hour=bare_hour)
        except UnreadableTime:
            return lead.unclear(outcome, when=True)
        tail = self.tail(at)
        second = self._second(tail.note_at if tail and tail.note else at)
        if second and is_outcome(second.meaning):
            if not may_go_on:
                return lead.unclear(outcome, second.meaning)
            return self._both(outcome, second.meaning, when, lead, tail, second.after)
        if not tail:
            return lead.unclear(outcome)
        if self._names_another(lead, tail):
            return Unclear("several")
        if outcome in _WITH_A_TIME and not when and self._seems_to_say_when(tail):
            return lead.unclear(outcome, when=True)
        return self._report(outcome, when, lead, tail)

    def _seems_to_say_when(self, tail: Tail) -> bool:
        """Whether what was taken for a lead's number, or for a note, may have been meant as the time."""
        digits = tail.lead.last_four
        could_be_clock = digits is not None and int(digits[:2]) <= _LAST_HOUR and int(digits[2:]) <= _LAST_MINUTE
        return could_be_clock or (tail.note is not None and bool(self.ways(tail.note_at)))

    def _names_another(self, lead: NamedLead, tail: Tail) -> bool:
        """Whether there is another lead, or a note that is really another report: `K7 6, B3 5`."""
        if not tail.note:
            return lead.is_named and tail.lead.is_named and lead != tail.lead
        lead, after = self.lead(tail.note_at)
        if not lead.is_named:
            return self.number(tail.note_at) is not None and self.lead(tail.note_at + 1)[0].is_named
        after = self.past_breaks(after)
        found = self.opened_words(after)
        return self.number(after) is not None or (found is not None and is_outcome(found.meaning))

    def _when(self, outcome: RepOutcome, at: int, *, bare_hour: bool) -> tuple[SpokenTime | None, int]:
        """The time that follows, if the outcome has one, and where the text goes on. Raises UnreadableTime."""
        if outcome in _WITH_A_TIME:
            at += outcome == "thinking" and self.is_word(at, _UNTIL_WORDS)
            # "call back 2" could as well mean answer 2, which is call back.
            bare_hour = bare_hour and outcome == "call_back" and self.number(at) != "call_back"
            for way, after in self.ways(at, bare_hour=bare_hour):
                if self.tail(after) or self._second(after):
                    return way.spoken(), after
        return None, at

    def _both(
        self,
        first: RepOutcome,
        second: RepOutcome,
        when: SpokenTime | None,
        lead: NamedLead,
        tail: Tail | None,
        at: int,
    ) -> RepText:
        """Two outcomes in one text, which is fine where one of them says more plainly what the other does."""
        if tail and not lead.is_named:
            lead = tail.lead
        also = self._outcome(second, lead, at, bare_hour=True, may_go_on=False)
        if not isinstance(also, OutcomeReport):
            return lead.unclear(first, second)
        if first == second or second in _SAID_MORE_PLAINLY.get(first, ()):
            return replace(also, when=also.when or when)
        if first in _SAID_MORE_PLAINLY.get(second, ()):
            if tail and also.note:
                return self._report(first, when, lead, tail)
            return replace(also, outcome=first, when=when)  # the note would only be the second outcome again
        return lead.unclear(first, second)

    def _report(self, outcome: RepOutcome, when: SpokenTime | None, lead: NamedLead, tail: Tail) -> OutcomeReport:
        lead = lead if lead.is_named else tail.lead
        return OutcomeReport(outcome, when, lead.code, lead.last_four, tail.note)

    def _second(self, at: int) -> WordsFound | None:
        """The words of another outcome, at the place where a note could begin."""
        found = self.opened_words(self.past_joining(at))
        return found if found and is_outcome(found.meaning) else None

    # -- commands

    def _command(self, found: WordsFound) -> RepText:
        at, meaning = found.after, found.meaning
        if meaning == "help":
            return Help()
        if meaning in {"away", "closed"}:
            return self._absence(found)
        if meaning == "list":
            return ListLeads()
        ends = self._is_clean(at)
        if meaning == "back":
            if ends:
                return Back()
            return Unclear("not_sure", ("away", "call_back") if self.ways(at, bare_hour=True) else ("back",))
        if meaning == "open":
            return Open() if ends else Unclear("not_sure", ("open",))
        if meaning == "release":
            return Release() if ends else Unclear("not_sure", ("release",))
        return Unclear("unknown")

    def _absence(self, found: WordsFound) -> RepText:
        is_closed = found.meaning == "closed"
        try:
            until, at = self._until(found)
        except UnreadableTime:
            return Unclear("when", ("closed" if is_closed else "away",))
        if not self._is_clean(at):
            return Unclear("not_sure", ("closed" if is_closed else "away",))
        if not is_closed:
            return Away(until)
        return ClosedUntil(until) if until else Unclear("when", ("closed",))

    def _until(self, found: WordsFound) -> tuple[SpokenTime | None, int]:
        """Until when, if that is said, and where the text goes on. Raises UnreadableTime."""
        start = self.pieces[found.after - 1].end
        if until := _UNTIL.match(self.text, start):
            return self._until_at(until.end())
        if found.says_until:
            return self._until_at(between(self.text, start))
        if today := _FOR_TODAY.match(self.text, start):
            return SpokenTime(days_ahead=1), self.index(today.end())
        if (span := _FOR_A_WHILE.match(self.text, start)) and found.after < len(self.pieces):
            spoken, at = self._until_at(span.end())
            is_span = spoken and spoken == SpokenTime(spoken.wait, spoken.days_ahead, exact=spoken.exact)
            return (spoken, at) if is_span else (None, found.after)
        return None, found.after

    def _until_at(self, position: int) -> tuple[SpokenTime | None, int]:
        ways = ways_to_read(self.text, position, month_first=self.month_first, bare_hour=True)
        for way in ways:
            if self._is_clean(self.index(way.end)):
                return way.spoken(), self.index(way.end)
        raise UnreadableTime("until when?")

    def _is_clean(self, at: int) -> bool:
        """Whether a command may end here. Words after a comma are passed over, unless they report something."""
        tail = self.tail(at)
        return tail is not None and not tail.lead.is_named and not self._second(at)
