"""A forecast for people and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from followthrough.domain.business import Settings
from followthrough.domain.forecast import Forecast, HourOfWeek, Overload
from local.bill import Service, Tariff
from local.commands.console import out

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BUSY = 0.5
"""From this share of what one can make, an hour is yellow."""
MOST_OVERLOADS = 10
TENTHS_BELOW = 10

_KINDS = {"nudges": "nudges to reps", "emails": "e-mails to leads", "texts": "texts to leads"}


@dataclass(frozen=True)
class Asked:
    """What the forecast is of: the period, the leads in it and those really followed, and what is assumed."""

    cadence: str
    first: date
    days: int
    leads: int
    followed: int
    rates: tuple[float, ...]
    minutes_per_call: float
    arrivals: str
    seed: int

    @property
    def is_sample(self) -> bool:
        """Whether not all leads were followed."""
        return self.followed < self.leads

    @property
    def assumptions(self) -> list[str]:
        """What is not known but assumed, in sentences."""
        shares = ", ".join(f"{rate:.0%}" for rate in self.rates)
        return [
            f"Of those called for the 1st, 2nd, … time so many answer (the last share holds on): {shares}.",
            "Whoever answers is followed no further. Every call is made and reported when it is due.",
            "Each lead is like the sample lead, apart from when it arrives and what the file says."
            if self.arrivals == "past"
            else "Each lead is like the sample lead. When they arrive is a guess at a typical week, not measured.",
            "Nobody is away, and nobody is spared for having many calls open.",
            "Each nudge is charged as a text of its own. Really calls due within an hour share one.",
            *(
                [f"{self.followed:,} leads were followed and stand for {self.leads:,}: single hours are not told."]
                if self.is_sample
                else []
            ),
        ]


# -- for people ----------------------------------------------------------------------------------------------


def show(asked: Asked, answer: Forecast, bill: Mapping[Service, float], tariff: Tariff, settings: Settings) -> None:
    """Print the forecast: heat maps of calls, overloads, messages a day, the bill, and what all that assumes."""
    out.print(f"[bold]{escape(asked.cadence)}[/bold]")
    reached = answer.totals.reached / answer.totals.leads
    out.print(f"{asked.leads:,} leads in {asked.days} days from {asked.first:%a} {asked.first.day} {asked.first:%b %Y}")
    out.print(f"{reached:.0%} of them reached within the period\n")
    hours = sorted({hour for table in answer.calls.values() for _, hour in table})
    for person, table in answer.calls.items():
        out.print(f"[bold]{escape(_name(person, settings))}[/bold]: calls due an hour, {settings.business.zone}")
        out.print(_heat_map(table, range(hours[0], hours[-1] + 1), answer.capacity))
        out.print()
    _show_overloads(answer, settings)
    out.print()
    out.print(_days_table(answer))
    out.print()
    out.print(_bill_table(bill, tariff))
    out.print("\n[dim]Assumed:[/dim]")
    for sentence in (*asked.assumptions, tariff.note, tariff.assumed.note):
        out.print(f"- {sentence}", style="dim", markup=False, soft_wrap=True)


def _heat_map(table: Mapping[HourOfWeek, float], hours: Sequence[int], capacity: float) -> Table:
    """A row for each day, a column for each hour. What is over the capacity has a mark as well as a colour."""
    shown = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("")
    for hour in hours:
        shown.add_column(f"{hour}", justify="right", header_style="dim", no_wrap=True, min_width=4)
    for weekday, day in enumerate(WEEKDAYS):
        shown.add_row(Text(day, "bold"), *(_cell(table.get((weekday, hour), 0), capacity) for hour in hours))
    return shown


def _cell(calls: float, capacity: float) -> Text:
    if not calls:
        return Text("·", "dim")
    number = f"{calls:.1f}" if calls < TENTHS_BELOW else f"{calls:.0f}"
    if calls > capacity:
        return Text(f"{number}!", "bold white on red")
    return Text(number, "black on yellow" if calls > capacity * BUSY else "black on green")


def _show_overloads(answer: Forecast, settings: Settings) -> None:
    out.print(f"One person can make {answer.capacity:g} calls an hour.", style="bold")
    if not answer.overloads:
        out.print("No hour of the week has more than that on average.", style="green")
    for one in answer.overloads[:MOST_OVERLOADS]:
        weekday, hour = one.hour
        when = f"{WEEKDAYS[weekday]} {hour:02}:00"
        out.print(f"{when}  {_name(one.person, settings)}: {one.calls:,.1f} calls", style="red", markup=False)
    if len(answer.overloads) > MOST_OVERLOADS:
        out.print(f"and {len(answer.overloads) - MOST_OVERLOADS} hours of the week more", style="red")
    if answer.hours_over is not None:
        out.print(f"In {answer.hours_over:,} single hours of the period somebody has more than that.")


def _days_table(answer: Forecast) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("a day", "median", "peak"):
        shown.add_column(heading, header_style="dim", justify="left" if heading == "a day" else "right")
    for kind, name in _KINDS.items():
        daily = answer.daily[kind]
        shown.add_row(name, f"{daily.median:,.0f}", f"{daily.peak:,.0f}")
    return shown


def _bill_table(bill: Mapping[Service, float], tariff: Tariff) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column("AWS, 30 days", header_style="dim")
    shown.add_column(f"{tariff.currency}, {tariff.region}, {tariff.as_of}", header_style="dim", justify="right")
    for service, charge in bill.items():
        shown.add_row(service, f"{charge:,.2f}")
    shown.add_row(Text("in all", "bold"), Text(f"{sum(bill.values()):,.2f}", "bold"))
    return shown


def _name(person: str, settings: Settings) -> str:
    known = settings.team.person(person)
    return known.name if known else person


# -- for machines --------------------------------------------------------------------------------------------


def forecast_json(asked: Asked, answer: Forecast, bill: Mapping[Service, float], tariff: Tariff) -> dict[str, Any]:
    """The same as data. Hours of the week are the business's: `{"day": "Mon", "hour": 9, "calls": 4.5}`."""
    return {
        "cadence": asked.cadence,
        "from": asked.first.isoformat(),
        "days": asked.days,
        "leads": asked.leads,
        "followed": asked.followed,
        "seed": asked.seed,
        "arrivals": asked.arrivals,
        "answers": list(asked.rates),
        "minutes_per_call": asked.minutes_per_call,
        "reached": round(answer.totals.reached, 1),
        "touches": {channel: round(count, 1) for channel, count in answer.totals.made.items()},
        "calls": {
            person: [_hour_json(hour, calls) for hour, calls in table.items()] for person, table in answer.calls.items()
        },
        "capacity": answer.capacity,
        "over_capacity": [_overload_json(one) for one in answer.overloads],
        "single_hours_over_capacity": answer.hours_over,
        "a_day": {
            kind: {"median": round(daily.median, 1), "peak": round(daily.peak, 1)}
            for kind, daily in answer.daily.items()
        },
        "bill": {
            "currency": tariff.currency,
            "region": tariff.region,
            "as_of": tariff.as_of.isoformat(),
            "thirty_days": {service: round(charge, 2) for service, charge in bill.items()},
        },
        "assumed": [*asked.assumptions, tariff.note, tariff.assumed.note],
    }


def _hour_json(hour: HourOfWeek, calls: float) -> dict[str, Any]:
    return {"day": WEEKDAYS[hour[0]], "hour": hour[1], "calls": round(calls, 2)}


def _overload_json(one: Overload) -> dict[str, Any]:
    return {"rep": one.person, **_hour_json(one.hour, one.calls)}
