"""What other systems of the business report to POST /events, on the shipped template. Times are the lead's own."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from followthrough.adapters.files import read_json
from local.business_systems import new_events_token, post_event
from local.project import CADENCES, CONFIG
from tests.stack.conftest import Arrive
from tests.stack.following import MAYA, Follow

TUESDAY_3_PM = "2026-11-24T15:00:00-05:00"
WEDNESDAY_9_AM = "2026-11-25T09:00:00-05:00"
MONDAY_NOON = "2026-11-23T12:00:00-05:00"
STEPS = [
    {"name": "hello", "do": "email", "after": "5m", "purpose": "Say that we are on it."},
    {"name": "paid", "do": "email", "after": "1h", "of": "event:deposit_paid", "purpose": "Say thanks."},
]
HELLO = "Subject: Hello\n\nHello."


@dataclass
class Systems:
    """The business's other systems, with a token."""

    follow: Follow
    token: str

    def say(self, event: str, at: str | None = None, **who: str) -> tuple[int, Any]:
        """Report an event of Maya's; the status and what became of it."""
        content = {"event": event, **(who or {"lead_id": self.follow.lead_id}), **({"at": at} if at else {})}
        answer = post_event(self.follow.stack, self.token, content)
        told = json.loads(answer.body)
        return answer.status, told.get("result") or told["error"]


def systems_of(follow: Follow) -> Systems:
    return Systems(follow, new_events_token(follow.stack))


@pytest.fixture
def maya(arrive: Arrive) -> Systems:
    """Maya has asked on Monday at 10:00, Ana is asked to call her, and it is 10:02."""
    return systems_of(arrive(consent_to_text="yes").until("10:02"))


@pytest.fixture
def waiting_for_a_deposit(tmp_path: Path) -> Iterator[Systems]:
    """New leads get a cadence with a step that counts from an event."""
    folder = tmp_path / "cadences" / "deposits"
    shutil.copytree(CADENCES, tmp_path / "cadences")
    shutil.copytree(CONFIG, tmp_path / "config")
    (folder / "messages").mkdir(parents=True)
    cadence = {"name": "deposits", "about": "For a test.", "steps": STEPS, "ends": {"because": "no_response"}}
    cadence["steps"] = [*STEPS, {"name": "late", "do": "email", "after": "9d", "purpose": "Still there."}]
    (folder / "cadence.json").write_text(json.dumps(cadence))
    for name in ("hello", "paid", "late"):
        (folder / "messages" / f"{name}.email.txt").write_text(HELLO)
    business = read_json(CONFIG / "business.json")
    business["cadences"]["arrival"] = "deposits"
    (tmp_path / "config" / "business.json").write_text(json.dumps(business))
    layers = {"cadences": tmp_path / "cadences", "config": tmp_path / "config"}
    with Follow.open(layers=layers) as follow:
        assert follow.post().status == 202
        yield systems_of(follow.until("11:00"))


def begun(follow: Follow) -> tuple[str, str, int]:
    pursuit = follow.lead.pursuit
    return pursuit.cadence, pursuit.started_by, pursuit.number


# -- what an event begins


def test_an_event_begins_the_cadence_that_the_business_has_for_it_and_whoever_was_asked_stands_down(
    maya: Systems,
) -> None:
    assert maya.say("Estimate sent") == (202, "recorded")
    assert begun(maya.follow) == ("keep-in-touch", "event", 2)
    assert maya.follow.lines() == [
        "2026-11-23 10:00 first-call skipped another system reported meanwhile",
        "2026-11-23 10:02 event:estimate_sent reported estimate_sent",
    ]
    assert maya.follow.texts[-1].to == "ana"
    assert maya.follow.texts[-1].body.endswith(
        "another system reported 'estimate sent'. What you were asked is settled. Stand down."
    )
    maya.follow.days(2)
    assert [touch for touch in maya.follow.done() if touch.pursuit == 2]
    assert maya.follow.runs["1-1"] == "SUCCEEDED"
    assert maya.follow.stack.failures == []


