"""Text messages through SNS."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber

from followthrough.adapters.sns import SnsTexter, sns_client
from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")


class FailingSns:
    def __init__(self, failure: Exception) -> None:
        self.attempts = 0
        self._failure = failure

    def publish(self, **_request: Any) -> Any:
        self.attempts += 1
        raise self._failure


def test_a_text_goes_to_the_phone_as_transactional() -> None:
    client = sns_client()
    with Stubber(client) as stub:
        stub.add_response(
            "publish",
            {"MessageId": "sns-1"},
            {
                "PhoneNumber": "+12125550111",
                "Message": "Call Maya now",
                "MessageAttributes": {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            },
        )
        assert SnsTexter(client).send("+12125550111", "Call Maya now") == "sns-1"
        stub.assert_no_pending_responses()


def test_the_client_tries_once_whatever_the_environment_says() -> None:
    config: Any = sns_client().meta.config
    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("Throttling", 400, SendingThrottled),
        ("Throttled", 429, SendingThrottled),
        ("KMSThrottling", 400, SendingThrottled),
        ("InvalidParameter", 400, SendingRefused),
        ("OptedOut", 400, SendingRefused),
        ("AuthorizationError", 403, SendingRefused),
        ("InternalError", 500, SendingUnknown),
    ],
)
def test_an_answer_says_whether_the_text_may_have_gone(code: str, status: int, expected: type[Exception]) -> None:
    client = sns_client()
    with Stubber(client) as stub:
        stub.add_client_error("publish", code, "to +12125550111", http_status_code=status)
        with pytest.raises(expected, match=f"^{code}$") as raised:
            SnsTexter(client).send("+12125550111", "Hello")
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ReadTimeoutError(endpoint_url="https://sns"), SendingUnknown),
        (ConnectTimeoutError(endpoint_url="https://sns"), SendingThrottled),
        (ClientError({}, "Publish"), SendingUnknown),
    ],
)
def test_a_lost_answer_is_not_a_refusal(failure: Exception, expected: type[Exception]) -> None:
    sns: Any = FailingSns(failure)
    with pytest.raises(expected):
        SnsTexter(sns).send("+12125550111", "Hello")
    assert sns.attempts == 1
