"""A forecast is many previews, counted: the same touches, given to the people who would be asked."""

import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from followthrough.domain.assignment import LeadFacts
from followthrough.domain.cadence import Action
from followthrough.domain.forecast import Due, Followed, Forecast, Totals, answered_call, follow, forecast
from followthrough.domain.places import Place
from followthrough.domain.planning import Planner
from followthrough.domain.preview import preview
from local.bill import monthly_bill, read_tariff
from local.commands.app import app
from local.forecasting import Arrival, Leads, thinned, typical_arrivals
from local.posted_lead import read_posted_lead, usual_appointment
from local.project import CADENCES
from tests.unit.building import DAY, HOUR, MINUTE, NEW_YORK, at, lead_of
from tests.unit.fakes import sample_cadence, sample_settings
from tests.unit.places_of_the_world import arrivals, places

MONDAY = at("2026-11-30 00:00")
ZONE = ZoneInfo(NEW_YORK)
PERIOD = 20 * DAY
SHIPPED = sorted(file.parent.name for file in CADENCES.glob("*/cadence.json") if "partner" not in file.parent.name)


def calls_at(*moments: datetime, channel: Action = "call") -> Followed:
    return Followed(LeadFacts(), tuple(Due(moment, channel) for moment in moments), reached=False)


def counted(*followed: Followed, minutes_per_call: float = 6, stands_for: float = 1, days: int = 7) -> Forecast:
    return forecast(followed, sample_settings(), MONDAY, days, minutes_per_call, stands_for)


def simulated(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["simulate", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


# -- one lead


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SHIPPED), places, arrivals, st.sampled_from(["normal", "high"]), st.integers(0, 1000))
def test_a_lead_s_touches_are_those_of_its_preview_up_to_the_call_that_reaches_it(
    cadence: str, place: Place, arrived: datetime, value: str, seed: int
) -> None:
    version = sample_cadence(cadence)
    lead = lead_of(arrived, version, value=value).model_copy(update={"place": place})
    lead = lead.model_copy(update={"appointment_at": usual_appointment(lead)})
    planner = Planner.for_lead(lead, version, sample_settings())
    until, rates = arrived + PERIOD, (0.3, 0.2, 0.1)
    seen = preview(lead, planner, sample_settings(), "no_answer", until).touches
    made = [(touch.due_at, touch.channel) for touch in seen if touch.status != "skipped"]

    followed = follow(lead, planner, sample_settings(), rates, seed, until)

    calls = [place for place, (_, channel) in enumerate(made) if channel == "call"]
    answered = answered_call(lead.profile.identity, rates, seed)
    reached_at = made[calls[answered - 1]][0] if answered and answered <= len(calls) else until
    # Of what comes in the same second as the call that reaches them, the order isn't told.
    assert sorted(due for due in followed.touches if due.at < reached_at) == sorted(
        due for due in made if due[0] < reached_at
    )
    assert all(due.at <= reached_at for due in followed.touches)
    assert followed.reached == (answered is not None and answered <= len(calls))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SHIPPED), st.lists(arrivals, min_size=2, max_size=4))
def test_a_planner_that_has_followed_others_there_plans_the_same(cadence: str, arrived: list[datetime]) -> None:
    leads = Leads(sample_cadence(cadence), sample_settings())
    for number, at_ in enumerate(arrived):
        lead = leads.lead(Arrival(at_, number))
        own = Planner.for_lead(lead, sample_cadence(cadence), sample_settings())
        ours, theirs = (
            preview(lead, planner, sample_settings(), "no_answer", at_ + PERIOD)
            for planner in (leads.planner(lead), own)
        )
        assert ours == theirs


def test_who_never_answers_is_followed_to_the_end_of_the_period() -> None:
    lead = lead_of(at("2026-11-30 10:00"))
    planner = Planner.for_lead(lead, sample_cadence(), sample_settings())
    followed = follow(lead, planner, sample_settings(), (0,), 1, lead.arrived_at + PERIOD)
    assert not followed.reached
    assert followed.touches[-1].at > lead.arrived_at + 10 * DAY


