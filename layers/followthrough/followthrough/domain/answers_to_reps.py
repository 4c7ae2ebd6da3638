"""What is texted back to reps and the manager. Each answer is one segment; those with a link are two at most.

Names come as they were typed: they are made safe and short here. An answer repeats what was understood, so that
whoever was misread sees it at once, and can say it again.
"""

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from followthrough.domain import partner_words
from followthrough.domain.gsm7 import cut_to, to_gsm7
from followthrough.domain.leads import Outcome
from followthrough.domain.names import full_name
from followthrough.domain.nudge_answers import TASK_WORDS, in_a_row
from followthrough.domain.rep_sayings import Unclear
from followthrough.domain.rep_words import NUMBERED, Command, RepOutcome
from followthrough.domain.times_in_words import WEEKDAYS, clock, date_in_words, zone_in_words

IN_WORDS: dict[Outcome, str] = {
    "booked": "booked",
    "call_back": "call back",
    "in_conversation": "in conversation",
    "not_interested": "not interested",
    "voicemail": "left voicemail",
    "no_answer": "no answer",
    "wrong_number": "wrong number",
    "cannot_take": "can't take it",
    "kept": "they came",
    "no_show": "no show",
    "won": "won",
    "lost": "lost",
    "thinking": "thinking",
    "done": "done",
    "not_done": "not done",
    **partner_words.IN_WORDS,
}

_LONGEST_NAME = 28
_SHORT_LIST = "1 Tue 3pm if booked, 5 voicemail, 6 no answer. ? for all answers."
_WITH_A_TIME = ("booked", "call_back")
_COMMANDS: dict[Command, str] = {
    "away": "Away? Text: away until 3pm, away until Mon, or just away.",
    "back": "Are you back? Then text just: back",
    "closed": "Closed until when? Text: closed until Mon, or closed until Nov 27 9am",
    "open": "Open again? Then text just: open",
    "release": "Let the held leads go? Then text just: release",
    "list": "Your leads? Then text just: list",
    "help": "Text ? for all answers.",
}


# -- reports


def recorded(outcome: RepOutcome, lead: str | None) -> str:
    """A report without a time was recorded."""
    return _text(f"Noted for {_name(lead)}: {IN_WORDS[outcome]}.")


def booked(lead: str | None, at: datetime, theirs: ZoneInfo, yours: ZoneInfo) -> str:
    """An appointment was recorded. `theirs` is the lead's zone, `yours` the rep's."""
    return _text(f"Booked {_name(lead)} for {_on_both_clocks(at, theirs, yours)}. Well done.")


def booked_when(lead: str | None, named: str | None = None) -> str:
    """An appointment was recorded, and its time isn't known. `named` is what the lead has to be named by, if at all:
    the short code, or the last digits.
    """
    begin = f"{cut_to(to_gsm7(named), 8)} " if named else ""
    return _text(f"Noted: booked with {_name(lead)}. When? Text day and time where they are, such as {begin}1 Tue 3pm")


def call_back(lead: str | None, at: datetime, theirs: ZoneInfo, yours: ZoneInfo) -> str:
    """A call-back was recorded."""
    return _text(f"Noted: call {_name(lead)} back {_on_both_clocks(at, theirs, yours)}.")


def call_back_later(lead: str | None, at: datetime, asked_at: datetime, theirs: ZoneInfo) -> str:
    """A call-back was recorded for a time at which no calls are made; `asked_at` is when a rep will be asked."""
    moments = [f"{_day(moment, theirs)}, {_hour(moment, theirs)}" for moment in (at, asked_at)]
    zone = zone_in_words(theirs, asked_at)
    return _text(
        f"Noted: call {_name(lead)} back {moments[0]}. No calls are made then: it will be {moments[1]} {zone}."
    )


def call_back_when(lead: str | None) -> str:
    """The lead wants to be called back, and the time isn't known. Nothing is recorded yet."""
    return _text(f"When shall we call {_name(lead)} back? Text day and time where they are, such as later Tue 3pm.")


def thinking(lead: str | None, at: datetime, theirs: ZoneInfo, yours: ZoneInfo) -> str:
    """They want to think until then, and are called then."""
    return _text(f"Noted: {_name(lead)} is thinking. Call them {_on_both_clocks(at, theirs, yours)}.")


def thinking_until(lead: str | None) -> str:
    """They want to think, and until when isn't known. Nothing is recorded yet."""
    return _text(f"Until when does {_name(lead)} want to think? Text the day too, such as thinking Fri.")


def task_asked(lead: str | None, outcomes: Sequence[RepOutcome]) -> str:
    """What can be answered to a task, to whoever answered something else."""
    return _text(f"About {_name(lead)}: text {in_a_row(outcomes)}. ? for all other answers.")


