"""Puts the adapters together from the environment, once per container."""

import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from followthrough.adapters.boundary import logger
from followthrough.adapters.dynamodb_partners import DynamoDBPartnerBook
from followthrough.adapters.dynamodb_store import DynamoDBStore
from followthrough.adapters.dynamodb_team import DynamoDBTeamBook
from followthrough.adapters.dynamodb_traffic import DynamoDBTraffic
from followthrough.adapters.files import CONTACT_RULES, CadenceFiles, read_contact_rules, read_settings
from followthrough.adapters.step_functions import StepFunctionsMachine
from followthrough.domain.instants import round_up
from followthrough.use_cases.ports import Services


def utc_now() -> datetime:
    """The present moment, up to the next whole second."""
    return round_up(datetime.now(UTC))


@cache
def services() -> Services:
    """The services of this container."""
    config = Path(os.environ["CONFIG_DIR"])
    settings = read_settings(config)
    _warn_of_looser_rules(config)
    kept = timedelta(days=settings.business.keep_consent_days)
    store = DynamoDBStore(os.environ["TABLE_NAME"], utc_now, consents_kept=kept)
    return Services(
        store=store,
        team=DynamoDBTeamBook(os.environ["TABLE_NAME"], utc_now, store.client),
        traffic=DynamoDBTraffic(os.environ["TABLE_NAME"], store.client),
        partners=DynamoDBPartnerBook(os.environ["TABLE_NAME"], utc_now, store.client),
        machine=StepFunctionsMachine(os.environ.get("MACHINE_ARN", "")),
        cadences=CadenceFiles(Path(os.environ.get("CADENCES_DIR", "")), store),
        settings=settings,
        clock=utc_now,
        new_id=lambda: secrets.token_hex(10),
        new_token=lambda: secrets.token_urlsafe(16),
    )


def _warn_of_looser_rules(config: Path) -> None:
    """Once for each container: whoever reads the log sees that more is allowed than the project would."""
    _, looser = read_contact_rules(config / CONTACT_RULES)
    if looser:
        rows = [{"place": each.place, "where": each.where, "because": each.because} for each in looser]
        logger.warning("contact rules loosened", extra={"rows": rows})
