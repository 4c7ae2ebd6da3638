"""A rep's page through the shipped template: from the link in the text to what changes for the lead."""

from local.stack import AwsError
from tests.stack.conftest import Arrive
from tests.stack.following import Follow
from tests.stack.rep_phone import (
    after,
    form_of,
    opens,
    page_at,
    path_of_link,
    posts,
    presses,
    status,
    texts_back,
)
from tests.stack.test_privacy import ZEBEDEE, assert_nobody_is_named, everything_that_is_kept

LOS_ANGELES = "America/Los_Angeles"
NOT_FROM_THE_PAGE: list[dict[str, str]] = [
    {},
    {"List-Unsubscribe": "One-Click"},
    {"outcome": "booked"},
    {"outcome": "voicemail", "touch": ""},
    {"outcome": "voicemail", "touch": "first-call.1"},
    {"outcome": "fired", "touch": "1.first-call.1"},
    {"outcome": "voicemail, booked", "touch": "1.first-call.1"},
    {"outcome": "voicemail", "touch": "1.first-call.1' OR 1=1"},
    {"touch": "1.first-call.1"},
    {"touch": "1.first-call.1", "value": "infinite"},
    {"touch": "1.first-call.1", "follow_up": "2026-13-45"},
]
CALIFORNIAN = {"phone": "(415) 555-0142", "postal_code": "94103"}


