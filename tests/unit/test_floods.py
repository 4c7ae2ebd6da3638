"""A form that programs post to can't make us write to people who never asked, and nobody who did ask is lost."""

from datetime import datetime, timedelta

import pytest

from followthrough.domain.answers_to_reps import leads_held, managers_only_release, released
from followthrough.domain.business import Settings
from followthrough.domain.errors import SendingThrottled
from followthrough.domain.floods import HELD_FOR, Flood, Sender, source_of
from followthrough.domain.gsm7 import segments, to_gsm7
from followthrough.domain.leads import Lead
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_lead import Received, receive_lead
from followthrough.use_cases.receive_text import IncomingText, receive_text
from followthrough.use_cases.stopping import Stop, stop
from followthrough.use_cases.watch_floods import watch_floods
from followthrough.use_cases.watch_overdue import watch_overdue
from tests.unit.building import HOUR, MINUTE
from tests.unit.fakes import FakeTexter, World, business_changed

PAGE = Sender("https://www.example.com", "203.0.113.7")
MANAGER = business_changed().team.manager


def limited(per_source: int = 2, in_all: int = 4) -> Settings:
    return business_changed(caps={"leads_an_hour": per_source, "all_leads_an_hour": in_all})


def post(world: World, number: int, sender: Sender = PAGE, **fields: str) -> Received:
    return receive_lead(world.services, {"email": f"lead{number}@example.com", **fields}, sender=sender)


def flooded(**limits: int) -> tuple[World, list[Lead]]:
    """Four posts from one page; the last two are held."""
    world = World(settings=limited(**limits))
    leads = []
    for number in range(4):
        leads.append(world.store.load(post(world, number).lead_id))
        world.clock.advance(timedelta(seconds=1))
    return world, leads


def fail(lead_id: str, error: Exception) -> None:
    raise AssertionError(lead_id) from error


def minutes(world: World, count: int) -> list[str]:
    """What is let go while the watchdog looks so many times."""
    gone: list[str] = []
    for _ in range(count):
        world.clock.advance(MINUTE)
        gone += watch_floods(world.services, fail)
    return gone


def text(world: World, body: str, phone: str = MANAGER.phone) -> str:
    receive_text(world.services, IncomingText(phone, body, f"{body}-{world.clock.now}-{phone}"))
    return world.texter.sent[-1][1]


# -- what counts as one source


@pytest.mark.parametrize(
    ("sender", "named", "source"),
    [
        (Sender("https://www.Example.com"), None, "page www.example.com"),
        (Sender("https://www.example.com/quote?name=Ann"), "ads", "page www.example.com"),
        (Sender("null", "203.0.113.7"), "Ads", "source ads"),
        (Sender("", "203.0.113.7"), None, "network 203.0.113.0/24"),
        (Sender("", "2001:db8:1:2::3"), None, "network 2001:db8:1::/48"),
        (Sender("", ""), None, "network unknown"),
    ],
)
def test_a_source_is_the_page_else_what_the_form_says_else_the_callers_network(
    sender: Sender, named: str | None, source: str
) -> None:
    assert source_of(sender, named) == source


# -- holding


def test_leads_beyond_the_limit_of_an_hour_are_stored_and_nothing_is_begun() -> None:
    world, leads = flooded()
    assert [bool(lead.hold) for lead in leads] == [False, False, True, True]
    assert [pursuit for pursuit, _ in world.machine.started] == [lead.pursuit_id for lead in leads[:2]]
    assert [lead.next_touch_at for lead in leads[2:]] == [lead.arrived_at + HELD_FOR for lead in leads[2:]]
    assert all(lead.is_open for lead in leads)


def test_another_source_is_not_held_until_all_together_are_too_many() -> None:
    world = World(settings=limited(per_source=2, in_all=3))
    held = [post(world, number, Sender(f"https://{number}.example.com")).held for number in range(5)]
    assert held == [False, False, False, True, True]


def test_the_next_hour_begins_anew() -> None:
    world, _ = flooded()
    world.clock.advance(HOUR)
    assert not post(world, 5).held


def test_a_post_that_comes_twice_counts_once() -> None:
    world = World(settings=limited(per_source=2))
    assert [post(world, 1).how for _ in range(3)] == ["new", "replay", "replay"]
    assert not post(world, 2).held


def test_whoever_asks_again_once_it_is_over_is_held_no_longer() -> None:
    world, leads = flooded()
    world.clock.advance(HOUR)
    again = post(world, 3, message="Please call me")
    assert (again.lead_id, again.held) == (leads[3].id, False)
    assert world.store.load(leads[3].id).hold is None
    assert world.machine.started[-1] == (f"{leads[3].id}-2", 1)
    text(world, "release")
    assert leads[3].id not in minutes(world, 3)  # it is no longer in line


# -- while they are held


def test_a_run_of_a_held_lead_does_nothing() -> None:
    world, leads = flooded()
    assert plan_next_touch(world.services, leads[2].pursuit_id, 1).do == "finish"
    assert world.store.load(leads[2].id) == leads[2]
    assert world.store.timeline(leads[2].id) == []


def test_the_watchdog_for_overdue_leads_leaves_those_in_line_to_their_turn() -> None:
    world, leads = flooded()
    world.clock.advance(HELD_FOR + HOUR)
    assert not {leads[2].id, leads[3].id} & set(watch_overdue(world.services, fail).restarted)
    assert world.store.load(leads[2].id).restarts == 0


