"""The bill of a forecast counts the work that the stack really does."""

from local.bill import Effort, read_tariff
from tests.stack.conftest import Arrive
from tests.stack.following import Follow
from tests.stack.test_work import Work

READS = ("GetItem", "BatchGetItem", "Query")
WRITES = ("PutItem", "UpdateItem", "DeleteItem")


def effort(work: Work) -> Effort:
    def calls(*names: str) -> int:
        return sum(work.calls[f"dynamodb.{name}"] for name in names)

    return Effort(
        transitions=work.transitions,
        invocations=work.invocations,
        transactions=calls("TransactWriteItems"),
        writes=calls(*WRITES),
        reads=calls(*READS),
    )


def between(follow: Follow, *until: str) -> Effort:
    before = Work.of(follow)
    for moment in until:
        follow.until(moment)
    return effort(Work.of(follow).since(before))


def test_a_lead_costs_what_its_post_takes_until_a_rep_s_phone_buzzes(arrive: Arrive) -> None:
    assert effort(Work.of(arrive().until("10:01"))) == read_tariff().work.lead


def test_an_email_costs_what_it_takes_from_wait_to_wait(arrive: Arrive) -> None:
    follow = arrive(phone=None).until("2026-12-01 00:00")
    assert between(follow, "2026-12-08 00:00") == read_tariff().work.email


def test_a_call_costs_what_it_takes_from_wait_to_wait(arrive: Arrive) -> None:
    follow = arrive().report_at("10:02", "no_answer").until("10:06").report_at("10:08", "no_answer")
    assert between(follow, "10:30") == read_tariff().work.call


def test_a_quiet_minute_costs_what_the_watchdog_looks_at(arrive: Arrive) -> None:
    follow = arrive().until("10:01")
    before = Work.of(follow)
    follow.stack.fire_schedules()
    work = Work.of(follow).since(before)
    assert work.calls["dynamodb.Query"] <= read_tariff().work.watch.reads + 16  # once a day what is to be erased
