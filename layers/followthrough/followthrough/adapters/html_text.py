"""The words of an HTML e-mail.

The standard library's parser needs a minute for 64 KiB that somebody has chosen for it. This reads every character
once, knows nothing of how tags belong together, and returns text in which nothing is markup.
"""

import html
import re

_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]{0,20})")
_COMMENT, _COMMENT_END = "<!--", "-->"
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_NEW_LINE = frozenset(
    {
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"),
    }
)
_CLOSING = {name: re.compile(rf"</{name}(?![a-z0-9])", re.IGNORECASE) for name in _UNSEEN}
_BLANKS = re.compile(r"\s+")


def html_to_text(markup: str) -> str:
    """What somebody would read, a line for each paragraph, row or item. Never raises."""
    reading = _Reading(markup)
    reading.read()
    return html.unescape("".join(reading.found))


class _Reading:
    """One walk through some markup."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._last_end = markup.rfind(">")
        self._never_closed: set[str] = set()
        self.found: list[str] = []

    def read(self) -> None:
        """Fill `found`."""
        at = 0
        while (start := self._markup.find("<", at)) >= 0:
            self._text(at, start)
            at = self._past_markup(start)
        self._text(at, len(self._markup))

    def _text(self, start: int, end: int) -> None:
        self.found.append(_BLANKS.sub(" ", self._markup[start:end]))

    def _past_markup(self, start: int) -> int:
        if self._markup.startswith(_COMMENT, start):
            end = self._markup.find(_COMMENT_END, start + len(_COMMENT))
            return end + len(_COMMENT_END) if end >= 0 else len(self._markup)
        name = _NAME.match(self._markup, start + 1)
        is_markup = name is not None or self._markup[start + 1 : start + 2] in {"!", "?"}
        if not is_markup or start > self._last_end:
            self.found.append("<")  # a person's, as in "<3"
            return start + 1
        end = self._markup.find(">", start + 1)
        return self._past_unseen(name, end + 1) if name else end + 1

    def _past_unseen(self, name: re.Match[str], at: int) -> int:
        tag = name[1].lower()
        if tag in _NEW_LINE:
            self.found.append("\n")
        if tag not in _UNSEEN or name[0].startswith("/") or tag in self._never_closed:
            return at
        closing = _CLOSING[tag].search(self._markup, at)
        if closing is None:
            self._never_closed.add(tag)  # so that it is searched for once
            return at
        return closing.start()
