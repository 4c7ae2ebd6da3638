"""What comes next: which touch is chosen, what is passed over and why, and that the present moment moves nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.leads import Hold, Lead, Outcome, PlannedTouch, Touch
from followthrough.domain.planning import Planner
from followthrough.domain.plans import HELD, Finish, GoOn
from followthrough.domain.pursuing import claim_call, claim_message, end_touch
from followthrough.domain.reporting import CallBack, report
from tests.unit.building import (
    DAY,
    HOUR,
    MINUTE,
    ask_of,
    at,
    cadence_of,
    lead_of,
    local,
    made,
    next_touch,
    of_step,
    planner_of,
    previewed,
    simple_settings,
)
from tests.unit.fakes import sample_settings

MONDAY_10 = at("2026-11-23 10:00")
NINE_TO_FIVE = simple_settings()
FIRST = {"name": "first", "after": "0m"}
SECOND = {"name": "second", "after": "1h"}
HELLO = {"name": "hello", "do": "email", "after": "1h"}


class Following:
    """A lead and its planner; what happens to it is told step by step."""

    def __init__(self, lead: Lead, planner: Planner) -> None:
        self.lead, self.planner = lead, planner

    @classmethod
    def begin(
        cls, *steps: dict[str, Any], settings: Settings = NINE_TO_FIVE, arrives: datetime = MONDAY_10, **profile: Any
    ) -> "Following":
        version: CadenceVersion = cadence_of(*steps)
        lead = lead_of(arrives, version, **profile)
        return cls(lead, planner_of(lead, version, settings))

    def plan(self, now: datetime) -> PlannedTouch | Finish | GoOn:
        return self.planner.plan(self.lead, now).next

    def planned(self, now: datetime) -> PlannedTouch:
        found = self.plan(now)
        assert isinstance(found, PlannedTouch)
        return found

    def passed(self, now: datetime) -> list[tuple[str, str | None]]:
        return [(touch.id, touch.reason) for touch in self.planner.plan(self.lead, now).passed]

    def call(self, outcome: Outcome | None, asked: datetime, over: datetime, back: datetime | None = None) -> None:
        """The next touch, a call, is asked for and reported later; None: it stays silent."""
        plan = self.planner.plan(self.lead, asked)
        assert isinstance(plan.next, PlannedTouch)
        assert plan.next.channel == "call"
        claimed = claim_call(plan.lead, plan.next, self.planner, ask_of(plan.next, self.planner, asked))
        if outcome is None:
            self.lead = end_touch(claimed, plan.next, "silent", over)
        else:
            self.lead = report(claimed, plan.next, outcome, over, CallBack(back, outcome) if back else None)

    def send(self, now: datetime) -> None:
        """The next touch, a message, is sent."""
        plan = self.planner.plan(self.lead, now)
        assert isinstance(plan.next, PlannedTouch)
        self.lead = end_touch(claim_message(plan.lead, plan.next, now), plan.next, "sent", now)


# -- in order


def test_the_earliest_touch_comes_first_and_then_the_one_that_is_written_first() -> None:
    following = Following.begin(SECOND, HELLO, FIRST)
    assert following.planned(MONDAY_10).id == "first.1"
    following.call("no_answer", MONDAY_10, MONDAY_10)
    assert following.planned(MONDAY_10).id == "second.1"


def test_a_step_that_waits_for_another_is_not_planned_before_that_is_over() -> None:
    following = Following.begin(FIRST, {"name": "then", "do": "email", "after": "0m", "of": "first"})
    assert following.planned(MONDAY_10).id == "first.1"
    following.call(None, MONDAY_10, MONDAY_10 + 5 * MINUTE)
    assert following.planned(MONDAY_10 + 5 * MINUTE).due_at == MONDAY_10 + 5 * MINUTE


def test_when_nothing_is_left_the_cadence_ends_as_it_says() -> None:
    following = Following.begin(FIRST)
    following.call("no_answer", MONDAY_10, MONDAY_10)
    assert following.plan(MONDAY_10) == Finish("no_response")


def test_a_planned_touch_says_what_the_rep_needs() -> None:
    following = Following.begin({**FIRST, "voicemail": "leave", "message": ["one", "two"]})
    planned = following.planned(MONDAY_10)
    entry = following.planner.touch(planned, following.lead, "planned")
    assert (entry.purpose, entry.message, entry.voicemail, entry.to) == ("Only for a test.", "one", "leave", "rep")


# -- nothing depends on now


@pytest.mark.parametrize("minutes", [0, 1, 59, 60])
def test_the_present_moment_does_not_move_what_is_ahead(minutes: int) -> None:
    following = Following.begin(SECOND)
    assert following.planned(MONDAY_10 + minutes * MINUTE).due_at == MONDAY_10 + HOUR


def test_a_touch_that_is_a_little_overdue_keeps_its_due_time() -> None:
    following = Following.begin(FIRST)
    assert following.planned(MONDAY_10 + 90 * MINUTE).due_at == MONDAY_10


def test_planning_twice_passes_nothing_over_twice() -> None:
    following = Following.begin(FIRST, HELLO, {"name": "later", "do": "email", "day": 2}, email=None)
    following.call("no_answer", MONDAY_10, MONDAY_10)
    once = following.planner.plan(following.lead, MONDAY_10)
    again = following.planner.plan(once.lead, MONDAY_10)
    assert [touch.id for touch in once.passed] == ["hello.1", "later.1"]
    assert again.passed == ()
    assert again.next == once.next


# -- waiting for a call that is being made


def test_nothing_is_due_before_the_last_call_is_over() -> None:
    following = Following.begin(FIRST, {**HELLO, "after": "10m"})
    following.call("no_answer", MONDAY_10, MONDAY_10 + 25 * MINUTE)
    assert following.planned(MONDAY_10 + 25 * MINUTE).due_at == MONDAY_10 + 25 * MINUTE


def test_after_a_reported_attempt_five_minutes_pass_before_the_next_call() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "27m"})
    following.call("no_answer", MONDAY_10, MONDAY_10 + 25 * MINUTE)
    assert following.planned(MONDAY_10 + 25 * MINUTE).due_at == MONDAY_10 + 30 * MINUTE


def test_after_silence_there_is_nothing_to_keep_apart_from() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "27m"})
    following.call(None, MONDAY_10, MONDAY_10 + 25 * MINUTE)
    assert following.planned(MONDAY_10 + 25 * MINUTE).due_at == MONDAY_10 + 27 * MINUTE


def test_a_call_that_had_to_wait_until_the_next_one_is_due_is_overtaken() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "10m"}, {**SECOND, "name": "third", "after": "30m"})
    over = MONDAY_10 + 30 * MINUTE
    following.call("no_answer", MONDAY_10, over)
    assert following.passed(over) == [("second.1", "overtaken: the next call was due before this one could be made")]
    assert following.planned(over).id == "third.1"


def test_a_call_that_had_to_wait_but_not_for_long_is_made() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "10m"}, {**SECOND, "name": "third", "after": "2h"})
    over = MONDAY_10 + 20 * MINUTE
    following.call("no_answer", MONDAY_10, over)
    assert following.passed(over) == []
    assert following.planned(over).id == "second.1"


def test_an_e_mail_that_is_due_does_not_overtake_a_call() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "10m"}, {**HELLO, "after": "25m"})
    over = MONDAY_10 + 20 * MINUTE
    following.call("no_answer", MONDAY_10, over)
    planned = following.planned(over)
    assert (planned.id, planned.due_at) == ("second.1", MONDAY_10 + 25 * MINUTE)


def test_a_call_bound_to_a_day_is_skipped_when_the_day_is_over_before_it_can_be_made() -> None:
    following = Following.begin(FIRST, {**SECOND, "after": "6h", "latest": "same_day"})
    over = at("2026-11-23 16:58")
    following.call("no_answer", MONDAY_10, over)
    assert following.passed(over) == [("second.1", "no room left on that day")]


# -- late


def test_a_call_may_be_two_hours_late_and_no_more() -> None:
    following = Following.begin(FIRST)
    assert following.planned(MONDAY_10 + 2 * HOUR).id == "first.1"
    assert following.passed(MONDAY_10 + 2 * HOUR + timedelta(seconds=1)) == [("first.1", "too late")]


def test_an_e_mail_may_be_late_on_its_own_day_and_no_longer() -> None:
    following = Following.begin(HELLO)
    assert following.planned(at("2026-11-23 16:59")).id == "hello.1"
    assert following.passed(at("2026-11-24 00:00")) == [("hello.1", "too late")]


def test_after_an_outage_only_one_touch_is_caught_up_on() -> None:
    note, later = ({**HELLO, "name": name, "after": after} for name, after in (("note", "0m"), ("later", "40m")))
    following = Following.begin(note, {**HELLO, "after": "20m"}, later)
    now = MONDAY_10 + 55 * MINUTE
    assert following.passed(now) == [
        ("note.1", "missed: only one touch is caught up on"),
        ("hello.1", "missed: only one touch is caught up on"),
    ]
    assert following.planned(now).id == "later.1"


def test_after_a_long_outage_what_is_too_late_is_left_out_and_the_cadence_goes_on() -> None:
    following = Following.begin(FIRST, {"name": "daily", "day": "1-5", "at": "09:30-10:30"})
    now = at("2026-11-26 08:00")
    assert {reason for _, reason in following.passed(now)} == {"too late"}
    assert local(following.planned(now).due_at)[:10] == "2026-11-26"


def test_a_few_minutes_of_delay_make_nobody_miss_anything() -> None:
    following = Following.begin(FIRST, {**HELLO, "after": "5m"})
    assert following.passed(MONDAY_10 + 10 * MINUTE) == []


# -- conditions


def test_a_condition_is_read_when_the_touch_is_due_and_never_earlier() -> None:
    following = Following.begin(FIRST, {**HELLO, "if": {"value": "high"}})
    following.call("no_answer", MONDAY_10, MONDAY_10)
    assert following.planned(MONDAY_10).due_at == MONDAY_10 + HOUR
    profile = following.lead.profile.model_copy(update={"value": "high"})
    following.lead = following.lead.model_copy(update={"profile": profile})
    assert following.planned(MONDAY_10 + HOUR).id == "hello.1"


def test_a_condition_that_did_not_hold_when_it_was_due_is_not_asked_about_again() -> None:
    following = Following.begin({**HELLO, "if": {"value": "high"}}, {**HELLO, "name": "later", "after": "3h"})
    now = MONDAY_10 + 90 * MINUTE
    following.lead = following.planner.plan(following.lead, now).lead
    profile = following.lead.profile.model_copy(update={"value": "high"})
    following.lead = following.lead.model_copy(update={"profile": profile})
    assert following.planned(now).id == "later.1"


def test_a_touch_whose_condition_does_not_hold_leaves_no_entry() -> None:
    following = Following.begin({**HELLO, "if": {"value": "high"}})
    assert following.plan(MONDAY_10 + HOUR) == Finish("no_response")
    assert following.passed(MONDAY_10 + HOUR) == []


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"audience": "company"}, True),
        ({"audience": ["consumer", "enterprise"]}, False),
        ({"audience": ["company", "enterprise"], "value": "normal"}, True),
        ({"audience": "company", "value": "high"}, False),
        ({"arrived": "in_hours"}, True),
        ({"arrived": "outside_hours"}, False),
    ],
)
def test_all_conditions_must_hold_each_for_one_of_its_values(condition: dict[str, Any], holds: bool) -> None:  # noqa: FBT001 - a row of a table
    following = Following.begin({**HELLO, "if": condition}, audience="company")
    assert isinstance(following.plan(MONDAY_10 + HOUR), PlannedTouch) == holds


def test_an_outcome_of_another_step_can_be_asked_for() -> None:
    for outcome, steps in (("voicemail", ["hello.1"]), (None, ["sorry.1"])):
        following = Following.begin(
            FIRST,
            {**HELLO, "if": {"first": ["no_answer", "voicemail"]}},
            {**HELLO, "name": "sorry", "if": {"first": "silent"}},
        )
        following.call(outcome, MONDAY_10, MONDAY_10 + 5 * MINUTE)  # type: ignore[arg-type]  # one of them is None
        assert [following.planned(MONDAY_10 + HOUR).id] == steps


# -- ways to reach somebody


def test_nobody_is_texted_without_consent_on_record() -> None:
    text = {"name": "text", "do": "text", "after": "1h"}
    assert Following.begin(text).passed(MONDAY_10) == [("text.1", "no consent to texts is on record")]
    assert Following.begin(text, consent_to_text=True).planned(MONDAY_10).channel == "text"


def test_without_an_address_a_message_is_skipped_and_says_why() -> None:
    text = {"name": "text", "do": "text", "after": "1h"}
    assert Following.begin(HELLO, email=None).passed(MONDAY_10) == [("hello.1", "no e-mail address is known")]
    without_phone = Following.begin(text, phone=None, consent_to_text=True)
    assert without_phone.passed(MONDAY_10) == [("text.1", "no phone number is known")]


def test_without_a_phone_number_only_the_first_call_goes_to_a_rep() -> None:
    following = Following.begin(FIRST, SECOND, phone=None)
    assert following.planned(MONDAY_10).id == "first.1"
    following.call("no_answer", MONDAY_10, MONDAY_10)
    assert following.passed(MONDAY_10) == [("second.1", "no phone number is known")]


@pytest.mark.parametrize("channel", ["email", "text", "call"])
def test_a_repeating_touch_that_can_never_be_made_does_not_keep_the_planner_busy_for_ever(channel: str) -> None:
    version = cadence_of(FIRST, {"name": "weekly", "do": channel, "day": 1, "every": "1w"}, endless=True)
    lead = lead_of(MONDAY_10, version, phone=None, email=None)
    found = previewed(lead, version, NINE_TO_FIVE, days=60)
    assert found.status == "nothing_fits"
    assert len(of_step(found.touches, "weekly")) == 1


# -- the law's limit


LIMITED = simple_settings(call_limit=CallLimit(count=3, hours=24))


def test_a_call_over_the_limit_waits_until_one_is_allowed_again() -> None:
    steps = [{"name": f"call-{n}", "after": f"{n}h"} for n in range(3)]
    version = cadence_of(*steps, {"name": "last", "day": 2, "at": "09:00-09:30"})
    lead = lead_of(MONDAY_10, version)
    found = of_step(previewed(lead, version, LIMITED).touches, "last")
    assert [(touch.status, local(touch.due_at)) for touch in found] == [("reported", "2026-11-24 10:00")]


def test_a_spread_shrinks_to_what_the_limit_allows() -> None:
    version = cadence_of(FIRST, {"name": "calls", "day": 1, "times_a_day": "2-3"})
    limited, free = (
        of_step(previewed(lead_of(MONDAY_10, version), version, settings).touches, "calls")
        for settings in (LIMITED, NINE_TO_FIVE)
    )
    assert (len(limited), len(free)) == (2, 3)


def test_a_call_back_over_the_limit_waits_and_is_not_forgotten() -> None:
    """Asked for at nine in the morning, after three calls the afternoon before."""
    following = Following.begin({"name": "calls", "day": 1, "times_a_day": 3}, settings=LIMITED)
    due = []
    for n in range(3):
        planned = following.planned(following.lead.arrived_at)
        due.append(planned.due_at)
        back = at("2026-11-24 09:00") if n == 2 else None
        following.call("call_back" if back else "no_answer", planned.due_at, planned.due_at, back)
    planned = following.planned(due[-1])
    assert planned.id == "call-back.1"
    assert planned.due_at == due[0] + DAY


# -- call me at …


def called_back(asked_for: str, *steps: dict[str, Any]) -> Following:
    following = Following.begin(FIRST, *steps)
    following.call("call_back", MONDAY_10, MONDAY_10, at(asked_for))
    return following


def test_a_call_back_is_due_when_they_asked_for_it() -> None:
    planned = called_back("2026-11-23 15:00").planned(MONDAY_10)
    assert (planned.id, planned.channel, planned.due_at) == ("call-back.1", "call", at("2026-11-23 15:00"))


def test_a_call_back_outside_contact_hours_waits_until_they_open() -> None:
    assert called_back("2026-11-23 21:00").planned(MONDAY_10).due_at == at("2026-11-24 09:00")


def test_touches_before_the_call_back_are_skipped_with_that_reason_once_it_is_due() -> None:
    following = called_back("2026-11-23 15:00", SECOND, HELLO, {"name": "evening", "after": "6h"})
    reason = "they asked to be called back first"
    assert following.planned(MONDAY_10).id == "call-back.1"
    assert following.passed(MONDAY_10) == []  # they may still name an earlier time
    assert following.passed(at("2026-11-23 15:00")) == [("second.1", reason), ("hello.1", reason)]


def test_an_acknowledgement_is_not_held_up_by_a_call_back() -> None:
    thanks = {"name": "thanks", "do": "email", "after": "1h", "of": "first", "any_hour": True}
    assert called_back("2026-11-23 15:00", thanks).planned(MONDAY_10).id == "thanks.1"


def test_a_call_back_that_an_outage_made_too_late_is_left_out_and_the_cadence_goes_on() -> None:
    following = called_back("2026-11-23 11:00", {"name": "evening", "after": "6h"})
    now = at("2026-11-23 13:30")
    assert following.passed(now) == [("call-back.1", "too late")]
    assert following.planned(now).id == "evening.1"


def test_unreached_at_the_time_they_named_the_cadence_goes_on() -> None:
    following = called_back("2026-11-23 15:00", SECOND, {"name": "evening", "after": "6h"})
    following.call("no_answer", at("2026-11-23 15:00"), at("2026-11-23 15:02"))
    planned = following.planned(at("2026-11-23 15:02"))
    assert (planned.id, planned.due_at) == ("evening.1", at("2026-11-23 16:00"))


def test_silence_on_a_call_back_goes_to_somebody_else_after_five_minutes() -> None:
    rule = called_back("2026-11-23 15:00").planner.silence_rule("call-back")
    assert (rule.do, rule.after) == ("escalate", "5m")


def test_asked_again_to_call_back_it_is_another_touch() -> None:
    following = called_back("2026-11-23 15:00")
    following.call("call_back", at("2026-11-23 15:00"), at("2026-11-23 15:00"), at("2026-11-24 11:00"))
    planned = following.planned(at("2026-11-23 15:00"))
    assert (planned.id, planned.due_at) == ("call-back.2", at("2026-11-24 11:00"))


def test_a_call_back_is_told_to_the_rep_with_the_first_call_s_script() -> None:
    following = called_back("2026-11-23 15:00")
    entry = following.planner.touch(following.planned(MONDAY_10), following.lead, "planned")
    assert (entry.message, entry.purpose) == ("first", "They asked to be called at this time.")


# -- the sample cadence


def test_an_arrival_before_a_clock_change_is_called_at_eight_on_the_wall_after_it() -> None:
    """Saturday night before the clocks go back; Sunday is closed."""
    lead = lead_of(at("2026-10-31 23:00"))
    planned = next_touch(lead, planner_of(lead))
    assert planned.step == "acknowledge"
    found: tuple[Touch, ...] = previewed(lead).touches
    assert local(made(found)[1].due_at) == "2026-11-02 08:00"
    assert sample_settings().business.zone == "America/New_York"


def test_after_an_outage_a_lead_that_nobody_has_called_is_called_first() -> None:
    lead = lead_of(at("2026-11-23 18:00"))
    plan = planner_of(lead).plan(lead, at("2026-11-23 19:20"))
    assert isinstance(plan.next, PlannedTouch)
    assert plan.next.id == "first-call.1"
    assert plan.passed == ()


# -- what may be a stop


def test_what_may_be_a_stop_holds_endless_messages_for_good_and_there_is_always_a_next_touch() -> None:
    version = cadence_of({"name": "news", "do": "email", "day": 1, "every": "1w"}, endless=True)
    hold = Hold(since=MONDAY_10, until=MONDAY_10 + DAY, why="unclear")
    lead = lead_of(MONDAY_10, version).model_copy(update={"hold": hold})
    planner = Planner.for_lead(lead, version, sample_settings())
    now = MONDAY_10 + 100 * DAY
    plan = planner.plan(lead, now)
    assert {touch.reason for touch in plan.passed} == {HELD}
    assert isinstance(plan.next, PlannedTouch)
    assert plan.next.due_at > now
    assert planner.plan(plan.lead, plan.next.due_at).passed[0].reason == HELD
