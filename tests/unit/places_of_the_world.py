"""Leads and businesses all over the world, for property tests: ordinary zones and the odd ones."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from followthrough.domain.business import Settings
from followthrough.domain.places import Place
from tests.unit.fakes import business_changed

# Zone and regions: US states with and without rules and call limits of their own, countries with and without rows,
# half-hour and quarter-hour offsets, clock changes of half an hour and at midnight, none at all, the date line.
PLACES = [
    Place(zones=tuple(zones.split()), regions=tuple(regions.split()), found_by="form")
    for zones, regions in [
        ("America/New_York", "US-NY"),
        ("America/New_York", "US-FL"),
        ("America/New_York", "US-RI"),
        ("America/New_York America/Chicago", "US-FL"),
        ("America/Chicago", "US-TX"),
        ("America/Denver", "US-UT"),
        ("America/Phoenix", "US-AZ"),
        ("America/Los_Angeles", "US-CA US-OR"),
        ("America/Anchorage", "US-AK"),
        ("Pacific/Honolulu", "US-HI"),
        ("America/Puerto_Rico", "US-PR"),
        ("America/New_York America/Chicago America/Denver America/Los_Angeles", "US"),
        ("America/Vancouver", "CA-BC"),
        ("America/Edmonton", "CA-AB"),
        ("America/Winnipeg", "CA-MB"),
        ("America/Toronto", "CA-ON"),
        ("America/St_Johns", "CA-NL"),
        ("America/Havana", "CU"),
        ("America/Sao_Paulo", "BR"),
        ("America/Asuncion", "PY"),
        ("Europe/London", "GB"),
        ("Europe/Dublin", "IE"),
        ("Europe/Paris", "FR"),
        ("Europe/Berlin", "DE"),
        ("Europe/Madrid", "ES"),
        ("Africa/Casablanca", "MA"),
        ("Africa/Cairo", "EG"),
        ("Asia/Beirut", "LB"),
        ("Asia/Kolkata", "IN"),
        ("Asia/Kathmandu", "NP"),
        ("Australia/Sydney", "AU-NSW"),
        ("Australia/Lord_Howe", "AU-NSW"),
        ("Pacific/Auckland", "NZ"),
        ("Pacific/Chatham", "NZ"),
        ("Pacific/Apia", "WS"),
        ("Pacific/Kiritimati", "KI"),
        ("Pacific/Pago_Pago", "US-AS"),
    ]
]
HOMES = [("America/New_York", "US"), ("Europe/London", "GB"), ("Australia/Sydney", "AU-NSW")]

places = st.sampled_from(PLACES)
homes = st.sampled_from([HOMES[0], *HOMES])
arrivals = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2028, 12, 31),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))


def settings_at(home: tuple[str, str]) -> Settings:
    """The sample business, moved to another country."""
    zone, region = home
    return business_changed(zone=zone, region=region)
