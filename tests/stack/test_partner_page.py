"""A partner's page and texts, through the deployed functions."""

from local import rep_phone
from tests.stack.partner_stories import HARBOR, NORTHSIDE, PAT, PartnerStory, partners_open
from tests.stack.rep_phone import after, form_of, opens, page_at, path_of_link, posts, presses, status


def given(*names: str) -> PartnerStory:
    """The partner has the first, whom nobody could bring together with it; the others wait."""
    story = partners_open()
    story.ask_one_by_one(*(names or ("ann",)))
    story.says_at("10:02", "ann", "no_answer").until("10:05")
    return story


def page_of(story: PartnerStory, name: str = "ann") -> str:
    return f"/partners/{story.handoff(name).link}"


def text_from_pat(story: PartnerStory, words: str) -> str:
    """What is answered."""
    before = len(story.texts_to(PAT))
    rep_phone.text_back(story.stack, PAT, words)
    story.until("10:06")
    (answer,) = story.texts_to(PAT)[before:]
    return answer.split(" ", 2)[2]


def test_the_text_to_the_partner_has_the_link_and_the_page_shows_the_lead() -> None:
    with given("ann", "bob") as story:
        (text,) = story.texts_to(PAT)
        path = page_of(story)
        assert path in text
        page = page_at(story, path)
        assert [each.words for each in page.all("h1")] == ["Ann Miller"]
        assert page.all("a", href="tel:+19175550150")
        assert "1 more lead waits for you" in page.words


def test_opening_the_page_changes_nothing() -> None:
    with given() as story:
        before = story.of("ann")
        assert opens(story, page_of(story)).status == 200
        assert story.of("ann") == before


def test_an_estimate_on_the_page_settles_the_lead_and_brings_the_next_one() -> None:
    with given("ann", "bob") as story:
        path = page_of(story)
        page = presses(story, path, "Save the time", estimate_at="2026-11-24T15:00")
        assert status(page).startswith("Noted. Thank you.")
        assert (story.of("ann").status, story.of("ann").appointment_at) == ("booked", story.moment("2026-11-24 15:00"))
        story.until("10:06")
        assert story.open_at(NORTHSIDE) == ["bob"]
        assert "You have another lead from us" in page_at(story, path).words
        assert story.stack.failures == []


def test_two_answers_at_once_are_one() -> None:
    with given() as story:
        path = page_of(story)
        form = form_of(page_at(story, path), "Yes, they said no")
        first, second = posts(story, path, form), posts(story, path, form)
        assert [status(after(story, path, each)).split(".")[0] for each in (first, second)] == [
            "Noted",
            "This was noted before, and pressing again changed nothing",
        ]
        assert story.of("ann").status == "not_interested"
        assert story.partner(NORTHSIDE).figures.came_of == {"declined": 1}


def test_an_answer_after_the_lead_has_moved_on_is_thanked_for() -> None:
    with given() as story:
        path = page_of(story)
        form = form_of(page_at(story, path), "Save the time") | {"estimate_at": "2026-11-24T15:00"}
        presses(story, path, "Yes, skip me")
        story.until("10:06")
        assert story.open_at(HARBOR) == ["ann"]
        before = story.of("ann")
        page = after(story, path, posts(story, path, form))
        assert status(page) == "Thank you. This lead is no longer with you, so nothing was changed."
        assert "Ann" not in page.words
        assert story.of("ann") == before


def test_help_asks_one_of_ours_to_call_the_partner() -> None:
    with given() as story:
        presses(story, page_of(story), "Ask for a call", note="What is the gate code?")
        story.until("12:30")
        assert any(line.split()[2] == "partner-asks" for line in story.steps("ann"))
        assert any("212-555-0141" in text.body and text.to != PAT for text in story.texts)


