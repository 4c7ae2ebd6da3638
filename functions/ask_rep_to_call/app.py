"""AskRepToCall: nudge a rep; the machine then waits for the report."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.ask_rep import ask_rep_to_call
from followthrough.use_cases.contract import TouchRequest


@guarded
def handler(event: dict[str, Any], context: Any) -> str:
    """Ask for the call that is due, or answer the task token when there is nothing to ask for."""
    request = TouchRequest.model_validate(event)
    result = ask_rep_to_call(sending_services(), request)
    logger.info(result, extra={"pursuit_id": request.pursuit_id, "touch_id": request.touch_id})
    return result
