"""Every day: whoever was closed longer ago than the business wants to keep is erased."""

from typing import Any

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.people_wiring import people_services
from followthrough.domain.errors import FollowthroughError
from followthrough.use_cases.erasing import erase_expired


class NotErased(FollowthroughError):
    """Some leads could not be erased; raised, so that somebody is told."""


@guarded
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Answer with the count. Raises NotErased when there were some that couldn't be, after all others."""
    expired = erase_expired(people_services(), _log)
    logger.info("erased", extra={"leads": len(expired.erased)})
    if expired.failed:
        raise NotErased(f"{len(expired.failed)} leads are past their time and could not be erased")
    return {"erased": len(expired.erased)}


def _log(lead_id: str, error: Exception) -> None:
    logger.error("could not be erased", extra={"lead_id": lead_id, "error": type(error).__name__})
