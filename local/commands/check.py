"""`followthrough check`: everything that is wrong in cadences, messages and configuration, at once."""

from pathlib import Path
from typing import Annotated

import typer

from followthrough.domain.findings import Finding
from local.checking import check_everything, check_path
from local.commands.console import FOUND_WRONG, out, print_json


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Cadence folders or files of config/. Default: everything.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check cadences, messages and configuration."""
    missing = [path for path in paths or () if not path.exists()]
    if missing:
        raise typer.BadParameter(f"there is no {missing[0]}")
    findings = [finding for path in paths for finding in check_path(path)] if paths else check_everything()
    wrong = [each for each in findings if not each.is_warning]
    if json:
        print_json({"findings": _listed(wrong), "warnings": _listed([each for each in findings if each.is_warning])})
    else:
        for finding in findings:
            out.print(str(finding), markup=False, soft_wrap=True)
        out.print(f"{len(wrong)} found wrong." if wrong else "All good.", style="red" if wrong else "green")
    if wrong:
        raise typer.Exit(FOUND_WRONG)


def _listed(findings: list[Finding]) -> list[dict[str, str]]:
    return [{"file": each.file, "where": each.where, "what": each.what} for each in findings]
