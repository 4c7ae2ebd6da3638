"""What the manager sees on the board, and what a press on it does."""

from datetime import timedelta

import pytest

from followthrough.domain.board import Board, PartnerRow
from followthrough.domain.errors import NotFound
from followthrough.domain.handoffs import handoff_of, is_waiting
from followthrough.domain.leads import Lead
from followthrough.domain.partners import Partners
from followthrough.use_cases.board import open_board
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner
from local.page_reader import Element, read_page
from tests.unit.boarding import TOKEN, post, services_of, visit
from tests.unit.fakes import World, sample_settings
from tests.unit.partnering import arrive, partner, simple_cadences, with_partners
from tests.unit.texting import asked

ALDER, BIRCH = partner("alder"), partner("birch", phone="+12125552399")
HOUR = timedelta(hours=1)


def a_world(leads: int = 1) -> World:
    """The first partner has one lead, and the others wait."""
    world = World(settings=with_partners(ALDER, BIRCH), more=simple_cadences())
    for number in range(1, leads + 1):
        arrive(world.services, number)
        world.clock.advance(timedelta(minutes=1))
    hand_out(world.services, "alder")
    return world


def board_of(world: World) -> Board:
    return open_board(services_of(world), TOKEN)


def alder(world: World) -> PartnerRow:
    return next(row for row in board_of(world).partners if row.id == "alder")


def lead(world: World, number: int = 1) -> Lead:
    return world.store.load(f"lead{number:03}")


def shown(world: World, **query: str) -> Element:
    return read_page(visit(world, **query)["body"])


def decide(world: World, number: int = 1, **fields: str) -> str:
    """Press on the page of a lead; where the browser is sent."""
    pursuit = str(lead(world, number).pursuit.number)
    told = {"lead": f"lead{number:03}", "pursuit": pursuit, "reason": "They asked for it.", **fields}
    return str(post(world, **told)["headers"]["location"])


# -- partners ------------------------------------------------------------------------------------------------


def test_each_partner_is_shown_with_what_it_has_and_who_waits() -> None:
    world = a_world(leads=3)
    world.clock.advance(2 * HOUR)
    row = alder(world)
    (open_lead,) = row.open_leads
    assert (open_lead.name, open_lead.open_for, open_lead.heard_at) == ("Lead 1", 2 * HOUR, None)
    assert row.waiting == 2
    assert row.oldest_at == lead(world, 2).arrived_at
    assert [each.name for each in row.first_waiting] == ["Lead 2", "Lead 3"]


def test_what_came_of_earlier_leads_is_counted() -> None:
    world = a_world(leads=2)
    for number, days in ((1, 1), (2, 2)):
        world.clock.advance(HOUR)
        hand_out(world.services, "alder")
        handoff, at = handoff_of(lead(world, number)), world.clock() + timedelta(days=days)
        said = PartnerSaid("scheduled", at) if number == 1 else PartnerSaid("declined")
        answer_for_partner(world.services, f"lead{number:03}", handoff.number, said)
    row = alder(world)
    assert (row.scheduled, row.over) == (1, 2)
    assert row.mean_response is not None
    assert "1 of 2 scheduled, answers after" in shown(world).words


def test_a_partner_is_paused_once_and_resumed_once() -> None:
    world = a_world(leads=2)
    assert post(world, partner="alder", do="pause")["headers"]["location"] == "?done=done"
    assert post(world, partner="alder", do="pause")["headers"]["location"] == "?done=nothing_changed"
    assert alder(world).paused == "manager"
    assert "paused by you" in shown(world).words
    assert handoff_of(lead(world, 2)).partner == "birch"
    assert post(world, partner="alder", do="resume")["headers"]["location"] == "?done=done"
    assert post(world, partner="alder", do="resume")["headers"]["location"] == "?done=nothing_changed"
    assert alder(world).paused is None


def test_a_lead_is_moved_once_however_often_it_is_pressed() -> None:
    world = a_world()
    before = lead(world)
    assert decide(world, do="move", to="birch") == "?done=done"
    assert handoff_of(lead(world)).partner == "birch"
    moved = lead(world)
    assert decide(world, do="move", to="birch", pursuit=str(before.pursuit.number)) == "?done=nothing_changed"
    assert lead(world) == moved


def test_a_lead_is_released_to_our_own_reps() -> None:
    world = a_world()
    assert decide(world, do="release") == "?done=done"
    assert handoff_of(lead(world)).partner is None
    assert lead(world).is_open


