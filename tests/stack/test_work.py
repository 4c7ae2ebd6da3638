"""What one touch costs: transitions, history events and AWS calls. Each of them is paid for, and they only creep up."""

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.stack.conftest import Arrive
from tests.stack.following import Follow


@dataclass(frozen=True)
class Work:
    """What was done up to a moment, or between two."""

    transitions: int
    invocations: int
    events: int
    calls: Counter[str]

    @classmethod
    def of(cls, follow: Follow) -> "Work":
        """Everything so far."""
        work = follow.stack.work
        events = sum(len(follow.stack.history(one.arn)) for one in follow.stack.executions())
        calls = Counter(work["aws_calls"])
        return cls(work["transitions"], sum(work["lambda_invocations"].values()), events, calls)

    def since(self, before: "Work") -> "Work":
        """What came on top."""
        return Work(
            self.transitions - before.transitions,
            self.invocations - before.invocations,
            self.events - before.events,
            self.calls - before.calls,
        )


@pytest.fixture
def email(arrive: Arrive) -> Work:
    """One weekly e-mail: from the wait before it to the wait after it."""
    follow = arrive(phone=None).until("2026-12-01 00:00")
    assert follow.done()[-1].step == "nurture"
    before = Work.of(follow)
    follow.days(7)
    assert follow.done()[-1].n == 2
    return Work.of(follow).since(before)


@pytest.fixture
def reported_call(arrive: Arrive) -> Work:
    """One call that is answered in time: from the wait before it to the wait after it."""
    follow = arrive().report_at("10:02", "no_answer").until("10:06")
    before = Work.of(follow)
    follow.report_at("10:08", "no_answer").until("10:30")
    assert follow.touch("second-call.1").outcome == "no_answer"
    return Work.of(follow).since(before)


def test_an_email_takes_4_transitions_and_6_aws_calls(email: Work) -> None:
    assert email.transitions == 4
    assert email.calls == {
        "dynamodb.BatchGetItem": 2,
        "dynamodb.UpdateItem": 1,  # how many went out in this minute
        "dynamodb.TransactWriteItems": 2,
        "sesv2.SendEmail": 1,
    }
    assert email.invocations == 2
    assert email.events <= 15


def test_a_reported_call_takes_4_transitions_and_at_most_10_aws_calls(reported_call: Work) -> None:
    assert reported_call.transitions == 4
    assert reported_call.calls.total() <= 10
    assert reported_call.calls["sns.Publish"] == reported_call.calls["stepfunctions.SendTaskSuccess"] == 1
    assert reported_call.invocations == 3
    assert reported_call.events <= 15


def test_a_call_that_nobody_reports_takes_5_transitions(arrive: Arrive) -> None:
    follow = arrive().until("12:00")
    before = Work.of(follow)
    follow.until("14:00")
    assert follow.touch("rest-of-day-one.1").status == "silent"
    work = Work.of(follow).since(before)
    assert work.transitions == 5
    assert work.calls.total() <= 13  # its reminder, within an hour of the call's own text, is put down to wait
    assert work.events <= 20


def test_a_post_takes_few_calls_until_a_reps_phone_buzzes(arrive: Arrive) -> None:
    follow = arrive().until("10:01")
    assert len(follow.texts) == 1
    assert Work.of(follow).calls.total() <= 17  # three ask whether an address was stopped before, one counts


def test_a_watchdog_with_nothing_to_do_only_looks(arrive: Arrive) -> None:
    follow = arrive().until("10:01")
    before = Work.of(follow)
    follow.stack.fire_schedules()
    work = Work.of(follow).since(before)
    assert set(work.calls) <= {"dynamodb.Query", "dynamodb.BatchGetItem"}
    # 16 shards of what is overdue, what waits for whose next text, who is held, how partners stand; and once a day what
    # is to be erased.
    assert work.calls.total() <= 19 + 16
