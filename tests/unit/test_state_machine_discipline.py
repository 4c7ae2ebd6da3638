"""The workflow proves its own discipline: every Task of the state machine keeps every rule, now and later."""

import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
from samtranslator.yaml_helper import yaml_parse

from followthrough.domain import errors
from tests.unit.fakes import sample_settings

ROOT = Path(__file__).parents[2]
DEFINITION = (ROOT / "statemachines/follow_up.asl.json").read_text("utf-8")
MACHINE = cast("dict[str, Any]", json.loads(DEFINITION))
STATES = cast("dict[str, dict[str, Any]]", MACHINE["States"])
TEMPLATE = cast("dict[str, Any]", yaml_parse((ROOT / "template.yaml").read_text("utf-8")))  # type: ignore[no-untyped-call] # SAM annotates little

TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
CALLBACKS = {name: task for name, task in TASKS.items() if task["Resource"].endswith(".waitForTaskToken")}
LAMBDA_TASKS = {name: task for name, task in TASKS.items() if ":lambda:invoke" in task["Resource"]}
SENDERS = {name: task for name, task in LAMBDA_TASKS.items() if name.startswith("Send")}

# What AWS Lambda answers when the trouble is its own and passing.
LAMBDA_TROUBLE = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
}
# Running executions keep this definition for up to a year; what they call must stay as it is.
FROZEN_TASKS = {
    "PlanNextTouch": {"pursuit_id.$", "run.$"},
    "AskRepToCall": {"pursuit_id.$", "run.$", "touch_id.$", "task_token.$"},
    "EscalateSilentRep": {"pursuit_id.$", "run.$", "touch_id.$"},
    "SendEmail": {"pursuit_id.$", "run.$", "touch_id.$"},
    "SendText": {"pursuit_id.$", "run.$", "touch_id.$"},
}

every_task = pytest.mark.parametrize("name", TASKS)
every_lambda_task = pytest.mark.parametrize("name", LAMBDA_TASKS)
every_state = pytest.mark.parametrize("name", STATES)


def retried_errors(task: dict[str, Any]) -> set[str]:
    """Errors that the task really tries again after (a retrier with no attempts forbids it)."""
    return {error for retrier in task["Retry"] if retrier.get("MaxAttempts") != 0 for error in retrier["ErrorEquals"]}


def function_of(task: dict[str, Any]) -> dict[str, Any]:
    """The function in the template that the task invokes, through its substitution."""
    placeholder = re.fullmatch(r"\$\{(\w+)\}", task["Parameters"]["FunctionName"])
    assert placeholder, "a function is named by a substitution only"
    substitutions = TEMPLATE["Resources"]["FollowUpMachine"]["Properties"]["DefinitionSubstitutions"]
    logical_id, attribute = substitutions[placeholder.group(1)]["Fn::GetAtt"]
    assert attribute == "Arn"
    function = TEMPLATE["Resources"][logical_id]
    assert function["Type"] == "AWS::Serverless::Function"
    return cast("dict[str, Any]", function)


def followers(state: dict[str, Any]) -> set[str]:
    """Every state that can come right after this one."""
    rules = [state, *state.get("Catch", []), *state.get("Choices", [])]
    return {rule["Next"] for rule in rules if "Next" in rule} | {state[key] for key in ["Default"] if key in state}


def test_there_are_tasks_to_look_at() -> None:
    assert len(TASKS) == 6
    assert set(CALLBACKS) == {"AskRepToCall"}
    assert set(SENDERS) == {"SendEmail", "SendText"}


@every_task
def test_a_task_has_a_timeout(name: str) -> None:
    task = TASKS[name]
    if name in CALLBACKS:
        assert task["TimeoutSecondsPath"] == "$.next.response_seconds"
    else:
        assert 0 < task["TimeoutSeconds"] <= 300