def test_a_lead_is_closed_with_a_reason_that_stays_with_it() -> None:
    world = a_world(leads=2)
    assert decide(world, do="close", because="not_interested") == "?done=done"
    assert lead(world).status == "not_interested"
    (told,) = [touch for touch in world.store.timeline("lead001") if touch.step == "partner-answer"]
    assert (told.by, told.note) == ("dana", "They asked for it.")
    assert decide(world, do="close") == "?done=nothing_changed"


def test_a_lead_that_waits_can_be_decided_about_too() -> None:
    world = a_world(leads=2)
    assert is_waiting(lead(world, 2))
    assert decide(world, 2, do="close", because="lost") == "?done=done"
    assert alder(world).waiting == 0


@pytest.mark.parametrize("do", ["move", "release", "close"])
def test_nothing_is_decided_without_a_reason(do: str) -> None:
    world = a_world()
    before = lead(world)
    refused = post(world, lead="lead001", pursuit=str(before.pursuit.number), do=do, reason="  ")
    assert refused["statusCode"] == 422
    assert "say why" in read_page(refused["body"]).words
    assert lead(world) == before


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "pause"},
        {"do": "explode", "partner": "alder"},
        {"do": "pause", "partner": "<alder>"},
        {"do": "pause", "partner": "nobody"},
        {"do": "close", "lead": "lead001", "because": "opted_out", "reason": "x"},
        {"do": "move", "lead": "lead001", "pursuit": "-1", "reason": "x"},
    ],
)
def test_a_press_that_makes_no_sense_is_refused_and_changes_nothing(fields: dict[str, str]) -> None:
    world = a_world()
    before = lead(world)
    assert post(world, **fields)["statusCode"] == 422
    assert lead(world) == before
    assert alder(world).paused is None


def test_a_lead_that_isnt_there_any_more_is_decided_about_in_vain() -> None:
    world = a_world()
    assert visit(world, lead="gone")["headers"]["location"] == "?done=nothing_changed"
    gone = post(world, lead="gone", pursuit="1", do="release", reason="x")
    assert gone["headers"]["location"] == "?done=nothing_changed"


# -- all leads -----------------------------------------------------------------------------------------------


def test_leads_are_counted_by_where_they_stand() -> None:
    world = a_world(leads=3)
    assert board_of(world).stages == (("waiting for a partner", 2), ("with a partner", 1))
    assert board_of(world).open_leads == 3


def test_a_call_is_overdue_once_nobody_has_reported_it_in_time() -> None:
    world = asked("Ann Lee")
    assert board_of(world).overdue == ()
    world.clock.advance(timedelta(minutes=6))
    (overdue,) = board_of(world).overdue
    assert (overdue.name, overdue.who) == ("Ann Lee", "Ana Ruiz")


def test_todays_leads_and_how_soon_they_were_called() -> None:
    world = asked("Ann Lee", "Bob Day")
    first = world.store.load("lead1")
    world.store.save(first.model_copy(update={"attempted_at": first.arrived_at + timedelta(minutes=2)}))
    today = board_of(world).today
    assert (today.came, today.called, today.soon) == (2, 1, 1)
    assert "2 leads came. 1 called, 1 within five minutes; half of them within 2 min." in shown(world).words
    world.clock.advance(timedelta(hours=20))
    assert board_of(world).today.came == 0


def test_who_is_with_partners_is_not_ours_to_call() -> None:
    world = a_world(leads=2)
    assert (board_of(world).today.came, board_of(world).today.for_partners) == (2, 2)
    assert "2 leads came, 2 for partners." in shown(world).words


def test_who_is_away_and_until_when() -> None:
    world = World()
    assert "Nobody." in shown(world).words
    world.team.set_away("ana", world.clock() + timedelta(days=1))
    assert "Ana Ruiz until tomorrow 10:00 AM" in shown(world).words


def test_a_business_without_partners_has_a_board_as_well() -> None:
    page = shown(World(settings=sample_settings().model_copy(update={"partners": Partners()})))
    assert "Open leads: 0" in page.words
    assert "Partners" not in [each.words for each in page.all("h2")]


# -- the link ------------------------------------------------------------------------------------------------


def test_opening_it_changes_nothing() -> None:
    world = a_world(leads=2)
    before = dict(world.store.leads)
    assert visit(world)["statusCode"] == visit(world, lead="lead001")["statusCode"] == 200
    assert world.store.leads == before


def test_without_a_link_nobody_sees_or_does_anything() -> None:
    world = a_world()
    assert visit(world, "made-up")["statusCode"] == 404
    assert post(world, "made-up", partner="alder", do="pause")["statusCode"] == 404
    assert alder(world).paused is None


def test_a_link_expires() -> None:
    world = a_world()
    services = services_of(world)
    world.clock.advance(timedelta(days=1))
    with pytest.raises(NotFound):
        open_board(services, TOKEN)