def test_who_answers_the_first_call_is_called_once() -> None:
    lead = lead_of(at("2026-11-30 10:00"))
    planner = Planner.for_lead(lead, sample_cadence(), sample_settings())
    followed = follow(lead, planner, sample_settings(), (1,), 1, lead.arrived_at + PERIOD)
    assert followed.reached
    assert Counter(due.channel for due in followed.touches)["call"] == 1


def test_as_many_answer_each_call_as_was_said() -> None:
    reached = Counter(answered_call(f"lead-{n}", (0.25, 0.5, 0), 1) for n in range(4000))
    assert reached[1] == pytest.approx(1000, rel=0.1)
    assert reached[2] == pytest.approx(1500, rel=0.1)
    assert set(reached) == {1, 2, None}


def test_other_seeds_are_other_dice() -> None:
    rolls = [[answered_call(f"lead-{n}", (0.25,), seed) for n in range(20)] for seed in (1, 1, 2)]
    assert rolls[0] == rolls[1] != rolls[2]


@pytest.mark.parametrize("zone", ["America/Denver", "America/New_York"])
def test_leads_are_those_that_preview_would_make(zone: str) -> None:
    version, config = sample_cadence(), sample_settings()
    (arrival,) = typical_arrivals(1, date(2026, 11, 30), 1, ZONE, 1)
    ours = Leads(version, config).lead(arrival._replace(fields=(("zone", zone),)))
    fields = {"zone": zone, "email": "lead-0@example.com"}
    previewed = read_posted_lead(None, arrival.at, fields).lead(version, config)
    ignored = {"id", "token"}
    assert ours.model_dump(exclude=ignored) == previewed.model_dump(exclude=ignored)


# -- the team


def test_a_lead_keeps_the_rep_who_was_asked_first() -> None:
    answer = counted(
        *(calls_at(*(MONDAY + 10 * HOUR + n * DAY + place * MINUTE for n in range(4))) for place in (0, 1))
    )
    assert {person: sum(table.values()) for person, table in answer.calls.items()} == {"ana": 4, "ben": 4}


def test_calls_at_night_are_the_manager_s_who_does_not_keep_the_lead() -> None:
    answer = counted(calls_at(MONDAY + 3 * HOUR, MONDAY + 10 * HOUR))
    assert set(answer.calls) == {"dana", "ana"}


def test_calls_count_by_the_hour_of_the_week_averaged_over_the_weeks() -> None:
    ten = MONDAY + 10 * HOUR
    answer = counted(calls_at(ten, ten + 5 * MINUTE, ten + 7 * DAY), days=14)
    assert answer.calls == {"ana": {(0, 10): 1.5}}


def test_an_hour_with_more_calls_than_one_can_make_is_over_capacity() -> None:
    ten = MONDAY + 10 * HOUR
    followed = calls_at(*(ten + n * 5 * MINUTE for n in range(5)))
    assert counted(followed, minutes_per_call=12).overloads == ()
    answer = counted(followed, minutes_per_call=15)
    assert [(one.person, one.hour, one.calls) for one in answer.overloads] == [("ana", (0, 10), 5)]
    assert answer.hours_over == 1


def test_a_sample_is_scaled_and_tells_nothing_of_single_hours() -> None:
    answer = counted(calls_at(MONDAY + 10 * HOUR), stands_for=20)
    assert answer.calls == {"ana": {(0, 10): 20}}
    assert answer.totals.leads == answer.totals.nudged_by_text == 20
    assert answer.hours_over is None


def test_a_task_is_a_nudge_but_no_call() -> None:
    answer = counted(calls_at(MONDAY + 10 * HOUR, channel="task"))
    assert not answer.calls
    assert answer.daily["nudges"].peak == 1


def test_a_day_s_median_counts_quiet_days_too() -> None:
    answer = counted(*[calls_at(MONDAY + 10 * HOUR, channel="email")] * 3)
    assert (answer.daily["emails"].median, answer.daily["emails"].peak) == (0, 3)


