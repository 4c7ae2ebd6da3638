"""Where everything of a calendar stands in the SVG, in which words don't wrap by themselves. Lengths are pixels."""

from dataclasses import dataclass
from textwrap import wrap

from local.calendar_picture import Calendar, Day, Mark, Week

COLUMN = 136
MARGIN = 20
WIDTH = 7 * COLUMN + 2 * MARGIN
_ABOUT_CHARACTERS = 130
_ABOUT_LINE = 19
_FIRST_ABOUT_LINE = 66
_LEGEND = 26
_WEEKDAYS = 30
_NOTE_CHARACTERS = 21
_STEP_CHARACTERS = 17
_LINE = 15
_DAY_TOP = 36
_MARK = 36
_GAP = 4
_LEAST_ROW = 46
_MOST_LINES = 3


@dataclass(frozen=True)
class PlacedNote:
    """A line beside no touch. `y` is its base line."""

    y: int
    words: str


@dataclass(frozen=True)
class PlacedMark:
    """A touch with its box, and what fits into that."""

    y: int
    height: int
    step: str
    reasons: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True)
class PlacedDay:
    """One cell, with all it holds counted from its own top left corner."""

    x: int
    day: Day
    notes: tuple[PlacedNote, ...]
    marks: tuple[PlacedMark, ...]
    needs: int


@dataclass(frozen=True)
class Row:
    """A week."""

    y: int
    height: int
    days: tuple[PlacedDay, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole picture."""

    width: int
    height: int
    column: int
    margin: int
    about: tuple[PlacedNote, ...]
    legend_y: int
    weekdays_y: int
    rows: tuple[Row, ...]


def sheet_of(calendar: Calendar) -> Sheet:
    """A sheet as wide as seven columns and as high as its weeks need."""
    lines = [line for words in calendar.about for line in wrap(words, _ABOUT_CHARACTERS)]
    about = tuple(PlacedNote(_FIRST_ABOUT_LINE + n * _ABOUT_LINE, line) for n, line in enumerate(lines))
    legend_y = _FIRST_ABOUT_LINE + len(lines) * _ABOUT_LINE + 6
    weekdays_y = legend_y + _LEGEND + _WEEKDAYS
    y, rows = weekdays_y + 10, []
    for week in calendar.weeks:
        row = _row(y, week)
        rows.append(row)
        y += row.height
    return Sheet(WIDTH, y + MARGIN, COLUMN, MARGIN, about, legend_y, weekdays_y, tuple(rows))


def _row(y: int, week: Week) -> Row:
    days = tuple(_day(MARGIN + place * COLUMN, day) for place, day in enumerate(week))
    return Row(y, max(_LEAST_ROW, *(day.needs for day in days)), days)


def _day(x: int, day: Day) -> PlacedDay:
    y, notes, marks = _DAY_TOP, [], []
    for words in (line for note in day.notes for line in _lines(note, _NOTE_CHARACTERS)):
        notes.append(PlacedNote(y + _LINE - 3, words))
        y += _LINE
    y += _GAP
    for mark in day.marks:
        reasons = _lines(mark.came_of_it, _NOTE_CHARACTERS) if mark.is_skipped else ()
        height = _MARK + len(reasons) * _LINE
        marks.append(PlacedMark(y, height, _cut(mark.step, _STEP_CHARACTERS), reasons, mark))
        y += height + _GAP
    return PlacedDay(x, day, tuple(notes), tuple(marks), y + _GAP)


def _lines(words: str, characters: int) -> tuple[str, ...]:
    return tuple(wrap(words, characters, max_lines=_MOST_LINES, placeholder="…"))


def _cut(words: str, characters: int) -> str:
    return words if len(words) <= characters else words[: characters - 1] + "…"
