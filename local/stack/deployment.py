"""Make what template.yaml describes, through the APIs of moto that AWS has too."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local.stack.clients import client
from local.stack.event_bus import EventRule, checked_pattern
from local.stack.http_api import Route, routes_of
from local.stack.lambdas import FunctionSettings
from local.stack.permissions import Permissions
from local.stack.resource_kinds import IGNORED_ATTRIBUTES, KINDS, Kind
from local.stack.template import ACCOUNT, REGION, STACK_NAME, Resolver, Template, TemplateError, substituted


@dataclass(frozen=True)
class Resource:
    """A resource of the template, its properties resolved."""

    logical_id: str
    type: str
    name: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Schedule:
    """A rule that invokes a function: each `seconds`, with this event (JSON text)."""

    function: str
    seconds: int
    event: str


class Deployment:
    """The resources of a template, named and resolved. `create` makes them in moto."""

    def __init__(
        self, template: Template, parameters: Mapping[str, str], public_url: str, layer_folders: Mapping[str, Path]
    ) -> None:
        self._template = template
        self._replaced_layers = layer_folders
        self._public_url = public_url
        self._resolver = Resolver(template, parameters, self._ref, self._attribute)
        self.resources = [
            self._resource(logical_id, body)
            for logical_id, body in template.resources.items()
            if "Condition" not in body or self._resolver.holds(body["Condition"])
        ]

    # ---- names

    def _kind(self, logical_id: str) -> Kind:
        body = self._template.resources.get(logical_id)
        if body is None:
            raise TemplateError(f"{logical_id} is referred to, but is neither a resource nor a parameter")
        if body["Type"] not in KINDS:
            raise TemplateError(
                f"{logical_id}: the local stack has no {body['Type']}; see local/stack/resource_kinds.py"
            )
        return KINDS[body["Type"]]

    def _name(self, logical_id: str) -> str:
        named_by = self._kind(logical_id).named_by
        given = self._template.resources[logical_id].get("Properties", {}).get(named_by)
        return str(self._resolver.resolve(given)) if given else f"{STACK_NAME}-{logical_id}"

    def _fill(self, pattern: str, logical_id: str) -> str:
        return pattern.format(name=self._name(logical_id), id=logical_id, public_url=self._public_url)

    def _ref(self, logical_id: str) -> str:
        return self._fill(self._kind(logical_id).ref, logical_id)

    def _attribute(self, logical_id: str, attribute: str) -> str:
        attributes = self._kind(logical_id).attributes
        if attribute not in attributes:
            raise TemplateError(f"{logical_id}: the local stack does not know the attribute {attribute}")
        return self._fill(attributes[attribute], logical_id)

    # ---- what is there

    def _resource(self, logical_id: str, body: dict[str, Any]) -> Resource:
        kind = self._kind(logical_id)
        properties = body.get("Properties", {})
        unknown = properties.keys() - kind.used - kind.ignored.keys()
        unknown |= body.keys() - {"Type", "Properties"} - IGNORED_ATTRIBUTES.keys()
        if unknown:
            raise TemplateError(
                f"{logical_id} ({body['Type']}): the local stack would ignore {sorted(unknown)}; make it do"
                " something with it, or say in local/stack/resource_kinds.py why it need not"
            )
        resolved = self._resolver.resolve(properties)
        return Resource(logical_id, body["Type"], self._name(logical_id), resolved)

    def _of_type(self, resource_type: str) -> list[Resource]:
        return [resource for resource in self.resources if resource.type == resource_type]

    @property
    def outputs(self) -> dict[str, str]:
        """The template's outputs, by name."""
        return {
            name: str(self._resolver.resolve(output["Value"]))
            for name, output in self._template.body.get("Outputs", {}).items()
            if "Condition" not in output or self._resolver.holds(output["Condition"])
        }

    @cached_property
    def functions(self) -> list[FunctionSettings]:
        """The functions, as they are to be run."""
        return [self._function(resource) for resource in self._of_type("AWS::Lambda::Function")]

    def _function(self, resource: Resource) -> FunctionSettings:
        properties = resource.properties
        layers = self._layer_folders(properties.get("Layers", []))
        variables = properties.get("Environment", {}).get("Variables", {})
        return FunctionSettings(
            logical_id=resource.logical_id,
            name=resource.name,
            folder=self._template.source_of(properties["Code"]),
            handler=properties["Handler"],
            memory=int(properties.get("MemorySize", 128)),
            timeout=int(properties.get("Timeout", 3)),
            variables={
                name: self._in_layer(resource.logical_id, name, str(value), layers) for name, value in variables.items()
            },
            layers=tuple(layers.values()),
        )

    def _layer_folders(self, arns: list[str]) -> dict[str, Path]:
        """The folders of these layers, by what each folder is called."""
        by_arn = {
            self._ref(layer.logical_id): self._template.source_of(layer.properties["Content"])
            for layer in self._of_type("AWS::Lambda::LayerVersion")
        }
        folders = {by_arn[arn].name: by_arn[arn] for arn in arns}
        return {name: self._replaced_layers.get(name, folder) for name, folder in folders.items()}

    @staticmethod
    def _in_layer(logical_id: str, variable: str, value: str, layers: Mapping[str, Path]) -> str:
        """/opt/<folder>, where Lambda unpacks layers, is read from the layer's own folder instead."""
        if not value.startswith("/opt/"):
            return value
        folder, _, rest = value.removeprefix("/opt/").partition("/")
        if folder not in layers:
            raise TemplateError(f"{logical_id}: {variable} is {value}, but no layer of it holds {folder}/")
        return str(layers[folder] / rest)

    @cached_property
    def routes(self) -> list[Route]:
        """Which function answers which request."""
        for stage in self._of_type("AWS::ApiGatewayV2::Stage"):
            if stage.properties["StageName"] != "$default":
                raise TemplateError(f"{stage.logical_id}: the local stack serves the stage $default only")
        by_arn = {function.arn: function.logical_id for function in self.functions}
        apis = self._of_type("AWS::ApiGatewayV2::Api")
        return [route for api in apis for route in routes_of(api.properties["Body"], by_arn)]

    @cached_property
    def schedules(self) -> list[Schedule]:
        """The rules that invoke functions by the clock."""
        by_arn = {function.arn: function.logical_id for function in self.functions}
        return [
            Schedule(
                by_arn[target["Arn"]],
                _seconds(rule.logical_id, rule.properties["ScheduleExpression"]),
                target.get("Input") or json.dumps(_SCHEDULED_EVENT),
            )
            for rule in self._of_type("AWS::Events::Rule")
            if "ScheduleExpression" in rule.properties
            for target in rule.properties["Targets"]
        ]

    @cached_property
    def event_rules(self) -> list[EventRule]:
        """The rules that invoke functions by what happens in the account."""
        by_arn = {function.arn: function.logical_id for function in self.functions}
        return [
            EventRule(by_arn[target["Arn"]], checked_pattern(rule.logical_id, rule.properties["EventPattern"]))
            for rule in self._of_type("AWS::Events::Rule")
            if "EventPattern" in rule.properties
            for target in rule.properties["Targets"]
        ]

    @cached_property
    def published_of_emails(self) -> dict[str, set[str]]:
        """What SES puts on the default event bus of the e-mails of each configuration set. Raises TemplateError."""
        published: dict[str, set[str]] = {}
        for resource in self._of_type("AWS::SES::ConfigurationSetEventDestination"):
            destination = resource.properties["EventDestination"]
            bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"
            if destination.get("EventBridgeDestination") != {"EventBusArn": bus}:
                raise TemplateError(f"{resource.logical_id}: the local stack publishes to the default event bus only")
            of_set = published.setdefault(resource.properties["ConfigurationSetName"], set())
            of_set |= set(destination["MatchingEventTypes"]) if destination.get("Enabled") else set()
        return published

    @cached_property
    def permissions(self) -> Permissions:
        """What each function's role allows."""
        managed = {
            self._ref(policy.logical_id): policy.properties["PolicyDocument"]
            for policy in self._of_type("AWS::IAM::ManagedPolicy")
        }
        roles = {
            self._attribute(role.logical_id, "Arn"): [
                *(policy["PolicyDocument"] for policy in role.properties.get("Policies", [])),
                *(managed[arn] for arn in role.properties.get("ManagedPolicyArns", []) if arn in managed),
            ]
            for role in self._of_type("AWS::IAM::Role")
        }
        return Permissions(
            {
                function.logical_id: roles[function.properties["Role"]]
                for function in self._of_type("AWS::Lambda::Function")
            }
        )

    # ---- making it

    def create(self) -> None:
        """Make every resource in moto."""
        makers = {
            "AWS::IAM::Role": self._create_role,
            "AWS::DynamoDB::Table": self._create_table,
            "AWS::SES::ConfigurationSet": self._create_configuration_set,
            "AWS::SES::EmailIdentity": self._create_identity,
            "AWS::SQS::Queue": self._create_queue,
            "AWS::SNS::Topic": self._create_topic,
            "AWS::SNS::Subscription": self._create_subscription,
            "AWS::Lambda::Function": self._create_function,
            "AWS::StepFunctions::StateMachine": self._create_machine,
        }
        for resource_type, make in makers.items():
            for resource in self._of_type(resource_type):
                make(resource)

    def _create_role(self, role: Resource) -> None:
        client("iam").create_role(
            RoleName=role.name,
            AssumeRolePolicyDocument=json.dumps(role.properties["AssumeRolePolicyDocument"]),
        )

    def _create_table(self, table: Resource) -> None:
        properties = dict(table.properties)
        properties["TableName"] = table.name
        expiry = properties.pop("TimeToLiveSpecification", None)
        ignored = KINDS[table.type].ignored
        client("dynamodb").create_table(**{name: value for name, value in properties.items() if name not in ignored})
        if expiry:
            client("dynamodb").update_time_to_live(TableName=table.name, TimeToLiveSpecification=expiry)

    def _create_configuration_set(self, configuration_set: Resource) -> None:
        client("sesv2").create_configuration_set(ConfigurationSetName=configuration_set.name)

    def _create_identity(self, identity: Resource) -> None:
        client("sesv2").create_email_identity(EmailIdentity=identity.name)

    def _create_queue(self, queue: Resource) -> None:
        client("sqs").create_queue(QueueName=queue.name)

    def _create_topic(self, topic: Resource) -> None:
        client("sns").create_topic(Name=topic.name)

    def _create_subscription(self, subscription: Resource) -> None:
        client("sns").subscribe(**subscription.properties)

    def _create_function(self, function: Resource) -> None:
        properties = function.properties
        client("lambda").create_function(
            FunctionName=function.name,
            Role=properties["Role"],
            Runtime=properties["Runtime"],
            Handler=properties["Handler"],
            Code={"ZipFile": _empty_package()},
        )

    def _create_machine(self, machine: Resource) -> None:
        properties = machine.properties
        source = self._template.source_of(properties["DefinitionS3Location"])
        client("stepfunctions").create_state_machine(
            name=machine.name,
            definition=substituted(source.read_text("utf-8"), properties.get("DefinitionSubstitutions", {})),
            roleArn=properties["RoleArn"],
            type=properties.get("StateMachineType", "STANDARD"),
        )


_SCHEDULED_EVENT = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


def _seconds(logical_id: str, expression: str) -> int:
    """How often rate(…) is. Raises TemplateError for cron(…)."""
    value, _, unit = expression.removeprefix("rate(").removesuffix(")").partition(" ")
    lengths = {"minute": 60, "hour": 3600, "day": 86400}
    if not expression.startswith("rate(") or unit.removesuffix("s") not in lengths:
        raise TemplateError(f"{logical_id}: the local stack knows rate(…) only, not {expression}")
    return int(value) * lengths[unit.removesuffix("s")]


def _empty_package() -> bytes:
    """Code, because moto wants some; the handlers are loaded from their folders."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", "")
    return package.getvalue()
