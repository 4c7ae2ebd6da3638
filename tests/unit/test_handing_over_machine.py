"""The promises of test_handing_over_model, with the shipped cadences carried out step by step as by the machine."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from followthrough.domain.cadence import ASKED_OF_REPS
from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.dispatch import has_room
from followthrough.domain.handoffs import handoff_of, is_given, is_with_partners
from followthrough.domain.leads import Lead
from followthrough.domain.partner_hours import PartnerHours
from followthrough.use_cases.ask_rep import ask_rep_to_call, escalate_silent_rep
from followthrough.use_cases.contract import NextTouch, TouchRequest
from followthrough.use_cases.partner_answers import PartnerSaid, answer_for_partner, pause_partner, resume_partner
from followthrough.use_cases.plan_next_touch import plan_next_touch
from followthrough.use_cases.report_outcome import Report, report_outcome
from followthrough.use_cases.send_message import send_message
from followthrough.use_cases.stopping import Stop, stop
from followthrough.use_cases.watch_overdue import watch_overdue
from followthrough.use_cases.watch_partners import watch_partners
from tests.unit.building import DAY, at
from tests.unit.fakes import FakeClock, World, sample_cadence
from tests.unit.partnering import arrive, partner, with_partners
from tests.unit.test_handing_over_model import OrderlyStore

SETTINGS = with_partners(partner("alder"), partner("birch", hours={"mon-sat": "10:00-15:00"}))
SHIPPED = (sample_cadence("partner-queue"), sample_cadence("partner-handoff"))
ANSWERS: list[PartnerAnswer] = ["transferred", "scheduled", "not_yet", "declined", "needs_help", "busy", "not_for_us"]
LONGEST = timedelta(days=35)
"""After that long without a word nobody is with partners any more."""


@dataclass
class Execution:
    """One run of the state machine, and what it is about to do."""

    pursuit_id: str
    run: int
    planned: NextTouch | None = None
    token: str | None = None
    until: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Whether it has finished, or handed over to its successor."""
        return self.planned is not None and self.planned.do in ("finish", "renew")

    @property
    def due_at(self) -> datetime | None:
        """When it goes on."""
        return self.until if self.token else self.planned.due_at if self.planned and not self.is_over else None


class Machines:
    """All executions, as the shipped definition would carry them out."""

    def __init__(self, world: World) -> None:
        self.world, self.executions, self.tokens = world, dict[tuple[str, int], Execution](), 0

    def run(self) -> None:
        """Everything that is due."""
        goes_on = True
        while goes_on:
            for started in self.world.machine.started:
                self.executions.setdefault(started, Execution(*started))
            goes_on = sum(self._step(one) for one in self.executions.values() if not one.is_over) > 0

    def _step(self, one: Execution) -> bool:
        """Whether it had anything to do."""
        now, services = self.world.clock.now, self.world.services
        if one.token:
            if one.token in self.world.machine.waiting:
                if one.until and now < one.until:
                    return False
                self.world.machine.waiting.remove(one.token)
                assert one.planned
                escalate_silent_rep(services, self._request(one, one.planned))
            one.planned = one.token = None
            return True
        if one.planned is None:
            one.planned = plan_next_touch(services, one.pursuit_id, one.run)
            if one.planned.do == "renew":
                self.world.machine.start(one.planned.pursuit_id, one.planned.run)
            return True
        if one.planned.due_at > now:
            return False
        planned, one.planned = one.planned, None
        if planned.do == "touch":
            self._touch(one, planned)
        return True

    def _touch(self, one: Execution, planned: NextTouch) -> None:
        request = self._request(one, planned)
        if planned.channel not in ASKED_OF_REPS:
            send_message(self.world.services, request)
            return
        self.tokens += 1
        one.planned, one.token = planned, f"task{self.tokens}"
        one.until = self.world.clock.now + timedelta(seconds=planned.response_seconds)
        self.world.machine.waiting.add(one.token)
        ask_rep_to_call(self.world.services, request.model_copy(update={"task_token": one.token}))

    def _request(self, one: Execution, planned: NextTouch) -> TouchRequest:
        return TouchRequest(pursuit_id=one.pursuit_id, run=one.run, touch_id=planned.touch_id)


