"""Who is asked to call: duty, skill, whose turn it is, and the line from the lead's own rep to the manager."""

import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from math import ceil
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import ValidationError

from followthrough.domain.assignment import (
    LeadFacts,
    is_ever_asked,
    line_for,
    on_duty,
    round_key,
    source_of,
    takes,
    turn_order,
)
from followthrough.domain.business import Rep, Settings, Team
from followthrough.domain.leads import Profile
from local import checking
from tests.unit.building import DAY, HOUR, MINUTE, at, lead_of, simple_settings
from tests.unit.fakes import ROOT

MONDAY_10 = at("2026-11-23 10:00")
LONDON, SYDNEY = "Europe/London", "Australia/Sydney"
ANYBODY = LeadFacts()
whole_rounds = hypothesis_settings(deadline=None)


class Counters:
    """The table's counters: one for each key, from 1."""

    def __init__(self) -> None:
        self.values: defaultdict[str, int] = defaultdict(int)

    def __call__(self, key: str) -> int:
        self.values[key] += 1
        return self.values[key]


def person(id_: str, **more: Any) -> dict[str, Any]:
    phone = f"+1212{crc32(id_.encode()) % 10**7:07}"
    return {"id": id_, "name": id_.title(), "phone": phone, "email": f"{id_}@example.com", **more}


def rep_of(id_: str = "ana", **more: Any) -> Rep:
    return Rep.model_validate(person(id_, **more))


def team_of(*reps: dict[str, Any], manager: str | dict[str, Any] | None = None) -> Team:
    return Team.model_validate({"reps": list(reps), "manager": manager or person("dana")})


def staffed(*reps: dict[str, Any], manager: str | None = None, **business: Any) -> Settings:
    """A business in New York that calls every day from 09:00 to 17:00, with these reps."""
    return simple_settings(**business).model_copy(update={"team": team_of(*reps, manager=manager)})


THREE = staffed(person("ana"), person("ben"), person("chloe"))
ONE_PERSON = staffed(person("ana"), manager="ana")


def line(
    settings: Settings = THREE,
    lead: LeadFacts = ANYBODY,
    now: datetime = MONDAY_10,
    away: dict[str, datetime | None] | None = None,
    open_asks: dict[str, int] | None = None,
    turns: Counters | None = None,
    asked: Sequence[str] = (),
) -> list[str]:
    return list(line_for(lead, settings, now, away or {}, open_asks or {}, turns or Counters(), asked))


def weighted(*weights: int) -> list[Rep]:
    return [rep_of(f"rep{place}", weight=weight) for place, weight in enumerate(weights)]


def first_ones(reps: Sequence[Rep], turns: range) -> list[str]:
    return [turn_order(reps, turn)[0].id for turn in turns]


def letters(*weights: int) -> str:
    """A full round as letters: A is the first rep, and so on."""
    ids = first_ones(weighted(*weights), range(1, sum(weights) + 1))
    return "".join("ABCDEFGH"[int(id_.removeprefix("rep"))] for id_ in ids)


def chances() -> random.Random:
    return random.Random(20261123)  # noqa: S311 - a simulation, the same each time


def longest_run(ids: Sequence[str], id_: str) -> int:
    return max((len(list(run)) for one, run in groupby([*ids, *ids]) if one == id_), default=0)


WEIGHTS = st.lists(st.integers(1, 40), min_size=1, max_size=6)
SMALL_WEIGHTS = st.lists(st.integers(1, 8), min_size=2, max_size=6)


# -- duty


def test_a_rep_without_hours_is_on_duty_during_the_calling_hours() -> None:
    moments = [at(f"2026-11-23 {clock}") for clock in ("08:59", "09:00", "16:59", "17:00")]
    assert [on_duty(rep_of(), THREE, moment, {}) for moment in moments] == [False, True, True, False]


