"""What loading each function costs, as a multiple of what loading boto3 and one client costs.

    make bench

CPU time of fresh interpreters, the median of several, so that the figures hold on a busy machine. In AWS the
layers are compiled ahead; here the interpreter's own caches are, so the comparison is fair to both sides.
"""

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
RUNS = 9
BARE = "import boto3; boto3.client('dynamodb')"
LOADED = "import sys; sys.path.insert(0, {folder!r}); import app; {ready}"
SENDING = {"ask_rep_to_call", "escalate_silent_rep", "send_email", "send_text", "watch_overdue"}
READY = "from followthrough.adapters.wiring import services; services()"
READY_TO_SEND = "from followthrough.adapters.sending_wiring import sending_services; sending_services()"

ENVIRONMENT = {
    **os.environ,
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "TABLE_NAME": "none",
    "MACHINE_ARN": "none",
    "CADENCES_DIR": str(ROOT / "cadences"),
    "CONFIG_DIR": str(ROOT / "config"),
    "POWERTOOLS_SERVICE_NAME": "followthrough",
    "POWERTOOLS_METRICS_NAMESPACE": "Followthrough",
}


def cpu_seconds(code: str) -> float:
    """User and system time of one fresh interpreter that runs the code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def median(code: str) -> float:
    """The median of several runs, after one that fills the caches."""
    cpu_seconds(code)
    return statistics.median(cpu_seconds(code) for _ in range(RUNS))


def main() -> None:
    """Print the table."""
    folders = sorted(path.parent for path in ROOT.glob("functions/*/app.py"))
    codes = {"boto3 and one client": BARE}
    for folder in folders:
        ready = READY_TO_SEND if folder.name in SENDING else READY
        codes[folder.name] = LOADED.format(folder=str(folder), ready=ready)
    seconds = {name: median(code) for name, code in track(codes.items(), "loading", transient=True)}
    table = Table("function", "CPU ms", "times bare boto3", box=None)
    for name, cost in seconds.items():
        table.add_row(name, f"{cost * 1000:.0f}", f"{cost / seconds['boto3 and one client']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
