"""Who is asked to call: the lead's own rep, the others in order, the manager, and round again."""

from datetime import timedelta
from itertools import pairwise

import pytest

from followthrough.domain.asking import ask_for, escalated, in_line
from followthrough.domain.business import Rep, Team
from followthrough.domain.leads import Ask, Lead
from tests.unit.building import MINUTE, at, lead_of, next_touch, planner_of

MONDAY_10 = at("2026-11-23 10:00")
FIVE = 5 * MINUTE


def person(id_: str) -> Rep:
    return Rep(id=id_, name=id_.title(), phone="+12125550111", email=f"{id_}@example.com", notify=["text"])


TEAM = Team(reps=[person("ana"), person("ben"), person("chloe")], manager=person("dana"))
ALONE = Team(reps=[person("ana")], manager=person("dana"))


def lead(rep: str | None = "ana", ask: Ask | None = None) -> Lead:
    return lead_of(MONDAY_10).model_copy(update={"rep": rep, "ask": ask})


def first_ask(team: Team = TEAM, rep: str | None = "ana") -> Ask:
    asked_about = lead(rep)
    return ask_for(asked_about, next_touch(asked_about, planner_of(asked_about)), team, MONDAY_10 + FIVE, "token")


@pytest.mark.parametrize(
    ("rep", "line"),
    [
        ("ana", ["ana", "ben", "chloe", "dana"]),
        ("ben", ["ben", "chloe", "ana", "dana"]),
        ("chloe", ["chloe", "ana", "ben", "dana"]),
        (None, ["ana", "ben", "chloe", "dana"]),
        ("somebody-who-left", ["ana", "ben", "chloe", "dana"]),
    ],
)
def test_the_lead_s_own_rep_comes_first_and_the_manager_last(rep: str | None, line: list[str]) -> None:
    assert in_line(TEAM, rep) == line


def test_the_lead_s_own_rep_is_asked_first() -> None:
    ask = first_ask(rep="ben")
    assert (ask.holder, ask.level, ask.instead_of, ask.token) == ("ben", 0, None, "token")
    assert ask.deadline == MONDAY_10 + FIVE


@pytest.mark.parametrize("rep", ["ana", "ben", "chloe"])
def test_silence_goes_down_the_line_and_each_has_the_same_time(rep: str) -> None:
    ask, deadlines = first_ask(rep=rep), [MONDAY_10 + FIVE]
    while following := escalated(lead(rep), ask, TEAM, FIVE):
        assert following.instead_of == ask.holder
        ask = following
        assert ask.deadline
        deadlines.append(ask.deadline)
    assert list(ask.asked) == in_line(TEAM, rep)
    assert [after - before for before, after in pairwise(deadlines)] == [FIVE] * 3


def test_whoever_is_asked_next_has_not_been_told_yet() -> None:
    following = escalated(lead(), first_ask().model_copy(update={"nudged": True}), TEAM, FIVE)
    assert following
    assert (following.nudged, following.token) == (False, None)


def test_when_everybody_was_asked_about_a_touch_nobody_is_left() -> None:
    ask = first_ask(ALONE)
    manager = escalated(lead(), ask, ALONE, FIVE)
    assert manager
    assert manager.holder == "dana"
    assert escalated(lead(), manager, ALONE, FIVE) is None


def test_the_next_call_takes_a_silent_ask_over_one_level_up_so_that_silence_does_not_repeat_itself() -> None:
    asked: list[str] = []
    ask: Ask | None = None
    for _ in range(6):
        about = lead("ben", ask)
        ask = ask_for(about, next_touch(about, planner_of(about)), TEAM, MONDAY_10 + timedelta(hours=1), "")
        asked.append(ask.holder)
    assert asked == ["ben", "chloe", "ana", "dana", "ben", "chloe"]


def test_after_a_report_the_next_call_goes_to_the_lead_s_own_rep_again() -> None:
    assert first_ask(rep="chloe").holder == "chloe"
    reported = lead("chloe", None)
    assert ask_for(reported, next_touch(reported, planner_of(reported)), TEAM, MONDAY_10, "").holder == "chloe"
