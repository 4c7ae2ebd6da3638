"""Between handlers and AWS: every request is counted here, and here it can be made to go wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import MockRawResponse

from local.stack.permissions import Permissions

Send = Callable[[], AWSResponse | None]


class ProcessKilled(BaseException):
    """The function's process dies here. Not an Exception: no handler's `except` may survive it."""


@dataclass(frozen=True)
class AwsError:
    """An error answer of AWS: `code` as in the service's model; `more` is merged into a JSON body."""

    code: str
    message: str = "injected by a test"
    status: int = 400
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Killed:
    """The process is killed, and the environment with it: the next invocation is a cold start."""


@dataclass(frozen=True)
class LostAnswer:
    """The connection breaks: whether AWS did it is not known to the caller."""


@dataclass
class Fault:
    """What goes wrong, where (`before:` the request is sent or `after:` AWS has done it), how often."""

    moment: str
    call: str
    function: str | None
    what: AwsError | Killed | LostAnswer
    skip: int
    times: int
    fired: int = 0

    def concerns(self, moment: str, call: str, function: str) -> bool:
        """Whether the fault is meant for this request."""
        return (self.moment, self.call) == (moment, call) and self.function in (None, function)

    def due(self) -> bool:
        """Called once for each request that it concerns."""
        if self.skip:
            self.skip -= 1
            return False
        if self.fired >= self.times:
            return False
        self.fired += 1
        return True


class Wire:
    """Stands between botocore and moto. Only requests made by a handler are checked, counted and broken."""

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions
        self.calls: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self._callers: list[str | None] = [None]

    @contextmanager
    def calling(self, function: str | None) -> Iterator[None]:
        """Requests made meanwhile are `function`'s own; None: they are nobody's."""
        self._callers.append(function)
        try:
            yield
        finally:
            self._callers.pop()

    def pass_on(self, event_name: str, request: AWSPreparedRequest, send: Send) -> AWSResponse | None:
        """One attempt at one request. `event_name` is botocore's before-send.<service>.<Operation>."""
        function = self._callers[-1]
        if function is None:
            return send()
        call = _name_of(event_name)
        self.calls[call] += 1
        if missing := self._permissions.missing(function, call, _json_body(request)):
            return _answer(request, _denied(function, missing))
        if (refusal := self._fault("before", call, function, request)) is not None:
            return refusal
        with self.calling(None):
            answer = send()
        replaced = self._fault("after", call, function, request)
        return answer if replaced is None else replaced

    def _fault(self, moment: str, call: str, function: str, request: AWSPreparedRequest) -> AWSResponse | None:
        concerned = [fault for fault in self.faults if fault.concerns(moment, call, function)]
        fault = next((fault for fault in concerned if fault.due()), None)
        match fault and fault.what:
            case Killed():
                raise ProcessKilled(f"{function} killed {moment} {call}")
            case LostAnswer():
                raise ReadTimeoutError(endpoint_url=request.url, error="the answer was lost")
            case AwsError() as error:
                return _answer(request, error)
        return None


def _json_body(request: AWSPreparedRequest) -> dict[str, Any]:
    """The request's parameters where the protocol is JSON, else nothing."""
    if "json" not in _content_type(request) or not isinstance(request.body, str | bytes):
        return {}
    body: dict[str, Any] = json.loads(request.body)
    return body


def _content_type(request: AWSPreparedRequest) -> str:
    content_type: str | bytes = request.headers.get("Content-Type", "")
    return content_type.decode() if isinstance(content_type, bytes) else content_type


def _denied(function: str, missing: list[str]) -> AwsError:
    message = f"the role of {function} does not allow {', '.join(missing)}"
    return AwsError("AccessDeniedException", message, 403)


def _name_of(event_name: str) -> str:
    _, service, operation = event_name.split(".")
    # botocore's service id against the name that a boto3 client is made with.
    return f"{'stepfunctions' if service == 'sfn' else service}.{operation}"


def _answer(request: AWSPreparedRequest, error: AwsError) -> AWSResponse:
    """The error in the form that the request's protocol uses."""
    headers = {"x-amzn-requestid": "injected", "x-amzn-errortype": error.code}
    if "x-www-form-urlencoded" in _content_type(request):
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(error.code)}</Code>"
            f"<Message>{escape(error.message)}</Message></Error><RequestId>injected</RequestId></ErrorResponse>"
        )
    else:
        body = json.dumps({"__type": error.code, "message": error.message, **error.more})
    return AWSResponse(request.url, error.status, headers, MockRawResponse(body))  # type: ignore[arg-type,no-untyped-call,unused-ignore]
