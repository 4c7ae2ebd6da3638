"""What is told to a person who asks for their data: all of it, and nothing of anybody else."""

import json
from typing import Any

import pytest

from followthrough.domain.errors import NotFound
from followthrough.use_cases.exporting import export_person
from followthrough.use_cases.people import Who
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.stopping import Stop, stop
from tests.unit.arriving import arrive, lead_in
from tests.unit.building import DAY
from tests.unit.fake_people import people_of
from tests.unit.fakes import World
from tests.unit.test_erasing import EMAIL, PHONE, called


def told(world: World, who: Who | None = None) -> dict[str, Any]:
    """The export, as whoever asks gets it."""
    exported = export_person(people_of(world), who or Who("lead1"))
    content: dict[str, Any] = json.loads(json.dumps(exported))
    return content


def test_everything_that_is_known_is_told() -> None:
    world = called()
    report_outcome(world.services, "lead1", Report("no_answer", note="Rang and rang", by="ana"))
    stop(world.services, "lead1", Stop("email", "unsubscribed", words="No mail please"))
    lead = told(world)["lead"]
    assert lead["profile"] == {
        "name": "Ann Lee",
        "email": EMAIL,
        "phone": PHONE,
        "audience": "consumer",
        "value": "normal",
        "consent_to_text": False,
        "other": {},
    }
    (call,) = [touch for touch in lead["timeline"] if touch["step"] == "first-call"]
    assert lead["stage"] == "pursued"
    assert (call["outcome"], call["note"], call["by"]) == ("no_answer", "Rang and rang", person_named(world, "ana"))
    email, text, by_call = told(world)["addresses"]
    assert email["must_not_be_used_because"] == "unsubscribed"
    assert [line["words"] for line in email["said"]] == ["No mail please"]
    assert [(each["channel"], each["address"]) for each in (text, by_call)] == [("text", PHONE), ("call", PHONE)]


def person_named(world: World, id_: str) -> str:
    person = world.settings.team.person(id_)
    assert person
    return person.name


def test_until_when_it_is_kept_is_told() -> None:
    world = called()
    assert told(world)["lead"]["kept_until"] == "730 days after it is closed"
    report_outcome(world.services, "lead1", Report("not_interested"))
    assert told(world)["lead"]["kept_until"] == "2028-11-22T15:00:00Z"


def test_earlier_requests_are_told_as_they_were() -> None:
    world = called()
    world.clock.advance(2 * DAY)
    arrive(world, name="Ann Miller", service="Roof")
    first, second = told(world)["lead"]["pursuits"]
    assert (first["number"], first["profile"]["name"]) == (1, "Ann Lee")
    assert (second["number"], second["profile"]["name"]) == (2, "Ann Miller")


def test_no_key_to_a_link_or_to_the_machine_is_told() -> None:
    world = called()
    ask = lead_in(world).ask
    assert ask
    assert ask.link
    words = json.dumps(told(world))
    assert [secret for secret in (f'"{lead_in(world).token}"', f'"{ask.link}"', '"token"') if secret in words] == []


def test_nothing_of_somebody_with_the_same_number_is_told() -> None:
    world = called()
    arrive(world, email="bob@example.com", name="Bob Unmistakable")
    stop(world.services, "lead2", Stop("everything", "stopped", words="Bob here, stop"))
    words = json.dumps(told(world))
    assert "Bob" not in words
    assert "bob@" not in words
    assert told(world)["addresses"][1]["somebody_else_has_it_too"] is True


def test_of_an_address_without_a_lead_what_was_said_is_told() -> None:
    world = called()
    stop(world.services, "lead1", Stop("email", "unsubscribed"))
    del world.store.leads["lead1"], world.store.lead_by_email[EMAIL]
    exported = told(world, Who(email=EMAIL))
    assert exported["lead"] is None
    assert [line["because"] for line in exported["addresses"][0]["said"]] == ["unsubscribed"]


def test_nothing_is_told_of_who_is_not_known() -> None:
    with pytest.raises(NotFound):
        told(World())
