"""What a rep does on a phone: texts back, or opens the link in a nudge and presses a button. All of it goes through
the front doors of the stack: the topic of incoming texts, and the page's own GET and POST.
"""

import json
import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from itertools import count
from urllib.parse import urlencode

from followthrough.domain.business import Rep
from local.page_reader import Element, read_page
from local.stack import HttpAnswer, LocalStack

FORM = {"content-type": "application/x-www-form-urlencoded"}
OUR_NUMBER = "+12125550100"
_LINK = re.compile(r"https?://[^/\s]+(/calls/[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_GONE_ON = 303
_message_ids = count(1)


def text_back(stack: LocalStack, phone: str, words: str) -> None:
    """A text from that number arrives: End User Messaging publishes it to the topic."""
    message = {
        "originationNumber": phone,
        "destinationNumber": OUR_NUMBER,
        "messageKeyword": "KEYWORD_123",
        "messageBody": words,
        "inboundMessageId": f"text-{next(_message_ids)}",
    }
    stack.client("sns").publish(TopicArn=stack.outputs["InboundTextTopicArn"], Message=json.dumps(message))


# -- links


def path_in(text: str) -> str | None:
    """The path of the link in a nudge, or in an answer with a list."""
    found = _LINK.search(text)
    return found[1] if found else None


def newest_link(stack: LocalStack, person: Rep) -> str | None:
    """The path of the link that somebody of the team was sent last, by text or by e-mail."""
    texts = [(text.at, text.body) for text in stack.texts if text.phone == person.phone]
    emails = [(email.at, _plain(email.raw)) for email in stack.emails if person.email in email.to]
    paths = [path for _, words in sorted([*texts, *emails], key=lambda sent: sent[0]) if (path := path_in(words))]
    return paths[-1] if paths else None


def _plain(raw: bytes) -> str:
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""


# -- pages


def open_link(stack: LocalStack, path: str, query: str = "", method: str = "GET") -> HttpAnswer:
    """The link is opened."""
    return stack.http(method, path, {"accept": "text/html"}, query=query)


def send_form(stack: LocalStack, path: str, fields: Mapping[str, str], query: str = "") -> HttpAnswer:
    """A form is sent as browsers do."""
    return stack.http("POST", path, FORM, urlencode(fields).encode(), query)


def hidden_in(form: Element) -> dict[str, str]:
    """What a form sends whichever of its buttons is pressed."""
    return {each.attributes["name"]: each.attributes["value"] for each in form.all("input", type="hidden")}


def status_of(page: Element) -> str:
    """What the page says has happened."""
    return " ".join(each.words for each in page.all("div", role="status"))


def press(
    stack: LocalStack, path: str, outcome: str, fields: Mapping[str, str], told: Mapping[str, str] | None = None
) -> str:
    """Open the link, press the button for an outcome with what was filled in, and go where the page leads; what that
    page says. On a list of leads the first one is opened. `fields` are those of the form; what it doesn't ask for
    stays out. What is `told` besides is then written into the page that asks for it, and saved.
    """
    page, query = _page_at(stack, path, "")
    form = _form_for(page, outcome, fields)
    if form is None and (listed := _first_listed(page)):
        page, query = _page_at(stack, path, listed)
        form = _form_for(page, outcome, fields)
    if form is None:
        return f"the page has no button for that: {status_of(page) or page.words[:80]}"
    page, query = _gone_on(stack, path, form, query)
    if told and query and (details := _details_form(page, told)):
        page, query = _gone_on(stack, path, details, query)
    return status_of(page) if query else _refusal(page)


def _gone_on(stack: LocalStack, path: str, form: Mapping[str, str], query: str) -> tuple[Element, str]:
    """The page that a form leads to, and where that is; nowhere if it was refused."""
    answer = send_form(stack, path, form, query)
    if answer.status != _GONE_ON:
        return read_page(answer.body.decode()), ""
    return _page_at(stack, path, answer.headers["location"].removeprefix("?"))


def _refusal(page: Element) -> str:
    return " ".join(each.words for each in page.all("div", role="alert")) or "refused"


def _details_form(page: Element, told: Mapping[str, str]) -> dict[str, str] | None:
    """The form that keeps what is told; None on a page that asks for none of it."""
    for form in page.all("form"):
        asked = {each.attributes.get("name") for each in form.all("input", "textarea")}
        if filled := {name: value for name, value in told.items() if name in asked}:
            return hidden_in(form) | filled
    return None


def _page_at(stack: LocalStack, path: str, query: str) -> tuple[Element, str]:
    return read_page(open_link(stack, path, query).body.decode()), query


def _first_listed(page: Element) -> str | None:
    links = [each.attributes.get("href", "") for each in page.all("a")]
    return next((link.removeprefix("?") for link in links if link.startswith("?")), None)


def _form_for(page: Element, outcome: str, fields: Mapping[str, str]) -> dict[str, str] | None:
    """What the form for an outcome sends; of several the one that asks for the most of what is filled in."""
    found = []
    for form in page.all("form"):
        sent = hidden_in(form)
        if sent.get("outcome") == outcome or form.all("button", name="outcome", value=outcome):
            asked = {each.attributes.get("name") for each in form.all("input", "textarea")}
            filled = {name: value for name, value in fields.items() if name in asked}
            found.append(sent | {"outcome": outcome} | filled)
    return max(found, key=lambda sent: len(sent.keys() & fields.keys()), default=None)
