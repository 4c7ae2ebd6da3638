"""Whether a cadence can do what it says: everything that `followthrough check` finds in its plan."""

from followthrough.domain.business import Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.findings import Finding
from followthrough.domain.hours_checks import check_hours
from followthrough.domain.reachability import check_reach
from followthrough.domain.trial_checks import Trials


def check_plan(version: CadenceVersion, settings: Settings, file: str) -> list[Finding]:
    """Steps that never come, times that never are contact hours, and days with too much. `file` is the cadence's, as
    findings name it. What goes to partners has their hours and answers, which no sample lead can stand for.
    """
    found = [*check_reach(version, file), *check_hours(version.cadence, settings, file)]
    if version.cadence.to == "partner":
        return found
    if any(finding.where in ("weekdays", "(whole file)") for finding in found):
        return found  # nothing could ever go, so nothing more is to be seen
    return [*found, *Trials(version, settings).findings(file, but_for={finding.where for finding in found})]
