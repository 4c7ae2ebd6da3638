"""Unit tests reach nobody: a test that opens a socket fails."""

import pytest


@pytest.fixture(autouse=True)
def no_network(socket_disabled: None) -> None:
    """pytest-socket blocks sockets for the length of each test."""