def test_a_rep_s_hours_are_read_in_the_rep_s_zone() -> None:
    rep = rep_of(hours={"mon-fri": "08:00-16:00"}, zone="America/Los_Angeles")
    moments = [at(f"2026-11-23 {clock}") for clock in ("10:59", "11:00", "18:59", "19:00")]
    assert [on_duty(rep, THREE, moment, {}) for moment in moments] == [False, True, True, False]


def test_hours_without_a_zone_are_read_in_the_business_s() -> None:
    rep = rep_of(hours={"mon": "12:00-13:00"})
    assert not on_duty(rep, THREE, at("2026-11-23 11:59"), {})
    assert on_duty(rep, THREE, at("2026-11-23 12:00"), {})
    assert not on_duty(rep, THREE, at("2026-11-24 12:00"), {})


def test_between_two_changes_of_the_clocks_the_rep_s_own_clock_counts() -> None:
    """London puts its clocks back a week before New York does."""
    rep = rep_of(hours={"mon-fri": "14:00-22:00"}, zone=LONDON)
    for day, opens in (("2026-10-23", "09:00"), ("2026-10-26", "10:00"), ("2026-11-02", "09:00")):
        opening = at(f"{day} {opens}")
        assert not on_duty(rep, THREE, opening - timedelta(seconds=1), {}), day
        assert on_duty(rep, THREE, opening, {}), day


def test_hours_that_begin_in_the_missing_hour_begin_when_the_clocks_change() -> None:
    rep = rep_of(hours={"sun": "02:30-09:00"})
    change = at("2027-03-14 03:00")
    assert not on_duty(rep, THREE, change - timedelta(seconds=1), {})
    assert on_duty(rep, THREE, change, {})


def test_hours_that_begin_in_the_doubled_hour_begin_the_first_time() -> None:
    rep = rep_of(hours={"sun": "01:30-09:00"})
    first = at("2026-11-01 01:30")
    assert not on_duty(rep, THREE, first - timedelta(seconds=1), {})
    assert all(on_duty(rep, THREE, first + n * 10 * MINUTE, {}) for n in range(12))


def test_a_day_on_which_the_clocks_go_back_has_one_hour_more_of_duty() -> None:
    rep = rep_of(hours={"mon-sun": "00:00-24:00"})
    hours_on = [on_duty(rep, THREE, at("2026-11-01 00:00") + n * HOUR, {}) for n in range(25)]
    assert all(hours_on)


def test_nobody_is_on_duty_on_a_holiday_or_a_closed_day() -> None:
    settings = staffed(person("ana"), holidays={"US": {"2026-11-26": "Thanksgiving"}})
    business = settings.business.model_copy(update={"closed_on": {date(2026, 11, 27): "Inventory"}})
    settings = settings.model_copy(update={"business": business})
    on = [on_duty(rep_of(), settings, at(f"2026-11-{day} 10:00"), {}) for day in (25, 26, 27, 28)]
    assert on == [True, False, False, True]


def test_a_closed_day_is_the_business_s_wherever_the_rep_is() -> None:
    """Thursday in New York begins at 16:00 of Sydney's Thursday and ends at 16:00 of its Friday."""
    settings = staffed(person("ana"), holidays={"US": {"2026-11-26": "Thanksgiving"}})
    rep = rep_of(hours={"mon-sun": "00:00-24:00"}, zone=SYDNEY)
    moments = [at(f"2026-11-{when}", SYDNEY) for when in ("26 15:59", "26 16:00", "27 15:59", "27 16:00")]
    assert [on_duty(rep, settings, moment, {}) for moment in moments] == [True, False, False, True]


def test_who_is_away_until_a_time_is_back_at_that_time() -> None:
    away = {"ana": MONDAY_10}
    assert not on_duty(rep_of(), THREE, MONDAY_10 - timedelta(seconds=1), away)
    assert on_duty(rep_of(), THREE, MONDAY_10, away)


