"""Public holidays, as dated data."""

import importlib.metadata
import importlib.util
import json
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import ValidationError

from followthrough.domain.holidays import Holidays

ROOT = Path(__file__).parents[2]
FILE = ROOT / "config/holidays.json"


@pytest.fixture(scope="module")
def holidays() -> Holidays:
    return Holidays.model_validate_json(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_holidays", ROOT / "tools/generate_holidays.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_what_the_pinned_package_says(generator: ModuleType) -> None:
    assert json.loads(FILE.read_text("utf-8")) == generator.generate()


def test_the_script_names_the_version_that_is_installed(generator: ModuleType) -> None:
    installed = importlib.metadata.version("holidays")
    assert f'"holidays=={installed}"' in Path(str(generator.__file__)).read_text("utf-8")


@pytest.mark.parametrize(
    ("region", "day", "name"),
    [
        ("US", "2026-11-26", "Thanksgiving Day"),
        ("US", "2026-07-03", "Independence Day (observed)"),
        ("US", "2026-11-27", None),
        ("US-NY", "2026-11-26", "Thanksgiving Day"),
        ("US-RI", "2026-08-10", "Victory Day"),
        ("US-MA", "2027-04-19", "Patriots' Day"),
        ("US-TX", "2026-10-12", None),
        ("CA", "2026-07-01", "Canada Day"),
        ("CA-QC", "2026-06-24", "Saint Jean Baptiste Day"),
        ("GB", "2026-04-06", "Easter Monday"),
        ("GB-SCT", "2026-04-06", None),
        ("GB-SCT", "2026-11-30", "Saint Andrew's Day"),
        ("GB-NIR", "2026-03-17", "Saint Patrick's Day"),
        ("AU", "2027-01-26", "Australia Day"),
        ("NZ", "2027-02-06", "Waitangi Day"),
        ("IE", "2028-03-17", "Saint Patrick's Day"),
        ("FR", "2030-07-14", "National Day"),
        ("JP", "2026-01-01", None),
        ("US", "2032-12-25", "Christmas Day"),
    ],
)
def test_a_holiday_has_its_name(holidays: Holidays, region: str, day: str, name: str | None) -> None:
    assert holidays.name_of((region,), date.fromisoformat(day)) == name


def test_a_holiday_in_any_of_the_regions_counts(holidays: Holidays) -> None:
    columbus = date(2026, 10, 12)
    assert holidays.name_of(("US-TX",), columbus) is None
    assert holidays.name_of(("US-NY", "US-TX"), columbus) == "Columbus Day"
    assert holidays.name_of(("US-TX", "US-NY"), columbus) == "Columbus Day"


def test_no_region_has_no_holidays(holidays: Holidays) -> None:
    assert holidays.name_of((), date(2026, 12, 25)) is None


def test_the_data_reaches_to_the_end_of_2032(holidays: Holidays) -> None:
    for country in ("AU", "CA", "DE", "ES", "FR", "GB", "IE", "NZ", "US"):
        assert all(holidays.name_of((country,), date(year, 12, 25)) for year in range(2025, 2033))


@pytest.mark.parametrize("content", [{"us": {}}, {"US": {"4 July": "Independence Day"}}, {"US": ["2026-07-04"]}, []])
def test_data_of_another_shape_is_refused(content: object) -> None:
    with pytest.raises(ValidationError):
        Holidays.model_validate(content)
