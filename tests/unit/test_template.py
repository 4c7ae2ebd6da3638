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

# Running executions call these by name, and use this role, for up to a year; a phone number publishes to this topic.
# Add; never change.
FROZEN_NAMES = {
    "AskRepToCallFunction": "${AWS::StackName}-ask-rep-to-call",
    "EraseExpiredFunction": "${AWS::StackName}-erase-expired",
    "EscalateSilentRepFunction": "${AWS::StackName}-escalate-silent-rep",
    "NoteEmailEventFunction": "${AWS::StackName}-note-email-event",
    "PlanNextTouchFunction": "${AWS::StackName}-plan-next-touch",
    "ReceiveEmailFunction": "${AWS::StackName}-receive-email",
    "ReceiveEventFunction": "${AWS::StackName}-receive-event",
    "ReceiveLeadFunction": "${AWS::StackName}-receive-lead",
    "ReceiveTextFunction": "${AWS::StackName}-receive-text",
    "ReportOutcomeFunction": "${AWS::StackName}-report-outcome",
    "SendEmailFunction": "${AWS::StackName}-send-email",
    "SendTextFunction": "${AWS::StackName}-send-text",
    "ServeBoardFunction": "${AWS::StackName}-serve-board",
    "ServeCallPageFunction": "${AWS::StackName}-serve-call-page",
    "ServeLaterPageFunction": "${AWS::StackName}-serve-later-page",
    "ServePartnerPageFunction": "${AWS::StackName}-serve-partner-page",
    "UnsubscribeFunction": "${AWS::StackName}-unsubscribe",
    "WatchOverdueFunction": "${AWS::StackName}-watch-overdue",
    "FollowUpMachine": "${AWS::StackName}-follow-up",
    "FollowUpMachineRole": "${AWS::StackName}-${AWS::Region}-follow-up",
    "InboundEmailTopic": "${AWS::StackName}-inbound-emails",
    "InboundTextTopic": "${AWS::StackName}-inbound-texts",
    "EmailEventTopic": "${AWS::StackName}-email-events",
}
# Others refer to these: the local stack, outputs, whoever operates it.
FROZEN_IDS = {
    "Table": "AWS::DynamoDB::Table",
    "HttpApi": "AWS::Serverless::HttpApi",
    "EmailConfigurationSet": "AWS::SES::ConfigurationSet",
    "EmailEventDestination": "AWS::SES::ConfigurationSetEventDestination",
    "EmailEventTopic": "AWS::SNS::Topic",
    "EmailIdentity": "AWS::SES::EmailIdentity",
    "FollowthroughLayer": "AWS::Serverless::LayerVersion",
    "DependenciesLayer": "AWS::Serverless::LayerVersion",
    "CadencesLayer": "AWS::Serverless::LayerVersion",
    "ConfigLayer": "AWS::Serverless::LayerVersion",
    "InboundEmailTopic": "AWS::SNS::Topic",
    "InboundTextTopic": "AWS::SNS::Topic",
}
FUNCTIONS = {name: it["Properties"] for name, it in RESOURCES.items() if it["Type"] == "AWS::Serverless::Function"}
ALARMS = {
    it["Properties"]["MetricName"]: it["Properties"]
    for it in RESOURCES.values()
    if it["Type"] == "AWS::CloudWatch::Alarm"
}
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

WHERE_REPS_ACT = {"ServeCallPage", "ReceiveText"}
WHERE_PEOPLE_ACT = WHERE_REPS_ACT | {"ReceiveEmail"}
WHERE_LEADS_ACT = {"Unsubscribe", "ServeLaterPage"}
WHERE_SYSTEMS_REPORT = {"ReceiveEvent"}
WHERE_PARTNERS_ARE_SEEN_TO = {"ServePartnerPage", "ServeBoard"}
WHO_PICK_A_REP = {"AskRepToCall", "EscalateSilentRep", "ReportOutcome"} | WHERE_PEOPLE_ACT
WHO_HANDS_OUT = (
    {"ReceiveLead", "PlanNextTouch", "WatchOverdue", "NoteEmailEvent", "ReportOutcome"}
    | WHERE_PEOPLE_ACT
    | WHERE_LEADS_ACT
    | WHERE_SYSTEMS_REPORT
    | WHERE_PARTNERS_ARE_SEEN_TO
)

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
    on: dict[str, list[Any]] = {}
    for holder in [role, *attached]:
        for statement in statements_of(holder):
            if statement["Effect"] == "Allow":
                for action in as_list(statement["Action"]):
                    on.setdefault(action, []).extend(as_list(statement["Resource"]))
    return on


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(("logical_id", "name"), FROZEN_NAMES.items())
def test_what_running_executions_refer_to_keeps_its_name(logical_id: str, name: str) -> None:
    properties = RESOURCES[logical_id]["Properties"]
    given = [properties[key] for key in ("FunctionName", "Name", "RoleName", "TopicName") if key in properties]
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
    assert len(names) == 37
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


