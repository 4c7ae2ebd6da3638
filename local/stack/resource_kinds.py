"""What the local stack does with each type of resource, property by property.

This is the allow-list: a type or a property that is not named here stops the deployment, so the template
cannot drift away from what is tested. Every property that is left out of account says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.stack.template import ACCOUNT, REGION

_TAGS = "tags mean nothing to code"
_ALARMS = "nothing watches metrics here; tests read the logs, where metrics are printed"
_LOGS = "what functions print is kept by the stack itself"
_NO_RETRY = "asynchronous invocations are not retried here; failures are in stack.failures"
_THROTTLE = "one caller at a time"


@dataclass(frozen=True)
class Kind:
    """A type of resource.

    `named_by` is the property that holds its name; `ref` and `attributes` are what Ref and GetAtt give,
    made from {name} and {id} (the logical id). `used` properties take effect, `ignored` ones say why not.
    `arn` patterns start after "arn:aws:".
    """

    used: frozenset[str] = frozenset()
    ignored: Mapping[str, str] = field(default_factory=dict)
    named_by: str | None = None
    ref: str = "{name}"
    attributes: Mapping[str, str] = field(default_factory=dict)


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


_FUNCTION_ARN = _arn("lambda", "function:{name}")
_MACHINE_ARN = _arn("states", "stateMachine:{name}")
_TOPIC_ARN = _arn("sns", "{name}")

KINDS: Mapping[str, Kind] = {
    "AWS::Lambda::Function": Kind(
        used=frozenset(
            {
                "FunctionName",
                "Code",
                "Handler",
                "Role",
                "Runtime",
                "Environment",
                "Timeout",
                "MemorySize",
                "Layers",
            }
        ),
        ignored={
            "Description": "for people",
            "Architectures": "handlers run in this process",
            "LoggingConfig": _LOGS,
            "TracingConfig": "there is no X-Ray here",
            "DeadLetterConfig": _NO_RETRY,
            "ReservedConcurrentExecutions": _THROTTLE,
            "Tags": _TAGS,
        },
        named_by="FunctionName",
        attributes={"Arn": _FUNCTION_ARN},
    ),
    "AWS::Lambda::LayerVersion": Kind(
        used=frozenset({"Content", "LayerName"}),
        ignored={
            "Description": "for people",
            "CompatibleRuntimes": "handlers run in this process",
            "CompatibleArchitectures": "handlers run in this process",
        },
        named_by="LayerName",
        ref=_arn("lambda", "layer:{id}:1"),
    ),
    "AWS::Lambda::Permission": Kind(
        ignored=dict.fromkeys(
            ("Action", "FunctionName", "Principal", "SourceArn"),
            "who may invoke a function is not checked here; SAM writes these itself",
        ),
    ),
    "AWS::Lambda::EventInvokeConfig": Kind(
        ignored=dict.fromkeys(
            (
                "DestinationConfig",
                "FunctionName",
                "MaximumEventAgeInSeconds",
                "MaximumRetryAttempts",
                "Qualifier",
            ),
            _NO_RETRY,
        ),
    ),
    "AWS::StepFunctions::StateMachine": Kind(
        used=frozenset(
            {
                "StateMachineName",
                "DefinitionS3Location",
                "DefinitionSubstitutions",
                "RoleArn",
                "StateMachineType",
            }
        ),
        ignored={
            "LoggingConfiguration": "the history is read with stack.history",
            "TracingConfiguration": "there is no X-Ray here",
            "Tags": _TAGS,
        },
        named_by="StateMachineName",
        ref=_MACHINE_ARN,
        attributes={"Arn": _MACHINE_ARN, "Name": "{name}"},
    ),
    "AWS::DynamoDB::Table": Kind(
        used=frozenset(
            {
                "TableName",
                "AttributeDefinitions",
                "KeySchema",
                "BillingMode",
                "GlobalSecondaryIndexes",
                "TimeToLiveSpecification",
                "DeletionProtectionEnabled",
            }
        ),
        ignored={
            "PointInTimeRecoverySpecification": "nothing is restored here",
            "SSESpecification": "nothing is written to a disk here",
            "Tags": _TAGS,
        },
        named_by="TableName",
        attributes={"Arn": _arn("dynamodb", "table/{name}")},
    ),
    "AWS::ApiGatewayV2::Api": Kind(
        used=frozenset({"Body"}),
        ignored={"FailOnWarnings": "the routes that the stack cannot serve stop the deployment anyway"},
        attributes={"ApiEndpoint": "{public_url}"},
    ),
    "AWS::ApiGatewayV2::Stage": Kind(
        used=frozenset({"StageName"}),
        ignored={
            "ApiId": "there is one API",
            "AutoDeploy": "the stage is always up to date",
            "AccessLogSettings": "there is no caller to log",
            "DefaultRouteSettings": _THROTTLE,
            "Tags": _TAGS,
        },
    ),
    "AWS::Events::Rule": Kind(
        used=frozenset({"Name", "ScheduleExpression", "EventPattern", "Targets"}),
        ignored={"Description": "for people"},
        named_by="Name",
        attributes={"Arn": _arn("events", "rule/{name}")},
    ),
    "AWS::SES::ConfigurationSet": Kind(
        used=frozenset({"Name"}),
        ignored={
            "ReputationOptions": "moto has no reputation metrics",
            "SuppressionOptions": "moto has no suppression list; play bounces in from events/",
        },
        named_by="Name",
    ),
    "AWS::SES::ConfigurationSetEventDestination": Kind(
        used=frozenset({"ConfigurationSetName", "EventDestination"}),
    ),
    "AWS::SES::EmailIdentity": Kind(
        used=frozenset({"EmailIdentity"}),
        named_by="EmailIdentity",
        attributes={
            f"DkimDNSToken{part}{number}": f"token{number}._domainkey.{{name}}"
            for part in ("Name", "Value")
            for number in (1, 2, 3)
        },
    ),
    "AWS::SES::ReceiptRuleSet": Kind(
        ignored={"RuleSetName": "no mail arrives from outside; play answers in with local/lead_mail.py"},
        named_by="RuleSetName",
    ),
    "AWS::SES::ReceiptRule": Kind(
        ignored=dict.fromkeys(("RuleSetName", "Rule"), "no mail arrives from outside; see the rule set"),
    ),
    "AWS::SNS::Topic": Kind(
        used=frozenset({"TopicName"}),
        named_by="TopicName",
        ref=_TOPIC_ARN,
        attributes={"TopicArn": _TOPIC_ARN, "TopicName": "{name}"},
    ),
    "AWS::SNS::TopicPolicy": Kind(
        ignored=dict.fromkeys(("PolicyDocument", "Topics"), "who may publish to a topic is not checked here"),
    ),
    "AWS::SNS::Subscription": Kind(
        used=frozenset({"TopicArn", "Protocol", "Endpoint"}),
    ),
    "AWS::SQS::Queue": Kind(
        used=frozenset({"QueueName"}),
        ignored={
            "MessageRetentionPeriod": "messages are read at once or not at all",
            "SqsManagedSseEnabled": "nothing is written to a disk here",
        },
        named_by="QueueName",
        ref=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{{name}}",
        attributes={"Arn": _arn("sqs", "{name}"), "QueueName": "{name}"},
    ),
    "AWS::IAM::Role": Kind(
        used=frozenset({"RoleName", "AssumeRolePolicyDocument", "Policies", "ManagedPolicyArns"}),
        named_by="RoleName",
        attributes={"Arn": f"arn:aws:iam::{ACCOUNT}:role/{{name}}"},
    ),
    "AWS::IAM::ManagedPolicy": Kind(
        used=frozenset({"ManagedPolicyName", "PolicyDocument"}),
        ignored={"Description": "for people"},
        named_by="ManagedPolicyName",
        ref=f"arn:aws:iam::{ACCOUNT}:policy/{{name}}",
    ),
    "AWS::Logs::LogGroup": Kind(
        ignored={"LogGroupName": _LOGS, "RetentionInDays": _LOGS},
        named_by="LogGroupName",
        attributes={"Arn": _arn("logs", "log-group:{name}:*")},
    ),
    "AWS::CloudWatch::Alarm": Kind(
        ignored=dict.fromkeys(
            (
                "AlarmActions",
                "AlarmDescription",
                "AlarmName",
                "ComparisonOperator",
                "Dimensions",
                "EvaluationPeriods",
                "ExtendedStatistic",
                "MetricName",
                "Namespace",
                "OKActions",
                "Period",
                "Statistic",
                "Threshold",
                "TreatMissingData",
            ),
            _ALARMS,
        ),
        named_by="AlarmName",
        attributes={"Arn": _arn("cloudwatch", "alarm:{name}")},
    ),
}

# Beside Type and Properties, at the top of a resource.
IGNORED_ATTRIBUTES: Mapping[str, str] = {
    "Condition": "is looked at before the resource is made",
    "DependsOn": "everything is made before anything runs",
    "DeletionPolicy": "the stack is gone when it closes",
    "UpdateReplacePolicy": "nothing is ever updated here",
    "Metadata": "is for tools",
}
