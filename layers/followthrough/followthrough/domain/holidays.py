"""Public holidays, as dated data: `config/holidays.json`, written by `tools/generate_holidays.py`."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, RootModel

from followthrough.domain.places import country_of

Region = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]


class Holidays(RootModel[dict[Region, dict[date, str | None]]]):
    """Region to its holidays, by date.

    A country (`US`) has all of its own. A part of it (`US-TX`) has only what differs: a holiday more, or null
    where its country has one and it works. Dates outside the years that the data covers are not holidays.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    root: dict[Region, dict[date, str | None]] = Field(
        examples=[{"US": {"2026-10-12": "Columbus Day"}, "US-TX": {"2026-10-12": None}}]
    )

    def name_of(self, regions: Iterable[str], day: date) -> str | None:
        """The name of the holiday on a date in any of the regions; None on a working day in all of them."""
        return next((name for region in regions if (name := self._in_one(region, day))), None)

    def _in_one(self, region: str, day: date) -> str | None:
        own = self.root.get(region, {})
        return own[day] if day in own else self.root.get(country_of(region), {}).get(day)
