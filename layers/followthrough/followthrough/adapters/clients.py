"""Clients for DynamoDB and Step Functions, whose writes are conditional: they may try again."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_stepfunctions import SFNClient

_RETRIED = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=5)


def dynamodb_client() -> "DynamoDBClient":
    """A client that tries up to four times."""
    return boto3.client("dynamodb", config=_RETRIED)


def step_functions_client() -> "SFNClient":
    """A client that tries up to four times."""
    return boto3.client("stepfunctions", config=_RETRIED)
