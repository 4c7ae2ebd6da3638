"""The deadline that a message to a partner names: `1bd 12:00`."""

import re
from datetime import time
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

DEADLINE_PATTERN = r"^[1-9]bd ([01]\d|2[0-3]):[0-5]\d$"


class Deadline(str):
    """A moment that a message can name: a wall time so many open days of the partner's later, written `1bd 12:00`."""

    __slots__ = ()

    @property
    def days(self) -> int:
        """So many open days later."""
        return int(self.partition("bd ")[0])

    @property
    def clock(self) -> time:
        """At that time of the partner's day."""
        return time.fromisoformat(self.partition("bd ")[2])

    @classmethod
    def parse(cls, text: str) -> "Deadline":
        """Read a deadline. Raises ValueError saying how one is written."""
        if not re.fullmatch(DEADLINE_PATTERN, text):
            raise ValueError("write a deadline as open days and a time of day: 1bd 12:00")
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
        return {"type": "string", "pattern": DEADLINE_PATTERN, "examples": ["1bd 12:00"]}