def answers_nothing(outcome: RepOutcome, lead: str | None) -> str:
    """What was said answers nothing that is asked about this lead. Nothing is recorded."""
    return _text(f"Nobody is asked for that about {_name(lead)}: {IN_WORDS[outcome]}. Nothing has changed.")


def booked_or_call_back() -> str:
    """A time was sent that nobody had asked for."""
    return _text("Is that an appointment or a call back? Text 1 and the time, or 2 and the time: 1 Tue 3pm, 2 Tue 3pm")


def no_such_time() -> str:
    """The time has passed, lies too far ahead, or weekday and date don't go together."""
    return _text("That time has passed, or there is no such day. Text it again with day and time, such as 1 Tue 3pm.")


def stand_down(reporter: str, lead: str | None) -> str:
    """To whoever was asked meanwhile: the one asked before has reported."""
    return _text(f"{_name(reporter, 'Somebody')} has reported on {_name(lead)}: stand down.")


def already_reported(outcome: RepOutcome, lead: str | None) -> str:
    """The same was reported before."""
    return _text(f"Noted before: {_name(lead)}, {IN_WORDS[outcome]}. Nothing has changed.")


def reported_otherwise(lead: str | None, outcome: RepOutcome, by: str | None) -> str:
    """Something else, or by somebody else, was reported of that call before; `by` is None for the rep themselves."""
    who = "you" if by is None else _name(by, "somebody")
    return _text(
        f"{_name(lead)} is reported by {who}: {IN_WORDS[outcome]}. Nothing has changed. The link can correct it."
    )


def superseded(lead: str | None) -> str:
    """The answer is about a call of an earlier round: they have asked again since, or an appointment was made."""
    return _text(
        f"Much has happened with {_name(lead)} since that call. Nothing has changed. Text list for your leads."
    )


def already_closed(lead: str | None, because: str) -> str:
    """The lead is no longer followed up; `because` is in words for people, such as "booked"."""
    return _text(f"{_name(lead, 'That lead')} is closed already: {cut_to(to_gsm7(because), 40)}. Nothing has changed.")


def passed_on(lead: str | None, to: str | None) -> str:
    """The rep can't take a call; `to` is who is asked instead."""
    if to:
        return _text(f"OK. {_name(to, 'Somebody else')} is asked to call {_name(lead)} instead.")
    return _text(f"OK, noted. Nobody else can be asked about {_name(lead)} at the moment.")


# -- which lead


def nothing_open() -> str:
    """No call is open for this rep."""
    return _text("No call is open for you. To report on a lead, begin with the last 4 digits of their number: 4821 6")


def no_such_code(code: str) -> str:
    """No call with this short code is open."""
    return _text(f"There is no open call {cut_to(to_gsm7(code), 8)}. Text list for your leads.")


def no_such_number(last_four: str) -> str:
    """No open lead's number ends like this."""
    return _text(f"No open lead has a number ending in {cut_to(to_gsm7(last_four), 8)}. Text list for your leads.")


def several_with_number(last_four: str, link: str) -> str:
    """Several open leads' numbers end like this: the page tells them apart. Two segments at most."""
    return _text(f"More than one lead has a number ending in {cut_to(to_gsm7(last_four), 8)}. Choose here: {link}")


# -- what wasn't understood


def unclear(said: Unclear) -> str:
    """One helpful answer to a text that can't be acted on."""
    begin = f"{said.code or said.last_four} " if said.code or said.last_four else ""
    if said.why == "several":
        return _text("One lead in each text, please, such as: K7 6")
    if said.why == "courtesy":
        return _text(f"Thanks. Once you have called: {_SHORT_LIST}")
    if said.why == "which_outcome":
        return _text(
            f"And what happened? Begin with {begin}again: {begin}1 Tue 3pm if booked, {begin}6 no answer. ? for all."
        )
    outcomes = [(_to_text(one), one) for one in (*NUMBERED, *TASK_WORDS) if one in said.could_be]
    commands = [one for one in _COMMANDS if one in said.could_be]
    if outcomes and commands:
        return _text("Are you away until then? Text: away until 3pm. Or shall we call a lead back? Text: later 3pm")
    if commands:
        return _text(_COMMANDS[commands[0]])
    if len(outcomes) > 1:
        return _text("Which is it? Text " + ", ".join(_choice(begin, *each) for each in outcomes))
    if outcomes:
        return _text(_just_one(*outcomes[0], begin))
    return no_such_time() if said.why == "when" else _text(f"Sorry, that was not clear. Text {_SHORT_LIST}")


def _to_text(outcome: RepOutcome) -> str:
    """The number, or the word of a task's outcome."""
    return str(NUMBERED.index(outcome) + 1) if outcome in NUMBERED else TASK_WORDS[outcome]


