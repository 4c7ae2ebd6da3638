"""Several leads for partners on one stack, by short names, and what partners and reps do about them."""

import json
from collections.abc import Sequence
from typing import Any

from followthrough.adapters.dynamodb_partners import DynamoDBPartnerBook
from followthrough.domain.dispatch import PartnerState
from followthrough.domain.handoff import Handoff
from followthrough.domain.instants import SECOND
from followthrough.domain.leads import Lead, Touch
from local.demo import store_of
from local.stack import HttpAnswer
from tests.stack.following import MONDAY_10, Follow

NORTHSIDE, HARBOR, SUNHILL = "northside", "harbor", "sunhill"
PAT, SAM = "+12125550141", "+12125550142"
"""The partners' numbers."""


class PartnerStory(Follow):
    """The stack, with leads called by names such as ann."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.ids: dict[str, str] = {}

    def ask_one_by_one(self, *names: str) -> None:
        """Several, a second apart."""
        for name in names:
            self.asks(name)
            self.stack.run_until(self.stack.now + SECOND)

    def asks(self, name: str, **fields: str) -> HttpAnswer:
        """Somebody asks for a new roof, now; agreeing to texts."""
        given = {
            "name": f"{name.title()} Miller",
            "email": f"{name}@example.com",
            "phone": f"(917) 555-0{150 + len(self.ids)}",
            "service": "Roofing",
            "postal_code": "10003",
            "consent_to_text": "yes",
            **fields,
        }
        headers = {"content-type": "application/json"}
        answer = self.stack.http("POST", "/leads", headers, json.dumps(given).encode())
        self.ids[name] = json.loads(answer.body)["lead_id"]
        self.lead_id = self.lead_id or self.ids[name]
        return answer

    def says(self, name: str, outcome: str, **more: str) -> dict[str, Any]:
        """A rep reports what came of a call about a lead, or what its partner said."""
        answer: dict[str, Any] = self.stack.invoke(
            "ReportOutcomeFunction", {"lead_id": self.ids[name], "outcome": outcome, **more}
        )
        return answer

    def says_at(self, local: str, name: str, outcome: str, **more: str) -> "PartnerStory":
        """The same, then."""
        self.at(local, lambda: self.says(name, outcome, **more))
        return self

    def gives_up(self, name: str) -> HttpAnswer:
        """A lead asks us to stop everything."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.stack.http("POST", f"/unsubscribe/{self.of(name).token}", headers, b"scope=everything")

    # ---- what can be seen

    def of(self, name: str) -> Lead:
        """A lead as stored."""
        return store_of(self.stack).load(self.ids[name])

    def handoff(self, name: str) -> Handoff:
        """Where a lead stands with partners."""
        handoff = self.of(name).handoff
        assert handoff
        return handoff

    def steps(self, name: str) -> list[str]:
        """A lead's timeline: when, step, status and outcome or reason."""
        return [
            f"{self.local(touch.due_at)} {touch.step} {touch.status} {touch.outcome or touch.reason or ''}".strip()
            for touch in self.timeline_of(name)
        ]

    def timeline_of(self, name: str) -> Sequence[Touch]:
        """The same as entries."""
        return store_of(self.stack).timeline(self.ids[name])

    def partner(self, id_: str) -> PartnerState:
        """How things stand with a partner."""
        return self.book.states([id_])[id_]

    def open_at(self, id_: str) -> list[str]:
        """The names of the leads that a partner has."""
        return [name for name, lead_id in self.ids.items() if lead_id in self.partner(id_).open_leads]

    def waiting_for(self, id_: str) -> list[str]:
        """The names of those that wait for it, the next one first."""
        names = {lead_id: name for name, lead_id in self.ids.items()}
        return [names[place.lead_id] for place in self.book.line(id_)]

    @property
    def book(self) -> DynamoDBPartnerBook:
        """The stack's partners, for looking at."""
        return DynamoDBPartnerBook(
            self.stack.outputs["TableName"], lambda: self.stack.now, self.stack.client("dynamodb")
        )

    def texts_to(self, phone: str) -> list[str]:
        """What was texted to a number, or to somebody of ours: when and what."""
        return [f"{text.at} {text.body}" for text in self.texts if text.to == phone]


def partners_open(at: str = MONDAY_10) -> PartnerStory:
    """The stack at that time, where nobody has asked yet."""
    return PartnerStory.open(at)