def test_who_is_away_without_a_time_stays_away() -> None:
    assert not on_duty(rep_of(), THREE, MONDAY_10 + 300 * DAY, {"ana": None})
    assert on_duty(rep_of(), THREE, MONDAY_10, {"ben": None})


def test_who_is_back_is_on_duty_only_within_their_hours() -> None:
    assert not on_duty(rep_of(), THREE, at("2026-11-23 20:00"), {"ana": MONDAY_10})


# -- hours that never meet


@pytest.mark.parametrize(
    ("hours", "zone"),
    [({"mon-fri": "18:00-22:00"}, None), ({"mon-fri": "08:00-17:00"}, "Asia/Tokyo"), ({}, None)],
)
def test_hours_that_never_overlap_the_calling_hours_are_known(hours: dict[str, str], zone: str | None) -> None:
    assert not is_ever_asked(rep_of(hours=hours, zone=zone), THREE.business, date(2026, 1, 1))


def test_one_minute_a_week_in_common_is_enough() -> None:
    assert is_ever_asked(rep_of(hours={"sat": "16:59-22:00"}), THREE.business, date(2026, 1, 1))


def test_hours_overlap_across_dates() -> None:
    """Sydney's Tuesday begins on New York's Monday morning."""
    assert is_ever_asked(rep_of(hours={"tue": "01:00-02:00"}, zone=SYDNEY), THREE.business, date(2026, 1, 1))


def test_an_overlap_in_only_a_few_weeks_of_the_year_counts() -> None:
    """22:00 in London is 17:00 in New York, and 18:00 while only one of them has changed its clocks."""
    evenings = simple_settings({"mon-sun": "18:00-20:00"}).business
    assert is_ever_asked(rep_of(hours={"mon": "22:00-22:30"}, zone=LONDON), evenings, date(2026, 1, 1))


# -- skill


@pytest.mark.parametrize(
    ("services", "sources", "takes_it"),
    [
        ([], [], True),
        (["Roof", "home ADDITION"], [], True),
        (["Roof"], [], False),
        ([], ["NEWSLETTER"], True),
        ([], ["radio"], False),
        (["Home addition"], ["radio"], False),
        (["Home addition"], ["Newsletter"], True),
    ],
)
def test_a_rep_takes_what_is_in_all_of_the_lists_they_have(
    services: list[str],
    sources: list[str],
    takes_it: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    rep = rep_of(services=services, sources=sources)
    assert takes(rep, LeadFacts(service="Home addition", source="newsletter")) == takes_it


def test_a_lead_that_says_nothing_is_for_those_who_take_anything() -> None:
    assert takes(rep_of(), ANYBODY)
    assert not takes(rep_of(services=["Roof"]), ANYBODY)


@pytest.mark.parametrize(
    ("other", "source"),
    [
        ({"Source": "radio", "utm_source": "ad"}, "radio"),
        ({"UTM_source": "ad"}, "ad"),
        ({"utm": "ad", "resource": "x"}, None),
        ({}, None),
    ],
)
def test_the_source_is_the_form_s_field_source_or_utm_source(other: dict[str, str], source: str | None) -> None:
    assert source_of(Profile(other=other)) == source


def test_the_facts_of_a_lead_are_read_from_its_record() -> None:
    lead = lead_of(MONDAY_10, service="Roof", other={"source": "radio"}).model_copy(update={"rep": "ben"})
    assert LeadFacts.of(lead) == LeadFacts(rep="ben", service="Roof", source="radio")


def test_a_lead_goes_only_to_those_who_take_such_leads_while_one_is_on_duty() -> None:
    settings = staffed(person("ana"), person("ben", services=["Roof"]), person("chloe", services=["Bath"]))
    assert sorted(line(settings, LeadFacts(service="bath"))) == ["ana", "chloe", "dana"]
    assert line(settings, LeadFacts(service="Kitchen")) == ["ana", "dana"]


def test_where_nobody_on_duty_has_the_skill_anybody_on_duty_is_asked() -> None:
    settings = staffed(person("ana", services=["Bath"]), person("ben", services=["Bath"]), person("chloe"))
    assert line(settings, LeadFacts(service="Roof")) == ["chloe", "dana"]
    assert sorted(line(settings, LeadFacts(service="Roof"), away={"chloe": None})) == ["ana", "ben", "dana"]


def test_a_specialist_who_stays_silent_is_followed_by_the_manager_not_by_those_without_the_skill() -> None:
    settings = staffed(person("ana", services=["Roof"]), person("ben", services=["Bath"]))
    assert line(settings, LeadFacts(service="Roof"), asked=["ana"]) == ["dana"]


# -- turns


def test_equal_reps_take_turns_in_the_file_s_order() -> None:
    assert letters(1, 1, 1) == "ABC"
    assert letters(5, 5) == "AB" * 5


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((2, 1, 1), "ABAC"), ((1, 1, 2), "CACB"), ((3, 1, 1, 1), "ABACAD"), ((3, 1), "ABAA"), ((4, 2), "ABAABA")],
)
def test_a_heavier_rep_s_turns_lie_between_the_others(weights: tuple[int, ...], expected: str) -> None:
    assert letters(*weights) == expected


