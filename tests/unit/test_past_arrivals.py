"""Files of past arrivals, as people have them: exported, with columns and dates of somebody else's choice."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from followthrough.domain.business import Business
from followthrough.domain.errors import Unreadable
from local.commands.app import app
from local.forecasting import Arrival
from local.past_arrivals import read_arrivals
from tests.unit.building import at
from tests.unit.fakes import business_changed, sample_settings


def read(folder: Path, text: str, business: Business | None = None) -> list[Arrival]:
    file = folder / "past.csv"
    file.write_bytes(text.encode())
    return read_arrivals(file, business or sample_settings().business)


def test_arrivals_come_in_order_of_time_and_are_known_by_their_lines(tmp_path: Path) -> None:
    arrivals = read(
        tmp_path,
        "arrived_at,zone\n2026-11-30T11:00,\n2026-11-30T10:00-06:00,America/Chicago\n\n2026-11-30T09:00,\n",
    )
    assert [arrival.number for arrival in arrivals] == [5, 2, 3]
    assert arrivals[2].fields == (("zone", "America/Chicago"),)


def test_columns_may_have_other_names_and_others_stand_beside_them(tmp_path: Path) -> None:
    export = '\ufeffName;Created At;E-mail;VALUE\r\n"Bo\nLee";2026-11-30 10:00:00;bo@example.com;high\r\n'
    (arrival,) = read(tmp_path, export)
    assert arrival.at == at("2026-11-30 10:00")
    assert arrival.fields == (("value", "high"),)


def test_who_names_the_column_arrived_at_means_it(tmp_path: Path) -> None:
    (arrival,) = read(tmp_path, "date,arrived_at\n2026-11-01 09:00,2026-11-30 10:00\n")
    assert arrival.at == at("2026-11-30 10:00")


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-30T10:00",
        "2026-11-30 10:00:00",
        "2026-11-30T15:00:00Z",
        "2026-11-30 15:00:00 UTC",
        "2026-11-30 09:00:00 -0600",
        "11/30/2026 10:00",
        "11/30/2026 10:00 AM",
        '"11/30/2026, 10:00:00 am"',
        "30/11/2026 10:00",
        "30.11.2026 10:00",
    ],
)
def test_dates_are_read_as_spreadsheets_and_other_systems_write_them(written: str, tmp_path: Path) -> None:
    (arrival,) = read(tmp_path, f"arrived_at\n{written}\n")
    assert arrival.at == at("2026-11-30 10:00")


def test_afternoons_are_afternoons(tmp_path: Path) -> None:
    (arrival,) = read(tmp_path, "arrived_at\n11/30/2026 2:05 PM\n")
    assert arrival.at == at("2026-11-30 14:05")


def test_another_date_of_the_file_tells_which_number_is_the_month(tmp_path: Path) -> None:
    first, _ = read(tmp_path, "arrived_at\n05/11/2026 10:00\n30/11/2026 10:00\n")
    assert first.at == at("2026-11-05 10:00")


@pytest.mark.parametrize(("region", "day"), [("US", date(2026, 5, 11)), ("GB", date(2026, 11, 5))])
def test_else_the_business_s_country_tells(region: str, day: date, tmp_path: Path) -> None:
    business = business_changed(region=region).business
    (arrival,) = read(tmp_path, "arrived_at\n05/11/2026 10:00\n", business)
    assert arrival.at.date() == day


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("arrived_at\n2026-11-30T11:00\nyesterday\n", "line 3: arrived_at is not a date with a time of day, such as"),
        ("arrived_at\n2026-11-30\n", "line 2"),
        ("arrived_at\n13/14/2026 10:00\n", "line 2"),
        ("zone\nAmerica/Denver\n", "one of them arrived_at"),
        ("", "one of them arrived_at"),
        ("arrived_at\n", "no arrivals"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_place(text: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=what):
        read(tmp_path, text)


def test_every_wrong_line_is_told_up_to_ten(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, "arrived_at\n" + "soon\n" * 12)
    lines = str(refused.value).splitlines()
    assert [line.split(": ")[1] for line in lines] == [*(f"line {n}" for n in range(2, 12)), "and 2 lines more"]


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_bytes("arrived_at,name\n2026-11-30T11:00,Zoë\n".encode("latin-1"))
    with pytest.raises(Unreadable, match="UTF-8"):
        read_arrivals(file, sample_settings().business)


def test_fields_that_intake_refuses_are_told_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text("arrived_at,zone\n" + "2026-11-30T11:00,America/Denver\n" * 60 + "2026-11-30T11:00,Mars/Olympus\n")
    result = CliRunner().invoke(app, ["simulate", "--arrivals", str(file)])
    assert result.exit_code == 2
    assert "line 62: zone" in result.stderr
