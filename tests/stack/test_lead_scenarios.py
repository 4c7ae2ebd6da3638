"""What leads do in the scripts of events/scripts/, and what the shipped stack makes of it."""

from datetime import timedelta

from local.demo import Demo, DemoRun
from local.posted_lead import read_posted_lead
from local.scripts import read_script
from tests.stack.following import DAY, HOUR
from tests.stack.test_scenarios import SCRIPTS


def run(script: str, span: timedelta) -> DemoRun:
    done = Demo(read_posted_lead(None, None, {}), span, read_script(SCRIPTS / f"{script}.json")).run()
    assert isinstance(done, DemoRun)
    assert done.failures == ()
    return done


def test_they_answer_and_the_rep_rings_back() -> None:
    done = run("they-answer-and-the-rep-rings-back", 2 * HOUR)
    assert 'They wrote: "Sorry I missed you. Is Thursday after 3 any good?"' in done.texts[-1].body
    assert [(each.step, each.outcome) for each in done.touches if each.status == "reported"] == [
        ("first-call", "no_answer"),
        ("answer", "replied"),
        ("call-back", "in_conversation"),
    ]
    assert done.lead.hold is None


def test_a_stop_by_text_and_a_start_a_day_later() -> None:
    done = run("stop-by-text-and-start-again", 2 * DAY)
    theirs = [text.body for text in done.texts if text.phone == done.lead.profile.phone]
    assert [words.partition(":")[2].split(",")[0] for words in theirs] == [" done", " welcome back"]
    assert done.lead.status == "open"
    assert done.lead.spoken_at
