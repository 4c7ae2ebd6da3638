"""What AWS would charge for a forecast, from the prices and the work per touch in `aws_prices.json`."""

from datetime import date
from typing import Literal

from followthrough.adapters.files import read_model
from followthrough.domain.forecast import Totals
from followthrough.domain.model import Model
from local.project import ROOT

PRICES = ROOT / "local" / "aws_prices.json"
DAYS_A_MONTH = 30
MINUTES_A_DAY = 24 * 60

Kind = Literal["lead", "email", "text", "call", "task", "watch"]
Service = Literal["Step Functions", "Lambda", "DynamoDB", "SES", "SNS"]


class Price(Model):
    """The price of one unit, and the page that says so."""

    price: float
    source: str


class Prices(Model):
    """Of one unit each."""

    state_transition: Price
    lambda_request: Price
    lambda_gb_second: Price
    write_unit: Price
    read_unit: Price
    email: Price
    text_part: Price


class Effort(Model):
    """What one lead, touch or round of the watchdog takes, in calls to AWS."""

    transitions: float
    invocations: float
    transactions: float
    writes: float
    reads: float


class Work(Model):
    """The effort of each kind."""

    note: str
    lead: Effort
    email: Effort
    text: Effort
    call: Effort
    task: Effort
    watch: Effort


class Assumed(Model):
    """What nothing has measured."""

    note: str
    seconds_per_invocation: float
    units_per_transaction: float
    units_per_write: float
    units_per_read: float
    parts_per_nudge: float
    parts_per_text: float


class Tariff(Model):
    """`aws_prices.json`."""

    as_of: date
    region: str
    currency: str
    note: str
    prices: Prices
    work: Work
    assumed: Assumed


def read_tariff() -> Tariff:
    """The prices that come with the project."""
    return read_model(PRICES, Tariff)


def monthly_bill(totals: Totals, days: int, tariff: Tariff) -> dict[Service, float]:
    """The charge of each service for 30 days, in the tariff's currency. Every nudge is taken to be a text of its own,
    though calls due within an hour share one.
    """
    price, assumed = tariff.prices, tariff.assumed
    work = _all_work(totals, days, tariff.work)
    emails = totals.made.get("email", 0) + totals.nudged_by_email
    parts = (
        totals.made.get("text", 0) * assumed.parts_per_text + totals.nudged_by_text * assumed.parts_per_nudge
    )  # of up to 160 characters
    written = work.transactions * assumed.units_per_transaction + work.writes * assumed.units_per_write
    running = price.lambda_request.price + assumed.seconds_per_invocation * price.lambda_gb_second.price
    charges: dict[Service, float] = {
        "Step Functions": work.transitions * price.state_transition.price,
        "Lambda": work.invocations * running,
        "DynamoDB": written * price.write_unit.price + work.reads * assumed.units_per_read * price.read_unit.price,
        "SES": emails * price.email.price,
        "SNS": parts * price.text_part.price,
    }
    return {service: charge * DAYS_A_MONTH / days for service, charge in charges.items()}


def _all_work(totals: Totals, days: int, work: Work) -> Effort:
    counts: list[tuple[Effort, float]] = [
        (work.lead, totals.leads),
        (work.watch, days * MINUTES_A_DAY),
        (work.email, totals.made.get("email", 0)),
        (work.text, totals.made.get("text", 0)),
        (work.call, totals.made.get("call", 0)),
        (work.task, totals.made.get("task", 0)),
    ]
    return Effort(
        transitions=sum(effort.transitions * count for effort, count in counts),
        invocations=sum(effort.invocations * count for effort, count in counts),
        transactions=sum(effort.transactions * count for effort, count in counts),
        writes=sum(effort.writes * count for effort, count in counts),
        reads=sum(effort.reads * count for effort, count in counts),
    )
