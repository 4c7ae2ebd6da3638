"""Where a lead may be: the time zones whose clocks count and the regions whose laws and holidays count.

The facts are in `data/*.json`, written by `tools/generate_places.py`, and read when first asked for.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from pydantic import Field

from followthrough.domain.errors import FollowthroughError
from followthrough.domain.model import Model

FoundBy = Literal["form", "postal_code", "phone", "business"]

_US = re.compile(r"\d{5}(\d{4})?")
_CANADIAN = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z]\d[A-Z]\d")
_BRITISH = re.compile(r"([A-Z]{1,2})\d[A-Z\d]?\d[A-Z]{2}")
_COUNTRIES_READ = ("US", "CA", "GB")


class UnknownZone(FollowthroughError):
    """A name that is not an IANA time zone. It is not repeated: whoever sent it may have sent anything."""

    def __init__(self) -> None:
        super().__init__("not an IANA time zone, such as America/New_York")


class Place(Model):
    """Where a lead may be. Several candidates: only hours that are right in all of them may be used."""

    zones: tuple[str, ...] = Field(min_length=1, description="Canonical IANA names, the most likely first; none twice.")
    regions: tuple[str, ...] = Field(
        description="ISO 3166 codes in alphabetical order: US-FL, or US where no part of the country is "
        "known; never both. Empty when not even the country is known."
    )
    found_by: FoundBy = Field(description="What the zones were found by.")


class Candidates(NamedTuple):
    """What one source says. Zones with the same clock are named once."""

    zones: tuple[str, ...]
    regions: tuple[str, ...]


_NOTHING = Candidates((), ())


def find_place(
    *, zone: str | None, postal_code: str | None, phone: str | None, home_zone: str, home_country: str
) -> Place:
    """Where a lead may be, by what is known of them. `phone` is E.164, `home_*` are the business's own.

    **Zones**: the one that the form says; else those of the postal code; else those of the phone number; else
    the business's. Every candidate is kept: an area code with two zones gives both. An area code that the
    data doesn't know gives all of the United States and Canada; a toll-free number gives nothing.

    **Regions** come from all sources at once, because the laws about calling look at the address *and* at the
    number (Florida, Oklahoma and others presume that whoever has their area code is there): the states of the
    postal code and those of the area code, and the country of the form's zone if none of them is in it. A
    zone points to a state only when it lies in one (America/Phoenix, not America/New_York): no law looks at
    zones, and to add every state of a zone would put Rhode Island's hours and Florida's call limit on all of
    the East. With no evidence of any region, the business's country counts.

    Five digits are a US ZIP code to businesses in the US, Canada or the UK; when the number is from elsewhere
    they may as well be a German or a Mexican one, so both count. Other businesses' five digits aren't read,
    nor are the postal codes of other countries.

    Raises UnknownZone for a zone that is not an IANA name.
    """
    posted, called = _by_postal_code(postal_code, home_country), _by_phone(phone)
    regions = {*posted.regions, *called.regions}
    if zone is not None:
        name = canonical_zone(zone)
        return _place("form", (name,), regions | _region_of(name))
    if posted.zones:
        doubtful = _US.fullmatch(_compact(postal_code)) and not (phone or "+1").startswith("+1")
        return _place("postal_code", posted.zones + (called.zones if doubtful else ()), regions)
    if called.zones:
        return _place("phone", called.zones, regions)
    return _place("business", (canonical_zone(home_zone),), {home_country})


def _place(found_by: FoundBy, zones: tuple[str, ...], regions: set[str]) -> Place:
    in_parts = {country_of(region) for region in regions if country_of(region) != region}
    return Place(zones=tuple(dict.fromkeys(zones)), regions=tuple(sorted(regions - in_parts)), found_by=found_by)


def is_zone(name: str) -> bool:
    """Whether it is an IANA time zone, by its present name or an old one (US/Eastern, Asia/Calcutta)."""
    return name in _zone_regions() or name in _zone_aliases()


def canonical_zone(name: str) -> str:
    """The present name of a zone: US/Eastern is America/New_York. Raises UnknownZone."""
    if not is_zone(name):
        raise UnknownZone
    return _zone_aliases().get(name, name)


def zones_of(country: str) -> list[str]:
    """The canonical zones that lie in a country, by its ISO 3166 code."""
    return [zone for zone, region in _zone_regions().items() if country_of(region) == country]


def country_of(region: str) -> str:
    """US for US-FL and for US."""
    return region[:2]


def _region_of(zone: str) -> set[str]:
    return {_zone_regions()[zone]} - {""}


def _compact(postal_code: str | None) -> str:
    return re.sub(r"[\s-]", "", postal_code or "").upper()


def _by_postal_code(postal_code: str | None, home_country: str) -> Candidates:
    code = _compact(postal_code)
    if _CANADIAN.fullmatch(code):
        return _longest_prefix(_table("ca_postal_prefixes.json"), code)
    if british := _BRITISH.fullmatch(code):
        return _table("gb_postcode_areas.json").get(british[1], Candidates(("Europe/London",), ("GB",)))
    if _US.fullmatch(code) and home_country in _COUNTRIES_READ:
        return _table("us_zip_prefixes.json").get(code[:3], _NOTHING)
    return _NOTHING


def _by_phone(phone: str | None) -> Candidates:
    digits = (phone or "").removeprefix("+")
    table = "nanp_area_codes.json" if digits.startswith("1") else "calling_codes.json"
    return _longest_prefix(_table(table), digits)


def _longest_prefix(table: Mapping[str, Candidates], text: str) -> Candidates:
    prefixes = (text[:length] for length in range(len(text), 0, -1))
    return next((table[prefix] for prefix in prefixes if prefix in table), _NOTHING)


@cache
def _table(name: str) -> dict[str, Candidates]:
    """Prefix to candidates, from lines of `"zones|regions": "prefix prefix …"`."""
    table: dict[str, Candidates] = {}
    for place, prefixes in _read(name).items():
        zones, regions = place.split("|")
        candidates = Candidates(tuple(zones.split()), tuple(regions.split()))
        table |= dict.fromkeys(prefixes.split(), candidates)
    return table


@cache
def _zone_regions() -> dict[str, str]:
    """Canonical zone to its country, or to the state it lies in; "" for a zone that is no place."""
    regions = _read("zones.json")["regions"]
    return {zone: region for region, zones in regions.items() for zone in zones.split()}


@cache
def _zone_aliases() -> dict[str, str]:
    """Old name to canonical name."""
    aliases = _read("zones.json")["aliases"]
    return {old: zone for zone, names in aliases.items() for old in names.split()}


def _read(name: str) -> dict[str, Any]:
    text = files("followthrough.domain").joinpath("data", name).read_text("utf-8")
    return dict(json.loads(text))
