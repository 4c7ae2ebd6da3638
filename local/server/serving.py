"""The serving loop: one thread that answers requests and keeps the virtual clock going between them."""

import selectors
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from followthrough.adapters.files import read_settings
from followthrough.domain.business import Settings
from local.demo import deployed
from local.project import CONFIG
from local.server.app import LocalApp
from local.server.terminal import Terminal
from local.server.virtual_clock import VirtualClock
from local.server.world import World

HOST = "127.0.0.1"
_TICK = 0.1  # seconds between two looks at the clock
_BACKLOG = 64


class _Handler(WSGIRequestHandler):
    timeout = 5  # seconds that the one thread waits for somebody who has begun a request

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is werkzeug's
        """Requests are no news; what they set off is printed."""


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
        app = LocalApp(World(stack, clock, settings))
        terminal.greet(url, speed)
        with make_server(HOST, 0, app, request_handler=_Handler, fd=listener.fileno()) as server:
            _loop(server, clock.keep_up, asked_to_stop)
    say("Stopped.")
