"""Run the functions of the template in this process, each as if it had a process of its own."""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import sys
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from local.stack.template import ACCOUNT, REGION
from local.stack.wire import ProcessKilled, Wire

# Each function gets its own copy of these modules, because they may hold clients and settings; the domain
# is pure, so all functions share it.
_LIBRARY_PREFIX = "followthrough."
_SHARED_PREFIX = "followthrough.domain."


class LambdaFailed(Exception):
    """A function let an exception out, or its process died. Says what AWS would answer."""

    def __init__(
        self, function: str, error_type: str, message: str, at: datetime, stack_trace: Sequence[str] = ()
    ) -> None:
        super().__init__(f"{function}: {error_type}: {message}")
        self.function = function
        self.error_type = error_type
        self.message = message
        self.at = at
        self._stack_trace = stack_trace

    def as_payload(self) -> str:
        """What Lambda answers: the Cause that a state machine sees."""
        answer = {
            "errorMessage": self.message,
            "errorType": self.error_type,
            "stackTrace": list(self._stack_trace),
        }
        return json.dumps(answer)


@dataclass(frozen=True)
class FunctionSettings:
    """What the template says of one function."""

    logical_id: str
    name: str
    folder: Path
    handler: str
    memory: int
    timeout: int
    variables: Mapping[str, str]
    layers: tuple[Path, ...]

    @property
    def arn(self) -> str:
        """The function's ARN, without a version."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def environment(self) -> dict[str, str]:
        """The environment variables that the function sees; the machine's own stay out of its sight."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "TZ": "UTC",
            "_HANDLER": self.handler,
            **self.variables,
        }


class LambdaContext:
    """The second argument of a handler."""

    def __init__(self, settings: FunctionSettings, number: int) -> None:
        self.function_name = settings.name
        self.function_version = "$LATEST"
        self.invoked_function_arn = settings.arn
        self.memory_limit_in_mb = settings.memory
        self.aws_request_id = f"00000000-0000-0000-0000-{number:012}"
        self.log_group_name = f"/aws/lambda/{settings.name}"
        self.log_stream_name = "local"
        self._timeout = settings.timeout

    def get_remaining_time_in_millis(self) -> int:
        """All of it: virtual time stands still while a handler runs."""
        return self._timeout * 1000


class _OwnModules:
    """The modules that one function has loaded for itself. They are in sys.modules only while it runs."""

    def __init__(self, folder: Path, handler_module: str) -> None:
        self._folder = str(folder) + os.sep
        self._handler_module = handler_module
        self._modules: dict[str, ModuleType] = {}

    @contextmanager
    def installed(self) -> Iterator[None]:
        library = [name for name in sys.modules if name.startswith(_LIBRARY_PREFIX) and _is_own(name)]
        others = _take_out([*library, *self._modules, self._handler_module])
        _put_in(self._modules)
        before = set(sys.modules)
        try:
            yield
        finally:
            loaded = [name for name in sys.modules.keys() - before if self._owns(name)]
            self._modules = _take_out([*self._modules, *loaded])
            _put_in(others)

    def _owns(self, name: str) -> bool:
        file = getattr(sys.modules[name], "__file__", None) or ""
        return _is_own(name) or file.startswith(self._folder)


def _is_own(name: str) -> bool:
    return name.startswith(_LIBRARY_PREFIX) and not f"{name}.".startswith(_SHARED_PREFIX)


def _put_in(modules: Mapping[str, ModuleType]) -> None:
    for name, module in modules.items():
        sys.modules[name] = module
        _bind_to_parent(name, module)


def _take_out(names: list[str]) -> dict[str, ModuleType]:
    taken = {name: sys.modules.pop(name) for name in dict.fromkeys(names) if name in sys.modules}
    for name in taken:
        _bind_to_parent(name, None)
    return taken


