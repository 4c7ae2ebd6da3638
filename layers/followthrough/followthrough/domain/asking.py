"""Who is asked to call, as things stand: an ask, and the next one up."""

from datetime import datetime

from followthrough.domain.assignment import LeadFacts, TakeTurn, line_for
from followthrough.domain.business import Settings
from followthrough.domain.leads import Ask, Lead, Nudge
from followthrough.domain.spreading import fraction
from followthrough.domain.team_state import TeamState
from followthrough.domain.text_pieces import CODE_LETTERS

_DIGITS = "23456789"
LAST_DIGITS = 4


def next_in_line(
    lead: Lead, settings: Settings, state: TeamState, take_turn: TakeTurn, asked: tuple[str, ...], now: datetime
) -> str | None:
    """The id of the next person to ask about a lead; None when everybody in line has been asked."""
    others = {rep: count - (rep == lead.counted_for) for rep, count in state.open_asks.items()}
    return next(line_for(LeadFacts.of(lead), settings, now, state.away, others, take_turn, asked), None)


def new_ask(lead: Lead, touch_id: str, holder: str, link: str, deadline: datetime) -> Ask:
    """The ask of a planned touch. It takes over a silent one before it, so that silence never repeats itself."""
    before = lead.ask
    goes_on = before is not None and holder not in before.asked
    return Ask(
        touch_id=touch_id,
        asked=(*before.asked, holder) if before and goes_on else (holder,),
        instead_of=before.holder if before and before.holder != holder else None,
        code=code_of(lead, touch_id),
        link=link,
        deadline=deadline,
    )


def passed_on(ask: Ask, holder: str, link: str, deadline: datetime, *, declined: bool = False) -> Ask:
    """The same ask, of the next person."""
    return Ask(
        touch_id=ask.touch_id,
        asked=(*ask.asked, holder),
        due_at=ask.due_at,
        instead_of=ask.holder,
        why="cannot_take" if declined else "silent",
        code=ask.code,
        link=link,
        deadline=deadline,
    )


def code_of(lead: Lead, touch_id: str) -> str:
    """Two characters that name an ask in a text: a letter and a digit that nobody takes for another."""
    place = int(fraction(lead.id, lead.pursuit.number, touch_id) * len(CODE_LETTERS) * len(_DIGITS))
    return CODE_LETTERS[place // len(_DIGITS)] + _DIGITS[place % len(_DIGITS)]


def nudge_of(lead: Lead, now: datetime) -> Nudge | None:
    """What is kept about the nudge of a lead's present ask."""
    if lead.ask is None:
        return None
    return Nudge(
        rep=lead.ask.holder,
        lead_id=lead.id,
        pursuit=lead.pursuit.number,
        touch_id=lead.ask.touch_id,
        code=lead.ask.code,
        last_four=(lead.profile.phone or "")[-LAST_DIGITS:],
        link=lead.ask.link,
        at=now,
    )
