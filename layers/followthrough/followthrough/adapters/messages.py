"""The messages of a cadence: compiled once per version, rendered from what is on record.

A message is one file of plain text, `messages/NAME.KIND.txt`, in Jinja2. KIND is `email` (first line
`Subject: …`, an empty line, paragraphs), `text` (to the lead's phone), `call` (the rep's talk track),
`voicemail` (what the rep says after the beep) or `task` (what a rep is asked). Placeholders are the fields of
`MessageFacts`.
"""

import re
import traceback
from collections.abc import Mapping

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from followthrough.adapters.email_layout import Links, as_html, as_text, blocks_of
from followthrough.domain.cadence import CALL_BACK
from followthrough.domain.cadence_version import CadenceVersion
from followthrough.domain.errors import Unreadable
from followthrough.domain.findings import Finding
from followthrough.domain.gsm7 import to_gsm7
from followthrough.domain.message_facts import MessageFacts
from followthrough.domain.names import shortened
from followthrough.domain.nudges import NudgeEmail
from followthrough.domain.phones import dialled
from followthrough.use_cases.ports import CallScript, LeadLinks, RenderedEmail

LONGEST_SUBJECT = 78
KINDS = ("email", "text", "call", "voicemail", "task")
_IN_TEXTS = ("text", "task")

_SUBJECT = re.compile(r"Subject: *(\S.*)\n[ \t]*\n")
_VERSIONS_KEPT = 16
_compiled: dict[tuple[str, str], "Messages"] = {}


def messages_of(version: CadenceVersion) -> "Messages":
    """The compiled messages of a cadence version; the last few are kept. Raises Unreadable."""
    key = (version.cadence.name, version.version)
    if key not in _compiled:
        while len(_compiled) >= _VERSIONS_KEPT:
            del _compiled[next(iter(_compiled))]
        _compiled[key] = Messages(version.messages)
    return _compiled[key]


def sandbox() -> SandboxedEnvironment:
    """Where messages are rendered: nothing but the facts in reach, and an unknown placeholder is an error."""
    # The words are rendered as plain text; the layout escapes all of them when it makes HTML.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    return environment


class Messages:
    """Messages by file name without `.txt`, as in CadenceVersion. Raises Unreadable when one can't be compiled."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        environment = sandbox()
        self._templates = {name: _compile(environment, name, source) for name, source in sources.items()}

    def email(self, name: str, facts: MessageFacts, links: LeadLinks) -> RenderedEmail:
        """An e-mail to a lead, with the footer that the law asks for and links to its own pages. Raises Unreadable."""
        subject, body = self._email_words(name, facts)
        blocks, footer = blocks_of(body), _footer(facts)
        return RenderedEmail(
            subject=subject,
            text=as_text(blocks, footer, links),
            html=as_html(subject, blocks, footer, links, _links(facts)),
        )

    def words(self, name: str, kind: str, facts: MessageFacts) -> str:
        """What a message says, without layout; an e-mail's subject is its first line. Raises Unreadable."""
        if kind == "email":
            return "\n\n".join(self._email_words(name, facts))
        words = self._render(name, kind, facts)
        if kind == "call":
            return _tidy(words)
        return to_gsm7(_paragraph(words)) if kind in _IN_TEXTS else _paragraph(words)

    def text(self, name: str, facts: MessageFacts) -> str:
        """A text message to a lead, in the GSM alphabet. Raises Unreadable."""
        return self.words(name, "text", facts)

    def task(self, name: str, facts: MessageFacts) -> str:
        """What a rep is asked, in the GSM alphabet. Raises Unreadable."""
        return self.words(name, "task", facts)

    def call_script(self, name: str, facts: MessageFacts, *, leave_voicemail: bool) -> CallScript:
        """What the rep says; nothing for a call-back in a cadence without calls and without words for it. Raises
        Unreadable.
        """
        if name == CALL_BACK and _stem(name, "call") not in self._templates:
            return CallScript("", None)
        return CallScript(
            talk_track=self.words(name, "call", facts),
            voicemail=self.words(name, "voicemail", facts) if leave_voicemail else None,
        )

    def _email_words(self, name: str, facts: MessageFacts) -> tuple[str, str]:
        """Subject and body."""
        words = self._render(name, "email", facts)
        match = _SUBJECT.match(words)
        if match is None:
            raise _unreadable(_file(name, "email"), 1, "write 'Subject: …' here and an empty line after it")
        return shortened(_paragraph(match[1]), LONGEST_SUBJECT), _tidy(words[match.end() :])

    def _render(self, name: str, kind: str, facts: MessageFacts) -> str:
        template = self._templates.get(_stem(name, kind))
        if template is None:
            raise _unreadable(_file(name, kind), None, "there is no such message")
        try:
            return template.render(vars(facts))
        except TemplateError as error:
            file = _file(name, kind)
            raise _unreadable(file, _line(file, error), error.message or "can't be rendered") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # What such an error says can hold somebody's name, so only its kind is told.
            file = _file(name, kind)
            raise _unreadable(file, _line(file, error), f"{type(error).__name__} while rendering") from None


def render_nudge_email(nudge: NudgeEmail, business_name: str) -> RenderedEmail:
    """An e-mail that asks a rep to call, laid out like any other."""
    blocks, footer = blocks_of(nudge.body), ((business_name,),)
    links: Links = {nudge.lead_phone: f"tel:{dialled(nudge.lead_phone)}"} if nudge.lead_phone else {}
    return RenderedEmail(
        subject=shortened(nudge.subject, LONGEST_SUBJECT),
        text=as_text(blocks, footer, None),
        html=as_html(nudge.subject, blocks, footer, None, links),
    )


def _compile(environment: SandboxedEnvironment, name: str, source: str) -> Template:
    path = f"messages/{name}.txt"
    try:
        code = environment.compile(source, name=path, filename=path)
    except TemplateSyntaxError as error:
        raise _unreadable(path, error.lineno, error.message or "is not a Jinja2 template") from None
    return Template.from_code(environment, code, environment.make_globals(None))


def _stem(name: str, kind: str) -> str:
    return f"{name}.{kind}"


def _file(name: str, kind: str) -> str:
    return f"messages/{_stem(name, kind)}.txt"


def _line(file: str, error: Exception) -> int | None:
    """The line, from the traceback that Jinja2 has mapped back to the source."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _unreadable(file: str, line: int | None, what: str) -> Unreadable:
    finding = Finding(file, f"line {line}" if line else "(whole file)", what)
    return Unreadable(str(finding), [finding])


def _footer(facts: MessageFacts) -> tuple[tuple[str, ...], ...]:
    contact = [facts.business_name, f"Phone: {facts.business_phone}", f"E-mail: {facts.business_email}"]
    if facts.website:
        contact.append(facts.website)
    if facts.hours:
        contact.append(f"Hours: {facts.hours}")
    why = f"You are getting this because somebody left this address with a request on {facts.asked_on}."
    return tuple(contact), tuple(facts.postal_address.splitlines()), (why,)


def _links(facts: MessageFacts) -> Links:
    links: dict[str, str | None] = {facts.phone: None} if facts.phone else {}
    links |= {phone: f"tel:{dialled(phone)}" for phone in (facts.business_phone, facts.rep_phone)}
    links[facts.business_email] = f"mailto:{facts.business_email}"
    if facts.website:
        links[facts.website] = facts.website
    return links


def _paragraph(words: str) -> str:
    return " ".join(words.split())


def _tidy(words: str) -> str:
    lines = "\n".join(" ".join(line.split()) for line in words.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)
