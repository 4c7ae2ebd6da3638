"""From a missed appointment, or a conversation that went silent, to an answer, on the shipped template."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from followthrough.adapters.files import read_cadence_version, read_settings
from followthrough.domain.gsm7 import segments
from followthrough.domain.leads import Touch
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, preview
from local.commands.arguments import shipped_version
from local.demo import Demo, DemoRun
from local.posted_lead import read_posted_lead
from local.project import CADENCES, CONFIG
from local.scripts import ReportEntry, Script
from tests.stack.conftest import Arrive
from tests.stack.following import Email, Follow, Text

MAYA_S_NUMBER = "+19175550142"
TOMORROW_3_PM = "2026-11-24T15:00:00-05:00"
SECOND = timedelta(seconds=1)
TEXTS = {"consent_to_text": "yes"}
OWN_WORDS = {"problem": "cold bedrooms", "goal": "a warm house"}
OPEN_QUESTION = "whether the sink goes under the window"
TOUCHES_2_TO_5 = ("free-today", "where-from-here", "last-chase", "did-you-give-up")
TOUCH_1 = ["call missed-you", "text missed-you", "email missed-you"]


def asked_whether_they_came(arrive: Arrive, **fields: Any) -> Follow:
    """Maya asked on Monday at 10:00 and has an appointment on Tuesday at 15:00; it is 15:04, and Ana has been asked."""
    follow = arrive(**fields)
    follow.until("10:03").report("booked", appointment_at=TOMORROW_3_PM)
    return follow.through("2026-11-24 15:04")


def no_show(arrive: Arrive, **fields: Any) -> Follow:
    """And says a second later that they didn't."""
    follow = asked_whether_they_came(arrive, **fields)
    assert follow.report("no_show")["result"] == "recorded"
    return follow


def reporting(follow: Follow, outcome: str, until: str) -> Follow:
    """Until then each call is reported as soon as somebody is asked for it."""
    end = follow.moment(until)
    while (due := follow.story.wakes_at) and due < end:
        follow.stack.run_until(due + SECOND)
        if follow.ask_of:
            follow.report(outcome)
    follow.stack.run_until(end)
    assert follow.stack.failures == []
    return follow


def done(follow: Follow, pursuit: int) -> list[str]:
    """What was done in a pursuit: the channel and the step."""
    return [f"{touch.channel} {touch.step}" for touch in follow.done() if touch.pursuit == pursuit]


def days_of(follow: Follow, pursuit: int) -> dict[str, str]:
    """On which local date each step of a pursuit was begun."""
    found = [touch for touch in follow.done() if touch.pursuit == pursuit]
    return {touch.step: str(follow.date(touch)) for touch in reversed(found)}


def to_maya(follow: Follow) -> list[Text | Email]:
    """What Maya has got, in order."""
    texts = [text for text in follow.texts if text.to == MAYA_S_NUMBER]
    return sorted([*texts, *follow.emails], key=lambda sent: (sent.at, isinstance(sent, Email)))


def words(sent: Text | Email) -> str:
    return sent.body if isinstance(sent, Text) else sent.text


def asked(follow: Follow, since: str) -> list[tuple[str, str, str]]:
    """When who of the team was texted what, up to the link."""
    return [
        (text.at, text.to, text.body.partition(" http")[0])
        for text in follow.texts
        if text.to != MAYA_S_NUMBER and text.at >= since
    ]


# -- touch 1


def test_while_nobody_confirms_it_nothing_goes_to_the_lead_and_somebody_else_is_asked(arrive: Arrive) -> None:
    follow = asked_whether_they_came(arrive, **TEXTS).days(3)
    assert [who for _, who, _ in asked(follow, "2026-11-24 15:04")] == ["ana", "ben", "chloe", "dana"]
    assert to_maya(follow) == []
    assert [run for run in follow.runs if run.startswith("3")] == []


def test_a_no_show_is_called_five_minutes_after_the_time_and_then_written_to_in_variations_of_one_thing(
    arrive: Arrive,
) -> None:
    follow = no_show(arrive, **TEXTS, **OWN_WORDS).until("15:05")
    assert asked(follow, "2026-11-24 15:04:01") == []
    ((at, who, nudge),) = asked(follow.through("15:05"), "2026-11-24 15:04:01")
    assert (at, who) == ("2026-11-24 15:05", "ana")
    assert nudge.startswith("Call Maya Thompson now: 917-555-0142. Kitchen remodel. They missed their appointment.")
    assert nudge.endswith("no answer? Leave a message.")
    follow.report_at("15:07", "voicemail").until("15:08")
    text, email = to_maya(follow)
    assert (text.at, email.at) == ("2026-11-24 15:07", "2026-11-24 15:07")
    for each in (text, email):
        assert "We had 3:00 PM" in words(each)
        assert "kitchen remodel" in words(each)
        assert "a warm house" in words(each)
        assert "I'm here for a little while" in words(each)


