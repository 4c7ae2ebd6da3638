"""Leads answer our e-mails: the address that the answer goes to says whose it is, and machines are not listened to."""

from dataclasses import replace

import pytest

from followthrough.domain.lead_messages import Ignored
from followthrough.domain.leads import Touch
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.receive_email import IncomingEmail, receive_email
from followthrough.use_cases.receive_from_lead import receive_lead_text
from tests.unit.arriving import arrive, changed, lead_in, plan, request
from tests.unit.building import DAY, HOUR, MINUTE
from tests.unit.fakes import World

ANN = "ann@example.com"


def arrived(**fields: str | None) -> World:
    world = World()
    world.services = replace(world.services, reply_domain="reply.example.com")
    arrive(world, **fields)
    return world


def answers(world: World, body: str, message_id: str = "m1", **parts: object) -> str:
    email = IncomingEmail(lead_in(world).token, ANN, "Re: Your request", body, message_id)
    return receive_email(world.services, replace(email, **parts))  # type: ignore[arg-type]  # parts by name


def entries(world: World) -> list[Touch]:
    return [touch for touch in world.store.timeline("lead1") if touch.step == "answer"]


def test_an_answer_is_read_without_what_it_quotes_and_a_rep_is_asked() -> None:
    world = arrived()
    said = answers(world, "Thursday after 3.\n\nOn Mon, Nov 23, 2026 at 10:05 Fernhill wrote:\n> Press here to stop")
    lead = lead_in(world)
    assert said == "Reply"
    assert lead.hold
    assert lead.hold.words == "Thursday after 3."
    assert lead.pursuit.callback_at == world.clock()
    assert world.mailer.sent == []


def test_whose_number_was_somebody_else_s_is_followed_up_again_and_their_rep_hears_of_it() -> None:
    world = arrived()
    ask_rep_to_call(world.services, request(world, plan(world).touch_id, "task"))
    receive_lead_text(world.services, "+12125550100", "Wrong number, stop texting me", "t1")
    world.texter.sent.clear()
    answers(world, "Yes please, when can you come?")
    lead = lead_in(world)
    assert (lead.status, lead.pursuit.open_touch) == ("open", None)
    assert lead.next_touch_at
    ((_, words),) = world.texter.sent
    assert words == (
        "Ann Lee wrote: \"Yes please, when can you come?\". Don't call: it isn't their number. Answer by e-mail."
    )


def test_a_start_by_e_mail_does_not_give_back_a_number_that_is_somebody_else_s() -> None:
    world = arrived()
    receive_lead_text(world.services, "+12125550100", "Wrong number, stop texting me", "t1")
    answers(world, "unsubscribe", message_id="m1")
    answers(world, "START", message_id="m2")
    assert world.store.suppressions == {("text", "+12125550100"): "stopped", ("call", "+12125550100"): "stopped"}


def test_who_answers_from_another_address_is_heard_all_the_same() -> None:
    world = arrived()
    answers(world, "Thursday", from_="ann.at.work@example.org")
    assert lead_in(world).hold
    assert [(entry.note, entry.reason) for entry in entries(world)] == [("Thursday", "from another address")]


def test_the_sender_alone_finds_nobody() -> None:
    world = arrived()
    before = lead_in(world)
    for unknown in ("made-up", None):
        assert answers(world, "stop", token=unknown) == "to_nobody"
    assert lead_in(world) == before
    assert world.measured[-1] == ("EmailsToNobody", 1)


@pytest.mark.parametrize("because", ["out of office", "spam", "virus"])
def test_what_no_person_wrote_is_noted_and_changes_nothing(because: Ignored) -> None:
    world = arrived()
    before = lead_in(world)
    answers(world, "I am away until Monday.", ignored=because)
    after = lead_in(world)
    assert (after.hold, after.status, after.next_touch_at) == (None, "open", before.next_touch_at)
    assert after.pursuit.callback_at is None
    assert [(entry.status, entry.reason, entry.note) for entry in entries(world)] == [("received", because, None)]


def test_two_holiday_replies_are_two_entries_and_the_same_one_twice_is_one() -> None:
    world = arrived()
    for message_id in ("m1", "m2", "m1"):
        answers(world, "Away", message_id, ignored="out of office")
    assert [entry.n for entry in entries(world)] == [1, 2]


def test_a_plain_stop_counts_even_where_it_is_taken_for_spam() -> None:
    world = arrived()
    answers(world, "STOP", ignored="spam")
    assert lead_in(world).status == "opted_out"


def test_a_stop_stops_everything_and_is_confirmed_once_to_the_lead_s_own_address() -> None:
    world = arrived()
    answers(world, "Please take me off your list", from_="somebody@example.org")
    answers(world, "STOP", "m2")
    lead = lead_in(world)
    assert (lead.status, lead.unusable) == ("opted_out", {"email": "stopped", "text": "stopped"})
    (confirmation,) = world.mailer.sent
    assert (confirmation.to, confirmation.content.subject) == (ANN, "We have stopped contacting you")
    assert "answer this e-mail with START" in confirmation.content.text
    assert confirmation.reply_to
    assert confirmation.reply_to.endswith("@reply.example.com")


def test_a_stop_in_the_subject_counts() -> None:
    world = arrived()
    answers(world, "", subject="unsubscribe")
    assert lead_in(world).status == "opted_out"


def test_a_stop_from_an_address_that_mail_does_not_reach_is_not_confirmed() -> None:
    world = arrived()
    changed(world, unusable={"email": "bounced"})
    answers(world, "STOP")
    assert world.mailer.sent == []


def test_whoever_has_the_wrong_person_s_address_stops_e_mails_to_it_alone() -> None:
    world = arrived()
    answers(world, "You have the wrong person, please remove me from your list")
    lead = lead_in(world)
    assert (lead.status, lead.unusable) == ("open", {"email": "stopped"})


def test_a_start_takes_the_stop_back() -> None:
    world = arrived()
    answers(world, "STOP")
    world.clock.advance(MINUTE)
    assert answers(world, "START", "m2") == "Start"
    lead = lead_in(world)
    assert (lead.status, lead.unusable, lead.pursuit.callback_at) == ("open", {}, world.clock())
    assert [email.content.subject for email in world.mailer.sent][1:] == ["Welcome back"]


def test_a_stop_that_is_delivered_again_after_a_start_stops_nothing() -> None:
    world = arrived()
    answers(world, "STOP", "m1")
    world.clock.advance(MINUTE)
    answers(world, "START", "m2")
    world.clock.advance(MINUTE)
    answers(world, "STOP", "m1")
    assert lead_in(world).status == "open"


def test_help_is_answered_once_an_hour() -> None:
    world = arrived()
    answers(world, "help")
    answers(world, "help", "m2")
    assert [email.content.subject for email in world.mailer.sent] == ["Who we are, and how to stop this"]
    world.clock.advance(HOUR)
    answers(world, "help", "m3")
    assert len(world.mailer.sent) == 2


def test_whoever_is_not_interested_is_closed() -> None:
    world = arrived()
    answers(world, "No thanks, not interested.")
    assert (lead_in(world).status, world.mailer.sent) == ("not_interested", [])


def test_a_closed_lead_that_answers_is_followed_up_again() -> None:
    world = arrived()
    answers(world, "No thanks.")
    world.clock.advance(30 * DAY)
    answers(world, "We would like to do it after all, can you call?", "m2")
    assert lead_in(world).status == "open"
