"""The manager's board in front of a fake world, for unit tests."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from followthrough.domain.errors import NotFound
from followthrough.domain.leads import Lead
from followthrough.use_cases.board import BoardServices
from functions.serve_board.app import answer
from tests.unit.fakes import FakeClock, FakeStore, World

TOKEN = "of-the-board"  # noqa: S105 - a sample


class FakeBoardBook:
    """The BoardBook port. The leads are the store's."""

    def __init__(self, store: FakeStore, clock: FakeClock) -> None:
        self._store = store
        self._clock = clock
        self.links: dict[str, datetime] = {}

    def open_leads(self, most: int) -> tuple[list[Lead], int]:
        found = [lead for lead in self._store.leads.values() if lead.is_open]
        return found[:most], len(found)

    def closed_since(self, moment: datetime, most: int) -> list[Lead]:
        return [lead for lead in self._store.leads.values() if lead.closed_at and lead.closed_at >= moment][:most]

    def load_all(self, ids: list[str]) -> list[Lead]:
        return [self._store.leads[id_] for id_ in ids if id_ in self._store.leads]

    def new_board_link(self, token: str, expires_at: datetime) -> None:
        self.links[token] = expires_at

    def expect_board_link(self, token: str) -> None:
        if token not in self.links or self.links[token] <= self._clock():
            raise NotFound("there is no such link")


def services_of(world: World) -> BoardServices:
    """The services of a world's board, which opens with `TOKEN` for a day."""
    book = FakeBoardBook(world.store, world.clock)
    book.new_board_link(TOKEN, world.clock().replace(day=world.clock().day + 1))
    return BoardServices(**vars(world.services), book=book)


def visit(world: World, token: str = TOKEN, **query: str) -> dict[str, Any]:
    """What is answered to whoever opens the board."""
    return _answered(world, token, "GET", query, {})


def post(world: World, token: str = TOKEN, **fields: str) -> dict[str, Any]:
    """What is answered to a press."""
    return _answered(world, token, "POST", {}, fields)


def _answered(world: World, token: str, method: str, query: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
    event = {
        "pathParameters": {"token": token},
        "requestContext": {"http": {"method": method}},
        "queryStringParameters": query,
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "body": urlencode(fields),
    }
    return answer(services_of(world), event)
