"""Two plans of one lead, compared: which touches appear, vanish, move and change."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthrough.domain.cadence import Action
from followthrough.domain.changes import LOOK_BEYOND, Change, Changes, Ending, changes
from followthrough.domain.leads import Touch, TouchStatus
from followthrough.domain.preview import Assumed, Preview, preview
from tests.unit.building import DAY, HOUR, MINUTE, at, cadence_of, lead_of, planner_of, simple_settings, times

MONDAY_10 = at("2026-06-01 10:00")
UNTIL = MONDAY_10 + 30 * DAY
FIRST = {"name": "first-call", "after": "0m"}
HELLO = {"name": "hello", "do": "email", "day": 2}
DAILY = {"name": "daily", "day": "2-4", "times_a_day": 2}
WEEKLY = {"name": "weekly", "do": "email", "day": 6, "every": "1w"}


def planned(*steps: dict[str, Any], assume: Assumed = "no_answer") -> Preview:
    version = cadence_of(*steps, endless=any("every" in step for step in steps))
    lead = lead_of(MONDAY_10, version)
    settings = simple_settings()
    return preview(lead, planner_of(lead, version, settings), settings, assume, UNTIL + LOOK_BEYOND)


def between(before: Preview, after: Preview, until: datetime = UNTIL) -> Changes:
    return changes(lead_of(MONDAY_10, cadence_of(FIRST)), before, after, until)


def edited(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = between(planned(*old), planned(*new))
    return [(change.kind, change.touch.step) for change in found.touches]


def sides(change: Change) -> list[str]:
    return times([touch for touch in (change.before, change.after) if touch])


def test_a_new_step_appears_and_one_that_is_gone_vanishes() -> None:
    assert edited([FIRST], [FIRST, HELLO]) == [("appears", "hello")]
    assert edited([FIRST, HELLO], [FIRST]) == [("vanishes", "hello")]


def test_a_step_with_another_name_is_another_step() -> None:
    renamed = {**HELLO, "name": "hi"}
    assert sorted(edited([FIRST, HELLO], [FIRST, renamed])) == [("appears", "hi"), ("vanishes", "hello")]


def test_a_touch_at_another_time_moves() -> None:
    (moved,) = between(planned(FIRST, HELLO), planned(FIRST, {**HELLO, "day": 4})).touches
    assert (moved.kind, moved.differs) == ("moves", ("due_at",))
    assert [side[:10] for side in sides(moved)] == ["2026-06-02", "2026-06-04"]


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"do": "call", "message": "hello"}, "channel"),
        ({"message": "good-day"}, "message"),
        ({"purpose": "Another one."}, "purpose"),
    ],
)
def test_a_touch_that_comes_at_the_same_time_in_another_way_changes(changed: dict[str, Any], differs: str) -> None:
    at_noon = {**HELLO, "at": "12:00-12:01"}
    (change,) = between(planned(at_noon), planned({**at_noon, **changed})).touches
    assert change.kind in ("changes", "moves")
    assert differs in change.differs


def test_what_is_left_at_the_beep_counts() -> None:
    (change,) = between(planned(FIRST), planned({**FIRST, "voicemail": "leave"})).touches
    assert (change.kind, change.differs) == ("changes", ("voicemail",))
    assert change.is_noticed


def test_a_purpose_is_noticed_by_nobody_but_the_team() -> None:
    found = between(planned(FIRST), planned({**FIRST, "purpose": "Another one."}))
    assert [change.kind for change in found.touches] == ["changes"]
    assert not found.are_noticed


def test_a_touch_that_comes_to_be_left_out_vanishes_with_the_reason() -> None:
    fast = {"name": "soon", "after": "1h", "of": "first-call"}
    late = {**fast, "after": "9h", "latest": "1h"}
    (change,) = between(planned(FIRST, fast), planned(FIRST, late)).touches
    assert change.kind == "vanishes"
    assert change.because
    (back,) = between(planned(FIRST, late), planned(FIRST, fast)).touches
    assert (back.kind, back.because) == ("appears", change.because)


def test_what_is_left_out_before_and_after_is_no_change_whatever_the_reason() -> None:
    reach_nobody = planned(FIRST, {"name": "note", "do": "text", "day": 2})
    assert [touch.status for touch in reach_nobody.touches] == ["reported", "skipped"]
    assert between(reach_nobody, planned(FIRST)).are_none
    others = tuple(touch.model_copy(update={"reason": "another one"}) for touch in reach_nobody.touches)
    assert between(reach_nobody, Preview(others, "no_response", reach_nobody.ended_at, ("sample",))).are_none


def test_one_more_call_a_day_is_one_more_on_each_day_and_takes_none_to_another_day() -> None:
    found = between(planned(FIRST, DAILY), planned(FIRST, {**DAILY, "times_a_day": 3})).touches
    appeared = [change for change in found if change.kind == "appears"]
    moved = [change for change in found if change.kind == "moves"]
    assert [sides(change)[0][:10] for change in appeared] == ["2026-06-02", "2026-06-03", "2026-06-04"]
    assert len(appeared) + len(moved) == len(found)
    assert all(before[:10] == after[:10] for before, after in map(sides, moved))


def test_every_other_week_instead_of_every_week_lets_every_other_one_vanish() -> None:
    found = between(planned(FIRST, WEEKLY), planned(FIRST, {**WEEKLY, "every": "2w"})).touches
    vanished = [sides(change)[0][:10] for change in found if change.kind == "vanishes"]
    assert vanished == ["2026-06-13", "2026-06-27"]
    assert {change.kind for change in found} <= {"vanishes", "moves"}


def test_a_series_on_another_day_moves_one_by_one() -> None:
    found = between(planned(FIRST, WEEKLY), planned(FIRST, {**WEEKLY, "day": 8})).touches
    assert {change.kind for change in found} == {"moves"}
    assert [sides(change)[1][:10] for change in found][:2] == ["2026-06-08", "2026-06-15"]


def test_a_touch_that_moves_out_of_the_period_has_not_vanished() -> None:
    found = between(planned({**HELLO, "day": 29}), planned({**HELLO, "day": 33}))
    assert [change.kind for change in found.touches] == ["moves"]


def test_what_is_after_the_period_is_left_out() -> None:
    assert edited([FIRST, {**HELLO, "day": 33}], [FIRST]) == []


def test_another_end_is_told() -> None:
    found = between(planned(FIRST), planned(FIRST, HELLO))
    assert found.ends
    before, after = found.ends
    assert (before.because, after.because) == ("no_response", "no_response")
    assert before.at
    assert after.at
    assert after.at > before.at + HOUR


def test_an_end_after_the_period_goes_on_for_now() -> None:
    found = between(planned(FIRST), planned(FIRST, {**HELLO, "day": 33}))
    assert found.ends
    assert found.ends[1] == Ending("open", None)


def test_what_another_cadence_would_do_later_is_of_that_cadence() -> None:
    story = planned(FIRST, HELLO)
    later = tuple(touch.model_copy(update={"pursuit": 2}) for touch in story.touches if touch.step == "hello")
    first = tuple(touch for touch in story.touches if touch.step == "first-call")
    goes_on = Preview((*first, *later), "open", None, ("sample", "patient-caller"))
    (appears,) = between(Preview(first, "open", None, ("sample",)), goes_on).touches
    assert (appears.kind, appears.cadence) == ("appears", "patient-caller")


# -- whatever the plans are

CHANNELS: tuple[Action, ...] = ("call", "email", "text")
STATUSES: tuple[TouchStatus, ...] = ("sent", "skipped")


@st.composite
def plans(draw: st.DrawFn) -> Preview:
    """Touches of a few steps at a few moments, some left out."""
    touches = []
    for step in ("one", "two"):
        moments = draw(st.lists(st.integers(0, 60), max_size=6))
        for n, moment in enumerate(sorted(moments), 1):
            status = draw(st.sampled_from(STATUSES))
            touch = Touch(
                pursuit=1,
                step=step,
                n=n,
                channel=draw(st.sampled_from(CHANNELS)),
                to="lead",
                due_at=MONDAY_10 + moment * 6 * HOUR,
                purpose=draw(st.sampled_from(["this", "that"])),
                status=status,
                reason="for a reason" if status == "skipped" else None,
            )
            touches.append(touch)
    ended_at = draw(st.sampled_from([None, MONDAY_10 + 10 * DAY, MONDAY_10 + 40 * DAY]))
    return Preview(tuple(touches), "no_response" if ended_at else "open", ended_at, ("sample",))


@given(plans())
def test_a_plan_never_differs_from_itself(plan: Preview) -> None:
    assert between(plan, plan).are_none


@given(plans(), plans(), st.randoms(use_true_random=False))
def test_the_order_in_which_the_touches_are_given_makes_no_difference(old: Preview, new: Preview, dice: Random) -> None:
    assert between(old, new) == between(_shuffled(old, dice), _shuffled(new, dice))


def _shuffled(plan: Preview, dice: Random) -> Preview:
    touches = list(plan.touches)
    dice.shuffle(touches)
    return Preview(tuple(touches), plan.status, plan.ended_at, plan.cadences)


@given(plans(), plans())
def test_what_an_edit_does_its_reversal_undoes(old: Preview, new: Preview) -> None:
    there, back = between(old, new), between(new, old)
    mirrored = {Change(change.cadence, change.after, change.before, change.because) for change in back.touches}
    assert set(there.touches) == mirrored
    assert there.ends == (tuple(reversed(back.ends)) if back.ends else None)


@given(plans(), plans())
def test_every_touch_that_is_made_is_accounted_for(old: Preview, new: Preview) -> None:
    found = between(old, new, until=MONDAY_10 + timedelta(days=90)).touches
    appear, vanish = (sum(change.kind == kind for change in found) for kind in ("appears", "vanishes"))
    assert len(_made(new)) - len(_made(old)) == appear - vanish
    assert all(change.before != change.after for change in found)


def _made(plan: Preview) -> list[Touch]:
    return [touch for touch in plan.touches if touch.status != "skipped"]


def test_times_are_compared_to_the_second() -> None:
    (change,) = between(planned({"name": "soon", "after": "10m"}), planned({"name": "soon", "after": "11m"})).touches
    assert change.before
    assert change.after
    assert change.after.due_at - change.before.due_at == MINUTE
