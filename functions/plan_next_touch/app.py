"""PlanNextTouch: what a run of a pursuit does next."""

from typing import Any

from followthrough.adapters.boundary import guarded
from followthrough.adapters.wiring import services
from followthrough.use_cases.contract import RunRequest
from followthrough.use_cases.plan_next_touch import plan_next_touch


@guarded
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the five fields that the machine reads."""
    request = RunRequest.model_validate(event)
    return plan_next_touch(services(), request.pursuit_id, request.run).model_dump(mode="json")
