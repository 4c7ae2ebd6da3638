"""The base of every record and every piece of configuration."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_set = object.__setattr__


class Model(BaseModel):
    """Immutable, refuses unknown fields, and never prints what was given to it.

    A `ValidationError` that repeated its input would carry names and addresses into logs and
    execution history, so `hide_input_in_errors` is not a matter of taste here.
    """

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic's. Records that never change need no copies of what they hold, and planning makes many."""
        if deep:
            return super().model_copy(update=update, deep=True)
        changed, known = update or {}, self.__pydantic_fields_set__
        copied = self.__new__(type(self))
        _set(copied, "__dict__", {**self.__dict__, **changed})
        _set(copied, "__pydantic_fields_set__", known if changed.keys() <= known else known | changed.keys())
        _set(copied, "__pydantic_extra__", None)
        _set(copied, "__pydantic_private__", None)
        return copied

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)
