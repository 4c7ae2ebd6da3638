"""Who does not want our mail, or does not get it, and still writes to us, is read by a human and gets no mail."""

import pytest

from followthrough.domain.stops import StopReason
from followthrough.use_cases.receive_email import IncomingEmail, receive_email
from followthrough.use_cases.receive_from_lead import receive_lead_text
from tests.unit.arriving import ANN, arrive, changed, lead_in
from tests.unit.fakes import World
from tests.unit.mail_reports import note, report

NUMBER = "+12125550100"


def arrived() -> World:
    world = World()
    arrive(world)
    return world


def answers(world: World, words: str) -> None:
    receive_email(world.services, IncomingEmail(lead_in(world).token, ANN["email"], "Re: Hello", words, f"m {words}"))


@pytest.mark.parametrize("reason", ["unsubscribed", "stopped", "bounced", "complained"])
def test_help_by_e_mail_is_not_answered_where_mail_is_not_wanted_and_a_rep_reads_it(reason: StopReason) -> None:
    world = arrived()
    changed(world, unusable={"email": reason})
    answers(world, "HELP")
    assert world.mailer.sent == []
    assert lead_in(world).pursuit.callback_why == "replied"


def test_a_start_to_an_address_that_mail_does_not_reach_is_not_welcomed_there() -> None:
    world = arrived()
    changed(world, status="opted_out", next_touch_at=None, unusable={"email": "bounced", "text": "stopped"})
    answers(world, "START")
    assert (world.mailer.sent, lead_in(world).status) == ([], "open")
    assert lead_in(world).unusable == {"email": "bounced"}


def test_a_start_does_not_take_a_complaint_back() -> None:
    world = arrived()
    note(world, report("complaint"))
    answers(world, "START")
    receive_lead_text(world.services, NUMBER, "START", "m2")
    lead = lead_in(world)
    assert (lead.status, lead.unusable) == ("opted_out", {"email": "complained", "text": "complained"})
    assert world.mailer.sent == []
    assert NUMBER not in [to for to, _ in world.texter.sent]