@every_lambda_task
def test_a_task_outlasts_its_function(name: str) -> None:
    function_timeout = function_of(TASKS[name])["Properties"].get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
    # A rep is given at least a minute; every other Task says so itself.
    assert TASKS[name].get("TimeoutSeconds", 60) > function_timeout


@every_task
def test_a_task_retries_named_errors_with_jitter(name: str) -> None:
    assert retried_errors(TASKS[name])
    assert "States.ALL" not in retried_errors(TASKS[name])
    for retrier in TASKS[name]["Retry"]:
        if retrier.get("MaxAttempts") != 0:
            assert retrier["JitterStrategy"] == "FULL"
            assert retrier["MaxAttempts"] >= 3
            assert retrier["BackoffRate"] >= 2
            assert retrier["IntervalSeconds"] <= retrier["MaxDelaySeconds"] <= 900


@every_lambda_task
def test_a_lambda_task_retries_all_of_lambdas_own_trouble(name: str) -> None:
    assert retried_errors(TASKS[name]) >= LAMBDA_TROUBLE


@every_lambda_task
def test_a_task_retries_only_domain_errors_that_exist_and_are_safe_to_retry(name: str) -> None:
    own = retried_errors(TASKS[name]) - LAMBDA_TROUBLE
    assert own == ({errors.SendingThrottled.__name__} if name in SENDERS else set())


@pytest.mark.parametrize("name", SENDERS)
def test_a_throttled_message_waits_longer_than_a_troubled_function(name: str) -> None:
    throttled, trouble = TASKS[name]["Retry"]
    assert throttled["ErrorEquals"] == ["SendingThrottled"]
    assert throttled["IntervalSeconds"] > trouble["IntervalSeconds"]
    assert throttled["MaxDelaySeconds"] > trouble["MaxDelaySeconds"]


@every_task
def test_a_task_ends_in_a_failure_of_its_own(name: str) -> None:
    last_resort = TASKS[name]["Catch"][-1]
    assert last_resort["ErrorEquals"] == ["States.ALL"]
    assert STATES[last_resort["Next"]]["Type"] == "Fail"
    elsewhere = [other for other in STATES if other != name and last_resort["Next"] in followers(STATES[other])]
    assert elsewhere == []


@every_task
def test_a_caught_error_leaves_nothing_behind_in_the_executions_data(name: str) -> None:
    assert [catcher["ResultPath"] for catcher in TASKS[name]["Catch"]] == [None] * len(TASKS[name]["Catch"])


@pytest.mark.parametrize("name", CALLBACKS)
def test_silence_is_never_retried_and_goes_to_somebody_else(name: str) -> None:
    assert not retried_errors(CALLBACKS[name]) & {"States.ALL", "States.Timeout", "States.TaskFailed"}
    first = CALLBACKS[name]["Catch"][0]
    assert (first["ErrorEquals"], first["Next"]) == (["States.Timeout"], "EscalateSilentRep")


@every_state
def test_a_state_says_why_it_exists_and_has_a_pascal_case_name(name: str) -> None:
    assert len(STATES[name]["Comment"]) > 30
    assert re.fullmatch(r"([A-Z][a-z]+)+", name)


@every_state
def test_a_state_can_be_reached_and_leads_somewhere(name: str) -> None:
    reached, open_ends = set(), {MACHINE["StartAt"]}
    while open_ends:
        reached |= open_ends
        open_ends = {follower for state in open_ends for follower in followers(STATES[state])} - reached
    assert name in reached
    assert followers(STATES[name]) or STATES[name]["Type"] in {"Succeed", "Fail"}


@pytest.mark.parametrize("name", [name for name, state in STATES.items() if state["Type"] == "Fail"])
def test_a_failure_has_a_name_and_a_cause_of_its_own(name: str) -> None:
    assert STATES[name]["Error"] == name
    assert [state["Cause"] for state in STATES.values() if state["Type"] == "Fail"].count(STATES[name]["Cause"]) == 1


