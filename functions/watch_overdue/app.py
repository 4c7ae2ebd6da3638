"""The watchdog, each minute: what is overdue starts again, reps hear of what waited, held and waiting leads go."""

from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.sending_wiring import sending_services
from followthrough.use_cases.calls_due import tell_calls_due
from followthrough.use_cases.watch_floods import watch_floods
from followthrough.use_cases.watch_overdue import watch_overdue
from followthrough.use_cases.watch_partners import watch_partners

metrics = Metrics()


@guarded
def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """Answer with the counts. The metrics `StuckLeads` and `NudgesFailed` raise alarms."""
    services = sending_services()
    watched = watch_overdue(services, _log)
    for lead_id in watched.stuck:
        logger.error("stuck", extra={"lead_id": lead_id})
    _measure("RestartedLeads", len(watched.restarted))
    _measure("StuckLeads", len(watched.stuck) + len(watched.failed))
    told = tell_calls_due(services, _log_untold)
    let_go = watch_floods(services, _log_held)
    _measure("HeldLeadsLetGo", len(let_go))
    handed_out = watch_partners(services, _log_partner)
    return {
        "restarted": len(watched.restarted),
        "stuck": len(watched.stuck),
        "failed": len(watched.failed),
        "told": len(told.reps),
        "let_go": len(let_go),
        "handed_out": len(handed_out),
    }


def _measure(name: str, count: int) -> None:
    """Only what happened: a metric that is always there is paid for always."""
    if count:
        metrics.add_metric(name, MetricUnit.Count, count)
        metrics.flush_metrics()


def _log(lead_id: str, error: Exception) -> None:
    logger.error("could not be started again", extra={"lead_id": lead_id, "error": type(error).__name__})


def _log_untold(id_: str, error: Exception) -> None:
    """Of a lead whose call could not be told of, or of a rep who could not be told."""
    logger.error("could not be told of", extra={"id": id_, "error": type(error).__name__})
    _measure("NudgesFailed", 1)


def _log_held(lead_id: str, error: Exception) -> None:
    logger.error("could not be let go", extra={"lead_id": lead_id, "error": type(error).__name__})
    _measure("StuckLeads", 1)


def _log_partner(partner: str, error: Exception) -> None:
    logger.error("a partner's line could not be seen to", extra={"partner": partner, "error": type(error).__name__})
    _measure("StuckLeads", 1)
