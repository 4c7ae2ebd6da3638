"""Leads answer by text: stops and starts are carried out, and everything else is for a human to read."""

from datetime import timedelta

import pytest

from followthrough.domain.gsm7 import is_gsm7, segments
from followthrough.domain.leads import Hold, Lead, Outcome, Touch
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.receive_from_lead import receive_lead_text
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.stopping import Scope, Stop, stop
from tests.unit.arriving import arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE
from tests.unit.fakes import FakeStore, World

ANN, STRANGER = "+12125550100", "+16465550177"
STOPPED = "Fernhill Home Improvement: done, we stop contacting you. Text START if you change your mind."


def arrived(**parts: object) -> World:
    """Ann has asked; nobody has been asked to call her yet."""
    world = World(**parts)  # type: ignore[arg-type]  # parts of a World by name
    arrive(world, consent_to_text="yes")
    return world


def asked() -> World:
    """A rep is being asked to call Ann."""
    world = arrived()
    touch = plan(world)
    ask_rep_to_call(world.services, request(world, touch.touch_id, "task"))
    world.texter.sent.clear()
    return world


def says(world: World, words: str, phone: str = ANN, message_id: str = "m1") -> list[str]:
    """What is answered to whoever wrote."""
    before = len(world.texter.sent)
    receive_lead_text(world.services, phone, words, message_id)
    return [body for to, body in world.texter.sent[before:] if to == phone]


def told(world: World) -> list[str]:
    """What the team was told."""
    return [body for to, body in world.texter.sent if to not in (ANN, STRANGER)]


def answers(world: World, lead_id: str = "lead1") -> list[Touch]:
    return [touch for touch in world.store.timeline(lead_id) if touch.step == "answer"]


def household(world: World) -> None:
    """Somebody else with Ann's number asks a minute later."""
    world.clock.advance(MINUTE)
    arrive(world, name="Bob Lee", email="bob@example.com")


# -- stops


def test_a_stop_ends_everything_and_is_confirmed_once() -> None:
    world = asked()
    assert says(world, "STOP") == [STOPPED]
    lead = lead_in(world)
    assert (lead.status, lead.unusable, lead.ask) == ("opted_out", {"email": "stopped", "text": "stopped"}, None)
    assert world.machine.answered == ["task"]
    assert says(world, "stop!!", message_id="m2") == []


def test_the_words_of_a_stop_and_the_message_they_came_in_are_on_record() -> None:
    world = arrived()
    says(world, "stop texting me")
    entry = world.store.consents("text", ANN)[-1]
    assert (entry.what, entry.because, entry.words, entry.where) == ("stop", "stopped", "stop texting me", "text m1")


def test_a_stop_stops_everybody_who_has_the_number() -> None:
    world = arrived()
    household(world)
    says(world, "stop")
    assert [lead.status for lead in world.store.leads.values()] == ["opted_out", "opted_out"]


def test_a_number_that_nobody_knows_can_be_stopped_too() -> None:
    world = arrived()
    assert says(world, "stop", STRANGER) == [STOPPED]
    assert world.store.suppressions["text", STRANGER] == "stopped"
    assert lead_in(world).status == "open"


class OneLeadIsBroken(FakeStore):
    """The first lead can't be read any more, once that is said."""

    broken = False

    def load(self, lead_id: str) -> Lead:
        if lead_id == "lead1" and self.broken:
            raise ValueError("not a lead")
        return super().load(lead_id)


def test_a_lead_that_fails_keeps_nobody_else_from_being_stopped() -> None:
    world = arrived(store_kind=OneLeadIsBroken)
    household(world)
    assert isinstance(world.store, OneLeadIsBroken)
    world.store.broken = True
    with pytest.raises(ValueError, match="not a lead"):
        says(world, "stop")
    assert world.store.leads["lead2"].status == "opted_out"
    assert world.store.suppressions["text", ANN] == "stopped"


def test_whoever_has_the_wrong_person_s_number_stops_that_number_alone() -> None:
    world = arrived()
    says(world, "Wrong number, stop texting me")
    lead = lead_in(world)
    assert (lead.status, lead.unusable) == ("wrong_number", {"text": "stopped", "call": "stopped"})
    assert ("email", "ann@example.com") not in world.store.suppressions


def test_a_stop_is_confirmed_again_after_a_month_and_not_before() -> None:
    world = arrived()
    says(world, "stop")
    world.clock.advance(29 * DAY)
    assert says(world, "stop", message_id="m2") == []
    world.clock.advance(2 * DAY)
    assert says(world, "stop", message_id="m3") == [STOPPED]


# -- starts


