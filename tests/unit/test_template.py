"""What the template promises: frozen names, least privilege, nothing personal in logs, nothing lost."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).parents[2]
TEMPLATE = cast("dict[str, Any]", yaml_parse((ROOT / "template.yaml").read_text("utf-8")))  # type: ignore[no-untyped-call] # SAM annotates little
RESOURCES = cast("dict[str, dict[str, Any]]", TEMPLATE["Resources"])

# Running executions call these by name, and use this role, for up to a year. Add; never change.
FROZEN_NAMES = {
    "AskRepToCallFunction": "${AWS::StackName}-ask-rep-to-call",
    "EscalateSilentRepFunction": "${AWS::StackName}-escalate-silent-rep",
    "PlanNextTouchFunction": "${AWS::StackName}-plan-next-touch",
    "ReceiveLeadFunction": "${AWS::StackName}-receive-lead",
    "ReportOutcomeFunction": "${AWS::StackName}-report-outcome",
    "SendEmailFunction": "${AWS::StackName}-send-email",
    "SendTextFunction": "${AWS::StackName}-send-text",
    "UnsubscribeFunction": "${AWS::StackName}-unsubscribe",
    "WatchOverdueFunction": "${AWS::StackName}-watch-overdue",
    "FollowUpMachine": "${AWS::StackName}-follow-up",
    "FollowUpMachineRole": "${AWS::StackName}-${AWS::Region}-follow-up",
}
# Others refer to these: the local stack, outputs, whoever operates it.
FROZEN_IDS = {
    "Table": "AWS::DynamoDB::Table",
    "HttpApi": "AWS::Serverless::HttpApi",
    "EmailConfigurationSet": "AWS::SES::ConfigurationSet",
    "EmailIdentity": "AWS::SES::EmailIdentity",
    "FollowthroughLayer": "AWS::Serverless::LayerVersion",
    "DependenciesLayer": "AWS::Serverless::LayerVersion",
    "CadencesLayer": "AWS::Serverless::LayerVersion",
    "ConfigLayer": "AWS::Serverless::LayerVersion",
}
FUNCTIONS = {name: it["Properties"] for name, it in RESOURCES.items() if it["Type"] == "AWS::Serverless::Function"}
POLICY_HOLDERS = ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy")

# AWS offers no narrower resource for these: tracing, and the delivery of the machine's logs.
ONLY_ON_EVERYTHING = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}

every_function = pytest.mark.parametrize("name", FUNCTIONS)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements_of(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every statement of a role's inline policies, or of a managed policy."""
    properties = resource["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
    for document in documents:
        yield from document["Statement"]


def all_statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in RESOURCES.items():
        if resource["Type"] in POLICY_HOLDERS:
            for statement in statements_of(resource):
                yield name, statement


def role_of(function: dict[str, Any]) -> dict[str, Any]:
    logical_id, attribute = function["Role"]["Fn::GetAtt"]
    assert attribute == "Arn"
    return RESOURCES[logical_id]


def own_variables(function: dict[str, Any]) -> dict[str, Any]:
    """The environment of one function, without what all have."""
    return cast("dict[str, Any]", function.get("Environment", {}).get("Variables", {}))


def allowed(function: str) -> dict[str, list[Any]]:
    """Each action that the function's own role allows, and on what; the two sending policies included."""
    role = role_of(FUNCTIONS[function])
    attached = [RESOURCES[ref["Ref"]] for ref in role["Properties"].get("ManagedPolicyArns", [])]
    return {
        action: as_list(statement["Resource"])
        for holder in [role, *attached]
        for statement in statements_of(holder)
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
    }


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(("logical_id", "name"), FROZEN_NAMES.items())
def test_what_running_executions_refer_to_keeps_its_name(logical_id: str, name: str) -> None:
    properties = RESOURCES[logical_id]["Properties"]
    given = [properties[key] for key in ("FunctionName", "Name", "RoleName") if key in properties]
    assert given == [{"Fn::Sub": name}]


@pytest.mark.parametrize(("logical_id", "kind"), FROZEN_IDS.items())
def test_what_others_refer_to_keeps_its_logical_id(logical_id: str, kind: str) -> None:
    assert RESOURCES[logical_id]["Type"] == kind


def test_every_named_thing_fits_its_limit_for_a_stack_name_of_25_letters() -> None:
    longest = {"AWS::StackName": "s" * 25, "AWS::Region": "ap-southeast-1"}
    names = [
        it["Properties"][key]["Fn::Sub"]
        for it in RESOURCES.values()
        for key in ("FunctionName", "RoleName")
        if key in it.get("Properties", {})
    ]
    assert len(names) == 19
    assert max(len(re.sub(r"\$\{(.*?)\}", lambda match: longest[match[1]], name)) for name in names) <= 64


@every_function
def test_a_functions_folder_is_named_like_the_function(name: str) -> None:
    verb_noun = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Function")).lower()
    assert FUNCTIONS[name]["CodeUri"] == f"functions/{verb_noun}/"
    assert (ROOT / "functions" / verb_noun).is_dir()


# ---------------------------------------------------------------- who may do what


@every_function
def test_a_function_has_a_role_of_its_own(name: str) -> None:
    role = FUNCTIONS[name]["Role"]["Fn::GetAtt"][0]
    assert role == name.removesuffix("Function") + "Role"
    assert [other for other, it in FUNCTIONS.items() if it["Role"]["Fn::GetAtt"][0] == role] == [name]


def test_nothing_may_do_everything_of_a_service() -> None:
    actions = [action for _, statement in all_statements() for action in as_list(statement["Action"])]
    assert len(actions) > 50
    assert [action for action in actions if "*" in action] == []


def test_only_texting_and_what_aws_forces_may_be_done_to_everything() -> None:
    wide = {
        (name, frozenset(as_list(statement["Action"])))
        for name, statement in all_statements()
        if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"])
    }
    assert wide == {
        ("TextSendingPolicy", frozenset({"sns:Publish"})),
        ("FollowUpMachineRole", frozenset(ONLY_ON_EVERYTHING)),
    }


def test_nothing_is_allowed_by_exception() -> None:
    assert [name for name, statement in all_statements() if {"NotAction", "NotResource"} & set(statement)] == []


def test_texting_reaches_phones_and_no_topic() -> None:
    denied = [it for it in statements_of(RESOURCES["TextSendingPolicy"]) if it["Effect"] == "Deny"]
    assert denied == [
        {
            "Effect": "Deny",
            "Action": "sns:Publish",
            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*"},
        }
    ]


def test_e_mail_leaves_only_from_the_businesss_own_domain() -> None:
    named, sandbox = statements_of(RESOURCES["EmailSendingPolicy"])
    assert [arn["Fn::Sub"].rsplit(":", 1)[1] for arn in named["Resource"]] == [
        "identity/${SenderDomain}",
        "configuration-set/${EmailConfigurationSet}",
    ]
    assert sandbox["Condition"] == {"StringLike": {"ses:FromAddress": {"Fn::Sub": "*@${SenderDomain}"}}}


@every_function
def test_the_table_is_read_and_written_item_by_item_and_never_scanned(name: str) -> None:
    on_the_table = {action for action in allowed(name) if action.startswith("dynamodb:")}
    may_be = {"ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}
    assert on_the_table
    assert on_the_table <= {f"dynamodb:{action}" for action in may_be}


def test_only_a_claim_is_ever_deleted_and_only_by_those_who_claim() -> None:
    assert who_may("dynamodb:DeleteItem") == {"SendEmail", "SendText"}


def test_only_the_watchdog_reads_the_index() -> None:
    readers = [
        name
        for name, statement in all_statements()
        if any("/index/" in json.dumps(resource) for resource in as_list(statement["Resource"]))
    ]
    assert readers == ["WatchOverdueRole"]


def who_may(action: str) -> set[str]:
    return {name.removesuffix("Function") for name in FUNCTIONS if action in allowed(name)}


def test_only_those_who_start_pursuits_may_start_executions() -> None:
    starters = who_may("states:StartExecution")
    assert starters == {"ReceiveLead", "ReportOutcome", "WatchOverdue"}
    given_the_machine = {
        name.removesuffix("Function")
        for name, function in FUNCTIONS.items()
        if "MACHINE_ARN" in own_variables(function)
    }
    assert given_the_machine == starters


def test_only_those_who_answer_an_ask_may_answer_tokens() -> None:
    assert who_may("states:SendTaskSuccess") == {"Unsubscribe", "AskRepToCall", "ReportOutcome"}


def test_only_those_who_send_may_send() -> None:
    nudgers = {"AskRepToCall", "EscalateSilentRep"}
    assert who_may("sns:Publish") == nudgers | {"SendText"}
    mailers = who_may("ses:SendEmail")
    assert mailers == nudgers | {"SendEmail"}
    assert mailers == {
        name.removesuffix("Function")
        for name, function in FUNCTIONS.items()
        if "EMAIL_CONFIGURATION_SET" in own_variables(function)
    }


def test_the_machine_calls_its_five_functions_and_itself() -> None:
    invoke, start, _ = statements_of(RESOURCES["FollowUpMachineRole"])
    substitutions = RESOURCES["FollowUpMachine"]["Properties"]["DefinitionSubstitutions"]
    assert invoke["Action"] == "lambda:InvokeFunction"
    assert sorted(map(str, invoke["Resource"])) == sorted(map(str, substitutions.values()))
    own_arn = own_variables(FUNCTIONS["ReceiveLeadFunction"])["MACHINE_ARN"]
    assert (start["Action"], start["Resource"]) == ("states:StartExecution", own_arn)
    assert own_arn["Fn::Sub"].endswith(":stateMachine:" + FROZEN_NAMES["FollowUpMachine"])


# ---------------------------------------------------------------- logs


@every_function
def test_a_functions_logs_go_to_a_group_that_forgets_and_nowhere_else(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]
    assert RESOURCES[group]["Properties"]["LogGroupName"] == {
        "Fn::Sub": "/aws/lambda/" + FUNCTIONS[name]["FunctionName"]["Fn::Sub"]
    }
    assert allowed(name)["logs:PutLogEvents"] == [{"Fn::GetAtt": [group, "Arn"]}]


@pytest.mark.parametrize("group", [name for name, it in RESOURCES.items() if it["Type"] == "AWS::Logs::LogGroup"])
def test_a_log_group_forgets(group: str) -> None:
    assert RESOURCES[group]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_the_access_log_has_the_route_and_nothing_that_can_hold_a_token_or_a_person() -> None:
    log = RESOURCES["HttpApi"]["Properties"]["AccessLogSettings"]["Format"]
    logged = set(json.loads(log).values())
    assert "$context.routeKey" in logged
    assert logged <= {
        "$context.integrationStatus",
        "$context.requestId",
        "$context.requestTime",
        "$context.responseLatency",
        "$context.routeKey",
        "$context.status",
    }


def test_the_machine_logs_no_execution_data_and_is_traced() -> None:
    properties = RESOURCES["FollowUpMachine"]["Properties"]
    assert properties["Logging"]["Level"] in {"ERROR", "ALL"}
    assert properties["Logging"]["IncludeExecutionData"] is False
    assert properties["Tracing"] == {"Enabled": True}
    assert properties["Type"] == "STANDARD"


# ---------------------------------------------------------------- nothing is lost


def test_the_table_outlives_the_stack_and_can_be_restored() -> None:
    table = RESOURCES["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
    properties = table["Properties"]
    assert properties["DeletionProtectionEnabled"] is True
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}


def test_the_table_costs_nothing_while_nothing_happens_and_forgets_what_has_expired() -> None:
    properties = RESOURCES["Table"]["Properties"]
    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_overdue_index_holds_keys_only() -> None:
    (index,) = RESOURCES["Table"]["Properties"]["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "overdue"
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["due_shard", "next_touch_at"]
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}


@every_function
def test_a_function_that_is_invoked_asynchronously_keeps_what_failed(name: str) -> None:
    kinds = {event["Type"] for event in FUNCTIONS[name].get("Events", {}).values()}
    if not kinds - {"HttpApi"}:
        assert "EventInvokeConfig" not in FUNCTIONS[name]
        return
    kept_in = FUNCTIONS[name]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]
    assert kept_in == {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}
    assert allowed(name)["sqs:SendMessage"] == [kept_in]


def test_the_watchdog_looks_every_minute() -> None:
    (event,) = FUNCTIONS["WatchOverdueFunction"]["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 minute)"
    assert FUNCTIONS["WatchOverdueFunction"]["Timeout"] < 60


def test_every_alarm_tells_somebody() -> None:
    alarms = [it["Properties"] for it in RESOURCES.values() if it["Type"] == "AWS::CloudWatch::Alarm"]
    assert {alarm["MetricName"] for alarm in alarms} == {
        "ApproximateNumberOfMessagesVisible",
        "Errors",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "Invocations",
        "StuckLeads",
    }
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in alarms)
    assert all(len(alarm["AlarmDescription"]) > 40 for alarm in alarms)


# ---------------------------------------------------------------- how functions run


def test_functions_run_where_they_are_built_for() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]
    assert (everywhere["Runtime"], everywhere["Architectures"]) == ("python3.13", ["arm64"])
    assert everywhere["Environment"]["Variables"]["PYTHONTZPATH"] == ""


