"""Past arrivals from a CSV file, as a form, a spreadsheet or another system exports them."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from followthrough.domain.business import Business
from followthrough.domain.errors import Unreadable
from local.forecasting import Arrival
from local.posted_lead import read_moment

FIELDS = ("zone", "value", "audience", "service")
"""What a file of arrivals may say of a lead beside when it arrived. Other columns are left unread."""

MOMENTS = (
    "arrived_at",
    "arrived",
    "created_at",
    "created",
    "date_created",
    "created_date",
    "submitted_at",
    "submitted",
    "submission_date",
    "timestamp",
    "date",
)
"""What the column of arrivals may be called; of several in one file the first of these counts."""

MOST_TOLD = 10
LIKE = "such as 2026-11-23T10:00 or 11/23/2026 10:00 AM"
_DELIMITERS = ",;\t"
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b,?\s*(.*)")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_MOST_MONTHS = 12
_BEFORE_OFFSET = re.compile(r"\s+(UTC|[+-]\d{2}:?\d{2})$")
_ONLY_DATE = 10  # characters


def read_arrivals(file: Path, business: Business) -> list[Arrival]:
    """The arrivals in order of time; the number of each is its line. Raises Unreadable, with the lines at fault."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Unreadable(f"{file}: is not UTF-8 text: save it as CSV in UTF-8") from None
    try:
        rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text))
        columns = {_plain(name): name for name in rows.fieldnames or ()}
        numbered = [(rows.line_num, row) for row in rows if any(row.values())]
    except csv.Error as error:
        raise Unreadable(f"{file}: can't be read as CSV: {error}") from None
    column = next((columns[name] for name in MOMENTS if name in columns), None)
    if column is None:
        raise Unreadable(f"{file}: the first line has to name its columns, and one of them arrived_at (or created_at)")
    if not numbered:
        raise Unreadable(f"{file}: has no arrivals")
    moments = _moments([(line, row[column] or "") for line, row in numbered], column, file, business)
    given = {name: columns[name] for name in FIELDS if name in columns}
    return sorted(
        Arrival(at, line, tuple((name, row[old].strip()) for name, old in given.items() if (row[old] or "").strip()))
        for at, (line, row) in zip(moments, numbered, strict=True)
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _moments(written: Sequence[tuple[int, str]], column: str, file: Path, business: Business) -> list[datetime]:
    read = _reader([text for _, text in written], business)
    moments, wrong = [], []
    for line, text in written:
        try:
            moments.append(read(text.strip()))
        except (ValueError, OverflowError):
            wrong.append(f"line {line}: {column} is not a date with a time of day, {LIKE}")
    if wrong:
        more = [f"and {len(wrong) - MOST_TOLD} lines more"] if len(wrong) > MOST_TOLD else []
        raise Unreadable("\n".join(f"{file}: {what}" for what in [*wrong[:MOST_TOLD], *more]))
    return moments


def _reader(texts: Iterable[str], business: Business) -> Callable[[str], datetime]:
    """Reads ISO 8601, and dates such as 11/23/2026 and 23.11.2026. Which number is the month is told by a file's other
    dates, and where all could be both, by the business's country: month first in the United States.
    """
    dates = [match for text in texts if (match := _DATE.fullmatch(text.strip()))]
    month_first = business.region.startswith("US")
    if any(int(date[1]) > _MOST_MONTHS for date in dates):
        month_first = False
    elif any(int(date[2]) > _MOST_MONTHS for date in dates):
        month_first = True

    def read(text: str) -> datetime:
        match = _DATE.fullmatch(text)
        if match is None and len(text) > _ONLY_DATE:
            return read_moment(_BEFORE_OFFSET.sub(lambda offset: offset[1].replace("UTC", "Z"), text), business)
        if match is None:
            raise ValueError("has no time of day, without which nobody knows who would have been there")
        month, day = (match[1], match[2]) if month_first else (match[2], match[1])
        clock = _clock(match[4].upper())
        return read_moment(f"{match[3]}-{int(month):02}-{int(day):02}T{clock}", business)

    return read


def _clock(text: str) -> str:
    for form in _CLOCKS:
        try:
            return f"{datetime.strptime(text, form):%H:%M:%S}"  # noqa: DTZ007 - the wall clock alone is read
        except ValueError:
            continue
    raise ValueError("not a time of day")
