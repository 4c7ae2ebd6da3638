"""What the language has for longer pursuits: that it is read as written, and what is said when it is written wrong."""

from typing import Any

import pytest

from followthrough.domain.cadence_values import Wait
from followthrough.domain.conditions import Count
from tests.unit.test_cadence import CALL, EMAIL, cadence, refusal, refusals, step

PER_AUDIENCE = {"consumer": "1d", "company": "2d..3d", "enterprise": "4d..5d"}
ON_DAYS = {"after": None, "day": "2-8"}


@pytest.mark.parametrize("after", ["30m..60m", "2d..3d", "5bd", "1mo", "1w..10d", PER_AUDIENCE])
def test_a_wait_is_written_as_it_was_read(after: Any) -> None:
    assert step(after=after).model_dump(mode="json")["after"] == after


def test_a_wait_can_differ_by_audience() -> None:
    wait = Wait.parse(PER_AUDIENCE)
    assert [wait.least("consumer"), wait.least("company"), wait.least("enterprise")] == ["1d", "2d", "4d"]


@pytest.mark.parametrize("after", ["60m..30m", "3d..2d", "30m..2d"])
def test_a_range_runs_from_the_shorter_to_the_longer(after: str) -> None:
    assert refusal(after=after).startswith("steps[0].after: a range runs from the shorter to the longer")


def test_a_wait_by_audience_names_every_audience() -> None:
    assert "for each audience: consumer, company, enterprise" in refusal(after={"consumer": "1d"})


def test_the_longest_of_all_waits_counts() -> None:
    assert "over 300 days" in refusal(after={**PER_AUDIENCE, "enterprise": "200d..301d"})
    assert "over 300 days" in refusal(after="10mo")
    assert step(after="9mo").after == Wait("9mo")


def test_times_are_spread_over_days() -> None:
    assert str(step(**ON_DAYS, times="2-3").times) == "2-3"
    assert "'times' needs 'day'" in refusal(times=3)
    assert refusal(**ON_DAYS, times=3, times_a_day=2) == "steps[0]: give either 'times' or 'times_a_day'"
    assert refusal(after=None, day=2, every="1w", times=2) == "steps[0]: give either 'every' or 'times'"


def test_a_last_day_goes_with_a_repetition_which_then_has_an_end() -> None:
    weekly = {"after": None, "day": 8, "every": "1w"}
    assert step(**weekly, until_day=35).has_end
    assert refusal(until_day=9) == "steps[0]: 'until_day' goes with 'every'"
    assert "before 'day'" in refusal(**weekly, until_day=7)


def test_what_is_never_over_can_not_be_counted_from() -> None:
    weekly = {**EMAIL, "after": None, "day": 8, "every": "1w"}
    after_it = {**CALL, "of": "hello"}
    assert refusals(weekly, after_it, ends=None)[0][1].endswith("which is never over: it needs 'until_day'")
    assert cadence({**weekly, "until_day": 35}, after_it).is_awaited("hello")


def test_a_step_does_one_thing_several_in_order_or_one_of_several() -> None:
    assert step(do=["call", "text", "email"]).series == ("call", "text", "email")
    assert step(do={"one_of": ["text", "call"]}).choice == ("text", "call")
    assert (step().series, step().choice, step().actions) == ((), (), ("call",))


@pytest.mark.parametrize("do", ["fax", [], ["call"], ["call", "task"], {"one_of": []}, {"any": ["call", "text"]}, 3])
def test_what_is_done_says_how_it_is_written(do: object) -> None:
    assert refusal(do=do).startswith("steps[0].do: write 'call', 'task', 'email' or 'text', a list of channels")


def test_a_series_has_each_channel_once_goes_after_something_and_says_the_same() -> None:
    assert "names a channel twice" in refusal(do=["call", "text", "call"])
    assert refusal(do=["call", "text"], **ON_DAYS) == "steps[0]: a list in 'do' goes with 'after'"
    assert "'message' is one name" in refusal(do=["call", "text"], message=["one", "two"])


