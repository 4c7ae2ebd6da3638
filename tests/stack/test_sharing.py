"""Two leads with one phone number: whoever calls is told, and the number has its share of calls once."""

import json

from followthrough.domain.gsm7 import segments
from local.demo import all_leads, store_of
from tests.stack.conftest import Arrive
from tests.stack.following import Follow

DANA = {"name": "Dana Reyes", "email": "dana.reyes@example.com", "phone": "(917) 555-0142"}


def post(follow: Follow, **fields: str) -> str:
    before = set(all_leads(follow.stack))
    headers = {"content-type": "application/json"}
    assert follow.stack.http("POST", "/leads", headers, json.dumps(fields).encode()).status == 202
    (new,) = set(all_leads(follow.stack)) - before
    return new


def test_the_nudge_says_who_else_has_the_number_and_when_they_asked(arrive: Arrive) -> None:
    follow = arrive().until("2026-11-24 10:00")
    post(follow, **DANA)
    follow.until("2026-11-24 10:01")
    nudge = next(text.body for text in follow.texts if "Call Dana Reyes" in text.body)
    assert "Same number as Maya Thompson, asked yesterday." in nudge
    assert segments(nudge) <= 2


def test_the_one_who_was_there_first_is_known_to_share_it_too(arrive: Arrive) -> None:
    follow = arrive().until("10:01")
    post(follow, **DANA)
    assert follow.lead.shares_phone
    follow.until("12:00")
    nudges = [text.body for text in follow.texts if "Call Maya Thompson" in text.body]
    assert "Same number" not in nudges[0]
    assert all("Same number as Dana Reyes, asked today." in nudge for nudge in nudges[1:])


def test_a_number_of_ones_own_is_not_looked_up(arrive: Arrive) -> None:
    follow = arrive().until("10:01")
    other = post(follow, **{**DANA, "phone": "212-555-0177"})
    follow.until("10:30")
    assert not follow.lead.shares_phone
    assert not store_of(follow.stack).load(other).shares_phone
    assert not [text for text in follow.texts if "Same number" in text.body]


def test_a_number_that_both_have_has_its_share_of_calls_once(arrive: Arrive) -> None:
    follow = arrive()
    other = post(follow, **DANA)
    follow.until("2026-11-24 00:00")
    calls = [touch for touch in follow.timeline if touch.channel == "call" and touch.status != "skipped"]
    theirs = [touch for touch in store_of(follow.stack).timeline(other) if touch.channel == "call"]
    made = [touch for touch in theirs if touch.status != "skipped"]
    assert len(calls) + len(made) <= 6
    skipped = {touch.reason for touch in (*follow.timeline, *theirs) if touch.status == "skipped"}
    assert "the address has had its share for the day" in skipped
