"""Events of other systems, in races with claims, with each other and with a stop."""

from functools import partial

import pytest

from followthrough.domain.business_events import BusinessEvent
from followthrough.domain.leads import Lead
from followthrough.use_cases.business_events import Received, receive_event
from followthrough.use_cases.people import Who
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, race
from tests.faults.situations import being_called, called_in_vain, request
from tests.faults.test_stops import claimed_at
from tests.faults.world import World

ROUNDS = 25

both_ways = pytest.mark.parametrize("contest", [race, collide])


def hearing(lead: Lead, event: str) -> Side:
    return partial(receive_event, who=Who(lead.id), event=BusinessEvent(event))


@both_ways
@pytest.mark.parametrize("event", ["won", "estimate_sent"])
def test_a_message_of_what_an_event_has_ended_was_claimed_before_it_or_is_not_sent(
    world: World, event: str, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, heard = contest(
            world, partial(send_message, request=request(lead, "tried-you.1")), hearing(lead, event)
        )
        tally[str(result)] += 1
        assert isinstance(heard, Received)
        assert (result in ("sent", "superseded"), heard.result) == (True, "recorded")
        history = world.history(lead.id)
        ended = [each.version for each in history if each.status == "won" or each.pursuit.number == 2]
        claimed = claimed_at(history, "tried-you.1")
        assert (claimed is not None) == (result == "sent")
        assert claimed is None or claimed < ended[0]
        assert world.emails_to(lead) == ["tried-you_1"] * (result == "sent")


@both_ways
@pytest.mark.parametrize("event", ["won", "estimate_sent"])
def test_the_same_event_said_by_several_at_once_counts_once(world: World, event: str, contest: Contest) -> None:
    before = being_called(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results = contest(world, *[hearing(lead, event)] * 3)
        kinds = sorted(result.result for result in results if isinstance(result, Received))
        assert kinds == ["already_known", "already_known", "recorded"]
        assert world.history(lead.id)[-1].pursuit.number == (1 if event == "won" else 2)
        assert lead.ask
        assert world.machine.answered.count(str(lead.ask.token)) == 1


@both_ways
def test_an_event_at_the_moment_of_a_stop_begins_nothing_that_outlasts_it(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = being_called(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        stopping = partial(stop, lead_id=lead.id, asked=Stop("everything", "unsubscribed"))
        heard, _ = contest(world, hearing(lead, "estimate_sent"), stopping)
        assert isinstance(heard, Received)
        tally[heard.result] += 1
        after = world.history(lead.id)[-1]
        assert (after.status, after.next_touch_at, after.ask) == ("opted_out", None, None)
        assert list(after.events) == ["estimate_sent"]
