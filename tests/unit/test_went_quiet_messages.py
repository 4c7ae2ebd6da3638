"""What `went-quiet` says: a reason to answer, in few words, and nothing that isn't so."""

from dataclasses import replace

import pytest

from followthrough.adapters.message_checks import LONG_FACTS, check_messages, combinations
from followthrough.adapters.messages import Messages, messages_of
from followthrough.domain.business import Tone
from followthrough.domain.message_facts import MessageFacts, message_facts
from followthrough.domain.planning import Planner
from followthrough.use_cases.ports import LeadLinks
from tests.unit.building import NEW_YORK, at, lead_of
from tests.unit.fakes import business_changed, sample_cadence, sample_settings

VERSION = sample_cadence("went-quiet")
TO_LEADS = [name for name in VERSION.messages if name.rpartition(".")[2] in ("email", "text", "voicemail")]
LINKS = LeadLinks(unsubscribe="https://api.example.com/unsubscribe/t", later="https://api.example.com/later/t")
QUESTION = "Where would you like to go from here?"
BARE = replace(LONG_FACTS, first_name=None, service=None, request="request", problem=None, goal=None, next_step=None)
BARE = replace(BARE, appointment_time=None, appointment_on=None, rep_name=None, voicemails=0, unanswered_calls=0)

names = pytest.mark.parametrize


def messages() -> Messages:
    return messages_of(VERSION)


def said(name: str, facts: MessageFacts = LONG_FACTS) -> str:
    message, _, kind = name.rpartition(".")
    return messages().words(message, kind, facts)


# -- touch 1


@names("name", ["missed-you.text", "missed-you.email", "missed-you.voicemail"])
def test_whoever_missed_it_hears_what_it_was_for_what_they_wanted_and_that_we_are_here_for_a_little_while(
    name: str,
) -> None:
    words = said(name)
    assert LONG_FACTS.service
    assert LONG_FACTS.goal
    assert LONG_FACTS.service in words
    assert LONG_FACTS.goal in words
    assert "I'm here for a little while" in words
    assert LONG_FACTS.rep_phone in words


@names("name", ["missed-you.text", "missed-you.email", "missed-you.voicemail"])
def test_who_has_told_no_goal_is_told_none(name: str) -> None:
    assert "want" not in said(name, replace(LONG_FACTS, goal=None))


@names("name", TO_LEADS)
@names("facts", [LONG_FACTS, BARE])
def test_nobody_is_reproached_and_nobody_is_said_to_have_called(name: str, facts: MessageFacts) -> None:
    words = said(name, facts).lower()
    reproaches = ["missed", "did not come", "didn't come", "no-show", "no show", "still waiting", "unfortunately"]
    claims = ["called you", "tried", "left you", "left a message", "voicemail"]
    assert [word for word in (*reproaches, *claims) if word in words] == []


# -- touch 2


@names("name", ["free-today.text", "free-today.email", "free-today.voicemail"])
def test_a_time_was_set_and_somebody_is_free_a_little_today(name: str) -> None:
    words = said(name)
    assert "We had a time set" in words
    assert "I'm free a little today" in words
    assert LONG_FACTS.rep_phone in words


@names("name", ["another-time.text", "another-time.email"])
def test_where_nobody_keeps_time_free_another_time_is_asked_for(name: str) -> None:
    words = said(name)
    assert "We had a time set" in words
    assert "today" not in words
    assert words.count("?") == (2 if name.endswith(".email") else 1)  # the subject asks, too


@names("name", ["free-today.call", "missed-you.call", "where-from-here.call", "open-question.call", "call-back.call"])
def test_the_rep_has_all_five_steps_of_the_talk_and_what_is_on_record(name: str) -> None:
    words = said(name)
    headings = ["ON RECORD", "1. GREET", "2. ASK", "3. OFFER", "4. AGREE A NEXT STEP WITH A DATE", "5. FOLLOW IT"]
    assert [heading for heading in (*headings, "AFTER AN OBJECTION") if heading not in words] == []
    assert f"Their goal: {LONG_FACTS.goal}" in words


def test_the_rep_who_is_to_call_reads_first_that_we_may_say_they_are_free() -> None:
    assert said("free-today.call").startswith("IF NOBODY ANSWERS\nWe write to them that you are free a little today.")


