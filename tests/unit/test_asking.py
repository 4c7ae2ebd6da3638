"""Who is asked to call, as one ask leads to the next: each person once, and silence never repeats itself."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from zlib import crc32

import pytest

from followthrough.domain.asking import code_of, new_ask, next_in_line, nudge_of, passed_on
from followthrough.domain.business import Rep, Settings, Team
from followthrough.domain.leads import Ask, Lead
from followthrough.domain.team_state import TeamState
from tests.unit.building import MINUTE, at, lead_of, simple_settings

MONDAY_10 = at("2026-11-23 10:00")
FIVE = 5 * MINUTE


def person(id_: str) -> Rep:
    phone = f"+1212{crc32(id_.encode()) % 10**7:07}"
    return Rep(id=id_, name=id_.title(), phone=phone, email=f"{id_}@example.com", notify=["text"])


def staffed(*reps: str, manager: str = "dana") -> Settings:
    people = [person(id_) for id_ in reps]
    in_charge = next((each for each in people if each.id == manager), None) or person(manager)
    return simple_settings().model_copy(update={"team": Team(reps=people, manager=in_charge)})


THREE = staffed("ana", "ben", "chloe")


def turns() -> Callable[[str], int]:
    taken: Counter[str] = Counter()

    def take(key: str) -> int:
        taken[key] += 1
        return taken[key]

    return take


def lead(rep: str | None = "ana", ask: Ask | None = None, **update: object) -> Lead:
    return lead_of(MONDAY_10).model_copy(update={"rep": rep, "ask": ask, **update})


def following(
    about: Lead, *asked: str, settings: Settings = THREE, state: TeamState | None = None, turn: int = 1
) -> str | None:
    return next_in_line(about, settings, state or TeamState(), lambda _: turn, asked, MONDAY_10)


def ask_for(about: Lead, holder: str, touch_id: str = "first-call.1") -> Ask:
    return new_ask(about, touch_id, holder, "link", MONDAY_10 + FIVE)


# -- who is next


@pytest.mark.parametrize("rep", ["ana", "ben", "chloe"])
def test_the_lead_s_own_rep_is_asked_first(rep: str) -> None:
    assert following(lead(rep)) == rep


@pytest.mark.parametrize("settings", [THREE, staffed("ana")])
def test_silence_goes_to_everybody_once_and_to_the_manager_last(settings: Settings) -> None:
    asked: list[str] = []
    take = turns()
    while holder := next_in_line(lead(), settings, TeamState(), take, tuple(asked), MONDAY_10):
        asked.append(holder)
    assert asked[0] == "ana"
    assert sorted(asked[:-1]) == sorted(rep.id for rep in settings.team.reps)
    assert asked[-1] == "dana"


def test_a_firm_of_one_is_asked_twice_at_most() -> None:
    alone = staffed("ana", manager="ana")
    assert following(lead(), settings=alone) == "ana"
    assert following(lead(), "ana", settings=alone) == "ana"
    assert following(lead(), "ana", "ana", settings=alone) is None


def test_whoever_goes_away_meanwhile_is_not_asked() -> None:
    away = TeamState(away={"ben": None, "chloe": MONDAY_10 + MINUTE})
    assert following(lead(), "ana", state=away) == "dana"


def test_whoever_has_as_many_open_asks_as_they_may_is_not_asked() -> None:
    assert following(lead("ana"), state=TeamState(open_asks={"ana": 5, "ben": 5})) == "chloe"


def test_this_lead_s_own_open_ask_does_not_count_against_whoever_holds_it() -> None:
    full = TeamState(open_asks={"ana": 5})
    assert following(lead("ana", counted_for="ana"), state=full) == "ana"
    assert following(lead("ana", counted_for="ben"), state=full) != "ana"


# -- an ask


def test_a_new_ask_begins_with_its_holder_who_has_not_been_told_yet() -> None:
    ask = ask_for(lead(), "ben")
    assert (ask.asked, ask.instead_of, ask.deadline) == (("ben",), None, MONDAY_10 + FIVE)
    assert (ask.link, ask.nudged, ask.token) == ("link", False, None)


def test_the_next_call_takes_a_silent_ask_over_and_goes_on_down_the_line() -> None:
    silent = ask_for(lead(), "ana").model_copy(update={"deadline": None, "nudged": True})
    ask = ask_for(lead(ask=silent), "ben", "second-call.1")
    assert (ask.touch_id, ask.asked, ask.instead_of) == ("second-call.1", ("ana", "ben"), "ana")
    assert not ask.nudged


def test_when_everybody_was_asked_the_line_begins_again() -> None:
    silent = Ask(touch_id="first-call.1", asked=("ana", "ben", "chloe", "dana"), deadline=None)
    ask = ask_for(lead(ask=silent), "ana", "second-call.1")
    assert (ask.asked, ask.instead_of) == (("ana",), "dana")


def test_nobody_is_told_that_they_have_not_reported_themselves() -> None:
    alone = Ask(touch_id="first-call.1", asked=("ana",), deadline=None)
    assert ask_for(lead(ask=alone), "ana", "second-call.1").instead_of is None


def test_an_ask_that_is_passed_on_is_the_same_ask_of_somebody_who_has_not_been_told() -> None:
    first = ask_for(lead(), "ana").model_copy(update={"nudged": True, "token": "task1"})
    then = passed_on(first, "ben", "another-link", MONDAY_10 + 2 * FIVE)
    assert (then.touch_id, then.code) == (first.touch_id, first.code)
    assert (then.asked, then.instead_of, then.why) == (("ana", "ben"), "ana", "silent")
    assert (then.link, then.nudged, then.token, then.deadline) == ("another-link", False, None, MONDAY_10 + 2 * FIVE)
    assert passed_on(first, "ben", "", MONDAY_10, declined=True).why == "cannot_take"


# -- how a text names it


def test_a_code_is_a_letter_and_a_digit_that_nobody_takes_for_another() -> None:
    codes = [code_of(lead(id=f"lead{n}"), "first-call.1") for n in range(500)]
    assert all(re.fullmatch("[A-Z][2-9]", code) for code in codes)
    assert not set("".join(codes)) & set("IO01")


def test_codes_differ_nearly_always() -> None:
    """Where two open asks of one rep have the same one after all, the latest is meant."""
    codes = Counter(code_of(lead(id=f"lead{n}"), "first-call.1") for n in range(1000))
    assert len(codes) > 100
    assert max(codes.values()) < 25


def test_the_code_of_an_ask_is_always_the_same_and_the_next_call_has_one_of_its_own() -> None:
    assert code_of(lead(), "first-call.1") == code_of(lead(), "first-call.1")
    codes = {code_of(lead(), f"daily-calls.{n}") for n in range(1, 9)}
    assert len(codes) > 4


# -- what is kept about a nudge


def test_a_nudge_is_found_by_whom_it_was_sent_to_its_code_its_link_and_the_number_s_last_digits() -> None:
    about = lead(ask=ask_for(lead(), "ben"))
    nudge = nudge_of(about, MONDAY_10)
    assert nudge
    assert about.ask
    assert (nudge.rep, nudge.lead_id, nudge.pursuit, nudge.touch_id) == ("ben", "ann", 1, "first-call.1")
    assert (nudge.code, nudge.link, nudge.last_four, nudge.at) == (about.ask.code, "link", "0100", MONDAY_10)


def test_without_a_number_there_are_no_last_digits_and_without_an_ask_no_nudge() -> None:
    about = lead_of(MONDAY_10, phone=None).model_copy(update={"ask": ask_for(lead(), "ana")})
    nudge = nudge_of(about, MONDAY_10 + timedelta(minutes=1))
    assert nudge
    assert nudge.last_four == ""
    assert nudge_of(lead(), MONDAY_10) is None
