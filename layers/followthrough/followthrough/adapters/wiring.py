"""Puts the adapters together from the environment, once per container."""

import os
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.files import CadenceFiles, read_settings
from followthrough.adapters.step_functions import StepFunctionsMachine
from followthrough.domain.instants import round_up
from followthrough.use_cases.ports import Services


def utc_now() -> datetime:
    """The present moment, up to the next whole second."""
    return round_up(datetime.now(UTC))


@cache
def services() -> Services:
    """The services of this container."""
    store = DynamoDBStore(os.environ["TABLE_NAME"], utc_now)
    return Services(
        store=store,
        team=DynamoDBTeamBook(os.environ["TABLE_NAME"], utc_now, store.client),
        machine=StepFunctionsMachine(os.environ.get("MACHINE_ARN", "")),
        cadences=CadenceFiles(Path(os.environ.get("CADENCES_DIR", "")), store),
        settings=read_settings(Path(os.environ["CONFIG_DIR"])),
        clock=utc_now,
        new_id=lambda: secrets.token_hex(10),
        new_token=lambda: secrets.token_urlsafe(16),
    )
