"""The base of every record and every piece of configuration."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Immutable, refuses unknown fields, and never prints what was given to it.

    A `ValidationError` that repeated its input would carry names and addresses into logs and
    execution history, so `hide_input_in_errors` is not a matter of taste here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)
