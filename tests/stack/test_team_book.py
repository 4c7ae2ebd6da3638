"""What is known about the team, on the shipped table; and that the tests' fake of it says the same."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from followthrough.domain.errors import NotFound
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import TeamBook
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.unsubscribe import unsubscribe
from tests.faults.dynamodb_local import create_table
from tests.faults.world import World as WorldOnTheTable
from tests.unit.building import at
from tests.unit.fakes import World

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY_10 = at("2026-11-23 10:00")
AnyWorld = World | WorldOnTheTable


@pytest.fixture(params=["table", "fake"])
def world(request: pytest.FixtureRequest) -> Iterator[AnyWorld]:
    """The same use cases around the shipped table, and around the unit tests' fakes."""
    if request.param == "fake":
        yield World()
        return
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "followthrough")
        yield WorldOnTheTable(client, "followthrough")


@pytest.fixture
def book(world: AnyWorld) -> TeamBook:
    return world.services.team


def arrive(world: AnyWorld, number: int = 0) -> str:
    fields = {"name": "Ann Lee", "email": f"lead{number}@example.com", "phone": f"212-555-010{number}"}
    return receive_lead(world.services, fields).lead_id


def request(world: AnyWorld, lead_id: str) -> TouchRequest:
    """The next call of a lead, when it is due."""
    lead = world.store.load(lead_id)
    planned = plan_next_touch(world.services, lead.pursuit_id, lead.pursuit.run)
    world.clock.now = max(world.clock.now, planned.due_at)
    return TouchRequest(pursuit_id=lead.pursuit_id, run=lead.pursuit.run, touch_id=planned.touch_id)


def ask(world: AnyWorld, lead_id: str) -> TouchRequest:
    asked = request(world, lead_id)
    assert ask_rep_to_call(world.services, asked) == "asked"
    return asked


def open_asks(book: TeamBook) -> dict[str, int]:
    """Of those who have any. Nobody ever has fewer than none."""
    counts = book.state().open_asks
    assert min(counts.values(), default=0) >= 0
    return {rep: count for rep, count in counts.items() if count}


class TestWhoIsThere:
    def test_at_first_everybody_is(self, book: TeamBook) -> None:
        assert (dict(book.state().away), dict(book.state().open_asks), book.state().closures) == ({}, {}, ())

    def test_who_is_away_is_away_until_then_or_until_they_say_so(self, book: TeamBook) -> None:
        book.set_away("ana", MONDAY_10 + HOUR)
        book.set_away("ben", None)
        assert book.state().away == {"ana": MONDAY_10 + HOUR, "ben": None}

    def test_what_was_said_last_counts(self, book: TeamBook) -> None:
        book.set_away("ana", MONDAY_10 + HOUR)
        book.set_away("ana", None)
        assert book.state().away == {"ana": None}
        book.set_back("ana")
        assert book.state().away == {}

    def test_coming_back_twice_changes_nothing(self, book: TeamBook) -> None:
        book.set_back("ana")
        assert book.state().away == {}

    def test_a_closed_business_opens_again(self, book: TeamBook) -> None:
        book.close(MONDAY_10, MONDAY_10 + DAY)
        (closure,) = book.state().closures
        assert (closure.since, closure.until) == (MONDAY_10, MONDAY_10 + DAY)
        book.open_again(MONDAY_10 + HOUR)
        (closure,) = book.state().closures
        assert (closure.since, closure.until) == (MONDAY_10, MONDAY_10 + HOUR)


class TestTurns:
    def test_count_up_from_one_each_round_by_itself(self, book: TeamBook) -> None:
        turns = [book.take_turn(key) for key in ("all", "all", "two", "all", "two")]
        assert turns == [1, 2, 1, 3, 2]


