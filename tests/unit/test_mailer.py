"""E-mail as it goes over the wire, and what the service's answers mean."""

import email.policy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.httpsession import URLLib3Session

from followthrough.adapters.ses import SesMailer, as_mime, ses_client
from followthrough.domain.errors import SendingRefused, SendingThrottled, SendingUnknown
from followthrough.use_cases.ports import OutgoingEmail, RenderedEmail
from tests.unit.fakes import sample_settings

NOW = datetime(2026, 11, 23, 15, 0, 7, tzinfo=UTC)
BUSINESS = sample_settings().business
HELLO = OutgoingEmail(
    to="maya@example.com",
    content=RenderedEmail(subject="We have your request", text="Hi Maya,\n", html="<p>Hi Maya,</p>\n"),
    unsubscribe_url="https://api.example.com/unsubscribe/abc123",
    tags={"lead": "lead1", "touch": "will-call_1"},
)


class FakeSes:
    """Takes one request and answers it, or fails as told."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.requests: list[dict[str, Any]] = []
        self._failure = failure

    def send_email(self, **request: Any) -> dict[str, str]:
        self.requests.append(request)
        if self._failure:
            raise self._failure
        return {"MessageId": "ses-1"}


def mailer(client: Any, configuration_set: str = "followthrough") -> SesMailer:
    return SesMailer(BUSINESS, configuration_set, lambda: NOW, client)


def parsed(message: OutgoingEmail) -> EmailMessage:
    made = BytesParser(policy=email.policy.default).parsebytes(as_mime(message, BUSINESS, NOW))
    assert isinstance(made, EmailMessage)
    return made


def with_content(subject: str = "Hello", text: str = "Hi\n", to: str = "maya@example.com") -> OutgoingEmail:
    return OutgoingEmail(to=to, content=RenderedEmail(subject=subject, text=text, html=f"<p>{text}</p>"))


def refusal(code: str, status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "Email address is not verified: maya@example.com"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "SendEmail")


def test_an_email_is_sent_to_one_address_with_its_tags_and_configuration_set() -> None:
    ses = FakeSes()
    assert mailer(ses).send(HELLO) == "ses-1"
    [request] = ses.requests
    assert request["Destination"] == {"ToAddresses": ["maya@example.com"]}
    assert request["ConfigurationSetName"] == "followthrough"
    assert request["EmailTags"] == [
        {"Name": "lead", "Value": "lead1"},
        {"Name": "touch", "Value": "will-call_1"},
    ]


def test_without_a_configuration_set_none_is_named() -> None:
    ses = FakeSes()
    mailer(ses, configuration_set="").send(HELLO)
    assert "ConfigurationSetName" not in ses.requests[0]


def test_the_headers_say_who_writes_when_and_how_to_stop_it() -> None:
    message = parsed(HELLO)
    assert message["From"] == "Fernhill Home Improvement <hello@mail.example.com>"
    assert message["Reply-To"] == message["From"]
    assert message["To"] == "maya@example.com"
    assert message["Date"] == "Mon, 23 Nov 2026 15:00:07 +0000"
    assert message["List-Unsubscribe"] == "<https://api.example.com/unsubscribe/abc123>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@mail.example.com>")


def test_answers_go_where_the_email_says_in_the_businesss_name() -> None:
    to = f"reply+{'n' * 36}@reply.mail.example.com"
    assert parsed(replace(HELLO, reply_to=to))["Reply-To"] == f"Fernhill Home Improvement <{to}>"
    assert parsed(replace(HELLO, reply_to=to))["From"] == "Fernhill Home Improvement <hello@mail.example.com>"


def test_a_long_unsubscribe_link_stands_in_its_header_as_it_is() -> None:
    url = "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/unsubscribe/" + "kD93kfUe02kd" * 3
    raw = as_mime(replace(HELLO, unsubscribe_url=url), BUSINESS, NOW)
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw


def test_an_email_to_a_rep_has_no_unsubscribe_headers() -> None:
    assert not [name for name in parsed(with_content()).keys() if name.startswith("List-")]  # noqa: SIM118 - no dict


def test_text_comes_first_and_html_second_so_that_the_better_part_is_shown() -> None:
    message = parsed(HELLO)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Hi Maya,"]


def test_a_subject_in_any_script_travels_as_ascii_and_arrives_whole() -> None:
    subject = "Zo\u00eb \u2013 \u674e\u660e \U0001f600 " + "long " * 9
    raw = as_mime(with_content(subject=subject), BUSINESS, NOW)
    assert raw.isascii()
    assert b"=?utf-8?" in raw
    assert parsed(with_content(subject=subject))["Subject"] == subject.strip()


def test_the_whole_message_is_ascii_in_lines_that_no_server_rewrites() -> None:
    raw = as_mime(with_content(text="\u674e\u660e " * 400 + "\n"), BUSINESS, NOW)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("subject", ["Hi\r\nBcc: victim@example.com", "Hi\nX-Evil: 1", "Hi\r\n\r\n<b>body</b>"])
def test_a_line_break_in_a_subject_adds_no_header(subject: str) -> None:
    message = parsed(with_content(subject=subject))
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert "\n" not in message["Subject"]


@pytest.mark.parametrize(
    "address",
    [
        "maya@example.com\r\nBcc: victim@example.com",
        "maya@example.com, victim@example.com",
        "Maya <maya@example.com>",
        "j\u00f6rg@example.com",
        "no-address",
        "@example.com",
        "maya..t@example.com",
        "maya@localhost",
        "",
    ],
)
def test_an_address_that_is_more_or_less_than_one_is_refused_without_asking(address: str) -> None:
    ses = FakeSes()
    with pytest.raises(SendingRefused, match=r"^AddressNotSupported$"):
        mailer(ses).send(with_content(to=address))
    assert ses.requests == []


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    assert parsed(with_content(to="maya@b\u00fccher.example"))["To"] == "maya@xn--bcher-kva.example"


def test_a_business_name_in_another_script_keeps_the_sender_readable() -> None:
    business = BUSINESS.model_copy(update={"name": 'Caf\u00e9 "M\u00fcller", Inc. <x@evil.example>'})
    message = BytesParser(policy=email.policy.default).parsebytes(as_mime(HELLO, business, NOW))
    [sender] = message["From"].addresses
    assert sender.display_name == business.name
    assert sender.addr_spec == "hello@mail.example.com"


def test_message_ids_differ_by_message_and_tell_nothing_about_the_host() -> None:
    ids = {parsed(each)["Message-ID"] for each in (HELLO, with_content(), with_content(text="Other\n"))}
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (refusal("TooManyRequestsException", 429), SendingThrottled),
        (refusal("ThrottlingException"), SendingThrottled),
        (refusal("Throttling", 503), SendingThrottled),
        (refusal("LimitExceededException"), SendingThrottled),
        (refusal("SomethingNew", 429), SendingThrottled),
        (refusal("MessageRejected"), SendingRefused),
        (refusal("MailFromDomainNotVerifiedException"), SendingRefused),
        (refusal("AccountSuspendedException"), SendingRefused),
        (refusal("SendingPausedException"), SendingRefused),
        (refusal("BadRequestException"), SendingRefused),
        (refusal("NotFoundException", 404), SendingRefused),
        (refusal("AccessDeniedException", 403), SendingRefused),
        (refusal("InternalFailure", 500), SendingUnknown),
        (refusal("ServiceUnavailable", 503), SendingUnknown),
        (refusal("RequestTimeout", 408), SendingUnknown),
        (ReadTimeoutError(endpoint_url="https://ses"), SendingUnknown),
        (ConnectionClosedError(endpoint_url="https://ses"), SendingUnknown),
        (ConnectionResetError("maya@example.com"), SendingUnknown),
        (ConnectTimeoutError(endpoint_url="https://ses"), SendingThrottled),
        (EndpointConnectionError(endpoint_url="https://ses"), SendingThrottled),
        (NoCredentialsError(), SendingRefused),
    ],
)
def test_every_failure_says_whether_the_mail_may_have_gone(failure: Exception, expected: type[Exception]) -> None:
    ses = FakeSes(failure)
    with pytest.raises(expected) as raised:
        mailer(ses).send(HELLO)
    assert type(raised.value) is expected
    assert "maya" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert len(ses.requests) == 1


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_MAX_ATTEMPTS", "5"),
        ("AWS_RETRY_MODE", "standard"),
    ):
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "answer",
    [
        lambda: _raise(ReadTimeoutError(endpoint_url="https://ses")),
        lambda: _raise(ConnectionClosedError(endpoint_url="https://ses")),
    ],
)
def test_the_real_client_tries_once_when_the_answer_is_lost(
    answer: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[object] = []

    def lose(_session: object, request: object) -> object:
        attempts.append(request)
        return answer()

    monkeypatch.setattr(URLLib3Session, "send", lose)
    with pytest.raises(SendingUnknown):
        mailer(ses_client()).send(HELLO)
    assert len(attempts) == 1


def _raise(error: Exception) -> object:
    raise error
