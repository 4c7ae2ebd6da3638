"""Promise 6: however often and however simultaneously somebody posts, they are one lead."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pytest

from followthrough.use_cases.receive_lead import MOST_SHARING, Received, receive_lead
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, race
from tests.faults.world import World

ROUNDS = 12
POSTS = 4

both_ways = pytest.mark.parametrize("contest", [race, collide])


def posting(fields: Mapping[str, str], key: str = "") -> Side:
    return partial(receive_lead, fields=fields, idempotency_key=key)


def same_email(person: int, n: int) -> Side:
    """In other letters and with other words each time."""
    email = f"Person{person}@example.com"
    return posting({"email": email if n % 2 else email.lower(), "message": f"message {n}"})


def same_email_with_a_phone(person: int, n: int) -> Side:
    return posting({"email": f"person{person}@example.com", "phone": "212-555-0100", "message": f"message {n}"})


def phone_alone(person: int, n: int) -> Side:
    return posting({"phone": f"212-555-{person:04}", "message": f"message {n}"})


def same_key(person: int, n: int) -> Side:
    """Under one key, but with another person's address each time."""
    return posting({"email": f"person{person}-{n}@example.com"}, key=f"key {person}")


def double_click(person: int, _: int) -> Side:
    return posting({"email": f"person{person}@example.com"})


@both_ways
@pytest.mark.parametrize("post", [same_email, same_email_with_a_phone, phone_alone])
def test_posts_of_one_person_at_once_are_one_lead_that_asked_so_often(
    world: World, post: Callable[[int, int], Side], contest: Contest
) -> None:
    for person in range(ROUNDS):
        results = received(contest(world, *[post(person, n) for n in range(POSTS)]))
        lead = world.history(the_only_lead(results))[-1]
        assert sorted(result.how for result in results) == ["asked_again"] * (POSTS - 1) + ["new"]
        assert (lead.times_asked, lead.pursuit.number, lead.next_touch_at) == (POSTS, POSTS, world.clock())
        assert (lead.pursuit_id, 1) in world.machine.started
    assert len(world.stored_leads()) == ROUNDS


@both_ways
@pytest.mark.parametrize("post", [same_key, double_click])
def test_the_same_post_at_once_is_one_lead_that_asked_once(
    world: World, post: Callable[[int, int], Side], contest: Contest
) -> None:
    for person in range(ROUNDS):
        results = received(contest(world, *[post(person, n) for n in range(POSTS)]))
        lead = world.history(the_only_lead(results))[-1]
        assert sorted(result.how for result in results) == ["new"] + ["replay"] * (POSTS - 1)
        assert (lead.times_asked, lead.version) == (1, 1)
        assert world.machine.started.count((lead.pursuit_id, 1)) == 1
    assert len(world.stored_leads()) == ROUNDS


@both_ways
def test_a_number_alone_and_with_an_address_at_once_end_as_one_order_of_them_would(
    world: World, contest: Contest, tally: Tally
) -> None:
    for person in range(ROUNDS):
        number = f"212-555-{person:04}"
        alone, named = posting({"phone": number}), posting({"phone": number, "email": f"person{person}@example.com"})
        first, second = received(contest(world, alone, named))
        # A number stands for the one lead that has it; an address never joins a lead by its number.
        assert second.how == "new"
        assert first.how == ("asked_again" if first.lead_id == second.lead_id else "new")
        tally[f"number {first.how}"] += 1
        again = receive_lead(world.services, {"phone": number, "message": "once more"})
        assert again == Received(first.lead_id, "asked_again")


def test_a_number_that_many_share_still_stands_for_the_lead_that_is_known_by_it_alone(world: World) -> None:
    number = "212-555-0100"
    last = replace(world.services, new_id=lambda: "z comes after all others")
    first = receive_lead(last, {"phone": number})
    for n in range(MOST_SHARING):
        receive_lead(world.services, {"phone": number, "email": f"family{n}@example.com"})
    again = receive_lead(world.services, {"phone": number, "message": "once more"})
    assert again == Received(first.lead_id, "asked_again")


def received(results: list[object]) -> list[Received]:
    """All posts were accepted, and every lead's pursuit was started."""
    accepted = [result for result in results if isinstance(result, Received)]
    assert len(accepted) == len(results)
    assert {result.start_error for result in accepted} == {None}
    return accepted


def the_only_lead(results: list[Received]) -> str:
    """Every answer names the same lead."""
    (lead_id,) = {result.lead_id for result in results}
    return lead_id
