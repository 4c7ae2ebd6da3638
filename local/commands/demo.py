"""`followthrough demo`: a real lead followed up by the shipped stack, in virtual time."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from followthrough.adapters.files import read_settings
from followthrough.domain.errors import FollowthroughError
from local.commands import arguments
from local.commands.console import USED_WRONG, err, fail, print_json
from local.posted_lead import read_posted_lead
from local.project import CONFIG
from local.scripts import Script, read_script


def demo(
    event: Annotated[
        Path | None,
        typer.Argument(help="An API Gateway event, or the JSON that a form posts. Default: the sample lead."),
    ] = None,
    cadence: Annotated[
        str | None, typer.Option(help="A cadence's name or folder. Default: the one for new leads.")
    ] = None,
    arrives: Annotated[
        str | None, typer.Option(help="When the lead arrives, ISO 8601. Default: when the event says.")
    ] = None,
    until: Annotated[str, typer.Option(help="How long to follow up, from the arrival.")] = "30d",
    script: Annotated[
        Path | None,
        typer.Option(
            help="What people do meanwhile: a JSON list, each with 'after' or 'at', and 'do': text_from_rep, press, "
            "report, text_from_lead, email_reply, post_again, unsubscribe or crash. README.md tells their fields, "
            "events/scripts/ has examples."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Deploy template.yaml into the local stack, post a lead, and follow it up in virtual time."""
    # Here and not above: the local stack takes over a second to import, which no other command should pay for.
    from local.commands.demo_report import demo_json, show_demo  # noqa: PLC0415
    from local.demo import Demo, DemoRun  # noqa: PLC0415

    span = arguments.period(until)
    folder = arguments.cadence_folder(cadence) if cadence else None
    try:
        business = read_settings(CONFIG).business
        if folder:
            arguments.cadence_version(str(folder))
        posted = read_posted_lead(event, arguments.moment(arrives, business), {})
        acts = read_script(script) if script else Script(())
    except FollowthroughError as error:
        fail(str(error))
    with _progress(quiet=json) as progress:
        progress.add_task("deploying template.yaml, then following up …", total=None)
        run = Demo(posted, span, acts, folder).run()
    if isinstance(run, DemoRun):
        print_json(demo_json(run)) if json else show_demo(run)
    else:
        fail(run.words, USED_WRONG)


def _progress(*, quiet: bool) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True, disable=quiet)
