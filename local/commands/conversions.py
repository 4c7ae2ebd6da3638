"""`followthrough conversions`: which touch gets the answer, from what is on record of a deployed stack."""

from datetime import datetime
from typing import Annotated, Any

import boto3
import typer
from rich.table import Table

from followthrough.adapters.dynamodb_pursuits import all_pursuits
from followthrough.adapters.files import read_settings
from followthrough.domain.conversions import Conversions, Pursued, conversions
from local.commands import arguments
from local.commands.console import err, out, print_json
from local.commands.deployed import Region, StackName, table_of, with_errors_told
from local.project import CONFIG

LONGEST_BAR = 24


def show_conversions(
    cadence: Annotated[str | None, typer.Option(help="Only this cadence.")] = None,
    since: Annotated[str | None, typer.Option(help="Only what began from then on, ISO 8601.")] = None,
    stack: StackName = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show after how many touches leads answer, and which step and channel get the answers."""
    began = arguments.moment(since, read_settings(CONFIG).business)
    table = table_of(stack, region)
    with err.status("Looking through the table …") as status:

        def looked_at(entries: int) -> None:
            status.update(f"Looking through the table … {entries:,} entries")

        pursuits = with_errors_told(lambda: list(all_pursuits(table, _client(region), looked_at)))
    found = conversions(one for one in pursuits if _is_meant(one, cadence, began))
    if json:
        print_json({"cadences": [as_json(name, each) for name, each in found.items()]})
    elif not found:
        out.print("No lead was followed up like that.")
    else:
        for name, each in found.items():
            _show(name, each)


def _client(region: str | None) -> Any:
    return boto3.client("dynamodb", region_name=region)


def _is_meant(one: Pursued, cadence: str | None, began: datetime | None) -> bool:
    return cadence in (None, one.pursuit.cadence) and (began is None or one.pursuit.began_at >= began)


def as_json(name: str, found: Conversions) -> dict[str, Any]:
    """The same for machines."""
    return {
        "cadence": name,
        "pursuits": found.pursuits,
        "answered": found.answered,
        "said_no": found.no.total(),
        "going_on": found.going_on,
        "stopped": found.stopped,
        "silent": found.silent,
        "by_touches": [
            {"touches": touches, "yes": found.yes[touches], "no": found.no[touches]}
            for touches in sorted(found.yes | found.no)
        ],
        "answers_to": [
            {"step": step, "channel": channel, "answers": answers}
            for (step, channel), answers in found.credit.most_common()
        ],
    }


def _show(name: str, found: Conversions) -> None:
    share = f", {found.answered / found.pursuits:.0%}" if found.answered else ""
    out.print(f"[bold]{name}[/bold]  {found.pursuits:,} followed up, {found.answered:,} answered{share}")
    out.print(
        f"silent so far {found.going_on:,}, silent to the end {found.silent:,}, stopped us {found.stopped:,}\n",
    )
    if found.answered:
        out.print(_by_touches(found))
        out.print(_answers_to(found))


def _by_touches(found: Conversions) -> Table:
    table = Table("touches", "yes", "no", "", box=None, pad_edge=False)
    for column in table.columns[:3]:
        column.justify = "right"
    most = max((found.yes + found.no).values())
    for touches in sorted(found.yes | found.no):
        yes, no = found.yes[touches], found.no[touches]
        table.add_row(str(touches), f"{yes:,}", f"{no:,}", _bar(yes, no, most))
    return table


def _bar(yes: int, no: int, most: int) -> str:
    """Nos, which are good to know, are lighter."""
    length = round((yes + no) / most * LONGEST_BAR)
    full = round(yes / most * LONGEST_BAR)
    return "█" * full + "░" * (length - full)


def _answers_to(found: Conversions) -> Table:
    table = Table("answers", "to", box=None, pad_edge=False)
    table.columns[0].justify = "right"
    for (step, channel), answers in found.credit.most_common():
        table.add_row(f"{answers:,}", f"{step} ({channel})" if step else "nothing of ours: they came by themselves")
    return table