class HandingOver(RuleBasedStateMachine):
    """A business with two partners and silent reps, who sometimes report."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(FakeClock(at("2026-11-23 10:00")), OrderlyStore, settings=SETTINGS, more=SHIPPED)
        self.machines, self.count = Machines(self.world), 0

    # -- what happens

    @precondition(lambda self: self.count < 5)
    @rule()
    def somebody_asks(self) -> None:
        self.count += 1
        lead = arrive(self.world.services, self.count)
        self.world.machine.start(lead.pursuit_id, 1)
        self.machines.run()

    @precondition(lambda self: bool(self.given()))
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def a_partner_answers(self, data: st.DataObject, answer: PartnerAnswer) -> None:
        lead = data.draw(st.sampled_from(self.given()))
        at_ = self.world.clock.now + DAY if answer == "scheduled" else None
        answer_for_partner(self.world.services, lead.id, handoff_of(lead).number, PartnerSaid(answer, at_))
        self.machines.run()

    @precondition(lambda self: any(lead.ask for lead in self.given()))
    @rule(data=st.data(), picked_up=st.booleans())
    def a_rep_reports(self, data: st.DataObject, picked_up: bool) -> None:  # noqa: FBT001 - drawn
        lead = data.draw(st.sampled_from([lead for lead in self.given() if lead.ask]))
        report_outcome(self.world.services, lead.id, Report("not_yet" if picked_up else "no_answer"))
        self.machines.run()

    @precondition(lambda self: self.count > 0)
    @rule(data=st.data())
    def a_lead_asks_us_to_stop(self, data: st.DataObject) -> None:
        stop(self.world.services, f"lead{data.draw(st.integers(1, self.count)):03}", Stop("everything", "unsubscribed"))
        self.machines.run()

    @rule(who=st.sampled_from(["alder", "birch"]), again=st.booleans())
    def a_partner_is_paused_or_resumed(self, who: str, again: bool) -> None:  # noqa: FBT001 - drawn
        if again:
            resume_partner(self.world.services, who)
        else:
            pause_partner(self.world.services, who, "manager")
        self.machines.run()

    @rule(hours=st.integers(1, 30))
    def time_goes_by(self, hours: int) -> None:
        self.go_on_until(self.world.clock.now + timedelta(hours=hours))

    @rule()
    def the_watchdog_looks(self) -> None:
        before = {name: len(line) for name, line in self.world.store.lines.items()}
        watch_overdue(self.world.services, self.fails)
        watch_partners(self.world.services, self.fails)
        self.machines.run()
        assert {name: len(line) for name, line in self.world.store.lines.items()} == before, "it had nothing to mend"

    # -- what always holds

    @invariant()
    def no_partner_has_two(self) -> None:
        for each in SETTINGS.partners.partners:
            has = {lead.id for lead in self.given() if handoff_of(lead).partner == each.id}
            assert len(has) <= 1
            assert has == self.world.partners.states([each.id])[each.id].open_leads

    @invariant()
    def nobody_waits_for_a_partner_that_is_free(self) -> None:
        for each in SETTINGS.partners.partners:
            state = self.world.partners.states([each.id])[each.id]
            if has_room(each, state) and PartnerHours(SETTINGS, each).is_open(self.world.clock.now):
                assert not self.world.partners.line(each.id)

    @invariant()
    def everybody_is_in_one_place_and_has_a_next_moment(self) -> None:
        places = [place.lead_id for line in self.world.store.lines.values() for place in line]
        assert len(places) == len(set(places))
        for lead in self.leads():
            assert not lead.is_open or lead.next_touch_at
            assert (lead.id in places) == (is_with_partners(lead) and not is_given(lead))

    @invariant()
    def nobody_is_overdue(self) -> None:
        now = self.world.clock.now
        assert not [lead.id for lead in self.leads() if lead.next_touch_at and lead.next_touch_at < now]

    def teardown(self) -> None:
        """Nobody says anything any more: in the end everybody has had their turn, or is our own reps'."""
        end = self.world.clock.now + LONGEST
        while self.with_partners() and self.world.clock.now < end:
            self.go_on_until(self.world.clock.now + timedelta(hours=8))
        assert not self.with_partners()

    # -- how it goes on

    def go_on_until(self, end: datetime) -> None:
        """Moment by moment."""
        self.machines.run()
        while self.world.clock.now < end:
            due = [one.due_at for one in self.machines.executions.values() if one.due_at]
            self.world.clock.now = min([end, *(moment for moment in due if moment > self.world.clock.now)])
            self.machines.run()

    def leads(self) -> list[Lead]:
        return list(self.world.store.leads.values())

    def given(self) -> list[Lead]:
        return [lead for lead in self.leads() if is_given(lead)]

    def with_partners(self) -> list[Lead]:
        return [lead for lead in self.leads() if is_with_partners(lead)]

    @staticmethod
    def fails(id_: str, error: Exception) -> None:
        raise AssertionError(id_) from error


TestHandingOverByTheMachine = HandingOver.TestCase
TestHandingOverByTheMachine.settings = settings(max_examples=12, stateful_step_count=16, deadline=None)
