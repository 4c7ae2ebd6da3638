"""The pinned time-zone data wins over whatever the machine has."""

import json
import os
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata  # type: ignore[import-untyped]  # data, without types

import followthrough
from tests.unit.building import at, lead_of, local, made, previewed


def test_the_machine_s_own_copy_is_not_looked_at() -> None:
    assert followthrough.__name__ in sys.modules
    assert zoneinfo.TZPATH == ()


def test_it_is_not_looked_at_wherever_a_machine_keeps_it(tmp_path: Path) -> None:
    """A program of its own, told to look into a folder that calls New York something else."""
    wrong = tmp_path / "America" / "New_York"
    wrong.parent.mkdir()
    wrong.write_bytes(Path(tzdata.__file__).parent.joinpath("zoneinfo", "Asia", "Kathmandu").read_bytes())
    program = (
        "import json, zoneinfo\n"
        "from datetime import datetime\n"
        "def offset():\n"
        "    zoneinfo.ZoneInfo.clear_cache()\n"
        "    return datetime(2027, 1, 1, tzinfo=zoneinfo.ZoneInfo('America/New_York')).utcoffset().total_seconds()\n"
        "before = offset()\n"
        "import followthrough.domain.instants\n"
        "print(json.dumps([before, offset()]))\n"
    )
    library = Path(followthrough.__file__).parents[1]
    environment = {**os.environ, "PYTHONTZPATH": str(tmp_path), "PYTHONPATH": str(library)}
    ran = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True, text=True)  # noqa: S603 - our own program
    assert json.loads(ran.stdout) == [5.75 * 3600, -5 * 3600]


@pytest.mark.parametrize(
    ("zone", "hours"), [("America/Vancouver", -7), ("America/Winnipeg", -5), ("America/Edmonton", -6)]
)
def test_these_clocks_no_longer_go_back_in_november_2026(zone: str, hours: int) -> None:
    """A copy from before 2026f puts them an hour off all winter."""
    for moment in (datetime(2026, 12, 1, 12, tzinfo=UTC), datetime(2028, 1, 15, 12, tzinfo=UTC)):
        offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
        assert offset is not None
        assert offset.total_seconds() == hours * 3600


def test_a_lead_in_vancouver_is_called_at_eight_on_the_clocks_there() -> None:
    lead = lead_of(at("2026-12-01 05:00"), zone="America/Vancouver", regions=("CA-BC",))
    calls = [touch for touch in made(previewed(lead).touches) if touch.channel == "call"]
    assert local(calls[0].due_at, "America/Vancouver") == "2026-12-01 09:00"
    assert calls[0].due_at.replace(second=0) == datetime(2026, 12, 1, 16, tzinfo=UTC)


def test_the_data_is_the_pinned_one() -> None:
    assert tzdata.IANA_VERSION >= "2026f"