def test_a_step_that_counts_from_an_event_comes_after_it_and_not_without_it(waiting_for_a_deposit: Systems) -> None:
    follow = waiting_for_a_deposit.follow
    follow.until("2026-11-25 10:00")
    assert [touch.step for touch in follow.done()] == ["hello"]
    assert waiting_for_a_deposit.say("deposit-paid") == (202, "recorded")
    follow.until("2026-11-25 11:01")
    assert [email.at for email in follow.emails] == ["2026-11-23 10:05", "2026-11-25 11:00"]
    assert begun(follow) == ("deposits", "arrival", 1)


def test_an_agreed_time_is_asked_about_and_a_missed_one_followed_up(maya: Systems) -> None:
    assert maya.say("appointment_made", TUESDAY_3_PM) == (202, "recorded")
    assert begun(maya.follow) == ("appointment", "appointment", 2)
    maya.follow.through("2026-11-24 15:04")
    assert maya.follow.ask_of == "did-they-come.1"
    assert maya.say("no_show") == (202, "recorded")
    assert begun(maya.follow) == ("went-quiet", "no_show", 3)
    assert maya.follow.texts[-1].to == "ana"
    maya.follow.through("2026-11-24 15:06")
    assert maya.follow.ask_of == "missed-you.1"


@pytest.mark.parametrize("event", ["won", "lost"])
def test_the_end_of_it_closes_the_lead_and_everybody_stands_down(maya: Systems, event: str) -> None:
    maya.follow.until("10:06")
    assert [text.to for text in maya.follow.texts] == ["ana", "ben"]
    assert maya.say(event) == (202, "recorded")
    assert (maya.follow.lead.status, maya.follow.lead.ask) == (event, None)
    assert [text.to for text in maya.follow.texts[2:]] == ["ana", "ben"]
    emails = len(maya.follow.emails)
    maya.follow.days(10)
    assert len(maya.follow.emails) == emails
    assert maya.follow.runs == {"1-1": "SUCCEEDED"}


def test_it_is_no_call_of_ours(maya: Systems) -> None:
    maya.say("appointment_made", TUESDAY_3_PM)
    lead = maya.follow.lead
    assert (lead.attempted_at, lead.reached_at, lead.spoken_at) == (None, None, None)
    (told,) = [touch for touch in maya.follow.timeline if touch.step == "event:appointment_made"]
    assert (told.status, told.outcome, told.by, told.message) == ("reported", "booked", "other-system", None)


# -- what changes nothing


def test_what_comes_twice_changes_nothing(maya: Systems) -> None:
    assert maya.say("estimate_sent", MONDAY_NOON) != (202, "recorded")
    maya.follow.until("12:30")
    for event, at in (("estimate_sent", MONDAY_NOON), ("appointment_made", TUESDAY_3_PM), ("won", None)):
        assert maya.say(event, at) == (202, "recorded")
        before, sent = maya.follow.lead, len(maya.follow.texts)
        assert maya.say(event, at) == (202, "already_known")
        assert (maya.follow.lead, len(maya.follow.texts)) == (before, sent)


# -- who may say it, and of whom


def test_nothing_is_taken_without_a_good_token(maya: Systems) -> None:
    before = maya.follow.lead
    for token in ("", "wrong", before.token):
        answer = post_event(maya.follow.stack, token, {"lead_id": maya.follow.lead_id, "event": "won"})
        assert (answer.status, sorted(json.loads(answer.body))) == (401, ["error"])
    assert maya.follow.lead == before


def test_a_number_that_several_have_tells_nobody(maya: Systems) -> None:
    maya.follow.post(email="sam@example.com", name="Sam")
    status, said = maya.say("won", phone="917-555-0142")
    assert (status, "give lead_id or email" in said) == (409, True)
    assert maya.say("won", email="sam@example.com")[0] == 202


def test_no_log_says_who_it_was(maya: Systems) -> None:
    maya.say("won", email=str(MAYA["email"]))
    maya.say("won", phone="917-555-0142", at="nonsense")
    logged = "\n".join(maya.follow.stack.logs)
    assert [word for word in ("maya.thompson", "5550142", maya.token) if word in logged] == []
