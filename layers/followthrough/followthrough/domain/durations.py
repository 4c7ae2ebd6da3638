"""Lengths of time as cadences write them: `5m`, `3h`, `1d`, `2w`."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from followthrough.domain.instants import at_local

PATTERN = r"^\d{1,3}[mhdw]$"
_MINUTES = {"m": 1, "h": 60}
_DAYS = {"d": 1, "w": 7}


class Duration(str):
    """A length as written. Minutes and hours are elapsed time; days and weeks move the date and keep the
    wall time.
    """

    __slots__ = ()

    @property
    def amount(self) -> int:
        """The number in front."""
        return int(self[:-1])

    @property
    def days(self) -> int:
        """Length in dates; 0 for an elapsed length."""
        return self.amount * _DAYS.get(self[-1], 0)

    @property
    def in_dates(self) -> bool:
        """Whether it is a length in dates: `0d`, the same date, is one too."""
        return self[-1] in _DAYS

    @property
    def elapsed(self) -> timedelta:
        """Length in elapsed time; zero for a length in dates."""
        return timedelta(minutes=self.amount * _MINUTES.get(self[-1], 0))

    @property
    def longest(self) -> timedelta:
        """The length as a time span, for comparing with limits."""
        return self.elapsed + timedelta(days=self.days)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The instant this long after `moment`, for a clock in `zone`."""
        if not self.days:
            return moment + self.elapsed
        local = moment.astimezone(zone)
        return at_local(local.date() + timedelta(days=self.days), local.time(), zone)

    def date_after(self, day: date) -> date:
        """The date this long after `day`; only for a length in dates."""
        return day + timedelta(days=self.days)

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a length. Raises ValueError saying how one is written."""
        if not re.fullmatch(PATTERN, text):
            raise ValueError("write a length of time as a number and a unit: 5m, 3h, 1d or 2w")
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
        return {"type": "string", "pattern": PATTERN, "examples": ["5m", "3h", "1d", "2w"]}
