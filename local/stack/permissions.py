"""Does a function's role allow what the function calls? moto lets everything pass; AWS would not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

_DIFFERENT = {"lambda.Invoke": "lambda:InvokeFunction"}  # where the permission has another name than the API
_PREFIXES = {"sesv2": "ses", "stepfunctions": "states"}
_IN_A_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Get": "dynamodb:GetItem",
}


class Permissions:
    """The policy documents of each function's role, by the function's logical id."""

    def __init__(self, documents: Mapping[str, list[dict[str, Any]]]) -> None:
        self._allowed = {
            function: sorted({action for document in several for action in _allowed(document)})
            for function, several in documents.items()
        }

    def missing(self, function: str, call: str, body: Mapping[str, Any]) -> list[str]:
        """The actions that a request needs and the function's role does not allow.

        `call` is like dynamodb.GetItem. Actions are compared, resources and conditions are not.
        """
        return [
            action
            for action in sorted(set(_needed(call, body)))
            if not any(fnmatchcase(action.lower(), allowed.lower()) for allowed in self._allowed[function])
        ]


def _allowed(document: Mapping[str, Any]) -> Iterator[str]:
    statements = document["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement["Effect"] == "Allow":
            actions = statement["Action"]
            yield from actions if isinstance(actions, list) else [actions]


def _needed(call: str, body: Mapping[str, Any]) -> Iterator[str]:
    service, _, operation = call.partition(".")
    if operation in ("TransactWriteItems", "TransactGetItems"):
        for item in body["TransactItems"]:
            yield from (_IN_A_TRANSACTION[kind] for kind in item)
    else:
        yield _DIFFERENT.get(call, f"{_PREFIXES.get(service, service)}:{operation}")
