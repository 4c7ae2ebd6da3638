"""Read template.yaml as a deployment would: transformed by SAM, with its intrinsic functions resolved."""

from __future__ import annotations

import copy
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

# SAM warns of telemetry that it could not send; there is nowhere to send it.
logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)

ACCOUNT = "123456789012"
REGION = "us-east-1"
STACK_NAME = "followthrough"

# What `sam package` uploads, and the local file or folder it comes from.
_UPLOADED = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}
_UPLOADED_TO = "s3://local/"


class TemplateError(Exception):
    """The template holds something that cannot be deployed here; the message names it."""


class _NoManagedPolicies:
    """SAM asks IAM for the ARNs of managed policies; the ones it bundles are all that we allow."""

    def load(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Template:
    """A transformed template. `sources` leads from an uploaded object's key back to the local path."""

    body: dict[str, Any]
    folder: Path
    sources: Mapping[str, Path] = field(default_factory=dict)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The resources by logical id, unresolved."""
        return self.body["Resources"]  # type: ignore[no-any-return]

    def source_of(self, location: Mapping[str, str]) -> Path:
        """The local path of {"S3Bucket"|"Bucket": …, "S3Key"|"Key": …}."""
        return self.sources[location.get("S3Key") or location["Key"]]


def read_template(path: Path, parameters: Mapping[str, str]) -> Template:
    """Transform the SAM template at `path`. Raises TemplateError, or SAM's own errors for a bad one."""
    folder = path.resolve().parent
    body, sources = _transformed(path.read_text("utf-8"), tuple(sorted(parameters.items())))
    return Template(copy.deepcopy(body), folder, {key: folder / source for key, source in sources.items()})


@lru_cache(maxsize=8)
def _transformed(text: str, parameters: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], dict[str, str]]:
    body = yaml_parse(text)  # type: ignore[no-untyped-call]
    sources: dict[str, str] = {}
    for logical_id, resource in body["Resources"].items():
        uri = _UPLOADED.get(resource["Type"])
        if uri and isinstance(resource.get("Properties", {}).get(uri), str):
            sources[logical_id] = resource["Properties"][uri]
            resource["Properties"][uri] = _UPLOADED_TO + logical_id
    return transform(body, dict(parameters), _NoManagedPolicies()), sources  # type: ignore[arg-type]


class Resolver:
    """Resolves intrinsic functions. `ref` and `get_att` say what a resource is called."""

    def __init__(
        self,
        template: Template,
        parameters: Mapping[str, str],
        ref: Callable[[str], str],
        get_att: Callable[[str, str], str],
    ) -> None:
        self._template = template
        self._ref = ref
        self._get_att = get_att
        self._values: dict[str, Any] = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::StackName": STACK_NAME,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK_NAME}/local",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": None,
            **self._parameter_values(parameters),
        }

    def _parameter_values(self, given: Mapping[str, str]) -> dict[str, Any]:
        declared = self._template.body.get("Parameters", {})
        if unknown := set(given) - set(declared):
            raise TemplateError(f"the template has no parameters {sorted(unknown)}")
        values = {name: given.get(name, about.get("Default")) for name, about in declared.items()}
        if missing := sorted(name for name, value in values.items() if value is None):
            raise TemplateError(f"the template's parameters {missing} have no default: give them a value")
        return {
            name: value.split(",") if "List" in declared[name]["Type"] and isinstance(value, str) else value
            for name, value in values.items()
        }

    def holds(self, condition: str) -> bool:
        """Whether the template's condition of this name holds."""
        return bool(self._condition(self._template.body["Conditions"][condition]))

    def _condition(self, rule: Any) -> bool:
        if not isinstance(rule, dict):
            return bool(rule)
        ((name, argument),) = rule.items()
        match name:
            case "Condition":
                return self.holds(argument)
            case "Fn::Equals":
                return bool(self.resolve(argument[0]) == self.resolve(argument[1]))
            case "Fn::Not":
                return not self._condition(argument[0])
            case "Fn::And":
                return all(self._condition(part) for part in argument)
            case "Fn::Or":
                return any(self._condition(part) for part in argument)
            case _:
                raise TemplateError(f"a condition uses {name}, which the local stack does not know")

    def resolve(self, value: Any) -> Any:
        """The value with every intrinsic function in it replaced by what it stands for."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not None]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not None}

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._values[argument] if argument in self._values else self._ref(argument)
            case "Fn::GetAtt":
                logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._get_att(logical_id, attribute)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Join":
                return argument[0].join(str(part) for part in self.resolve(argument[1]))
            case "Fn::If":
                return self.resolve(argument[1 if self.holds(argument[0]) else 2])
            case "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            case "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            case "Fn::ToJsonString":
                return json.dumps(self.resolve(argument))
            case "Fn::FindInMap":
                top, second = self.resolve(argument[1]), self.resolve(argument[2])
                return self._template.body["Mappings"][argument[0]][top][second]
            case _:
                raise TemplateError(f"the template uses {name}, which the local stack does not know")

    def _sub(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            name = match.group(1).strip()
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolve(own[name]))
            call = {"Fn::GetAtt": name} if "." in name else {"Ref": name}
            return str(self.resolve(call))

        return re.sub(r"\$\{([^}]*)\}", replace, text)


def substituted(definition: str, substitutions: Mapping[str, Any]) -> str:
    """A state machine's definition with DefinitionSubstitutions filled in; only `${Name}` is touched.

    Raises TemplateError when a placeholder has no substitution, as CloudFormation does.
    """

    def replace(match: re.Match[str]) -> str:
        if match.group(1) not in substitutions:
            raise TemplateError(f"the state machine's ${{{match.group(1)}}} has no DefinitionSubstitution")
        return str(substitutions[match.group(1)])

    return re.sub(r"\$\{(\w+)\}", replace, definition)
