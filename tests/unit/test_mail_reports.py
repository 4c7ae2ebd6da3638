"""Reports about mail come in any order and more than once; what is known in the end is the same."""

from datetime import timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.email_events import EmailEvent, EmailEventKind
from followthrough.domain.leads import Touch
from followthrough.domain.mail_reports import MailRecord, recorded, reported, why_stopped, with_delivery, with_return
from tests.unit.building import DAY
from tests.unit.mail_reports import NOON, report

CLAIMED = Touch(
    pursuit=1,
    step="tried-you",
    n=1,
    channel="email",
    to="lead",
    due_at=NOON,
    purpose="Only for a test.",
    status="claimed",
)
SENT = CLAIMED.model_copy(update={"status": "sent", "service_id": "mail-1", "ended_at": NOON})
UNKNOWN = CLAIMED.model_copy(update={"status": "unknown", "reason": "no answer", "ended_at": NOON})
FULL = report("bounce", bounce="transient", detail="Transient/MailboxFull")
EVERY = [report("delivery"), FULL, report("bounce"), report("complaint"), report("delivery_delay"), report("reject")]


def after(touch: Touch, *events: EmailEvent) -> Touch:
    for event in events:
        touch = reported(touch, event, NOON)
    return touch


# -- touches


def test_a_bounce_for_good_makes_the_touch_fail_and_says_why() -> None:
    touch = after(SENT, report("bounce", detail="Permanent/NoEmail"))
    assert (touch.status, touch.reason) == ("failed", "the mail came back (Permanent/NoEmail)")


@pytest.mark.parametrize("kind", ["reject", "rendering_failure"])
def test_what_the_service_never_sent_has_failed(kind: EmailEventKind) -> None:
    touch = after(SENT, report(kind, detail="Bad-content"))
    assert (touch.status, touch.reason) == (
        "failed",
        "the service took the mail and did not send it (Bad-content)",
    )


@pytest.mark.parametrize(
    ("event", "note"),
    [
        (FULL, "came back for now (Transient/MailboxFull)"),
        (report("delivery_delay", detail="MailboxFull"), "delayed (MailboxFull)"),
        (report("complaint", detail="abuse"), "reported as spam"),
    ],
)
def test_what_leaves_the_touch_sent_is_noted_on_it(event: EmailEvent, note: str) -> None:
    touch = after(SENT, event)
    assert (touch.status, touch.reason, touch.note) == ("sent", None, note)


@pytest.mark.parametrize("touch", [UNKNOWN, CLAIMED])
@pytest.mark.parametrize("kind", ["delivery", "delivery_delay", "complaint"])
def test_a_proof_of_sending_makes_sent_of_what_was_not_known_to_be(touch: Touch, kind: EmailEventKind) -> None:
    known = after(touch, report(kind))
    assert (known.status, known.reason, known.service_id, known.ended_at) == ("sent", None, "mail-1", NOON)


def test_a_delivery_never_undoes_a_bounce() -> None:
    assert after(SENT, report("bounce"), report("delivery")).status == "failed"
    assert after(SENT, report("delivery"), report("bounce")).status == "failed"


def test_a_delivery_of_what_is_known_to_be_sent_changes_nothing() -> None:
    assert after(SENT, report("delivery")) == SENT


@pytest.mark.parametrize("touch", [CLAIMED, SENT, UNKNOWN])
def test_order_and_repetition_make_no_difference(touch: Touch) -> None:
    events = [event for event in EVERY if event.kind != "reject"]
    once = after(touch, *events)
    assert all(after(touch, *order, *order) == once for order in permutations(events))


# -- the record of a sending that comes after a report


def test_what_was_reported_before_the_sending_was_recorded_is_kept() -> None:
    bounced = after(CLAIMED, report("bounce"))
    kept = recorded(bounced, SENT)
    assert (kept.status, kept.reason, kept.service_id) == ("failed", "the mail came back", "mail-1")


def test_a_delivery_that_came_first_answers_whether_it_was_sent() -> None:
    assert recorded(after(CLAIMED, report("delivery")), UNKNOWN).status == "sent"


def test_a_note_that_came_first_is_kept_beside_the_record() -> None:
    kept = recorded(after(UNKNOWN, report("delivery_delay")), SENT)
    assert (kept.status, kept.note) == ("sent", "delayed")


def test_the_record_replaces_what_was_not_known() -> None:
    assert recorded(UNKNOWN, SENT) == SENT
    assert recorded(None, SENT) == SENT


# -- addresses


def returns(*days: int, record: MailRecord | None = None) -> MailRecord:
    record = record or MailRecord()
    for day in days:
        record = with_return(record, f"bounce-{day}", NOON + day * DAY)
    return record


def test_mail_that_comes_back_three_times_within_thirty_days_is_no_accident() -> None:
    assert why_stopped(FULL, returns(0, 10), 3) is None
    assert why_stopped(FULL, returns(0, 10, 29), 3) == "bounced"
    assert why_stopped(FULL, returns(0, 10, 31), 3) is None


def test_the_same_report_counts_once() -> None:
    assert returns(0, 0, 0) == returns(0)


def test_mail_that_arrives_makes_up_for_what_came_back_before() -> None:
    record = with_delivery(returns(0, 1), NOON + 2 * DAY)
    assert record.returned == {}
    assert why_stopped(FULL, returns(3, record=record), 3) is None
    assert why_stopped(FULL, returns(3, 4, 5, record=record), 3) == "bounced"


def test_only_bounces_and_complaints_stop_an_address() -> None:
    full = returns(0, 1, 2)
    reasons = {event.kind: why_stopped(event, full, 3) for event in EVERY}
    assert {kind for kind, because in reasons.items() if because} == {"bounce", "complaint"}
    assert why_stopped(report("bounce"), MailRecord(), 3) == "bounced"
    assert why_stopped(report("complaint"), MailRecord(), 3) == "complained"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 29 * 24)), max_size=6), st.randoms(use_true_random=False))
def test_an_address_is_judged_alike_in_whatever_order_reports_come(
    happened: list[tuple[bool, int]], random: Random
) -> None:
    def known(reports: list[tuple[bool, int]]) -> MailRecord:
        record = MailRecord()
        for arrived, hour in reports:
            when = NOON + timedelta(hours=1) * hour
            record = with_delivery(record, when) if arrived else with_return(record, f"at {hour}", when)
        return record

    shuffled = [*happened, *happened]
    random.shuffle(shuffled)
    assert known(shuffled) == known(happened)