def test_a_link_that_is_nobodys_opens_nothing() -> None:
    with given() as story:
        for method in ("GET", "POST"):
            answer = story.stack.http(method, "/partners/made-up", {}, b"answer=busy")
            assert answer.status == 404
        call_link = next(text.body for text in story.texts if "/calls/" in text.body).split("/calls/")[1].split()[0]
        assert opens(story, f"/partners/{call_link}").status == 404
        assert opens(story, f"/board/{story.handoff('ann').link}").status == 404


def test_a_hostile_lead_stays_words_and_out_of_the_logs() -> None:
    with partners_open() as story:
        story.asks("ann", service="Roofing", message="<script>alert(1)</script><img src=x onerror=alert(1)>")
        story.says_at("10:02", "ann", "no_answer").until("10:05")
        presses(story, page_of(story), "Can't reach them yet")
        page = page_at(story, page_of(story))
        assert not page.all("script", "img")
        assert "<script>alert(1)</script>" in page.words


# -- texts ---------------------------------------------------------------------------------------------------


def test_a_text_schedules_and_is_answered_in_one_text() -> None:
    with given("ann", "bob") as story:
        answer = text_from_pat(story, "Scheduled Tue 3pm")
        assert answer == "Noted: estimate with Ann Miller, Tue Nov 24, 3 PM. Thank you!"
        assert story.of("ann").appointment_at == story.moment("2026-11-24 15:00")
        assert story.open_at(NORTHSIDE) == ["bob"]
        assert story.stack.failures == []


def test_a_text_that_is_too_busy_moves_the_lead_and_pauses_the_partner() -> None:
    with given() as story:
        answer = text_from_pat(story, "too busy, skip")
        assert answer.startswith("OK, we take Ann Miller back and skip you for now.")
        assert story.open_at(HARBOR) == ["ann"]
        assert story.partner(NORTHSIDE).paused == "busy"


def test_free_words_reach_the_rep_and_the_timeline() -> None:
    with given() as story:
        answer = text_from_pat(story, "Her gate is locked until Thursday it seems")
        assert answer.startswith("Thank you, one of us reads this.")
        (told,) = [text for text in story.texts if text.body.startswith("Northside Roofing wrote")]
        assert told.to != PAT
        assert [touch.note for touch in story.timeline_of("ann") if touch.step == "partner-answer"] == [
            "Her gate is locked until Thursday it seems"
        ]


def test_after_a_stop_the_partner_gets_no_text_and_the_manager_knows() -> None:
    with given() as story:
        assert "no more texts to you" in text_from_pat(story, "STOP")
        count = len(story.texts_to(PAT))
        story.until("19:00")
        assert len(story.texts_to(PAT)) == count
        assert any("Northside Roofing texted STOP" in text.body for text in story.texts)


# -- what the rep hears on the phone -------------------------------------------------------------------------


def test_a_rep_reports_what_the_partner_says_and_corrects_it_on_the_page() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("10:01")
        rep = next(text.to for text in story.texts if "/calls/" in text.body)
        path = path_of_link(story, rep)
        page = page_at(story, path)
        assert page.all("a", href="tel:+12125550141")
        assert page.all("a", href="tel:+19175550150")
        assert status(presses(story, path, "No news yet")).startswith("No news yet.")
        query = f"touch={story.handoff('ann').number}.live-transfer.1"
        page = presses(story, path, "Save the estimate", query, appointment_at="2026-11-24T15:00")
        assert (story.of("ann").status, story.of("ann").appointment_at) == ("booked", story.moment("2026-11-24 15:00"))


def test_a_rep_reports_for_a_partner_who_calls_by_itself() -> None:
    with partners_open() as story:
        story.asks("ann")
        story.until("10:01")
        rep = next(text.to for text in story.texts if "/calls/" in text.body)
        path = path_of_link(story, rep)
        presses(story, path, "They talk to each other")
        query = f"touch={story.handoff('ann').number}.contact.1"
        presses(story, path, "Save the estimate", query, appointment_at="2026-11-24T15:00")
        assert story.of("ann").status == "booked"
