"""Nobody who posts a form is lost, and nobody becomes two leads."""

from datetime import timedelta

import pytest

from followthrough.domain.errors import ChangedMeanwhile
from followthrough.domain.intake import MOST_OTHER, TRAP_FIELD, RefusedFields
from followthrough.domain.leads import Lead
from followthrough.domain.pursuing import close
from followthrough.use_cases.ports import Arrival
from followthrough.use_cases.receive_lead import Received, receive_lead
from tests.unit.fakes import FakeMachine, FakeStore, World

ANN = {"name": "Ann Lee", "email": "ann@example.com", "phone": "212-555-0100"}
A_DAY = timedelta(hours=24)


def post(world: World, key: str = "", **fields: str) -> Received:
    return receive_lead(world.services, fields, key)


class MachineThatIsDown(FakeMachine):
    def start(self, pursuit_id: str, run: int) -> None:
        raise ConnectionError(f"no answer for {pursuit_id}")


class StoreWithARival(FakeStore):
    """Somebody else's request stores the same person between our look and our write, once."""

    rival_keys: tuple[str, ...] | None = ("somebody else's post",)

    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        if not self.leads:
            rival = lead.model_copy(update={"id": "rival", "token": "rival's"})
            super().add(rival, Arrival(self.rival_keys or arrival.replay_keys, arrival.expires_at))
        return super().add(lead, arrival)


class StoreWithATwin(StoreWithARival):
    """The other request is the very same post, as from a double click."""

    rival_keys = None


class StoreThatNeverSettles(FakeStore):
    def add(self, lead: Lead, arrival: Arrival) -> Lead:
        raise ChangedMeanwhile(lead.id)


# -- a new lead


def test_a_post_becomes_a_stored_lead_whose_pursuit_is_started() -> None:
    world = World()
    assert post(world, **ANN) == Received("lead1", "new")
    lead = world.store.load("lead1")
    assert (lead.profile.email, lead.profile.phone) == ("ann@example.com", "+12125550100")
    assert (lead.arrived_at, lead.status, lead.token) == (world.clock(), "open", "token1")
    assert lead.place.zones == ("America/New_York",)
    assert world.machine.started == [("lead1-1", 1)]


def test_its_pursuit_is_the_arrival_cadence_in_the_deployed_version_which_is_kept() -> None:
    world = World()
    post(world, **ANN)
    pursuit = world.store.load("lead1").pursuit
    assert pursuit.cadence == world.settings.business.cadences.arrival
    assert world.store.load_version(pursuit.cadence, pursuit.cadence_version) == world.cadence


def test_a_part_of_a_second_counts_as_a_whole_one() -> None:
    world = World()
    world.clock.advance(timedelta(milliseconds=1))
    post(world, **ANN)
    assert world.store.load("lead1").arrived_at.microsecond == 0


def test_when_the_machine_is_down_the_lead_is_safe_and_the_watchdog_finds_it() -> None:
    world = World(machine=MachineThatIsDown())
    assert post(world, **ANN) == Received("lead1", "new", start_error="ConnectionError")
    assert world.store.overdue(world.clock() + timedelta(seconds=1)) == ["lead1"]


def test_what_can_not_be_accepted_is_not_stored() -> None:
    world = World()
    with pytest.raises(RefusedFields):
        post(world, name="Ann")
    assert not world.store.leads


def test_a_program_that_fills_the_trap_is_answered_like_anybody_and_nothing_is_stored() -> None:
    world = World()
    received = post(world, **ANN, **{TRAP_FIELD: "https://spam.example"})
    assert (received.how, bool(received.lead_id)) == ("trapped", True)
    assert not world.store.leads
    assert not world.machine.started


# -- replays


def test_the_same_post_within_a_day_changes_nothing() -> None:
    world = World()
    post(world, **ANN)
    before = world.store.load("lead1")
    world.clock.advance(A_DAY - timedelta(seconds=1))
    assert post(world, **ANN) == Received("lead1", "replay")
    assert world.store.leads == {"lead1": before}
    assert world.machine.started == [("lead1-1", 1)]


def test_the_same_post_after_a_day_asks_again() -> None:
    world = World()
    post(world, **ANN)
    world.clock.advance(A_DAY)
    assert post(world, **ANN) == Received("lead1", "asked_again")


def test_the_order_of_fields_does_not_make_another_post() -> None:
    world = World()
    post(world, **ANN)
    assert post(world, **dict(reversed(ANN.items()))).how == "replay"


def test_the_same_idempotency_key_is_a_replay_whatever_the_body() -> None:
    world = World()
    post(world, "key-1", **ANN)
    assert post(world, "key-1", **ANN, message="once more") == Received("lead1", "replay")
    assert post(world, "key-2", **ANN, message="once more") == Received("lead1", "asked_again")


def test_posts_without_an_idempotency_key_do_not_share_one() -> None:
    world = World()
    post(world, " ", **ANN)
    assert post(world, " ", email="bob@example.com").how == "new"


def test_a_replay_for_a_lead_that_is_closed_does_not_open_it() -> None:
    world = World()
    post(world, **ANN)
    world.store.save(close(world.store.load("lead1"), "opted_out", world.clock()))
    assert post(world, **ANN).how == "replay"
    assert not world.store.load("lead1").is_open


# -- the same person


