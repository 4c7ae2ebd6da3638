"""The watchdog, each minute: whatever is overdue is started again."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.wiring import services
from followthrough.use_cases.watch_overdue import watch_overdue

metrics = Metrics()


@guarded
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Answer with the counts. The metric `StuckLeads` raises an alarm."""
    watched = watch_overdue(services(), _log)
    for lead_id in watched.stuck:
        logger.error("stuck", extra={"lead_id": lead_id})
    _measure("RestartedLeads", len(watched.restarted))
    _measure("StuckLeads", len(watched.stuck) + len(watched.failed))
    return {"restarted": len(watched.restarted), "stuck": len(watched.stuck), "failed": len(watched.failed)}


def _measure(name: str, count: int) -> None:
    """Only what happened: a metric that is always there is paid for always."""
    if count:
        metrics.add_metric(name, MetricUnit.Count, count)
        metrics.flush_metrics()


def _log(lead_id: str, error: Exception) -> None:
    logger.error("could not be started again", extra={"lead_id": lead_id, "error": type(error).__name__})
