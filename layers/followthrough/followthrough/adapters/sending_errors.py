"""What an error of a sending service means: whether the message was sent, and whether to try again."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown

ONE_ATTEMPT = Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
"""Neither service can tell a repeated request from a new one, so botocore's own retries, which also follow a
lost answer, would send twice. 13 seconds in all leave a function time to record what came of it."""

_TOO_FAST = {
    *("TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException"),
    *("Throttled", "ThrottledException", "RequestThrottled", "KMSThrottling", "KMSThrottlingException"),
}
_TOO_MANY_REQUESTS = 429
_REQUEST_TIMEOUT = 408
_SERVER_ERROR = 500

_NEVER_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_NEVER_TRIED = (NoCredentialsError, NoRegionError, ParamValidationError, PartialCredentialsError)


@contextmanager
def sending() -> Iterator[None]:
    """Turns the service's errors into the domain's.

    Raises SendingThrottled (definitely not sent, may pass), SendingRefused (definitely not sent, final) or
    SendingUnknown (may have been sent). None of them repeats the service's own words: these quote addresses.
    """
    try:
        yield
    except ClientError as error:
        raise _answered(error) from None
    except _NEVER_CONNECTED as error:
        raise SendingThrottled(type(error).__name__) from None
    except _NEVER_TRIED as error:
        raise SendingRefused(type(error).__name__) from None
    except (BotoCoreError, ResponseParserError, OSError) as error:
        raise SendingUnknown(type(error).__name__) from None


def _answered(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "") or "no code"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_ERROR)
    if code in _TOO_FAST or status == _TOO_MANY_REQUESTS:
        return SendingThrottled(code)
    if status >= _SERVER_ERROR or status == _REQUEST_TIMEOUT:
        return SendingUnknown(code)
    return SendingRefused(code)
