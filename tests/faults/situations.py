"""Where leads stand when a race begins, brought there by the shipped use cases."""

from datetime import UTC, datetime

from followthrough.domain.leads import Lead
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_lead import receive_lead
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.faults.world import World

MONDAY_23_IN_NEW_YORK = datetime(2026, 11, 24, 4, tzinfo=UTC)


def request(lead: Lead, touch_id: str, task_token: str | None = None) -> TouchRequest:
    """What the machine hands to the function of a touch."""
    return TouchRequest(pursuit_id=lead.pursuit_id, run=lead.pursuit.run, touch_id=touch_id, task_token=task_token)


def plan(world: World, lead_id: str) -> NextTouch:
    """What the lead's current run is told to do next."""
    lead = world.store.load(lead_id)
    return plan_next_touch(world.services, lead.pursuit_id, lead.pursuit.run)


def just_posted(world: World) -> Lead:
    """Monday, 10:00 in New York: somebody has posted the form, and nothing has been planned yet."""
    received = receive_lead(world.services, {"name": "Ann Lee", "email": "ann@example.com", "phone": "212-555-0100"})
    return world.store.load(received.lead_id)


def first_call_due(world: World) -> Lead:
    """The machine is about to ask a rep for `first-call.1`."""
    lead = just_posted(world)
    assert plan(world, lead.id).touch_id == "first-call.1"
    return world.store.load(lead.id)


def being_called(world: World) -> Lead:
    """A rep was asked for `first-call.1` and the machine listens for the report."""
    lead = first_call_due(world)
    world.machine.waiting.add("token of the first call")
    ask_rep_to_call(world.services, request(lead, "first-call.1", "token of the first call"))
    return world.store.load(lead.id)


def called_in_vain(world: World) -> Lead:
    """Nobody answered the first call: the e-mail `tried-you.1` is due."""
    lead = being_called(world)
    report_outcome(world.services, lead.id, Report("no_answer"))
    assert plan(world, lead.id).touch_id == "tried-you.1"
    return world.store.load(lead.id)


def asleep_until_later_today(world: World) -> Lead:
    """Two calls were in vain, and the machine sleeps until the third one, hours from now."""
    lead = called_in_vain(world)
    send_message(world.services, request(lead, "tried-you.1"))
    second = plan(world, lead.id)
    world.clock.now = second.due_at
    ask_rep_to_call(world.services, request(lead, second.touch_id))
    report_outcome(world.services, lead.id, Report("no_answer"))
    assert plan(world, lead.id).touch_id == "rest-of-day-one.1"
    return world.store.load(lead.id)


def posted_at_night(world: World) -> Lead:
    """The acknowledgement, `acknowledge.1`, is due."""
    world.clock.now = MONDAY_23_IN_NEW_YORK
    lead = just_posted(world)
    assert plan(world, lead.id).touch_id == "acknowledge.1"
    return world.store.load(lead.id)
