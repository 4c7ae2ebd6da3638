"""`followthrough pause` and `followthrough resume`: a lead, a cadence, or everything."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import boto3
import typer
from rich.progress import track

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.files import read_settings
from followthrough.adapters.wiring import utc_now
from followthrough.domain.errors import NotFound
from followthrough.domain.instants import format_instant, round_up
from followthrough.domain.pauses import Pause
from followthrough.use_cases.pausing import pause_all, pause_lead, resume_all, resume_lead
from followthrough.use_cases.people import find_person
from local.commands import arguments
from local.commands.console import FOUND_WRONG, err, fail, out, print_json
from local.commands.deployed import Email, LeadId, Phone, Region, StackName, table_of, target, with_errors_told
from local.project import CONFIG

Progress = Callable[[Iterable[str]], Iterable[str]]
Everything = Annotated[bool, typer.Option("--everything", help="All leads, new ones too.")]
CadenceName = Annotated[str | None, typer.Option(help="All leads that are followed up by this cadence.")]


@dataclass(frozen=True)
class _Meant:
    """What is to be paused or resumed: one lead, a cadence, or neither for everything."""

    email: str | None
    phone: str | None
    lead: str | None
    cadence: str | None
    stack: str | None
    region: str | None

    @property
    def is_one_lead(self) -> bool:
        return any((self.email, self.phone, self.lead))

    @property
    def in_words(self) -> str:
        return "The lead" if self.is_one_lead else self.cadence or "Everything"

    def one_lead(self) -> tuple[DynamoDBStore, str]:
        """The store, and the id of the lead. Raises NotFound or SeveralPeople."""
        meant = target(self.email, self.phone, self.lead, self.stack, self.region)
        found = find_person(meant.services, meant.who).lead
        if found is None:
            raise NotFound("only a stop is kept")
        return self.store(), found.id

    def store(self) -> DynamoDBStore:
        return DynamoDBStore(table_of(self.stack, self.region), utc_now, boto3.client("dynamodb", self.region))

    def team(self) -> DynamoDBTeamBook:
        return DynamoDBTeamBook(table_of(self.stack, self.region), utc_now, boto3.client("dynamodb", self.region))


def pause(
    everything: Everything = False,
    cadence: CadenceName = None,
    email: Email = None,
    phone: Phone = None,
    lead: LeadId = None,
    until: Annotated[
        str | None, typer.Option(help="Until when, ISO 8601, on the business's clock. Default: until you resume.")
    ] = None,
    because: Annotated[str, typer.Option(help="Why, for whoever looks at it later.")] = "",
    stack: StackName = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Let nothing go out, to leads or to reps, until it is resumed. Leads go on being stored, and answers recorded."""
    meant = _meant(everything, cadence, email, phone, lead, stack, region)
    now = round_up(utc_now())
    end = arguments.moment(until, read_settings(CONFIG).business)
    if end and end <= now:
        raise typer.BadParameter("--until must lie in the future")
    with_errors_told(lambda: _pause(meant, Pause(since=now, until=end, because=because)))
    if json:
        print_json({"paused": meant.in_words, "until": format_instant(end) if end else None})
    else:
        out.print(f"{meant.in_words}: paused, {f'until {format_instant(end)}' if end else 'until you resume'}.")


def _pause(meant: _Meant, begun: Pause) -> None:
    if not meant.is_one_lead:
        pause_all(meant.team(), meant.cadence, begun)
        return
    store, lead_id = meant.one_lead()
    if not pause_lead(store, lead_id, begun):
        fail("they are not followed up any more: there is nothing to pause", FOUND_WRONG)


def resume(
    everything: Everything = False,
    cadence: CadenceName = None,
    email: Email = None,
    phone: Phone = None,
    lead: LeadId = None,
    stack: StackName = None,
    region: Region = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Go on. What was missed is left out, with its reason; of what was due last one touch is made up at most."""
    meant = _meant(everything, cadence, email, phone, lead, stack, region)

    def progress(ids: Iterable[str]) -> Iterable[str]:
        return track(list(ids), "Looking for who was left alone …", console=err, transient=True, disable=json)

    now = round_up(utc_now())
    went_on = with_errors_told(lambda: _resume(meant, now, progress))
    if json:
        print_json({"resumed": meant.in_words, "leads": went_on})
        return
    out.print(f"{meant.in_words}: resumed. What is due goes out within a few minutes.")
    if not meant.is_one_lead:
        out.print(f"{went_on:,} leads had been left alone and go on.")


def _resume(meant: _Meant, now: datetime, progress: Progress) -> int:
    if not meant.is_one_lead:
        return resume_all(meant.store(), meant.team(), meant.cadence, now, progress)
    store, lead_id = meant.one_lead()
    if not resume_lead(store, lead_id, now):
        fail("they are not paused by themselves: perhaps their cadence is, or everything", FOUND_WRONG)
    return 1


def _meant(
    everything: bool,
    cadence: str | None,
    email: str | None,
    phone: str | None,
    lead: str | None,
    stack: str | None,
    region: str | None,
) -> _Meant:
    if everything + sum(given is not None for given in (cadence, email, phone, lead)) != 1:
        raise typer.BadParameter("say what is meant, in one way: --everything, --cadence, --lead, --email or --phone")
    if cadence:
        arguments.cadence_folder(cadence)
    return _Meant(email, phone, lead, cadence, stack, region)
