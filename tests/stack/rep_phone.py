"""What a rep does on their phone: open the link in a text, press a button, text back."""

import json
import re
from collections.abc import Mapping
from itertools import count
from urllib.parse import urlencode

from local.stack import HttpAnswer
from tests.stack.following import WHO, Follow
from tests.unit.page_reader import Element, read_page

FORM = {"content-type": "application/x-www-form-urlencoded"}
PHONES = {id_: phone for phone, id_ in WHO.items()}
_message_ids = count(1)


def path_of_link(follow: Follow, who: str, which: int = -1) -> str:
    """The path of the link in a text to somebody; the latest text's unless told otherwise."""
    texts = [text.body for text in follow.texts if text.to == who and "/calls/" in text.body]
    match = re.search(r"https://[^/]+(/calls/[A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])", texts[which])
    assert match
    return match[1]


def opens(follow: Follow, path: str, query: str = "", method: str = "GET") -> HttpAnswer:
    """The link is opened."""
    return follow.stack.http(method, path, {"accept": "text/html"}, query=query)


def page_at(follow: Follow, path: str, query: str = "") -> Element:
    """What the link shows."""
    answer = opens(follow, path, query)
    assert answer.status == 200
    return read_page(answer.body.decode())


def posts(follow: Follow, path: str, fields: Mapping[str, str], query: str = "") -> HttpAnswer:
    """A form is sent as browsers do."""
    return follow.stack.http("POST", path, FORM, urlencode(fields).encode(), query)


def form_of(page: Element, button: str) -> dict[str, str]:
    """What a form of the page sends when its button is pressed: its hidden fields, and the button's own."""
    buttons = page.all("button")
    called = [each for each in buttons if each.words == button]
    (pressed,) = called or [each for each in buttons if each.words.startswith(f"{button} ")]
    form: Element | None = pressed
    while form is not None and form.tag != "form":
        form = form.parent
    assert form is not None
    hidden = {each.attributes["name"]: each.attributes["value"] for each in form.all("input", type="hidden")}
    own = pressed.attributes
    return hidden | ({own["name"]: own["value"]} if "name" in own else {})


def presses(follow: Follow, path: str, button: str, query: str = "", **fields: str) -> Element:
    """A button is pressed and the browser goes where it is sent; what that page says."""
    sent = form_of(page_at(follow, path, query), button) | fields
    return after(follow, path, posts(follow, path, sent, query))


def after(follow: Follow, path: str, answer: HttpAnswer) -> Element:
    """The page that a press leads to."""
    assert answer.status == 303
    return page_at(follow, path, answer.headers["location"].removeprefix("?"))


def status(page: Element) -> str:
    """What the page says has happened."""
    return " ".join(each.words for each in page.all("div", role="status"))


def texts_back(follow: Follow, who: str, words: str) -> None:
    """Somebody of the team answers by text: End User Messaging publishes it to the topic."""
    message = {
        "originationNumber": PHONES[who],
        "destinationNumber": "+12125550100",
        "messageKeyword": "KEYWORD_123",
        "messageBody": words,
        "inboundMessageId": f"text-{next(_message_ids)}",
    }
    topic = follow.stack.outputs["InboundTextTopicArn"]
    follow.stack.client("sns").publish(TopicArn=topic, Message=json.dumps(message))
