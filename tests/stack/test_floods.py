"""Programs fill in the form: nothing goes out to those beyond the limit, the manager decides, and nobody is lost."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthrough.adapters.files import read_json
from local.demo import all_leads, store_of
from local.project import CONFIG
from local.stack import AwsError
from tests.stack.following import MINUTE, Follow
from tests.stack.rep_phone import page_at, path_of_link, texts_back

CAPS = {"leads_an_hour": 2, "all_leads_an_hour": 120}


def limited(folder: Path, **caps: int) -> dict[str, Path]:
    """The sample configuration with smaller limits."""
    config = folder / "config"
    shutil.copytree(CONFIG, config)
    business = read_json(CONFIG / "business.json")
    business["caps"] |= caps
    (config / "business.json").write_text(json.dumps(business))
    return {"config": config}


@pytest.fixture
def flood(tmp_path: Path) -> Iterator[Follow]:
    """Five posts from one page, a second apart from 10:00 on; the last three are held."""
    with Follow.open(layers=limited(tmp_path, **CAPS)) as follow:
        for number in range(5):
            post(follow, number)
            follow.until(f"10:00:0{number + 1}")
        yield follow


def post(follow: Follow, number: int, origin: str = "https://www.example.com") -> None:
    fields = {"name": f"Lead {number}", "email": f"lead{number}@example.com", "phone": f"212-555-01{number:02}"}
    headers = {"content-type": "application/json", "origin": origin}
    assert follow.stack.http("POST", "/leads", headers, json.dumps(fields).encode()).status == 202


def held(follow: Follow) -> list[str]:
    leads = [store_of(follow.stack).load(lead_id) for lead_id in all_leads(follow.stack)]
    return sorted(lead.profile.name or "" for lead in leads if lead.hold)


def called(follow: Follow) -> list[str]:
    """The names in the nudges that reps got first, in order."""
    words = [text.body.split("Call ")[1].split(" now")[0] for text in follow.texts if "Call Lead" in text.body]
    return list(dict.fromkeys(words))


class TestAFlood:
    def test_holds_what_is_beyond_the_limit_and_follows_up_the_others(self, flood: Follow) -> None:
        flood.until("12:00")
        assert held(flood) == ["Lead 2", "Lead 3", "Lead 4"]
        assert called(flood) == ["Lead 0", "Lead 1"]
        assert {email.to[0] for email in flood.stack.emails} <= {"lead0@example.com", "lead1@example.com"}

    def test_does_not_hold_other_sources(self, flood: Follow) -> None:
        post(flood, 7, "https://partner.example.com")
        flood.until("10:02")
        assert "Lead 7" in called(flood)

    def test_is_told_to_the_manager_once_with_a_list_to_look_at(self, flood: Follow) -> None:
        flood.until("10:10", schedules=True)
        told = [text for text in flood.texts if text.to == "dana"]
        assert [text.body[:16] for text in told] == ["3 leads are held"]
        assert told[0].at < "2026-11-23 10:02"
        page = page_at(flood, path_of_link(flood, "dana"))
        assert all(name in page.words for name in ("Lead 2", "Lead 3", "Lead 4"))

    def test_goes_on_when_the_manager_says_so_the_oldest_first_and_a_few_each_minute(self, flood: Follow) -> None:
        flood.at("10:10", lambda: texts_back(flood, "dana", "Release"))
        flood.until("10:20", schedules=True)
        assert held(flood) == []
        assert called(flood) == ["Lead 0", "Lead 1", "Lead 2", "Lead 3", "Lead 4"]
        first = {
            name: min(text.at for text in flood.texts if f"Call {name} now" in text.body) for name in called(flood)
        }
        assert "2026-11-23 10:10" <= first["Lead 2"] == first["Lead 3"] < first["Lead 4"] < "2026-11-23 10:13"

    def test_goes_on_after_a_day_without_a_word(self, flood: Follow) -> None:
        flood.until("2026-11-24 09:55")
        assert held(flood) == ["Lead 2", "Lead 3", "Lead 4"]
        flood.until("2026-11-24 10:10", schedules=True)
        assert held(flood) == []
        assert called(flood)[-3:] == ["Lead 2", "Lead 3", "Lead 4"]

    def test_is_let_go_although_a_start_fails(self, flood: Follow) -> None:
        flood.at("10:10", lambda: texts_back(flood, "dana", "release"))
        flood.until("10:11")
        flood.stack.refuse("before:stepfunctions.StartExecution", AwsError("InternalServerError", status=500))
        flood.until("10:30", schedules=True)
        assert held(flood) == []
        assert {"Lead 2", "Lead 3", "Lead 4"} <= set(called(flood))


class TestTheMinute:
    def test_takes_so_many_emails_and_the_rest_wait_for_a_later_one(self, tmp_path: Path) -> None:
        with Follow.open("2026-11-23 23:00", layers=limited(tmp_path, emails_a_minute=2)) as follow:
            for number in range(5):
                post(follow, number)
            follow.until("2026-11-24 00:30")
            sent = sorted(email.at for email in follow.stack.emails)
            assert len(sent) == 5
            assert max(sum(1 for at in sent if start <= at < start + MINUTE) for start in sent) <= 4  # two minutes meet
            minutes = [at.replace(second=0) for at in sent]
            assert max(minutes.count(minute) for minute in minutes) == 2
            due = {
                touch.due_at
                for lead_id in all_leads(follow.stack)
                for touch in store_of(follow.stack).timeline(lead_id)
            }
            assert due == {follow.moment("2026-11-23 23:00")}  # waiting has moved nothing that was due
            assert follow.stack.failures != []  # each wait is one refusal that the machine knows by name
            assert {run.status for run in follow.stack.executions()} == {"RUNNING"}


class TestAnOpening:
    def test_spreads_what_the_night_brought_over_a_minute_the_oldest_first(self) -> None:
        with Follow.open("2026-11-23 21:00") as follow:
            for number, at in enumerate(("21:00", "2026-11-24 01:00", "2026-11-24 04:00", "2026-11-24 07:30")):
                follow.at(at, lambda number=number: post(follow, number))  # type: ignore[misc]
            follow.until("2026-11-24 08:01")
            assert called(follow) == ["Lead 0", "Lead 1", "Lead 2", "Lead 3"]
            nudged = [text.at for text in follow.texts if text.at >= "2026-11-24"]
            assert len(set(nudged)) == 4
            assert all("2026-11-24 08:00" <= at < "2026-11-24 08:01" for at in nudged)

    def test_brings_no_rep_more_first_calls_than_they_may_have(self) -> None:
        with Follow.open("2026-11-23 23:00") as follow:
            for number in range(12):
                post(follow, number)
            follow.until("2026-11-24 08:01")
            nudged = [text.to for text in follow.texts]
            assert {who: nudged.count(who) for who in ("ana", "ben")} == {"ana": 5, "ben": 5}
            assert nudged.count("dana") == 2  # the manager stands in for whoever is left