def test_a_start_takes_the_stop_back_and_a_rep_is_asked_to_get_in_touch() -> None:
    world = arrived()
    says(world, "stop")
    (welcome,) = says(world, "START", message_id="m2")
    assert welcome.startswith("Fernhill Home Improvement: welcome back")
    lead = lead_in(world)
    assert (lead.status, lead.unusable) == ("open", {})
    assert (lead.pursuit.callback_at, lead.pursuit.callback_why) == (world.clock(), "replied")


def test_a_stop_that_is_delivered_again_after_a_start_stops_nothing() -> None:
    world = arrived()
    says(world, "stop", message_id="m1")
    world.clock.advance(MINUTE)
    says(world, "start", message_id="m2")
    world.clock.advance(MINUTE)
    says(world, "stop", message_id="m1")
    assert lead_in(world).status == "open"


def test_a_start_that_is_delivered_again_after_a_stop_starts_nothing() -> None:
    world = arrived()
    says(world, "stop", message_id="m1")
    says(world, "start", message_id="m2")
    world.clock.advance(MINUTE)
    says(world, "stop", message_id="m3")
    says(world, "start", message_id="m2")
    assert lead_in(world).status == "opted_out"
    assert world.store.suppressions["text", ANN] == "stopped"


def test_a_complaint_is_not_lifted_by_a_start() -> None:
    world = arrived()
    world.store.suppressions["text", ANN] = "complained"
    changed(world, status="opted_out", next_touch_at=None, unusable={"text": "complained"})
    says(world, "start")
    assert world.store.suppressions["text", ANN] == "complained"


def test_a_stranger_can_take_a_stop_back() -> None:
    world = World()
    says(world, "stop", STRANGER)
    assert len(says(world, "start", STRANGER, "m2")) == 1
    assert world.store.suppressions == {}


def unsubscribed(world: World, lead_id: str = "lead1", scope: Scope = "everything") -> None:
    """By the page behind our e-mails."""
    stop(world.services, lead_id, Stop(scope, "unsubscribed", where="page"))


def test_one_of_a_household_takes_back_nothing_that_another_asked_for() -> None:
    world = arrived()
    household(world)
    unsubscribed(world)
    says(world, "STOP", message_id="m1")
    world.clock.advance(MINUTE)
    assert len(says(world, "START", message_id="m2")) == 1
    ann, bob = lead_in(world), lead_in(world, "lead2")
    assert (ann.status, ann.unusable) == ("opted_out", {"email": "unsubscribed", "text": "unsubscribed"})
    assert (bob.status, bob.unusable) == ("open", {"email": "stopped"})
    assert world.store.suppressions == {
        ("email", "ann@example.com"): "unsubscribed",
        ("email", "bob@example.com"): "stopped",
    }


def test_whoever_opted_out_by_e_mail_is_not_followed_up_again_by_a_text_from_the_household() -> None:
    world = arrived()
    household(world)
    stop(world.services, "lead1", Stop("everything", "stopped", "stop", "email m0"))
    world.clock.advance(MINUTE)
    says(world, "STOP", message_id="m1")
    says(world, "START", message_id="m2")
    assert (lead_in(world).status, lead_in(world, "lead2").status) == ("opted_out", "open")


def test_who_opted_out_on_the_page_after_their_number_was_stopped_stays_so() -> None:
    world = arrived()
    household(world)
    changed(world, unusable={"text": "stopped"})
    unsubscribed(world)
    says(world, "STOP", message_id="m1")
    says(world, "START", message_id="m2")
    assert lead_in(world).status == "opted_out"


def test_a_household_s_start_follows_up_whom_its_stop_had_ended_but_sends_no_e_mails() -> None:
    world = arrived()
    household(world)
    unsubscribed(world, scope="email")
    world.clock.advance(timedelta(milliseconds=1))
    says(world, "STOP", message_id="m1")
    says(world, "START", message_id="m2")
    ann = lead_in(world)
    assert (ann.status, ann.unusable) == ("open", {"email": "unsubscribed"})


def test_a_start_by_text_does_not_lift_what_was_unsubscribed_by_e_mail() -> None:
    world = arrived()
    unsubscribed(world)
    says(world, "START")
    assert (lead_in(world).status, lead_in(world).unusable) == ("open", {"email": "unsubscribed"})
    assert world.store.suppressions == {("email", "ann@example.com"): "unsubscribed"}


def test_of_a_household_that_only_unsubscribed_a_start_starts_nobody_and_the_rep_hears_of_it() -> None:
    world = arrived()
    household(world)
    unsubscribed(world, "lead1")
    unsubscribed(world, "lead2")
    assert says(world, "START") == []
    assert {lead.status for lead in world.store.leads.values()} == {"opted_out"}
    assert [': "START"' in words for words in told(world)] == [True]


# -- replies


