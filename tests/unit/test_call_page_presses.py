"""A press on a rep's page is recorded once, at the lead's own time, and never over what the rep hasn't seen."""

from datetime import date, datetime

import pytest

from followthrough.domain.errors import Refused
from followthrough.domain.pursuing import close
from followthrough.domain.rep_pages import CallForm
from followthrough.use_cases.call_page import press
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, changed, lead_in, plan
from tests.unit.building import DAY, HOUR, MINUTE, at
from tests.unit.engine import Engine
from tests.unit.fakes import World
from tests.unit.paging import ask, asked, entry, escalate, link_of, link_of_who_is_asked, opened, page, say

MONDAY_10 = at("2026-11-23 10:00")
CALIFORNIA = {"phone": "415-555-0100", "postal_code": "94103"}


def listed(world: World, rep: str = "ana") -> str:
    world.services.team.new_rep_link(rep, f"list of {rep}")
    return f"list of {rep}"


def wrong(world: World, outcome: str | None, token: str | None = None, **told: object) -> tuple[str, str]:
    """What a press is refused for; nothing may have changed."""
    before = lead_in(world)
    with pytest.raises(Refused) as refused:
        say(world, outcome, token=token, **told)  # type: ignore[arg-type]
    assert lead_in(world) == before
    return refused.value.field, refused.value.reason


# -- outcomes


def test_an_outcome_is_recorded_with_who_pressed_and_the_machine_goes_on_at_once() -> None:
    world = asked()
    world.clock.advance(MINUTE)
    assert say(world, "voicemail").result == "recorded"
    touch = entry(world, "first-call.1")
    assert (touch.status, touch.outcome, touch.by, touch.reported_at) == (
        "reported",
        "voicemail",
        "ana",
        MONDAY_10 + MINUTE,
    )
    assert len(world.machine.answered) == 1
    assert plan(world).touch_id == "tried-you.1"


def test_pressed_twice_is_pressed_once() -> None:
    world = asked()
    seen = page(world)
    assert say(world, "voicemail", seen).result == "recorded"
    before = lead_in(world)
    assert say(world, "voicemail", seen).result == "nothing_changed"
    assert say(world, "voicemail").result == "nothing_changed"
    assert lead_in(world) == before


def test_what_somebody_else_has_reported_meanwhile_is_not_overwritten_unseen() -> None:
    world = asked()
    escalate(world)
    seen = page(world)
    say(world, "in_conversation", token=link_of(world, "ben"))
    before = lead_in(world)
    assert say(world, "no_answer", seen).result == "nothing_changed"
    assert lead_in(world) == before


def test_once_seen_a_report_can_be_corrected() -> None:
    world = asked()
    say(world, "no_answer")
    assert say(world, "voicemail", page(world)).result == "recorded"
    assert entry(world, "first-call.1").outcome == "voicemail"
    assert (lead_in(world).pursuit.unanswered_calls, lead_in(world).pursuit.voicemails) == (1, 1)


def test_a_late_report_counts_and_who_was_asked_meanwhile_may_stand_down() -> None:
    world = asked()
    escalate(world)
    told = len(world.texter.sent)
    assert say(world, "voicemail").result == "recorded"
    assert entry(world, "first-call.1").by == "ana"
    ((phone, words),) = world.texter.sent[told:]
    assert phone == world.settings.team.person("ben").phone  # type: ignore[union-attr]
    assert words == "Ana Ruiz has reported on Ann Lee: stand down."


def test_can_not_take_it_asks_the_next_one_at_once_and_only_once() -> None:
    world = asked()
    seen = page(world)
    assert say(world, "cannot_take", seen).result == "passed_on"
    assert lead_in(world).ask.asked == ("ana", "ben")  # type: ignore[union-attr]
    assert say(world, "cannot_take", seen).result == "nothing_changed"
    assert lead_in(world).ask.asked == ("ana", "ben")  # type: ignore[union-attr]


def test_a_press_on_a_lead_that_is_closed_changes_nothing() -> None:
    world = asked()
    seen = page(world)
    world.store.save(close(lead_in(world), "opted_out", MONDAY_10))
    before = lead_in(world)
    for outcome in ("voicemail", "in_conversation", "cannot_take"):
        assert say(world, outcome, seen).result == "nothing_changed"
    assert lead_in(world) == before


