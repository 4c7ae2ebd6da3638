"""`followthrough export`: one person's data from a deployed stack, as JSON."""

import json
from pathlib import Path
from typing import Annotated

import typer

from followthrough.use_cases.exporting import export_person
from local.commands.console import USED_WRONG, err, fail, print_json
from local.commands.deployed import Email, LeadId, Phone, Region, StackName, target, with_errors_told

_ONLY_FOR_THE_OWNER = 0o600


def export(
    email: Email = None,
    phone: Phone = None,
    lead: LeadId = None,
    stack: StackName = None,
    region: Region = None,
    to: Annotated[Path | None, typer.Option("--out", help="A new file. Default: standard output.")] = None,
) -> None:
    """Give everything that is kept about one person, as JSON."""
    if to and to.exists():
        fail(f"{to} is there already: give another --out", USED_WRONG)
    meant = target(email, phone, lead, stack, region)
    told = with_errors_told(lambda: export_person(meant.services, meant.who))
    if to is None:
        print_json(told)
        return
    try:
        to.touch(_ONLY_FOR_THE_OWNER, exist_ok=False)
        to.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        fail(f"{to} can't be written: {error.strerror}", USED_WRONG)
    err.print(f"Written to {to}.", markup=False, soft_wrap=True)
