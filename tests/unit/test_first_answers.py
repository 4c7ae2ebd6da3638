"""What is kept of an answer: on which channel it came, and which touch of the pursuit got the first one."""

from typing import Any

import pytest

from followthrough.domain.channels import channel_for
from followthrough.domain.lead_messages import LeadMessage
from followthrough.domain.lead_sayings import Reply
from followthrough.domain.leads import FirstAnswer, Lead, Outcome
from followthrough.use_cases.answering import NoThanks, NotNow, answer_lead
from followthrough.use_cases.lead_conversations import ask_for_an_answer
from followthrough.use_cases.report_outcome import Report, report_outcome
from tests.unit.arriving import arrive, lead_in
from tests.unit.building import DAY, at, cadence_of, lead_of
from tests.unit.engine import Engine
from tests.unit.fakes import World

LEAD = "lead1"


def followed(days: float, **posted: str) -> World:
    """A lead whom nobody reached for so long: every call was reported as not answered."""
    world = World()
    arrive(world, **posted)
    Engine(world, LEAD, lambda _: "no_answer").run(world.clock.now + days * DAY)
    world.clock.now = max(world.clock.now, lead_in(world).arrived_at + days * DAY)
    return world


def first_answer(world: World) -> FirstAnswer | None:
    return lead_in(world).pursuit.first_answer


def reports(world: World, outcome: Outcome, **more: Any) -> Lead:
    return report_outcome(world.services, LEAD, Report(outcome, **more)).lead


def writes(world: World, channel: Any) -> None:
    message = LeadMessage(channel, "m1", Reply(), "Can you come on Friday?")
    ask_for_an_answer(world.services, LEAD, message)


def test_an_unanswered_call_is_no_answer() -> None:
    world = followed(0.01)
    assert first_answer(world) is None
    assert lead_in(world).answered_on is None


@pytest.mark.parametrize("outcome", ["booked", "in_conversation", "not_interested", "won", "lost"])
def test_the_call_that_reaches_them_is_remembered(outcome: Outcome) -> None:
    world = followed(0.01)
    made = lead_in(world).pursuit.made
    lead = reports(world, outcome, touch_id="first-call.1")
    assert lead.answered_on == "call"
    assert lead.pursuit.first_answer == FirstAnswer(
        touches=made, step="first-call", channel="call", outcome=outcome, told_by="first-call.1"
    )


def test_every_touch_until_then_counts_and_what_was_skipped_does_not() -> None:
    world = followed(4)
    made = [touch for touch in world.store.timeline(LEAD) if touch.status not in ("skipped", "planned")]
    reports(world, "in_conversation")
    answer = first_answer(world)
    assert answer
    assert answer.touches == len(made) > 5


def test_the_first_answer_stays_the_first() -> None:
    world = followed(0.01)
    reports(world, "in_conversation", touch_id="first-call.1")
    before = first_answer(world)
    writes(world, "email")
    assert first_answer(world) == before
    assert lead_in(world).answered_on == "email"


def test_a_correction_changes_it_and_takes_it_back() -> None:
    world = followed(0.01)
    reports(world, "in_conversation", touch_id="first-call.1")
    reports(world, "not_interested", touch_id="first-call.1")
    answer = first_answer(world)
    assert answer
    assert answer.outcome == "not_interested"
    lead = reports(world, "no_answer", touch_id="first-call.1")
    assert (lead.pursuit.first_answer, lead.answered_on) == (None, None)


def test_a_reply_is_to_the_credit_of_the_last_e_mail_even_if_a_call_came_after() -> None:
    world = followed(1.5)
    emails = [touch for touch in world.store.timeline(LEAD) if touch.status == "sent"]
    writes(world, "email")
    answer = first_answer(world)
    assert answer
    assert (answer.step, answer.channel, answer.outcome) == (emails[-1].step, "email", "replied")
    assert lead_in(world).answered_on == "email"


def test_a_text_to_whom_nobody_has_texted_is_to_the_credit_of_the_last_touch() -> None:
    world = followed(0.01)
    last = world.store.timeline(LEAD)[-1]
    writes(world, "text")
    answer = first_answer(world)
    assert answer
    assert (answer.step, answer.channel) == (last.step, last.channel)
    assert lead_in(world).answered_on == "text"


def test_who_calls_us_before_anything_was_done_came_by_themselves() -> None:
    world = World()
    arrive(world)
    lead = reports(world, "won")
    assert lead.pursuit.first_answer == FirstAnswer(
        touches=0, step=None, channel=None, outcome="won", told_by="contact.1"
    )


@pytest.mark.parametrize(("said", "outcome"), [(NotNow(1), "later"), (NoThanks(), "not_interested")])
def test_the_page_behind_our_e_mails_is_an_answer_by_e_mail(said: Any, outcome: str) -> None:
    world = followed(0.5)
    answer_lead(world.services, LEAD, said)
    answer = first_answer(world)
    assert answer
    assert (answer.channel, answer.outcome, lead_in(world).answered_on) == ("email", outcome, "email")


@pytest.mark.parametrize(
    ("preferred", "answered", "chosen"),
    [(None, None, "call"), (None, "email", "email"), ("text", "email", "text"), ("call", "text", "call")],
)
def test_of_channels_unused_for_equally_long_comes_what_they_prefer_then_where_they_last_answered(
    preferred: str | None, answered: str | None, chosen: str
) -> None:
    version = cadence_of({"name": "any", "do": {"one_of": ["call", "text", "email"]}, "after": "1d"})
    lead = lead_of(at("2026-11-23 10:00"), version, preferred_channel=preferred, consent_to_text=True)
    lead = lead.model_copy(update={"answered_on": answered})
    assert channel_for(version.cadence.step("any"), lead, lambda _: False) == chosen
