"""GET|POST /board/{token}: the manager sees how things stand, and decides about partners and their leads."""

from dataclasses import replace
from typing import Any

from followthrough.adapters.board_page import read_board_press, render_board, render_decision, render_no_board
from followthrough.adapters.board_wiring import board_services
from followthrough.adapters.boundary import guarded, logger
from followthrough.adapters.web_answers import Answer, see_other
from followthrough.domain.board import BoardDone
from followthrough.domain.errors import NotFound, Refused
from followthrough.use_cases.board import BoardServices, open_board, open_decision, press_board

_WRONG_CONTENT = 422


@guarded
def handler(event: dict[str, Any], context: Any) -> Answer:
    """See `answer`."""
    return answer(board_services(), event)


def answer(services: BoardServices, event: dict[str, Any]) -> Answer:
    """A GET shows the board, or one lead of it, and changes nothing; a POST acts, and sends the browser on to a page
    that it can load again as often as it likes.
    """
    token = event["pathParameters"]["token"]
    try:
        services.book.expect_board_link(token)
    except NotFound:
        return render_no_board()
    if event["requestContext"]["http"]["method"] == "POST":
        return _press(services, token, event)
    query = event.get("queryStringParameters") or {}
    if query.get("lead"):
        return _decide(services, token, query["lead"])
    known: dict[str | None, BoardDone] = {"done": "done", "nothing_changed": "nothing_changed"}
    return render_board(replace(open_board(services, token), done=known.get(query.get("done"))))


def _decide(services: BoardServices, token: str, lead_id: str, error: str = "", reason: str = "") -> Answer:
    try:
        return render_decision(replace(open_decision(services, token, lead_id), error=error, reason=reason))
    except NotFound:
        return see_other("?done=nothing_changed")


def _press(services: BoardServices, token: str, event: dict[str, Any]) -> Answer:
    lead_id = ""
    try:
        press = read_board_press(event)
        lead_id = press.lead_id
        done = press_board(services, token, press)
    except Refused as refused:
        logger.info("refused", extra={"field": refused.field})
        if lead_id:
            return _decide(services, token, lead_id, refused.reason, press.reason)
        return render_board(replace(open_board(services, token), error=refused.reason), _WRONG_CONTENT)
    logger.info(done, extra={"do": press.do, "lead_id": press.lead_id, "partner": press.partner})
    return see_other(f"?done={done}")
