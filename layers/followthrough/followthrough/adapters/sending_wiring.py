"""The services of the functions that send: apart from wiring.py, so that the others don't pay for their imports."""

import os
from functools import cache

from followthrough.adapters.measures import measure
from followthrough.adapters.messages import messages_of, render_nudge_email
from followthrough.adapters.ses import SesMailer
from followthrough.adapters.sns import SnsTexter
from followthrough.adapters.wiring import services
from followthrough.use_cases.ports import SendingServices


@cache
def sending_services() -> SendingServices:
    """The services of this container, with those that send."""
    base = services()
    return SendingServices(
        **vars(base),
        mailer=SesMailer(base.settings.business, os.environ.get("EMAIL_CONFIGURATION_SET", ""), base.clock),
        texter=SnsTexter(),
        messages_of=messages_of,
        lay_out_nudge=render_nudge_email,
        measure=measure,
        public_url=os.environ.get("PUBLIC_URL", ""),
        reply_domain=os.environ.get("REPLY_DOMAIN", ""),
    )
