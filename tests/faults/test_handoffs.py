"""Promise 5: a partner never holds two open leads, however many releases, arrivals and answers meet."""

from functools import partial

import pytest

from followthrough.domain.cadence_values import NextCadence
from followthrough.domain.errors import ChangedMeanwhile, PartnerTaken
from followthrough.domain.handoffs import given, handoff_of, pulled_back
from followthrough.domain.leads import Lead
from followthrough.domain.partners import HANDOFF_CADENCE
from followthrough.domain.pursuing import opt_out
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.going_on import gone_on
from followthrough.use_cases.handing_over import attend, to_own_reps
from followthrough.use_cases.partner_answers import PartnerAnswered, PartnerSaid, answer_for_partner, pause_partner
from followthrough.use_cases.ports import SendingServices
from followthrough.use_cases.pursuits import retried
from followthrough.use_cases.waking import wake
from tests.faults.conftest import Tally
from tests.faults.racing import Contest, collide, race
from tests.faults.world import World
from tests.unit.building import DAY
from tests.unit.partnering import arrive

ROUNDS = 12
NORTHSIDE, HARBOR = "northside", "harbor"

both_ways = pytest.mark.parametrize("contest", [race, collide])


def give_by_force(services: SendingServices, lead_id: str) -> Lead:
    """The bare write, without looking at whether the partner has room."""
    lead = services.store.load(lead_id)
    now = services.clock()
    begun = gone_on(services, lead, "handoff", now, to=NextCadence(cadence=HANDOFF_CADENCE))
    assert begun
    return services.partners.give(given(begun, now, services.new_token()), lead, 1)


def seen_to(services: SendingServices, lead_id: str) -> Lead:
    return retried(lambda: attend(services, services.store.load(lead_id)))


def stop(services: SendingServices, lead_id: str) -> Lead:
    lead = services.store.load(lead_id)
    saved = services.store.save(opt_out(lead, services.clock()))
    wake(services, lead, saved)
    return saved


def open_leads(world: World, partner: str = NORTHSIDE) -> frozenset[str]:
    return world.services.partners.states([partner])[partner].open_leads


def waiting(world: World, partner: str = NORTHSIDE) -> list[str]:
    return [place.lead_id for place in world.services.partners.line(partner)]


def three_leads(world: World, round_: int) -> list[Lead]:
    """The first is given to the partner, the others wait. What an earlier round left behind is cleared away."""
    for partner in (NORTHSIDE, HARBOR):
        world.services.partners.resume(partner)
        for lead_id in (*waiting(world, partner), *open_leads(world, partner)):
            stop(world.services, lead_id)
    leads = [arrive(world.services, 10 * round_ + number) for number in range(3)]
    for lead in leads:
        seen_to(world.services, lead.id)
    assert open_leads(world) == {leads[0].id}
    assert waiting(world) == [leads[1].id, leads[2].id]
    return [world.store.load(lead.id) for lead in leads]


def answer(services: SendingServices, lead: Lead, what: str) -> PartnerAnswered:
    at = services.clock() + DAY if what == "scheduled" else None
    return answer_for_partner(services, lead.id, handoff_of(lead).number, PartnerSaid(what, at))  # type: ignore[arg-type]  # one of them


@both_ways
def test_of_many_leads_given_to_one_partner_at_once_one_is(world: World, contest: Contest, tally: Tally) -> None:
    for round_ in range(ROUNDS):
        leads = three_leads(world, round_)
        world.services.partners.pause(NORTHSIDE, "manager", world.clock())
        stop(world.services, leads[0].id)
        world.services.partners.resume(NORTHSIDE)
        results = contest(world, *[partial(give_by_force, lead_id=lead.id) for lead in leads[1:] * 2])
        kinds = sorted(type(result).__name__ for result in results)
        tally.update(kinds)
        assert kinds.count("Lead") == 1
        assert set(kinds) <= {"Lead", PartnerTaken.__name__, ChangedMeanwhile.__name__}
        assert len(open_leads(world)) == 1
        assert len(waiting(world)) == 1


@both_ways
def test_two_leads_that_arrive_in_the_same_second_are_given_one_by_one(
    world: World, contest: Contest, tally: Tally
) -> None:
    for round_ in range(ROUNDS):
        for lead in three_leads(world, 2 * round_):
            stop(world.services, lead.id)
        leads = [arrive(world.services, 20 * round_ + 10 + number) for number in range(2)]
        contest(world, *[partial(seen_to, lead_id=lead.id) for lead in leads])
        assert open_leads(world) == {leads[0].id}
        assert waiting(world) == [leads[1].id]
        tally["one by one"] += 1


