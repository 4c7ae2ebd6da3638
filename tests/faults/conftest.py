"""One engine for all these tests, an empty table for each, and a last word on who won the races."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.faults.dynamodb_local import EngineUnavailable, create_table, running_engine
from tests.faults.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Tally = Counter[str]
_TALLIES = pytest.StashKey[dict[str, Tally]]()


@pytest.fixture(scope="session")
def engine() -> Iterator["DynamoDBClient"]:
    """A client of DynamoDB Local. Without it these tests are errors: a race that was not run proves nothing."""
    try:
        with running_engine() as client:
            yield client
    except EngineUnavailable as unavailable:
        raise pytest.fail.Exception(str(unavailable), pytrace=False) from None


@pytest.fixture
def world(engine: "DynamoDBClient") -> Iterator[World]:
    """The shipped store and use cases on an empty table, with everything else faked."""
    create_table(engine, "followthrough")
    yield World(engine, "followthrough")
    engine.delete_table(TableName="followthrough")


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Tally:
    """How often each side won; shown at the end. Nothing depends on it: who wins a race is nobody's promise."""
    tallies = request.config.stash.setdefault(_TALLIES, {})
    return tallies.setdefault(request.node.name, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Show the tallies."""
    tallies = config.stash.get(_TALLIES, {})
    if tallies:
        terminalreporter.section("who won")
    for name, tally in tallies.items():
        counts = ", ".join(f"{what} {count}" for what, count in sorted(tally.items()))
        terminalreporter.write_line(f"{name}: {counts}")