def test_only_end_user_messaging_may_publish_what_reps_text() -> None:
    policy = RESOURCES["InboundTextTopicPolicy"]["Properties"]
    assert policy["Topics"] == [{"Ref": "InboundTextTopic"}]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sms-voice.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": {"Ref": "InboundTextTopic"},
            "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        }
    ]


def test_end_user_messaging_is_not_shut_out_by_a_key_it_may_not_use() -> None:
    assert "KmsMasterKeyId" not in RESOURCES["InboundTextTopic"]["Properties"]
    assert "FifoTopic" not in RESOURCES["InboundTextTopic"]["Properties"]


def test_only_what_people_write_and_what_ses_reports_comes_from_a_topic() -> None:
    listening = {
        name: event["Properties"]["Topic"]
        for name, function in FUNCTIONS.items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "SNS"
    }
    assert listening == {
        "NoteEmailEventFunction": {"Ref": "EmailEventTopic"},
        "ReceiveEmailFunction": {"Ref": "InboundEmailTopic"},
        "ReceiveTextFunction": {"Ref": "InboundTextTopic"},
    }


def test_what_answers_to_e_mails_need_is_there_only_with_a_domain_for_them() -> None:
    needed = [name for name in RESOURCES if name.startswith(("ReceiveEmail", "InboundEmail", "Reply"))]
    assert len(needed) == 7
    assert {RESOURCES[name].get("Condition") for name in needed} == {"ReceivesReplies"}
    assert TEMPLATE["Parameters"]["ReplyDomain"]["Default"] == ""


