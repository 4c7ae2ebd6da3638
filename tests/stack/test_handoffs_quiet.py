"""A partner that says nothing: asked, asked again, given a deadline, and then its leads go on. And one that answers."""

from followthrough.domain.handoffs import is_given
from tests.stack.partner_stories import HARBOR, NORTHSIDE, PAT, SAM, PartnerStory, partners_open

DANA = "dana"


def ghosted(at: str = "2026-11-23 10:00", *names: str) -> PartnerStory:
    """The partner has the first of these leads; its phone is never picked up."""
    story = partners_open(at)
    story.ask_one_by_one(*(names or ("ann",)))
    return story


def nobody_picks_up(story: PartnerStory, name: str, *moments: str) -> PartnerStory:
    for moment in moments:
        story.says_at(moment, name, "no_answer")
    return story


def test_two_calls_and_two_texts_in_a_day_and_then_one_pullback() -> None:
    with nobody_picks_up(ghosted(), "ann", "10:02", "13:10").until("2026-11-24 18:30") as story:
        made = [line for line in story.steps("ann") if "skipped" not in line]
        assert made == [
            "2026-11-23 10:00 live-transfer reported no_answer",
            "2026-11-23 10:02 tell-lead sent",
            "2026-11-23 10:02 tell-partner sent",
            "2026-11-23 10:02 tell-rep sent",
            "2026-11-23 13:02 check-in-call reported no_answer",
            "2026-11-23 16:10 check-in-text sent",
            "2026-11-24 10:02 pull-back sent",
        ]
        assert story.local(story.handoff("ann").deadline_at or story.stack.now) == "2026-11-25 12:00"
        *_, pullback = story.texts_to(PAT)
        assert "no answer since yesterday. Busy? Say so." in pullback
        assert "No word by noon on Wednesday, Nov 25, Eastern time: Ann goes to another." in pullback
        assert "wait" not in pullback, "nobody waits, and nothing says so"


def test_the_pullback_tells_how_many_really_wait() -> None:
    with ghosted("2026-11-23 10:00", "ann", "bob", "cleo") as story:
        nobody_picks_up(story, "ann", "10:02", "12:03").until("14:00")
        story.at("16:00", lambda: story.gives_up("cleo")).until("2026-11-24 10:10")
        *_, pullback = story.texts_to(PAT)
        assert "1 more waits." in pullback


def test_an_answer_in_time_brings_everything_back_to_normal() -> None:
    with nobody_picks_up(ghosted("2026-11-23 10:00", "ann", "bob"), "ann", "10:02", "12:03") as story:
        story.until("2026-11-24 10:10")
        assert story.handoff("ann").deadline_at
        story.says_at("2026-11-25 11:59", "ann", "cannot_reach").until("2026-11-25 12:30")
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == (["ann"], ["bob"])
        handoff = story.handoff("ann")
        assert (handoff.deadline_at, handoff.tried, handoff.pullbacks) == (None, (), 1)
        story.until("2026-11-25 15:05")
        assert "2026-11-25 14:59 check-in-call" in " ".join(story.steps("ann"))
        assert story.partner(NORTHSIDE).paused is None


def test_at_the_deadline_its_leads_go_on_to_the_next_partner_who_takes_them() -> None:
    with nobody_picks_up(ghosted("2026-11-23 10:00", "ann", "bob"), "ann", "10:02", "12:03") as story:
        story.until("2026-11-25 11:59")
        number = story.handoff("ann").number
        assert story.open_at(NORTHSIDE) == ["ann"]
        story.until("2026-11-25 12:02", schedules=True)
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == ([], [])
        assert (story.open_at(HARBOR), story.waiting_for(HARBOR)) == (["ann"], ["bob"])
        state = story.partner(NORTHSIDE)
        assert (state.paused, state.figures.came_of, state.figures.pullbacks) == ("quiet", {"quiet": 1}, 1)
        (told,) = [text for text in story.texts_to(DANA) if "deadline" in text]
        assert "Northside Roofing gave no answer by the deadline" in told

        story.says_at("12:05", "ann", "voicemail").until("12:10")
        (to_ann,) = [text for text in story.texts_to("+19175550150") if "Harbor" in text]
        assert "Harbor Exteriors will call you" in to_ann
        assert "Ann Miller, 917-555-0150" in story.texts_to(SAM)[-1]
        (email,) = [
            email for email in story.emails if email.to == "bob@example.com" and "Who will call" in email.subject
        ]
        assert "Harbor Exteriors will call you instead." in email.text

        story.says("ann", "scheduled", appointment_at="2026-11-30T17:00:00Z")
        story.until("12:15")
        assert story.of("ann").status == "booked"
        assert story.open_at(HARBOR) == ["bob"]
        assert story.handoff("ann").number > number


