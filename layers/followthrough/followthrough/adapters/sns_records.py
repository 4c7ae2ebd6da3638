"""The records of a Lambda event from SNS, each read by itself: one that can't be read doesn't hold up the others."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from followthrough.adapters.files import explained
from followthrough.domain.errors import FollowthroughError

MOST_RECORDS = 100
MOST_REASONS = 5

_ID = re.compile(r"[\w.:/=+-]{1,200}")
ServiceId = Annotated[str, Field(pattern=rf"^{_ID.pattern}$")]
"""An id that an AWS service has given. No address looks like one."""

T = TypeVar("T")
U = TypeVar("U")
M = TypeVar("M", bound=BaseModel)


class UnreadableMessage(FollowthroughError):
    """A message is none of the expected kind. `str()` says where and why, and names nobody."""


class Payload(BaseModel):
    """A part of what a service publishes, as far as it is used. The service may add to it."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, hide_input_in_errors=True)


def read_each(
    event: Mapping[str, Any],
    longest: int,
    read: Callable[[str], T],
    unreadable: Callable[[int, str | None, str], U],
) -> list[T | U]:
    """What `read` makes of the message of each record, in order.

    Where there is no message of at most `longest` characters, or `read` raises UnreadableMessage, stands what
    `unreadable` makes of the record's number (from 0), SNS's id and the reason. SNS sends one record at a time; its
    format allows for several.
    """
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        return [unreadable(0, None, "Records: is missing, so this is no event from SNS")]
    found: list[T | U] = []
    for number, record in enumerate(records[:MOST_RECORDS]):
        try:
            found.append(read(_message(record, longest)))
        except UnreadableMessage as why:
            found.append(unreadable(number, _sns_id(record), str(why)))
    if len(records) > MOST_RECORDS:
        found.append(unreadable(MOST_RECORDS, None, f"Records: more than {MOST_RECORDS}; the rest was not read"))
    return found


def json_of(message: str) -> Any:
    """The JSON in a message, its texts made storable. Raises UnreadableMessage."""
    try:
        return json.loads(message, object_hook=_storable_values)
    except (ValueError, RecursionError):  # what JSON errors say repeats the text
        raise UnreadableMessage("Message: is not JSON") from None


def checked(model: type[M], payload: object) -> M:
    """A payload as its model. Raises UnreadableMessage with the first few mistakes."""
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        mistakes = explained(error)[:MOST_REASONS]
        raise UnreadableMessage("; ".join(f"{place}: {what}" for place, what in mistakes)) from None


def service_id(given: object) -> str | None:
    """An id that looks like one; None for anything else."""
    return given if isinstance(given, str) and _ID.fullmatch(given) else None


def _message(record: object, longest: int) -> str:
    sns = record.get("Sns") if isinstance(record, dict) else None
    if not isinstance(sns, dict):
        raise UnreadableMessage("Sns: is missing, so this is no record from SNS")
    message = sns.get("Message")
    if not isinstance(message, str):
        raise UnreadableMessage("Message: is missing")
    if len(message) > longest:
        raise UnreadableMessage(f"Message: has more than {longest} characters")
    return message


def _sns_id(record: object) -> str | None:
    sns = record.get("Sns") if isinstance(record, dict) else None
    return service_id(sns.get("MessageId")) if isinstance(sns, dict) else None


def _storable_values(found: dict[str, Any]) -> dict[str, Any]:
    return {name: _storable(value) if isinstance(value, str) else value for name, value in found.items()}


def _storable(text: str) -> str:
    """Half a surrogate pair, as from an emoji cut in two, can't be written as UTF-8, and so not stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