def test_only_ses_may_publish_what_leads_answer_and_it_looks_for_spam_first() -> None:
    (statement,) = RESOURCES["InboundEmailTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    rule = RESOURCES["ReplyRule"]["Properties"]["Rule"]
    assert (rule["Recipients"], rule["ScanEnabled"], rule["Enabled"]) == ([{"Ref": "ReplyDomain"}], True, True)
    assert rule["Actions"] == [{"SNSAction": {"TopicArn": {"Ref": "InboundEmailTopic"}, "Encoding": "Base64"}}]


def test_what_ses_reports_of_our_e_mails_and_of_no_others_reaches_its_function() -> None:
    destination = RESOURCES["EmailEventDestination"]["Properties"]
    assert destination["ConfigurationSetName"] == {"Ref": "EmailConfigurationSet"}
    assert destination["EventDestination"]["Enabled"] is True
    assert set(destination["EventDestination"]["MatchingEventTypes"]) == {
        *("bounce", "complaint", "delivery", "deliveryDelay", "reject", "renderingFailure")
    }
    rule = FUNCTIONS["NoteEmailEventFunction"]["Events"]["EmailEvent"]["Properties"]["Pattern"]
    arn = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${EmailConfigurationSet}"
    assert rule == {"source": ["aws.ses"], "resources": [{"Fn::Sub": arn}]}


def test_only_ses_for_this_account_may_publish_what_it_reports() -> None:
    policy = RESOURCES["EmailEventTopicPolicy"]["Properties"]
    assert policy["Topics"] == [{"Ref": "EmailEventTopic"}]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_a_report_of_ses_is_tried_for_as_long_as_lambda_can() -> None:
    rules = FUNCTIONS["NoteEmailEventFunction"]["EventInvokeConfig"]
    assert (rules["MaximumRetryAttempts"], rules["MaximumEventAgeInSeconds"]) == (2, 21600)


def test_whatever_texts_and_reports_were_dropped_tells_somebody() -> None:
    dropped = {
        alarm["Properties"]["Dimensions"][0]["Value"]["Ref"]
        for alarm in RESOURCES.values()
        if alarm.get("Properties", {}).get("MetricName") == "AsyncEventsDropped"
    }
    assert dropped >= {"ReceiveTextFunction", "NoteEmailEventFunction"}


def test_bounces_are_noticed_before_ses_reviews_the_account() -> None:
    alarm = ALARMS["Reputation.BounceRate"]
    assert (alarm["Namespace"], alarm["Threshold"]) == ("AWS/SES", 0.04)
    assert "Dimensions" not in alarm  # SES judges the whole account


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
    may_be = {"BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"}
    assert on_the_table
    assert on_the_table <= {f"dynamodb:{action}" for action in may_be}


def test_whoever_plans_may_read_a_lead_together_with_when_the_manager_has_closed() -> None:
    runs = {"PlanNextTouch", "SendEmail", "SendText"}
    assert who_may("dynamodb:BatchGetItem") == runs | WHO_PICK_A_REP | WHO_HANDS_OUT


def test_only_claims_what_people_take_back_places_in_line_and_who_is_erased_are_ever_deleted() -> None:
    assert who_may("dynamodb:DeleteItem") == {"SendEmail", "SendText", "EraseExpired"} | WHO_HANDS_OUT


def test_whoever_can_end_a_hand_off_may_give_the_partner_its_next_lead() -> None:
    for action in ("BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"):
        assert who_may(f"dynamodb:{action}") >= WHO_HANDS_OUT
    assert who_may("states:StartExecution") >= WHO_HANDS_OUT


def test_what_erases_can_write_nothing() -> None:
    assert {action for action in allowed("EraseExpiredFunction") if action.startswith("dynamodb:")} == {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
    }


def test_whoever_records_what_was_passed_over_may_check_that_the_lead_is_still_there() -> None:
    acting = WHO_PICK_A_REP | WHERE_LEADS_ACT | WHERE_SYSTEMS_REPORT
    recording = {"PlanNextTouch", "SendEmail", "SendText", "NoteEmailEvent"} | acting
    assert recording <= who_may("dynamodb:ConditionCheckItem")


@pytest.mark.parametrize(
    ("index", "readers"),
    [
        ("overdue", {"WatchOverdue", "ReceiveText", "ServeBoard"}),
        ("leads_of_reps", {"ServeCallPage", "ReceiveText"}),
        ("closed_leads", {"EraseExpired", "ServeBoard"}),
    ],
)
def test_an_index_is_read_by_whoever_it_is_for_and_only_queried(index: str, readers: set[str]) -> None:
    arn = {"Fn::Sub": f"${{Table.Arn}}/index/{index}"}
    on_it = {
        (name, action)
        for name, statement in all_statements()
        if arn in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    }
    assert on_it == {(f"{reader}Role", "dynamodb:Query") for reader in readers}


def test_an_index_is_always_named() -> None:
    reached = [json.dumps(resource) for _, statement in all_statements() for resource in as_list(statement["Resource"])]
    assert {arn.partition("/index/")[2].strip('"}') for arn in reached if "/index/" in arn} == {
        "overdue",
        "leads_of_reps",
        "closed_leads",
    }


def test_whoever_picks_a_rep_may_read_the_team_and_count() -> None:
    on_the_table = {name: allowed(f"{name}Function") for name in WHO_PICK_A_REP}
    for action in ("dynamodb:Query", "dynamodb:UpdateItem"):
        assert [name for name, it in on_the_table.items() if {"Fn::GetAtt": ["Table", "Arn"]} not in it[action]] == []


def test_whoever_comes_back_when_the_hour_is_over_may_see_what_waits_and_note_what_was_told() -> None:
    on_the_table = allowed("WatchOverdueFunction")
    for action in ("dynamodb:Query", "dynamodb:UpdateItem"):
        assert {"Fn::GetAtt": ["Table", "Arn"]} in on_the_table[action]


def test_whoever_ends_an_ask_may_count() -> None:
    """Stopping a lead, or one that asks again, takes it off its rep's count."""
    assert {"Unsubscribe", "ServeLaterPage", "ReceiveLead", "ReceiveEvent"} <= who_may("dynamodb:UpdateItem")


def who_may(action: str) -> set[str]:
    return {name.removesuffix("Function") for name in FUNCTIONS if action in allowed(name)}


def test_only_those_who_start_pursuits_may_start_executions() -> None:
    starters = who_may("states:StartExecution")
    starters_of_all = WHERE_PEOPLE_ACT | WHERE_LEADS_ACT
    assert starters == {"NoteEmailEvent", "ReportOutcome"} | WHO_HANDS_OUT | starters_of_all
    given_the_machine = {
        name.removesuffix("Function")
        for name, function in FUNCTIONS.items()
        if "MACHINE_ARN" in own_variables(function)
    }
    assert given_the_machine == starters


def test_only_those_who_answer_an_ask_may_answer_tokens() -> None:
    answerers = {"AskRepToCall", *WHO_HANDS_OUT} - {"ReceiveLead"}
    assert who_may("states:SendTaskSuccess") == answerers


def test_only_those_who_send_may_send() -> None:
    texters = {"SendText", "ServeLaterPage", "WatchOverdue"} | WHERE_SYSTEMS_REPORT | WHERE_PARTNERS_ARE_SEEN_TO
    assert who_may("sns:Publish") == WHO_PICK_A_REP | texters
    mailers = who_may("ses:SendEmail")
    assert mailers == WHO_PICK_A_REP | {"SendEmail", "WatchOverdue"}
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


def test_the_indexes_hold_keys_only() -> None:
    indexes = RESOURCES["Table"]["Properties"]["GlobalSecondaryIndexes"]
    assert {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]] for index in indexes} == {
        "overdue": ["due_shard", "next_touch_at"],
        "leads_of_reps": ["rep", "next_touch_at"],
        "closed_leads": ["closed_shard", "closed_at"],
    }
    assert [index["Projection"] for index in indexes] == [{"ProjectionType": "KEYS_ONLY"}] * 3


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


