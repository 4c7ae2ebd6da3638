"""Who may use the server: programs and pages of this machine. A page from elsewhere, open in the same browser,
may not.
"""

from urllib.parse import urlsplit

from werkzeug.wrappers import Request

LOCAL_NAMES = ("127.0.0.1", "localhost")


def is_asked_for_by_a_local_name(request: Request) -> bool:
    """Whether the Host header names this machine. Else a page elsewhere has pointed its own name at 127.0.0.1,
    and could read everything (DNS rebinding).
    """
    try:
        return urlsplit(f"//{request.host}").hostname in LOCAL_NAMES
    except ValueError:
        return False


def comes_from_here(request: Request) -> bool:
    """Whether one of our own pages sent it, as browsers tell."""
    if request.origin is not None:
        return request.origin == request.host_url.rstrip("/")
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def may_change_things(request: Request) -> bool:
    """A form of ours, or JSON, which a page elsewhere can't send without leave that nobody here gives."""
    if request.origin is None and "Sec-Fetch-Site" not in request.headers:
        return bool(request.mimetype == "application/json")
    return comes_from_here(request)