def test_a_press_on_the_page_of_what_they_asked_before_changes_nothing() -> None:
    world = asked()
    seen = page(world)
    token = link_of(world)
    world.clock.advance(DAY + HOUR)
    arrive(world, message="Are you there?")
    ask(world)
    before = lead_in(world)
    assert lead_in(world).ask.touch_id == "first-call.1"  # type: ignore[union-attr]
    assert say(world, "no_answer", seen, token).result == "nothing_changed"
    assert lead_in(world) == before
    assert say(world, "no_answer", token=token).result == "recorded"


def test_a_press_on_a_call_of_too_long_ago_changes_nothing() -> None:
    world = asked()
    seen = page(world)
    say(world, "no_answer")
    Engine(world, "lead1", lambda _: "no_answer").run(MONDAY_10 + 2 * DAY)
    old = CallForm("1.rest-of-day-one.1", seen.form_id, "voicemail")
    world.clock.now = MONDAY_10 + 20 * DAY
    Engine(world, "lead1", lambda _: "no_answer").run(MONDAY_10 + 20 * DAY)
    before = lead_in(world)
    assert press(world.services, opened(world, link_of_any(world)), old).result == "nothing_changed"
    assert lead_in(world) == before


def link_of_any(world: World) -> str:
    return next(iter(world.store.links))


@pytest.mark.parametrize(
    "touch", ["", "first-call.1", "1.first-call", "x.first-call.1", "1.first-call.1.fired", "1..1"]
)
def test_a_damaged_page_is_refused(touch: str) -> None:
    world = asked()
    with pytest.raises(Refused, match="This page is damaged: open the link again"):
        press(world.services, opened(world, link_of(world)), CallForm(touch, "x", "no_answer"))


@pytest.mark.parametrize("touch", ["1.second-call.1", "1.tried-you.1", "1.nothing.1", "1.contact.7", "7.first-call.1"])
def test_a_page_about_something_that_never_was_changes_nothing(touch: str) -> None:
    world = asked()
    before = lead_in(world)
    form = CallForm(touch, "x", "no_answer")
    assert press(world.services, opened(world, link_of(world)), form).result == "nothing_changed"
    assert lead_in(world) == before


# -- outside any call


def test_a_conversation_that_nobody_asked_for_can_be_reported() -> None:
    world = asked()
    say(world, "no_answer")
    assert say(world, "in_conversation", token=listed(world), lead_id="lead1").result == "recorded"
    touch = entry(world, "contact.1")
    assert (touch.outcome, touch.by) == ("in_conversation", "ana")
    assert lead_in(world).pursuit.callback_at == MONDAY_10 + 3 * DAY


def test_pressed_twice_it_is_one_conversation_and_the_next_one_is_another() -> None:
    world = asked()
    say(world, "no_answer")
    seen = page(world, listed(world), "lead1")
    assert say(world, "no_answer", seen, listed(world), "lead1").result == "recorded"
    before = lead_in(world)
    assert before.pursuit.unanswered_calls == 2
    assert say(world, "no_answer", seen, listed(world), "lead1").result == "nothing_changed"
    assert lead_in(world) == before
    assert say(world, "no_answer", None, listed(world), "lead1").result == "recorded"
    assert lead_in(world).pursuit.unanswered_calls == 3


def test_it_settles_a_call_that_is_asked_for_meanwhile() -> None:
    world = asked()
    say(world, "no_answer")
    seen = page(world, listed(world), "lead1")
    Engine(world, "lead1", lambda _: None).run(MONDAY_10 + 4 * MINUTE)
    world.clock.now = plan(world).due_at
    ask(world)
    say(world, "in_conversation", seen, listed(world), "lead1")
    assert lead_in(world).ask is None
    assert entry(world, "second-call.1").status == "skipped"


# -- times


def test_a_time_is_read_on_the_leads_clock_whatever_zone_the_rep_is_in() -> None:
    world = asked(at("2026-11-23 14:00"), **CALIFORNIA)
    say(world, "call_back", callback_at=datetime(2026, 11, 24, 15))  # noqa: DTZ001 - as typed
    assert plan(world).due_at == at("2026-11-24 15:00", "America/Los_Angeles")


