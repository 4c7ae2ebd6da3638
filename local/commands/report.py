"""`followthrough report`: say what came of a call, to the server that `followthrough serve` runs."""

import json as json_
from http.client import HTTPException
from typing import Annotated, Any, get_args
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import typer

from followthrough.domain.cadence import TaskOutcome
from followthrough.domain.leads import CallOutcome
from local.commands.console import FOUND_WRONG, USED_WRONG, fail, out, print_json

OUTCOMES = (*get_args(CallOutcome), *get_args(TaskOutcome))
_SECONDS = 60
_RESULTS = {
    "recorded": "Recorded",
    "already_reported": "That was reported before: nothing has changed",
    "already_closed": "The lead was closed already: nothing has changed",
}


def report(
    lead: Annotated[str, typer.Argument(help="A lead's id, or latest.")],
    outcome: Annotated[str, typer.Argument(help=f"One of {', '.join(OUTCOMES)}.")],
    at: Annotated[
        str | None,
        typer.Option(
            help="When the appointment is, or when to call back, ISO 8601; without an offset, the business's time."
        ),
    ] = None,
    touch: Annotated[
        str | None, typer.Option(help="Which call, such as first-call.1. Default: the one being asked for.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What is worth knowing next time.")] = None,
    next_step: Annotated[
        str | None, typer.Option(help="What was agreed or left open; messages may say it to the lead.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where followthrough serve runs.")] = 8000,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Report what came of a call, or of an appointment."""
    if outcome not in OUTCOMES:
        raise typer.BadParameter(f"'{outcome}' is not an outcome: choose one of {', '.join(OUTCOMES)}")
    agreed = "appointment_at" if outcome == "booked" else "callback_at"
    given = {"lead_id": lead, "outcome": outcome, agreed: at, "touch_id": touch}
    given |= {"note": note, "next_step": next_step}
    answer = _posted(port, {name: value for name, value in given.items() if value is not None})
    if "error" in answer:
        fail(str(answer["error"]), FOUND_WRONG)
    if json:
        print_json(answer)
    else:
        result = _RESULTS.get(answer["result"], answer["result"])
        out.print(f"{result}. The lead is {answer['status'].replace('_', ' ')}.", markup=False)


def _posted(port: int, said: dict[str, Any]) -> dict[str, Any]:
    """What the server answers, good or bad."""
    request = Request(
        f"http://127.0.0.1:{port}/local/report",
        json_.dumps(said).encode(),
        {"content-type": "application/json"},
    )
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as response:
            answer = json_.load(response)
    except HTTPError as refused:
        answer = _read(refused.read())
    except (URLError, OSError):
        fail(f"no server answers on port {port}: run make serve first, or give its --port", USED_WRONG)
    except (HTTPException, ValueError):
        answer = None
    if not isinstance(answer, dict) or not answer.keys() & {"result", "error"}:
        fail(f"what answers on port {port} is not followthrough serve: give the right --port", USED_WRONG)
    return answer


def _read(body: bytes) -> Any:
    try:
        return json_.loads(body)
    except ValueError:
        return None
