# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "phonenumbers==9.0.42",
#     "timezonefinder==9.0.0",
#     "tzdata==2026.6",
#     "zipcodes==3.0.0",
# ]
# ///
"""Write the data about places that `followthrough.domain.places` reads.

Run with `uv run tools/generate_places.py`, after each upgrade of tzdata or phonenumberslite, and commit what
changed. The same packages always give the same files.

Where the facts come from:
- zones, their countries and their old names: `zone.tab` and `tzdata.zi` of the pinned tzdata package;
- US ZIP codes (state, zone, coordinates): the zipcodes package; the zone at the coordinates: timezonefinder;
- North American area codes and country calling codes: phonenumbers (Google's libphonenumber), with its tables
  of geography (state, towns of an area code) and of time zones;
- Canadian and British postal codes, and what else no package holds: `places_by_hand.py`.

Zones with the same clock from 2025 to 2032 count as one candidate: the most likely of them is kept.
"""

# The packages above live in uv's own environment for this script, where the type checker doesn't look.
# mypy: disable-error-code="import-not-found, import-untyped, no-any-return"

import json
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import phonenumbers
import zipcodes
from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE
from phonenumbers.tzdata import TIMEZONE_DATA
from places_by_hand import (
    CA_AREA_CODE_EXCEPTIONS,
    CA_AREA_CODE_ZONES,
    CA_POSTAL,
    CALLING_CODES,
    FREELY_ASSOCIATED,
    GB_POSTAL,
    MOST_LIKELY,
    NOBODY_LIVES_THERE,
    NOWHERE,
    OLD_NAMES,
    PROVINCE_NAMES,
    PROVINCES,
    STATES,
    TERRITORIES,
)
from timezonefinder import TimezoneFinder

zoneinfo.reset_tzpath(to=())

DATA = Path(__file__).parents[1] / "layers/followthrough/followthrough/domain/data"
YEARS = (2025, 2033)

NOT_A_PLACE = {
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    phonenumbers.PhoneNumberType.VOIP,
}

Zip = dict[str, Any]
Row = tuple[tuple[str, ...], tuple[str, ...]]
"""Zones and regions."""


@cache
def clock(zone: str) -> tuple[timedelta | None, ...]:
    """What tells two zones apart: their offsets, every six hours."""
    info, moment = zoneinfo.ZoneInfo(zone), datetime(YEARS[0], 1, 1, tzinfo=UTC)
    offsets = []
    while moment.year < YEARS[1]:
        offsets.append(moment.astimezone(info).utcoffset())
        moment += timedelta(hours=6)
    return tuple(offsets)


def candidates(zones: Iterable[str]) -> tuple[str, ...]:
    """Without those that have the same clock as one before them."""
    kept: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        kept.setdefault(clock(zone), zone)
    return tuple(kept.values())


def most_common(zones: Iterable[str]) -> list[str]:
    """Each once, the most frequent first; equals by name."""
    return [zone for zone, _ in sorted(Counter(zones).items(), key=lambda pair: (-pair[1], pair[0]))]


def american(names: str) -> list[str]:
    """`Toronto Winnipeg` as names of zones."""
    return [f"America/{name}" for name in names.split()]


def tz_file(name: str) -> str:
    """A file of the pinned tzdata package."""
    return files("tzdata.zoneinfo").joinpath(name).read_text("utf-8")


