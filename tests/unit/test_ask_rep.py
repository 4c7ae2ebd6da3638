"""A rep is asked at once; silence always moves on to somebody else; nobody is asked for nothing."""

from datetime import timedelta

import pytest

from followthrough.domain.business import Settings
from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown
from followthrough.domain.leads import Ask
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE, at, cadence_of
from tests.unit.engine import Engine
from tests.unit.fakes import BY_SAMPLE, FakeClock, FakeTexter, World, business_changed, sample_settings

MONDAY_10 = at("2026-11-23 10:00")
ANA, BEN, CHLOE, DANA = "+12125550111", "+12125550112", "+19175550113", "+12125550110"


class FailingTexter(FakeTexter):
    """Fails as told, then works."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__()
        self.errors = list(errors)

    def send(self, phone: str, body: str) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return super().send(phone, body)


def arrived(**parts: object) -> World:
    world = World(**parts)  # type: ignore[arg-type]  # parts of a World by name
    arrive(world)
    plan(world)
    return world


def ask(world: World, touch_id: str = "first-call.1", task: str = "task1") -> str:
    return ask_rep_to_call(world.services, request(world, touch_id, task))


def escalate(world: World, touch_id: str = "first-call.1") -> str:
    return escalate_silent_rep(world.services, request(world, touch_id))


def nudged(world: World) -> list[str]:
    return [phone for phone, _ in world.texter.sent]


def the_ask(world: World) -> Ask:
    found = lead_in(world).ask
    assert found
    return found


# -- asking


def test_the_rep_whose_turn_it_is_gets_a_text_and_the_machine_waits() -> None:
    world = arrived()
    assert ask(world) == "asked"
    assert nudged(world) == [ANA]
    assert lead_in(world).rep == "ana"
    assert the_ask(world).nudged
    assert world.machine.waiting == {the_ask(world).token} == {"task1"}


def test_leads_go_round_the_team_and_keep_their_rep() -> None:
    world = World()
    reps = []
    for n in range(4):
        lead_id = arrive(world, email=f"lead{n}@example.com", phone=f"212-555-016{n}")
        engine = Engine(world, lead_id, lambda _: "no_answer")
        engine.run(world.clock() + HOUR)
        reps.append(engine.lead.rep)
        assert {name for touch in engine.timeline for name in touch.asked} == {engine.lead.rep}
    assert reps == ["ana", "ben", "chloe", "ana"]


def test_a_rep_who_has_left_is_replaced_by_whose_turn_it_is() -> None:
    world = arrived()
    changed(world, rep="somebody-who-left")
    ask(world)
    assert lead_in(world).rep == "ana"


def test_the_timeline_says_who_was_asked() -> None:
    world = arrived()
    ask(world)
    touch = world.store.touches["lead1", 1, "first-call.1"]
    assert (touch.status, touch.asked, touch.to) == ("asked", ("ana",), "rep")


def with_notify(*ways: str) -> Settings:
    settings = sample_settings()
    reps = [rep.model_copy(update={"notify": list(ways)}) for rep in settings.team.reps]
    return settings.model_copy(update={"team": settings.team.model_copy(update={"reps": reps})})


def test_a_rep_who_wants_e_mail_gets_e_mail() -> None:
    world = arrived(settings=with_notify("email"))
    ask(world)
    assert [mail.to for mail in world.mailer.sent] == ["ana@example.com"]
    assert nudged(world) == []


def test_a_rep_who_wants_both_gets_both() -> None:
    world = arrived(settings=with_notify("text", "email"))
    ask(world)
    assert ([mail.to for mail in world.mailer.sent], nudged(world)) == (["ana@example.com"], [ANA])


@pytest.mark.parametrize("error", [SendingRefused("OptedOut"), SendingThrottled("Throttled")])
def test_when_a_text_does_not_get_out_the_rep_gets_an_e_mail(error: Exception) -> None:
    world = arrived(texter=FailingTexter(error))
    assert ask(world) == "asked"
    assert [mail.to for mail in world.mailer.sent] == ["ana@example.com"]


def test_a_text_that_may_have_got_out_is_not_repeated_by_e_mail() -> None:
    world = arrived(texter=FailingTexter(SendingUnknown("timeout")))
    assert ask(world) == "asked"
    assert world.mailer.sent == []


# -- nothing to ask


@pytest.mark.parametrize("touch_id", ["later.1", "first-call.1"])
def test_a_call_that_is_not_due_is_not_asked_for_and_the_machine_plans_again(touch_id: str) -> None:
    version = cadence_of({"name": "later", "after": "1h"})
    world = World(cadence=version, settings=business_changed(cadences=BY_SAMPLE))
    arrive(world)
    assert ask(world, touch_id) == "planned_again"
    assert world.machine.answered == ["task1"]
    assert world.texter.sent == []


def test_a_superseded_run_asks_nobody_and_is_let_go() -> None:
    world = arrived()
    stale = request(world, "first-call.1", "task1", run=9)
    assert ask_rep_to_call(world.services, stale) == "superseded"
    assert world.machine.answered == ["task1"]
    assert world.texter.sent == []


# -- again


def test_asked_again_by_a_retry_the_rep_is_not_buzzed_twice_and_the_new_token_counts() -> None:
    world = arrived()
    ask(world)
    assert ask(world, task="task2") == "listening"
    assert nudged(world) == [ANA]
    assert {the_ask(world).token} == {"task2"}


def test_a_nudge_that_a_crash_lost_is_sent_by_the_retry() -> None:
    world = arrived(texter=FailingTexter(MemoryError()))
    with pytest.raises(MemoryError):  # the process dies here
        ask(world)
    assert ask(world, task="task2") == "listening"
    assert nudged(world) == [ANA]
    assert the_ask(world).nudged


# -- silence


def test_after_five_minutes_of_silence_the_next_rep_is_asked() -> None:
    world = arrived()
    ask(world)
    world.clock.advance(5 * MINUTE)
    assert escalate(world) == "escalated"
    assert nudged(world) == [ANA, BEN]
    assert (the_ask(world).asked, the_ask(world).deadline) == (("ana", "ben"), MONDAY_10 + 10 * MINUTE)


def test_the_silent_touch_is_over_and_the_e_mail_after_it_is_due() -> None:
    world = arrived()
    ask(world)
    world.clock.advance(5 * MINUTE)
    escalate(world)
    touch = world.store.touches["lead1", 1, "first-call.1"]
    assert (touch.status, touch.ended_at, touch.asked) == ("silent", MONDAY_10 + 5 * MINUTE, ("ana", "ben"))
    planned = plan(world)
    assert (planned.touch_id, planned.due_at) == ("will-call.1", MONDAY_10 + 5 * MINUTE)


ONE_CALL = cadence_of({"name": "only", "after": "0m", "message": "first-call"})


def test_silence_goes_all_the_way_to_the_manager_and_then_the_cadence_goes_on() -> None:
    version = ONE_CALL.model_copy(update={"messages": World().cadence.messages})
    world = World(cadence=version, settings=business_changed(cadences=BY_SAMPLE))
    arrive(world)
    Engine(world, "lead1", lambda _: None).run(MONDAY_10 + DAY)
    assert nudged(world) == [ANA, BEN, CHLOE, DANA]
    (touch,) = world.store.timeline("lead1")
    assert touch.asked == ("ana", "ben", "chloe", "dana")
    assert lead_in(world).status == "no_response"


def test_a_report_by_the_second_rep_ends_the_asking() -> None:
    world = arrived()
    ask(world)
    world.clock.advance(5 * MINUTE)
    escalate(world)
    report_outcome(world.services, "lead1", Report("booked", by="ben"))
    assert escalate(world) == "superseded"
    assert nudged(world) == [ANA, BEN, ANA]
    assert world.texter.sent[-1][1] == "Ben Okafor has reported on Ann Lee: stand down."


def test_silence_on_a_later_call_asks_nobody_else_and_the_cadence_goes_on() -> None:
    """The reminder is left out: it would be the second text within the hour about a call that isn't urgent."""
    world = World()
    arrive(world)
    Engine(world, "lead1", lambda touch: None if touch == "second-call.1" else "no_answer").run(MONDAY_10 + HOUR)
    assert nudged(world) == [ANA, ANA]
    assert lead_in(world).ask
    assert the_ask(world).deadline is None
    assert plan(world).touch_id == "rest-of-day-one.1"