def test_a_reply_holds_what_goes_by_itself_and_asks_a_rep_now() -> None:
    world = arrived()
    assert says(world, "Thursday after 3 please") == []
    lead = lead_in(world)
    assert lead.hold
    assert (lead.hold.why, lead.hold.words) == ("replied", "Thursday after 3 please")
    assert lead.hold.until - lead.hold.since == timedelta(days=3)
    assert (lead.pursuit.callback_at, lead.next_touch_at) == (world.clock(), world.clock())


def test_the_timeline_keeps_the_words_of_a_reply() -> None:
    world = arrived()
    says(world, "Thursday after 3 please")
    (entry,) = answers(world)
    assert (entry.channel, entry.by, entry.outcome, entry.note) == (
        "text",
        "lead",
        "replied",
        "Thursday after 3 please",
    )


def test_the_nudge_says_what_they_wrote_and_is_safe_and_short() -> None:
    world = arrived()
    says(world, "Call me \u2013 details at http://x.example/abc or me@x.example \U0001f600 " + "and so on " * 40)
    touch = plan(world)
    ask_rep_to_call(world.services, request(world, touch.touch_id, "task"))
    (nudge,) = told(world)
    assert 'They wrote: "Call me - details at (link) or (link) and so on' in nudge
    assert "https://api.example.com/calls/" in nudge
    assert "Reply 5 voicemail" in nudge
    assert is_gsm7(nudge)
    assert segments(nudge) == 2


def test_whoever_is_just_being_asked_to_call_is_told_at_once_and_no_second_call_is_asked_for() -> None:
    world = asked()
    says(world, "Ring me on my lunch break")
    (nudge,) = told(world)
    assert 'They wrote: "Ring me on my lunch break"' in nudge
    ask = lead_in(world).ask
    assert ask
    assert (ask.touch_id, ask.nudged) == ("first-call.1", True)
    assert lead_in(world).pursuit.callback_at is None


def test_a_reply_that_is_delivered_again_is_heard_once() -> None:
    world = asked()
    says(world, "Ring me")
    says(world, "Ring me")
    assert len(told(world)) == 1
    assert len(answers(world)) == 1


def test_a_second_message_is_added_to_the_first_while_nobody_has_answered() -> None:
    world = arrived()
    says(world, "Hi there", message_id="m1")
    says(world, "Thursday?", message_id="m2")
    hold = lead_in(world).hold
    assert hold
    assert hold.words == "Hi there\nThursday?"


def test_any_report_lets_it_go_on() -> None:
    world = asked()
    says(world, "Ring me")
    report_outcome(world.services, "lead1", Report("no_answer"))
    assert lead_in(world).hold is None


def test_a_report_of_a_conversation_leaves_nothing_to_answer() -> None:
    world = arrived()
    says(world, "Ring me")
    report_outcome(world.services, "lead1", Report("in_conversation"))
    assert lead_in(world).pursuit.callback_why == "gone_silent"


def test_words_that_may_be_a_stop_hold_everything_and_a_human_decides() -> None:
    world = asked()
    assert says(world, "Can you stop by at 5?") == []
    says(world, "ugh stop?", message_id="m2")
    hold = lead_in(world).hold
    assert hold
    assert hold.why == "unclear"
    assert "A stop? Then answer 4." in told(world)[-1]
    assert "Reply 4 not interested" in told(world)[-1]
    report_outcome(world.services, "lead1", Report("not_interested"))
    assert lead_in(world).status == "not_interested"


@pytest.mark.parametrize("outcome", ["no_answer", "voicemail"])
def test_a_possible_stop_is_not_released_by_a_call_that_nobody_answered(outcome: Outcome) -> None:
    world = asked()
    says(world, "ugh stop?")
    report_outcome(world.services, "lead1", Report(outcome))
    lead = lead_in(world)
    assert lead.hold
    assert lead.hold.words == "ugh stop?"
    assert (lead.pursuit.callback_at, lead.pursuit.callback_why) == (world.clock() + 3 * DAY, "replied")
    report_outcome(world.services, "lead1", Report("in_conversation"))
    assert lead_in(world).hold is None


def test_a_friendly_word_later_does_not_make_a_possible_stop_clear() -> None:
    world = arrived()
    says(world, "ugh stop?", message_id="m1")
    says(world, "Thursday is fine", message_id="m2")
    hold = lead_in(world).hold
    assert hold
    assert hold.why == "unclear"


def test_of_several_leads_the_latest_gets_the_conversation_and_all_are_held() -> None:
    world = arrived()
    household(world)
    says(world, "Thursday?")
    ann, bob = lead_in(world, "lead1"), lead_in(world, "lead2")
    assert ann.hold
    assert bob.hold
    assert (ann.pursuit.callback_at, bob.pursuit.callback_at) == (None, world.clock())
    assert (answers(world, "lead1"), len(answers(world, "lead2"))) == ([], 1)


