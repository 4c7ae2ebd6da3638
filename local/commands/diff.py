"""`followthrough diff`: what an edit of a cadence does, before it is live."""

from typing import Annotated

import boto3
import typer
from rich.progress import Progress

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.files import read_settings
from followthrough.adapters.wiring import utc_now
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.in_flight import Move
from followthrough.domain.intake import RefusedFields
from followthrough.domain.preview import Assumed
from local.commands import arguments
from local.commands.console import USED_WRONG, err, fail, print_json
from local.commands.deployed import Region, StackName, table_of, with_errors_told
from local.commands.diff_report import Compared, diff_json, show
from local.commands.preview import ASSUMED
from local.comparing import tried
from local.earlier_version import NotInGit, cadence_in_git, is_in_git
from local.leads_in_flight import InFlight, moved_in_flight
from local.project import CONFIG

_WHICH = "a cadence's name, a folder, or REV:PATH as in git, such as HEAD:cadences/speed-to-lead."


def diff(
    old: Annotated[str, typer.Argument(help=f"As it is: {_WHICH}")],
    new: Annotated[str, typer.Argument(help="As it will be, written in the same ways.")],
    assume: Annotated[str, typer.Option(help=f"What every call or task brings: {', '.join(ASSUMED)}.")] = "no_answer",
    until: Annotated[str, typer.Option(help="How far to look ahead, from the arrival, or from now.")] = "30d",
    words: Annotated[bool, typer.Option("--words", help="Show how the words of messages differ.")] = False,
    in_flight: Annotated[
        bool, typer.Option("--in-flight", help="Also for the leads who are pursuing it now, on a deployed stack.")
    ] = False,
    stack: StackName = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show which touches appear, move and vanish by an edit of a cadence. Nothing is run or written."""
    if assume not in ASSUMED:
        raise typer.BadParameter(f"'{assume}' is not an outcome: choose one of {', '.join(ASSUMED)}")
    span = arguments.period(until)
    before, after = _version(old), _version(new)
    name = after.cadence.name
    if in_flight and before.cadence.name != name:
        raise typer.BadParameter(f"--in-flight: '{before.cadence.name}' and '{name}' are two cadences, not one edited")
    assumed: Assumed = assume  # type: ignore[assignment]  # checked against ASSUMED
    try:
        settings = read_settings(CONFIG)
        leads = tried(before, after, settings, assumed, span, arguments.shipped_version)
        now = utc_now()
        move = Move(after, settings, assumed, now, now + span, arguments.shipped_version)
        moved = _in_flight(move, stack, region) if in_flight else None
    except RefusedFields as refused:
        fail("\n".join(f"{field} {reason}" for field, reason in refused.fields.items()))
    except FollowthroughError as error:
        fail(str(error))
    found = Compared(before, after, assumed, until, tuple(leads), moved)
    if json:
        print_json(diff_json(found))
    else:
        show(found, words=words)


def _version(text: str) -> CadenceVersion:
    """The version that is meant. Stops with a message if there is none, or if it has mistakes."""
    try:
        return cadence_in_git(text) if is_in_git(text) else arguments.cadence_version(text)
    except NotInGit as error:
        fail(str(error), USED_WRONG)
    except FollowthroughError as error:
        fail(str(error))


def _in_flight(move: Move, stack: str | None, region: str | None) -> InFlight:
    store = DynamoDBStore(table_of(stack, region), utc_now, boto3.client("dynamodb", region_name=region))
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("looking at leads in flight", total=None)

        def looked(number: int, total: int) -> None:
            progress.update(task, completed=number, total=total)

        return with_errors_told(lambda: moved_in_flight(store, move, looked))
