"""Promise 2: no message is sent twice, and no address gets more than its cap, however many claim at once."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from followthrough.adapters.dynamodb_items import cap_key
from followthrough.domain.errors import ChangedMeanwhile, OverCap, SendingThrottled, TouchExists
from followthrough.domain.leads import Lead, Touch
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import Guard, OutgoingEmail, SendingServices
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.send_message import send_message
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, race
from tests.faults.situations import called_in_vain, plan, request
from tests.faults.world import World
from tests.unit.fakes import FakeMailer

ROUNDS = 15
CAP = 2
DATE = "2026-11-23"
TOUCH = Touch.model_validate(
    {
        "pursuit": 1,
        "step": "tried-you",
        "n": 1,
        "channel": "email",
        "to": "lead",
        "due_at": "2026-11-23T15:00:00Z",
        "purpose": "Only for a test.",
        "status": "claimed",
    }
)

both_ways = pytest.mark.parametrize("contest", [race, collide])


def guard(address: str, cap: int = CAP) -> Guard:
    return Guard("email", address, DATE, cap)


def claim(services: SendingServices, lead_id: str, guard: Guard) -> Lead:
    return services.store.claim(services.store.load(lead_id), TOUCH, guard=guard)


def claim_until_settled(services: SendingServices, lead_id: str, guard: Guard) -> Lead:
    while True:
        try:
            return claim(services, lead_id, guard)
        except ChangedMeanwhile:
            continue


def give_back(services: SendingServices, lead_id: str, guard: Guard) -> str:
    services.store.release(services.store.load(lead_id), TOUCH, guard)
    return "given back"


def counted(world: World, guard: Guard) -> int:
    key = cap_key(guard.channel, guard.address, guard.local_date)
    item = world.client.get_item(TableName=world.table, Key=key, ConsistentRead=True)["Item"]
    return int(item["sent"]["N"])


def winners(results: list[object]) -> list[Lead]:
    return [result for result in results if isinstance(result, Lead)]


@both_ways
def test_of_many_claims_of_one_touch_one_wins_and_the_others_are_told_why(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results = contest(world, *[partial(claim, lead_id=lead.id, guard=guard(lead.id))] * 5)
        kinds = sorted(type(result).__name__ for result in results)
        assert len(winners(results)) == 1
        assert set(kinds) <= {"Lead", ChangedMeanwhile.__name__, TouchExists.__name__}
        assert counted(world, guard(lead.id)) == 1
        assert world.history(lead.id)[-1].version == lead.version + 1
        tally.update(kinds)


@both_ways
def test_who_keeps_trying_for_a_touch_learns_that_it_was_claimed(world: World, contest: Contest) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results = contest(world, *[partial(claim_until_settled, lead_id=lead.id, guard=guard(lead.id))] * 4)
        assert sorted(type(result).__name__ for result in results) == ["Lead", *["TouchExists"] * 3]


@both_ways
def test_a_message_that_many_are_told_to_send_goes_out_once(world: World, contest: Contest, tally: Tally) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        results = contest(world, *[partial(send_message, request=request(lead, "tried-you.1"))] * 4)
        tally.update(str(result) for result in results)
        assert results.count("sent") == 1
        assert set(results) <= {"sent", "planned_again"}
        assert world.emails_to(lead) == ["tried-you_1"]
        entry, after = world.entry(lead, "tried-you.1"), world.history(lead.id)[-1]
        assert entry
        assert entry.status == "sent"
        assert (after.pursuit.progress_of("tried-you").outcome, after.pursuit.open_touch) == ("sent", None)


@both_ways
def test_a_message_goes_out_once_while_the_machine_plans_in_another_run_of_the_same_touch(
    world: World, contest: Contest
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        sending: Side = partial(send_message, request=request(lead, "tried-you.1"))
        planning: Side = partial(plan_next_touch, pursuit_id=lead.pursuit_id, run=lead.pursuit.run)
        contest(world, sending, planning, sending)
        assert world.emails_to(lead) == ["tried-you_1"]
        assert plan(world, lead.id).touch_id == "second-call.1"


@both_ways
def test_leads_that_share_an_address_never_get_more_than_its_cap(world: World, contest: Contest) -> None:
    before = called_in_vain(world)
    for number in range(ROUNDS):
        leads = [world.copy(before) for _ in range(4)]
        shared = guard(f"shared-{number}@example.com")
        results = contest(world, *[partial(claim, lead_id=lead.id, guard=shared) for lead in leads])
        assert len(winners(results)) == CAP
        assert [type(result) for result in results].count(OverCap) == len(leads) - CAP
        assert counted(world, shared) == CAP


def test_a_place_under_the_cap_that_is_given_back_is_taken_at_most_once(world: World, tally: Tally) -> None:
    before = called_in_vain(world)
    for number in range(ROUNDS):
        leads = [world.copy(before) for _ in range(4)]
        shared = guard(f"shared-{number}@example.com")
        for holder in leads[:CAP]:
            claim(world.services, holder.id, shared)
        back = [partial(give_back, lead_id=holder.id, guard=shared) for holder in leads[:CAP]]
        wanting = [partial(claim, lead_id=lead.id, guard=shared) for lead in leads[CAP:]]
        results = race(world, *back, *wanting)
        assert results.count("given back") == CAP
        assert counted(world, shared) == len(winners(results)) <= CAP
        tally[f"{len(winners(results))} places taken"] += 1


@both_ways
def test_texts_to_a_number_that_several_leads_share_stay_under_its_cap(
    world: World, contest: Contest, tmp_path: Path
) -> None:
    texting = World(world.client, world.table, cadences=cadence_that_texts(tmp_path))
    for number in range(ROUNDS):
        phone = f"212-555-{number:04}"
        posts = [{"email": f"{n}-{number}@example.com", "phone": phone, "consent_to_text": "yes"} for n in range(4)]
        leads = [texting.store.load(receive_lead(texting.services, post).lead_id) for post in posts]
        assert {plan(texting, lead.id).touch_id for lead in leads} == {"hello.1"}
        results = contest(texting, *[partial(send_message, request=request(lead, "hello.1")) for lead in leads])
        assert sorted(map(str, results)) == ["sent"] * CAP + ["skipped"] * (len(leads) - CAP)
        assert len([to for to, _ in texting.texter.sent if to == leads[0].profile.phone]) == CAP
        entries = [texting.entry(lead, "hello.1") for lead in leads]
        reasons = [entry.reason for entry in entries if entry and entry.status == "skipped"]
        assert reasons == ["the address has had its share for the day"] * (len(leads) - CAP)


def cadence_that_texts(folder: Path) -> Path:
    """A folder of cadences in which the cadence for arrivals sends one text at once, and another much later."""
    steps = [
        {"name": "hello", "do": "text", "after": "0m", "purpose": "Only for a test."},
        {"name": "first-call", "do": "call", "after": "1h", "purpose": "Only for a test."},
    ]
    cadence = {"name": "speed-to-lead", "about": "For a test.", "steps": steps, "ends": {"because": "no_response"}}
    messages = folder / "speed-to-lead" / "messages"
    messages.mkdir(parents=True)
    (messages.parent / "cadence.json").write_text(json.dumps(cadence))
    (messages / "hello.text.txt").write_text("Hello from us.")
    return folder


class ThrottledWhile(FakeMailer):
    """Refuses for now, while something else happens."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile = meanwhile

    def send(self, email: OutgoingEmail) -> str:
        self._meanwhile()
        raise SendingThrottled


def test_a_message_that_is_given_back_while_another_run_plans_is_sent_later_or_shown(world: World) -> None:
    lead = called_in_vain(world)
    throttled = ThrottledWhile(lambda: plan(world, lead.id))
    with pytest.raises(SendingThrottled):
        send_message(replace(world.services, mailer=throttled), request(lead, "tried-you.1"))
    assert plan(world, lead.id).touch_id == "tried-you.1" or world.entry(lead, "tried-you.1")
