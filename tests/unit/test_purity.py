"""Dependencies point inward, and the domain is a function of its arguments: it reads no clock and throws no dice."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.fakes import ROOT

LIBRARY = ROOT / "layers" / "followthrough" / "followthrough"
DOMAIN = sorted((LIBRARY / "domain").rglob("*.py"))
USE_CASES = sorted((LIBRARY / "use_cases").rglob("*.py"))
ADAPTERS = sorted((LIBRARY / "adapters").rglob("*.py"))
FUNCTIONS = sorted((ROOT / "functions").glob("*/app.py"))

AWS = {"boto3", "botocore", "aws_lambda_powertools", "moto"}
OUTSIDE_WORLD = {"os", "random", "secrets", "uuid", "socket", "subprocess", "threading", "requests", "httpx", "urllib3"}
CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "monotonic", "perf_counter", "sleep", "localtime", "gmtime"},
}


def imports(code: str) -> Iterator[str]:
    """Every module that a file imports, wherever in it, by its full name."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say where from"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def clock_readings(code: str) -> Iterator[str]:
    """Every place where a file reads the clock: `datetime.now(…)`, `datetime.datetime.now(…)`, `time.time()`.

    Methods of values are free to be called `now` or `today`: only what is read off the classes and modules counts.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value).rpartition(".")[2]
            if node.attr in CLOCKS.get(owner, set()):
                yield f"{ast.unparse(node)} in line {node.lineno}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"from time import … in line {node.lineno}"


def inside(module: str, *packages: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def ids(file: Path) -> str:
    return str(file.relative_to(ROOT))


# -- the domain


@pytest.mark.parametrize("file", DOMAIN, ids=ids)
def test_the_domain_imports_no_aws_no_outside_world_and_nothing_around_it(file: Path) -> None:
    for module in imports(file.read_text(encoding="utf-8")):
        assert not inside(module, *AWS, *OUTSIDE_WORLD, "local", "pathlib"), module
        if inside(module, "followthrough"):
            assert inside(module, "followthrough.domain"), module


@pytest.mark.parametrize("file", [*DOMAIN, *USE_CASES], ids=ids)
def test_neither_the_domain_nor_a_use_case_reads_the_clock(file: Path) -> None:
    assert list(clock_readings(file.read_text(encoding="utf-8"))) == []


# -- around it


@pytest.mark.parametrize("file", USE_CASES, ids=ids)
def test_use_cases_know_the_domain_and_each_other_and_nothing_else_of_ours(file: Path) -> None:
    for module in imports(file.read_text(encoding="utf-8")):
        assert not inside(module, *AWS, *OUTSIDE_WORLD, "local"), module
        if inside(module, "followthrough"):
            assert inside(module, "followthrough.domain", "followthrough.use_cases"), module


@pytest.mark.parametrize("file", ADAPTERS, ids=ids)
def test_adapters_know_nothing_of_what_runs_on_a_laptop_or_in_tests(file: Path) -> None:
    for module in imports(file.read_text(encoding="utf-8")):
        assert not inside(module, "local", "tests", "moto", "pytest"), module


@pytest.mark.parametrize("file", FUNCTIONS, ids=ids)
def test_a_function_uses_the_library_and_calls_no_aws_service_itself(file: Path) -> None:
    for module in imports(file.read_text(encoding="utf-8")):
        assert not inside(module, "boto3", "botocore", "moto", "local", "tests", "os"), module
        if inside(module, "followthrough"):
            layers = ("followthrough.adapters", "followthrough.use_cases", "followthrough.domain")
            assert inside(module, *layers), module


def test_all_files_were_looked_at() -> None:
    assert len(DOMAIN) > 20
    assert len(USE_CASES) > 8
    assert len(FUNCTIONS) >= 9


# -- the look itself


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\nnow = datetime.now(UTC)",
        "import datetime\nnow = datetime.datetime.utcnow()",
        "import datetime as dt\nday = dt.date.today()",
        "import time\nstart = time.time()",
        "from time import time\nstart = time()",
        "def later(clock=datetime.now): ...",
    ],
)
def test_a_clock_is_found_however_it_is_read(code: str) -> None:
    assert list(clock_readings(code))


@pytest.mark.parametrize(
    "code", ["now = lead.arrived_at", "def plan(now: datetime): ...", "moment.time()", "hours.now"]
)
def test_what_is_no_clock_is_left_alone(code: str) -> None:
    assert not list(clock_readings(code))


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("import os", "os"),
        ("import os.path", "os.path"),
        ("from os import environ", "os.environ"),
        ("def f():\n    import boto3", "boto3"),
        ("from followthrough import adapters", "followthrough.adapters"),
    ],
)
def test_an_import_is_found_wherever_it_stands(code: str, module: str) -> None:
    assert module in list(imports(code))
