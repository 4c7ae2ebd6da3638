"""`followthrough serve` as a program of its own, and `followthrough report` beside it."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from local.commands.app import app as command_line
from local.project import ROOT
from tests.stack.local_server import MAYA

Program = subprocess.Popen[str]


@pytest.fixture
def program() -> Iterator[tuple[Program, int]]:
    """`followthrough serve` on a free port, and the port."""
    followthrough = Path(sys.executable).with_name("followthrough")
    command = [str(followthrough), "serve", "--port", "0", "--speed", "0", "--starts", "2026-11-23T10:00"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:  # noqa: S603 - our own
        assert running.stdout is not None
        greeting = iter(running.stdout.readline, "")
        yield running, next(int(found[1]) for line in greeting if (found := re.search(r"http://127.0.0.1:(\d+)", line)))
        running.kill()


def asked(port: int, method: str, path: str, body: str = "", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return connection.getresponse()


def status_of_the_lead(port: int) -> str:
    state: dict[str, Any] = json.load(asked(port, "GET", "/local/state"))
    return str(state["leads"][0]["status"])


def test_the_program_takes_a_form_moves_its_clock_and_hears_a_report(program: tuple[Program, int]) -> None:
    running, port = program
    with socket.create_connection(("127.0.0.1", port)):  # a browser's spare connection stops nobody
        here = {"origin": f"http://127.0.0.1:{port}", "content_type": "application/x-www-form-urlencoded"}
        posted = asked(port, "POST", "/leads", urlencode(MAYA), accept="text/html", **here)
        assert (posted.status, posted.getheader("location", "").partition("?")[0]) == (303, "/local/thanks")
        moved = asked(port, "POST", "/local/clock", '{"advance": "PT1M"}', content_type="application/json")
        assert json.load(moved)["now"] == "2026-11-23T15:01:01Z"
        said = CliRunner().invoke(command_line, ["report", "latest", "not_interested", "--port", str(port)])
        assert (said.exit_code, said.output) == (0, "Recorded. The lead is not interested.\n")
        assert status_of_the_lead(port) == "not_interested"
        refused = CliRunner().invoke(command_line, ["report", "nobody", "booked", "--port", str(port)])
        assert (refused.exit_code, refused.output) == (1, "there is no lead nobody\n")
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=10)
    assert running.returncode == 0
    assert "text to Ana Ruiz: Call Maya" in rest
    assert rest.endswith("Stopped.\n")


def test_a_port_in_use_is_said_before_anything_is_deployed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = CliRunner().invoke(command_line, ["serve", "--port", str(port)])
    assert said.exit_code == 2
    assert f"port {port} is in use by another program: choose another with --port" in said.output


def test_a_report_without_a_server_says_how_to_start_one() -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        said = CliRunner().invoke(
            command_line, ["report", "latest", "booked", "--port", str(nobody_listens.getsockname()[1])]
        )
    assert said.exit_code == 2
    assert "make serve" in said.output


@pytest.mark.parametrize(
    "options", [["--speed", "-1"], ["--speed", "nan"], ["--starts", "soon"], ["--starts", "9999-12-31T00:00"]]
)
def test_options_that_make_no_sense_are_refused(options: list[str]) -> None:
    assert CliRunner().invoke(command_line, ["serve", "--port", "0", *options]).exit_code == 2
