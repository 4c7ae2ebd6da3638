"""A person is erased everywhere, whatever is going on with them; only the stops stay."""

from datetime import timedelta

import pytest

from followthrough.domain.errors import ChangedMeanwhile, NotFound, SendingThrottled
from followthrough.domain.stops import ConsentEntry
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.erasing import Expired, Inventory, erase, erase_expired, take_inventory
from followthrough.use_cases.people import Address, SeveralPeople, Who, find_person
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.ports import OutgoingEmail
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from followthrough.use_cases.watch_overdue import Watched, watch_overdue
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import DAY
from tests.unit.fake_people import FakePeople, people_of
from tests.unit.fakes import FakeMailer, World

EMAIL, PHONE = "ann@example.com", "+12125550100"
ANN = Who("lead1")


def forget(world: World, who: Who = ANN) -> None:
    erase(people_of(world), who, lambda _: None)


def called() -> World:
    """Ann's first call was asked for."""
    world = World()
    arrive(world)
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "token"))
    return world


def with_email_due() -> World:
    """Nobody answered the first call, and an e-mail about it is due."""
    world = called()
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert plan(world).touch_id == "tried-you.1"
    return world


def assert_nothing_is_left(world: World) -> None:
    """Nothing but the stops, and those without the addresses."""
    store = world.store
    everything = (store.leads, store.touches, store.past, store.replays, store.nudges, store.links, store.sent_today)
    assert [kept for kept in everything if kept] == []
    assert not store.lead_by_email
    assert not any(store.leads_by_phone.values())
    assert not any(store.open_asks.values())
    assert {entry.address for entry in store.said} <= {""}


def test_nothing_is_left_of_a_person_but_that_no_machine_writes_to_them() -> None:
    world = with_email_due()
    send_message(world.services, request(world, "tried-you.1"))
    forget(world)
    assert_nothing_is_left(world)
    assert world.store.suppressions == {("email", EMAIL): "erased", ("text", PHONE): "erased"}
    assert [(entry.channel, entry.what, entry.words, entry.lead_id) for entry in world.store.said] == [
        ("email", "stop", None, None),
        ("text", "stop", None, None),
    ]


@pytest.mark.parametrize("who", [ANN, Who(email=EMAIL), Who(email="Ann@Example.com"), Who(phone=PHONE)])
def test_a_person_is_found_by_any_of_what_we_know(who: Who) -> None:
    world = called()
    forget(world, who)
    assert_nothing_is_left(world)


def test_counts_are_told_beforehand_and_nothing_is_changed_by_that() -> None:
    world, looked = with_email_due(), list[int]()
    before = dict(world.store.leads)
    assert take_inventory(people_of(world), ANN, looked.append) == Inventory(
        leads=1, pursuits=1, touches=1, said=0, beside=4
    )
    assert world.store.leads == before
    assert looked


def test_who_is_not_known_is_not_found() -> None:
    for who in (Who("lead7"), Who(email="bob@example.com"), Who(phone="+12125550199")):
        with pytest.raises(NotFound):
            forget(World(), who)


def test_erased_twice_is_not_found_by_id_and_changes_nothing_by_address() -> None:
    world = called()
    forget(world)
    with pytest.raises(NotFound):
        forget(world)
    forget(world, Who(email=EMAIL))
    assert_nothing_is_left(world)
    assert world.store.suppressions[("email", EMAIL)] == "erased"


# -- whatever is going on


def test_a_run_that_sleeps_meanwhile_finishes() -> None:
    world = with_email_due()
    lead = lead_in(world)
    forget(world)
    assert plan_next_touch(world.services, lead.pursuit_id, 1).do == "finish"


def test_what_is_due_finds_nothing_and_finishes_quietly() -> None:
    world = with_email_due()
    due = request(world, "tried-you.1")
    forget(world)
    assert send_message(world.services, due) == "superseded"
    assert world.mailer.sent == []
    world.machine.waiting.add("late token")
    asked = due.model_copy(update={"task_token": "late token", "touch_id": "second-call.1"})
    assert ask_rep_to_call(world.services, asked) == "superseded"
    assert world.machine.answered[-1] == "late token"
    assert escalate_silent_rep(world.services, due) == "superseded"


