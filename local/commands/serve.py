"""`followthrough serve`: the local stack behind a port, on a clock that can be sped up."""

import errno
import math
from datetime import UTC, datetime
from typing import Annotated

import typer

from followthrough.adapters.files import read_settings
from followthrough.domain.errors import FollowthroughError
from followthrough.domain.instants import round_up
from local.commands import arguments
from local.commands.console import USED_WRONG, fail, out
from local.project import CONFIG

FASTEST = 100_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1. 0: any that is free.")] = 8000,
    speed: Annotated[
        float, typer.Option(help="Virtual seconds in a real one. 1: real time. 0: stands still until it is moved.")
    ] = 60,
    starts: Annotated[
        str | None, typer.Option(help="What time it is at the start, ISO 8601. Default: the real time.")
    ] = None,
) -> None:
    """Serve the local stack: the web form, an outbox of what would be sent, and the real API."""
    # Here and not above: the local stack takes over a second to import, which no other command should pay for.
    from local.server.serving import listen  # noqa: PLC0415
    from local.server.serving import serve as serve_until_stopped  # noqa: PLC0415

    if not (math.isfinite(speed) and 0 <= speed <= FASTEST):
        raise typer.BadParameter(f"the speed has to be from 0 to {FASTEST}")
    try:
        business = read_settings(CONFIG).business
        starts_at = arguments.moment(starts, business) or round_up(datetime.now(UTC))
        if not FIRST_YEAR <= starts_at.year < LAST_YEAR:
            raise typer.BadParameter(f"it can start in the years {FIRST_YEAR} to {LAST_YEAR - 1}")
        with listen(port) as listener:
            serve_until_stopped(listener, starts_at, speed, _say)
    except FollowthroughError as error:
        fail(str(error))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        why = "is in use by another program" if error.errno == errno.EADDRINUSE else "is not for everybody"
        fail(f"port {port} {why}: choose another with --port, or --port 0 for any that is free", USED_WRONG)


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)
