"""The local stack: template.yaml, its state machine and its handlers, unmodified, in virtual time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import boto3
from moto import mock_aws
from moto.core.models import MockAWS
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from local.stack.clients import client, session
from local.stack.deployment import Deployment
from local.stack.event_bus import email_event, in_templates
from local.stack.http_api import MOST_BYTES, HttpAnswer, answer_from, event_for, plain_answer, route_for
from local.stack.lambdas import LambdaFailed, Lambdas
from local.stack.moto_patches import patched_moto
from local.stack.outbox import Outbox, SentEmail, SentText
from local.stack.scheduler import Scheduler
from local.stack.surroundings import surroundings
from local.stack.template import ACCOUNT, REGION, read_template
from local.stack.wire import AwsError, Fault, Killed, LostAnswer, Wire


@dataclass(frozen=True)
class Execution:
    """One execution of the state machine. `input` and `output` are what was JSON; times are UTC."""

    arn: str
    name: str
    status: str
    input: Any
    output: Any
    error: str | None
    cause: str | None
    started_at: datetime
    stopped_at: datetime | None


class LocalStack:
    """The deployed template. Use it as a context manager, or call `close`.

    Only one can be open in a process, and everything happens in the thread that opened it. Time moves only
    when `run_until` or `run_all` is called. A function's answer, a sent message, a state takes no time.
    """

    @classmethod
    def deploy(
        cls,
        template: Path,
        starts_at: datetime,
        parameters: Mapping[str, str] | None = None,
        public_url: str = f"https://local.execute-api.{REGION}.amazonaws.com",
        layer_folders: Mapping[str, Path] | None = None,
    ) -> Self:
        """Deploy the SAM template; it is `starts_at` (aware, whole seconds) when that is done.

        `parameters` are the template's. `public_url` is the HTTP API's address, for links in messages.
        `layer_folders` replaces the folders of layers, by name, such as another config/.
        Raises TemplateError when the template holds what the stack would ignore.
        """
        return cls(template, starts_at, parameters or {}, public_url, layer_folders or {})

    def __init__(
        self,
        template: Path,
        starts_at: datetime,
        parameters: Mapping[str, str],
        public_url: str,
        layer_folders: Mapping[str, Path],
    ) -> None:
        if MockAWS._mocks_active:
            raise RuntimeError("moto is in use already: close the other local stack first")
        self._exit = ExitStack()
        try:
            self._open(template, starts_at, parameters, public_url, layer_folders)
        except BaseException:
            self._exit.close()
            raise

    def _open(
        self,
        template: Path,
        starts_at: datetime,
        parameters: Mapping[str, str],
        public_url: str,
        layer_folders: Mapping[str, Path],
    ) -> None:
        self._exit.enter_context(surroundings())
        self._deployment = Deployment(read_template(template, parameters), parameters, public_url, layer_folders)
        self._scheduler = Scheduler(starts_at)
        self._exit.callback(self._scheduler.close)
        self._starts_at = self._scheduler.now
        self._wire = Wire(self._deployment.permissions)
        self._outbox = Outbox()
        self._lambdas = Lambdas(self._deployment.functions, self._wire)
        self._routes, self._schedules = self._deployment.routes, self._deployment.schedules
        self._event_rules, self._published = self._deployment.event_rules, self._deployment.published_of_emails
        self._requests = 0
        self._reports = 0
        self._exit.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        boto3.DEFAULT_SESSION = session()
        self._exit.enter_context(patched_moto(self._scheduler, self._wire, self._outbox, self._lambdas))
        self._deployment.create()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Undo everything: clock, environment, patches, moto's data."""
        self._exit.close()

    # ---- time

    @property
    def now(self) -> datetime:
        """The virtual time, in UTC."""
        return self._scheduler.now

    def next_due(self) -> datetime | None:
        """When something happens next; None when nothing is waiting. Schedules don't count."""
        return self._scheduler.next_due()

    def call_at(self, when: datetime, call: Callable[[], object]) -> None:
        """Call something when it is `when`, after what the machine does in that second: people answer, they don't
        foresee. What it raises comes out of run_until.
        """
        self._scheduler.at(when, call, last=True)

    def run_until(self, when: datetime, schedules: bool = False) -> None:
        """Run everything that is due before `when`; then it is `when`.

        With `schedules`, the template's schedules fire too, at multiples of their rate since the start. They
        are off by default: a rule that fires each minute fires 43,200 times in a demo of thirty days, and
        each time finds nothing. Switch them on for the stretch where the watchdog matters.
        """
        if schedules:
            self._put_ticks_on_the_agenda(when)
        self._scheduler.run_until(when)

    def run_all(self, limit: int = 100_000) -> None:
        """Run until nothing waits any more. Raises ClockStuck after `limit` steps: some plans never end."""
        self._scheduler.run_all(limit)

    def fire_schedules(self) -> None:
        """Fire each schedule once, now."""
        for schedule in self._schedules:
            self._fire(schedule.function, schedule.event)

    def _put_ticks_on_the_agenda(self, until: datetime) -> None:
        for schedule in self._schedules:
            rate = timedelta(seconds=schedule.seconds)
            tick = self._starts_at - (self._starts_at - self.now) // rate * rate
            while tick < until:
                self.call_at(tick, lambda to=schedule: self._fire(to.function, to.event))  # type: ignore[misc]
                tick += rate

    def _fire(self, function: str, event: str) -> None:
        """An asynchronous invocation: its caller is not told of a failure; `failures` is."""
        with suppress(LambdaFailed):
            self._lambdas.invoke(function, event, self.now)

    # ---- what outsiders do

    def http(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"", query: str = ""
    ) -> HttpAnswer:
        """Send a request to the HTTP API. `query` is the raw query string."""
        if len(body) > MOST_BYTES:
            return plain_answer(413, "Request Too Long")
        found = route_for(self._routes, method, path)
        if found is None:
            return plain_answer(404, "Not Found")
        self._requests += 1
        event = event_for(*found, method, path, query, headers, body, self.now, self._requests)
        return self._answer(found[0].function, event)

    def http_event(self, event: Mapping[str, Any]) -> HttpAnswer:
        """Hand over an event of API Gateway (payload format 2.0) as it is; the route is its routeKey's."""
        functions = {route.key: route.function for route in self._routes}
        if event["routeKey"] not in functions:
            return plain_answer(404, "Not Found")
        return self._answer(functions[event["routeKey"]], event)

    def _answer(self, function: str, event: Mapping[str, Any]) -> HttpAnswer:
        try:
            return answer_from(self.invoke(function, event))
        except LambdaFailed:
            return plain_answer(500, "Internal Server Error")

    def happen(self, event: Mapping[str, Any]) -> None:
        """Something that an AWS service puts on the account's event bus: it invokes the functions whose rules match."""
        for rule in self._event_rules:
            if rule.matches(event):
                self._fire(rule.function, json.dumps(event))

    def report_email(self, email: SentEmail, event_type: str, about: Mapping[str, Any]) -> None:
        """SES finds out, now, what became of an e-mail, and publishes it if the template has asked for that.

        `event_type` is SES's eventType, such as Bounce; `about` is the part of the event that only this type has.
        """
        if in_templates(event_type) in self._published.get(email.configuration_set, set()):
            self._reports += 1
            self.happen(email_event(event_type, about, email, self._reports, self.now))

    def invoke(self, function: str, payload: Any) -> Any:
        """Invoke a function by its logical id; what it returns. Raises LambdaFailed."""
        return json.loads(self._lambdas.invoke(function, json.dumps(payload), self.now))

    def client(self, service: str) -> Any:
        """A boto3 client. Its calls are the test's own: not counted, checked or broken."""
        return client(service)

    # ---- what goes wrong

    def deploy_again(self) -> None:
        """The folders of layers have been edited: every function starts cold and reads them anew."""
        self._lambdas.cool_down()

    def crash(self, at: str, function: str | None = None, skip: int = 0, times: int = 1) -> Fault:
        """Kill the function's process at an AWS call, such as `after:sesv2.SendEmail`."""
        return self._break(at, Killed(), function, skip, times)

    def lose_answer(self, at: str, function: str | None = None, skip: int = 0, times: int = 1) -> Fault:
        """Break the connection: `before:` AWS has done it, or `after:`. botocore may try again."""
        return self._break(at, LostAnswer(), function, skip, times)

    def refuse(self, at: str, error: AwsError, function: str | None = None, skip: int = 0, times: int = 1) -> Fault:
        """Let AWS answer with an error. botocore may try again."""
        return self._break(at, error, function, skip, times)

    def _break(
        self, at: str, what: AwsError | Killed | LostAnswer, function: str | None, skip: int, times: int
    ) -> Fault:
        moment, _, call = at.partition(":")
        if moment not in ("before", "after") or "." not in call:
            raise ValueError(f"at must be like before:dynamodb.PutItem or after:sns.Publish, not {at!r}")
        fault = Fault(moment, call, function, what, skip, times)
        self._wire.faults.append(fault)
        return fault

    # ---- what can be seen

    @property
    def emails(self) -> list[SentEmail]:
        """What SES accepted, in order."""
        return self._outbox.emails

    @property
    def texts(self) -> list[SentText]:
        """What SNS accepted for phones, in order."""
        return self._outbox.texts

    @property
    def logs(self) -> list[str]:
        """The lines that functions have printed, logs and metrics alike."""
        return self._lambdas.logs

    @property
    def failures(self) -> list[LambdaFailed]:
        """Every invocation that failed, whoever asked for it."""
        return self._lambdas.failures

    @property
    def accidents(self) -> list[BaseException]:
        """Exceptions in the interpreter of the state machine itself: defects of the stack. Always empty."""
        return self._scheduler.accidents

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs."""
        return self._deployment.outputs

    def executions(self) -> list[Execution]:
        """All executions of all state machines, in the order they were started."""
        return [_execution(one) for one in self._raw_executions()]

    def history(self, execution_arn: str) -> list[dict[str, Any]]:
        """All events of one execution, as GetExecutionHistory gives them."""
        answer = self.client("stepfunctions").get_execution_history(executionArn=execution_arn)
        return answer["events"]  # type: ignore[no-any-return]

    @property
    def work(self) -> dict[str, Any]:
        """What would be paid for: {"transitions": n, "lambda_invocations": {…}, "aws_calls": {…}}.

        Functions by logical id, calls like dynamodb.GetItem and only those that functions made; every attempt
        of botocore counts. Retries count as transitions, as AWS has it.
        """
        events: Counter[str] = Counter()
        for one in self._raw_executions():
            events.update(event["type"] for event in one.to_history_output()["events"])
        entered = sum(count for name, count in events.items() if name.endswith("StateEntered"))
        retries = events["TaskScheduled"] - events["TaskStateEntered"]
        return {
            "transitions": entered + retries,
            "lambda_invocations": dict(sorted(self._lambdas.invocations.items())),
            "aws_calls": dict(sorted(self._wire.calls.items())),
        }

    def _raw_executions(self) -> list[Any]:
        backend = stepfunctions_parser_backends[ACCOUNT][REGION]
        return [one for machine in backend.state_machines for one in machine.executions]


def _execution(one: Any) -> Execution:
    return Execution(
        arn=one.execution_arn,
        name=one.name,
        status=one.status,
        input=one.input_data,
        output=one.output,
        error=one.error,
        cause=one.cause,
        started_at=one.start_date.astimezone(UTC),
        stopped_at=one.stop_date and one.stop_date.astimezone(UTC),
    )
