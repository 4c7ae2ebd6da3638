"""The promises about hours, spacing and days, for arrivals at any time, anywhere; and that plans don't waver."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from followthrough.domain.business import Settings
from followthrough.domain.leads import CallOutcome, Lead, PlannedTouch, Touch
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner
from followthrough.domain.plans import GoOn
from followthrough.domain.preview import Assumed, preview
from followthrough.domain.pursuing import claim_call, claim_message, decide, end_touch, new_lead, with_ask
from followthrough.domain.reporting import CallBack, report
from tests.unit.building import DAY, HOUR, MINUTE, ask_of, at, cadence_of, lead_of, made, of_step, previewed
from tests.unit.fakes import sample_cadence
from tests.unit.places_of_the_world import arrivals, homes, places, settings_at
from tests.unit.wall_clock_oracle import WallClocks

CLOSING = ("booked", "not_interested", "wrong_number")
GOING_ON: list[Assumed] = ["silent", "no_answer", "voicemail"]
assumed = st.sampled_from([*GOING_ON, *(said for said in get_args(CallOutcome) if said != "cannot_take")])
SPREAD = ("rest-of-day-one", "daily-calls")
BOUND = {"day-two-question": (2, 2), "day-five-details": (5, 5), "daily-calls": (2, 5), "rest-of-day-one": (1, 1)}
DAYS = 16
ANSWERS: list[CallOutcome | None] = [None, "no_answer", "voicemail", "in_conversation"]

everywhere = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


class Story:
    """A lead somewhere, a business somewhere, and what the preview shows of speed-to-lead."""

    def __init__(self, place: Place, home: tuple[str, str], arrived: datetime, assume: Assumed, value: str) -> None:
        self.settings: Settings = settings_at(home)
        self.lead = lead_of(arrived, value=value).model_copy(update={"place": place})
        self.planner = Planner.for_lead(self.lead, sample_cadence(), self.settings)
        self.clocks = WallClocks(place, *home)
        self.assume = assume
        self.shown = preview(self.lead, self.planner, self.settings, assume, arrived + DAYS * DAY)
        self.touches = self.shown.touches
        self.made = made(self.touches)

    def day_of(self, touch: Touch) -> date:
        return self.clocks.date_of(touch.due_at)

    def spread_calls(self) -> dict[date, list[datetime]]:
        calls: dict[date, list[datetime]] = {}
        for touch in of_step(tuple(self.made), *SPREAD):
            calls.setdefault(self.day_of(touch), []).append(touch.due_at)
        return calls


stories = st.builds(Story, places, homes, arrivals, assumed, st.sampled_from(["normal", "high"]))


# -- hours


@everywhere
@given(stories)
def test_nothing_but_the_acknowledgement_is_ever_outside_contact_hours(story: Story) -> None:
    outside = [touch.step for touch in story.made if not story.clocks.allow(touch.due_at)]
    in_hours = story.clocks.allow(story.lead.arrived_at)
    assert outside == ([] if in_hours else ["acknowledge"])


@everywhere
@given(stories)
def test_day_one_begins_within_a_minute_of_the_first_moment_that_is_open(story: Story) -> None:
    first = next((touch for touch in story.made if touch.step != "acknowledge"), None)
    moment = story.lead.arrived_at
    if first is None:
        assert not any(story.clocks.quarters(story.clocks.date_of(moment) + n * DAY, moment) for n in range(DAYS - 1))
        return
    assert first.step == "first-call"
    assert story.clocks.allow(first.due_at)
    step = max((first.due_at - moment) / 40, MINUTE)
    while moment <= first.due_at - MINUTE:
        assert not story.clocks.allow(moment)
        moment += step


# -- order


@everywhere
@given(stories)
def test_due_times_never_go_back_and_never_lie_before_the_arrival(story: Story) -> None:
    due = [touch.due_at for touch in story.touches]
    assert due == sorted(due)
    assert all(moment >= story.lead.arrived_at for moment in due)


@everywhere
@given(stories)
def test_each_step_s_touches_are_numbered_in_order_and_none_is_there_twice(story: Story) -> None:
    for step in {touch.step for touch in story.touches}:
        touches = of_step(story.touches, step)
        assert [touch.n for touch in touches] == list(range(1, len(touches) + 1))
    moments = Counter((touch.step, touch.due_at) for touch in story.made)
    assert max(moments.values(), default=1) == 1


@everywhere
@given(stories)
def test_no_two_calls_are_less_than_five_minutes_apart(story: Story) -> None:
    calls = [touch.due_at for touch in story.made if touch.channel == "call"]
    assert all(after - before >= 5 * MINUTE for before, after in pairwise(calls))


@everywhere
@given(stories)
def test_whatever_is_skipped_says_why(story: Story) -> None:
    assert all(bool(touch.reason) == (touch.status == "skipped") for touch in story.touches)


# -- days


@everywhere
@given(stories)
def test_spread_calls_are_an_hour_apart_and_at_most_three_a_day(story: Story) -> None:
    for moments in story.spread_calls().values():
        assert len(moments) <= 3
        assert all(after - before >= HOUR for before, after in pairwise(moments))


@everywhere
@given(stories)
def test_a_day_with_room_has_two_or_three_calls(story: Story) -> None:
    limited = any(region in {"US-FL", "US-MD", "US-OK", "US-OR"} for region in story.lead.place.regions)
    if story.assume not in GOING_ON or limited:
        return
    calls = story.spread_calls()
    for n in range(DAYS - 1):
        day = story.clocks.date_of(story.lead.arrived_at) + n * DAY
        if story.clocks.quarters(day) and 2 <= story.clocks.day_number(day, story.lead.arrived_at) <= 5:
            hours = story.clocks.quarters(day) / 4
            least = 3 if hours >= 3 else 2 if hours >= 2 else 1 if hours >= 1 else 0
            # The second call, moved here from the evening before, takes the place of one.
            least -= any(touch.step == "second-call" and story.day_of(touch) == day for touch in story.made)
            assert len(calls.get(day, [])) >= least, (day, hours)


@everywhere
@given(stories)
def test_a_touch_bound_to_a_day_is_made_on_that_day(story: Story) -> None:
    for touch in story.made:
        if touch.step in BOUND:
            first, last = BOUND[touch.step]
            assert first <= story.clocks.day_number(story.day_of(touch), story.lead.arrived_at) <= last


@everywhere
@given(stories)
def test_one_question_goes_on_day_two_and_details_on_day_five(story: Story) -> None:
    last = story.clocks.date_of(story.lead.arrived_at) + (DAYS - 2) * DAY
    if story.assume not in GOING_ON:
        return
    for step, (number, _) in BOUND.items():
        if step.startswith("day-") and story.clocks.day_number(last, story.lead.arrived_at) >= number:
            assert len(of_step(tuple(story.made), step)) == 1 or _is_short(story, number)


def _is_short(story: Story, number: int) -> bool:
    """Whether the day is so short that a call can be asked for until its end, which leaves a message no room."""
    first = story.clocks.date_of(story.lead.arrived_at)
    days = (first + n * DAY for n in range(DAYS))
    day = next(day for day in days if story.clocks.day_number(day, story.lead.arrived_at) == number)
    return story.clocks.quarters(day) < 16


# -- outcomes


@everywhere
@given(stories)
def test_an_answer_ends_it_with_the_first_call_and_anything_else_goes_on(story: Story) -> None:
    calls = [touch for touch in story.made if touch.channel == "call"]
    if story.assume in CLOSING and calls:
        assert (story.shown.status, story.shown.ended_at) == (story.assume, calls[0].due_at)
        assert story.made[-1] == calls[0]
    else:
        assert (story.shown.status, story.shown.ended_at) == ("open", None)


@everywhere
@given(stories)
def test_no_message_says_that_we_called_unless_a_call_was_reported(story: Story) -> None:
    reported = [touch for touch in story.made if touch.outcome in ("no_answer", "voicemail")]
    for touch in of_step(tuple(story.made), "tried-you"):
        assert any(call.due_at <= touch.due_at for call in reported)


# -- the same plan, whenever and however often it is made


@st.composite
def states(draw: st.DrawFn) -> tuple[Lead, Planner, datetime]:
    """A lead somewhere on its way, after any number of touches with any outcomes, and the present moment."""
    place, home = draw(places), draw(homes)
    lead = new_lead(lead_of(at("2026-11-23 10:00")).profile, place, "ann", "token", sample_cadence(), draw(arrivals))
    planner = Planner.for_lead(lead, sample_cadence(), settings_at(home))
    now = lead.arrived_at
    for outcome in draw(st.lists(st.sampled_from(ANSWERS), max_size=14)):
        decision = decide(lead, planner, now)
        touch = decision.next
        if isinstance(touch, GoOn):
            break
        assert isinstance(touch, PlannedTouch)
        now = max(now, touch.due_at + draw(st.integers(0, 3)) * MINUTE)
        again = decide(decision.lead, planner, now)
        if again.next != touch:
            lead = again.lead
            continue
        lead, now = _done(again.lead, touch, planner, outcome, now)
    return lead, planner, now


def _done(
    lead: Lead, touch: PlannedTouch, planner: Planner, outcome: CallOutcome | None, now: datetime
) -> tuple[Lead, datetime]:
    if touch.channel != "call":
        return end_touch(claim_message(lead, touch, now), touch, "sent", now), now
    asked = claim_call(lead, touch, planner, ask_of(touch, planner, now))
    if outcome is None:
        over = asked.next_touch_at or now
        return end_touch(with_ask(asked, None), touch, "silent", over), over
    over = now + MINUTE
    back = CallBack(over + 3 * DAY, "gone_silent") if outcome == "in_conversation" else None
    return report(asked, touch, outcome, over, back), over


@everywhere
@given(states())
def test_planning_again_from_the_result_gives_the_same_answer_and_no_new_entries(
    state: tuple[Lead, Planner, datetime],
) -> None:
    lead, planner, now = state
    once = decide(lead, planner, now)
    again = decide(once.lead, planner, now)
    assert (again.next, again.lead, again.passed) == (once.next, once.lead, ())


@everywhere
@given(states(), st.floats(0, 1, exclude_max=True))
def test_planning_at_any_other_moment_before_it_is_due_gives_the_same_due_time(
    state: tuple[Lead, Planner, datetime], part: float
) -> None:
    lead, planner, now = state
    planned = decide(lead, planner, now)
    if not isinstance(planned.next, PlannedTouch) or planned.next.due_at <= now:
        return
    later = now + (planned.next.due_at - now) * part
    for start in (lead, planned.lead):
        replanned = decide(start, planner, later)
        assert replanned.next == planned.next
    passed_later = decide(lead, planner, later).passed
    assert {touch.id for touch in planned.passed} <= {touch.id for touch in passed_later}
    meanwhile = [touch for touch in passed_later if touch not in planned.passed]
    # Only what comes before an agreed call is passed over when its time has come, and not before.
    assert all(lead.pursuit.callback_at and touch.due_at <= later for touch in meanwhile)


# -- how long it takes, and how far it goes


def test_until_is_half_open() -> None:
    lead = lead_of(at("2026-11-23 10:00"))
    shown = previewed(lead).touches
    planner = Planner.for_lead(lead, sample_cadence(), settings_at(("America/New_York", "US")))
    for touch in shown[1:6]:
        before = preview(lead, planner, planner_settings(), "no_answer", touch.due_at)
        after = preview(lead, planner, planner_settings(), "no_answer", touch.due_at + timedelta(seconds=1))
        assert touch not in before.touches
        assert touch in after.touches


def planner_settings() -> Settings:
    return settings_at(("America/New_York", "US"))


def test_what_is_skipped_after_the_end_is_not_shown() -> None:
    version = cadence_of({"name": "hello", "do": "email", "after": "2d"}, {"name": "call", "after": "5d"})
    lead = lead_of(at("2026-11-23 10:00"), version, email=None)
    assert previewed(lead, version, days=2).touches == ()
    assert [touch.id for touch in previewed(lead, version, days=3).touches] == ["hello.1"]


@pytest.mark.parametrize("assume", GOING_ON)
def test_a_shorter_preview_is_the_beginning_of_a_longer_one(assume: Assumed) -> None:
    lead = lead_of(at("2026-11-23 22:00"))
    short, long = (previewed(lead, assume=assume, days=days).touches for days in (5, 40))
    assert long[: len(short)] == short