def test_a_text_that_failed_is_tried_again_soon_or_not_at_all() -> None:
    rules = FUNCTIONS["ReceiveTextFunction"]["EventInvokeConfig"]
    assert (rules["MaximumRetryAttempts"], rules["MaximumEventAgeInSeconds"]) == (2, 3600)


def test_every_alarm_tells_somebody() -> None:
    assert set(ALARMS) == {
        "ApproximateNumberOfMessagesVisible",
        "AsyncEventsDropped",
        "Complaints",
        "EmailsNotSent",
        "Errors",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "Invocations",
        "LeadsHeld",
        "NudgesFailed",
        "NudgesReturned",
        "Reputation.BounceRate",
        "SecondsToFirstAttempt",
        "StuckLeads",
    }
    assert all(alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}] for alarm in ALARMS.values())
    assert all(len(alarm["AlarmDescription"]) > 40 for alarm in ALARMS.values())


@pytest.mark.parametrize(
    "metric",
    [
        "Complaints",
        "EmailsNotSent",
        "LeadsHeld",
        "NudgesFailed",
        "NudgesReturned",
        "SecondsToFirstAttempt",
        "StuckLeads",
    ],
)
def test_what_functions_measure_is_looked_for_where_they_put_it(metric: str) -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert ALARMS[metric]["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert ALARMS[metric]["Dimensions"] == [{"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]}]
    assert ALARMS[metric]["TreatMissingData"] == "notBreaching"


def test_slow_first_attempts_are_noticed_within_the_hour() -> None:
    alarm = ALARMS["SecondsToFirstAttempt"]
    assert (alarm["ExtendedStatistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("p90", 3600, 1)
    assert alarm["Threshold"] == {"Ref": "FirstAttemptSeconds"}
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert TEMPLATE["Parameters"]["FirstAttemptSeconds"]["Default"] == 300


def test_one_nudge_that_failed_is_enough() -> None:
    alarm = ALARMS["NudgesFailed"]
    assert (alarm["Statistic"], alarm["Threshold"], alarm["EvaluationPeriods"]) == ("Sum", 0, 1)


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


def test_whoever_sends_links_away_from_the_api_knows_the_apis_address() -> None:
    knowing = {name for name, function in FUNCTIONS.items() if "PUBLIC_URL" in own_variables(function)}
    assert knowing == {
        "AskRepToCallFunction",
        "EscalateSilentRepFunction",
        "ReceiveEmailFunction",
        "ReceiveTextFunction",
        "SendEmailFunction",
        "SendTextFunction",
        "WatchOverdueFunction",
    }
    assert all(
        own_variables(FUNCTIONS[name])["PUBLIC_URL"] == {"Fn::GetAtt": ["HttpApi", "ApiEndpoint"]} for name in knowing
    )


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
        ("POST", "/events"): "2.0",
        ("GET", "/unsubscribe/{token}"): "2.0",
        ("POST", "/unsubscribe/{token}"): "2.0",
        ("GET", "/later/{token}"): "2.0",
        ("POST", "/later/{token}"): "2.0",
        ("GET", "/partners/{token}"): "2.0",
        ("POST", "/partners/{token}"): "2.0",
        ("GET", "/board/{token}"): "2.0",
        ("POST", "/board/{token}"): "2.0",
        ("GET", "/calls/{token}"): "2.0",
        ("POST", "/calls/{token}"): "2.0",
    }


@pytest.mark.parametrize("kind", ["Parameters", "Outputs"])
def test_every_parameter_and_output_is_described(kind: str) -> None:
    assert [name for name, it in TEMPLATE[kind].items() if len(it.get("Description", "")) < 20] == []