def test_leads_go_to_our_own_reps_when_all_partners_are_quiet() -> None:
    with ghosted("2026-11-23 10:00", "ann", "bob") as story:
        story.until("2026-12-01 12:30", schedules=False)
        assert story.partner(NORTHSIDE).paused == story.partner(HARBOR).paused == "quiet"
        for name in ("ann", "bob"):
            lead = story.of(name)
            assert lead.pursuit.cadence == "speed-to-lead"
            assert story.handoff(name).partner is None
            assert [had.partner for had in story.handoff(name).had] == [NORTHSIDE, HARBOR]
        assert "first-call" in " ".join(story.steps("ann"))


def test_a_lead_that_waits_too_long_is_followed_up_by_our_own_reps() -> None:
    with ghosted("2026-11-23 10:00", "ann", "bob") as story:
        for moment in ("10:02", "2026-11-24 09:00", "2026-11-25 09:00", "2026-11-27 09:00"):
            story.says_at(moment, "ann", "not_yet")
        story.until("2026-11-27 09:59")  # 30 hours of the partner's open time, and Thanksgiving doesn't count
        assert story.waiting_for(NORTHSIDE) == ["bob"]
        story.until("2026-11-27 10:02")
        assert story.waiting_for(NORTHSIDE) == []
        assert story.of("bob").pursuit.cadence == "speed-to-lead"
        assert story.open_at(NORTHSIDE) == ["ann"]
        assert "2026-11-27 10:00:01 first-call asked" in story.steps("bob")


def test_a_deadline_never_falls_on_a_day_on_which_the_partner_is_closed() -> None:
    with nobody_picks_up(ghosted("2026-11-24 10:00"), "ann", "10:02", "13:10") as story:
        story.until("2026-11-25 10:10")
        assert story.local(story.handoff("ann").deadline_at or story.stack.now) == "2026-11-27 12:00", "Thanksgiving"
        *_, pullback = story.texts_to(PAT)
        assert "by noon on Friday, Nov 27, Eastern time" in pullback
        story.until("2026-11-27 11:59")
        assert is_given(story.of("ann"))
        assert story.open_at(NORTHSIDE) == ["ann"]
        story.until("2026-11-27 12:02")
        assert story.open_at(HARBOR) == ["ann"]


def test_a_weekend_does_not_make_a_partner_quiet() -> None:
    with nobody_picks_up(ghosted("2026-11-20 14:00"), "ann", "14:02", "17:05") as story:
        story.until("2026-11-23 14:00")
        assert "pull-back" not in " ".join(story.steps("ann"))
        story.until("2026-11-24 18:00")
        assert "2026-11-23 14:02 pull-back sent" in " ".join(story.steps("ann"))


def test_the_line_of_a_paused_partner_goes_on_and_comes_not_back() -> None:
    with ghosted("2026-11-23 10:00", "ann", "bob", "cleo") as story:
        story.until("10:05")
        story.book.pause(NORTHSIDE, "manager", story.stack.now)
        story.until("10:16", schedules=True)
        assert (story.open_at(NORTHSIDE), story.waiting_for(NORTHSIDE)) == (["ann"], [])
        assert (story.open_at(HARBOR), story.waiting_for(HARBOR)) == (["bob"], ["cleo"])
        story.asks("dora")
        story.until("10:17")
        assert story.waiting_for(HARBOR) == ["cleo", "dora"]
        story.book.resume(NORTHSIDE)
        story.asks("eve")
        story.until("10:18")
        assert story.waiting_for(NORTHSIDE) == ["eve"]
