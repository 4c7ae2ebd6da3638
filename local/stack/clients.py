"""The stack's own AWS clients, kept from one stack to the next: moto answers them whenever it is on."""

from functools import cache
from typing import Any

import boto3


@cache
def session() -> boto3.session.Session:
    """One session for all: it keeps the service models that it has parsed, a second's worth of work."""
    return boto3.session.Session()


@cache
def client(service: str) -> Any:
    """A boto3 client of that session."""
    return session().client(service)  # type: ignore[call-overload]  # overloaded for each service by name
