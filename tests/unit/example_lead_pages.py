"""The leads' own pages in every state that a lead can meet, for the unit tests and for the browser."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from followthrough.domain.lead_pages import LaterPage, StopPage

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 3, 20, tzinfo=UTC)  # Monday, 10:03 AM in New York
TOKEN = "SAMPLE-lead"  # noqa: S105 - a sample


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


MAY_STOP = StopPage("Fernhill Home Improvement", "+12125550100", has_phone=True)
ALL_STOPPED = replace(MAY_STOP, stopped=("e-mails", "texts", "calls"), can_undo=True)

STOP_PAGES = {
    "unsubscribe": MAY_STOP,
    "unsubscribe-without-phone": replace(MAY_STOP, has_phone=False),
    "unsubscribe-refused": replace(
        MAY_STOP, error="Nothing was changed: choose what is to stop, and press the button."
    ),
    "unsubscribed": ALL_STOPPED,
    "unsubscribed-mail": replace(MAY_STOP, stopped=("e-mails",), going_on=("texts", "calls"), can_undo=True),
    "unsubscribed-for-good": replace(ALL_STOPPED, can_undo=False, lasting=("complained",)),
    "unsubscribed-in-part-for-good": replace(ALL_STOPPED, lasting=("bounced",)),
    "unsubscribe-kept": replace(ALL_STOPPED, done="kept"),
    "unsubscribe-undone": replace(MAY_STOP, done="undone"),
}

MAY_CHOOSE = LaterPage(
    now=NOW,
    zone=NEW_YORK,
    business_name="Fernhill Home Improvement",
    business_phone="+12125550100",
    asked_at=NOW,
    status="open",
    seen="1.open.0",
    can_call=True,
    has_phone=True,
    times=(_at("2026-11-23 11:30"), _at("2026-11-23 18:00"), _at("2026-11-24 10:00")),
    months=(
        (1, _at("2026-12-23 10:03")),
        (3, _at("2027-02-23 10:03")),
        (6, _at("2027-05-24 08:00")),
        (12, _at("2027-11-23 10:03")),
    ),
)
OVER = replace(MAY_CHOOSE, months=())

LATER_PAGES = {
    "another-time": MAY_CHOOSE,
    "another-time-at-night": replace(MAY_CHOOSE, times=()),
    "another-time-without-phone": replace(MAY_CHOOSE, has_phone=False),
    "another-time-call": replace(MAY_CHOOSE, call_at=_at("2026-11-24 15:00"), done="noted"),
    "another-time-months": replace(MAY_CHOOSE, ask_again_at=_at("2027-02-23 10:03"), done="noted"),
    "another-time-twice": replace(MAY_CHOOSE, call_at=_at("2026-11-24 15:00"), done="noted_before"),
    "another-time-out-of-date": replace(MAY_CHOOSE, done="out_of_date"),
    "another-time-refused": replace(
        MAY_CHOOSE,
        errors={"call_at": "On Tuesday, November 24, we call between 8:00 AM and 8:30 PM. Choose a time then."},
        typed={"call_at": "2026-11-24T06:00"},
    ),
    "another-time-no-thanks": replace(OVER, status="not_interested", done="noted"),
    "another-time-booked": replace(OVER, status="booked"),
    "another-time-unreached": replace(OVER, status="no_response"),
    "another-time-opted-out": replace(OVER, status="opted_out"),
    "another-time-must-not-be-called": replace(OVER, status="opted_out", can_call=False, times=()),
    "another-time-wrong-number": replace(OVER, status="wrong_number", can_call=False, times=()),
}