def test_every_substitution_is_used_and_every_placeholder_is_substituted() -> None:
    substitutions = TEMPLATE["Resources"]["FollowUpMachine"]["Properties"]["DefinitionSubstitutions"]
    assert set(re.findall(r"\$\{(\w+)\}", DEFINITION)) == set(substitutions)


@pytest.mark.parametrize(("name", "fields"), FROZEN_TASKS.items())
def test_what_a_function_is_given_is_only_ever_added_to_and_never_personal(name: str, fields: set[str]) -> None:
    payload = TASKS[name]["Parameters"]["Payload"]
    assert set(payload) == fields
    assert set(payload.values()) <= {"$.pursuit_id", "$.run", "$.next.touch_id", "$$.Task.Token"}


def test_the_plan_is_kept_as_its_seven_fields() -> None:
    plan = TASKS["PlanNextTouch"]
    assert plan["ResultPath"] == "$.next"
    seven = {"do", "channel", "due_at", "touch_id", "response_seconds", "pursuit_id", "run"}
    assert plan["ResultSelector"] == {f"{field}.$": f"$.Payload.{field}" for field in seven}


@pytest.mark.parametrize("name", [name for name in TASKS if name != "PlanNextTouch"])
def test_what_a_doer_answers_is_discarded(name: str) -> None:
    assert TASKS[name]["ResultPath"] is None


@pytest.mark.parametrize("name", [name for name in LAMBDA_TASKS if name != "PlanNextTouch"])
def test_after_every_touch_the_table_is_asked_again(name: str) -> None:
    assert TASKS[name]["Next"] == "PlanNextTouch"


def test_a_touch_takes_four_transitions() -> None:
    assert STATES["PlanNextTouch"]["Next"] == "WaitUntilDue"
    assert STATES["WaitUntilDue"]["Next"] == "WhatNow"
    doers = {"AskRepToCall", "SendEmail", "SendText"}
    others = {"StartSuccessor", "PlanNextTouch", "Finished", "InstructionUnknown"}
    assert followers(STATES["WhatNow"]) == doers | others


def test_an_unknown_instruction_fails_and_is_not_guessed_at() -> None:
    assert STATES[STATES["WhatNow"]["Default"]]["Type"] == "Fail"


def test_a_successor_is_started_as_anybody_would_start_it() -> None:
    parameters = TASKS["StartSuccessor"]["Parameters"]
    assert parameters["StateMachineArn.$"] == "$$.StateMachine.Id"
    assert parameters["Name.$"] == "States.Format('{}-{}', $.next.pursuit_id, $.next.run)"
    assert parameters["Input"] == {"pursuit_id.$": "$.next.pursuit_id", "run.$": "$.next.run"}


def test_a_successor_that_was_started_already_is_no_failure() -> None:
    successor = TASKS["StartSuccessor"]
    already, failed = successor["Catch"]
    assert already["Next"] == "Finished"
    assert set(already["ErrorEquals"]) == set(successor["Retry"][0]["ErrorEquals"])
    assert successor["Retry"][0]["MaxAttempts"] == 0
    assert failed["Next"] == "RenewingFailed"


@pytest.mark.parametrize("name", SENDERS)
def test_a_sender_waits_for_its_minute_long_enough_for_thousands_to_go_before_it(name: str) -> None:
    """With full jitter the average wait before a try is half of its longest."""
    rule = next(rule for rule in SENDERS[name]["Retry"] if rule["ErrorEquals"] == ["SendingThrottled"])
    assert rule["JitterStrategy"] == "FULL"
    waits = [rule["IntervalSeconds"] * rule["BackoffRate"] ** n for n in range(rule["MaxAttempts"])]
    minutes = sum(min(wait, rule["MaxDelaySeconds"]) for wait in waits) / 2 / 60
    assert minutes * sample_settings().business.caps.emails_a_minute >= 2500
