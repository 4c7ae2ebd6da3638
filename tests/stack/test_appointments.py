"""From a booked time until what came of it, on the shipped template: who is asked what, and when."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

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
from tests.stack.following import Follow

APPOINTMENT = CADENCES / "appointment"
TOMORROW_3_PM = "2026-11-24T15:00:00-05:00"
ASKED = "Did Maya Thompson come? Appointment at 3:00 PM."


def texts_of(follow: Follow, since: str) -> list[tuple[str, str, str]]:
    """When, to whom, and what, up to the link."""
    return [
        (text.at.removeprefix("2026-11-"), text.to, text.body.partition(" http")[0])
        for text in follow.texts
        if text.at >= since
    ]


@pytest.fixture
def booked(arrive: Arrive) -> Iterator[Follow]:
    """Ana was asked on Monday at 10:00, and has booked Tuesday at 15:00 three minutes later."""
    follow = arrive()
    follow.until("10:03").report("booked", appointment_at=TOMORROW_3_PM)
    yield follow
    assert follow.stack.failures == []
    assert {text.to for text in follow.texts} <= {"ana", "ben", "chloe", "dana"}
    assert follow.emails == [] or follow.lead.pursuit.cadence == "went-quiet"


def test_the_machine_waits_for_the_appointment_and_the_run_before_is_over(booked: Follow) -> None:
    booked.until("2026-11-24 15:04")
    assert booked.lead.pursuit.cadence == "appointment"
    assert booked.lead.is_open
    assert booked.local(booked.lead.next_touch_at or booked.stack.now) == "2026-11-24 15:04"
    assert list(booked.runs.items()) == [("1-1", "SUCCEEDED"), ("2-1", "RUNNING")]
    assert texts_of(booked, "2026-11-23 10:01") == []


def test_it_goes_well(booked: Follow) -> None:
    booked.through("2026-11-24 15:04")
    assert texts_of(booked, "2026-11-24") == [("24 15:04", "ana", ASKED)]
    assert booked.texts[-1].body.endswith(" Reply kept or no show")
    assert segments(booked.texts[-1].body) <= 2
    booked.until("15:20").report("kept")
    booked.until("19:00")
    (how,) = texts_of(booked, "2026-11-24 15:05")
    assert "24 17:30" <= how[0] < "24 19:00"
    assert how[1:] == ("ana", "How did it go with Maya Thompson at 3:00 PM?")
    assert booked.texts[-1].body.endswith(" Reply won, lost or thinking Fri")
    booked.report("won")
    assert booked.lead.status == "won"
    assert booked.days(5).runs == {"1-1": "SUCCEEDED", "2-1": "SUCCEEDED"}


def test_unconfirmed_somebody_else_is_asked_until_nobody_is_left(booked: Follow) -> None:
    booked.days(4)
    assert texts_of(booked, "2026-11-24") == [
        ("24 15:04", "ana", ASKED),
        ("24 15:34", "ben", f"Ana Ruiz hasn't reported. {ASKED}"),
        ("24 16:04", "chloe", f"Ben Okafor hasn't reported. {ASKED}"),
        ("24 16:34", "dana", f"Chloe Park hasn't reported. {ASKED}"),
    ]
    assert booked.lead.status == "booked"
    assert booked.touch("did-they-come.1").status == "silent"


def test_the_second_who_is_asked_knows_and_the_first_stands_down(booked: Follow) -> None:
    booked.until("2026-11-24 15:40").report("kept", by="ben")
    assert texts_of(booked, "2026-11-24 15:35") == [
        ("24 15:40", "ana", "Ben Okafor has reported on Maya Thompson: stand down.")
    ]
    booked.until("19:00")
    assert texts_of(booked, "2026-11-24 15:41")[0][1:] == ("ana", "How did it go with Maya Thompson at 3:00 PM?")


def test_a_no_show_is_called_at_once_and_then_followed_up_as_one(booked: Follow) -> None:
    booked.until("2026-11-24 15:06").report("no_show")
    booked.through("15:06")
    ((at, who, words),) = texts_of(booked, "2026-11-24 15:05")
    assert (at, who) == ("24 15:06", "ana")
    assert words.startswith("Call Maya Thompson now: 917-555-0142. Kitchen remodel. They missed their appointment.")
    assert booked.lead.no_shows == 1
    booked.until("15:10").report("no_answer")
    booked.days(1)
    assert (booked.lead.pursuit.cadence, booked.lead.pursuit.started_by) == ("went-quiet", "no_show")
    assert [" ".join(line.split()[2:5]) for line in booked.lines()][1:5] == [
        "did-they-come reported no_show",
        "missed-you reported no_answer",
        "missed-you skipped no",
        "missed-you sent",
    ]


def test_thinking_is_called_on_the_day_that_was_agreed(booked: Follow) -> None:
    booked.until("2026-11-24 15:06").report("kept")
    booked.until("20:00").report("thinking", callback_at="2026-11-30T10:00:00-05:00")
    assert booked.until("2026-11-30 10:00").lead.is_open
    assert texts_of(booked, "2026-11-25") == []
    booked.through("10:00")
    ((at, who, words),) = texts_of(booked, "2026-11-25")
    assert (at, who) == ("30 10:00", "ana")
    assert "They wanted to think until now." in words
    booked.report("won")
    assert booked.lead.status == "won"


def test_another_time_is_asked_about_after_that_time_only(booked: Follow) -> None:
    booked.until("2026-11-24 09:00").report("booked", appointment_at="2026-11-25T11:00:00-05:00")
    booked.through("2026-11-25 11:04")
    assert texts_of(booked, "2026-11-24") == [("25 11:04", "ana", "Did Maya Thompson come? Appointment at 11:00 AM.")]
    assert list(booked.runs) == ["1-1", "2-1", "3-1"]


def test_no_news_for_a_night_reminds_once_and_an_answer_is_heard_after_the_end(booked: Follow) -> None:
    booked.until("2026-11-24 15:06").report("kept")
    booked.until("2026-11-25 12:00")
    reminded = texts_of(booked, "2026-11-25")
    assert [(who, words) for _, who, words in reminded] == [
        ("ana", "A reminder. How did it go with Maya Thompson at 3:00 PM?")
    ]
    assert booked.lead.status == "booked"
    booked.report("lost")
    assert booked.story.lead.status == "lost"


def test_asking_again_meanwhile_begins_speed_to_lead_afresh(arrive: Arrive) -> None:
    follow = arrive()
    follow.until("10:03").report("booked", appointment_at=TOMORROW_3_PM)
    follow.until("12:00").post(message="And the bathroom, too.")
    follow.through("12:00")
    assert follow.lead.pursuit.cadence == "speed-to-lead"
    assert texts_of(follow, "2026-11-23 12:00")[0][2].startswith("Call Maya Thompson now")
    follow.until("2026-11-24 16:00")
    assert not any("Did Maya" in text.body for text in follow.texts)
    assert follow.runs["2-1"] == "SUCCEEDED"


def test_a_lost_start_is_mended_by_the_watchdog(booked: Follow) -> None:
    booked.until("10:10")
    for execution in booked.stack.executions():
        if execution.name.endswith("-2-1"):
            booked.stack.client("stepfunctions").stop_execution(executionArn=execution.arn)
    booked.until("2026-11-24 15:04").until("15:10", schedules=True)
    ((at, who, words),) = texts_of(booked, "2026-11-24")
    assert "24 15:06" <= at <= "24 15:08"
    assert (who, words) == ("ana", ASKED)


def _lines(touches: Sequence[Touch]) -> list[tuple[object, ...]]:
    """What preview and demo have to agree on; touches of one second in any order."""
    return sorted((touch.due_at, touch.step, touch.channel, touch.status, touch.outcome or "") for touch in touches)


@pytest.mark.parametrize("assume", ["silent", "kept", "no_show", "thinking", "lost"])
def test_preview_shows_what_the_demo_does(assume: Assumed) -> None:
    settings, version = read_settings(CONFIG), read_cadence_version(APPOINTMENT)
    posted, span = read_posted_lead(None, None, {}), timedelta(days=9)
    lead = posted.lead(version, settings)
    planner = Planner.for_lead(lead, version, settings)
    shown = preview(lead, planner, settings, assume, posted.arrives + span, version_of=shipped_version)
    agreed = (settings.business.gone_silent_after_days * timedelta(days=1)) if assume == "thinking" else timedelta()
    entries = tuple(
        ReportEntry(
            do="report",
            at=touch.due_at,
            outcome=touch.outcome,  # type: ignore[arg-type]  # one of them, as it was reported
            callback_at=touch.due_at + agreed if touch.outcome == "thinking" else None,
        )
        for touch in shown.touches
        if touch.outcome
    )
    run = Demo(posted, span, Script(entries), APPOINTMENT).run()
    assert isinstance(run, DemoRun)
    assert _lines(run.touches) == _lines(shown.touches)
    assert (run.lead.status, run.lead.closed_at) == (shown.status, shown.ended_at)


# -- the page and the text


def test_the_question_can_be_answered_on_the_page_behind_the_link(booked: Follow) -> None:
    booked.through("2026-11-24 15:04")
    path = booked.texts[-1].body.partition(booked.story.api_url)[2].split()[0]
    page = booked.stack.http("GET", path, {"accept": "text/html"}, b"").body.decode()
    assert "Did Maya Thompson come?" in page
    assert [f'value="{outcome}"' in page for outcome in ("kept", "no_show", "voicemail")] == [True, True, False]
    touch = page.partition('name="touch" value="')[2].partition('"')[0]
    form = f"touch={touch}&form_id=f1&outcome=kept".encode()
    typed = {"content-type": "application/x-www-form-urlencoded"}
    assert booked.stack.http("POST", path, typed, form).status == 303
    assert booked.touch("did-they-come.1").outcome == "kept"
    assert booked.stack.http("POST", path, typed, form).status == 303
    assert booked.lead.is_open
