"""SendEmail: send the e-mail that is due, once."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.wiring import services
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.send_message import send_message


@guarded
def handler(event: dict[str, Any], context: Any) -> str:
    """Send the e-mail that is due, once. Raises SendingThrottled, which the machine tries again."""
    request = TouchRequest.model_validate(event)
    result = send_message(services(), request)
    logger.info(result, extra={"pursuit_id": request.pursuit_id, "touch_id": request.touch_id})
    return result