class ErasingMailer(FakeMailer):
    """The person is erased while the message is on its way; `then` is raised after that."""

    def __init__(self, then: Exception | None = None) -> None:
        super().__init__()
        self.then = then
        self.world: World | None = None

    def send(self, email: OutgoingEmail) -> str:
        assert self.world
        forget(self.world)
        if self.then:
            raise self.then
        return super().send(email)


@pytest.mark.parametrize("then", [None, SendingThrottled("later")])
def test_between_claim_and_record_the_erasure_wins(then: Exception | None) -> None:
    mailer = ErasingMailer(then)
    world = World(mailer=mailer)
    arrive(world)
    ask_rep_to_call(world.services, request(world, plan(world).touch_id))
    report_outcome(world.services, "lead1", Report("no_answer"))
    plan(world)
    mailer.world = world
    due = request(world, "tried-you.1")
    if then:
        with pytest.raises(SendingThrottled):
            send_message(world.services, due)
        assert send_message(world.services, due) == "superseded"
    else:
        assert send_message(world.services, due) == "sent"
    assert_nothing_is_left(world)


def test_a_fact_recorded_meanwhile_is_erased_too() -> None:
    world = with_email_due()
    services = people_of(world)
    assert isinstance(services.people, FakePeople)
    services.people.before_removal = lambda: send_message(world.services, request(world, "tried-you.1"))
    erase(services, ANN, lambda _: None)
    assert_nothing_is_left(world)


def test_the_watchdog_passes_over_who_is_gone() -> None:
    world = called()
    lead = lead_in(world)
    forget(world)
    world.store.overdue = lambda before: [lead.id]  # type: ignore[method-assign]  # an index lags behind
    assert watch_overdue(world.services, lambda *_: None) == Watched((), (), ())


def test_a_late_report_and_a_late_stop_find_nobody() -> None:
    world = called()
    forget(world)
    with pytest.raises(NotFound):
        report_outcome(world.services, "lead1", Report("booked"))
    with pytest.raises(NotFound):
        stop(world.services, "lead1", Stop("everything", "unsubscribed"))
    assert_nothing_is_left(world)


# -- who else there is


def test_whoever_asks_anew_is_a_new_lead_who_may_be_called_and_is_not_written_to() -> None:
    world = called()
    forget(world)
    again = arrive(world)
    assert again != "lead1"
    assert plan(world, again).channel == "call"
    assert world.store.suppressed([("email", EMAIL), ("text", PHONE), ("call", PHONE)]) == {
        "email": "erased",
        "text": "erased",
    }


def test_a_number_that_two_leads_have_does_not_tell_who_is_meant() -> None:
    world = called()
    arrive(world, email="bob@example.com")
    with pytest.raises(SeveralPeople) as several:
        forget(world, Who(phone=PHONE))
    assert several.value.lead_ids == ("lead1", "lead2")


def test_who_shares_the_number_keeps_everything_of_theirs() -> None:
    world = called()
    bob = arrive(world, email="bob@example.com", name="Bob")
    for lead_id in ("lead1", bob):
        said = ConsentEntry(
            at=world.clock(), channel="text", address=PHONE, what="consent", because="form", lead_id=lead_id
        )
        world.store.keep_consents([said])
    world.store.sent_today[("call", PHONE, "2026-11-23")] = 1
    forget(world)
    assert list(world.store.leads) == [bob]
    assert [entry.lead_id for entry in world.store.said if entry.address] == [bob]
    assert world.store.suppressions == {("email", EMAIL): "erased"}
    assert world.store.sent_today[("call", PHONE, "2026-11-23")] == 1
    assert world.store.find_by_phone(PHONE) == [bob]


