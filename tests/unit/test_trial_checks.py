"""What `check` sees when it tries a cadence on sample leads, and that it sees nothing where there is nothing."""

import os
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.domain.business import Caps, Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.conditions import CONDITION_FIELDS, COUNTS
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.findings import Finding
from followthrough.domain.plan_checks import check_plan
from followthrough.domain.planning import Planner
from followthrough.domain.preview import preview
from followthrough.domain.reachability import check_reach
from followthrough.domain.sample_leads import SampleLeads
from local.project import CADENCES
from tests.unit.building import DAY, lead_of, made, of_step, previewed, simple_settings
from tests.unit.fakes import MONDAY_10_IN_NEW_YORK, sample_cadence, sample_settings
from tests.unit.test_reachability import FIRST, MAIL, cadence

WEEK = {"mon-sat": "09:00-17:00"}


def capped(**caps: int) -> Settings:
    settings = simple_settings(WEEK)
    business = settings.business.model_copy(update={"caps": Caps(**caps)})
    return settings.model_copy(update={"business": business})


def found(
    *steps: dict[str, Any], settings: Settings | None = None, files: tuple[str, ...] = (), **changed: Any
) -> list[str]:
    version = cadence(*steps, files=files, **changed)
    return list(map(str, check_plan(version, settings or simple_settings(WEEK), "cadence.json")))


def mails(count: int, **each: Any) -> list[dict[str, Any]]:
    return [{"name": f"mail-{number}", "do": "email", "day": 2, **each} for number in range(1, count + 1)]


# -- more a day than the caps let through


def test_more_e_mails_on_a_day_than_the_caps_let_through_are_found_with_day_and_steps() -> None:
    (only,) = found(FIRST, *mails(4), settings=capped(email=3))
    many, _, rest = only.partition(" on one day ")
    assert many == "cadence.json: day 2: 4 e-mails"
    assert all(f"mail-{number}" in rest for number in range(1, 5))
    assert rest.endswith(": 'caps' in business.json lets 3 through, and the rest would be left out")


def test_as_many_as_the_caps_let_through_are_none() -> None:
    assert found(FIRST, *mails(3), settings=capped(email=3)) == []


def test_calls_count_as_they_do_when_nobody_answers_any() -> None:
    (only,) = found(FIRST, {"name": "more", "day": 1, "times_a_day": "2-3"}, settings=capped(call=3))
    assert "day 1: 4 calls on one day (first-call, more)" in only


def test_calls_that_are_made_only_while_nobody_reports_count_too() -> None:
    silent = [{"name": f"call-{number}", "after": f"{number}h", "if": {"first-call": "silent"}} for number in (1, 2)]
    (only,) = found(FIRST, *silent, settings=capped(call=2))
    assert "day 1: 3 calls on one day" in only


def test_e_mails_that_go_as_texts_to_who_has_no_address_count_as_texts() -> None:
    files = tuple(f"mail-{number}.text" for number in range(1, 4))
    (only,) = found(FIRST, *mails(3), settings=capped(email=3, text=2), files=files)
    assert "day 2: 3 texts on one day" in only


def test_what_only_one_audience_gets_counts_for_it() -> None:
    for_companies = mails(4, **{"if": {"audience": "company"}})
    assert len(found(FIRST, *for_companies, settings=capped(email=3))) == 1
    split = [*mails(3), {**mails(1)[0], "name": "other", "if": {"audience": "company"}}]
    assert len(found(FIRST, *split, settings=capped(email=3))) == 1


def test_days_without_contact_hours_have_no_number_where_they_are_not_counted() -> None:
    steps = [{**mail, "day": 7} for mail in mails(4)]
    (only,) = found(FIRST, *steps, settings=capped(email=3), days="open")
    assert "cadence.json: day 7: 4 e-mails" in only


# -- more calls than the law allows

FLORIDA = simple_settings(WEEK, call_limit=CallLimit(count=3, hours=24))


