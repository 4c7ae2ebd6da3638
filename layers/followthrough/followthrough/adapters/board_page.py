"""The manager's board, and the page on which something is decided about one lead.

Only how they are shown is decided here; whoever builds a `Board` decides what is true.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from followthrough.adapters.form_body import BodyTooLarge, UnsupportedBody, read_fields
from followthrough.adapters.page_layout import dialling, laid_out, line, several_lines
from followthrough.adapters.web_answers import Answer, page
from followthrough.domain.board import Board, BoardPress, Decision, NamedLead, PartnerRow, PartnersLead, Today
from followthrough.domain.errors import Refused
from followthrough.domain.times_in_brief import moment_in_brief, span_in_brief
from followthrough.domain.times_in_words import moment_in_words
from followthrough.domain.typed_words import paragraphs

LONGEST_REASON = 500
MOST_PARTNERS = 12
"""So many fit into the page, whatever they are called; those that need a look come first."""
MOST_LISTED = 8
_MOST_STAGES = 12

PAUSED_WORDS = {
    "quiet": "paused: no answer by the deadline",
    "busy": "paused: asked to be skipped",
    "manager": "paused by you",
    "configuration": "paused in partners.json",
}
ANSWER_WORDS = {
    "transferred": "brought together on the phone",
    "not_yet": "no date yet",
    "cannot_reach": "not reached yet",
    "needs_help": "asked for help",
    "date_missing": "scheduled, date not told",
    "note": "wrote to us",
}
_UNREADABLE = "This could not be read, and nothing was changed. Please press again."
_DO = ("pause", "resume", "move", "release", "close")
_CLOSES = ("not_interested", "wrong_number", "lost")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)


# -- what is posted ------------------------------------------------------------------------------------------


def read_board_press(event: Mapping[str, Any]) -> BoardPress:
    """What was pressed. Raises Refused, whatever is posted, and nothing else."""
    try:
        fields = read_fields(event)
    except (BodyTooLarge, UnsupportedBody, Refused):
        raise Refused("form", _UNREADABLE) from None
    do, because = fields.get("do", ""), fields.get("because", "lost")
    partner, lead, to = (fields.get(name, "") for name in ("partner", "lead", "to"))
    pursuit = fields.get("pursuit", "0")
    known = do in _DO and because in _CLOSES and _NUMBER.fullmatch(pursuit)
    if not known or any(id_ and not _ID.fullmatch(id_) for id_ in (partner, lead, to)) or not (partner or lead):
        raise Refused("form", _UNREADABLE)
    reason = paragraphs(fields.get("reason", ""))
    if len(reason) > LONGEST_REASON:
        raise Refused("reason", f"Nothing was changed: make the reason shorter, {LONGEST_REASON} characters at most.")
    return BoardPress(cast("Any", do), partner, lead, int(pursuit), to, cast("Any", because), reason)


# -- the board -----------------------------------------------------------------------------------------------


def render_no_board() -> Answer:
    """For a link that is too old, or was cut off."""
    advice = "Make a new one with the command: followthrough board-link"
    return page(404, "This link doesn't work", ["It is too old, or was cut off.", advice])


def render_board(board: Board, status: int = 200) -> Answer:
    """The page. Never above `page_layout.MOST_BYTES`."""
    shown = sorted(board.partners, key=_urgency)[:MOST_PARTNERS]
    return laid_out(
        status,
        "board.html",
        {
            "page": board,
            "title": f"Board · {line(board.business_name, 120)}",
            "business_name": line(board.business_name, 150),
            "as_of": moment_in_words(board.now, board.zone),
            "error": line(board.error, 200),
            "partners": [_partner(board, row) for row in shown],
            "left_out": len(board.partners) - len(shown),
            "stages": _stages(board.stages),
            "overdue": [_named(board, lead) for lead in board.overdue[:MOST_LISTED]],
            "more_overdue": max(0, len(board.overdue) - MOST_LISTED),
            "stuck": [_named(board, lead) for lead in board.stuck[:MOST_LISTED]],
            "more_stuck": max(0, len(board.stuck) - MOST_LISTED),
            "away": [
                f"{line(name, 80)}{f' until {moment_in_brief(until, board.zone, board.now)}' if until else ''}"
                for name, until in board.away[:MOST_LISTED]
            ],
            "closed_until": moment_in_words(board.closed_until, board.zone) if board.closed_until else "",
            "today": _today(board.today),
            "today_share": _share(board.today.soon, board.today.came - board.today.for_partners),
        },
        "board.css",
    )


def _urgency(row: PartnerRow) -> tuple[bool, bool, float]:
    """What needs a look first: a deadline runs, leads wait, the longest since a lead was given."""
    has_deadline = any(lead.deadline_at for lead in row.open_leads)
    longest = max((lead.open_for.total_seconds() for lead in row.open_leads), default=0.0)
    return (not has_deadline, not row.waiting, -longest)


def _partner(board: Board, row: PartnerRow) -> dict[str, Any]:
    phone, tel = dialling(row.phone)
    oldest = f", the oldest since {moment_in_brief(row.oldest_at, board.zone, board.now)}" if row.oldest_at else ""
    paused_at = f" since {moment_in_brief(row.paused_at, board.zone, board.now)}" if row.paused_at else ""
    return {
        "id": row.id,
        "name": line(row.name, 80),
        "phone": phone,
        "tel": tel,
        "state": f"{PAUSED_WORDS[row.paused]}{paused_at}"
        if row.paused
        else "open now"
        if row.is_open
        else "closed now",
        "is_paused": row.paused is not None,
        "can_resume": row.paused in ("quiet", "busy", "manager"),
        "can_pause": row.paused in (None, "quiet", "busy"),
        "leads": [_lead(board, lead) for lead in row.open_leads[:2]],
        "waiting": f"{_count(row.waiting, 'lead waits', 'leads wait')}{oldest}" if row.waiting else "Nobody waits",
        "line": [{"id": each.lead_id, "name": _name(each.name, 60)} for each in row.first_waiting[:1]],
        "figures": _figures(row),
        "share": _share(row.scheduled, row.over),
        "scheduled": f"{row.scheduled} of {row.over} scheduled",
    }


def _figures(row: PartnerRow) -> str:
    """What came of earlier hand-offs; empty without any."""
    if not row.over:
        return ""
    mean = row.mean_response
    answers = f"answers after {span_in_brief(mean)} of its open time, on average" if mean is not None else ""
    pullbacks = _count(row.figures.pullbacks, "pullback", "pullbacks") if row.figures.pullbacks else ""
    return ", ".join(filter(None, (answers, pullbacks)))


def _lead(board: Board, lead: PartnersLead) -> dict[str, str]:
    news = ANSWER_WORDS.get(lead.last_answer or "", "")
    heard = (
        f"{news or 'heard of'} {moment_in_brief(lead.heard_at, board.zone, board.now)}"
        if lead.heard_at
        else "no word yet"
    )
    in_vain = f"{_count(lead.in_vain, 'try', 'tries')} in vain since" if lead.in_vain else ""
    deadline = f"answer due {moment_in_brief(lead.deadline_at, board.zone, board.now)}" if lead.deadline_at else ""
    return {
        "id": lead.lead_id,
        "name": _name(lead.name, 80),
        "age": f"for {span_in_brief(lead.open_for)} of its open time",
        "state": ", ".join(filter(None, (heard, in_vain, deadline))),
        "warn": "warn" if lead.deadline_at else "",
    }


def _stages(stages: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    most = max((count for _, count in stages), default=1)
    return [
        {"words": line(words[:1].upper() + words[1:], 80), "count": count, "share": _share(count, most)}
        for words, count in stages[:_MOST_STAGES]
    ]


def _named(board: Board, lead: NamedLead) -> str:
    who = f", asked of {line(lead.who, 60)}" if lead.who else ""
    return f"{_name(lead.name, 80)}: since {moment_in_brief(lead.since, board.zone, board.now)}{who}"


def _today(today: Today) -> str:
    if not today.came:
        return "Nobody has asked yet today."
    came = _count(today.came, "lead came", "leads came")
    theirs = f", {today.for_partners} for partners" if today.for_partners else ""
    if today.came == today.for_partners:
        return f"{came}{theirs}."
    if today.median is None:
        return f"{came}{theirs}; none was called so far."
    half = f"half of them within {_span(today.median)}"
    return f"{came}{theirs}. {today.called} called, {today.soon} within five minutes; {half}."


def _span(span: timedelta) -> str:
    return span_in_brief(span) if span >= timedelta(minutes=1) else "a minute"


def _share(part: int, whole: int) -> int:
    """In percent, for a bar."""
    return round(100 * part / whole) if whole else 0


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _name(name: str | None, most: int) -> str:
    return line(name or "", most) or "No name given"


# -- one lead ------------------------------------------------------------------------------------------------


def render_decision(decision: Decision) -> Answer:
    """What can be decided about one lead: 200, or 422 when it says what is wrong with what was sent."""
    return laid_out(
        422 if decision.error else 200,
        "board_lead.html",
        {
            "page": decision,
            "title": f"{_name(decision.name, 120)} · {line(decision.business_name, 120)}",
            "name": _name(decision.name, 250),
            "partner_name": line(decision.partner_name, 120),
            "business_name": line(decision.business_name, 150),
            "others": [(id_, line(name, 60)) for id_, name in decision.others],
            "closes": [("not_interested", "They said no"), ("wrong_number", "Wrong number"), ("lost", "Anything else")],
            "error": line(decision.error, 200),
            "reason": several_lines(decision.reason, 1500),
            "longest_reason": LONGEST_REASON,
        },
        "board.css",
    )
