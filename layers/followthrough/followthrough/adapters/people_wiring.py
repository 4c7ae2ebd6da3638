"""The services of what shows and erases a person's data."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from followthrough.adapters.dynamodb_people import DynamoDBPeople
from followthrough.adapters.files import read_settings
from followthrough.adapters.wiring import utc_now
from followthrough.domain.business import Settings
from followthrough.use_cases.people import PeopleServices

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def people_services_on(
    table: str, settings: Settings, clock: Callable[[], datetime], client: "DynamoDBClient | None" = None
) -> PeopleServices:
    """The services on a table."""
    kept = timedelta(days=settings.business.keep_consent_days)
    people = DynamoDBPeople(table, clock, client, consents_kept=kept)
    return PeopleServices(store=people, people=people, settings=settings, clock=clock)


@cache
def people_services() -> PeopleServices:
    """The services of this container."""
    return people_services_on(os.environ["TABLE_NAME"], read_settings(Path(os.environ["CONFIG_DIR"])), utc_now)
