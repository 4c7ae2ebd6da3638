"""What another system of the business does: it has a token, and reports events through the front door."""

import json
import secrets
from datetime import timedelta
from typing import Any

from followthrough.adapters.event_tokens import EventTokens
from local.stack import HttpAnswer, LocalStack

GOOD_FOR = timedelta(days=3650)


def new_events_token(stack: LocalStack) -> str:
    """A token that is good for as long as anybody plays with this stack."""
    token = secrets.token_urlsafe(16)
    tokens = EventTokens(stack.outputs["TableName"], lambda: stack.now, stack.client("dynamodb"))
    tokens.keep(token, "local", stack.now + GOOD_FOR)
    return token


def post_event(stack: LocalStack, token: str, content: Any) -> HttpAnswer:
    """POST /events."""
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return stack.http("POST", "/events", headers, json.dumps(content).encode())