def test_the_order_goes_on_with_whose_turn_comes_next() -> None:
    reps = weighted(2, 1, 1)  # A B A C
    orders = [[rep.id[-1] for rep in turn_order(reps, turn)] for turn in range(1, 6)]
    assert orders == [list("012"), list("102"), list("021"), list("201"), list("012")]


@given(weights=WEIGHTS, turn=st.integers(0, 10**9))
def test_the_order_is_a_permutation_of_the_reps(weights: list[int], turn: int) -> None:
    reps = weighted(*weights)
    assert sorted(rep.id for rep in turn_order(reps, turn)) == [rep.id for rep in reps]


@whole_rounds
@given(weights=WEIGHTS, start=st.integers(0, 10**6))
def test_any_full_round_is_exactly_fair(weights: list[int], start: int) -> None:
    reps = weighted(*weights)
    counts = Counter(first_ones(reps, range(start, start + sum(weights))))
    assert counts == {rep.id: rep.weight for rep in reps}


@whole_rounds
@given(weights=WEIGHTS, rounds=st.integers(0, 3))
def test_nobody_is_ever_a_whole_turn_ahead_or_behind(weights: list[int], rounds: int) -> None:
    reps, length = weighted(*weights), sum(weights)
    counts: Counter[str] = Counter()
    for turn, id_ in enumerate(first_ones(reps, range(1 + rounds * length, 1 + (rounds + 1) * length)), 1):
        counts[id_] += 1
        assert all(abs(counts[rep.id] * length - rep.weight * turn) < length for rep in reps)


@whole_rounds
@given(weights=SMALL_WEIGHTS)
def test_nobody_comes_twice_running_where_that_can_be_avoided(weights: list[int]) -> None:
    """Somebody with more than half of the weight can't avoid it, but no run is longer than the best possible."""
    length = sum(weights)
    ids = first_ones(weighted(*weights), range(1, length + 1))
    for place, weight in enumerate(weights):
        assert longest_run(ids, f"rep{place}") <= ceil(weight / (length - weight))


@whole_rounds
@given(weights=WEIGHTS.filter(lambda weights: len(weights) > 1))
def test_nobody_with_half_of_the_weight_comes_three_times_running(weights: list[int]) -> None:
    length = sum(weights)
    ids = first_ones(weighted(*weights), range(1, length + 1))
    halves = [place for place, weight in enumerate(weights) if 2 * weight <= length]
    assert all(longest_run(ids, f"rep{place}") <= 2 for place in halves)


