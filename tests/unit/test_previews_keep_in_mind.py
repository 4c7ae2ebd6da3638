"""What random cadences found: cases in which a preview once showed something else than was done, or nothing was."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Touch
from followthrough.domain.preview import Assumed
from local.posted_lead import read_posted_lead, usual_beginning
from tests.unit.building import MINUTE, at, lead_of, local, made
from tests.unit.carrying_out import Story, business, executed, lines, previewed

MONDAY_10 = at("2026-11-23 10:00")
HOME = ("America/New_York", "US")


def cadence(name: str, *steps: dict[str, Any], **more: Any) -> CadenceVersion:
    written = {"name": name, "about": "For a test.", "ends": {"because": "no_response"}, **more}
    written["steps"] = [{"do": "call", "purpose": "For a test.", **step} for step in steps]
    given = {field: value for field, value in written.items() if value is not None}
    read = Cadence.model_validate(given)
    words = {f"{step.name}.{action}": "Subject: Hello\n\nHello." for step in read.steps for action in step.actions}
    return CadenceVersion(cadence=read, messages=words)


def story(first: CadenceVersion, brings: Assumed = "silent", days: int = 9) -> Story:
    following = [cadence(name, {"name": "one", "do": "email", "after": "0m"}) for name in ("second", "last")]
    lead = lead_of(MONDAY_10, first)
    return Story((first, *following), business(HOME), lead, (brings,), days)


def both(told: Story) -> list[Touch]:
    """What is done, which is what was previewed."""
    shown, engine = previewed(told), executed(told)
    assert lines(engine.timeline) == lines(shown.touches)
    assert engine.lead.status == shown.status
    return made(shown.touches)


def test_the_next_cadence_begins_when_everybody_was_asked_about_the_last_call() -> None:
    call, email = both(story(cadence("first", {"name": "only", "after": "0m"}, ends={"cadence": "second"})))
    assert call.ended_at == MONDAY_10 + 5 * MINUTE
    people = len(business(HOME).team.people)
    assert email.due_at == MONDAY_10 + people * 5 * MINUTE


def test_a_task_is_over_when_everybody_was_asked_about_it() -> None:
    task = {"name": "task", "do": "task", "outcomes": ["done"], "after": "0m", "if_silent": _ESCALATES}
    _, email = both(story(cadence("first", task, {"name": "then", "do": "email", "after": "0m", "of": "task"})))
    assert email.due_at > MONDAY_10 + 10 * MINUTE


_ESCALATES = {"after": "5m", "do": "escalate"}


def test_a_call_occupies_the_pursuit_although_its_step_goes_on_by_e_mail() -> None:
    series = {"name": "both", "do": ["call", "email"], "after": "0m"}
    touches = both(story(cadence("first", series, {"name": "then", "after": "0m"})))
    assert {(touch.step, touch.channel, local(touch.due_at)[11:]) for touch in touches} == {
        ("both", "call", "10:00"),
        ("both", "email", "10:05"),
        ("then", "call", "10:05"),
    }


def test_an_address_gets_its_share_of_a_day_in_a_preview_too() -> None:
    told = story(cadence("first", {"name": "many", "do": "email", "day": 2, "times_a_day": 5}))
    shown = previewed(told)
    both(told)
    assert [touch.status for touch in shown.touches] == ["sent"] * 3 + ["skipped"] * 2
    assert shown.touches[-1].reason == "the address has had its share for the day"


def test_somebody_is_reminded_of_a_task_although_its_step_has_passed_days_over_since() -> None:
    weekly = {"name": "weekly", "do": "task", "outcomes": ["done"], "day": "1-9"}
    touches = both(story(cadence("first", weekly, weekdays="mon"), days=12))
    assert [touch.status for touch in touches] == ["silent", "silent"]


@pytest.mark.parametrize("do", ["task", "email"])
def test_a_cadence_that_leads_to_itself_and_is_overdue_at_once_does_not_go_round_for_ever(do: str) -> None:
    more = {"outcomes": ["done"]} if do == "task" else {}
    again = {"name": "again", "do": do, "after": "1d", "of": "silence", **more}
    told = replace(story(cadence("first", again, ends={"cadence": "first"}), "no_answer"), days=30)
    touches = both(told)
    assert len(touches) <= 7
    assert previewed(told).status == "nothing_fits"
    assert touches[-1].due_at - touches[0].due_at < timedelta(days=2)


def test_nobody_who_has_just_asked_is_taken_to_have_an_appointment() -> None:
    reminder = {"name": "reminder", "do": "email", "after": "0m", "of": "appointment"}
    posted = read_posted_lead(None, MONDAY_10, {})
    for_new_leads = cadence("first", {**reminder, "if": {"started_by": "arrival"}})
    assert posted.lead(for_new_leads, business(HOME)).appointment_at is None
    assert posted.lead(cadence("first", reminder), business(HOME)).appointment_at == at("2026-11-24 15:00")


def test_what_only_begins_a_cadence_elsewhere_is_not_assumed_of_a_lead() -> None:
    hello = {"name": "hello", "do": "email", "after": "0m", "if": {"started_by": ["exhausted", "silence"]}}
    assert usual_beginning(cadence("first", hello).cadence) == "silence"
    assert usual_beginning(cadence("first", {**hello, "if": {"started_by": "exhausted"}}).cadence) == "arrival"
