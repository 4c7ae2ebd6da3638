"""A local server on the shipped template, for tests: through werkzeug's test client, without sockets."""

from datetime import datetime, timedelta
from typing import Any

from werkzeug.test import Client, TestResponse

from followthrough.adapters.files import read_settings
from local.demo import deployed
from local.project import CONFIG
from local.server.app import LocalApp
from local.server.terminal import Terminal
from local.server.virtual_clock import VirtualClock
from local.server.world import World

MONDAY_10 = datetime.fromisoformat("2026-11-23T10:00:00-05:00")
MAYA = {
    "name": "Maya <b>Thompson</b>",
    "email": "maya.thompson@example.com",
    "phone": "917-555-0142",
    "service": "Kitchen remodel",
    "postal_code": "10003",
}
URL = "http://127.0.0.1:8000"
FROM_HERE = {"Origin": URL, "Accept": "text/html"}


class Stopwatch:
    """A real clock that goes only when it is told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Server:
    """The application with a client, on a stack that begins on Monday at ten."""

    def __init__(self, speed: float, stopwatch: Stopwatch) -> None:
        self.stopwatch = stopwatch
        self.lines: list[str] = []
        settings = read_settings(CONFIG)
        self.stack = deployed(MONDAY_10, {}, URL)
        terminal = Terminal(self.stack, settings, self.lines.append)
        self.clock = VirtualClock(self.stack, speed, terminal.tell_news, stopwatch=stopwatch)
        self.client = Client(LocalApp(World(self.stack, self.clock, settings)))

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=URL, headers=headers)

    def post_json(self, path: str, content: object, **headers: str) -> TestResponse:
        return self.client.post(path, base_url=URL, json=content, headers=headers)

    def post_form(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> TestResponse:
        return self.client.post(path, base_url=URL, data=fields, headers=headers)

    def post_lead(self) -> str:
        answer = self.post_json("/leads", MAYA)
        assert answer.status_code == 202
        return str(answer.json["lead_id"] if answer.json else "")

    def state(self) -> dict[str, Any]:
        content = self.get("/local/state").json
        assert isinstance(content, dict)
        return content

    def elapsed(self) -> timedelta:
        return self.clock.now - MONDAY_10
