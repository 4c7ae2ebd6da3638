"""Everything that is changed in moto while a stack is open, and undone when it closes.

Each change says what stock moto does instead. tests/stack/test_moto_canaries.py shows that it still does:
a canary that fails means that moto was mended and the change can go.
"""

from __future__ import annotations

import functools
import json
import random
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any
from unittest import mock

import botocore.endpoint
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from jsonpath_ng.ext.parser import parse as parse_path
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.core.botocore_stubber import BotocoreStubber
from moto.ses.models import RawMessage, SESBackend
from moto.sesv2.responses import SESV2Response
from moto.sns.models import SNSBackend, Subscription
from moto.stepfunctions.parser import models as parser_models  # noqa: F401 - loads the interpreter's modules
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from local.stack.lambdas import LambdaFailed, Lambdas
from local.stack.machine_patches import machine_patches
from local.stack.notifications import notification_event
from local.stack.outbox import Outbox, SentEmail, SentText
from local.stack.scheduler import Scheduler
from local.stack.virtual_threads import VirtualThreading, VirtualTime
from local.stack.wire import Wire

_INTERPRETER = "moto.stepfunctions.parser"

Patch = Any  # mock's own type for a patch is private


@contextmanager
def patched_moto(scheduler: Scheduler, wire: Wire, outbox: Outbox, lambdas: Lambdas) -> Iterator[None]:
    """Moto as the local stack needs it."""
    with ExitStack() as patches:
        for patch in (
            *_virtual_time(scheduler),
            *_faster(),
            *machine_patches(scheduler),
            *_functions_in_this_process(scheduler, lambdas),
            *_notifications(scheduler, lambdas),
            *_observed(scheduler, wire, outbox),
        ):
            patches.enter_context(patch)
        yield


def _virtual_time(scheduler: Scheduler) -> Iterator[Patch]:
    """Stock moto runs a machine in threads that really wait; 1,000 executions make 2,001 threads."""
    virtual_threading = VirtualThreading(scheduler)
    replacements: dict[int, Any] = {
        id(threading): virtual_threading,
        id(threading.Thread): virtual_threading.Thread,
        id(threading.Event): virtual_threading.Event,
        id(threading.Lock): virtual_threading.Lock,
        id(time): VirtualTime(scheduler),
    }
    for module, name, value in _interpreter_names():
        if name == "TMP_THREADS":
            yield mock.patch.object(module, name, _Forgetful())
        elif id(value) in replacements:
            yield mock.patch.object(module, name, replacements[id(value)])
    # Jitter is random on purpose; here the same script has to give the same times.
    yield mock.patch.object(jitter_strategy_decl, "random", random.Random(0))  # noqa: S311 - not a secret
    # botocore sleeps for real between its own retries, and a handler can't let virtual time pass.
    yield mock.patch.object(botocore.endpoint, "time", types.SimpleNamespace(sleep=lambda _: None))


class _Forgetful(list[Any]):
    """moto keeps every thread that it ever began in a list that nobody reads."""

    def append(self, item: Any) -> None:
        pass


def _interpreter_names() -> list[tuple[types.ModuleType, str, Any]]:
    modules = [module for name, module in sys.modules.items() if name.startswith(_INTERPRETER)]
    return [(module, name, value) for module in modules for name, value in list(vars(module).items())]


@functools.lru_cache(maxsize=32)
def _parse_once(definition: str) -> Any:
    return _parse(definition)


_parse = AmazonStateLanguageParser.parse


_parse_path_once = functools.lru_cache(maxsize=1024)(parse_path)


_make_client_once = functools.cache(boto_client_for)


def _faster() -> Iterator[Patch]:
    """Stock moto makes a boto3 client for every task and parses everything anew: most of the work."""

    def client_for(region: str, service: str, **_role: object) -> Any:
        return _make_client_once(region, service)

    for module, name, value in _interpreter_names():
        if value is boto_client_for:
            yield mock.patch.object(module, name, client_for)
    yield mock.patch.object(AmazonStateLanguageParser, "parse", staticmethod(_parse_once))
    yield mock.patch.object(json_path, "parse", _parse_path_once)


