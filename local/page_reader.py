"""Reads a page as a browser would, as far as it is asked: its elements, its words, its forms."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "input", "br"}


@dataclass
class Element:
    """One element, with everything inside it."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All text in it, with single spaces."""
        texts = (child if isinstance(child, str) else child.words for child in self.children)
        return " ".join(" ".join(texts).split())

    def all(self, *tags: str, **attributes: str) -> list["Element"]:
        """The elements inside it with one of these tags, and these attributes."""
        return [
            each
            for each in self._inside()
            if (not tags or each.tag in tags) and attributes.items() <= each.attributes.items()
        ]

    def _inside(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child._inside()

    def is_within(self, *tags: str) -> bool:
        """Whether an element with one of these tags is around it."""
        return self.parent is not None and (self.parent.tag in tags or self.parent.is_within(*tags))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.current = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.current)
        self.current.children.append(element)
        if tag not in _VOID:
            self.current = element

    def handle_endtag(self, tag: str) -> None:
        if tag != self.current.tag or self.current.parent is None:
            raise ValueError(f"</{tag}> closes <{self.current.tag}>")
        self.current = self.current.parent

    def handle_data(self, data: str) -> None:
        self.current.children.append(data)


def read_page(html: str) -> Element:
    """The page's root. Raises ValueError if an element isn't closed where it should be."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.current is not reader.root:
        raise ValueError(f"<{reader.current.tag}> isn't closed")
    return reader.root
