"""Answers to the web in API Gateway's form (payload 2.0): JSON, small plain pages, redirects."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from typing import Any

Answer = dict[str, Any]

# A page of ours loads nothing and runs nothing.
_PAGE_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}
_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem}"
    "a{color:#0b57d0}"
    "button{font:inherit;padding:.8rem 1.6rem;border:0;border-radius:.5rem;background:#0b57d0;color:#fff}"
    "@media(prefers-color-scheme:dark){body{background:#16181c;color:#e8eaed}a{color:#8ab4f8}}"
)


def json_answer(status: int, content: Mapping[str, Any]) -> Answer:
    """A JSON object."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(content)}


def see_other(url: str) -> Answer:
    """Send a browser on to another page."""
    return {"statusCode": 303, "headers": {"location": url, "cache-control": "no-store"}, "body": ""}


def html_answer(status: int, html: str, style: str) -> Answer:
    """A page laid out elsewhere. `style` is all that stands in its one <style> element, and is allowed by its hash."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = _PAGE_HEADERS["content-security-policy"].replace("'unsafe-inline'", f"'sha256-{digest}'")
    return {"statusCode": status, "headers": {**_PAGE_HEADERS, "content-security-policy": policy}, "body": html}


def page(
    status: int,
    title: str,
    paragraphs: Sequence[str],
    points: Sequence[str] = (),
    back: str | None = None,
    button: str | None = None,
) -> Answer:
    """A page that needs no script: plain words, a list of points, a link back to an http(s) address, and a button
    that posts to the page's own address.
    """
    words = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
    listed = "".join(f"<li>{escape(point)}</li>" for point in points)
    if back and back.startswith(("https://", "http://")):
        words += f'<p><a href="{escape(back)}">Back</a></p>'
    if button:
        words += f'<form method="post"><button>{escape(button)}</button></form>'
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{f'<ul>{listed}</ul>' if listed else ''}{words}</main></body></html>"
    )
    return {"statusCode": status, "headers": dict(_PAGE_HEADERS), "body": body}
