"""The outermost layer of every handler: what leaves a function, even by accident, names nobody."""

import traceback
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

from followthrough.domain.errors import FollowthroughError

R = TypeVar("R")
T = TypeVar("T")

logger = Logger()


class UnexpectedFailure(FollowthroughError):
    """Something nobody planned for. Says what kind of error it was and where, not what it said: messages of
    foreign errors repeat their input, and Lambda's errors end up in execution history.
    """


def guarded(handler: Callable[[dict[str, Any], Any], R]) -> Callable[[dict[str, Any], Any], R]:
    """Let our own errors through, whose messages carry ids only, and strip all others of what they say."""

    @wraps(handler)
    def wrapped(event: dict[str, Any], context: Any) -> R:
        try:
            return handler(event, context)
        except FollowthroughError as error:
            logger.warning("refused", extra={"error": type(error).__name__, "reason": str(error)})
            raise
        except Exception as error:  # noqa: BLE001 - this is the last place that sees whatever went wrong
            place = traceback.extract_tb(error.__traceback__)[-1]
            what = f"{type(error).__name__} in {place.name}, line {place.lineno}"
            logger.error("unexpected failure", extra={"error": what, "path": _path(error)})
            raise UnexpectedFailure(what) from None

    return wrapped


def for_each(messages: Sequence[T], handle: Callable[[T], R]) -> list[R]:
    """Handle each message, whatever becomes of the others; then raise the first failure, so that all come again."""
    done: list[R] = []
    failed: list[Exception] = []
    for message in messages:
        try:
            done.append(handle(message))
        except Exception as error:  # noqa: BLE001 - it is raised as soon as the others are done
            failed.append(error)
    if failed:
        raise failed[0]
    return done


def _path(error: Exception) -> list[str]:
    return [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
