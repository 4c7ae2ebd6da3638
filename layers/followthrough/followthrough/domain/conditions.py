"""The conditions of `if`: what they can ask, and whether they hold."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args

from pydantic import Field, PlainValidator, WithJsonSchema

from followthrough.domain.cadence_values import AS_WRITTEN, AUDIENCES, StartedBy
from followthrough.domain.model import Model

KNOWN, UNKNOWN = "known", "unknown"
KEPT_FIELDS = ("name", "email", "phone", "service", "message", "problem", "goal")
"""What a lead can have told us, or not."""

CONDITION_FIELDS: dict[str, tuple[str, ...]] = {
    "arrived": ("in_hours", "outside_hours"),
    "value": ("normal", "high"),
    "audience": AUDIENCES,
    "started_by": get_args(StartedBy),
    **dict.fromkeys(KEPT_FIELDS, (KNOWN, UNKNOWN)),
}
COUNTS = ("unanswered_calls", "voicemails", "partner_calls", "partner_texts")
WORDS = (*CONDITION_FIELDS, *COUNTS)
"""What 'if' can name beside steps."""


class Count(Model):
    """How many there are, by at least one of its two ends."""

    at_least: int | None = Field(None, ge=0)
    at_most: int | None = Field(None, ge=0)

    def has(self, number: int) -> bool:
        """Whether a number lies between the ends."""
        return (self.at_least or 0) <= number and (self.at_most is None or number <= self.at_most)


def _condition(value: Any) -> str | list[str] | Count:
    if isinstance(value, str | Count):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    if isinstance(value, dict) and value and set(value) <= {"at_least", "at_most"} and _numbers(value):
        return Count.model_validate(value)
    raise ValueError('write a value, a list of values, or a number as {"at_least": 2} or {"at_most": 2}')


def _numbers(value: Mapping[str, Any]) -> bool:
    return all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in value.values())


_NUMBER = {"type": "integer", "minimum": 0}
Condition = Annotated[
    str | list[str] | Count,
    PlainValidator(_condition),
    AS_WRITTEN,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {
                    "type": "object",
                    "properties": {"at_least": _NUMBER, "at_most": _NUMBER},
                    "minProperties": 1,
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


def values_of(wanted: str | list[str] | Count) -> list[str]:
    """The values of which a fact has to be one; none for a number."""
    if isinstance(wanted, Count):
        return []
    return [wanted] if isinstance(wanted, str) else wanted


def holds(wanted: str | list[str] | Count, fact: str | int | None) -> bool:
    """Whether a fact is what a condition wants."""
    if isinstance(wanted, Count):
        return isinstance(fact, int) and wanted.has(fact)
    return fact in values_of(wanted)


def mistake(
    conditions: Mapping[str, str | list[str] | Count],
    steps: list[str],
    outcomes_of: Callable[[str], tuple[str, ...]],
) -> str | None:
    """What is wrong with conditions, and what would be right. `steps` are those whose outcome they can ask for."""
    for key, wanted in conditions.items():
        if key in COUNTS:
            if not isinstance(wanted, Count):
                return f"'if' compares '{key}' with a number: {{\"at_least\": 2}} or {{\"at_most\": 2}}"
            continue
        if key not in (*CONDITION_FIELDS, *steps):
            return f"'if' asks for '{key}', which is neither a step before it nor one of " + ", ".join(WORDS)
        known = CONDITION_FIELDS.get(key) or outcomes_of(key)
        values = values_of(wanted)
        if not values or any(value not in known for value in values):
            return f"'if' compares '{key}' with one or more of " + ", ".join(known)
    return None