def _bind_to_parent(name: str, module: ModuleType | None) -> None:
    """`from package import module` reads the package's attribute, so it has to follow sys.modules."""
    package, _, own_name = name.rpartition(".")
    parent = sys.modules.get(package)
    if parent is None:
        return
    if module is not None:
        setattr(parent, own_name, module)
    elif own_name in vars(parent):
        delattr(parent, own_name)


class _Function:
    """One function of the template: cold until it is first invoked, then warm until it is killed."""

    def __init__(self, settings: FunctionSettings) -> None:
        self.settings = settings
        self.cool_down()

    def cool_down(self) -> None:
        """Forget the process."""
        handler_module = self.settings.handler.rpartition(".")[0]
        self._modules = _OwnModules(self.settings.folder, handler_module)
        self._handler: Any = None

    def call(self, event: Any, context: LambdaContext) -> Any:
        try:
            with _environment(self.settings.environment()), self._modules.installed():
                if self._handler is None:
                    self._handler = self._cold_start()
                return self._handler(event, context)
        except ProcessKilled:
            self.cool_down()
            raise

    def _cold_start(self) -> Any:
        module_name, _, function_name = self.settings.handler.rpartition(".")
        sys.path.insert(0, str(self.settings.folder))
        try:
            module = importlib.import_module(module_name)
        finally:
            sys.path.remove(str(self.settings.folder))
            _forget_loggers()
        self._check_library()
        return getattr(module, function_name)

    def _check_library(self) -> None:
        """Here the library is always found; on AWS a layer has to bring it."""
        package = _LIBRARY_PREFIX.removesuffix(".")
        if any(map(_is_own, sys.modules)) and not any((layer / package).is_dir() for layer in self.settings.layers):
            raise ModuleNotFoundError(f"No layer of {self.settings.logical_id} holds {package}", name=package)


def _forget_loggers() -> None:
    """Powertools finds its logger again by the service's name, and with it another function's output."""
    loggers = logging.Logger.manager.loggerDict
    for name in [name for name, logger in loggers.items() if hasattr(logger, "powertools_handler")]:
        del loggers[name]


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Lambdas:
    """All functions, by logical id and by name; what they print; what has failed."""

    def __init__(self, settings: list[FunctionSettings], wire: Wire) -> None:
        self._functions = {one.logical_id: _Function(one) for one in settings}
        self._logical_ids = {one.name: one.logical_id for one in settings}
        self._wire = wire
        self._tape = io.StringIO()
        self.invocations: Counter[str] = Counter()
        self.failures: list[LambdaFailed] = []

    def logical_id(self, name_or_arn: str) -> str:
        """Raises KeyError for a function that the template does not have."""
        return self._logical_ids[name_or_arn.rsplit(":", 1)[-1]]

    def cool_down(self) -> None:
        """Every function starts cold when it is next invoked."""
        for function in self._functions.values():
            function.cool_down()

    @property
    def logs(self) -> list[str]:
        """Every line that was printed."""
        return self._tape.getvalue().splitlines()

    def invoke(self, logical_id: str, payload: str, at: datetime) -> str:
        """Call the handler with a JSON text; its answer as JSON text. Raises LambdaFailed."""
        function = self._functions[logical_id]
        self.invocations[logical_id] += 1
        context = LambdaContext(function.settings, self.invocations.total())
        with redirect_stdout(self._tape), redirect_stderr(self._tape), self._wire.calling(logical_id):
            try:
                return json.dumps(function.call(json.loads(payload), context), default=_as_lambda_does)
            except ProcessKilled as death:
                # Without an error type from the function, this is what a state machine is told.
                failure = LambdaFailed(logical_id, "Lambda.Unknown", str(death), at)
            except Exception as error:  # noqa: BLE001 - the Lambda service reports whatever a handler lets out
                print(f"[ERROR] {''.join(traceback.format_exception(error))}")
                trace = traceback.format_tb(error.__traceback__)
                failure = LambdaFailed(logical_id, type(error).__name__, str(error), at, trace)
        self.failures.append(failure)
        raise failure


def _as_lambda_does(value: object) -> float:
    """The one type beyond JSON's own that the runtime of AWS can serialise."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