class TestBundles:
    def test_go_once_an_hour(self, book: TeamBook) -> None:
        moments = [0, 1, 59, 60, 61, 119, 120]
        assert [book.may_bundle("ana", f"at {minute}", MONDAY_10 + minute * MINUTE) for minute in moments] == [
            True,
            False,
            False,
            True,
            False,
            False,
            True,
        ]

    def test_of_one_rep_are_nobody_else_s(self, book: TeamBook) -> None:
        asked = [("ana", "one"), ("ben", "one"), ("ana", "two"), ("ben", "two")]
        assert [book.may_bundle(rep, about, MONDAY_10) for rep, about in asked] == [True, True, False, False]

    def test_that_a_crash_cut_off_go_again(self, book: TeamBook) -> None:
        assert [book.may_bundle("ana", "one", MONDAY_10 + n * MINUTE) for n in range(3)] == [True, True, True]
        assert not book.may_bundle("ana", "two", MONDAY_10 + HOUR)

    def test_a_second_too_early_is_too_early(self, book: TeamBook) -> None:
        assert book.may_bundle("ana", "one", MONDAY_10)
        assert not book.may_bundle("ana", "two", MONDAY_10 + HOUR - timedelta(seconds=1))
        assert book.may_bundle("ana", "two", MONDAY_10 + HOUR)


class TestTexts:
    def test_are_new_once(self, book: TeamBook) -> None:
        assert [book.is_new_text(name) for name in ("one", "one", "two", "one")] == [True, False, True, False]

    def test_that_were_not_handled_after_all_are_new_again(self, book: TeamBook) -> None:
        book.is_new_text("one")
        book.forget_text("one")
        assert book.is_new_text("one")


class TestNudges:
    def test_are_found_by_rep_the_newest_first_and_by_their_link(self, world: AnyWorld, book: TeamBook) -> None:
        leads = [arrive(world, number) for number in range(4)]
        for lead_id in leads:
            world.clock.advance(MINUTE)
            ask(world, lead_id)
        assert [nudge.lead_id for nudge in book.nudges_of("ana")] == [leads[3], leads[0]]
        found = world.store.load(leads[3]).ask
        assert found
        nudge = book.nudge_behind(found.link)
        assert (nudge.rep, nudge.lead_id, nudge.pursuit, nudge.touch_id) == ("ana", leads[3], 1, "first-call.1")
        assert (nudge.code, nudge.last_four, nudge.at) == (found.code, "0103", world.clock())

    def test_about_one_lead_are_kept_once_for_each_rep_and_every_link_goes_on_working(
        self, world: AnyWorld, book: TeamBook
    ) -> None:
        lead_id = receive_lead(world.services, {"name": "Ann Lee", "phone": "212-555-0100"}).lead_id
        links = []
        for _ in range(2):
            ask(world, lead_id)
            found = world.store.load(lead_id).ask
            assert found
            links.append(found.link)
            report_outcome(world.services, lead_id, Report("no_answer"))
        assert [nudge.touch_id for nudge in book.nudges_of("ana")] == ["second-call.1"]
        assert [book.nudge_behind(link).touch_id for link in links] == ["first-call.1", "second-call.1"]

    def test_and_their_links_are_forgotten_after_thirty_days(self, world: AnyWorld, book: TeamBook) -> None:
        lead_id = arrive(world)
        ask(world, lead_id)
        found = world.store.load(lead_id).ask
        assert found
        world.clock.advance(30 * DAY - MINUTE)
        assert book.nudge_behind(found.link).lead_id == lead_id
        assert book.nudges_of("ana")
        world.clock.advance(MINUTE)
        assert book.nudges_of("ana") == []
        with pytest.raises(NotFound):
            book.nudge_behind(found.link)


