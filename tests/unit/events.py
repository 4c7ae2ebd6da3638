"""Events as API Gateway's HTTP API sends them (payload format 2.0), for the routes of the intake."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
Fields = Mapping[str, str]


def post_leads(
    body: bytes | None, content_type: str | None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A POST of bytes. As the gateway does, only what calls itself text or JSON is passed on as text."""
    sent = {
        "host": "api.example.com",
        "user-agent": "tests",
        "accept": "*/*",
        "content-length": str(len(body or b"")),
    }
    if content_type is not None:
        sent["content-type"] = content_type
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "POST /leads",
        "rawPath": "/leads",
        "rawQueryString": "",
        "headers": sent | dict(headers or {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "a1b2c3d4e5",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "POST",
                "path": "/leads",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.10",
                "userAgent": "tests",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "POST /leads",
            "stage": "$default",
            "time": "23/Nov/2026:15:00:00 +0000",
            "timeEpoch": 1795446000000,
        },
        "isBase64Encoded": False,
    }
    if body:
        event |= _encoded(body, content_type or "text/plain")
    return event


def _encoded(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type.startswith(("text/", "application/json")):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def json_post(content: object, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What `fetch` or a server sends."""
    return post_leads(json.dumps(content).encode(), "application/json", headers)


def form_post(fields: Fields, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a script sends for a plain form."""
    return post_leads(urlencode(fields).encode(), "application/x-www-form-urlencoded", headers)


def browser_post(fields: Fields, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a browser sends for a plain form, with a person waiting to see the answer."""
    return form_post(fields, {"accept": BROWSER, "referer": "https://www.example.com/quote"} | dict(headers or {}))


def part(name: str, content: bytes | str, *, filename: str | None = None, content_type: str | None = None) -> bytes:
    """One part of a multipart body."""
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    lines = [disposition, *([f"Content-Type: {content_type}"] if content_type else []), "", ""]
    return "\r\n".join(lines).encode() + (content.encode() if isinstance(content, str) else content)


def multipart_body(*parts: bytes) -> bytes:
    """A whole multipart body."""
    start = f"--{BOUNDARY}\r\n".encode()
    return b"".join(start + one + b"\r\n" for one in parts) + f"--{BOUNDARY}--\r\n".encode()


def multipart_post(*parts: bytes, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What a browser sends for a form with `enctype="multipart/form-data"`, or `fetch` for FormData."""
    return post_leads(multipart_body(*parts), f"multipart/form-data; boundary={BOUNDARY}", headers)
