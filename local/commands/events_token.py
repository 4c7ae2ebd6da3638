"""`followthrough events-token`: let another system of the business report events to a deployed stack."""

import secrets
from datetime import timedelta
from typing import Annotated

import boto3
import typer

from followthrough.adapters.event_tokens import EventTokens
from followthrough.adapters.wiring import utc_now
from followthrough.domain.instants import format_instant
from local.commands.console import FOUND_WRONG, err, fail, out, print_json
from local.commands.deployed import Region, StackName, table_of, with_errors_told

LONGEST_DAYS = 3650
LONGEST_NAME = 60


def events_token(
    name: Annotated[str, typer.Option(help="Which system it is for, so that it can be revoked.")] = "events",
    days: Annotated[int, typer.Option(min=1, max=LONGEST_DAYS, help="For how long it is good.")] = 365,
    revoke: Annotated[bool, typer.Option("--revoke", help="End all tokens of that name instead.")] = False,
    stack: StackName = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Make a token for POST /events, shown once, or revoke those of a name."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise typer.BadParameter(f"give a --name of at most {LONGEST_NAME} characters")
    tokens = EventTokens(table_of(stack, region), utc_now, boto3.client("dynamodb", region_name=region))
    if revoke:
        _revoke(tokens, name.strip(), as_json=json)
    else:
        _make(tokens, name.strip(), days, as_json=json)


def _make(tokens: EventTokens, name: str, days: int, *, as_json: bool) -> None:
    token, expires_at = secrets.token_urlsafe(16), utc_now() + timedelta(days=days)
    with_errors_told(lambda: tokens.keep(token, name, expires_at))
    until = format_instant(expires_at)
    if as_json:
        print_json({"token": token, "name": name, "expires_at": until})
        return
    out.print(token, markup=False, highlight=False)
    err.print(f"Good until {until}, and shown only now. Send it as: Authorization: Bearer TOKEN", markup=False)


def _revoke(tokens: EventTokens, name: str, *, as_json: bool) -> None:
    ended = with_errors_told(lambda: tokens.revoke(name))
    if as_json:
        print_json({"revoked": ended, "name": name})
    if not ended:
        fail(f"there is no token called {name}", FOUND_WRONG)
    if not as_json:
        out.print(f"{ended} revoked." if ended > 1 else "Revoked.", style="green")
