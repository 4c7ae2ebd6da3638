"""Requests to the local server: the real API's go to the stack, `/` and `/local/…` are answered here."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from local.server.clock_requests import read_target
from local.server.guard import comes_from_here, is_asked_for_by_a_local_name, may_change_things
from local.server.rendering import form_page, outbox_page, refused_page, thanks_page
from local.server.world import Rejected, World
from local.stack import HttpAnswer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_BYTES = 10 * 1024 * 1024
"""As API Gateway has it."""


class LocalApp:
    """The WSGI application. Call it only in the thread that opened the stack."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """See WSGI (PEP 3333)."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        request.max_content_length = MOST_BYTES
        if not is_asked_for_by_a_local_name(request):
            return _plain(403, "This server answers to 127.0.0.1 and localhost only.")
        self._world.clock.keep_up()
        try:
            response = self._local(request) if _is_local(request.path) else self._api(request)
        except RequestEntityTooLarge:
            return _plain(413, "Request Too Long")
        self._world.clock.keep_up()  # what a request sets off happens at once, also where time stands still
        return response

    # -- the real API ------------------------------------------------------------------------------------

    def _api(self, request: Request) -> Response:
        path, _, query = request.environ.get("RAW_URI", "").partition("?")
        if not path.startswith("/"):  # the test client, and a proxy's way of asking
            path, query = request.path, request.query_string.decode("latin-1")
        headers = dict(request.headers.items())
        answer = self._world.stack.http(request.method, path, headers, request.get_data(), query)
        response = Response(answer.body, answer.status, dict(answer.headers))
        for cookie in answer.cookies:
            response.headers.add("set-cookie", cookie)
        if _sends_our_form_away(request, answer):
            response.headers["location"] = self._local_thanks()
        return response

    def _local_thanks(self) -> str:
        """Our own form leads to a page of ours: the one that is configured can't be reached from here, or is
        real. A form on any other page is sent to where the configuration says.
        """
        now = self._world.clock.now
        arrived = [lead.id for lead in self._world.leads() if lead.arrived_at == now]
        return "/local/thanks" + (f"?{urlencode({'lead': arrived[0]})}" if arrived else "")

    # -- what exists locally only ------------------------------------------------------------------------

    def _local(self, request: Request) -> Response:
        response = self._get(request) if request.method in ("GET", "HEAD") else self._post(request)
        response.headers.update(
            {
                "cache-control": "no-store",
                "cross-origin-resource-policy": "same-origin",
                "referrer-policy": "same-origin",
                "x-content-type-options": "nosniff",
            }
        )
        return response

    def _get(self, request: Request) -> Response:
        match request.path:
            case "/":
                return form_page(self._world)
            case "/local/thanks":
                return thanks_page(self._world, request.args)
            case "/local/outbox":
                return outbox_page(self._world, request.args)
            case "/local/state":
                return _json(200, self._world.state())
            case "/local/clock":
                return _json(200, self._world.clock_state())
            case "/local/report":
                return _not_allowed("POST")
        return _plain(404, "Not Found")

    def _post(self, request: Request) -> Response:
        actions = {"/local/clock": self._move_clock, "/local/report": self._report}
        if request.path not in actions:
            return _plain(404, "Not Found") if request.path.startswith("/local/") else _not_allowed("GET")
        if request.method != "POST":
            return _not_allowed("POST")
        if not may_change_things(request):
            return _plain(403, "Send JSON with its content type, or use the forms of /local/outbox.")
        is_form = request.mimetype != "application/json"
        try:
            done, answer, status = actions[request.path](_fields(request))
        except Rejected as refused:
            if is_form:
                return refused_page(self._world, 400, str(refused))
            return _json(400, {"error": str(refused)})
        if not is_form:
            return _json(status, answer)
        lead = answer.get("lead_id") or request.form.get("lead")
        query = urlencode({"done": done} | ({"lead": lead} if lead else {}))
        return Response(status=303, headers={"location": f"/local/outbox?{query}"})

    def _move_clock(self, fields: dict[str, Any]) -> tuple[str, dict[str, Any], int]:
        fields.pop("lead", None)
        arrived = self._world.clock.jump(read_target(fields, self._world))
        return ("moved", self._world.clock_state(), 200) if arrived else ("on_the_way", self._world.clock_state(), 202)

    def _report(self, fields: dict[str, Any]) -> tuple[str, dict[str, Any], int]:
        answer = self._world.report(fields)
        return str(answer["result"]), answer, 200


def _is_local(path: str) -> bool:
    return path in ("/", "/local") or path.startswith("/local/")


def _sends_our_form_away(request: Request, answer: HttpAnswer) -> bool:
    if answer.status != 303 or not comes_from_here(request):  # noqa: PLR2004 - See Other
        return False
    return urlsplit(answer.headers.get("location", "")).netloc not in ("", request.host)


def _fields(request: Request) -> dict[str, Any]:
    """What was posted: a JSON object, or a form without its empty fields. Raises Rejected."""
    if request.mimetype != "application/json":
        return {name: value for name, value in request.form.items() if value.strip()}
    try:
        content = json.loads(request.get_data())
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Rejected('the body has to be a JSON object, such as {"advance": "PT5M"}')
    return content


def _json(status: int, content: Mapping[str, Any]) -> Response:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    return Response(text, status, content_type="application/json")


def _plain(status: int, words: str) -> Response:
    return Response(words + "\n", status, content_type="text/plain; charset=utf-8")


def _not_allowed(method: str) -> Response:
    response = _plain(405, f"Use {method}.")
    response.headers["allow"] = method
    return response
