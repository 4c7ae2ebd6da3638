"""Tasks: what a rep is asked to tell. From an appointment on, asked, answered, and heard however late."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from pydantic import ValidationError

from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.contact_rules import CallLimit
from followthrough.domain.durations import Duration
from followthrough.domain.errors import Refused
from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.leads import Outcome, Status
from followthrough.domain.preview import Assumed
from followthrough.domain.task_nudges import task_email, task_text
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import NextTouch
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_text import IncomingText, receive_text
from followthrough.use_cases.report_outcome import Report, Reported, report_outcome
from local.checking import check_everything
from tests.unit.arriving import arrive, lead_in, plan, request
from tests.unit.building import (
    DAY,
    HOUR,
    MINUTE,
    at,
    cadence_of,
    lead_of,
    local,
    made,
    previewed,
    simple_settings,
    times,
)
from tests.unit.fakes import ROOT, World, sample_cadence
from tests.unit.test_nudges import FIRST

ANA, BEN = "+12125550111", "+12125550112"
MONDAY_10 = at("2026-11-23 10:00")
TUESDAY_3_PM = at("2026-11-24 15:00")
LONGEST_LINK = "https://" + "x" * 67

ASK: dict[str, Any] = {"name": "ask", "do": "task", "outcomes": ["done", "not_done"]}


# -- the language


def refusal(**step: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        cadence_of({"after": "1h", **step})
    return str(refused.value)


def test_a_task_says_what_can_be_answered_and_nothing_else_does() -> None:
    assert "a task needs 'outcomes'" in refusal(name="ask", do="task")
    assert "'outcomes' is for tasks" in refusal(name="ask", do="call", outcomes=["done"])
    assert "names one twice" in refusal(name="ask", do="task", outcomes=["done", "done"])


def test_conditions_on_a_task_compare_its_own_outcomes() -> None:
    after = {"name": "then", "after": "1h", "of": "ask"}
    cadence_of({**ASK, "after": "1h"}, {**after, "if": {"ask": ["done", "silent"]}})
    with pytest.raises(ValidationError, match="one or more of done, not_done, silent, skipped"):
        cadence_of({**ASK, "after": "1h"}, {**after, "if": {"ask": "won"}})


def test_no_step_can_be_called_appointment() -> None:
    assert "that is a word of the language" in refusal(name="appointment")


@pytest.mark.parametrize(("after", "fits"), [("0d", True), ("1w", True), ("4m", False), ("2h", False)])
def test_a_time_of_day_goes_with_a_length_in_dates(after: str, *, fits: bool) -> None:
    step = {"name": "ask", "after": after, "at": "17:30-19:00"}
    if fits:
        assert cadence_of(step).cadence.steps[0].at == "17:30-19:00"
    else:
        assert "such as 0d for the same date" in refusal(**step)


def test_of_several_ends_the_last_alone_has_no_condition() -> None:
    version = cadence_of({**ASK, "after": "1h"})

    def with_ends(*ends: dict[str, Any]) -> object:
        return type(version.cadence).model_validate(version.cadence.model_dump(by_alias=True) | {"ends": list(ends)})

    first, last = {"if": {"ask": "done"}, "because": "booked"}, {"because": "no_response"}
    with_ends(first, last)
    for wrong in ([first], [last, last], [last, first], []):
        with pytest.raises(ValidationError, match="all but the last need an 'if'"):
            with_ends(*wrong)
    with pytest.raises(ValidationError, match="'ends': 'if' compares 'ask'"):
        with_ends({**first, "if": {"ask": "won"}}, last)


def test_a_length_in_dates_can_be_none() -> None:
    assert Duration("0d").in_dates
    assert not Duration("0m").in_dates


# -- when it is due


def due(after: str, at_: str | None, appointment: str, do: str = "task") -> str:
    step: dict[str, Any] = {"name": "ask", "do": do, "after": after, "of": "appointment"}
    step |= {"at": at_} if at_ else {}
    step |= {"outcomes": ["done", "not_done"]} if do == "task" else {}
    version = cadence_of(step)
    lead = lead_of(MONDAY_10, version).model_copy(update={"appointment_at": at(appointment)})
    (touch,) = previewed(lead, version, simple_settings(), days=10).touches
    return local(touch.due_at)


def test_a_task_is_due_at_any_hour() -> None:
    assert due("4m", None, "2026-11-28 23:30") == "2026-11-28 23:34"
    assert due("4m", None, "2026-11-28 23:30", do="call") == "2026-11-29 09:00"


def test_the_same_evening_is_the_evening_of_that_date() -> None:
    for day in range(24, 29):
        moment = due("0d", "17:30-19:00", f"2026-11-{day} 15:00")
        assert f"2026-11-{day} 17:30" <= moment < f"2026-11-{day} 19:00"
    assert due("1d", "17:30-19:00", "2026-11-24 15:00").startswith("2026-11-25 1")


def test_it_is_never_before_what_it_counts_from() -> None:
    assert "2026-11-24 18:45" <= due("0d", "17:30-19:00", "2026-11-24 18:45") < "2026-11-24 19:00"
    assert due("0d", "17:30-19:00", "2026-11-24 20:10") == "2026-11-24 20:10"


def test_a_call_at_a_time_of_day_keeps_to_contact_hours() -> None:
    assert "2026-11-24 16:00" <= due("0d", "16:00-19:00", "2026-11-24 12:00", do="call") < "2026-11-24 17:00"
    assert due("0d", "17:30-19:00", "2026-11-24 12:00", do="call") == "2026-11-25 09:00"


def test_without_an_appointment_nothing_counts_from_one() -> None:
    version = cadence_of({**ASK, "after": "4m", "of": "appointment"})
    assert previewed(lead_of(MONDAY_10, version), version).touches == ()


def test_a_task_counts_for_no_call_limit() -> None:
    version = cadence_of({**ASK, "after": "0m"}, {"name": "call", "after": "1h"})
    one_call = simple_settings(call_limit=CallLimit(count=1, hours=24))
    shown = previewed(lead_of(MONDAY_10, version), version, one_call, assume="not_done")
    assert times(made(shown.touches)) == ["2026-11-23 10:00", "2026-11-23 11:00"]


def test_a_lead_without_a_number_is_no_obstacle_to_a_task() -> None:
    version = cadence_of({**ASK, "after": "1h"})
    assert len(made(previewed(lead_of(MONDAY_10, version, phone=None), version).touches)) == 1


# -- the appointment, in preview


@pytest.mark.parametrize(
    ("assume", "expected", "ends"),
    [
        ("kept", ["did-they-come kept", "how-did-it-go won"], "won"),
        ("lost", ["did-they-come kept", "how-did-it-go lost"], "lost"),
        ("thinking", ["did-they-come kept", "how-did-it-go thinking", "call-back no_answer"], "booked"),
        ("silent", ["did-they-come None"], "booked"),
    ],
)
def test_the_shipped_cadence_goes_on_from_what_is_told(assume: Assumed, expected: list[str], ends: Status) -> None:
    version = sample_cadence("appointment")
    lead = lead_of(MONDAY_10, version).model_copy(update={"appointment_at": TUESDAY_3_PM})
    shown = previewed(lead, version, assume=assume)
    assert [f"{touch.step} {touch.outcome}" for touch in shown.touches] == expected
    assert shown.status == ends
    assert {touch.to for touch in shown.touches} == {"rep"}


def test_after_a_no_show_the_shipped_cadence_leads_to_the_one_for_that() -> None:
    version = sample_cadence("appointment")
    lead = lead_of(MONDAY_10, version).model_copy(update={"appointment_at": TUESDAY_3_PM})
    shown = previewed(lead, version, assume="no_show")
    assert shown.cadences == ("appointment", "went-quiet", "keep-in-touch")
    assert [touch.step for touch in shown.touches][:2] == ["did-they-come", "missed-you"]
    assert shown.touches[1].due_at == TUESDAY_3_PM + 5 * MINUTE


def test_nothing_of_it_goes_to_the_lead() -> None:
    assert {step.do for step in sample_cadence("appointment").cadence.steps} == {"task"}


# -- the appointment, as it is carried out


def booked(appointment_at: datetime = TUESDAY_3_PM) -> World:
    """A world in which Ana was asked for the first call, and has just booked."""
    world = World()
    arrive(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "first-call.1", "task1"))
    world.clock.advance(2 * MINUTE)
    say(world, "booked", appointment_at=appointment_at)
    world.texter.sent.clear()
    return world


def came_to_ask(world: World, step: str = "did-they-come.1") -> World:
    """The machine has gone on to ask for the task that is next."""
    following = plan(world)
    assert following.touch_id == step
    world.clock.now = max(world.clock.now, following.due_at)
    ask_rep_to_call(world.services, request(world, step, f"task of {step}"))
    return world


def asked_whether_they_came() -> World:
    return came_to_ask(booked())


def asked_how_it_went() -> World:
    world = asked_whether_they_came()
    say(world, "kept")
    return came_to_ask(world, "how-did-it-go.1")


def say(world: World, outcome: Outcome, touch_id: str | None = None, **more: Any) -> Reported:
    return report_outcome(world.services, "lead1", Report(outcome, touch_id, by="ana", **more))


def text(world: World, body: str, phone: str = ANA) -> str:
    before = len(world.texter.sent)
    receive_text(world.services, IncomingText(phone, body, f"message{before}{body}"))
    return " / ".join(words for _, words in world.texter.sent[before:])


def nobody_reports(world: World, step: str) -> None:
    world.clock.now = lead_in(world).ask.deadline  # type: ignore[union-attr, assignment]  # somebody is asked
    escalate_silent_rep(world.services, request(world, step))


def test_booking_a_time_ends_one_pursuit_and_begins_the_next() -> None:
    world = booked()
    lead = lead_in(world)
    assert lead.is_open
    assert (lead.pursuit.number, lead.pursuit.cadence, lead.pursuit.run) == (2, "appointment", 1)
    assert lead.next_touch_at == TUESDAY_3_PM + 4 * MINUTE
    (past,) = world.store.past
    assert (past.pursuit.number, past.status) == (1, "booked")
    assert world.machine.started[-1] == ("lead1-2", 1)
    assert world.machine.answered == ["task1"]
    assert world.store.touches["lead1", 1, "first-call.1"].outcome == "booked"


def test_without_a_time_booked_is_the_end() -> None:
    world = World()
    arrive(world)
    say(world, "booked")
    assert (lead_in(world).status, lead_in(world).pursuit.number) == ("booked", 1)


def test_the_same_appointment_twice_is_one_and_another_time_is_another() -> None:
    world = booked()
    assert say(world, "booked", appointment_at=TUESDAY_3_PM).result == "already_reported"
    assert say(world, "booked").result == "already_reported"
    assert lead_in(world).pursuit.number == 2
    assert say(world, "booked", appointment_at=TUESDAY_3_PM + DAY).result == "recorded"
    assert lead_in(world).pursuit.number == 3
    assert lead_in(world).next_touch_at == TUESDAY_3_PM + DAY + 4 * MINUTE


def test_a_run_of_the_pursuit_before_finishes() -> None:
    world = booked()
    assert plan_next_touch(world.services, "lead1-1", 1).do == "finish"


def test_the_machine_is_told_that_it_is_a_task() -> None:
    planned = plan(booked())
    expected = NextTouch(
        do="touch",
        channel="task",
        due_at=TUESDAY_3_PM + 4 * MINUTE,
        touch_id="did-they-come.1",
        response_seconds=30 * 60,
    )
    assert planned == expected


def test_the_rep_whose_lead_it_is_is_asked_in_two_segments() -> None:
    world = asked_whether_they_came()
    ((phone, words),) = world.texter.sent
    assert phone == ANA
    assert words.startswith("Did Ann Lee come? Appointment at 3:00 PM. https://api.example.com/calls/token")
    assert words.endswith(" Reply kept or no show")
    assert segments(words) <= 2


def test_silence_asks_somebody_else_and_nothing_goes_to_the_lead() -> None:
    world = asked_whether_they_came()
    nobody_reports(world, "did-they-come.1")
    assert [phone for phone, _ in world.texter.sent] == [ANA, BEN]
    assert world.texter.sent[-1][1].startswith("Ana Ruiz hasn't reported. Did Ann Lee come?")
    assert world.mailer.sent == []
    assert lead_in(world).pursuit.open_touch is not None
    assert plan(world).channel == "task"


def test_it_is_over_as_silent_only_when_everybody_was_asked() -> None:
    world = asked_whether_they_came()
    while lead_in(world).pursuit.open_touch:
        nobody_reports(world, "did-they-come.1")
    assert len({phone for phone, _ in world.texter.sent}) == 4
    assert lead_in(world).pursuit.progress_of("did-they-come").outcome == "silent"
    assert lead_in(world).is_open


def test_after_an_appointment_in_the_evening_the_next_question_waits_for_the_first_answer() -> None:
    world = came_to_ask(booked(at("2026-11-24 18:00")))
    nobody_reports(world, "did-they-come.1")
    world.clock.now = at("2026-11-24 18:50")
    say(world, "kept")
    assert at("2026-11-24 18:50") <= plan(world).due_at < at("2026-11-24 19:00")


def test_kept_asks_the_same_evening_how_it_went() -> None:
    world = asked_how_it_went()
    assert "2026-11-24 17:30" <= local(world.clock()) < "2026-11-24 19:00"
    assert world.texter.sent[-1][1].startswith("How did it go with Ann Lee at 3:00 PM?")
    assert world.texter.sent[-1][1].endswith("Reply won, lost or thinking Fri")


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_won_and_lost_close(outcome: Outcome) -> None:
    world = asked_how_it_went()
    say(world, outcome)
    assert lead_in(world).status == outcome
    assert world.store.touches["lead1", 2, "how-did-it-go.1"].outcome == outcome


def test_thinking_stays_open_until_the_day_and_calls_then() -> None:
    world = asked_how_it_went()
    with pytest.raises(Refused, match="callback_at"):
        say(world, "thinking")
    friday = at("2026-11-27 10:00")
    say(world, "thinking", callback_at=friday)
    assert lead_in(world).is_open
    following = plan(world)
    assert (following.touch_id, following.channel, following.due_at) == ("call-back.1", "call", friday)
    came_to_ask(world, "call-back.1")
    assert "They wanted to think until now." in world.texter.sent[-1][1]
    say(world, "no_answer")
    assert plan(world).do == "finish"
    assert lead_in(world).status == "booked"


def test_a_no_show_is_counted_and_the_cadence_for_it_begins_with_a_call() -> None:
    world = asked_whether_they_came()
    say(world, "no_show")
    lead = lead_in(world)
    assert (lead.no_shows, lead.pursuit.cadence, lead.pursuit.started_by) == (1, "went-quiet", "no_show")
    assert (plan(world).channel, plan(world).due_at) == ("call", TUESDAY_3_PM + 5 * MINUTE)
    came_to_ask(world, "missed-you.1")
    assert "They missed their appointment." in world.texter.sent[-1][1]
    assert "asked to be called" not in world.texter.sent[-1][1]


def test_the_machine_is_started_for_what_a_no_show_begins() -> None:
    world = asked_whether_they_came()
    say(world, "no_show")
    assert world.machine.started[-1] == ("lead1-3", 1)


def test_whoever_came_late_is_no_no_show() -> None:
    world = asked_whether_they_came()
    say(world, "no_show")
    came_to_ask(world, "missed-you.1")
    assert say(world, "kept").result == "recorded"
    lead = lead_in(world)
    assert (lead.no_shows, lead.ask, lead.pursuit.cadence) == (0, None, "appointment")
    assert world.store.touches["lead1", 4, "did-they-come.1"].outcome == "kept"
    assert plan(world).touch_id == "how-did-it-go.1"


def test_what_is_known_early_is_not_asked() -> None:
    world = booked()
    world.clock.now = TUESDAY_3_PM + MINUTE
    say(world, "no_show")
    assert plan(world).touch_id == "missed-you.1"


def test_a_lead_who_rebooks_gets_the_question_after_the_new_time() -> None:
    world = asked_whether_they_came()
    say(world, "booked", appointment_at=TUESDAY_3_PM + DAY)
    assert lead_in(world).next_touch_at == TUESDAY_3_PM + DAY + 4 * MINUTE
    assert world.store.touches["lead1", 2, "did-they-come.1"].status == "skipped"
    assert world.store.touches["lead1", 2, "contact.1"].outcome == "booked"


def test_an_attempt_to_call_leaves_the_question_open() -> None:
    world = asked_whether_they_came()
    say(world, "no_answer", "did-they-come.1")
    assert lead_in(world).ask is not None
    assert lead_in(world).pursuit.progress_of("did-they-come").outcome is None


def test_who_can_t_tell_passes_it_on() -> None:
    world = asked_whether_they_came()
    say(world, "cannot_take")
    ask_rep_to_call(world.services, request(world, "did-they-come.1", "task3"))
    assert world.texter.sent[-1][0] == BEN
    assert world.texter.sent[-1][1].startswith("Ana Ruiz can't take it. Did Ann Lee come?")


def test_an_answer_that_nothing_asks_for_is_refused() -> None:
    world = World()
    arrive(world)
    with pytest.raises(Refused, match="outcome"):
        say(world, "kept")


def test_thinking_on_a_call_is_a_conversation() -> None:
    world = World()
    arrive(world)
    say(world, "thinking")
    assert lead_in(world).pursuit.progress_of("contact").outcome == "in_conversation"
    assert lead_in(world).is_open


def test_a_task_is_no_attempt_to_reach_anybody() -> None:
    world = asked_whether_they_came()
    before = lead_in(world).pursuit
    say(world, "kept")
    after = lead_in(world).pursuit
    assert after.last_attempt_at == before.last_attempt_at
    assert (after.recent_calls, after.morning_calls + after.afternoon_calls) == (before.recent_calls, 0)


def test_asking_again_begins_speed_to_lead_afresh() -> None:
    world = booked()
    world.clock.advance(HOUR)
    arrive(world, message="And the bathroom, too.")
    assert (lead_in(world).pursuit.cadence, lead_in(world).pursuit.number) == ("speed-to-lead", 3)


# -- however late


def closed_in_silence() -> World:
    world = asked_how_it_went()
    nobody_reports(world, "how-did-it-go.1")
    assert lead_in(world).is_open
    assert plan(world).do == "finish"
    assert lead_in(world).status == "booked"
    return world


def test_the_reminder_comes_in_the_morning() -> None:
    world = closed_in_silence()
    assert world.texter.sent[-1][1].startswith("A reminder. How did it go with Ann Lee")
    assert "2026-11-25 08:30" <= local(world.clock()) < "2026-11-25 10:00"


@pytest.mark.parametrize(("body", "status"), [("won", "won"), ("0100 lost", "lost"), ("thinking Fri", "open")])
def test_an_answer_after_the_end_is_still_heard(body: str, status: Status) -> None:
    world = closed_in_silence()
    world.clock.advance(3 * HOUR)
    text(world, body)
    assert lead_in(world).status == status
    assert (world.machine.started[-1] == ("lead1-2", 2)) == (status == "open")


def test_a_call_after_the_end_changes_nothing() -> None:
    world = closed_in_silence()
    assert say(world, "no_answer").result == "already_closed"


# -- texts


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("kept", "Noted for Ann Lee: they came."),
        ("she came", "Noted for Ann Lee: they came."),
        ("noshow", "Noted for Ann Lee: no show."),
        ("no show, left a message", "Noted for Ann Lee: no show."),
        ("won", "Noted for Ann Lee: won."),
        ("yes", "Noted for Ann Lee: they came."),
        ("Yep, thanks", "Noted for Ann Lee: they came."),
        ("0100 yes", "Noted for Ann Lee: they came."),
        ("came", "Noted for Ann Lee: they came."),
        ("no", "Noted for Ann Lee: no show."),
        ("Nope!", "Noted for Ann Lee: no show."),
        ("no idea", "About Ann Lee: text kept or no show. ? for all other answers."),
        ("no, they come at 5", "About Ann Lee: text kept or no show. ? for all other answers."),
        ("ok", "About Ann Lee: text kept or no show. ? for all other answers."),
        ("asdf", "About Ann Lee: text kept or no show. ? for all other answers."),
        ("done", "About Ann Lee: text kept or no show. ? for all other answers."),
        ("not done", "Nobody is asked for that about Ann Lee: not done. Nothing has changed."),
        ("thinking", "Until when does Ann Lee want to think? Text the day too, such as thinking Fri."),
    ],
)
def test_texts_about_a_task_are_understood_and_confirmed(body: str, answer: str) -> None:
    assert text(asked_whether_they_came(), body) == answer


@pytest.mark.parametrize("body", ["yes", "no"])
def test_yes_and_no_answer_nothing_where_the_question_is_another(body: str) -> None:
    world = asked_how_it_went()
    assert text(world, body) == "About Ann Lee: text won, lost or thinking Fri. ? for all other answers."
    assert lead_in(world).ask is not None


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ("yes", "Thanks. Once you have called: 1 Tue 3pm if booked, 5 voicemail, 6 no answer. ? for all answers."),
        ("no", "Which is it? Text 4 not interested, 6 no answer, 8 can't take it"),
    ],
)
def test_yes_and_no_answer_nothing_where_a_call_is_asked_for(body: str, answer: str) -> None:
    world = World()
    arrive(world)
    plan(world)
    came_to_ask(world, "first-call.1")
    assert text(world, body) == answer
    assert lead_in(world).ask is not None


def test_thinking_is_confirmed_with_its_day() -> None:
    world = asked_how_it_went()
    assert text(world, "thinking Fri") == "Noted: Ann Lee is thinking. Call them Fri Nov 27, 10 AM."


def test_a_task_that_asks_for_done_understands_it() -> None:
    version = cadence_of({**ASK, "after": "0m"}).model_copy(update={"messages": {"ask.task": "Sent the estimate?"}})
    version = version.model_copy(update={"cadence": version.cadence.model_copy(update={"name": "speed-to-lead"})})
    world = World(cadence=version)
    arrive(world)
    plan(world)
    ask_rep_to_call(world.services, request(world, "ask.1", "task1"))
    assert world.texter.sent[-1][1].startswith("Sent the estimate? ")
    assert text(world, "done") == "Noted for Ann Lee: done."
    assert lead_in(world).pursuit.progress_of("ask").outcome == "done"


# -- the words of the nudge


@pytest.mark.parametrize("code", [None, "K7"])
@pytest.mark.parametrize("outcomes", [["kept", "no_show"], ["won", "lost", "thinking"], ["done", "not_done"]])
def test_a_nudge_with_link_and_answers_has_two_segments_at_most(outcomes: list[TaskOutcome], code: str | None) -> None:
    question = "Did Maximiliane Featherstonehaugh-Ramachandran come? Appointment at 10:30 AM Pacific time."
    words = task_text(replace(FIRST, instead_of="Alexandra Montgomery"), question, outcomes, LONGEST_LINK, code)
    assert is_gsm7(words)
    assert segments(words) <= 2
    assert LONGEST_LINK in words


def test_several_open_asks_are_told_apart_by_a_code() -> None:
    assert task_text(FIRST, "Did they come?", ["kept", "no_show"], "https://x", "K7").endswith(
        "Reply K7 and kept or no show"
    )


def test_by_email_the_question_is_the_subject() -> None:
    email = task_email(FIRST, "Did Ann Lee come?", ["kept", "no_show"], "https://x")
    assert email.subject == "Did Ann Lee come?"
    assert "Answer with one press:\nhttps://x" in email.body
    assert "Or text: kept or no show" in email.body


def test_who_is_told_by_email_gets_it_too() -> None:
    world = booked()
    ana = world.settings.team.reps[0]
    ana.notify.append("email")
    try:
        came_to_ask(world)
    finally:
        ana.notify.remove("email")
    (email,) = world.mailer.sent
    assert email.content.subject.startswith("Did Ann Lee come?")


# -- the configuration


def test_check_finds_a_cadence_for_appointments_that_there_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = copytree(ROOT / "config", tmp_path / "config")
    business = json.loads((config / "business.json").read_text("utf-8")) | {"cadences": {"appointment": "visits"}}
    (config / "business.json").write_text(json.dumps(business), "utf-8")
    monkeypatch.setattr("local.checking.CONFIG", config)
    (finding,) = check_everything()
    assert (finding.where, Path(finding.file).name) == ("cadences.appointment", "business.json")
    assert "there is no cadence 'visits'" in finding.what
