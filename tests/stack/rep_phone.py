"""What a rep does on their phone, in tests that follow a lead: open the link in a text, press a button, text back."""

from collections.abc import Mapping

from local import rep_phone
from local.page_reader import Element, read_page
from local.stack import HttpAnswer
from tests.stack.following import WHO, Follow

PHONES = {id_: phone for phone, id_ in WHO.items()}


def path_of_link(follow: Follow, who: str, which: int = -1) -> str:
    """The path of the link in a text to somebody; the latest text's unless told otherwise."""
    paths = [path for text in follow.texts if text.to == who and (path := rep_phone.path_in(text.body))]
    return paths[which]


def opens(follow: Follow, path: str, query: str = "", method: str = "GET") -> HttpAnswer:
    """The link is opened."""
    return rep_phone.open_link(follow.stack, path, query, method)


def page_at(follow: Follow, path: str, query: str = "") -> Element:
    """What the link shows."""
    answer = opens(follow, path, query)
    assert answer.status == 200
    return read_page(answer.body.decode())


def posts(follow: Follow, path: str, fields: Mapping[str, str], query: str = "") -> HttpAnswer:
    """A form is sent as browsers do."""
    return rep_phone.send_form(follow.stack, path, fields, query)


def form_of(page: Element, button: str) -> dict[str, str]:
    """What a form of the page sends when its button is pressed: its hidden fields, and the button's own."""
    buttons = page.all("button")
    called = [each for each in buttons if each.words == button]
    (pressed,) = called or [each for each in buttons if each.words.startswith(f"{button} ")]
    form: Element | None = pressed
    while form is not None and form.tag != "form":
        form = form.parent
    assert form is not None
    own = pressed.attributes
    return rep_phone.hidden_in(form) | ({own["name"]: own["value"]} if "name" in own else {})


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
    return rep_phone.status_of(page)


def texts_back(follow: Follow, who: str, words: str) -> None:
    """Somebody of the team answers by text."""
    rep_phone.text_back(follow.stack, PHONES[who], words)