def test_a_held_lead_can_ask_us_to_stop() -> None:
    world, leads = flooded()
    stop(world.services, leads[2].id, Stop("everything", "unsubscribed"))
    text(world, "release")
    assert minutes(world, 3) == [leads[3].id]
    assert world.store.load(leads[2].id).status == "opted_out"


# -- telling the manager


def test_the_manager_is_told_once_how_many_there_are_and_what_to_do() -> None:
    world, _ = flooded()
    minutes(world, 5)
    ((phone, words),) = world.texter.sent
    assert phone == MANAGER.phone
    assert words.startswith("2 leads are held: ")
    assert "Text release" in words
    assert f"{world.services.public_url}/calls/{next(iter(world.team.rep_links))}" in words


def test_the_list_behind_the_link_has_the_held_leads() -> None:
    world, leads = flooded()
    assert world.team.leads_of(MANAGER.id) == [leads[2].id, leads[3].id]


def test_the_manager_is_told_again_of_a_flood_after_the_release() -> None:
    world, _ = flooded()
    minutes(world, 1)
    text(world, "release")
    minutes(world, 5)
    told = len(world.texter.sent)
    world.clock.advance(timedelta(seconds=1))
    post(world, 9)
    minutes(world, 2)
    assert [words[:14] for _, words in world.texter.sent[told:]] == ["1 lead is held"]


def test_a_manager_who_could_not_be_told_is_told_the_next_minute() -> None:
    class Throttled(FakeTexter):
        def send(self, phone: str, body: str) -> str:
            raise SendingThrottled("TooFast")

    world, _ = flooded()
    working = world.services.texter
    object.__setattr__(world.services, "texter", Throttled())
    minutes(world, 1)
    object.__setattr__(world.services, "texter", working)
    minutes(world, 1)
    assert len(world.texter.sent) == 1


@pytest.mark.parametrize(
    "words", [leads_held(3000, "https://abcdefghij.execute-api.us-east-1.amazonaws.com/calls/" + 22 * "x")]
)
def test_what_the_manager_is_told_fits_two_segments(words: str) -> None:
    assert segments(words) <= 2
    assert words == to_gsm7(words)


@pytest.mark.parametrize("words", [released(0), released(3000), managers_only_release()])
def test_the_answers_are_one_segment(words: str) -> None:
    assert segments(words) == 1


# -- letting them go


def test_released_leads_go_oldest_first_a_few_each_minute_as_if_they_had_just_asked() -> None:
    world, leads = flooded()
    assert text(world, "Release").startswith("Released: 2 leads")
    assert [minutes(world, 1) for _ in range(3)] == [[leads[2].id], [leads[3].id], []]
    gone = world.store.load(leads[2].id)
    assert (gone.hold, gone.rep, gone.arrived_at) == (None, None, leads[2].arrived_at)
    assert gone.pursuit.began_at == gone.next_touch_at
    assert (gone.pursuit_id, gone.pursuit.run) in world.machine.started
    assert plan_next_touch(world.services, gone.pursuit_id, gone.pursuit.run).do == "touch"


def test_without_a_word_they_go_after_a_day() -> None:
    world, leads = flooded()
    world.clock.advance(HELD_FOR - 2 * MINUTE)
    assert minutes(world, 1) == []
    assert minutes(world, 4) == [leads[2].id, leads[3].id]


def test_leads_held_after_a_release_wait_for_another() -> None:
    world, leads = flooded()
    text(world, "release")
    world.clock.advance(timedelta(seconds=1))
    later = post(world, 9)
    assert minutes(world, 5) == [leads[2].id, leads[3].id]
    assert world.store.load(later.lead_id).hold


def test_only_the_manager_can_release() -> None:
    world, _ = flooded()
    rep = next(rep for rep in world.settings.team.reps if rep.id != MANAGER.id)
    assert text(world, "release", rep.phone) == managers_only_release()
    assert minutes(world, 3) == []


def test_releasing_nothing_says_so() -> None:
    assert text(World(), "release") == "No leads are held."


def test_one_lead_that_cannot_be_let_go_does_not_keep_the_others() -> None:
    world, leads = flooded(in_all=3 * 60)
    for number in (7, 8):
        post(world, number)
    failed: list[str] = []
    first = leads[2].id
    load = world.store.load
    world.store.load = lambda lead_id: load(lead_id) if lead_id != first else load(str(1 / 0))  # type: ignore[method-assign]
    world.clock.advance(MINUTE)
    text(world, "release")
    gone = watch_floods(world.services, lambda lead_id, _: failed.append(lead_id))
    assert (failed, gone) == ([first], (leads[3].id, "lead5", "lead6"))


def test_a_lead_that_was_erased_while_held_is_taken_out_of_line() -> None:
    world, leads = flooded()
    del world.store.leads[leads[2].id]
    text(world, "release")
    assert minutes(world, 3) == [leads[3].id]
    assert world.store.held == []


NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


@pytest.mark.parametrize(
    ("flood", "news"),
    [
        (Flood(), True),
        (Flood(told_at=NOON - HOUR), False),
        (Flood(told_at=NOON - 25 * HOUR), True),
        (Flood(told_at=NOON - HOUR, released_at=NOON - 2 * HOUR), False),
        (Flood(told_at=NOON - 2 * HOUR, released_at=NOON - HOUR), True),
    ],
)
def test_held_leads_are_news_once_and_again_after_a_release_or_a_day(flood: Flood, *, news: bool) -> None:
    assert flood.must_be_told(NOON) == news
