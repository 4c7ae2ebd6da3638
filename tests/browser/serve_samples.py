"""Serves the pages of reps, leads, partners and the manager in every state, for the browser:
`python -m tests.browser.serve_samples`.

Writes its address on the first line of standard output. A POST to a page answers what it was understood as, in JSON,
or the page again with what is wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from followthrough.adapters.board_page import read_board_press, render_board, render_decision
from followthrough.adapters.call_form import RefusedCallForm, read_call_form, read_duty
from followthrough.adapters.call_page import render_call_page, render_expired_link
from followthrough.adapters.lead_forms import RefusedLeadForm, read_later_press, read_stop_press
from followthrough.adapters.lead_pages import render_later_page, render_stop_page
from followthrough.adapters.my_leads_page import render_my_leads
from followthrough.adapters.partner_pages import RefusedPartnerForm, read_partner_form, render_partner_page
from followthrough.adapters.web_answers import Answer, json_answer
from tests.unit.example_call_pages import CALL_PAGES, LISTS
from tests.unit.example_lead_pages import LATER_PAGES, STOP_PAGES, TOKEN
from tests.unit.example_partner_pages import BOARDS, DECISIONS, PARTNER_PAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

NAMES = [*CALL_PAGES, *LISTS, "expired", *STOP_PAGES, *LATER_PAGES, *PARTNER_PAGES, *BOARDS, *DECISIONS]


def _application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    request = Request(environ)
    name = request.path.strip("/")
    answer = _answer(request, name) if name in NAMES else json_answer(200, {"pages": NAMES})
    return Response(answer["body"], answer["statusCode"], answer.get("headers"))(environ, start_response)


def _answer(request: Request, name: str) -> Answer:
    if request.method == "POST":
        return _posted(request, name)
    if name in CALL_PAGES:
        return render_call_page(CALL_PAGES[name])
    if name in STOP_PAGES:
        return render_stop_page(STOP_PAGES[name], TOKEN)
    if name in LATER_PAGES:
        page = LATER_PAGES[name]
        return render_later_page(page, TOKEN, 422 if page.errors else 200)
    if name in PARTNER_PAGES:
        return render_partner_page(PARTNER_PAGES[name])
    if name in BOARDS:
        return render_board(BOARDS[name])
    if name in DECISIONS:
        return render_decision(DECISIONS[name])
    return render_my_leads(LISTS[name]) if name in LISTS else render_expired_link("Fernhill Home Improvement")


def _posted(request: Request, name: str) -> Answer:
    event = {"headers": dict(request.headers.items()), "body": request.get_data(as_text=True)}
    try:
        understood = _understood(event, name)
    except RefusedLeadForm as wrong:
        refused_page = replace(LATER_PAGES["another-time"], errors={wrong.field: wrong.reason})
        return render_later_page(refused_page, TOKEN, wrong.status)
    except RefusedPartnerForm as unread:
        return render_partner_page(replace(PARTNER_PAGES["partner"], errors=unread.errors, typed=unread.typed))
    except RefusedCallForm as refused:
        return render_call_page(replace(CALL_PAGES[name], errors=refused.errors, typed=refused.typed))
    return json_answer(200, {key: value and str(value) for key, value in understood.items()})


def _understood(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    if name in LISTS:
        return {"duty": read_duty(event)}
    if name in STOP_PAGES:
        return asdict(read_stop_press(event))
    if name in LATER_PAGES:
        press = read_later_press(event)
        return {"said": press.said, "seen": press.seen}
    if name in PARTNER_PAGES:
        return asdict(read_partner_form(event))
    if name in BOARDS or name in DECISIONS:
        return asdict(read_board_press(event))
    return asdict(read_call_form(event))


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the test says what went wrong."""


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, _application, request_handler=_Quiet)
    print(f"http://127.0.0.1:{server.port}", flush=True)  # noqa: T201 - for whoever started it
    server.serve_forever()
