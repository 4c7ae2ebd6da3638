"""What somebody wrote themselves in an e-mail: without what they answer, and what their program adds below."""

from collections.abc import Iterator, Sequence

from followthrough.domain.lead_words import lead_words

LONGEST_BODY = 50_000
"""Characters of an e-mail that are looked at. Below stands what is quoted."""

_WRAPPED_FROM = 60
"""A line as long as this goes on in the next one: programs wrap at 70 to 78 characters."""
_LINES_ABOVE_QUOTE = 3
_LINES_OF_HEADERS = 4
_LONGEST_LINE_ABOVE_QUOTE = 300
_SHORTEST_RULE = 10


def own_words(body: str) -> str:
    """The writer's own lines. Never raises.

    An answer below or between the quoted lines is kept. In doubt, so are lines: a stop among them must not be lost.
    """
    lines = [_bare(line) for line in body[:LONGEST_BODY].splitlines()]
    kept = list(_unquoted(lines))
    return _unwrapped(_above_signature(kept)).strip()


def _bare(line: str) -> str:
    """A line without the blanks and the stars of bold type around it."""
    return line.replace("\xa0", " ").strip().strip("*").strip()


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    at, has_said = 0, False
    while at < len(lines) and not _begins_old_mail(lines, at):
        above = _lines_above_quote(lines, at)
        if above and has_said and not _is_quoted(_next_said(lines, at + above)):
            return
        if not above and not _is_quoted(lines[at]) and not _is_added(lines[at]):
            yield lines[at]
            has_said = has_said or bool(lines[at])
        at += above or 1


def _is_quoted(line: str) -> bool:
    return line.startswith((">", "|"))


def _next_said(lines: Sequence[str], at: int) -> str:
    return next((line for line in lines[at : at + 2] if line), "")


def _is_added(line: str) -> bool:
    return line.lower().lstrip("([- ").startswith(lead_words().email.sent_from)


def _begins_old_mail(lines: Sequence[str], at: int) -> bool:
    """Whether from here on an older e-mail follows: a rule that says so, or its headers."""
    line = lines[at].strip("-_= ").lower()
    if len(lines[at]) >= _SHORTEST_RULE and not line and set(lines[at]) <= {"_"}:
        return True
    if line.rstrip(":").startswith(lead_words().email.separators):
        return True
    return _is_header(lines[at]) and sum(map(_is_header, lines[at + 1 : at + 1 + _LINES_OF_HEADERS])) > 1


def _is_header(line: str) -> bool:
    name, colon, _ = line.partition(":")
    return bool(colon) and name.strip("* ").lower() in lead_words().email.header_names


def _lines_above_quote(lines: Sequence[str], at: int) -> int:
    """How many lines `On Monday, Ann wrote:` takes from here; 0 if it doesn't stand here."""
    marks = lead_words().email
    begins = lines[at].lower().startswith(marks.wrote_openers)
    for count in range(1, _LINES_ABOVE_QUOTE + 1):
        together = " ".join(lines[at : at + count])[:_LONGEST_LINE_ABOVE_QUOTE].lower()
        if together.endswith(marks.wrote_endings):
            is_dated = any(char.isdigit() for char in together) or "@" in together
            return count if (begins and is_dated) or (count == 1 and "@" in together) else 0
        if not begins or not "".join(lines[at + count - 1 : at + count]):
            return 0
    return 0


def _above_signature(lines: Sequence[str]) -> Sequence[str]:
    """The lines above `-- `, unless there are none."""
    for at, line in enumerate(lines):
        if line in {"--", "\u2014"} and any(lines[:at]):
            return lines[:at]
    return lines


def _unwrapped(lines: Sequence[str]) -> str:
    """The lines as they were typed: a long one was broken by a program, not by the writer."""
    return "".join(line + (" " if len(line) >= _WRAPPED_FROM else "\n") for line in lines)
