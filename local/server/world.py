"""What the server looks at and acts on: the stack with its leads, its outbox and its clock."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from followthrough.adapters.dynamodb_items import read_lead
from followthrough.domain.business import Settings
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.instants import format_instant
from followthrough.domain.leads import Ask, Lead, Touch
from followthrough.domain.life import stage_of
from local.business_systems import new_events_token
from local.demo import all_leads, store_of
from local.posted_lead import read_moment
from local.server.sent import Message, sent_by
from local.server.virtual_clock import VirtualClock
from local.stack import LambdaFailed, LocalStack

LATEST = "latest"
_MOMENT = "write it as 2026-11-24T15:00 (the business's time) or 2026-11-24T15:00:00-05:00"


class Rejected(FollowthroughError):
    """What somebody asked for can't be done; `str()` says what would be right."""


class World:
    """One deployed stack, with the clock that moves it."""

    def __init__(self, stack: LocalStack, clock: VirtualClock, settings: Settings) -> None:
        self.stack = stack
        self.clock = clock
        self.settings = settings
        self.events_token = new_events_token(stack)
        self._store = store_of(stack)

    # -- to look at --------------------------------------------------------------------------------------

    def leads(self) -> list[Lead]:
        """All leads, whoever asked last first."""
        leads = [self._store.load(lead_id) for lead_id in all_leads(self.stack)]
        return sorted(leads, key=lambda lead: lead.arrived_at, reverse=True)

    def timeline(self, lead: Lead) -> list[Touch]:
        """What was done for a lead, and what was left out, the oldest first."""
        return list(self._store.timeline(lead.id))

    def outbox(self) -> list[Message]:
        """Everything that was sent, the oldest first."""
        return sent_by(self.stack, self.settings.team)

    def person(self, id_: str) -> str:
        """The name of a rep or the manager."""
        found = self.settings.team.person(id_)
        return found.name if found else id_

    def task_outcomes(self, lead: Lead, ask: Ask) -> Sequence[TaskOutcome]:
        """What can be answered to the task that somebody is asked about; nothing for a call."""
        version = self._store.load_version(lead.pursuit.cadence, lead.pursuit.cadence_version)
        step = ask.touch_id.rpartition(".")[0]
        return next((each.outcomes or [] for each in version.cadence.steps if each.name == step), [])

    def state(self) -> dict[str, Any]:
        """Everything there is, as JSON. Lists are in the order in which things happened."""
        leads = sorted(self.leads(), key=lambda lead: lead.arrived_at)
        return {
            **self.clock_state(),
            "events_token": self.events_token,
            "leads": [_lead_json(lead) for lead in leads],
            "pursuits": [_pursuit_json(each) for lead in leads for each in (*self._past(lead), lead)],
            "touches": [_touch_json(lead, touch) for lead in leads for touch in self.timeline(lead)],
            "executions": [
                {
                    "name": run.name,
                    "status": run.status,
                    "started_at": format_instant(run.started_at),
                    "stopped_at": format_instant(run.stopped_at) if run.stopped_at else None,
                }
                for run in self.stack.executions()
            ],
            "outbox": [message.as_json() for message in self.outbox()],
            "failures": [str(failure) for failure in self.stack.failures],
        }

    def clock_state(self) -> dict[str, Any]:
        """The time, how fast it goes, what is due next, and how many messages were sent."""
        goal, due = self.clock.goal, self.stack.next_due()
        return {
            "now": format_instant(self.clock.now),
            "speed": self.clock.speed,
            "going_to": format_instant(goal) if goal else None,
            "next_due": format_instant(due) if due else None,
            "sent": len(self.stack.texts) + len(self.stack.emails),
        }

    def _past(self, lead: Lead) -> list[Lead]:
        """The lead as it was at the end of each earlier pursuit."""
        answer = self.stack.client("dynamodb").query(
            TableName=self.stack.outputs["TableName"],
            KeyConditionExpression="pk = :pk AND begins_with(sk, :past)",
            ExpressionAttributeValues={":pk": {"S": f"LEAD#{lead.id}"}, ":past": {"S": "PURSUIT#"}},
        )
        return sorted(map(read_lead, answer["Items"]), key=lambda past: past.pursuit.number)

    # -- to act on ---------------------------------------------------------------------------------------

    def report(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Report an outcome through the deployed function, for a lead by its id or the latest one.

        The answer is `{"lead_id", "result", "status"}`. Raises Rejected.
        """
        payload = dict(said) | {"lead_id": self._lead_id(said.get("lead_id"))}
        for agreed in ("callback_at", "appointment_at"):
            if said.get(agreed) is not None:
                payload[agreed] = self._moment(said[agreed], agreed)
        try:
            answer = self.stack.invoke("ReportOutcomeFunction", payload)
        except LambdaFailed as failure:
            raise Rejected(f"the function failed: {failure.error_type}: {failure.message}") from None
        if "error" in answer:
            raise Rejected(answer["error"])
        return {"lead_id": payload["lead_id"], **answer}

    def _lead_id(self, given: object) -> object:
        if given != LATEST:
            return given
        leads = self.leads()
        if not leads:
            raise Rejected("there is no lead yet: post the form first")
        return leads[0].id

    def _moment(self, text: object, field: str) -> str:
        try:
            return format_instant(read_moment(str(text), self.settings.business))
        except (ValueError, OverflowError):
            raise Rejected(f"{field}: is not a time: {_MOMENT}") from None


def _lead_json(lead: Lead) -> dict[str, Any]:
    beside = {"pursuit_id": lead.pursuit_id, "stage": stage_of(lead)}
    return lead.model_dump(mode="json", exclude={"pursuit"}) | beside


def _pursuit_json(lead: Lead) -> dict[str, Any]:
    return {"id": lead.pursuit_id, "lead_id": lead.id} | lead.pursuit.model_dump(mode="json")


def _touch_json(lead: Lead, touch: Touch) -> dict[str, Any]:
    local = touch.due_at.astimezone(ZoneInfo(lead.place.zones[0])).isoformat()
    return {"id": touch.id, "lead_id": lead.id, "local": local} | touch.model_dump(mode="json")