def test_silence_for_days_never_stalls_a_lead_and_everybody_hears_of_it() -> None:
    world = World()
    arrive(world)
    engine = Engine(world, "lead1", lambda _: None)
    engine.run(MONDAY_10 + 3 * DAY)
    assert set(nudged(world)) == {ANA, BEN, CHLOE, DANA}
    assert engine.lead.next_touch_at
    assert engine.lead.next_touch_at > world.clock() - MINUTE


def test_escalating_before_the_deadline_changes_nothing() -> None:
    world = arrived()
    ask(world)
    world.clock.advance(5 * MINUTE - timedelta(seconds=1))
    assert escalate(world) == "too_early"
    assert nudged(world) == [ANA]


def test_escalating_twice_asks_one_person_more_and_not_two() -> None:
    world = arrived()
    ask(world)
    world.clock.advance(5 * MINUTE)
    assert [escalate(world), escalate(world)] == ["escalated", "too_early"]
    assert nudged(world) == [ANA, BEN]


def test_an_escalation_whose_nudge_a_crash_lost_is_told_by_the_retry() -> None:
    world = arrived(texter=FailingTexter())
    ask(world)
    world.clock.advance(5 * MINUTE)
    assert isinstance(world.texter, FailingTexter)
    world.texter.errors = [MemoryError()]
    with pytest.raises(MemoryError):
        escalate(world)
    assert escalate(world) == "escalated"
    assert nudged(world) == [ANA, BEN]


def test_silence_on_a_call_whose_step_has_been_passed_over_since_still_moves_on() -> None:
    """Friday's call is asked for down the line while the weekend's touches of the same step are skipped."""
    version = cadence_of(
        {"name": "daily", "day": "1-9", "message": "call-again", "if_silent": {"after": "30m", "do": "escalate"}}
    ).model_copy(update={"messages": World().cadence.messages})
    settings = business_changed(cadences=BY_SAMPLE, calling_hours={"mon-fri": "08:00-20:30"})
    world = World(cadence=version, settings=settings, clock=FakeClock(at("2026-11-27 09:00")))
    arrive(world)
    engine = Engine(world, "lead1", lambda _: None)
    engine.run(at("2026-11-30 08:00"))
    assert nudged(world) == [ANA, BEN, CHLOE, DANA]
    assert [touch.status for touch in engine.timeline] == ["silent", "skipped", "skipped"]
