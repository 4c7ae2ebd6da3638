"""Stops, replies and hours hold in whatever order things happen, late, twice or in the middle of something else."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from followthrough.domain.answering import MONTHS
from followthrough.domain.email_events import EmailEventKind
from followthrough.domain.leads import Lead, Outcome
from followthrough.domain.life import explained, stage_of
from followthrough.use_cases.answering import CallMe, NoThanks, NotNow
from tests.unit.building import at
from tests.unit.playing import TROUBLES, Play, Words

EXAMPLES = int(os.environ.get("FOLLOWTHROUGH_EXAMPLES", "30"))
"""`make proofs` takes more."""

who = st.integers(0, 1)
which = st.integers(0, 11)
words = st.sampled_from(["stop", "wrong person", "start", "start", "help", "perhaps", "reply", "no"])
outcomes = st.sampled_from(["no_answer", "voicemail", "in_conversation", "call_back", "not_interested", "cannot_take"])
begins = st.sampled_from(
    [
        at("2026-10-30 10:00"),  # a Friday; the clocks change on Sunday, in Europe they have
        at("2026-11-25 19:00"),  # before Thanksgiving
        at("2027-03-12 22:30"),  # a Friday night; the clocks change on Sunday
    ]
)
events = st.sampled_from(["appointment_made", "estimate_sent", "kept", "lost", "no_show", "won"])
zones = st.sampled_from(["America/New_York", "America/Los_Angeles", "Europe/Paris"])
STOPS: dict[str, Callable[[Play, int], None]] = {
    "the page, e-mails": lambda play, one: play.press_stop(one, "email"),
    "the page, everything": lambda play, one: play.press_stop(one, "everything"),
    "a text": lambda play, one: play.text(one, "stop"),
    "a text, wrong person": lambda play, one: play.text(one, "wrong person"),
    "an e-mail": lambda play, one: play.email(one, "stop"),
    "spam": lambda play, one: play.mail_report(one, "complaint", None, 0),
    "a bounce": lambda play, one: play.mail_report(one, "bounce", "permanent", 0),
    "no thanks": lambda play, one: play.answer_page(one, NoThanks()),
    "erasure": lambda play, one: play.erase(one),
}
stops = st.sampled_from(sorted(STOPS))


def unexplained(before: Lead, after: Lead) -> bool:
    moved = stage_of(before) != stage_of(after) or before.pursuit.number != after.pursuit.number
    return moved and explained(before, after) is None


class Household(RuleBasedStateMachine):
    """Ann and Bob, who may share a number, and everybody and everything around them."""

    @initialize(begins=begins, zone=zones, shared=st.booleans())
    def both_ask(self, begins: datetime, zone: str, shared: bool) -> None:  # noqa: FBT001 - hypothesis names it
        self.play = Play(begins, zone, shared=shared)

    # -- time and the machine

    @rule(hours=st.sampled_from([0.1, 0.5, 2, 9, 24, 70]))
    def time_passes(self, hours: float) -> None:
        self.play.world.clock.advance(timedelta(hours=hours))

    @rule(number=which)
    def the_machine_goes_on(self, number: int) -> None:
        self.play.turn(number)

    @rule(times=st.integers(1, 8))
    def all_goes_as_planned(self, times: int) -> None:
        for _ in range(times):
            self.play.run_until_next()

    @rule(times=st.integers(8, 25))
    def all_goes_as_planned_for_long(self, times: int) -> None:
        self.all_goes_as_planned(times)

    @rule(outcome=outcomes)
    def all_goes_as_planned_and_reps_report(self, outcome: Outcome) -> None:
        for number in range(10):
            self.play.run_until_next()
            self.play.rep_reports(number % 2, outcome)

    @rule(number=which)
    def a_function_is_called_again(self, number: int) -> None:
        self.play.send_again(number)

    @rule(trouble=st.sampled_from(TROUBLES))
    def the_next_message_meets_trouble(self, trouble: type[Exception]) -> None:
        self.play.breaks(trouble)

    @rule()
    def the_watchdog_comes(self) -> None:
        self.play.watchdog()

    # -- the leads

    @rule(one=who)
    def somebody_asks_again(self, one: int) -> None:
        self.play.post(one)

    @rule(one=who, how=stops)
    def somebody_stops(self, one: int, how: str) -> None:
        STOPS[how](self.play, one)

    @rule(one=who, how=stops)
    def somebody_stops_in_the_middle_of_a_claim(self, one: int, how: str) -> None:
        self.play.meanwhile(partial(STOPS[how], self.play, one))

    @rule(one=who)
    def somebody_presses_undo(self, one: int) -> None:
        self.play.press_undo(one)

    @rule(one=who, says=words)
    def somebody_texts(self, one: int, says: Words) -> None:
        self.play.text(one, says)

    @rule(one=who, says=words)
    def somebody_answers_an_email(self, one: int, says: Words) -> None:
        self.play.email(one, says)

    @rule(one=who, says=st.sampled_from(["perhaps", "reply"]), times=st.integers(8, 20))
    def somebody_asks_something_and_no_rep_says_anything(self, one: int, says: Words, times: int) -> None:
        self.play.email(one, says)
        self.all_goes_as_planned(times)

    @rule(number=which)
    def a_message_is_delivered_again(self, number: int) -> None:
        self.play.hear_again(number)

    @rule(one=who, days=st.integers(0, 3), hour=st.integers(9, 19))
    def somebody_wants_to_be_called_at(self, one: int, days: int, hour: int) -> None:
        self.play.answer_page(one, CallMe(self.play.wall(days, hour)))

    @rule(one=who, months=st.sampled_from(MONTHS))
    def somebody_says_not_now(self, one: int, months: int) -> None:
        self.play.answer_page(one, NotNow(months))

    # -- what the mail service says

    @rule(one=who, number=which, kind=st.sampled_from(["delivery", "delivery_delay", "reject"]))
    def mail_fares(self, one: int, number: int, kind: EmailEventKind) -> None:
        self.play.mail_report(one, kind, None, number)

    @rule(one=who, number=which)
    def mail_comes_back_for_now(self, one: int, number: int) -> None:
        self.play.mail_report(one, "bounce", "transient", number)

    # -- the team

    @rule(one=who, outcome=outcomes)
    def a_rep_reports(self, one: int, outcome: Outcome) -> None:
        self.play.rep_reports(one, outcome)

    @rule(one=who, event=events, hours=st.sampled_from([0, 1, 20, 70]))
    def another_system_reports(self, one: int, event: str, hours: int) -> None:
        self.play.system_reports(one, event, hours)

    @rule(hours=st.sampled_from([1, 20, 70]))
    def the_manager_closes(self, hours: int) -> None:
        self.play.manager_closes(hours)

    @rule()
    def the_manager_opens(self) -> None:
        self.play.manager_opens()

    # -- what always holds, besides what `Promises` judge

    @invariant()
    def every_open_lead_has_a_next_touch_and_no_closed_one(self) -> None:
        for lead in self.play.world.store.leads.values():
            assert lead.is_open == (lead.next_touch_at is not None) == (lead.closed_at is None)
            assert lead.is_open or lead.ask is None

    @invariant()
    def every_change_of_a_lead_s_stage_is_one_that_the_chart_has(self) -> None:
        written = self.play.written()
        assert [
            f"{stage_of(before)} to {stage_of(after)}" for before, after in written if unexplained(before, after)
        ] == []

    @invariant()
    def who_is_counted_is_asked(self) -> None:
        """A rep is never busy with a lead who was stopped."""
        asked = [lead.ask.holder for lead in self.play.world.store.leads.values() if lead.ask and lead.ask.deadline]
        assert {rep: n for rep, n in self.play.world.store.open_asks.items() if n} == {
            rep: asked.count(rep) for rep in asked
        }


Household.TestCase.settings = settings(
    max_examples=EXAMPLES, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
)
TestWhateverHappens = Household.TestCase


def test_left_alone_both_are_written_to_and_only_who_agreed_is_texted() -> None:
    play = Play(at("2026-11-23 10:00"), "America/New_York", shared=True)
    for _ in range(80):
        play.run_until_next()
    lead_channels = {
        (touch.channel, key[0]) for key, touch in play.world.store.touches.items() if touch.status == "sent"
    }
    assert lead_channels == {("email", "lead1"), ("text", "lead1"), ("email", "lead2")}
    assert len(play.promises.sent) > 15