def _choice(begin: str, number: str, outcome: RepOutcome) -> str:
    return f"{begin}{number} {IN_WORDS[outcome]}" if outcome in NUMBERED else f"{begin}{number}"


def _just_one(number: str, outcome: RepOutcome, begin: str) -> str:
    asked = f"{IN_WORDS[outcome].capitalize()}? Text {begin}{number}"
    if outcome in _WITH_A_TIME:
        return f"{asked} and the time where they are, such as {begin}{number} Tue 3pm. A note goes after a comma."
    return f"{asked} and nothing else, or a note after a comma: {begin}{number}, prefers texts"


def help_for_reps() -> str:
    """All that a rep can say."""
    return _text(
        "1 booked Tue 3pm, 2 call back 3pm, 3 in conversation, 4 not interested, 5 voicemail, 6 no answer, "
        "7 wrong number, 8 can't. Also: list, away until Mon, back"
    )


def help_for_manager() -> str:
    """What the manager can say besides."""
    return _text(f"As manager: closed until Mon, closed until Nov 27 9am, open. For calls: {_SHORT_LIST}")


# -- on and off duty


def away(until: datetime | None, yours: ZoneInfo) -> str:
    """The rep is away now."""
    if until is None:
        return _text("You are away: no calls will be sent to you. Text back when you are here again.")
    return _text(f"You are away until {_day_or_moment(until, yours)}. Text back if you are here sooner.")


def back() -> str:
    """The rep is here again."""
    return _text("Welcome back. Calls will be sent to you again.")


def closed(until: datetime, zone: ZoneInfo) -> str:
    """The business is closed."""
    return _text(f"Closed until {_day_or_moment(until, zone)}. Leads are told when we will call. Text open to end it.")


def open_again() -> str:
    """The business is open again."""
    return _text("Open again: leads are called as usual.")


def leads_held(count: int, link: str) -> str:
    """More leads came within an hour than the business gets. Two segments at most."""
    leads = "1 lead is" if count == 1 else f"{count} leads are"
    return _text(
        f"{leads} held: too many came within an hour. Nothing goes to them for a day. "
        f"Text release to let them go, or look first: {link}"
    )


def released(count: int) -> str:
    """The manager lets the held leads go."""
    if not count:
        return _text("No leads are held.")
    return _text(f"Released: {count} lead{'s' if count > 1 else ''}, the oldest first, a few each minute.")


def managers_only_release() -> str:
    """Somebody else tried to let held leads go."""
    return _text("Only the manager can release leads. Text list for yours.")


def managers_only() -> str:
    """Somebody else tried to close or open the business."""
    return _text("Only the manager can close or open for everybody. For yourself, text away or back.")


def your_leads(count: int, link: str) -> str:
    """The page with the rep's open leads. Two segments at most."""
    if not count:
        return _text("You have no open leads.")
    return _text(f"{count} open lead{'s' if count > 1 else ''}: {link}")


# -- calls due


def calls_due(count: int, first: str | None, link: str) -> str:
    """Several calls are due, and a rep isn't to be buzzed for each. Two segments at most."""
    return _text(f"{count} calls due, {_name(first, 'a lead')} first. All of them: {link}")


# -- words


def _text(words: str) -> str:
    return to_gsm7(words)


def _name(name: str | None, otherwise: str = "your lead") -> str:
    """A name in the alphabet of texts, and short; `otherwise` if nothing of it is left."""
    return cut_to(to_gsm7(full_name(name) or ""), _LONGEST_NAME) or otherwise


def _day_or_moment(moment: datetime, zone: ZoneInfo) -> str:
    """`Mon Nov 30` for its beginning, else `Mon Nov 30, 9 AM`."""
    local = moment.astimezone(zone)
    return _day(moment, zone) if local.time() == time(0) else f"{_day(moment, zone)}, {_hour(moment, zone)}"


def _on_both_clocks(moment: datetime, theirs: ZoneInfo, yours: ZoneInfo) -> str:
    """`Tue Nov 24, 3 PM`, and where the rep's clock shows something else, that too."""
    said = f"{_day(moment, theirs)}, {_hour(moment, theirs)}"
    there, here = moment.astimezone(theirs), moment.astimezone(yours)
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return said
    day = "" if there.date() == here.date() else f"{WEEKDAYS[here.weekday()][:3]} "
    return f"{said} {zone_in_words(theirs, moment)} ({day}{_hour(moment, yours)} yours)"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    weekday, date = date_in_words(moment, zone).split(", ")
    month, day = date.split()
    return f"{weekday[:3]} {month[:3]} {day}"


def _hour(moment: datetime, zone: ZoneInfo) -> str:
    return clock(moment.astimezone(zone).time()).replace(":00 ", " ")