def test_a_silent_rep_is_not_the_end_of_it(arrive: Arrive) -> None:
    follow = no_show(arrive, **TEXTS).until("15:30")
    assert [who for _, who, _ in asked(follow, "2026-11-24 15:05")] == ["ana", "ben", "chloe", "dana"]
    assert [sent.at for sent in to_maya(follow)] == ["2026-11-24 15:10", "2026-11-24 15:10"]


@pytest.mark.parametrize(("outcome", "status"), [("in_conversation", "open"), ("not_interested", "not_interested")])
def test_if_the_call_is_answered_nothing_else_goes(arrive: Arrive, outcome: str, status: str) -> None:
    follow = reporting(no_show(arrive, **TEXTS), outcome, "2026-11-26 20:00")
    assert done(follow, 3) == ["call missed-you"]
    assert (to_maya(follow), follow.lead.status) == ([], status)


def test_another_time_agreed_in_that_call_is_asked_about_in_its_turn(arrive: Arrive) -> None:
    follow = no_show(arrive, **TEXTS).until("15:06")
    follow.report("booked", appointment_at="2026-11-25T11:00:00-05:00")
    follow.through("2026-11-25 11:04")
    assert asked(follow, "2026-11-24 15:06")[-1][2] == "Did Maya Thompson come? Appointment at 11:00 AM."
    assert to_maya(follow) == []


# -- the whole of it


WHOLE = {
    "consumer": ("2026-11-25", "2026-11-27", "2026-12-04", "2026-12-18", "2027-01-19"),
    "company": ("2026-11-27", "2026-11-30", "2026-12-07", "2026-12-28", "2027-01-28"),
    "enterprise": ("2026-11-27", "2026-12-01", "2026-12-08", "2026-12-29", "2027-01-29"),
}
"""Touches 2 to 5 and the first of the months, after an appointment missed on the Tuesday before Thanksgiving."""


@pytest.mark.parametrize("audience", list(WHOLE))
def test_unanswered_it_goes_on_touch_by_touch_and_then_once_a_month(arrive: Arrive, audience: str) -> None:
    follow = reporting(no_show(arrive, audience=audience, **TEXTS, **OWN_WORDS), "no_answer", "2027-03-15 12:00")
    assert done(follow, 3) == [
        *TOUCH_1,
        "call free-today-call",
        "text free-today",
        "call where-from-here",
        "email where-from-here",
        "email last-chase",
        "email did-you-give-up",
    ]
    days = days_of(follow, 3)
    assert (*(days[step] for step in TOUCHES_2_TO_5), days_of(follow, 4)["monthly"]) == WHOLE[audience]
    assert done(follow, 4) == ["call monthly", "text monthly"]
    assert (follow.lead.pursuit.cadence, follow.lead.pursuit.at_step) == ("keep-in-touch", "monthly")
    assert list(follow.runs.values()) == ["SUCCEEDED"] * 3 + ["RUNNING"]


@pytest.mark.parametrize(
    ("asks", "appointment", "audience", "days"),
    [
        (
            "2026-12-21 10:00",
            "2026-12-22T10:00:00-05:00",  # the business is closed on Christmas Eve
            "company",
            ["2026-12-26", "2026-12-28", "2027-01-05", "2027-01-26"],
        ),
        (
            "2027-03-11 10:00",
            "2027-03-12T16:00:00-05:00",  # a Friday; the clocks go forward on Sunday
            "consumer",
            ["2027-03-13", "2027-03-15", "2027-03-22", "2027-04-05"],
        ),
        (
            "2026-10-29 10:00",
            "2026-10-30T16:00:00-04:00",  # a Friday; the clocks go back on Sunday
            "enterprise",
            ["2026-11-02", "2026-11-06", "2026-11-16", "2026-12-07"],
        ),
    ],
)
def test_holidays_and_changes_of_the_clock_move_nothing_that_they_need_not(
    arrive: Arrive, asks: str, appointment: str, audience: str, days: list[str]
) -> None:
    follow = arrive(asks, audience=audience, **TEXTS)
    follow.through(asks).report("booked", appointment_at=appointment)
    missed_at = appointment[:16].replace("T", " ")
    follow.through(missed_at[:-2] + "04").report("no_show")
    follow = reporting(follow, "no_answer", str(follow.moment(asks).date() + timedelta(days=45)) + " 12:00")
    touches = [touch for touch in follow.done() if touch.pursuit == 3]
    assert follow.local(touches[0].due_at) == missed_at[:-2] + "05"
    assert [days_of(follow, 3)[step] for step in TOUCHES_2_TO_5] == days
    assert all("08:00" <= follow.local(touch.due_at)[11:16] <= "20:30" for touch in touches)