def test_two_hundred_reps_of_the_greatest_weight_go_round_like_equals() -> None:
    reps = weighted(*[100] * 200)
    assert first_ones(reps, range(1, 401)) == [rep.id for rep in reps] * 2


# -- keys of counters


@given(order=st.permutations(["ana", "ben", "chloe", "dan"]))
def test_the_key_of_a_set_of_reps_does_not_depend_on_their_order(order: list[str]) -> None:
    expected = round_key([rep_of(id_) for id_ in ("ana", "ben", "chloe", "dan")])
    assert round_key([rep_of(id_) for id_ in order]) == expected


def test_every_set_of_reps_has_a_key_of_its_own_and_of_one_length() -> None:
    reps = [rep_of(f"r{n}") for n in range(8)]
    sets = [[rep for place, rep in enumerate(reps) if bits >> place & 1] for bits in range(1, 256)]
    keys = {round_key(each) for each in sets}
    assert len(keys) == 255
    assert {len(key) for key in keys} == {16}


def test_a_key_stays_the_same_for_good() -> None:
    """Another key would begin the round anew in every table there is."""
    assert round_key([rep_of("ana"), rep_of("ben", weight=7)]) == "a9e5b1a6d4a84b3e"


# -- the line


def test_new_leads_go_round_and_the_manager_is_last() -> None:
    turns = Counters()
    assert [line(turns=turns) for _ in range(4)] == [
        ["ana", "ben", "chloe", "dana"],
        ["ben", "chloe", "ana", "dana"],
        ["chloe", "ana", "ben", "dana"],
        ["ana", "ben", "chloe", "dana"],
    ]


def test_a_lead_s_own_rep_is_asked_first() -> None:
    assert line(lead=LeadFacts(rep="chloe"))[0] == "chloe"


def test_a_lead_s_own_rep_is_asked_first_whatever_the_lead_asks_for() -> None:
    settings = staffed(person("ana", services=["Roof"]), person("ben"))
    assert line(settings, LeadFacts(rep="ana", service="Bath")) == ["ana", "ben", "dana"]


def test_a_lead_s_own_rep_who_is_off_duty_or_gone_is_not_asked() -> None:
    assert "chloe" not in line(lead=LeadFacts(rep="chloe"), away={"chloe": None})
    assert sorted(line(lead=LeadFacts(rep="zoe"))) == ["ana", "ben", "chloe", "dana"]


def test_with_nobody_on_duty_only_the_manager_is_asked() -> None:
    assert line(now=at("2026-11-23 21:00")) == ["dana"]
    assert line(away={"ana": None, "ben": None, "chloe": None}) == ["dana"]


def test_a_manager_is_asked_even_when_away() -> None:
    assert line(now=at("2026-11-23 21:00"), away={"dana": None}) == ["dana"]


def test_who_has_as_many_open_asks_as_they_may_is_passed_over() -> None:
    settings = staffed(person("ana", most_open_asks=2), person("ben"))
    assert line(settings, LeadFacts(rep="ana"), open_asks={"ana": 1}) == ["ana", "ben", "dana"]
    assert line(settings, LeadFacts(rep="ana"), open_asks={"ana": 2}) == ["ben", "dana"]
    assert line(settings, open_asks={"ana": 2, "ben": 5, "dana": 50}) == ["dana"]


def test_a_specialist_who_has_enough_open_asks_leaves_the_lead_to_the_others() -> None:
    settings = staffed(person("ana", services=["Roof"]), person("ben", services=["Bath"]))
    assert line(settings, LeadFacts(service="Roof"), open_asks={"ana": 5}) == ["ben", "dana"]


def test_who_was_asked_is_not_asked_again() -> None:
    asked: list[str] = []
    for _ in range(4):
        asked.append(line(asked=asked)[0])
    assert sorted(asked) == ["ana", "ben", "chloe", "dana"]
    assert asked[-1] == "dana"
    assert line(asked=asked) == []


