"""The partner's page and the manager's board in every state, for the unit tests and for the browser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followthrough.domain.board import Board, Decision, NamedLead, PartnerRow, PartnersLead, Today
from followthrough.domain.dispatch import Figures
from followthrough.domain.partner_pages import Asker, PartnerNote, PartnerPage

NEW_YORK, CHICAGO = ZoneInfo("America/New_York"), ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 23, 15, 3, 20, tzinfo=UTC)  # Monday, 10:03 AM in New York
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

JANE = Asker(
    name="Jane Whitfield",
    phone="+16465550142",
    email="jane.whitfield@example.com",
    request="Roofing",
    own_words="Shingles came off over the garage.\nIt drips when it rains.",
    asked_at=NOW - 20 * timedelta(minutes=1),
)

GIVEN = PartnerPage(
    now=NOW,
    partner_zone=NEW_YORK,
    lead_zone=NEW_YORK,
    business_name="Fernhill Home Improvement",
    partner_name="Northside Roofing",
    rep_name="Ana Ruiz",
    rep_phone="+12125550111",
    held="open",
    asker=JANE,
    waiting=2,
    other_open=0,
    seen=0,
)
TOLD = (
    PartnerNote("cannot_reach", NOW - HOUR, None, "Left a message with her husband"),
    PartnerNote("transferred", NOW - 3 * HOUR, "Ana Ruiz"),
)
OVER = replace(GIVEN, held="over", asker=None, waiting=0)
SCHEDULED = replace(GIVEN, held="scheduled", waiting=0, estimate_at=NOW + DAY, seen=1)

PARTNER_PAGES = {
    "partner": GIVEN,
    "partner-elsewhere": replace(GIVEN, lead_zone=CHICAGO, waiting=1, rep_name=None, said=TOLD),
    "partner-told": replace(GIVEN, waiting=0, said=TOLD, seen=2, done="noted"),
    "partner-twice": replace(GIVEN, said=TOLD, seen=2, done="noted_before"),
    "partner-deadline": replace(GIVEN, deadline_at=NOW + DAY),
    "partner-refused": replace(
        GIVEN,
        errors={"estimate_at": "Choose a time that is still to come: it is 10:03 AM where they are."},
        typed={"answer": "scheduled", "estimate_at": "2026-11-22T10:00"},
    ),
    "partner-refused-note": replace(
        GIVEN,
        errors={"note": "Make the note shorter: 1,000 characters at most, and these are 1,001."},
        typed={"answer": "declined", "note": "x" * 1001},
    ),
    "partner-damaged": replace(GIVEN, errors={"form": "This could not be read, and nothing was changed."}),
    "partner-scheduled": replace(SCHEDULED, done="noted", other_open=1),
    "partner-scheduled-later": replace(SCHEDULED, asker=None),
    "partner-declined": replace(OVER, held="declined", done="noted"),
    "partner-skipped": replace(OVER, done="noted", skipped=True),
    "partner-ready": replace(OVER, done="ready"),
    "partner-moved-on": replace(OVER, done="moved_on"),
    "partner-nameless": replace(GIVEN, asker=Asker(None, None, None, None, None, NOW - 3 * DAY), waiting=0),
}

OPEN_LEAD = PartnersLead("lead001", 2, "Jane Whitfield", NOW - DAY, 9 * HOUR)
QUIET_LEAD = replace(
    OPEN_LEAD,
    lead_id="lead002",
    name="Sam Ode",
    heard_at=NOW - DAY,
    last_answer="not_yet",
    in_vain=4,
    deadline_at=NOW + 2 * HOUR,
)
WAITS = replace(OPEN_LEAD, lead_id="lead003", name="Rosa Lindqvist")
NORTHSIDE = PartnerRow(
    id="northside",
    name="Northside Roofing",
    phone="+12125550141",
    is_open=True,
    paused=None,
    paused_at=None,
    open_leads=(OPEN_LEAD,),
    waiting=2,
    oldest_at=NOW - 5 * HOUR,
    first_waiting=(WAITS, replace(WAITS, lead_id="lead004", name=None)),
    figures=Figures(
        given=12,
        came_of={"scheduled": 7, "declined": 3, "quiet": 1},
        answered=10,
        response_seconds=36_000,
        pullbacks=2,
    ),
)
HARBOR = replace(NORTHSIDE, id="harbor", name="Harbor Exteriors", open_leads=(QUIET_LEAD,), waiting=0, first_waiting=())
SUNHILL = replace(
    NORTHSIDE,
    id="sunhill",
    name="Sunhill Solar",
    is_open=False,
    paused="quiet",
    paused_at=NOW - DAY,
    open_leads=(),
    waiting=0,
    oldest_at=None,
    first_waiting=(),
    figures=Figures(),
)
BUSY_DAY = Board(
    now=NOW,
    zone=NEW_YORK,
    business_name="Fernhill Home Improvement",
    partners=(NORTHSIDE, HARBOR, SUNHILL),
    open_leads=620,
    looked_at=500,
    stages=(("speed to lead", 240), ("keep in touch", 180), ("not called yet", 40), ("with a partner", 2)),
    overdue=(NamedLead("Ann Lee", NOW - HOUR, "Ben Okafor"), NamedLead(None, NOW - HOUR / 2)),
    stuck=(NamedLead("Kofi Mensah", NOW - DAY),),
    away=(("Chloe Park", None), ("Ben Okafor", NOW + DAY)),
    closed_until=NOW + 3 * HOUR,
    held=14,
    today=Today(came=9, called=7, soon=6, median=timedelta(minutes=3)),
)
BOARDS = {
    "board": BUSY_DAY,
    "board-quiet": Board(NOW, NEW_YORK, "Fernhill Home Improvement", (), 0, 0),
    "board-done": replace(BUSY_DAY, done="done", overdue=(), stuck=(), held=0, closed_until=None),
    "board-too-late": replace(BUSY_DAY, done="nothing_changed"),
    "board-refused": replace(BUSY_DAY, error="There is no such partner any more."),
}
DECISIONS = {
    "board-lead": Decision(
        "Fernhill Home Improvement",
        "lead001",
        2,
        "Jane Whitfield",
        "Northside Roofing",
        is_given=True,
        others=(("harbor", "Harbor Exteriors"), ("sunhill", "Sunhill Solar")),
    ),
}
DECISIONS["board-lead-refused"] = replace(
    DECISIONS["board-lead"],
    is_given=False,
    error="Nothing was changed: say why. The reason stays with the lead.",
    reason="because",
)