def test_the_words_are_those_of_the_playbook(arrive: Arrive) -> None:
    follow = reporting(no_show(arrive, **TEXTS, **OWN_WORDS), "voicemail", "2027-01-01 12:00")
    free, question, chase, gave_up = (words(sent) for sent in to_maya(follow)[2:])
    assert "We had a time set for your kitchen remodel. I'm free a little today: 212-555-0111." in free
    body, _, footer = question.partition(" -- ")
    assert body.endswith("Where would you like to go from here?")
    assert footer.startswith("Fernhill Home Improvement Phone: 212-555-0100")
    assert "This is the last time that I chase" in chase
    assert "212-555-0111" in chase
    assert '"cold bedrooms", so that you could have this: "a warm house", or what happened?' in gave_up


def test_the_rep_is_told_before_free_today_goes(arrive: Arrive) -> None:
    follow = reporting(no_show(arrive, **TEXTS), "no_answer", "2026-11-25 20:00")
    ((at, who, nudge),) = asked(follow, "2026-11-25")
    assert who == "ana"
    assert "Not reached? We write that you are free today." in nudge
    assert segments(nudge) == 1
    sent = to_maya(follow)[-1]
    assert at < sent.at
    assert "Ana Ruiz at Fernhill Home Improvement here." in words(sent)


def test_a_lead_without_a_number_is_asked_for_another_time_because_no_rep_was_told(arrive: Arrive) -> None:
    follow = reporting(no_show(arrive, phone=None), "no_answer", "2026-11-25 20:00")
    assert done(follow, 3)[-1] == "email another-time"
    assert "Which other time suits you?" in words(to_maya(follow)[-1])
    assert "free" not in words(to_maya(follow)[-1])


@pytest.mark.parametrize("known", [{"problem": "cold bedrooms"}, {"goal": "a warm house"}])
def test_without_their_own_problem_and_goal_the_last_question_is_a_plain_one(
    arrive: Arrive, known: dict[str, str]
) -> None:
    follow = reporting(no_show(arrive, **known), "no_answer", "2027-01-01 12:00")
    last = words(to_maya(follow)[-1])
    assert "Did you give up on it, or what happened?" in last
    assert not any(told in last for told in known.values())


# -- something is reported in between


def test_booked_again_in_between_nothing_more_of_it_goes(arrive: Arrive) -> None:
    follow = reporting(no_show(arrive, **TEXTS), "no_answer", "2026-11-25 18:00")
    sent = len(to_maya(follow))
    follow.report("booked", appointment_at="2026-12-01T11:00:00-05:00")
    follow.through("2026-12-01 11:04")
    assert asked(follow, "2026-11-26")[-1][2] == "Did Maya Thompson come? Appointment at 11:00 AM."
    follow.report("no_show")
    follow = reporting(follow, "no_answer", "2026-12-01 18:00")
    assert done(follow, 5) == TOUCH_1
    assert len(to_maya(follow)) == sent + 2
    assert "We had 11:00 AM" in words(to_maya(follow)[-1])
    assert follow.lead.no_shows == 2


def test_a_no_in_between_ends_it_for_good(arrive: Arrive) -> None:
    follow = reporting(no_show(arrive, **TEXTS), "no_answer", "2026-11-25 18:00")
    sent = len(to_maya(follow))
    follow.report("not_interested")
    follow.days(60)
    assert (len(to_maya(follow)), follow.lead.status) == (sent, "not_interested")
    assert set(follow.runs.values()) == {"SUCCEEDED"}


