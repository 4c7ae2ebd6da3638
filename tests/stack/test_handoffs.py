"""Leads go to partners one at a time, on the shipped machine, functions and cadences."""

import json

import pytest

from followthrough.adapters.files import read_settings
from followthrough.adapters.people_wiring import people_services_on
from followthrough.domain.handoffs import is_given, is_waiting
from followthrough.use_cases.erasing import erase
from followthrough.use_cases.people import Who
from local.page_reader import read_page
from local.project import CONFIG
from local.rep_phone import newest_link, open_link, press, text_back
from tests.stack.partner_stories import HARBOR, NORTHSIDE, PAT, SAM, partners_open

THURSDAY_NOON = "2026-11-26T17:00:00Z"


def test_three_leads_go_to_a_partner_one_by_one() -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob", "cleo")
        story.says_at("10:02", "ann", "transferred").until("10:30")
        assert story.open_at(NORTHSIDE) == ["ann"]
        assert story.waiting_for(NORTHSIDE) == ["bob", "cleo"]
        assert story.open_at(HARBOR) == [], "they wait for their partner, however many others are free"

        story.says("ann", "scheduled", appointment_at=THURSDAY_NOON)
        story.until("10:31")
        assert (story.of("ann").status, story.of("ann").appointment_at) == ("booked", story.moment("2026-11-26 12:00"))
        assert story.open_at(NORTHSIDE) == ["bob"]
        assert story.of("bob").ask, "a rep is asked to bring them together"

        story.says_at("10:32", "bob", "scheduled", appointment_at=THURSDAY_NOON).until("10:33")
        assert story.open_at(NORTHSIDE) == ["cleo"]
        story.says_at("10:34", "cleo", "declined").until("10:35")
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == ([], [])
        assert story.of("cleo").status == "not_interested"
        figures = story.partner(NORTHSIDE).figures
        assert (figures.given, figures.came_of) == (3, {"scheduled": 2, "declined": 1})
        assert story.stack.failures == []


def test_whoever_waits_is_told_so_and_that_nobody_pretends_otherwise() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("10:01")
        story.asks("bob")
        story.until("10:10")
        (email,) = [email for email in story.emails if email.to == "bob@example.com"]
        assert email.subject == "Your roofing request has arrived"
        assert "Northside Roofing does this kind of work with us and will call you." in email.text
        assert not [email for email in story.emails if email.to == "ann@example.com"], "she is called at once"


def test_the_next_leads_arrival_asks_a_rep_to_call_the_partner() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.says_at("10:02", "ann", "transferred").until("12:30")
        story.asks("bob")
        story.says_at("12:35", "ann", "not_yet").until("12:40")
        assert "2026-11-23 12:30 next-lead reported not_yet" in story.steps("ann")
        (nudge,) = [text for text in story.texts if text.at == "2026-11-23 12:30" and "Pat" in text.body]
        assert "212-555-0141" in nudge.body
        assert "Ann Miller 917-555-0150" in nudge.body


def test_when_the_live_transfer_fails_all_three_get_the_others_numbers() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.says_at("10:02", "ann", "no_answer").until("10:05")
        assert [text.split(" ", 2)[1] for text in story.texts_to(PAT)] == ["10:02"]
        (to_partner,), (to_lead,) = story.texts_to(PAT), story.texts_to("+19175550150")
        assert "Ann Miller, 917-555-0150, roofing request" in to_partner
        assert (
            "Northside Roofing will call you about your roofing request. You can reach Pat at 212-555-0141." in to_lead
        )
        assert any(
            "Ann Miller 917-555-0150 now has the number of Northside Roofing" in text.body for text in story.texts
        )


def test_a_lead_that_did_not_agree_to_texts_is_introduced_by_e_mail() -> None:
    with partners_open() as story:
        story.asks("ann", consent_to_text="no")
        story.says_at("10:02", "ann", "no_answer").until("10:05")
        assert story.texts_to("+19175550150") == []
        (email,) = [email for email in story.emails if email.to == "ann@example.com"]
        assert email.subject == "Northside Roofing will call you"
        assert "ask for Pat at 212-555-0141" in email.text


def test_a_lead_that_is_not_of_the_partners_trade_goes_to_the_next() -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob")
        story.says_at("10:02", "ann", "not_for_us").until("10:03")
        assert (story.open_at(NORTHSIDE), story.open_at(HARBOR)) == (["bob"], ["ann"])
        assert story.partner(NORTHSIDE).paused is None


def test_a_busy_partner_is_skipped_and_its_line_goes_on_in_order() -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob", "cleo")
        story.says_at("10:02", "ann", "busy").until("10:03")
        assert story.partner(NORTHSIDE).paused == "busy"
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == ([], [])
        assert (story.open_at(HARBOR), story.waiting_for(HARBOR)) == (["ann"], ["bob", "cleo"])


