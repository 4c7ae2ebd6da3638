"""The shipped template on the local stack, for tests that follow a lead."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import pytest

from local.stack import LocalStack
from tests.stack.following import MONDAY_10, NEW_YORK, Follow
from tests.stack.toy import EditToy, deploy_toy, edit_toy

WHOLE_STORIES = {
    "test_any_cadence_is_what_runs",
    "test_bill",
    "test_board",
    "test_business_events",
    "test_calls_due",
    "test_command_line",
    "test_diff_in_flight",
    "test_erasure",
    "test_floods",
    "test_handoff_preview",
    "test_handoffs",
    "test_handoffs_quiet",
    "test_lead_scenarios",
    "test_ledger",
    "test_longer_pursuits",
    "test_partner_page",
    "test_pausing",
    "test_preview_is_what_runs",
    "test_runs",
    "test_sample_events",
    "test_scenarios",
    "test_sharing",
    "test_went_quiet",
}
"""Each follows leads for days, many times over: `make proofs` runs them, so that `make test` stays short."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "stack" and item.path.stem in WHOLE_STORIES:
            item.add_marker("long")


class Arrive(Protocol):
    """A lead arrives at a local time: a fresh stack, and Maya's form with some fields changed."""

    def __call__(self, arrives: str = MONDAY_10, zone: str = NEW_YORK, **fields: str | None) -> Follow: ...


@pytest.fixture
def stage() -> Iterator[Follow]:
    """A fresh stack at Monday 10:00 in New York, before anybody has posted."""
    with Follow.open() as follow:
        yield follow


@pytest.fixture
def arrive() -> Iterator[Arrive]:
    """Follow a lead on a fresh stack of its own; the one before is closed."""
    opened: list[Follow] = []

    def open_and_post(arrives: str = MONDAY_10, zone: str = NEW_YORK, **fields: str | None) -> Follow:
        if opened:
            opened.pop().close()
        follow = Follow.open(arrives, zone)
        opened.append(follow)
        assert follow.post(**fields).status == 202
        return follow

    yield open_and_post
    for follow in opened:
        follow.close()


@pytest.fixture
def toy() -> Iterator[LocalStack]:
    """The toy template, deployed."""
    with deploy_toy() as stack:
        yield stack
        assert stack.accidents == []


@pytest.fixture
def edited_toy(tmp_path: Path) -> EditToy:
    """Copies the toy and replaces one text in its template by another."""
    return partial(edit_toy, tmp_path)
