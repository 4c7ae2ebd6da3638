"""Erasure wins every race: whatever happens at the same time, nothing of the person is left in the table afterwards."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from followthrough.adapters.dynamodb_people import DynamoDBPeople
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.erasing import erase
from followthrough.use_cases.people import PeopleServices, Who
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import being_called, called_in_vain, first_call_due, request
from tests.faults.world import World

ROUNDS = 15

both_ways = pytest.mark.parametrize("contest", [race, collide])


def people_on(world: World, services: SendingServices) -> PeopleServices:
    """The operator's services, on the same table and through the same client as a container's."""
    people = DynamoDBPeople(world.table, world.clock, services.store.client)  # type: ignore[attr-defined]
    return PeopleServices(people, people, services.settings, services.clock)


def erasing(world: World, lead: Lead) -> Side:
    return lambda services: erase(people_on(world, services), Who(lead.id), lambda _: None)


def left_of(world: World, lead: Lead) -> list[str]:
    """The partitions in which the person still is, but for the stops' own."""
    pages = world.client.get_paginator("scan").paginate(TableName=world.table, ConsistentRead=True)
    items = [(item["pk"]["S"], json.dumps(item, default=str)) for page in pages for item in page["Items"]]
    said = (f'#{lead.id}"', f'\\"{lead.id}\\"', f'"{lead.id}"', str(lead.profile.email), str(lead.profile.phone))
    return [pk for pk, text in items if any(words in text for words in said)]


def sending(lead: Lead) -> Side:
    return partial(send_message, request=request(lead, "tried-you.1"))


def asking(lead: Lead) -> Side:
    return partial(ask_rep_to_call, request=request(lead, "first-call.1", f"token of {lead.id}"))


def reporting(lead: Lead) -> Side:
    return partial(report_outcome, lead_id=lead.id, said=Report("no_answer", note=f"{lead.profile.email} again"))


def stopping(lead: Lead) -> Side:
    return partial(stop, lead_id=lead.id, asked=Stop("everything", "unsubscribed", words=str(lead.profile.email)))


def planning(lead: Lead) -> Side:
    return partial(plan_next_touch, pursuit_id=lead.pursuit_id, run=lead.pursuit.run)


@both_ways
@pytest.mark.parametrize(
    ("situation", "other"),
    [
        pytest.param(called_in_vain, sending, id="an e-mail is sent"),
        pytest.param(first_call_due, asking, id="a rep is asked"),
        pytest.param(being_called, reporting, id="a rep reports"),
        pytest.param(being_called, stopping, id="they unsubscribe"),
        pytest.param(first_call_due, planning, id="the machine plans"),
    ],
)
def test_whatever_happens_at_the_same_time_nothing_is_left(
    world: World,
    situation: Callable[[World], Lead],
    other: Callable[[Lead], Side],
    contest: Contest,
    tally: Tally,
) -> None:
    before = situation(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, erased = contest(world, other(lead), erasing(world, lead))
        tally[type(result).__name__ if isinstance(result, Exception) else "went through"] += 1
        assert erased is None
        assert result is None or not isinstance(result, Exception) or isinstance(result, NotFound)
        assert left_of(world, lead) == []
    # Copies come with their ask and without its count, so each takes one away: exactly one, whoever was first.
    counted = sum(world.services.team.state().open_asks.values())
    assert counted == (1 - ROUNDS if before.counted_for else 0)


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize(("situation", "side"), [(called_in_vain, sending), (first_call_due, asking)])
def test_erased_just_before_any_write_nothing_is_written_any_more(
    world: World, situation: Callable[[World], Lead], side: Callable[[Lead], Side], write: int
) -> None:
    lead = world.copy(situation(world))

    def erased() -> None:
        erasing(world, lead)(world.container())

    result = interrupted(world, side(lead), erased, write)
    assert not isinstance(result, Exception)
    erase_if_still_there(world, lead)
    assert left_of(world, lead) == []


def erase_if_still_there(world: World, lead: Lead) -> None:
    """Some sides have fewer writes than the test tries."""
    try:
        erasing(world, lead)(world.container())
    except NotFound:
        return


def test_a_long_list_of_what_was_passed_over_is_not_put_beside_a_lead_that_is_gone(world: World) -> None:
    lead = world.copy(being_called(world))
    (entry,) = world.store.timeline(lead.id)
    many = [entry.model_copy(update={"step": "second-call", "n": n, "status": "skipped"}) for n in range(1, 200)]
    erasing(world, lead)(world.container())
    with pytest.raises(ChangedMeanwhile):
        world.store.save(lead, many)
    assert left_of(world, lead) == []


@both_ways
def test_the_same_form_posted_at_that_moment_is_a_lead_of_its_own_or_is_erased_with_the_other(
    world: World, contest: Contest, tally: Tally
) -> None:
    fields = {"name": "Ann Lee", "email": "ann@example.com", "phone": "212-555-0100"}
    for _ in range(ROUNDS):
        first = world.store.load(receive_lead(world.services, fields).lead_id)
        again = partial(receive_lead, fields=fields | {"message": f"Again {len(world.commits)}"})
        received, erased = contest(world, again, erasing(world, first))
        assert erased is None
        assert not isinstance(received, Exception)
        left = world.stored_leads()
        tally["a new lead" if left else "erased with it"] += 1
        assert first.id not in left
        assert len(left) <= 1
        for lead_id in left:
            erasing(world, world.store.load(lead_id))(world.container())
        assert world.stored_leads() == []


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_one(world: World) -> None:
    """Whatever was deleted before, the lead and what it is found by go last."""
    lead = world.copy(called_in_vain(world))

    def cut_off() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        erasing(world, lead)(world.container(cut_off))
    assert world.store.find_by_email(str(lead.profile.email)) == lead.id
    erasing(world, lead)(world.container())
    assert left_of(world, lead) == []


def test_nobody_else_s_are_touched(world: World) -> None:
    before = called_in_vain(world)
    lead = world.copy(before)
    timeline = world.store.timeline(before.id)
    erasing(world, lead)(world.container())
    assert world.store.load(before.id) == before
    assert world.store.timeline(before.id) == timeline
