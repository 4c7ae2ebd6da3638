"""Report what came of a call: `{"lead_id", "outcome", "touch_id"?, "callback_at"?, "note"?, "next_step"?}`, by direct
invocation.
"""

from typing import Any

from pydantic import ValidationError

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.files import explained
from followthrough.adapters.sending_wiring import sending_services
from followthrough.domain.errors import NotFound, Refused
from followthrough.use_cases.contract import ReportRequest
from followthrough.use_cases.report_outcome import Report, report_outcome


@guarded
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer `{"result", "status"}`, or `{"error"}` saying what would be right."""
    try:
        request = ReportRequest.model_validate(event)
        said = Report(
            request.outcome,
            request.touch_id,
            request.callback_at,
            request.appointment_at,
            request.note,
            request.by,
            next_step=request.next_step,
        )
        reported = report_outcome(sending_services(), request.lead_id, said)
    except ValidationError as error:
        return {"error": "; ".join(f"{place}: {what}" for place, what in explained(error))}
    except (NotFound, Refused) as error:
        return {"error": str(error)}
    logger.info(reported.result, extra={"lead_id": request.lead_id, "outcome": request.outcome})
    if reported.wake_error:
        logger.error("not woken", extra={"lead_id": request.lead_id, "error": reported.wake_error})
    return {"result": reported.result, "status": reported.lead.status}