def test_the_first_call_is_one_that_is_always_made() -> None:
    choice = {**EMAIL, "do": {"one_of": ["text", "call"]}}
    assert cadence(choice, {**CALL, "do": ["call", "text"]}).first_call == "first"
    assert cadence(choice).first_call is None


def test_the_last_of_several_calls_can_be_the_one_that_leaves_a_message() -> None:
    assert step(**ON_DAYS, times=3, voicemail="last").voicemail == "last"
    assert refusal(**ON_DAYS, voicemail="last") == "steps[0]: 'voicemail': 'last' goes with 'times'"


def test_another_message_stands_in_only_for_another() -> None:
    assert step(**{"or": "plain"}).or_ == "plain"
    assert "stands in for" in refusal(**{"or": "first"})


@pytest.mark.parametrize("latest", ["same_day", "2h", "1bd"])
def test_the_latest_is_the_same_day_or_a_length(latest: str) -> None:
    assert step(latest=latest).latest == latest
    assert refusal(latest="soon").startswith("steps[0].latest: write same_day, or a length of time")


@pytest.mark.parametrize(
    "condition",
    [
        {"unanswered_calls": {"at_least": 2}},
        {"voicemails": {"at_most": 0}},
        {"unanswered_calls": {"at_least": 1, "at_most": 3}},
        {"goal": "known", "problem": "unknown"},
        {"started_by": ["no_show", "silence"]},
    ],
)
def test_a_condition_asks_for_counts_for_what_is_known_and_for_what_began_it(condition: dict[str, Any]) -> None:
    assert set(step(**{"if": condition}).if_) == set(condition)


@pytest.mark.parametrize(
    ("condition", "right"),
    [
        ({"unanswered_calls": "many"}, '{"at_least": 2} or {"at_most": 2}'),
        ({"unanswered_calls": {"more_than": 2}}, '{"at_least": 2} or {"at_most": 2}'),
        ({"unanswered_calls": {"at_least": -1}}, '{"at_least": 2} or {"at_most": 2}'),
        ({"goal": "garden"}, "known, unknown"),
        ({"value": {"at_least": 2}}, "normal, high"),
        ({"started_by": "chance"}, "arrival, asked_again, appointment, no_show, silence"),
    ],
)
def test_a_wrong_condition_says_what_would_be_right(condition: dict[str, Any], right: str) -> None:
    assert right in refusal(**{"if": condition})


@pytest.mark.parametrize(("number", "holds"), [(1, False), (2, True), (4, True), (5, False)])
def test_a_number_lies_between_its_ends(number: int, holds: bool) -> None:  # noqa: FBT001 - a table's column
    assert Count(at_least=2, at_most=4).has(number) is holds


def test_a_cadence_can_use_some_days_of_the_week() -> None:
    assert cadence(weekdays=["mon-wed", "fri"]).days_of_the_week == {0, 1, 2, 4}
    assert cadence().days_of_the_week == set(range(7))
    assert "is not a day or a range of days" in refusals(CALL, weekdays="weekdays")[0][1]


def test_a_limit_says_something_and_can_be_kept() -> None:
    a_day = {"call": {"a_day": 2, "gap": "3h"}}
    limit = cadence(limits=a_day).limits["call"]
    assert (limit.a_day, limit.gap) == (2, "3h")
    assert "'a_day', 'gap', or both" in refusals(CALL, limits={"call": {}})[0][1]
    assert "minutes or hours" in refusals(CALL, limits={"call": {"gap": "1d"}})[0][1]
    three = {**CALL, "after": None, "day": 1, "times_a_day": 3}
    assert refusals(three, limits=a_day)[0][1] == "step 'first': 3 a day can never fit into 'limits' for 'call'"
    assert cadence({**three, "times_a_day": "2-3"}, limits=a_day).limits
