"""The team's speed as CloudWatch metrics, through the log (EMF): nothing is called."""

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric

metrics = Metrics()


def measure(name: str, value: float) -> None:
    """One value; a name that begins with `SecondsTo` is a length of time."""
    unit = MetricUnit.Seconds if name.startswith("SecondsTo") else MetricUnit.Count
    with single_metric(name=name, unit=unit, value=value, namespace=metrics.namespace) as metric:
        metric.add_dimension(name="service", value=str(metrics.service))
