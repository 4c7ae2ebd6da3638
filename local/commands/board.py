"""`followthrough partners` and `followthrough board-link`: what the manager sees of a deployed stack."""

import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import boto3
import typer

from followthrough.adapters.dynamodb_board import DynamoDBBoardBook
from followthrough.adapters.dynamodb_partners import DynamoDBPartnerBook
from followthrough.adapters.files import read_settings
from followthrough.adapters.wiring import utc_now
from followthrough.domain.board import PartnerRow, PartnersLead
from followthrough.domain.instants import format_instant
from followthrough.domain.times_in_brief import moment_in_brief, span_in_brief
from followthrough.use_cases.board import LINK_KEPT, partner_rows
from local.commands.console import out, print_json
from local.commands.deployed import Region, StackName, outputs_of, with_errors_told
from local.project import CONFIG

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def partners(stack: StackName = None, region: Region = None, json: Json = False) -> None:
    """Show each partner: its open lead, who waits, and what came of earlier leads."""
    table, settings = outputs_of(stack, region)["TableName"], read_settings(CONFIG)
    client = boto3.client("dynamodb", region_name=region)
    books = DynamoDBPartnerBook(table, utc_now, client), DynamoDBBoardBook(table, utc_now, client)
    now = utc_now()
    rows = with_errors_told(lambda: partner_rows(settings, *books, now))
    if json:
        print_json({"partners": [as_json(row) for row in rows]})
        return
    if not rows:
        out.print("There are no partners in config/partners.json.")
    for row in rows:
        out.print("\n".join(in_words(row, settings.zone, now)), markup=False, soft_wrap=True)


def as_json(row: PartnerRow) -> dict[str, Any]:
    """One partner. Leads are named by their ids alone: what is printed ends in files."""
    mean = row.mean_response
    return {
        "id": row.id,
        "name": row.name,
        "paused": row.paused,
        "paused_at": _instant(row.paused_at),
        "open_leads": [_lead_json(lead) for lead in row.open_leads],
        "waiting": row.waiting,
        "oldest_waiting_since": _instant(row.oldest_at),
        "given": row.figures.given,
        "came_of": dict(row.figures.came_of),
        "mean_response_seconds": mean and int(mean.total_seconds()),
        "pullbacks": row.figures.pullbacks,
    }


def _lead_json(lead: PartnersLead) -> dict[str, Any]:
    return {
        "lead_id": lead.lead_id,
        "since": format_instant(lead.since),
        "open_seconds": int(lead.open_for.total_seconds()),
        "heard_at": _instant(lead.heard_at),
        "last_answer": lead.last_answer,
        "in_vain": lead.in_vain,
        "deadline_at": _instant(lead.deadline_at),
    }


def _instant(moment: datetime | None) -> str | None:
    return format_instant(moment) if moment else None


def in_words(row: PartnerRow, zone: ZoneInfo, now: datetime) -> list[str]:
    """One partner, a line for each fact."""
    told = [f"{row.name} ({row.id})" + (f": paused ({row.paused})" if row.paused else "")]
    for lead in row.open_leads:
        heard = f"heard of {moment_in_brief(lead.heard_at, zone, now)}" if lead.heard_at else "no word yet"
        told.append(f"  has lead {lead.lead_id} for {span_in_brief(lead.open_for)} of its open time, {heard}")
    oldest = f", the oldest since {moment_in_brief(row.oldest_at, zone, now)}" if row.oldest_at else ""
    told.append(f"  {row.waiting} waiting{oldest}")
    if row.over:
        mean = row.mean_response
        answers = f", answers after {span_in_brief(mean)} of its open time" if mean is not None else ""
        told.append(f"  {row.scheduled} of {row.over} scheduled{answers}, {row.figures.pullbacks} pullbacks")
    return told


def board_link(
    stack: StackName = None,
    region: Region = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="How long it works.")] = LINK_KEPT.days,
    json: Json = False,
) -> None:
    """Make a link to the manager's board. Whoever has it sees leads' names, and can decide: keep it to yourself."""
    outputs = outputs_of(stack, region)
    token, expires_at = secrets.token_urlsafe(16), utc_now() + timedelta(days=days)
    book = DynamoDBBoardBook(outputs["TableName"], utc_now, boto3.client("dynamodb", region_name=region))
    with_errors_told(lambda: book.new_board_link(token, expires_at))
    url = f"{outputs['PublicUrl']}/board/{token}"
    if json:
        print_json({"url": url, "expires_at": format_instant(expires_at)})
        return
    out.print(url, markup=False, soft_wrap=True)
    out.print(f"It works until {expires_at:%B} {expires_at.day}, {expires_at.year}. Keep it to yourself.", markup=False)
