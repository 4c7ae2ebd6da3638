"""Printing for people and for machines. Colour goes when the output is not a terminal or NO_COLOR is set."""

import json
import sys
from typing import Any, NoReturn

import typer
from rich.console import Console

GOOD, FOUND_WRONG, USED_WRONG = 0, 1, 2

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def print_json(answer: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def fail(message: str, code: int = FOUND_WRONG) -> NoReturn:
    """Say what is wrong on standard error and stop."""
    err.print(message, style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)
