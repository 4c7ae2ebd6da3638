"""Cadences for partners: what can be written, what is refused, what is checked, and when steps come again."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.adapters.files import read_settings
from followthrough.adapters.message_checks import check_messages
from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.deadlines import Deadline
from followthrough.domain.leads import Lead
from followthrough.domain.message_facts import message_facts
from followthrough.domain.partner_facts import with_partner
from followthrough.domain.partner_nudges import PartnerNudge, partner_nudge_email, partner_nudge_text
from followthrough.domain.partner_preview import as_if_given
from followthrough.domain.planning import Planner
from followthrough.domain.pursuing import claim_message, end_touch
from local.partner_checks import partner_mistakes
from local.project import CADENCES, CONFIG
from tests.unit.building import HOUR, MINUTE, at, lead_of, local, next_touch
from tests.unit.fakes import sample_settings
from tests.unit.partnering import partner, with_partners

SETTINGS = with_partners(partner("alder", name="Alder Roofing", contact="Pat", phone="+12125550141"))
MONDAY_10 = at("2026-11-23 10:00")


def cadence(*steps: dict[str, Any], **more: Any) -> Cadence:
    written = [{"do": "text", "after": "0m", "purpose": "Only for a test.", **step} for step in steps]
    return Cadence.model_validate({"name": "one", "about": "For a test.", "to": "partner", "steps": written, **more})


def handed(*steps: dict[str, Any], arrives: str = "2026-11-23 10:00") -> tuple[Lead, Planner]:
    version = CadenceVersion(cadence=cadence(*steps), messages={})
    lead = as_if_given(
        lead_of(at(arrives), version, service="Roofing", name="Ann Miller"), SETTINGS.partners.partners[0], SETTINGS
    )
    return lead, Planner.for_lead(lead, version, SETTINGS)


# -- what is refused


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"name": "a", "do": "text", "to": "both"}, "'to': 'both' is for calls"),
        ({"name": "a", "do": "call", "to": "rep"}, "'to': 'rep' is for texts"),
        ({"name": "a", "do": "call", "deadline": "1bd 12:00"}, "'deadline' goes with a text"),
        ({"name": "a", "deadline": "noon"}, "1bd 12:00"),
        ({"name": "a", "of": "quiet", "latest": "2h"}, "'latest' is not for what comes again"),
        ({"name": "a", "of": ["quiet", "next_lead"]}, "counts from one thing"),
        ({"name": "quiet"}, "is a word of the language"),
        ({"name": "a", "do": "email"}, "a partner is called or texted"),
    ],
)
def test_what_can_not_be_meant_is_refused(step: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        cadence(step)


@pytest.mark.parametrize("step", [{"to": "partner"}, {"deadline": "1bd 12:00"}, {"of": "last_contact"}])
def test_what_is_for_partners_needs_a_cadence_for_partners(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"partner|not a step"):
        cadence({"name": "a", **step}, to="lead", ends={"because": "no_response"})


def test_a_deadline_is_so_many_days_later_at_a_time() -> None:
    deadline = Deadline.parse("2bd 09:30")
    assert (deadline.days, deadline.clock.isoformat()) == (2, "09:30:00")


# -- when


def test_hours_are_counted_while_the_partner_is_open() -> None:
    lead, planner = handed({"name": "ask", "after": "3h", "of": "last_contact"}, arrives="2026-11-23 16:30")
    assert local(next_touch(lead, planner).due_at) == "2026-11-24 09:30"


def test_a_step_comes_again_whenever_what_it_counts_from_happens_again() -> None:
    lead, planner = handed({"name": "ask", "after": "3h", "of": "last_contact"})
    first = next_touch(lead, planner)
    sent = end_touch(claim_message(lead, first, first.due_at), first, "sent", first.due_at + MINUTE)
    assert [local(each.due_at) for each in (first, next_touch(sent, planner))] == [
        "2026-11-23 13:00",
        "2026-11-23 16:01",
    ]


def test_limits_count_what_reaches_the_partner_and_not_what_reaches_the_lead() -> None:
    steps = [{"name": "tell", "to": "lead"}, {"name": "ask"}, {"name": "again"}]
    written = cadence(*steps, limits={"text": {"gap": "2h"}}, ends={"because": "no_response"})
    version = CadenceVersion(cadence=written, messages={})
    lead = as_if_given(lead_of(MONDAY_10, version, consent_to_text=True), SETTINGS.partners.partners[0], SETTINGS)
    planner = Planner.for_lead(lead, version, SETTINGS)
    due = []
    for _ in steps:
        touch = next_touch(lead, planner)
        due.append((touch.step, touch.to, local(touch.due_at)))
        lead = end_touch(claim_message(lead, touch, touch.due_at), touch, "sent", touch.due_at)
    assert due == [
        ("tell", "lead", "2026-11-23 10:00"),
        ("ask", "partner", "2026-11-23 10:00"),
        ("again", "partner", "2026-11-23 12:00"),
    ]


def test_a_call_to_both_waits_until_both_can_be_called() -> None:
    version = CadenceVersion(cadence=cadence({"name": "together", "do": "call", "to": "both"}), messages={})
    lead = lead_of(at("2026-11-23 09:00"), version, zone="America/Los_Angeles", regions=("US-CA",))
    lead = as_if_given(lead, SETTINGS.partners.partners[0], SETTINGS)
    touch = next_touch(lead, Planner.for_lead(lead, version, SETTINGS))
    assert local(touch.due_at)[:13] == "2026-11-23 11", "8 in the morning in Los Angeles"


# -- words


def nudge(to: str, **profile: Any) -> PartnerNudge:
    lead = as_if_given(
        lead_of(MONDAY_10, service="Roofing", **{"name": "Ann Miller", **profile}),
        SETTINGS.partners.partners[0],
        SETTINGS,
    )
    built = PartnerNudge.of(lead, SETTINGS, to, "", "Hear how it goes.", MONDAY_10 + HOUR)  # type: ignore[arg-type]  # one of them
    assert built
    return built


def test_a_nudge_has_both_numbers() -> None:
    assert partner_nudge_text(nudge("both")) == (
        "Call Pat, Alder Roofing, now: 212-555-0141. Bring on the line: Ann Miller 212-555-0100. Roofing."
    )
    assert partner_nudge_text(nudge("partner")) == (
        "Call Pat, Alder Roofing, now: 212-555-0141. "
        "About Ann Miller 212-555-0100, theirs since today: reached? Estimate?"
    )


def test_a_nudge_by_e_mail_says_what_to_say() -> None:
    email = partner_nudge_email(nudge("partner"), "Ask Pat.", "https://example.com/calls/x")
    assert email.subject == "Call Pat at Alder Roofing now: 212-555-0141"
    assert email.body.endswith("Ask Pat.")
    assert "Why: Hear how it goes." in email.body


@pytest.mark.parametrize(
    ("now", "since"),
    [
        ("2026-11-23 17:00", "today"),
        ("2026-11-24 10:00", "since yesterday"),
        ("2026-11-27 10:00", "since Monday"),
        ("2026-12-04 10:00", "since Nov 23"),
    ],
)
def test_since_when_a_partner_is_tried_is_said_as_it_is(now: str, since: str) -> None:
    lead, planner = handed({"name": "ask"})
    touch = next_touch(lead, planner)
    lead = end_touch(claim_message(lead, touch, touch.due_at), touch, "sent", touch.due_at)
    facts = with_partner(
        message_facts(lead, SETTINGS, None, None, planner.hours.zone),
        lead,
        SETTINGS,
        0,
        "https://api.example.com",
        at(now),
    )
    assert facts.tried_since == since


def test_a_partners_text_may_have_the_whole_name_and_a_leads_may_not() -> None:
    words = "Ask {{ name or 'them' }}. {{ answer_link }}"
    for to, wrong in (("partner", False), ("lead", True)):
        version = CadenceVersion(
            cadence=cadence({"name": "ask", "to": to}, ends={"because": "no_response"}), messages={"ask.text": words}
        )
        assert any("for reps only" in str(finding) for finding in check_messages(version)) == wrong


# -- config


def test_what_does_not_fit_together_is_found(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    (tmp_path / "cadences").mkdir()
    shutil.copytree(CADENCES / "partner-queue", tmp_path / "cadences" / "partner-queue")
    written = {
        "leads": {"services": ["Roofing", "Fences"]},
        "partners": [partner("alder", services=["Roofing"], hours={"sun": "10:00-12:00"})],
    }
    (tmp_path / "config" / "partners.json").write_text(json.dumps(written))
    settings = read_settings(tmp_path / "config")
    found = {each.where: each.what for each in partner_mistakes(settings, tmp_path / "cadences", tmp_path / "config")}
    assert set(found) == {"partners[0].hours", "leads.services[1]", "partners"}
    assert "never be reached" in found["partners[0].hours"]
    assert "no partner takes 'Fences'" in found["leads.services[1]"]
    assert "partner-handoff" in found["partners"]


def test_a_business_without_the_file_has_no_partners(tmp_path: Path) -> None:
    shutil.copytree(CONFIG, tmp_path / "config")
    (tmp_path / "config" / "partners.json").unlink()
    settings = read_settings(tmp_path / "config")
    assert settings.partners.partners == []
    assert list(partner_mistakes(settings, CADENCES, CONFIG)) == []
    assert list(partner_mistakes(sample_settings(), CADENCES, CONFIG)) == []
