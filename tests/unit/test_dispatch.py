"""Which partner a lead is for."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.domain.dispatch import PartnerState, able, choose, has_room, is_for_partners, line_of, serves
from followthrough.domain.leads import Profile
from followthrough.domain.partners import Partner, Partners
from followthrough.domain.places import Place
from tests.unit.building import MINUTE, at
from tests.unit.partnering import NEW_YORK, partner

ARRIVED = at("2026-11-23 10:00")
HERE = Place(zones=(NEW_YORK,), regions=("US-NY",), found_by="form")
NOWHERE = Place(zones=(NEW_YORK,), regions=(), found_by="business")


def one(**more: Any) -> Partner:
    return Partner.model_validate(partner("alder", **more))


def asks(**profile: Any) -> Profile:
    return Profile.model_validate({"email": "ann@example.com", "service": "Roofing", **profile})


def partners(*ids: str, **more: Any) -> Partners:
    return Partners.model_validate({"partners": [partner(id_) for id_ in ids], **more})


@pytest.mark.parametrize(
    ("profile", "is_for_them"),
    [
        ({"service": "roofing"}, True),
        ({"service": "Paint"}, False),
        ({"service": None}, False),
        ({"service": "Paint", "other": {"utm_source": "Partner-Page"}}, True),
        ({"service": "Paint", "other": {"source": "radio", "utm_source": "partner-page"}}, False),
    ],
)
def test_leads_are_for_partners_by_service_or_source(profile: dict[str, Any], is_for_them: bool) -> None:  # noqa: FBT001 - the expectation
    meant = Partners.model_validate({"leads": {"services": ["Roofing"], "sources": ["partner-page"]}})
    assert is_for_partners(asks(**profile), meant) == is_for_them


@pytest.mark.parametrize(
    ("area", "profile", "place", "served"),
    [
        ({}, {}, NOWHERE, True),
        ({"regions": ["US-NY"]}, {}, HERE, True),
        ({"regions": ["US"]}, {}, HERE, True),
        ({"regions": ["US-NJ"]}, {}, HERE, False),
        ({"regions": ["US-NY"]}, {}, NOWHERE, False),
        ({"regions": ["US-NY"]}, {}, HERE.model_copy(update={"regions": ("US-NJ", "US-NY")}), False),
        ({"postal_codes": ["100", "SW1"]}, {"postal_code": "10003"}, NOWHERE, True),
        ({"postal_codes": ["100", "SW1"]}, {"postal_code": "sw1a 1aa"}, NOWHERE, True),
        ({"postal_codes": ["112"]}, {"postal_code": "10003"}, HERE, False),
        ({"regions": ["US-NJ"], "postal_codes": ["100"]}, {"postal_code": "10003"}, HERE, True),
    ],
)
def test_a_partner_serves_its_area(
    area: dict[str, Any],
    profile: dict[str, Any],
    place: Place,
    served: bool,  # noqa: FBT001 - the expectation
) -> None:
    assert serves(one(**area), asks(**profile), place) == served


def test_a_partner_serves_its_trade() -> None:
    assert serves(one(services=["ROOFING"]), asks(), HERE)
    assert not serves(one(services=["Solar panels"]), asks(), HERE)


def test_in_order_the_first_that_may_have_it_is_chosen() -> None:
    given = partners("alder", "birch", "cedar")
    states = {"alder": PartnerState(paused="quiet"), "birch": PartnerState(open_leads=frozenset({"ann"}))}
    chosen = choose(given, able(asks(), HERE, given), states, lambda key: 1)
    assert chosen
    assert chosen.id == "birch", "a lead waits for its partner, however many others are free"
    following = choose(given, given.partners, states, lambda key: 1, had=("birch",))
    assert following
    assert following.id == "cedar"
    assert choose(given, given.partners, states, lambda key: 1, had=("birch", "cedar")) is None


def test_by_weight_everybody_gets_their_share() -> None:
    given = partners("alder", "birch", choose="by_weight")
    heavy = given.model_copy(
        update={"partners": [given.partners[0].model_copy(update={"weight": 2}), *given.partners[1:]]}
    )
    turns = Counter[str]()

    def take_turn(key: str) -> int:
        turns[key] += 1
        return turns[key]

    chosen = Counter(each.id for _ in range(30) if (each := choose(heavy, heavy.partners, {}, take_turn)))
    assert chosen == {"alder": 20, "birch": 10}


def test_a_partner_has_room_for_one() -> None:
    busy = PartnerState(open_leads=frozenset({"ann"}))
    assert has_room(one(), PartnerState())
    assert not has_room(one(), busy)
    assert has_room(one(most_open_leads=2), busy)
    assert not has_room(one(paused=True), PartnerState())
    assert not has_room(one(), PartnerState(paused="manager"))


def test_lines_are_in_order_of_arrival_and_high_value_first_if_the_business_wants_it() -> None:
    given = partners("alder", high_value_first=True)
    early, late = line_of("b", asks(), ARRIVED, given), line_of("a", asks(), ARRIVED + MINUTE, given)
    high = line_of("c", asks(value="high"), ARRIVED + 2 * MINUTE, given)
    assert sorted([late, early, high]) == [high, early, late]
    assert line_of("a", asks(), ARRIVED, given) < early, "of the same second, always the same one first"
    assert line_of("c", asks(value="high"), ARRIVED, partners("alder")) > line_of(
        "b", asks(), ARRIVED, partners("alder")
    )


@pytest.mark.parametrize(
    ("two", "what"),
    [
        ([partner("alder"), partner("alder", phone="+12125550199", email="x@example.com")], "the same id"),
        ([partner("alder"), partner("birch", email="ALDER@example.com")], "the same e-mail address"),
        ([partner("alder", hours=None, zone=NEW_YORK)], "has a zone but no hours"),
    ],
)
def test_partners_that_cannot_be_told_apart_are_refused(two: list[dict[str, Any]], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Partners.model_validate({"partners": two})


def test_waiting_is_counted_in_open_hours() -> None:
    with pytest.raises(ValidationError, match="hours or minutes"):
        Partners.model_validate({"own_reps_after": "2d"})
