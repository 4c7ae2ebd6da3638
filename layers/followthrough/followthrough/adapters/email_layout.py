"""How an e-mail looks: one body of plain words, laid out as the text part and as the HTML part.

Both parts are made from the same rendered words, so that they can never say different things. The HTML has no
images and nothing that tells us whether it was opened.
"""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from followthrough.use_cases.ports import LeadLinks

ANOTHER_TIME, TELL_US = "Another time, or no thanks?", "Tell us in one tap"
STOP = "Stop hearing from us"

_TEXT_WIDTH = 74
_BULLET = "- "

Links = Mapping[str, str | None]
"""Words that appear in the message, to the address that a press on them opens (a number to `tel:…`); None for
words that are only kept on one line, such as the reader's own number."""


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list of points. `lines` are without bullets."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks_of(body: str) -> list[Block]:
    """The paragraphs of a body, which empty lines part. Lines that begin with `- ` are points of a list."""
    return [block for paragraph in re.split(r"\n\s*\n", body.strip()) for block in _blocks(paragraph)]


def _blocks(paragraph: str) -> Iterator[Block]:
    lines = filter(None, (" ".join(line.split()) for line in paragraph.splitlines()))
    for is_list, group in groupby(lines, key=lambda line: line.startswith(_BULLET)):
        yield Block(tuple(line.removeprefix(_BULLET) for line in group), is_list)


def as_text(blocks: Sequence[Block], footer: Sequence[Sequence[str]], pages: LeadLinks | None) -> str:
    """The text part, wrapped so that it reads well where mail is shown as typed. `pages` are those of the lead that it
    goes to.
    """
    parts = ["\n".join(_wrapped(line, is_list=block.is_list) for line in block.lines) for block in blocks]
    # "-- " on a line of its own is how mail programs know where the message ends and the footer begins.
    foot = "\n\n".join("\n".join(_wrapped(line) for line in group) for group in footer)
    own = f"\n\n{ANOTHER_TIME} {TELL_US}: {pages.later}\n\n{STOP}: {pages.unsubscribe}" if pages else ""
    return "\n\n".join(parts) + f"\n\n-- \n{foot}{own}\n"


def _wrapped(line: str, *, is_list: bool = False) -> str:
    bullet = _BULLET if is_list else ""
    return textwrap.fill(
        line,
        _TEXT_WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_html(
    subject: str,
    blocks: Sequence[Block],
    footer: Sequence[Sequence[str]],
    pages: LeadLinks | None,
    links: Links,
) -> str:
    """The HTML part. Everything in it is escaped; only the business's own contact details become links."""
    return _template().render(
        subject=subject,
        blocks=blocks,
        footer=footer,
        pages=pages,
        another_time=ANOTHER_TIME,
        tell_us=TELL_US,
        stop=STOP,
        linked=lambda line: linked(line, links),
    )


def linked(line: str, links: Links) -> Markup:
    """The escaped line with the words of `links` made pressable."""
    if not links:
        return escape(line)
    words = sorted(links, key=len, reverse=True)
    parts = re.split("(" + "|".join(re.escape(word) for word in words) + ")", line)
    return Markup("").join(_whole(part, links[part]) if part in links else part for part in parts)


def _whole(words: str, address: str | None) -> Markup:
    if address is None:
        return Markup('<span style="white-space: nowrap;">{}</span>').format(words)
    if address.startswith("tel:"):
        return Markup('<a href="{}" style="white-space: nowrap;">{}</a>').format(address, words)
    return Markup('<a href="{}">{}</a>').format(address, words)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(files(__package__).joinpath("layout/email.html").read_text("utf-8"))