# -- arrivals


def test_typical_weeks_bring_fewer_leads_at_night_and_at_weekends() -> None:
    came = typical_arrivals(1400, date(2026, 11, 30), 14, ZONE, 1)
    local = [arrival.at.astimezone(ZONE) for arrival in came]
    assert len(came) == 1400
    assert local == sorted(local)
    assert {moment.date() for moment in local} == {date(2026, 11, 30) + n * timedelta(days=1) for n in range(14)}
    days, hours = Counter(moment.weekday() for moment in local), Counter(moment.hour for moment in local)
    assert days[5] < days[0]
    assert hours[3] < hours[11]


def test_a_sample_of_past_arrivals_is_taken_evenly() -> None:
    came = typical_arrivals(100, date(2026, 11, 30), 7, ZONE, 1)
    assert [arrival.number for arrival in thinned(came, 4)] == [0, 25, 50, 75]
    assert thinned(came, 100) == came


# -- the bill


def test_every_service_is_charged_for_what_it_does() -> None:
    tariff = read_tariff()
    quiet = monthly_bill(Totals(0, 0, {}, 0, 0), 30, tariff)
    busy = monthly_bill(Totals(0, 0, {"email": 1000}, 500, 250), 30, tariff)
    assert quiet["SES"] == quiet["SNS"] == quiet["Step Functions"] == 0
    assert quiet["DynamoDB"] > 0, "the watchdog looks each minute"
    assert busy["Step Functions"] == pytest.approx(4 * 1000 * tariff.prices.state_transition.price)
    assert busy["SES"] == pytest.approx(1250 * tariff.prices.email.price)
    assert busy["SNS"] == pytest.approx(500 * 2 * tariff.prices.text_part.price)


def test_a_bill_is_for_thirty_days_whatever_the_period() -> None:
    tariff = read_tariff()
    short, long = (monthly_bill(Totals(0, 0, {"email": n * 1000}, 0, 0), n * 30, tariff) for n in (1, 3))
    assert short == pytest.approx(long)


# -- the command


def test_the_same_command_says_the_same() -> None:
    arguments = ("--leads", "10", "--days", "14", "--json")
    first = json.loads(simulated(*arguments))
    assert first == json.loads(simulated(*arguments))
    assert first["leads"] == first["followed"] == 10
    assert first["touches"]["call"] == pytest.approx(
        sum(hour["calls"] * 2 for table in first["calls"].values() for hour in table)
    )


def test_past_arrivals_are_followed_for_as_long_as_they_came(tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text("Created At,E-mail\n11/30/2026 10:00 AM,bo@example.com\n12/05/2026 4:30 PM,ann@example.com\n")
    said = json.loads(simulated("--arrivals", str(file), "--json"))
    assert (said["from"], said["days"], said["leads"]) == ("2026-11-30", 6, 2)
    said = json.loads(simulated("--arrivals", str(file), "--days", "2", "--json"))
    assert (said["days"], said["leads"]) == (2, 1)


def test_a_sample_says_that_it_is_one() -> None:
    said = json.loads(simulated("--leads", "1000", "--sample", "5", "--days", "7", "--json"))
    assert (said["leads"], said["followed"]) == (1000, 5)
    assert said["single_hours_over_capacity"] is None
    assert any("5 leads were followed and stand for 1,000" in sentence for sentence in said["assumed"])


def test_without_colours_an_overload_has_a_mark() -> None:
    shown = simulated("--leads", "1000", "--sample", "5", "--days", "7")
    assert "!" in shown
    assert "\x1b[" not in shown


@pytest.mark.parametrize(
    "wrong", [[], ["--leads", "5", "--arrivals", "past.csv"], ["--leads", "5", "--answers", "25"], ["--leads", "0"]]
)
def test_what_cannot_be_asked_for_is_refused(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, ["simulate", *wrong]).exit_code == 2
