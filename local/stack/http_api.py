"""What API Gateway does for an HTTP API: a request becomes an event (payload 2.0), an answer a response."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.stack.template import ACCOUNT, REGION, TemplateError

MOST_BYTES = 10 * 1024 * 1024  # API Gateway's limit for a request
_FUNCTION_ARN = re.compile(r"/functions/(arn:[^/]+)/invocations")
# What API Gateway passes on as text; everything else (a form post too) comes in base64.
_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript)")


@dataclass(frozen=True)
class HttpAnswer:
    """A response. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """A route of the API and the logical id of the function behind it."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """The route key, such as `POST /leads`."""
        return f"{self.method} {self.path}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path's parameters, or None when the request is not for this route."""
        if self.method not in ("ANY", method):
            return None
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        found = re.fullmatch(re.sub(r"\\{(\w+)\\\+\\}", r"(?P<\1>.+)", pattern), path)
        return found and {name: unquote(value) for name, value in found.groupdict().items()}


# Whether a browser lets a script of another origin post is between the browser and API Gateway.
_CORS = "x-amazon-apigateway-cors"
_INTEGRATION = "x-amazon-apigateway-integration"


def routes_of(body: Mapping[str, Any], functions: Mapping[str, str]) -> list[Route]:
    """The routes of an API's OpenAPI body. `functions`: logical ids by ARN."""
    if unknown := body.keys() - {"openapi", "info", "paths", "tags", _CORS}:
        raise TemplateError(f"the local stack would ignore {sorted(unknown)} in the HTTP API")
    return [
        Route(
            method.removeprefix("x-amazon-apigateway-any-method").upper() or "ANY",
            path,
            _function_behind(path, operation, functions),
        )
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
        if method != "options" or _INTEGRATION in operation
    ]


def _function_behind(path: str, operation: Mapping[str, Any], functions: Mapping[str, str]) -> str:
    if unknown := operation.keys() - {_INTEGRATION, "responses", "parameters"}:
        raise TemplateError(f"the local stack would ignore {sorted(unknown)} in the route {path}")
    integration = operation[_INTEGRATION]
    found = _FUNCTION_ARN.search(integration["uri"])
    if integration["payloadFormatVersion"] != "2.0" or not found:
        raise TemplateError(f"the route {path} has to lead to a function, with payload format 2.0")
    return functions[found.group(1)]


def route_for(routes: list[Route], method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The most specific route for a request, with the path's parameters."""
    matches = [(route, found) for route in routes if (found := route.match(method, path)) is not None]
    return min(matches, key=lambda match: (match[0].path.count("{"), match[0].method == "ANY"), default=None)


def event_for(
    route: Route,
    path_parameters: Mapping[str, str],
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
    number: int,
) -> dict[str, Any]:
    """The event of payload format 2.0."""
    lower = {name.lower(): value for name, value in headers.items()}
    cookies = [cookie.strip() for cookie in lower.pop("cookie", "").split(";") if cookie.strip()]
    domain = lower.setdefault("host", f"local.execute-api.{REGION}.amazonaws.com")
    lower.setdefault("content-length", str(len(body)))
    is_text = bool(_TEXT.fullmatch(lower.get("content-type", "text/plain").partition(";")[0].strip().lower()))
    text, is_base64 = _encoded(body, is_text)
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": lower,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": domain,
            "domainPrefix": domain.partition(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": lower.get("x-forwarded-for", "127.0.0.1").partition(",")[0],
                "userAgent": lower.get("user-agent", ""),
            },
            "requestId": f"local-{number}",
            "routeKey": route.key,
            "stage": "$default",
            "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(at.timestamp() * 1000),
        },
        "isBase64Encoded": is_base64,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = _combined(query)
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if body:
        event["body"] = text
    return event


def _encoded(body: bytes, is_text: bool) -> tuple[str, bool]:
    if is_text:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), bool(body)


def _combined(query: str) -> dict[str, str]:
    """Several values of one name come joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def answer_from(result: Any) -> HttpAnswer:
    """A response from what a handler returned, as payload format 2.0 says."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpAnswer(200, {"content-type": "application/json"}, json.dumps(result).encode())
    headers = {name.lower(): str(value) for name, value in (result.get("headers") or {}).items()}
    headers.setdefault("content-type", "text/plain;charset=UTF-8")
    body = result.get("body") or ""
    return HttpAnswer(
        int(result["statusCode"]),
        headers,
        base64.b64decode(body) if result.get("isBase64Encoded") else body.encode(),
        tuple(result.get("cookies") or ()),
    )


def plain_answer(status: int, message: str) -> HttpAnswer:
    """What API Gateway itself says when no handler could."""
    return HttpAnswer(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())
