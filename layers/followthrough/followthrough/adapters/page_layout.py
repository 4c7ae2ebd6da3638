"""How the reps' pages are laid out: the templates and the one style sheet in `layout/`, and how much fits."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from followthrough.adapters.web_answers import Answer, html_answer
from followthrough.domain.phones import readable_phone
from followthrough.domain.typed_words import one_line, paragraphs

MOST_BYTES = 30 * 1024
"""What a page may weigh, so that it opens at once on a bad connection."""

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_LOOKED_AT = 4  # times what fits: some of it may be spaces, or can't be seen


def laid_out(status: int, template: str, values: Mapping[str, Any], own_style: str = "") -> Answer:
    """A page from a template of `layout/`, with the style sheet of its own that is named. Every value is escaped."""
    style = _style("page.css") + (_style(own_style) if own_style else "")
    shown = {**values, "style": Markup(style)}  # noqa: S704 - our own files
    return html_answer(status, _environment().get_template(template).render(shown), style)


def line(text: str, most_bytes: int) -> str:
    """The text on one line, without anything unseen, cut to what it may weigh once it is escaped."""
    return fitting(one_line(text[: _LOOKED_AT * most_bytes]), most_bytes)


def several_lines(text: str, most_bytes: int) -> str:
    """The same with its line breaks."""
    return fitting(paragraphs(text[: _LOOKED_AT * most_bytes]), most_bytes)


def fitting(text: str, most_bytes: int) -> str:
    """The text, or as much of it as weighs at most so many bytes once it is escaped, with `…` at the end."""
    if _weight(text) <= most_bytes:
        return text
    room = most_bytes - len("…".encode())
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _weight(text[:middle]) <= room else (low, middle - 1)
    return text[:low].rstrip() + "…"


def dialling(phone: str | None) -> tuple[str, str]:
    """A number in E.164 as people read it, and the address that dials it; empty for anything else."""
    if not phone or not _E164.fullmatch(phone):
        return "", ""
    return readable_phone(phone), f"tel:{phone}"


def _weight(text: str) -> int:
    return len(escape(text).encode())


@cache
def _style(name: str) -> str:
    return files(__package__).joinpath(f"layout/{name}").read_text("utf-8").strip()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__, "layout"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
