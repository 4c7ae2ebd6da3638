from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from local.stack import LocalStack
from tests.stack.toy import EditToy, deploy_toy, edit_toy


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