def test_more_calls_than_the_law_at_home_allows_are_a_warning_with_day_and_count() -> None:
    steps: list[dict[str, Any]] = [
        FIRST,
        *({"name": f"call-{number}", "day": 1, "at": "09:00-17:00"} for number in range(1, 4)),
    ]
    assert found(*steps, settings=FLORIDA) == [
        "Warning: cadence.json: day 1: 4 calls within 24 hours: the law where you are allows 3, so fewer are made"
    ]
    assert found(*steps[:3], settings=FLORIDA) == []


def test_so_are_spread_calls_that_the_plan_makes_fewer_of_without_a_word() -> None:
    (only,) = found(FIRST, {"name": "more", "day": 1, "times_a_day": "2-3"}, settings=FLORIDA)
    assert "day 1: 4 calls within 24 hours" in only


def test_calls_of_two_days_that_are_less_than_a_day_apart_count_together() -> None:
    two_a_day = simple_settings(WEEK, call_limit=CallLimit(count=2, hours=24))
    evening = {"name": "evening", "day": 1, "at": "16:00-17:00"}
    morning = {"name": "next-day", "day": 2, "at": "09:30-10:00"}
    (only,) = found(FIRST, evening, morning, {**morning, "name": "then", "at": "10:00-11:00"}, settings=two_a_day)
    assert "day 2: 3 calls within 24 hours" in only
    assert found(FIRST, evening, morning, settings=two_a_day) == []


# -- never made


def test_a_step_that_no_sample_lead_gets_is_a_warning_with_the_reason() -> None:
    (only,) = found(
        FIRST, {"name": "at-night", "after": "13h", "of": "first-call", "latest": "1h"}, settings=simple_settings(WEEK)
    )
    assert only.startswith("Warning: cadence.json: steps[1] 'at-night': no sample lead ever gets this step: ")
    assert only.endswith("not possible by the latest time")


def test_a_step_that_asks_for_what_is_not_known_when_it_is_due_is_a_warning() -> None:
    (only,) = found(FIRST, {"name": "later", "day": 5}, {**MAIL, "after": "1d", "if": {"later": "no_answer"}})
    assert "steps[2] 'tried-you': no sample lead ever gets this step: its 'if' doesn't hold at the time" in only


def test_what_is_certain_is_said_once() -> None:
    (only,) = found(FIRST, {**MAIL, "if": {"first-call": "booked"}})
    assert "that ends this cadence" in only


@pytest.mark.parametrize(
    "asked",
    [
        {"first-call": "voicemail"},
        {"first-call": "silent"},
        {"first-call": "skipped"},
        {"first-call": "call_back"},
        {"arrived": "outside_hours"},
        {"value": "normal"},
        {"audience": "enterprise", "goal": "unknown"},
        {"started_by": "asked_again"},
        {"phone": "unknown"},
        {"unanswered_calls": {"at_most": 0}},
        {"voicemails": {"at_least": 1}},
    ],
    ids=str,
)
def test_a_lead_is_thought_of_who_gets_what_a_step_asks_for(asked: dict[str, Any]) -> None:
    assert found(FIRST, {**MAIL, "after": "1h", "if": asked}) == []


def test_steps_that_ask_for_different_outcomes_of_others_are_reached() -> None:
    second = {"name": "second", "after": "2h", "of": "first-call", "if": {"first-call": "no_answer"}}
    task = {"name": "ask", "do": "task", "outcomes": ["done", "not_done"], "after": "1h", "of": "second"}
    mail = {"name": "write", "do": "email", "after": "1h", "of": "ask"}
    last = {"name": "last", "after": "1d", "if": {"second": "voicemail", "ask": "not_done", "write": "failed"}}
    assert found(FIRST, second, {**task, "if": {"second": "voicemail"}}, mail, last) == []


def test_reminders_of_appointments_are_reached() -> None:
    assert found(FIRST, {"name": "reminder", "do": "email", "after": "0m", "of": "appointment"}) == []