def test_a_lead_that_a_flood_holds_back_stays_held_when_another_with_the_number_writes() -> None:
    world = arrived()
    household(world)
    now = world.clock()
    changed(world, hold=Hold(since=now, until=now + DAY, why="flood"), arrived_at=now - HOUR)
    says(world, "who is this?")
    assert lead_in(world).hold == Hold(since=now, until=now + DAY, why="flood")
    bob = lead_in(world, "lead2").hold
    assert bob
    assert bob.why == "replied"


def test_a_closed_lead_that_writes_is_followed_up_again() -> None:
    world = arrived()
    report_outcome(world.services, "lead1", Report("not_interested"))
    says(world, "Actually, can we talk on Friday?")
    assert (lead_in(world).status, lead_in(world).next_touch_at) == ("open", world.clock())


def test_a_lead_who_had_asked_us_to_stop_is_not_but_somebody_hears_of_it() -> None:
    world = arrived()
    says(world, "stop")
    assert says(world, "Thursday would be good", message_id="m2") == []
    assert lead_in(world).status == "opted_out"
    (news,) = told(world)
    assert news.startswith('Ann Lee, who had asked us to stop, wrote: "Thursday would be good".')
    assert segments(news) == 1


def test_a_phone_that_answers_by_itself_changes_nothing() -> None:
    world = asked()
    before = lead_in(world)
    says(world, "I'm driving right now and will get back to you later (auto-reply)")
    after = lead_in(world)
    assert (after.hold, after.ask, after.next_touch_at) == (None, before.ask, before.next_touch_at)
    assert [(entry.status, entry.reason) for entry in answers(world)] == [("received", "a phone answered by itself")]
    assert told(world) == []


def test_a_picture_without_words_is_a_reply_without_words() -> None:
    world = arrived()
    says(world, "")
    hold = lead_in(world).hold
    assert hold
    assert (hold.why, hold.words) == ("replied", None)
    assert answers(world)[0].note is None


# -- no thanks


def test_whoever_is_not_interested_is_closed_without_an_answer_and_the_rep_stands_down() -> None:
    world = asked()
    assert says(world, "no thanks") == []
    assert lead_in(world).status == "not_interested"
    assert told(world) == ["Ann Lee told us: no thanks. The follow-up has ended. Stand down."]
    assert [(entry.outcome, entry.note) for entry in answers(world)] == [("not_interested", "no thanks")]
    assert world.machine.answered == ["task"]
    assert world.store.suppressions == {}


def test_an_appointment_that_they_do_not_want_any_more_is_somebody_s_to_call_off() -> None:
    world = arrived()
    changed(world, appointment_at=world.clock() + DAY, rep="ana")
    says(world, "no thanks")
    assert len(told(world)) == 1
    assert "Mind their appointment" in told(world)[0]


@pytest.mark.parametrize(("status", "had"), [("booked", "booked"), ("won", "bought")])
def test_whoever_takes_back_what_was_agreed_is_the_rep_s_to_settle_it_with(status: str, had: str) -> None:
    world = arrived()
    changed(world, status=status, next_touch_at=None, rep="ana")
    says(world, "no thanks")
    assert lead_in(world).status == status
    assert told(world) == [f"Ann Lee told us: no thanks, but had {had}. Please settle it with them."]


def test_whoever_was_lost_before_and_says_no_thanks_is_nobody_s_concern() -> None:
    world = arrived()
    changed(world, status="lost", next_touch_at=None, rep="ana")
    says(world, "no thanks")
    assert told(world) == []


# -- help, strangers


def test_help_is_answered_once_an_hour() -> None:
    world = arrived()
    (help_,) = says(world, "HELP")
    assert help_ == (
        "Fernhill Home Improvement follows up on your request. Call us: 212-555-0100. Text STOP to end all messages."
    )
    assert says(world, "help", message_id="m2") == []
    world.clock.advance(HOUR)
    assert len(says(world, "help", message_id="m3")) == 1
    assert lead_in(world).hold is None


def test_a_stranger_gets_one_polite_line_a_day_and_nothing_is_stored() -> None:
    world = World()
    (line,) = says(world, "hello?", STRANGER)
    assert line == "This is Fernhill Home Improvement. We don't know this number yet. Please call us: 212-555-0100."
    assert says(world, "hello??", STRANGER, "m2") == []
    world.clock.advance(DAY)
    assert len(says(world, "hello???", STRANGER, "m3")) == 1
    assert (world.store.leads, world.store.said, world.store.suppressions) == ({}, [], {})


def test_a_stranger_who_asked_for_silence_gets_it() -> None:
    world = World()
    says(world, "stop", STRANGER)
    assert says(world, "what is this", STRANGER, "m2") == []


def test_a_number_that_was_said_to_be_somebody_else_s_reopens_nothing() -> None:
    world = arrived()
    report_outcome(world.services, "lead1", Report("wrong_number"))
    says(world, "who is this?")
    assert lead_in(world).status == "wrong_number"
