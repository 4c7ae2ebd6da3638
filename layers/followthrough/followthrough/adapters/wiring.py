"""Puts the adapters together from the environment, once per container."""

import os
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.files import CadenceFiles, read_settings
from followthrough.adapters.messages import messages_of, render_nudge_email
from followthrough.adapters.ses import SesMailer
from followthrough.adapters.sns import SnsTexter
from followthrough.adapters.step_functions import StepFunctionsMachine
from followthrough.domain.instants import round_up
from followthrough.use_cases.ports import Services

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

_RETRIED = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=5)
"""For DynamoDB and Step Functions, whose writes are conditional. What sends messages has settings of its own."""


def utc_now() -> datetime:
    """The present moment, up to the next whole second."""
    return round_up(datetime.now(UTC))


@cache
def services() -> Services:
    """The services of this container."""
    settings = read_settings(Path(os.environ["CONFIG_DIR"]))
    store = DynamoDBStore(_dynamodb(), os.environ["TABLE_NAME"], utc_now)
    return Services(
        store=store,
        machine=StepFunctionsMachine(_step_functions(), os.environ.get("MACHINE_ARN", "")),
        mailer=SesMailer(settings.business, os.environ.get("EMAIL_CONFIGURATION_SET", ""), utc_now),
        texter=SnsTexter(),
        cadences=CadenceFiles(Path(os.environ["CADENCES_DIR"]), store),
        messages_of=messages_of,
        lay_out_nudge=render_nudge_email,
        settings=settings,
        public_url=os.environ.get("PUBLIC_URL", ""),
        clock=utc_now,
        new_id=lambda: secrets.token_hex(10),
        new_token=lambda: secrets.token_urlsafe(16),
    )


def _dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=_RETRIED)


def _step_functions() -> "SFNClient":
    return boto3.client("stepfunctions", config=_RETRIED)