def test_what_follows_an_event_is_reached() -> None:
    assert found(FIRST, {"name": "estimate", "do": "email", "after": "1d", "of": "event:estimate_sent"}) == []


# -- what comes with it


@pytest.mark.parametrize("name", sorted(file.parent.name for file in CADENCES.glob("*/cadence.json")))
def test_nothing_of_what_comes_with_it_is_found(name: str) -> None:
    assert check_plan(sample_cadence(name), sample_settings(), "cadence.json") == []


# -- the preview behind it


def test_a_preview_can_have_single_steps_come_to_something_else() -> None:
    version = cadence(FIRST, MAIL, {**MAIL, "name": "again", "of": "tried-you"})
    lead = lead_of(MONDAY_10_IN_NEW_YORK, version)
    other = {"first-call": "voicemail", "tried-you": "failed"}
    shown = previewed(lead, version, simple_settings(WEEK), otherwise=other)
    assert [(touch.outcome or touch.status) for touch in shown.touches] == ["voicemail", "failed", "sent"]
    assert len(of_step(shown.touches, "again")) == 1


# -- what is certain is never made

EXAMPLES = int(os.environ.get("FOLLOWTHROUGH_EXAMPLES", "15"))

FACTS = {key: CONDITION_FIELDS[key] for key in ("arrived", "audience", "value", "started_by", "email", "phone", "goal")}
TIMES: list[dict[str, Any]] = [
    {"after": "0m"},
    {"after": "3h"},
    {"after": "1d"},
    {"day": 1},
    {"day": "2-3"},
    {"day": 4},
]
DOINGS: list[Any] = ["call", "email", "text", ["call", "email"], {"one_of": ["text", "email"]}]


@st.composite
def some_cadence(draw: st.DrawFn) -> CadenceVersion:
    """A few steps that ask for facts, counts, and what came of each other."""
    steps: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, 4))):
        do = draw(st.sampled_from(DOINGS))
        when = draw(st.sampled_from([time for time in TIMES if "after" in time or not isinstance(do, list)]))
        asked: dict[str, Any] = {}
        for key in draw(st.lists(st.sampled_from(sorted(FACTS)), max_size=2, unique=True)):
            asked[key] = draw(st.sampled_from(FACTS[key]))
        for other in draw(st.lists(st.sampled_from(steps), max_size=2, unique_by=str)) if steps else ():
            asked[other["name"]] = draw(st.sampled_from(cadence(*steps).cadence.outcomes_of(other["name"])))
        if draw(st.booleans()):
            asked[draw(st.sampled_from(COUNTS))] = {
                draw(st.sampled_from(["at_least", "at_most"])): draw(st.integers(0, 2))
            }
        steps.append({"name": f"step-{number}", "do": do, "if": asked, **when})
    files = [f"{step['name']}.{kind}" for step in steps for kind in ("email", "text") if draw(st.booleans())]
    return cadence(*steps, files=tuple(files))


@settings(max_examples=EXAMPLES, deadline=None)
@given(some_cadence(), st.data())
def test_what_is_said_never_to_come_never_comes(version: CadenceVersion, data: st.DataObject) -> None:
    business, steps = simple_settings(WEEK), version.cadence.steps
    said = [each for each in check_reach(version, "cadence.json") if not each.is_warning]
    never = {step.name for step in steps for each in said if f"'{step.name}'" in each.where and is_of_a_step(each)}
    samples, wanted = SampleLeads(version, business), data.draw(st.sampled_from(steps)).name
    for sample in (*samples.usual(), *islice(samples.meant_for(wanted), 12)):
        planner, until = Planner.for_lead(sample.lead, version, business), sample.lead.arrived_at + 8 * DAY
        shown = preview(sample.lead, planner, business, sample.assumed, until, otherwise=sample.otherwise)
        assert not never & {touch.step for touch in made(shown.touches)}


def is_of_a_step(finding: Finding) -> bool:
    """Whether it is about all of a step, and not about one of its channels."""
    return not finding.what.startswith("'do' can never be")