def country_zones() -> dict[str, list[str]]:
    """The zones of each country, the most likely first; without Antarctic stations where there are others."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in tz_file("zone.tab").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found[country].append(zone)
    for country, zone in MOST_LIKELY.items():
        found[country].sort(key=lambda name: name != zone)
    return found


COUNTRY_ZONES = country_zones()


def region_of_state(state: str) -> str:
    """The ISO 3166 code for what the Postal Service calls a state."""
    return state if state in FREELY_ASSOCIATED else f"US-{state}"


# --- US ZIP codes


def inhabited_zips() -> list[Zip]:
    """All ZIP codes but those of soldiers, diplomats, parcels and Santa Claus."""
    return [
        code
        for code in zipcodes.list_all()
        if code["zip_code_type"] != "MILITARY"
        and code["city"] not in ("Apo", "Dpo", "Fpo")
        and code["zip_code"][:3] not in NOBODY_LIVES_THERE
    ]


FINDER = TimezoneFinder()
KNOWN_ZONES = zoneinfo.available_timezones()


@cache
def zone_on_the_map(latitude: str, longitude: str) -> str | None:
    """The zone at a place; None at sea, which is where ZIP codes without a location are."""
    zone = FINDER.timezone_at(lat=float(latitude), lng=float(longitude)) if latitude else None
    return None if zone is None or zone.startswith("Etc/") else zone


def zones_of(codes: list[Zip]) -> list[str]:
    """The zones of some ZIP codes, most common first.

    A zone counts when the map says so, and also when the list of ZIP codes says so unless the map speaks
    against it everywhere: a single ZIP code is sometimes listed in a wrong county.
    """
    seen: list[str] = []
    claimed: dict[str, list[bool]] = defaultdict(list)
    for code in codes:
        listed, mapped = code["timezone"], zone_on_the_map(code["lat"], code["long"])
        if mapped:
            seen.append(mapped)
        if listed in KNOWN_ZONES:
            claimed[listed].append(mapped is None or clock(mapped) == clock(listed))
    confirmed = [zone for zone, checks in claimed.items() if any(checks) for _ in checks]
    return most_common(confirmed + seen)


def zip_rows(codes: list[Zip]) -> dict[str, Row]:
    """By the first three digits."""
    by_prefix: dict[str, list[Zip]] = defaultdict(list)
    for code in codes:
        by_prefix[code["zip_code"][:3]].append(code)
    return {prefix: (candidates(zones_of(group)), regions_of(group)) for prefix, group in by_prefix.items()}


def regions_of(codes: list[Zip]) -> tuple[str, ...]:
    """The states that some ZIP codes are in."""
    return tuple(sorted({region_of_state(code["state"]) for code in codes}))


# --- telephone numbers


def area_code_rows(codes: list[Zip]) -> dict[str, Row]:
    """By prefix with the leading 1. "1" alone is for an area code newer than this file: anywhere."""
    by_state: dict[str, list[Zip]] = defaultdict(list)
    for code in codes:
        by_state[code["state"]].append(code)
    rows: dict[str, Row] = {"1": (candidates(COUNTRY_ZONES["US"] + COUNTRY_ZONES["CA"]), ("CA", "US"))}
    for number in range(200, 1000):
        sample = phonenumbers.parse(f"+1{number}2345678")
        country = phonenumbers.region_code_for_number(sample)
        if country is None:
            continue
        area = str(number)
        if phonenumbers.number_type(sample) in NOT_A_PLACE:
            rows["1" + area] = ((), ())
        elif country == "CA":
            rows["1" + area] = canadian_area(area)
        elif country == "US":
            rows["1" + area] = american_area(area, by_state)
        else:
            region = f"US-{country}" if country in TERRITORIES else country
            rows["1" + area] = (candidates(COUNTRY_ZONES[country]), (region,))
    return rows


def canadian_area(area: str) -> Row:
    """The provinces by Google's geography, the zones by hand."""
    provinces = PROVINCE_NAMES.get(area_name(area), "").split() or [ending_of(area, PROVINCES)]
    names = CA_AREA_CODE_EXCEPTIONS.get(area) or " ".join(
        CA_AREA_CODE_ZONES.get(province, PROVINCES[province]) for province in provinces
    )
    return candidates(american(names)), tuple(f"CA-{province}" for province in provinces)


def american_area(area: str, by_state: dict[str, list[Zip]]) -> Row:
    """The state by Google's geography. The zones of the towns it names in the area, and of its own table as
    far as such clocks exist in the state. For an area code too new to have towns that table is often wrong:
    then the zones of the ZIP codes said to use it, else of the whole state. No area code crosses a border.
    """
    state = STATES.get(area_name(area)) or ending_of(area, STATES.values())
    of_state = zones_of(by_state[state])
    towns = {entry.rsplit(", ", 1)[0] for entry in area_entries(area) if ", " in entry}
    in_towns = [code for code in by_state[state] if code["city"] in towns]
    if len(towns) > 1:
        clocks = {clock(zone) for zone in of_state}
        table = [zones for key, zones in TIMEZONE_DATA.items() if key.startswith("1" + area)]
        google = {zone for zones in table for zone in zones}
        found = zones_of(in_towns) + sorted(zone for zone in google if clock(zone) in clocks)
    else:
        found = zones_of([code for code in by_state[state] if area in code["area_codes"]])
    return candidates(found or of_state), (f"US-{state}",)


def area_name(area: str) -> str:
    """What Google calls an area code as a whole: usually a state."""
    return str(GEOCODE_DATA.get("1" + area, {}).get("en", ""))


def area_entries(area: str) -> list[str]:
    """What Google calls an area code and the exchanges in it: `Florida`, `Pensacola, FL`."""
    described = (names for key, names in GEOCODE_DATA.items() if key.startswith("1" + area))
    return [names["en"] for names in described if "en" in names]


