"""A cadence that comes to its end leads to another one, or to one of its later steps, and never round and round."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from followthrough.domain.cadence import Cadence
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead, Touch
from followthrough.domain.pursuing import go_on_with
from followthrough.use_cases.receive_lead import receive_lead
from tests.unit.arriving import ANN
from tests.unit.building import DAY, at, lead_of, local, made, of_step, previewed
from tests.unit.engine import Engine
from tests.unit.fakes import World, business_changed, sample_cadence

KEEP_IN_TOUCH = sample_cadence("keep-in-touch")
TUESDAY_4_PM = at("2026-07-07 16:00")
ALL_CHANNELS: dict[str, Any] = {"consent_to_text": True}
SMALL: dict[str, Any] = {"name": "sample", "about": "A cadence for a test."}
HELLO = {"name": "hello", "do": "email", "after": "1d", "purpose": "Only for a test."}
WORDS = {"hello.email": "Subject: Hello\n\nHello."}


def begun(at_step: str | None, now: datetime = TUESDAY_4_PM, **profile: Any) -> Lead:
    lead = lead_of(now - 30 * DAY, **profile)
    return go_on_with(lead, KEEP_IN_TOUCH, now, "exhausted", at_step)


def touches(lead: Lead, days: int = 400) -> list[Touch]:
    return made(previewed(lead, KEEP_IN_TOUCH, days=days).touches)


def dates(found: list[Touch], step: str) -> list[str]:
    return [local(touch.due_at)[:10] for touch in of_step(tuple(found), step)]


# -- begun at one of its steps


@pytest.mark.parametrize(
    ("at_step", "first"),
    [("weekly", "2026-07-14"), ("every-two-weeks", "2026-07-21"), ("monthly", "2026-08-07")],
)
def test_the_first_touch_comes_one_interval_after_the_beginning(at_step: str, first: str) -> None:
    found = touches(begun(at_step, **ALL_CHANNELS))
    assert (found[0].step, local(found[0].due_at)[:10]) == (at_step, first)


def test_the_steps_above_it_are_left_out_and_those_below_keep_their_distances() -> None:
    found = touches(begun("weekly", **ALL_CHANNELS))
    assert dates(found, "first-days") == []
    assert dates(found, "weekly") == ["2026-07-14", "2026-07-21", "2026-07-28", "2026-08-04"]
    assert dates(found, "every-two-weeks") == ["2026-08-11", "2026-08-25", "2026-09-08", "2026-09-22"]
    assert dates(found, "monthly")[:3] == ["2026-10-06", "2026-11-06", "2026-12-07"]  # the 6th is a Sunday


def test_begun_at_its_last_step_it_has_that_one_only() -> None:
    found = touches(begun("monthly", **ALL_CHANNELS))
    assert {touch.step for touch in found} == {"monthly"}
    assert all(25 * DAY < after.due_at - before.due_at < 36 * DAY for before, after in pairwise(found))


def test_begun_as_a_whole_it_has_all_of_its_steps() -> None:
    assert touches(begun(None, **ALL_CHANNELS))[0].step == "first-days"


@pytest.mark.parametrize("begins", ["2026-01-31 10:00", "2026-10-01 12:00", "2027-02-14 09:00", "2026-11-25 20:29"])
def test_a_month_is_a_month_on_whatever_day_it_begins(begins: str) -> None:
    now = at(begins)
    first = touches(begun("monthly", now, **ALL_CHANNELS), days=100)[0]
    begins_on, comes_on = date.fromisoformat(begins[:10]), date.fromisoformat(local(first.due_at)[:10])
    assert 28 <= (comes_on - begins_on).days <= 33


# -- at the end of a cadence


def sample(*steps: dict[str, Any], **more: Any) -> CadenceVersion:
    return CadenceVersion(cadence=Cadence.model_validate({**SMALL, "steps": list(steps), **more}), messages=WORDS)


def world_with(version: CadenceVersion, **cadences: Any) -> World:
    """Leads begin this cadence; `cadences` is what else the business has changed."""
    named = {"arrival": "sample", "asked_again": "sample", **cadences}
    return World(cadence=version, settings=business_changed(cadences=named))


def followed(world: World, days: int, **changed: str | None) -> Engine:
    fields = {name: text for name, text in {**ANN, **changed}.items() if text is not None}
    engine = Engine(world, receive_lead(world.services, fields).lead_id, lambda touch_id: "no_answer")
    engine.run(world.clock.now + days * DAY)
    return engine


def test_a_cadence_that_does_not_say_how_it_ends_leads_to_what_the_business_has_for_that() -> None:
    engine = followed(world_with(sample(HELLO)), 10)
    pursuit = engine.lead.pursuit
    assert (pursuit.cadence, pursuit.at_step, pursuit.started_by) == ("keep-in-touch", "weekly", "exhausted")
    assert (pursuit.number, engine.lead.status) == (2, "open")
    assert [touch.step for touch in engine.timeline] == ["hello", "weekly"]


def test_a_cadence_can_say_itself_what_it_leads_to() -> None:
    version = sample(HELLO, ends={"cadence": "keep-in-touch", "at_step": "monthly"})
    pursuit = followed(world_with(version), 10).lead.pursuit
    assert (pursuit.cadence, pursuit.at_step) == ("keep-in-touch", "monthly")


def test_how_it_ends_can_depend_on_what_happened() -> None:
    ends = [{"if": {"hello": "skipped"}, "because": "no_response"}, {"cadence": "keep-in-touch"}]
    version = sample(HELLO, ends=ends)
    assert followed(world_with(version), 10, email=None).lead.status == "no_response"
    assert followed(world_with(version), 10).lead.pursuit.cadence == "keep-in-touch"


def test_a_lead_whom_the_next_cadence_can_reach_goes_on_with_it() -> None:
    engine = followed(world_with(sample(HELLO)), 60, email=None)
    assert (engine.lead.pursuit.cadence, engine.lead.status) == ("keep-in-touch", "open")


def test_a_lead_whom_no_touch_of_the_next_cadence_reaches_is_closed() -> None:
    engine = followed(world_with(sample(HELLO), exhausted={"cadence": "sample"}), 60, email=None)
    assert (engine.lead.status, engine.lead.pursuit.number) == ("nothing_fits", 2)


def test_a_cadence_that_leads_to_itself_goes_round_for_as_long_as_somebody_is_reached() -> None:
    engine = followed(world_with(sample(HELLO), exhausted={"cadence": "sample"}), 10, phone=None)
    rounds = engine.lead.pursuit.number
    assert (rounds, engine.lead.status) == (9, "open")  # one a day, and a Sunday and Thanksgiving
    engine.world.store.save(engine.lead.model_copy(update={"unusable": {"email": "bounced"}}))
    engine.run(engine.world.clock.now + 400 * DAY)
    assert engine.lead.status == "nothing_fits"
    assert engine.lead.pursuit.number <= rounds + 1


def test_over_the_years_one_run_takes_over_from_another_and_no_month_is_lost() -> None:
    engine = followed(world_with(sample(HELLO, ends={"cadence": "keep-in-touch", "at_step": "monthly"})), 5 * 365)
    monthly = [touch for touch in engine.timeline if touch.step == "monthly"]
    assert engine.lead.is_open
    assert engine.lead.pursuit.run >= 5
    assert len(monthly) in (58, 59)
    assert [touch.n for touch in monthly] == list(range(1, len(monthly) + 1))
