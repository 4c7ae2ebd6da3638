"""Where moto's state machine interpreter differs from AWS in a way that our machine would notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from moto.core.exceptions import AWSError
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import TimeoutSecondsPath
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback,
    state_task_service_sfn,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.timestamp import Timestamp
from moto.stepfunctions.parser.asl.eval.callback.callback import (
    CallbackEndpoint,
    CallbackOutcome,
    CallbackOutcomeFailure,
    CallbackOutcomeSuccess,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local.stack.scheduler import Scheduler

StateTaskServiceCallback = state_task_service_callback.StateTaskServiceCallback
StateTaskServiceSfn = state_task_service_sfn.StateTaskServiceSfn

Patch = Any  # mock's own type for a patch is private

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def machine_patches(scheduler: Scheduler) -> Iterator[Patch]:
    """The patches, to be entered one by one."""
    yield from _waits_never_end_early(scheduler)
    yield from _tokens_close(scheduler)
    yield from _timeouts_are_positive()
    yield from _a_machine_starts_a_machine()
    yield from _runtime_errors_are_not_caught()


def _waits_never_end_early(scheduler: Scheduler) -> Iterator[Patch]:
    """Stock moto takes the time for local time, cuts fractions off, and refuses offsets."""

    def wait(state: Timestamp, env: Environment) -> None:
        state.string.eval(env=env)
        text = env.stack.pop()
        if not isinstance(text, str) or not _TIMESTAMP.fullmatch(text):
            raise FailureEventException(state._create_failure_event(env, text))
        due = datetime.fromisoformat(text)
        while env.is_running() and scheduler.now < due:
            env.program_state_event.wait((due - scheduler.now) / timedelta(seconds=1))

    yield mock.patch.object(Timestamp, "_eval_body", wait)


class _TaskTimedOut(AWSError):
    TYPE = "TaskTimedOut"

    def __init__(self) -> None:
        super().__init__("Task Timed Out: 'Provided task does not exist anymore'")


class _InvalidToken(AWSError):
    TYPE = "InvalidToken"

    def __init__(self) -> None:
        super().__init__("Invalid Token: 'Invalid token'")


@dataclass
class _Token:
    endpoint: CallbackEndpoint
    attempt: Environment
    deadline: datetime | None = None
    closed: bool = False


def _tokens_close(scheduler: Scheduler) -> Iterator[Patch]:
    """Stock moto takes answers to a task that is over, and gives every attempt at a task the same token."""
    tokens: dict[str, _Token] = {}
    evaluate = StateTaskServiceCallback._eval_execution
    endpoint_wait = CallbackEndpoint.wait

    def evaluate_with_own_token(task: StateTaskServiceCallback, env: Environment) -> None:
        if task.resource.condition != ResourceCondition.WaitForTaskToken:
            evaluate(task, env)
            return
        text = env.states.context_object.update_task_token()
        token = tokens[text] = _Token(env.callback_pool_manager.add(text), env)
        try:
            evaluate(task, env)
        finally:
            token.closed = True

    def wait(endpoint: CallbackEndpoint, timeout: float | None = None) -> CallbackOutcome | None:
        if timeout is not None and endpoint.callback_id in tokens:
            tokens[endpoint.callback_id].deadline = scheduler.now + timedelta(seconds=timeout)
        return endpoint_wait(endpoint, timeout)

    def answer(text: str, outcome: CallbackOutcome) -> None:
        token = tokens.get(text)
        if token is None:
            raise _InvalidToken
        late = token.deadline is not None and scheduler.now >= token.deadline
        if late or token.closed or token.endpoint.get_outcome() or not token.attempt.is_running():
            raise _TaskTimedOut
        token.endpoint.notify(outcome)

    def succeed(_: StepFunctionsParserBackend, task_token: str, outcome: str) -> None:
        answer(task_token, CallbackOutcomeSuccess(task_token, outcome))

    def fail(
        _: StepFunctionsParserBackend,
        task_token: str,
        error: str | None = None,
        cause: str | None = None,
    ) -> None:
        answer(task_token, CallbackOutcomeFailure(task_token, error, cause))

    yield mock.patch.object(StateTaskServiceCallback, "_eval_execution", evaluate_with_own_token)
    yield mock.patch.object(CallbackEndpoint, "wait", wait)
    yield mock.patch.object(StepFunctionsParserBackend, "send_task_success", succeed)
    yield mock.patch.object(StepFunctionsParserBackend, "send_task_failure", fail)


def _timeouts_are_positive() -> Iterator[Patch]:
    """Stock moto takes a timeout of zero, and of less."""
    evaluate = TimeoutSecondsPath._eval_seconds

    def seconds(timeout: TimeoutSecondsPath, env: Environment) -> int:
        value: Any = evaluate(timeout, env)
        if type(value) is not int or value <= 0:
            raise ValueError(f"TimeoutSecondsPath has to lead to a positive whole number, not to {value!r}")
        return value

    yield mock.patch.object(TimeoutSecondsPath, "_eval_seconds", seconds)


def _a_machine_starts_a_machine() -> Iterator[Patch]:
    """Stock moto passes states:startExecution's parameters on as the machine spells them; boto3 refuses."""
    normalise = StateTaskServiceSfn._normalise_parameters

    def parameters(task: StateTaskServiceSfn, parameters: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        normalise(task, parameters, *args, **kwargs)
        _rename(parameters, str.lower)

    def response(_: StateTaskServiceSfn, response: Any, *__: Any, **___: Any) -> None:
        _rename(response, str.upper)
        if "StartDate" in response:
            response["StartDate"] = response["StartDate"].timestamp()

    yield mock.patch.object(StateTaskServiceSfn, "_normalise_parameters", parameters)
    yield mock.patch.object(StateTaskServiceSfn, "_normalise_response", response)


def _rename(members: dict[str, Any], first_letter: Any) -> None:
    for name in list(members):
        members[first_letter(name[0]) + name[1:]] = members.pop(name)


def _runtime_errors_are_not_caught() -> Iterator[Patch]:
    """Stock moto lets States.ALL retry and catch States.Runtime; on AWS it always ends the execution."""
    matches = ErrorEqualsDecl._eval_body
    runtime = StatesErrorName(typ=StatesErrorNameType.StatesRuntime)

    def match(errors: ErrorEqualsDecl, env: Environment) -> None:
        if env.stack[-1] == runtime:
            env.stack[-1] = False
        else:
            matches(errors, env)

    yield mock.patch.object(ErrorEqualsDecl, "_eval_body", match)
