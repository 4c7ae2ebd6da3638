"""EscalateSilentRep: nobody reported in time."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.ask_rep import escalate_silent_rep
from followthrough.use_cases.contract import TouchRequest


@guarded
def handler(event: dict[str, Any], context: Any) -> str:
    """Ask the next one in line, or remind, as the step says."""
    request = TouchRequest.model_validate(event)
    result = escalate_silent_rep(sending_services(), request)
    logger.info(result, extra={"pursuit_id": request.pursuit_id, "touch_id": request.touch_id})
    return result