def test_it_is_read_with_the_offset_that_holds_then() -> None:
    world = asked(at("2026-10-30 14:00"), **CALIFORNIA)  # clocks go back on November 1
    say(world, "call_back", callback_at=datetime(2026, 11, 2, 15))  # noqa: DTZ001
    assert plan(world).due_at == at("2026-11-02 23:00", "UTC")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (datetime(2027, 3, 14, 2, 30), "2027-03-14 03:00"),  # noqa: DTZ001 - there is no such time: the change
        (datetime(2027, 11, 7, 1, 30), None),  # noqa: DTZ001 - too far
        (datetime(2027, 9, 18, 10), "2027-09-18 10:00"),  # noqa: DTZ001
        (datetime(2027, 9, 20, 10), None),  # noqa: DTZ001
    ],
)
def test_a_time_that_clocks_leave_out_is_the_moment_of_the_change_and_one_too_far_is_refused(
    typed: datetime, meant: str | None
) -> None:
    world = asked()
    if meant is None:
        field, reason = wrong(world, "booked", appointment_at=typed)
        assert (field, reason) == ("appointment_at", "Choose a time within the next 300 days.")
    else:
        say(world, "booked", appointment_at=typed)
        assert lead_in(world).appointment_at == at(meant)


@pytest.mark.parametrize("minute", [0, 59])
def test_a_time_that_has_passed_is_refused_with_the_time_where_they_are(minute: int) -> None:
    world = asked(at("2026-11-23 14:03"), **CALIFORNIA)
    field, reason = wrong(world, "call_back", callback_at=datetime(2026, 11, 23, 10, minute) - HOUR)  # noqa: DTZ001
    assert (field, reason) == ("callback_at", "Choose a time that is still to come: it is 11:03 AM where they are.")


def test_the_same_appointment_twice_is_one() -> None:
    world = asked()
    seen = page(world)
    friday = datetime(2026, 11, 27, 16)  # noqa: DTZ001
    assert say(world, "booked", seen, appointment_at=friday).result == "recorded"
    before = lead_in(world)
    assert say(world, "booked", seen, appointment_at=friday).result == "nothing_changed"
    assert lead_in(world) == before


# -- what else was learned


def test_what_was_learned_goes_with_an_outcome_or_after_it() -> None:
    world = asked()
    say(world, "in_conversation", problem="It is drafty")
    assert say(world, None, note="Call after five", goal="A warm house", preferred_channel="text").result == "saved"
    lead = lead_in(world)
    profile = lead.profile
    assert (profile.problem, profile.goal, profile.preferred_channel) == ("It is drafty", "A warm house", "text")
    assert (lead.note, entry(world, "first-call.1").note) == ("Call after five", "Call after five")
    assert entry(world, "first-call.1").outcome == "in_conversation"


def test_saved_twice_it_is_the_same() -> None:
    world = asked()
    say(world, "in_conversation")
    for _ in range(2):
        say(world, None, note="Call after five", value="high", follow_up=date(2026, 12, 1))
        noted = lead_in(world).model_copy(update={"version": 0})
    say(world, None, note="Call after five", value="high", follow_up=date(2026, 12, 1))
    assert lead_in(world).model_copy(update={"version": 0}) == noted


def test_a_note_alone_leaves_the_plan_as_it_is() -> None:
    world = asked()
    say(world, "no_answer")
    before, started = lead_in(world), list(world.machine.started)
    say(world, None, note="Rang out.")
    assert lead_in(world) == before.model_copy(update={"note": "Rang out.", "version": before.version + 1})
    assert world.machine.started == started


def test_a_lead_that_turns_out_to_be_worth_more_is_called_every_week() -> None:
    world = asked()
    say(world, "no_answer")
    say(world, None, value="high")
    Engine(world, "lead1", lambda _: "no_answer").run(MONDAY_10 + 20 * DAY)
    assert [touch.status for touch in world.store.timeline("lead1") if touch.step == "weekly-call"] == ["reported"] * 2


