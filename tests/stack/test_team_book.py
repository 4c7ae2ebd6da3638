"""What is known about the team, on the shipped table; and that the tests' fake of it says the same."""

from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from followthrough.domain.errors import NotFound
from followthrough.domain.team_state import CallDue, CallsWaiting
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import TeamBook
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.stopping import Stop, stop
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


def call(number: int, *, reminder: bool = False) -> CallDue:
    return CallDue(f"lead{number}-1", "second-call.1", 1, reminder)


def waits(book: TeamBook, rep: str = "ana") -> frozenset[CallDue]:
    found = book.state().waiting.get(rep)
    return found.calls if found else frozenset()


class TestTextsAboutCallsDue:
    def test_come_once_an_hour(self, book: TeamBook) -> None:
        def may_text(minute: int) -> bool:
            now = MONDAY_10 + minute * MINUTE
            return book.may_text("ana", now, now + HOUR, call(minute)) is not None

        moments = {0: True, 1: False, 59: False, 60: True, 61: False, 119: False, 120: True}
        assert {minute: may_text(minute) for minute in moments} == moments

    def test_come_no_second_too_early(self, book: TeamBook) -> None:
        assert book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR) == frozenset()
        assert book.may_text("ana", MONDAY_10 + HOUR - timedelta(seconds=1), MONDAY_10 + 2 * HOUR) is None
        assert book.may_text("ana", MONDAY_10 + HOUR, MONDAY_10 + 2 * HOUR) == frozenset()

    def test_to_one_rep_are_nobody_else_s(self, book: TeamBook) -> None:
        asked = [("ana", 1), ("ben", 1), ("ana", 2), ("ben", 2)]
        found = [book.may_text(rep, MONDAY_10, MONDAY_10 + HOUR, call(number)) for rep, number in asked]
        assert found == [frozenset(), frozenset(), None, None]

    def test_that_a_crash_cut_off_go_again_for_the_same_call_only(self, book: TeamBook) -> None:
        for minute in range(3):
            now = MONDAY_10 + minute * MINUTE
            assert book.may_text("ana", now, now + HOUR, call(1)) == frozenset()
        assert book.may_text("ana", MONDAY_10 + HOUR, MONDAY_10 + 2 * HOUR, call(2)) is None
        assert book.may_text("ana", MONDAY_10 + HOUR, MONDAY_10 + 2 * HOUR, call(1, reminder=True)) is None

    def test_without_a_call_of_their_own_never_go_again(self, book: TeamBook) -> None:
        assert book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR, call(1)) is not None
        assert book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR) is None

    def test_tell_of_what_waited(self, book: TeamBook) -> None:
        book.put_down("ana", call(1))
        book.put_down("ana", call(2, reminder=True))
        assert book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR, call(3)) == frozenset(
            {call(1), call(2, reminder=True)}
        )
        assert waits(book) == {call(1), call(2, reminder=True)}


class TestCallsThatWait:
    def test_are_seen_with_the_rest_of_the_team(self, book: TeamBook) -> None:
        book.put_down("ana", call(1))
        book.put_down("ana", call(1))
        book.put_down("ben", call(2), MONDAY_10)
        assert dict(book.state().waiting) == {
            "ana": CallsWaiting(frozenset({call(1)})),
            "ben": CallsWaiting(frozenset({call(2)}), MONDAY_10),
        }

    def test_wait_no_more_once_they_were_told(self, book: TeamBook) -> None:
        for number in range(3):
            book.put_down("ana", call(number))
        book.settle("ana", frozenset({call(0), call(2)}), MONDAY_10 + HOUR)
        assert waits(book) == {call(1)}
        assert book.state().waiting["ana"].quiet_until == MONDAY_10 + HOUR
        book.settle("ana", frozenset({call(1), call(7)}))
        assert waits(book) == frozenset()
        assert book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR, call(3)) is None

    def test_may_be_told_of_earlier_when_a_text_did_not_get_out(self, book: TeamBook) -> None:
        book.may_text("ana", MONDAY_10, MONDAY_10 + HOUR, call(1))
        book.put_down("ana", call(1), MONDAY_10 + 5 * MINUTE)
        assert book.may_text("ana", MONDAY_10 + 5 * MINUTE, MONDAY_10 + HOUR) == frozenset({call(1)})

    def test_settling_nothing_changes_nothing(self, book: TeamBook) -> None:
        book.put_down("ana", call(1))
        book.settle("ana", frozenset())
        assert dict(book.state().waiting) == {"ana": CallsWaiting(frozenset({call(1)}))}


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
                look(lead.token)


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
        stop(world.services, first, Stop("everything", "unsubscribed"))
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
