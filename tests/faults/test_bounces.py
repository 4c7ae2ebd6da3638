"""A bounce and a sending at once: no touch is claimed on an address after its bounce was recorded, and neither is lost
to the other.
"""

from functools import partial
from typing import Any

import pytest

from followthrough.adapters.dynamodb_mail import DynamoDBMailBook
from followthrough.domain.email_events import EmailEvent, TouchTags
from followthrough.domain.errors import Suppressed
from followthrough.domain.leads import Lead
from followthrough.domain.mail_reports import MailRecord
from followthrough.use_cases.note_email_event import EmailEventServices, note_email_event
from followthrough.use_cases.ports import SendingServices, Services
from followthrough.use_cases.send_message import send_message
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, Side, collide, interrupted, race
from tests.faults.situations import called_in_vain, request
from tests.faults.test_stops import claim_for_somebody_else, claimed_at
from tests.faults.world import World
from tests.unit.mail_reports import report

ROUNDS = 25

both_ways = pytest.mark.parametrize("contest", [race, collide])


def services_for(world: World, services: SendingServices) -> EmailEventServices:
    base = {name: getattr(services, name) for name in Services.__dataclass_fields__}
    return EmailEventServices(**base, mail=DynamoDBMailBook(world.table, world.client), measure=services.measure)


def noting(world: World, event: EmailEvent) -> Side:
    return lambda services: note_email_event(services_for(world, services), event)


def bounce_of(lead: Lead, touch_id: str, **changed: Any) -> EmailEvent:
    assert lead.profile.email
    tags = TouchTags(lead.id, lead.pursuit.number, touch_id)
    return report("bounce", recipients=(lead.profile.email.lower(),), tags=tags, **changed)


def sending(lead: Lead) -> Side:
    return partial(send_message, request=request(lead, "tried-you.1"))


def bounced_at(history: list[Lead]) -> int:
    """The version with which the lead couldn't be written to any more, for good."""
    without = [lead.version for lead in history if lead.unusable.get("email") == "bounced"]
    assert without == list(range(without[0], history[-1].version + 1))
    return without[0]


@both_ways
def test_a_bounce_of_an_earlier_mail_comes_before_the_claim_or_after_it(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        result, noted = contest(world, sending(lead), noting(world, bounce_of(lead, "acknowledge.1")))
        tally[str(result)] += 1
        assert noted == "lead"
        history = world.history(lead.id)
        claimed = claimed_at(history, "tried-you.1")
        assert (claimed is not None) == (result == "sent")
        assert claimed is None or claimed < bounced_at(history)
        assert world.emails_to(lead) == ["tried-you_1"] * (result == "sent")
        assert history[-1].pursuit.open_touch is None
        with pytest.raises(Suppressed):
            claim_for_somebody_else(world, before, str(lead.profile.email))


@both_ways
def test_a_bounce_of_the_mail_that_is_being_recorded_stays_on_record(
    world: World, contest: Contest, tally: Tally
) -> None:
    before = called_in_vain(world)
    for _ in range(ROUNDS):
        lead = world.copy(before)
        contest(world, sending(lead), noting(world, bounce_of(lead, "tried-you.1")))
        noting(world, bounce_of(lead, "tried-you.1"))(world.services)  # what came too early for the touch comes again
        entry = world.entry(lead, "tried-you.1")
        tally[entry.status if entry else "never claimed"] += 1
        assert entry is None or entry.status in ("failed", "skipped")
        assert bounced_at(world.history(lead.id))


@pytest.mark.parametrize("write", [1, 2])
def test_a_bounce_just_before_the_claim_prevents_it_and_one_before_the_record_is_kept(world: World, write: int) -> None:
    lead = world.copy(called_in_vain(world))
    bounce = noting(world, bounce_of(lead, "tried-you.1"))
    result = interrupted(world, sending(lead), lambda: bounce(world.services), write)
    entry = world.entry(lead, "tried-you.1")
    assert entry
    assert (result, entry.status) == (("planned_again", "skipped") if write == 1 else ("sent", "failed"))
    assert len(world.emails_to(lead)) == write - 1
    assert world.store.load(lead.id).unusable == {"email": "bounced"}


@both_ways
def test_mail_that_comes_back_at_the_same_moment_is_all_counted(world: World, contest: Contest) -> None:
    lead = world.copy(called_in_vain(world))
    events = [bounce_of(lead, "tried-you.1", bounce="transient", feedback_id=f"full-{n}") for n in range(3)]
    contest(world, *(noting(world, event) for event in [*events, events[0]]))
    record = DynamoDBMailBook(world.table, world.client).record_of(str(lead.profile.email))
    assert set(record.returned) == {"full-0", "full-1", "full-2"}
    assert world.store.load(lead.id).unusable == {"email": "bounced"}


def test_an_address_that_nothing_is_known_of_has_an_empty_record(world: World) -> None:
    assert DynamoDBMailBook(world.table, world.client).record_of("nobody@example.com") == MailRecord()