def test_the_same_email_asks_again_and_the_cadence_begins_afresh() -> None:
    world = World()
    post(world, **ANN)
    before = world.store.load("lead1")
    world.clock.advance(timedelta(days=40))
    assert post(world, email="ANN@Example.com", message="Now the kitchen") == Received("lead1", "asked_again")
    lead = world.store.load("lead1")
    assert (lead.times_asked, lead.pursuit.number, lead.pursuit.began_at) == (2, 2, world.clock())
    assert (lead.profile.name, lead.profile.message) == ("Ann Lee", "Now the kitchen")
    assert world.machine.started == [("lead1-1", 1), ("lead1-2", 1)]
    assert world.store.past == [before]


def test_a_closed_lead_that_asks_again_is_open_and_due() -> None:
    world = World()
    post(world, **ANN)
    world.store.save(close(world.store.load("lead1"), "not_interested", world.clock()))
    world.clock.advance(A_DAY)
    post(world, **ANN)
    lead = world.store.load("lead1")
    assert (lead.is_open, lead.next_touch_at) == (True, world.clock())


def test_asking_again_keeps_the_place_that_the_first_post_told() -> None:
    world = World()
    post(world, **ANN, zone="America/Denver")
    post(world, email="ann@example.com", message="again")
    assert world.store.load("lead1").place.zones == ("America/Denver",)


def test_asking_again_with_a_new_place_moves_the_lead() -> None:
    world = World()
    post(world, **ANN, zone="America/Denver")
    post(world, email="ann@example.com", zone="America/Chicago")
    assert world.store.load("lead1").place.zones == ("America/Chicago",)


def test_a_lead_does_not_grow_without_end_however_often_it_is_posted() -> None:
    world = World()
    for round_ in range(5):
        extra = {f"extra-{round_}-{n}": "x" * 200 for n in range(MOST_OTHER // 2)}
        post(world, **ANN, **extra)
    assert len(world.store.load("lead1").profile.other) <= MOST_OTHER
    assert "extra-4-0" in world.store.load("lead1").profile.other


def test_the_same_phone_with_another_email_is_another_lead() -> None:
    world = World()
    post(world, **ANN)
    assert post(world, email="bob@example.com", phone=ANN["phone"]) == Received("lead2", "new")


def test_a_phone_number_alone_is_known_by_the_number() -> None:
    world = World()
    post(world, phone="212-555-0100")
    assert post(world, phone="+1 212 555 0100", message="hello?") == Received("lead1", "asked_again")


def test_a_phone_number_alone_finds_the_only_lead_that_has_it() -> None:
    world = World()
    post(world, **ANN)
    assert post(world, phone="212-555-0100") == Received("lead1", "asked_again")


def test_a_phone_number_that_a_lead_had_before_does_not_stand_for_it() -> None:
    world = World()
    post(world, **ANN)
    post(world, email="ann@example.com", phone="646-555-0177")
    assert post(world, phone=ANN["phone"]) == Received("lead2", "new")


def test_a_shared_phone_number_alone_stands_for_nobody_who_has_an_email() -> None:
    world = World()
    post(world, **ANN)
    post(world, email="bob@example.com", phone=ANN["phone"])
    assert post(world, phone=ANN["phone"]) == Received("lead3", "new")
    assert post(world, phone=ANN["phone"], message="again") == Received("lead3", "asked_again")


def test_an_email_never_joins_a_lead_that_is_known_by_its_phone_number_alone() -> None:
    world = World()
    post(world, phone=ANN["phone"], message="a private matter")
    assert post(world, email="stranger@example.com", phone=ANN["phone"]) == Received("lead2", "new")
    assert world.store.load("lead1").profile.email is None


# -- races


def test_two_posts_of_one_person_at_once_make_one_lead_that_asked_twice() -> None:
    world = World(store_kind=StoreWithARival)
    assert post(world, **ANN) == Received("rival", "asked_again")
    assert list(world.store.leads) == ["rival"]


def test_a_double_click_makes_one_lead_that_asked_once() -> None:
    world = World(store_kind=StoreWithATwin)
    assert post(world, **ANN) == Received("rival", "replay")
    assert world.store.load("rival").times_asked == 1


def test_a_conflict_that_does_not_end_is_said_and_not_taken_for_success() -> None:
    with pytest.raises(ChangedMeanwhile):
        post(World(store_kind=StoreThatNeverSettles), **ANN)


# -- one number, several people

SAM = {"name": "Sam Reed", "email": "sam@example.com", "phone": "(212) 555-0100"}


def shares(world: World, received: Received) -> bool:
    return world.store.load(received.lead_id).shares_phone


def test_leads_with_one_number_are_both_known_to_share_it() -> None:
    world = World()
    ann = post(world, **ANN)
    assert not shares(world, ann)
    sam = post(world, **SAM)
    assert (shares(world, ann), shares(world, sam)) == (True, True)


def test_a_lead_that_asks_again_with_another_s_number_shares_it_from_then_on() -> None:
    world = World()
    ann, sam = post(world, **ANN), post(world, **{**SAM, "phone": "212-555-0177"})
    post(world, **{**SAM, "message": "And the bathroom"})
    assert (shares(world, ann), shares(world, sam)) == (True, True)


def test_who_asks_again_with_their_own_number_shares_it_with_nobody() -> None:
    world = World()
    ann = post(world, **ANN)
    post(world, **ANN, message="And the bathroom")
    assert not shares(world, ann)


def test_a_closed_lead_with_the_same_number_is_left_as_it_is() -> None:
    world = World()
    ann = world.store.load(post(world, **ANN).lead_id)
    world.store.leads[ann.id] = close(ann, "booked", world.clock())
    sam = post(world, **SAM)
    assert shares(world, sam)
    assert not world.store.load(ann.id).shares_phone
