"""What people agreed to when they posted the form is on record, and what they had stopped before is known at once."""

import pytest

from followthrough.adapters.form_body import page_of
from followthrough.domain.floods import Sender
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.receive_lead import receive_lead
from tests.unit.arriving import ANN, arrive, lead_in
from tests.unit.building import MINUTE
from tests.unit.fakes import World, sample_settings

NUMBER = "+12125550100"


def consents(world: World) -> list[ConsentEntry]:
    return [entry for entry in world.store.consents("text", NUMBER) if entry.what == "consent"]


def test_a_consent_is_on_record_with_when_where_and_what_was_shown() -> None:
    world = World()
    receive_lead(world.services, {**ANN, "consent_to_text": "on"}, sender=Sender(page="https://www.example.com/quote"))
    (entry,) = consents(world)
    assert (entry.at, entry.because, entry.lead_id) == (world.clock(), "form", "lead1")
    assert entry.words == sample_settings().business.consent_wording
    assert entry.where == "https://www.example.com/quote"


def test_what_the_form_says_it_showed_is_believed() -> None:
    world = World()
    arrive(world, consent_to_text="yes", **{"Consent-Wording": "Yes, text me."})
    assert consents(world)[0].words == "Yes, text me."


@pytest.mark.parametrize("fields", [{}, {"consent_to_text": "no"}, {"consent_to_text": "yes", "phone": None}])
def test_without_a_yes_and_a_number_there_is_no_line(fields: dict[str, str | None]) -> None:
    world = World()
    arrive(world, **fields)
    assert world.store.said == []


def test_asking_again_with_a_yes_is_another_line_and_without_one_is_none() -> None:
    world = World()
    arrive(world, consent_to_text="yes")
    world.clock.advance(MINUTE)
    arrive(world, message="Me again")
    assert len(consents(world)) == 1
    world.clock.advance(MINUTE)
    arrive(world, message="And again", consent_to_text="yes")
    assert len(consents(world)) == 2


def test_a_consent_does_not_lift_a_stop_that_came_by_text() -> None:
    world = World()
    receive_lead_text(world.services, NUMBER, "stop", "m1")
    arrive(world, consent_to_text="yes")
    assert lead_in(world).unusable == {"text": "stopped"}
    assert world.store.suppressions["text", NUMBER] == "stopped"


def test_an_address_that_must_not_be_used_is_known_as_such_from_the_arrival_on() -> None:
    world = World()
    world.store.suppressions["email", "ann@example.com"] = "bounced"
    arrive(world)
    assert lead_in(world).unusable == {"email": "bounced"}


def test_another_number_has_not_been_stopped_by_the_one_before() -> None:
    world = World()
    arrive(world)
    receive_lead_text(world.services, NUMBER, "stop", "m1")
    arrive(world, phone="212-555-0177", message="My new number")
    assert lead_in(world).unusable == {"email": "stopped"}


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"referer": "https://www.example.com/quote?email=ann@example.com#form"}, "https://www.example.com/quote"),
        ({"Origin": "https://www.example.com"}, "https://www.example.com"),
        ({"origin": "null"}, None),
        ({"referer": "https://[broken"}, None),
        ({"referer": "javascript:alert(1)"}, None),
        ({}, None),
    ],
)
def test_the_page_is_kept_without_its_query(headers: dict[str, str], page: str | None) -> None:
    assert page_of({"headers": headers}) == page
