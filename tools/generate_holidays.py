# /// script
# requires-python = ">=3.11"
# dependencies = ["holidays==0.109"]
# ///
"""Write `config/holidays.json`: the public holidays of countries and their parts, from the holidays package.

Run with `uv run tools/generate_holidays.py` after each upgrade of the package, and before the last year that
the file covers; a test fails when file and package disagree. Dated data, because the package is too slow to
load where leads are served.
"""

import json
from pathlib import Path

from holidays import country_holidays

FILE = Path(__file__).parents[1] / "config/holidays.json"
YEARS = range(2025, 2033)

US_PARTS = (
    "AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ"
    " NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY"
)
COUNTRIES = {
    # Country: language of the names, the part that stands for the whole, the parts that may differ.
    # Most Britons live in England, whose holidays Wales shares: they count where no nation is known.
    "AU": ("en_AU", None, "ACT NSW NT QLD SA TAS VIC WA"),
    "CA": ("en_CA", None, "AB BC MB NB NL NS NT NU ON PE QC SK YT"),
    "DE": ("en_US", None, ""),
    "ES": ("en_US", None, ""),
    "FR": ("en_US", None, ""),
    "GB": ("en_GB", "ENG", "NIR SCT"),
    "IE": ("en_IE", None, ""),
    "NZ": (None, None, ""),
    "US": ("en_US", None, US_PARTS),
}

Dates = dict[str, str]


def dates_of(country: str, part: str | None, language: str | None) -> Dates:
    """The holidays by ISO date, in order."""
    found = country_holidays(country, subdiv=part, years=YEARS, language=language)
    return {day.isoformat(): name for day, name in sorted(found.items())}


def difference(whole: Dates, part: Dates) -> dict[str, str | None]:
    """What a part adds to its country's holidays, and, as null, what it works on; other names don't count."""
    changed = {day: part.get(day) for day in whole.keys() ^ part.keys()}
    return dict(sorted(changed.items()))


def generate() -> dict[str, dict[str, str | None]]:
    """The content of the file."""
    content: dict[str, dict[str, str | None]] = {}
    for country, (language, stand_in, parts) in COUNTRIES.items():
        whole = dates_of(country, stand_in, language)
        content[country] = dict(whole)
        for part in parts.split():
            differs = difference(whole, dates_of(country, part, language))
            if differs:
                content[f"{country}-{part}"] = differs
    return content


def main() -> None:
    """Write the file, a date a line, so that a change can be read in a diff."""
    FILE.write_text(json.dumps(generate(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
