"""The local stack: the shipped template, state machine and handlers, on moto, in virtual time."""

from local.stack.http_api import HttpAnswer
from local.stack.lambdas import LambdaFailed
from local.stack.outbox import SentEmail, SentText
from local.stack.scheduler import ClockStuck
from local.stack.stack import Execution, LocalStack
from local.stack.template import TemplateError
from local.stack.wire import AwsError, Fault

__all__ = [
    "AwsError",
    "ClockStuck",
    "Execution",
    "Fault",
    "HttpAnswer",
    "LambdaFailed",
    "LocalStack",
    "SentEmail",
    "SentText",
    "TemplateError",
]