class TestTheLinkInANudge:
    def test_opens_the_lead_and_changes_nothing(self, arrive: Arrive) -> None:
        follow = arrive(message="Mornings are best.").until("10:02")
        before, path = follow.lead, path_of_link(follow, "ana")
        page = page_at(follow, path)
        (called,) = [each for each in page.all("a") if each.attributes["href"].startswith("tel:")]
        assert (called.attributes["href"], called.words) == ("tel:+19175550142", "Call 917-555-0142")
        for words in ("Call 1 of 17", "Maya Thompson", "Kitchen remodel", "Asked 2 min ago", "Mornings are best."):
            assert words in page.words
        assert "this is Ana Ruiz" in page.words
        assert follow.lead == before
        assert len(follow.texts) == 1

    def test_is_loaded_by_scanners_as_often_as_they_like(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        before, path = follow.lead, path_of_link(follow, "ana")
        for _ in range(3):
            assert opens(follow, path).status == 200
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
            assert opens(follow, path, method=method).status in {200, 404}
        for query in ("outcome=booked", "done=recorded", "touch=1.first-call.1&done=saved", "lead=x", "touch=%00%ff"):
            assert opens(follow, path, query).status == 200
        assert follow.lead == before

    def test_ignores_a_post_that_the_page_never_made(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        before, path = follow.lead, path_of_link(follow, "ana")
        for body in NOT_FROM_THE_PAGE:
            assert posts(follow, path, body).status == 422
        assert follow.lead == before

    def test_ignores_a_page_that_speaks_of_other_calls(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        before, path = follow.lead, path_of_link(follow, "ana")
        for touch in ("1.second-call.1", "2.first-call.1", "1.tried-you.1", "1.contact.2"):
            answer = posts(follow, path, {"outcome": "voicemail", "touch": touch})
            assert answer.headers["location"].endswith("&done=nothing_changed")
        assert follow.lead == before

    def test_works_for_thirty_days_and_then_shows_nobody(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        path = path_of_link(follow, "ana")
        follow.report("not_interested")
        follow.stack.run_until(follow.moment("2026-12-23 09:59"))
        assert opens(follow, path).status == 200
        follow.stack.run_until(follow.moment("2026-12-23 10:00"))
        before = follow.lead
        for answer in (opens(follow, path), posts(follow, path, {"outcome": "voicemail", "touch": "1.first-call.1"})):
            assert answer.status == 410
            assert b"Maya" not in answer.body
            assert b"555" not in answer.body
        assert follow.lead == before

    def test_can_not_be_guessed(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        before, answers = follow.lead, set()
        for token in ("A" * 22, "a", "%C3%A9", "x" * 2000, follow.lead.token, follow.lead_id):
            path = f"/calls/{token}"
            for answer in (opens(follow, path), posts(follow, path, {"outcome": "booked", "touch": "1.first-call.1"})):
                answers.add((answer.status, answer.body))
        ((code, body),) = answers
        assert code == 410
        assert b"Maya" not in body
        assert follow.lead == before

    def test_does_not_open_what_another_kind_of_link_opens(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        token = path_of_link(follow, "ana").removeprefix("/calls/")
        assert follow.stack.http("POST", f"/unsubscribe/{token}", {}).status == 404
        assert follow.lead.status == "open"


class TestAPress:
    def test_on_voicemail_lets_the_email_go_at_once(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        page = presses(follow, path_of_link(follow, "ana"), "Left voicemail")
        assert status(page) == "Left voicemail. Reported by you, today 10:02 AM. Next: E-mail, now."
        follow.through("10:02")
        assert [(email.at, email.subject) for email in follow.emails] == [
            ("2026-11-23 10:02", "We tried to call you about your kitchen remodel request")
        ]
        follow.until("10:08")
        assert (follow.texts[-1].at, follow.ask_of) == ("2026-11-23 10:07", "second-call.1")

    def test_that_comes_twice_is_one(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        path = path_of_link(follow, "ana")
        sent = form_of(page_at(follow, path), "Left voicemail")
        posts(follow, path, sent)
        before = follow.lead
        page = after(follow, path, posts(follow, path, sent))
        assert "This was saved before, and pressing again changed nothing." in status(page)
        assert follow.lead == before
        follow.until("10:05")
        assert len(follow.emails) == 1

    def test_on_a_page_that_somebody_else_has_overtaken_changes_nothing_and_says_so(self, arrive: Arrive) -> None:
        follow = arrive().until("10:06")
        path = path_of_link(follow, "ana")
        seen = form_of(page_at(follow, path), "No answer")
        presses(follow, path_of_link(follow, "ben"), "In conversation")
        before = follow.lead
        page = after(follow, path, posts(follow, path, seen))
        assert "Your press came too late, and changed nothing." in status(page)
        assert "In conversation. Reported by Ben Okafor, today 10:06 AM." in status(page)
        assert follow.lead == before

    def test_that_closed_the_lead_by_mistake_is_taken_back_on_the_page_that_says_how_it_ended(
        self, arrive: Arrive
    ) -> None:
        follow = arrive().until("10:02")
        path = path_of_link(follow, "ana")
        page = presses(follow, path, "Not interested")
        assert status(page) == "Not interested. Reported by you, today 10:02 AM."
        assert "That was a mistake: …" in page.words
        seen = form_of(page, "No answer")
        page = after(follow, path, posts(follow, path, seen))
        assert status(page).startswith("No answer. Reported by you, today 10:02 AM. Next: E-mail,")
        follow.until("10:03")
        assert (follow.lead.is_open, len(follow.emails)) == (True, 1)
        before = follow.lead
        assert "pressing again changed nothing" in status(after(follow, path, posts(follow, path, seen)))
        assert follow.lead == before

    def test_adds_the_time_to_a_booking_that_was_reported_without_one(self, arrive: Arrive) -> None:
        follow = arrive().report_at("10:02", "booked", touch_id="first-call.1", by="ana").until("12:00")
        path = path_of_link(follow, "ana")
        page = page_at(follow, path)
        assert "What came of the appointment?" in page.words
        page = presses(follow, path, "Save the appointment", appointment_at="2026-11-24T15:00")
        assert status(page).startswith("Booked for tomorrow 3:00 PM. Reported by you, today 12:00 PM.")
        assert follow.lead.pursuit.cadence == "appointment"

    def test_on_an_old_link_counts_for_the_call_it_is_about_and_no_other(self, arrive: Arrive) -> None:
        follow = arrive().until("10:12")
        path = path_of_link(follow, "ana")
        assert follow.ask_of == "second-call.1"
        page = page_at(follow, path)
        assert "Chloe Park is asked about the next step since then." in status(page)
        page = presses(follow, path, "Left voicemail")
        assert status(page).startswith("Left voicemail. Reported by you, today 10:12 AM.")
        assert follow.touch("first-call.1").outcome == "voicemail"
        assert follow.ask_of == "second-call.1"

    def test_after_an_escalation_still_counts_and_the_others_may_stand_down(self, arrive: Arrive) -> None:
        follow = arrive().until("10:07")
        assert [text.to for text in follow.texts] == ["ana", "ben"]
        path = path_of_link(follow, "ana")
        assert "There was no report, so Ben Okafor is asked instead." in status(page_at(follow, path))
        page = presses(follow, path, "In conversation")
        assert status(page).startswith("In conversation. Reported by you, today 10:07 AM. Next: Call back,")
        (stand_down,) = follow.texts[2:]
        assert (stand_down.at, stand_down.to) == ("2026-11-23 10:07", "ben")
        assert stand_down.body == "Ana Ruiz has reported on Maya Thompson: stand down."
        follow.until("2026-11-24 12:00")
        assert [text for text in follow.texts[3:] if text.at < "2026-11-26"] == []

    def test_on_can_not_take_it_asks_the_next_one_at_once(self, arrive: Arrive) -> None:
        follow = arrive().until("10:01")
        page = presses(follow, path_of_link(follow, "ana"), "Can't take it")
        assert status(page).startswith("You can't take it, so Ben Okafor is asked instead.")
        follow.through("10:01")
        assert [(text.at, text.to) for text in follow.texts] == [
            ("2026-11-23 10:00", "ana"),
            ("2026-11-23 10:01", "ben"),
        ]
        assert "can't" in follow.texts[1].body
        presses(follow, path_of_link(follow, "ben"), "No answer")
        assert follow.touch("first-call.1").by == "ben"

    def test_on_booked_keeps_the_appointment(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        page = presses(follow, path_of_link(follow, "ana"), "Save the appointment", appointment_at="2026-11-27T16:00")
        said = "Booked for Fri 4:00 PM. Reported by you, today 10:04 AM. Next: Did they come, Fri 4:04 PM."
        assert status(page) == said
        assert follow.lead.appointment_at == follow.moment("2026-11-27 16:00")

    def test_on_booked_that_comes_twice_keeps_one_appointment(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        sent = form_of(page_at(follow, path), "Save the appointment") | {"appointment_at": "2026-11-27T16:00"}
        posts(follow, path, sent)
        before = follow.lead
        page = after(follow, path, posts(follow, path, sent))
        assert "This was saved before, and pressing again changed nothing. Booked for Fri 4:00 PM." in status(page)
        assert follow.lead == before

    def test_on_another_time_after_booked_moves_the_appointment(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        for time in ("2026-11-27T16:00", "2026-11-25T11:00"):
            presses(follow, path, "Save the appointment", appointment_at=time)
        assert follow.lead.appointment_at == follow.moment("2026-11-25 11:00")
        assert "Booked for Wed 11:00 AM." in status(page_at(follow, path))
        follow.through("2026-11-25 11:04")
        assert [text.at for text in follow.texts[1:]] == ["2026-11-25 11:04"]

    def test_on_not_interested_ends_it(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        page = presses(follow, path, "Not interested")
        assert status(page) == "Not interested. Reported by you, today 10:04 AM."
        follow.days(20)
        assert (follow.lead.status, len(follow.texts), follow.emails) == ("not_interested", 1, [])

    def test_after_the_lead_asked_us_to_stop_shows_no_number_any_more(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        seen = form_of(page_at(follow, path), "No answer")
        follow.unsubscribe()
        before = follow.lead
        page = after(follow, path, posts(follow, path, seen))
        assert "They asked us to stop. Don't call, text or write." in status(page)
        assert "555" not in page.words
        assert not [each for each in page.all("a") if each.attributes["href"].startswith(("tel:", "mailto:"))]
        assert follow.lead == before

    def test_with_a_time_that_has_passed_is_refused_and_what_was_typed_stays(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path, before = path_of_link(follow, "ana"), follow.lead
        sent = form_of(page_at(follow, path), "Save the time") | {"callback_at": "2026-11-23T09:30"}
        answer = posts(follow, path, sent)
        assert answer.status == 422
        assert b"Choose a time that is still to come: it is 10:04 AM where they are." in answer.body
        assert b'value="2026-11-23T09:30"' in answer.body
        assert follow.lead == before

    def test_that_dies_after_recording_is_seen_to_have_counted_when_repeated(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        path = path_of_link(follow, "ana")
        sent = form_of(page_at(follow, path), "Left voicemail")
        follow.stack.crash("before:stepfunctions.SendTaskSuccess")
        assert posts(follow, path, sent).status == 500
        page = after(follow, path, posts(follow, path, sent))
        assert "This was saved before" in status(page)
        follow.until("10:20")
        assert follow.touch("first-call.1").outcome == "voicemail"
        assert len(follow.emails) == 1

    def test_works_when_the_machine_can_not_be_told(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        refusal = AwsError("ServiceUnavailable", "no", 503)
        follow.stack.refuse("before:stepfunctions.SendTaskSuccess", refusal, times=9)
        page = presses(follow, path_of_link(follow, "ana"), "Left voicemail")
        assert status(page).startswith("Left voicemail. Reported by you")
        assert any("not woken" in line for line in follow.stack.logs)


class TestATime:
    def test_is_the_leads_own_whatever_zone_the_rep_is_in_and_across_a_change_of_clocks(self, arrive: Arrive) -> None:
        follow = arrive("2026-10-31 12:00", LOS_ANGELES, **CALIFORNIAN).until("12:02")  # clocks go back tonight
        who = follow.texts[0].to
        page = presses(follow, path_of_link(follow, who), "Save the time", callback_at="2026-11-02T15:00")
        assert "Call back at Mon 3:00 PM Pacific time (6:00 PM yours)" in status(page)
        follow.through("2026-11-02 15:00")
        (text,) = [text for text in follow.texts if text.at >= "2026-11-01"]
        assert text.at == "2026-11-02 15:00"
        assert follow.moment("2026-11-02 15:00").hour == 23  # one hour later in UTC than the day before

    def test_can_be_chosen_at_one_press(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        page = presses(follow, path_of_link(follow, "ana"), "Tomorrow 10:00 AM")
        assert "Call back at tomorrow 10:00 AM." in status(page)
        follow.through("2026-11-24 10:00")
        assert [text.at for text in follow.texts[1:]] == ["2026-11-24 10:00"]

    def test_said_again_is_another_time_for_the_same_call(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        presses(follow, path, "Tomorrow 10:00 AM")
        page = presses(follow, path, "Save the time", callback_at="2026-11-23T16:00")
        assert "Call back at today 4:00 PM." in status(page)
        follow.through("16:00")
        assert follow.texts[-1].at == "2026-11-23 16:00"


class TestAQuestionAfterAnAppointment:
    def test_is_answered_on_its_page(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        presses(follow, path_of_link(follow, "ana"), "Save the appointment", appointment_at="2026-11-24T15:00")
        follow.through("2026-11-24 15:04")
        path = path_of_link(follow, "ana")
        before = follow.lead
        page = page_at(follow, path)
        assert "Did Maya Thompson come? Appointment at 3:00 PM." in page.words
        assert {each.words for each in page.all("button")} == {
            "They came",
            "They didn't come",
            "Can't take it ask somebody else",
        }
        assert follow.lead == before
        assert status(presses(follow, path, "They came")).startswith("They came. Reported by you, today 3:04 PM.")
        follow.until("19:00")
        evening = path_of_link(follow, "ana")
        page = presses(follow, evening, "Save the day", follow_up="2026-12-03")
        assert status(page).startswith("Thinking it over until Thu, Dec 3 10:00 AM. Reported by you")
        assert "Next: Call back, Thu, Dec 3 10:00 AM." in status(page)
        follow.through("2026-12-03 10:00")
        assert follow.texts[-1].at == "2026-12-03 10:00"

    def test_that_nobody_answered_until_the_end_is_still_heard(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        presses(follow, path_of_link(follow, "ana"), "Save the appointment", appointment_at="2026-11-24T15:00")
        follow.through("2026-11-24 15:04")
        path = path_of_link(follow, "ana")
        follow.days(3)
        assert follow.lead.status == "booked"
        page = presses(follow, path, "They didn't come")
        assert status(page).startswith("They didn't come. Reported by you")
        assert follow.lead.is_open
        assert follow.lead.no_shows == 1


class TestWhatWasLearned:
    def test_is_kept_and_not_asked_again(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        presses(follow, path, "In conversation")
        page = presses(follow, path, "Save", "touch=1.first-call.1", note="After five", problem="Drafty", goal="Warm")
        assert status(page).startswith("Saved. In conversation.")
        assert (follow.lead.note, follow.lead.profile.problem) == ("After five", "Drafty")
        follow.through("2026-11-27 08:00")  # three days, and Thanksgiving
        page = page_at(follow, path_of_link(follow, "ana"))
        assert "Find out if you can: how to reach them best." in page.words
        assert "Call 1, you : In conversation: After five" in page.words

    def test_of_a_lead_that_is_worth_more_brings_weekly_calls(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        presses(follow, path, "No answer")
        posts(follow, path, form_of(page_at(follow, path), "Save") | {"value": "high"})
        follow.days(20)
        assert len([touch for touch in follow.done("call") if touch.step == "weekly-call"]) >= 2

    def test_with_a_day_to_ask_again_asks_on_that_day(self, arrive: Arrive) -> None:
        follow = arrive().until("10:04")
        path = path_of_link(follow, "ana")
        presses(follow, path, "In conversation")
        page = presses(follow, path, "Save", follow_up="2026-12-03")
        assert "Next: Call back, Thu, Dec 3 10:00 AM." in status(page)
        follow.through("2026-12-03 10:00")
        assert [text.at for text in follow.texts[1:]] == ["2026-12-03 10:00"]
        assert follow.touch("call-back.1").due_at == follow.moment("2026-12-03 10:00")


class TestMyLeads:
    def test_is_behind_the_link_that_a_text_asks_for(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        texts_back(follow, "ana", "list")
        assert follow.texts[-1].to == "ana"
        before = follow.lead
        page = page_at(follow, path_of_link(follow, "ana"))
        assert "My leads" in page.words
        assert "Call now (1)" in page.words
        assert "Maya Thompson Kitchen remodel Call 1, now silent for 2 min" in page.words
        assert follow.lead == before

    def test_leads_to_each_lead_and_its_buttons(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        texts_back(follow, "ana", "list")
        path = path_of_link(follow, "ana")
        (line,) = [each for each in page_at(follow, path).all("a") if each.attributes["href"].startswith("?")]
        query = line.attributes["href"].removeprefix("?")
        assert status(presses(follow, path, "Left voicemail", query)).startswith("Left voicemail. Reported by you")
        follow.through("10:02")
        assert len(follow.emails) == 1

    def test_takes_a_conversation_that_nobody_asked_for_once_however_often_it_is_pressed(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        presses(follow, path_of_link(follow, "ana"), "Left voicemail")
        texts_back(follow, "ana", "list")
        path, query = path_of_link(follow, "ana"), f"lead={follow.lead_id}"
        sent = form_of(page_at(follow, path, query), "In conversation")
        page = after(follow, path, posts(follow, path, sent, query))
        assert status(page).startswith("In conversation. Reported by you, today 10:02 AM. Next: Call back,")
        before = follow.lead
        page = after(follow, path, posts(follow, path, sent, query))
        assert "This was saved before, and pressing again changed nothing." in status(page)
        assert follow.lead == before
        assert [touch.step for touch in follow.timeline].count("contact") == 1

    def test_shows_nobody_elses_leads(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        texts_back(follow, "ben", "list")
        # Without a lead there is nothing to link to: the page is made for one who has a link from another day.
        assert follow.texts[-1].body == "You have no open leads."
        presses(follow, path_of_link(follow, "ana"), "Can't take it")
        follow.through("10:02")
        texts_back(follow, "ana", "list")
        path = path_of_link(follow, "ana")
        for lead_id in ("somebody", "LEAD", ""):
            assert opens(follow, path, f"lead={lead_id}").status in {200, 410}
            assert b"Maya" not in opens(follow, path, f"lead={lead_id or 'x'}").body

    def test_lets_a_rep_go_away_and_come_back(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        texts_back(follow, "ana", "list")
        path = path_of_link(follow, "ana")
        page = presses(follow, path, "Away")
        assert "You are away." in page.words
        assert "You are away." in page_at(follow, path).words
        assert "You are on duty." in presses(follow, path, "Back").words


class TestPrivacy:
    def test_nobody_and_no_token_is_in_logs_or_execution_history(self, stage: Follow) -> None:
        assert stage.post(**ZEBEDEE).status == 202
        stage.until("10:07")
        texts_back(stage, "ana", "list")
        paths = {path_of_link(stage, "ana", 0), path_of_link(stage, "ana"), path_of_link(stage, "ben")}
        first = path_of_link(stage, "ana", 0)
        note = "Zebedee Quixworthy says Bartholomaeus, 917-555-0186"
        for path in paths:
            for query in (
                "",
                f"lead={stage.lead_id}",
                "lead=Zebedee",
                f"touch={note.replace(' ', '+')}",
                "done=Zebedee",
            ):
                opens(stage, path, query)
            posts(stage, path, {"outcome": "Zebedee", "touch": "Zebedee", "duty": "Zebedee"})
            posts(stage, path, {"outcome": "booked", "touch": "1.first-call.1", "appointment_at": note})
        presses(stage, first, "In conversation")
        posts(stage, first, form_of(page_at(stage, first), "Save") | {"note": note, "problem": note, "goal": note * 99})
        posts(stage, first, form_of(page_at(stage, first), "Save") | {"note": note, "problem": note})
        stage.stack.refuse("before:dynamodb.TransactWriteItems", AwsError("ValidationException", note), times=1)
        assert posts(stage, first, {"touch": "1.first-call.1", "note": note}).status == 500
        stage.until("12:00")
        assert stage.lead.note == note
        assert_nobody_is_named(stage)
        tokens = [path.removeprefix("/calls/") for path in paths]
        kept = [(where, text) for where, text in everything_that_is_kept(stage)]
        assert [(where, text[:200]) for where, text in kept if any(token in text for token in tokens)] == []

    def test_a_link_is_stored_as_a_digest_only_once_the_call_is_settled(self, arrive: Arrive) -> None:
        follow = arrive().until("10:02")
        path = path_of_link(follow, "ana")
        presses(follow, path, "No answer")
        table = follow.stack.client("dynamodb").scan(TableName=follow.stack.outputs["TableName"])
        assert path.removeprefix("/calls/") not in str(table["Items"])
