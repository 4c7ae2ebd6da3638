"""`followthrough preview`: what a cadence will do, without running anything."""

from pathlib import Path
from typing import Annotated, cast, get_args
from zoneinfo import ZoneInfo

import typer

from followthrough.adapters.files import read_settings
from followthrough.adapters.form_body import read_fields
from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.cadence_values import PartnerAnswer, StartedBy
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.intake import RefusedFields
from followthrough.domain.leads import CallOutcome, Lead
from followthrough.domain.planning import Planner
from followthrough.domain.preview import Assumed, Preview
from followthrough.domain.preview import preview as worked_out
from local.calendar_files import as_html, as_svg
from local.calendar_picture import calendar_of
from local.commands import arguments
from local.commands.console import USED_WRONG, fail, out, print_json
from local.commands.public_json import follow_up_json
from local.commands.timeline import timeline_table
from local.posted_lead import read_posted_lead, with_partners_for
from local.project import CONFIG

ASSUMED = (
    "silent",
    *(outcome for outcome in get_args(CallOutcome) if outcome != "cannot_take"),
    *get_args(TaskOutcome),
    *get_args(PartnerAnswer),
)

BEGINNINGS = get_args(StartedBy)


def preview(
    cadence: Annotated[str, typer.Argument(help="A cadence's name, or a folder with a cadence.json.")],
    arrives: Annotated[
        str | None,
        typer.Option(help="When the lead arrives, ISO 8601. Default: when the sample lead does."),
    ] = None,
    zone: Annotated[str | None, typer.Option(help="The lead's time zone, such as America/Denver.")] = None,
    audience: Annotated[str | None, typer.Option(help="consumer, company or enterprise.")] = None,
    value: Annotated[str | None, typer.Option(help="normal or high.")] = None,
    lead: Annotated[
        Path | None, typer.Option(help="A lead: the JSON that a form posts, or an API Gateway event.")
    ] = None,
    assume: Annotated[str, typer.Option(help=f"What every call or task brings: {', '.join(ASSUMED)}.")] = "no_answer",
    appointment: Annotated[
        str | None,
        typer.Option(help="Their appointment, ISO 8601, for cadences that count from one. Default: next day, 15:00."),
    ] = None,
    started_by: Annotated[
        str | None,
        typer.Option(
            help=f"What begins it: {', '.join(BEGINNINGS)}. Default: what its steps ask for, else an arrival."
        ),
    ] = None,
    until: Annotated[str, typer.Option(help="How far to look ahead, from the arrival.")] = "30d",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write a page with a picture of the calendar.")] = None,
    svg: Annotated[Path | None, typer.Option(help="Write an image of the calendar, as for a pull request.")] = None,
) -> None:
    """Show the calendar that a cadence makes for a lead. No AWS, nothing is run."""
    if assume not in ASSUMED:
        raise typer.BadParameter(f"'{assume}' is not an outcome: choose one of {', '.join(ASSUMED)}")
    if started_by not in (None, *BEGINNINGS):
        raise typer.BadParameter(f"'{started_by}' begins no cadence: choose one of {', '.join(BEGINNINGS)}")
    span = arguments.period(until)
    given = {"zone": zone, "audience": audience, "value": value}
    try:
        settings = read_settings(CONFIG)
        version = arguments.cadence_version(cadence)
        posted = read_posted_lead(
            lead,
            arguments.moment(arrives, settings.business),
            {field: text for field, text in given.items() if text},
        )
        if version.cadence.to == "partner":
            settings = with_partners_for(read_fields(posted.event), settings)
        agreed = arguments.moment(appointment, settings.business)
        somebody = posted.lead(version, settings, agreed, cast("StartedBy | None", started_by))
    except RefusedFields as refused:
        fail("\n".join(f"{field} {reason}" for field, reason in refused.fields.items()), USED_WRONG)
    except FollowthroughError as error:
        fail(str(error))
    planner = Planner.for_lead(somebody, version, settings)
    answer = worked_out(
        somebody, planner, settings, _assumed(assume), posted.arrives + span, version_of=arguments.shipped_version
    )
    calendar = calendar_of(version.cadence.name, somebody, answer, settings, assume, until)
    written = [_write(file, how(calendar)) for file, how in ((html, as_html), (svg, as_svg)) if file]
    if json:
        print_json(follow_up_json(version, somebody, answer.touches, answer.status, answer.ended_at))
    elif written:
        for file in written:
            out.print(f"Wrote {file}", markup=False, soft_wrap=True)
    else:
        _show(f"{version.cadence.name} · version {version.version}", somebody, answer, assume, until)


def _assumed(text: str) -> Assumed:
    return text  # type: ignore[return-value]  # checked against ASSUMED before


def _write(file: Path, picture: str) -> Path:
    try:
        file.write_text(picture, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{file}: can't be written: {error.strerror}")
    return file


def _show(title: str, lead: Lead, answer: Preview, assume: str, until: str) -> None:
    zone = ZoneInfo(lead.place.zones[0])
    local = lead.arrived_at.astimezone(zone)
    out.print(f"[bold]{title}[/bold]")
    out.print(
        f"arrives {local:%a} {local.day} {local:%b %Y, %H:%M} {zone.key}; every call: {assume.replace('_', ' ')}\n"
    )
    out.print(timeline_table(answer.touches, zone, answer.cadences))
    if answer.ended_at:
        out.print(f"\nEnds {answer.ended_at.astimezone(zone):%a %d %b, %H:%M}: {answer.status.replace('_', ' ')}.")
    else:
        out.print(f"\nGoes on after {until}.")
