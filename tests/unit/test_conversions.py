"""`followthrough conversions`: answers are counted by cadence and by touches, nos apart."""

from typing import Any

from followthrough.domain.conversions import Conversions, Pursued, conversions
from followthrough.domain.leads import FirstAnswer, Lead, Status
from followthrough.domain.pursuing import with_pursuit
from local.commands.conversions import as_json
from tests.unit.building import at, lead_of

ANN = lead_of(at("2026-11-23 10:00"))


def answered(touches: int, outcome: str = "booked", step: str | None = "first-call", channel: Any = "call") -> Pursued:
    answer = FirstAnswer(touches=touches, step=step, channel=channel, outcome=outcome)
    return pursued(with_pursuit(ANN, first_answer=answer))


def pursued(lead: Lead, status: Status = "open", *, latest: bool = True) -> Pursued:
    return Pursued(lead.pursuit, status, latest)


def counted(*pursuits: Pursued) -> Conversions:
    (found,) = conversions(pursuits).values()
    return found


def test_answers_are_counted_by_the_touches_that_it_took() -> None:
    found = counted(answered(1), answered(1), answered(6))
    assert found.yes == {1: 2, 6: 1}
    assert (found.answered, found.pursuits) == (3, 3)


def test_a_no_is_an_answer_and_counts_apart() -> None:
    found = counted(answered(2, "not_interested"), answered(2, "lost"), answered(2, "in_conversation"))
    assert (found.yes, found.no) == ({2: 1}, {2: 2})
    assert found.answered == 3


def test_the_step_and_the_channel_that_got_it_have_the_credit() -> None:
    found = counted(answered(1), answered(3, step="tried-you", channel="email"), answered(0, step=None, channel=None))
    assert found.credit == {("first-call", "call"): 1, ("tried-you", "email"): 1, (None, None): 1}


def test_who_is_silent_is_still_followed_up_or_was_so_to_the_end_or_has_stopped_us() -> None:
    found = counted(
        pursued(ANN),
        pursued(ANN, "no_response"),
        pursued(ANN, latest=False),  # they went on with another cadence
        pursued(ANN, "opted_out"),
    )
    assert (found.going_on, found.silent, found.stopped, found.answered) == (1, 2, 1, 0)


def test_cadences_are_counted_apart_the_busiest_first() -> None:
    other = pursued(with_pursuit(ANN, cadence="keep-in-touch"))
    found = conversions([pursued(ANN), other, other])
    assert [(name, each.pursuits) for name, each in found.items()] == [("keep-in-touch", 2), ("speed-to-lead", 1)]


def test_machines_are_told_every_number_of_touches_in_order() -> None:
    found = as_json("sample", counted(answered(6), answered(1, "lost"), pursued(ANN)))
    assert found["by_touches"] == [{"touches": 1, "yes": 0, "no": 1}, {"touches": 6, "yes": 1, "no": 0}]
    assert (found["pursuits"], found["answered"], found["said_no"], found["going_on"]) == (3, 2, 1, 1)
    assert found["answers_to"] == [{"step": "first-call", "channel": "call", "answers": 2}]
