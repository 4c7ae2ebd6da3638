"""Does what the use cases say, the way the state machine does, on the fakes and in no time."""

from collections.abc import Callable
from datetime import datetime, timedelta

from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.durations import Duration
from followthrough.domain.errors import SendingThrottled
from followthrough.domain.leads import Lead, Outcome, Touch
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.pursuits import planner_for
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from tests.unit.fakes import World

Answer = Outcome | None
"""What the rep reports the moment the call is due; None: nothing, ever."""
MOST_TURNS = 5000


class Engine:
    """One lead's pursuit. `answer` says what a rep reports of the touch with that id."""

    def __init__(self, world: World, lead_id: str, answer: Callable[[str], Answer]) -> None:
        self.world = world
        self.lead_id = lead_id
        self.said: list[NextTouch] = []
        self._answer = answer
        self._tokens = 0

    @property
    def lead(self) -> Lead:
        """As it is stored."""
        return self.world.store.load(self.lead_id)

    @property
    def timeline(self) -> list[Touch]:
        """As it is recorded."""
        return self.world.store.timeline(self.lead_id)

    def run(self, until: datetime, after_each: Callable[[Lead], None] = lambda lead: None) -> None:
        """Go on until the lead is closed or its next touch is not due before `until`."""
        for _ in range(MOST_TURNS):
            if not self.turn(until):
                return
            after_each(self.lead)
        raise AssertionError(f"{self.lead_id} does not come to a rest")

    def turn(self, until: datetime) -> bool:
        """Plan, wait, do; False when there is nothing to do before `until`."""
        lead = self.lead
        planned = plan_next_touch(self.world.services, lead.pursuit_id, lead.pursuit.run)
        self.said.append(planned)
        if planned.do == "renew":
            return True
        if planned.do == "finish" or planned.due_at >= until:
            return False
        self.world.clock.now = max(self.world.clock.now, planned.due_at)
        request = TouchRequest(pursuit_id=lead.pursuit_id, run=lead.pursuit.run, touch_id=planned.touch_id)
        if planned.channel in ASKED_OF_REPS:
            self._call(request, planned.response_seconds)
        else:
            self._send(request)
        return True

    def _send(self, request: TouchRequest) -> None:
        try:
            send_message(self.world.services, request)
        except SendingThrottled:  # the machine tries again later
            self.world.clock.advance(timedelta(seconds=30))
            send_message(self.world.services, request)

    def _call(self, request: TouchRequest, response_seconds: int) -> None:
        self._tokens += 1
        token = f"task{self._tokens}"
        self.world.machine.waiting.add(token)
        result = ask_rep_to_call(self.world.services, request.model_copy(update={"task_token": token}))
        if result == "asked" and (outcome := self._answer(request.touch_id)):
            report_outcome(self.world.services, self.lead_id, Report(outcome, request.touch_id, self._next(outcome)))
        if token in self.world.machine.waiting:  # States.Timeout
            self.world.machine.waiting.remove(token)
            self.world.clock.advance(timedelta(seconds=response_seconds))
            escalate_silent_rep(self.world.services, request)

    def _next(self, outcome: Outcome) -> datetime | None:
        """They name the day after for a call-back, and the usual days for thinking it over: as a preview has it."""
        services = self.world.services
        days = {"call_back": 1, "thinking": services.settings.business.gone_silent_after_days}
        zone = planner_for(services, self.lead).hours.zone
        return Duration(f"{days[outcome]}d").after(services.clock(), zone) if outcome in days else None
