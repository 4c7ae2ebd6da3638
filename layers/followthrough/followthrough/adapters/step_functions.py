"""The Machine port on Step Functions."""

import json
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from followthrough.adapters.clients import step_functions_client

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

DEAD_TOKEN = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class StepFunctionsMachine:
    """Starts runs and answers task tokens. Inputs hold ids only: execution history is kept for 90 days."""

    def __init__(self, machine_arn: str) -> None:
        self._arn = machine_arn

    @cached_property
    def _client(self) -> "SFNClient":
        """Made when first needed: most functions never talk to the machine."""
        return step_functions_client()

    def start(self, pursuit_id: str, run: int) -> None:
        """See Machine."""
        try:
            self._client.start_execution(
                stateMachineArn=self._arn,
                name=f"{pursuit_id}-{run}",
                input=json.dumps({"pursuit_id": pursuit_id, "run": run}),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return  # this run was started before; if it has died, the watchdog starts the next one

    def answer(self, token: str) -> bool:
        """See Machine."""
        try:
            self._client.send_task_success(taskToken=token, output="{}")
        except ClientError as error:
            if error.response["Error"]["Code"] in DEAD_TOKEN:
                return False
            raise
        return True
