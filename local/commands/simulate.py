"""`followthrough simulate`: what many leads ask of the team and what AWS charges, without running anything."""

import os
from collections.abc import Sequence
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from followthrough.adapters.files import read_settings
from followthrough.domain.business import Settings
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.forecast import Followed, forecast
from followthrough.domain.instants import at_local
from followthrough.domain.intake import RefusedFields
from local.bill import monthly_bill, read_tariff
from local.commands import arguments
from local.commands.console import USED_WRONG, err, fail, print_json
from local.commands.forecast_report import Asked, forecast_json, show
from local.forecasting import Arrival, Assumptions, follow_all, refused, thinned, typical_arrivals
from local.past_arrivals import FIELDS, MOST_TOLD, read_arrivals
from local.posted_lead import read_posted_lead
from local.project import CONFIG

MOST_LEADS = 10_000_000
DEFAULT_SAMPLE = 25_000
"""As many as two cores follow through a quarter in about a minute."""
MOST_DAYS = 730
USUAL_DAYS = 90


def simulate(
    cadence: Annotated[
        str | None, typer.Argument(help="A cadence's name or folder. Default: the one that a new lead begins.")
    ] = None,
    leads: Annotated[
        int | None, typer.Option(min=1, max=MOST_LEADS, help="Leads in the whole period, spread as in typical weeks.")
    ] = None,
    arrivals: Annotated[
        Path | None,
        typer.Option(help=f"Past arrivals instead: CSV with a column arrived_at, and any of {', '.join(FIELDS)}."),
    ] = None,
    answers: Annotated[
        str, typer.Option(help="Share reached at the 1st, 2nd, … call; the last holds for all others. An assumption.")
    ] = "0.25,0.15,0.1",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=MOST_DAYS, help="Length of the period. Default: 90, or those of the past arrivals."),
    ] = None,
    minutes_per_call: Annotated[float, typer.Option(min=0.1, max=60, help="What a call takes a rep.")] = 6,
    seed: Annotated[int, typer.Option(help="Other dice: the same seed gives the same forecast.")] = 1,
    sample: Annotated[
        int, typer.Option(min=1, max=MOST_LEADS, help="How many leads are followed at most; they stand for all.")
    ] = DEFAULT_SAMPLE,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Forecast calls, messages and the AWS bill for many leads. No AWS, nothing is run."""
    rates = _rates(answers)
    try:
        settings, tariff = read_settings(CONFIG), read_tariff()
        folder = arguments.cadence_folder(cadence or settings.business.cadences.arrival)
        version = arguments.cadence_version(str(folder))
        count, first, days, chosen = _arrivals(leads, arrivals, days, sample, seed, settings)
        since, until = (at_local(day, time(0), settings.zone) for day in (first, first + timedelta(days=days)))
        assumed = Assumptions(folder, rates, seed, until)
        if wrong := refused(chosen, assumed):
            fail("\n".join(_told(arrival, error, arrivals) for arrival, error in wrong[:MOST_TOLD]), USED_WRONG)
        followed = _followed(chosen, assumed)
    except FollowthroughError as error:
        fail(str(error))
    answer = forecast(followed, settings, since, days, minutes_per_call, count / len(chosen))
    bill = monthly_bill(answer.totals, days, tariff)
    asked = Asked(
        cadence=f"{version.cadence.name} · version {version.version}",
        first=first,
        days=days,
        leads=count,
        followed=len(chosen),
        rates=rates,
        minutes_per_call=minutes_per_call,
        arrivals="past" if arrivals else "typical weeks",
        seed=seed,
    )
    if json:
        print_json(forecast_json(asked, answer, bill, tariff))
    else:
        show(asked, answer, bill, tariff, settings)


def _told(arrival: Arrival, error: RefusedFields, file: Path | None) -> str:
    reasons = "; ".join(f"{field} {reason}" for field, reason in error.fields.items())
    return f"{file}: line {arrival.number}: {reasons}" if file else reasons


def _rates(text: str) -> tuple[float, ...]:
    try:
        rates = tuple(float(part) for part in text.split(","))
    except ValueError:
        rates = ()
    if not rates or not all(0 <= rate <= 1 for rate in rates):
        raise typer.BadParameter(f"'{text}' are not shares from 0 to 1: write 0.25,0.15,0.1")
    return rates


def _arrivals(
    leads: int | None, file: Path | None, days: int | None, sample: int, seed: int, settings: Settings
) -> tuple[int, date, int, list[Arrival]]:
    """How many leads arrive in the period, its first day, its length, and who is followed. Raises Unreadable."""
    if file and leads is None:
        past = read_arrivals(file, settings.business)
        first, last = (arrival.at.astimezone(settings.zone).date() for arrival in (past[0], past[-1]))
        days = days or min((last - first).days + 1, MOST_DAYS)
        end = at_local(first + timedelta(days=days), time(0), settings.zone)
        within = [arrival for arrival in past if arrival.at < end]
        return len(within), first, days, thinned(within, sample)
    if leads is None or file:
        raise typer.BadParameter("say either --leads or --arrivals")
    first = _monday_from(read_posted_lead(None, None, {}).arrives.astimezone(settings.zone).date())
    days = days or USUAL_DAYS
    return leads, first, days, typical_arrivals(min(leads, sample), first, days, settings.zone, seed)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _followed(arrivals: Sequence[Arrival], assumed: Assumptions) -> list[Followed]:
    followed: list[Followed] = []
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("following leads", total=len(arrivals))
        for some in follow_all(arrivals, assumed, os.cpu_count() or 1):
            followed += some
            progress.update(task, completed=len(followed))
    return followed
