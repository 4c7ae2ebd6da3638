"""The serving loop: one thread that answers requests and keeps the virtual clock going between them."""

import secrets
import selectors
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from followthrough.adapters.dynamodb_board import DynamoDBBoardBook
from followthrough.adapters.files import read_settings
from local.demo import deployed
from local.project import CONFIG
from local.server.app import LocalApp
from local.server.terminal import Terminal
from local.server.virtual_clock import VirtualClock
from local.server.world import World
from local.stack import LocalStack

HOST = "127.0.0.1"
_TICK = 0.1  # seconds between two looks at the clock
_BACKLOG = 64
_BOARD_LINK_KEPT = timedelta(days=3650)  # the clock may be moved by years


class _Handler(WSGIRequestHandler):
    timeout = 5  # seconds that the one thread waits for somebody who has begun a request

    def log(self, *_: object) -> None:
        """Requests are no news; what they set off is printed. Tracebacks don't come this way."""


def listen(port: int) -> socket.socket:
    """A socket on this machine's own address; port 0 is any that is free. Raises OSError."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(listener: socket.socket, starts_at: datetime, speed: float, say: Callable[[str], None]) -> None:
    """Deploy the template and serve it until Ctrl-C. `say` prints a line."""
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    settings = read_settings(CONFIG)
    with deployed(starts_at, {}, url) as stack, _asked_to_stop() as asked_to_stop:
        terminal = Terminal(stack, settings, say)
        clock = VirtualClock(stack, speed, terminal.tell_news, give_up=asked_to_stop)
        world = World(stack, clock, settings)
        app = LocalApp(world)
        terminal.greet(url, speed, f"{url}/board/{_new_board_link(stack)}", world.events_token)
        with make_server(HOST, 0, app, request_handler=_Handler, fd=listener.fileno()) as server:
            _loop(server, clock.keep_up, asked_to_stop)
    say("Stopped.")


def _new_board_link(stack: LocalStack) -> str:
    """The token of a link to the manager's board."""
    token = secrets.token_urlsafe(16)
    book = DynamoDBBoardBook(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))
    book.new_board_link(token, stack.now + _BOARD_LINK_KEPT)
    return token


def _loop(server: BaseWSGIServer, between: Callable[[], None], asked_to_stop: Callable[[], bool]) -> None:
    """Answer each request when its first byte is there: browsers open connections that they may never use, and
    waiting for one of those would stop everything.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(server.socket, selectors.EVENT_READ)
        while not asked_to_stop():
            for key, _ in selector.select(_TICK):
                if key.fileobj is server.socket:
                    connection, address = server.get_request()
                    selector.register(connection, selectors.EVENT_READ, address)
                else:
                    selector.unregister(key.fileobj)
                    _answer(server, key)
            between()


def _answer(server: BaseWSGIServer, key: selectors.SelectorKey) -> None:
    assert isinstance(key.fileobj, socket.socket)
    try:
        server.process_request(key.fileobj, key.data)
    except Exception:  # noqa: BLE001 - one broken request must not end the server
        server.handle_error(key.fileobj, key.data)
        server.shutdown_request(key.fileobj)


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and TERM end the loop after what is being done; an exception in the middle of a state machine would
    be taken for a defect of that machine. A second Ctrl-C ends everything at once.
    """
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