def _functions_in_this_process(scheduler: Scheduler, lambdas: Lambdas) -> Iterator[Patch]:
    """Stock moto runs a function in a Docker container."""

    def invoke(function: LambdaFunction, event: Any = None) -> tuple[str, bool, str]:
        payload = event if isinstance(event, str) else json.dumps(event)
        try:
            return (
                lambdas.invoke(lambdas.logical_id(function.function_name), payload, scheduler.now),
                False,
                "",
            )
        except LambdaFailed as failure:
            return failure.as_payload(), True, ""

    yield mock.patch.object(LambdaFunction, "_invoke_lambda", invoke)


def _notifications(scheduler: Scheduler, lambdas: Lambdas) -> Iterator[Patch]:
    """Stock moto invokes a subscribed function, but makes up the topic, the time, the id and the attributes."""
    publish: Callable[..., None] = Subscription.publish

    def notify(subscription: Subscription, message: str, message_id: str, **about: Any) -> None:
        def invoke(_: LambdaBackend, function: str, words: str, **__: object) -> None:
            event = notification_event(
                subscription.topic_arn,
                subscription.arn,
                message_id,
                words,
                about.get("subject"),
                about.get("message_attributes") or {},
                scheduler.now,
            )
            with suppress(LambdaFailed):  # nobody waits for the answer: `stack.failures` has it
                lambdas.invoke(lambdas.logical_id(function), json.dumps(event), scheduler.now)

        with mock.patch.object(LambdaBackend, "send_sns_message", invoke):
            publish(subscription, message, message_id, **about)

    yield mock.patch.object(Subscription, "publish", notify)


def _observed(scheduler: Scheduler, wire: Wire, outbox: Outbox) -> Iterator[Patch]:
    """Stock moto keeps neither the time of sending, nor an e-mail's tags, nor the attributes of a text message."""
    stub: Callable[..., AWSResponse | None] = BotocoreStubber.__call__
    send_raw_email = SESBackend.send_raw_email
    send_email: Callable[[SESV2Response], str] = SESV2Response.send_email
    publish: Callable[..., str] = SNSBackend.publish

    def on_the_wire(
        stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **kwargs: Any
    ) -> AWSResponse | None:
        return wire.pass_on(event_name, request, lambda: stub(stubber, event_name, request, **kwargs))

    def send(backend: SESBackend, source: str, destinations: list[str], raw_data: str) -> RawMessage:
        envelope = tuple(destinations)
        message = send_raw_email(backend, source, destinations, raw_data)
        to = envelope or tuple(message.destinations)
        outbox.emails.append(SentEmail(scheduler.now, to, message.source, raw_data.encode(), message.id))
        return message

    def send_with_tags(request: SESV2Response) -> str:
        answer = send_email(request)
        given = json.loads(request.body)
        tags = {tag["Name"]: tag["Value"] for tag in given.get("EmailTags", [])}
        configuration_set = given.get("ConfigurationSetName", "")
        outbox.emails[-1] = replace(outbox.emails[-1], tags=tags, configuration_set=configuration_set)
        return answer

    def send_simple(*_: object, **__: object) -> None:
        raise NotImplementedError("send e-mails as Raw: of a Simple one moto keeps no headers and one part")

    def text(backend: SNSBackend, message: str, *args: Any, **kwargs: Any) -> str:
        message_id = publish(backend, message, *args, **kwargs)
        if phone := kwargs.get("phone_number"):
            attributes = kwargs.get("message_attributes") or {}
            plain = {name: str(attribute["Value"]) for name, attribute in attributes.items()}
            outbox.texts.append(SentText(scheduler.now, phone, message, plain))
        return message_id

    yield mock.patch.object(BotocoreStubber, "__call__", on_the_wire)
    yield mock.patch.object(SESBackend, "send_raw_email", send)
    yield mock.patch.object(SESBackend, "send_email", send_simple)
    yield mock.patch.object(SESV2Response, "send_email", send_with_tags)
    yield mock.patch.object(SNSBackend, "publish", text)
