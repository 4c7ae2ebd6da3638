"""Lengths of time as cadences write them: `5m`, `3h`, `1d`, `5bd`, `2w`, `1mo`."""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from followthrough.domain.instants import at_local

UNIT = r"(m|h|d|bd|w|mo)"
PATTERN = rf"^\d{{1,3}}{UNIT}$"
_READABLE = re.compile(rf"(\d{{1,3}}){UNIT}")
_MINUTES = {"m": 1, "h": 60}
_DAYS = {"d": 1, "w": 7}
_AT_MOST_DAYS = {**_DAYS, "bd": 2, "mo": 31}
_FARTHEST = 400
_SATURDAY = 5

BusinessDays = Callable[[date], bool]
"""Whether a date is one of the business's days."""


def monday_to_friday(day: date) -> bool:
    """The business days of a business of which nothing else is known."""
    return day.weekday() < _SATURDAY


class Duration(str):
    """A length as written. Minutes and hours are elapsed time; days, business days, weeks and months move the date
    and keep the wall time.
    """

    __slots__ = ()

    @property
    def amount(self) -> int:
        """The number in front."""
        return _read(self)[0]

    @property
    def unit(self) -> str:
        """`m`, `h`, `d`, `bd`, `w` or `mo`."""
        return _read(self)[1]

    @property
    def in_dates(self) -> bool:
        """Whether it is a length in dates: `0d`, the same date, is one too."""
        return self.unit not in _MINUTES

    @property
    def elapsed(self) -> timedelta:
        """Length in elapsed time; zero for a length in dates."""
        return timedelta(minutes=self.amount * _MINUTES.get(self.unit, 0))

    @property
    def longest(self) -> timedelta:
        """The most that the length can be as a time span, for comparing with limits."""
        return self.elapsed + timedelta(days=self.amount * _AT_MOST_DAYS.get(self.unit, 0))

    def after(self, moment: datetime, zone: ZoneInfo, business_days: BusinessDays = monday_to_friday) -> datetime:
        """The instant this long after `moment`, for a clock in `zone`."""
        if not self.in_dates or not self.amount:
            return moment + self.elapsed
        local = moment.astimezone(zone)
        return at_local(self.date_after(local.date(), business_days), local.time(), zone)

    def date_after(self, day: date, business_days: BusinessDays = monday_to_friday, times: int = 1) -> date:
        """The date so many times this long after `day`; only for a length in dates. A month after the 31st is the last
        day of a shorter month.
        """
        number = self.amount * times
        if self.unit == "mo":
            return _months_after(day, number)
        if self.unit == "bd":
            return _business_days_after(day, number, business_days)
        return day + timedelta(days=number * _DAYS.get(self.unit, 0))

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a length. Raises ValueError saying how one is written."""
        if not re.fullmatch(PATTERN, text, re.ASCII):
            raise ValueError("write a length of time as a number and a unit: 5m, 3h, 1d, 5bd, 2w or 1mo")
        return cls(text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls.parse, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": PATTERN, "examples": ["5m", "3h", "1d", "5bd", "2w", "1mo"]}


@cache
def _read(text: str) -> tuple[int, str]:
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)), unit


def _months_after(day: date, number: int) -> date:
    years, month = divmod(day.month - 1 + number, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _business_days_after(day: date, number: int, business_days: BusinessDays) -> date:
    """A business without any day in a long while gets the date after that while, which is too far for any wait."""
    for _ in range(_FARTHEST):
        if number == 0:
            break
        day += timedelta(days=1)
        number -= business_days(day)
    return day