def test_a_conversation_in_between_that_goes_silent_is_taken_up_without_a_word_of_the_appointment(
    arrive: Arrive,
) -> None:
    follow = reporting(no_show(arrive, **TEXTS), "no_answer", "2026-11-25 18:00")
    sent = len(to_maya(follow))
    follow.report("in_conversation", next_step=OPEN_QUESTION)
    follow = reporting(follow, "no_answer", "2026-12-05 12:00")
    assert done(follow, 3)[-1] == "call contact"
    assert done(follow, 4)[:4] == [
        *(what.replace("missed-you", "open-question") for what in TOUCH_1),
        "call where-from-here",
    ]
    assert days_of(follow, 4)["open-question"] == "2026-11-28"
    said = [words(each) for each in to_maya(follow)[sent:]]
    assert OPEN_QUESTION in said[0]
    assert [each for each in said if "time set" in each or "3:00 PM" in each] == []


def test_a_no_show_that_was_reported_by_mistake_is_taken_back(arrive: Arrive) -> None:
    follow = no_show(arrive, **TEXTS).until("15:20")
    sent = len(to_maya(follow))
    follow.report("kept")
    follow.until("2026-11-24 20:00")
    assert follow.lead.pursuit.cadence == "appointment"
    assert follow.lead.no_shows == 0
    assert asked(follow, "2026-11-24 15:21")[0][2] == "How did it go with Maya Thompson at 3:00 PM?"
    follow.report("won")
    follow.days(60)
    assert (len(to_maya(follow)), follow.lead.status) == (sent, "won")


def test_a_no_show_that_is_reported_twice_is_one(arrive: Arrive) -> None:
    follow = no_show(arrive, **TEXTS).until("15:04:30")
    assert follow.report("no_show")["result"] == "already_reported"
    follow.until("15:20")
    assert follow.report("no_show")["result"] == "already_reported"
    assert (follow.lead.no_shows, follow.lead.pursuit.number) == (1, 3)


# -- silence after a conversation


def test_a_conversation_that_went_silent_is_taken_up_where_it_was_left(arrive: Arrive) -> None:
    follow = arrive(**TEXTS)
    follow.until("10:03").report("in_conversation", next_step=OPEN_QUESTION)
    follow = reporting(follow, "no_answer", "2026-12-20 12:00")
    assert follow.local(follow.lead.gone_silent_at or follow.stack.now).startswith("2026-11-27")
    assert follow.lead.no_shows == 0
    assert done(follow, 2) == [
        "call open-question",
        "text open-question",
        "email open-question",
        "call where-from-here",
        "email where-from-here",
        "email last-chase",
        "email did-you-give-up",
    ]
    assert list(days_of(follow, 2).values())[::-1] == ["2026-11-27", "2026-11-28", "2026-12-04", "2026-12-18"]
    (told, *_) = asked(follow, "2026-11-24")
    assert "Silent since the conversation on Nov 23." in told[2]
    said = [words(each) for each in to_maya(follow)]
    assert OPEN_QUESTION in said[0]
    assert OPEN_QUESTION in said[1]
    assert [each for each in said if "appointment" in each or "time set" in each] == []


def test_news_before_it_counts_as_silent_begins_nothing(arrive: Arrive) -> None:
    follow = arrive(**TEXTS)
    follow.until("10:03").report("in_conversation")
    follow.until("2026-11-25 12:00").report("not_interested")
    follow.days(30)
    assert (to_maya(follow), list(follow.runs)) == ([], ["1-1"])


# -- what is shown beforehand


@pytest.mark.parametrize("assume", ["no_answer", "silent", "voicemail", "in_conversation"])
def test_preview_shows_what_the_demo_does(assume: Assumed) -> None:
    folder = CADENCES / "went-quiet"
    settings, version = read_settings(CONFIG), read_cadence_version(folder)
    posted, span = read_posted_lead(None, None, OWN_WORDS), timedelta(days=60)
    lead = posted.lead(version, settings)
    planner = Planner.for_lead(lead, version, settings)
    shown = preview(lead, planner, settings, assume, posted.arrives + span, version_of=shipped_version)
    reports = [
        ReportEntry(do="report", at=touch.due_at, outcome=touch.outcome)  # type: ignore[arg-type]  # as it was reported
        for touch in shown.touches
        if touch.outcome
    ]
    run = Demo(posted, span, Script(tuple(reports)), folder).run()
    assert isinstance(run, DemoRun)
    assert _lines(run.touches) == _lines(shown.touches)
    assert (run.lead.status, list(run.cadences.values())[-1]) == (shown.status, shown.cadences[-1])


def _lines(touches: Sequence[Touch]) -> list[tuple[object, ...]]:
    """What preview and demo have to agree on; touches of one second in any order."""
    return sorted((touch.due_at, touch.step, touch.channel, touch.status, touch.outcome or "") for touch in touches)