@both_ways
@pytest.mark.parametrize("what", ["scheduled", "declined", "busy", "not_for_us"])
def test_a_partners_two_answers_at_once_release_one_lead(world: World, contest: Contest, what: str) -> None:
    for round_ in range(ROUNDS // 3):
        leads = three_leads(world, round_)
        results = contest(world, *[partial(answer, lead=leads[0], what=what)] * 3)
        told = [result for result in results if isinstance(result, PartnerAnswered)]
        assert len(told) == 3
        assert [each.result for each in told].count("noted") == 1
        if what == "busy":
            assert (open_leads(world), waiting(world)) == (frozenset(), [])
            assert open_leads(world, HARBOR) == {leads[0].id}
            assert waiting(world, HARBOR) == [leads[1].id, leads[2].id]
        else:
            assert open_leads(world) == {leads[1].id}
            assert waiting(world) == [leads[2].id]


@both_ways
def test_whatever_ends_a_hand_off_while_others_hand_out_there_is_one_open_lead(
    world: World, contest: Contest, tally: Tally
) -> None:
    for round_ in range(ROUNDS):
        leads = three_leads(world, round_)
        contest(
            world,
            partial(stop, lead_id=leads[0].id),
            partial(answer, lead=leads[0], what="declined"),
            partial(hand_out, partner_id=NORTHSIDE),
            partial(seen_to, lead_id=leads[1].id),
        )
        hand_out(world.services, NORTHSIDE)
        tally["closed as " + world.store.load(leads[0].id).status] += 1
        assert open_leads(world) == {leads[1].id}
        assert waiting(world) == [leads[2].id]


@both_ways
def test_a_lead_that_leaves_the_line_while_it_is_given_is_in_one_place(world: World, contest: Contest) -> None:
    for round_ in range(ROUNDS):
        leads = three_leads(world, round_)

        def leave(services: SendingServices, lead_id: str = leads[1].id) -> Lead:
            return to_own_reps(services, services.store.load(lead_id), "released")

        contest(world, partial(answer, lead=leads[0], what="scheduled"), leave)
        after = handoff_of(world.store.load(leads[1].id))
        if after.is_given:
            assert (list(open_leads(world)), waiting(world)) == ([leads[1].id], [leads[2].id])
        else:
            assert (after.partner, list(open_leads(world)), waiting(world)) == (None, [leads[2].id], [])


@both_ways
def test_a_partner_that_is_paused_while_it_gets_a_lead_has_it_or_nobody_waits(world: World, contest: Contest) -> None:
    for round_ in range(ROUNDS // 2):
        leads = three_leads(world, round_)
        contest(
            world,
            partial(answer, lead=leads[0], what="declined"),
            partial(pause_partner, partner_id=NORTHSIDE, why="manager"),
        )
        placed = {*open_leads(world), *waiting(world), *open_leads(world, HARBOR), *waiting(world, HARBOR)}
        assert placed == {leads[1].id, leads[2].id}
        assert len(open_leads(world)) <= 1
        assert len(open_leads(world, HARBOR)) <= 1


@both_ways
def test_an_answer_at_the_very_deadline_is_in_time_or_too_late_and_never_both(
    world: World, contest: Contest, tally: Tally
) -> None:
    for round_ in range(ROUNDS // 2):
        leads = three_leads(world, round_)
        asked = world.store.save(pulled_back(leads[0], world.clock(), world.clock()))
        contest(world, partial(answer, lead=asked, what="not_yet"), partial(seen_to, lead_id=asked.id))
        in_time = world.services.partners.states([NORTHSIDE])[NORTHSIDE].paused is None
        tally["in time" if in_time else "too late"] += 1
        if in_time:
            assert (list(open_leads(world)), waiting(world)) == ([leads[0].id], [leads[1].id, leads[2].id])
            assert handoff_of(world.store.load(asked.id)).deadline_at is None
        else:
            assert (open_leads(world), waiting(world)) == (frozenset(), [])
            assert list(open_leads(world, HARBOR)) == [leads[0].id]
            assert waiting(world, HARBOR) == [leads[1].id, leads[2].id]
