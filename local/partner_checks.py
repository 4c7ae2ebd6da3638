"""What is wrong between `partners.json` and the other files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from followthrough.adapters.files import PARTNERS
from followthrough.domain.business import Settings
from followthrough.domain.findings import Finding
from followthrough.domain.partner_hours import PartnerHours
from followthrough.domain.partners import HANDOFF_CADENCE, QUEUE_CADENCE


def partner_mistakes(settings: Settings, cadences: Path, config: Path) -> Iterator[Finding]:
    """Partners that nobody could reach, leads that nobody would take, and cadences that are missing."""
    partners, file = settings.partners, str(config / PARTNERS)
    if not partners.partners:
        return
    for place, partner in enumerate(partners.partners):
        if PartnerHours(settings, partner).next_open(datetime.now(UTC)) is None:
            what = (
                f"'{partner.id}' would never be reached: these hours never overlap the calling hours of business.json"
            )
            yield Finding(file, f"partners[{place}].hours", what)
    taken = {service.casefold() for partner in partners.partners for service in partner.services}
    takes_all = any(not partner.services for partner in partners.partners)
    for place, service in enumerate(partners.leads.services):
        if not takes_all and service.casefold() not in taken:
            what = f"no partner takes '{service}': add it to a partner's services, or take it out here"
            yield Finding(file, f"leads.services[{place}]", what)
    for name in (QUEUE_CADENCE, HANDOFF_CADENCE):
        if not (cadences / name / "cadence.json").is_file():
            yield Finding(
                file, "partners", f"need the cadence '{name}', and there is no {cadences / name}/cadence.json"
            )