def test_a_firm_of_one_is_asked_twice_and_no_more() -> None:
    assert line(ONE_PERSON) == ["ana", "ana"]
    assert line(ONE_PERSON, asked=["ana"]) == ["ana"]
    assert line(ONE_PERSON, asked=["ana", "ana"]) == []


def test_a_firm_of_one_off_duty_is_asked_once() -> None:
    assert line(ONE_PERSON, now=at("2026-11-23 21:00")) == ["ana"]
    assert line(ONE_PERSON, now=at("2026-11-23 21:00"), asked=["ana"]) == []


def test_a_manager_who_is_a_rep_too_takes_turns_and_comes_last_again() -> None:
    settings, turns = staffed(person("ana"), person("ben"), manager="ana"), Counters()
    assert [line(settings, turns=turns) for _ in range(2)] == [["ana", "ben", "ana"], ["ben", "ana", "ana"]]


def test_a_manager_who_does_not_take_such_leads_as_a_rep_is_asked_once_as_the_manager() -> None:
    settings = staffed(person("ana"), person("ben", services=["Bath"]), manager="ben")
    assert line(settings, LeadFacts(service="Roof")) == ["ana", "ben"]
    assert line(settings, LeadFacts(service="Roof"), asked=["ana", "ben"]) == []


def test_a_manager_s_own_lead_goes_to_the_manager_first() -> None:
    assert line(lead=LeadFacts(rep="dana"))[0] == "dana"
    assert line(lead=LeadFacts(rep="dana"), away={"dana": None})[0] == "ana"


def test_a_turn_is_taken_only_where_it_decides_something() -> None:
    turns = Counters()
    assert next(line_for(LeadFacts(rep="ben"), THREE, MONDAY_10, {}, {}, turns)) == "ben"
    line(away={"ana": None, "ben": None}, turns=turns)
    line(ONE_PERSON, turns=turns)
    line(asked=["ana", "ben", "chloe"], turns=turns)
    assert turns.values == {}
    line(turns=turns)
    assert list(turns.values.values()) == [1]


PEOPLE = ["ana", "ben", "chloe", "dan", "eve"]
BUSY_TEAM = staffed(
    *(person(id_, weight=place + 1, most_open_asks=place + 1) for place, id_ in enumerate(PEOPLE[:4])),
    person("eve", services=["Roof"]),
    manager="ben",
)


@given(
    own=st.sampled_from([None, *PEOPLE]),
    service=st.sampled_from([None, "Roof", "Bath"]),
    away=st.sets(st.sampled_from(PEOPLE)),
    open_asks=st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 6)),
    turn=st.integers(1, 1000),
    asked=st.lists(st.sampled_from(PEOPLE), max_size=5),
)
def test_whatever_happens_the_line_keeps_its_promises(
    own: str | None,
    service: str | None,
    away: set[str],
    open_asks: dict[str, int],
    turn: int,
    asked: list[str],
) -> None:
    lead, gone = LeadFacts(rep=own, service=service), dict.fromkeys(away)
    ids = list(line_for(lead, BUSY_TEAM, MONDAY_10, gone, open_asks, lambda _: turn, asked))
    as_reps = ids[:-1] if ids and ids[-1] == "ben" else ids
    free = {
        rep.id for rep in BUSY_TEAM.team.reps if rep.id not in away and open_asks.get(rep.id, 0) < rep.most_open_asks
    }
    able = {rep.id for rep in BUSY_TEAM.team.reps if rep.id in free and takes(rep, lead)} or free
    assert set(as_reps) == (able | ({own} & free)) - set(asked)
    assert len(as_reps) == len(set(as_reps))
    assert ids[:1] == [own] or own not in as_reps
    assert ids[-1:] == ["ben"] or "ben" in asked
    assert ids.count("ben") + asked.count("ben") <= max(2, asked.count("ben"))


# -- fair over time