@pytest.mark.parametrize("stopped", ["wrong_number", "unsubscribe"])
def test_a_lead_that_cannot_be_served_makes_room_at_once(stopped: str) -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob")
        if stopped == "unsubscribe":
            story.until("10:02")
            story.gives_up("ann")
        else:
            story.says_at("10:02", "ann", "wrong_number")
        story.until("10:03")
        assert story.open_at(NORTHSIDE) == ["bob"]
        assert not story.of("ann").is_open


def test_two_leads_of_the_same_second_are_given_one_by_one() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.asks("bob")
        story.until("10:01")
        assert story.of("ann").arrived_at == story.of("bob").arrived_at
        assert len(story.open_at(NORTHSIDE)) == len(story.waiting_for(NORTHSIDE)) == 1
        assert story.open_at(NORTHSIDE) != story.waiting_for(NORTHSIDE)


def test_a_partners_second_answer_changes_nothing() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("10:01")
        story.asks("bob")
        story.until("10:02")
        assert story.says("ann", "scheduled", appointment_at=THURSDAY_NOON)["result"] == "recorded"
        assert story.says("ann", "declined")["result"] == "already_closed"
        story.until("10:03")
        assert story.of("ann").status == "booked"
        assert story.open_at(NORTHSIDE) == ["bob"]


def test_a_lead_that_arrives_at_night_waits_until_the_partner_opens() -> None:
    with partners_open("2026-11-23 21:00") as story:
        story.asks("ann")
        story.until("2026-11-24 07:59")
        assert is_waiting(story.of("ann"))
        (email,) = story.emails
        assert email.at == "2026-11-23 21:00"
        story.until("2026-11-24 08:02")
        assert is_given(story.of("ann"))
        assert [text.at for text in story.texts][:1] == ["2026-11-24 08:00"]


def test_leads_that_are_not_meant_for_partners_know_nothing_of_them() -> None:
    with partners_open() as story:
        story.asks("ann", service="Kitchen remodel")
        story.until("10:01")
        assert story.of("ann").handoff is None
        assert story.of("ann").pursuit.cadence == "speed-to-lead"


def test_an_answer_for_a_lead_that_no_partner_has_is_refused() -> None:
    with partners_open() as story:
        story.asks("ann", service="Kitchen remodel")
        story.until("10:01")
        assert "none has this one" in str(story.says("ann", "not_yet"))


def test_somebody_who_asks_again_stays_with_the_partner_who_is_called() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.says_at("10:02", "ann", "transferred").until("13:00")
        story.asks("ann", message="Has anybody looked at it?")
        story.until("13:10")
        assert story.open_at(NORTHSIDE) == ["ann"]
        assert "2026-11-23 13:00 partner-asks" in " ".join(story.steps("ann"))
        assert story.texts_to(SAM) == []


def test_a_rep_tells_on_the_page_what_the_partner_says() -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob")
        story.until("10:01")
        ana = read_settings(CONFIG).team.reps[0]
        path = newest_link(story.stack, ana) or ""
        shown = read_page(open_link(story.stack, path).body.decode()).words
        for words in ("Pat", "Northside Roofing", "212-555-0141", "then bring the lead on the line", "917-555-0150"):
            assert words in shown
        told = press(story.stack, path, "scheduled", {"appointment_at": "2026-11-24T15:00"})
        assert told.startswith("An appointment is booked.")
        story.until("10:02")
        assert story.of("ann").appointment_at == story.moment("2026-11-24 15:00")
        assert story.open_at(NORTHSIDE) == ["bob"]


def test_silence_of_our_own_reps_holds_up_nothing() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("2026-11-24 10:30")
        calls = [touch for touch in story.timeline_of("ann") if touch.channel == "call" and touch.status != "skipped"]
        assert [touch.status for touch in calls] == ["silent", "silent"]
        *_, pullback = story.texts_to(PAT)
        assert "no answer since yesterday" in pullback


def test_a_rep_tells_by_text_that_the_partner_did_not_pick_up() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("10:02")
        text_back(story.stack, read_settings(CONFIG).team.reps[0].phone, "6")
        story.until("10:04")
        assert "2026-11-23 10:00 live-transfer reported no_answer" in story.steps("ann")
        assert story.handoff("ann").tried == ("call", "text")


def test_who_is_erased_leaves_no_trace_in_lines_and_holds_up_nobody() -> None:
    with partners_open() as story:
        story.ask_one_by_one("ann", "bob", "cleo")
        story.until("10:05")
        table, client = story.stack.outputs["TableName"], story.stack.client("dynamodb")
        people = people_services_on(table, read_settings(CONFIG), lambda: story.stack.now, client)
        erased = [story.ids.pop(name) for name in ("ann", "bob")]
        for name in ("ann", "bob"):
            erase(people, Who(email=f"{name}@example.com"), lambda looked_at: None)
        story.until("10:16", schedules=True)
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == (["cleo"], [])
        left = json.dumps(client.scan(TableName=table)["Items"], default=str)
        assert not [lead_id for lead_id in erased if lead_id in left]
