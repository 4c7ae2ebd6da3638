"""A conversation without a date counts as gone silent after the business's days without news."""

from datetime import date, datetime
from typing import Any

import pytest

from followthrough.domain.gsm7 import segments
from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.nudges import NudgeFacts, nudge_text
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in, plan
from tests.unit.building import DAY, HOUR, MINUTE, at, lead_of
from tests.unit.fakes import World, business_changed, sample_cadence, sample_settings
from tests.unit.paging import ask, asked, entry, link_of_who_is_asked, page, say

MONDAY_10 = at("2026-11-23 10:00")
SILENT_AT = MONDAY_10 + 4 * DAY  # three days, and Thanksgiving
PURPOSE = sample_cadence("went-quiet").cadence.step("open-question").purpose


def spoken(**told: Any) -> World:
    """Ana has spoken with them on Monday at 10:00."""
    world = asked()
    report_outcome(world.services, "lead1", Report("in_conversation", by="ana", **told))
    return world


def gone_silent() -> World:
    """And nothing was heard since: the cadence for that begins, and somebody is asked to call."""
    world = spoken()
    world.clock.now = plan(world).due_at
    assert plan(world).do == "renew"
    ask(world)
    return world


def waits_until(lead: Lead) -> datetime | None:
    return lead.pursuit.callback_at if lead.pursuit.callback_why == "gone_silent" else None


def test_after_the_business_s_days_without_news_the_cadence_for_that_begins() -> None:
    world = spoken()
    assert waits_until(lead_in(world)) == MONDAY_10 + 3 * DAY
    world.clock.now = plan(world).due_at
    assert local_day(world.clock.now) == "2026-11-27"
    begun = plan(world)
    assert (begun.do, begun.pursuit_id, begun.run) == ("renew", "lead1-2", 1)
    pursuit = lead_in(world).pursuit
    assert (pursuit.cadence, pursuit.started_by, pursuit.began_at) == ("went-quiet", "silence", world.clock.now)


def test_a_plan_whose_answer_was_lost_names_the_same_run_again() -> None:
    world = spoken()
    world.clock.now = plan(world).due_at
    begun = plan(world)
    assert plan_next_touch(world.services, "lead1-1", 1) == begun
    assert lead_in(world).pursuit.number == 2


def test_the_pursuit_that_is_over_stays_on_record() -> None:
    world = gone_silent()
    assert [past.pursuit.cadence for past in world.store.past] == ["speed-to-lead"]


def local_day(moment: datetime) -> str:
    return moment.date().isoformat()


def test_how_many_days_is_the_business_s_own_choice() -> None:
    world = World(settings=business_changed(gone_silent_after_days=10))
    arrive(world)
    report_outcome(world.services, "lead1", Report("in_conversation", by="ana"))
    assert waits_until(lead_in(world)) == MONDAY_10 + 10 * DAY


def test_that_call_is_about_the_silence_in_the_nudge_on_the_page_and_on_the_timeline() -> None:
    world = gone_silent()
    assert "Silent since the conversation on Nov 23." in world.texter.sent[-1][1]
    assert segments(world.texter.sent[-1][1]) <= 2
    assert page(world, link_of_who_is_asked(world)).call.purpose == PURPOSE  # type: ignore[union-attr]
    assert entry(world, "open-question.1", 2).purpose == PURPOSE


def test_it_is_recorded_when_that_cadence_begins_and_stays_on_record() -> None:
    world = spoken()
    assert lead_in(world).gone_silent_at is None
    due_at = plan(world).due_at
    world.clock.now = due_at
    plan(world)
    assert lead_in(world).gone_silent_at == due_at
    report_outcome(world.services, "lead1", Report("not_interested", by="ana"))
    assert lead_in(world).gone_silent_at == due_at


def test_a_date_that_was_agreed_is_no_silence() -> None:
    world = spoken(callback_at=MONDAY_10 + DAY)
    world.clock.now = plan(world).due_at
    ask(world)
    assert "You have spoken before." in world.texter.sent[-1][1]
    assert lead_in(world).gone_silent_at is None


def test_a_day_named_afterwards_takes_its_place() -> None:
    world = asked()
    say(world, "in_conversation")
    say(world, None, follow_up=date(2026, 12, 1))
    assert waits_until(lead_in(world)) is None
    assert plan(world).due_at == at("2026-12-01 10:00")


@pytest.mark.parametrize(
    ("news", "told", "expected"),
    [
        ("call_back", {"callback_at": MONDAY_10 + 2 * DAY}, None),
        ("booked", {"appointment_at": MONDAY_10 + 2 * DAY}, None),
        ("in_conversation", {}, MONDAY_10 + 4 * DAY),
        ("no_answer", {}, MONDAY_10 + 4 * DAY),
        ("voicemail", {}, MONDAY_10 + 4 * DAY),
    ],
)
def test_any_report_before_that_replaces_it(news: Outcome, told: dict[str, Any], expected: datetime | None) -> None:
    world = spoken()
    world.clock.advance(DAY)
    report_outcome(world.services, "lead1", Report(news, **told))
    assert waits_until(lead_in(world)) == expected


def test_a_call_in_vain_meanwhile_leaves_the_date_of_the_conversation() -> None:
    world = spoken()
    world.clock.advance(DAY)
    report_outcome(world.services, "lead1", Report("no_answer", by="ana"))
    world.clock.now = plan(world).due_at
    plan(world)
    ask(world)
    assert "Silent since the conversation on Nov 23." in world.texter.sent[-1][1]


def test_a_conversation_that_never_was_leaves_nothing_to_wait_for() -> None:
    world = spoken()
    world.clock.advance(MINUTE)
    report_outcome(world.services, "lead1", Report("no_answer", "first-call.1", by="ana"))
    assert lead_in(world).pursuit.callback_at is None


def test_once_that_call_was_in_vain_the_cadence_goes_on() -> None:
    world = gone_silent()
    report_outcome(world.services, "lead1", Report("no_answer", by="ana"))
    assert waits_until(lead_in(world)) is None
    assert plan(world).touch_id == "open-question.3"  # the e-mail: they have not agreed to texts


@pytest.mark.parametrize("request_", [None, "Kitchen remodel", "A very long wish " * 20])
def test_the_nudge_has_room_for_it(request_: str | None) -> None:
    lead = lead_of(MONDAY_10, name="Maximiliane Featherstonehaugh", service=request_)
    lead = lead.model_copy(update={"spoken_at": MONDAY_10 + HOUR})
    facts = NudgeFacts.of(
        lead,
        sample_settings(),
        SILENT_AT,
        purpose=PURPOSE,
        voicemail="leave",
        attempt=12,
        called_back_after="gone_silent",
    )
    assert segments(nudge_text(facts)) == 1
    assert "Silent since the conversation on Nov 23." in nudge_text(facts)