def test_what_functions_read_is_where_the_layers_put_it() -> None:
    everywhere = TEMPLATE["Globals"]["Function"]
    layers = {layer["Ref"] for layer in everywhere["Layers"]}
    assert layers == {"DependenciesLayer", "FollowthroughLayer", "CadencesLayer", "ConfigLayer"}
    variables = everywhere["Environment"]["Variables"]
    assert (variables["CADENCES_DIR"], variables["CONFIG_DIR"]) == ("/opt/cadences", "/opt/config")
    recipe = (ROOT / "layers/Makefile").read_text("utf-8")
    assert "$(ARTIFACTS_DIR)/cadences" in recipe
    assert "$(ARTIFACTS_DIR)/config" in recipe


@every_function
def test_no_function_behind_the_api_needs_the_apis_address(name: str) -> None:
    """It would make a circle that CloudFormation refuses, but only at the moment of deploying."""
    kinds = {event["Type"] for event in FUNCTIONS[name].get("Events", {}).values()}
    assert "HttpApi" not in kinds or "PUBLIC_URL" not in own_variables(FUNCTIONS[name])


def test_every_public_route_is_throttled_and_speaks_the_second_payload_format() -> None:
    throttle = RESOURCES["HttpApi"]["Properties"]["DefaultRouteSettings"]
    assert 0 < throttle["ThrottlingRateLimit"] <= throttle["ThrottlingBurstLimit"] <= 100
    routes = {
        (event["Properties"]["Method"], event["Properties"]["Path"]): event["Properties"]["PayloadFormatVersion"]
        for function in FUNCTIONS.values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }
    assert routes == {
        ("POST", "/leads"): "2.0",
        ("GET", "/unsubscribe/{token}"): "2.0",
        ("POST", "/unsubscribe/{token}"): "2.0",
    }


@pytest.mark.parametrize("kind", ["Parameters", "Outputs"])
def test_every_parameter_and_output_is_described(kind: str) -> None:
    assert [name for name, it in TEMPLATE[kind].items() if len(it.get("Description", "")) < 20] == []