# -- touch 3


@names("name", ["where-from-here.text", "where-from-here.email", "where-from-here.voicemail"])
def test_where_from_here_is_one_line_and_one_question_and_nothing_after_it(name: str) -> None:
    for facts in combinations({"first_name", "service", "request", "rep_name"}):
        words = said(name, facts)
        assert words.lower().endswith(QUESTION.lower())
        assert words.count("?") == 1
    assert said(name).count("\n\n") == (2 if name.endswith(".email") else 0)  # the subject, the line, the question


def test_in_that_e_mail_the_contact_details_stand_apart_behind_the_question() -> None:
    email = messages().email("where-from-here", LONG_FACTS, LINKS)
    body, footer = email.text.split("\n\n-- \n")
    assert body.endswith(QUESTION)
    assert LONG_FACTS.business_phone in footer
    question, rest = email.html.split(QUESTION)
    assert LONG_FACTS.sender in question
    assert LONG_FACTS.rep_phone not in rest.partition(LONG_FACTS.business_name)[0]


# -- touch 4


@names("name", ["last-chase.text", "last-chase.email"])
@names("tone", ["playful", "plain"])
def test_the_last_chase_says_so_and_leaves_the_number_in_the_tone_of_the_business(name: str, tone: Tone) -> None:
    for facts in combinations({"first_name", "request", "rep_name"}):
        words = said(name, replace(facts, tone=tone))
        assert "is the last time that" in words
        assert facts.rep_phone in words
        assert ("You win" in words) == (tone == "playful")


def test_a_business_is_playful_unless_it_says_otherwise() -> None:
    assert sample_settings().business.tone == "playful"
    assert facts_of(tone="plain").tone == "plain"


def facts_of(**business: str) -> MessageFacts:
    lead, settings = lead_of(at("2026-11-23 10:00")), business_changed(**business)
    zone = Planner.for_lead(lead, VERSION, settings).hours.zone
    assert zone.key == NEW_YORK
    return message_facts(lead, settings, None, None, zone)


def test_check_reads_a_message_in_both_tones() -> None:
    empty_if_plain = "We are at {{ rep_phone if tone == 'playful' else '' }}. Reply STOP to opt out."
    version = VERSION.model_copy(update={"messages": {**VERSION.messages, "last-chase.text": empty_if_plain}})
    (finding,) = check_messages(version)
    assert finding.what.endswith("(seen with the tone 'plain')")


# -- touch 5


@names("name", ["did-you-give-up.text", "did-you-give-up.email"])
def test_did_you_give_up_says_their_problem_and_their_goal_in_their_words(name: str) -> None:
    words = said(name)
    assert "Did you give up on" in words
    assert f': "{LONG_FACTS.problem}", so that you could have this: "{LONG_FACTS.goal}", or what happened?' in words


@names("name", ["still-on-your-mind.text", "still-on-your-mind.email"])
def test_who_has_told_neither_is_asked_in_plain_words(name: str) -> None:
    words = said(name, BARE)
    assert "Did you give up on it, or what happened?" in words
    assert '"' not in words


# -- after silence


@names("name", ["open-question.text", "open-question.email", "open-question.voicemail"])
def test_after_silence_what_was_left_open_is_taken_up(name: str) -> None:
    assert LONG_FACTS.next_step
    assert LONG_FACTS.next_step in said(name)
    assert "open" in said(name, replace(LONG_FACTS, next_step=None))


# -- all of them


@names("name", [name for name in TO_LEADS if name.endswith(".text")])
def test_every_text_says_how_to_stop(name: str) -> None:
    for facts in (LONG_FACTS, BARE):
        assert "STOP" in said(name, facts)


@names("name", [name for name in TO_LEADS if name.endswith(".voicemail")])
def test_a_voicemail_has_the_name_at_both_ends_and_the_number_in_sixty_words(name: str) -> None:
    for facts in combinations({"first_name", "rep_name", "service", "request", "goal", "next_step"}):
        words, who = said(name, facts), facts.rep_name or facts.business_name
        assert len(words.split()) <= 60
        assert words.count(facts.rep_phone) >= 2
        assert who in words[:90]
        assert who in words[-100:]