def ending_of(area: str, known: Iterable[str]) -> str:
    """The state or province that most of an area code's towns are in, from `Toronto, ON`."""
    endings = Counter(entry.rsplit(", ", 1)[-1] for entry in area_entries(area))
    places = [ending for ending, _ in endings.most_common() if ending in known]
    if not places:
        raise SystemExit(f"area code {area}: no state or province found in {sorted(endings)}")
    return places[0]


def calling_code_rows() -> dict[str, Row]:
    """By calling code without the plus; longer prefixes where a code is shared."""
    rows: dict[str, Row] = {}
    for code, countries in COUNTRY_CODE_TO_REGION_CODE.items():
        if code != 1 and countries[0] in COUNTRY_ZONES:
            rows[str(code)] = (candidates(inhabited(countries[0])), (countries[0],))
    for prefix, (names, zones) in CALLING_CODES.items():
        split = names.split()
        found = zones.split() if zones else [zone for country in split for zone in inhabited(country)]
        rows[prefix] = (candidates(found), tuple(sorted(split)))
    return rows


def inhabited(country: str) -> list[str]:
    """The zones of a country, without its Antarctic stations."""
    zones = COUNTRY_ZONES[country]
    return [zone for zone in zones if not zone.startswith("Antarctica/")] or zones


# --- postal codes elsewhere, and zones


def ca_postal_rows() -> dict[str, Row]:
    """By the first characters of a Canadian postal code."""
    return {
        prefix: (candidates(american(zones)), tuple(f"CA-{province}" for province in provinces.split()))
        for prefixes, (provinces, zones) in CA_POSTAL.items()
        for prefix in prefixes.split()
    }


def gb_postal_rows() -> dict[str, Row]:
    """By postcode area; those of England and Wales are not listed."""
    london = ("Europe/London",)
    return {area: (london, (region,)) for region, areas in GB_POSTAL.items() for area in areas.split()}


def zone_regions(codes: list[Zip]) -> dict[str, str]:
    """The country of each zone, or its only state or province; "" for a zone that is no place."""
    states: dict[str, set[str]] = defaultdict(set)
    for code in codes:
        if code["timezone"] in KNOWN_ZONES:
            states[code["timezone"]].add(region_of_state(code["state"]))
    for province, names in PROVINCES.items():
        for zone in american(names):
            states[zone].add(f"CA-{province}")
    regions = {zone: country for country, zones in COUNTRY_ZONES.items() for zone in zones}
    for zone, country in regions.items():
        if country in TERRITORIES:
            regions[zone] = f"US-{country}"
        elif country in ("US", "CA") and len(states[zone]) == 1:
            regions[zone] = states[zone].pop()
        elif country == "UM":
            regions[zone] = "US"
    return regions


def zone_names(regions: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Region by canonical name, and canonical name by old name."""
    fields = (line.split() for line in tz_file("tzdata.zi").splitlines())
    links = {entry[2]: entry[1] for entry in fields if entry[0] == "L"} | OLD_NAMES
    aliases: dict[str, str] = {}
    for name in files("tzdata").joinpath("zones").read_text("utf-8").split():
        if name in regions or name == "Factory":
            continue
        target = name if name in NOWHERE else links.get(name, name)
        if target == name:
            regions[name] = ""
        else:
            aliases[name] = target
    return regions, aliases


# --- files


def inverted(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each value with all its keys, in order."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[value].append(key)
    return {value: " ".join(sorted(keys)) for value, keys in sorted(groups.items())}


def write(name: str, content: object) -> None:
    """Write a data file, one entry a line, so that a change can be read in a diff."""
    (DATA / name).write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def write_rows(name: str, rows: dict[str, Row]) -> None:
    """Write a table of prefixes as lines of `"zones|regions": "prefix prefix …"`."""
    lines = ((prefix, f"{' '.join(zones)}|{' '.join(regions)}") for prefix, (zones, regions) in rows.items())
    write(name, inverted(lines))


def main() -> None:
    """Write all data files."""
    codes = inhabited_zips()
    regions, aliases = zone_names(zone_regions(codes))
    write("zones.json", {"regions": inverted(regions.items()), "aliases": inverted(aliases.items())})
    write_rows("us_zip_prefixes.json", zip_rows(codes))
    write_rows("ca_postal_prefixes.json", ca_postal_rows())
    write_rows("gb_postcode_areas.json", gb_postal_rows())
    write_rows("nanp_area_codes.json", area_code_rows(codes))
    write_rows("calling_codes.json", calling_code_rows())


if __name__ == "__main__":
    main()
