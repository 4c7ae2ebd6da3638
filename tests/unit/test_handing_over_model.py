"""Whatever comes, in whatever order: no partner has two leads open, none is lost, none waits for ever, in order."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.handoffs import handoff_of, pulled_back, tried
from followthrough.domain.instants import round_up
from followthrough.domain.leads import Lead
from followthrough.domain.partner_hours import NOON, PartnerHours, open_day_after
from followthrough.domain.pursuing import opt_out, scheduled
from followthrough.use_cases.giving import hand_out
from followthrough.use_cases.handing_over import attend
from followthrough.use_cases.partner_answers import (
    PartnerSaid,
    answer_for_partner,
    close_lead,
    move_lead,
    pause_partner,
    release_lead,
    resume_partner,
)
from followthrough.use_cases.waking import wake
from tests.unit.building import DAY
from tests.unit.fakes import FakeClock, FakeStore, World
from tests.unit.partnering import arrive, partner, simple_cadences, with_partners

SETTINGS = with_partners(
    partner("alder", services=["Roofing"]),
    partner("birch"),
    partner("cedar", hours={"mon-sat": "10:00-14:00"}, most_open_leads=2, services=["Solar panels", "Roofing"]),
    high_value_first=True,
)
PARTNERS = [each.id for each in SETTINGS.partners.partners]
ANSWERS: list[PartnerAnswer] = [
    "transferred",
    "scheduled",
    "not_yet",
    "declined",
    "cannot_reach",
    "needs_help",
    "busy",
    "not_for_us",
]
LONGEST = 30
"""Days after which everything is over, if partners say nothing and nobody does anything."""


class OrderlyStore(FakeStore):
    """Watches that nobody is given before somebody who is ahead in the same line."""

    def give(self, lead: Lead, past: Lead, most: int) -> Lead:
        assert lead.handoff
        assert lead.handoff.partner
        waiting = [self.leads[place.lead_id] for place in self.lines[lead.handoff.partner]]
        first = min(waiting, key=lambda each: (each.profile.value != "high", each.arrived_at, each.id))
        assert first.id == lead.id
        return super().give(lead, past, most)


class HandingOver(RuleBasedStateMachine):
    """A business with three partners, one of whom may have two leads."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(FakeClock(), OrderlyStore, settings=SETTINGS, more=simple_cadences())
        self.services = self.world.services
        self.count = 0
        self.all_attended_at: datetime | None = None

    # -- what happens

    @rule(service=st.sampled_from(["Roofing", "Solar panels", "Paint"]), value=st.sampled_from(["normal", "high"]))
    def somebody_asks(self, service: str, value: str) -> None:
        self.count += 1
        attend(self.services, arrive(self.services, self.count, service, value))

    @precondition(lambda self: self.given())
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def a_partner_answers(self, data: st.DataObject, answer: PartnerAnswer) -> None:
        lead = data.draw(st.sampled_from(self.given()))
        at = self.world.clock.now + DAY if answer == "scheduled" else None
        answer_for_partner(self.services, lead.id, handoff_of(lead).number, PartnerSaid(answer, at))

    @precondition(lambda self: self.count)
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS), number=st.integers(1, 9))
    def an_old_answer_comes(self, data: st.DataObject, answer: PartnerAnswer, number: int) -> None:
        lead = self.world.store.leads[f"lead{data.draw(st.integers(1, self.count)):03}"]
        if lead.handoff and lead.handoff.is_given and lead.is_open and lead.handoff.number == number:
            return
        said = PartnerSaid(answer, self.world.clock.now + DAY)
        assert answer_for_partner(self.services, lead.id, number, said).result == "moved_on"
        assert self.world.store.leads[lead.id] == lead

    @precondition(lambda self: self.given())
    @rule(data=st.data())
    def a_partner_is_asked_in_vain(self, data: st.DataObject) -> None:
        self.pull_back(data.draw(st.sampled_from(self.given())))

    @precondition(lambda self: self.count)
    @rule(data=st.data(), what=st.sampled_from(["stop", "move", "to a partner", "release", "close"]))
    def something_else_happens_to_a_lead(self, data: st.DataObject, what: str) -> None:
        lead = self.world.store.leads[f"lead{data.draw(st.integers(1, self.count)):03}"]
        if what == "stop":
            wake(self.services, lead, self.world.store.save(opt_out(lead, self.world.clock.now)))
        elif what == "move":
            move_lead(self.services, lead.id, "they know each other", "dana")
        elif what == "to a partner":
            move_lead(self.services, lead.id, "they asked for them", "dana", data.draw(st.sampled_from(PARTNERS)))
        elif what == "release":
            release_lead(self.services, lead.id, "we do it ourselves", "dana")
        else:
            close_lead(self.services, lead.id, "lost", "they bought elsewhere", "dana")

    @rule(who=st.sampled_from(PARTNERS), again=st.booleans())
    def a_partner_is_paused_or_resumed(self, who: str, again: bool) -> None:  # noqa: FBT001 - drawn
        if again:
            resume_partner(self.services, who)
        else:
            pause_partner(self.services, who, "manager")

    @rule(hours=st.integers(1, 60))
    def time_goes_by(self, hours: int) -> None:
        self.world.clock.advance(timedelta(hours=hours))
        self.machines_run()

    # -- how it goes on by itself

    def machines_run(self) -> None:
        for lead_id in sorted(self.world.store.leads):
            attend(self.services, self.world.store.leads[lead_id])
        self.all_attended_at = self.world.clock.now

    def pull_back(self, lead: Lead) -> None:
        now, who = self.world.clock.now, SETTINGS.partners.partner(handoff_of(lead).partner or "")
        assert who
        deadline = open_day_after(PartnerHours(SETTINGS, who), now, 1, NOON)
        self.world.store.save(scheduled(pulled_back(tried(lead, "text", now), round_up(now), deadline), now))

    # -- what always holds

    def open_leads(self) -> list[Lead]:
        return [lead for lead in self.world.store.leads.values() if lead.is_open]

    def given(self) -> list[Lead]:
        return [lead for lead in self.open_leads() if lead.handoff and lead.handoff.is_given]

    @invariant()
    def no_partner_has_more_than_it_may_have(self) -> None:
        for each in SETTINGS.partners.partners:
            has = {lead.id for lead in self.given() if lead.handoff and lead.handoff.partner == each.id}
            assert len(has) <= each.most_open_leads
            assert has == self.world.partners.states([each.id])[each.id].open_leads

    @invariant()
    def everybody_who_waits_is_in_one_line(self) -> None:
        lines = {place.lead_id: who for who, line in self.world.store.lines.items() for place in line}
        waiting = {
            lead.id: lead.handoff.partner for lead in self.open_leads() if lead.handoff and lead.handoff.is_waiting
        }
        assert lines == waiting
        assert sum(map(len, self.world.store.lines.values())) == len(lines)

    @invariant()
    def whoever_is_open_is_followed_up(self) -> None:
        names = {True: "partner-handoff", False: "partner-queue", None: "speed-to-lead"}
        for lead in self.open_leads():
            handoff = lead.handoff
            stands = handoff.is_given if handoff and handoff.partner else None
            assert lead.pursuit.cadence == names[stands]
            assert lead.next_touch_at
            assert (lead.pursuit_id, lead.pursuit.run) in self.world.machine.started or lead.pursuit.number == 1

    @invariant()
    def nobody_is_kept_from_a_partner_that_is_free(self) -> None:
        now = self.world.clock.now
        for each in SETTINGS.partners.partners:
            state = self.world.partners.states([each.id])[each.id]
            free = state.paused is None and len(state.open_leads) < each.most_open_leads
            if free and PartnerHours(SETTINGS, each).is_open(now) and self.all_attended_at == now:
                assert not self.world.store.lines.get(each.id)

    def teardown(self) -> None:
        """Nobody says or does anything any more: in the end every lead has had its turn, or is our own reps'."""
        for _ in range(LONGEST * 6):
            for lead in self.given():
                if handoff_of(lead).deadline_at is None:
                    self.pull_back(lead)
            self.world.clock.advance(timedelta(hours=4))
            self.machines_run()
        for lead in self.open_leads():
            assert lead.handoff is None or lead.handoff.partner is None
            assert lead.pursuit.cadence == "speed-to-lead"


TestHandingOver = HandingOver.TestCase
TestHandingOver.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_nobody_is_left_in_line_while_a_partner_is_free() -> None:
    world = World(FakeClock(), OrderlyStore, settings=SETTINGS, more=simple_cadences())
    first, second = (attend(world.services, arrive(world.services, number)) for number in (1, 2))
    assert (handoff_of(first).is_given, handoff_of(second).is_waiting) == (True, True)
    answer_for_partner(world.services, first.id, handoff_of(first).number, PartnerSaid("declined"))
    assert handoff_of(world.store.leads[second.id]).is_given
    assert hand_out(world.services, "alder") == []