class TestLinks:
    def test_of_a_rep_open_that_rep_s_list_for_thirty_days(self, world: AnyWorld, book: TeamBook) -> None:
        book.new_rep_link("ana", "secret")
        world.clock.advance(30 * DAY - MINUTE)
        assert book.rep_behind("secret") == "ana"
        world.clock.advance(MINUTE)
        with pytest.raises(NotFound):
            book.rep_behind("secret")

    @pytest.mark.parametrize("token", ["", "secre", "secret ", "SECRET", "x" * 5000])
    def test_that_nobody_made_open_nothing(self, book: TeamBook, token: str) -> None:
        book.new_rep_link("ana", "secret")
        with pytest.raises(NotFound):
            book.rep_behind(token)
        with pytest.raises(NotFound):
            book.nudge_behind(token)

    def test_of_one_kind_are_not_of_the_other(self, world: AnyWorld, book: TeamBook) -> None:
        lead_id = arrive(world)
        ask(world, lead_id)
        lead = world.store.load(lead_id)
        assert lead.ask
        book.new_rep_link("ana", "list")
        with pytest.raises(NotFound):
            book.rep_behind(lead.ask.link)
        with pytest.raises(NotFound):
            book.nudge_behind("list")
        for look in (book.rep_behind, book.nudge_behind):
            with pytest.raises(NotFound):
                look(lead.unsubscribe_token)


class TestARepsLeads:
    def test_are_the_open_ones_by_what_is_due_next(self, world: AnyWorld, book: TeamBook) -> None:
        leads = [arrive(world, number) for number in range(7)]
        for lead_id in leads:
            ask(world, lead_id)
        report_outcome(world.services, leads[0], Report("call_back", callback_at=MONDAY_10 + 2 * DAY))
        report_outcome(world.services, leads[3], Report("call_back", callback_at=MONDAY_10 + DAY))
        report_outcome(world.services, leads[6], Report("not_interested"))
        assert book.leads_of("ana") == [leads[3], leads[0]]
        assert book.leads_of("nobody") == []


class TestCountsOfOpenAsks:
    def test_stay_right_from_the_first_ask_to_the_last(self, world: AnyWorld, book: TeamBook) -> None:
        first, other = arrive(world, 0), arrive(world, 1)
        asked = ask(world, first)
        assert open_asks(book) == {"ana": 1}
        ask(world, other)
        assert open_asks(book) == {"ana": 1, "ben": 1}

        world.clock.advance(5 * MINUTE)
        escalate_silent_rep(world.services, asked)
        lead = world.store.load(first)
        assert lead.ask
        expected = {"ben": 1}
        expected[lead.ask.holder] = expected.get(lead.ask.holder, 0) + 1
        assert open_asks(book) == expected

        report_outcome(world.services, first, Report("in_conversation", callback_at=world.clock() + HOUR))
        assert open_asks(book) == {"ben": 1}
        report_outcome(world.services, other, Report("booked"))
        assert open_asks(book) == {}

        ask(world, first)
        assert open_asks(book) == {"ana": 1}
        unsubscribe(world.services, world.store.load(first).unsubscribe_token)
        assert open_asks(book) == {}

    def test_move_with_a_call_that_somebody_cannot_take(self, world: AnyWorld, book: TeamBook) -> None:
        lead_id = arrive(world)
        ask(world, lead_id)
        report_outcome(world.services, lead_id, Report("cannot_take", by="ana"))
        lead = world.store.load(lead_id)
        assert lead.ask
        assert open_asks(book) == {lead.ask.holder: 1}
        assert lead.ask.holder != "ana"

    def test_end_when_nobody_is_listened_to_any_more(self, world: AnyWorld, book: TeamBook) -> None:
        lead_id = arrive(world)
        asked = ask(world, lead_id)
        for _ in range(4):
            world.clock.advance(5 * MINUTE)
            escalate_silent_rep(world.services, asked)
        assert open_asks(book) == {}

    def test_are_taken_back_when_the_lead_asks_again(self, world: AnyWorld, book: TeamBook) -> None:
        lead_id = arrive(world)
        ask(world, lead_id)
        world.clock.advance(2 * DAY)
        fields = {"email": "lead0@example.com", "message": "And the kitchen?"}
        assert receive_lead(world.services, fields).lead_id == lead_id
        assert open_asks(book) == {}
