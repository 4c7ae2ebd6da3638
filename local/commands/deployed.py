"""A deployed stack, for the commands that work on one: where its table is, and whose data is meant."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from followthrough.adapters.files import read_settings
from followthrough.adapters.people_wiring import people_services_on
from followthrough.adapters.wiring import utc_now
from followthrough.domain.business import Business
from followthrough.domain.errors import ChangedMeanwhile, NotFound
from followthrough.domain.intake import RefusedFields, read_profile
from followthrough.use_cases.people import PeopleServices, SeveralPeople, Who
from local.commands.console import FOUND_WRONG, USED_WRONG, fail
from local.project import CONFIG, ROOT

T = TypeVar("T")

Email = Annotated[str | None, typer.Option(help="Their e-mail address.")]
Phone = Annotated[str | None, typer.Option(help="Their phone number.")]
LeadId = Annotated[str | None, typer.Option("--lead", help="The id of their lead.")]
StackName = Annotated[str | None, typer.Option(help="The deployed stack. Default: the one in samconfig.toml.")]
Region = Annotated[str | None, typer.Option(help="AWS region. Default: that of your AWS configuration.")]


@dataclass(frozen=True)
class Target:
    """The services on a deployed stack's table, and what the person's data is found by."""

    services: PeopleServices
    who: Who


def target(email: str | None, phone: str | None, lead: str | None, stack: str | None, region: str | None) -> Target:
    """Whose data is meant, and where it is. Stops with a message when one of them can't be known."""
    settings = read_settings(CONFIG)
    who = _who(email, phone, lead, settings.business)
    table = table_of(stack, region)
    client = boto3.client("dynamodb", region_name=region)
    return Target(people_services_on(table, settings, utc_now, client), who)


def table_of(stack: str | None, region: str | None) -> str:
    """The name of a deployed stack's table. Stops with a message when it can't be known."""
    return outputs_of(stack, region)["TableName"]


def _who(email: str | None, phone: str | None, lead: str | None, business: Business) -> Who:
    if sum(given is not None for given in (email, phone, lead)) != 1:
        raise typer.BadParameter("say who is meant, in one way: --email, --phone or --lead")
    if lead is not None:
        return Who(lead)
    given = {"email": email} if email is not None else {"phone": phone or ""}
    try:
        profile = read_profile(given, business)
    except RefusedFields as refused:
        raise typer.BadParameter("; ".join(f"{field} {why}" for field, why in refused.fields.items())) from None
    return Who(email=profile.email, phone=profile.phone)


def _usual_stack() -> str:
    """The one that `make deploy` deploys; its first run asks for the name and keeps the answer there."""
    usual = tomllib.loads((ROOT / "samconfig.toml").read_text("utf-8"))["default"]
    asked = usual.get("deploy", {}).get("parameters", {}).get("stack_name")
    return str(asked or usual["global"]["parameters"]["stack_name"])


def outputs_of(stack: str | None, region: str | None) -> dict[str, str]:
    """The outputs of a deployed stack; of the one that `make deploy` deploys, unless another is named. Stops with a
    message when it can't be asked.
    """
    return with_errors_told(lambda: _outputs_of(stack or _usual_stack(), region))


def _outputs_of(stack: str, region: str | None) -> dict[str, str]:
    client = boto3.client("cloudformation", region_name=region)
    try:
        (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"]["Message"]:
            raise
        fail(f"there is no stack {stack} in {client.meta.region_name}: give its --stack or --region", USED_WRONG)
    outputs = {output.get("OutputKey", ""): output.get("OutputValue", "") for output in found.get("Outputs", [])}
    if "TableName" not in outputs:
        fail(f"the stack {stack} has no output TableName: it is not a Followthrough that is fully deployed", USED_WRONG)
    return outputs


def with_errors_told(work: Callable[[], T]) -> T:
    """What `work` gives. What goes wrong with AWS, or with finding the person, ends in a message for people."""
    try:
        return work()
    except NoCredentialsError:
        fail("there are no AWS credentials: sign in, or set AWS_PROFILE, as for any AWS command", USED_WRONG)
    except NoRegionError:
        fail("it isn't known in which AWS region: give --region, or set AWS_REGION", USED_WRONG)
    except SeveralPeople as several:
        ids = "\n".join(f"  --lead {lead_id}" for lead_id in several.lead_ids)
        fail(f"several leads have that number, so it can't tell who is meant: choose one\n{ids}", FOUND_WRONG)
    except NotFound:
        fail("nothing is kept about anybody whom that fits", FOUND_WRONG)
    except ChangedMeanwhile:
        fail("they are being written to or reported on just now: try again in a minute", FOUND_WRONG)
    except ClientError as error:
        # Not its message, which may repeat what it was given.
        code = error.response["Error"]["Code"]
        fail(f"AWS refused {error.operation_name}: {code}", FOUND_WRONG)
    except BotoCoreError as error:
        fail(f"AWS could not be asked: {type(error).__name__}", FOUND_WRONG)
