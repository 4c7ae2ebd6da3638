"""SendEmail: send the e-mail that is due, once."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.contract import TouchRequest
from followthrough.use_cases.send_message import send_message


@guarded
def handler(event: dict[str, Any], context: Any) -> str:
    """Send the e-mail that is due, once. Raises SendingThrottled, which the machine tries again."""
    request = TouchRequest.model_validate(event)
    result = send_message(sending_services(), request, only="email")
    logger.info(result, extra={"pursuit_id": request.pursuit_id, "touch_id": request.touch_id})
    return result