def within_one_percent(counts: Counter[str], shares: dict[str, float]) -> bool:
    return all(abs(counts[id_] - share) <= share / 100 for id_, share in shares.items())


def test_a_hundred_thousand_leads_are_shared_out_by_weight() -> None:
    reps = weighted(1, 2, 3, 7, 40)
    counts = Counter(first_ones(reps, range(1, 100_001)))
    assert within_one_percent(counts, {rep.id: 100_000 * rep.weight / 53 for rep in reps})


def test_whoever_comes_and_goes_each_gets_their_share_of_the_turns_they_were_there_for() -> None:
    reps, chance, turns = weighted(1, 2, 3, 1, 2), chances(), Counters()
    away: set[str] = set()
    counts, shares = Counter[str](), dict.fromkeys((rep.id for rep in reps), 0.0)
    for _ in range(100_000):
        if chance.random() < 0.2:
            away ^= {chance.choice(reps).id}
        there = [rep for rep in reps if rep.id not in away]
        if not there:
            continue
        weight = sum(rep.weight for rep in there)
        for rep in there:
            shares[rep.id] += rep.weight / weight
        counts[turn_order(there, turns(round_key(there)))[0].id] += 1
    assert len(turns.values) == 31
    assert within_one_percent(counts, shares)


def test_the_line_shares_leads_out_exactly_as_the_turns_do() -> None:
    weights = {"ana": 1, "ben": 2, "chloe": 3, "dan": 7, "eve": 40}
    settings, turns = staffed(*(person(id_, weight=weight) for id_, weight in weights.items())), Counters()
    counts = Counter(line(settings, turns=turns)[0] for _ in range(53 * 20))
    assert counts == {id_: 20 * weight for id_, weight in weights.items()}


def test_who_is_there_only_on_every_other_turn_does_not_shift_the_others_turns() -> None:
    """With one counter for everybody, ben would get all that chloe isn't there for."""
    turns = Counters()
    counts = Counter(line(away={"chloe": None} if n % 2 else {}, turns=turns)[0] for n in range(600))
    assert counts == {"ana": 250, "ben": 250, "chloe": 100}


def test_escalations_go_round_too() -> None:
    """Ana never answers, and her leads don't all end with the one behind her."""
    turns = Counters()
    counts = Counter(line(lead=LeadFacts(rep="ana"), asked=["ana"], turns=turns)[0] for _ in range(100))
    assert counts == {"ben": 50, "chloe": 50}


def test_a_big_team_that_is_hardly_ever_the_same_is_fair_all_the_same() -> None:
    """Most sets of reps come up a few times only, and whoever is first in the file is not first in all of them."""
    ids = [f"rep{n}" for n in range(12)]
    settings, chance, turns = staffed(*map(person, ids)), chances(), Counters()
    counts, shares = Counter[str](), dict.fromkeys(ids, 0.0)
    for _ in range(3_000):
        away: dict[str, datetime | None] = {id_: None for id_ in ids if chance.random() < 0.5}
        for id_ in (there := [id_ for id_ in ids if id_ not in away]):
            shares[id_] += 1 / len(there)
        counts[next(line_for(ANYBODY, settings, MONDAY_10, away, {}, turns))] += 1
    assert len(turns.values) > 1_500
    assert all(abs(counts[id_] / shares[id_] - 1) < 0.2 for id_ in ids)


# -- the team's file


def test_a_manager_can_be_one_of_the_reps_by_id() -> None:
    team = team_of(person("ana"), person("ben"), manager="ben")
    assert team.manager.name == "Ben"
    assert [one.id for one in team.people] == ["ana", "ben"]
    assert [one.id for one in team_of(person("ana")).people] == ["ana", "dana"]


def test_a_manager_by_an_unknown_id_is_refused() -> None:
    with pytest.raises(ValidationError, match="is not the id of a rep"):
        team_of(person("ana"), manager="zoe")


