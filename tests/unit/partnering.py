"""What the tests of hand-offs build: a business with partners, and leads that are for them."""

from typing import Any
from zlib import crc32

from followthrough.domain.business import Settings
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.leads import Lead, Profile
from followthrough.domain.partners import HANDOFF_CADENCE, QUEUE_CADENCE, Partners
from followthrough.domain.places import Place
from followthrough.domain.pursuing import new_lead, scheduled
from followthrough.use_cases.handing_over import in_line_on_arrival
from followthrough.use_cases.ports import Arrival, SendingServices
from tests.unit.building import cadence_of
from tests.unit.fakes import sample_cadence, sample_settings

NEW_YORK = "America/New_York"
HOURS = {"mon-fri": "08:00-18:00"}


def partner(id_: str, **more: Any) -> dict[str, Any]:
    """A partner as the admin writes it, open on weekdays from 8 to 18."""
    return {
        "id": id_,
        "name": f"{id_.title()} Roofing",
        "contact": "Pat",
        "phone": f"+1212555{2000 + crc32(id_.encode()) % 8000}",
        "email": f"{id_}@example.com",
        "hours": HOURS,
        **more,
    }


def with_partners(*partners: dict[str, Any], **more: Any) -> Settings:
    """The sample business with these partners, who are for roofs."""
    written = {"leads": {"services": ["Roofing", "Solar panels"]}, "partners": list(partners), **more}
    return sample_settings().model_copy(update={"partners": Partners.model_validate(written)})


def renamed(name: str) -> CadenceVersion:
    """A cadence of that name that asks for one call."""
    version = cadence_of({"name": "first", "after": "0m"})
    return version.model_copy(update={"cadence": version.cadence.model_copy(update={"name": name})})


def simple_cadences() -> tuple[CadenceVersion, CadenceVersion]:
    """Cadences for who waits for a partner and who was given to one, without words."""
    return renamed(QUEUE_CADENCE), renamed(HANDOFF_CADENCE)


def arrive(services: SendingServices, number: int, service: str = "Roofing", value: str = "normal") -> Lead:
    """Somebody asks for something that is done by partners."""
    now = services.clock()
    profile = Profile.model_validate(
        {
            "name": f"Lead {number}",
            "email": f"lead{number}@example.com",
            "phone": f"+1646{2000000 + number}",
            "service": service,
            "value": value,
        }
    )
    place = Place(zones=(NEW_YORK,), regions=("US-NY",), found_by="form")
    lead = new_lead(profile, place, f"lead{number:03}", f"of-lead{number}", sample_cadence(), now)
    services.store.keep_version(sample_cadence())
    return services.store.add(in_line_on_arrival(services, scheduled(lead, now), now), Arrival((), 0))
