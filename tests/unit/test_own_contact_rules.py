"""The business may tighten the contact rules as it likes; to loosen them it has to say why, and that is seen."""

import json
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from followthrough.adapters import wiring
from followthrough.adapters.files import read_contact_rules
from followthrough.domain.contact_rules import CallLimit, ContactRules
from followthrough.domain.errors import Unreadable
from followthrough.domain.own_contact_rules import shipped_rules
from local.checking import check_path

BECAUSE = "We only call people who asked us to: our lawyer, 2026-11-20"
ROW = {"place": "US-FL", "days": "mon-sun", "open": ["08:00-20:00"], "source": "Our own choice"}
MONDAY, SUNDAY = 0, 6


def written(folder: Path, *rows: dict[str, Any], **top: Any) -> Path:
    file = folder / "contact_rules.json"
    file.write_text(json.dumps({"rules": [{**ROW, **row} for row in rows], **top}), encoding="utf-8")
    return file


def rules(folder: Path, *rows: dict[str, Any], **top: Any) -> ContactRules:
    return read_contact_rules(written(folder, *rows, **top))[0]


def complaint(folder: Path, *rows: dict[str, Any], **top: Any) -> str:
    with pytest.raises(Unreadable) as refused:
        read_contact_rules(written(folder, *rows, **top))
    return str(refused.value)


def hours(table: ContactRules, place: str, weekday: int = MONDAY) -> list[str]:
    return [f"{start:%H:%M}-{end:%H:%M}" for start, end in table.allowed_hours((place,), weekday)]


# -- tightening


def test_without_rows_of_its_own_the_rules_that_come_with_the_project_hold(tmp_path: Path) -> None:
    assert rules(tmp_path) == shipped_rules()


def test_a_row_that_allows_less_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    assert hours(rules(tmp_path, {"open": ["10:00-12:00", "13:00-18:00"]}), "US-FL") == ["10:00-12:00", "13:00-18:00"]


def test_on_days_that_a_row_does_not_name_the_shipped_row_holds(tmp_path: Path) -> None:
    table = rules(tmp_path, {"days": "sun", "open": []})
    assert (hours(table, "US-FL", SUNDAY), hours(table, "US-FL")) == ([], ["08:00-20:00"])


def test_a_place_that_has_no_shipped_row_can_be_tightened_too(tmp_path: Path) -> None:
    table = rules(tmp_path, {"place": "US-NY", "days": "sat-sun", "open": ["10:00-16:00"]})
    assert hours(table, "US-NY", SUNDAY) == ["10:00-16:00"]
    assert hours(table, "US-NY") == hours(shipped_rules(), "US-NY")
    assert hours(table, "US-CA", SUNDAY) == hours(shipped_rules(), "US-CA", SUNDAY)


def test_a_row_without_a_call_limit_keeps_the_limit_that_there_is(tmp_path: Path) -> None:
    assert rules(tmp_path, {"open": ["09:00-18:00"]}).call_limit(("US-FL",)) == CallLimit(count=3, hours=24)


@pytest.mark.parametrize("limit", [{"count": 2, "hours": 24}, {"count": 1, "hours": 12}, {"count": 3, "hours": 48}])
def test_a_stricter_call_limit_needs_no_reason(tmp_path: Path, limit: dict[str, int]) -> None:
    assert check_path(written(tmp_path, {"call_limit": limit})) == []


def test_an_earlier_latest_call_needs_no_reason(tmp_path: Path) -> None:
    assert rules(tmp_path, latest_call="19:00").latest_call == time(19)


# -- loosening


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"open": ["07:59-20:00"]}, "rules[0].open"),
        ({"open": ["08:00-20:01"]}, "rules[0].open"),
        ({"place": "FR", "days": "mon", "open": ["10:00-20:00"]}, "rules[0].open"),  # over the lunch break
        ({"place": "US-UT", "days": "sun", "open": ["12:00-13:00"]}, "rules[0].open"),
        ({"place": "IT", "open": ["08:00-20:00"]}, "rules[0].open"),  # where the worldwide caution holds
        ({"place": "US-NY", "open": ["07:00-21:00"]}, "rules[0].open"),
        ({"call_limit": {"count": 4, "hours": 24}}, "rules[0].call_limit"),
        ({"call_limit": {"count": 3, "hours": 23}}, "rules[0].call_limit"),
    ],
)
def test_a_row_that_allows_more_is_refused_unless_it_says_why(tmp_path: Path, row: dict[str, Any], where: str) -> None:
    assert f"{where}: allows more than" in complaint(tmp_path, row)
    ((warning,), (_, looser)) = (
        check_path(written(tmp_path, {**row, "loosened_because": BECAUSE})),
        read_contact_rules(written(tmp_path, {**row, "loosened_because": BECAUSE})),
    )
    assert warning.is_warning
    assert BECAUSE in str(warning)
    assert [each.where for each in looser] == [where]


def test_what_was_loosened_for_a_reason_holds(tmp_path: Path) -> None:
    row = {"place": "US-RI", "days": "sun", "open": ["12:00-16:00"], "loosened_because": BECAUSE}
    assert hours(rules(tmp_path, row), "US-RI", SUNDAY) == ["12:00-16:00"]
    assert hours(rules(tmp_path, row), "US-RI") == ["09:00-18:00"]


def test_a_later_latest_call_is_refused_unless_it_is_said_why(tmp_path: Path) -> None:
    assert "latest_call: allows more than 20:30" in complaint(tmp_path, latest_call="20:31")
    reason = {"latest_call_loosened_because": BECAUSE}
    assert rules(tmp_path, latest_call="21:00", **reason).latest_call == time(21)


def test_a_reason_that_says_nothing_is_none(tmp_path: Path) -> None:
    assert "loosened_because" in complaint(tmp_path, {"open": ["07:00-20:00"], "loosened_because": "ok"})


def test_the_error_says_what_would_be_right(tmp_path: Path) -> None:
    assert "08:00-20:00" in complaint(tmp_path, {"open": ["08:00-21:00"]})
    assert '"loosened_because"' in complaint(tmp_path, {"open": ["08:00-21:00"]})


def test_two_rows_for_one_day_are_refused(tmp_path: Path) -> None:
    assert "place 'US-FL' has 2 rows for sun" in complaint(tmp_path, {}, {"days": "sun"})


def test_a_part_of_a_country_without_rows_is_refused(tmp_path: Path) -> None:
    assert "its country 'IT' has none" in complaint(tmp_path, {"place": "IT-25", "open": ["10:00-12:00"]})


def test_each_container_warns_in_its_log_of_what_was_loosened(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    written(tmp_path, {"open": ["08:00-20:30"], "loosened_because": BECAUSE})
    wiring._warn_of_looser_rules(tmp_path)
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.__dict__["rows"] == [{"place": "US-FL", "where": "rules[0].open", "because": BECAUSE}]


def test_rules_that_were_not_loosened_leave_nothing_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wiring._warn_of_looser_rules(written(tmp_path).parent)
    assert caplog.records == []
