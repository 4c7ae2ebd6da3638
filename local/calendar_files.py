"""A calendar as a file: SVG for a pull request, HTML for a manager. Each holds all it needs and fetches nothing."""

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from local.calendar_picture import Calendar
from local.calendar_sheet import sheet_of

# What XML can't hold, not even escaped; JSON's \u escapes can put it into a purpose.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_html(calendar: Calendar) -> str:
    """A page for any width of screen; whoever presses a touch reads all about it."""
    return _environment().get_template("calendar.html").render(calendar=calendar)


def as_svg(calendar: Calendar) -> str:
    """An image that is light or dark as the reader's screen is."""
    return _environment().get_template("calendar.svg").render(calendar=calendar, sheet=sheet_of(calendar))


def _fit_for_xml(value: object) -> object:
    """Not for Markup, which is escaped already and would be once more."""
    return _NOT_IN_XML.sub("\ufffd", value) if type(value) is str else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("local", "pictures"),
        autoescape=True,
        finalize=_fit_for_xml,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
