"""What partners say, what managers decide instead, and what the watchdog mends: on the shipped cadences."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from followthrough.domain.cadence_values import PartnerAnswer
from followthrough.domain.errors import Refused, SendingThrottled
from followthrough.domain.gsm7 import segments
from followthrough.domain.handoffs import handoff_of, is_given, is_waiting, pulled_back, tried
from followthrough.domain.leads import Ask, Lead
from followthrough.domain.partner_nudges import gone_quiet
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
from followthrough.use_cases.stopping import Stop, start_again, stop
from followthrough.use_cases.watch_partners import watch_partners
from tests.unit.building import DAY, HOUR, at, local
from tests.unit.fakes import FakeClock, FakeTexter, World, sample_cadence
from tests.unit.partnering import arrive, partner, with_partners

SETTINGS = with_partners(partner("alder"), partner("birch"))
SHIPPED = (sample_cadence("partner-queue"), sample_cadence("partner-handoff"))


class Town(World):
    """Two partners for roofs, and how things stand with them, by the numbers of the leads."""

    def asks(self, number: int) -> Lead:
        return attend(self.services, arrive(self.services, number))

    def lead(self, number: int) -> Lead:
        return self.store.leads[f"lead{number:03}"]

    def says(self, number: int, answer: PartnerAnswer, at: datetime | None = None, by: str | None = None) -> str:
        lead = self.lead(number)
        said = PartnerSaid(answer, at, note="as they said", by=by)
        return answer_for_partner(self.services, lead.id, handoff_of(lead).number, said).result

    def open_at(self, id_: str) -> list[int]:
        return sorted(int(lead_id[4:]) for lead_id in self.partners.states([id_])[id_].open_leads)

    def waiting_for(self, id_: str) -> list[int]:
        return [int(place.lead_id[4:]) for place in self.partners.line(id_)]

    def outcomes(self, number: int) -> list[tuple[str | None, str | None, str | None]]:
        timeline = self.store.timeline(f"lead{number:03}")
        return [(touch.outcome, touch.by, touch.note) for touch in timeline if touch.step == "partner-answer"]


@pytest.fixture
def town() -> Town:
    """Lead 1 is at alder; 2 and 3 wait."""
    town = Town(FakeClock(at("2026-11-23 10:00")), settings=SETTINGS, more=SHIPPED)
    for number in (1, 2, 3):
        town.asks(number)
        town.clock.advance(timedelta(seconds=1))
    return town


# -- what a partner says


def test_an_estimate_needs_a_time_that_is_to_come(town: Town) -> None:
    for wrong in (None, town.clock.now - HOUR, town.clock.now + 301 * DAY):
        with pytest.raises(Refused, match="appointment_at"):
            town.says(1, "scheduled", wrong)
    assert town.open_at("alder") == [1]


def test_an_estimate_with_its_time_takes_care_of_the_lead(town: Town) -> None:
    assert town.says(1, "scheduled", at("2026-11-24 15:00")) == "noted"
    assert (town.lead(1).status, local(town.lead(1).appointment_at or town.clock.now)) == ("booked", "2026-11-24 15:00")
    assert (town.open_at("alder"), town.waiting_for("alder")) == ([2], [3])
    assert town.outcomes(1) == [("scheduled", "partner", "as they said")]


def test_whoever_reports_for_a_partner_is_on_the_timeline(town: Town) -> None:
    town.says(1, "not_yet", by="ana")
    assert town.outcomes(1) == [("not_yet", "ana", "as they said")]


@pytest.mark.parametrize("answer", ["transferred", "not_yet", "cannot_reach", "needs_help"])
def test_signs_of_life_change_nothing_but_the_silence(town: Town, answer: PartnerAnswer) -> None:
    lead = tried(tried(town.lead(1), "call", town.clock.now), "text", town.clock.now)
    town.store.save(pulled_back(lead, town.clock.now, town.clock.now + DAY))
    town.clock.advance(HOUR)
    town.says(1, answer)
    handoff = handoff_of(town.lead(1))
    assert (handoff.tried, handoff.deadline_at, handoff.pullbacks) == ((), None, 1)
    assert handoff.answered_after == pytest.approx(3603)
    assert town.open_at("alder") == [1]
    assert bool(handoff.help_asked_at) == (answer == "needs_help")


def test_an_answer_about_a_lead_that_has_moved_on_changes_nothing(town: Town) -> None:
    number = handoff_of(town.lead(1)).number
    town.says(1, "not_for_us")
    before = town.lead(1)
    said = PartnerSaid("scheduled", town.clock.now + DAY)
    assert answer_for_partner(town.services, before.id, number, said).result == "moved_on"
    assert town.lead(1) == before


def test_who_is_busy_gets_nothing_until_somebody_says_otherwise(town: Town) -> None:
    town.says(1, "busy")
    assert (town.open_at("alder"), town.waiting_for("alder")) == ([], [])
    assert (town.open_at("birch"), town.waiting_for("birch")) == ([1], [2, 3])
    town.asks(4)
    assert town.waiting_for("birch") == [2, 3, 4]
    resume_partner(town.services, "alder")
    town.asks(5)
    assert town.open_at("alder") == [5]


def test_figures_are_counted(town: Town) -> None:
    town.clock.advance(HOUR)
    town.says(1, "not_yet")
    town.says(1, "scheduled", at("2026-11-24 15:00"))
    town.says(2, "declined")
    figures = town.partners.states(["alder"])["alder"].figures
    assert (figures.given, figures.came_of, figures.answered) == (3, {"scheduled": 1, "declined": 1}, 2)
    assert figures.response_seconds == 3603


def test_whoever_was_asked_to_call_the_partner_stands_down(town: Town) -> None:
    lead = town.lead(1)
    asked_of = Ask(touch_id="live-transfer.1", asked=("ana",), deadline=town.clock.now + HOUR)
    town.store.save(lead.model_copy(update={"ask": asked_of}))
    town.says(1, "not_yet")
    ana = SETTINGS.team.reps[0].phone
    assert town.texter.sent == [(ana, "No need to call Alder Roofing about Lead 1 any more: stand down.")]
    assert town.lead(1).ask is None


# -- what people of ours decide


def test_a_manager_moves_releases_and_closes_with_a_reason(town: Town) -> None:
    move_lead(town.services, "lead001", "they know each other", "dana", to="birch")
    assert (town.open_at("birch"), town.open_at("alder")) == ([1], [2])
    release_lead(town.services, "lead002", "a friend of ours", "dana")
    assert town.lead(2).pursuit.cadence == "speed-to-lead"
    assert town.open_at("alder") == [3]
    close_lead(town.services, "lead003", "lost", "bought elsewhere", "dana")
    assert (town.lead(3).status, town.open_at("alder")) == ("lost", [])
    assert [town.outcomes(number)[0] for number in (1, 2, 3)] == [
        ("moved", "dana", "they know each other"),
        ("released", "dana", "a friend of ours"),
        ("lost", "dana", "bought elsewhere"),
    ]


def test_who_is_paused_keeps_what_it_has_and_its_line_goes_on(town: Town) -> None:
    pause_partner(town.services, "alder", "manager")
    assert (town.open_at("alder"), town.waiting_for("alder")) == ([1], [])
    assert (town.open_at("birch"), town.waiting_for("birch")) == ([2], [3])


# -- deadlines


def test_a_deadline_in_the_night_moves_the_lead_and_the_next_partner_gets_it_in_the_morning(town: Town) -> None:
    town.store.save(pulled_back(town.lead(1), town.clock.now, at("2026-11-24 22:00")))
    town.clock.now = at("2026-11-24 22:00")
    moved = attend(town.services, town.lead(1))
    assert is_waiting(moved)
    assert (handoff_of(moved).partner, town.open_at("birch")) == ("birch", [])
    assert town.waiting_for("birch") == [1, 2, 3]
    town.clock.now = at("2026-11-25 08:00")
    assert is_given(attend(town.services, town.lead(1)))


def test_a_partner_that_could_never_be_asked_loses_the_lead_after_a_week(town: Town) -> None:
    town.clock.now = at("2026-12-02 09:00")
    assert handoff_of(attend(town.services, town.lead(1))).partner == "alder"
    town.clock.now = at("2026-12-07 09:00")
    assert handoff_of(attend(town.services, town.lead(1))).partner == "birch"


def test_a_partner_that_is_dropped_from_the_configuration_loses_its_leads() -> None:
    town = Town(FakeClock(at("2026-11-23 10:00")), settings=SETTINGS, more=SHIPPED)
    town.asks(1)
    town.services = replace(town.services, settings=with_partners(partner("birch")))
    assert handoff_of(attend(town.services, town.lead(1))).partner == "birch"


def test_a_lead_that_comes_back_after_a_stop_is_our_own_reps(town: Town) -> None:
    stop(town.services, "lead001", Stop("everything", "unsubscribed"))
    assert town.open_at("alder") == [2]
    start_again(town.services, "lead001", "undone")
    assert attend(town.services, town.lead(1)).pursuit.cadence == "speed-to-lead"
    assert town.open_at("alder") == [2]


# -- the watchdog


def test_the_manager_is_told_once_who_went_quiet(town: Town) -> None:
    town.store.save(pulled_back(town.lead(1), town.clock.now, town.clock.now))
    attend(town.services, town.lead(1))
    for _ in range(3):
        watch_partners(town.services, lambda id_, error: pytest.fail(f"{id_}: {error}"))
    manager = SETTINGS.team.manager.phone
    assert [body for phone, body in town.texter.sent if phone == manager] == [gone_quiet(SETTINGS.partners.partners[0])]


def test_the_manager_is_told_in_the_next_minute_if_no_text_gets_out(town: Town) -> None:
    town.store.save(pulled_back(town.lead(1), town.clock.now, town.clock.now))
    attend(town.services, town.lead(1))
    busy = replace(town.services, texter=BusyTexter())
    watch_partners(busy, lambda id_, error: None)
    assert not town.partners.states(["alder"])["alder"].manager_knows
    watch_partners(town.services, lambda id_, error: None)
    assert town.partners.states(["alder"])["alder"].manager_knows


class BusyTexter(FakeTexter):
    def send(self, phone: str, body: str) -> str:
        raise SendingThrottled("busy")


def test_whoever_waits_for_a_free_partner_is_given_by_the_watchdog(town: Town) -> None:
    town.store.partner_states["alder"] = replace(town.store.partner_states["alder"], open_leads=frozenset())
    assert watch_partners(town.services, lambda id_, error: None) == ("lead002",)


def test_one_partners_trouble_is_reported_and_keeps_no_other_waiting(town: Town) -> None:
    town.asks(4)
    town.store.leads.pop("lead002")
    town.store.partner_states["alder"] = replace(town.store.partner_states["alder"], open_leads=frozenset())
    troubles: list[str] = []
    watch_partners(town.services, lambda id_, error: troubles.append(id_))
    assert troubles == ["alder"]


@pytest.mark.parametrize("name", ["Alder Roofing", "The Northern Roofing and Guttering Company of New York"])
def test_what_the_manager_is_told_fits_into_one_segment(name: str) -> None:
    someone = SETTINGS.partners.partners[0].model_copy(update={"name": name[:40]})
    assert segments(gone_quiet(someone)) == 1