def test_a_number_that_they_had_before_is_forgotten_too() -> None:
    world = called()
    world.clock.advance(2 * DAY)
    arrive(world, phone="212-555-0199")
    assert lead_in(world).profile.phone == "+12125550199"
    person = find_person(people_of(world), ANN)
    assert person.earlier_numbers == (PHONE,)
    forget(world)
    assert_nothing_is_left(world)
    assert set(world.store.suppressions) == {("email", EMAIL), ("text", PHONE), ("text", "+12125550199")}


def test_why_an_address_was_stopped_before_stays_the_reason() -> None:
    world = called()
    stop(world.services, "lead1", Stop("everything", "unsubscribed", words="Leave me alone"))
    forget(world)
    assert world.store.suppressions == {("email", EMAIL): "unsubscribed", ("text", PHONE): "unsubscribed"}
    assert [entry.words for entry in world.store.said] == [None, None]


def test_what_an_address_without_a_lead_once_said_is_erased_too() -> None:
    world = World()
    said = ConsentEntry(
        at=world.clock(), channel="text", address=PHONE, what="stop", because="stopped", words="STOP it, says Ann"
    )
    world.store.keep_consents([said])
    forget(world, Who(phone=PHONE))
    assert [(entry.address, entry.words) for entry in world.store.said] == [("", None)]
    assert world.store.suppressions == {("text", PHONE): "stopped"}


# -- in time


def expire(world: World) -> Expired:
    return erase_expired(people_of(world), lambda lead_id, error: None)


def closed_lead() -> World:
    world = called()
    report_outcome(world.services, "lead1", Report("not_interested"))
    return world


def test_a_closed_lead_is_erased_when_its_time_is_over_and_not_before() -> None:
    world = closed_lead()
    world.clock.advance(730 * DAY)
    assert expire(world) == Expired((), ())
    world.clock.advance(timedelta(seconds=1))
    assert expire(world) == Expired(("lead1",), ())
    assert world.store.leads == {}
    assert world.store.touches == {}


def test_an_open_lead_is_never_erased_by_itself() -> None:
    world = called()
    world.clock.advance(10_000 * DAY)
    assert expire(world) == Expired((), ())
    assert "lead1" in world.store.leads


def test_a_lead_that_lives_again_is_kept() -> None:
    world = closed_lead()
    world.clock.advance(700 * DAY)
    arrive(world)
    world.clock.advance(100 * DAY)
    assert expire(world) == Expired((), ())


def test_time_alone_stops_no_address_and_lifts_no_stop() -> None:
    world = called()
    stop(world.services, "lead1", Stop("email", "unsubscribed"))
    report_outcome(world.services, "lead1", Report("not_interested"))
    said = list(world.store.said)
    world.clock.advance(731 * DAY)
    expire(world)
    assert world.store.leads == {}
    assert world.store.suppressions == {("email", EMAIL): "unsubscribed"}
    assert world.store.said == said


def test_one_that_cannot_be_erased_keeps_no_other() -> None:
    world = closed_lead()
    bob = arrive(world, email="bob@example.com", phone="212-555-0177")
    report_outcome(world.services, bob, Report("not_interested"))
    world.clock.advance(731 * DAY)
    load, errors = world.store.load, list[str]()

    def broken(lead_id: str) -> object:
        if lead_id == "lead1":
            raise ValueError("broken")
        return load(lead_id)

    world.store.load = broken  # type: ignore[method-assign,assignment]
    expired = erase_expired(people_of(world), lambda lead_id, error: errors.append(lead_id))
    assert expired == Expired((bob,), ("lead1",))
    assert errors == ["lead1"]


def test_an_erasure_that_is_always_overtaken_gives_up_and_says_so() -> None:
    world = with_email_due()
    services = people_of(world)
    assert isinstance(services.people, FakePeople)
    people = services.people

    def record_something() -> None:
        lead = lead_in(world)
        world.store.save(lead.model_copy(update={"note": "Once more"}))
        people.before_removal = record_something

    people.before_removal = record_something
    with pytest.raises(ChangedMeanwhile):
        erase(services, ANN, lambda _: None)
    assert Address("email", EMAIL) in find_person(services, ANN).addresses
