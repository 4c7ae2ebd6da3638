"""A rep with many leads, watched for a day: new leads and agreed times buzz at once, all other calls once an hour."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from followthrough.adapters.files import read_json
from followthrough.domain.instants import format_instant
from local.demo import all_leads, store_of
from local.project import CONFIG
from tests.stack.following import HOUR, MAYA, MINUTE, Follow
from tests.stack.rep_phone import page_at

TUESDAY = "2026-11-24"
ABOUT_AN_HOUR = HOUR + MINUTE
NEW, AGREED = "Nora New", "Carl Callback"


def one_rep(folder: Path) -> dict[str, Path]:
    """The sample business, with Ana alone to call."""
    config = folder / "config"
    shutil.copytree(CONFIG, config)
    team = read_json(CONFIG / "team.json")
    team["reps"] = [{**team["reps"][0], "most_open_asks": 50}]
    (config / "team.json").write_text(json.dumps(team))
    return {"config": config}


def post(follow: Follow, name: str, number: int) -> str:
    """Somebody asks; the id of the lead."""
    answer = follow.post(**{**MAYA, "name": name, "email": f"{number}@example.com", "phone": f"212-555-010{number}"})
    assert answer.status == 202
    return lead_named(follow, name)


def lead_named(follow: Follow, name: str) -> str:
    """The id of the lead with that name."""
    store = store_of(follow.stack)
    (lead_id,) = [lead_id for lead_id in all_leads(follow.stack) if store.load(lead_id).profile.name == name]
    return lead_id


def report(follow: Follow, lead_id: str, outcome: str, **more: str) -> None:
    """A rep reports, now."""
    follow.stack.invoke("ReportOutcomeFunction", {"lead_id": lead_id, "outcome": outcome, **more})


@pytest.fixture(scope="module")
def day_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Follow]:
    """Two hours of the second day of six leads, of whose calls Ana reports none. A new lead comes at 10:07, and
    at 10:23 somebody is to be called back; these two she reports.
    """
    with Follow.open(layers=one_rep(tmp_path_factory.mktemp("one_rep"))) as follow:
        leads = [post(follow, f"Lead {number}", number) for number in range(6)]
        agreed = post(follow, AGREED, 6)
        follow.until("10:02")
        for lead_id in leads:
            report(follow, lead_id, "no_answer")
        report(follow, agreed, "call_back", callback_at=format_instant(follow.moment(f"{TUESDAY} 10:23")))
        follow.until(f"{TUESDAY} 09:34")
        follow.at("10:07", lambda: post(follow, NEW, 7))
        follow.at("10:09", lambda: report(follow, lead_named(follow, NEW), "not_interested"))
        follow.at("10:25", lambda: report(follow, agreed, "not_interested"))
        follow.until("11:45", schedules=True)
        yield follow


def texts_of_day_two(follow: Follow) -> list[tuple[datetime, str]]:
    return [(follow.moment(each.at), each.body) for each in follow.texts if each.to == "ana" and each.at >= TUESDAY]


def about_calls_due(follow: Follow) -> list[tuple[datetime, str]]:
    """Ana's texts that are neither about a new lead nor about an agreed time."""
    return [(at, words) for at, words in texts_of_day_two(follow) if NEW not in words and AGREED not in words]


def due_on_day_two(follow: Follow) -> list[datetime]:
    """When each of the calls that don't buzz by themselves was due."""
    store = store_of(follow.stack)
    touches = [touch for lead_id in all_leads(follow.stack) for touch in store.timeline(lead_id)]
    asked = [touch for touch in touches if touch.step == "daily-calls" and touch.status in ("asked", "silent")]
    return sorted(touch.due_at for touch in asked)


def test_calls_due_buzz_at_most_once_an_hour(day_two: Follow) -> None:
    moments = [at for at, _ in about_calls_due(day_two)]
    assert len(moments) >= 2
    assert [after - before for before, after in pairwise(moments) if after - before < HOUR] == []


def test_everybody_due_is_told_of_within_about_an_hour(day_two: Follow) -> None:
    moments = [at for at, _ in about_calls_due(day_two)]
    due = [at for at in due_on_day_two(day_two) if at + ABOUT_AN_HOUR < day_two.stack.now]
    assert len(due) >= 6
    assert [at for at in due if not any(at <= told <= at + ABOUT_AN_HOUR for told in moments)] == []


def test_the_first_call_due_is_told_of_at_once_by_its_own_nudge(day_two: Follow) -> None:
    at, words = about_calls_due(day_two)[0]
    assert at == due_on_day_two(day_two)[0]
    assert "Call Lead " in words


def test_those_that_waited_are_told_of_together_with_the_list(day_two: Follow) -> None:
    first, second = (at for at, _ in about_calls_due(day_two)[:2])
    words = about_calls_due(day_two)[1][1]
    waited = [at for at in due_on_day_two(day_two) if first < at <= second]
    assert words.startswith(f"{len(waited) + 1} calls due, Lead ")  # the first one has its reminder
    page = page_at(day_two, urlsplit(words.split()[-1]).path)
    assert page.words.count("Lead ") >= len(waited)


def test_a_new_lead_and_an_agreed_time_buzz_at_once_and_alone(day_two: Follow) -> None:
    found = [(f"{at.astimezone(day_two.zone):%H:%M}", words) for at, words in texts_of_day_two(day_two)]
    assert [at for at, words in found if words.startswith(f"Call {NEW} now")] == ["10:07"]
    assert [at for at, words in found if words.startswith(f"Call {AGREED} now")] == ["10:23"]


def test_nothing_failed_on_the_way(day_two: Follow) -> None:
    assert day_two.stack.failures == []