def test_two_people_with_one_id_are_refused() -> None:
    with pytest.raises(ValidationError, match="two people have the id 'ana'"):
        team_of(person("ana"), person("ana", phone="+12125550199"))
    with pytest.raises(ValidationError, match="two people have the id 'ana'"):
        team_of(person("ana"), manager=person("ana", email="other@example.com"))


@pytest.mark.parametrize(("field", "called"), [("phone", "phone number"), ("email", "e-mail address")])
def test_two_people_with_one_address_are_refused_and_both_are_named(field: str, called: str) -> None:
    """A text or a link would be taken for somebody else's."""
    ana = person("ana")
    shared = {field: ana[field].upper()}
    with pytest.raises(ValidationError, match=f"'ana' and 'ben' have the same {called}") as refused:
        team_of(ana, person("zoe"), person("ben", **shared))
    assert [error["loc"] for error in refused.value.errors()] == [("reps", 2, field)]
    with pytest.raises(ValidationError, match=f"'ana' and 'dana' have the same {called}") as refused:
        team_of(ana, manager=person("dana", **shared))
    assert [error["loc"] for error in refused.value.errors()] == [("manager", field)]


@pytest.mark.parametrize(
    "useless", [{"weight": 2}, {"services": ["Roofing"]}, {"sources": ["web"]}, {"most_open_asks": 9}]
)
def test_what_would_do_nothing_for_a_manager_is_refused(useless: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        team_of(person("ana"), manager=person("dana", **useless))
    ((found,),) = [refused.value.errors()]
    assert (found["loc"], found["type"]) == (("manager", *useless), "extra_forbidden")


def test_a_manager_of_their_own_has_a_clock_but_no_hours() -> None:
    assert team_of(person("ana"), manager=person("dana", zone=LONDON)).manager.zone == LONDON
    with pytest.raises(ValidationError, match="hours"):
        team_of(person("ana"), manager=person("dana", hours={"mon-fri": "09:00-17:00"}))


def test_a_wrong_rep_is_named_even_when_the_manager_is_given_by_id() -> None:
    with pytest.raises(ValidationError) as refused:
        team_of(person("ana", weight=0), manager="ana")
    assert [error["loc"] for error in refused.value.errors()] == [("reps", 0, "weight"), ("manager",)]


def test_a_zone_without_hours_is_refused() -> None:
    with pytest.raises(ValidationError, match="has a zone but no hours"):
        team_of(person("ana", zone=LONDON))


def test_what_a_rep_s_entry_leaves_out_changes_nothing() -> None:
    rep = rep_of()
    assert (rep.weight, rep.hours, rep.zone, rep.services, rep.sources, rep.most_open_asks) == (
        1,
        None,
        None,
        [],
        [],
        5,
    )


def test_check_names_file_and_place_of_a_number_that_two_people_have(tmp_path: Path) -> None:
    file = tmp_path / "team.json"
    team = json.loads((ROOT / "config" / "team.json").read_text("utf-8"))
    team["manager"]["phone"] = team["reps"][1]["phone"]
    file.write_text(json.dumps(team), "utf-8")
    (finding,) = checking.check_path(file)
    assert (finding.file, finding.where) == (str(file), "manager.phone")
    assert finding.what.startswith("'ben' and 'dana' have the same phone number")


def test_check_names_a_rep_whose_hours_never_overlap_the_calling_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    team = json.loads((config / "team.json").read_text("utf-8"))
    team["reps"][1]["hours"] = {"sun": "08:00-20:00"}
    (config / "team.json").write_text(json.dumps(team), "utf-8")
    monkeypatch.setattr(checking, "CONFIG", config)
    found = [(finding.file, finding.where, finding.what) for finding in checking.check_everything()]
    assert [(file, where) for file, where, _ in found] == [(str(config / "team.json"), "reps[1].hours")]
    assert "'ben' would never be asked" in found[0][2]
