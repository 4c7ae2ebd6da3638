"""The chart of a lead's life: where leads stand, and that the picture in the docs is the chart."""

import re
from datetime import timedelta

import pytest

from followthrough.domain.business_events import BusinessEvent
from followthrough.domain.leads import Lead
from followthrough.domain.life import CHART, ENDED, FOLLOWED_UP, explained, stage_of
from followthrough.domain.pursuing import go_on_with, with_pursuit
from followthrough.use_cases.business_events import receive_event
from followthrough.use_cases.people import Who
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in, plan
from tests.unit.building import at, lead_of
from tests.unit.fakes import ROOT, World, sample_cadence

NOW = at("2026-11-23 10:00")
GROUPS = ("followed_up", "ended")


def begun(started_by: str, spoken: bool = False) -> Lead:  # noqa: FBT001, FBT002 - the name says it
    lead = go_on_with(lead_of(NOW), sample_cadence(), NOW + timedelta(days=1), started_by)  # type: ignore[arg-type]
    return lead.model_copy(update={"spoken_at": NOW + timedelta(days=2)}) if spoken else lead


@pytest.mark.parametrize(
    ("started_by", "stage"),
    [
        ("arrival", "new"),
        ("asked_again", "new"),
        ("event", "pursued"),
        ("appointment", "booked"),
        ("no_show", "gone_quiet"),
        ("silence", "gone_quiet"),
        ("exhausted", "kept_in_touch"),
    ],
)
def test_where_a_lead_stands_depends_on_what_began_its_pursuit(started_by: str, stage: str) -> None:
    assert stage_of(begun(started_by)) == stage
    spoken = "booked" if started_by == "appointment" else "in_conversation"
    assert stage_of(begun(started_by, spoken=True)) == spoken


def test_a_conversation_of_an_earlier_pursuit_is_none_of_this_one() -> None:
    lead = begun("silence").model_copy(update={"spoken_at": NOW})
    assert stage_of(lead) == "gone_quiet"


def test_a_life_from_the_form_to_the_contract() -> None:
    world, seen = World(), []

    def stage() -> None:
        seen.append(stage_of(lead_in(world)))

    arrive(world)
    stage()
    report_outcome(world.services, "lead1", Report("no_answer"))
    stage()
    world.clock.advance(timedelta(hours=1))
    report_outcome(world.services, "lead1", Report("in_conversation"))
    stage()
    world.clock.advance(timedelta(days=4))
    plan(world)
    stage()
    for event, moment in (("appointment_made", world.clock() + timedelta(days=1)), ("won", None)):
        receive_event(world.services, Who("lead1"), BusinessEvent(event, moment))
        stage()
    assert seen == ["new", "pursued", "in_conversation", "gone_quiet", "booked", "won"]


def test_what_the_chart_does_not_have_is_not_explained() -> None:
    new, spoken, quiet = begun("arrival"), begun("arrival", spoken=True), begun("silence")
    assert explained(new, spoken)
    assert not explained(begun("no_show"), begun("silence"))  # the same pursuit
    again = with_pursuit(quiet, number=quiet.pursuit.number + 1)
    assert explained(spoken, again)
    closed = spoken.model_copy(update={"status": "won"})
    assert explained(spoken, closed)
    assert not explained(closed, again)  # nobody who has bought goes quiet


def test_every_stage_is_reached_and_nothing_else_is_named() -> None:
    named = {place for change in CHART for place in (change.before, change.after)}
    assert named <= {*FOLLOWED_UP, *ENDED, *GROUPS}
    assert {*FOLLOWED_UP, *GROUPS} <= {change.after for change in CHART} | {"new"}


def test_the_picture_in_the_docs_is_the_chart() -> None:
    (picture,) = re.findall(r"```mermaid\n(.*?)```", (ROOT / "docs/architecture.md").read_text("utf-8"), re.DOTALL)
    drawn = re.findall(r"^ *(\w+) --> (\w+) : (.*)$", picture, re.MULTILINE)
    assert sorted(drawn) == sorted((change.before, change.after, change.because) for change in CHART)
    (ends,) = re.findall(r"^ *ended : (.*)$", picture, re.MULTILINE)
    assert sorted(ends.split(", ")) == sorted(ENDED)
