"""`followthrough schema`: the JSON Schemas that editors complete and check against."""

from typing import Annotated

import typer

from local.commands.console import FOUND_WRONG, fail, out
from local.schemas import outdated, write_schemas


def schema(
    check: Annotated[bool, typer.Option("--check", help="Only say which are out of date.")] = False,
) -> None:
    """Write the JSON Schemas of cadences and configuration."""
    stale = outdated()
    if check and stale:
        fail("out of date, run followthrough schema: " + ", ".join(map(str, stale)), FOUND_WRONG)
    if not check:
        write_schemas()
    out.print("up to date" if not stale else f"{len(stale)} written")