@pytest.mark.parametrize(
    ("day", "called"),
    [
        (date(2026, 11, 25), "2026-11-25 10:00"),
        (date(2026, 11, 29), "2026-11-30 08:00"),  # a Sunday: when they can be called after it
        (date(2026, 11, 24), "2026-11-24 10:00"),
    ],
)
def test_on_the_day_that_was_named_somebody_is_asked_at_a_sensible_time(day: date, called: str) -> None:
    world = asked()
    say(world, "in_conversation")
    say(world, None, follow_up=day)
    planned = plan(world)
    assert (planned.touch_id, planned.due_at) == ("call-back.1", at(called))


def test_a_day_sooner_than_planned_wakes_the_machine() -> None:
    world = asked()
    say(world, "in_conversation")
    runs = len(world.machine.started)
    say(world, None, follow_up=date(2026, 11, 24))
    assert len(world.machine.started) == runs + 1


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 11, 23), "Choose a day that is still to come."),
        (date(2026, 11, 1), "Choose a day that is still to come."),
        (date(2028, 1, 1), "Choose a day within the next 300 days."),
    ],
)
def test_a_day_that_can_not_be_is_refused(day: date, reason: str) -> None:
    world = asked()
    say(world, "in_conversation")
    assert wrong(world, None, follow_up=day) == ("follow_up", reason)


def test_of_a_closed_lead_a_note_can_be_kept_but_nobody_is_asked_to_call() -> None:
    world = asked()
    say(world, "not_interested")
    assert say(world, None, note="Moved away").result == "saved"
    lead = lead_in(world)
    assert (lead.note, lead.status, lead.next_touch_at) == ("Moved away", "not_interested", None)
    assert wrong(world, None, follow_up=date(2026, 12, 1))[0] == "follow_up"


def test_a_note_on_an_older_call_is_kept_with_that_call() -> None:
    world = asked()
    say(world, "no_answer")
    first = page(world)
    world.clock.advance(MINUTE)
    report_outcome(world.services, "lead1", Report("in_conversation", by="ben"))
    say(world, None, first, note="A man answered")
    assert entry(world, "first-call.1").note == "A man answered"
    assert entry(world, "contact.1").note is None


def test_somebody_else_recording_something_in_between_loses_neither() -> None:
    world = asked()
    say(world, "in_conversation")
    link = opened(world, link_of(world))
    changed(world, stuck=True)
    form = CallForm("1.first-call.1", "x", None, note="Call after five")
    assert press(world.services, link, form).result == "saved"
    assert (lead_in(world).stuck, lead_in(world).note) == (True, "Call after five")


def test_who_is_asked_now_presses_for_themselves() -> None:
    world = asked()
    escalate(world)
    say(world, "no_answer", token=link_of_who_is_asked(world))
    assert entry(world, "first-call.1").by == "ben"


# -- tasks


def booked() -> World:
    """Ana has booked Tuesday at 15:00, and is asked now whether they came."""
    world = asked()
    say(world, "booked", appointment_at=datetime(2026, 11, 24, 15))  # noqa: DTZ001
    world.clock.now = plan(world).due_at
    ask(world)
    return world


def test_a_task_asks_its_question_and_its_answer_is_recorded_once() -> None:
    world = booked()
    seen = page(world)
    assert seen.call is None
    assert seen.task is not None
    assert seen.task.outcomes == ("kept", "no_show")
    assert seen.task.question == "Did Ann Lee come? Appointment at 3:00 PM."
    assert say(world, "kept", seen).result == "recorded"
    before = lead_in(world)
    assert say(world, "kept", seen).result == "nothing_changed"
    assert say(world, "no_show", seen).result == "nothing_changed"
    assert lead_in(world) == before


def test_who_wants_to_think_is_called_on_the_day_that_was_named() -> None:
    world = booked()
    say(world, "kept")
    world.clock.now = plan(world).due_at
    ask(world)
    say(world, "thinking", follow_up=date(2026, 12, 3))
    assert (plan(world).touch_id, plan(world).due_at) == ("call-back.1", at("2026-12-03 10:00"))


def test_somebody_else_can_be_asked_about_a_task() -> None:
    world = booked()
    assert say(world, "cannot_take").result == "passed_on"
    assert page(world, link_of_who_is_asked(world)).task is not None
