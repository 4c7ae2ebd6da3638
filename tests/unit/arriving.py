"""A lead that has posted the form, and the requests by which the machine's functions are called about it."""

from typing import Any

from followthrough.domain.leads import Lead
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.receive_lead import receive_lead
from tests.unit.fakes import FakeMachine, World

ANN = {"name": "Ann Lee", "email": "ann@example.com", "phone": "212-555-0100"}


class MachineThatIsDown(FakeMachine):
    """Nothing can be started."""

    def start(self, pursuit_id: str, run: int) -> None:
        raise ConnectionError(f"no answer for {pursuit_id}")


def arrive(world: World, **changed: str | None) -> str:
    """The id of a lead that has just posted; a field that is None is left out."""
    fields = {name: text for name, text in {**ANN, **changed}.items() if text is not None}
    return receive_lead(world.services, fields).lead_id


def lead_in(world: World, lead_id: str = "lead1") -> Lead:
    """The lead as it is stored."""
    return world.store.load(lead_id)


def plan(world: World, lead_id: str = "lead1") -> NextTouch:
    """What PlanNextTouch answers the current run."""
    lead = lead_in(world, lead_id)
    return plan_next_touch(world.services, lead.pursuit_id, lead.pursuit.run)


def request(world: World, touch_id: str, token: str | None = None, **changed: Any) -> TouchRequest:
    """What the machine gives to the doer of a touch; with a task token it waits on it."""
    lead = lead_in(world)
    if token:
        world.machine.waiting.add(token)
    made = TouchRequest(pursuit_id=lead.pursuit_id, run=lead.pursuit.run, touch_id=touch_id, task_token=token)
    return made.model_copy(update=changed)


def changed(world: World, **update: Any) -> Lead:
    """Something else is recorded on the lead."""
    return world.store.save(lead_in(world).model_copy(update=update))
